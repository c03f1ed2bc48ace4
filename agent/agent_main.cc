// agent/agent_main.cc - the agent as a program of its own: loop, signals, exit status.
#include <algorithm>

#include "agent/agent.h"
#include "agent/enrolment.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "common/program/log_file.h"
#include "common/os/memory.h"
#include "common/process/process.h"
#include "common/program/service.h"

namespace picket {
namespace {

constexpr int64_t kEnrollAgainMs = 1000, kEnrollAgainMaxMs = 30'000;  // between two tries to enrol, doubled

struct Program {
  uv_loop_t loop{};
  std::function<Result<Options>()> reload;
  Net* net = nullptr;
  Agent* agent = nullptr;
  AgentConfig config;  // to start with
  uv_timer_t again{};  // the next try to enrol
  int64_t wait_ms = kEnrollAgainMs;
  bool over = false;
  Status failed;
};

void stop(Program* p, const std::string& why) {
  if (std::exchange(p->over, true)) return;
  log_info("agent", "stopping", {{"why", why}});
  uv_close(reinterpret_cast<uv_handle_t*>(&p->again), nullptr);
  if (!p->agent) return net_close(p->net, [] {});
  agent_stop(std::exchange(p->agent, nullptr), [p] { net_close(p->net, [] {}); });
}

Status log_open(const Options& options) {
  Result<LogFileOptions> file = log_file_options(options, service_is_managed() ? os_default_dir("log") + "/agent.log" : "");
  return file.ok() ? log_to_file(file.value) : file.status;
}

// A configuration with errors is reported and changes nothing.
void config_reload(Program* p) {
  if (!p->agent || p->over || !p->reload) return;
  Result<Options> options = p->reload();
  Result<AgentConfig> config = options.ok() ? agent_config_from(options.value, agent_defaults()) : Result<AgentConfig>(options.status);
  Status s = config.ok() ? agent_reload(p->agent, config.value) : config.status;
  if (!s.ok()) return log_error("agent", "configuration not reloaded, the previous one stays in effect", {{"error", s.message}});
  if (Status log = log_open(options.value); !log.ok()) log_error("agent", "log destination not changed", {{"error", log.message}});
  options_log_warnings(options.value.warnings, "agent");
  options_log_warnings(config.value.warnings, "agent");
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

static void give_up(Program* p, const Status& why) {
  p->failed = why;
  p->over = true;
  uv_close(reinterpret_cast<uv_handle_t*>(&p->again), nullptr);
  net_close(p->net, [] {});
}

static void start(Program* p) {
  Result<Agent*> agent = agent_start(&p->loop, p->net, p->config);
  if (!agent.ok()) return give_up(p, agent.status);
  p->agent = agent.value;
  pool_keep_small();
  service_started();
}

static void begin(Program* p);

// A backend that is not there yet is waited for; one that refuses the token is the end.
static void on_enrolled(Program* p, const Status& s) {
  if (p->over) return;
  if (s.ok()) return start(p);
  if (s.code != Err::unavailable) return give_up(p, s);
  service_started();  // it runs, and waits
  log_warn("agent", "not enrolled yet; trying again", {{"error", s.message}, {"wait_ms", p->wait_ms}});
  uv_timer_start(
      &p->again, [](uv_timer_t* t) { begin(static_cast<Program*>(t->data)); }, static_cast<uint64_t>(p->wait_ms), 0);
  p->wait_ms = std::min(p->wait_ms * 2, kEnrollAgainMaxMs);
}

// With a token and without a credential it enrols first.
static void begin(Program* p) {
  const std::optional<AgentCredential> present = credential_read(p->config);
  if (p->config.enroll_token.empty() || (present && present->complete)) return start(p);
  enroll_begin(p->net, {p->config, p->config.enroll_url, p->config.enroll_token}, [p](const Status& s) { on_enrolled(p, s); });
}

AgentDefaults agent_defaults() { return {os_hostname(), os_default_dir("cache"), os_default_dir("state")}; }

int agent_main(const Options& options, std::function<Result<Options>()> reload) {
  if (int status = os_run_as_init(); status >= 0) return status;  // we are the first process of a container
  Result<AgentConfig> config = agent_config_from(options, agent_defaults());
  if (!config.ok()) return log_start_failure("agent", config.status.message);
  if (Status s = log_open(options); !s.ok()) return log_start_failure("agent", s.message);
  log_set_level(log_level_parse(config.value.log_level).value);
  options_log_warnings(options.warnings, "agent");
  options_log_warnings(config.value.warnings, "agent");
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
  uv_timer_init(&p.loop, &p.again);
  p.again.data = &p;
  p.config = config.value;
  begin(&p);
  uv_run(&p.loop, UV_RUN_DEFAULT);
  process_reap_end(reaper);
  service_watch_end(service);
  uv_run(&p.loop, UV_RUN_DEFAULT);
  uv_loop_close(&p.loop);
  return p.failed.ok() ? 0 : log_start_failure("agent", p.failed.message);
}

}  // namespace picket
