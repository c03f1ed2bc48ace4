// checks/os/files_unix.cc - mounts, space and files.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "checks/os/measure.h"
#include "checks/facts/proc_text.h"
#include "common/os/os.h"

namespace picket {
namespace {

Status system_error(const std::string& path, int error) {
  Err code = error == ENOENT || error == ENOTDIR ? Err::not_found : error == EACCES || error == EPERM ? Err::denied : Err::io;
  return fail(code, path + ": " + strerror(error));
}

}  // namespace

Result<std::vector<MountFacts>> os_mounts() {
  Result<std::string> text = os_read_file("/proc/self/mountinfo", 16u << 20);
  if (!text.ok()) return text.status;
  return proc_mountinfo_read(text.value);
}

Result<SpaceFacts> os_space(const std::string& path) {
  struct statvfs s {};
  if (statvfs(path.c_str(), &s) != 0) return system_error(path, errno);
  double unit = double(s.f_frsize ? s.f_frsize : s.f_bsize);
  return SpaceFacts{double(s.f_blocks) * unit, double(s.f_bfree) * unit, double(s.f_bavail) * unit, double(s.f_files), double(s.f_ffree)};
}

Result<FileFacts> os_file_facts(const std::string& path) {
  struct stat s {};
  if (stat(path.c_str(), &s) != 0) return system_error(path, errno);
  FileFacts f;
  f.path = path;
  f.is_dir = S_ISDIR(s.st_mode);
  f.is_file = S_ISREG(s.st_mode);
  f.size = double(s.st_size);
  f.age = double(os_unix_ms()) / 1000 - double(s.st_mtim.tv_sec) - double(s.st_mtim.tv_nsec) / 1e9;
  return f;
}

Result<FileId> os_file_id(const std::string& path) {
  struct stat s {};
  if (stat(path.c_str(), &s) != 0) return system_error(path, errno);
  return FileId{uint64_t(s.st_dev), uint64_t(s.st_ino), int64_t(s.st_size), bool(S_ISREG(s.st_mode))};
}

Result<std::string> os_read_range(const std::string& path, int64_t offset, size_t max) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // of a pipe nobody writes to, too
  if (fd < 0) return system_error(path, errno);
  std::string text(max, '\0');
  size_t have = 0;
  int error = 0;
  while (have < max) {
    ssize_t n = pread(fd, &text[have], max - have, off_t(offset) + off_t(have));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) error = errno;
    if (n <= 0) break;
    have += size_t(n);
  }
  close(fd);
  if (error != 0) return system_error(path, error);
  text.resize(have);
  return text;
}

}  // namespace picket
