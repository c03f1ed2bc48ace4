// common/program/service_win.cc - the service control manager calls from threads of its own; what it wants crosses over by service_wish.
#include "common/os/os_win.h"

#include <fcntl.h>
#include <io.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <mutex>

#include "common/basic/build_info.h"
#include "common/os/os.h"
#include "common/program/service_os.h"

namespace picket {

const ServiceSignal kServiceSignalTable[kServiceSignals] = {
    {SIGINT, "Ctrl-C", ServiceWish::stop},
    {SIGBREAK, "Ctrl-Break", ServiceWish::stop},
    {SIGHUP, "the closing of the console", ServiceWish::stop},
    {0, nullptr, ServiceWish::stop},
};

void service_signals_hold() {}  // the manager's wishes wait in the state below; a console's user closes it again
void service_signals_release() {}

namespace {

constexpr DWORD kStopHintMs = 10'000;   // within this time we report to the manager again that we are still stopping
constexpr DWORD kStartHintMs = 60'000;  // a large store takes its time
constexpr size_t kComplaintMax = 8 * 1024;
constexpr WORD kEventStarted = 1, kEventStopped = 2, kEventFailed = 3, kEventUpgraded = 4;  // numbers in the event log

struct State {  // one service per process
  std::mutex mutex;
  std::function<int()> body;
  std::wstring name;
  SERVICE_STATUS_HANDLE handle = nullptr;
  DWORD current = SERVICE_START_PENDING, progress = 0;
  ServiceWatch* watch = nullptr;
  bool stop_wanted = false;  // perhaps before anybody watched for it
  int exit_status = 0;
};

State& state() {
  static State s;
  return s;
}

void status_report(DWORD current, DWORD hint_ms = 0) {
  State& s = state();
  if (!s.handle) return;
  std::lock_guard<std::mutex> lock(s.mutex);
  if (s.current == SERVICE_STOPPED || (s.current == SERVICE_STOP_PENDING && current == SERVICE_RUNNING)) return;
  s.current = current;
  SERVICE_STATUS status{};
  status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
  status.dwCurrentState = current;
  status.dwControlsAccepted = current == SERVICE_STOP_PENDING || current == SERVICE_STOPPED
      ? 0
      : SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN | SERVICE_ACCEPT_PARAMCHANGE;
  status.dwWaitHint = hint_ms;
  status.dwCheckPoint = hint_ms > 0 ? ++s.progress : 0;
  if (current == SERVICE_STOPPED && s.exit_status != 0) {  // a failure, so that the recovery actions apply
    status.dwWin32ExitCode = ERROR_SERVICE_SPECIFIC_ERROR;
    status.dwServiceSpecificExitCode = static_cast<DWORD>(s.exit_status);
  }
  SetServiceStatus(s.handle, &status);
}

// While we drain, the manager hears from us in time.
DWORD WINAPI status_keep_reporting(void*) {
  for (;;) {
    status_report(SERVICE_STOP_PENDING, kStopHintMs);
    Sleep(kStopHintMs / 2);
  }
}

void wish(ServiceWish what) {
  State& s = state();
  std::lock_guard<std::mutex> lock(s.mutex);
  s.stop_wanted |= what == ServiceWish::stop;
  if (s.watch) service_wish(s.watch, what);
}

DWORD WINAPI on_control(DWORD control, DWORD, void*, void*) {
  switch (control) {
    case SERVICE_CONTROL_INTERROGATE: return NO_ERROR;
    case SERVICE_CONTROL_PARAMCHANGE: wish(ServiceWish::reload); return NO_ERROR;
    case SERVICE_CONTROL_STOP:
    case SERVICE_CONTROL_PRESHUTDOWN:
    case SERVICE_CONTROL_SHUTDOWN: break;
    default: return ERROR_CALL_NOT_IMPLEMENTED;
  }
  status_report(SERVICE_STOP_PENDING, kStopHintMs);
  if (HANDLE thread = CreateThread(nullptr, 0, status_keep_reporting, nullptr, 0, nullptr)) CloseHandle(thread);
  wish(ServiceWish::stop);
  return NO_ERROR;
}

// ---- the system's event log ----

void report(WORD kind, WORD number, const std::string& text) {
  HANDLE log = RegisterEventSourceW(nullptr, state().name.c_str());
  if (!log) return;
  std::wstring wide = os_wide(text);
  const wchar_t* strings[] = {wide.c_str()};
  ReportEventW(log, kind, 0, number, nullptr, 1, 0, strings, nullptr);
  DeregisterEventSource(log);
}

std::wstring source_key(const std::wstring& name) { return L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\" + name; }

// The messages of EventCreate.exe, which every Windows has, are "%1" for the numbers from 1 to 1000.
void source_register(const std::wstring& name) {
  const std::wstring file = L"%SystemRoot%\\System32\\EventCreate.exe", key = source_key(name);
  DWORD kinds = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
  RegSetKeyValueW(HKEY_LOCAL_MACHINE, key.c_str(), L"EventMessageFile", REG_EXPAND_SZ, file.c_str(),
                  static_cast<DWORD>((file.size() + 1) * sizeof(wchar_t)));
  RegSetKeyValueW(HKEY_LOCAL_MACHINE, key.c_str(), L"TypesSupported", REG_DWORD, &kinds, sizeof kinds);
}

// What was written to standard error before there was a log, or beside it.
std::string complaint(const std::string& path) {
  Result<std::string> text = os_read_file(path);
  if (!text.ok() || text.value.empty()) return "; see its log file";
  return ":\n" + text.value.substr(text.value.size() - std::min(text.value.size(), kComplaintMax));
}

void start_report(const std::string& name) {
  std::string path = os_default_dir("state") + "\\" + name + ".version";
  Result<std::string> before = os_read_file(path, 100);
  if (before.ok() && before.value != kVersion)
    report(EVENTLOG_INFORMATION_TYPE, kEventUpgraded, name + ": version " + std::string(kVersion) + " replaces " + before.value);
  if (!before.ok() || before.value != kVersion) (void)os_write_file(path, kVersion);
  report(EVENTLOG_INFORMATION_TYPE, kEventStarted, name + " " + std::string(kVersion) + " starts");
}

// ---- managing ----

struct ServiceHandle {
  SC_HANDLE h = nullptr;
  explicit ServiceHandle(SC_HANDLE handle) : h(handle) {}
  ~ServiceHandle() {
    if (h) CloseServiceHandle(h);
  }
  ServiceHandle(const ServiceHandle&) = delete;
  ServiceHandle& operator=(const ServiceHandle&) = delete;
};

Status service_error(const std::string& doing, const std::string& name) {
  DWORD error = GetLastError();
  std::string text = doing + " service " + name + ": " + os_error_text(error);
  if (error == ERROR_ACCESS_DENIED) text += "; run this from an administrator prompt";
  if (error == ERROR_SERVICE_EXISTS) text += "; uninstall it first";
  if (error == ERROR_SERVICE_DOES_NOT_EXIST) text += "; install it first";
  if (error == ERROR_SERVICE_SPECIFIC_ERROR) text += "; see the Windows event log and the log file";
  return fail(error == ERROR_ACCESS_DENIED ? Err::denied : error == ERROR_SERVICE_DOES_NOT_EXIST ? Err::not_found : Err::io, text);
}

// As CommandLineToArgvW takes it apart again.
std::wstring quoted(const std::string& argument) {
  std::wstring out = L"\"";
  size_t slashes = 0;
  for (wchar_t c : os_wide(argument)) {
    if (c == L'"') out.append(slashes + 1, L'\\');
    slashes = c == L'\\' ? slashes + 1 : 0;
    out += c;
  }
  return out.append(slashes, L'\\') + L"\"";
}

std::wstring command_line(const ServiceDefinition& d) {
  wchar_t path[32768];
  DWORD size = GetModuleFileNameW(nullptr, path, 32768);
  std::wstring line = quoted(os_narrow(std::wstring_view(path, size)));
  for (const std::string& a : d.arguments) line += L" " + quoted(a);
  return line;
}

// Recovery: it comes back after 5 s, also when it ended by itself with an error.
void recovery_set(SC_HANDLE service) {
  SC_ACTION restart[3] = {{SC_ACTION_RESTART, 5'000}, {SC_ACTION_RESTART, 5'000}, {SC_ACTION_RESTART, 60'000}};
  SERVICE_FAILURE_ACTIONSW actions{};
  actions.dwResetPeriod = 3'600;
  actions.cActions = 3;
  actions.lpsaActions = restart;
  ChangeServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS, &actions);
  SERVICE_FAILURE_ACTIONS_FLAG flag{TRUE};
  ChangeServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &flag);
}

// An installer's table has no place for some of it: the service sees to it itself.
void own_service_complete() {
  source_register(state().name);
  ServiceHandle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
  ServiceHandle service(manager.h ? OpenServiceW(manager.h, state().name.c_str(), SERVICE_CHANGE_CONFIG | SERVICE_START) : nullptr);
  if (service.h) recovery_set(service.h);
}

// A service has no standard error: the stream is there, but has no file, and cannot be opened anew everywhere.
void keep_errors(const std::string& path) {
  int file = _wopen(os_wide(path).c_str(), _O_WRONLY | _O_CREAT | _O_TRUNC | _O_NOINHERIT, _S_IREAD | _S_IWRITE);
  if (file < 0 || _dup2(file, 2) != 0) return;
  if (file != 2) _close(file);
  stderr->_file = 2;
  setvbuf(stderr, nullptr, _IONBF, 0);
}

void WINAPI service_main(DWORD, wchar_t**) {
  State& s = state();
  const std::string name = os_narrow(s.name), log = os_default_dir("log"), errors = log + "\\" + name + ".err";
  s.handle = RegisterServiceCtrlHandlerExW(s.name.c_str(), on_control, nullptr);
  status_report(SERVICE_START_PENDING, kStartHintMs);
  (void)service_places_make();  // where that fails, what follows says so
  keep_errors(errors);
  own_service_complete();
  start_report(name);
  s.exit_status = s.body();
  if (s.exit_status == 0) report(EVENTLOG_INFORMATION_TYPE, kEventStopped, name + " has stopped");
  else report(EVENTLOG_ERROR_TYPE, kEventFailed, name + " ended with status " + std::to_string(s.exit_status) + complaint(errors));
  status_report(SERVICE_STOPPED);
}

struct Opened {  // one service, for one purpose
  ServiceHandle manager, service;
  Opened(const std::string& name, DWORD rights)
      : manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT)),
        service(manager.h ? OpenServiceW(manager.h, os_wide(name).c_str(), rights) : nullptr) {}
};

DWORD state_now(SC_HANDLE service, SERVICE_STATUS* status) { return QueryServiceStatus(service, status) ? status->dwCurrentState : 0; }

// As long as the service reports that it is getting on with it.
bool wait_through(SC_HANDLE service, DWORD pending, DWORD wanted, SERVICE_STATUS* status) {
  DWORD progress = 0;
  ULONGLONG patience = GetTickCount64() + kStartHintMs;
  while (state_now(service, status) == pending && GetTickCount64() < patience) {
    if (status->dwCheckPoint != progress) patience = GetTickCount64() + status->dwWaitHint + kStopHintMs;
    progress = status->dwCheckPoint;
    Sleep(50);
  }
  return status->dwCurrentState == wanted;
}

Status stop_and_wait(SC_HANDLE service, const std::string& name) {
  SERVICE_STATUS status{};
  if (!ControlService(service, SERVICE_CONTROL_STOP, &status))
    return GetLastError() == ERROR_SERVICE_NOT_ACTIVE ? Status{} : service_error("stop", name);
  if (wait_through(service, SERVICE_STOP_PENDING, SERVICE_STOPPED, &status)) return {};
  return fail(Err::io, "stop service " + name + ": it does not stop; see its log file");
}

}  // namespace

