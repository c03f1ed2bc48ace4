// common/service.h - being a service of Windows: installed, started and stopped by its service manager.
//
// On Unix the manager is systemd or a container: signals stop us (the programs watch for them) and os_service_notify tells
// it how we are; service_run just runs, and there is nothing to install.
#pragma once
#include <uv.h>

#include <functional>
#include <string>
#include <vector>

#include "result.h"

namespace picket {

struct ServiceDefinition {
  std::string name, display_name, description;
  std::vector<std::string> arguments;  // behind the program's own path
};

// Runs `body` as the service `name` when the service manager started this process, otherwise simply. Its exit status.
int service_run(const std::string& name, std::function<int()> body);
// While `body` runs: `on_stop` is called on the loop's thread when the manager wants us to stop. Null on Unix.
struct ServiceStop;
ServiceStop* service_stop_watch(uv_loop_t* loop, std::function<void()> on_stop);
void service_stop_end(ServiceStop* watch);  // before the loop is closed; null is allowed

Status service_install(const ServiceDefinition& definition);  // automatic start, restart after 5 s; starts it
Status service_remove(const std::string& name);               // stops it first

}  // namespace picket
