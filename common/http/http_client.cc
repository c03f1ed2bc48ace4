// common/http/http_client.cc - one request, its redirects, one answer. Every call has its own connection.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "common/tls/crypto.h"
#include "common/socket/net_socket.h"
#include "common/text/proxy_rules.h"

namespace picket {

struct HttpClientCall {
  Net* net = nullptr;
  HttpClientRequest request;
  std::function<void(HttpClientResponse)> done;
  Url url;
  Socket* socket = nullptr;     // of the present hop
  std::unique_ptr<Http1> http;  // the answer of the present hop
  bool through_proxy = false;   // absolute form: plain HTTP by way of a proxy
  int redirects = 0;
  int64_t deadline_at = 0;  // loop time
  bool finished = false, redirecting = false;
  HttpClientResponse response;
};

std::string proxy_from_environment(const Url& url) {
  auto env = [](const char* lower, const char* upper) {
    const char* value = getenv(lower);
    if (!value || !*value) value = getenv(upper);
    return std::string(value ? value : "");
  };
  return proxy_choose({env("http_proxy", "HTTP_PROXY"), env("https_proxy", "HTTPS_PROXY"), env("no_proxy", "NO_PROXY")}, url);
}

namespace {

void hop_start(HttpClientCall* call);

// An answer that broke off after its head has said how the request went: the caller judges.
void keep_head(HttpClientCall* call) {
  if (!call->http || !call->http->head_done || call->http->message.status < 200) return;
  call->response.code = call->http->message.status;
  call->response.headers = std::move(call->http->message.headers);
}

void finish(HttpClientCall* call, Status status) {  // the socket may still be there; `closed` reports
  if (call->finished) return;
  call->finished = true;
  call->response.status = std::move(status);
  if (!call->response.status.ok()) keep_head(call);
  if (call->socket) return socket_abort(call->socket);
  net_later(call->net, [call] {
    call->done(std::move(call->response));
    delete call;
  });
}

Status problem(HttpClientCall* call, Err code, const std::string& why) {
  return fail(code,
              call->request.method + " " + call->url.scheme + "://" + url_authority(call->url) + ": " + why);  // a path may be a secret
}

// ---- the request ----

std::string request_text(HttpClientCall* call) {
  const HttpClientRequest& r = call->request;
  const Url& u = call->url;
  std::string target = call->through_proxy ? "http://" + url_authority(u) + u.path : u.path;
  std::string text = r.method + " " + target + " HTTP/1.1\r\n";
  if (!header_has(r.headers, "Host")) text += "Host: " + url_authority(u) + "\r\n";
  if (!header_has(r.headers, "User-Agent")) text += "User-Agent: picket\r\n";
  if (!header_has(r.headers, "Accept")) text += "Accept: */*\r\n";
  if (!u.user.empty() && !header_has(r.headers, "Authorization"))
    text += "Authorization: Basic " + base64_encode(u.user + ":" + u.password) + "\r\n";
  for (const auto& [name, value] : r.headers) text += name + ": " + value + "\r\n";
  if (!r.body.empty() || r.method == "POST" || r.method == "PUT" || r.method == "PATCH")
    text += "Content-Length: " + std::to_string(r.body.size()) + "\r\n";
  return text + "Connection: close\r\n";
}

void send_request(HttpClientCall* call, const std::string& proxy) {
  std::string text = request_text(call);
  if (call->through_proxy) {
    Result<Url> p = url_parse(proxy.find("://") == std::string::npos ? "http://" + proxy : proxy);
    if (p.ok() && !p.value.user.empty())
      text += "Proxy-Authorization: Basic " + base64_encode(p.value.user + ":" + p.value.password) + "\r\n";
  }
  socket_send(call->socket, text + "\r\n");
  if (!call->request.body.empty()) socket_send(call->socket, call->request.body);
}

// ---- the answer ----

bool is_redirect(const HttpClientCall* call) {
  int status = call->http->message.status;
  return (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) && call->request.redirects_max > 0 &&
      header_has(call->http->message.headers, "Location");
}

void redirect(HttpClientCall* call) {
  if (++call->redirects > call->request.redirects_max)
    return finish(call, problem(call, Err::unavailable, "more than " + std::to_string(call->request.redirects_max) + " redirects"));
  const Http1Message& m = call->http->message;
  Result<Url> next = url_parse(url_resolve(call->url, header_get(m.headers, "Location")));
  if (!next.ok()) return finish(call, because("redirect", next.status));
  bool other_host = next.value.host != call->url.host || next.value.port != call->url.port || next.value.scheme != call->url.scheme;
  if (other_host) {  // secrets are for the host they were given for
    Headers& h = call->request.headers;
    h.erase(std::remove_if(h.begin(), h.end(),
                           [](const auto& x) { return text_same(x.first, "Authorization") || text_same(x.first, "Cookie"); }),
            h.end());
  }
  if (m.status == 303 || ((m.status == 301 || m.status == 302) && call->request.method == "POST")) {
    if (call->request.method != "HEAD") call->request.method = "GET";
    call->request.body.clear();
  }
  call->url = next.value;
  call->redirecting = true;
  if (call->socket) socket_abort(call->socket);  // else it has closed already, which ended the answer
}

void answer_done(HttpClientCall* call) {
  Http1Message& m = call->http->message;
  if (m.status >= 100 && m.status < 200 && m.status != 101) return http1_start(*call->http, true);
  if (is_redirect(call)) return redirect(call);
  call->response.code = m.status;
  call->response.headers = std::move(m.headers);
  call->response.body = std::move(m.body);
  finish(call, {});
}

void check(HttpClientCall* call) {
  if (call->http->error_status == 413 || call->http->error_status == 431)
    return finish(call, problem(call, Err::too_large, "response too large: " + call->http->error));
  if (call->http->error_status != 0) return finish(call, problem(call, Err::unavailable, "invalid response: " + call->http->error));
  if (call->http->done) answer_done(call);
}

void on_data(HttpClientCall* call, std::string_view bytes) {
  while (!bytes.empty() && !call->finished && !call->redirecting) {
    size_t used = http1_feed(*call->http, bytes);
    bytes.remove_prefix(used);
    check(call);
    if (used == 0) return;
  }
}

void on_closed(HttpClientCall* call, const std::string& error) {
  call->socket = nullptr;
  if (std::exchange(call->redirecting, false)) return hop_start(call);
  if (!call->finished) {
    if (error.empty() && call->http && call->http->started) {
      http1_end(*call->http);
      check(call);
      if (std::exchange(call->redirecting, false)) return hop_start(call);
    }
    if (!call->finished) finish(call, problem(call, Err::unavailable, error.empty() ? "connection closed before a response" : error));
    return;
  }
  call->done(std::move(call->response));
  delete call;
}

// The nearer of two ends: of the whole call, and of the time in which nothing came.
void deadline_set(HttpClientCall* call) {
  int64_t left = std::max<int64_t>(1, call->deadline_at - int64_t(uv_now(call->net->loop)));
  if (call->request.timeout_ms <= 0) left = INT64_MAX;
  if (call->request.stall_ms > 0) left = std::min(left, call->request.stall_ms);
  if (left != INT64_MAX) socket_deadline(call->socket, left);
}

std::string late_text(HttpClientCall* call, Socket* socket) {
  bool is_over = call->request.timeout_ms > 0 && int64_t(uv_now(call->net->loop)) >= call->deadline_at;
  std::string what = is_over ? "no response within " + std::to_string(call->request.timeout_ms)
                             : "no data received for " + std::to_string(call->request.stall_ms);
  return what + " ms; still waiting for " + socket_stage(socket);
}

void on_socket(void* owner, Socket* socket, const SocketEvent& event) {
  auto* call = static_cast<HttpClientCall*>(owner);
  switch (event.kind) {
    case SocketEvent::opened:
      deadline_set(call);
      return send_request(call, call->through_proxy ? proxy_from_environment(call->url) : std::string());
    case SocketEvent::data:
      if (call->request.stall_ms > 0) deadline_set(call);
      return on_data(call, event.bytes);
    case SocketEvent::drained: return;
    case SocketEvent::ended: return socket_abort(socket);
    case SocketEvent::deadline: return finish(call, problem(call, Err::timeout, late_text(call, socket)));
    case SocketEvent::closed: return on_closed(call, event.error);
  }
}

// ---- one hop ----

Status hop_check(HttpClientCall* call) {
  if (call->url.scheme != "http" && call->url.scheme != "https")
    return fail(Err::invalid,
                "\"" + call->url.scheme + "://" + call->url.host + "\": unsupported URL scheme; expected http:// or https://");
  for (const auto& [name, value] : call->request.headers)
    if (!header_value_ok(name) || !header_value_ok(value)) return fail(Err::invalid, "header " + name + " contains a line break");
  if (call->net->closing) return fail(Err::unavailable, "the program is stopping");
  return {};
}

void hop_start(HttpClientCall* call) {
  call->socket = nullptr;
  if (Status bad = hop_check(call); !bad.ok()) return finish(call, bad);
  bool secure = call->url.scheme == "https";
  std::string proxy = call->request.proxy_from_environment ? proxy_from_environment(call->url) : std::string();
  call->http = std::make_unique<Http1>();
  call->http->body_max = call->request.body_max;
  call->http->head_only = call->request.method == "HEAD";
  call->http->on_body = nullptr;
  if (call->request.on_body) {
    call->http->on_body = [call](std::string_view part) {
      return is_redirect(call) || call->request.on_body(part);  // a redirect's body is not what was asked for
    };
  }
  http1_start(*call->http, true);
  SocketDial dial;
  dial.host = call->url.host;
  dial.port = call->url.port != 0 ? call->url.port : secure ? 443 : 80;
  dial.tls = secure;
  dial.tls_options = call->request.tls;
  call->through_proxy = !secure && !proxy.empty();
  if (call->through_proxy) {
    Result<Url> p = url_parse(proxy.find("://") == std::string::npos ? "http://" + proxy : proxy);
    if (!p.ok()) return finish(call, because("proxy", p.status));
    dial.host = p.value.host;
    dial.port = p.value.port != 0 ? p.value.port : 8080;
  } else {
    dial.proxy = proxy;
  }
  call->socket = socket_dial(call->net, std::move(dial), {on_socket, call});
  deadline_set(call);
}

}  // namespace

HttpClientCall* http_call(Net* net, HttpClientRequest request, std::function<void(HttpClientResponse)> done) {
  auto* call = new HttpClientCall;
  call->net = net;
  call->request = std::move(request);
  call->done = std::move(done);
  call->deadline_at = int64_t(uv_now(net->loop)) + call->request.timeout_ms;
  Result<Url> url = url_parse(call->request.url);
  if (!url.ok()) finish(call, url.status);
  else call->url = url.value, hop_start(call);
  return call;
}

void http_call_cancel(HttpClientCall* call) { finish(call, problem(call, Err::unavailable, "cancelled")); }

}  // namespace picket
