// agent/core/spool_recovery.cc - a spool is opened: its segments are read in order, and what is missing is counted.
#include <algorithm>
#include <cstdlib>

#include "agent/core/spool_format.h"
#include "agent/core/spool_parts.h"
#include "common/text/log.h"

namespace picket {
namespace {

constexpr int64_t kClockUnsetMs = 1'577'836'800'000;   // 2020: a time before it is that of a machine without a clock
constexpr int64_t kClockBeyondMs = 7'258'118'400'000;  // 2200, likewise; numbers made of times before it fit into a double
constexpr uint64_t kNumbersPerMs = 1000;

uint64_t segment_name(const std::string& path) { return strtoull(path.c_str() + path.rfind('/') + 1, nullptr, 10); }

// All segments in order, as they are read.
struct Recovery {
  uint64_t found = 0;              // the highest number anything here speaks of
  uint64_t expected = 0;           // the next event's number; 0: not known
  bool is_damaged = false;         // the segment before
  std::vector<NumberRange> holes;  // beside damage
};

// Where nothing is damaged, numbers are missing because what had them was dropped at a bound, and reported then.
void holes_find(Recovery& recovery, const std::vector<NumberRange>& gaps, uint64_t first, bool is_damaged) {
  for (const NumberRange& gap : gaps)
    if (is_damaged || (recovery.is_damaged && gap.last + 1 == first)) recovery.holes.push_back(gap);
  recovery.is_damaged = is_damaged;
}

uint64_t holes_count(const Recovery& recovery, uint64_t done) {
  uint64_t count = 0;
  for (const NumberRange& hole : recovery.holes)
    if (hole.last > done && hole.last - hole.first < kSpoolLifeGap)  // larger: the mark of a life was damaged
      count += hole.last - std::max(done, hole.first - 1);
  return count;
}

void mark_recover(Spool& spool, Recovery& recovery, SpoolSegment& segment, const SpoolRead& r) {
  switch (r.kind) {
    case SpoolKind::event: break;
    case SpoolKind::done: spool.done = std::max(spool.done, r.number); break;
    case SpoolKind::life: recovery.expected = r.number; break;
    case SpoolKind::unreported: spool.unreported = r.number; break;
    case SpoolKind::clock:
      for (SpoolSegment& s : spool.segments) segment_shift(s, r.stored_ms, INT64_MAX);
      segment_shift(segment, r.stored_ms, INT64_MAX);
      break;
  }
}

// Read later, in its turn: a system that is short of something at the start is not without it for ever.
void segment_unread(Spool& spool, Recovery& recovery, const std::string& path, const Status& why) {
  log_error("agent", "cannot read spool segment for now", {{"path", path}, {"error", why.message}});
  SpoolSegment segment;
  segment.path = path;
  segment.is_unread = true;
  segment.events = 1;
  segment.first = 1;
  for (const SpoolSegment& before : spool.segments)
    if (before.events > 0) segment.first = before.is_unread ? before.first : before.last + 1;
  segment.oldest_ms = segment.newest_ms = spool.clock.unix_ms;
  recovery.expected = 0;
  recovery.is_damaged = false;
  spool.segments.push_back(std::move(segment));
}

// Its numbers end before the name of the next.
void unread_bound(Spool& spool) {
  for (size_t i = 0; i < spool.segments.size(); i++) {
    SpoolSegment& segment = spool.segments[i];
    uint64_t beyond = i + 1 < spool.segments.size() ? segment_name(spool.segments[i + 1].path) : spool.life_first;
    if (segment.is_unread) segment.last = std::max(segment.first, beyond - 1);
  }
}

// What one file adds: its events, and the numbers missing between them.
struct SegmentFound {
  SpoolSegment segment;
  std::vector<NumberRange> gaps;
};

void record_recover(Spool& spool, Recovery& recovery, SegmentFound& found, const SpoolRead& r) {
  if (r.kind != SpoolKind::unreported && r.kind != SpoolKind::clock) recovery.found = std::max(recovery.found, r.number);
  mark_recover(spool, recovery, found.segment, r);
  if (r.kind != SpoolKind::event) return;
  if (r.number > recovery.expected) found.gaps.push_back({recovery.expected, r.number - 1});
  recovery.expected = r.number + 1;
  segment_note(found.segment, r.number, r.stored_ms);
}

void damage_report(Spool& spool, const SpoolSegment& segment, const SpoolScan& scan) {
  spool_damage_add(spool.damage, segment.path, scan.bad_bytes + scan.torn_bytes);
  log_warn("agent", "spool segment is damaged, its complete records are kept",
           {{"path", segment.path}, {"damaged_bytes", scan.bad_bytes}, {"torn_bytes", scan.torn_bytes}, {"events", segment.events}});
}

void segment_scan(Spool& spool, Recovery& recovery, const std::string& path, const std::string& text) {
  SegmentFound found;
  found.segment.path = path;
  SpoolScan scan = spool_scan(text, [&](const SpoolRead& r) {
    record_recover(spool, recovery, found, r);
    return true;
  });
  found.segment.bytes = scan.good_end;
  found.segment.is_damaged = scan.bad_bytes + scan.torn_bytes > 0;
  holes_find(recovery, found.gaps, found.segment.first, found.segment.is_damaged);
  if (found.segment.is_damaged) damage_report(spool, found.segment, scan);
  spool.segments.push_back(std::move(found.segment));
}

void segment_recover(Spool& spool, Recovery& recovery, const std::string& path) {
  uint64_t name = segment_name(path);
  spool.last_name = std::max(spool.last_name, name);
  recovery.found = std::max(recovery.found, name);
  spool.unflushed.push_back(path);  // a process that was killed had no time to
  Result<std::string> text = spool.disk->read(path);
  if (!text.ok()) return segment_unread(spool, recovery, path, text.status);
  if (recovery.expected == 0) recovery.expected = name;
  segment_scan(spool, recovery, path, text.value);
}

bool is_segment(const std::string& name) { return name.size() == 24 && name.compare(20, 4, ".seg") == 0; }

// A later life has later numbers, whatever the disk has forgotten of the lives before.
void life_begin(Spool& spool, const Recovery& recovery) {
  if (recovery.found > 0) {
    int64_t now = spool.clock.unix_ms;
    uint64_t by_clock = now < kClockUnsetMs || now > kClockBeyondMs ? 0 : uint64_t(now) * kNumbersPerMs;
    spool.next_number = std::max(recovery.found + kSpoolLifeGap, by_clock);
  }
  spool.life_first = spool.next_number;
  unread_bound(spool);
  spool.unreported_written = spool.unreported;
}

bool is_stream(const std::string& text) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
  return text.size() >= 8 && text.size() <= 64 && text.find_first_not_of(kLetters) == text.npos;
}

// Without a segment nothing is known of the numbers that were given out under the old name.
void stream_open(Spool& spool, const std::string& new_stream, bool is_known) {
  Result<std::string> text = spool.disk->read(spool_stream_path(spool));
  if (is_known && text.ok() && is_stream(text.value)) {
    spool.stream = text.value;
    spool.stream_written = true;
  } else {
    spool_renew(spool, new_stream);
  }
}

Spool spool_of(const SpoolDisk& disk, const std::string& folder, const AgentConfig& config, const SpoolStart& start) {
  Spool spool;
  spool.disk = &disk;
  spool.folder = folder;
  spool.fsync = config.spool_fsync;
  spool.max_bytes = config.spool_max_bytes;
  spool.max_age_ms = config.spool_max_age_ms;
  spool.clock = start.clock;
  spool.limits = start.limits;
  return spool;
}

}  // namespace

