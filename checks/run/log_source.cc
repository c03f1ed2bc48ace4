// checks/run/log_source.cc - see log_source.h.
#include "checks/run/log_source.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>

#include "checks/os/measure.h"
#include "common/tls/crypto.h"
#include "common/process/blocking_worker.h"

namespace picket {
namespace {

constexpr size_t kBlockBytes = 64 << 10;

struct Gunzip {
  archive* reader = archive_read_new();
  bool ended = false;
  std::string buffer;  // what is after `at` and was read already
  int64_t at = 0;
  Gunzip() = default;
  ~Gunzip() { archive_read_free(reader); }
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;
};

Status gunzip_failure(Gunzip& g, const std::string& path) {
  const char* text = archive_error_string(g.reader);
  return fail(Err::io, path + ": " + (text ? text : "cannot be decompressed"));
}

Status gunzip_open(Gunzip& g, const std::string& path) {
  archive_read_support_filter_gzip(g.reader);
  archive_read_support_format_raw(g.reader);
  archive_entry* entry = nullptr;
  if (archive_read_open_filename(g.reader, path.c_str(), kBlockBytes) != ARCHIVE_OK) return gunzip_failure(g, path);
  int r = archive_read_next_header(g.reader, &entry);
  if (r == ARCHIVE_EOF) return g.ended = true, Status{};
  return r == ARCHIVE_OK ? Status{} : gunzip_failure(g, path);
}

// What lies before `offset` is thrown away.
Result<std::string> gunzip_read(Gunzip& g, const std::string& path, int64_t offset, size_t max) {
  if (offset < g.at) return fail(Err::internal, path + ": read backwards");
  while (work_wanted()) {
    size_t passed = std::min(g.buffer.size(), size_t(offset - g.at));
    g.buffer.erase(0, passed);
    g.at += int64_t(passed);
    if (g.ended || (g.at == offset && g.buffer.size() >= max)) break;
    std::string block(kBlockBytes, '\0');
    la_ssize_t count = archive_read_data(g.reader, &block[0], block.size());
    if (count < 0) return gunzip_failure(g, path);
    g.ended = count == 0;
    g.buffer.append(block, 0, size_t(count));
  }
  return g.at == offset ? g.buffer.substr(0, max) : std::string();
}

std::string hash_of(const std::string& text) { return text.empty() ? "" : hex_encode(sha256(text)).substr(0, 32); }

}  // namespace

LogSource log_source(const std::string& path) {
  if (path.size() < 3 || path.compare(path.size() - 3, 3, ".gz") != 0)
    return [path](int64_t offset, size_t max) { return os_read_range(path, offset, max); };
  auto unpacked = std::make_shared<std::unique_ptr<Gunzip>>();
  return [path, unpacked](int64_t offset, size_t max) -> Result<std::string> {
    if (!*unpacked) {
      *unpacked = std::make_unique<Gunzip>();
      if (Status s = gunzip_open(**unpacked, path); !s.ok()) return s;
    }
    return gunzip_read(**unpacked, path, offset, max);
  };
}

namespace {

Result<std::string> hash_at(const LogSource& source, int64_t offset, int64_t size) {
  Result<std::string> text = source(offset, size_t(size));
  if (text.ok() && text.value.size() != size_t(size)) return fail(Err::not_found, "the log is shorter");
  return text.ok() ? hash_of(text.value) : text;
}

}  // namespace

Result<LogMark> log_mark(const LogSource& source, int64_t offset) {
  auto size = std::min<int64_t>(offset, kMarkMax);
  Result<std::string> head = hash_at(source, 0, size);
  if (!head.ok()) return head.status;
  Result<std::string> tail = hash_at(source, offset - size, size);
  return tail.ok() ? Result<LogMark>({head.value, tail.value}) : tail.status;
}

bool log_has_mark(const LogSource& source, int64_t offset, const LogMark& mark) {
  auto size = std::min<int64_t>(offset, kMarkMax);
  Result<std::string> head = hash_at(source, 0, size);
  if (!head.ok() || head.value != mark.head) return false;  // most other files: without reading up to the place
  Result<std::string> tail = hash_at(source, offset - size, size);
  return tail.ok() && tail.value == mark.tail;
}

}  // namespace picket
