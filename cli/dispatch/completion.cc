// cli/dispatch/completion.cc - completion scripts for bash, zsh and fish, made from the command table.
#include <algorithm>
#include <set>

#include "cli/ctl/ctl_commands.h"
#include "cli/show/ctl_resource.h"

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

std::vector<const CtlCommand*> children_of(const Ctl& ctl, std::string_view path) {
  std::vector<const CtlCommand*> out;
  for (const CtlCommand& c : ctl.commands) {
    std::string_view p = c.path;
    if (p.empty() || c.traits & kCtlHidden) continue;
    size_t space = p.rfind(' ');
    std::string_view parent = space == p.npos ? std::string_view() : p.substr(0, space);
    if (parent == path) out.push_back(&c);
  }
  return out;
}

std::string_view last_word(std::string_view path) { return path.substr(path.rfind(' ') + 1); }

std::string names_below(const Ctl& ctl, std::string_view path) {
  std::vector<std::string> names;
  for (const CtlCommand* c : children_of(ctl, path)) names.emplace_back(last_word(c->path));
  return join(names, " ");
}

std::string flags_of(const Ctl& ctl, const CtlCommand& c) {
  std::vector<std::string> names = {"--help"};
  for (const CtlFlag& f : c.flags) names.push_back(std::string("--") + f.name);
  for (const CtlFlag& f : ctl.global_flags) names.push_back(std::string("--") + f.name);
  return join(names, " ");
}

// Flags that a value follows: that word is no command.
std::string flags_with_value(const Ctl& ctl, const char* between) {
  std::set<std::string> names;
  auto add = [&](const CtlFlag& f) {
    if (!*f.kind) return;
    names.insert(std::string("--") + f.name);
    if (f.letter) names.insert(std::string("-") + f.letter);
  };
  for (const CtlCommand& c : ctl.commands) std::for_each(c.flags.begin(), c.flags.end(), add);
  std::for_each(ctl.global_flags.begin(), ctl.global_flags.end(), add);
  return join({names.begin(), names.end()}, between);
}

constexpr const char* kTopCommands = "agent backend edge ctl check run health version help";  // of picket itself

// One function for bash and, through bashcompinit, zsh: the words so far without flags choose the case.
std::string bash_script(const Ctl& ctl) {
  std::vector<std::string> program = words_of(ctl.program);
  std::string function = "_" + join(program, "_") + "_complete", cases;
  for (const CtlCommand& c : ctl.commands) {
    std::string path = "'" + std::string(c.path) + "'";
    if (c.run) cases += "    " + path + "|" + path + "\\ *) words='" + flags_of(ctl, c) + "' ;;\n";
    else cases += "    " + path + ") words='" + names_below(ctl, c.path) + " --help' ;;\n";
  }
  std::string skip = std::to_string(program.size());
  std::string out = function + "() {\n  local word path='' words='' value='' i cur=${COMP_WORDS[COMP_CWORD]}\n  COMPREPLY=()\n";
  if (program.size() > 1)
    out += std::string("  if [ \"$COMP_CWORD\" = 1 ]; then COMPREPLY=($(compgen -W '") + kTopCommands + "' -- \"$cur\")); return 0; fi\n" +
        "  [ \"${COMP_WORDS[1]}\" = '" + program[1] + "' ] || return 0\n";
  out += "  for ((i = " + skip +
      "; i < COMP_CWORD; i++)); do\n    word=${COMP_WORDS[i]}\n"
      "    if [ -n \"$value\" ]; then value=''; continue; fi\n"
      "    case $word in\n      " +
      flags_with_value(ctl, "|") +
      ") value=1 ;;\n      -*) ;;\n"
      "      *) path=${path:+$path }$word ;;\n    esac\n  done\n"
      "  if [ -n \"$value\" ]; then return 0; fi\n  case $path in\n" +
      cases + "  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n";
  return out + "complete -o default -F " + function + " " + program[0] + "\n";  // file names where no word of ours fits
}

std::string zsh_script(const Ctl& ctl) { return "autoload -U +X bashcompinit && bashcompinit\n" + bash_script(ctl); }

std::string fish_text(std::string text) {
  std::replace(text.begin(), text.end(), '\'', '`');
  return "'" + text + "'";
}

std::string fish_flag(const CtlFlag& f) {
  std::string_view name = f.name;
  bool file = name == "file" || name == "trusted-ca-file" || (name.size() > 4 && name.substr(name.size() - 4) == "-dir");
  return std::string(" -l ") + f.name + (f.letter ? std::string(" -s ") + f.letter : "") + (*f.kind ? file ? " -r -F" : " -x" : "") +
      " -d " + fish_text(f.usage);
}

// A function says whether the words so far without flags are this command, or begin with it.
std::string fish_script(const Ctl& ctl) {
  std::vector<std::string> program = words_of(ctl.program);
  std::string at = "__" + join(program, "_") + "_at", base = "complete -c " + program[0];
  std::string out = "function " + at + "\n  set -l path\n  set -l value 0\n  set -l all (commandline -opc)\n" +
      (program.size() > 1 ? "  test \"$all[2]\" = " + program[1] + "; or return 1\n" : "") + "  for word in $all[" +
      std::to_string(program.size() + 1) +
      "..-1]\n"
      "    if test $value = 1\n      set value 0\n      continue\n    end\n    switch $word\n      case " +
      flags_with_value(ctl, " ") +
      "\n        set value 1\n      case '-*'\n      case '*'\n        set -a path $word\n    end\n  end\n"
      "  test \"$path\" = \"$argv[1]\"; or string match -q -- \"$argv[2]\" \"$path\"\nend\n";
  if (program.size() > 1) out += base + " -f -n __fish_use_subcommand -a '" + kTopCommands + "'\n";
  for (const CtlCommand& c : ctl.commands) {
    std::string here = " -n '" + at + " \"" + c.path + "\"", beyond = here + " \"" + c.path + " *\"'";
    here += "'";
    for (const CtlCommand* k : children_of(ctl, c.path))
      out += base + " -f" + here + " -a " + std::string(last_word(k->path)) + " -d " + fish_text(k->summary) + "\n";
    if (!c.run) continue;
    for (const CtlFlag& f : c.flags) out += base + beyond + fish_flag(f) + "\n";
  }
  std::string ours = program.size() > 1 ? " -n '__fish_seen_subcommand_from " + program[1] + "'" : "";
  for (const CtlFlag& f : ctl.global_flags) out += base + ours + fish_flag(f) + "\n";
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
