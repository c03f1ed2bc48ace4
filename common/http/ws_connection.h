// common/http/ws_connection.h - a WebSocket over an open socket. Internal to net_*.cc.
#pragma once
#include "common/socket/net_socket.h"

namespace picket {

// The server's side: the handshake is done, `rest` came after it. `open` is delivered with `request_headers`.
Ws* ws_adopt(Net* net, Socket* socket, size_t message_max, WsHandler handler, Headers request_headers, std::string rest);

// Bytes that have come and wait because reading is off: at most what one read of the socket gives, however often it is
// turned on and off.
size_t ws_unread(const Ws* ws);

}  // namespace picket
