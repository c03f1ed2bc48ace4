// backend/cluster/cluster_log.h - one member's end of the cluster's log: what it writes, in which order, and what it may believe.
//
// Pure: inputs are calls, each with the time it happened; outputs are data, appended to `actions`, which the edge carries out in order.
// etcd keeps the log: a record is a key that is put once, and its revision is its place. The machine holds these rules:
//   - A member writes under an epoch: the revision at which it registered its key m/<member> under a lease. Every put of a record
//     demands that this registration is still there. So a member that lost it (its lease ended, its process was stopped, another
//     process has its name) cannot write any more, whatever of its puts is still on its way.
//   - One record at a time is on its way. What is handed in meanwhile is the next group: requests cost, writes in them do not.
//   - Only the watch says that a record is committed, never an answer. An answer that fails means nothing: the same put goes out again.
//   - An epoch that was lost is replaced by a new one. When the watch has passed the new registration, a record of the old epoch that
//     was not seen can never come (its put was fenced off before), and its batches go out again under the new one. No key needs to be
//     looked at for that, so it does not matter what was trimmed.
// A copy that lies behind reads the range of keys, then watches. One that lies behind what was trimmed is built anew from a checkpoint.
#pragma once
#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/basic/result.h"
#include "backend/cluster/cluster_apply.h"
#include "backend/cluster/log_record.h"

namespace picket {

inline constexpr int64_t kLogSpacingMs = 25;           // between two records of a member; the first after a pause goes at once
inline constexpr int64_t kLogAgainMs = 100;            // after a call that failed
inline constexpr int64_t kLogRegisterAgainMs = 500;    // after a registration that failed
inline constexpr int64_t kLogNoSpaceMs = 1000;         // etcd is full: until the next try
inline constexpr int64_t kLogBeatMs = 2000;            // between two heartbeats
inline constexpr int64_t kLogAliveMs = 3000;           // between two renewals of the lease
inline constexpr int64_t kLogLeaseS = 10;              // how long a registration lives without them
inline constexpr int64_t kLogSilentMs = 5000;          // the watch shows no heartbeat of ours: it is opened at another endpoint
inline constexpr size_t kLogUnappliedMax = 64u << 20;  // bytes of records that wait to be applied; then the watch is not read
inline constexpr size_t kLogUnappliedLow = 16u << 20;  // and is read again from here on
inline constexpr size_t kLogFetchMax = 10;             // records in one request of a catch-up
inline constexpr size_t kLogRawMax = 4u << 20;         // of a group before it is deflated, so that one try at cutting it is mostly enough

inline constexpr int64_t kLogNever = std::numeric_limits<int64_t>::max();

// ---- what the edge is to do; `call`: to be given back with the answer, once ----
// A lease, then the key m/<member> with it, which must not be there; one that an earlier process of ours left is deleted first.
struct LogRegister { uint64_t call; };
struct LogBeat { uint64_t call; int64_t epoch, lease; };   // the member's facts, if it is still registered at `epoch`
struct LogAlive { uint64_t call; int64_t lease; };
struct LogPut { uint64_t call; int64_t epoch; std::string key, value; };  // if still registered at `epoch`, and the key is absent
struct LogIndex { uint64_t call; };                                // keys of records, their revisions; members; what was trimmed
struct LogFetch { uint64_t call; int64_t revision; std::vector<std::string> keys; };  // their values, as of that revision
struct LogWatch { int64_t from; };    // of records and members; in place of the one there was
struct LogElsewhere {};               // the watch is silent
struct LogRead { bool on; };          // back-pressure on the watch
struct LogRebuild { int64_t trimmed; };  // what the copy lacks is gone: load the checkpoint, then cluster_log_rebuilt
struct LogApply { int64_t position; std::string value; std::vector<uint64_t> tags; };  // tags: of our own batches in it, in order
struct LogMember { std::string name, facts; bool gone; };
struct LogRefused { std::vector<uint64_t> tags; Status status; };  // these batches can never be written
struct LogUnknown { std::vector<uint64_t> tags; };  // these were decided in what a checkpoint sums up: nobody knows how
using ClusterAction = std::variant<LogRegister, LogBeat, LogAlive, LogPut, LogIndex, LogFetch, LogWatch, LogElsewhere, LogRead, LogRebuild,
                                   LogApply, LogMember, LogRefused, LogUnknown>;

struct ClusterLogConfig {
  std::string member;
  std::string prefix = "/picket/";
  int64_t degraded_ms = 5000;  // no commit for so long: there is no quorum (as far as we can tell)
};

// ---- answers ----
enum class LogAnswer {
  done,       // it was carried out
  there,      // the record is there already
  fenced,     // we are not registered (at that epoch) any more
  failed,     // nobody knows
  no_space,   // etcd takes no writes
  too_large,  // etcd does not take this much in one request
};
struct LogKey { std::string key; int64_t revision; };
struct LogIndexAnswer {
  int64_t revision = 0, trimmed = 0;  // all records up to `trimmed` may be gone
  std::vector<LogKey> records;        // in order of their revisions
  std::vector<LogMember> members;
};
struct LogValue { std::string key, value; int64_t revision; };
struct LogEvent { std::string key, value; int64_t revision, created; bool deleted; };  // of the watch

// ---- the machine ----
struct OwnBatch { uint64_t tag; std::string bytes; size_t ops; };
struct OwnRecord {  // on its way
  std::vector<OwnBatch> batches;
  int64_t epoch = 0, number = 0;
  std::string key, value;
  uint64_t call = 0;  // that nobody has answered; 0: none
  int64_t again_ms = kLogNever;
  bool too_large = false;
};

struct ClusterLog {
  ClusterLogConfig config;
  std::deque<ClusterAction> actions;
  uint64_t calls = 0;

