// common/http/local_unix.cc - the HTTP server on a socket file; its mode decides who may ask.
#include <memory>

#include "common/http/local.h"

namespace picket {

// Lives as long as the listener or one of its connections holds its handler.
struct LocalServer {
  Listener* listener = nullptr;
  LocalAnswer answer;  // empty: closed
};

std::string local_name(const std::string& path) { return path; }

Result<LocalServer*> local_listen(Net* net, const ListenOptions& limits, LocalAnswer answer) {
  auto server = std::make_shared<LocalServer>();
  server->answer = std::move(answer);
  Result<Listener*> listener = http_listen(net, limits, [server](HttpExchange* exchange, HttpRequest request) {
    LocalAnswer call = server->answer;  // what it does may close us
    http_respond(exchange, call ? call(std::move(request)) : HttpResponse{503, {}, "the listener is closed\n"});
  });
  if (!listener.ok()) return listener.status;
  server->listener = listener.value;
  return server.get();
}

void local_close(LocalServer* server) {
  server->answer = {};
  listener_close(server->listener);
}

}  // namespace picket
