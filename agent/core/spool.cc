// agent/core/spool.cc - see spool.h.
#include "agent/core/spool.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "agent/core/spool_format.h"
#include "common/text/log.h"

namespace picket {
namespace {

constexpr int64_t kClockUnsetMs = 1'577'836'800'000;   // 2020: a time before it is that of a machine without a clock
constexpr int64_t kClockBeyondMs = 7'258'118'400'000;  // 2200, likewise; numbers made of times before it fit into a double
constexpr uint64_t kNumbersPerMs = 1000;

std::string segment_path(const Spool& spool, uint64_t number) {
  char name[40];
  snprintf(name, sizeof name, "/%020llu.seg", static_cast<unsigned long long>(number));
  return spool.folder + name;
}

uint64_t segment_name(const std::string& path) { return strtoull(path.c_str() + path.rfind('/') + 1, nullptr, 10); }

SpoolSegment& active(Spool& spool) { return spool.segments.back(); }

// ---- what a segment holds ----

void segment_note(SpoolSegment& segment, uint64_t number, int64_t stored_ms) {
  if (segment.first != 0 && number <= segment.last) return;  // a copy: the disk took it, and said that it did not
  if (segment.first == 0) {
    segment.first = number;
    segment.oldest_ms = stored_ms;
  } else if (number > segment.last + 1) {
    segment.gaps.push_back({segment.last + 1, number - 1});
  }
  segment.last = number;
  segment.newest_ms = stored_ms;
  segment.events++;
}

// Events of it that have not arrived.
uint64_t segment_waiting(const SpoolSegment& segment, uint64_t done) {
  if (segment.events == 0 || segment.last <= done) return 0;
  if (segment.is_unread) return 1;  // at least
  uint64_t count = segment.last - std::max(done, segment.first - 1);
  for (const NumberRange& gap : segment.gaps)
    if (gap.last > done) count -= gap.last - std::max(done, gap.first - 1);
  return count;
}

void segment_shift(SpoolSegment& segment, int64_t delta_ms, int64_t newest_ms) {
  for (int64_t* at : {&segment.newest_ms, &segment.oldest_ms}) *at = std::min(int64_t(uint64_t(*at) + uint64_t(delta_ms)), newest_ms);
}

// ---- opening ----

// All segments in order, as they are read.
struct Recovery {
  uint64_t found = 0;              // the highest number anything here speaks of
  uint64_t expected = 0;           // the next event's number; 0: not known
  bool is_damaged = false;         // the segment before
  std::vector<NumberRange> holes;  // beside damage
};

void damage_add(SpoolDamage& damage, const std::string& path, size_t bytes) {
  if (damage.files++ == 0) damage.path = path;
  damage.bytes += bytes;
}

// Where nothing is damaged, numbers are missing because what had them was dropped at a bound, and told then.
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
    case SpoolKind::untold: spool.untold = r.number; break;
    case SpoolKind::clock:
      for (SpoolSegment& s : spool.segments) segment_shift(s, r.stored_ms, INT64_MAX);
      segment_shift(segment, r.stored_ms, INT64_MAX);
      break;
  }
}

