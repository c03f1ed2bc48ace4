// agent/agent_state.h - the running agent, as its edges share it.
#pragma once
#include <map>
#include <memory>

#include "agent/agent.h"
#include "agent/core.h"
#include "agent/result.h"
#include "common/process.h"

namespace picket {

struct ResultSockets;

struct Agent {
  uv_loop_t* loop = nullptr;
  Net* net = nullptr;
  Core core;
  uv_timer_t timer{};
  bool driving = false, stopping = false;
  bool ended = false;  // the core has stopped; what is still open is being closed
  Ws* ws = nullptr;  // from the dial until its `closed`
  std::string url;   // the one it goes to
  std::map<uint64_t, Process*> processes;
  ResultSockets* sockets = nullptr;
  std::function<void()> stopped;
};

Now agent_now(const Agent* agent);
// Every callback tells the core what happened and then calls this.
void agent_drive(Agent* agent);
// Queues the events of another program.
void agent_take_events(Agent* agent, std::vector<Event> events);
ResultContext agent_result_context(const Agent* agent);

// sockets.cc: the result socket, TCP and UDP. A port that is taken is logged, not fatal, as in the reference.
ResultSockets* sockets_open(Agent* agent);
void sockets_close(ResultSockets* sockets);  // frees it

}  // namespace picket
