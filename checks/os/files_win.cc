// checks/os/files_win.cc - drives, space and files of Windows.
#include "common/os/os_win.h"

#include "checks/os/measure.h"

namespace picket {
namespace {

Status system_error(const std::string& path, DWORD error) {
  bool none = error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND || error == ERROR_INVALID_DRIVE;
  return fail(none                                                           ? Err::not_found
                  : error == ERROR_ACCESS_DENIED || error == ERROR_NOT_READY ? Err::denied
                                                                             : Err::io,
              path + ": " + os_error_text(error));
}

struct Handle {
  HANDLE handle;
  explicit Handle(HANDLE h) : handle(h) {}
  ~Handle() {
    if (handle != INVALID_HANDLE_VALUE) CloseHandle(handle);
  }
  Handle(const Handle&) = delete;
  bool good() const { return handle != INVALID_HANDLE_VALUE; }
};

// Others may go on writing, renaming and deleting it meanwhile: logs are rotated.
HANDLE open_shared(const std::string& path, DWORD access) {
  return CreateFileW(os_wide(path).c_str(), access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                     FILE_FLAG_BACKUP_SEMANTICS, nullptr);
}

int64_t joined(DWORD high, DWORD low) { return int64_t(uint64_t(high) << 32 | low); }

}  // namespace

Result<std::vector<MountFacts>> os_mounts() {
  std::vector<MountFacts> mounts;
  DWORD drives = GetLogicalDrives();
  for (int i = 0; i < 26; i++) {
    if (!(drives >> i & 1)) continue;
    MountFacts m;
    m.path = std::string(1, char('A' + i)) + ":\\";
    std::wstring wide = os_wide(m.path);
    UINT kind = GetDriveTypeW(wide.c_str());
    m.remote = kind == DRIVE_REMOTE;
    m.pseudo = kind == DRIVE_CDROM || kind == DRIVE_NO_ROOT_DIR || kind == DRIVE_UNKNOWN;
    m.device = m.path.substr(0, 2) + "/";  // one each
    wchar_t type[64] = {};
    DWORD flags = 0;
    if (!m.remote && GetVolumeInformationW(wide.c_str(), nullptr, 0, nullptr, nullptr, &flags, type, 64))
      m.read_only = flags & FILE_READ_ONLY_VOLUME;
    m.type = type[0] ? os_narrow(type) : m.remote ? "network" : "unknown";
    mounts.push_back(std::move(m));
  }
  return mounts;
}

Result<SpaceFacts> os_space(const std::string& path) {
  ULARGE_INTEGER available{}, total{}, free{};
  if (!GetDiskFreeSpaceExW(os_wide(path).c_str(), &available, &total, &free)) return system_error(path, GetLastError());
  return SpaceFacts{double(total.QuadPart), double(free.QuadPart), double(available.QuadPart), 0, 0};
}

Result<FileFacts> os_file_facts(const std::string& path) {
  WIN32_FILE_ATTRIBUTE_DATA data{};
  if (!GetFileAttributesExW(os_wide(path).c_str(), GetFileExInfoStandard, &data)) return system_error(path, GetLastError());
  FILETIME now{};
  GetSystemTimeAsFileTime(&now);
  FileFacts f;
  f.path = path;
  f.is_dir = data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY;
  f.is_file = !f.is_dir;
  f.size = double(joined(data.nFileSizeHigh, data.nFileSizeLow));
  f.age = double(joined(now.dwHighDateTime, now.dwLowDateTime) -
                 joined(data.ftLastWriteTime.dwHighDateTime, data.ftLastWriteTime.dwLowDateTime)) /
      1e7;
  return f;
}

Result<FileId> os_file_id(const std::string& path) {
  Handle file(open_shared(path, FILE_READ_ATTRIBUTES));
  BY_HANDLE_FILE_INFORMATION info{};
  if (!file.good() || !GetFileInformationByHandle(file.handle, &info)) return system_error(path, GetLastError());
  return FileId{info.dwVolumeSerialNumber, uint64_t(joined(info.nFileIndexHigh, info.nFileIndexLow)) & INT64_MAX,
                joined(info.nFileSizeHigh, info.nFileSizeLow), !(info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)};
}

Result<std::string> os_read_range(const std::string& path, int64_t offset, size_t max) {
  Handle file(open_shared(path, GENERIC_READ));
  if (!file.good()) return system_error(path, GetLastError());
  LARGE_INTEGER place;
  place.QuadPart = offset;
  if (!SetFilePointerEx(file.handle, place, nullptr, FILE_BEGIN)) return system_error(path, GetLastError());
  std::string text(max, '\0');
  size_t have = 0;
  for (DWORD got = 0; have < max; have += got) {
    if (!ReadFile(file.handle, &text[have], DWORD(std::min<size_t>(max - have, 1u << 20)), &got, nullptr))
      return system_error(path, GetLastError());
    if (got == 0) break;
  }
  text.resize(have);
  return text;
}

}  // namespace picket
