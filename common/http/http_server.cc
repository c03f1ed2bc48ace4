// common/http/http_server.cc - requests in, answers out, one at a time per connection.
//
//   reading    bytes of a request; idle between two of them counts as reading
//   handling   the handler has it; nothing is read (what the client pipelines waits in the kernel)
//   streaming  an answer of unknown length; what is read is thrown away, its end is noticed
//   lingering  answered and FIN sent; what still comes is thrown away so that the answer is not lost to a reset
#include <algorithm>
#include <list>
#include <unordered_map>

#include "common/socket/listener.h"
#include "common/socket/net_socket.h"
#include "common/http/unread_answers.h"
#include "common/http/ws_connection.h"
#include "common/os/os.h"
#include "common/wire/ws_frames.h"

namespace picket {

constexpr int kLingerMs = 2000;
constexpr size_t kStreamQueueMax = 16u << 20;      // a client that does not read its stream is dropped
constexpr size_t kPipelinedUnreadMax = 16u << 10;  // beyond it the next request of a connection waits until the answers are taken

struct HttpConn;
struct HttpServer {  // shared by the listener and its connections
  Net* net = nullptr;
  HttpHandler handler;
  size_t header_max = 0, body_max = 0;
  int64_t timeout_ms = 0;
  size_t waiting_max = 0;
  std::shared_ptr<UnreadAnswers> unread;
  std::list<HttpConn*> waiting;  // for a request, the longest first
  std::unordered_map<std::string, int> waiting_by_peer;
};

struct HttpExchange {
  Net* net = nullptr;
  HttpConn* conn = nullptr;  // null: the client has gone
  bool head = false, keep_alive = false, chunks_ok = true;
  std::string method;
  Headers headers;  // what an upgrade has to look at
};

struct HttpStream {
  HttpConn* conn = nullptr;
  bool chunked = false, silent = false;  // silent: answer to HEAD
  std::function<void()> closed;
};

struct HttpConn {
  enum State { reading, handling, streaming, lingering } state = reading;
  std::shared_ptr<HttpServer> server;
  Socket* socket = nullptr;
  Http1 http;
  std::string pending;  // came after the request that is being handled
  HttpExchange* exchange = nullptr;
  HttpStream* stream = nullptr;
  bool continued = false, close_after = false, in_read = false;
  size_t queued_before = 0;  // at the last look of the write deadline
  int tasks = 0;             // in net->later, pointing here
  bool dead = false;
  bool is_waiting = false;
  bool is_held = false;                  // the next request is not read before the answers are
  std::list<HttpConn*>::iterator waits;  // its place in server->waiting
};

namespace {

void on_socket(void* owner, Socket* socket, const SocketEvent& event);
void read_requests(HttpConn* c, std::string_view bytes);

void conn_later(HttpConn* c, void (*task)(HttpConn*)) {
  c->tasks++;
  net_later(c->server->net, [c, task] {
    c->tasks--;
    if (!c->dead) return task(c);
    if (c->tasks == 0) delete c;
  });
}

void conn_delete(HttpConn* c) {
  c->dead = true;
  if (c->tasks == 0) delete c;
}

// ---- connections that wait for nothing but a request ----

void waiting_end(HttpConn* c) {
  if (!std::exchange(c->is_waiting, false)) return;
  c->server->waiting.erase(c->waits);
  auto peer = c->server->waiting_by_peer.find(socket_peer(c->socket).ip);
  if (peer != c->server->waiting_by_peer.end() && --peer->second == 0) c->server->waiting_by_peer.erase(peer);
}

// False: there is none to give way.
bool waiting_give_way(HttpServer* server) {
  if (server->waiting.empty()) return false;
  auto most = std::max_element(server->waiting_by_peer.begin(), server->waiting_by_peer.end(),
                               [](const auto& a, const auto& b) { return a.second < b.second; });
  for (HttpConn* c : server->waiting)
    if (socket_peer(c->socket).ip == most->first) {
      waiting_end(c);
      socket_abort(c->socket, "closed while idle to make room for other connections");
      return true;
    }
  return false;
}

void waiting_begin(HttpConn* c) {
  HttpServer* server = c->server.get();
  if (server->waiting_max == 0 || c->is_waiting) return;
  if (server->waiting.size() >= server->waiting_max) waiting_give_way(server);
  c->is_waiting = true;
  c->waits = server->waiting.insert(server->waiting.end(), c);
  server->waiting_by_peer[socket_peer(c->socket).ip]++;
}

// Everything that a client is sent goes through here.
void conn_send(HttpConn* c, std::string bytes) {
  const size_t count = bytes.size();
  socket_send(c->socket, std::move(bytes));
  unread_add(c->server->unread.get(), c->socket, count);
}

void linger(HttpConn* c) {
  c->state = HttpConn::lingering;
  socket_read(c->socket, true);
  socket_end(c->socket);
  c->queued_before = socket_queued(c->socket);
  socket_deadline(c->socket, c->queued_before > 0 ? c->server->timeout_ms : kLingerMs);
}

// ---- answers ----

std::string head_text(int status, const Headers& headers) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " " + std::string(http_reason(status)) + "\r\n";
  for (const auto& [name, value] : headers) {
    if (!header_value_ok(name) || !header_value_ok(value)) continue;  // would be read as another header
    text.append(name).append(": ").append(value).append("\r\n");
  }
  return text;
}

const std::string& date_header() {  // once a second is enough
  static thread_local int64_t second = -1;
  static thread_local std::string line;
  int64_t now = os_unix_ms() / 1000;
  if (now != second) {
    second = now;
    line = "Date: " + http_date(now) + "\r\n";
  }
  return line;
}

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

// A client that sends requests and takes no answers is not read either.
void read_next(HttpConn* c) {
  if (c->state != HttpConn::reading) return;
  c->is_held = socket_queued(c->socket) > kPipelinedUnreadMax;
  if (c->is_held) return;
  socket_read(c->socket, true);
  std::string bytes;
  bytes.swap(c->pending);
  if (!bytes.empty()) read_requests(c, bytes);
}

// The answer is queued; what comes next on this connection?
void answered(HttpConn* c, bool keep_alive) {
  c->exchange = nullptr;
  c->stream = nullptr;
  waiting_begin(c);
  if (!keep_alive || c->close_after) return linger(c);
  c->state = HttpConn::reading;
  c->continued = false;
  http1_start(c->http, false);
  c->queued_before = socket_queued(c->socket);
  socket_deadline(c->socket, c->server->timeout_ms);
  conn_later(c, read_next);
}

void send_answer(HttpConn* c, const HttpResponse& r, bool head, bool keep_alive) {
  std::string text = head_text(r.status, r.headers) + date_header();
  if (!has_no_body(r.status) && !(head && header_has(r.headers, "Content-Length")))
    text += "Content-Length: " + std::to_string(r.body.size()) + "\r\n";
  text += keep_alive && !c->close_after ? (c->http.message.minor == 0 ? "Connection: keep-alive\r\n\r\n" : "\r\n")
                                        : "Connection: close\r\n\r\n";
  if (!head && !has_no_body(r.status)) text += r.body;
  conn_send(c, std::move(text));
}

// What is wrong with the bytes themselves never reaches the handler. The text is that of Go's server.
void refuse(HttpConn* c, int status, const std::string& why) {
  HttpResponse r;
  r.status = status;
  r.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
  r.body = std::to_string(status) + " " + std::string(http_reason(status)) + (why.empty() ? "" : ": " + why);
  send_answer(c, r, false, false);
  linger(c);
}

// ---- requests ----

bool is_loopback(const std::string& ip) { return ip == "::1" || ip == "@" || ip.compare(0, 4, "127.") == 0; }

HttpRequest request_of(HttpConn* c) {
  Http1Message& m = c->http.message;
  const SocketAddress& peer = socket_peer(c->socket);
  HttpRequest r;
  r.method = std::move(m.method);
  r.target = std::move(m.target);
  size_t mark = r.target.find('?');
  r.path = r.target.substr(0, mark);
  if (mark != std::string::npos) r.query = r.target.substr(mark + 1);
  if (r.path.compare(0, 7, "http://") == 0 || r.path.compare(0, 8, "https://") == 0) {  // as a proxy would send it
    size_t slash = r.path.find('/', 8);
    r.path = slash == std::string::npos ? "/" : r.path.substr(slash);
  }
  r.upgrade = header_has_token(m.headers, "Connection", "upgrade") && header_has_token(m.headers, "Upgrade", "websocket");
  r.headers = std::move(m.headers);
  r.body = std::move(m.body);
  r.body_too_large = m.body_too_large;
  r.peer = peer.ip == "@" ? "@" : join_host_port(peer.ip, peer.port);
  r.peer_is_loopback = is_loopback(peer.ip);
  r.tls = socket_is_tls(c->socket);
  r.client_subject = socket_peer_subject(c->socket);
  if (!r.client_subject.empty()) r.client_key = socket_peer_key(c->socket);
  r.http_minor = m.minor;
  return r;
}

void hand_over(HttpConn* c) {
  waiting_end(c);
  Http1Message& m = c->http.message;
  auto* x = new HttpExchange;
  x->net = c->server->net;
  x->conn = c;
  x->head = m.method == "HEAD";
  x->keep_alive = m.keep_alive;
  x->chunks_ok = m.minor >= 1;
  x->method = m.method;
  for (const char* name : {"Connection", "Upgrade", "Sec-WebSocket-Version", "Sec-WebSocket-Key", "Origin", "Host"})
    for (const auto& [key, value] : m.headers)
      if (text_same(key, name)) x->headers.emplace_back(key, value);
  if (m.body_too_large) c->close_after = true;  // the rest of it may still be on its way
  c->exchange = x;
  c->state = HttpConn::handling;
  socket_read(c->socket, false);
  socket_deadline(c->socket, 0);
  HttpRequest request = request_of(c);
  std::shared_ptr<HttpServer> server = c->server;
  server->handler(x, std::move(request));
}

void read_requests(HttpConn* c, std::string_view bytes) {
  bool was_idle = !c->http.started;
  size_t used = http1_feed(c->http, bytes);
  bytes.remove_prefix(used);
  if (was_idle && c->http.started) socket_deadline(c->socket, c->server->timeout_ms);
  if (c->http.error_status != 0) return refuse(c, c->http.error_status, c->http.error);
  bool too_large_at_once = c->http.head_done && c->http.message.body_too_large && c->http.message.body.empty() && !c->http.done;
  if (c->http.done || (too_large_at_once && http1_expects_continue(c->http))) {
    c->pending.assign(bytes);
    return hand_over(c);
  }
  if (http1_expects_continue(c->http) && !c->continued) {
    c->continued = true;
    conn_send(c, "HTTP/1.1 100 Continue\r\n\r\n");
  }
}

void on_deadline(HttpConn* c) {
  size_t queued = socket_queued(c->socket);
  if (queued > 0 && queued != c->queued_before) {  // it reads, if slowly
    c->queued_before = queued;
    return socket_deadline(c->socket, c->server->timeout_ms);
  }
  if (c->state == HttpConn::reading && c->http.started && queued == 0) return refuse(c, 408, "timeout waiting for the complete request");
  socket_abort(c->socket);
}

void on_closed(HttpConn* c) {
  waiting_end(c);
  unread_end(c->server->unread.get(), c->socket);
  if (c->exchange) c->exchange->conn = nullptr;
  c->socket = nullptr;
  if (HttpStream* s = c->stream) {
    c->stream = nullptr;
    std::function<void()> closed = std::move(s->closed);
    delete s;
    if (closed) closed();
  }
  conn_delete(c);
}

void on_socket(void* owner, Socket*, const SocketEvent& event) {
  HttpConn* c = static_cast<HttpConn*>(owner);
  switch (event.kind) {
    case SocketEvent::data:
      if (c->state == HttpConn::handling) c->pending.append(event.bytes);
      if (c->state != HttpConn::reading) return;
      if (c->tasks > 0 || c->is_held) {  // an answer was just given: the requests before these come first
        c->pending.append(event.bytes);
        return;
      }
      return read_requests(c, event.bytes);
    case SocketEvent::deadline: return on_deadline(c);
    case SocketEvent::closed: return on_closed(c);
    case SocketEvent::drained:
      unread_end(c->server->unread.get(), c->socket);
      if (c->is_held) read_next(c);
      if (c->state == HttpConn::lingering) socket_deadline(c->socket, kLingerMs);
      return;
    case SocketEvent::ended:  // TLS: they send no more; one that waits for its answer still gets it
      if (c->state == HttpConn::reading || c->state == HttpConn::lingering) socket_close(c->socket);
      return;
    case SocketEvent::opened: return;
  }
}

void on_accepted(const std::shared_ptr<HttpServer>& server, Socket* socket) {
  auto* c = new HttpConn;
  c->server = server;
  c->socket = socket;
  c->http.header_max = server->header_max;
  c->http.body_max = server->body_max;
  http1_start(c->http, false);
  socket_handler(socket, {on_socket, c});
  socket_deadline(socket, server->timeout_ms);
  waiting_begin(c);
}

// ---- upgrade ----

const char kNotWebSocket[] = "websocket: the client is not using the websocket protocol: ";

// In the reference's order; 0 = a valid handshake.
int upgrade_fault(const HttpExchange& x, std::string* why) {
  const Headers& h = x.headers;
  if (!header_has_token(h, "Connection", "upgrade")) {
    *why = std::string(kNotWebSocket) + "'upgrade' token not found in 'Connection' header";
    return 400;
  }
  if (!header_has_token(h, "Upgrade", "websocket")) {
    *why = std::string(kNotWebSocket) + "'websocket' token not found in 'Upgrade' header";
    return 400;
  }
  if (x.method != "GET") {
    *why = std::string(kNotWebSocket) + "request method is not GET";
    return 405;
  }
  if (!header_has_token(h, "Sec-WebSocket-Version", "13")) {
    *why = "websocket: unsupported version: 13 not found in 'Sec-Websocket-Version' header";
    return 400;
  }
  if (std::string_view origin = header_get(h, "Origin"); !origin.empty()) {
    Result<Url> url = url_parse(origin);
    if (!url.ok() || !text_same(url_authority(url.value), header_get(h, "Host"))) {
      *why = "websocket: request origin not allowed by Upgrader.CheckOrigin";
      return 403;
    }
  }
  if (header_get(h, "Sec-WebSocket-Key").empty()) {
    *why = "websocket: not a websocket handshake: 'Sec-WebSocket-Key' header is missing or blank";
    return 400;
  }
  return 0;
}

std::string chunk(std::string_view bytes) {
  char size[24];
  snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return std::string(size).append(bytes).append("\r\n");
}

}  // namespace

