// A disk that answers SQLite's writes as it is told, for as long as one of these lives; and no log meanwhile.
#pragma once
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>

#include "common/log.h"

namespace failing_disk {

// What write() of SQLite answers; 0 = it writes.
inline int write_errno = 0;
inline ssize_t write_or_fail(int fd, const void* data, size_t n, off_t at) {
  if (write_errno == 0) return pwrite(fd, data, n, at);
  errno = write_errno;
  return -1;
}
struct FailingDisk {
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  sqlite3_syscall_ptr before[2] = {vfs->xGetSystemCall(vfs, "pwrite"), vfs->xGetSystemCall(vfs, "pwrite64")};
  FailingDisk() {
    for (const char* name : {"pwrite", "pwrite64"}) vfs->xSetSystemCall(vfs, name, reinterpret_cast<sqlite3_syscall_ptr>(write_or_fail));
    picket::log_set_sink([](std::string_view) {});
  }
  ~FailingDisk() {
    write_errno = 0;
    vfs->xSetSystemCall(vfs, "pwrite", before[0]);
    vfs->xSetSystemCall(vfs, "pwrite64", before[1]);
    picket::log_set_sink(nullptr);
  }
};

}  // namespace failing_disk
