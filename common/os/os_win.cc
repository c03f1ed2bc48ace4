// common/os/os_win.cc - os.h for Windows. Paths and names are UTF-8 on our side and UTF-16 on the system's.
#include "common/os/os_win.h"

#include <bcrypt.h>
#include <io.h>
#include <psapi.h>
#include <sddl.h>
#include <shellapi.h>
#include <shlobj.h>
#include <wincrypt.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <memory>

#include "common/tls/crypto.h"
#include "common/os/os.h"
#include "common/basic/system_names.h"

namespace picket {

std::wstring os_wide(std::string_view text) {
  int size = MultiByteToWideChar(CP_UTF8, 0, text.data(), static_cast<int>(text.size()), nullptr, 0);
  std::wstring wide(static_cast<size_t>(std::max(size, 0)), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, text.data(), static_cast<int>(text.size()), wide.data(), size);
  return wide;
}

std::string os_narrow(std::wstring_view wide) {
  int size = WideCharToMultiByte(CP_UTF8, 0, wide.data(), static_cast<int>(wide.size()), nullptr, 0, nullptr, nullptr);
  std::string text(static_cast<size_t>(std::max(size, 0)), '\0');
  WideCharToMultiByte(CP_UTF8, 0, wide.data(), static_cast<int>(wide.size()), text.data(), size, nullptr, nullptr);
  return text;
}

std::string os_error_text(unsigned long error) {
  wchar_t text[512] = {};
  DWORD size = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr, error, 0, text, 511, nullptr);
  while (size > 0 && (text[size - 1] == L'\n' || text[size - 1] == L'\r' || text[size - 1] == L'.')) size--;
  return size > 0 ? os_narrow(std::wstring_view(text, size)) : "error " + std::to_string(error);
}

namespace {

Status system_error(const std::string& doing, DWORD error) {
  Err code = error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND ? Err::not_found
      : error == ERROR_ACCESS_DENIED                                        ? Err::denied
      : error == ERROR_ALREADY_EXISTS || error == ERROR_FILE_EXISTS         ? Err::exists
                                                                            : Err::io;
  return fail(code, doing + ": " + os_error_text(error));
}

struct Handle {
  HANDLE h;
  explicit Handle(HANDLE handle) : h(handle) {}
  ~Handle() {
    if (h != INVALID_HANDLE_VALUE) CloseHandle(h);
  }
  bool ok() const { return h != INVALID_HANDLE_VALUE; }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
};

// For what a mode keeps from others (0700, 0600): the owner, the system and administrators, and nothing that is inherited.
struct Rights {
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  SECURITY_ATTRIBUTES attributes{};
  explicit Rights(int mode) {
    const wchar_t* text = L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;S-1-3-4)";
    if ((mode & 077) == 0) ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, &descriptor, nullptr);
    attributes = {sizeof attributes, descriptor, FALSE};
  }
  ~Rights() { LocalFree(descriptor); }
  Rights(const Rights&) = delete;
  Rights& operator=(const Rights&) = delete;
};

DWORD write_temporary(const std::wstring& path, std::string_view text, Rights& rights) {  // 0 or an error
  Handle file(CreateFileW(path.c_str(), GENERIC_WRITE, 0, &rights.attributes, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr));
  if (!file.ok()) return GetLastError();
  while (!text.empty()) {
    DWORD count = 0, part = static_cast<DWORD>(std::min<size_t>(text.size(), 1u << 20));
    if (!WriteFile(file.h, text.data(), part, &count, nullptr)) return GetLastError();
    text.remove_prefix(count);
  }
  return FlushFileBuffers(file.h) ? 0 : GetLastError();
}

