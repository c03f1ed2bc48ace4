// tests/backend_model/backend_end.h - the backend's end of the acknowledged way: the real sessions, ingest and store, with SQLite on
// a disk that fills up, fails, stalls and dies in the middle of a transaction.
//
// What an agent would send goes in as messages, what it would get is asked for. A process lives from backend_end_start to
// backend_end_stop or backend_end_crash.
#pragma once
#include <atomic>
#include <string>
#include <string_view>

#include "backend/agents/agent_sessions.h"

namespace picket {

// What SQLite's writes meet.
struct ModelDisk {
  enum Mode { writes, full, fails, stalls, dies } mode = writes;
};

struct BackendEnd {
  std::string dir;
  std::string agent = "h";  // whose sessions these are
  uv_loop_t loop{};
  Backend* backend = nullptr;
  SessionPtr session;  // of the connection that is open
  explicit BackendEnd(std::string folder);
  ~BackendEnd();
};

void disk_set(ModelDisk::Mode mode, int writes_left = 0);  // dies: after this number of further writes

Status backend_end_start(BackendEnd& end);
void backend_end_stop(BackendEnd& end);  // SIGTERM; the disk must not stall
void backend_end_crash(BackendEnd& end, int writes_left);
Result<uint64_t> backend_end_open(BackendEnd& end, const std::string& stream);  // what the agent gets; an error: 503
bool backend_end_is_open(const BackendEnd& end);
void backend_end_close(BackendEnd& end);  // the connection breaks
void backend_end_read(BackendEnd& end, std::string_view message);
uint64_t backend_end_acked(const BackendEnd& end);    // by acknowledgements of this connection
void backend_end_turn(BackendEnd& end);               // of the loop
bool backend_end_settle(BackendEnd& end);             // until nothing is on its way any more; false: the disk keeps it from that
std::string backend_end_unrest(const BackendEnd& e);  // why it did not
// Everything that a restart reads, in order.
std::string backend_end_content(BackendEnd& end);

}  // namespace picket
