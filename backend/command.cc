#include "command.h"

#include <csignal>
#include <cstdio>

#include "../common/build_info.h"
#include "../common/log.h"
#include "../common/options.h"
#include "../common/os.h"
#include "../common/process.h"
#include "server.h"

namespace picket {
namespace {

constexpr const char* kUsage = "picket backend start [--OPTION VALUE]...";

// One process: loop, backend and what stops it.
struct Program {
  uv_loop_t loop{};
  Net* net = nullptr;
  Backend* backend = nullptr;
  uv_signal_t signals[2]{};
  bool stopping = false;
};

void stop(Program* p) {
  if (std::exchange(p->stopping, true)) return;
  for (uv_signal_t& s : p->signals) uv_close(reinterpret_cast<uv_handle_t*>(&s), nullptr);
  auto close_net = [p] { net_close(p->net, [] {}); };
  if (p->backend) backend_stop(p->backend, close_net);
  else close_net();
}

void on_signal(uv_signal_t* s, int number) {
  auto* p = static_cast<Program*>(s->data);
  log_warn("backend", "stopping", {{"signal", number}});
  stop(p);
}

int fatal(const Status& s) {
  fprintf(stderr, "picket backend: %s\n", s.message.c_str());
  return 1;
}

Status run(Program& p, const BackendConfig& config) {
  uv_loop_init(&p.loop);
  os_raise_file_limit();
  p.net = net_open(&p.loop, {});
  OrphanReaper* reaper = process_reap_orphans(&p.loop);
  const int numbers[] = {SIGINT, SIGTERM};
  for (int i = 0; i < 2; i++) {
    uv_signal_init(&p.loop, &p.signals[i]);
    p.signals[i].data = &p;
    uv_signal_start(&p.signals[i], on_signal, numbers[i]);
  }
  Result<Backend*> backend = backend_start(&p.loop, p.net, config);
  p.backend = backend.value;
  if (!backend.ok()) stop(&p);
  uv_run(&p.loop, UV_RUN_DEFAULT);
  process_reap_end(reaper);
  uv_run(&p.loop, UV_RUN_DEFAULT);
  uv_loop_close(&p.loop);
  return backend.status;
}

}  // namespace

int backend_command(const std::vector<std::string>& args) {
  std::vector<std::string> rest = args;
  if (!rest.empty() && rest.front() == "start") rest.erase(rest.begin());
  OptionsInput input;
  input.argv = rest;
  input.env = os_environment();
  input.read_file = [](const std::string& path) { return os_read_file(path); };
  Result<Options> options = options_load(kBackendOptions, input);
  if (!options.ok()) return fatal(options.status);
  if (options.value.boolean("help")) return printf("%s", options_help(kBackendOptions, kUsage).c_str()), 0;
  if (options.value.boolean("print-config")) return printf("%s", options_print(options.value).c_str()), 0;
  if (!options.value.args.empty()) return fatal(fail(Err::invalid, "\"" + options.value.args.front() + "\" is no command; usage: " + kUsage));
  Result<BackendConfig> config = backend_config(options.value);
  if (!config.ok()) return fatal(config.status);
  log_set_level(log_level_parse(config.value.log_level).value);
  for (const std::string& name : backend_config_ignored(options.value))
    log_debug("backend", "option has no effect here", {{"option", name}});
  Program program;
  Status status = run(program, config.value);
  return status.ok() ? 0 : fatal(status);
}

}  // namespace picket
