// agent/core/spool_load.cc - events come back from the spool, in order and in batches, with what of them was found damaged.
#include <algorithm>
#include <utility>

#include "agent/core/spool_format.h"
#include "agent/core/spool_parts.h"
#include "common/text/log.h"

namespace picket {
namespace {

// A file with fewer events than it had when it was written or opened.
void batch_add_damage(SpoolBatch& batch, const Spool& spool, SpoolSegment& segment, SpoolSegment found, size_t bytes) {
  if (found.events >= segment.events) return;
  spool_damage_add(batch.damage, segment.path, bytes);
  batch.damage.missing +=
      segment_waiting(segment, spool.done) - std::min(segment_waiting(segment, spool.done), segment_waiting(found, spool.done));
  found.path = segment.path;
  found.bytes = segment.bytes;
  found.is_damaged = &segment != &spool.segments.back();  // the one in use is written to: not now
  segment = std::move(found);
}

// A file that gives no bytes is asked again while there is patience: what lies in it is not gone because the system is short of
// something. False: later.
bool batch_wait(SpoolBatch& batch, const Spool& spool, SpoolSegment& segment, const Status& why) {
  int64_t now = spool.clock.mono_ms, last = std::exchange(segment.unread_at, now);
  if (segment.unread_since < 0 || now - last > kSpoolReadAgainMs) {
    segment.unread_since = now;
    log_error("agent", "cannot read spool segment", {{"path", segment.path}, {"error", why.message}});
  }
  if (why.code != Err::not_found && now - segment.unread_since < kSpoolReadPatienceMs) return false;
  batch_add_damage(batch, spool, segment, {}, 0);
  return true;
}

// At last: what was not to be read at the start.
void segment_read(SpoolBatch& batch, Spool& spool, SpoolSegment& segment, const std::string& text) {
  SpoolSegment found;
  SpoolScan scan = spool_scan(text, [&](const SpoolRead& r) {
    if (r.kind == SpoolKind::done) spool.done = std::max(spool.done, r.number);
    if (r.kind == SpoolKind::event) segment_note(found, r.number, r.stored_ms);
    return true;
  });
  found.path = segment.path;
  found.bytes = scan.good_end;
  found.is_damaged = scan.bad_bytes + scan.torn_bytes > 0;
  if (found.is_damaged) spool_damage_add(batch.damage, segment.path, scan.bad_bytes + scan.torn_bytes);
  segment = std::move(found);
  spool_times_judge(spool);
}

// False: the batch is full.
bool batch_add(SpoolBatch& batch, size_t* bytes, size_t bytes_max, size_t size) {
  batch.more = !batch.records.empty() && *bytes + size > bytes_max;
  if (!batch.more) *bytes += size;
  return !batch.more;
}

void batch_add_file(SpoolBatch& batch, Spool& spool, SpoolSegment& segment, uint64_t from, size_t bytes_max, size_t* bytes) {
  Result<std::string> text = spool.disk->read(segment.path);
  if (!text.ok()) {
    batch.more = !batch_wait(batch, spool, segment, text.status);
    return;
  }
  segment.unread_since = -1;
  if (segment.is_unread) segment_read(batch, spool, segment, text.value);
  SpoolSegment found;
  SpoolScan scan = spool_scan(text.value, [&](const SpoolRead& r) {
    if (r.kind != SpoolKind::event) return true;
    segment_note(found, r.number, r.stored_ms);
    if (r.number < from || (!batch.records.empty() && r.number <= batch.records.back().number)) return true;
    if (!batch_add(batch, bytes, bytes_max, r.payload.size())) return false;
    batch.records.push_back({r.number, r.stored_ms, std::string(r.payload)});
    return true;
  });
  if (!batch.more) batch_add_damage(batch, spool, segment, std::move(found), scan.bad_bytes + scan.torn_bytes);
}

}  // namespace

SpoolBatch spool_load(Spool& spool, uint64_t from, size_t bytes_max) {
  SpoolBatch batch;
  size_t bytes = 0;
  from = std::max(from, spool.done + 1);
  for (SpoolSegment& segment : spool.segments) {
    if (batch.more) break;
    if (segment.events == 0 || segment.last < from) continue;
    batch.more = bytes >= bytes_max && !batch.records.empty();
    if (!batch.more) batch_add_file(batch, spool, segment, from, bytes_max, &bytes);
  }
  for (const OutRecord& record : spool.unwritten) {
    if (batch.more || record.number < from) continue;
    if (batch_add(batch, &bytes, bytes_max, record.payload.size())) batch.records.push_back(record);
  }
  batch.stored_until = spool.next_number - 1;
  return batch;
}

}  // namespace picket
