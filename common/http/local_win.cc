// common/http/local_win.cc - HTTP on a named pipe, by libuv's pipes: libwebsockets and our sockets know no pipes.
//
// One request on each connection, then it is closed. A connection ends by its answer, by the client, by its time, or with the
// server; each way goes through conn_close.
#include <set>

#include "common/http/local.h"
#include "common/socket/net_socket.h"
#include "common/os/os_win.h"

#include <aclapi.h>
#include <sddl.h>

namespace picket {

struct LocalConn;

struct LocalServer {
  Net* net = nullptr;
  ListenOptions limits;
  LocalAnswer answer;
  uv_pipe_t pipe{};
  std::set<LocalConn*> connections;
};

struct LocalConn {
  LocalServer* server = nullptr;  // null: it has closed
  uv_pipe_t pipe{};
  uv_timer_t deadline{};
  uv_write_t write{};
  uv_shutdown_t end{};
  Http1 http;
  std::string response;
  int handles_open = 2;
  char block[4096];
};

namespace {

constexpr size_t kPipeNameMax = 200;  // Windows takes 256 with the folder of pipes before it; the end of a path distinguishes paths
constexpr int kPipeBacklog = 8;

void on_handle_closed(uv_handle_t* handle) {
  LocalConn* c = static_cast<LocalConn*>(handle->data);
  if (--c->handles_open == 0) delete c;
}

void conn_close(LocalConn* c) {
  if (uv_is_closing(reinterpret_cast<uv_handle_t*>(&c->pipe))) return;
  if (c->server) c->server->connections.erase(c);
  c->server = nullptr;
  uv_close(reinterpret_cast<uv_handle_t*>(&c->pipe), on_handle_closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&c->deadline), on_handle_closed);
}

std::string response_text(const HttpResponse& r) {
  std::string text = "HTTP/1.1 " + std::to_string(r.status) + " " + std::string(http_reason(r.status)) + "\r\nConnection: close\r\n";
  for (const auto& [name, value] : r.headers) text += name + ": " + value + "\r\n";
  return text + "Content-Length: " + std::to_string(r.body.size()) + "\r\n\r\n" + r.body;
}

// The end comes when the client has read everything, or has gone.
void conn_respond(LocalConn* c, HttpResponse response) {
  uv_read_stop(reinterpret_cast<uv_stream_t*>(&c->pipe));
  c->response = response_text(response);
  uv_buf_t bytes = uv_buf_init(c->response.data(), unsigned(c->response.size()));
  auto on_written = [](uv_write_t* write, int error) {
    LocalConn* conn = static_cast<LocalConn*>(write->handle->data);
    auto on_end = [](uv_shutdown_t* end, int) { conn_close(static_cast<LocalConn*>(end->handle->data)); };
    if (error != 0 || uv_shutdown(&conn->end, write->handle, on_end) != 0) conn_close(conn);
  };
  if (uv_write(&c->write, reinterpret_cast<uv_stream_t*>(&c->pipe), &bytes, 1, on_written) != 0) conn_close(c);
}

HttpRequest request_of(Http1Message& m) {
  HttpRequest r;
  r.method = std::move(m.method);
  r.target = std::move(m.target);
  r.path = r.target.substr(0, r.target.find('?'));
  if (r.path.size() < r.target.size()) r.query = r.target.substr(r.path.size() + 1);
  r.headers = std::move(m.headers);
  r.body = std::move(m.body);
  r.body_too_large = m.body_too_large;
  r.peer_is_loopback = true;
  return r;
}

void on_bytes(LocalConn* c, std::string_view bytes) {
  http1_feed(c->http, bytes);
  if (c->http.error_status != 0) return conn_respond(c, {c->http.error_status, {}, c->http.error + "\n"});
  if (!c->http.done) return;
  HttpResponse response = c->server->answer(request_of(c->http.message));
  if (c->server) conn_respond(c, std::move(response));  // what it did may have closed us
}

void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  LocalConn* c = static_cast<LocalConn*>(stream->data);
  if (count < 0) return conn_close(c);
  if (count > 0 && c->server) on_bytes(c, {buffer->base, size_t(count)});
}

