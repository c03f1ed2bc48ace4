// common/socket/socket_state.h - what a Socket is made of, and what dial.cc and net_socket.cc ask of each other. For these two.
#pragma once
#include "common/basic/byte_queue.h"
#include "common/socket/net_socket.h"

namespace picket {

struct SocketAttempt {  // to connect to one address; owned by its handle
  uv_poll_t poll{};
  intptr_t fd = -1;
  Socket* socket = nullptr;
};

struct SocketDialling {  // only until the connection is open
  SocketDial what;
  std::vector<std::string> addresses;
  size_t next = 0;
  std::string errors, proxy_answer;
  Url proxy;
  uv_getaddrinfo_t resolver{};
  bool resolving = false;
  SocketAttempt* attempt = nullptr;
};

struct Socket {
  enum State { resolving, connecting, proxying, securing, open, closing, gone } state = resolving;
  Net* net = nullptr;
  SocketHandler handler;
  Carrier* carrier = nullptr;
  TlsPtr tls;
  // Accepted: `tls` is opened when the handshake's turn comes. Its buffers shrink at the end; those of thousands who wait would
  // leave holes between each other.
  std::shared_ptr<TlsContext> tls_to_open;
  std::unique_ptr<SocketDialling> dial;
  ByteQueue queue;         // cipher text when there is TLS
  bool unflushed = false;  // in net->flush
  bool wrote = false;      // something was queued since the last `drained`
  bool end_when_written = false, close_when_written = false, broken = false;
  bool reading = true, handles_closed = false;
  std::string error;  // why it is closing
  SocketAddress peer;
  std::shared_ptr<ListenerShared> listener;
  bool hello_seen = false, handshake_queued = false, handshake_begun = false;
  std::string hello;              // of the handshake, until its turn comes
  int64_t hello_at = 0;           // when its first bytes came, loop time
  int64_t handshake_period = -1;  // it began in; -1 = none that counts
  uv_timer_t timer{};             // the user's deadline; while connecting to one of several addresses: the attempt's
  int64_t deadline_at = 0;        // loop time
};

// net_socket.cc
Socket* socket_new(Net* net);
void socket_opened(Socket* s);                              // state `open`, told to the handler
void socket_gone(Socket* s);                                // nothing is open any more: `closed` is told, the memory given back
void socket_end_with(Socket* s, const std::string& error);  // every end comes through here; `gone` follows
void socket_enqueue(Socket* s, std::string bytes);
void socket_tls_step(Socket* s, std::string_view cipher);  // feeds TLS and hands on what comes out of it
void socket_deliver(Socket* s, SocketEvent::Kind kind, std::string_view bytes = {});
void socket_timer_set(Socket* s, int64_t attempt_ms);  // the earlier of the attempt's end (0 = none) and the deadline

// dial.cc
void dial_proxy_answer(Socket* s, std::string_view bytes);
void dial_abandon(Socket* s);              // closes the attempt that is running, if any
bool dial_attempt_expired(Socket* s);      // goes on with the next address; false: there is no attempt to end
int64_t dial_attempt_ms(const Socket* s);  // what an attempt may take now; 0: as long as the deadline allows

}  // namespace picket
