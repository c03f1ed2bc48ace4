// checks/os/ping_unix.cc - ICMP by the unprivileged sockets of Linux, or a raw one where we may; the system's name servers.
#include <fcntl.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "checks/os/ping.h"
#include "checks/facts/proc_text.h"
#include "common/os/os.h"

namespace picket {

struct IcmpPing {
  uv_poll_t poll{};
  int fd = -1;
  Address address;
  bool v6 = false, raw = false;
  uint16_t id = 0;
  size_t payload = 56;
  std::function<void(int, double)> on_reply;
};

namespace {

constexpr size_t kHeader = 8;  // type, code, checksum, id, number
constexpr size_t kStamp = 8;   // of the payload: when it was sent

uint16_t checksum(const std::string& bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes.size(); i += 2)
    sum += uint32_t(static_cast<unsigned char>(bytes[i])) << 8 | (i + 1 < bytes.size() ? static_cast<unsigned char>(bytes[i + 1]) : 0);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return uint16_t(~sum);
}

uint16_t number_at(const char* bytes) { return uint16_t(static_cast<unsigned char>(bytes[0]) << 8 | static_cast<unsigned char>(bytes[1])); }

// Skips the IP header that raw sockets of IPv4 have in front.
std::string_view message_of(const IcmpPing* p, std::string_view bytes) {
  if (!p->raw || p->v6) return bytes;
  size_t header = bytes.empty() ? 0 : size_t(bytes[0] & 15) * 4;
  return bytes.substr(std::min(header, bytes.size()));
}

void on_readable(uv_poll_t* poll, int, int) {
  auto* p = static_cast<IcmpPing*>(poll->data);
  char buffer[64 * 1024];
  for (ssize_t n; (n = recv(p->fd, buffer, sizeof buffer, MSG_DONTWAIT)) > 0;) {
    std::string_view m = message_of(p, {buffer, size_t(n)});
    auto reply = static_cast<unsigned char>(p->v6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY);
    if (m.size() < kHeader + kStamp || static_cast<unsigned char>(m[0]) != reply) continue;
    if (p->raw && number_at(&m[4]) != p->id) continue;  // the kernel chooses it, and filters by it, otherwise
    uint64_t sent = 0;
    memcpy(&sent, &m[kHeader], sizeof sent);
    p->on_reply(number_at(&m[6]), double(uv_hrtime() - sent) / 1e9);
    if (uv_is_closing(reinterpret_cast<uv_handle_t*>(poll))) return;
  }
}

}  // namespace

Result<PingPtr> ping_open(uv_loop_t* loop, const Address& address, size_t payload, std::function<void(int, double)> on_reply) {
  bool v6 = address.bytes.ss_family == AF_INET6;
  int family = v6 ? AF_INET6 : AF_INET, protocol = v6 ? int(IPPROTO_ICMPV6) : int(IPPROTO_ICMP);
  bool raw = false;
  int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (fd < 0) fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol), raw = true;
  if (fd < 0)
    return fail(Err::denied,
                std::string("ping is not permitted: ") + strerror(errno) +
                    "; allow it for groups (sysctl net.ipv4.ping_group_range=\"0 2147483647\"), or give picket the capability NET_RAW");
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address.bytes), v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in)) != 0) {
    Status s = fail(Err::unavailable, std::string("host unreachable: ") + strerror(errno));
    close(fd);
    return s;
  }
  PingPtr p(new IcmpPing);
  p->fd = fd, p->address = address, p->v6 = v6, p->raw = raw;
  p->id = uint16_t(getpid() ^ fd << 8);
  p->payload = std::max(payload, kStamp);
  p->on_reply = std::move(on_reply);
  uv_poll_init(loop, &p->poll, fd);
  p->poll.data = p.get();
  uv_poll_start(&p->poll, UV_READABLE, on_readable);
  return p;
}

void PingClose::operator()(IcmpPing* p) const {
  uv_poll_stop(&p->poll);
  uv_close(reinterpret_cast<uv_handle_t*>(&p->poll), [](uv_handle_t* h) {
    auto* ping = static_cast<IcmpPing*>(h->data);
    close(ping->fd);
    delete ping;
  });
}

void ping_send(IcmpPing* p, int number) {
  std::string m(kHeader + p->payload, '\0');
  m[0] = char(p->v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO);
  m[4] = char(p->id >> 8), m[5] = char(p->id);
  m[6] = char(number >> 8), m[7] = char(number);
  uint64_t now = uv_hrtime();
  memcpy(&m[kHeader], &now, sizeof now);
  uint16_t sum = p->v6 ? 0 : checksum(m);  // the kernel's for IPv6
  m[2] = char(sum >> 8), m[3] = char(sum);
  (void)!send(p->fd, m.data(), m.size(), 0);  // one that cannot be sent is one that does not come back
}

std::vector<std::string> os_name_servers() {
  std::vector<std::string> servers;
  Result<std::string> text = os_read_file("/etc/resolv.conf", 64 * 1024);
  for (std::string_view line : lines_of(text.value))
    if (auto w = words_of(line); w.size() >= 2 && w[0] == "nameserver") servers.emplace_back(w[1]);
  return servers;
}

}  // namespace picket
