// agent/allow_list.h - which commands may be run (agent-behaviour.md section 13). Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace picket {

inline constexpr const char* kDeniedCheck = "check command denied by the agent allow list";
inline constexpr const char* kDeniedHook = "check hook command denied by the agent allow list";

struct AllowEntry {
  std::string exec;
  std::vector<std::string> args;
  std::string sha512;       // "" = any content
  bool enable_env = false;  // pass the check's env_vars
};
using AllowList = std::vector<AllowEntry>;  // empty = everything is allowed

// `json`: the file's content, YAML already turned into JSON.
Result<AllowList> allow_list_parse(std::string_view json);
// The first entry whose exec and args account for the whole command, or nullptr.
const AllowEntry* allow_list_match(const AllowList& list, std::string_view command);

}  // namespace picket
