// cli/service_command.cc - `picket agent service`: the agent as a service of Windows.
#include <cstdio>

#include "cli/commands.h"
#include "common/os.h"
#include "common/os_log_file.h"
#include "common/service.h"

namespace picket {
namespace {

constexpr const char* kServiceName = "PicketAgent";
constexpr const char* kUsage =
    "Usage: picket agent service install [--OPTION VALUE]...   register it with these options of `picket agent start`, and start it\n"
    "       picket agent service uninstall                     stop and remove it\n"
    "       picket agent service run [--OPTION VALUE]...       what the service manager calls\n"
    "Its log is agent.log in %s.\n";

int outcome(const Status& s) {
  if (s.ok()) return 0;
  fprintf(stderr, "picket agent service: %s\n", s.message.c_str());
  return 1;
}

int install(const std::vector<std::string>& options) {
  ServiceDefinition d{kServiceName, "Picket Agent", "Watches this machine and reports to a backend.", {"agent", "service", "run"}};
  d.arguments.insert(d.arguments.end(), options.begin(), options.end());
  return outcome(service_install(d));
}

int run(const std::vector<std::string>& options) {
  return service_run(kServiceName, [options] {
    LogFileOptions log;
    log.path = os_default_dir("log") + "/agent.log";
    if (Status s = log_to_file(log); !s.ok()) return outcome(s);
    std::vector<std::string> args = {"start"};
    args.insert(args.end(), options.begin(), options.end());
    return agent_command(args);
  });
}

}  // namespace

int agent_service_command(const std::vector<std::string>& args) {
  std::string what = args.empty() ? "" : args.front();
  std::vector<std::string> options(args.begin() + (args.empty() ? 0 : 1), args.end());
  if (what == "install") return install(options);
  if (what == "uninstall" && options.empty()) return outcome(service_remove(kServiceName));
  if (what == "run") return run(options);
  fprintf(what == "help" || what == "--help" ? stdout : stderr, kUsage, os_default_dir("log").c_str());
  return what == "help" || what == "--help" ? 0 : 2;
}

}  // namespace picket
