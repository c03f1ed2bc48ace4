// common/socket/net_os_unix.cc - listening sockets, addresses and errors as Unix has them.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/socket/net_os.h"

namespace picket {
namespace {

constexpr int kBacklog = 4096;  // the system may give less: net.core.somaxconn

Status listen_error(const std::string& where, int error) {
  std::string text = "listen on " + where + ": " + strerror(error);
  if (error == EADDRINUSE) text += "; another program uses this port: stop it or choose another port";
  if (error == EACCES) text += "; ports below 1024 need the privilege to bind them";
  if (error == EADDRNOTAVAIL) text += "; this machine has no such address";
  return fail(error == EACCES ? Err::denied : Err::io, text);
}

SocketAddress address_of(const sockaddr_storage& a) {
  char text[INET6_ADDRSTRLEN] = {};
  if (a.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(a);
    if (IN6_IS_ADDR_V4MAPPED(&six.sin6_addr)) inet_ntop(AF_INET, six.sin6_addr.s6_addr + 12, text, sizeof text);
    else inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof text);
    return {text, ntohs(six.sin6_port)};
  }
  if (a.ss_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(a);
    inet_ntop(AF_INET, &four.sin_addr, text, sizeof text);
    return {text, ntohs(four.sin_port)};
  }
  return {"@", 0};
}

int listen_on(const addrinfo* a, bool dual) {  // the socket, or -errno
  int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1, off = 0;
  if (fd < 0) return -errno;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (a->ai_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, dual ? &off : &on, sizeof on);
  if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, kBacklog) == 0) return fd;
  int error = errno;
  close(fd);
  return -error;
}

}  // namespace

Result<intptr_t> os_listen_tcp(const std::string& host, int port) {
  std::string name = host.size() > 1 && host[0] == '[' && host.back() == ']' ? host.substr(1, host.size() - 2) : host;
  std::string where = (name.empty() ? "*" : host) + ":" + std::to_string(port);
  if (port < 0 || port > 65535) return fail(Err::invalid, "listen on " + where + ": expected a port from 0 to 65535");
  bool all = name.empty() || name == "::";
  for (const char* any : {"::", "0.0.0.0"}) {  // a machine without IPv6 listens on IPv4
    addrinfo hints{}, *list = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    int error = getaddrinfo(all ? any : name.c_str(), std::to_string(port).c_str(), &hints, &list);
    if (error != 0) return fail(Err::invalid, "listen on " + where + ": " + gai_strerror(error) + "; expected an address of this machine");
    int fd = listen_on(list, all);
    freeaddrinfo(list);
    if (fd >= 0) return intptr_t(fd);
    if (!all || (fd != -EAFNOSUPPORT && fd != -EADDRNOTAVAIL) || strcmp(any, "::") != 0) return listen_error(where, -fd);
  }
  return fail(Err::io, "listen on " + where + ": no address family is available");
}

Result<intptr_t> os_listen_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return fail(Err::invalid,
                "listen on " + path + ": a socket's path has at most " + std::to_string(sizeof address.sun_path - 1) + " bytes");
  memcpy(address.sun_path, path.data(), path.size());
  int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool alive = probe >= 0 && connect(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  if (probe >= 0) close(probe);
  if (alive) return listen_error(path, EADDRINUSE);
  struct stat s;
  if (lstat(path.c_str(), &s) == 0 && S_ISSOCK(s.st_mode)) unlink(path.c_str());
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return listen_error(path, errno);
  mode_t before = umask(0177);  // born with its mode: no moment in which others may connect
  int bound = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  int error = errno;
  umask(before);
  if (bound == 0 && listen(fd, kBacklog) == 0) return intptr_t(fd);
  if (bound == 0) error = errno;
  close(fd);
  return listen_error(path, error);
}

intptr_t os_accept(intptr_t listener, SocketAddress* peer, bool* out_of_files) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  int fd;
  do fd = accept4(int(listener), reinterpret_cast<sockaddr*>(&address), &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
  while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
  *out_of_files = fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM);
  if (fd >= 0) *peer = address_of(address);
  return fd;
}

Result<intptr_t> os_connect(const std::string& ip, int port) {
  addrinfo hints{}, *list = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  if (int error = getaddrinfo(ip.c_str(), std::to_string(port).c_str(), &hints, &list); error != 0)
    return fail(Err::invalid, gai_strerror(error));
  int fd = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error = fd < 0 ? errno : 0;
  if (fd >= 0 && connect(fd, list->ai_addr, list->ai_addrlen) != 0 && errno != EINPROGRESS && errno != EINTR) error = errno;
  freeaddrinfo(list);
  if (error == 0) return intptr_t(fd);
  if (fd >= 0) close(fd);
  return fail(Err::unavailable, strerror(error));
}

std::string os_connect_error(intptr_t socket) {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(int(socket), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  return error == 0 ? std::string() : strerror(error);
}

void os_socket_close(intptr_t socket) { close(int(socket)); }
void os_socket_end(intptr_t socket) { (void)shutdown(int(socket), SHUT_WR); }

bool os_socket_peer_ended(intptr_t socket) {
  char byte;
  const ssize_t n = recv(int(socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

SocketAddress os_socket_local(intptr_t socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(int(socket), reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return address_of(address);
}

SocketAddress os_socket_peer(intptr_t socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getpeername(int(socket), reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return address_of(address);
}

void os_udp_buffer(intptr_t socket, int bytes) {
#ifdef SO_RCVBUFFORCE
  if (setsockopt(int(socket), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0) return;  // root may have more than the system's limit
#endif
  (void)setsockopt(int(socket), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

uint32_t os_udp_lost(intptr_t socket, uint32_t known) {
#ifdef __linux__
  constexpr int kMemInfo = 55, kDrops = 8;  // SO_MEMINFO, SK_MEMINFO_DROPS (Linux 4.12): headers of older systems lack them
  uint32_t info[16] = {};
  socklen_t size = sizeof info;
  if (getsockopt(int(socket), SOL_SOCKET, kMemInfo, info, &size) == 0 && size > kDrops * sizeof info[0]) return info[kDrops];
#else
  (void)socket;
#endif
  return known;
}

void os_socket_options(intptr_t socket) {
  int on = 1;
  setsockopt(int(socket), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(int(socket), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
#ifdef TCP_KEEPIDLE
  int idle = 60, interval = 20, count = 3;  // a half-open connection is noticed after two minutes
  setsockopt(int(socket), IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  setsockopt(int(socket), IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
  setsockopt(int(socket), IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
#endif
#ifdef TCP_USER_TIMEOUT
  unsigned unanswered_ms = 120'000;
  setsockopt(int(socket), IPPROTO_TCP, TCP_USER_TIMEOUT, &unanswered_ms, sizeof unanswered_ms);
#endif
}

}  // namespace picket
