// agent/agent_start.cc - an agent begins: its files, its state-dir, its inputs; and takes new settings.
#include <memory>
#include <utility>

#include "agent/agent_files.h"
#include "agent/agent_state.h"
#include "agent/input/expected_result.h"
#include "common/os/file_lock.h"
#include "common/os/os.h"
#include "common/text/log.h"
#include "common/text/secrets.h"

namespace picket {
namespace {

constexpr size_t kScheduleFileMax = 64u << 20;  // bytes

double random_unit() {
  uint32_t bits = 0;
  os_random(&bits, sizeof bits);
  return double(bits) / 4294967296.0;
}

void files_apply(Agent* a, AgentFiles files) {
  a->core.allow_list = std::move(files.allow_list);
  a->core.definitions = std::move(files.local.definitions);
  for (const std::string& note : files.notes) log_warn("agent", note);
  a->core.schedule.local.clear();
  for (CheckRequest& check : files.local.checks)
    if (Status s = schedule_add(a->core.schedule, std::move(check), a->core.config.name); !s.ok())
      log_error("agent", "local check not scheduled", {{"error", s.message}});
}

// Makes state-dir and takes it for us. A folder that cannot be written (a read-only root) is no error: then nothing is kept.
Status state_claim(Agent* a) {
  const AgentConfig& c = a->core.config;
  if (!os_make_dirs(c.state_dir, 0700).ok()) return {};
  Result<intptr_t> lock = os_lock_file(agent_state_path(c, "lock"));
  if (lock.ok()) a->lock = lock.value;
  else if (lock.status.code == Err::exists)
    return fail(Err::exists,
                "another agent named \"" + c.name + "\" uses the state-dir " + c.state_dir + " (" + lock.status.message +
                    "); stop it, or use another state-dir or name for this one");
  else log_warn("agent", "cannot lock state-dir; make sure that no other agent uses it", {{"error", lock.status.message}});
  return {};
}

void state_open(Agent* a) {
  const AgentConfig& c = a->core.config;
  if (!c.disable_spool) a->spool = spool_host_open(a);
  if (!os_is_dir(c.state_dir)) return;
  a->schedule = state_file_open(a, "schedule.json");
  if (c.offline_checks)
    state_file_read(a->schedule, kScheduleFileMax,
                    [a](std::string_view text) { return schedule_learned_load(a->core.schedule, text, os_unix_ms()); });
  a->pings_file = state_file_open(a, "pings.json");
  state_file_read(a->pings_file, kPingBookMax, [a](std::string_view text) { return ping_book_load(a->pings, text); });
  api_open_status(a->api, agent_state_path(c, "sock"));
}

// What another agent may have already: the state-dir, and the port of the API.
Status claims_take(Agent* a) {
  if (Status s = state_claim(a); !s.ok()) return s;
  Result<ApiListeners*> api = api_open(a);
  if (!api.ok()) {
    if (a->lock >= 0) os_unlock_file(a->lock);
    return api.status;
  }
  a->api = api.value;
  return {};
}

void inputs_open(Agent* a) {
  uv_timer_init(a->loop, &a->timer);
  uv_prepare_init(a->loop, &a->rest);
  a->timer.data = a->rest.data = a;
  state_open(a);
  if (!a->core.config.disable_statsd) a->statsd = statsd_open(a);
  if (!a->core.config.disable_sockets) a->sockets = sockets_open(a);
  a->pickup = pickup_open(a);
  cloud_probe_start(a);
}

// A job that never reports is missed from now on.
void pings_announce(Agent* a) {
  for (Event& event : expected_announce(a->core, a->pings, agent_now(a))) core_event(a->core, agent_now(a), std::move(event));
  agent_pings_store(a);
}

}  // namespace

void agent_pings_store(Agent* a) {
  if (std::exchange(a->pings.changed, false) && a->pings_file) state_file_store(a->pings_file, ping_book_text(a->pings));
}

Result<Agent*> agent_start(uv_loop_t* loop, Net* net, const AgentConfig& given) {
  AgentConfig config = given;
  std::optional<AgentCredential> credential = credential_use(config);
  Result<AgentFiles> files = agent_files_load(config);
  if (!files.ok()) return files.status;
  auto a = std::make_unique<Agent>();
  a->credential = std::move(credential);
  a->loop = loop;
  a->net = net;
  uv_update_time(loop);
  core_init(a->core, config, {random_unit, os_uuid, os_system_facts, environment_for_commands(os_environment())}, agent_now(a.get()));
  files_apply(a.get(), std::move(files.value));
  if (Status s = claims_take(a.get()); !s.ok()) return s;
  inputs_open(a.get());
  pings_announce(a.get());
  Agent* agent = a.release();
  agent_drive_soon(agent);  // not from inside this call: the caller has not got the agent yet
  return agent;
}

Status agent_reload(Agent* a, const AgentConfig& given) {
  AgentConfig config = given;
  std::optional<AgentCredential> credential = credential_use(config);
  Result<AgentFiles> files = agent_files_load(config);
  if (!files.ok()) return files.status;
  a->credential = std::move(credential);
  core_reconfigure(a->core, agent_now(a), std::move(config));
  files_apply(a, std::move(files.value));
  pings_announce(a);
  agent_drive(a);
  return {};
}

}  // namespace picket
