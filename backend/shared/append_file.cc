// backend/shared/append_file.cc - a file opened for appending without waiting, and written at its end.
#include "backend/shared/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <utility>

#include "common/process/blocking_worker.h"

namespace picket {
namespace {

constexpr unsigned kFullPipeMs = 20;

Status file_error(const std::string& path, const char* doing, int error) {
  if (error == 0) return {};
  return fail(Err::io, std::string("cannot ") + doing + " " + path + ": " + (error == UV_ENXIO ? "nobody reads it" : uv_strerror(error)));
}

int file_close(uv_file fd) {
  if (fd < 0) return 0;
  uv_fs_t request;
  int error = uv_fs_close(nullptr, &request, fd, nullptr);
  uv_fs_req_cleanup(&request);
  return error;
}

}  // namespace

AppendFile::~AppendFile() { (void)file_close(fd); }

Status append_open(const std::string& path, int mode, AppendFile* file) {
  uv_fs_t request;
  file->fd = uv_fs_open(nullptr, &request, path.c_str(), UV_FS_O_WRONLY | UV_FS_O_APPEND | UV_FS_O_CREAT | UV_FS_O_NONBLOCK, mode, nullptr);
  uv_fs_req_cleanup(&request);
  if (file->fd < 0) return file_error(path, "open", file->fd);
  int error = uv_fs_fstat(nullptr, &request, file->fd, nullptr);
  file->regular = error == 0 && (request.statbuf.st_mode & S_IFMT) == S_IFREG;
  file->size = error == 0 ? static_cast<int64_t>(request.statbuf.st_size) : 0;
  uv_fs_req_cleanup(&request);
  return file_error(path, "look at", error);
}

Status append_write(const std::string& path, const AppendFile& file, std::string_view bytes) {
  while (!bytes.empty()) {
    uv_fs_t request;
    uv_buf_t buffer = uv_buf_init(const_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size()));
    int count = uv_fs_write(nullptr, &request, file.fd, &buffer, 1, -1, nullptr);
    uv_fs_req_cleanup(&request);
    if (count == UV_EAGAIN && work_wanted()) uv_sleep(kFullPipeMs);
    else if (count < 0) return file_error(path, "write to", count);
    else bytes.remove_prefix(static_cast<size_t>(count));
  }
  return {};
}

Status append_close(const std::string& path, AppendFile* file) {
  return file_error(path, "write to", file_close(std::exchange(file->fd, -1)));
}

}  // namespace picket
