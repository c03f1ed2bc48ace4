// common/socket/net_socket.cc - one connection from dial or accept to close.
//
//   resolving -> connecting -> proxying -> securing -> open -> closing -> gone
//
// Each step may be left out, and each may end in `closing` (the carrier is still to say that it is closed) or `gone`.
#include <algorithm>
#include <utility>

#include "common/socket/socket_state.h"
#include "common/os/os.h"

namespace picket {

struct ListenerShared;
void listener_socket_gone(ListenerShared* shared, const std::string& ip);

namespace {

constexpr int kHandshakesPerTurn = 8;      // each costs 1-2 ms: a crowd of them must not stall the connections that are open
constexpr int kHandshakesOpenMax = 256;    // begun and waiting for their peer; further ones wait, which costs nothing
constexpr int kHandshakesNewMax = 64;      // beside them in each such time, of those that came last: peers that never finish hold up nobody
constexpr int64_t kHandshakeNewMs = 2000;  // who waits for longer did not come just now
constexpr int64_t kHandshakePatienceMs = 1000;  // who has not answered within one or two of these does not count among them
constexpr int64_t kHandshakeNeedsMs = 1500;     // who has less time left is not begun with
constexpr int kCloseFlushMs = 2000;             // socket_close: for what is still queued

}  // namespace

void socket_deliver(Socket* s, SocketEvent::Kind kind, std::string_view bytes) {
  if (s->handler.call) s->handler.call(s->handler.owner, s, SocketEvent{kind, bytes, {}});
}

// ---- end ----

static std::deque<Socket*>& handshakes_of(Socket* s) { return s->handshake_begun ? s->net->handshakes.begun : s->net->handshakes.fresh; }

static void handshake_forget(Socket* s) {
  std::deque<Socket*>& queue = handshakes_of(s);
  queue.erase(std::remove(queue.begin(), queue.end(), s), queue.end());
}

static void handshakes_schedule(Net* net);

static void handshake_ended(Socket* s) {
  Handshakes& h = s->net->handshakes;
  const int64_t period = std::exchange(s->handshake_period, -1);
  if (period < 0 || period < h.period - 1) return;
  h.open[period & 1]--;
  handshakes_schedule(s->net);
}

static void on_timer_closed(uv_handle_t* timer) { delete static_cast<Socket*>(timer->data); }

void socket_gone(Socket* s) {
  if (s->state == Socket::gone) return;
  s->state = Socket::gone;
  if (s->listener) listener_socket_gone(s->listener.get(), s->peer.ip);
  Net* net = s->net;
  if (s->handler.call) s->handler.call(s->handler.owner, s, SocketEvent{SocketEvent::closed, {}, s->error});
  if (s->handshake_queued) handshake_forget(s);
  handshake_ended(s);
  if (s->unflushed) net->flush.erase(std::remove(net->flush.begin(), net->flush.end(), s), net->flush.end());
  net_remove(net, s);
  uv_close(reinterpret_cast<uv_handle_t*>(&s->timer), on_timer_closed);
}

// Every end comes through here; `gone` follows when the carrier or the resolver lets go.
void socket_end_with(Socket* s, const std::string& error) {
  if (s->state == Socket::gone || s->state == Socket::closing) return;
  bool resolving = s->state == Socket::resolving;
  s->state = Socket::closing;
  s->error = error;
  s->queue.clear();
  uv_timer_stop(&s->timer);
  if (s->carrier) return carrier_close(s->carrier);
  dial_abandon(s);
  if (resolving && s->dial && s->dial->resolving) {
    uv_cancel(reinterpret_cast<uv_req_t*>(&s->dial->resolver));  // its callback comes in any case
    return;
  }
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

void flush(Socket* s) {
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

}  // namespace

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
    if (!status.ok()) flush(s);  // the alert, before we close
  }
  if (!status.ok()) return socket_end_with(s, status.message);
  if (s->state == Socket::securing && tls_ready(s->tls.get())) socket_opened(s);
  if (!out.plain.empty() && s->state == Socket::open) socket_deliver(s, SocketEvent::data, out.plain);
  if (out.ended && s->state == Socket::open) socket_deliver(s, SocketEvent::ended);
}

