// agent/check/allow_list.h - which commands may be run. Pure.
//
// What is promised: a listed command, with listed arguments, is what runs, whatever else a backend sends. So, stricter than the reference:
// the command begins with `exec`, the rest are whole listed arguments between blanks (no line ends: a line is a command of its own).
// What an
// entry names in `env` comes along of a request's environment (env_vars, secrets), and nothing else. With enable_env the rest does, too,
// and the folders of its assets, after the agent's own PATH; but no variables that programs take orders from (HOME, LD_PRELOAD, PATH,
// XDG_*, PYTHON*, ...).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"

namespace picket {

inline constexpr const char* kDeniedCheck = "check command denied by the agent allow list";
inline constexpr const char* kDeniedHook = "check hook command denied by the agent allow list";

struct AllowEntry {
  std::string exec;
  std::vector<std::string> args;
  std::string sha512;            // "" = any content
  bool enable_env = false;       // pass the environment of the request, but what gives orders
  std::vector<std::string> env;  // names of variables to pass, whatever they are
};
using AllowList = std::vector<AllowEntry>;  // empty = everything is allowed

// `json`: the file's content, YAML already turned into JSON.
Result<AllowList> allow_list_parse(std::string_view json);
// The first entry whose exec and args account for the whole command, or nullptr.
const AllowEntry* allow_list_match(const AllowList& list, std::string_view command);

// What an entry says about one run, and no list: everything goes.
struct AllowedRun {
  bool is_listed = false, has_environment = true;
  std::string sha512;
  std::vector<std::string> variables = {};  // that come along in any case
  // Whether assets are of use: they may bring the program when its content is known, or the operator lets the environment through.
  bool takes_assets() const { return !is_listed || has_environment || !sha512.empty(); }
  // The program itself is looked for in assets, but nothing else of them comes along.
  bool takes_program_only() const { return is_listed && !has_environment && !sha512.empty(); }
};
AllowedRun allowed_run(const AllowEntry& entry);

// A variable that some program takes orders from: which code it, its interpreter or its loader runs, which configuration it reads.
bool variable_gives_orders(std::string_view name);

struct RunVariables { std::vector<std::string> assets, secrets, env_vars; };  // what comes with a request, NAME=value
// The environment of a run: the agent's own, and of a request what may come along. `dropped`: names of what did not.
std::vector<std::string> allowed_environment(const AllowedRun& run, const std::vector<std::string>& own, const RunVariables& variables,
                                             std::vector<std::string>* dropped = nullptr);
// Where the program of a listed command is looked for: the agent's own PATH, then the assets'.
std::vector<std::string> allowed_lookup(const std::vector<std::string>& own, const std::vector<std::string>& assets);
// The command with its program's place in front, for the shell of this system.
std::string command_with_program(const std::string& command, const std::string& path);

}  // namespace picket
