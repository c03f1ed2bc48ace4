// common/program/service_unix.cc - signals held, released and delivered; systemd notified by its socket.
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "common/os/os.h"
#include "common/program/service_os.h"

namespace picket {

const ServiceSignal kServiceSignalTable[kServiceSignals] = {
    {SIGTERM, "SIGTERM", ServiceWish::stop},
    {SIGINT, "SIGINT", ServiceWish::stop},
    {SIGHUP, "SIGHUP", ServiceWish::reload},
    {SIGUSR1, "SIGUSR1", ServiceWish::log_level},
};

namespace {
void signals_mask(int how) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const ServiceSignal& s : kServiceSignalTable) sigaddset(&signals, s.number);
  pthread_sigmask(how, &signals, nullptr);
}
}  // namespace

void service_signals_hold() { signals_mask(SIG_BLOCK); }
void service_signals_release() { signals_mask(SIG_UNBLOCK); }

void service_manager_attach(ServiceWatch*) {}
void service_manager_detach() {}

int service_run(const std::string&, std::function<int()> body) { return body(); }
bool service_is_managed() { return false; }
void service_started() { os_service_notify("READY=1"); }
void service_stopping() { os_service_notify("STOPPING=1"); }
void service_heartbeat() { os_service_notify("WATCHDOG=1"); }

// Half of what systemd waits for before it ends the process it watches.
uint64_t service_heartbeat_ms() {
  const char *interval = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
  if (!interval || (pid && strtoll(pid, nullptr, 10) != getpid())) return 0;
  return strtoull(interval, nullptr, 10) / 2000;
}

namespace {
Status elsewhere(const std::string& doing, const std::string& instead) {
  return fail(Err::invalid, doing + ": only for Windows services; use " + instead);
}
}  // namespace

Status service_places_make() { return elsewhere("create the directories of a service", "the package"); }
Status service_install(const ServiceDefinition& d) { return elsewhere("install service " + d.name, "the package's systemd unit"); }
Status service_remove(const std::string& name) { return elsewhere("remove service " + name, "systemctl disable --now"); }
Status service_start(const std::string& name) { return elsewhere("start service " + name, "systemctl start"); }
Status service_stop(const std::string& name) { return elsewhere("stop service " + name, "systemctl stop"); }
Status service_reload(const std::string& name) { return elsewhere("reload service " + name, "systemctl reload"); }
Result<std::string> service_state(const std::string& name) { return elsewhere("state of service " + name, "systemctl status"); }

}  // namespace picket