int service_run(const std::string& name, std::function<int()> body) {
  State& s = state();
  s.body = std::move(body);
  s.name = os_wide(name);
  SERVICE_TABLE_ENTRYW table[] = {{s.name.data(), service_main}, {nullptr, nullptr}};
  if (StartServiceCtrlDispatcherW(table)) return s.exit_status;
  return s.body();  // started by a person: there is no manager to connect to
}

bool service_is_managed() { return state().handle != nullptr; }
void service_started() { status_report(SERVICE_RUNNING); }
void service_stopping() {}  // reported where the wish comes from
uint64_t service_heartbeat_ms() { return 0; }
void service_heartbeat() {}

void service_manager_attach(ServiceWatch* watch) {
  State& s = state();
  std::lock_guard<std::mutex> lock(s.mutex);
  s.watch = watch;
  if (s.stop_wanted) service_wish(watch, ServiceWish::stop);
}

void service_manager_detach() {
  std::lock_guard<std::mutex> lock(state().mutex);
  state().watch = nullptr;
}

Status service_places_make() {
  std::string config = os_default_dir("config");
  if (Status s = os_take_dir(config.substr(0, config.rfind('\\'))); !s.ok()) return s;
  for (const char* what : {"config", "state", "cache", "log"})
    if (Status s = os_make_dirs(os_default_dir(what), 0700); !s.ok()) return s;
  return {};
}

