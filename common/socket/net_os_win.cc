// common/socket/net_os_win.cc - listening sockets, addresses and errors as Windows has them.
#include "common/os/os_win.h"

#include "common/socket/net_os.h"

namespace picket {
namespace {

constexpr int kBacklog = 1024;

Status listen_error(const std::string& where, int error) {
  std::string text = "listen on " + where + ": " + os_error_text(static_cast<unsigned long>(error));
  if (error == WSAEADDRINUSE || error == WSAEACCES) text += "; another program uses this port: stop it or choose another port";
  if (error == WSAEADDRNOTAVAIL) text += "; this machine has no such address";
  return fail(Err::io, text);
}

SocketAddress address_of(const sockaddr_storage& a) {
  char text[INET6_ADDRSTRLEN] = {};
  if (a.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(a);
    if (IN6_IS_ADDR_V4MAPPED(&six.sin6_addr)) inet_ntop(AF_INET, reinterpret_cast<const char*>(&six.sin6_addr) + 12, text, sizeof text);
    else inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof text);
    return {text, ntohs(six.sin6_port)};
  }
  if (a.ss_family != AF_INET) return {};
  const auto& four = reinterpret_cast<const sockaddr_in&>(a);
  inet_ntop(AF_INET, &four.sin_addr, text, sizeof text);
  return {text, ntohs(four.sin_port)};
}

SOCKET socket_new(int family) {
  SOCKET s = WSASocketW(family, SOCK_STREAM, IPPROTO_TCP, nullptr, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
  u_long on = 1;
  if (s != INVALID_SOCKET) ioctlsocket(s, FIONBIO, &on);
  return s;
}

struct AddressList {
  addrinfo* list = nullptr;
  int error = 0;
  AddressList(const std::string& host, int port, int flags) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  }
  ~AddressList() {
    if (list) freeaddrinfo(list);
  }
  AddressList(const AddressList&) = delete;
  AddressList& operator=(const AddressList&) = delete;
};

SOCKET listen_on(const addrinfo* a, bool dual, int* error) {
  SOCKET s = socket_new(a->ai_family);
  DWORD only = dual ? 0 : 1;
  BOOL exclusive = TRUE;  // Windows' SO_REUSEADDR would let others take the port
  if (s != INVALID_SOCKET) {
    setsockopt(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, reinterpret_cast<char*>(&exclusive), sizeof exclusive);
    if (a->ai_family == AF_INET6) setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, reinterpret_cast<char*>(&only), sizeof only);
    if (bind(s, a->ai_addr, int(a->ai_addrlen)) == 0 && listen(s, kBacklog) == 0) return s;
  }
  *error = WSAGetLastError();
  if (s != INVALID_SOCKET) closesocket(s);
  return INVALID_SOCKET;
}

}  // namespace

Result<intptr_t> os_listen_tcp(const std::string& host, int port) {
  std::string name = host.size() > 1 && host[0] == '[' && host.back() == ']' ? host.substr(1, host.size() - 2) : host;
  std::string where = (name.empty() ? "*" : host) + ":" + std::to_string(port);
  if (port < 0 || port > 65535) return fail(Err::invalid, "listen on " + where + ": expected a port from 0 to 65535");
  bool all = name.empty() || name == "::";
  int error = 0;
  for (const char* any : {"::", "0.0.0.0"}) {  // a machine without IPv6 listens on IPv4
    AddressList found(all ? any : name, port, AI_PASSIVE | AI_NUMERICSERV);
    if (found.error != 0)
      return fail(
          Err::invalid,
          "listen on " + where + ": " + os_error_text(static_cast<unsigned long>(found.error)) + "; expected an address of this machine");
    SOCKET s = listen_on(found.list, all, &error);
    if (s != INVALID_SOCKET) return intptr_t(s);
    if (!all || error != WSAEAFNOSUPPORT) break;
  }
  return listen_error(where, error);
}

Result<intptr_t> os_listen_unix(const std::string& path) {
  return fail(Err::invalid, "listen on " + path + ": unix sockets are not supported on Windows; use a port of 127.0.0.1");
}

intptr_t os_accept(intptr_t listener, SocketAddress* peer, bool* out_of_files) {
  sockaddr_storage address{};
  int size = sizeof address;
  SOCKET s = accept(SOCKET(listener), reinterpret_cast<sockaddr*>(&address), &size);
  *out_of_files = s == INVALID_SOCKET && (WSAGetLastError() == WSAEMFILE || WSAGetLastError() == WSAENOBUFS);
  if (s == INVALID_SOCKET) return -1;
  u_long on = 1;
  ioctlsocket(s, FIONBIO, &on);
  SetHandleInformation(reinterpret_cast<HANDLE>(s), HANDLE_FLAG_INHERIT, 0);
  *peer = address_of(address);
  return intptr_t(s);
}

Result<intptr_t> os_connect(const std::string& ip, int port) {
  AddressList found(ip, port, AI_NUMERICHOST | AI_NUMERICSERV);
  if (found.error != 0) return fail(Err::invalid, os_error_text(static_cast<unsigned long>(found.error)));
  SOCKET s = socket_new(found.list->ai_family);
  if (s == INVALID_SOCKET) return fail(Err::unavailable, os_error_text(static_cast<unsigned long>(WSAGetLastError())));
  if (connect(s, found.list->ai_addr, int(found.list->ai_addrlen)) == 0 || WSAGetLastError() == WSAEWOULDBLOCK) return intptr_t(s);
  int error = WSAGetLastError();
  closesocket(s);
  return fail(Err::unavailable, os_error_text(static_cast<unsigned long>(error)));
}

std::string os_connect_error(intptr_t socket) {
  int error = 0, size = sizeof error;
  if (getsockopt(SOCKET(socket), SOL_SOCKET, SO_ERROR, reinterpret_cast<char*>(&error), &size) != 0) error = WSAGetLastError();
  return error == 0 ? std::string() : os_error_text(static_cast<unsigned long>(error));
}

void os_socket_close(intptr_t socket) { closesocket(SOCKET(socket)); }
void os_socket_end(intptr_t socket) { (void)shutdown(SOCKET(socket), SD_SEND); }

bool os_socket_peer_ended(intptr_t socket) {
  char byte;
  const int n = recv(SOCKET(socket), &byte, 1, MSG_PEEK);  // our sockets do not block
  return n == 0 || (n < 0 && WSAGetLastError() != WSAEWOULDBLOCK);
}

SocketAddress os_socket_local(intptr_t socket) {
  sockaddr_storage address{};
  int size = sizeof address;
  if (getsockname(SOCKET(socket), reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return address_of(address);
}

SocketAddress os_socket_peer(intptr_t socket) {
  sockaddr_storage address{};
  int size = sizeof address;
  if (getpeername(SOCKET(socket), reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return address_of(address);
}

void os_udp_buffer(intptr_t socket, int bytes) {
  (void)setsockopt(SOCKET(socket), SOL_SOCKET, SO_RCVBUF, reinterpret_cast<const char*>(&bytes), sizeof bytes);
}

uint32_t os_udp_lost(intptr_t, uint32_t known) { return known; }

void os_socket_options(intptr_t socket) {
  BOOL on = TRUE;
  setsockopt(SOCKET(socket), IPPROTO_TCP, TCP_NODELAY, reinterpret_cast<char*>(&on), sizeof on);
  setsockopt(SOCKET(socket), SOL_SOCKET, SO_KEEPALIVE, reinterpret_cast<char*>(&on), sizeof on);
}

}  // namespace picket
