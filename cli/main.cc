// cli/main.cc - picket: the table of commands.
//
// Called as sensu-agent, sensu-backend or sensuctl (symbolic links) it is that program.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "backend/start_command.h"
#include "cli/commands/commands.h"
#include "cli/ctl/ctl.h"
#include "cli/commands/edge.h"
#include "cli/sensu_names.h"
#include "common/basic/build_info.h"
#include "common/options/options.h"
#include "common/os/os.h"
#include "common/text/secrets.h"
#include "common/process/blocking_worker.h"

namespace picket {
namespace {

using Args = std::vector<std::string>;

// `help`, and `help check`, as `--help` behind the words.
int run_ctl(const Args& args) {
  if (args.empty() || args[0] != "help") return ctl_main("picket ctl", args);
  Args words(args.begin() + 1, args.end());
  words.push_back("--help");
  return ctl_main("picket ctl", words);
}

// These start commands of other people's making: what is secret in our environment is not handed down to them, nor left in /proc.
int run_agent(const Args& args) {
  os_environment_seal(environment_is_secret);
  return agent_command(args);
}

int run_edge(const Args& args) {
  os_environment_seal(environment_is_secret);
  return edge_command(args);
}

int run_backend(const Args& args) {
  os_environment_seal(environment_is_secret);
  if (!args.empty() && args.front() == "service") return service_command("backend", {args.begin() + 1, args.end()});
  return backend_command(args);
}

int run_migrate(const Args& args) {
  Args words = {"migrate"};
  words.insert(words.end(), args.begin(), args.end());
  return ctl_main("picket ctl", words);
}

int run_version(const Args&) {
  printf("picket version %s, build %s, built %s\n", kVersion, kBuildSha, kBuildDate);
  return 0;
}

int run_help(const Args& args);
int run_docs(const Args& args);

struct Command {
  const char* name;
  const char* summary;
  int (*run)(const Args& args);
  bool hidden = false;
};

constexpr Command kCommands[] = {
    {"agent", "Run the agent: execute checks, accept results, report to a backend.", run_agent},
    {"backend", "Run the backend: store events, schedule checks, run handlers (API on 8080).", run_backend},
    {"edge", "Run backend and agent in one process; needs no configuration.", run_edge},
    {"ctl", "Manage a backend: the sensuctl command line.", run_ctl},
    {"migrate", "Move a fleet from Sensu Go, and compare both backends.", run_migrate},
    {"ca", "Make, show and renew certificates for backends, agents and clients.", ca_command},
    {"check", "Run a built-in check: disk, memory, http, tls and more.", check_command},
    {"run", "Run a command and report its result; a missing run raises an alert.", run_command},
    {"health", "Probe the local agent, backend or edge: exit status 0 if it is running.", health_command},
    {"version", "Print the version.", run_version},
    {"help", "Print this help, or the help of a command.", run_help},
    {"docs", "Print documents generated from the option tables (used by ./dev docs).", run_docs, true},
};

const Command* find_command(std::string_view name) {
  for (const Command& c : kCommands)
    if (name == c.name) return &c;
  return nullptr;
}

int run_docs(const Args& args) {
  std::vector<CommandSummary> commands;
  for (const Command& c : kCommands)
    if (!c.hidden) commands.push_back({c.name, c.summary});
  return docs_command(args, commands);
}

void print_usage(FILE* to) {
  fprintf(to, "picket is a monitoring agent, backend and command line in one program.\n\nUsage: picket COMMAND [ARGUMENTS]\n\n");
  for (const Command& c : kCommands)
    if (!c.hidden) fprintf(to, "  %-10s %s\n", c.name, c.summary);
  fprintf(to, "\nRun `picket COMMAND --help` for details.\n");
}

int run_help(const Args& args) {
  const Command* c = args.empty() ? nullptr : find_command(args[0]);
  if (c && c->run != run_help && c->run != run_version) return c->run({"--help"});
  print_usage(stdout);
  return 0;
}

constexpr int kUsageError = 2;

int unknown_command(const std::string& name) {
  std::vector<std::string_view> names;
  for (const Command& c : kCommands)
    if (!c.hidden) names.push_back(c.name);
  std::string_view nearest = nearest_name(name, names);
  fprintf(stderr, "picket: unknown command \"%s\"", name.c_str());
  if (!nearest.empty()) fprintf(stderr, "; did you mean \"%s\"?", std::string(nearest).c_str());
  fprintf(stderr, "\nRun `picket help` for the list.\n");
  return kUsageError;
}

// The names of the programs whose place we take.
struct Alias {
  const char* program;
  int (*run)(const Args& args);
};
int run_sensu_agent(const Args& args) {
  os_environment_seal(environment_is_secret);
  return agent_command_as(sensu_agent_options(), args);
}
int run_sensu_backend(const Args& args) {
  os_environment_seal(environment_is_secret);
  return backend_command_as(sensu_backend_options(), args);
}
int run_sensuctl(const Args& args) { return ctl_main("sensuctl", args); }
constexpr Alias kAliases[] = {{"sensu-agent", run_sensu_agent}, {"sensu-backend", run_sensu_backend}, {"sensuctl", run_sensuctl}};

std::string base_name(std::string path) {
  if (size_t slash = path.find_last_of("/\\"); slash != path.npos) path.erase(0, slash + 1);
  if (path.size() > 4 && path.compare(path.size() - 4, 4, ".exe") == 0) path.resize(path.size() - 4);
  return path;
}

int run(const std::string& program, const Args& args) {
  for (const Alias& a : kAliases)
    if (base_name(program) == a.program) return a.run(args);
  if (args.empty()) return print_usage(stderr), kUsageError;
  if (args[0] == "--help" || args[0] == "-h") return run_help({});
  if (args[0] == "--version") return run_version({});
  const Command* c = find_command(args[0]);
  return c ? c->run(Args(args.begin() + 1, args.end())) : unknown_command(args[0]);
}

}  // namespace
}  // namespace picket

int main(int argc, char** argv) {
  picket::os_own_name_services();
  std::vector<std::string> args = picket::os_arguments(argc, argv);
  int status = picket::run(args.empty() ? "picket" : args[0], {args.begin() + !args.empty(), args.end()});
  // A check's thread that was left running may still be at work: nothing it may use is taken away from under it.
  if (picket::workers_busy() == 0) return status;
  fflush(nullptr);
  std::_Exit(status);
}