// Read later, in its turn: a system that is short of something at the start is not without it for ever.
void segment_unread(Spool& spool, Recovery& recovery, const std::string& path, const Status& why) {
  log_error("agent", "spool segment cannot be read now", {{"path", path}, {"error", why.message}});
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

void segment_recover(Spool& spool, Recovery& recovery, const std::string& path) {
  SpoolSegment segment;
  segment.path = path;
  uint64_t name = segment_name(path);
  spool.last_name = std::max(spool.last_name, name);
  recovery.found = std::max(recovery.found, name);
  spool.unflushed.push_back(path);  // a process that was killed had no time to
  Result<std::string> text = spool.disk->read(path);
  if (!text.ok()) return segment_unread(spool, recovery, path, text.status);
  if (recovery.expected == 0) recovery.expected = name;
  std::vector<NumberRange> gaps;
  SpoolScan scan = spool_scan(text.value, [&](const SpoolRead& r) {
    if (r.kind != SpoolKind::untold && r.kind != SpoolKind::clock) recovery.found = std::max(recovery.found, r.number);
    mark_recover(spool, recovery, segment, r);
    if (r.kind != SpoolKind::event) return true;
    if (r.number > recovery.expected) gaps.push_back({recovery.expected, r.number - 1});
    recovery.expected = r.number + 1;
    segment_note(segment, r.number, r.stored_ms);
    return true;
  });
  segment.bytes = scan.good_end;
  segment.is_damaged = scan.bad_bytes + scan.torn_bytes > 0;
  holes_find(recovery, gaps, segment.first, segment.is_damaged);
  if (segment.is_damaged) {
    damage_add(spool.damage, path, scan.bad_bytes + scan.torn_bytes);
    log_warn("agent", "spool segment is damaged, what is whole is kept",
             {{"path", path}, {"damaged_bytes", scan.bad_bytes}, {"torn_bytes", scan.torn_bytes}, {"events", segment.events}});
  }
  spool.segments.push_back(std::move(segment));
}

bool is_segment(const std::string& name) { return name.size() == 24 && name.compare(20, 4, ".seg") == 0; }

// Times of a machine that had no clock, or had it elsewhere, say nothing of an age: it counts from now.
void times_judge(Spool& spool) {
  int64_t now = spool.clock.unix_ms;
  for (SpoolSegment& s : spool.segments)
    for (int64_t* at : {&s.newest_ms, &s.oldest_ms})
      if (*at > now || (*at < kClockUnsetMs && now >= kClockUnsetMs)) *at = now;
}

// A later life has later numbers, whatever the disk has forgotten of the lives before.
void life_begin(Spool& spool, const Recovery& recovery) {
  if (recovery.found > 0) {
    int64_t now = spool.clock.unix_ms;
    uint64_t by_clock = now < kClockUnsetMs || now > kClockBeyondMs ? 0 : uint64_t(now) * kNumbersPerMs;
    spool.next_number = std::max(recovery.found + kSpoolLifeGap, by_clock);
  }
  spool.life_first = spool.next_number;
  unread_bound(spool);
  spool.untold_written = spool.untold;
}

std::string stream_path(const Spool& spool) { return spool.folder + "/stream"; }

// The old name must not come back with numbers that others have under it: rather none than that one.
Status stream_write(Spool& spool) {
  Status s = spool.disk->replace(stream_path(spool), spool.stream);
  spool.stream_written = s.ok();
  spool.stream_stale = false;
  if (s.ok()) return s;
  Status removed = spool.disk->remove(stream_path(spool));
  spool.stream_stale = !removed.ok() && removed.code != Err::not_found;
  if (removed.ok()) (void)spool.disk->sync(spool.folder);
  spool.trouble = s.message;
  return s;
}

bool is_stream(const std::string& text) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
  return text.size() >= 8 && text.size() <= 64 && text.find_first_not_of(kLetters) == text.npos;
}

// Without a segment nothing is known of the numbers that were given out under the old name.
void stream_open(Spool& spool, const std::string& new_stream, bool is_known) {
  Result<std::string> text = spool.disk->read(stream_path(spool));
  if (is_known && text.ok() && is_stream(text.value)) {
    spool.stream = text.value;
    spool.stream_written = true;
  } else {
    spool_renew(spool, new_stream);
  }
}

// ---- writing ----

void file_shut(Spool& spool) {
  if (spool.file < 0) return;
  spool.disk->close(spool.file);
  spool.file = -1;
  if (std::exchange(spool.dirty, false)) spool.unflushed.push_back(active(spool).path);
}

Status segment_begin(Spool& spool) {
  SpoolSegment segment;
  uint64_t name = std::max(spool.next_number, spool.last_name + 1);
  segment.path = segment_path(spool, name);
  Result<int> file = spool.disk->open(segment.path);
  if (!file.ok() && spool.disk->make_folder(spool.folder).ok()) file = spool.disk->open(segment.path);
  if (!file.ok()) return because(segment.path, file.status);
  file_shut(spool);
  spool.last_name = name;
  spool.file = file.value;
  spool.marks_due = spool.folder_dirty = true;
  spool.segments.push_back(std::move(segment));
  return {};
}

// What a reader must know before the first event of a segment.
std::string marks(const Spool& spool) {
  std::string text;
  spool_record_put(text, SpoolKind::done, spool.done, 0, "");
  if (!spool.life_written) spool_record_put(text, SpoolKind::life, spool.life_first, 0, "");
  if (spool.untold > 0 || spool.untold_written > 0) spool_record_put(text, SpoolKind::untold, spool.untold, 0, "");
  return text;
}

