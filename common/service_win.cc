// common/service_win.cc - the service control manager calls from threads of its own; what it wants crosses over by uv_async.
#include "common/os_win.h"

#include <mutex>

#include "common/service.h"

namespace picket {

struct ServiceStop {
  uv_async_t async{};
  std::function<void()> on_stop;
};

namespace {

constexpr DWORD kStopHintMs = 30'000;     // how long a drain may take before the manager loses patience
constexpr DWORD kRestartAfterMs = 5'000, kFailuresForgottenAfterSeconds = 60;
constexpr int kStopWaitMs = 30'000;

struct State {  // one service per process
  std::mutex mutex;
  std::function<int()> body;
  std::wstring name;
  SERVICE_STATUS_HANDLE handle = nullptr;
  ServiceStop* stop = nullptr;
  bool stop_wanted = false;  // before anybody watched for it
  int exit_status = 0;
};

State& state() {
  static State s;
  return s;
}

void tell(DWORD current, DWORD hint_ms = 0) {
  State& s = state();
  if (!s.handle) return;
  SERVICE_STATUS status{};
  status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
  status.dwCurrentState = current;
  status.dwControlsAccepted = current == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN : 0;
  status.dwWaitHint = hint_ms;
  if (current == SERVICE_STOPPED && s.exit_status != 0) {  // a failure, so that the recovery actions apply
    status.dwWin32ExitCode = ERROR_SERVICE_SPECIFIC_ERROR;
    status.dwServiceSpecificExitCode = static_cast<DWORD>(s.exit_status);
  }
  SetServiceStatus(s.handle, &status);
}

DWORD WINAPI on_control(DWORD control, DWORD, void*, void*) {
  if (control == SERVICE_CONTROL_INTERROGATE) return NO_ERROR;
  if (control != SERVICE_CONTROL_STOP && control != SERVICE_CONTROL_SHUTDOWN) return ERROR_CALL_NOT_IMPLEMENTED;
  tell(SERVICE_STOP_PENDING, kStopHintMs);
  State& s = state();
  std::lock_guard<std::mutex> lock(s.mutex);
  s.stop_wanted = true;
  if (s.stop) uv_async_send(&s.stop->async);
  return NO_ERROR;
}

void WINAPI service_main(DWORD, wchar_t**) {
  State& s = state();
  s.handle = RegisterServiceCtrlHandlerExW(s.name.c_str(), on_control, nullptr);
  tell(SERVICE_RUNNING);
  s.exit_status = s.body();
  tell(SERVICE_STOPPED);
}

struct ServiceHandle {
  SC_HANDLE h;
  explicit ServiceHandle(SC_HANDLE handle) : h(handle) {}
  ~ServiceHandle() { if (h) CloseServiceHandle(h); }
  ServiceHandle(const ServiceHandle&) = delete;
  ServiceHandle& operator=(const ServiceHandle&) = delete;
};

Status service_error(const std::string& doing) {
  DWORD error = GetLastError();
  std::string text = doing + ": " + os_error_text(error);
  if (error == ERROR_ACCESS_DENIED) text += "; this needs an administrator's prompt";
  if (error == ERROR_SERVICE_EXISTS) text += "; remove it first";
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

void describe(SC_HANDLE service, const ServiceDefinition& d) {
  std::wstring text = os_wide(d.description);
  SERVICE_DESCRIPTIONW description{text.data()};
  ChangeServiceConfig2W(service, SERVICE_CONFIG_DESCRIPTION, &description);
  SC_ACTION restart{SC_ACTION_RESTART, kRestartAfterMs};
  SERVICE_FAILURE_ACTIONSW actions{};
  actions.dwResetPeriod = kFailuresForgottenAfterSeconds;
  actions.cActions = 1;
  actions.lpsaActions = &restart;
  ChangeServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS, &actions);
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

ServiceStop* service_stop_watch(uv_loop_t* loop, std::function<void()> on_stop) {
  auto* w = new ServiceStop;
  w->on_stop = std::move(on_stop);
  w->async.data = w;
  uv_async_init(loop, &w->async, [](uv_async_t* a) { static_cast<ServiceStop*>(a->data)->on_stop(); });
  uv_unref(reinterpret_cast<uv_handle_t*>(&w->async));
  State& s = state();
  std::lock_guard<std::mutex> lock(s.mutex);
  s.stop = w;
  if (s.stop_wanted) uv_async_send(&w->async);
  return w;
}

void service_stop_end(ServiceStop* w) {
  if (!w) return;
  {
    std::lock_guard<std::mutex> lock(state().mutex);
    state().stop = nullptr;
  }
  uv_close(reinterpret_cast<uv_handle_t*>(&w->async), [](uv_handle_t* h) { delete static_cast<ServiceStop*>(h->data); });
}

Status service_install(const ServiceDefinition& d) {
  ServiceHandle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CREATE_SERVICE));
  if (!manager.h) return service_error("install service " + d.name);
  ServiceHandle service(CreateServiceW(manager.h, os_wide(d.name).c_str(), os_wide(d.display_name).c_str(), SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS,
                                       SERVICE_AUTO_START, SERVICE_ERROR_NORMAL, command_line(d).c_str(), nullptr, nullptr, nullptr, nullptr, nullptr));
  if (!service.h) return service_error("install service " + d.name);
  describe(service.h, d);
  if (!StartServiceW(service.h, 0, nullptr)) return service_error("service " + d.name + " is installed, but does not start");
  return {};
}

Status service_remove(const std::string& name) {
  ServiceHandle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
  if (!manager.h) return service_error("remove service " + name);
  ServiceHandle service(OpenServiceW(manager.h, os_wide(name).c_str(), SERVICE_STOP | SERVICE_QUERY_STATUS | DELETE));
  if (!service.h) return service_error("remove service " + name);
  SERVICE_STATUS status{};
  if (ControlService(service.h, SERVICE_CONTROL_STOP, &status))
    for (int waited = 0; waited < kStopWaitMs && QueryServiceStatus(service.h, &status) && status.dwCurrentState != SERVICE_STOPPED; waited += 100) Sleep(100);
  return DeleteService(service.h) ? Status{} : service_error("remove service " + name);
}

}  // namespace picket