Status service_install(const ServiceDefinition& d) {
  ServiceHandle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE));
  if (!manager.h) return service_error("install", d.name);
  ServiceHandle service(CreateServiceW(manager.h, os_wide(d.name).c_str(), os_wide(d.display_name).c_str(), SERVICE_ALL_ACCESS,
                                       SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START, SERVICE_ERROR_NORMAL, command_line(d).c_str(),
                                       nullptr, nullptr, nullptr, nullptr, nullptr));
  if (!service.h) return service_error("install", d.name);
  std::wstring text = os_wide(d.description);
  SERVICE_DESCRIPTIONW description{text.data()};
  ChangeServiceConfig2W(service.h, SERVICE_CONFIG_DESCRIPTION, &description);
  recovery_set(service.h);
  source_register(os_wide(d.name));
  return {};
}

Status service_remove(const std::string& name) {
  Opened o(name, SERVICE_STOP | SERVICE_QUERY_STATUS | DELETE);
  if (!o.service.h) return service_error("uninstall", name);
  if (Status s = stop_and_wait(o.service.h, name); !s.ok()) return s;
  if (!DeleteService(o.service.h)) return service_error("uninstall", name);
  RegDeleteKeyW(HKEY_LOCAL_MACHINE, source_key(os_wide(name)).c_str());
  return {};
}

