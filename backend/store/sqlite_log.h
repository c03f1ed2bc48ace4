// backend/store/sqlite_log.h - records of the cluster's log, applied to this member's copy: decided and written in one transaction.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "backend/cluster/cluster_apply.h"
#include "backend/store/overlay.h"

namespace picket {

// How far the copy is. In the same transaction as the rows.
struct LogState {
  int64_t position = 0;  // 0: nothing was ever applied
  LogWriters writers;
  uint64_t hash = 0;    // of all decisions up to the position
  DecisionsMark mark;   // the last place at which copies are compared; not stored
  std::string cluster;  // the id of the cluster; "" = it was never in one
};

struct LogJob { int64_t position = 0; std::string value; std::vector<uint64_t> tags; };

struct AppliedBatch {
  BatchVerdict verdict;
  uint64_t tag = 0;        // 0: not of this process
  std::vector<OpPtr> ops;  // none when it was refused
};
struct AppliedRecord {
  int64_t position = 0;
  size_t bytes = 0;  // of the record's value
  std::string member;
  std::vector<AppliedBatch> batches;  // none when the record was ignored
};

Result<LogState> sqlite_log_state(SqliteWriter* writer);
// The copy belongs to that cluster from now on.
Status sqlite_log_join(SqliteWriter* writer, LogState& state, const std::string& cluster);
// It belongs to none any more.
Status sqlite_log_leave(SqliteWriter* writer, const LogState& state);
// A consistent copy of the file at `from` for other members: without metrics, of another identity. On a worker thread. Its position.
Result<int64_t> sqlite_checkpoint(const std::string& from, const std::string& to);
// The same of a file that no log knows, as the first state of that cluster. Its rows' revisions begin anew, below those of the log.
Status sqlite_first_checkpoint(const std::string& from, const std::string& to, int64_t position, const std::string& cluster);
// All of them or none. `state` is left as it was after a failure. Err::precondition: a record is of a newer program.
Status sqlite_log_apply(SqliteWriter* writer, const std::vector<LogJob>& jobs, LogState& state, std::vector<AppliedRecord>* out);

}  // namespace picket
