#include "common/service.h"

namespace picket {

int service_run(const std::string&, std::function<int()> body) { return body(); }
ServiceStop* service_stop_watch(uv_loop_t*, std::function<void()>) { return nullptr; }
void service_stop_end(ServiceStop*) {}

Status service_install(const ServiceDefinition& d) {
  return fail(Err::invalid, "install service " + d.name + ": services of this kind are Windows'; here use the systemd unit of the package");
}
Status service_remove(const std::string& name) {
  return fail(Err::invalid, "remove service " + name + ": services of this kind are Windows'; here use systemctl disable --now");
}

}  // namespace picket
