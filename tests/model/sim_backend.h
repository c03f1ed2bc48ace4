// tests/model/sim_backend.h - a backend as docs/PROTOCOL.md has it: takes events, commits them later, acknowledges later still,
// stalls, breaks off, dies with what it had not committed. Keeps the books on what arrived.
#pragma once
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "tests/model/agent_end.h"

namespace picket {

struct SimBackend {
  bool acknowledges = true;
  // One stream's numbers. `accepted`: committed or on the way.
  struct Stream { uint64_t committed = 0, accepted = 0; };
  struct Waiting { std::string stream; uint64_t number; std::string name; int session; };
  struct Arrival { std::string stream; int session; };
  std::map<std::string, Stream> streams;
  std::deque<Waiting> waiting;  // for the commit
  std::deque<Frame> to_agent;
  std::string stream;  // of the connection that is open
  uint64_t acked = 0;
  int session = 0;

  std::map<std::string, std::vector<Arrival>> arrived;  // by check name
  std::vector<std::string> order;                       // first arrivals
  std::map<std::string, uint64_t> losses;               // counts of such events that were read
  uint64_t reported_lost = 0;                           // by events of the check agent-spool
  std::vector<std::string> wrong;                       // rules of the protocol that the agent broke
  uint64_t last_number = 0;                             // of this session
};

std::string backend_open(SimBackend& backend, const std::string& stream);  // the 101's Picket-Ack
bool backend_read(SimBackend& backend, Frame frame);                       // false: it is to close the connection
void backend_commit(SimBackend& backend, size_t count);
void backend_acknowledge(SimBackend& backend);
void backend_closed(SimBackend& backend);
void backend_dies(SimBackend& backend);  // what was not committed is gone

}  // namespace picket
