// common/socket/plain.cc - TCP and UDP without TLS, by libuv alone: the result socket, StatsD, tcp and udp handlers.
#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <utility>

#include "common/text/log.h"
#include "common/socket/net_socket.h"

namespace picket {

struct TcpConn {
  Net* net = nullptr;
  uv_tcp_t stream{};
  uv_timer_t timer{};  // of the dial
  uv_connect_t connect{};
  uv_getaddrinfo_t resolver{};
  TcpHandler handler;
  std::vector<sockaddr_storage> addresses;
  size_t next = 0;
  std::string name, error, early;  // name: what is dialled; early: sent before the connection is there
  int port = 0;
  int writes = 0, handles_open = 0, requests = 0;
  bool open = false, stream_ready = false, closing = false, close_when_written = false, told_closed = false;
};

// The system's buffer is small and drops what does not fit, so it is emptied first, into a queue, and looked at afterwards.
struct UdpSocket {
  Net* net = nullptr;
  uv_udp_t handle{};
  uv_idle_t work{};   // while the queue is not empty
  uv_timer_t tell{};  // losses, at most one line in kUdpTellMs
  std::function<void(std::string_view, const std::string&)> on_datagram;
  struct Datagram { std::string bytes, peer; };
  std::deque<Datagram> queue;
  size_t queue_bytes = 0;
  uint64_t reads = 0, reads_seen = 0;  // datagrams read, and when the queue was last worked on
  int turns = 0;                       // for how many turns of the loop only reading was done
  uint64_t lost = 0, lost_told = 0;    // of our queue
  uint32_t system_lost = 0, system_told = 0;
  int port = 0, handles_open = 0;
  bool drained = false, closing = false;
};

namespace {

struct Write { uv_write_t request{}; std::string bytes; };

std::string ip_of(const sockaddr* a) {
  char ip[INET6_ADDRSTRLEN] = {};
  if (a->sa_family == AF_INET) uv_ip4_name(reinterpret_cast<const sockaddr_in*>(a), ip, sizeof ip);
  if (a->sa_family == AF_INET6) uv_ip6_name(reinterpret_cast<const sockaddr_in6*>(a), ip, sizeof ip);
  return std::strncmp(ip, "::ffff:", 7) == 0 && std::strchr(ip, '.') ? ip + 7 : ip;
}

bool address_from(const std::string& host, int port, sockaddr_storage* out) {
  std::string name = host.size() > 1 && host[0] == '[' ? host.substr(1, host.size() - 2) : host;
  return uv_ip4_addr(name.c_str(), port, reinterpret_cast<sockaddr_in*>(out)) == 0 ||
      uv_ip6_addr(name.c_str(), port, reinterpret_cast<sockaddr_in6*>(out)) == 0;
}

std::vector<sockaddr_storage> addresses_of(addrinfo* list, int port) {
  std::vector<sockaddr_storage> all;
  for (addrinfo* a = list; a; a = a->ai_next) {
    sockaddr_storage s{};
    memcpy(&s, a->ai_addr, std::min(sizeof s, static_cast<size_t>(a->ai_addrlen)));
    if (s.ss_family == AF_INET) reinterpret_cast<sockaddr_in*>(&s)->sin_port = htons(static_cast<uint16_t>(port));
    else if (s.ss_family == AF_INET6) reinterpret_cast<sockaddr_in6*>(&s)->sin6_port = htons(static_cast<uint16_t>(port));
    else continue;
    all.push_back(s);
  }
  return all;
}

// ---- one connection ----

void tcp_deliver(TcpConn* c, TcpEvent::Kind kind, std::string_view bytes = {}) {
  if (c->told_closed || !c->handler) return;
  TcpHandler handler = c->handler;
  handler(c, TcpEvent{kind, bytes, {}});
}

void tcp_maybe_gone(TcpConn* c) {
  if (c->handles_open > 0 || c->requests > 0) return;
  if (!c->told_closed) {
    c->told_closed = true;
    if (c->handler) c->handler(c, TcpEvent{TcpEvent::closed, {}, c->error});
  }
  net_remove(c->net, c);
  delete c;
}

void on_tcp_handle_closed(uv_handle_t* handle) {
  auto* c = static_cast<TcpConn*>(handle->data);
  c->handles_open--;
  tcp_maybe_gone(c);
}

void tcp_end(TcpConn* c, const std::string& error) {
  if (c->closing) return;
  c->closing = true;
  c->error = error;
  if (c->requests > 0) uv_cancel(reinterpret_cast<uv_req_t*>(&c->resolver));
  uv_close(reinterpret_cast<uv_handle_t*>(&c->timer), on_tcp_handle_closed);
  if (c->stream_ready && !uv_is_closing(reinterpret_cast<uv_handle_t*>(&c->stream)))
    uv_close(reinterpret_cast<uv_handle_t*>(&c->stream), on_tcp_handle_closed);
}

void on_tcp_alloc(uv_handle_t*, size_t, uv_buf_t* buffer) {
  static thread_local char bytes[64 * 1024];
  *buffer = uv_buf_init(bytes, sizeof bytes);
}

void on_tcp_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  auto* c = static_cast<TcpConn*>(stream->data);
  if (count > 0) return tcp_deliver(c, TcpEvent::data, std::string_view(buffer->base, static_cast<size_t>(count)));
  if (count == UV_EOF) {
    uv_read_stop(stream);
    return tcp_deliver(c, TcpEvent::ended);
  }
  if (count < 0) tcp_end(c, uv_strerror(static_cast<int>(count)));
}

void on_tcp_written(uv_write_t* request, int status) {
  std::unique_ptr<Write> write(static_cast<Write*>(request->data));
  auto* c = static_cast<TcpConn*>(request->handle->data);
  c->writes--;
  if (status != 0) return tcp_end(c, status == UV_ECANCELED ? "" : uv_strerror(status));
  if (c->writes > 0 || c->closing) return;
  if (c->close_when_written) return tcp_end(c, {});
  tcp_deliver(c, TcpEvent::drained);
}

void tcp_write(TcpConn* c, std::string bytes) {
  if (bytes.empty()) return;
  auto* write = new Write{{}, std::move(bytes)};
  write->request.data = write;
  uv_buf_t buffer = uv_buf_init(write->bytes.data(), static_cast<unsigned>(write->bytes.size()));
  int error = uv_write(&write->request, reinterpret_cast<uv_stream_t*>(&c->stream), &buffer, 1, on_tcp_written);
  if (error == 0) {
    c->writes++;
    return;
  }
  delete write;
  tcp_end(c, uv_strerror(error));
}

int tcp_stream_init(TcpConn* c) {
  int error = uv_tcp_init(c->net->loop, &c->stream);
  if (error != 0) return error;
  c->stream.data = c;
  c->stream_ready = true;
  c->handles_open++;
  return 0;
}

TcpConn* tcp_new(Net* net) {
  auto* c = new TcpConn;
  c->net = net;
  uv_timer_init(net->loop, &c->timer);
  c->timer.data = c;
  c->handles_open = 1;
  net_add(net, c, [c] { tcp_close(c); });
  return c;
}

// ---- dialling ----

void tcp_dial_next(TcpConn* c);

void on_tcp_connected(uv_connect_t* request, int status) {
  auto* c = static_cast<TcpConn*>(request->data);
  if (c->closing) return;
  if (status != 0) {
    c->error +=
        (c->error.empty() ? "" : "; ") + ip_of(reinterpret_cast<sockaddr*>(&c->addresses[c->next - 1])) + ": " + uv_strerror(status);
    uv_close(reinterpret_cast<uv_handle_t*>(&c->stream), [](uv_handle_t* h) {
      auto* conn = static_cast<TcpConn*>(h->data);
      conn->handles_open--;
      conn->stream_ready = false;
      if (conn->closing) tcp_maybe_gone(conn);
      else tcp_dial_next(conn);
    });
    return;
  }
  c->error.clear();
  c->open = true;
  uv_timer_stop(&c->timer);
  uv_tcp_nodelay(&c->stream, 1);
  uv_read_start(reinterpret_cast<uv_stream_t*>(&c->stream), on_tcp_alloc, on_tcp_read);
  tcp_write(c, std::exchange(c->early, {}));
  if (c->close_when_written && c->writes == 0) tcp_end(c, {});
}

void tcp_dial_next(TcpConn* c) {
  while (c->next < c->addresses.size() && !c->closing) {
    sockaddr* address = reinterpret_cast<sockaddr*>(&c->addresses[c->next++]);
    if (!c->stream_ready && tcp_stream_init(c) != 0) return tcp_end(c, "no socket could be made");
    c->connect.data = c;
    int error = uv_tcp_connect(&c->connect, &c->stream, address, on_tcp_connected);
    if (error == 0) return;
    c->error += (c->error.empty() ? "" : "; ") + ip_of(address) + ": " + uv_strerror(error);
  }
  if (!c->closing) tcp_end(c, "connect to " + c->name + ": " + (c->error.empty() ? "it has no address" : c->error));
}

void on_tcp_resolved(uv_getaddrinfo_t* request, int status, addrinfo* list) {
  auto* c = static_cast<TcpConn*>(request->data);
  c->requests--;
  c->addresses = addresses_of(list, c->port);
  uv_freeaddrinfo(list);
  if (c->closing) return tcp_maybe_gone(c);
  if (status != 0) return tcp_end(c, "connect to " + c->name + ": the name cannot be resolved: " + uv_strerror(status));
  tcp_dial_next(c);
}

void tcp_dial_start(TcpConn* c, const std::string& host) {
  if (c->closing) return;
  if (c->net->closing) return tcp_end(c, "the program is stopping");
  if (c->port < 1 || c->port > 65535) return tcp_end(c, "connect to " + c->name + ": a port is a number from 1 to 65535");
  sockaddr_storage address{};
  if (address_from(host, c->port, &address)) {
    c->addresses = {address};
    return tcp_dial_next(c);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  c->resolver.data = c;
  int error = uv_getaddrinfo(c->net->loop, &c->resolver, on_tcp_resolved, host.c_str(), nullptr, &hints);
  if (error != 0) return tcp_end(c, "connect to " + c->name + ": the name cannot be resolved: " + uv_strerror(error));
  c->requests++;
}

// ---- listening ----

void on_stream_connection(uv_stream_t* server, int status) {
  auto* l = static_cast<Listener*>(server->data);
  if (status != 0 || l->closing) return;
  TcpConn* c = tcp_new(l->net);
  if (tcp_stream_init(c) != 0 || uv_accept(server, reinterpret_cast<uv_stream_t*>(&c->stream)) != 0) return tcp_end(c, "accept failed");
  c->open = true;
  c->handler = l->accept_stream(c);
  uv_read_start(reinterpret_cast<uv_stream_t*>(&c->stream), on_tcp_alloc, on_tcp_read);
}

void on_stream_listener_closed(uv_handle_t* handle) {
  auto* l = static_cast<Listener*>(handle->data);
  net_remove(l->net, l);
  delete l;
}

Status stream_listen(Listener* l) {
  Result<intptr_t> fd = os_listen_tcp(l->options.host, l->options.port);
  if (!fd.ok()) return fd.status;
  l->port = os_socket_local(fd.value).port;
  int error = uv_tcp_open(&l->stream, static_cast<uv_os_sock_t>(fd.value));
  if (error == 0) error = uv_listen(reinterpret_cast<uv_stream_t*>(&l->stream), 1024, on_stream_connection);
  return error == 0 ? Status{} : fail(Err::io, "listen on port " + std::to_string(l->port) + ": " + uv_strerror(error));
}

// ---- UDP ----

void on_udp_alloc(uv_handle_t*, size_t, uv_buf_t* buffer) {
  static thread_local char bytes[64 * 1024];  // the largest datagram there is
  *buffer = uv_buf_init(bytes, sizeof bytes);
}

constexpr int kUdpBufferBytes = 8 << 20;    // asked of the system, which may give less (net.core.rmem_max)
constexpr size_t kUdpQueueMax = 16u << 20;  // bytes read and not looked at; further datagrams are lost, and counted
constexpr size_t kUdpEntryBytes = 128;      // what one takes beside its bytes
constexpr int kUdpPerTurn = 64, kUdpReadingTurnsMax = 256;
constexpr uint64_t kUdpTellMs = 10'000;

void udp_tell(UdpSocket* u) {
  uint64_t lost = u->lost - u->lost_told, by_system = u->system_lost - u->system_told;
  if (lost + by_system == 0) return;
  u->lost_told = u->lost;
  u->system_told = u->system_lost;
  log_warn("net", "datagrams lost: they came faster than they were taken",
           {{"port", u->port}, {"lost", lost + by_system}, {"of_the_system_buffer", by_system}});
  uv_timer_start(
      &u->tell, [](uv_timer_t* t) { udp_tell(static_cast<UdpSocket*>(t->data)); }, kUdpTellMs, 0);
}

// Told at once, and then again when the time is over.
void udp_losses_look(UdpSocket* u) {
  uv_os_fd_t fd;
  if (uv_fileno(reinterpret_cast<uv_handle_t*>(&u->handle), &fd) == 0) u->system_lost = os_udp_lost(intptr_t(fd), u->system_lost);
  if (!uv_is_active(reinterpret_cast<uv_handle_t*>(&u->tell))) udp_tell(u);
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
  size_t size = static_cast<size_t>(count) + kUdpEntryBytes;
  u->reads++;
  if (u->queue_bytes + size > kUdpQueueMax) {
    u->lost++;
    return;
  }
  u->queue_bytes += size;
  u->queue.push_back({std::string(buffer->base, static_cast<size_t>(count)), ip_of(from)});
  uv_idle_start(&u->work, on_udp_work);
}

struct UdpSend {
  Net* net;
  uv_udp_t handle{};
  uv_udp_send_t request{};
  uv_getaddrinfo_t resolver{};
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
  uv_buf_t buffer = uv_buf_init(u->bytes.data(), static_cast<unsigned>(u->bytes.size()));
  int error = uv_udp_send(&u->request, &u->handle, &buffer, 1, address, [](uv_udp_send_t* request, int status) {
    auto* send = static_cast<UdpSend*>(request->handle->data);
    udp_send_done(send, status == 0 ? Status{} : fail(Err::io, "send to " + send->name + ": " + uv_strerror(status)));
  });
  if (error != 0) udp_send_done(u, fail(Err::io, "send to " + u->name + ": " + uv_strerror(error)));
}

void on_udp_resolved(uv_getaddrinfo_t* request, int status, addrinfo* list) {
  auto* u = static_cast<UdpSend*>(request->data);
  std::vector<sockaddr_storage> all = addresses_of(list, u->port);
  uv_freeaddrinfo(list);
  if (status != 0 || all.empty())
    return udp_send_done(u, fail(Err::unavailable, "send to " + u->name + ": the name cannot be resolved: " + uv_strerror(status)));
  udp_send_to(u, reinterpret_cast<sockaddr*>(&all[0]));
}

}  // namespace

void streams_listener_close(Listener* l) { uv_close(reinterpret_cast<uv_handle_t*>(&l->stream), on_stream_listener_closed); }

Result<Listener*> tcp_listen(Net* net, const std::string& host, int port, std::function<TcpHandler(TcpConn*)> accept) {
  auto* l = new Listener;
  l->kind = Listener::streams;
  l->net = net;
  l->options.host = host;
  l->options.port = port;
  l->accept_stream = std::move(accept);
  uv_tcp_init(net->loop, &l->stream);
  l->stream.data = l;
  net_add(net, l, [l] { listener_close(l); });
  if (Status s = stream_listen(l); !s.ok()) {
    listener_close(l);
    return s;
  }
  return l;
}

TcpConn* tcp_connect(Net* net, const std::string& host, int port, int64_t timeout_ms, TcpHandler handler) {
  TcpConn* c = tcp_new(net);
  c->handler = std::move(handler);
  c->port = port;
  c->name = join_host_port(host, port);
  auto on_timeout = [](uv_timer_t* timer) {
    auto* conn = static_cast<TcpConn*>(timer->data);
    tcp_end(conn, "connect to " + conn->name + ": no connection in time");
  };
  if (timeout_ms > 0) uv_timer_start(&c->timer, on_timeout, static_cast<uint64_t>(timeout_ms), 0);
  c->requests++;  // the task below
  net_later(net, [c, host] {
    c->requests--;
    if (c->closing) return tcp_maybe_gone(c);
    tcp_dial_start(c, host);
  });
  return c;
}

void tcp_send(TcpConn* c, std::string bytes) {
  if (c->closing || c->close_when_written) return;
  if (c->open) return tcp_write(c, std::move(bytes));
  c->early += bytes;
}

void tcp_close(TcpConn* c) {
  if (c->closing || c->close_when_written) return;
  c->close_when_written = true;
  if (c->net->closing || (c->open && c->writes == 0)) tcp_end(c, {});
}

void tcp_abort(TcpConn* c) { tcp_end(c, {}); }

size_t tcp_queued(const TcpConn* c) {
  return c->open ? uv_stream_get_write_queue_size(reinterpret_cast<const uv_stream_t*>(&c->stream)) : c->early.size();
}

std::string tcp_peer(const TcpConn* c) {
  sockaddr_storage address{};
  int size = sizeof address;
  if (!c->stream_ready || uv_tcp_getpeername(&c->stream, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  int port = ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                                 : reinterpret_cast<sockaddr_in&>(address).sin_port);
  return join_host_port(ip_of(reinterpret_cast<sockaddr*>(&address)), port);
}

void tcp_read(TcpConn* c, bool on) {
  if (c->closing || !c->open) return;
  if (on) uv_read_start(reinterpret_cast<uv_stream_t*>(&c->stream), on_tcp_alloc, on_tcp_read);
  else uv_read_stop(reinterpret_cast<uv_stream_t*>(&c->stream));
}

Result<UdpSocket*> udp_listen(Net* net, const std::string& host, int port,
                              std::function<void(std::string_view, const std::string&)> on_datagram) {
  sockaddr_storage address{};
  std::string where = host.empty() ? "0.0.0.0" : host == "localhost" ? "127.0.0.1" : host;
  if (port < 0 || port > 65535 || !address_from(where, port, &address))
    return fail(Err::invalid, "listen on udp " + join_host_port(host, port) + ": give an address of this machine and a port up to 65535");
  auto* u = new UdpSocket;
  u->net = net;
  u->on_datagram = std::move(on_datagram);
  uv_udp_init(net->loop, &u->handle);
  uv_idle_init(net->loop, &u->work);
  uv_timer_init(net->loop, &u->tell);
  uv_unref(reinterpret_cast<uv_handle_t*>(&u->tell));
  u->handle.data = u->work.data = u->tell.data = u;
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
                  (error == UV_EADDRINUSE ? "; another program has this port: stop it or choose another port" : ""));
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
  udp_tell(u);
  u->closing = true;
  for (void* h : {(void*)&u->handle, (void*)&u->work, (void*)&u->tell})
    uv_close(static_cast<uv_handle_t*>(h), [](uv_handle_t* closed) {
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
  u->handle.data = u->resolver.data = u;
  net_add(net, u, [] {});  // ends by itself
  sockaddr_storage address{};
  if (port > 0 && port <= 65535 && address_from(host, port, &address)) return udp_send_to(u, reinterpret_cast<sockaddr*>(&address));
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  int error =
      port < 1 || port > 65535 ? UV_EINVAL : uv_getaddrinfo(net->loop, &u->resolver, on_udp_resolved, host.c_str(), nullptr, &hints);
  if (error != 0) udp_send_done(u, fail(Err::invalid, "send to " + u->name + ": " + uv_strerror(error)));
}

}  // namespace picket
