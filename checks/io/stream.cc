// checks/io/stream.cc - see stream.h. The addresses of a name are tried one after the other.
#include "checks/io/stream.h"

#include <utility>

namespace picket {

struct Stream {
  uv_loop_t* loop = nullptr;
  StreamTarget target;
  std::function<void(const StreamEvent&)> handler;
  ResolvePtr resolving;
  std::vector<Address> addresses;
  size_t next = 0;
  std::string last_error;
  uv_tcp_t* socket = nullptr;  // of the present attempt; frees itself
  bool open = false, closed = false, over = false;
  TlsPtr tls;
  uint64_t phase_began = 0;
  StreamTimes times;
  char buffer[16 * 1024];
};

namespace {

constexpr size_t kSendQueueMax = 16u << 20;

double seconds_since(uint64_t begin) { return double(uv_hrtime() - begin) / 1e9; }

void socket_drop(Stream* s) {
  if (!s->socket) return;
  s->socket->data = nullptr;
  uv_close(reinterpret_cast<uv_handle_t*>(std::exchange(s->socket, nullptr)),
           [](uv_handle_t* h) { delete reinterpret_cast<uv_tcp_t*>(h); });
}

void report(Stream* s, StreamEvent::Kind kind, std::string_view bytes = {}, std::string error = {}) {
  if (s->closed || s->over) return;
  s->over = kind == StreamEvent::failed;
  s->handler({kind, bytes, std::move(error)});
}

void fail_with(Stream* s, const std::string& error) {
  socket_drop(s);
  report(s, StreamEvent::failed, {}, error);
}

void write_raw(Stream* s, std::string bytes) {
  if (!s->socket || bytes.empty()) return;
  struct Write { uv_write_t request{}; std::string bytes; };
  auto* w = new Write;
  w->bytes = std::move(bytes);
  w->request.data = w;
  uv_buf_t buffer = uv_buf_init(&w->bytes[0], unsigned(w->bytes.size()));
  auto on_written = [](uv_write_t* request, int) { delete static_cast<Write*>(request->data); };  // an error shows when reading
  if (uv_write(&w->request, reinterpret_cast<uv_stream_t*>(s->socket), &buffer, 1, on_written) != 0) delete w;
}

// ---- receiving; `keep` lives on even when the handler closes the stream: it is freed on a later turn ----

void on_cipher(Stream* s, std::string_view bytes) {
  TlsOutput output;
  bool was_ready = tls_ready(s->tls.get());
  Status status = tls_receive(s->tls.get(), bytes, &output);
  write_raw(s, std::move(output.cipher));
  if (!status.ok()) return fail_with(s, status.message);
  if (!was_ready && tls_ready(s->tls.get())) {
    s->times.tls = seconds_since(s->phase_began);
    report(s, StreamEvent::secured);
  }
  if (!output.plain.empty()) report(s, StreamEvent::data, output.plain);
  if (output.ended) report(s, StreamEvent::ended);
}

void on_read(uv_stream_t* socket, ssize_t count, const uv_buf_t* buffer) {
  auto* s = static_cast<Stream*>(socket->data);
  if (!s || count == 0) return;
  if (count == UV_EOF) {
    uv_read_stop(socket);
    if (s->tls && !tls_ready(s->tls.get())) return fail_with(s, "connection closed during the TLS handshake");
    return report(s, StreamEvent::ended);
  }
  if (count < 0) return fail_with(s, uv_strerror(int(count)));
  std::string_view bytes(buffer->base, size_t(count));
  if (s->tls) on_cipher(s, bytes);
  else report(s, StreamEvent::data, bytes);
}

void on_alloc(uv_handle_t* handle, size_t, uv_buf_t* buffer) {
  static char nowhere[64];
  auto* s = static_cast<Stream*>(handle->data);
  *buffer = s ? uv_buf_init(s->buffer, sizeof s->buffer) : uv_buf_init(nowhere, sizeof nowhere);
}

// ---- connecting ----

void attempt(Stream* s);

void on_connected(uv_connect_t* request, int status) {
  auto* socket = reinterpret_cast<uv_tcp_t*>(request->handle);
  delete request;
  auto* s = static_cast<Stream*>(socket->data);
  if (!s) return;
  if (status != 0) {
    s->last_error = uv_strerror(status);
    socket_drop(s);
    return attempt(s);
  }
  s->open = true;
  s->times.connect = seconds_since(s->phase_began);
  uv_tcp_nodelay(socket, 1);
  uv_read_start(reinterpret_cast<uv_stream_t*>(socket), on_alloc, on_read);
  report(s, StreamEvent::opened);
}

void attempt(Stream* s) {
  while (s->next < s->addresses.size()) {
    const Address& address = s->addresses[s->next++];
    s->socket = new uv_tcp_t;
    uv_tcp_init(s->loop, s->socket);
    s->socket->data = s;
    auto* request = new uv_connect_t;
    int error = uv_tcp_connect(request, s->socket, reinterpret_cast<const sockaddr*>(&address.bytes), on_connected);
    if (error == 0) return;
    delete request;
    s->last_error = uv_strerror(error);
    socket_drop(s);
  }
  fail_with(s, "connect to " + s->target.host + " port " + std::to_string(s->target.port) + ": " + s->last_error);
}

}  // namespace

StreamPtr stream_dial(uv_loop_t* loop, StreamTarget target, std::function<void(const StreamEvent&)> handler) {
  StreamPtr s(new Stream);
  s->loop = loop;
  s->target = std::move(target);
  s->handler = std::move(handler);
  s->phase_began = uv_hrtime();
  s->resolving =
      resolve(loop, s->target.host, s->target.port, s->target.family, [raw = s.get()](const Status& status, std::vector<Address> found) {
        raw->times.resolve = seconds_since(std::exchange(raw->phase_began, uv_hrtime()));
        if (!status.ok()) return fail_with(raw, status.message);
        raw->addresses = std::move(found);
        attempt(raw);
      });
  return s;
}

void StreamClose::operator()(Stream* s) const {
  s->closed = true;
  if (s->tls && s->socket) {
    std::string goodbye;
    tls_end(s->tls.get(), &goodbye);
    write_raw(s, std::move(goodbye));
  }
  socket_drop(s);
  s->resolving = nullptr;
  // We may be inside of one of its callbacks: the memory goes on the next turn.
  auto* later = new uv_timer_t;
  uv_timer_init(s->loop, later);
  later->data = s;
  uv_close(reinterpret_cast<uv_handle_t*>(later), [](uv_handle_t* h) {
    delete static_cast<Stream*>(h->data);
    delete reinterpret_cast<uv_timer_t*>(h);
  });
}

void stream_send(Stream* s, std::string bytes) {
  if (!s->socket || uv_stream_get_write_queue_size(reinterpret_cast<uv_stream_t*>(s->socket)) > kSendQueueMax) return;
  if (!s->tls) return write_raw(s, std::move(bytes));
  std::string cipher;
  if (tls_send(s->tls.get(), bytes, &cipher).ok()) write_raw(s, std::move(cipher));
}

Status stream_secure(Stream* s, const StreamTls& wanted) {
  Result<std::shared_ptr<TlsContext>> context = tls_context(wanted.material);
  if (!context.ok()) return context.status;
  s->tls = tls_open(context.value, wanted.server_name);
  s->phase_began = uv_hrtime();
  TlsOutput output;
  Status status = tls_receive(s->tls.get(), "", &output);
  write_raw(s, std::move(output.cipher));
  return status;
}

const StreamTimes& stream_times(const Stream* s) { return s->times; }
const Tls* stream_session(const Stream* s) { return s->tls.get(); }
std::string stream_address(const Stream* s) { return s->next > 0 ? address_text(s->addresses[s->next - 1]) : ""; }

}  // namespace picket
