// backend/cluster/log_record.h - a record of the cluster's log: batches of writes as bytes, deflated, with bounds.
//
// A record is what one member writes at once: hundreds of batches, each all or nothing. Records explain themselves (whole rows, no
// differences), so that every member applies them with nothing but its own copy of what is stored. Records are foreign bytes: whatever
// cannot be read is an error, never a half record.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"

namespace picket {

inline constexpr int kLogFormat = 1;                     // of the records that this program writes, and the highest that it reads
inline constexpr size_t kRecordBytesMax = 8u << 20;      // of a record before it is deflated; a larger one is refused
inline constexpr size_t kRecordStoredMax = 1400u << 10;  // deflated: what etcd takes by default (1.5 MB) with its key and its frame
inline constexpr size_t kRecordStoredAim = 512u << 10;   // a group of batches is cut so that it stays below this
inline constexpr size_t kRecordBatchesMax = 1000;        // in one record; what waits goes into the next
inline constexpr size_t kRecordOpsMax = 16'384;          // of all its batches: each has a place in StoreChange::position
inline constexpr int64_t kAnyToken = -1;                 // LogOp::base: whatever is stored

// One write. What a row is compared by is its token: unique, given by the member that wrote it.
struct LogOp {
  enum Kind : uint8_t {
    put = 1,    // create or replace
    create,     // refused when the row is there
    put_if,     // refused unless the row's token is `base`
    del,        // refused when absent
    drop,       // fine when absent
    put_event,  // refused, to be merged again, unless the stored event's token is `base` (0: there is none)
    del_event,
    put_step,
    del_steps,
    follow,  // put; refused as denied unless the row's token is `base` (0: absent): what only the row's last writer may do
    touch,   // the row gets another token and keeps its body; `body` is for when it is absent
  } kind = put;
  static constexpr uint8_t kKindLast = touch;
  bool check_namespace = false;  // refused when its namespace does not exist
  bool has_text = false;         // put_event, put_step: `text` is given; else the row keeps the one it has
  std::string type;              // kind of an object; "" = an event or a step
  std::string ns, name;          // of the object; of an event: the entity
  std::string check;             // of an event or a step
  std::string body;              // of an object; head of an event; data of a step
  std::string text;              // of an event: its entity; of a step: its series
  int64_t token = 0, base = kAnyToken;
  int64_t last_seen = 0;     // of an event
  int64_t at = 0, slot = 0;  // of a step
};
bool log_op_is_event(const LogOp& op);
bool log_op_is_object(const LogOp& op);

using LogBatch = std::vector<LogOp>;

struct LogRecord {
  std::string member;
  int64_t epoch = 0;    // the revision at which the member registered
  int64_t number = 0;   // counts from 1 in each epoch
  int64_t wall_ms = 0;  // of the member's clock, for people
  std::vector<LogBatch> batches;
};

std::string log_batch_encode(const LogBatch& batch);
Result<LogBatch> log_batch_decode(std::string_view bytes);
// `batches`: encoded ones, within the bounds above.
std::string log_record_encode(const LogRecord& head, const std::vector<std::string_view>& batches);
// Err::precondition: a newer program wrote it. Err::invalid: it is none, or damaged.
Result<LogRecord> log_record_decode(std::string_view bytes);

// zlib's format with the inflated size in front of it. An error when it is larger than `max` or says something else than it is.
std::string log_deflate(std::string_view bytes);
Result<std::string> log_inflate(std::string_view bytes, size_t max);

}  // namespace picket