  // registration
  int64_t epoch = 0, lease = 0;  // 0: not registered
  int64_t number = 0;            // of the last record of this epoch
  int64_t register_ms = 0, beat_ms = 0, alive_ms = 0;
  uint64_t register_call = 0, beat_call = 0, alive_call = 0;
  bool taken = false;  // another process has our name

  // writing
  std::deque<OwnBatch> waiting;
  size_t waiting_bytes = 0;
  bool has_flight = false;
  OwnRecord flight;
  int64_t next_put_ms = 0;
  size_t raw_max = kLogRawMax;
  bool no_space = false;

  // reading
  enum class Reading { index, fetch, rebuild, watch } reading = Reading::index;
  int64_t position = 0;  // everything up to it was handed out
  uint64_t index_call = 0, fetch_call = 0;
  int64_t index_ms = 0;
  int64_t index_revision = 0;
  std::deque<LogKey> to_fetch;
  int64_t heard_ms = 0;  // our own heartbeat, by the watch
  size_t unapplied = 0;  // bytes
  bool paused = false;

  int64_t committed_ms = 0;                                          // the last sign that etcd commits
  int64_t resent = 0, registered = 0, rewatched = 0, caught_up = 0;  // for /metrics
};

// `position`: of the copy; 0: it is empty.
void cluster_log_start(ClusterLog& log, ClusterLogConfig config, int64_t position, int64_t now_ms);
// Taken in this order. What becomes of it is told by LogApply or LogRefused.
void cluster_log_add(ClusterLog& log, OwnBatch batch, int64_t now_ms);
void cluster_log_tick(ClusterLog& log, int64_t now_ms);
int64_t cluster_log_due(const ClusterLog& log);                           // when it is to be ticked next
void cluster_log_applied(ClusterLog& log, size_t bytes, int64_t now_ms);  // of the value of a LogApply
// Everything handed out before was applied before the checkpoint was loaded. `own`: what it knows of this member as a writer.
void cluster_log_rebuilt(ClusterLog& log, int64_t position, LogWriter own, int64_t now_ms);
// What waits and was not sent yet is taken back: nothing of it was or will be written.
std::vector<uint64_t> cluster_log_withdraw(ClusterLog& log);

struct LogRegistration { int64_t epoch = 0, lease = 0; };
void cluster_log_registered(ClusterLog& log, uint64_t call, LogAnswer answer, LogRegistration got, int64_t now_ms);
void cluster_log_beaten(ClusterLog& log, uint64_t call, LogAnswer answer, int64_t now_ms);
void cluster_log_renewed(ClusterLog& log, uint64_t call, LogAnswer answer, int64_t now_ms);
void cluster_log_put(ClusterLog& log, uint64_t call, LogAnswer answer, int64_t now_ms);
void cluster_log_indexed(ClusterLog& log, uint64_t call, Result<LogIndexAnswer> answer, int64_t now_ms);
void cluster_log_fetched(ClusterLog& log, uint64_t call, Result<std::vector<LogValue>> answer, int64_t now_ms);
void cluster_log_seen(ClusterLog& log, std::vector<LogEvent> events, int64_t now_ms);
void cluster_log_compacted(ClusterLog& log, int64_t now_ms);  // the watch has ended: what follows the position is not kept as events

bool cluster_log_ready(const ClusterLog& log);  // caught up, and registered
bool cluster_log_degraded(const ClusterLog& log, int64_t now_ms);

std::string log_record_key(std::string_view prefix, int64_t epoch, int64_t number);
struct LogPlace { int64_t epoch = 0, number = 0; };  // 0: this is no key of a record
LogPlace log_record_place(std::string_view prefix, std::string_view key);
std::string log_member_key(std::string_view prefix, std::string_view member);

}  // namespace picket
