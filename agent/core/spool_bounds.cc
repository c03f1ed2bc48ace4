// agent/core/spool_bounds.cc - what leaves the spool without having been sent: at a bound, by age, or because it has arrived.
#include <algorithm>

#include "agent/core/spool_format.h"
#include "agent/core/spool_parts.h"
#include "common/text/log.h"

namespace picket {
namespace {

void loss_add(SpoolLosses& losses, NumberRange numbers, uint64_t count, SpoolLoss::Why why) {
  if (!losses.empty() && losses.back().why == why && losses.back().numbers.last + 1 == numbers.first) {
    losses.back().numbers.last = numbers.last;
    losses.back().count += count;
  } else {
    losses.push_back({numbers, count, why});
  }
}

void unwritten_lose(Spool& spool, SpoolLosses& losses, SpoolLoss::Why why) {
  uint64_t number = spool.unwritten.front().number;
  loss_add(losses, {number, number}, 1, why);
  spool_unwritten_pop(spool);
}

void segment_drop_oldest(Spool& spool) {
  if (spool.segments.size() == 1) {
    spool.dirty = false;
    spool_file_shut(spool);
  }
  if (Status s = spool.disk->remove(spool.segments.front().path); !s.ok() && s.code != Err::not_found)
    log_error("agent", "cannot remove an obsolete spool segment", {{"path", spool.segments.front().path}, {"error", s.message}});
  spool.segments.pop_front();
}

// Run by run: what lies in a gap may still be on its way.
void segment_lose(Spool& spool, SpoolLosses& losses, SpoolLoss::Why why) {
  const SpoolSegment& s = spool.segments.front();
  if (s.is_unread && s.last > spool.done) loss_add(losses, {std::max(s.first, spool.done + 1), s.last}, 1, why);
  uint64_t from = std::max(s.first, spool.done + 1);
  auto lose_until = [&](uint64_t last) {
    if (last >= from && s.events > 0 && !s.is_unread) loss_add(losses, {from, last}, last - from + 1, why);
  };
  for (const NumberRange& gap : s.gaps) {
    lose_until(gap.first - 1);
    from = std::max(from, gap.last + 1);
  }
  lose_until(s.last);
  segment_drop_oldest(spool);
}

bool is_old(const Spool& spool, int64_t stored_ms) { return spool.clock.unix_ms - stored_ms > spool.max_age_ms; }

}  // namespace

// Of the whole the oldest goes; but nothing on the disk for what it does not take.
void spool_bounds_keep(Spool& spool, SpoolLosses& losses) {
  auto on_disk = [&] { return int64_t(spool_bytes(spool) - spool.unwritten_bytes); };
  while (spool.segments.size() > 1 && on_disk() > spool.max_bytes) segment_lose(spool, losses, SpoolLoss::size);
  while (!spool.segments.empty() && spool.segments.front().events > 0 && is_old(spool, spool.segments.front().newest_ms))
    segment_lose(spool, losses, SpoolLoss::age);
  while (!spool.unwritten.empty() && is_old(spool, spool.unwritten.front().stored_ms)) unwritten_lose(spool, losses, SpoolLoss::age);
  auto is_over = [&] { return spool.unwritten_bytes > spool.limits.unwritten || int64_t(spool_bytes(spool)) > spool.max_bytes; };
  while (spool.unwritten.size() > 1 && is_over()) unwritten_lose(spool, losses, SpoolLoss::disk);
}

// After its loss was reported: what is whole, and nothing else.
void spool_segment_repair(Spool& spool, SpoolSegment& segment) {
  segment.is_damaged = false;
  Result<std::string> text = spool.disk->read(segment.path);
  if (!text.ok()) return;
  std::string whole;
  spool_scan(text.value, [&](const SpoolRead& r) {
    size_t size = kSpoolHeader + r.payload.size();
    whole.append(text.value, r.end - size, size);
    return true;
  });
  if (Status s = spool.disk->replace(segment.path, whole); !s.ok())
    return log_error("agent", "cannot repair a damaged spool segment", {{"error", s.message}});
  segment.bytes = whole.size();
}

// Segments whose events have all arrived go; the one in use too, when it has grown.
void spool_arrived_drop(Spool& spool) {
  auto is_arrived = [&](const SpoolSegment& s) { return s.events == 0 || s.last <= spool.done; };
  while (spool.segments.size() > 1 && is_arrived(spool.segments.front())) segment_drop_oldest(spool);
  if (spool.segments.size() != 1 || spool_active(spool).bytes < spool.limits.segment / 4 || !is_arrived(spool_active(spool))) return;
  // The next segment carries the marks before this one goes. On a full disk it cannot, and has the numbers in its name alone:
  // what was sent last may come again after a kill -9, but there is room.
  if (!spool_segment_begin(spool).ok()) return;
  bool is_marked = spool_append(spool, "").ok();
  segment_drop_oldest(spool);
  if (!is_marked) (void)spool_append(spool, "");
}

}  // namespace picket
