// tests/model/agent_end.h - the agent's end of the acknowledged way: the real core, outbox and spool on a simulated disk.
//
// What stands between it and a backend is two queues of a test: `sent` (to the backend) and core_message, pong. Nothing here
// asks a clock or chance: the test gives both. A process of the agent lives from agent_begin to agent_give_up or agent_end.
#pragma once
#include <deque>
#include <optional>
#include <string>

#include "agent/core/core_spool.h"
#include "tests/model/sim_disk.h"

namespace picket {

struct Frame {
  enum Kind { message, ping, close } kind = message;
  std::string text;  // a message, or a ping's payload
};

struct AgentEnd {
  AgentEnd(uint64_t seed, AgentConfig config, SpoolLimits limits);
  SimDisk disk;
  SpoolDisk calls;
  AgentConfig config;
  SpoolLimits limits;
  int64_t mono_ms = 1000, unix_ms = 1'800'000'000'000;  // the machine's clocks; a test moves them
  std::optional<Core> core;                             // none: no process
  Spool spool;
  bool has_spool = false;
  std::deque<Frame> sent;  // for the backend, of the connection that is open
  bool wants_connect = false;
  std::string ack_stream;  // Picket-Ack of the connection it wants, "" = none
  bool is_open = false;    // a connection is
  bool has_ended = false;  // it stopped by itself
  int64_t ticked_ms = 0;
  int64_t flushed_until = 0;  // results handed in up to here are on the disk, or arrived
  int64_t handed_in = 0;

  Now now() const { return {mono_ms, unix_ms}; }
  SpoolClock clock() const { return {unix_ms, mono_ms}; }
};

void agent_begin(AgentEnd& end);                                           // a process starts
bool agent_hand_in(AgentEnd& end, const std::string& name, size_t bytes);  // a script's result; true: it got `ok`
void agent_pass(AgentEnd& end, int64_t ms);                                // time passes, timers fire
void agent_open(AgentEnd& end, const std::string& ack_header);  // the connection it wanted; "" = a backend that does not acknowledge
void agent_refuse(AgentEnd& end);                               // or not
void agent_message(AgentEnd& end, const std::string& text);
void agent_pong(AgentEnd& end, const std::string& payload);
void agent_cut(AgentEnd& end);      // the connection breaks
void agent_stop(AgentEnd& end);     // SIGTERM; it ends later, when time passes
void agent_give_up(AgentEnd& end);  // what is left of a process that was killed, or whose machine stopped: nothing

}  // namespace picket
