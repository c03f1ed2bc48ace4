// agent/local_checks.h - definitions of local checks: 1.x JSON (`checks` and `client` objects, merged over many files) and Go
// definitions. Pure: the texts are handed in.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "common/types.h"

namespace picket {

// Deep merge as the 1.x client does it: objects key by key, lists joined without doubles, anything else replaced.
std::string settings_merge(std::string_view into, std::string_view from);

struct LocalSettings {
  std::vector<CheckRequest> checks;    // to be scheduled here
  StringList names;                    // every definition's name: what safe-mode allows
  StringMap labels;                    // of the 1.x client object: scalars under dotted names
  std::string client_name;
  StringList client_subscriptions;
};

// `settings`: merged 1.x settings as JSON. Errors name the check and the attribute.
Result<LocalSettings> local_settings_parse(std::string_view settings, const std::string& ns);

// One Go definition, wrapped ({"type":"CheckConfig","spec":{...}}) or bare.
Result<CheckRequest> local_check_parse(std::string_view json, const std::string& ns);
bool is_go_definition(std::string_view json);

}  // namespace picket
