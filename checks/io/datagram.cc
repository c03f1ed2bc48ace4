// checks/io/datagram.cc - see datagram.h. The socket is connected: what another sends is not ours, and a refusal shows.
#include "checks/io/datagram.h"

namespace picket {

struct Datagram {
  uv_loop_t* loop = nullptr;
  StreamTarget target;
  std::function<void(const DatagramEvent&)> handler;
  ResolvePtr resolving;
  uv_udp_t socket{};
  bool open = false, closed = false;
  char buffer[64 * 1024];
};

namespace {

void report(Datagram* d, DatagramEvent::Kind kind, std::string_view bytes = {}, std::string error = {}) {
  if (!d->closed) d->handler({kind, bytes, std::move(error)});
}

void fail_with(Datagram* d, int error) {
  report(d, DatagramEvent::failed, {}, d->target.host + " port " + std::to_string(d->target.port) + ": " + uv_strerror(error));
}

void on_receive(uv_udp_t* socket, ssize_t count, const uv_buf_t* buffer, const sockaddr* from, unsigned) {
  auto* d = static_cast<Datagram*>(socket->data);
  if (count < 0) return fail_with(d, int(count));
  if (from) report(d, DatagramEvent::data, {buffer->base, size_t(count)});
}

void on_resolved(Datagram* d, const Status& status, const std::vector<Address>& found) {
  if (!status.ok()) return report(d, DatagramEvent::failed, {}, status.message);
  uv_udp_init(d->loop, &d->socket);
  d->socket.data = d;
  d->open = true;
  int error = uv_udp_connect(&d->socket, reinterpret_cast<const sockaddr*>(&found[0].bytes));
  auto on_alloc = [](uv_handle_t* h, size_t, uv_buf_t* buffer) {
    auto* owner = static_cast<Datagram*>(h->data);
    *buffer = uv_buf_init(owner->buffer, sizeof owner->buffer);
  };
  if (error == 0) error = uv_udp_recv_start(&d->socket, on_alloc, on_receive);
  if (error != 0) return fail_with(d, error);
  report(d, DatagramEvent::opened);
}

}  // namespace

DatagramPtr datagram_dial(uv_loop_t* loop, StreamTarget target, std::function<void(const DatagramEvent&)> handler) {
  DatagramPtr d(new Datagram);
  d->loop = loop;
  d->target = std::move(target);
  d->handler = std::move(handler);
  d->resolving = resolve(loop, d->target.host, d->target.port, d->target.family,
                         [raw = d.get()](const Status& status, const std::vector<Address>& found) { on_resolved(raw, status, found); });
  return d;
}

void DatagramClose::operator()(Datagram* d) const {
  d->closed = true;
  d->resolving = nullptr;
  if (!d->open) uv_udp_init(d->loop, &d->socket);  // so that there is something to close, and the memory goes on a later turn
  d->socket.data = d;
  uv_close(reinterpret_cast<uv_handle_t*>(&d->socket), [](uv_handle_t* h) { delete static_cast<Datagram*>(h->data); });
}

void datagram_send(Datagram* d, std::string_view bytes) {
  if (!d->open || d->closed) return;
  uv_buf_t buffer = uv_buf_init(const_cast<char*>(bytes.data()), unsigned(bytes.size()));
  if (int sent = uv_udp_try_send(&d->socket, &buffer, 1, nullptr); sent < 0 && sent != UV_EAGAIN) fail_with(d, sent);
}

}  // namespace picket