void on_connection(uv_stream_t* stream, int status) {
  LocalServer* server = static_cast<LocalServer*>(stream->data);
  if (status < 0) return;
  auto* c = new LocalConn;
  c->server = server;
  uv_pipe_init(stream->loop, &c->pipe, 0);
  uv_timer_init(stream->loop, &c->deadline);
  c->pipe.data = c->deadline.data = c;
  server->connections.insert(c);
  c->http.header_max = server->limits.header_max;
  c->http.body_max = server->limits.body_max;
  http1_start(c->http, false);
  auto on_alloc = [](uv_handle_t* h, size_t, uv_buf_t* b) {
    LocalConn* conn = static_cast<LocalConn*>(h->data);
    *b = uv_buf_init(conn->block, sizeof conn->block);
  };
  auto on_late = [](uv_timer_t* timer) { conn_close(static_cast<LocalConn*>(timer->data)); };
  auto* client = reinterpret_cast<uv_stream_t*>(&c->pipe);
  if (uv_accept(stream, client) != 0 || server->connections.size() > size_t(server->limits.connections_max) ||
      uv_read_start(client, on_alloc, on_read) != 0)
    return conn_close(c);
  uv_timer_start(&c->deadline, on_late, uint64_t(server->limits.request_timeout_ms), 0);
}

// A pipe is born readable by everybody; what is said of the first instance holds for all. Nobody is served before it.
int rights_set(HANDLE pipe) {
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  const wchar_t* text = L"D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;S-1-3-4)";  // the system, administrators, the owner
  if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, &descriptor, nullptr))
    return uv_translate_sys_error(int(GetLastError()));
  bool set = SetKernelObjectSecurity(pipe, DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION, descriptor);
  int error = set ? 0 : uv_translate_sys_error(int(GetLastError()));
  LocalFree(descriptor);
  return error;
}

// libuv asks for the first instance; wine gives any.
bool is_taken(const std::string& name) { return WaitNamedPipeW(os_wide(name).c_str(), 1) || GetLastError() != ERROR_FILE_NOT_FOUND; }

int pipe_open(LocalServer* server, const std::string& name) {
  uv_pipe_init(server->net->loop, &server->pipe, 0);
  server->pipe.data = server;
  int error = is_taken(name) ? UV_EADDRINUSE : uv_pipe_bind(&server->pipe, name.c_str());
  if (error == 0) error = rights_set(server->pipe.pipe.serv.accept_reqs[0].pipeHandle);
  return error == 0 ? uv_listen(reinterpret_cast<uv_stream_t*>(&server->pipe), kPipeBacklog, on_connection) : error;
}

void on_server_closed(uv_handle_t* handle) {
  LocalServer* server = static_cast<LocalServer*>(handle->data);
  net_remove(server->net, server);
  delete server;
}

void server_close(LocalServer* server) {
  if (uv_is_closing(reinterpret_cast<uv_handle_t*>(&server->pipe))) return;
  for (LocalConn* c : std::set<LocalConn*>(server->connections)) conn_close(c);
  uv_close(reinterpret_cast<uv_handle_t*>(&server->pipe), on_server_closed);
}

}  // namespace

std::string local_name(const std::string& path) {
  std::string name = path.size() > kPipeNameMax ? path.substr(path.size() - kPipeNameMax) : path;
  for (char& c : name)
    if (c == '\\' || c == '/' || c == ':') c = '_';
  return "\\\\.\\pipe\\picket-" + name;
}

Result<LocalServer*> local_listen(Net* net, const ListenOptions& limits, LocalAnswer answer) {
  auto* server = new LocalServer;
  server->net = net;
  server->limits = limits;
  server->answer = std::move(answer);
  net_add(net, server, [server] { server_close(server); });
  std::string name = local_name(limits.unix_path);
  if (int error = pipe_open(server, name); error != 0) {
    server_close(server);
    return fail(error == UV_EADDRINUSE ? Err::exists : Err::io, "listen on " + name + ": " + uv_strerror(error));
  }
  return server;
}

void local_close(LocalServer* server) { server_close(server); }

}  // namespace picket
