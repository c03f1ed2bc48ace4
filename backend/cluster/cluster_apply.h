// backend/cluster/cluster_apply.h - what every member decides alike when a record is applied: which batch is written, which is refused.
//
// A decision depends on what is stored at that place of the log and on nothing else: no clock, no configuration, nothing that is on its
// way. So members that have applied the same records have the same rows, whatever programs they run.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "backend/cluster/log_record.h"

namespace picket {

// The token of the row that `op` names (an object or an event), 0: absent. An error ends the attempt: nothing is decided without it.
using TokenOf = std::function<Result<int64_t>(const LogOp& op)>;

struct BatchVerdict {
  Status status;       // ok: all of the batch is written; else nothing of it
  bool again = false;  // refused because an event was merged with another state than the stored one: it is to be merged again
};
// Err::io in the result's own status: the rows could not be read.
Result<BatchVerdict> batch_decide(const LogBatch& batch, const TokenOf& token_of);

// One row's part of it, which a store without a log decides at once. `present`: its token, 0: absent. `type`, `name`: for the sentence.
Status object_decide(LogOp::Kind kind, std::string_view type, std::string_view name, int64_t present, int64_t base);
Status namespace_refused(std::string_view ns);

// The last record of each member that was applied. A member writes with one epoch at a time and numbers its records, so one that comes
// out of turn is a put that a hung etcd let go after it had been sent again, applied and trimmed.
struct LogWriter { int64_t epoch = 0, number = 0; };
using LogWriters = std::map<std::string, LogWriter, std::less<>>;  // by member
// Whether the record is the next of its member, and counts it. false: it is ignored by all.
bool writers_take(LogWriters& writers, const LogRecord& record);

// What was decided so far, as one number: members that differ from the others have other rows, too.
uint64_t decisions_hash(uint64_t before, int64_t position, const BatchVerdict& decision);

// Copies are compared at the same places of the log: what was decided up to the first record behind every so many revisions.
inline constexpr int64_t kMarkEvery = 1024;
struct DecisionsMark { int64_t at = 0; uint64_t hash = 0; };  // at 0: none yet
// The majority of those that are at the same mark, we included, has decided otherwise than we did.
bool copy_differs(const DecisionsMark& own, const std::vector<DecisionsMark>& others);

}  // namespace picket
