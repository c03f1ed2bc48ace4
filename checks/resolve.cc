// checks/resolve.cc - see resolve.h.
#include "checks/resolve.h"

#include <cstring>

namespace picket {

struct Resolve {
  uv_getaddrinfo_t request{};
  std::string host;
  bool running = false, left = false;
  std::function<void(Status, std::vector<Address>)> done;
};

namespace {

void on_resolved(uv_getaddrinfo_t* request, int status, addrinfo* found) {
  auto* r = static_cast<Resolve*>(request->data);
  r->running = false;
  std::vector<Address> addresses;
  for (addrinfo* a = found; a; a = a->ai_next) {
    Address address;
    memcpy(&address.bytes, a->ai_addr, a->ai_addrlen);
    addresses.push_back(address);
  }
  uv_freeaddrinfo(found);
  if (r->left) return delete r;
  if (status == 0 && addresses.empty()) status = UV_EAI_NONAME;
  const std::string host = r->host;
  auto done = std::move(r->done);  // it may let us go
  done(status == 0 ? Status{} : fail(Err::not_found, "the name " + host + " has no address: " + uv_strerror(status)), std::move(addresses));
}

}  // namespace

void ResolveCancel::operator()(Resolve* r) const {
  r->left = true;
  if (!r->running) return delete r;
  uv_cancel(reinterpret_cast<uv_req_t*>(&r->request));  // one that has begun goes on, and is freed when it ends
}

ResolvePtr resolve(uv_loop_t* loop, const std::string& host, int port, int family, std::function<void(Status, std::vector<Address>)> done) {
  ResolvePtr r(new Resolve);
  r->host = host;
  r->done = std::move(done);
  r->request.data = r.get();
  addrinfo hints{};
  hints.ai_family = family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  std::string bare = host.size() > 2 && host.front() == '[' && host.back() == ']' ? host.substr(1, host.size() - 2) : host;
  r->running = uv_getaddrinfo(loop, &r->request, on_resolved, bare.c_str(), std::to_string(port).c_str(), &hints) == 0;
  return r->running ? std::move(r) : nullptr;
}

std::string address_text(const Address& address) {
  char text[64] = {};
  if (address.bytes.ss_family == AF_INET6) uv_ip6_name(reinterpret_cast<const sockaddr_in6*>(&address.bytes), text, sizeof text);
  else uv_ip4_name(reinterpret_cast<const sockaddr_in*>(&address.bytes), text, sizeof text);
  return text;
}

int address_family(const Address& address) { return address.bytes.ss_family == AF_INET6 ? 6 : 4; }

}  // namespace picket
