// backend/endpoints/api_metrics.cc - /metrics: the reference's names where we have the figure, ours after them.

#include <cstdlib>

#include "common/basic/build_info.h"
#include "common/json/json.h"
#include "common/os/os.h"
#include "backend/store/store_cluster.h"
#include "backend/api/api_state.h"
#include "backend/endpoints/endpoints.h"
#include "backend/deliver/pipelines.h"
#include "backend/ingest/ingest.h"
#include "backend/ingest/metric_history.h"
#include "backend/ingest/schedule_driver.h"
#include "backend/agents/agent_sessions.h"

namespace picket {

constexpr int64_t kNamespacesShown = 200;  // of the schedulers' figures; more would make every scrape long

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

static std::string label(const char* name, std::string_view value) {  // a JSON string is escaped as a label is
  return std::string(name) + "=" + json_quote(value);
}

static void metrics_events(Exposition& m, const BackendStats& s) {
  m.head("sensu_go_events_processed", "counter", "Events processed");
  m.value("sensu_go_events_processed", s.events_check, R"(status="success",type="check")");
  m.value("sensu_go_events_processed", s.events_metrics, R"(status="success",type="metrics")");
  m.value("sensu_go_events_processed", s.events_failed, R"(status="error",type="unknown")");
  m.head("sensu_go_keepalives", "counter", "Keepalives received, and keepalive timeouts");
  m.value("sensu_go_keepalives", s.keepalives_alive, R"(status="alive")");
  m.value("sensu_go_keepalives", s.keepalives_dead, R"(status="dead")");
  m.one("sensu_go_event_metric_points_processed", "counter", "Metric points in events", s.metric_points);
}

static void metrics_agents(Exposition& m, const Backend& b) {
  m.head("sensu_go_agent_sessions", "gauge", "Connected agents");
  if (!b.sessions || b.sessions->by_namespace.empty()) m.value("sensu_go_agent_sessions", 0, label("namespace", "default"));
  else
    for (const auto& [ns, count] : b.sessions->by_namespace) m.value("sensu_go_agent_sessions", count, label("namespace", ns));
  m.one("sensu_go_session_errors", "counter", "Sessions that ended in an error", b.stats.session_errors);
  m.one("sensu_go_websocket_errors", "counter", "Handshakes rejected", b.stats.handshakes_refused);
}

static void metrics_handlers(Exposition& m, const BackendStats& s) {
  m.one("sensu_go_event_handlers_busy", "gauge", "Handlers running", s.handlers_busy);
  m.head("sensu_go_handler_requests", "counter", "Handler runs by outcome");
  if (s.handlers.empty()) m.value("sensu_go_handler_requests", 0, R"(status="0",type="pipe")");
  for (const auto& [type, outcomes] : s.handlers) {
    m.value("sensu_go_handler_requests", outcomes.ok, R"(status="0",)" + label("type", type));
    m.value("sensu_go_handler_requests", outcomes.failed, R"(status="1",)" + label("type", type));
  }
  m.one("sensu_go_handler_requests_total", "counter", "Handler runs", s.handlers_ok + s.handlers_failed);
}

static void metrics_schedulers(Exposition& m, const Backend& b) {
  static constexpr struct { const char *name, *help; int64_t SchedulerCounts::*count; } kRows[] = {
      {"sensu_go_interval_schedulers", "Checks run by interval", &SchedulerCounts::interval},
      {"sensu_go_cron_schedulers", "Checks run by cron schedule", &SchedulerCounts::cron},
      {"sensu_go_round_robin_interval_schedulers", "Round robin checks run by interval", &SchedulerCounts::ring_interval},
      {"sensu_go_round_robin_cron_schedulers", "Round robin checks run by cron schedule", &SchedulerCounts::ring_cron},
  };
  std::map<std::string, SchedulerCounts> counts;
  for (const std::string& ns : b.namespaces) {
    if (static_cast<int64_t>(counts.size()) == kNamespacesShown) break;
    counts[ns] = scheduler_counts(b.scheduling->scheduler, ns);
  }
  for (const auto& row : kRows) {
    m.head(row.name, "gauge", row.help);
    for (const auto& [ns, c] : counts) m.value(row.name, c.*row.count, label("namespace", ns));
  }
}

static std::string number(double value) {
  std::string text;
  json_put_double(text, value);
  return text;
}

static void summary(Exposition& m, const char* name, const char* help, const Summary& s, double unit, const std::string& labels = "") {
  const int64_t now_ms = backend_clock_us() / 1000;
  const std::string rest = labels.empty() ? "" : "," + labels;
  m.head(name, "summary", help);
  for (const char* q : {"0.5", "0.9", "0.99"}) {
    const double value = summary_quantile(s, strtod(q, nullptr), now_ms);
    m.text += std::string(name) + "{quantile=\"" + q + "\"" + rest + "} " + (value < 0 ? "NaN" : number(value / unit)) + "\n";
  }
  const std::string own = labels.empty() ? "" : "{" + labels + "}";
  m.text += std::string(name) + "_sum" + own + " " + number(static_cast<double>(s.sum) / unit) + "\n";
  m.value((std::string(name) + "_count").c_str(), s.count, labels);
}

// In milliseconds, as the reference has them; sizes in bytes.
static void metrics_summaries(Exposition& m, const BackendTimes& t) {
  const struct { const char *name, *help; const Summary& of; double unit; } rows[] = {
      {"sensu_go_event_handler_duration", "Time from an event's arrival until it is stored", t.event, 1000},
      {"sensu_go_eventd_update_event_duration", "Time to evaluate and merge an event", t.update, 1000},
      {"sensu_go_pipeline_duration", "Time of all handlers of an event, queueing included", t.pipeline, 1000},
      {"sensu_go_pipeline_filter_duration", "Time to select the handlers of an event", t.filter, 1000},
      {"sensu_go_pipeline_mutator_duration", "Time of a mutator's command", t.mutator, 1000},
      {"sensu_go_pipeline_handler_duration", "Time of a handler with its mutator", t.handler, 1000},
      {"sensu_go_websocket_upgrade_duration", "Time from an agent's request to its session", t.upgrade, 1000},
      {"sensu_go_agentd_event_bytes", "Size of events as agents send them", t.event_bytes, 1},
      {"sensu_go_store_event_bytes", "Size of events as they are stored, without their entity", t.stored_bytes, 1},
  };
  for (const auto& row : rows) summary(m, row.name, row.help, row.of, row.unit);
}

static void metrics_reference(Exposition& m, const Backend& b) {
  metrics_events(m, b.stats);
  metrics_agents(m, b);
  metrics_handlers(m, b.stats);
  m.head("sensu_go_wizard_bus", "gauge", "Events queued for their handlers");
  m.value("sensu_go_wizard_bus", b.pipelines ? static_cast<int64_t>(pipelines_waiting(*b.pipelines)) : 0, label("topic", "sensu:event"));
  metrics_schedulers(m, b);
  metrics_summaries(m, b.times);
  m.head("sensu_go_build_info", "gauge", "Version of this program");
  m.value("sensu_go_build_info", 1, std::string("version=\"") + kVersion + "\"");
}

static void metrics_store(Exposition& m, const Store* s) {
  StoreStats store = store_stats(s);
  m.one("picket_store_commits_total", "counter", "Transactions committed", store.commits);
  m.one("picket_store_writes_total", "counter", "Objects and events written", store.writes);
  m.one("picket_store_errors_total", "counter", "Transactions that failed", store.errors);
  m.one("picket_store_queued_bytes", "gauge", "Bytes queued for the writer", static_cast<int64_t>(store.queued_bytes));
  m.one("picket_store_last_commit_microseconds", "gauge", "Duration of the last transaction", store.last_commit_us);
  m.one("picket_store_degraded", "gauge", "1 if the store is not writable", store.degraded);
  summary(m, "picket_store_commit_duration_seconds", "Transactions, flushed to the disk", store_commit_times(s), 1e6);
}

static void metrics_cluster(Exposition& m, const Store* s) {
  if (!store_is_clustered(s)) return;
  const ClusterStats c = store_cluster_stats(s);
  m.one("picket_cluster_position", "gauge", "Place in the cluster's log up to which this member has read", c.position);
  m.one("picket_cluster_position_applied", "gauge", "Place up to which its copy is written", c.applied);
  m.one("picket_cluster_members_live", "gauge", "Members heard of within ten seconds, with this one",
        static_cast<int64_t>(members_living(store_members(s), os_mono_ms()).size()));
  m.one("picket_cluster_records_total", "counter", "Records of all members applied", c.records);
  m.one("picket_cluster_refused_total", "counter", "Own writes refused by the log", c.refused);
  m.one("picket_cluster_merged_again_total", "counter", "Of these, events merged again with what another member wrote", c.again);
  m.one("picket_cluster_resent_total", "counter", "Own records sent again", c.resent);
  m.one("picket_cluster_registrations_total", "counter", "Registrations of this member", c.registered);
  m.one("picket_cluster_waiting", "gauge", "Own writes that the log has not decided", c.waiting);
  m.one("picket_cluster_checkpoint_position", "gauge", "Place of the newest checkpoint, where this member knows it", c.checkpoint);
}

static void metrics_ours(Exposition& m, const Api& api) {
  const Backend& b = *api.backend;
  m.one("picket_check_requests_sent_total", "counter", "Check requests sent to agents", b.stats.requests_sent);
  m.one("picket_check_requests_dropped_total", "counter", "Check requests that no agent received", b.stats.requests_dropped);
  m.one("picket_deliveries_waiting", "gauge", "Events queued for their handlers",
        b.pipelines ? static_cast<int64_t>(b.pipelines->waiting.size() + b.pipelines->behind) : 0);
  m.one("picket_deliveries_dropped_total", "counter", "Deliveries to handlers dropped because their queue was full",
        b.stats.deliveries_dropped);
  const Incidents& incidents = b.pipelines->incidents;
  m.one("picket_incidents_open", "gauge", "Incidents that have not ended", incidents_open(incidents, false));
  m.one("picket_incidents_not_notified", "gauge", "Of these, incidents of which no handler has notified anybody",
        incidents_open(incidents, true));
  m.one("picket_incidents_begun_total", "counter", "Incidents that began since the start", incidents.began);
  m.one("picket_incidents_ended_total", "counter", "Incidents that ended since the start", incidents.ended);
  m.one("picket_incidents_kept", "gauge", "Incidents stored", static_cast<int64_t>(incidents.table.count));
  m.one("picket_incidents_kept_bytes", "gauge", "Bytes of the incidents stored", static_cast<int64_t>(incidents.table.bytes));
  m.one("picket_incidents_dropped_total", "counter", "Incidents deleted since the start because they were old or too many",
        incidents.left_out);
  m.one("picket_sessions_paused", "gauge", "Agents paused until their events are stored",
        b.sessions ? static_cast<int64_t>(b.sessions->paused.size()) : 0);
  m.one("picket_sessions_turns_waited_total", "counter",
        "Times an agent was deferred to a later loop iteration because of other agents' load", b.sessions->budget.put_off);
  m.one("picket_metric_histories", "gauge", "Events with a metric history of the last day", static_cast<int64_t>(b.histories->all.size()));
  m.one("picket_metric_histories_refused_total", "counter", "Events without a metric history: limit reached", b.histories->refused);
  m.one("picket_loop_lag_milliseconds", "gauge", "Delay of the last timer of the loop", api.lag_ms);
  m.one("picket_loop_lag_max_milliseconds", "gauge", "Maximum delay of a timer of the loop", api.lag_max_ms);
  m.one("picket_api_lists_open", "gauge", "Long lists being written", static_cast<int64_t>(api.lists.size()));
  m.one("picket_api_watches_open", "gauge", "Change streams", static_cast<int64_t>(api.watches.size()));
  m.one("process_resident_memory_bytes", "gauge", "Memory of this process", os_resident_kb() * 1024);
  m.one("process_start_time_seconds", "gauge", "Start of this process", b.started_ms / 1000);
}

// One histogram per route that was ever used.
static void metrics_routes(Exposition& m, const Api& api) {
  static const char kName[] = "picket_api_request_duration_seconds";
  m.head(kName, "histogram", "Time from request to response, by route");
  for (const auto& [route, stats] : api.stats) {
    std::string labels = "route=\"" + route_metric_name(route) + "\"";
    int64_t sum = 0;
    for (int i = 0; i < 12; i++) {
      sum += stats.buckets[i];
      std::string le = i < 11 ? number(static_cast<double>(250LL << i) / 1e6) : "+Inf";
      m.value("picket_api_request_duration_seconds_bucket", sum, labels + ",le=\"" + le + "\"");
    }
    m.text += std::string(kName) + "_sum{" + labels + "} " + number(static_cast<double>(stats.microseconds) / 1e6) + "\n";
    m.value("picket_api_request_duration_seconds_count", stats.count, labels);
  }
  m.head("picket_api_errors_total", "counter", "Responses with status 500 and above, by route");
  for (const auto& [route, stats] : api.stats)
    if (stats.errors > 0) m.value("picket_api_errors_total", stats.errors, "route=\"" + route_metric_name(route) + "\"");
}

void metrics_get(CallPtr call) {
  Exposition m;
  metrics_reference(m, *call->backend);
  metrics_store(m, call->backend->store);
  metrics_cluster(m, call->backend->store);
  metrics_ours(m, *call->api);
  metrics_routes(m, *call->api);
  answer(call, 200, std::move(m.text), {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}});
}

}  // namespace picket
