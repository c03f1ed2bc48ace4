// common/socket/net_socket.cc - one connection from dial or accept to close.
//
//   dialling -> proxying -> securing -> open -> closing -> gone
//
// Each step may be left out, and each may end in `closing` (the carrier is still to say that it is closed) or `gone`.
#include <algorithm>
#include <utility>

#include "common/socket/listener.h"
#include "common/socket/socket_state.h"

namespace picket {

static constexpr int kCloseFlushMs = 2000;  // socket_close: for what is still queued

void socket_deliver(Socket* s, SocketEvent::Kind kind, std::string_view bytes) {
  if (s->handler.call) s->handler.call(s->handler.owner, s, SocketEvent{kind, bytes, {}});
}

// ---- end ----

static void on_timer_closed(uv_handle_t* timer) { delete static_cast<Socket*>(timer->data); }

void socket_gone(Socket* s) {
  if (s->state == Socket::gone) return;
  s->state = Socket::gone;
  if (s->listener) listener_connection_gone(s->listener.get(), s->peer.ip);
  Net* net = s->net;
  if (s->handler.call) s->handler.call(s->handler.owner, s, SocketEvent{SocketEvent::closed, {}, s->error});
  if (s->handshake_queued) handshake_forget(s);
  handshake_ended(s);
  if (s->unflushed) net->flush.erase(std::remove(net->flush.begin(), net->flush.end(), s), net->flush.end());
  net_remove(net, s);
  uv_close(reinterpret_cast<uv_handle_t*>(&s->timer), on_timer_closed);
}

// Every end comes through here; `gone` follows when the carrier lets go.
void socket_end_with(Socket* s, const std::string& error) {
  if (s->state == Socket::gone || s->state == Socket::closing) return;
  s->state = Socket::closing;
  s->error = error;
  s->queue.clear();
  uv_timer_stop(&s->timer);
  if (s->carrier) return carrier_close(s->carrier);
  dial_abandon(s);
  net_later(s->net, [s] { socket_gone(s); });
}

// ---- writing ----

namespace {

void schedule_flush(Socket* s) {
  if (s->unflushed || s->state == Socket::closing || s->state == Socket::gone) return;
  s->unflushed = true;
  s->net->flush.push_back(s);
  if (s->net->flush.size() == 1) net_later(s->net, [] {});
}

}  // namespace

void socket_enqueue(Socket* s, std::string bytes) {
  if (bytes.empty()) return;
  s->wrote = true;
  s->queue.push(std::move(bytes));
  schedule_flush(s);
}

namespace {

void written(Socket* s) {  // the queue is empty and the system has it all
  if (!s->wrote) return;
  s->wrote = false;
  if (s->close_when_written) return socket_end_with(s, {});
  if (s->end_when_written) os_socket_end(carrier_socket(s->carrier));
  if (s->state == Socket::open) socket_deliver(s, SocketEvent::drained);
}

}  // namespace

void socket_flush(Socket* s) {
  if (!s->carrier || s->state == Socket::closing || s->state == Socket::gone) return;
  std::string joined;
  while (s->queue.size() > 0) {
    if (carrier_busy(s->carrier)) return carrier_want_write(s->carrier);
    std::string_view bytes = s->queue.front(kCarrierWriteMax, &joined);
    size_t count = bytes.size();
    if (!carrier_write(s->carrier, bytes)) return socket_end_with(s, "the connection broke while writing");
    s->queue.pop(count);
  }
  if (carrier_busy(s->carrier)) return carrier_want_write(s->carrier);
  written(s);
}

// ---- opening ----

void socket_opened(Socket* s) {
  s->state = Socket::open;
  s->dial.reset();
  handshake_ended(s);
  socket_deliver(s, SocketEvent::opened);
}

void socket_tls_step(Socket* s, std::string_view cipher) {
  if (!s->tls) s->tls = tls_open(std::move(s->tls_to_open), {});
  TlsOutput out;
  Status status = tls_receive(s->tls.get(), cipher, &out);
  if (!out.cipher.empty()) {
    socket_enqueue(s, std::move(out.cipher));
    if (!status.ok()) socket_flush(s);  // the alert, before we close
  }
  if (!status.ok()) return socket_end_with(s, status.message);
  if (s->state == Socket::securing && tls_ready(s->tls.get())) socket_opened(s);
  if (!out.plain.empty() && s->state == Socket::open) socket_deliver(s, SocketEvent::data, out.plain);
  if (out.ended && s->state == Socket::open) socket_deliver(s, SocketEvent::ended);
}

namespace {

void on_data(void* owner, std::string_view bytes) {
  Socket* s = static_cast<Socket*>(owner);
  switch (s->state) {
    case Socket::proxying: return dial_proxy_answer(s, bytes);
    case Socket::securing: return s->listener ? handshake_bytes(s, bytes) : socket_tls_step(s, bytes);
    case Socket::open: return s->tls ? socket_tls_step(s, bytes) : socket_deliver(s, SocketEvent::data, bytes);
    default: return;
  }
}

void on_writable(void* owner) { socket_flush(static_cast<Socket*>(owner)); }

void on_carrier_closed(void* owner) {
  Socket* s = static_cast<Socket*>(owner);
  s->carrier = nullptr;
  if (s->error.empty() && s->state == Socket::proxying) s->error = "the proxy closed the connection";
  if (s->error.empty() && s->state == Socket::securing) s->error = "the peer closed the connection during the TLS handshake";
  socket_gone(s);
}

// ---- time ----

void on_deadline(uv_timer_t* timer) {
  Socket* s = static_cast<Socket*>(timer->data);
  s->deadline_at = 0;
  if (s->close_when_written || s->state == Socket::closing) return socket_end_with(s, {});
  socket_deliver(s, SocketEvent::deadline);
}

}  // namespace

Socket* socket_new(Net* net) {
  Socket* s = new Socket;
  s->net = net;
  uv_timer_init(net->loop, &s->timer);
  s->timer.data = s;
  net_add(net, s, [s] { socket_close(s); });
  return s;
}

void carrier_events_set(CarrierEvents* events) { *events = {on_data, on_writable, on_carrier_closed}; }

void socket_flush_all(Net* net) {
  std::vector<Socket*> all;
  all.swap(net->flush);
  for (Socket* s : all) s->unflushed = false;
  for (Socket* s : all) socket_flush(s);
}

static Socket* socket_adopt(Net* net, Accepted a) {
  Socket* s = socket_new(net);
  s->peer = a.peer;
  s->state = a.tls ? Socket::securing : Socket::open;
  s->carrier = carrier_adopt(net->carrier, a.fd, s);
  if (!s->carrier) {
    net_remove(net, s);
    uv_close(reinterpret_cast<uv_handle_t*>(&s->timer), on_timer_closed);
    return nullptr;
  }
  os_socket_options(a.fd);
  s->listener = std::move(a.listener);
  s->tls_to_open = std::move(a.tls);
  return s;
}

Result<Listener*> socket_listen(Net* net, const ListenOptions& options, std::function<void(Socket*)> accept) {
  return listener_open(net, options, [net, accept = std::move(accept)](Accepted a) {
    Socket* s = socket_adopt(net, std::move(a));
    if (s) accept(s);
    return s != nullptr;
  });
}

void socket_handler(Socket* s, SocketHandler handler) { s->handler = handler; }

void socket_send(Socket* s, std::string bytes) {
  if (s->state != Socket::open || s->close_when_written || s->end_when_written || bytes.empty()) return;
  if (!s->tls) return socket_enqueue(s, std::move(bytes));
  std::string cipher;
  Status status = tls_send(s->tls.get(), bytes, &cipher);
  socket_enqueue(s, std::move(cipher));
  if (!status.ok()) socket_end_with(s, status.message);
}

size_t socket_queued(const Socket* s) { return s->queue.size(); }

void socket_read(Socket* s, bool on) {
  if (s->reading == on) return;
  s->reading = on;
  if (s->carrier && s->state != Socket::closing && s->state != Socket::gone) carrier_read(s->carrier, on);
}

void socket_deadline(Socket* s, int64_t ms) {
  if (s->state == Socket::closing || s->state == Socket::gone) return;
  s->deadline_at = ms > 0 ? int64_t(uv_now(s->net->loop)) + ms : 0;
  if (ms > 0) uv_timer_start(&s->timer, on_deadline, uint64_t(ms), 0);
  else uv_timer_stop(&s->timer);
}

void socket_end(Socket* s) {
  if (s->state != Socket::open || s->end_when_written) return;
  if (s->tls) {
    std::string cipher;
    tls_end(s->tls.get(), &cipher);
    socket_enqueue(s, std::move(cipher));
  }
  s->end_when_written = s->wrote = true;
  schedule_flush(s);
}

void socket_close(Socket* s) {
  if (s->state == Socket::closing || s->state == Socket::gone || s->close_when_written) return;
  if (s->state != Socket::open) return socket_end_with(s, s->net->closing ? "the program is stopping" : "");
  if (s->tls && !s->end_when_written) {
    std::string cipher;
    tls_end(s->tls.get(), &cipher);
    socket_enqueue(s, std::move(cipher));
  }
  s->close_when_written = s->wrote = true;
  socket_deadline(s, kCloseFlushMs);
  schedule_flush(s);
}

void socket_abort(Socket* s, std::string error) { socket_end_with(s, error); }
const SocketAddress& socket_peer(const Socket* s) { return s->peer; }
bool socket_is_tls(const Socket* s) { return s->tls != nullptr; }
bool socket_is_open(const Socket* s) { return s->state == Socket::open && !s->close_when_written; }
std::string socket_peer_subject(const Socket* s) { return s->tls ? tls_peer_subject(s->tls.get()) : std::string(); }
std::string socket_peer_key(const Socket* s) { return s->tls ? tls_peer_key(s->tls.get()) : std::string(); }

const char* socket_stage(const Socket* s) {
  switch (s->state) {
    case Socket::dialling: return dial_stage_of(s);
    case Socket::proxying: return "the proxy";
    case Socket::securing: return "the TLS handshake";
    default: return "a response";
  }
}

}  // namespace picket
