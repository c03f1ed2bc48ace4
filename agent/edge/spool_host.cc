// agent/edge/spool_host.cc - the spool on the loop: the core's spool actions, one timer, flushes on a worker thread.
#include <memory>
#include <set>
#include <utility>

#include "agent/agent_state.h"
#include "agent/edge/spool_files.h"
#include "agent/core/core_spool.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "common/process/blocking_worker.h"

namespace picket {

struct SpoolHost {
  Agent* agent = nullptr;
  Spool spool;
  uv_timer_t tick{};  // runs only while the spool has something to do
  Worker* flushing = nullptr;
  std::set<std::string> unflushed;  // files and folders that a flush is wanted of
};

namespace {

constexpr uint64_t kTickMs = 1000;

std::string file_name_of(std::string name) {
  for (char& c : name)
    if (c == ':' || c == '/' || c == '\\') c = '_';
  return name;
}

std::string spool_folder(const AgentConfig& c) { return c.state_dir + "/spool/" + file_name_of(c.ns + "--" + c.name); }

// Files and folders to be forced to the disk; on a thread of its own, because that may take as long as the disk likes. One at a time:
// what is wanted meanwhile comes next, in one go.
struct Flush {
  std::set<std::string> paths;
  std::string error;  // of the last that failed
};

void flush_work(Flush* flush) {
  for (const std::string& path : flush->paths) {
    work_note(path);
    if (Status s = spool_disk_real().sync(path); !s.ok() && s.code != Err::not_found) flush->error = path + ": " + s.message;
  }
}

void flush_start(SpoolHost* host, const std::vector<std::string>& paths) {
  host->unflushed.insert(paths.begin(), paths.end());
  if (host->flushing || host->unflushed.empty()) return;
  auto flush = std::make_shared<Flush>();
  flush->paths.swap(host->unflushed);
  host->flushing = worker_start(
      host->agent->loop, "the spool", [flush] { flush_work(flush.get()); },
      [host, flush] {
        host->flushing = nullptr;
        if (!flush->error.empty())
          log_error("agent", "cannot flush the spool: a power failure would lose its last results", {{"error", flush->error}});
        flush_start(host, {});
      });
}

SpoolClock clock_now() { return {os_unix_ms(), os_mono_ms()}; }

void on_tick(uv_timer_t* timer) {
  SpoolHost* host = static_cast<SpoolHost*>(timer->data);
  core_spool_tick(host->agent->core, host->spool, clock_now());
  flush_start(host, spool_unflushed(host->spool));
  if (spool_is_idle(host->spool)) uv_timer_stop(timer);
  agent_drive(host->agent);
}

void tick_start(SpoolHost* host) {
  if (!uv_is_active(reinterpret_cast<uv_handle_t*>(&host->tick))) uv_timer_start(&host->tick, on_tick, kTickMs, kTickMs);
}

}  // namespace

std::string agent_state_path(const AgentConfig& c, const std::string& what) {
  return c.state_dir + "/agent-" + file_name_of(c.name) + "." + what;
}

SpoolHost* spool_host_open(Agent* agent) {
  const AgentConfig& c = agent->core.config;
  Result<Spool> spool = spool_open(spool_disk_real(), spool_folder(c), c, {os_uuid(), clock_now()});
  if (!spool.ok()) {
    log_error("agent", "cannot open the spool: results are kept in memory and lost when the agent stops",
              {{"error", spool.status.message}});
    return nullptr;
  }
  if (!spool.value.trouble.empty())
    log_warn("agent", "cannot write the spool: until it is writable, results are kept in memory and lost when the agent stops",
             {{"error", spool.value.trouble}});
  SpoolHost* host = new SpoolHost;
  host->agent = agent;
  host->spool = std::move(spool.value);
  uv_timer_init(agent->loop, &host->tick);
  host->tick.data = host;
  core_spool_attach(agent->core, agent_now(agent), host->spool);
  flush_start(host, spool_unflushed(host->spool));
  if (uint64_t waiting = spool_events(host->spool); waiting > 0) {
    log_info("agent", "events of an earlier run are in the spool", {{"events", waiting}});
  }
  if (!spool_is_idle(host->spool)) tick_start(host);
  return host;
}

void spool_host_perform(Agent* agent, Action& action) {
  SpoolHost* host = agent->spool;
  if (!host) return;
  if (core_spool_perform(agent->core, host->spool, agent_now(agent), clock_now(), action)) tick_start(host);
}

void spool_host_stats(const SpoolHost* host, ApiStats* stats) {
  if (!host) return;
  stats->spool_bytes = spool_bytes(host->spool);
  stats->spool_records = spool_events(host->spool);
  stats->spool_unwritten = host->spool.unwritten.size();
  stats->spool_trouble = host->spool.trouble;
  if (stats->spool_records > 0)
    for (const SpoolSegment& s : host->spool.segments)
      if (s.events > 0 && s.last > host->spool.done) {
        stats->spool_oldest_ms = s.oldest_ms;
        break;
      }
}

void spool_host_close(SpoolHost* host) {
  if (host->flushing) worker_leave(std::exchange(host->flushing, nullptr));
  core_spool_close(host->agent->core, host->spool);
  uv_close(reinterpret_cast<uv_handle_t*>(&host->tick), [](uv_handle_t* h) { delete static_cast<SpoolHost*>(h->data); });
}

}  // namespace picket
