// agent/spool.cc - see spool.h.
#include "agent/spool.h"

#include <fcntl.h>
#include <uv.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "agent/spool_record.h"
#include "common/log.h"
#include "common/os.h"

namespace picket {
namespace {

// libuv's file calls without a callback are plain calls, the same on every system.
struct FsCall {
  uv_fs_t request{};
  ~FsCall() { uv_fs_req_cleanup(&request); }
};

int file_open(const std::string& path) {
  FsCall c;
  return uv_fs_open(nullptr, &c.request, path.c_str(), O_RDWR | O_CREAT | O_APPEND, 0600, nullptr);
}
void file_close(int file) {
  FsCall c;
  uv_fs_close(nullptr, &c.request, file, nullptr);
}
void file_remove(const std::string& path) {
  FsCall c;
  uv_fs_unlink(nullptr, &c.request, path.c_str(), nullptr);
}
int file_truncate(int file, size_t size) {
  FsCall c;
  return uv_fs_ftruncate(nullptr, &c.request, file, int64_t(size), nullptr);
}
int file_flush(int file) {
  FsCall c;
  return uv_fs_fdatasync(nullptr, &c.request, file, nullptr);
}
int64_t file_append(int file, const std::string& bytes) {
  FsCall c;
  uv_buf_t buf = uv_buf_init(const_cast<char*>(bytes.data()), unsigned(bytes.size()));
  return uv_fs_write(nullptr, &c.request, file, &buf, 1, -1, nullptr);
}

std::string segment_path(const Spool& spool, uint64_t number) {
  char name[40];
  snprintf(name, sizeof name, "/%020llu.seg", static_cast<unsigned long long>(number));
  return spool.folder + name;
}

SpoolSegment& active(Spool& spool) { return spool.segments.back(); }

// ---- opening ----

struct NumberGap { uint64_t first = 0, last = 0; };  // numbers of no record

// All segments in order, as they are read.
struct Recovery {
  uint64_t expected = 0;         // the next event's number; 0: not known
  bool is_damaged = false;       // the segment before
  std::vector<NumberGap> holes;  // beside damage
};

void damage_add(SpoolDamage& damage, const std::string& path, size_t bytes) {
  if (damage.files++ == 0) damage.path = path;
  damage.bytes += bytes;
}

// Where nothing is damaged, numbers are missing because what had them was dropped at a bound, and told then.
void holes_find(Recovery& recovery, const std::vector<NumberGap>& gaps, uint64_t first, bool is_damaged) {
  for (const NumberGap& gap : gaps)
    if (is_damaged || (recovery.is_damaged && gap.last + 1 == first)) recovery.holes.push_back(gap);
  recovery.is_damaged = is_damaged;
}

uint64_t holes_count(const Recovery& recovery, uint64_t done) {
  uint64_t count = 0;
  for (const NumberGap& hole : recovery.holes)
    if (hole.last > done) count += hole.last - std::max(done, hole.first - 1);
  return count;
}

void segment_recover(Spool& spool, Recovery& recovery, const std::string& path) {
  SpoolSegment segment;
  segment.path = path;
  uint64_t name = strtoull(path.c_str() + path.rfind('/') + 1, nullptr, 10);
  spool.last_name = std::max(spool.last_name, name);
  spool.next_number = std::max(spool.next_number, spool.last_name);
  Result<std::string> text = os_read_file(path, kSpoolSegmentMax * 16);
  if (!text.ok()) {
    damage_add(spool.damage, path, 0);
    return log_error("agent", "spool segment passed over", {{"path", path}, {"error", text.status.message}});
  }
  if (recovery.expected == 0) recovery.expected = name;
  std::vector<NumberGap> gaps;
  SpoolScan scan = spool_scan(text.value, [&](const SpoolRead& r) {
    spool.next_number = std::max(spool.next_number, r.number + 1);
    if (r.kind == SpoolKind::done) {
      spool.done = std::max(spool.done, r.number);
      return true;
    }
    if (r.number > recovery.expected) gaps.push_back({recovery.expected, r.number - 1});
    recovery.expected = r.number + 1;
    if (segment.first == 0) {
      segment.first = r.number;
      segment.oldest_ms = r.stored_ms;
    }
    segment.last = r.number;
    segment.newest_ms = r.stored_ms;
    segment.events++;
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

Status stream_read(Spool& spool, const std::string& new_stream) {
  Result<std::string> text = os_read_file(spool.folder + "/stream", 100);
  if (text.ok() && text.value.size() >= 8 && text.value.size() <= 64) {
    spool.stream = text.value;
    return {};
  }
  return spool_renew(spool, new_stream);
}

// ---- writing ----

Status segment_begin(Spool& spool) {
  SpoolSegment segment;
  uint64_t name = std::max(spool.next_number, spool.last_name + 1);
  segment.path = segment_path(spool, name);
  int file = file_open(segment.path);
  if (file >= 0) spool.last_name = name;
  if (file < 0) return fail(Err::io, "open " + segment.path + ": " + uv_strerror(file));
  if (spool.file >= 0) file_close(spool.file);
  spool.file = file;
  std::string mark;
  spool_record_put(mark, SpoolKind::done, spool.done, 0, "");
  int64_t wrote = file_append(file, mark);
  if (wrote != int64_t(mark.size())) {
    file_truncate(file, 0);
    spool.segments.push_back(segment);
    return fail(Err::io, "write " + segment.path + ": " + (wrote < 0 ? uv_strerror(int(wrote)) : "the disk is full"));
  }
  segment.bytes = mark.size();
  spool.segments.push_back(segment);
  return {};
}

// One write; a short one is taken back, so that the file always ends behind a whole record.
Status append(Spool& spool, const std::string& bytes) {
  if (spool.file < 0 || active(spool).bytes >= kSpoolSegmentMax)
    if (Status s = segment_begin(spool); !s.ok()) return s;
  SpoolSegment& segment = active(spool);
  int64_t wrote = file_append(spool.file, bytes);
  if (wrote != int64_t(bytes.size())) {
    file_truncate(spool.file, segment.bytes);
    return fail(Err::io, "write " + segment.path + ": " + (wrote < 0 ? uv_strerror(int(wrote)) : "the disk is full"));
  }
  segment.bytes += bytes.size();
  spool.dirty = true;
  if (spool.fsync == AgentConfig::Fsync::always) file_flush(spool.file);
  return {};
}

Status event_write(Spool& spool, const OutRecord& record) {
  std::string bytes;
  spool_record_put(bytes, SpoolKind::event, record.number, record.stored_ms, record.payload);
  if (Status s = append(spool, bytes); !s.ok()) return s;
  SpoolSegment& segment = active(spool);
  if (segment.first == 0) {
    segment.first = record.number;
    segment.oldest_ms = record.stored_ms;
  }
  segment.last = record.number;
  segment.newest_ms = record.stored_ms;
  segment.events++;
  return {};
}

void unwritten_retry(Spool& spool) {
  while (!spool.unwritten.empty() && event_write(spool, spool.unwritten.front()).ok()) {
    spool.unwritten_bytes -= spool.unwritten.front().payload.size();
    spool.unwritten.pop_front();
  }
}

SpoolLost unwritten_add(Spool& spool, const OutRecord& record) {
  SpoolLost lost;
  spool.unwritten.push_back(record);
  spool.unwritten_bytes += record.payload.size();
  while (spool.unwritten_bytes > kUnwrittenMax && spool.unwritten.size() > 1) {
    spool.unwritten_bytes -= spool.unwritten.front().payload.size();
    lost.until = spool.unwritten.front().number;
    lost.count++;
    spool.unwritten.pop_front();
  }
  return lost;
}

// ---- bounds ----

void segment_drop_oldest(Spool& spool) {
  if (spool.segments.size() == 1 && spool.file >= 0) {
    file_close(spool.file);
    spool.file = -1;
  }
  file_remove(spool.segments.front().path);
  spool.segments.pop_front();
}

SpoolLost segment_lose(Spool& spool) {
  const SpoolSegment& s = spool.segments.front();
  SpoolLost lost;
  if (s.events > 0 && s.last > spool.done) {
    lost.until = s.last;
    lost.count = std::min<uint64_t>(s.events, s.last - std::max(spool.done, s.first - 1));
  }
  segment_drop_oldest(spool);
  return lost;
}

void lost_add(SpoolLost& sum, const SpoolLost& more) {
  sum.until = std::max(sum.until, more.until);
  sum.count += more.count;
}

SpoolLost bounds_keep(Spool& spool, int64_t unix_ms) {
  SpoolLost lost;
  while (spool.segments.size() > 1 && int64_t(spool_bytes(spool)) > spool.max_bytes) lost_add(lost, segment_lose(spool));
  while (!spool.segments.empty() && spool.segments.front().events > 0 && unix_ms - spool.segments.front().newest_ms > spool.max_age_ms)
    lost_add(lost, segment_lose(spool));
  spool.lost += lost.count;
  return lost;
}

// After its loss was told: what is whole, and nothing else.
void segment_repair(SpoolSegment& segment) {
  segment.is_damaged = false;
  Result<std::string> text = os_read_file(segment.path, kSpoolSegmentMax * 16);
  if (!text.ok()) return;
  std::string whole;
  spool_scan(text.value, [&](const SpoolRead& r) {
    size_t size = kSpoolHeader + r.payload.size();
    whole.append(text.value, r.end - size, size);
    return true;
  });
  if (Status s = os_write_file(segment.path, whole, 0600); !s.ok())
    return log_error("agent", "damaged spool segment stays as it is", {{"error", s.message}});
  segment.bytes = whole.size();
}

void done_write(Spool& spool) {
  if (spool.done == spool.done_written) return;
  std::string mark;
  spool_record_put(mark, SpoolKind::done, spool.done, 0, "");
  if (append(spool, mark).ok()) spool.done_written = spool.done;
}

// Segments whose events have all arrived go; the one in use too, when it has grown.
void arrived_drop(Spool& spool) {
  auto is_arrived = [&](const SpoolSegment& s) { return s.events == 0 || s.last <= spool.done; };
  while (spool.segments.size() > 1 && is_arrived(spool.segments.front())) segment_drop_oldest(spool);
  if (spool.segments.size() != 1 || active(spool).bytes < kSpoolSegmentMax / 4 || !is_arrived(active(spool))) return;
  // The next segment carries the mark before this one goes. On a full disk it cannot, and has the numbers in its name alone:
  // what was sent last may come again after a kill -9, but there is room.
  bool is_marked = segment_begin(spool).ok();
  if (spool.segments.size() < 2) return;
  segment_drop_oldest(spool);
  if (!is_marked) spool.done_written = 0;
}

// A file with fewer events than it had when it was written or opened.
void batch_add_damage(SpoolBatch& batch, const Spool& spool, SpoolSegment& segment, size_t found, size_t bytes) {
  if (found >= segment.events) return;
  damage_add(batch.damage, segment.path, bytes);
  batch.damage.missing += std::min<uint64_t>(segment.events - found, segment.last - std::min(segment.last, spool.done));
  segment.events = found;
  segment.is_damaged = &segment != &spool.segments.back();  // the one in use is written to: not now
}

void batch_add_file(SpoolBatch& batch, const Spool& spool, SpoolSegment& segment, uint64_t from, size_t bytes_max, size_t* bytes) {
  Result<std::string> text = os_read_file(segment.path, kSpoolSegmentMax * 16);
  if (!text.ok()) return log_error("agent", "spool segment cannot be read", {{"path", segment.path}, {"error", text.status.message}});
  size_t found = 0;
  SpoolScan scan = spool_scan(text.value, [&](const SpoolRead& r) {
    if (r.kind != SpoolKind::event) return true;
    found++;
    if (r.number < from) return true;
    if (!batch.records.empty() && (r.number <= batch.records.back().number)) return true;
    if (!batch.records.empty() && *bytes + r.payload.size() > bytes_max) {
      batch.more = true;
      return false;
    }
    *bytes += r.payload.size();
    batch.records.push_back({r.number, r.stored_ms, std::string(r.payload)});
    return true;
  });
  if (!batch.more) batch_add_damage(batch, spool, segment, found, scan.bad_bytes + scan.torn_bytes);
}

}  // namespace

Result<Spool> spool_open(const std::string& folder, const AgentConfig& config, const std::string& new_stream) {
  Spool spool;
  spool.folder = folder;
  spool.fsync = config.spool_fsync;
  spool.max_bytes = config.spool_max_bytes;
  spool.max_age_ms = config.spool_max_age_ms;
  if (Status s = os_make_dirs(folder, 0700); !s.ok()) return because("spool", s);
  if (Status s = stream_read(spool, new_stream); !s.ok()) return because("spool", s);
  Result<std::vector<std::string>> names = os_list_dir(folder);
  if (!names.ok()) return because("spool", names.status);
  Recovery recovery;
  for (const std::string& name : names.value)
    if (is_segment(name)) segment_recover(spool, recovery, folder + "/" + name);
  spool.damage.missing = holes_count(recovery, spool.done);
  spool.lost = spool.damage.missing;
  spool.next_number = std::max(spool.next_number, spool.done + 1);
  // Never write behind a torn end: a new segment begins.
  if (Status s = segment_begin(spool); !s.ok()) return because("spool", s);
  arrived_drop(spool);
  return spool;
}

uint64_t spool_oldest(const Spool& spool) {
  for (const SpoolSegment& s : spool.segments)
    if (s.events > 0 && s.last > spool.done) return std::max(s.first, spool.done + 1);
  return 0;
}

SpoolLost spool_store(Spool& spool, const OutRecord& record, int64_t unix_ms) {
  spool.next_number = std::max(spool.next_number, record.number + 1);
  bool was_full = !spool.unwritten.empty();
  if (was_full) unwritten_retry(spool);
  SpoolLost lost;
  Status s = spool.unwritten.empty() ? event_write(spool, record) : fail(Err::io, "earlier events wait");
  if (!s.ok()) {
    if (!was_full) log_error("agent", "the spool cannot be written, events wait in memory", {{"error", s.message}});
    lost = unwritten_add(spool, record);
    spool.lost += lost.count;
  }
  lost_add(lost, bounds_keep(spool, unix_ms));
  return lost;
}

void spool_forget(Spool& spool, uint64_t number) {
  spool.done = std::max(spool.done, number);
  while (!spool.unwritten.empty() && spool.unwritten.front().number <= number) {
    spool.unwritten_bytes -= spool.unwritten.front().payload.size();
    spool.unwritten.pop_front();
  }
  arrived_drop(spool);
}

SpoolBatch spool_load(Spool& spool, uint64_t from, size_t bytes_max) {
  SpoolBatch batch;
  size_t bytes = 0;
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
  spool.lost += batch.damage.missing;
  return batch;
}

Status spool_renew(Spool& spool, const std::string& stream) {
  spool.stream = stream;
  return os_write_file(spool.folder + "/stream", stream, 0600);
}

SpoolLost spool_tick(Spool& spool, int64_t unix_ms, int* wants_fsync) {
  *wants_fsync = -1;
  if (!spool.unwritten.empty()) unwritten_retry(spool);
  done_write(spool);
  arrived_drop(spool);
  for (SpoolSegment& segment : spool.segments)
    if (segment.is_damaged) segment_repair(segment);
  SpoolLost lost = bounds_keep(spool, unix_ms);
  if (spool.dirty && spool.fsync == AgentConfig::Fsync::interval && spool.file >= 0) *wants_fsync = spool.file;
  spool.dirty = false;
  return lost;
}

bool spool_is_idle(const Spool& spool) {
  for (const SpoolSegment& segment : spool.segments)
    if (segment.is_damaged) return false;
  return spool.unwritten.empty() && spool.done == spool.done_written && !spool.dirty && spool_oldest(spool) == 0;
}

void spool_close(Spool& spool) {
  if (spool.file < 0) return;
  unwritten_retry(spool);
  done_write(spool);
  if (spool.fsync != AgentConfig::Fsync::never) file_flush(spool.file);
  file_close(spool.file);
  spool.file = -1;
}

uint64_t spool_bytes(const Spool& spool) {
  uint64_t bytes = spool.unwritten_bytes;
  for (const SpoolSegment& s : spool.segments) bytes += s.bytes;
  return bytes;
}

uint64_t spool_events(const Spool& spool) {
  uint64_t events = spool.unwritten.size();
  for (const SpoolSegment& s : spool.segments)
    if (s.events > 0 && s.last > spool.done) events += std::min<uint64_t>(s.events, s.last - std::max(spool.done, s.first - 1));
  return events;
}

}  // namespace picket
