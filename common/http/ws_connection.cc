// common/http/ws_connection.cc - WebSocket connections: handshake of the client, messages, the orderly close.
//
//                 peer's close frame      our ws_close            broken frame, deadline     socket closed
//   connecting    -                       abort                   abort                      report
//   open          echo, -> ending         frame, -> closing       frame, -> ending           report
//   closing       -> ending               -                       abort                      report
//   ending        (we sent FIN and wait for theirs, kCloseMs at most)                        report
#include "common/http/ws_connection.h"

#include "common/tls/crypto.h"
#include "common/os/os.h"
#include "common/text/url.h"
#include "common/wire/ws_frames.h"

namespace picket {

constexpr int kCloseMs = 1000;
constexpr size_t kPongQueueMax = 64 * 1024;  // a peer that pings and does not read gets no more pongs
constexpr size_t kRefusalBodyMax = 1024;
constexpr int kInterimMax = 10;  // answers like 100 Continue before the one that counts; more end the attempt

struct WsDialing {  // only until the handshake is done
  WsConnect request;
  Url url;
  Http1 http;
  int interim = 0;
  std::string key;
};

struct Ws {
  enum State { connecting, open, closing, ending } state = connecting;
  Net* net = nullptr;
  Socket* socket = nullptr;
  bool client = false, reading = true, in_read = false;
  int tasks = 0;      // in net->later, pointing here
  bool dead = false;  // `closed` is delivered; the last task deletes
  WsHandler handler;
  WsFrames frames;
  std::string pending;  // came while reading was off
  std::unique_ptr<WsDialing> dialing;
  uint64_t tag = 0;
  int code = 0, http_status = 0;
  std::string reason, error, http_body;
};

namespace {

void on_socket(void* owner, Socket* socket, const SocketEvent& event);

void ws_later(Ws* ws, void (*task)(Ws*)) {
  ws->tasks++;
  net_later(ws->net, [ws, task] {
    ws->tasks--;
    if (!ws->dead) return task(ws);
    if (ws->tasks == 0) delete ws;
  });
}

void deliver(Ws* ws, WsEvent& event) {
  if (ws->handler) ws->handler(ws, event);
}

void deliver(Ws* ws, WsEvent::Kind kind) {
  WsEvent event{};
  event.kind = kind;
  event.tag = ws->tag;
  deliver(ws, event);
}

// ---- frames out ----

void send_frame(Ws* ws, WsOp op, std::string payload) {
  uint8_t key[4] = {};
  if (ws->client && !os_random(key, sizeof key)) return socket_abort(ws->socket, "no random numbers from the system");
  if (ws->client) ws_mask(payload.data(), payload.size(), key);
  std::string head = ws_head(op, payload.size(), ws->client, key);
  if (payload.size() < 1024 || socket_is_tls(ws->socket)) {
    socket_send(ws->socket, head.append(payload));
  } else {
    socket_send(ws->socket, std::move(head));
    socket_send(ws->socket, std::move(payload));
  }
}

void start_ending(Ws* ws) {
  ws->state = Ws::ending;
  socket_read(ws->socket, true);  // to see their end
  socket_end(ws->socket);
  socket_deadline(ws->socket, kCloseMs);
}

void fail_with(Ws* ws, int code, const std::string& why) {
  if (ws->state == Ws::ending) return;
  ws->error = why;
  if (ws->state == Ws::open) send_frame(ws, WsOp::close, ws_close_payload(code, ""));
  start_ending(ws);
}

// ---- frames in ----

void on_peer_close(Ws* ws, const WsItem& item) {
  ws->code = item.code;
  ws->reason = std::string(item.data);
  if (ws->state == Ws::open) send_frame(ws, WsOp::close, ws_close_payload(item.code, ""));
  start_ending(ws);
}

void on_item(Ws* ws, const WsItem& item) {
  WsEvent event{};
  switch (item.kind) {
    case WsItem::none: return;
    case WsItem::message:
      event.kind = WsEvent::message;
      event.data = item.data;
      event.binary = item.binary;
      if (ws->state == Ws::open) deliver(ws, event);
      return;
    case WsItem::ping:
      if (ws->state == Ws::open && socket_queued(ws->socket) < kPongQueueMax) send_frame(ws, WsOp::pong, std::string(item.data));
      return;
    case WsItem::pong:
      event.kind = WsEvent::pong;
      event.data = item.data;
      if (ws->state == Ws::open) deliver(ws, event);
      return;
    case WsItem::close: return on_peer_close(ws, item);
    case WsItem::broken: return fail_with(ws, item.code, item.error);
  }
}

// Reads what it may; the rest waits until reading goes on.
void read_frames(Ws* ws, std::string_view bytes) {
  ws->in_read = true;
  size_t used = 0;
  bool more = true;
  while (more && ws->state != Ws::ending && ws->reading) {
    WsItem item = ws_next(ws->frames, bytes, &used);
    bytes.remove_prefix(used);
    more = item.kind != WsItem::none;
    on_item(ws, item);
  }
  ws->in_read = false;
  ws_rest(ws->frames);
  if (ws->state != Ws::ending && !bytes.empty()) ws->pending.append(bytes);
}

void read_pending(Ws* ws) {
  if (!ws->reading || ws->state == Ws::connecting || ws->in_read) return;
  std::string bytes;
  bytes.swap(ws->pending);
  if (!bytes.empty()) read_frames(ws, bytes);
  if (ws->reading && ws->state == Ws::open) socket_read(ws->socket, true);
}

// ---- the client's handshake ----

void send_request(Ws* ws) {
  WsDialing& d = *ws->dialing;
  unsigned char random[16];
  if (!os_random(random, sizeof random)) return socket_abort(ws->socket, "no random numbers from the system");
  d.key = base64_encode(std::string_view(reinterpret_cast<char*>(random), sizeof random));
  std::string text = "GET " + d.url.path + " HTTP/1.1\r\nHost: " + url_authority(d.url) +
      "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + d.key + "\r\n";
  for (const auto& [name, value] : d.request.headers) text += name + ": " + value + "\r\n";
  http1_start(d.http, true);
  d.http.on_body = [ws](std::string_view part) {
    ws->http_body.append(part.substr(0, kRefusalBodyMax - std::min(kRefusalBodyMax, ws->http_body.size())));
    return true;
  };
  socket_send(ws->socket, text + "\r\n");
}

std::string handshake_fault(const WsDialing& d) {
  const Headers& h = d.http.message.headers;
  if (!header_has_token(h, "Upgrade", "websocket") || !header_has_token(h, "Connection", "upgrade"))
    return "the response has status 101 but is not a WebSocket upgrade";
  if (header_get(h, "Sec-WebSocket-Accept") != ws_accept_value(d.key)) return "invalid Sec-WebSocket-Accept in the response";
  if (header_has(h, "Sec-WebSocket-Extensions")) return "the peer selected extensions that were not offered";
  if (header_has(h, "Sec-WebSocket-Protocol")) return "the peer selected a subprotocol that was not offered";
  return {};
}

void refused(Ws* ws, int status) {
  ws->http_status = status;
  std::string body = ws->http_body;
  while (!body.empty() && (body.back() == '\n' || body.back() == '\r')) body.pop_back();
  socket_abort(ws->socket, "handshake failed with status " + std::to_string(status) + (body.empty() ? "" : ": " + body));
}

void on_handshake_bytes(Ws* ws, std::string_view bytes) {
  WsDialing& d = *ws->dialing;
  size_t used = http1_feed(d.http, bytes);
  if (d.http.error_status != 0) return socket_abort(ws->socket, "the response is not HTTP: " + d.http.error);
  if (d.http.head_done && d.http.message.status >= 100 && d.http.message.status < 200 && d.http.message.status != 101 && d.http.done) {
    if (++d.interim > kInterimMax) return socket_abort(ws->socket, "the peer sends only interim responses (1xx)");
    http1_start(d.http, true);  // 100 Continue and its like: the answer is still to come
    if (used < bytes.size()) on_handshake_bytes(ws, bytes.substr(used));
    return;
  }
  if (d.http.head_done && d.http.message.status != 101) {
    if (d.http.done || ws->http_body.size() >= kRefusalBodyMax) refused(ws, d.http.message.status);
    return;
  }
  if (!d.http.done) return;
  if (std::string fault = handshake_fault(d); !fault.empty()) return socket_abort(ws->socket, fault);
  ws->state = Ws::open;
  socket_deadline(ws->socket, 0);
  std::unique_ptr<WsDialing> dialing = std::move(ws->dialing);
  WsEvent event{};
  event.kind = WsEvent::open;
  event.headers = &dialing->http.message.headers;
  deliver(ws, event);
  read_frames(ws, bytes.substr(used));
}

void on_deadline(Ws* ws) {
  if (ws->state == Ws::connecting) {
    WsDialing& d = *ws->dialing;
    if (d.http.parser && d.http.head_done && d.http.message.status != 101) return refused(ws, d.http.message.status);
    return socket_abort(ws->socket,
                        "handshake timed out after " + std::to_string(d.request.handshake_timeout_ms) + " ms; still waiting for " +
                            socket_stage(ws->socket) + (socket_is_open(ws->socket) ? " to the handshake" : ""));
  }
  if (ws->error.empty() && ws->code == 0) ws->error = "the peer did not respond to the close frame";
  socket_abort(ws->socket);
}

void on_closed(Ws* ws, const std::string& error) {
  WsEvent event{};
  event.kind = WsEvent::closed;
  if (ws->state == Ws::connecting && ws->dialing && ws->http_status == 0 && error.empty() && ws->error.empty()) {
    Http1& http = ws->dialing->http;
    if (http.parser && http.head_done) {  // a refusal whose body ends with the connection
      ws->http_status = http.message.status;
      ws->error = "handshake failed with status " + std::to_string(ws->http_status) + (ws->http_body.empty() ? "" : ": " + ws->http_body);
    } else {
      ws->error = "the peer closed the connection during the handshake";
    }
  }
  if (ws->error.empty()) ws->error = error;
  if (ws->error.empty() && ws->code == 0) ws->error = ws->state == Ws::open ? "the peer closed the connection without a close frame" : "";
  event.code = ws->code;
  event.reason = ws->reason;
  event.error = ws->error;
  event.http_status = ws->http_status;
  event.http_body = ws->http_body;
  ws->socket = nullptr;
  deliver(ws, event);
  ws->handler = nullptr;
  ws->dead = true;
  if (ws->tasks == 0) delete ws;
}

void on_socket(void* owner, Socket*, const SocketEvent& event) {
  Ws* ws = static_cast<Ws*>(owner);
  switch (event.kind) {
    case SocketEvent::opened: return send_request(ws);
    case SocketEvent::data:
      if (ws->state == Ws::connecting) return on_handshake_bytes(ws, event.bytes);
      if (ws->state == Ws::ending) return;
      if (!ws->reading || !ws->pending.empty()) {
        ws->pending.append(event.bytes);
        return read_pending(ws);
      }
      return read_frames(ws, event.bytes);
    case SocketEvent::drained:
      if (ws->state == Ws::open) deliver(ws, WsEvent::drained);
      return;
    case SocketEvent::ended: return socket_abort(ws->socket);
    case SocketEvent::deadline: return on_deadline(ws);
    case SocketEvent::closed: return on_closed(ws, event.error);
  }
}

Ws* ws_new(Net* net, bool client, size_t message_max, WsHandler handler) {
  Ws* ws = new Ws;
  ws->net = net;
  ws->client = client;
  ws->handler = std::move(handler);
  ws->frames.from_client = !client;
  ws->frames.message_max = message_max;
  return ws;
}

Status connect_check(WsConnect& request, Url* url) {
  Result<Url> parsed = url_parse(request.url);
  if (!parsed.ok()) return parsed.status;
  *url = parsed.value;
  if (url->scheme != "ws" && url->scheme != "wss")
    return fail(Err::invalid, "\"" + url_shown(request.url) + "\": expected a backend URL with ws:// or wss://");
  if (url->port == 0) url->port = 8081;
  for (const auto& [name, value] : request.headers)
    if (!header_value_ok(name) || !header_value_ok(value)) return fail(Err::invalid, "header " + name + " contains a line break");
  return {};
}

}  // namespace

Ws* ws_connect(Net* net, WsConnect request, WsHandler handler) {
  Ws* ws = ws_new(net, true, request.message_max, std::move(handler));
  ws->dialing = std::make_unique<WsDialing>();
  Status bad = connect_check(request, &ws->dialing->url);
  const Url& url = ws->dialing->url;
  SocketDial dial;
  dial.host = url.host;
  dial.port = url.port;
  dial.tls = url.scheme == "wss";
  dial.tls_options = request.tls;
  dial.proxy = request.proxy;
  ws->socket = socket_dial(net, std::move(dial), {on_socket, ws});
  socket_deadline(ws->socket, request.handshake_timeout_ms);
  if (!bad.ok()) socket_abort(ws->socket, bad.message);
  ws->dialing->request = std::move(request);
  return ws;
}

Ws* ws_adopt(Net* net, Socket* socket, size_t message_max, WsHandler handler, Headers headers, std::string rest) {
  Ws* ws = ws_new(net, false, message_max, std::move(handler));
  ws->socket = socket;
  ws->state = Ws::open;
  ws->pending = std::move(rest);
  ws->reading = false;  // until `open` is delivered
  socket_handler(socket, {on_socket, ws});
  socket_deadline(socket, 0);
  ws->tasks++;
  net_later(net, [ws, headers = std::move(headers)] {
    ws->tasks--;
    if (ws->dead) {
      if (ws->tasks == 0) delete ws;
      return;
    }
    ws->reading = true;
    WsEvent event{};
    event.kind = WsEvent::open;
    event.headers = &headers;
    deliver(ws, event);
    if (ws->socket) socket_read(ws->socket, ws->reading);
    read_pending(ws);
  });
  return ws;
}

void ws_send(Ws* ws, std::string message, uint64_t tag) {
  if (ws->state != Ws::open || !ws->socket) return;
  ws->tag = tag;
  send_frame(ws, WsOp::binary, std::move(message));
}

size_t ws_queued(const Ws* ws) { return ws->socket ? socket_queued(ws->socket) : 0; }

void ws_ping(Ws* ws, std::string payload) {
  if (ws->state == Ws::open && ws->socket) send_frame(ws, WsOp::ping, payload.substr(0, 125));
}

void ws_close(Ws* ws, int code, std::string reason) {
  if (!ws->socket) return;
  if (ws->state == Ws::connecting) return ws_abort(ws);
  if (ws->state != Ws::open) return;
  send_frame(ws, WsOp::close, ws_close_payload(code, reason));
  ws->state = Ws::closing;
  ws->reading = true;
  socket_read(ws->socket, true);
  socket_deadline(ws->socket, kCloseMs);
  if (!ws->pending.empty()) ws_later(ws, read_pending);
}

void ws_abort(Ws* ws) {
  if (!ws->socket) return;
  if (ws->error.empty() && ws->code == 0)
    ws->error = ws->state == Ws::connecting ? "cancelled before the connection was open" : "closed locally";
  socket_abort(ws->socket);
}

void ws_read(Ws* ws, bool on) {
  if (ws->reading == on || !ws->socket || ws->state != Ws::open) return;
  ws->reading = on;
  // What has come is read first, and only then the socket: else it would grow with every turn that stops in the middle.
  if (on && !ws->pending.empty()) return ws_later(ws, read_pending);
  socket_read(ws->socket, on);
}

size_t ws_unread(const Ws* ws) { return ws->pending.size(); }

std::string ws_peer(const Ws* ws) {
  return ws->socket ? join_host_port(socket_peer(ws->socket).ip, socket_peer(ws->socket).port) : std::string();
}
std::string ws_peer_subject(const Ws* ws) { return ws->socket ? socket_peer_subject(ws->socket) : std::string(); }

}  // namespace picket
