// common/http/http_peer.cc - see http_peer.h for the table of states. A connection is freed by its `closed` event alone.
#include "common/http/http_peer.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

#include "common/socket/net_socket.h"
#include "common/text/url.h"

namespace picket {

namespace {

constexpr int kInterimMax = 10;  // answers like 100 Continue before the one that counts; more end the connection

struct Call {
  HttpPeerRequest request;
  std::function<void(HttpPeerAnswer)> done;
  int64_t deadline_at = 0, connect_by = 0;  // loop time
};
using CallPtr = std::unique_ptr<Call>;

struct Connection {
  enum State { dialling, idle, busy, leaving } state = dialling;
  HttpPeer* peer = nullptr;
  Socket* socket = nullptr;
  Http1 http;
  CallPtr call;  // dialling, busy
  int interim = 0;
  int64_t idle_until = 0;  // idle; loop time
};

}  // namespace

struct HttpPeer {
  Net* net = nullptr;
  HttpPeerOptions options;
  Url url;
  std::vector<Connection*> connections;
  std::deque<CallPtr> waiting;
  uv_timer_t timer{};  // the nearest end of a request or of an idle connection
  int ending = 0;      // requests whose `done` is still to be called
  bool closing = false, timer_open = true;
  std::function<void()> done;
};

namespace {

int64_t now(const HttpPeer* p) { return int64_t(uv_now(p->net->loop)); }

// ---- the end of a request, of a connection, of the peer ----

void end_if_empty(HttpPeer* p) {
  if (!p->closing || p->timer_open || p->ending > 0 || !p->connections.empty()) return;
  std::function<void()> done = std::move(p->done);
  delete p;
  if (done) done();
}

void call_end(HttpPeer* p, CallPtr call, HttpPeerAnswer answer) {
  if (!call) return;
  p->ending++;
  auto ended = std::make_shared<std::pair<CallPtr, HttpPeerAnswer>>(std::move(call), std::move(answer));
  net_later(p->net, [p, ended] {
    ended->first->done(std::move(ended->second));
    p->ending--;
    end_if_empty(p);
  });
}

void call_fail(HttpPeer* p, CallPtr call, Err code, const std::string& why, bool sent) {
  HttpPeerAnswer answer;
  answer.status = fail(code, p->url.scheme + "://" + url_authority(p->url) + ": " + why);
  answer.sent = sent;
  call_end(p, std::move(call), std::move(answer));
}

void connection_leave(Connection* c, Err code, const std::string& why) {
  if (c->state == Connection::leaving) return;
  const bool sent = c->state == Connection::busy;
  c->state = Connection::leaving;
  call_fail(c->peer, std::move(c->call), code, why, sent);
  socket_abort(c->socket);
}

// ---- requests get connections ----

void send(Connection* c) {
  HttpPeer* p = c->peer;
  const HttpPeerRequest& r = c->call->request;
  std::string text = r.method + " " + r.path + " HTTP/1.1\r\nHost: " + url_authority(p->url) + "\r\nUser-Agent: picket\r\n";
  for (const auto& [name, value] : r.headers) text += name + ": " + value + "\r\n";
  if (r.method != "GET") text += "Content-Length: " + std::to_string(r.body.size()) + "\r\n";
  c->state = Connection::busy;
  c->interim = 0;
  c->http.body_max = r.body_max;
  http1_start(c->http, true);
  socket_send(c->socket, text + "\r\n" + r.body);
}

void on_socket(void* owner, Socket* socket, const SocketEvent& event);

void dial(HttpPeer* p, CallPtr call) {
  auto* c = new Connection;
  c->peer = p;
  c->call = std::move(call);
  SocketDial target;
  target.host = p->url.host;
  target.tls = p->url.scheme == "https";
  target.port = p->url.port != 0 ? p->url.port : target.tls ? 443 : 80;
  target.tls_options = p->options.tls;
  p->connections.push_back(c);
  c->socket = socket_dial(p->net, std::move(target), {on_socket, c});
}

Connection* idle_one(HttpPeer* p) {
  for (Connection* c : p->connections)
    if (c->state == Connection::idle) return c;
  return nullptr;
}

void timer_set(HttpPeer* p);

void serve(HttpPeer* p) {
  while (!p->waiting.empty() && !p->closing) {
    Connection* c = idle_one(p);
    if (!c && p->connections.size() >= p->options.connections_max) break;
    CallPtr call = std::move(p->waiting.front());
    p->waiting.pop_front();
    if (!c) dial(p, std::move(call));
    else c->call = std::move(call), send(c);
  }
  timer_set(p);
}

// ---- answers ----

void interim_done(Connection* c) {
  const int status = c->http.message.status;
  if (++c->interim <= kInterimMax && status != 101) return http1_start(c->http, true);
  connection_leave(c, Err::unavailable, "expected a response, got status " + std::to_string(status));
}

// What came after it nobody asked for: it must not become the answer to the next request.
void answer_done(Connection* c, bool more) {
  Http1Message& m = c->http.message;
  if (m.status >= 100 && m.status < 200) return interim_done(c);
  HttpPeerAnswer answer;
  answer.code = m.status;
  answer.body = std::move(m.body);
  const bool kept = m.keep_alive && !more;
  call_end(c->peer, std::move(c->call), std::move(answer));
  c->state = Connection::idle;
  c->idle_until = now(c->peer) + c->peer->options.idle_ms;
  if (!kept) return connection_leave(c, Err::unavailable, "");
  serve(c->peer);
}

void answer_check(Connection* c, bool more) {
  if (c->http.error_status == 413 || c->http.error_status == 431)
    return connection_leave(c, Err::too_large, "response too large: " + c->http.error);
  if (c->http.error_status != 0) return connection_leave(c, Err::unavailable, "invalid response: " + c->http.error);
  if (c->http.done) answer_done(c, more);
}

void on_data(Connection* c, std::string_view bytes) {
  while (!bytes.empty() && c->state == Connection::busy) {
    const size_t used = http1_feed(c->http, bytes);
    bytes.remove_prefix(used);
    answer_check(c, !bytes.empty());
    if (used == 0) return;
  }
  if (c->state == Connection::idle && !bytes.empty()) connection_leave(c, Err::unavailable, "");
}

// A body without a length ends with the connection.
void on_closed(Connection* c, const std::string& error) {
  HttpPeer* p = c->peer;
  if (c->state == Connection::busy && error.empty() && c->http.started) {
    http1_end(c->http);
    c->http.message.keep_alive = true;  // there is nothing to close any more
    if (c->http.done && c->http.error_status == 0) {
      HttpPeerAnswer answer;
      answer.code = c->http.message.status;
      answer.body = std::move(c->http.message.body);
      call_end(p, std::move(c->call), std::move(answer));
    }
  }
  const bool sent = c->state == Connection::busy;
  call_fail(p, std::move(c->call), Err::unavailable, error.empty() ? "the connection was closed before a response" : error, sent);
  p->connections.erase(std::find(p->connections.begin(), p->connections.end(), c));
  delete c;
  p->closing ? end_if_empty(p) : serve(p);
}

void on_socket(void* owner, Socket*, const SocketEvent& event) {
  auto* c = static_cast<Connection*>(owner);
  switch (event.kind) {
    case SocketEvent::opened: return send(c);
    case SocketEvent::data: return on_data(c, event.bytes);
    case SocketEvent::ended: return socket_abort(c->socket);  // `closed` says what that means for the request
    case SocketEvent::drained:
    case SocketEvent::deadline: return;
    case SocketEvent::closed: return on_closed(c, event.error);
  }
}

// ---- time ----

int64_t due(const Connection* c) { return c->state == Connection::dialling ? c->call->connect_by : c->call->deadline_at; }

std::string late(int64_t ms, const char* stage) { return "no response within " + std::to_string(ms) + " ms; still waiting for " + stage; }

void sweep(HttpPeer* p) {
  for (size_t i = 0; i < p->waiting.size();) {
    if (p->waiting[i]->deadline_at > now(p)) {
      i++;
      continue;
    }
    CallPtr call = std::move(p->waiting[i]);
    p->waiting.erase(p->waiting.begin() + long(i));
    const std::string why = late(call->request.timeout_ms, "a free connection");
    call_fail(p, std::move(call), Err::timeout, why, false);
  }
  for (Connection* c : p->connections) {
    if (c->call && due(c) <= now(p)) {
      const HttpPeerRequest& r = c->call->request;
      const bool dialling = c->state == Connection::dialling && r.connect_ms > 0;
      connection_leave(c, Err::timeout, late(dialling ? r.connect_ms : r.timeout_ms, socket_stage(c->socket)));
    }
    if (c->state == Connection::idle && c->idle_until <= now(p)) connection_leave(c, Err::timeout, "");
  }
}

void timer_set(HttpPeer* p) {
  if (p->closing) return;
  int64_t next = INT64_MAX;
  for (const CallPtr& call : p->waiting) next = std::min(next, call->deadline_at);
  for (const Connection* c : p->connections) {
    if (c->call) next = std::min(next, due(c));
    if (c->state == Connection::idle) next = std::min(next, c->idle_until);
  }
  if (next == INT64_MAX) return void(uv_timer_stop(&p->timer));
  uv_timer_start(
      &p->timer,
      [](uv_timer_t* t) {
        sweep(static_cast<HttpPeer*>(t->data));
        timer_set(static_cast<HttpPeer*>(t->data));
      },
      uint64_t(std::max<int64_t>(1, next - now(p))), 0);
}

Status request_check(const HttpPeerRequest& r) {
  for (const auto& [name, value] : r.headers)
    if (!header_value_ok(name) || !header_value_ok(value)) return fail(Err::invalid, "header " + name + " contains a line break");
  if (r.path.empty() || r.path[0] != '/' || !header_value_ok(r.path)) return fail(Err::invalid, "\"" + r.path + "\": expected a path");
  return {};
}

}  // namespace

Result<HttpPeer*> http_peer_open(Net* net, HttpPeerOptions options) {
  Result<Url> url = url_parse(options.url);
  if (!url.ok()) return url.status;
  if (url.value.scheme != "http" && url.value.scheme != "https")
    return fail(Err::invalid, "\"" + url_shown(options.url) + "\": unsupported URL scheme; expected http:// or https://");
  auto* p = new HttpPeer;
  p->net = net;
  p->options = std::move(options);
  p->url = url.value;
  uv_timer_init(net->loop, &p->timer);
  p->timer.data = p;
  return p;
}

void http_peer_call(HttpPeer* p, HttpPeerRequest request, std::function<void(HttpPeerAnswer)> done) {
  auto call = std::make_unique<Call>();
  call->deadline_at = now(p) + request.timeout_ms;
  call->connect_by = request.connect_ms > 0 ? std::min(call->deadline_at, now(p) + request.connect_ms) : call->deadline_at;
  call->request = std::move(request);
  call->done = std::move(done);
  if (Status bad = request_check(call->request); !bad.ok()) return call_fail(p, std::move(call), bad.code, bad.message, false);
  if (p->closing || p->net->closing) return call_fail(p, std::move(call), Err::unavailable, "the program is stopping", false);
  if (p->waiting.size() >= p->options.waiting_max)
    return call_fail(p, std::move(call), Err::unavailable, std::to_string(p->waiting.size()) + " requests wait already", false);
  p->waiting.push_back(std::move(call));
  serve(p);
}

void http_peer_close(HttpPeer* p, std::function<void()> done) {
  p->closing = true;
  p->done = std::move(done);
  for (CallPtr& call : p->waiting) call_fail(p, std::move(call), Err::unavailable, "cancelled", false);
  p->waiting.clear();
  for (Connection* c : p->connections) connection_leave(c, Err::unavailable, "cancelled");
  uv_close(reinterpret_cast<uv_handle_t*>(&p->timer), [](uv_handle_t* t) {
    auto* peer = static_cast<HttpPeer*>(t->data);
    peer->timer_open = false;
    end_if_empty(peer);
  });
}

size_t http_peer_connections(const HttpPeer* p) { return p->connections.size(); }

}  // namespace picket