Status remove_tree(const std::wstring& path, const std::string& name) {
  DWORD kind = GetFileAttributesW(path.c_str());
  if (kind == INVALID_FILE_ATTRIBUTES) return {};
  if (!(kind & FILE_ATTRIBUTE_DIRECTORY)) {
    if (kind & FILE_ATTRIBUTE_READONLY) SetFileAttributesW(path.c_str(), kind & ~static_cast<DWORD>(FILE_ATTRIBUTE_READONLY));
    return DeleteFileW(path.c_str()) ? Status{} : system_error("remove " + name, GetLastError());
  }
  if (!(kind & FILE_ATTRIBUTE_REPARSE_POINT)) {  // a link is removed, not what it points to
    Result<std::vector<std::string>> names = os_list_dir(name);
    if (!names.ok()) return names.status;
    for (const std::string& entry : names.value)
      if (Status s = remove_tree(path + L"\\" + os_wide(entry), name + "\\" + entry); !s.ok()) return s;
  }
  return RemoveDirectoryW(path.c_str()) ? Status{} : system_error("remove " + name, GetLastError());
}

std::string environment(const wchar_t* name) {
  wchar_t value[4096];
  DWORD size = GetEnvironmentVariableW(name, value, 4096);
  return size > 0 && size < 4096 ? os_narrow(std::wstring_view(value, size)) : std::string();
}

std::string program_data() {
  wchar_t folder[MAX_PATH] = {};  // not the variable: a service has not the same ones
  bool known = SUCCEEDED(SHGetFolderPathW(nullptr, CSIDL_COMMON_APPDATA, nullptr, SHGFP_TYPE_CURRENT, folder)) && folder[0];
  return known ? os_narrow(folder) : "C:\\ProgramData";
}

}  // namespace

static std::atomic<int64_t> clock_ahead_ns{0};

int64_t os_unix_ns() {
  FILETIME t;
  GetSystemTimePreciseAsFileTime(&t);
  int64_t ticks = static_cast<int64_t>(t.dwHighDateTime) << 32 | t.dwLowDateTime;  // 100 ns since 1601
  return clock_ahead_ns.load(std::memory_order_relaxed) + (ticks - 116444736000000000LL) * 100;
}
void os_clock_set(int64_t ahead_ns) { clock_ahead_ns = ahead_ns; }
int64_t os_unix_ms() { return os_unix_ns() / 1'000'000; }
int64_t os_mono_ms() { return static_cast<int64_t>(GetTickCount64()); }

std::string os_hostname() {
  wchar_t name[256];
  DWORD size = 256;
  if (!GetComputerNameExW(ComputerNameDnsHostname, name, &size) || size == 0) return "unidentified-hostname";
  return os_narrow(std::wstring_view(name, size));
}

// What was taken out of the environment (os_environment_seal).
static std::vector<std::pair<std::string, std::string>>& sealed_environment() {
  static std::vector<std::pair<std::string, std::string>> variables;
  return variables;
}

std::vector<std::pair<std::string, std::string>> os_environment() {
  std::vector<std::pair<std::string, std::string>> all;
  wchar_t* block = GetEnvironmentStringsW();
  for (const wchar_t* e = block; e && *e; e += wcslen(e) + 1) {
    std::string line = os_narrow(e);
    size_t eq = line.find('=', 1);  // "=C:=C:\\dir" is the shell's own
    if (line[0] != '=' && eq != std::string::npos) all.emplace_back(environment_name(line.substr(0, eq)), line.substr(eq + 1));
  }
  if (block) FreeEnvironmentStringsW(block);
  all.insert(all.end(), sealed_environment().begin(), sealed_environment().end());
  return all;
}

void os_environment_seal(bool (*is_secret)(std::string_view name, std::string_view value)) {
  for (auto& [name, value] : os_environment())
    if (is_secret(name, value) && SetEnvironmentVariableW(os_wide(name).c_str(), nullptr)) sealed_environment().emplace_back(name, value);
}

bool os_argument_hide(const std::string& value) { return value.empty(); }
int os_file_mode(const std::string&) { return -1; }

std::vector<std::string> os_arguments(int argc, char** argv) {  // `argv` lost what the code page does not have
  int count = 0;
  std::unique_ptr<LPWSTR, decltype(&LocalFree)> wide(CommandLineToArgvW(GetCommandLineW(), &count), LocalFree);
  if (!wide) return {argv, argv + argc};
  std::vector<std::string> all;
  for (int i = 0; i < count; i++) all.push_back(os_narrow(wide.get()[i]));
  return all;
}

