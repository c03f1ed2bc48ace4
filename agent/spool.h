// agent/spool.h - events on disk until a backend has them: segment files of one folder, appended to, deleted as a whole.
//
// Everything runs on the loop's thread: an append is one write into the page cache, which survives a kill -9; forcing it to
// disk follows spool-fsync. `done` marks say what has arrived; they are written at most once a second, so after a kill -9 a
// backend without acknowledgement may get the last second again.
// Bounds: spool-max-size and spool-max-age; the oldest segment goes first, what it held is counted and reported. When the
// disk refuses (full, read-only), records wait in memory, at most kUnwrittenMax bytes, and are tried again.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/outbox.h"
#include "common/result.h"

namespace picket {

inline constexpr size_t kSpoolSegmentMax = 1u << 20;  // a segment is closed when it is larger
inline constexpr size_t kUnwrittenMax = 4u << 20;

struct SpoolSegment {
  uint64_t first = 0, last = 0;  // numbers of its events; first 0: none
  size_t bytes = 0, events = 0;
  int64_t newest_ms = 0, oldest_ms = 0;
  bool is_damaged = false;  // holds bytes that are no record; rewritten without them at the first tick
  std::string path;
};

// What could not be read of the folder. The numbers missing beside it are results lost for certain; what it was at the end of
// the last file nobody knows: at least a result that was being written.
struct SpoolDamage {
  size_t files = 0, bytes = 0;
  uint64_t missing = 0;
  std::string path;  // of the first
};

struct SpoolLost { uint64_t until = 0, count = 0; };  // events up to `until` are gone, `count` of them had not arrived

struct Spool {
  std::string folder, stream;
  AgentConfig::Fsync fsync = AgentConfig::Fsync::interval;
  int64_t max_bytes = 0, max_age_ms = 0;
  std::deque<SpoolSegment> segments;  // oldest first; the last one is written to
  int file = -1;
  uint64_t next_number = 1, done = 0, done_written = 0;
  uint64_t last_name = 0;  // of a segment file; names grow and are never used twice, so their order is the events'
  bool dirty = false;      // written since the last flush
  std::deque<OutRecord> unwritten;
  size_t unwritten_bytes = 0;
  uint64_t lost = 0;   // events, ever in this process
  SpoolDamage damage;  // found when it was opened
};

// Reads what is there. An error: the folder cannot be used at all.
Result<Spool> spool_open(const std::string& folder, const AgentConfig& config, const std::string& new_stream);
uint64_t spool_oldest(const Spool& spool);  // the first event that has not arrived, 0 = none

SpoolLost spool_store(Spool& spool, const OutRecord& record, int64_t unix_ms);
void spool_forget(Spool& spool, uint64_t number);
struct SpoolBatch {
  std::vector<OutRecord> records;
  bool more = false;
  uint64_t stored_until = 0;
  SpoolDamage damage;  // found now: a file that was whole has changed
};
SpoolBatch spool_load(Spool& spool, uint64_t from, size_t bytes_max);
Status spool_renew(Spool& spool, const std::string& stream);
// Once a second while there is something to do: marks, repair, flush, age. `wants_fsync` (the file to flush, off this thread) or -1.
SpoolLost spool_tick(Spool& spool, int64_t unix_ms, int* wants_fsync);
bool spool_is_idle(const Spool& spool);  // no tick needed
void spool_close(Spool& spool);

uint64_t spool_bytes(const Spool& spool);
uint64_t spool_events(const Spool& spool);  // that have not arrived (those of a partly sent segment count as whole)

}  // namespace picket