void marks_note(Spool& spool) {
  spool.marks_due = false;
  spool.life_written = true;
  spool.done_written = spool.done;
  spool.untold_written = spool.untold;
}

// Forced to the disk with each write, when that is asked for.
Status append_flush(Spool& spool) {
  if (spool.fsync != AgentConfig::Fsync::always) return {};
  Status s = spool.disk->flush(spool.file);
  if (s.ok() && spool.folder_dirty) s = spool.disk->sync(spool.folder);
  if (s.ok()) spool.folder_dirty = false;
  return s;
}

// A file that does not end behind a whole record is not written to any more.
Status append_undo(Spool& spool, const Status& why) {
  SpoolSegment& segment = active(spool);
  if (!spool.disk->truncate(spool.file, segment.bytes).ok()) file_shut(spool);
  return because("write " + segment.path, why);
}

Status append(Spool& spool, const std::string& record) {
  if (spool.stream_stale)
    if (Status s = stream_write(spool); spool.stream_stale) return s;
  if (spool.file < 0 || active(spool).bytes >= spool.limits.segment)
    if (Status s = segment_begin(spool); !s.ok()) return s;
  SpoolSegment& segment = active(spool);
  bool has_marks = spool.marks_due;
  const std::string with_marks = has_marks ? marks(spool) + record : std::string();
  const std::string& bytes = has_marks ? with_marks : record;
  Result<size_t> wrote = spool.disk->append(spool.file, bytes);
  if (wrote.ok() && wrote.value != bytes.size()) wrote.status = fail(Err::io, "the disk is full");
  if (wrote.ok()) wrote.status = append_flush(spool);
  if (!wrote.ok()) return append_undo(spool, wrote.status);
  if (has_marks) marks_note(spool);
  segment.bytes += bytes.size();
  spool.dirty = spool.fsync != AgentConfig::Fsync::always;
  return {};
}

Status event_write(Spool& spool, const OutRecord& record) {
  std::string bytes;
  spool_record_put(bytes, SpoolKind::event, record.number, record.stored_ms, record.payload);
  if (Status s = append(spool, bytes); !s.ok()) return s;
  segment_note(active(spool), record.number, record.stored_ms);
  return {};
}

// What changed since the marks on the disk; said again by the next segment, so that an old one may go.
void marks_write(Spool& spool) {
  if (spool.done == spool.done_written && spool.untold == spool.untold_written) return;
  std::string text;
  if (spool.done != spool.done_written) spool_record_put(text, SpoolKind::done, spool.done, 0, "");
  if (spool.untold != spool.untold_written) spool_record_put(text, SpoolKind::untold, spool.untold, 0, "");
  if (append(spool, text).ok()) marks_note(spool);
}

void unwritten_pop(Spool& spool) {
  spool.unwritten_bytes -= spool.unwritten.front().payload.size();
  spool.unwritten.pop_front();
}

void trouble_set(Spool& spool, const std::string& why) {
  if (spool.trouble.empty() || spool.unwritten.empty())
    log_error("agent", "the spool cannot be written, results wait in memory", {{"error", why}});
  spool.trouble = why;
}

void unwritten_retry(Spool& spool) {
  size_t written = 0;
  for (; !spool.unwritten.empty(); written++) {
    if (Status s = event_write(spool, spool.unwritten.front()); !s.ok()) {
      spool.trouble = s.message;
      return;
    }
    unwritten_pop(spool);
  }
  spool.trouble.clear();
  if (written > 0) log_info("agent", "the spool is written again", {{"events", written}});
}

// ---- losses ----

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
  unwritten_pop(spool);
}

