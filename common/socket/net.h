// common/socket/net.h - HTTP and WebSocket, client and server, as few events to one callback.
//
// libwebsockets carries the bytes (TCP on our loop) and is known to carrier.cc only; what is above it are pure
// machines over bytes (tls.h, http1.h, ws_frames.h), tested without a socket. Everything runs on the loop's thread; nothing
// here blocks it: names are resolved by uv_getaddrinfo before the dial. Callbacks never run inside the call that
// caused them. A handle is valid until its `closed` event has been delivered.
#pragma once
#include <uv.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/wire/http1.h"
#include "common/basic/result.h"
#include "common/text/url.h"

namespace picket {

struct TlsOptions {
  std::string ca_file;                      // replaces the system's bundle
  bool and_system = false;                  // client: no, it stands beside it
  std::string cert_file, key_file;          // server certificate, or client certificate
  bool insecure = false;                    // client: accept any certificate
  bool client_required = false;             // server: no connection without a client certificate of the ca_file
  std::vector<std::string> crl_files = {};  // server: revocation lists of these
  std::string server_name;                  // client: name to verify when it is not the URL's host
};

struct Net;
struct NetOptions {
  int fd_limit = 0;  // 0 = what the process may open
};
Net* net_open(uv_loop_t* loop, const NetOptions& options);
// Closes every listener and connection; `done` runs when the last handle is gone and the loop may end.
void net_close(Net* net, std::function<void()> done);

// ---- WebSocket ----
struct Ws;
struct WsEvent {
  enum Kind {
    open,     // handshake done
    message,  // data = one whole message, fragments joined; valid during the callback
    pong,
    drained,  // everything sent before has been written to the socket; `tag` = that of the last message written
    closed,   // last event. code/reason: close frame or 0; error: why it never opened or broke; http_status: a refusal
  } kind;
  std::string_view data;
  bool binary = true;
  uint64_t tag = 0;
  int code = 0;
  std::string reason, error;
  int http_status = 0;
  std::string http_body;             // first 1024 bytes of a refusal
  const Headers* headers = nullptr;  // open, client: those of the 101 answer. A server has had them in HttpRequest
};
using WsHandler = std::function<void(Ws* ws, const WsEvent& event)>;

// The proxy that the environment wants for a URL, for WsConnect.proxy; "" = none.
std::string proxy_from_environment(const Url& url);

struct WsConnect {
  std::string url;  // ws:// or wss://; port 8081 when absent
  Headers headers;
  TlsOptions tls;
  int64_t handshake_timeout_ms = 15'000;
  size_t message_max = 8u << 20;
  std::string proxy;  // http://host:port for CONNECT; empty = direct
};
Ws* ws_connect(Net* net, WsConnect request, WsHandler handler);

void ws_send(Ws* ws, std::string message, uint64_t tag = 0);  // binary frame; queued
size_t ws_queued(const Ws* ws);                               // bytes waiting to be written
void ws_ping(Ws* ws, std::string payload = {});
void ws_close(Ws* ws, int code, std::string reason);  // orderly: frame, echo or 1 s, then `closed`
void ws_abort(Ws* ws);                                // TCP close now, then `closed`
void ws_read(Ws* ws, bool on);                        // back-pressure: stop and go on reading
std::string ws_peer(const Ws* ws);                    // "192.0.2.7:4711"
std::string ws_peer_subject(const Ws* ws);            // CN of a verified client certificate, or ""

// ---- HTTP server ----
struct HttpRequest {
  std::string method, target;  // target as sent, percent escapes untouched
  std::string path, query;     // target split at '?', still escaped
  Headers headers;
  std::string body;  // whole, up to body_max (chunked or by length)
  std::string peer;  // "127.0.0.1:4711"
  bool peer_is_loopback = false, tls = false;
  std::string client_subject, client_key;  // of a verified client certificate: CN, and public_key_fingerprint; "" = none
  int http_minor = 1;                      // HTTP/1.minor
  bool body_too_large = false;             // body is then empty: answer 413 or what the API wants
  bool upgrade = false;                    // asks for a WebSocket (http_upgrade answers it)
};
struct HttpResponse {
  int status = 200;
  Headers headers;  // Content-Length, Date and Connection are ours
  std::string body;
};
struct UnreadAnswers;  // common/http/unread_answers.h
struct HttpExchange;   // one request waiting for its answer; exactly one answer, now or later
using HttpHandler = std::function<void(HttpExchange* exchange, HttpRequest request)>;

// Is there room for an answer of so many bytes (ListenOptions.unread)? If not, 503 is the answer.
bool http_has_room(HttpExchange* exchange, size_t bytes);
void http_respond(HttpExchange* exchange, HttpResponse response);
// Accepts the upgrade; `error` (when the handshake is not a valid one) is answered as the reference does, with 400.
// The exchange becomes a Ws that talks to `handler`. Returns nullptr when the client has gone or was refused.
Ws* http_upgrade(HttpExchange* exchange, Headers headers, size_t message_max, WsHandler handler);
// A body of unknown length (chunked): server-sent events, long lists. Ends with http_stream_end, or, when the client went
// away before, with `closed`: the stream is gone then. Returns nullptr when the client has gone already.
struct HttpStream;
HttpStream* http_stream(HttpExchange* exchange, int status, Headers headers, std::function<void()> closed);
void http_stream_write(HttpStream* stream, std::string bytes);
size_t http_stream_queued(const HttpStream* stream);
bool http_stream_has_room(HttpStream* stream, size_t bytes);  // what is written beyond it ends the stream
void http_stream_end(HttpStream* stream);                     // after what is queued has been written; the handle is invalid from here on
void http_stream_abort(HttpStream* stream);                   // closes the connection now: the client sees a body cut short

struct ListenOptions {
  std::string host;       // "", "0.0.0.0", "::", "127.0.0.1"; "[::]" too
  int port = 0;           // 0 = any free one, see listener_port
  std::string unix_path;  // instead of host and port; mode 0600
  TlsOptions tls;         // cert_file set = TLS
  size_t header_max = 64u << 10, body_max = 1u << 20;
  int64_t request_timeout_ms = 15'000;  // from the first byte to the whole request; also idle keep-alive
  int connections_max = 20'000;         // beyond it accepts are closed at once, and counted
  int connections_per_peer_max = 0;     // 0 = no limit
  // Connections that we wait for a request of, and that have asked for nothing yet or have had their answer. Beyond it, and when no
  // file is left, the one that has waited longest gives way, of the address that has most of them: a silent peer keeps nobody out.
  int waiting_max = 0;                    // 0 = no limit
  std::shared_ptr<UnreadAnswers> unread;  // of these connections and others; null = no limit
};
struct Listener;
Result<Listener*> http_listen(Net* net, const ListenOptions& options, HttpHandler handler);
int listener_port(const Listener* listener);
void listener_close(Listener* listener);  // no new connections; those that are go on

// ---- HTTP client ----
struct HttpClientRequest {
  std::string method = "GET", url;
  Headers headers;
  std::string body;
  TlsOptions tls;
  int64_t timeout_ms = 15'000;
  int64_t stall_ms = 0;  // give up when nothing came for this time; 0 = only at timeout_ms
  size_t body_max = 64u << 20;
  int redirects_max = 10;
  bool proxy_from_environment = true;  // http_proxy, https_proxy, no_proxy
  // When set, body bytes go here as they come instead of into the response; false = stop.
  std::function<bool(std::string_view)> on_body;
};
struct HttpClientResponse {
  Status status;  // transport outcome; an HTTP 500 is ok() here
  int code = 0;
  Headers headers;
  std::string body;
};
struct HttpClientCall;
HttpClientCall* http_call(Net* net, HttpClientRequest request, std::function<void(HttpClientResponse)> done);
void http_call_cancel(HttpClientCall* call);  // done runs with Err::unavailable

// ---- plain sockets: the result socket, tcp/udp handlers ----
struct TcpConn;
struct TcpEvent {
  enum Kind {
    data,
    ended,    // the peer sends no more; we still may (tcp_close ends it)
    drained,  // everything sent has been taken by the system
    closed,   // last; error says why, "" = orderly
  } kind;
  std::string_view bytes;
  std::string error;
};
using TcpHandler = std::function<void(TcpConn*, const TcpEvent&)>;
// `accept` returns the handler for a new connection. Plain libuv, no TLS.
Result<Listener*> tcp_listen(Net* net, const std::string& host, int port, std::function<TcpHandler(TcpConn*)> accept);
TcpConn* tcp_connect(Net* net, const std::string& host, int port, int64_t timeout_ms, TcpHandler handler);
void tcp_send(TcpConn* conn, std::string bytes);  // also before the connection is there
void tcp_close(TcpConn* conn);                    // after what is queued has been written
void tcp_abort(TcpConn* conn);
void tcp_read(TcpConn* conn, bool on);
size_t tcp_queued(const TcpConn* conn);
std::string tcp_peer(const TcpConn* conn);
struct UdpSocket;
Result<UdpSocket*> udp_listen(Net* net, const std::string& host, int port,
                              std::function<void(std::string_view datagram, const std::string& peer_ip)> on_datagram);
int udp_port(const UdpSocket* socket);
void udp_close(UdpSocket* socket);
// One datagram to host:port; `done` says whether the system took it.
void udp_send(Net* net, const std::string& host, int port, std::string bytes, std::function<void(Status)> done);

}  // namespace picket
