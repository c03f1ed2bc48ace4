// agent/config/local_checks.h - definitions of local checks: 1.x settings (`checks` and `client` objects, merged over many files),
// sections of agent.ini, and Go definitions. Pure: the texts are handed in.
//
// A definition also stands above what a backend asks for under its name, attribute by attribute, as in 1.x. With safe mode it
// is all that is run: see local_override.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/agent_config.h"
#include "common/text/ini.h"
#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

// Deep merge as the 1.x client does it: objects key by key, lists joined without doubles, anything else replaced.
std::string settings_merge(std::string_view into, std::string_view from);

struct LocalDefinition {
  CheckRequest request;
  std::string given = "{}";  // the attributes it names, as members of a CheckConfig
};

struct LocalSettings {
  std::vector<CheckRequest> checks;                    // to be scheduled here
  std::map<std::string, LocalDefinition> definitions;  // all of them, by name
};

using LocalPlaces = std::map<std::string, std::string>;  // of a check's definition: "conf.d/a.json:3"

// `settings`: merged 1.x settings as JSON. Errors, one per line, name the check, its place and the attribute.
Result<LocalSettings> local_settings_parse(std::string_view settings, const std::string& ns, const LocalPlaces& places = {});

// [check NAME] and [client] sections as the settings they stand for, and those of agent.yml: there a check is standalone
// unless it says no.
std::string local_settings_from_ini(const std::vector<IniEntry>& entries, LocalPlaces& places, StringList& errors);
std::string local_settings_standalone(std::string_view settings);

// One Go definition, wrapped ({"type":"CheckConfig","spec":{...}}) or bare.
Result<LocalDefinition> local_check_parse(std::string_view json, const std::string& ns);
bool is_go_definition(std::string_view json);

// A backend's request with what is defined here put over it. `safe`: command, environment, hooks and stdin are the
// definition's alone, and no assets are fetched, for they could bring another program of the same name.
Result<CheckRequest> local_override(CheckRequest request, const LocalDefinition& definition, bool safe);

// The attributes of a 1.x `client` object, put where no flag, environment variable or file gave the option. `notes`: what has
// no meaning here any more.
// `places`: of its attributes, by path ("socket.port"; "": of the object), for errors.
Status local_client_apply(std::string_view client, AgentConfig& config, StringList& notes, const LocalPlaces& places = {});

}  // namespace picket
