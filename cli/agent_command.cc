// cli/agent_command.cc - `picket agent`: options in, the agent's own main behind.
#include <cstdio>

#include "agent/agent.h"
#include "agent/config.h"
#include "backend/script.h"
#include "cli/commands.h"
#include "common/build_info.h"
#include "common/options.h"
#include "common/os.h"

namespace picket {
namespace {

constexpr const char* kUsage = "Usage: picket agent start [--OPTION VALUE]...\n"
                               "       picket agent service install|uninstall|run   (Windows)\n";

int fatal(const std::string& text) {
  fprintf(stderr, "picket agent: %s\n", text.c_str());
  return 1;
}

// An engine for one expression: an agent without filtered assets has none in memory.
Result<bool> asset_filter(const std::string& expression, const std::string& entity_json) {
  ScriptsPtr scripts(scripts_open());
  return script_truth(scripts.get(), script_subject("entity", entity_json), expression, {});
}

}  // namespace

int agent_command(const std::vector<std::string>& args) {
  std::vector<std::string> rest = args;
  bool version = !rest.empty() && rest.front() == "version";
  if (version) return printf("sensu-agent version %s, build %s, built %s\n", kVersion, kBuildSha, kBuildDate), 0;
  if (!rest.empty() && rest.front() == "service") return agent_service_command({rest.begin() + 1, rest.end()});
  if (!rest.empty() && (rest.front() == "start" || rest.front() == "help")) {
    if (rest.front() == "help") rest = {"--help"};
    else rest.erase(rest.begin());
  }
  OptionsInput input;
  input.argv = rest;
  input.env = os_environment();
  input.read_file = [](const std::string& path) { return os_read_file(path); };
  Result<Options> options = options_load(kAgentOptions, input);
  if (!options.ok()) return fatal(options.status.message);
  if (options.value.boolean("help")) return printf("%s", options_help(kAgentOptions, kUsage).c_str()), 0;
  if (options.value.boolean("print-config")) return printf("%s", options_print(options.value).c_str()), 0;
  if (!options.value.args.empty())
    return fatal("there is no command \"" + options.value.args.front() + "\"; the command is `picket agent start`");
  agent_set_asset_filter(asset_filter);
  return agent_main(options.value);
}

}  // namespace picket