std::string os_config_path(const std::string& unix_path) {
  for (std::string_view program : {"picket", "sensu"}) {
    std::string prefix = "/etc/" + std::string(program) + "/";
    if (unix_path.compare(0, prefix.size(), prefix) == 0)
      return program_data() + "\\" + std::string(program) + "\\config\\" + unix_path.substr(prefix.size());
  }
  return {};
}

Result<std::string> os_read_file(const std::string& path, size_t max) {
  Handle file(CreateFileW(os_wide(path).c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                          OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
  if (!file.ok()) return system_error("read " + path, GetLastError());
  std::string text;
  char buffer[32 * 1024];
  for (;;) {
    DWORD count = 0;
    if (!ReadFile(file.h, buffer, sizeof buffer, &count, nullptr)) return system_error("read " + path, GetLastError());
    if (count == 0) return text;
    if (text.size() + count > max) return fail(Err::too_large, "read " + path + ": larger than " + std::to_string(max) + " bytes");
    text.append(buffer, count);
  }
}

Result<std::string> os_read_foreign_file(const std::string& path, size_t max) {
  DWORD kind = GetFileAttributesW(os_wide(path).c_str());
  if (kind != INVALID_FILE_ATTRIBUTES && (kind & (FILE_ATTRIBUTE_REPARSE_POINT | FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_DEVICE)))
    return fail(Err::invalid, "read " + path + ": not a regular file; another user may have created it");
  return os_read_file(path, max);
}

Status os_write_file(const std::string& path, std::string_view text, int mode) {
  static LONG serial = 0;
  std::wstring target = os_wide(path);
  std::wstring temporary =
      target + L".tmp-" + std::to_wstring(GetCurrentProcessId()) + L"-" + std::to_wstring(InterlockedIncrement(&serial));
  Rights rights(mode);
  DWORD error = write_temporary(temporary, text, rights);
  if (error == 0 && !MoveFileExW(temporary.c_str(), target.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH))
    error = GetLastError();
  if (error == 0) return {};
  DeleteFileW(temporary.c_str());
  return system_error("write " + path, error);
}

Status os_make_private(const std::string&, bool, std::string* was) {
  was->clear();
  return {};
}

Status os_make_dirs(const std::string& path, int mode) {
  if (path.empty()) return fail(Err::invalid, "make directory: the path is empty");
  Rights rights(mode);
  for (size_t end = path.find_first_of("/\\", 1);; end = path.find_first_of("/\\", end + 1)) {
    std::string part = path.substr(0, end);
    bool drive = part.size() == 2 && part[1] == ':';
    if (!drive && !CreateDirectoryW(os_wide(part).c_str(), &rights.attributes)) {
      DWORD error = GetLastError();
      if (!os_is_dir(part)) return system_error("make directory " + part, error);
    }
    if (end == std::string::npos) return {};
  }
}

Status os_take_dir(const std::string& path) {
  Rights rights(0700);
  if (Status s = os_make_dirs(path, 0700); !s.ok()) return s;
  if (rights.descriptor && SetFileSecurityW(os_wide(path).c_str(), DACL_SECURITY_INFORMATION, rights.descriptor)) return {};
  return system_error("remove other users' access to " + path, GetLastError());
}

Result<std::vector<std::string>> os_list_dir(const std::string& path) {
  WIN32_FIND_DATAW entry;
  HANDLE search = FindFirstFileW((os_wide(path) + L"\\*").c_str(), &entry);
  if (search == INVALID_HANDLE_VALUE) return system_error("list " + path, GetLastError());
  std::vector<std::string> names;
  do {
    std::string name = os_narrow(entry.cFileName);
    if (name != "." && name != "..") names.push_back(std::move(name));
  } while (FindNextFileW(search, &entry));
  FindClose(search);
  std::sort(names.begin(), names.end());
  return names;
}

Status os_rename(const std::string& from, const std::string& to) {
  if (MoveFileExW(os_wide(from).c_str(), os_wide(to).c_str(), MOVEFILE_REPLACE_EXISTING)) return {};
  return system_error("rename " + from + " to " + to, GetLastError());
}

Status os_remove_file(const std::string& path) {
  if (DeleteFileW(os_wide(path).c_str()) || GetLastError() == ERROR_FILE_NOT_FOUND) return {};
  return system_error("remove " + path, GetLastError());
}

FILE* os_open(const std::string& path, const char* how, int) {
  FILE* file = _wfopen(os_wide(path).c_str(), os_wide(how).c_str());
  if (file) SetHandleInformation(reinterpret_cast<HANDLE>(_get_osfhandle(_fileno(file))), HANDLE_FLAG_INHERIT, 0);  // not for what we start
  return file;
}

bool os_exists(const std::string& path) { return GetFileAttributesW(os_wide(path).c_str()) != INVALID_FILE_ATTRIBUTES; }

bool os_is_dir(const std::string& path) {
  DWORD kind = GetFileAttributesW(os_wide(path).c_str());
  return kind != INVALID_FILE_ATTRIBUTES && (kind & FILE_ATTRIBUTE_DIRECTORY);
}

bool os_is_file(const std::string& path) {
  DWORD kind = GetFileAttributesW(os_wide(path).c_str());
  return kind != INVALID_FILE_ATTRIBUTES && !(kind & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_DEVICE));
}

Status os_sync_folder(const std::string&) { return {}; }  // a volume can be flushed by administrators alone
bool os_is_shared_dir(const std::string&) { return false; }
Status os_set_mode(const std::string&, int) { return {}; }
std::string os_shared_outbox() { return ""; }

Status os_remove_tree(const std::string& path) { return remove_tree(os_wide(path), path); }

std::string os_default_dir(std::string_view what) {
  std::string base = program_data();
  for (std::string_view known : {"config", "state", "cache", "log"})
    if (what == known) return base + "\\picket\\" + std::string(what);
  return {};
}

bool os_random(void* bytes, size_t count) {
  return BCryptGenRandom(nullptr, static_cast<PUCHAR>(bytes), static_cast<ULONG>(count), BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0;
}

int64_t os_resident_kb() {
  PROCESS_MEMORY_COUNTERS counters{};
  if (!GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters)) return 0;
  return static_cast<int64_t>(counters.WorkingSetSize / 1024);
}

void os_release_code() {}
void os_raise_file_limit() {}  // handles are bounded by memory alone
int os_file_limit() { return 1 << 16; }
// cmd takes the outermost quotes away when there are more than two.
int os_run_with_file(const std::string& command, const std::string& file) {
  return _wsystem(os_wide("\"" + command + " \"" + file + "\"\"").c_str());
}

bool os_terminal_echo(bool on) {
  HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
  DWORD mode = 0;
  if (!GetConsoleMode(input, &mode)) return false;
  mode = on ? mode | ENABLE_ECHO_INPUT : mode & ~DWORD(ENABLE_ECHO_INPUT);
  return SetConsoleMode(input, mode);
}

void os_ignore_broken_pipes() {}
void os_service_notify(std::string_view) {}

Result<std::string> os_trusted_authorities() {
  if (std::string own = environment(L"SSL_CERT_FILE"); !own.empty()) return os_read_file(own, 16u << 20);
  HCERTSTORE store = CertOpenSystemStoreW(0, L"ROOT");
  if (!store) return system_error("open the system's certificate store", GetLastError());
  std::string pem;
  for (PCCERT_CONTEXT c = nullptr; (c = CertEnumCertificatesInStore(store, c)) != nullptr;) {
    std::string text = base64_encode(std::string_view(reinterpret_cast<const char*>(c->pbCertEncoded), c->cbCertEncoded));
    pem += "-----BEGIN CERTIFICATE-----\n";
    for (size_t at = 0; at < text.size(); at += 64) pem += text.substr(at, 64) + "\n";
    pem += "-----END CERTIFICATE-----\n";
  }
  CertCloseStore(store, 0);
  if (pem.empty()) return fail(Err::not_found, "the system's certificate store is empty; set a CA file");
  return pem;
}

void os_own_name_services() {}

int os_run_as_init() { return -1; }

}  // namespace picket
