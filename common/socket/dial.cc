// common/socket/dial.cc - from a name to an open socket: addresses one after the other, through a proxy if asked, then TLS.
#include <algorithm>
#include <utility>

#include "common/tls/crypto.h"
#include "common/socket/socket_state.h"
#include "common/os/os.h"
#include "common/text/url.h"

namespace picket {
namespace {

constexpr size_t kProxyAnswerMax = 16 * 1024;
constexpr int kAttemptMs = 3000;  // one address of several; the last one has what is left of the deadline

void on_attempt_closed(uv_handle_t* poll) { delete static_cast<SocketAttempt*>(poll->data); }

intptr_t attempt_end(SocketDialling* d, bool close_socket) {
  SocketAttempt* a = std::exchange(d->attempt, nullptr);
  intptr_t fd = a->fd;
  uv_poll_stop(&a->poll);
  uv_close(reinterpret_cast<uv_handle_t*>(&a->poll), on_attempt_closed);
  if (close_socket) os_socket_close(fd);
  return fd;
}

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

void dial_next(Socket* s);

void attempt_failed(Socket* s, const std::string& error) {
  SocketDialling& d = *s->dial;
  d.errors += (d.errors.empty() ? "" : "; ") + d.addresses[d.next - 1] + ": " + error;
}

void connected(Socket* s, intptr_t fd) {
  socket_timer_set(s, 0);
  s->peer = os_socket_peer(fd);
  os_socket_options(fd);
  s->carrier = carrier_adopt(s->net->carrier, fd, s);
  if (!s->carrier) return socket_end_with(s, "there is no room for another connection; raise the limit of open files");
  if (!s->reading) carrier_read(s->carrier, false);
  if (!s->dial->what.proxy.empty()) return proxy_ask(s);
  secure(s);
}

void on_attempt(uv_poll_t* poll, int status, int) {
  Socket* s = static_cast<SocketAttempt*>(poll->data)->socket;
  std::string error = os_connect_error(static_cast<SocketAttempt*>(poll->data)->fd);  // libuv says no more than "bad descriptor"
  if (error.empty() && status != 0) error = uv_strerror(status);
  intptr_t fd = attempt_end(s->dial.get(), !error.empty());
  if (error.empty()) return connected(s, fd);
  attempt_failed(s, error);
  dial_next(s);
}

std::string dial_name(const SocketDialling& d) {
  return d.what.proxy.empty() ? join_host_port(d.what.host, d.what.port) : "proxy " + join_host_port(d.proxy.host, d.proxy.port);
}

bool attempt_start(Socket* s, const std::string& ip, int port) {
  Result<intptr_t> fd = os_connect(ip, port);
  if (!fd.ok()) return attempt_failed(s, fd.status.message), false;
  auto* a = new SocketAttempt;
  a->fd = fd.value;
  a->socket = s;
  a->poll.data = a;
  if (uv_poll_init_socket(s->net->loop, &a->poll, static_cast<uv_os_sock_t>(a->fd)) != 0) {
    os_socket_close(a->fd);
    delete a;
    return attempt_failed(s, "the loop does not take it"), false;
  }
  s->dial->attempt = a;
  uv_poll_start(&a->poll, UV_WRITABLE, on_attempt);
  return true;
}

void dial_next(Socket* s) {
  SocketDialling& d = *s->dial;
  while (d.next < d.addresses.size()) {
    const std::string& ip = d.addresses[d.next++];
    s->state = Socket::connecting;
    socket_timer_set(s, dial_attempt_ms(s));
    if (attempt_start(s, ip, d.what.proxy.empty() ? d.what.port : d.proxy.port)) return;
  }
  socket_end_with(s, "connect to " + dial_name(d) + ": " + (d.errors.empty() ? "it has no address" : d.errors));
}

bool is_address(const std::string& host) {
  unsigned char bytes[16];
  return uv_inet_pton(AF_INET, host.c_str(), bytes) == 0 || uv_inet_pton(AF_INET6, host.c_str(), bytes) == 0;
}

void on_resolved(uv_getaddrinfo_t* request, int status, addrinfo* list) {
  Socket* s = static_cast<Socket*>(request->data);
  SocketDialling& d = *s->dial;
  d.resolving = false;
  for (addrinfo* a = list; a; a = a->ai_next) {
    char ip[INET6_ADDRSTRLEN] = {};
    if (a->ai_family == AF_INET) uv_ip4_name(reinterpret_cast<sockaddr_in*>(a->ai_addr), ip, sizeof ip);
    if (a->ai_family == AF_INET6) uv_ip6_name(reinterpret_cast<sockaddr_in6*>(a->ai_addr), ip, sizeof ip);
    if (ip[0] && std::find(d.addresses.begin(), d.addresses.end(), ip) == d.addresses.end()) d.addresses.emplace_back(ip);
  }
  uv_freeaddrinfo(list);
  if (s->state == Socket::closing) return socket_gone(s);
  if (status != 0)
    return socket_end_with(
        s, "the name \"" + (d.what.proxy.empty() ? d.what.host : d.proxy.host) + "\" cannot be resolved: " + uv_strerror(status));
  dial_next(s);
}

void dial_start(Socket* s) {
  SocketDialling& d = *s->dial;
  if (s->state != Socket::resolving) return;
  if (s->net->closing) return socket_end_with(s, "the program is stopping");
  if (!d.what.proxy.empty()) {
    Result<Url> proxy = url_parse(d.what.proxy.find("://") == std::string::npos ? "http://" + d.what.proxy : d.what.proxy);
    if (!proxy.ok() || proxy.value.scheme != "http")
      return socket_end_with(s, "proxy \"" + d.what.proxy + "\": only proxies of the form http://host:port are supported");
    d.proxy = proxy.value;
    if (d.proxy.port == 0) d.proxy.port = 8080;
  }
  const std::string& host = d.what.proxy.empty() ? d.what.host : d.proxy.host;
  if (is_address(host)) {
    d.addresses = {host};
    return dial_next(s);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  d.resolver.data = s;
  int error = uv_getaddrinfo(s->net->loop, &d.resolver, on_resolved, host.c_str(), nullptr, &hints);
  if (error != 0) return socket_end_with(s, "the name \"" + host + "\" cannot be resolved: " + uv_strerror(error));
  d.resolving = true;
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
    if (answer.size() > kProxyAnswerMax) socket_end_with(s, "the proxy's answer to CONNECT has no end");
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
  if (s->dial && s->dial->attempt) attempt_end(s->dial.get(), true);
}

bool dial_attempt_expired(Socket* s) {
  if (s->state != Socket::connecting || !s->dial->attempt || s->dial->next == s->dial->addresses.size()) return false;
  attempt_end(s->dial.get(), true);
  attempt_failed(s, "no answer in time");
  dial_next(s);
  return true;
}

int64_t dial_attempt_ms(const Socket* s) {
  return s->state == Socket::connecting && s->dial->next < s->dial->addresses.size() ? kAttemptMs : 0;
}

Socket* socket_dial(Net* net, SocketDial what, SocketHandler handler) {
  Socket* s = socket_new(net);
  s->handler = handler;
  s->dial = std::make_unique<SocketDialling>();
  s->dial->what = std::move(what);
  net_later(net, [s] { dial_start(s); });
  return s;
}

}  // namespace picket
