// common/program/service.h - what starts and stops a program from outside: signals, and the service manager of Windows.
//
// On Unix the manager is systemd or a container: it sends signals, and is notified when we are ready, that the loop still turns (as
// often as its WatchdogSec asks) and that we stop; there service_run just runs, and there is nothing to install. On Windows Ctrl-C,
// Ctrl-Break and the closing of the console stop a program too.
#pragma once
#include <uv.h>

#include <functional>
#include <string>
#include <vector>

#include "common/basic/result.h"

namespace picket {

struct ServiceEvents {                               // all on the loop's thread
  std::function<void(const std::string& why)> stop;  // may come again
  std::function<void()> reload;                      // SIGHUP; Windows: the control "paramchange"; may be empty
  std::function<void()> log_level;                   // SIGUSR1: turn it; may be empty
};
// First of all in a program that will watch: a signal that comes before the watch is there waits for it, and ends nothing.
void service_signals_hold();
// info, debug, trace, error, warning, info: what `log_level` usually is.
void service_turn_log_level();
// Does not keep the loop alive. `end` before the loop is closed.
struct ServiceWatch;
ServiceWatch* service_watch(uv_loop_t* loop, ServiceEvents events);
void service_watch_end(ServiceWatch* watch);

// Runs `body` as the service `name` when the service manager started this process, otherwise simply. Its exit status.
// As a service of Windows: what goes to standard error is kept in NAME.err in the log folder, and reported to the system's event
// log when `body` fails. `service_is_managed` says which of the two it is.
int service_run(const std::string& name, std::function<int()> body);
bool service_is_managed();
void service_started();  // from `body`: everything is open

struct ServiceDefinition {
  std::string name, display_name, description;
  std::vector<std::string> arguments;  // after the program's own path
};
// The system's places (os_default_dir) for a service: only for administrators and the system, the configuration holds passwords.
Status service_places_make();
Status service_install(const ServiceDefinition& definition);  // automatic start, restart after 5 s
Status service_remove(const std::string& name);               // stops it first
Status service_start(const std::string& name);                // and waits until it runs
Status service_stop(const std::string& name);                 // and waits until it has stopped
Status service_reload(const std::string& name);
Result<std::string> service_state(const std::string& name);  // "running", "stopped", "stopping", ...

}  // namespace picket
