// common/socket/socket_dial.cc - a Socket that dials: to the host or its proxy, then CONNECT, then TLS.
#include <utility>

#include "common/socket/dial.h"
#include "common/socket/socket_state.h"
#include "common/text/url.h"
#include "common/tls/crypto.h"

namespace picket {
namespace {

constexpr size_t kProxyAnswerMax = 16 * 1024;

void secure(Socket* s) {
  SocketDialling& d = *s->dial;
  if (!d.what.tls) return socket_opened(s);
  Result<std::shared_ptr<TlsContext>> context = net_tls(s->net, d.what.tls_options, false);
  if (!context.ok()) return socket_end_with(s, context.status.message);
  const std::string& name = d.what.tls_options.server_name.empty() ? d.what.host : d.what.tls_options.server_name;
  s->state = Socket::securing;
  s->tls = tls_open(context.value, name);
  socket_tls_step(s, {});
}

void proxy_ask(Socket* s) {
  SocketDialling& d = *s->dial;
  std::string target = join_host_port(d.what.host, d.what.port);
  std::string text = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
  if (!d.proxy.user.empty()) text += "Proxy-Authorization: Basic " + base64_encode(d.proxy.user + ":" + d.proxy.password) + "\r\n";
  s->state = Socket::proxying;
  socket_enqueue(s, text + "\r\n");
}

void connected(Socket* s, intptr_t fd) {
  s->peer = os_socket_peer(fd);
  os_socket_options(fd);
  s->carrier = carrier_adopt(s->net->carrier, fd, s);
  if (!s->carrier) return socket_end_with(s, "too many open files for another connection; raise the limit of open files");
  if (!s->reading) carrier_read(s->carrier, false);
  if (!s->dial->what.proxy.empty()) return proxy_ask(s);
  secure(s);
}

Result<Url> proxy_of(const std::string& proxy) {
  Result<Url> url = url_parse(proxy.find("://") == std::string::npos ? "http://" + proxy : proxy);
  if (!url.ok() || url.value.scheme != "http")
    return fail(Err::invalid, "proxy \"" + proxy + "\": only proxies of the form http://host:port are supported");
  if (url.value.port == 0) url.value.port = 8080;
  return url;
}

DialTarget target_of(const SocketDialling& d) {
  if (d.what.proxy.empty()) return {d.what.host, d.what.port, join_host_port(d.what.host, d.what.port), 0};
  return {d.proxy.host, d.proxy.port, "proxy " + join_host_port(d.proxy.host, d.proxy.port), 0};
}

void dial_begin(Socket* s) {
  SocketDialling& d = *s->dial;
  if (s->state != Socket::dialling) return;
  if (!d.what.proxy.empty()) {
    Result<Url> proxy = proxy_of(d.what.proxy);
    if (!proxy.ok()) return socket_end_with(s, proxy.status.message);
    d.proxy = std::move(proxy.value);
  }
  d.dial = dial_open(s->net, target_of(d), [s](Result<intptr_t> fd) {
    s->dial->dial = nullptr;
    if (fd.ok()) connected(s, fd.value);
    else socket_end_with(s, fd.status.message);
  });
}

}  // namespace

std::string join_host_port(const std::string& host, int port) {
  return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

void dial_proxy_answer(Socket* s, std::string_view bytes) {
  SocketDialling& d = *s->dial;
  std::string& answer = d.proxy_answer;
  answer.append(bytes);
  size_t end = answer.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (answer.size() > kProxyAnswerMax) socket_end_with(s, "the proxy's response to CONNECT is too long");
    return;
  }
  if (answer.compare(0, 5, "HTTP/") != 0 || answer.size() < 12 || answer[9] != '2')
    return socket_end_with(s,
                           "the proxy " + d.what.proxy.substr(d.what.proxy.rfind('@') + 1) + " refused CONNECT " +
                               join_host_port(d.what.host, d.what.port) + ": " + answer.substr(0, answer.find("\r\n")).substr(0, 200));
  std::string rest = answer.substr(end + 4);
  secure(s);
  if (rest.empty() || s->state == Socket::closing) return;
  if (s->tls) socket_tls_step(s, rest);
  else socket_deliver(s, SocketEvent::data, rest);
}

void dial_abandon(Socket* s) {
  if (s->dial && s->dial->dial) dial_cancel(std::exchange(s->dial->dial, nullptr));
}

const char* dial_stage_of(const Socket* s) { return s->dial && s->dial->dial ? dial_stage(s->dial->dial) : "a connection"; }

Socket* socket_dial(Net* net, SocketDial what, SocketHandler handler) {
  Socket* s = socket_new(net);
  s->handler = handler;
  s->dial = std::make_unique<SocketDialling>();
  s->dial->what = std::move(what);
  net_later(net, [s] { dial_begin(s); });
  return s;
}

}  // namespace picket
