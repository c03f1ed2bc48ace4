// agent/agent_state.h - the running agent, as its edges share it.
#pragma once
#include <map>
#include <memory>
#include <set>

#include "agent/agent.h"
#include "agent/enrolment.h"
#include "agent/input/input_api.h"
#include "agent/core/core.h"
#include "agent/input/pushed_result.h"
#include "common/process/process.h"

namespace picket {

struct ResultSockets;
struct ApiListeners;
struct StatsdSocket;
struct SpoolHost;
struct Pickup;
struct AssetHost;
struct InnerRun;
struct StateFile;
struct CloudProbe;
struct ProgramHash;

struct Agent {
  uv_loop_t* loop = nullptr;
  Net* net = nullptr;
  Core core;
  uv_timer_t timer{};
  int handles_open = 2;  // timer, rest
  bool driving = false, stopping = false;
  uv_prepare_t rest{};  // active from a keepalive or ping until the loop has nothing more to do: then memory is given back
  int64_t rested_at = 0;
  uint64_t keepalives_seen = 0;  // of core.counters
  bool ended = false;            // the core has stopped; what is still open is being closed
  Ws* ws = nullptr;              // from the dial until its `closed`
  std::string url;               // the one it goes to
  std::map<uint64_t, Process*> processes;
  std::map<uint64_t, InnerRun*> inner;  // checks that run in here instead
  ResultSockets* sockets = nullptr;
  ApiListeners* api = nullptr;
  StatsdSocket* statsd = nullptr;
  std::set<ProgramHash*> hashing;                                 // programs of the allow list that are read
  AssetHost* assets = nullptr;                                    // from the first check that needs one
  std::shared_ptr<Agent*> self = std::make_shared<Agent*>(this);  // for work on other threads: is there still an agent?
  SpoolHost* spool = nullptr;                                     // none: results wait in memory
  Pickup* pickup = nullptr;
  StateFile* schedule = nullptr;  // what was learned of a backend's schedule
  PingBook pings;
  StateFile* pings_file = nullptr;
  CloudProbe* cloud = nullptr;                // while it is being found out
  intptr_t lock = -1;                         // on state-dir and name: two agents would take each other's results
  std::optional<AgentCredential> credential;  // of enrolment, if that is what is used
  int64_t renew_asked_s = 0;
  std::function<void()> stopped;
};

Now agent_now(const Agent* agent);
// Every callback passes what happened to the core and then calls this.
void agent_drive(Agent* agent);
void agent_drive_soon(Agent* agent);      // in the loop's next turn
void agent_end_when_quiet(Agent* agent);  // ended: when nothing calls back any more, our own handles are closed
// Queues the events of another program.
void agent_take_events(Agent* agent, std::vector<Event> events);
ResultContext agent_result_context(const Agent* agent);

// backend_link.cc
void link_connect(Agent* agent, Connect action);

// result_sockets.cc: the result socket, TCP and UDP. A port that is taken is logged, not fatal, as in the reference.
ResultSockets* sockets_open(Agent* agent);
std::string sockets_opened(const ResultSockets* sockets);  // which, in words
void sockets_close(ResultSockets* sockets);                // frees it

// outbox_pickup.cc: results that picket run left in files.
Pickup* pickup_open(Agent* agent);
void pickup_close(Pickup* pickup);

// http_listener.cc: HTTP. Here a port that is taken is an error.
Result<ApiListeners*> api_open(Agent* agent);
void api_open_status(ApiListeners* api, const std::string& path);
void api_close(ApiListeners* api);
ApiStats agent_api_stats(const Agent* agent);

// spool_host.cc: the spool on this loop. A folder that cannot be used is logged: results then wait in memory.
SpoolHost* spool_host_open(Agent* agent);
void spool_host_perform(Agent* agent, Action& action);  // SpoolStore, SpoolForget, SpoolLoad, SpoolRenew
void spool_host_stats(const SpoolHost* host, ApiStats* stats);
void spool_host_close(SpoolHost* host);  // frees it
// A file of this agent alone in state-dir: agent-NAME.WHAT.
std::string agent_state_path(const AgentConfig& config, const std::string& what);

// state_file.cc: a file of this agent alone in state-dir, written off the loop.
StateFile* state_file_open(Agent* agent, const char* what);
void state_file_read(const StateFile* file, size_t bytes_max, const std::function<Status(std::string_view)>& load);
void state_file_store(StateFile* file, std::string text);
void state_file_close(StateFile* file);  // frees it, when its last write has ended

// agent_start.cc
void agent_pings_store(Agent* agent);  // when something has changed

// cloud_probe.cc
void cloud_probe_start(Agent* agent);
void cloud_probe_close(CloudProbe* probe);

// asset_fetch.cc
void assets_fetch(Agent* agent, FetchAssets action);

// in_process_check.cc: null, or false, for a command that needs a process. `done` is called once, later.
InnerRun* inner_start(uv_loop_t* loop, const ProcessRequest& request, std::function<void(ProcessResult)> done);
bool inner_run(Agent* agent, const ProcessRequest& request, uint64_t run);
void inner_kill(Agent* agent, uint64_t run);  // as if its deadline had passed
void agent_process_done(Agent* agent, uint64_t run, ProcessResult result);

// program_hash.cc
void program_hash(Agent* agent, HashProgram action);
void program_hash_end(Agent* agent, uint64_t run);  // it has failed
void program_hashes_end(Agent* agent);              // nobody waits for them any more

// statsd_socket.cc; nullptr: no listener.
StatsdSocket* statsd_open(Agent* agent);
void statsd_close(StatsdSocket* statsd);
void statsd_counts(const StatsdSocket* statsd, uint64_t* lines, uint64_t* bad);

}  // namespace picket
