// common/socket/handshakes.cc - TLS handshakes of accepted connections: how many are worked on, and in which order.
#include <algorithm>
#include <utility>

#include "common/socket/socket_state.h"

namespace picket {
namespace {

constexpr int kHandshakesPerTurn = 8;      // each costs 1-2 ms: a crowd of them must not stall the connections that are open
constexpr int kHandshakesOpenMax = 256;    // begun and waiting for their peer; further ones wait, which costs nothing
constexpr int kHandshakesNewMax = 64;      // beside them in each such time, of those that came last: peers that never finish hold up nobody
constexpr int64_t kHandshakeNewMs = 2000;  // one that waits for longer did not come just now
constexpr int64_t kHandshakePatienceMs = 1000;  // one that has not answered within one or two of these does not count among them
constexpr int64_t kHandshakeNeedsMs = 1500;     // one with less time left is not begun

std::deque<Socket*>& handshakes_of(Socket* s) { return s->handshake_begun ? s->net->handshakes.begun : s->net->handshakes.fresh; }

void handshakes_schedule(Net* net);

// The reference's words to a client that speaks HTTP to a TLS port.
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

// A peer that disconnected while it was queued is dropped without work; so is one whose time ends before it could finish.
bool handshake_given_up(Socket* s) {
  if (s->state != Socket::securing) return false;
  const char* why = nullptr;
  if (os_socket_peer_ended(carrier_socket(s->carrier))) why = "the peer closed the connection during the TLS handshake";
  const int64_t now = int64_t(uv_now(s->net->loop)), left = s->deadline_at == 0 ? INT64_MAX : s->deadline_at - now;
  if (!s->handshake_begun && left < kHandshakeNeedsMs && left < now - s->hello_at) why = "too many TLS handshakes: this one timed out";
  if (!why) return false;
  s->handshake_queued = false;
  socket_end_with(s, why);
  return true;
}

// Of those that began in this period and the one before.
int handshakes_open(Net* net) {
  Handshakes& h = net->handshakes;
  const int64_t period = int64_t(uv_now(net->loop)) / kHandshakePatienceMs;
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
  const auto next = uint64_t((net->handshakes.period + 1) * kHandshakePatienceMs);
  uv_timer_start(
      &net->handshakes.timer, [](uv_timer_t* t) { handshakes_schedule(static_cast<Net*>(t->data)); }, next - uv_now(net->loop), 0);
}

// Whether the one that came last may begin before all that wait longer.
bool newest_may(Net* net) {
  Handshakes& h = net->handshakes;
  (void)handshakes_open(net);  // a new period
  return !h.fresh.empty() && h.newest < kHandshakesNewMax && int64_t(uv_now(net->loop)) - h.fresh.back()->hello_at < kHandshakeNewMs;
}

bool fresh_may(Net* net) { return !net->handshakes.fresh.empty() && (handshakes_open(net) < kHandshakesOpenMax || newest_may(net)); }

// A limited number of handshakes have their step in one turn of the loop, in the order they came; the others go on waiting. One that has
// begun and a new one take turns: if ten thousand agents come back at once, each is through soon after its turn came, and
// nobody waits for the first step of all the others, by when all of them would have given up. And no more begin than
// their peers finish: the first step is the expensive one, and lost when its peer has given up before the second.
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

void handshakes_schedule(Net* net) {
  Handshakes& h = net->handshakes;
  if (h.scheduled || net->closing) return;
  if (h.begun.empty() && !fresh_may(net)) {
    if (!h.fresh.empty()) handshakes_wait(net);
    return;
  }
  h.scheduled = true;
  net_later(net, [net] { handshakes_work(net); });
}

void handshake_queue(Socket* s, std::string_view bytes) {
  s->hello.append(bytes);
  if (s->handshake_queued) return;
  s->handshake_queued = true;
  if (!s->handshake_begun) s->hello_at = int64_t(uv_now(s->net->loop));
  carrier_read(s->carrier, false);
  handshakes_of(s).push_back(s);
  handshakes_schedule(s->net);
}

}  // namespace

void handshake_bytes(Socket* s, std::string_view bytes) { is_http(s, bytes) ? refuse_http(s) : handshake_queue(s, bytes); }

void handshake_forget(Socket* s) {
  std::deque<Socket*>& queue = handshakes_of(s);
  queue.erase(std::remove(queue.begin(), queue.end(), s), queue.end());
}

void handshake_ended(Socket* s) {
  Handshakes& h = s->net->handshakes;
  const int64_t period = std::exchange(s->handshake_period, -1);
  if (period < 0 || period < h.period - 1) return;
  h.open[period & 1]--;
  handshakes_schedule(s->net);
}

}  // namespace picket
