// agent/edge/spool_files.cc - see spool_files.h. libuv's file calls without a callback are plain calls, the same on every system.
#include "agent/edge/spool_files.h"

#include <fcntl.h>
#include <uv.h>

#include "common/os/os.h"

namespace picket {
namespace {

constexpr size_t kFileMax = 16u << 20;  // a segment and the largest message after it

struct FsCall {
  uv_fs_t request{};
  ~FsCall() { uv_fs_req_cleanup(&request); }
};

Status status_of(int64_t result, const char* doing) {
  if (result >= 0) return {};
  return fail(result == UV_ENOENT ? Err::not_found : Err::io, std::string(doing) + ": " + uv_strerror(int(result)));
}

Result<int> file_open(const std::string& path) {
  FsCall c;
  int file = uv_fs_open(nullptr, &c.request, path.c_str(), O_RDWR | O_CREAT | O_APPEND, 0600, nullptr);
  if (file < 0) return status_of(file, "open");
  return file;
}

Result<size_t> file_append(int file, const std::string& bytes) {
  FsCall c;
  uv_buf_t buf = uv_buf_init(const_cast<char*>(bytes.data()), unsigned(bytes.size()));
  int64_t wrote = uv_fs_write(nullptr, &c.request, file, &buf, 1, -1, nullptr);
  if (wrote < 0) return status_of(wrote, "write");
  return size_t(wrote);
}

Status file_truncate(int file, size_t size) {
  FsCall c;
  return status_of(uv_fs_ftruncate(nullptr, &c.request, file, int64_t(size), nullptr), "truncate");
}

Status file_flush(int file) {
  FsCall c;
  return status_of(uv_fs_fdatasync(nullptr, &c.request, file, nullptr), "flush");
}

void file_close(int file) {
  FsCall c;
  uv_fs_close(nullptr, &c.request, file, nullptr);
}

Status file_remove(const std::string& path) {
  FsCall c;
  return status_of(uv_fs_unlink(nullptr, &c.request, path.c_str(), nullptr), "remove");
}

// Through a descriptor of its own: the one that is written to may be closed meanwhile. Where folders cannot be opened as files
// (Windows) they need no flush.
Status path_sync(const std::string& path) {
  bool is_folder = os_is_dir(path);
  FsCall opened, synced;
  int file = uv_fs_open(nullptr, &opened.request, path.c_str(), is_folder ? O_RDONLY : O_RDWR, 0, nullptr);
  if (file < 0) return is_folder ? Status() : status_of(file, "open");
  int result = uv_fs_fsync(nullptr, &synced.request, file, nullptr);
  file_close(file);
  return is_folder ? Status() : status_of(result, "flush");
}

}  // namespace

const SpoolDisk& spool_disk_real() {
  static const SpoolDisk disk = {
      [](const std::string& folder) { return os_make_dirs(folder, 0700); },
      [](const std::string& folder) { return os_list_dir(folder); },
      [](const std::string& path) { return os_read_file(path, kFileMax); },
      [](const std::string& path, const std::string& text) { return os_write_file(path, text, 0600); },
      file_remove,
      file_open,
      file_append,
      file_truncate,
      file_flush,
      file_close,
      path_sync,
  };
  return disk;
}

}  // namespace picket
