// cli/commands/service_command.cc - `picket agent|backend|edge service`: the program as a service of Windows.
#include <algorithm>
#include <cstdio>
#include <iterator>

#include "backend/start_command.h"
#include "cli/commands/commands.h"
#include "cli/commands/edge.h"
#include "common/json/json.h"
#include "common/os/os.h"
#include "common/program/service.h"

namespace picket {
namespace {

struct Program {
  const char *name, *service, *display, *description;
  int (*run)(const std::vector<std::string>& args);
};
constexpr Program kPrograms[] = {
    {"agent", "PicketAgent", "Picket Agent", "Runs checks and reports to a backend.", agent_command},
    {"backend", "PicketBackend", "Picket Backend", "Stores the events of agents, schedules checks and runs handlers.", backend_command},
    {"edge", "PicketEdge", "Picket Edge", "Runs backend and agent of this machine in one process.", edge_command},
};

constexpr const char* kUsage =
    "Usage: picket %s service COMMAND\n\n"
    "  install [--OPTION VALUE]...   register with these options of picket %s, start now and at every boot\n"
    "  uninstall                     stop and remove the service; keep configuration, state and logs\n"
    "  start, stop                   start or stop the service and wait for it\n"
    "  reload                        reload the agent's configuration\n"
    "  status                        print the service state; exit status 0 if it is running\n"
    "  prepare [--OPTION VALUE]...   used by installers: create folders and an initial configuration, stop old services\n"
    "  run [--OPTION VALUE]...       used by the service manager\n\n"
    "Service name: %s. Configuration: %s, log: %s\n";

int usage(const Program& program, FILE* to) {
  fprintf(to, kUsage, program.name, program.name, program.service, os_default_dir("config").c_str(), os_default_dir("log").c_str());
  return to == stdout ? 0 : 2;
}

int outcome(const Program& program, const Status& s) {
  if (s.ok()) return 0;
  fprintf(stderr, "picket %s service: %s\n", program.name, s.message.c_str());
  return 1;
}

// A first configuration: the installer's options, and every other option as a comment. One that is there stays.
Status config_make(const Program& program, const std::vector<std::string>& options) {
  std::string path = os_default_dir("config") + "/" + program.name + ".yml", text;
  if (os_exists(path)) return {};
  for (size_t i = 0; i + 1 < options.size(); i += 2)
    if (!options[i + 1].empty())
      text += options[i].substr(std::min<size_t>(options[i].size(), 2)) + ": " + json_quote(options[i + 1]) + "\n";
  return os_write_file(path, text + document_text(std::string(program.name) + ".yml"), 0600);
}

Status prepare(const Program& program, const std::vector<std::string>& options) {
  if (Status s = service_places_make(); !s.ok()) return s;
  if (Status s = config_make(program, options); !s.ok()) return s;
  for (const Program& other : kPrograms)  // an installer has stopped these before it replaced the program
    if (other.name != program.name && service_state(other.service).value == "stopped")
      if (Status s = service_start(other.service); !s.ok()) return s;
  return {};
}

Status install(const Program& program, const std::vector<std::string>& options) {
  ServiceDefinition d{program.service, program.display, program.description, {program.name, "service", "run"}};
  d.arguments.insert(d.arguments.end(), options.begin(), options.end());
  if (Status s = service_install(d); !s.ok()) return s;
  if (Status s = service_places_make(); !s.ok()) return s;
  if (Status s = config_make(program, {}); !s.ok()) return s;
  return service_start(program.service);
}

int run(const Program& program, const std::vector<std::string>& options) {
  return service_run(program.service, [&program, options] { return program.run(options); });
}

int show_state(const Program& program) {
  Result<std::string> state = service_state(program.service);
  if (!state.ok()) return outcome(program, state.status);
  printf("%s: %s\n", program.service, state.value.c_str());
  return state.value == "running" ? 0 : 1;
}

struct Plain {  // without options
  const char* name;
  Status (*act)(const std::string& service);
};
constexpr Plain kPlain[] = {{"uninstall", service_remove}, {"start", service_start}, {"stop", service_stop}, {"reload", service_reload}};

}  // namespace

int service_command(std::string_view name, const std::vector<std::string>& args) {
  const Program& program = *std::find_if(std::begin(kPrograms), std::end(kPrograms), [name](const Program& p) { return p.name == name; });
  const std::string what = args.empty() ? "" : args.front();
  const std::vector<std::string> options(args.begin() + !args.empty(), args.end());
  if (what == "help" || what == "--help") return usage(program, stdout);
  if (what == "install") return outcome(program, install(program, options));
  if (what == "prepare") return outcome(program, prepare(program, options));
  if (what == "run") return run(program, options);
  if (what == "status" && options.empty()) return show_state(program);
  for (const Plain& p : kPlain)
    if (what == p.name && options.empty()) return outcome(program, p.act(program.service));
  return usage(program, stderr);
}

}  // namespace picket
