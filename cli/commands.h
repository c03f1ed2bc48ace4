// cli/commands.h - the commands of the table in main.cc that have no header of their own. `args` come without the
// program's and the command's names; what is returned is the exit status.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace picket {

// Whether an asset filter is true of an entity, by the backend's script engine.
Result<bool> asset_filter_passes(const std::string& expression, const std::string& entity_json);
void agent_use_scripts();  // an agent of this process judges asset filters with the backend's script engine
void agent_use_inner_checks();  // it runs `picket check ...` without a process
int agent_command(const std::vector<std::string>& args);
int service_command(std::string_view role, const std::vector<std::string>& args);  // role: agent, backend or edge
int run_command(const std::vector<std::string>& args);   // cli/run.h
int check_command(const std::vector<std::string>& args);  // checks/check.h
int docs_command(const std::vector<std::string>& args);  // docs options|agent.yml|agent.ini|backend.yml|...
std::string document_text(std::string_view name);        // "" for an unknown name

}  // namespace picket
