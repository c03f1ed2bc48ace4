// cli/commands/docs_package.h - what packages carry and no document in the tree shows: man pages and shell completion, printed from the
// tables of commands and options by `picket docs NAME`.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace picket {

struct CommandSummary { const char *name, *summary; };

// NAME: picket.1, picket-ctl.1, picket-run.1, picket-agent.8, picket-backend.8, picket-edge.8; "" for any other.
std::string man_page(std::string_view name, const std::vector<CommandSummary>& commands);
std::vector<std::string> man_page_names();

// `shell` is bash, zsh or fish; `program` is picket, or sensuctl for that name alone.
std::string completion_script(const std::string& shell, const std::vector<CommandSummary>& commands);
std::string sensuctl_completion(const std::string& shell);

}  // namespace picket
