// agent/spool_host.cc - the spool on the loop: the core's spool actions, one timer, flushes on a worker thread.
#include "agent/agent_state.h"
#include "agent/spool.h"
#include "common/log.h"
#include "common/os.h"

namespace picket {

struct SpoolHost {
  Agent* agent = nullptr;
  Spool spool;
  uv_timer_t tick{};  // runs only while the spool has something to do
  bool closing = false;
};

namespace {

constexpr uint64_t kTickMs = 1000;

std::string file_name_of(std::string name) {
  for (char& c : name)
    if (c == ':' || c == '/' || c == '\\') c = '_';
  return name;
}

std::string spool_folder(const AgentConfig& c) { return c.state_dir + "/spool/" + file_name_of(c.ns + "--" + c.name); }

void on_flushed(uv_fs_t* request) {
  if (request->result < 0) log_error("agent", "flush the spool", {{"error", uv_strerror(int(request->result))}});
  uv_fs_req_cleanup(request);
  delete request;
}

void lost_tell(SpoolHost* host, const SpoolLost& lost) {
  if (lost.count > 0) core_spool_dropped(host->agent->core, lost.until, lost.count);
}

// The event is in the spool before the first tick, which takes what was damaged out of the files.
void damage_tell(SpoolHost* host, const SpoolDamage& damage) {
  if (damage.files == 0) return;
  std::string what = std::to_string(damage.files) + (damage.files == 1 ? " file" : " files") +
      " of the spool damaged: " + (damage.bytes == 0 ? "records are gone" : std::to_string(damage.bytes) + " bytes are no whole record") +
      " in " + damage.path + (damage.files > 1 ? " and others" : "") + "; ";
  core_spool_damaged(host->agent->core, agent_now(host->agent), std::move(what), damage.missing);
}

void on_tick(uv_timer_t* timer) {
  SpoolHost* host = static_cast<SpoolHost*>(timer->data);
  int file = -1;
  lost_tell(host, spool_tick(host->spool, os_unix_ms(), &file));
  if (file >= 0) uv_fs_fdatasync(host->agent->loop, new uv_fs_t, file, on_flushed);
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
  Result<Spool> spool = spool_open(spool_folder(c), c, os_uuid());
  if (!spool.ok()) {
    log_warn("agent", "no spool: results wait in memory and are lost with the process", {{"error", spool.status.message}});
    return nullptr;
  }
  SpoolHost* host = new SpoolHost;
  host->agent = agent;
  host->spool = std::move(spool.value);
  uv_timer_init(agent->loop, &host->tick);
  host->tick.data = host;
  core_spool_opened(agent->core, host->spool.stream, host->spool.next_number, spool_oldest(host->spool));
  damage_tell(host, host->spool.damage);
  if (uint64_t waiting = spool_events(host->spool); waiting > 0) {
    log_info("agent", "events of an earlier run wait in the spool", {{"events", waiting}});
  }
  if (!spool_is_idle(host->spool)) tick_start(host);
  return host;
}

void spool_host_perform(Agent* agent, Action& action) {
  SpoolHost* host = agent->spool;
  if (!host) return;
  if (auto* x = std::get_if<SpoolStore>(&action)) lost_tell(host, spool_store(host->spool, x->record, os_unix_ms()));
  else if (auto* x = std::get_if<SpoolForget>(&action)) spool_forget(host->spool, x->number);
  else if (auto* x = std::get_if<SpoolLoad>(&action)) {
    SpoolBatch batch = spool_load(host->spool, x->from, x->bytes_max);
    core_spool_loaded(agent->core, std::move(batch.records), batch.more, batch.stored_until);
    damage_tell(host, batch.damage);
  } else if (auto* x = std::get_if<SpoolRenew>(&action)) {
    if (Status s = spool_renew(host->spool, x->stream); !s.ok()) log_error("agent", "spool", {{"error", s.message}});
  } else return;
  tick_start(host);
}

void spool_host_stats(const SpoolHost* host, ApiStats* stats) {
  if (!host) return;
  stats->spool_bytes = spool_bytes(host->spool);
  stats->spool_records = spool_events(host->spool);
  stats->spool_lost = host->spool.lost;
  if (stats->spool_records > 0)
    for (const SpoolSegment& s : host->spool.segments)
      if (s.events > 0 && s.last > host->spool.done) {
        stats->spool_oldest_ms = s.oldest_ms;
        break;
      }
}

void spool_host_close(SpoolHost* host) {
  spool_close(host->spool);
  uv_close(reinterpret_cast<uv_handle_t*>(&host->tick), [](uv_handle_t* h) { delete static_cast<SpoolHost*>(h->data); });
}

}  // namespace picket
