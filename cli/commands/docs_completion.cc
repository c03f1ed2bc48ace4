// cli/commands/docs_completion.cc - completion for the whole program; what follows `picket ctl` is cli/dispatch/completion.cc's.
#include <algorithm>

#include "agent/config/agent_config.h"
#include "backend/shared/backend_config.h"
#include "checks/run/check.h"
#include "cli/commands/commands.h"
#include "cli/ctl/ctl.h"
#include "cli/commands/docs_package.h"
#include "cli/commands/edge.h"
#include "cli/commands/run.h"
#include "common/options/man.h"

namespace picket {
namespace {

std::string ctl_script(const std::string& program, const std::string& shell) {
  Ctl ctl;
  std::string out;
  ctl.program = program;
  ctl.read_input = [] { return std::string(); };
  ctl.read_line = [](std::string*) { return false; };
  ctl.write_out = [&out](std::string_view text) { out += text; };
  ctl.write_err = [](std::string_view) {};
  (void)ctl_run(ctl, {"completion", shell});
  return out;
}

struct Words { const char* command; std::string words; };

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& w : words) out += (out.empty() ? "" : " ") + w;
  return out;
}

std::vector<Words> words_of() {
  const std::string agent = joined(options_flags(kAgentOptions)), backend = joined(options_flags(kBackendOptions)),
                    edge = joined(options_flags(kEdgeOptions));
  std::string checks;
  for (const CheckRow* const* c = kChecks; c != kChecks + kChecksCount; c++) checks += std::string((*c)->name) + " ";
  return {{"agent", "start check-config status enroll run version " + agent},
          {"backend", "start check-config " + backend},
          {"edge", "check-config " + edge},
          {"ca", "init member client agent show renew " + joined(options_flags(kCaOptions))},
          {"check", checks},
          {"run", joined(options_flags(kRunOptions))},
          {"health", "agent backend edge --connected"}};
}

// Takes the place of the function that `complete` at the end of the script for ctl names, and hands on to it.
std::string bash(const std::vector<CommandSummary>& commands) {
  std::string script = ctl_script("picket ctl", "bash"), names, cases;
  script.erase(script.rfind("\ncomplete ") + 1);
  for (const CommandSummary& c : commands) names += (names.empty() ? "" : " ") + std::string(c.name);
  for (const Words& w : words_of()) cases += std::string("    ") + w.command + ") words='" + w.words + "' ;;\n";
  return script +
      "_picket_complete() {\n  local words=''\n  COMPREPLY=()\n"
      "  if [ \"$COMP_CWORD\" -gt 1 ] && [ \"${COMP_WORDS[1]}\" = ctl ]; then _picket_ctl_complete; return; fi\n"
      "  if [ \"$COMP_CWORD\" -gt 1 ]; then case ${COMP_WORDS[1]} in\n" +
      cases + "    help) words='" + names + "' ;;\n  esac; else words='" + names +
      "'; fi\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\n"
      "complete -o default -F _picket_complete picket\n";
}

std::string fish(const std::vector<CommandSummary>& commands) {
  std::string out = ctl_script("picket ctl", "fish");
  for (const CommandSummary& c : commands) {
    std::string summary = c.summary;
    std::replace(summary.begin(), summary.end(), '\'', '`');
    out += std::string("complete -c picket -f -n '__fish_use_subcommand' -a '") + c.name + "' -d '" + summary + "'\n";
  }
  for (const Words& w : words_of())
    out += std::string("complete -c picket -n '__fish_seen_subcommand_from ") + w.command + "' -a '" + w.words + "'\n";
  return out;
}

}  // namespace

std::string completion_script(const std::string& shell, const std::vector<CommandSummary>& commands) {
  if (shell == "bash") return bash(commands);
  if (shell == "zsh")  // the first use defines all that, and answers by its last line
    return "#compdef picket\nautoload -U +X bashcompinit && bashcompinit\n" + bash(commands) +
        "_bash_complete -o default -F _picket_complete\n";
  return shell == "fish" ? fish(commands) : "";
}

std::string sensuctl_completion(const std::string& shell) { return ctl_script("sensuctl", shell); }

}  // namespace picket
