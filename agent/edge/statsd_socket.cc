// agent/edge/statsd_socket.cc - StatsD on UDP 8125; one event per flush.
#include "agent/agent_state.h"
#include "agent/metrics/statsd.h"
#include "common/text/log.h"
#include "common/os/os.h"

namespace picket {

// The flush timer runs only while there are series: an idle agent is not woken for nothing.
struct StatsdSocket {
  Agent* agent = nullptr;
  UdpSocket* udp = nullptr;
  uv_timer_t flush{};
  Statsd statsd;
  int64_t flushed_at = 0;
  uint64_t bad_logged = 0, dropped_logged = 0, unsayable_logged = 0;
  bool others_logged = false;
};

namespace {

// The senders hear nothing over UDP: one line a flush says what was not taken.
void refusals_log(StatsdSocket* s) {
  uint64_t bad = s->statsd.bad - s->bad_logged, dropped = s->statsd.dropped - s->dropped_logged;
  uint64_t unsayable = s->statsd.unsayable - s->unsayable_logged;
  if (bad > 0) log_warn("agent", "invalid StatsD lines ignored", {{"lines", bad}, {"first", s->statsd.first_bad}});
  if (unsayable > 0)
    log_warn("agent", "StatsD values dropped: a sum is not finite, or a set has too many members",
             {{"values", unsayable}, {"members_max", kStatsdValuesMax}});
  if (s->statsd.others > 0 && !std::exchange(s->others_logged, true))
    log_warn("agent", "DogStatsD events and service checks are ignored: send results to the socket or API instead; logged once");
  if (dropped > 0)
    log_warn("agent", "StatsD lines dropped: too many different names and tags", {{"lines", dropped}, {"series_max", kStatsdSeriesMax}});
  s->bad_logged = s->statsd.bad;
  s->dropped_logged = s->statsd.dropped;
  s->unsayable_logged = s->statsd.unsayable;
  s->statsd.first_bad.clear();
}

// False: there was nothing.
bool flush_now(StatsdSocket* s) {
  refusals_log(s);
  int64_t now = agent_now(s->agent).mono_ms;
  double seconds = double(std::max<int64_t>(1, now - s->flushed_at)) / 1000;
  s->flushed_at = now;
  Metrics metrics;
  metrics.handlers = s->agent->core.config.statsd_handlers;
  metrics.points = statsd_flush(s->statsd, now, os_unix_ns(), seconds);
  if (metrics.points.empty()) return false;
  core_metrics(s->agent->core, agent_now(s->agent), std::move(metrics));
  return true;
}

void on_flush(uv_timer_t* timer) {
  StatsdSocket* s = static_cast<StatsdSocket*>(timer->data);
  if (flush_now(s)) agent_drive(s->agent);
  else uv_timer_stop(timer);
}

void on_datagram(StatsdSocket* s, std::string_view bytes, const std::string& peer) {
  int64_t now = agent_now(s->agent).mono_ms;
  statsd_feed(s->statsd, bytes, peer, now);
  bool is_nothing = s->statsd.series.empty() && s->statsd.bad == s->bad_logged;
  if (is_nothing || uv_is_active(reinterpret_cast<uv_handle_t*>(&s->flush))) return;
  s->flushed_at = now;
  uint64_t interval = uint64_t(s->agent->core.config.statsd_flush_ms);
  uv_timer_start(&s->flush, on_flush, interval, interval);
}

}  // namespace

StatsdSocket* statsd_open(Agent* agent) {
  const AgentConfig& c = agent->core.config;
  StatsdSocket* s = new StatsdSocket;
  s->agent = agent;
  Result<UdpSocket*> udp = udp_listen(agent->net, c.statsd_host, c.statsd_port,
                                      [s](std::string_view bytes, const std::string& peer) { on_datagram(s, bytes, peer); });
  if (!udp.ok()) {
    log_error("agent", "cannot open the StatsD listener", {{"error", udp.status.message}});
    delete s;
    return nullptr;
  }
  s->udp = udp.value;
  uv_timer_init(agent->loop, &s->flush);
  s->flush.data = s;
  return s;
}

void statsd_close(StatsdSocket* s) {
  if (uv_is_active(reinterpret_cast<uv_handle_t*>(&s->flush))) flush_now(s);  // what was counted since the last one
  udp_close(s->udp);
  uv_close(reinterpret_cast<uv_handle_t*>(&s->flush), [](uv_handle_t* h) { delete static_cast<StatsdSocket*>(h->data); });
}

void statsd_counts(const StatsdSocket* s, uint64_t* lines, uint64_t* bad) {
  *lines = s ? s->statsd.lines : 0;
  *bad = s ? s->statsd.bad + s->statsd.dropped : 0;
}

}  // namespace picket
