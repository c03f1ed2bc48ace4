// common/os/file_lock_win.cc - see file_lock.h: a file opened so that others may read it and not open it for writing.
#include "common/os/file_lock.h"

#include "common/os/os.h"
#include "common/os/os_win.h"

namespace picket {
namespace {

Status holder_of(const std::string& path) {
  Result<std::string> pid = os_read_file(path, 32);
  while (pid.ok() && !pid.value.empty() && pid.value.back() == '\n') pid.value.pop_back();
  return fail(Err::exists, path + " is held by " + (pid.ok() && !pid.value.empty() ? "process " + pid.value : "another process"));
}

}  // namespace

Result<intptr_t> os_lock_file(const std::string& path) {
  HANDLE file = CreateFileW(os_wide(path).c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, nullptr, OPEN_ALWAYS,
                            FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE) {
    DWORD error = GetLastError();
    return error == ERROR_SHARING_VIOLATION ? holder_of(path) : fail(Err::io, "open " + path + ": error " + std::to_string(error));
  }
  std::string pid = std::to_string(GetCurrentProcessId()) + "\n";
  DWORD written = 0;
  (void)SetEndOfFile(file);
  (void)WriteFile(file, pid.data(), DWORD(pid.size()), &written, nullptr);
  return reinterpret_cast<intptr_t>(file);
}

void os_unlock_file(intptr_t lock) { CloseHandle(reinterpret_cast<HANDLE>(lock)); }

}  // namespace picket