void segment_drop_oldest(Spool& spool) {
  if (spool.segments.size() == 1) {
    spool.dirty = false;
    file_shut(spool);
  }
  if (Status s = spool.disk->remove(spool.segments.front().path); !s.ok() && s.code != Err::not_found)
    log_error("agent", "spool segment stays though it is not needed", {{"path", spool.segments.front().path}, {"error", s.message}});
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

// Of the whole the oldest goes; but nothing on the disk for what it does not take.
void bounds_keep(Spool& spool, SpoolLosses& losses) {
  auto on_disk = [&] { return int64_t(spool_bytes(spool) - spool.unwritten_bytes); };
  while (spool.segments.size() > 1 && on_disk() > spool.max_bytes) segment_lose(spool, losses, SpoolLoss::size);
  while (!spool.segments.empty() && spool.segments.front().events > 0 && is_old(spool, spool.segments.front().newest_ms))
    segment_lose(spool, losses, SpoolLoss::age);
  while (!spool.unwritten.empty() && is_old(spool, spool.unwritten.front().stored_ms)) unwritten_lose(spool, losses, SpoolLoss::age);
  auto is_over = [&] { return spool.unwritten_bytes > spool.limits.unwritten || int64_t(spool_bytes(spool)) > spool.max_bytes; };
  while (spool.unwritten.size() > 1 && is_over()) unwritten_lose(spool, losses, SpoolLoss::disk);
}

// After its loss was told: what is whole, and nothing else.
void segment_repair(Spool& spool, SpoolSegment& segment) {
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
    return log_error("agent", "damaged spool segment stays as it is", {{"error", s.message}});
  segment.bytes = whole.size();
}

// Segments whose events have all arrived go; the one in use too, when it has grown.
void arrived_drop(Spool& spool) {
  auto is_arrived = [&](const SpoolSegment& s) { return s.events == 0 || s.last <= spool.done; };
  while (spool.segments.size() > 1 && is_arrived(spool.segments.front())) segment_drop_oldest(spool);
  if (spool.segments.size() != 1 || active(spool).bytes < spool.limits.segment / 4 || !is_arrived(active(spool))) return;
  // The next segment carries the marks before this one goes. On a full disk it cannot, and has the numbers in its name alone:
  // what was sent last may come again after a kill -9, but there is room.
  if (!segment_begin(spool).ok()) return;
  bool is_marked = append(spool, "").ok();
  segment_drop_oldest(spool);
  if (!is_marked) (void)append(spool, "");
}

// ---- reading ----

// A file with fewer events than it had when it was written or opened.
void batch_add_damage(SpoolBatch& batch, const Spool& spool, SpoolSegment& segment, SpoolSegment found, size_t bytes) {
  if (found.events >= segment.events) return;
  damage_add(batch.damage, segment.path, bytes);
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
    log_error("agent", "spool segment cannot be read", {{"path", segment.path}, {"error", why.message}});
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
  if (found.is_damaged) damage_add(batch.damage, segment.path, scan.bad_bytes + scan.torn_bytes);
  segment = std::move(found);
  times_judge(spool);
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
    if (r.number < from) return true;
    if (!batch.records.empty() && r.number <= batch.records.back().number) return true;
    if (!batch.records.empty() && *bytes + r.payload.size() > bytes_max) {
      batch.more = true;
      return false;
    }
    *bytes += r.payload.size();
    batch.records.push_back({r.number, r.stored_ms, std::string(r.payload)});
    return true;
  });
  if (!batch.more) batch_add_damage(batch, spool, segment, std::move(found), scan.bad_bytes + scan.torn_bytes);
}

}  // namespace

Result<Spool> spool_open(const SpoolDisk& disk, const std::string& folder, const AgentConfig& config, const SpoolStart& start) {
  Spool spool;
  spool.disk = &disk;
  spool.folder = folder;
  spool.fsync = config.spool_fsync;
  spool.max_bytes = config.spool_max_bytes;
  spool.max_age_ms = config.spool_max_age_ms;
  spool.clock = start.clock;
  spool.limits = start.limits;
  Status made = disk.make_folder(folder);
  if (!made.ok()) spool.trouble = made.message;
  Result<std::vector<std::string>> names = disk.list(folder);
  if (!names.ok() && names.status.code != Err::not_found) return because("spool", names.status);
  Recovery recovery;
  for (const std::string& name : names.value)
    if (is_segment(name)) segment_recover(spool, recovery, folder + "/" + name);
  times_judge(spool);
  spool.damage.missing = holes_count(recovery, spool.done);
  stream_open(spool, start.stream, recovery.found > 0);
  life_begin(spool, recovery);
  // Never write behind a torn end: a new segment begins, now or with the first event it can.
  if (Status s = segment_begin(spool); !s.ok()) spool.trouble = s.message;
  else if (s = append(spool, ""); !s.ok()) spool.trouble = s.message;
  arrived_drop(spool);
  return spool;
}

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
  log_info("agent", "the clock was set: ages in the spool move with it", {{"by_ms", delta}});
  for (SpoolSegment& segment : spool.segments) segment_shift(segment, delta, now.unix_ms);
  for (OutRecord& record : spool.unwritten) record.stored_ms = std::min(record.stored_ms + delta, now.unix_ms);
  std::string mark;
  spool_record_put(mark, SpoolKind::clock, 0, delta, "");
  (void)append(spool, mark);  // a disk that does not take it: the next process takes these times as they are
}

