// agent/agent_main.cc - the agent as a program of its own: loop, signals, exit status.
#include "agent/agent.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "common/program/log_file.h"
#include "common/os/memory.h"
#include "common/process/process.h"
#include "common/program/service.h"

namespace picket {
namespace {

struct Program {
  uv_loop_t loop{};
  std::function<Result<Options>()> reload;
  Net* net = nullptr;
  Agent* agent = nullptr;
};

void stop(Program* p, const std::string& why) {
  if (!p->agent) return;
  log_info("agent", "stopping", {{"why", why}});
  agent_stop(std::exchange(p->agent, nullptr), [p] { net_close(p->net, [] {}); });
}

Status log_open(const Options& options) {
  Result<LogFileOptions> file = log_file_options(options, service_is_managed() ? os_default_dir("log") + "/agent.log" : "");
  return file.ok() ? log_to_file(file.value) : file.status;
}

// A configuration with errors is reported and changes nothing.
void config_reload(Program* p) {
  if (!p->agent || !p->reload) return;
  Result<Options> options = p->reload();
  Result<AgentConfig> config = options.ok() ? agent_config_from(options.value, agent_defaults()) : Result<AgentConfig>(options.status);
  Status s = config.ok() ? agent_reload(p->agent, config.value) : config.status;
  if (!s.ok()) return log_error("agent", "configuration not reloaded, the previous one stays in effect", {{"error", s.message}});
  if (Status log = log_open(options.value); !log.ok()) log_error("agent", "log destination not changed", {{"error", log.message}});
  options_log_warnings(options.value.warnings, "agent");
  options_log_unmet(options.value, "agent");
  log_set_level(log_level_parse(config.value.log_level).value);
}

}  // namespace

// Two threads are enough for names, hashes and flushes, and each has memory of its own. Set when the environment of checks
// has been taken: it is not theirs.
static void pool_keep_small() {
  char value[8];
  size_t size = sizeof value;
  if (uv_os_getenv("UV_THREADPOOL_SIZE", value, &size) == UV_ENOENT) uv_os_setenv("UV_THREADPOOL_SIZE", "2");
}

AgentDefaults agent_defaults() { return {os_hostname(), os_default_dir("cache"), os_default_dir("state")}; }

int agent_main(const Options& options, std::function<Result<Options>()> reload) {
  if (int status = os_run_as_init(); status >= 0) return status;  // we are the first process of a container
  Result<AgentConfig> config = agent_config_from(options, agent_defaults());
  if (!config.ok()) return log_start_failure("agent", config.status.message);
  if (Status s = log_open(options); !s.ok()) return log_start_failure("agent", s.message);
  log_set_level(log_level_parse(config.value.log_level).value);
  options_log_warnings(options.warnings, "agent");
  options_log_unmet(options, "agent");
  os_raise_file_limit();
  os_spare_memory();

  Program p;
  p.reload = std::move(reload);
  uv_loop_init(&p.loop);
  p.net = net_open(&p.loop, {256});  // tables for that number of files, not for all that we may open
  OrphanReaper* reaper = process_reap_orphans(&p.loop);
  ServiceWatch* service =
      service_watch(&p.loop, {[&p](const std::string& why) { stop(&p, why); }, [&p] { config_reload(&p); }, service_turn_log_level});
  Result<Agent*> agent = agent_start(&p.loop, p.net, config.value);
  if (agent.ok()) {
    p.agent = agent.value;
    pool_keep_small();
    service_started();
  } else {
    net_close(p.net, [] {});
  }
  uv_run(&p.loop, UV_RUN_DEFAULT);
  process_reap_end(reaper);
  service_watch_end(service);
  uv_run(&p.loop, UV_RUN_DEFAULT);
  uv_loop_close(&p.loop);
  return agent.ok() ? 0 : log_start_failure("agent", agent.status.message);
}

}  // namespace picket
