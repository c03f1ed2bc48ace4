// common/socket/net_socket.h - connections as the protocols above see them: bytes both ways, with or without TLS, one deadline,
// bounded by their users. For common/socket and common/http.
#pragma once
#include <uv.h>

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/socket/carrier.h"
#include "common/socket/net.h"
#include "common/socket/net_os.h"
#include "common/tls/tls.h"

namespace picket {

struct Socket;

// ---- net ----

// TLS handshakes of accepted connections, see handshakes.cc.
struct Handshakes {
  std::deque<Socket*> fresh;  // with the first bytes of theirs
  std::deque<Socket*> begun;  // with further ones
  bool scheduled = false;     // they are worked on in the next turn
  int64_t period = 0;         // of kHandshakePatienceMs, the present one
  int open[2] = {};           // begun in it and in the one before, and not ended: by the period's lowest bit
  int newest = 0;             // begun in it before their turn, because they had just come
  uv_timer_t timer{};         // the next period, when nothing new may begin before
};

struct TlsCached {
  std::string key, stamp;
  std::shared_ptr<TlsContext> context;
  std::string broken = {};  // the stamp of files that could not be used
};

struct Net {
  uv_loop_t* loop = nullptr;
  CarrierNet* carrier = nullptr;
  uv_idle_t idle{};  // runs `later` and the flushes at the next turn of the loop
  uv_timer_t end{};  // closing: waits for the carrier's end
  std::vector<std::function<void()>> later;
  std::vector<Socket*> flush;  // sockets with something new to write
  Handshakes handshakes;
  std::unordered_map<void*, std::function<void()>> things;  // open things and how each is closed by net_close
  std::vector<TlsCached> tls;
  bool closing = false;
  int handles_open = 0;
  std::function<void()> done;
};

void net_later(Net* net, std::function<void()> task);  // from the loop, soon, in order
void net_add(Net* net, void* thing, std::function<void()> close);
void net_remove(Net* net, void* thing);

// The context for these files, read again when one of them has changed. One that was good stays in use while the files are not.
Result<std::shared_ptr<TlsContext>> net_tls(Net* net, const TlsOptions& options, bool server);

// ---- sockets ----

struct SocketEvent {
  enum Kind {
    opened,    // connected, TLS done
    data,      // bytes; valid during the callback
    drained,   // everything sent has been written
    ended,     // the peer sends no more (TLS close_notify); TCP's end is `closed`
    deadline,  // the time of socket_deadline is up
    closed,    // last; error says why, "" = orderly
  } kind;
  std::string_view bytes;
  std::string error;
};
struct SocketHandler {  // cheap to copy: a connection changes hands (HTTP becomes WebSocket) while one is running
  void (*call)(void* owner, Socket* socket, const SocketEvent& event) = nullptr;
  void* owner = nullptr;
};

struct SocketDial {
  std::string host;
  int port = 0;
  bool tls = false;
  TlsOptions tls_options;
  std::string proxy;  // http://[user:password@]host:port; empty = direct
};

// Valid until `closed` has been delivered. A deadline is to be set by the caller: dialling may take for ever.
Socket* socket_dial(Net* net, SocketDial dial, SocketHandler handler);
void socket_handler(Socket* socket, SocketHandler handler);  // the handler from now on

void socket_send(Socket* socket, std::string bytes);
size_t socket_queued(const Socket* socket);
void socket_read(Socket* socket, bool on);
void socket_deadline(Socket* socket, int64_t ms);           // 0 = none
void socket_end(Socket* socket);                            // what is queued, then no more from us; reading goes on
void socket_close(Socket* socket);                          // what is queued, then closed
void socket_abort(Socket* socket, std::string error = {});  // closed now
const SocketAddress& socket_peer(const Socket* socket);
bool socket_is_tls(const Socket* socket);
bool socket_is_open(const Socket* socket);
std::string socket_peer_subject(const Socket* socket);
std::string socket_peer_key(const Socket* socket);  // tls_peer_key
const char* socket_stage(const Socket* socket);     // what a dial is waiting for: "the name", "a connection", ...

// ---- listening ----

// With TLS a socket is `opened` when its handshake is done, without at once.
Result<Listener*> socket_listen(Net* net, const ListenOptions& options, std::function<void(Socket*)> accept);

std::string join_host_port(const std::string& host, int port);  // brackets around IPv6

}  // namespace picket
