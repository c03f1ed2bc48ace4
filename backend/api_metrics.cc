// backend/api_metrics.cc - /metrics: the reference's names where we have the figure, ours behind them.

#include "../common/build_info.h"
#include "../common/os.h"
#include "api_state.h"

namespace picket {

namespace {
struct Exposition {
  std::string text;
  void head(const char* name, const char* type, const char* help) {
    text += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
  }
  void value(const char* name, int64_t v, const std::string& labels = "") {
    text += name + (labels.empty() ? "" : "{" + labels + "}") + " " + std::to_string(v) + "\n";
  }
  void one(const char* name, const char* type, const char* help, int64_t v) {
    head(name, type, help);
    value(name, v);
  }
};
}  // namespace

static void metrics_reference(Exposition& m, const BackendStats& s) {
  m.head("sensu_go_events_processed", "counter", "Events processed");
  m.value("sensu_go_events_processed", s.events_check, R"(status="success",type="check")");
  m.value("sensu_go_events_processed", s.events_metrics, R"(status="success",type="metrics")");
  m.value("sensu_go_events_processed", s.events_failed, R"(status="error",type="unknown")");
  m.head("sensu_go_keepalives", "counter", "Keepalives received, and agents found dead");
  m.value("sensu_go_keepalives", s.keepalives_alive, R"(status="alive")");
  m.value("sensu_go_keepalives", s.keepalives_dead, R"(status="dead")");
  m.one("sensu_go_agent_sessions", "gauge", "Connected agents", s.sessions);
  m.one("sensu_go_session_errors", "counter", "Sessions that ended in an error", s.session_errors);
  m.one("sensu_go_websocket_errors", "counter", "Handshakes refused", s.handshakes_refused);
  m.one("sensu_go_event_handlers_busy", "gauge", "Handlers running", s.handlers_busy);
  m.head("sensu_go_handler_requests", "counter", "Handler runs by outcome");
  m.value("sensu_go_handler_requests", s.handlers_ok, R"(status="0")");
  m.value("sensu_go_handler_requests", s.handlers_failed, R"(status="1")");
  m.one("sensu_go_handler_requests_total", "counter", "Handler runs", s.handlers_ok + s.handlers_failed);
  m.one("sensu_go_event_metric_points_processed", "counter", "Metric points in events", s.metric_points);
  m.head("sensu_go_build_info", "gauge", "Version of this program");
  m.value("sensu_go_build_info", 1, std::string("version=\"") + kVersion + "\"");
}

static void metrics_ours(Exposition& m, const Api& api) {
  const BackendStats& s = api.backend->stats;
  StoreStats store = store_stats(api.backend->store);
  m.one("picket_store_commits_total", "counter", "Transactions committed", store.commits);
  m.one("picket_store_writes_total", "counter", "Objects and events written", store.writes);
  m.one("picket_store_errors_total", "counter", "Transactions that failed", store.errors);
  m.one("picket_store_queued_bytes", "gauge", "Bytes waiting for the writer", static_cast<int64_t>(store.queued_bytes));
  m.one("picket_store_last_commit_microseconds", "gauge", "Time of the last transaction", store.last_commit_us);
  m.one("picket_store_degraded", "gauge", "1 when the store takes no writes", store.degraded);
  m.one("picket_check_requests_sent_total", "counter", "Check requests sent to agents", s.requests_sent);
  m.one("picket_check_requests_dropped_total", "counter", "Check requests no agent could take", s.requests_dropped);
  m.one("picket_deliveries_dropped_total", "counter", "Deliveries to handlers dropped at the bound of their queue",
        s.deliveries_dropped);
  m.one("picket_loop_lag_milliseconds", "gauge", "How late the last timer of the loop was", api.lag_ms);
  m.one("picket_loop_lag_max_milliseconds", "gauge", "How late the latest timer of the loop was", api.lag_max_ms);
  m.one("picket_api_lists_open", "gauge", "Long lists being written", static_cast<int64_t>(api.lists.size()));
  m.one("picket_api_watches_open", "gauge", "Streams of changes", static_cast<int64_t>(api.watches.size()));
  m.one("process_resident_memory_bytes", "gauge", "Memory of this process", os_resident_kb() * 1024);
  m.one("process_start_time_seconds", "gauge", "Start of this process", api.backend->started_ms / 1000);
}

static std::string seconds(int64_t microseconds) {
  std::string text;
  json_put_double(text, static_cast<double>(microseconds) / 1e6);
  return text;
}

// One histogram per route that was ever used.
static void metrics_routes(Exposition& m, const Api& api) {
  static const char kName[] = "picket_api_request_duration_seconds";
  m.head(kName, "histogram", "Time from the request to its answer, by route");
  for (const auto& [route, stats] : api.stats) {
    std::string labels = "route=\"" + route_metric_name(route) + "\"";
    int64_t sum = 0;
    for (int i = 0; i < 12; i++) {
      sum += stats.buckets[i];
      std::string le = i < 11 ? seconds(250LL << i) : "+Inf";
      m.value("picket_api_request_duration_seconds_bucket", sum, labels + ",le=\"" + le + "\"");
    }
    m.text += std::string(kName) + "_sum{" + labels + "} " + seconds(stats.microseconds) + "\n";
    m.value("picket_api_request_duration_seconds_count", stats.count, labels);
  }
  m.head("picket_api_errors_total", "counter", "Answers of 500 and above, by route");
  for (const auto& [route, stats] : api.stats)
    if (stats.errors > 0)
      m.value("picket_api_errors_total", stats.errors, "route=\"" + route_metric_name(route) + "\"");
}

void metrics_get(CallPtr call) {
  Exposition m;
  metrics_reference(m, call->backend->stats);
  metrics_ours(m, *call->api);
  metrics_routes(m, *call->api);
  answer(call, 200, std::move(m.text), {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}});
}

}  // namespace picket
