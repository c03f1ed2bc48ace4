// common/socket/tcp_stream.cc - a TCP connection without TLS whose sides end one by one: the result socket, tcp handlers, mail.
//
// Dialled by dial.cc and accepted by listener.cc as the others are; the bytes go by libuv, because libwebsockets closes a connection
// at the peer's FIN, and `echo RESULT | nc localhost 3030` waits for its answer after that.
#include <memory>
#include <utility>

#include "common/socket/dial.h"
#include "common/socket/listener.h"
#include "common/socket/name_lookup.h"
#include "common/socket/net_socket.h"

namespace picket {

struct TcpConn {
  Net* net = nullptr;
  Dial* dial = nullptr;
  uv_tcp_t stream{};
  TcpHandler handler;
  SocketAddress peer;
  std::shared_ptr<ListenerShared> listener;
  std::string error, early;  // early: sent before the connection is there
  int writes = 0;
  bool stream_ready = false, open = false, closing = false, close_when_written = false;
};

namespace {

struct Write { uv_write_t request{}; std::string bytes; };

uv_stream_t* stream_of(TcpConn* c) { return reinterpret_cast<uv_stream_t*>(&c->stream); }

void tcp_deliver(TcpConn* c, TcpEvent::Kind kind, std::string_view bytes = {}) {
  if (c->handler) c->handler(c, TcpEvent{kind, bytes, {}});
}

// ---- the end ----

void tcp_gone(TcpConn* c) {
  if (c->handler) c->handler(c, TcpEvent{TcpEvent::closed, {}, c->error});
  if (c->listener) listener_connection_gone(c->listener.get(), c->peer.ip);
  net_remove(c->net, c);
  delete c;
}

void tcp_end(TcpConn* c, const std::string& error) {
  if (c->closing) return;
  c->closing = true;
  c->error = error;
  if (c->dial) dial_cancel(std::exchange(c->dial, nullptr));
  if (!c->stream_ready) return net_later(c->net, [c] { tcp_gone(c); });
  uv_close(reinterpret_cast<uv_handle_t*>(&c->stream), [](uv_handle_t* stream) { tcp_gone(static_cast<TcpConn*>(stream->data)); });
}

// ---- bytes ----

void on_alloc(uv_handle_t*, size_t, uv_buf_t* buffer) {
  static thread_local char bytes[64 * 1024];
  *buffer = uv_buf_init(bytes, sizeof bytes);
}

void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  auto* c = static_cast<TcpConn*>(stream->data);
  if (count > 0) return tcp_deliver(c, TcpEvent::data, std::string_view(buffer->base, size_t(count)));
  if (count < 0 && count != UV_EOF) return tcp_end(c, uv_strerror(int(count)));
  if (count == 0) return;
  uv_read_stop(stream);
  tcp_deliver(c, TcpEvent::ended);
}

void on_written(uv_write_t* request, int status) {
  std::unique_ptr<Write> write(static_cast<Write*>(request->data));
  auto* c = static_cast<TcpConn*>(request->handle->data);
  c->writes--;
  if (status != 0) return tcp_end(c, status == UV_ECANCELED ? "" : uv_strerror(status));
  if (c->writes > 0 || c->closing) return;
  if (c->close_when_written) return tcp_end(c, {});
  tcp_deliver(c, TcpEvent::drained);
}

void tcp_write(TcpConn* c, std::string bytes) {
  if (bytes.empty()) return;
  auto write = std::make_unique<Write>();
  write->bytes = std::move(bytes);
  write->request.data = write.get();
  uv_buf_t buffer = uv_buf_init(write->bytes.data(), unsigned(write->bytes.size()));
  if (int error = uv_write(&write->request, stream_of(c), &buffer, 1, on_written); error != 0) return tcp_end(c, uv_strerror(error));
  c->writes++;
  (void)write.release();
}

// ---- the beginning ----

TcpConn* tcp_new(Net* net) {
  auto* c = new TcpConn;
  c->net = net;
  net_add(net, c, [c] { tcp_close(c); });
  return c;
}

// Takes the socket. False: it has ended.
bool tcp_open(TcpConn* c, intptr_t fd, const SocketAddress& peer) {
  c->peer = peer;
  c->stream_ready = uv_tcp_init(c->net->loop, &c->stream) == 0;
  c->stream.data = c;
  if (!c->stream_ready || uv_tcp_open(&c->stream, uv_os_sock_t(fd)) != 0) {
    os_socket_close(fd);
    tcp_end(c, "cannot create a connection for the socket");
    return false;
  }
  os_socket_options(fd);
  c->open = true;
  return true;
}

void tcp_connected(TcpConn* c, intptr_t fd) {
  if (!tcp_open(c, fd, os_socket_peer(fd))) return;
  uv_read_start(stream_of(c), on_alloc, on_read);
  tcp_write(c, std::exchange(c->early, {}));
  if (c->close_when_written && c->writes == 0) tcp_end(c, {});
}

}  // namespace

Result<Listener*> tcp_listen(Net* net, const std::string& host, int port, std::function<TcpHandler(TcpConn*)> accept) {
  ListenOptions options;
  options.host = host;
  options.port = port;
  return listener_open(net, options, [net, accept = std::move(accept)](Accepted a) {
    TcpConn* c = tcp_new(net);
    c->listener = std::move(a.listener);
    if (!tcp_open(c, a.fd, a.peer)) return true;
    c->handler = accept(c);
    if (!c->closing) uv_read_start(stream_of(c), on_alloc, on_read);
    return true;
  });
}

TcpConn* tcp_connect(Net* net, const std::string& host, int port, int64_t timeout_ms, TcpHandler handler) {
  TcpConn* c = tcp_new(net);
  c->handler = std::move(handler);
  c->dial = dial_open(net, {host, port, join_host_port(name_without_brackets(host), port), timeout_ms}, [c](Result<intptr_t> fd) {
    c->dial = nullptr;
    if (fd.ok()) tcp_connected(c, fd.value);
    else tcp_end(c, fd.status.message);
  });
  return c;
}

void tcp_send(TcpConn* c, std::string bytes) {
  if (c->closing || c->close_when_written) return;
  if (c->open) return tcp_write(c, std::move(bytes));
  c->early += bytes;
}

void tcp_close(TcpConn* c) {
  if (c->closing || c->close_when_written) return;
  c->close_when_written = true;
  if (c->net->closing || (c->open && c->writes == 0)) tcp_end(c, {});
}

void tcp_abort(TcpConn* c) { tcp_end(c, {}); }

size_t tcp_queued(const TcpConn* c) {
  return c->open ? uv_stream_get_write_queue_size(reinterpret_cast<const uv_stream_t*>(&c->stream)) : c->early.size();
}

std::string tcp_peer(const TcpConn* c) { return c->open ? join_host_port(c->peer.ip, c->peer.port) : std::string(); }

void tcp_read(TcpConn* c, bool on) {
  if (c->closing || !c->open) return;
  if (on) uv_read_start(stream_of(c), on_alloc, on_read);
  else uv_read_stop(stream_of(c));
}

}  // namespace picket
