// common/os/file_lock_unix.cc - see file_lock.h: flock, which the system lets go of when the process ends.
#include "common/os/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/os/os.h"

namespace picket {
namespace {

Status holder_of(const std::string& path) {
  Result<std::string> pid = os_read_file(path, 32);
  while (pid.ok() && !pid.value.empty() && pid.value.back() == '\n') pid.value.pop_back();
  return fail(Err::exists, path + " is held by " + (pid.ok() && !pid.value.empty() ? "process " + pid.value : "another process"));
}

}  // namespace

Result<intptr_t> os_lock_file(const std::string& path) {
  int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return fail(Err::io, "open " + path + ": " + strerror(errno));
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    Status s = errno == EWOULDBLOCK ? holder_of(path) : fail(Err::io, "lock " + path + ": " + strerror(errno));
    close(file);
    return s;
  }
  std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(file, 0) != 0 || write(file, pid.data(), pid.size()) < 0) { /* a full disk: the lock holds all the same */
  }
  return intptr_t(file);
}

void os_unlock_file(intptr_t lock) { close(int(lock)); }

}  // namespace picket
