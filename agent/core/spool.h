// agent/core/spool.h - events on disk until a backend has them: segment files of one folder, appended to, deleted as a whole. Pure
// but for the calls of SpoolDisk, so that a test can give it a disk that crashes, forgets, fills up and comes back older.
//
// An append is one write into the page cache, which survives a kill -9; forcing it to disk follows spool-fsync. `done` marks
// say what has arrived; they are written at most once a second, so after a kill -9 a backend without acknowledgement may get
// the last second again.
//
// Numbers: no number is given out twice, though a power cut takes the last seconds from the disk and a restored copy all since
// it was made. Each process begins far above what it finds (kSpoolLifeGap), and not before the clock's own number: a later life
// has later numbers. A backend that knows more than was ever sent (core.cc) makes the rest sure.
//
// Bounds: spool-max-size (what waits in memory counts) and spool-max-age; the oldest segment goes first. When the disk refuses
// (full, read-only, no folder), also at the start, records wait in memory, at most kUnwrittenMax bytes, and are tried again each
// second; at the bound the oldest of those in memory goes, nothing that is whole on the disk. Every loss is reported as a range of
// numbers with its count. Age goes by a clock that nobody sets: when the wall clock jumps, the times of what is here jump with it.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "agent/config/agent_config.h"
#include "agent/core/outbox.h"
#include "agent/core/spool_disk.h"
#include "common/basic/result.h"

namespace picket {

inline constexpr size_t kSpoolSegmentMax = 1u << 20;  // a segment is closed when it is larger
inline constexpr size_t kUnwrittenMax = kOutboxMemoryMax;
inline constexpr uint64_t kSpoolLifeGap = 1u << 24;      // more events than are made between two flushes
inline constexpr int64_t kSpoolClockJumpMs = 2000;       // the wall clock moved by so much more or less than time passed: it was set
inline constexpr int64_t kSpoolReadPatienceMs = 60'000;  // a file that cannot be read for this time, each time it is asked for, is given up
inline constexpr int64_t kSpoolReadAgainMs = 5000;       // not asked for this time: its time counts anew

struct SpoolSegment {
  uint64_t first = 0, last = 0;  // numbers of its events; first 0: none
  size_t bytes = 0, events = 0;
  std::vector<NumberRange> gaps;  // numbers between first and last that no event here has; few: one per time the disk refused
  int64_t newest_ms = 0, oldest_ms = 0;
  bool is_damaged = false;                    // holds bytes that are no record; rewritten without them at the first tick
  bool is_unread = false;                     // not since the start: what it holds is not known, `last` is what it may be at most
  int64_t unread_since = -1, unread_at = -1;  // monotonic: the system gives no bytes of it; and was asked last
  std::string path;
};

// What could not be read of the folder. The numbers missing beside it are results lost for certain; what it was at the end of
// the last file nobody knows: at least a result that was being written.
struct SpoolDamage {
  size_t files = 0, bytes = 0;
  uint64_t missing = 0;
  std::string path;  // of the first
};

using SpoolLosses = std::vector<SpoolLoss>;

struct SpoolLimits {
  size_t segment = kSpoolSegmentMax, unwritten = kUnwrittenMax;  // less in tests
};

struct SpoolClock { int64_t unix_ms = 0, mono_ms = 0; };

struct Spool {
  const SpoolDisk* disk = nullptr;
  std::string folder, stream;
  bool stream_written = false, stream_stale = false;  // the folder has this name; has another
  AgentConfig::Fsync fsync = AgentConfig::Fsync::interval;
  int64_t max_bytes = 0, max_age_ms = 0;
  SpoolLimits limits;
  std::deque<SpoolSegment> segments;  // oldest first; the last one is written to
  int file = -1;
  uint64_t life_first = 1;  // the first number of this process
  uint64_t next_number = 1;
  uint64_t done = 0, unreported = 0;                  // arrived up to here; lost, and no event of it made yet
  uint64_t done_written = 0, unreported_written = 0;  // the same, as the marks on the disk have it
  bool marks_due = false, life_written = false;       // the segment in use begins with marks; one of this process has its life's
  uint64_t last_name = 0;                    // of a segment file; names grow and are never used twice, so their order is the events'
  bool dirty = false, folder_dirty = false;  // written since the last flush; a file was made since
  std::vector<std::string> unflushed;        // segments closed since the last flush
  std::deque<OutRecord> unwritten;
  size_t unwritten_bytes = 0;
  std::string trouble;  // why the disk took nothing when it was tried last; "": it did
  SpoolClock clock;
  SpoolDamage damage;  // found when it was opened
};

// Reads what is there. A folder that cannot be written, or made, is no error; one that is there and cannot be listed is.
struct SpoolStart {
  std::string stream;  // for a spool that has none
  SpoolClock clock;
  SpoolLimits limits{};
};
Result<Spool> spool_open(const SpoolDisk& disk, const std::string& folder, const AgentConfig& config, const SpoolStart& start);
uint64_t spool_oldest(const Spool& spool);       // the first event that has not arrived, 0 = none
void spool_clock(Spool& spool, SpoolClock now);  // before each store and tick

SpoolLosses spool_store(Spool& spool, const OutRecord& record);
void spool_forget(Spool& spool, uint64_t number);
struct SpoolBatch {
  std::vector<OutRecord> records;
  bool more = false;
  uint64_t stored_until = 0;
  SpoolDamage damage;  // found now: a file that was whole has changed
};
SpoolBatch spool_load(Spool& spool, uint64_t from, size_t bytes_max);
void spool_renew(Spool& spool, const std::string& stream);
// How many lost events no result reports yet: a process that is killed leaves them to the next.
void spool_unreported(Spool& spool, uint64_t count);
SpoolLosses spool_tick(Spool& spool);  // once a second while there is something to do: what is to be written, repair, age
// Files and folders to be forced to the disk, off this thread: after each tick, and after the opening, so that the numbers of
// this process are known to the next.
std::vector<std::string> spool_unflushed(Spool& spool);
bool spool_is_idle(const Spool& spool);  // no tick needed
void spool_close(Spool& spool);          // what cannot be written now is lost with the process; how much is logged

uint64_t spool_bytes(const Spool& spool);
uint64_t spool_events(const Spool& spool);  // that have not arrived

}  // namespace picket
