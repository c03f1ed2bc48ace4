// checks/io/resolve.h - a name to its addresses, on a thread (blocking_worker.h): servers of names that do not answer keep it for half a
// minute, and
// libuv's few threads are what passwords, assets and the agent's own connection wait for.
#pragma once
#include <uv.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/basic/result.h"

namespace picket {

struct Address { sockaddr_storage bytes{}; };
std::string address_text(const Address& address);  // without the port
int address_family(const Address& address);        // 4 or 6

struct Resolve;
struct ResolveCancel { void operator()(Resolve* resolve) const; };
using ResolvePtr = std::unique_ptr<Resolve, ResolveCancel>;  // gone: no answer any more
// `family`: 4, 6, or 0 for both. `done` is called once, never from inside the call, with at least one address or an error.
ResolvePtr resolve(uv_loop_t* loop, const std::string& host, int port, int family, std::function<void(Status, std::vector<Address>)> done);

}  // namespace picket