// Times of a machine that had no clock, or had it elsewhere, say nothing of an age: it counts from now.
void spool_times_judge(Spool& spool) {
  int64_t now = spool.clock.unix_ms;
  for (SpoolSegment& s : spool.segments)
    for (int64_t* at : {&s.newest_ms, &s.oldest_ms})
      if (*at > now || (*at < kClockUnsetMs && now >= kClockUnsetMs)) *at = now;
}

Result<Spool> spool_open(const SpoolDisk& disk, const std::string& folder, const AgentConfig& config, const SpoolStart& start) {
  Spool spool = spool_of(disk, folder, config, start);
  if (Status made = disk.make_folder(folder); !made.ok()) spool.trouble = made.message;
  Result<std::vector<std::string>> names = disk.list(folder);
  if (!names.ok() && names.status.code != Err::not_found) return because("spool", names.status);
  Recovery recovery;
  for (const std::string& name : names.value)
    if (is_segment(name)) segment_recover(spool, recovery, folder + "/" + name);
  spool_times_judge(spool);
  spool.damage.missing = holes_count(recovery, spool.done);
  stream_open(spool, start.stream, recovery.found > 0);
  life_begin(spool, recovery);
  // Never write after a torn end: a new segment begins, now or with the first event it can.
  if (Status s = spool_segment_begin(spool); !s.ok()) spool.trouble = s.message;
  else if (s = spool_append(spool, ""); !s.ok()) spool.trouble = s.message;
  spool_arrived_drop(spool);
  return spool;
}

}  // namespace picket
