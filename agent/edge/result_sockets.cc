// agent/edge/result_sockets.cc - the result socket on 3030, TCP and UDP: bytes to result_stream, events to the core.
#include <set>

#include "agent/agent_state.h"
#include "agent/input/result_stream.h"
#include "common/text/log.h"

namespace picket {
namespace {

constexpr size_t kConnectionsMax = 256;  // open at once; one more is answered `busy` and closed

}  // namespace

// One connection: closed by its answer, by quiet, or by the peer. The timer outlives the TcpConn until its close callback.
struct ResultConn {
  ResultSockets* owner = nullptr;
  TcpConn* tcp = nullptr;
  ResultStream stream;
  uv_timer_t quiet{};
  bool answered = false;
};

struct ResultSockets {
  Agent* agent = nullptr;
  Listener* tcp = nullptr;
  UdpSocket* udp = nullptr;
  std::set<ResultConn*> connections;
};

namespace {

// What is good may still be too much.
void limit_apply(Agent* agent, ResultAnswer& answer, size_t came_bytes) {
  for (const Event& event : answer.events)
    if (!core_event_fits(agent->core, event, came_bytes)) {
      answer = {ResultVerdict::invalid, {}, "the event exceeds the message limit even with its output truncated"};
      return;
    }
  if (answer.verdict != ResultVerdict::ok || core_input_take(agent->core, agent_now(agent), answer.events.size())) return;
  answer = {ResultVerdict::busy, {}, "input-rate-limit"};
}

void conn_answer(ResultConn* c, ResultAnswer answer) {
  limit_apply(c->owner->agent, answer, c->stream.buffer.size());
  c->answered = true;
  uv_timer_stop(&c->quiet);
  if (answer.verdict == ResultVerdict::invalid) log_warn("agent", "result rejected", {{"error", answer.error}, {"bytes", c->stream.size}});
  c->stream = {};
  // First into the spool, then the answer: what is accepted is kept.
  if (!answer.events.empty()) agent_take_events(c->owner->agent, std::move(answer.events));
  tcp_send(c->tcp, std::string(result_reply(answer.verdict)));
  tcp_close(c->tcp);
}

void on_quiet(uv_timer_t* timer) {
  ResultConn* c = static_cast<ResultConn*>(timer->data);
  ResultAnswer answer = result_stream_end(c->stream);
  if (answer.verdict == ResultVerdict::more) return tcp_close(c->tcp);  // never sent a byte
  conn_answer(c, std::move(answer));
}

void on_bytes(ResultConn* c, std::string_view bytes) {
  if (c->answered) return;
  bool was_good = c->stream.broken.empty();
  ResultAnswer answer =
      result_stream_feed(c->stream, bytes, agent_result_context(c->owner->agent), c->owner->agent->core.config.socket_max);
  if (answer.verdict != ResultVerdict::more) return conn_answer(c, std::move(answer));
  if (c->stream.broken.empty() || was_good) uv_timer_start(&c->quiet, on_quiet, kResultQuietMs, 0);
}

void on_ended(ResultConn* c) {
  if (c->answered) return;
  ResultAnswer answer = result_stream_end(c->stream);
  if (answer.verdict == ResultVerdict::more) {
    c->answered = true;
    return tcp_close(c->tcp);
  }
  conn_answer(c, std::move(answer));
}

void on_closed(ResultConn* c) {
  if (c->owner) c->owner->connections.erase(c);
  uv_close(reinterpret_cast<uv_handle_t*>(&c->quiet), [](uv_handle_t* h) { delete static_cast<ResultConn*>(h->data); });
}

void on_tcp(ResultConn* c, const TcpEvent& e) {
  if (e.kind == TcpEvent::closed) return on_closed(c);
  if (!c->owner) return;  // the sockets are closing
  if (e.kind == TcpEvent::data) on_bytes(c, e.bytes);
  if (e.kind == TcpEvent::ended) on_ended(c);
}

TcpHandler on_accept(ResultSockets* s, TcpConn* tcp) {
  if (s->connections.size() >= kConnectionsMax) {
    log_warn("agent", "result connection rejected: too many connections", {{"open", s->connections.size()}});
    tcp_send(tcp, std::string(result_reply(ResultVerdict::busy)));
    tcp_close(tcp);
    return [](TcpConn*, const TcpEvent&) {};
  }
  ResultConn* c = new ResultConn;
  c->owner = s;
  c->tcp = tcp;
  uv_timer_init(s->agent->loop, &c->quiet);
  c->quiet.data = c;
  uv_timer_start(&c->quiet, on_quiet, kResultIdleMs, 0);
  s->connections.insert(c);
  return [c](TcpConn*, const TcpEvent& e) { on_tcp(c, e); };
}

// One datagram, one document, no answer; whatever it holds, the next one is read.
void on_datagram(Agent* agent, std::string_view bytes) {
  ResultStream stream;
  ResultAnswer answer = result_stream_feed(stream, bytes, agent_result_context(agent), agent->core.config.socket_max);
  limit_apply(agent, answer, bytes.size());
  if (answer.verdict == ResultVerdict::ok) return agent_take_events(agent, std::move(answer.events));
  if (answer.verdict == ResultVerdict::pong || answer.verdict == ResultVerdict::busy) return;  // busy: counted and reported by the core
  log_warn("agent", "result datagram rejected",
           {{"error", answer.error.empty() ? "not a JSON document" : answer.error}, {"bytes", bytes.size()}});
}

}  // namespace

ResultSockets* sockets_open(Agent* agent) {
  const AgentConfig& c = agent->core.config;
  ResultSockets* s = new ResultSockets;
  s->agent = agent;
  Result<Listener*> tcp = tcp_listen(agent->net, c.socket_host, c.socket_port, [s](TcpConn* conn) { return on_accept(s, conn); });
  if (tcp.ok()) s->tcp = tcp.value;
  else log_error("agent", "cannot open the TCP result socket", {{"error", tcp.status.message}});
  Result<UdpSocket*> udp = udp_listen(agent->net, c.socket_host, c.socket_port,
                                      [agent](std::string_view bytes, const std::string&) { on_datagram(agent, bytes); });
  if (udp.ok()) s->udp = udp.value;
  else log_error("agent", "cannot open the UDP result socket", {{"error", udp.status.message}});
  return s;
}

std::string sockets_opened(const ResultSockets* s) {
  if (!s || (!s->tcp && !s->udp)) return "";
  return !s->udp ? "TCP" : !s->tcp ? "UDP" : "TCP and UDP";
}

void sockets_close(ResultSockets* s) {
  if (s->tcp) listener_close(s->tcp);
  if (s->udp) udp_close(s->udp);
  for (ResultConn* c : s->connections) {
    c->owner = nullptr;
    uv_timer_stop(&c->quiet);
    tcp_abort(c->tcp);
  }
  delete s;
}

}  // namespace picket
