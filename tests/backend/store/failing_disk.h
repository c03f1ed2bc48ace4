// tests/backend/store/failing_disk.h - a disk that answers SQLite's writes and reads as it is set, for as long as one of these
// lives; and no log meanwhile.
#pragma once
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>

#include "common/text/log.h"

namespace failing_disk {

// What write() of SQLite answers; 0 = it writes.
inline int write_errno = 0;
inline ssize_t write_or_fail(int fd, const void* data, size_t n, off_t at) {
  if (write_errno == 0) return pwrite(fd, data, n, at);
  errno = write_errno;
  return -1;
}
// Reads from number `read_fails_from` on, `read_fails` of them, fail.
inline int reads = 0, read_fails_from = -1, read_fails = 0;
inline ssize_t read_or_fail(int fd, void* data, size_t n, off_t at) {
  const int number = reads++;
  if (read_fails_from < 0 || number < read_fails_from || number >= read_fails_from + read_fails) return pread(fd, data, n, at);
  errno = EIO;
  return -1;
}

struct FailingDisk {
  static constexpr const char* kCalls[4] = {"pwrite", "pwrite64", "pread", "pread64"};
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  sqlite3_syscall_ptr before[4] = {};
  FailingDisk() {
    for (int i = 0; i < 4; i++) {
      before[i] = vfs->xGetSystemCall(vfs, kCalls[i]);
      vfs->xSetSystemCall(
          vfs, kCalls[i],
          i < 2 ? reinterpret_cast<sqlite3_syscall_ptr>(write_or_fail) : reinterpret_cast<sqlite3_syscall_ptr>(read_or_fail));
    }
    picket::log_set_sink([](std::string_view) {});
  }
  ~FailingDisk() {
    write_errno = 0;
    read_fails_from = -1;
    for (int i = 0; i < 4; i++) vfs->xSetSystemCall(vfs, kCalls[i], before[i]);
    picket::log_set_sink(nullptr);
  }
};

}  // namespace failing_disk