Result<Listener*> http_listen(Net* net, const ListenOptions& options, HttpHandler handler) {
  auto server = std::make_shared<HttpServer>();
  server->net = net;
  server->handler = std::move(handler);
  server->header_max = options.header_max;
  server->body_max = options.body_max;
  server->timeout_ms = options.request_timeout_ms;
  server->waiting_max = size_t(options.waiting_max);
  server->unread = options.unread;
  Result<Listener*> listener = socket_listen(net, options, [server](Socket* socket) { on_accepted(server, socket); });
  if (listener.ok() && options.waiting_max > 0) listener.value->give_way = [server] { return waiting_give_way(server.get()); };
  return listener;
}

bool http_has_room(HttpExchange* x, size_t bytes) {
  return !x->conn || x->head || bytes <= kAnswerSmallMax || unread_has_room(x->conn->server->unread.get(), x->conn->socket, bytes);
}

void http_respond(HttpExchange* x, HttpResponse response) {
  std::unique_ptr<HttpExchange> owned(x);
  HttpConn* c = x->conn;
  if (!c) return;
  send_answer(c, response, x->head, x->keep_alive);
  answered(c, x->keep_alive);
}

Ws* http_upgrade(HttpExchange* x, Headers headers, size_t message_max, WsHandler handler) {
  std::string why;
  if (int status = upgrade_fault(*x, &why); status != 0) {
    HttpResponse r;
    r.status = status;
    r.headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Sec-Websocket-Version", "13"}, {"X-Content-Type-Options", "nosniff"}};
    r.body = std::string(http_reason(status)) + "\n" + why + "\n";
    http_respond(x, std::move(r));
    return nullptr;
  }
  std::unique_ptr<HttpExchange> owned(x);
  HttpConn* c = x->conn;
  if (!c) return nullptr;
  Headers all = {{"Upgrade", "websocket"},
                 {"Connection", "Upgrade"},
                 {"Sec-WebSocket-Accept", ws_accept_value(header_get(x->headers, "Sec-WebSocket-Key"))}};
  all.insert(all.end(), headers.begin(), headers.end());
  socket_send(c->socket, head_text(101, all) + "\r\n");
  unread_end(c->server->unread.get(), c->socket);  // what follows has limits of its own
  Ws* ws = ws_adopt(c->server->net, c->socket, message_max, std::move(handler), std::move(x->headers), std::move(c->pending));
  c->exchange = nullptr;
  conn_delete(c);
  return ws;
}

