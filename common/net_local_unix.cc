// common/net_local_unix.cc - the HTTP server on a socket file; its mode decides who may ask.
#include <memory>

#include "common/net_local.h"

namespace picket {

struct LocalServer {
  Listener* listener = nullptr;
  std::shared_ptr<LocalAnswer> answer;  // connections outlive their listener
};

std::string local_name(const std::string& path) { return path; }

Result<LocalServer*> local_listen(Net* net, const ListenOptions& limits, LocalAnswer answer) {
  auto shared = std::make_shared<LocalAnswer>(std::move(answer));
  Result<Listener*> listener = http_listen(net, limits, [shared](HttpExchange* exchange, HttpRequest request) {
    LocalAnswer call = *shared;  // what it does may close us
    http_respond(exchange, call ? call(std::move(request)) : HttpResponse{503, {}, "the listener has closed\n"});
  });
  if (!listener.ok()) return listener.status;
  return new LocalServer{listener.value, std::move(shared)};
}

void local_close(LocalServer* server) {
  *server->answer = {};
  listener_close(server->listener);
  delete server;
}

}  // namespace picket
