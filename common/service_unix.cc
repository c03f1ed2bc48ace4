#include <csignal>

#include "common/os.h"
#include "common/service_os.h"

namespace picket {

const ServiceSignal kServiceSignalTable[kServiceSignals] = {
    {SIGTERM, "SIGTERM", ServiceWish::stop},
    {SIGINT, "SIGINT", ServiceWish::stop},
    {SIGHUP, "SIGHUP", ServiceWish::reload},
    {SIGUSR1, "SIGUSR1", ServiceWish::log_level},
};

void service_manager_attach(ServiceWatch*) {}
void service_manager_detach() {}

int service_run(const std::string&, std::function<int()> body) { return body(); }
bool service_is_managed() { return false; }
void service_started() { os_service_notify("READY=1"); }

namespace {
Status elsewhere(const std::string& doing, const std::string& instead) {
  return fail(Err::invalid, doing + ": services of this kind are Windows'; here use " + instead);
}
}  // namespace

Status service_places_make() { return elsewhere("make the folders of a service", "the package"); }
Status service_install(const ServiceDefinition& d) { return elsewhere("install service " + d.name, "the systemd unit of the package"); }
Status service_remove(const std::string& name) { return elsewhere("remove service " + name, "systemctl disable --now"); }
Status service_start(const std::string& name) { return elsewhere("start service " + name, "systemctl start"); }
Status service_stop(const std::string& name) { return elsewhere("stop service " + name, "systemctl stop"); }
Status service_reload(const std::string& name) { return elsewhere("reload service " + name, "systemctl reload"); }
Result<std::string> service_state(const std::string& name) { return elsewhere("state of service " + name, "systemctl status"); }

}  // namespace picket
