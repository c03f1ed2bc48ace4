// common/http/local.h - HTTP for programs of this machine: a socket file that only its owner may use, on Windows a named pipe
// for the system, administrators and the user that runs us.
#pragma once
#include "common/socket/net.h"

namespace picket {

// What a client connects to (uv_pipe_connect) for the socket file `path`: the file, or the pipe that stands for it.
std::string local_name(const std::string& path);

struct LocalServer;
using LocalAnswer = std::function<HttpResponse(HttpRequest)>;
// `limits`: body_max, header_max, request_timeout_ms, connections_max count; `path` comes from its unix_path.
Result<LocalServer*> local_listen(Net* net, const ListenOptions& limits, LocalAnswer answer);
void local_close(LocalServer* server);  // no new connections, no more answers

}  // namespace picket
