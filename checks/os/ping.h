// checks/os/ping.h - echo requests to one address, without privileges where the system can. ping_unix.cc, ping_win.cc.
#pragma once
#include <uv.h>

#include <functional>
#include <memory>

#include "checks/io/resolve.h"

namespace picket {

struct IcmpPing;
struct PingClose { void operator()(IcmpPing* ping) const; };
using PingPtr = std::unique_ptr<IcmpPing, PingClose>;  // gone: silent
// `on_reply`: which one came back, and how long it took, in seconds. Errors say what right is missing.
Result<PingPtr> ping_open(uv_loop_t* loop, const Address& address, size_t payload,
                          std::function<void(int number, double seconds)> on_reply);
void ping_send(IcmpPing* ping, int number);

std::vector<std::string> os_name_servers();  // addresses of the system's DNS servers

}  // namespace picket