namespace {

// The reference's words to one who speaks HTTP to a TLS port.
bool is_http(Socket* s, std::string_view bytes) {
  bool first = !s->hello_seen;
  s->hello_seen = true;
  return first && bytes[0] >= 'A' && bytes[0] <= 'Z';  // a TLS record begins with 22
}

void refuse_http(Socket* s) {
  s->tls_to_open.reset();
  s->state = Socket::open;
  socket_send(s, "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n");
  socket_close(s);
}

void handshake_step(Socket* s) {
  s->handshake_queued = false;
  s->handshake_begun = true;
  std::string bytes;
  bytes.swap(s->hello);
  if (s->state != Socket::securing) return;
  if (s->reading) carrier_read(s->carrier, true);
  socket_tls_step(s, bytes);
}

// Whoever gave up while he waited costs nothing more; nor does one who would have to before he is through.
bool handshake_given_up(Socket* s) {
  if (s->state != Socket::securing) return false;
  const char* why = nullptr;
  if (os_socket_peer_ended(carrier_socket(s->carrier))) why = "the peer closed the connection during the TLS handshake";
  const int64_t now = static_cast<int64_t>(uv_now(s->net->loop)), left = s->deadline_at == 0 ? INT64_MAX : s->deadline_at - now;
  if (!s->handshake_begun && left < kHandshakeNeedsMs && left < now - s->hello_at)
    why = "too many TLS handshakes: no time was left for this one";
  if (!why) return false;
  s->handshake_queued = false;
  socket_end_with(s, why);
  return true;
}

// Of those who began in this period and the one before.
int handshakes_open(Net* net) {
  Handshakes& h = net->handshakes;
  const int64_t period = static_cast<int64_t>(uv_now(net->loop)) / kHandshakePatienceMs;
  if (period > h.period + 1) h.open[0] = h.open[1] = 0;
  else if (period > h.period) h.open[period & 1] = 0;
  if (period > h.period) h.newest = 0;
  h.period = period;
  return h.open[0] + h.open[1];
}

void handshake_counted(Socket* s) {
  Handshakes& h = s->net->handshakes;
  s->handshake_period = h.period;
  h.open[h.period & 1]++;
}

void handshakes_wait(Net* net) {
  const auto next = static_cast<uint64_t>((net->handshakes.period + 1) * kHandshakePatienceMs);
  uv_timer_start(
      &net->handshakes.timer, [](uv_timer_t* t) { handshakes_schedule(static_cast<Net*>(t->data)); }, next - uv_now(net->loop), 0);
}

// Whether the one that came last may begin before all who wait longer.
bool newest_may(Net* net) {
  Handshakes& h = net->handshakes;
  (void)handshakes_open(net);  // a new period
  return !h.fresh.empty() && h.newest < kHandshakesNewMax &&
      static_cast<int64_t>(uv_now(net->loop)) - h.fresh.back()->hello_at < kHandshakeNewMs;
}

bool fresh_may(Net* net) { return !net->handshakes.fresh.empty() && (handshakes_open(net) < kHandshakesOpenMax || newest_may(net)); }

// So many handshakes have their step in one turn of the loop, in the order they came; the others go on waiting. One that has
// begun and a new one take turns: if ten thousand agents come back at once, each is through soon after its turn came, and
// nobody waits for the first step of all the others, by when all of them would have given up. And no more begin than
// their peers finish: the first step is the dear one, and lost when its peer has given up before the second.
void handshakes_work(Net* net) {
  Handshakes& h = net->handshakes;
  h.scheduled = false;
  for (int i = 0; i < kHandshakesPerTurn;) {
    const bool fresh = fresh_may(net);
    const bool begun = !h.begun.empty() && (!fresh || i % 2 == 0);
    if (!begun && !fresh) break;
    const bool newest = !begun && newest_may(net) && (handshakes_open(net) >= kHandshakesOpenMax || i % 4 == 1);
    std::deque<Socket*>& queue = begun ? h.begun : h.fresh;
    Socket* s = newest ? queue.back() : queue.front();
    newest ? queue.pop_back() : queue.pop_front();
    h.newest += newest;
    if (handshake_given_up(s)) continue;
    if (!begun) handshake_counted(s);
    handshake_step(s);
    i++;
  }
  handshakes_schedule(net);
}

void handshake_queue(Socket* s, std::string_view bytes) {
  s->hello.append(bytes);
  if (s->handshake_queued) return;
  s->handshake_queued = true;
  if (!s->handshake_begun) s->hello_at = static_cast<int64_t>(uv_now(s->net->loop));
  carrier_read(s->carrier, false);
  handshakes_of(s).push_back(s);
  handshakes_schedule(s->net);
}

void on_data(void* owner, std::string_view bytes) {
  Socket* s = static_cast<Socket*>(owner);
  switch (s->state) {
    case Socket::proxying: return dial_proxy_answer(s, bytes);
    case Socket::securing: return !s->listener ? socket_tls_step(s, bytes) : is_http(s, bytes) ? refuse_http(s) : handshake_queue(s, bytes);
    case Socket::open: return s->tls ? socket_tls_step(s, bytes) : socket_deliver(s, SocketEvent::data, bytes);
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

// ---- time ----

void on_timer(uv_timer_t* timer) {
  Socket* s = static_cast<Socket*>(timer->data);
  int64_t now = static_cast<int64_t>(uv_now(s->net->loop));
  if (s->deadline_at != 0 && now >= s->deadline_at) {
    s->deadline_at = 0;
    if (s->close_when_written || s->state == Socket::closing) return socket_end_with(s, {});
    return socket_deliver(s, SocketEvent::deadline);
  }
  if (!dial_attempt_expired(s)) socket_timer_set(s, 0);
}

}  // namespace

void socket_timer_set(Socket* s, int64_t attempt_ms) {
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

static void handshakes_schedule(Net* net) {
  Handshakes& h = net->handshakes;
  if (h.scheduled || net->closing) return;
  if (h.begun.empty() && !fresh_may(net)) {
    if (!h.fresh.empty()) handshakes_wait(net);
    return;
  }
  h.scheduled = true;
  net_later(net, [net] { handshakes_work(net); });
}

void carrier_events_set(CarrierEvents* events) { *events = {on_data, on_writable, on_carrier_closed}; }

void socket_flush_all(Net* net) {
  std::vector<Socket*> all;
  all.swap(net->flush);
  for (Socket* s : all) s->unflushed = false;
  for (Socket* s : all) flush(s);
}

Socket* socket_adopt_for(Net* net, intptr_t fd, const SocketAddress& peer, std::shared_ptr<TlsContext> tls,
                         std::shared_ptr<ListenerShared> listener) {
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
  s->tls_to_open = std::move(tls);
  return s;
}

Socket* socket_adopt(Net* net, intptr_t fd, const SocketAddress& peer, std::shared_ptr<TlsContext> tls) {
  return socket_adopt_for(net, fd, peer, std::move(tls), nullptr);
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
  s->deadline_at = ms > 0 ? static_cast<int64_t>(uv_now(s->net->loop)) + ms : 0;
  socket_timer_set(s, dial_attempt_ms(s));
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

const char* socket_stage(const Socket* s) {
  switch (s->state) {
    case Socket::resolving: return "the name to be resolved";
    case Socket::connecting: return "a connection";
    case Socket::proxying: return "the proxy";
    case Socket::securing: return "the TLS handshake";
    default: return "an answer";
  }
}

}  // namespace picket
