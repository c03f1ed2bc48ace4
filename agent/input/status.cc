// agent/input/status.cc - what the agent reports about itself: Prometheus text and the status document.
#include <algorithm>

#include "agent/input/input_api.h"
#include "common/basic/build_info.h"
#include "common/json/json.h"

namespace picket {
namespace {

struct Row { const char* name; const char* type; const char* help; double value; };

void row_put(std::string& out, const Row& row) {
  std::string name = std::string("picket_agent_") + row.name;
  out += "# HELP " + name + " " + row.help + "\n# TYPE " + name + " " + row.type + "\n" + name + " ";
  json_put_double(out, row.value);
  out += "\n";
}

const char* link_name(const Link& link) {
  switch (link.state) {
    case Link::down: return "waiting to connect";
    case Link::connecting: return "connecting";
    case Link::waiting: return "waiting for entity_config";
    case Link::up: return "connected";
    case Link::closing: return "closing";
    case Link::stopped: return "stopped";
  }
  return "";
}

std::string session_json(const Core& core, const ApiStats& stats, Now now) {
  JsonObject o;
  o.add("state", link_name(core.link)).add("url", stats.url).add("acknowledged", core.acknowledged);
  if (core_is_connected(core)) o.add("connected_for_s", (now.mono_ms - core.link.opened_at) / 1000);
  if (core.link.state == Link::down) o.add("retry_in_s", std::max<int64_t>(0, core.link.retry_at - now.mono_ms + 999) / 1000);
  return o.done();
}

constexpr size_t kRunsShown = 20;

std::string next_runs_json(const Core& core, Now now) {
  std::string out;
  for (const ScheduledRun& run : schedule_upcoming(core.schedule, core.link.state != Link::up, kRunsShown))
    out += (out.empty() ? "" : ",") +
        JsonObject()
            .add("check", run.check)
            .add("in_s", std::max<int64_t>(0, run.at_ms - now.unix_ms + 999) / 1000)
            .add("by", run.learned ? "offline-schedule" : "agent-schedule")
            .done();
  return "[" + out + "]";
}

std::string last_request_json(const Core& core, Now now) {
  if (core.last_request.unix_ms == 0) return "null";
  return JsonObject()
      .add("check", core.last_request.check)
      .add("issued", core.last_request.issued)
      .add("ago_s", (now.unix_ms - core.last_request.unix_ms) / 1000)
      .done();
}

std::string checks_json(const Core& core, Now now) {
  std::string running = "[";
  for (const auto& [id, run] : core.runs) running += (running.size() > 1 ? "," : "") + json_quote(run.key);
  const CoreCounters& n = core.counters;
  return JsonObject()
      .add_raw("in_progress", running + "]")
      .add("waiting", int64_t(core.runs_waiting.size()))
      .add("requests", n.requests)
      .add("run", n.checks_run)
      .add("duplicates", n.duplicates)
      .add("overlaps", n.overlaps)
      .add("refused", n.refused)
      .add_raw("last_request", last_request_json(core, now))
      .add("learned", int64_t(core.schedule.learned.size()))
      .add_raw("next_runs", next_runs_json(core, now))
      .done();
}

std::string spool_json(const Core& core, const ApiStats& stats, Now now) {
  JsonObject o;
  o.add("enabled", core.outbox.spooled)
      .add("in_memory", int64_t(outbox_depth(core.outbox)))
      .add("in_flight", int64_t(core.outbox.sent.size()))
      .add("records", stats.spool_records)
      .add("bytes", stats.spool_bytes)
      .add("lost", core.lost.all() + core.damaged);
  if (!stats.spool_trouble.empty()) o.add("error", stats.spool_trouble).add("not_on_disk", stats.spool_unwritten);
  if (stats.spool_oldest_ms != 0) o.add("oldest_s", (now.unix_ms - stats.spool_oldest_ms) / 1000);
  return o.done();
}

}  // namespace

std::string api_metrics_text(const Core& core, const ApiStats& stats) {
  const CoreCounters& n = core.counters;
  const Row rows[] = {
      {"connected", "gauge", "1 while a backend is connected.", core_is_connected(core) ? 1.0 : 0.0},
      {"sessions_total", "counter", "Connections opened.", double(n.sessions)},
      {"check_requests_total", "counter", "Check requests received.", double(n.requests)},
      {"check_requests_duplicate_total", "counter", "Duplicate check requests received.", double(n.duplicates)},
      {"check_requests_overlapping_total", "counter", "Requests for a check that is still running.", double(n.overlaps)},
      {"check_requests_refused_total", "counter", "Requests answered with a failure.", double(n.refused)},
      {"checks_run_total", "counter", "Checks started.", double(n.checks_run)},
      {"checks_running", "gauge", "Checks running now.", double(core.runs_running)},
      {"checks_waiting", "gauge", "Checks queued by max-concurrent-checks.", double(core.runs_waiting.size())},
      {"events_total", "counter", "Events queued for a backend.", double(n.events)},
      {"events_waiting", "gauge", "Events in memory not yet sent to a backend.", double(outbox_depth(core.outbox))},
      {"events_dropped_total", "counter", "Events lost at a limit.", double(core.lost.all() + core.damaged)},
      {"input_refused_total", "counter", "Results of other programs rejected by input-rate-limit.", double(n.input_refused)},
      {"metrics_skipped_total", "counter", "Parts of check outputs ignored because they are not metrics.", double(n.metrics_skipped)},
      {"keepalives_total", "counter", "Keepalives sent.", double(n.keepalives)},
      {"spool_bytes", "gauge", "Size of the spool.", double(stats.spool_bytes)},
      {"spool_records", "gauge", "Events in the spool.", double(stats.spool_records)},
      {"statsd_lines_total", "counter", "StatsD lines received.", double(stats.statsd_lines)},
      {"statsd_bad_lines_total", "counter", "Invalid StatsD lines.", double(stats.statsd_bad)},
  };
  std::string out;
  for (const Row& row : rows) row_put(out, row);
  if (stats.resident_kb > 0)
    out +=
        "# HELP process_resident_memory_bytes Resident memory size in bytes.\n# TYPE process_resident_memory_bytes gauge\n"
        "process_resident_memory_bytes " +
        std::to_string(stats.resident_kb * 1024) + "\n";
  return out;
}

std::string api_status_json(const Core& core, const ApiStats& stats, Now now) {
  return JsonObject()
      .add("name", core.entity.metadata.name)
      .add("namespace", core.entity.metadata.ns)
      .add("version", kVersion)
      .add_raw("session", session_json(core, stats, now))
      .add_raw("checks", checks_json(core, now))
      .add_raw("spool", spool_json(core, stats, now))
      .add("resident_kb", stats.resident_kb)
      .done();
}

}  // namespace picket
