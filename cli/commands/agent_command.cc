// cli/commands/agent_command.cc - `picket agent`: options in, then the agent's own main.
#include <algorithm>
#include <cstdio>

#include "agent/agent.h"
#include "agent/agent_tools.h"
#include "agent/config/agent_config.h"
#include "backend/script/script.h"
#include "cli/commands/commands.h"
#include "common/basic/build_info.h"
#include "common/options/options.h"
#include "common/program/log_file.h"
#include "common/program/options_source.h"
#include "common/program/service.h"

namespace picket {
namespace {

constexpr const char* kUsage =
    "Usage: picket agent COMMAND [--OPTION VALUE]...\n\n"
    "  start               run the agent\n"
    "  check-config        validate the configuration; --strict: treat warnings as errors\n"
    "  status              show the status of the running agent\n"
    "  enroll              get a credential of its own from a backend: --url URL --token TOKEN; --force: a new one\n"
    "  run NAME            run a local check once and print its event; --dry-run: print what would run\n"
    "  version             print the version\n"
    "  service COMMAND     manage the Windows service; see picket agent service --help\n";

int fatal(const std::string& text) {
  fprintf(stderr, "picket agent: %s\n", text.c_str());
  return 1;
}

bool take(std::vector<std::string>& args, const char* word) {
  auto it = std::find(args.begin(), args.end(), word);
  if (it == args.end()) return false;
  args.erase(it);
  return true;
}

// Short names of two options, where no others can be meant.
void enroll_words(std::vector<std::string>& args) {
  for (std::string& word : args)
    for (const char* name : {"--url", "--token"})
      if (word == name || word.compare(0, std::string(name).size() + 1, std::string(name) + "=") == 0) word.insert(2, "enroll-");
}

Result<Options> options_of(const OptionTable& table, const std::vector<std::string>& args) {
  return options_load(table, os_options_input(args));
}

struct Switches { bool dry_run = false, strict = false, force = false; };  // of one command each

int command_run(const std::string& command, const Options& options, const std::vector<std::string>& args, Switches switches) {
  size_t wanted = command == "run" ? 1 : 0;
  if (options.args.size() != wanted)
    return fatal(wanted ? "check name missing: expected picket agent run NAME"
                        : "unknown command \"" + options.args.front() + "\"; run `picket agent help` for the list");
  if (command == "check-config") return agent_check_config(options, {}, switches.strict);
  if (command == "status") return agent_status(options);
  if (command == "enroll") return agent_enroll(options, switches.force);
  agent_use_inner_checks();
  if (command == "run") return agent_run_check(options, options.args[0], switches.dry_run);
  agent_use_scripts();
  return agent_main(options, [table = options.table, args] { return options_of(*table, args); });
}

}  // namespace

// An engine for one expression: an agent without filtered assets has none in memory.
Result<bool> asset_filter_passes(const std::string& expression, const std::string& entity_json) {
  ScriptsPtr scripts(scripts_open());
  return script_truth(scripts.get(), script_subject("entity", entity_json), expression, {});
}

void agent_use_scripts() { agent_set_asset_filter(asset_filter_passes); }

int agent_command(const std::vector<std::string>& args) { return agent_command_as(kAgentOptions, args); }

int agent_command_as(const OptionTable& table, const std::vector<std::string>& args) {
  if (!args.empty() && args.front() == "service") return service_command("agent", {args.begin() + 1, args.end()});
  std::vector<std::string> rest = args;
  std::string command = "start";
  for (const char* known : {"start", "check-config", "status", "enroll", "run", "version", "help"})
    if (!rest.empty() && rest.front() == known) command = known;
  if (!rest.empty() && rest.front() == command) rest.erase(rest.begin());
  if (command == "version" || (!rest.empty() && rest.front() == "--version"))
    return printf("sensu-agent version %s, build %s, built %s\n", kVersion, kBuildSha, kBuildDate), 0;
  if (command == "help") rest = {"--help"};
  if (command == "start") service_signals_hold();
  if (command == "enroll") enroll_words(rest);
  Switches switches{command == "run" && take(rest, "--dry-run"), command == "check-config" && take(rest, "--strict"),
                    command == "enroll" && take(rest, "--force")};
  Result<Options> options = options_of(table, rest);
  if (!options.ok() && command == "check-config") return agent_check_config(options.value, options.status, switches.strict);
  if (!options.ok()) return command == "start" ? log_start_failure("agent", options.status.message) : fatal(options.status.message);
  if (options.value.boolean("help")) return printf("%s", options_help(table, kUsage).c_str()), 0;
  if (options.value.boolean("print-config")) return printf("%s", options_print(options.value).c_str()), 0;
  return command_run(command, options.value, rest, switches);
}

}  // namespace picket
