// checks/io/stream.h - one TCP connection of a check, with TLS at once or later, and how long each phase took.
#pragma once
#include <uv.h>

#include <functional>
#include <memory>
#include <string>

#include "checks/io/resolve.h"
#include "common/tls/tls.h"

namespace picket {

struct StreamTls {
  std::string server_name;  // to be verified and asked for; an address is not asked for
  TlsMaterial material;     // a client's, parsed: no files are read here
};
struct StreamTarget {
  std::string host;
  int port = 0, family = 0;
};
struct StreamTimes { double resolve = 0, connect = 0, tls = 0; };  // seconds
struct StreamEvent {
  enum Kind { opened, secured, data, ended /* the peer sends no more */, failed /* the last one */ } kind;
  std::string_view bytes;
  std::string error;
};

struct Stream;
struct StreamClose { void operator()(Stream* stream) const; };
using StreamPtr = std::unique_ptr<Stream, StreamClose>;  // gone: closed, and silent from then on

StreamPtr stream_dial(uv_loop_t* loop, StreamTarget target, std::function<void(const StreamEvent&)> handler);
void stream_send(Stream* stream, std::string bytes);
// TLS from here on. The certificate is looked at, whatever it is: tls_peer_problem. `secured` follows, or `failed`.
Status stream_secure(Stream* stream, const StreamTls& tls);
const StreamTimes& stream_times(const Stream* stream);
const Tls* stream_session(const Stream* stream);  // nullptr: no TLS
std::string stream_address(const Stream* stream);

}  // namespace picket
