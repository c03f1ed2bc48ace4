// agent/core/spool.cc - see spool.h.
#include "agent/core/spool.h"

#include <algorithm>
#include <utility>

#include "agent/core/spool_format.h"
#include "agent/core/spool_parts.h"
#include "common/text/log.h"

namespace picket {

uint64_t spool_oldest(const Spool& spool) {
  for (const SpoolSegment& s : spool.segments)
    if (s.events > 0 && s.last > spool.done) return std::max(s.first, spool.done + 1);
  return 0;
}

void spool_clock(Spool& spool, SpoolClock now) {
  int64_t delta = (now.unix_ms - spool.clock.unix_ms) - (now.mono_ms - spool.clock.mono_ms);
  spool.clock = now;
  if (delta > -kSpoolClockJumpMs && delta < kSpoolClockJumpMs) return;
  if (spool_events(spool) == 0) return;
  log_info("agent", "clock changed: ages in the spool were adjusted", {{"by_ms", delta}});
  for (SpoolSegment& segment : spool.segments) segment_shift(segment, delta, now.unix_ms);
  for (OutRecord& record : spool.unwritten) record.stored_ms = std::min(record.stored_ms + delta, now.unix_ms);
  std::string mark;
  spool_record_put(mark, SpoolKind::clock, 0, delta, "");
  (void)spool_append(spool, mark);  // a disk that does not take it: the next process takes these times as they are
}

SpoolLosses spool_store(Spool& spool, const OutRecord& record) {
  spool.next_number = std::max(spool.next_number, record.number + 1);
  if (!spool.unwritten.empty()) spool_unwritten_retry(spool);
  Status s = spool.unwritten.empty() ? spool_event_write(spool, record) : fail(Err::io, spool.trouble);
  SpoolLosses losses;
  if (s.ok()) {
    spool.trouble.clear();
  } else {
    spool_trouble_set(spool, s.message);
    spool.unwritten.push_back(record);
    spool.unwritten_bytes += record.payload.size();
  }
  spool_bounds_keep(spool, losses);
  return losses;
}

void spool_forget(Spool& spool, uint64_t number) {
  spool.done = std::max(spool.done, number);
  while (!spool.unwritten.empty() && spool.unwritten.front().number <= number) spool_unwritten_pop(spool);
  spool_arrived_drop(spool);
}

void spool_renew(Spool& spool, const std::string& stream) {
  spool.stream = stream;
  (void)spool_stream_write(spool);  // tried again before the next event, and each second
}

void spool_unreported(Spool& spool, uint64_t count) {
  bool is_more = count > spool.unreported;
  spool.unreported = count;
  if (is_more) spool_marks_write(spool);
}

SpoolLosses spool_tick(Spool& spool) {
  SpoolLosses losses;
  if (!spool.stream_written) (void)spool_stream_write(spool);
  if (!spool.unwritten.empty()) spool_unwritten_retry(spool);
  spool_marks_write(spool);
  spool_arrived_drop(spool);
  for (SpoolSegment& segment : spool.segments)
    if (segment.is_damaged) spool_segment_repair(spool, segment);
  spool_bounds_keep(spool, losses);
  return losses;
}

std::vector<std::string> spool_unflushed(Spool& spool) {
  if (std::exchange(spool.dirty, false) && spool.file >= 0) spool.unflushed.push_back(spool_active(spool).path);
  if (!spool.unflushed.empty() && std::exchange(spool.folder_dirty, false)) spool.unflushed.push_back(spool.folder);
  std::vector<std::string> paths = std::move(spool.unflushed);
  spool.unflushed.clear();
  if (spool.fsync == AgentConfig::Fsync::never) paths.clear();
  return paths;
}

bool spool_is_idle(const Spool& spool) {
  for (const SpoolSegment& segment : spool.segments)
    if (segment.is_damaged) return false;
  return spool.unwritten.empty() && spool.done == spool.done_written && spool.unreported == spool.unreported_written && !spool.dirty &&
      spool.unflushed.empty() && spool_oldest(spool) == 0;
}

void spool_close(Spool& spool) {
  spool_unwritten_retry(spool);
  spool_marks_write(spool);
  if (!spool.unwritten.empty())
    log_error("agent", "results lost at shutdown: the spool cannot be written",
              {{"results", spool.unwritten.size()}, {"error", spool.trouble}});
  spool_file_shut(spool);
  if (spool.fsync != AgentConfig::Fsync::never)
    for (const std::string& path : spool.unflushed) (void)spool.disk->sync(path);
  spool.unflushed.clear();
}

uint64_t spool_bytes(const Spool& spool) {
  uint64_t bytes = spool.unwritten_bytes;
  for (const SpoolSegment& s : spool.segments) bytes += s.bytes;
  return bytes;
}

uint64_t spool_events(const Spool& spool) {
  uint64_t events = spool.unwritten.size();
  for (const SpoolSegment& s : spool.segments) events += segment_waiting(s, spool.done);
  return events;
}

}  // namespace picket
