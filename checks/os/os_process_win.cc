// checks/os/os_process_win.cc - the processes of Windows. What we may not look into has a name, and no more.
#include "common/os/os_win.h"

#include <psapi.h>
#include <tlhelp32.h>
#include <winternl.h>

#include "checks/os/measure.h"

namespace picket {
namespace {

uint64_t number_of_time(const FILETIME& t) { return uint64_t(t.dwHighDateTime) << 32 | t.dwLowDateTime; }

std::string command_line_of(HANDLE process) {
  using Query = NTSTATUS(NTAPI*)(HANDLE, int, void*, ULONG, ULONG*);
  constexpr int kCommandLine = 60;  // since Windows 8.1
  static auto query =
      reinterpret_cast<Query>(reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQueryInformationProcess")));
  std::vector<char> buffer(70'000);
  ULONG size = 0;
  if (!query || query(process, kCommandLine, buffer.data(), ULONG(buffer.size()), &size) != 0) return {};
  auto* text = reinterpret_cast<UNICODE_STRING*>(buffer.data());
  return os_narrow({text->Buffer, text->Length / sizeof(wchar_t)});
}

std::string user_of(HANDLE process) {
  HANDLE token = nullptr;
  if (!OpenProcessToken(process, TOKEN_QUERY, &token)) return {};
  char buffer[512];
  DWORD size = 0;
  wchar_t name[256] = {}, domain[256] = {};
  DWORD name_size = 256, domain_size = 256;
  SID_NAME_USE use;
  bool good = GetTokenInformation(token, TokenUser, buffer, sizeof buffer, &size) &&
      LookupAccountSidW(nullptr, reinterpret_cast<TOKEN_USER*>(buffer)->User.Sid, name, &name_size, domain, &domain_size, &use);
  CloseHandle(token);
  return good ? os_narrow(name) : std::string();
}

void details_into(ProcessFacts* p, bool with_command_line) {
  HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, DWORD(p->pid));
  if (!process) return;
  PROCESS_MEMORY_COUNTERS memory{};
  if (GetProcessMemoryInfo(process, &memory, sizeof memory))
    p->resident = double(memory.WorkingSetSize), p->virtual_size = double(memory.PagefileUsage);
  FILETIME created, ended, kernel, user, now;
  GetSystemTimeAsFileTime(&now);
  if (GetProcessTimes(process, &created, &ended, &kernel, &user)) {
    p->age = double(number_of_time(now) - number_of_time(created)) / 1e7;
    p->cpu_seconds = double(number_of_time(kernel) + number_of_time(user)) / 1e7;
  }
  p->user = user_of(process);
  if (with_command_line) p->command_line = command_line_of(process);
  CloseHandle(process);
}

}  // namespace

Result<std::vector<ProcessFacts>> os_processes(bool with_command_lines) {
  HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  if (snapshot == INVALID_HANDLE_VALUE) return fail(Err::io, "list of processes: " + os_error_text(GetLastError()));
  std::vector<ProcessFacts> all;
  PROCESSENTRY32W entry{};
  entry.dwSize = sizeof entry;
  for (BOOL more = Process32FirstW(snapshot, &entry); more; more = Process32NextW(snapshot, &entry)) {
    if (entry.th32ProcessID == 0) continue;  // the idle process is none
    ProcessFacts p;
    p.pid = entry.th32ProcessID, p.parent = entry.th32ParentProcessID, p.threads = int(entry.cntThreads);
    p.name = os_narrow(entry.szExeFile);
    p.state = 'R';
    details_into(&p, with_command_lines);
    all.push_back(std::move(p));
  }
  CloseHandle(snapshot);
  return all;
}

}  // namespace picket
