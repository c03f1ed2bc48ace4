// agent/core/spool_write.cc - what the spool appends: events, and the marks that say what has arrived.
#include <algorithm>
#include <cstdio>
#include <utility>

#include "agent/core/spool_format.h"
#include "agent/core/spool_parts.h"
#include "common/text/log.h"

namespace picket {
namespace {

std::string segment_path(const Spool& spool, uint64_t number) {
  char name[40];
  snprintf(name, sizeof name, "/%020llu.seg", static_cast<unsigned long long>(number));
  return spool.folder + name;
}

// What a reader must know before the first event of a segment.
std::string marks(const Spool& spool) {
  std::string text;
  spool_record_put(text, SpoolKind::done, spool.done, 0, "");
  if (!spool.life_written) spool_record_put(text, SpoolKind::life, spool.life_first, 0, "");
  if (spool.unreported > 0 || spool.unreported_written > 0) spool_record_put(text, SpoolKind::unreported, spool.unreported, 0, "");
  return text;
}

void marks_note(Spool& spool) {
  spool.marks_due = false;
  spool.life_written = true;
  spool.done_written = spool.done;
  spool.unreported_written = spool.unreported;
}

// Forced to the disk with each write, when that is asked for.
Status append_flush(Spool& spool) {
  if (spool.fsync != AgentConfig::Fsync::always) return {};
  Status s = spool.disk->flush(spool.file);
  if (s.ok() && spool.folder_dirty) s = spool.disk->sync(spool.folder);
  if (s.ok()) spool.folder_dirty = false;
  return s;
}

// A file that does not end with a whole record is not written to any more.
Status append_undo(Spool& spool, const Status& why) {
  SpoolSegment& segment = spool_active(spool);
  if (!spool.disk->truncate(spool.file, segment.bytes).ok()) spool_file_shut(spool);
  return because("write " + segment.path, why);
}

}  // namespace

std::string spool_stream_path(const Spool& spool) { return spool.folder + "/stream"; }

// The old name must not come back with numbers that others have under it: rather none than that one.
Status spool_stream_write(Spool& spool) {
  Status s = spool.disk->replace(spool_stream_path(spool), spool.stream);
  spool.stream_written = s.ok();
  spool.stream_stale = false;
  if (s.ok()) return s;
  Status removed = spool.disk->remove(spool_stream_path(spool));
  spool.stream_stale = !removed.ok() && removed.code != Err::not_found;
  if (removed.ok()) (void)spool.disk->sync(spool.folder);
  spool.trouble = s.message;
  return s;
}

void spool_file_shut(Spool& spool) {
  if (spool.file < 0) return;
  spool.disk->close(spool.file);
  spool.file = -1;
  if (std::exchange(spool.dirty, false)) spool.unflushed.push_back(spool_active(spool).path);
}

Status spool_segment_begin(Spool& spool) {
  SpoolSegment segment;
  uint64_t name = std::max(spool.next_number, spool.last_name + 1);
  segment.path = segment_path(spool, name);
  Result<int> file = spool.disk->open(segment.path);
  if (!file.ok() && spool.disk->make_folder(spool.folder).ok()) file = spool.disk->open(segment.path);
  if (!file.ok()) return because(segment.path, file.status);
  spool_file_shut(spool);
  spool.last_name = name;
  spool.file = file.value;
  spool.marks_due = spool.folder_dirty = true;
  spool.segments.push_back(std::move(segment));
  return {};
}

Status spool_append(Spool& spool, const std::string& record) {
  if (spool.stream_stale)
    if (Status s = spool_stream_write(spool); spool.stream_stale) return s;
  if (spool.file < 0 || spool_active(spool).bytes >= spool.limits.segment)
    if (Status s = spool_segment_begin(spool); !s.ok()) return s;
  SpoolSegment& segment = spool_active(spool);
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

Status spool_event_write(Spool& spool, const OutRecord& record) {
  std::string bytes;
  spool_record_put(bytes, SpoolKind::event, record.number, record.stored_ms, record.payload);
  if (Status s = spool_append(spool, bytes); !s.ok()) return s;
  segment_note(spool_active(spool), record.number, record.stored_ms);
  return {};
}

// What changed since the marks on the disk; said again by the next segment, so that an old one may go.
void spool_marks_write(Spool& spool) {
  if (spool.done == spool.done_written && spool.unreported == spool.unreported_written) return;
  std::string text;
  if (spool.done != spool.done_written) spool_record_put(text, SpoolKind::done, spool.done, 0, "");
  if (spool.unreported != spool.unreported_written) spool_record_put(text, SpoolKind::unreported, spool.unreported, 0, "");
  if (spool_append(spool, text).ok()) marks_note(spool);
}

void spool_unwritten_pop(Spool& spool) {
  spool.unwritten_bytes -= spool.unwritten.front().payload.size();
  spool.unwritten.pop_front();
}

void spool_trouble_set(Spool& spool, const std::string& why) {
  if (spool.trouble.empty() || spool.unwritten.empty())
    log_error("agent", "cannot write the spool, results are kept in memory", {{"error", why}});
  spool.trouble = why;
}

void spool_unwritten_retry(Spool& spool) {
  size_t written = 0;
  for (; !spool.unwritten.empty(); written++) {
    if (Status s = spool_event_write(spool, spool.unwritten.front()); !s.ok()) {
      spool.trouble = s.message;
      return;
    }
    spool_unwritten_pop(spool);
  }
  spool.trouble.clear();
  if (written > 0) log_info("agent", "spool is writable again", {{"events", written}});
}

}  // namespace picket
