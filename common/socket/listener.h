// common/socket/listener.h - a listening socket: how many connections are let in, and which TLS files they get.
#pragma once
#include <uv.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/socket/net.h"
#include "common/socket/net_os.h"
#include "common/tls/tls.h"

namespace picket {

struct ListenerShared;  // counts that outlive the listener
struct Accepted {
  intptr_t fd = -1;
  SocketAddress peer;
  std::shared_ptr<TlsContext> tls;           // null: plain
  std::shared_ptr<ListenerShared> listener;  // notified by listener_connection_gone
};

struct Listener {
  Net* net = nullptr;
  ListenOptions options;
  intptr_t fd = -1;
  uv_poll_t poll{};
  uv_timer_t pause{};  // out of files: go on a little later
  uv_timer_t look{};   // with TLS: at files that were replaced while nobody connected
  int port = 0, handles_open = 0;
  bool closing = false;
  std::shared_ptr<ListenerShared> shared;
  std::shared_ptr<TlsContext> tls;     // the last that could be read
  std::function<bool(Accepted)> take;  // false: it could not, and has closed the socket
  std::function<bool()> give_way;      // closes a connection that nobody misses; empty: there are none
};
Result<Listener*> listener_open(Net* net, const ListenOptions& options, std::function<bool(Accepted)> take);
void listener_connection_gone(ListenerShared* shared, const std::string& ip);

}  // namespace picket
