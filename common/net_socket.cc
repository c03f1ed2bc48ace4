// common/net_socket.cc - one connection from dial or accept to close.
//
//   resolving -> connecting -> proxying -> securing -> open -> closing -> gone
//
// Each step may be left out, and each may end in `closing` (the carrier is still to say that it is closed) or `gone`.
#include "common/net_socket.h"

#include <algorithm>
#include <utility>

#include "common/crypto.h"
#include "common/os.h"

namespace picket {

struct ListenerShared;
void listener_socket_gone(ListenerShared* shared, const std::string& ip);

namespace {

constexpr size_t kProxyAnswerMax = 16 * 1024;
constexpr int kAttemptMs = 3000;      // one address of several; the last one has what is left of the deadline
constexpr int kHandshakesPerTurn = 8; // each costs 1-2 ms: a crowd of them must not stall the connections that are open
constexpr int kCloseFlushMs = 2000;   // socket_close: for what is still queued

struct Attempt {  // to connect to one address; owned by its handle
  uv_poll_t poll{};
  intptr_t fd = -1;
  Socket* socket = nullptr;
};

struct Dial {  // only until the connection is open
  SocketDial what;
  std::vector<std::string> addresses;
  size_t next = 0;
  std::string errors, proxy_answer, proxy_authorization;
  Url proxy;
  uv_getaddrinfo_t resolver{};
  bool resolving = false;
  Attempt* attempt = nullptr;
};

}  // namespace

struct Socket {
  enum State { resolving, connecting, proxying, securing, open, closing, gone } state = resolving;
  Net* net = nullptr;
  SocketHandler handler;
  Carrier* carrier = nullptr;
  TlsPtr tls;
  std::unique_ptr<Dial> dial;
  std::vector<std::string> queue;  // cipher text when there is TLS
  size_t queue_at = 0, front_at = 0, queued = 0;
  bool unflushed = false;          // in net->flush
  bool wrote = false;              // something was queued since the last `drained`
  bool end_when_written = false, close_when_written = false, broken = false;
  bool reading = true, handles_closed = false;
  std::string error;               // why it is closing
  SocketAddress peer;
  std::shared_ptr<ListenerShared> listener;
  bool hello_seen = false, handshake_queued = false;
  std::string hello;               // of the handshake, until its turn comes
  uv_timer_t timer{};              // the user's deadline; while connecting to one of several addresses: the attempt's
  int64_t deadline_at = 0;         // loop time
};

namespace {

void deliver(Socket* s, SocketEvent::Kind kind, std::string_view bytes = {}) {
  if (s->handler.call) s->handler.call(s->handler.owner, s, SocketEvent{kind, bytes, {}});
}

// ---- end ----

void on_timer_closed(uv_handle_t* timer) { delete static_cast<Socket*>(timer->data); }

void socket_gone(Socket* s) {
  if (s->state == Socket::gone) return;
  s->state = Socket::gone;
  if (s->listener) listener_socket_gone(s->listener.get(), s->peer.ip);
  Net* net = s->net;
  if (s->handler.call) s->handler.call(s->handler.owner, s, SocketEvent{SocketEvent::closed, {}, s->error});
  if (s->handshake_queued) net->handshakes.erase(std::remove(net->handshakes.begin(), net->handshakes.end(), s), net->handshakes.end());
  if (s->unflushed) net->flush.erase(std::remove(net->flush.begin(), net->flush.end(), s), net->flush.end());
  net_remove(net, s);
  uv_close(reinterpret_cast<uv_handle_t*>(&s->timer), on_timer_closed);
}

void queue_clear(Socket* s) {
  std::vector<std::string>().swap(s->queue);
  s->queue_at = s->front_at = s->queued = 0;
}

void on_attempt_closed(uv_handle_t* poll) { delete static_cast<Attempt*>(poll->data); }

intptr_t attempt_end(Dial* d, bool close_socket) {
  Attempt* a = std::exchange(d->attempt, nullptr);
  intptr_t fd = a->fd;
  uv_poll_stop(&a->poll);
  uv_close(reinterpret_cast<uv_handle_t*>(&a->poll), on_attempt_closed);
  if (close_socket) os_socket_close(fd);
  return fd;
}

// Every end comes through here; `gone` follows when the carrier or the resolver lets go.
void socket_end_with(Socket* s, const std::string& error) {
  if (s->state == Socket::gone || s->state == Socket::closing) return;
  bool resolving = s->state == Socket::resolving;
  s->state = Socket::closing;
  s->error = error;
  queue_clear(s);
  uv_timer_stop(&s->timer);
  if (s->carrier) return carrier_close(s->carrier);
  if (s->dial && s->dial->attempt) attempt_end(s->dial.get(), true);
  if (resolving && s->dial && s->dial->resolving) {
    uv_cancel(reinterpret_cast<uv_req_t*>(&s->dial->resolver));  // its callback comes in any case
    return;
  }
  net_later(s->net, [s] { socket_gone(s); });
}

// ---- writing ----

void schedule_flush(Socket* s) {
  if (s->unflushed || s->state == Socket::closing || s->state == Socket::gone) return;
  s->unflushed = true;
  s->net->flush.push_back(s);
  if (s->net->flush.size() == 1) net_later(s->net, [] {});
}

void enqueue(Socket* s, std::string bytes) {
  if (bytes.empty()) return;
  s->queued += bytes.size();
  s->wrote = true;
  if (s->queue_at == s->queue.size() || s->queue.back().size() + bytes.size() > 4096 || (s->queue_at + 1 == s->queue.size() && s->front_at > 0))
    s->queue.push_back(std::move(bytes));
  else
    s->queue.back() += bytes;  // small pieces (a frame's head and its payload) go out together
  schedule_flush(s);
}

// Up to one carrier write of queued bytes: the front piece, or several small ones put together.
std::string_view front(Socket* s, std::string* joined) {
  std::string_view first = std::string_view(s->queue[s->queue_at]).substr(s->front_at);
  if (first.size() >= kCarrierWriteMax / 4 || s->queue_at + 1 == s->queue.size()) return first.substr(0, kCarrierWriteMax);
  joined->assign(first);
  for (size_t i = s->queue_at + 1; i < s->queue.size() && joined->size() < kCarrierWriteMax; i++)
    joined->append(s->queue[i], 0, kCarrierWriteMax - joined->size());
  return *joined;
}

void consume(Socket* s, size_t count) {
  s->queued -= count;
  while (count > 0) {
    size_t left = s->queue[s->queue_at].size() - s->front_at, part = std::min(left, count);
    s->front_at += part;
    count -= part;
    if (part < left) break;
    std::string().swap(s->queue[s->queue_at]);
    s->queue_at++;
    s->front_at = 0;
  }
  if (s->queue_at == s->queue.size()) queue_clear(s);
}

void written(Socket* s) {  // the queue is empty and the system has it all
  if (!s->wrote) return;
  s->wrote = false;
  if (s->close_when_written) return socket_end_with(s, {});
  if (s->end_when_written) os_socket_end(carrier_socket(s->carrier));
  if (s->state == Socket::open) deliver(s, SocketEvent::drained);
}

void flush(Socket* s) {
  if (!s->carrier || s->state == Socket::closing || s->state == Socket::gone) return;
  std::string joined;
  while (s->queued > 0) {
    if (carrier_busy(s->carrier)) return carrier_want_write(s->carrier);
    std::string_view bytes = front(s, &joined);
    size_t count = bytes.size();
    if (!carrier_write(s->carrier, bytes)) return socket_end_with(s, "the connection broke while writing");
    consume(s, count);
  }
  if (carrier_busy(s->carrier)) return carrier_want_write(s->carrier);
  written(s);
}

// ---- opening ----

void opened(Socket* s) {
  s->state = Socket::open;
  s->dial.reset();
  deliver(s, SocketEvent::opened);
}

void timer_set(Socket* s, int64_t attempt_ms);

// Feeds TLS and hands on what comes out of it.
void tls_step(Socket* s, std::string_view cipher) {
  TlsOutput out;
  Status status = tls_receive(s->tls.get(), cipher, &out);
  if (!out.cipher.empty()) {
    enqueue(s, std::move(out.cipher));
    if (!status.ok()) flush(s);  // the alert, before we close
  }
  if (!status.ok()) return socket_end_with(s, status.message);
  if (s->state == Socket::securing && tls_ready(s->tls.get())) opened(s);
  if (!out.plain.empty() && s->state == Socket::open) deliver(s, SocketEvent::data, out.plain);
  if (out.ended && s->state == Socket::open) deliver(s, SocketEvent::ended);
}

void secure(Socket* s) {
  Dial& d = *s->dial;
  if (!d.what.tls) return opened(s);
  Result<std::shared_ptr<TlsContext>> context = net_tls(s->net, d.what.tls_options, false);
  if (!context.ok()) return socket_end_with(s, context.status.message);
  const std::string& name = d.what.tls_options.server_name.empty() ? d.what.host : d.what.tls_options.server_name;
  s->state = Socket::securing;
  s->tls = tls_open(context.value, name);
  tls_step(s, {});
}

void proxy_ask(Socket* s) {
  Dial& d = *s->dial;
  std::string target = join_host_port(d.what.host, d.what.port);
  std::string text = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
  if (!d.proxy.user.empty()) text += "Proxy-Authorization: Basic " + base64_encode(d.proxy.user + ":" + d.proxy.password) + "\r\n";
  s->state = Socket::proxying;
  enqueue(s, text + "\r\n");
}

void proxy_answer(Socket* s, std::string_view bytes) {
  Dial& d = *s->dial;
  std::string& answer = d.proxy_answer;
  answer.append(bytes);
  size_t end = answer.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (answer.size() > kProxyAnswerMax) socket_end_with(s, "the proxy's answer to CONNECT has no end");
    return;
  }
  if (answer.compare(0, 5, "HTTP/") != 0 || answer.size() < 12 || answer[9] != '2')
    return socket_end_with(s, "the proxy " + d.what.proxy.substr(d.what.proxy.rfind('@') + 1) + " refused CONNECT " +
                                  join_host_port(d.what.host, d.what.port) + ": " + answer.substr(0, answer.find("\r\n")).substr(0, 200));
  std::string rest = answer.substr(end + 4);
  secure(s);
  if (rest.empty() || s->state == Socket::closing) return;
  if (s->tls) tls_step(s, rest);
  else deliver(s, SocketEvent::data, rest);
}

void dial_next(Socket* s);

void attempt_failed(Socket* s, const std::string& error) {
  Dial& d = *s->dial;
  d.errors += (d.errors.empty() ? "" : "; ") + d.addresses[d.next - 1] + ": " + error;
}

void connected(Socket* s, intptr_t fd) {
  timer_set(s, 0);
  s->peer = os_socket_peer(fd);
  os_socket_options(fd);
  s->carrier = carrier_adopt(s->net->carrier, fd, s);
  if (!s->carrier) return socket_end_with(s, "there is no room for another connection; raise the limit of open files");
  if (!s->reading) carrier_read(s->carrier, false);
  if (!s->dial->what.proxy.empty()) return proxy_ask(s);
  secure(s);
}

void on_attempt(uv_poll_t* poll, int status, int) {
  Socket* s = static_cast<Attempt*>(poll->data)->socket;
  std::string error = os_connect_error(static_cast<Attempt*>(poll->data)->fd);  // libuv says no more than "bad descriptor"
  if (error.empty() && status != 0) error = uv_strerror(status);
  intptr_t fd = attempt_end(s->dial.get(), !error.empty());
  if (error.empty()) return connected(s, fd);
  attempt_failed(s, error);
  dial_next(s);
}

// The reference's words to one who speaks HTTP to a TLS port.
bool is_http(Socket* s, std::string_view bytes) {
  bool first = !s->hello_seen;
  s->hello_seen = true;
  return first && bytes[0] >= 'A' && bytes[0] <= 'Z';  // a TLS record begins with 22
}

void refuse_http(Socket* s) {
  s->tls.reset();
  s->state = Socket::open;
  socket_send(s, "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n");
  socket_close(s);
}

// So many handshakes have their step in one turn of the loop, in the order they came; the others go on waiting.
void handshakes_work(Net* net) {
  for (int i = 0; i < kHandshakesPerTurn && !net->handshakes.empty(); i++) {
    Socket* s = net->handshakes.front();
    net->handshakes.pop_front();
    s->handshake_queued = false;
    std::string bytes;
    bytes.swap(s->hello);
    if (s->state != Socket::securing) continue;
    if (s->reading) carrier_read(s->carrier, true);
    tls_step(s, bytes);
  }
  if (!net->handshakes.empty()) net_later(net, [net] { handshakes_work(net); });
}

void handshake_queue(Socket* s, std::string_view bytes) {
  s->hello.append(bytes);
  if (s->handshake_queued) return;
  s->handshake_queued = true;
  carrier_read(s->carrier, false);
  s->net->handshakes.push_back(s);
  if (s->net->handshakes.size() == 1) net_later(s->net, [net = s->net] { handshakes_work(net); });
}

void on_data(void* owner, std::string_view bytes) {
  Socket* s = static_cast<Socket*>(owner);
  switch (s->state) {
    case Socket::proxying: return proxy_answer(s, bytes);
    case Socket::securing: return !s->listener ? tls_step(s, bytes) : is_http(s, bytes) ? refuse_http(s) : handshake_queue(s, bytes);
    case Socket::open: return s->tls ? tls_step(s, bytes) : deliver(s, SocketEvent::data, bytes);
    default: return;
  }
}

void on_writable(void* owner) { flush(static_cast<Socket*>(owner)); }

void on_carrier_closed(void* owner) {
  Socket* s = static_cast<Socket*>(owner);
  s->carrier = nullptr;
  if (s->error.empty() && s->state == Socket::proxying) s->error = "the proxy closed the connection";
  if (s->error.empty() && s->state == Socket::securing) s->error = "the peer closed the connection during the TLS handshake";
  socket_gone(s);
}

// ---- dialling ----

std::string dial_name(const Dial& d) {
  return d.what.proxy.empty() ? join_host_port(d.what.host, d.what.port) : "proxy " + join_host_port(d.proxy.host, d.proxy.port);
}

bool attempt_start(Socket* s, const std::string& ip, int port) {
  Result<intptr_t> fd = os_connect(ip, port);
  if (!fd.ok()) return attempt_failed(s, fd.status.message), false;
  auto* a = new Attempt;
  a->fd = fd.value;
  a->socket = s;
  a->poll.data = a;
  if (uv_poll_init_socket(s->net->loop, &a->poll, static_cast<uv_os_sock_t>(a->fd)) != 0) {
    os_socket_close(a->fd);
    delete a;
    return attempt_failed(s, "the loop does not take it"), false;
  }
  s->dial->attempt = a;
  uv_poll_start(&a->poll, UV_WRITABLE, on_attempt);
  return true;
}

void dial_next(Socket* s) {
  Dial& d = *s->dial;
  while (d.next < d.addresses.size()) {
    const std::string& ip = d.addresses[d.next++];
    s->state = Socket::connecting;
    timer_set(s, d.next < d.addresses.size() ? kAttemptMs : 0);
    if (attempt_start(s, ip, d.what.proxy.empty() ? d.what.port : d.proxy.port)) return;
  }
  socket_end_with(s, "connect to " + dial_name(d) + ": " + (d.errors.empty() ? "it has no address" : d.errors));
}

bool is_address(const std::string& host) {
  unsigned char bytes[16];
  return uv_inet_pton(AF_INET, host.c_str(), bytes) == 0 || uv_inet_pton(AF_INET6, host.c_str(), bytes) == 0;
}

void on_resolved(uv_getaddrinfo_t* request, int status, addrinfo* list) {
  Socket* s = static_cast<Socket*>(request->data);
  Dial& d = *s->dial;
  d.resolving = false;
  for (addrinfo* a = list; a; a = a->ai_next) {
    char ip[INET6_ADDRSTRLEN] = {};
    if (a->ai_family == AF_INET) uv_ip4_name(reinterpret_cast<sockaddr_in*>(a->ai_addr), ip, sizeof ip);
    if (a->ai_family == AF_INET6) uv_ip6_name(reinterpret_cast<sockaddr_in6*>(a->ai_addr), ip, sizeof ip);
    if (ip[0] && std::find(d.addresses.begin(), d.addresses.end(), ip) == d.addresses.end()) d.addresses.emplace_back(ip);
  }
  uv_freeaddrinfo(list);
  if (s->state == Socket::closing) return socket_gone(s);
  if (status != 0)
    return socket_end_with(s, "the name \"" + (d.what.proxy.empty() ? d.what.host : d.proxy.host) + "\" cannot be resolved: " + uv_strerror(status));
  dial_next(s);
}

void dial_start(Socket* s) {
  Dial& d = *s->dial;
  if (s->state != Socket::resolving) return;
  if (s->net->closing) return socket_end_with(s, "the program is stopping");
  if (!d.what.proxy.empty()) {
    Result<Url> proxy = url_parse(d.what.proxy.find("://") == std::string::npos ? "http://" + d.what.proxy : d.what.proxy);
    if (!proxy.ok() || proxy.value.scheme != "http")
      return socket_end_with(s, "proxy \"" + d.what.proxy + "\": only proxies of the form http://host:port are supported");
    d.proxy = proxy.value;
    if (d.proxy.port == 0) d.proxy.port = 8080;
  }
  const std::string& host = d.what.proxy.empty() ? d.what.host : d.proxy.host;
  if (is_address(host)) {
    d.addresses = {host};
    return dial_next(s);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  d.resolver.data = s;
  int error = uv_getaddrinfo(s->net->loop, &d.resolver, on_resolved, host.c_str(), nullptr, &hints);
  if (error != 0) return socket_end_with(s, "the name \"" + host + "\" cannot be resolved: " + uv_strerror(error));
  d.resolving = true;
}

// ---- time ----

void on_timer(uv_timer_t* timer) {
  Socket* s = static_cast<Socket*>(timer->data);
  int64_t now = static_cast<int64_t>(uv_now(s->net->loop));
  if (s->deadline_at != 0 && now >= s->deadline_at) {
    s->deadline_at = 0;
    if (s->close_when_written || s->state == Socket::closing) return socket_end_with(s, {});
    return deliver(s, SocketEvent::deadline);
  }
  if (s->state != Socket::connecting || !s->dial->attempt || s->dial->next == s->dial->addresses.size()) return timer_set(s, 0);
  attempt_end(s->dial.get(), true);
  attempt_failed(s, "no answer in time");
  dial_next(s);
}

// The earlier of the attempt's end (0 = none) and the deadline.
void timer_set(Socket* s, int64_t attempt_ms) {
  int64_t now = static_cast<int64_t>(uv_now(s->net->loop)), at = s->deadline_at;
  if (attempt_ms > 0 && (at == 0 || now + attempt_ms < at)) at = now + attempt_ms;
  if (at == 0) uv_timer_stop(&s->timer);
  else uv_timer_start(&s->timer, on_timer, static_cast<uint64_t>(std::max<int64_t>(0, at - now)), 0);
}

Socket* socket_new(Net* net) {
  Socket* s = new Socket;
  s->net = net;
  uv_timer_init(net->loop, &s->timer);
  s->timer.data = s;
  net_add(net, s, [s] { socket_close(s); });
  return s;
}

}  // namespace

void carrier_events_set(CarrierEvents* events) { *events = {on_data, on_writable, on_carrier_closed}; }

void socket_flush_all(Net* net) {
  std::vector<Socket*> all;
  all.swap(net->flush);
  for (Socket* s : all) s->unflushed = false;
  for (Socket* s : all) flush(s);
}

Socket* socket_dial(Net* net, SocketDial what, SocketHandler handler) {
  Socket* s = socket_new(net);
  s->handler = handler;
  s->dial = std::make_unique<Dial>();
  s->dial->what = std::move(what);
  net_later(net, [s] { dial_start(s); });
  return s;
}

Socket* socket_adopt_for(Net* net, intptr_t fd, const SocketAddress& peer, std::shared_ptr<TlsContext> tls, std::shared_ptr<ListenerShared> listener) {
  Socket* s = socket_new(net);
  s->peer = peer;
  s->state = tls ? Socket::securing : Socket::open;
  s->carrier = carrier_adopt(net->carrier, fd, s);
  if (!s->carrier) {
    net_remove(net, s);
    uv_close(reinterpret_cast<uv_handle_t*>(&s->timer), on_timer_closed);
    return nullptr;
  }
  os_socket_options(fd);
  s->listener = std::move(listener);
  if (tls) s->tls = tls_open(std::move(tls), {});
  return s;
}

Socket* socket_adopt(Net* net, intptr_t fd, const SocketAddress& peer, std::shared_ptr<TlsContext> tls) {
  return socket_adopt_for(net, fd, peer, std::move(tls), nullptr);
}

void socket_handler(Socket* s, SocketHandler handler) { s->handler = handler; }

void socket_send(Socket* s, std::string bytes) {
  if (s->state != Socket::open || s->close_when_written || s->end_when_written || bytes.empty()) return;
  if (!s->tls) return enqueue(s, std::move(bytes));
  std::string cipher;
  Status status = tls_send(s->tls.get(), bytes, &cipher);
  enqueue(s, std::move(cipher));
  if (!status.ok()) socket_end_with(s, status.message);
}

size_t socket_queued(const Socket* s) { return s->queued; }

void socket_read(Socket* s, bool on) {
  if (s->reading == on) return;
  s->reading = on;
  if (s->carrier && s->state != Socket::closing && s->state != Socket::gone) carrier_read(s->carrier, on);
}

void socket_deadline(Socket* s, int64_t ms) {
  if (s->state == Socket::closing || s->state == Socket::gone) return;
  s->deadline_at = ms > 0 ? static_cast<int64_t>(uv_now(s->net->loop)) + ms : 0;
  timer_set(s, s->state == Socket::connecting && s->dial->next < s->dial->addresses.size() ? kAttemptMs : 0);
}

void socket_end(Socket* s) {
  if (s->state != Socket::open || s->end_when_written) return;
  if (s->tls) {
    std::string cipher;
    tls_end(s->tls.get(), &cipher);
    enqueue(s, std::move(cipher));
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
    enqueue(s, std::move(cipher));
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

const char* socket_stage(const Socket* s) {
  switch (s->state) {
    case Socket::resolving: return "the name to be resolved";
    case Socket::connecting: return "a connection";
    case Socket::proxying: return "the proxy";
    case Socket::securing: return "the TLS handshake";
    default: return "an answer";
  }
}

std::string join_host_port(const std::string& host, int port) {
  return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

}  // namespace picket
