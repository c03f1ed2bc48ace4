// checks/os/ping_win.cc - echo requests by the system's own service, which needs no privileges and blocks: a thread for each.
#include "common/os/os_win.h"

#include <iphlpapi.h>
#include <icmpapi.h>

#include <cmath>

#include "checks/os/ping.h"
#include "common/process/blocking_worker.h"

namespace picket {

struct IcmpPing {
  uv_loop_t* loop = nullptr;
  Address address;
  size_t payload = 56;
  std::function<void(int, double)> on_reply;
  std::shared_ptr<bool> alive = std::make_shared<bool>(true);
};

namespace {

constexpr DWORD kWaitMs = 5000;

struct Icmp6Reply { char address[26]; ULONG status, round_trip; };  // ICMPV6_ECHO_REPLY, which mingw's headers do not have

double echo_v4(const Address& address, std::string payload) {
  HANDLE icmp = IcmpCreateFile();
  if (icmp == INVALID_HANDLE_VALUE) return NAN;
  std::vector<char> reply(sizeof(ICMP_ECHO_REPLY) + payload.size() + 64);
  auto* to = reinterpret_cast<const sockaddr_in*>(&address.bytes);
  uint64_t began = uv_hrtime();
  DWORD count =
      IcmpSendEcho(icmp, to->sin_addr.s_addr, &payload[0], WORD(payload.size()), nullptr, reply.data(), DWORD(reply.size()), kWaitMs);
  double seconds = double(uv_hrtime() - began) / 1e9;
  IcmpCloseHandle(icmp);
  return count > 0 && reinterpret_cast<ICMP_ECHO_REPLY*>(reply.data())->Status == IP_SUCCESS ? seconds : NAN;
}

double echo_v6(const Address& address, std::string payload) {
  HANDLE icmp = Icmp6CreateFile();
  if (icmp == INVALID_HANDLE_VALUE) return NAN;
  std::vector<char> reply(sizeof(Icmp6Reply) + payload.size() + 64);
  sockaddr_in6 from{}, to = *reinterpret_cast<const sockaddr_in6*>(&address.bytes);
  from.sin6_family = AF_INET6;
  IP_OPTION_INFORMATION options{};
  options.Ttl = 64;
  uint64_t began = uv_hrtime();
  DWORD count = Icmp6SendEcho2(icmp, nullptr, nullptr, nullptr, &from, &to, &payload[0], WORD(payload.size()), &options, reply.data(),
                               DWORD(reply.size()), kWaitMs);
  double seconds = double(uv_hrtime() - began) / 1e9;
  IcmpCloseHandle(icmp);
  return count > 0 && reinterpret_cast<Icmp6Reply*>(reply.data())->status == IP_SUCCESS ? seconds : NAN;
}

}  // namespace

Result<PingPtr> ping_open(uv_loop_t* loop, const Address& address, size_t payload, std::function<void(int, double)> on_reply) {
  PingPtr p(new IcmpPing);
  p->loop = loop, p->address = address, p->payload = payload;
  p->on_reply = std::move(on_reply);
  return p;
}

void PingClose::operator()(IcmpPing* p) const {
  *p->alive = false;
  delete p;
}

void ping_send(IcmpPing* p, int number) {
  auto seconds = std::make_shared<double>(NAN);
  auto work = [seconds, address = p->address, payload = p->payload] {
    std::string bytes(payload, 'p');
    *seconds = address.bytes.ss_family == AF_INET6 ? echo_v6(address, bytes) : echo_v4(address, bytes);
  };
  worker_start(p->loop, "", work, [p, alive = p->alive, number, seconds] {
    if (*alive && std::isfinite(*seconds)) p->on_reply(number, *seconds);
  });
}

std::vector<std::string> os_name_servers() {
  std::vector<std::string> servers;
  ULONG size = 0;
  if (GetNetworkParams(nullptr, &size) != ERROR_BUFFER_OVERFLOW) return servers;
  std::vector<char> buffer(size);
  auto* info = reinterpret_cast<FIXED_INFO*>(buffer.data());
  if (GetNetworkParams(info, &size) != NO_ERROR) return servers;
  for (const IP_ADDR_STRING* a = &info->DnsServerList; a; a = a->Next)
    if (a->IpAddress.String[0]) servers.emplace_back(a->IpAddress.String);
  return servers;
}

}  // namespace picket
