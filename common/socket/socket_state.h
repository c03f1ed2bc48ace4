// common/socket/socket_state.h - what a Socket is made of, and what its three files ask of each other; for these alone.
#pragma once
#include "common/basic/byte_queue.h"
#include "common/socket/dial.h"
#include "common/socket/listener.h"
#include "common/socket/net_socket.h"

namespace picket {

struct SocketDialling {  // only until the connection is open
  SocketDial what;
  Dial* dial = nullptr;
  std::string proxy_answer;
  Url proxy;
};

struct Socket {
  enum State { dialling, proxying, securing, open, closing, gone } state = dialling;
  Net* net = nullptr;
  SocketHandler handler;
  Carrier* carrier = nullptr;
  TlsPtr tls;
  // Accepted: `tls` is opened when the handshake's turn comes. Its buffers shrink at the end; those of thousands that wait would
  // leave holes between each other.
  std::shared_ptr<TlsContext> tls_to_open;
  std::unique_ptr<SocketDialling> dial;
  ByteQueue queue;         // cipher text when there is TLS
  bool unflushed = false;  // in net->flush
  bool wrote = false;      // something was queued since the last `drained`
  bool end_when_written = false, close_when_written = false;
  bool reading = true;
  std::string error;  // why it is closing
  SocketAddress peer;
  std::shared_ptr<ListenerShared> listener;
  bool hello_seen = false, handshake_queued = false, handshake_begun = false;
  std::string hello;              // of the handshake, until its turn comes
  int64_t hello_at = 0;           // when its first bytes came, loop time
  int64_t handshake_period = -1;  // it began in; -1 = none that counts
  uv_timer_t timer{};             // the user's deadline
  int64_t deadline_at = 0;        // loop time
};

// net_socket.cc
Socket* socket_new(Net* net);
void socket_opened(Socket* s);                              // state `open`, reported to the handler
void socket_gone(Socket* s);                                // nothing is open any more: `closed` is reported, the memory given back
void socket_end_with(Socket* s, const std::string& error);  // every end comes through here; `gone` follows
void socket_enqueue(Socket* s, std::string bytes);
void socket_tls_step(Socket* s, std::string_view cipher);  // feeds TLS and hands on what comes out of it
void socket_deliver(Socket* s, SocketEvent::Kind kind, std::string_view bytes = {});
void socket_flush(Socket* s);

// socket_dial.cc
void dial_proxy_answer(Socket* s, std::string_view bytes);
void dial_abandon(Socket* s);  // closes what a dial has open, if anything
const char* dial_stage_of(const Socket* s);

// handshakes.cc
void handshake_bytes(Socket* s, std::string_view bytes);  // of an accepted connection; they wait for their turn
void handshake_forget(Socket* s);
void handshake_ended(Socket* s);

}  // namespace picket
