// common/socket/udp.cc - datagrams, by libuv alone: the result socket, StatsD, udp handlers.
#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <utility>

#include "common/socket/name_lookup.h"
#include "common/socket/net_socket.h"
#include "common/text/log.h"

namespace picket {

// The system's buffer is small and drops what does not fit, so it is emptied first, into a queue, and looked at afterwards.
struct UdpSocket {
  Net* net = nullptr;
  uv_udp_t handle{};
  uv_idle_t work{};        // while the queue is not empty
  uv_timer_t log_timer{};  // losses, at most one line in kUdpLogMs
  std::function<void(std::string_view, const std::string&)> on_datagram;
  struct Datagram { std::string bytes, peer; };
  std::deque<Datagram> queue;
  size_t queue_bytes = 0;
  uint64_t reads = 0, reads_seen = 0;  // datagrams read, and when the queue was last worked on
  int turns = 0;                       // for how many turns of the loop only reading was done
  uint64_t lost = 0, lost_logged = 0;  // of our queue
  uint32_t system_lost = 0, system_logged = 0;
  int port = 0, handles_open = 0;
  bool drained = false, closing = false;
};

namespace {

std::string ip_of(const sockaddr* a) {
  char ip[INET6_ADDRSTRLEN] = {};
  if (a->sa_family == AF_INET) uv_ip4_name(reinterpret_cast<const sockaddr_in*>(a), ip, sizeof ip);
  if (a->sa_family == AF_INET6) uv_ip6_name(reinterpret_cast<const sockaddr_in6*>(a), ip, sizeof ip);
  return std::strncmp(ip, "::ffff:", 7) == 0 && std::strchr(ip, '.') ? ip + 7 : ip;
}

bool address_from(const std::string& host, int port, sockaddr_storage* out) {
  const std::string name = name_without_brackets(host);
  return uv_ip4_addr(name.c_str(), port, reinterpret_cast<sockaddr_in*>(out)) == 0 ||
      uv_ip6_addr(name.c_str(), port, reinterpret_cast<sockaddr_in6*>(out)) == 0;
}

// ---- datagrams that come ----

void on_udp_alloc(uv_handle_t*, size_t, uv_buf_t* buffer) {
  static thread_local char bytes[64 * 1024];  // the largest datagram there is
  *buffer = uv_buf_init(bytes, sizeof bytes);
}

constexpr int kUdpBufferBytes = 8 << 20;    // asked of the system, which may give less (sysctl net.core.rmem_max)
constexpr size_t kUdpQueueMax = 16u << 20;  // bytes read and not looked at; further datagrams are lost, and counted
constexpr size_t kUdpEntryBytes = 128;      // what one takes beside its bytes
constexpr int kUdpPerTurn = 64, kUdpReadingTurnsMax = 256;
constexpr uint64_t kUdpLogMs = 10'000;

void udp_losses_log(UdpSocket* u) {
  uint64_t lost = u->lost - u->lost_logged, by_system = u->system_lost - u->system_logged;
  if (lost + by_system == 0) return;
  u->lost_logged = u->lost;
  u->system_logged = u->system_lost;
  log_warn("net", "datagrams lost: they arrived faster than they were processed",
           {{"port", u->port}, {"lost", lost + by_system}, {"of_the_system_buffer", by_system}});
  uv_timer_start(
      &u->log_timer, [](uv_timer_t* t) { udp_losses_log(static_cast<UdpSocket*>(t->data)); }, kUdpLogMs, 0);
}

// Reported at once, and then again when the time is over.
void udp_losses_look(UdpSocket* u) {
  uv_os_fd_t fd;
  if (uv_fileno(reinterpret_cast<uv_handle_t*>(&u->handle), &fd) == 0) u->system_lost = os_udp_lost(intptr_t(fd), u->system_lost);
  if (!uv_is_active(reinterpret_cast<uv_handle_t*>(&u->log_timer))) udp_losses_log(u);
}

// As long as there is something to read, only that is done: it is quick.
bool udp_reads_on(UdpSocket* u) {
  bool more = !u->drained && u->reads != u->reads_seen && u->queue_bytes < kUdpQueueMax / 2 && u->turns < kUdpReadingTurnsMax;
  u->reads_seen = u->reads;
  u->turns = more ? u->turns + 1 : 0;
  return more;
}

void on_udp_work(uv_idle_t* work) {
  auto* u = static_cast<UdpSocket*>(work->data);
  if (udp_reads_on(u)) return;
  for (int i = 0; i < kUdpPerTurn && !u->queue.empty() && !u->closing; i++) {
    UdpSocket::Datagram d = std::move(u->queue.front());
    u->queue.pop_front();
    u->queue_bytes -= d.bytes.size() + kUdpEntryBytes;
    u->on_datagram(d.bytes, d.peer);
  }
  if (u->closing || !u->queue.empty()) return;
  uv_idle_stop(work);
  udp_losses_look(u);
}

void on_udp_read(uv_udp_t* handle, ssize_t count, const uv_buf_t* buffer, const sockaddr* from, unsigned flags) {
  auto* u = static_cast<UdpSocket*>(handle->data);
  u->drained = !from;
  if (!from || count < 0 || (flags & UV_UDP_PARTIAL) || u->closing) return;
  size_t size = size_t(count) + kUdpEntryBytes;
  u->reads++;
  if (u->queue_bytes + size > kUdpQueueMax) {
    u->lost++;
    return;
  }
  u->queue_bytes += size;
  u->queue.push_back({std::string(buffer->base, size_t(count)), ip_of(from)});
  uv_idle_start(&u->work, on_udp_work);
}

// ---- one that goes ----

struct UdpSend {
  Net* net;
  uv_udp_t handle{};
  uv_udp_send_t request{};
  std::string bytes, name;
  int port = 0;
  Status status;
  std::function<void(Status)> done;
};

void udp_send_done(UdpSend* u, Status status) {
  u->status = std::move(status);
  uv_close(reinterpret_cast<uv_handle_t*>(&u->handle), [](uv_handle_t* h) {
    std::unique_ptr<UdpSend> send(static_cast<UdpSend*>(h->data));
    net_remove(send->net, send.get());
    if (send->done) send->done(send->status);
  });
}

void udp_send_to(UdpSend* u, const sockaddr* address) {
  uv_buf_t buffer = uv_buf_init(u->bytes.data(), unsigned(u->bytes.size()));
  int error = uv_udp_send(&u->request, &u->handle, &buffer, 1, address, [](uv_udp_send_t* request, int status) {
    auto* send = static_cast<UdpSend*>(request->handle->data);
    udp_send_done(send, status == 0 ? Status{} : fail(Err::io, "send to " + send->name + ": " + uv_strerror(status)));
  });
  if (error != 0) udp_send_done(u, fail(Err::io, "send to " + u->name + ": " + uv_strerror(error)));
}

void on_addresses(UdpSend* u, const Result<std::vector<std::string>>& found) {
  sockaddr_storage address{};
  if (!found.ok()) return udp_send_done(u, because("send to " + u->name, found.status));
  if (found.value.empty() || !address_from(found.value[0], u->port, &address))
    return udp_send_done(u, fail(Err::unavailable, "send to " + u->name + ": it has no address"));
  udp_send_to(u, reinterpret_cast<sockaddr*>(&address));
}

void udp_send_begin(UdpSend* u, const std::string& host) {
  sockaddr_storage address{};
  if (u->port < 1 || u->port > 65535)
    return udp_send_done(u, fail(Err::invalid, "send to " + u->name + ": expected a port from 1 to 65535"));
  if (address_from(host, u->port, &address)) return udp_send_to(u, reinterpret_cast<sockaddr*>(&address));
  Result<NameLookup*> lookup = name_lookup(u->net, host, [u](const Result<std::vector<std::string>>& found) { on_addresses(u, found); });
  if (!lookup.ok()) udp_send_done(u, because("send to " + u->name, lookup.status));
}

}  // namespace

Result<UdpSocket*> udp_listen(Net* net, const std::string& host, int port,
                              std::function<void(std::string_view, const std::string&)> on_datagram) {
  sockaddr_storage address{};
  std::string where = host.empty() ? "0.0.0.0" : host == "localhost" ? "127.0.0.1" : host;
  if (port < 0 || port > 65535 || !address_from(where, port, &address))
    return fail(Err::invalid,
                "listen on udp " + join_host_port(host, port) + ": expected an address of this machine and a port up to 65535");
  auto* u = new UdpSocket;
  u->net = net;
  u->on_datagram = std::move(on_datagram);
  uv_udp_init(net->loop, &u->handle);
  uv_idle_init(net->loop, &u->work);
  uv_timer_init(net->loop, &u->log_timer);
  uv_unref(reinterpret_cast<uv_handle_t*>(&u->log_timer));
  u->handle.data = u->work.data = u->log_timer.data = u;
  u->handles_open = 3;
  net_add(net, u, [u] { udp_close(u); });
  int error = uv_udp_bind(&u->handle, reinterpret_cast<sockaddr*>(&address), 0);
  if (error == 0) error = uv_udp_recv_start(&u->handle, on_udp_alloc, on_udp_read);
  uv_os_fd_t fd;
  if (error == 0 && uv_fileno(reinterpret_cast<uv_handle_t*>(&u->handle), &fd) == 0) os_udp_buffer(intptr_t(fd), kUdpBufferBytes);
  u->port = udp_port(u);
  if (error == 0) return u;
  udp_close(u);
  return fail(Err::io,
              "listen on udp " + join_host_port(where, port) + ": " + uv_strerror(error) +
                  (error == UV_EADDRINUSE ? "; another program uses this port: stop it or choose another port" : ""));
}

int udp_port(const UdpSocket* u) {
  sockaddr_storage address{};
  int size = sizeof address;
  if (uv_udp_getsockname(&u->handle, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

void udp_close(UdpSocket* u) {
  if (u->closing) return;
  udp_losses_log(u);
  u->closing = true;
  for (uv_handle_t* h : {reinterpret_cast<uv_handle_t*>(&u->handle), reinterpret_cast<uv_handle_t*>(&u->work),
                         reinterpret_cast<uv_handle_t*>(&u->log_timer)})
    uv_close(h, [](uv_handle_t* closed) {
      auto* socket = static_cast<UdpSocket*>(closed->data);
      if (--socket->handles_open > 0) return;
      net_remove(socket->net, socket);
      delete socket;
    });
}

void udp_send(Net* net, const std::string& host, int port, std::string bytes, std::function<void(Status)> done) {
  auto* u = new UdpSend;
  u->net = net;
  u->bytes = std::move(bytes);
  u->name = join_host_port(host, port);
  u->port = port;
  u->done = std::move(done);
  uv_udp_init(net->loop, &u->handle);
  u->handle.data = u;
  net_add(net, u, [] {});  // ends by itself
  udp_send_begin(u, host);
}

}  // namespace picket
