// backend/deliver/deliver_socket.cc - tcp and udp handlers: all bytes, then the end; no newline, no answer. The handler's
// timeout bounds the name, the connection and
// the writing together: a peer that does not read, or a server of names that does not answer, must not hold up what comes after.
#include "common/text/log.h"
#include "common/socket/net.h"
#include "backend/deliver/builtin.h"

namespace picket {

// Frees itself when the timer has closed; what comes from the network later finds nobody.
struct SocketDelivery {
  Pipelines* pipelines = nullptr;
  std::shared_ptr<const Handler> handler;
  int64_t timeout_s = 0;
  DeliveryDone done;
  uv_timer_t timer{};
  TcpConn* conn = nullptr;  // while it is there
};

namespace {

using SocketPtr = std::shared_ptr<SocketDelivery>;

void socket_ended(SocketDelivery* s, const Status& status, bool interrupted = false) {
  if (!s->done) return;
  const std::string target = s->handler->socket->host + ":" + std::to_string(s->handler->socket->port);
  if (!status.ok())
    log_error("pipelined", s->handler->type + " handler failed", {{"handler", s->handler->metadata.name}, {"error", status.message}});
  s->pipelines->sockets.erase(s);
  uv_close(reinterpret_cast<uv_handle_t*>(&s->timer), [](uv_handle_t* h) { delete static_cast<SocketPtr*>(h->data); });
  if (TcpConn* conn = std::exchange(s->conn, nullptr)) tcp_abort(conn);
  DeliveryDone done = std::exchange(s->done, nullptr);
  done({status.ok(), status.ok() ? "sent to " + target : "not sent to " + target + ": " + status.message, false, interrupted});
}

void on_socket_timeout(uv_timer_t* t) {
  SocketPtr s = *static_cast<SocketPtr*>(t->data);
  socket_ended(s.get(), fail(Err::timeout, "timeout: not accepted within " + std::to_string(s->timeout_s) + " s"));
}

void tcp_begin(const SocketPtr& s, std::string bytes) {
  const HandlerSocket& to = *s->handler->socket;
  s->conn = tcp_connect(s->pipelines->backend->net, to.host, static_cast<int>(to.port), 0, [s](TcpConn*, const TcpEvent& e) {
    if (e.kind != TcpEvent::closed) return;
    s->conn = nullptr;
    socket_ended(s.get(), e.error.empty() ? Status{} : fail(Err::io, e.error));
  });
  tcp_send(s->conn, std::move(bytes));
  tcp_close(s->conn);
}

}  // namespace

void socket_start(Pipelines* p, std::shared_ptr<const Handler> handler, std::string bytes, DeliveryDone done) {
  auto s = std::make_shared<SocketDelivery>();
  s->pipelines = p;
  s->timeout_s = handler->timeout ? handler->timeout : kSocketTimeoutS;
  s->handler = std::move(handler);
  s->done = std::move(done);
  p->sockets.insert(s.get());
  uv_timer_init(p->backend->loop, &s->timer);
  s->timer.data = new SocketPtr(s);
  uv_update_time(p->backend->loop);
  uv_timer_start(&s->timer, on_socket_timeout, static_cast<uint64_t>(s->timeout_s) * 1000, 0);
  if (s->handler->type == "tcp") return tcp_begin(s, std::move(bytes));
  const HandlerSocket& to = *s->handler->socket;
  udp_send(p->backend->net, to.host, static_cast<int>(to.port), std::move(bytes),
           [s](const Status& status) { socket_ended(s.get(), status); });
}

void sockets_stop(Pipelines* p) {
  while (!p->sockets.empty()) socket_ended(*p->sockets.begin(), fail(Err::unavailable, "the backend stopped"), true);
}

}  // namespace picket
