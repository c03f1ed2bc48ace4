// common/socket/listener.cc - see listener.h.
//
// The bounds: connections_max and connections_per_peer_max; beyond them a connection is closed at once and counted. How many
// TLS handshakes are worked on in one turn of the loop is the bound of handshakes.cc.
#include "common/socket/listener.h"

#include <unordered_map>
#include <utility>

#include "common/socket/net_socket.h"
#include "common/text/log.h"

namespace picket {

constexpr int kAcceptsAtOnce = 64;  // then the other connections have their turn
constexpr int kPauseMs = 100;
constexpr int kTlsLookMs = 10'000;
constexpr int kRefusedLogMs = 10'000;

struct ListenerShared {
  int connections = 0;
  uint64_t refused = 0;
  int64_t refused_logged_at = 0;
  std::unordered_map<std::string, int> by_peer;
};

namespace {

void on_acceptable(uv_poll_t* poll, int status, int events);

void accepting(Listener* l, bool on) {
  if (l->closing) return;
  if (on) uv_poll_start(&l->poll, UV_READABLE, on_acceptable);
  else uv_poll_stop(&l->poll);
}

void on_pause_over(uv_timer_t* timer) { accepting(static_cast<Listener*>(timer->data), true); }

void pause(Listener* l) {
  accepting(l, false);
  uv_timer_start(&l->pause, on_pause_over, kPauseMs, 0);
}

bool is_welcome(Listener* l, const SocketAddress& peer) {
  ListenerShared& s = *l->shared;
  int per_peer = l->options.connections_per_peer_max;
  bool full = s.connections >= l->options.connections_max;
  auto found = per_peer > 0 ? s.by_peer.find(peer.ip) : s.by_peer.end();
  const bool peer_full = found != s.by_peer.end() && found->second >= per_peer;
  if (!full && !peer_full) return true;
  if (full && !peer_full && l->give_way && l->give_way()) return true;
  s.refused++;
  int64_t now = int64_t(uv_now(l->net->loop));
  if (s.refused_logged_at == 0 || now - s.refused_logged_at >= kRefusedLogMs) {
    s.refused_logged_at = now;
    log_warn("net", "connection rejected: too many connections",
             {{"port", l->port},
              {"peer", peer.ip},
              {"refused", s.refused},
              {"open", s.connections},
              {"limit", full ? l->options.connections_max : per_peer}});
  }
  return false;
}

std::shared_ptr<TlsContext> current_tls(Listener* l, bool* broken) {
  *broken = false;
  if (l->options.tls.cert_file.empty()) return nullptr;
  Result<std::shared_ptr<TlsContext>> context = net_tls(l->net, l->options.tls, true);
  if (context.ok()) l->tls = context.value;  // else the last one serves on, as net_tls has logged
  *broken = !l->tls;
  return l->tls;
}

void accepted(Listener* l, intptr_t fd, const SocketAddress& peer) {
  bool broken = false;
  std::shared_ptr<TlsContext> tls = current_tls(l, &broken);
  if (broken || !is_welcome(l, peer)) return os_socket_close(fd);
  l->shared->connections++;
  if (l->options.connections_per_peer_max > 0) l->shared->by_peer[peer.ip]++;
  if (!l->take({fd, peer, std::move(tls), l->shared})) listener_connection_gone(l->shared.get(), peer.ip);
}

void on_acceptable(uv_poll_t* poll, int, int) {
  Listener* l = static_cast<Listener*>(poll->data);
  for (int i = 0; i < kAcceptsAtOnce && !l->closing; i++) {
    SocketAddress peer;
    bool out_of_files = false;
    intptr_t fd = os_accept(l->fd, &peer, &out_of_files);
    if (fd < 0 && out_of_files) {
      log_warn("net", "too many open files to accept connections; raise the limit (LimitNOFILE=)", {{"port", l->port}});
      if (l->give_way) l->give_way();
      return pause(l);
    }
    if (fd < 0) return;
    accepted(l, fd, peer);
  }
}

void on_look(uv_timer_t* timer) {
  bool broken = false;
  current_tls(static_cast<Listener*>(timer->data), &broken);
}

void on_listener_closed(uv_handle_t* handle) {
  Listener* l = static_cast<Listener*>(handle->data);
  if (--l->handles_open > 0) return;
  if (l->fd >= 0) os_socket_close(l->fd);
  net_remove(l->net, l);
  delete l;
}

Status listen_checks(Net* net, Listener* l) {
  const ListenOptions& o = l->options;
  if (!o.tls.cert_file.empty()) {
    Result<std::shared_ptr<TlsContext>> tls = net_tls(net, o.tls, true);
    if (!tls.ok()) return tls.status;
    l->tls = tls.value;
  }
  Result<intptr_t> fd = o.unix_path.empty() ? os_listen_tcp(o.host, o.port) : os_listen_unix(o.unix_path);
  if (!fd.ok()) return fd.status;
  l->fd = fd.value;
  l->port = o.unix_path.empty() ? os_socket_local(l->fd).port : 0;
  return {};
}

}  // namespace

void listener_connection_gone(ListenerShared* shared, const std::string& ip) {
  shared->connections--;
  auto found = shared->by_peer.find(ip);
  if (found != shared->by_peer.end() && --found->second == 0) shared->by_peer.erase(found);
}

Result<Listener*> listener_open(Net* net, const ListenOptions& options, std::function<bool(Accepted)> take) {
  if (net->closing) return fail(Err::unavailable, "listen: the network is closing");
  auto l = std::make_unique<Listener>();
  l->net = net;
  l->options = options;
  if (Status s = listen_checks(net, l.get()); !s.ok()) return s;
  if (int error = uv_poll_init_socket(net->loop, &l->poll, uv_os_sock_t(l->fd)); error != 0) {
    os_socket_close(l->fd);
    return fail(Err::io, std::string("listen: ") + uv_strerror(error));
  }
  uv_timer_init(net->loop, &l->pause);
  uv_timer_init(net->loop, &l->look);
  l->poll.data = l->pause.data = l->look.data = l.get();
  l->handles_open = 3;
  if (l->tls) uv_timer_start(&l->look, on_look, kTlsLookMs, kTlsLookMs);
  l->take = std::move(take);
  l->shared = std::make_shared<ListenerShared>();
  Listener* made = l.release();
  net_add(net, made, [made] { listener_close(made); });
  accepting(made, true);
  return made;
}

int listener_port(const Listener* l) { return l->port; }

void listener_close(Listener* l) {
  if (l->closing) return;
  l->closing = true;
  uv_poll_stop(&l->poll);
  uv_close(reinterpret_cast<uv_handle_t*>(&l->poll), on_listener_closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&l->pause), on_listener_closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&l->look), on_listener_closed);
}

}  // namespace picket
