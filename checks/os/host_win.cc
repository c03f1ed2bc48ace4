// checks/os/host_win.cc - processor, memory, uptime, users of Windows.
#include "common/os/os_win.h"

#include <winternl.h>
#include <wtsapi32.h>

#include "checks/os/measure.h"

namespace picket {
namespace {

double seconds_of(uint64_t hundred_ns) { return double(hundred_ns) / 1e7; }
uint64_t number_of_time(const FILETIME& t) { return uint64_t(t.dwHighDateTime) << 32 | t.dwLowDateTime; }

Status system_error(const char* doing) { return fail(Err::io, std::string(doing) + ": " + os_error_text(GetLastError())); }

struct CoreTimes { LARGE_INTEGER idle, kernel /* idle within */, user, dpc, interrupt; ULONG interrupts; };

std::vector<CpuTimes> core_times() {
  using Query = NTSTATUS(NTAPI*)(int, void*, ULONG, ULONG*);
  constexpr int kProcessorPerformance = 8;
  auto query = reinterpret_cast<Query>(reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQuerySystemInformation")));
  std::vector<CoreTimes> raw(static_cast<size_t>(os_cpu_count()));
  ULONG size = 0;
  std::vector<CpuTimes> cores;
  if (!query || query(kProcessorPerformance, raw.data(), ULONG(raw.size() * sizeof(CoreTimes)), &size) != 0) return cores;
  for (size_t i = 0; i < size / sizeof(CoreTimes); i++) {
    CpuTimes t;
    t.idle = seconds_of(uint64_t(raw[i].idle.QuadPart));
    t.user = seconds_of(uint64_t(raw[i].user.QuadPart));
    t.system = seconds_of(uint64_t(raw[i].kernel.QuadPart - raw[i].idle.QuadPart));
    cores.push_back(t);
  }
  return cores;
}

bool key_exists(const wchar_t* path) {
  HKEY key = nullptr;
  if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, KEY_READ, &key) != ERROR_SUCCESS) return false;
  RegCloseKey(key);
  return true;
}

std::string session_text(DWORD session, WTS_INFO_CLASS what) {
  wchar_t* text = nullptr;
  DWORD size = 0;
  if (!WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, session, what, &text, &size)) return {};
  std::string out = os_narrow(text);
  WTSFreeMemory(text);
  return out;
}

}  // namespace

int os_cpu_count() { return int(GetActiveProcessorCount(ALL_PROCESSOR_GROUPS)); }
bool os_shell_is_posix() { return false; }

Result<std::vector<CpuTimes>> os_cpu_times() {
  FILETIME idle, kernel, user;
  if (!GetSystemTimes(&idle, &kernel, &user)) return system_error("processor times");
  CpuTimes whole;
  whole.idle = seconds_of(number_of_time(idle));
  whole.user = seconds_of(number_of_time(user));
  whole.system = seconds_of(number_of_time(kernel) - number_of_time(idle));
  std::vector<CpuTimes> all = core_times();
  all.insert(all.begin(), whole);
  return all;
}

Result<MemoryFacts> os_memory() {
  MEMORYSTATUSEX m{};
  m.dwLength = sizeof m;
  if (!GlobalMemoryStatusEx(&m)) return system_error("memory");
  MemoryFacts f;
  f.total = double(m.ullTotalPhys);
  f.available = double(m.ullAvailPhys);
  f.swap_total =
      m.ullTotalPageFile > m.ullTotalPhys ? double(m.ullTotalPageFile - m.ullTotalPhys) : 0;  // the limit of commitments is both together
  f.swap_free = m.ullAvailPageFile > m.ullAvailPhys ? std::min(double(m.ullAvailPageFile - m.ullAvailPhys), f.swap_total) : 0;
  return f;
}

Result<LoadFacts> os_load() { return fail(Err::unavailable, "Windows has no load average; use picket check cpu"); }

Result<UptimeFacts> os_uptime() {
  UptimeFacts f;
  f.seconds = double(GetTickCount64()) / 1000;
  if (key_exists(L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired"))
    f.reboot_reason = "Windows Update";
  else if (key_exists(L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending"))
    f.reboot_reason = "component servicing";
  f.reboot_required = !f.reboot_reason.empty();
  return f;
}

Result<std::vector<UserFacts>> os_users() {
  WTS_SESSION_INFOW* sessions = nullptr;
  DWORD count = 0;
  if (!WTSEnumerateSessionsW(WTS_CURRENT_SERVER_HANDLE, 0, 1, &sessions, &count)) return system_error("sessions");
  std::vector<UserFacts> users;
  for (DWORD i = 0; i < count; i++) {
    std::string name = session_text(sessions[i].SessionId, WTSUserName);
    if (!name.empty()) users.push_back({name, session_text(sessions[i].SessionId, WTSWinStationName)});
  }
  WTSFreeMemory(sessions);
  return users;
}

}  // namespace picket
