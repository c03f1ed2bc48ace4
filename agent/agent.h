// agent/agent.h - the agent as a part of a process: on a loop and a Net that others may share (picket edge).
#pragma once
#include <uv.h>

#include <functional>
#include <string>

#include "agent/config/agent_config.h"
#include "common/assets/asset_host.h"
#include "common/socket/net.h"
#include "common/options/options.h"

namespace picket {

struct Agent;

// Opens listeners and spool, then dials. An error: nothing was started (a port is taken, a file does not parse).
Result<Agent*> agent_start(uv_loop_t* loop, Net* net, const AgentConfig& config);
// Takes over another configuration; an error: nothing changed. Listeners, spool and limits of the process stay as they were
// started (logged); the connection is dropped only when what it sends to the backend about itself has changed.
Status agent_reload(Agent* agent, const AgentConfig& config);
// Waits for running checks up to shutdown-timeout, says bye, closes everything; `done` runs when `agent` is gone.
void agent_stop(Agent* agent, std::function<void()> done);
bool agent_is_connected(const Agent* agent);
// What results can be sent to by now: "TCP and UDP", "TCP", "UDP"; "" = nothing: turned off, or the port was taken.
std::string agent_result_sockets(const Agent* agent);

// Of assets' filters; it should leave nothing in memory.
void agent_set_asset_filter(AssetFilter filter);

// Commands that this program is itself able to run (`picket check disk`): without a process, with the same result. `start` returns
// nullptr for any other command; `done` comes once, later, and not at all after `cancel`.
struct InnerCommands {
  void* (*start)(uv_loop_t* loop, const std::string& command, std::function<void(int status, std::string output)> done) = nullptr;
  void (*cancel)(void* run) = nullptr;
};
void agent_set_inner_commands(InnerCommands commands);

// `picket agent start`: own loop, signals, exit status. `reload` reads the options anew, for SIGHUP.
int agent_main(const Options& options, std::function<Result<Options>()> reload = {});
AgentDefaults agent_defaults();

}  // namespace picket
