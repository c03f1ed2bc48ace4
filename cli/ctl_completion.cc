// cli/ctl_completion.cc - completion scripts for bash, zsh and fish, made from the command table.
#include <algorithm>

#include "cli/ctl_commands.h"
#include "cli/ctl_resource.h"

namespace picket {
namespace {

const char* const kUsage = R"(
Output shell completion code for the given shell. The code must be evaluated
to provide interactive completion of sensu-cli commands. This can be done by
sourcing it from the .bash_profile or .zshrc.

For help using with ZSH:

    $ %s completion zsh -h

For help using with Bash:

    $ %s completion bash -h
	
)";

const char* const kBashUsage = R"(
# Make sure bash completion is installed. If you use a current Linux
# in a non-minimal installation, bash completion should be available.
# On a Mac, install with:
brew install bash-completion

# Then add the following to your ~/.bash_profile
if [ -f $(brew --prefix)/etc/bash_completion ]; then
. $(brew --prefix)/etc/bash_completion
fi

# On Ubuntu, install with:
apt update && apt install bash-completion

# Then add the following to your ~/.bash_profile
if [ -f /usr/share/bash-completion/bash_completion ]; then
. /usr/share/bash-completion/bash_completion
elif [ -f /etc/bash_completion ]; then
. /etc/bash_completion
fi

# After bash-completions are available add the following to your ~/.bash_profile
source <(%s completion bash)

# You can source your ~/.bash_profile or launch a new terminal to utilize completion.
source ~/.bash_profile
	
)";

const char* const kZshUsage = R"(
# Add the following to your ~/.zshrc
source <(%s completion zsh)

# You can source your ~/.zshrc or launch a new terminal to utilize completion.
source ~/.zshrc
	
)";

const char* const kFishUsage = R"(
# Add the following to your ~/.config/fish/config.fish
%s completion fish | source
)";

std::string with_program(std::string text, const std::string& program) {
  for (size_t at; (at = text.find("%s")) != text.npos;) text.replace(at, 2, program);
  return text;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> out(1);
  for (char c : text) {
    if (c == ' ') out.emplace_back();
    else out.back() += c;
  }
  return out;
}

std::string children_of(const Ctl& ctl, std::string_view path) {
  std::vector<std::string> names;
  for (const CtlCommand& c : ctl.commands) {
    std::string_view p = c.path;
    if (p.empty() || c.traits & kCtlHidden) continue;
    size_t space = p.rfind(' ');
    std::string_view parent = space == p.npos ? std::string_view() : p.substr(0, space);
    if (parent == path) names.emplace_back(space == p.npos ? p : p.substr(space + 1));
  }
  return join(names, " ");
}

std::string flags_of(const Ctl& ctl, const CtlCommand& c) {
  std::vector<std::string> names = {"--help"};
  for (const CtlFlag& f : c.flags) names.push_back(std::string("--") + f.name);
  for (const CtlFlag& f : ctl.global_flags) names.push_back(std::string("--") + f.name);
  return join(names, " ");
}

// One function for bash and, through bashcompinit, zsh: the words so far without flags choose the case.
std::string bash_script(const Ctl& ctl) {
  std::vector<std::string> program = words_of(ctl.program);
  std::string function = "_" + join(program, "_") + "_complete", cases;
  for (const CtlCommand& c : ctl.commands) {
    std::string words = c.run ? flags_of(ctl, c) : children_of(ctl, c.path) + " --help";
    cases += std::string("    '") + c.path + "') words='" + words + "' ;;\n";
  }
  std::string skip = std::to_string(program.size());
  std::string out = function + "() {\n  local word path='' words='' i\n  COMPREPLY=()\n";
  if (program.size() > 1) out += "  [ \"${COMP_WORDS[1]}\" = '" + program[1] + "' ] || return 0\n";
  out += "  for ((i = " + skip + "; i < COMP_CWORD; i++)); do\n    word=${COMP_WORDS[i]}\n"
         "    case $word in -*) continue ;; esac\n    path=${path:+$path }$word\n  done\n"
         "  case $path in\n" + cases +
         "  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\n";
  return out + "complete -F " + function + " " + program[0] + "\n";
}

std::string zsh_script(const Ctl& ctl) { return "autoload -U +X bashcompinit && bashcompinit\n" + bash_script(ctl); }

std::string fish_script(const Ctl& ctl) {
  std::vector<std::string> program = words_of(ctl.program);
  std::string out, base = "complete -c " + program[0] + " -f";
  for (const CtlCommand& c : ctl.commands) {
    std::string_view path = c.path;
    if (path.empty() || c.traits & kCtlHidden) continue;
    size_t space = path.rfind(' ');
    std::string parent(space == path.npos ? std::string_view() : path.substr(0, space));
    std::string child(space == path.npos ? path : path.substr(space + 1));
    std::string seen = parent.empty() ? (program.size() > 1 ? program[1] : "") : parent;
    std::string condition = seen.empty() ? "__fish_use_subcommand" : "__fish_seen_subcommand_from " + seen;
    std::string summary = c.summary;
    std::replace(summary.begin(), summary.end(), '\'', '`');
    out += base + " -n '" + condition + "' -a '" + child + "' -d '" + summary + "'\n";
  }
  return out;
}

}  // namespace

Status run_completion(Ctl& ctl) {
  std::string shell = ctl.args.empty() ? "" : ctl.args[0];
  struct Shell { const char *name, *usage; std::string (*script)(const Ctl&); };
  const Shell shells[] = {{"bash", kBashUsage, bash_script}, {"zsh", kZshUsage, zsh_script}, {"fish", kFishUsage, fish_script}};
  for (const Shell& s : shells) {
    if (shell != s.name) continue;
    if (flag_on(ctl, "help")) ctl.write_err(with_program(s.usage, ctl.program));
    else ctl.write_out(s.script(ctl));
    return {};
  }
  ctl.write_err(with_program(kUsage, ctl.program));
  return {};
}

}  // namespace picket