Status service_start(const std::string& name) {
  Opened o(name, SERVICE_START | SERVICE_QUERY_STATUS);
  SERVICE_STATUS status{};
  if (!o.service.h) return service_error("start", name);
  if (!StartServiceW(o.service.h, 0, nullptr))
    return GetLastError() == ERROR_SERVICE_ALREADY_RUNNING ? Status{} : service_error("start", name);
  if (wait_through(o.service.h, SERVICE_START_PENDING, SERVICE_RUNNING, &status)) return {};
  SetLastError(status.dwWin32ExitCode);
  return service_error("start", name);
}

Status service_stop(const std::string& name) {
  Opened o(name, SERVICE_STOP | SERVICE_QUERY_STATUS);
  return o.service.h ? stop_and_wait(o.service.h, name) : service_error("stop", name);
}

Status service_reload(const std::string& name) {
  Opened o(name, SERVICE_PAUSE_CONTINUE);
  SERVICE_STATUS status{};
  return o.service.h && ControlService(o.service.h, SERVICE_CONTROL_PARAMCHANGE, &status) ? Status{} : service_error("reload", name);
}

Result<std::string> service_state(const std::string& name) {
  static constexpr const char* kNames[] = {"unknown", "stopped", "starting", "stopping", "running", "continuing", "pausing", "paused"};
  Opened o(name, SERVICE_QUERY_STATUS);
  SERVICE_STATUS status{};
  if (!o.service.h) return service_error("state of", name);
  DWORD now = state_now(o.service.h, &status);
  return std::string(now < std::size(kNames) ? kNames[now] : kNames[0]);
}

}  // namespace picket
