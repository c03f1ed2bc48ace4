// cli/commands/commands.h - the commands of the table in main.cc that have no header of their own. `args` come without the
// program's and the command's names; what is returned is the exit status.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands/docs_package.h"
#include "common/options/options.h"
#include "common/basic/result.h"

namespace picket {

extern const OptionTable kCaOptions;  // ca_command.cc

// Whether an asset filter is true of an entity, by the backend's script engine.
Result<bool> asset_filter_passes(const std::string& expression, const std::string& entity_json);
void agent_use_scripts();       // an agent of this process judges asset filters with the backend's script engine
void agent_use_inner_checks();  // it runs `picket check ...` without a process
int agent_command(const std::vector<std::string>& args);
int agent_command_as(const OptionTable& table, const std::vector<std::string>& args);  // with the files and defaults of another name
int service_command(std::string_view role, const std::vector<std::string>& args);      // role: agent, backend or edge
int run_command(const std::vector<std::string>& args);                                 // cli/commands/run.h
int ca_command(const std::vector<std::string>& args);                                  // init, member, client, agent, show, renew
int check_command(const std::vector<std::string>& args);                               // checks/run/check.h
int health_command(const std::vector<std::string>& args);                              // agent|backend|edge
int docs_command(const std::vector<std::string>& args, const std::vector<CommandSummary>& commands);  // docs options|agent.yml|picket.1|...
std::string document_text(std::string_view name);                                                     // "" for an unknown name

}  // namespace picket