SpoolLosses spool_store(Spool& spool, const OutRecord& record) {
  spool.next_number = std::max(spool.next_number, record.number + 1);
  if (!spool.unwritten.empty()) unwritten_retry(spool);
  Status s = spool.unwritten.empty() ? event_write(spool, record) : fail(Err::io, spool.trouble);
  SpoolLosses losses;
  if (s.ok()) {
    spool.trouble.clear();
  } else {
    trouble_set(spool, s.message);
    spool.unwritten.push_back(record);
    spool.unwritten_bytes += record.payload.size();
  }
  bounds_keep(spool, losses);
  return losses;
}

void spool_forget(Spool& spool, uint64_t number) {
  spool.done = std::max(spool.done, number);
  while (!spool.unwritten.empty() && spool.unwritten.front().number <= number) unwritten_pop(spool);
  arrived_drop(spool);
}

SpoolBatch spool_load(Spool& spool, uint64_t from, size_t bytes_max) {
  SpoolBatch batch;
  size_t bytes = 0;
  from = std::max(from, spool.done + 1);
  for (SpoolSegment& segment : spool.segments) {
    if (batch.more) break;
    if (segment.events == 0 || segment.last < from) continue;
    if (bytes >= bytes_max && !batch.records.empty()) {
      batch.more = true;
      break;
    }
    batch_add_file(batch, spool, segment, from, bytes_max, &bytes);
  }
  for (const OutRecord& record : spool.unwritten) {
    if (batch.more || record.number < from) continue;
    if (!batch.records.empty() && bytes + record.payload.size() > bytes_max) {
      batch.more = true;
      break;
    }
    bytes += record.payload.size();
    batch.records.push_back(record);
  }
  batch.stored_until = spool.next_number - 1;
  return batch;
}

void spool_renew(Spool& spool, const std::string& stream) {
  spool.stream = stream;
  (void)stream_write(spool);  // tried again before the next event, and each second
}

void spool_untold(Spool& spool, uint64_t count) {
  bool is_more = count > spool.untold;
  spool.untold = count;
  if (is_more) marks_write(spool);
}

SpoolLosses spool_tick(Spool& spool) {
  SpoolLosses losses;
  if (!spool.stream_written) (void)stream_write(spool);
  if (!spool.unwritten.empty()) unwritten_retry(spool);
  marks_write(spool);
  arrived_drop(spool);
  for (SpoolSegment& segment : spool.segments)
    if (segment.is_damaged) segment_repair(spool, segment);
  bounds_keep(spool, losses);
  return losses;
}

std::vector<std::string> spool_unflushed(Spool& spool) {
  if (std::exchange(spool.dirty, false) && spool.file >= 0) spool.unflushed.push_back(active(spool).path);
  if (!spool.unflushed.empty() && std::exchange(spool.folder_dirty, false)) spool.unflushed.push_back(spool.folder);
  std::vector<std::string> paths = std::move(spool.unflushed);
  spool.unflushed.clear();
  if (spool.fsync == AgentConfig::Fsync::never) paths.clear();
  return paths;
}

bool spool_is_idle(const Spool& spool) {
  for (const SpoolSegment& segment : spool.segments)
    if (segment.is_damaged) return false;
  return spool.unwritten.empty() && spool.done == spool.done_written && spool.untold == spool.untold_written && !spool.dirty &&
      spool.unflushed.empty() && spool_oldest(spool) == 0;
}

void spool_close(Spool& spool) {
  unwritten_retry(spool);
  marks_write(spool);
  if (!spool.unwritten.empty())
    log_error("agent", "results are lost with the process: the spool cannot be written",
              {{"results", spool.unwritten.size()}, {"error", spool.trouble}});
  file_shut(spool);
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