HttpStream* http_stream(HttpExchange* x, int status, Headers headers, std::function<void()> closed) {
  std::unique_ptr<HttpExchange> owned(x);
  HttpConn* c = x->conn;
  if (!c) return nullptr;
  auto* s = new HttpStream;
  s->conn = c;
  s->chunked = x->chunks_ok;
  s->silent = x->head;
  s->closed = std::move(closed);
  if (!s->chunked || !x->keep_alive) c->close_after = true;
  std::string text = head_text(status, headers) + date_header();
  if (s->chunked) text += "Transfer-Encoding: chunked\r\n";
  conn_send(c, text + (c->close_after ? "Connection: close\r\n\r\n" : "\r\n"));
  c->exchange = nullptr;
  c->stream = s;
  c->state = HttpConn::streaming;
  socket_read(c->socket, true);  // to notice when the client goes away
  return s;
}

void http_stream_write(HttpStream* s, std::string bytes) {
  if (s->silent || bytes.empty()) return;
  Socket* socket = s->conn->socket;
  const size_t queued = socket_queued(socket) + bytes.size();
  const bool fits = queued <= kAnswerSmallMax || unread_has_room(s->conn->server->unread.get(), socket, bytes.size());
  if (queued > kStreamQueueMax || !fits) return socket_abort(socket, "the client does not read its stream fast enough");
  conn_send(s->conn, s->chunked ? chunk(bytes) : std::move(bytes));
}

bool http_stream_has_room(HttpStream* s, size_t bytes) {
  return s->silent || unread_has_room(s->conn->server->unread.get(), s->conn->socket, bytes, true);
}

size_t http_stream_queued(const HttpStream* s) { return socket_queued(s->conn->socket); }

void http_stream_end(HttpStream* s) {
  std::unique_ptr<HttpStream> owned(s);
  HttpConn* c = s->conn;
  if (s->chunked && !s->silent) conn_send(c, "0\r\n\r\n");
  answered(c, !c->close_after);
}

void http_stream_abort(HttpStream* s) {
  std::unique_ptr<HttpStream> owned(s);
  HttpConn* c = s->conn;
  c->stream = nullptr;
  socket_abort(c->socket);
}

}  // namespace picket
