// backend/shared/append_file.cc - a file opened for appending without waiting, and written at its end.
#include "backend/shared/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <utility>

#include "common/process/blocking_worker.h"

namespace picket {
namespace {

constexpr unsigned kFullPipeMs = 20;

Status file_error(const std::string& path, const char* doing, int error) {
  if (error == 0) return {};
  return fail(Err::io, std::string("cannot ") + doing + " " + path + ": " + (error == UV_ENXIO ? "it has no reader" : uv_strerror(error)));
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

bool path_is_in(const std::string& path, const std::string& dir) {
  if (dir.empty()) return false;
  std::string of = std::filesystem::path(path).lexically_normal().generic_string();
  std::string in = std::filesystem::path(dir).lexically_normal().generic_string();
  if (in.back() != '/') in += '/';
  return of + '/' == in || of.compare(0, in.size(), in) == 0;
}

static std::string real_path(const std::string& path) {
  uv_fs_t request;
  const int error = uv_fs_realpath(nullptr, &request, path.c_str(), nullptr);
  std::string found = error == 0 ? static_cast<const char*>(request.ptr) : "";
  uv_fs_req_cleanup(&request);
  return found;
}

static bool is_there(const std::string& path) {
  uv_fs_t request;
  const int error = uv_fs_lstat(nullptr, &request, path.c_str(), nullptr);
  uv_fs_req_cleanup(&request);
  return error == 0;
}

Status path_may_write(const std::string& path, const std::string& forbidden_dir) {
  const std::string dir = real_path(forbidden_dir);
  if (dir.empty()) return {};
  std::string found = real_path(path);
  if (found.empty() && is_there(path)) return fail(Err::denied, "cannot open " + path + ": dangling link");
  if (found.empty()) found = real_path(std::filesystem::path(path).parent_path().generic_string());
  if (!path_is_in(found, dir)) return {};
  return fail(Err::denied, "cannot open " + path + ": in the state-dir, which is reserved for the backend");
}

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
