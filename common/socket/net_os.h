// common/socket/net_os.h - sockets as the systems differ in them; defined by net_os_unix.cc and net_os_win.cc.
#pragma once
#include <cstdint>
#include <string>

#include "common/basic/result.h"

namespace picket {

struct SocketAddress { std::string ip; int port = 0; };  // ip "" = unknown, "@" = a unix socket

// A listening socket, not blocking. host: "" = all addresses, IPv6 and IPv4. Errors say what to do about them.
Result<intptr_t> os_listen_tcp(const std::string& host, int port);
Result<intptr_t> os_listen_unix(const std::string& path);  // mode 0600; a socket left over by a dead process is replaced
intptr_t os_accept(intptr_t listener, SocketAddress* peer, bool* out_of_files);  // -1: none now
// A connection being made, not blocking; when the socket is writable os_connect_error says how it went, "" = connected.
Result<intptr_t> os_connect(const std::string& ip, int port);
std::string os_connect_error(intptr_t socket);
void os_socket_close(intptr_t socket);
void os_socket_end(intptr_t socket);         // no more from us: FIN
bool os_socket_peer_ended(intptr_t socket);  // no more from the peer, and all of it has been read
SocketAddress os_socket_local(intptr_t socket);
SocketAddress os_socket_peer(intptr_t socket);
void os_udp_buffer(intptr_t socket, int bytes);         // for what comes; the system may give less
uint32_t os_udp_lost(intptr_t socket, uint32_t known);  // datagrams that found it full, in all; `known` where the system does not say
void os_socket_options(intptr_t socket);                // no delay, keep-alive

}  // namespace picket
