// checks/io/resolve.cc - see resolve.h.
#include "checks/io/resolve.h"

#include <cstring>
#include <utility>

#include "common/process/blocking_worker.h"

namespace picket {

struct Resolve {
  struct Lookup {
    std::string host;
    int port = 0, family = 0, error = 0;
    std::string problem;
    std::vector<Address> found;
  };
  std::shared_ptr<Lookup> lookup = std::make_shared<Lookup>();  // the thread has its own hold on it
  uv_timer_t* later = nullptr;                                  // an address is no question: its answer is there on the next turn
  Worker* worker = nullptr;
  std::function<void(Status, std::vector<Address>)> done;
};

namespace {

void later_close(uv_timer_t* later) {
  uv_close(reinterpret_cast<uv_handle_t*>(later), [](uv_handle_t* h) { delete reinterpret_cast<uv_timer_t*>(h); });
}

void report(Resolve* r) {
  r->worker = nullptr;
  if (r->later) later_close(std::exchange(r->later, nullptr));
  auto lookup = r->lookup;
  auto done = std::move(r->done);  // it may let us go
  if (lookup->error == 0 && lookup->found.empty()) lookup->error = UV_EAI_NONAME;
  if (lookup->problem.empty() && lookup->error != 0) lookup->problem = uv_strerror(lookup->error);
  if (lookup->problem.empty()) return done({}, std::move(lookup->found));
  done(fail(Err::not_found, "the name " + lookup->host + " could not be resolved: " + lookup->problem), {});
}

bool is_address(Resolve::Lookup* l) {
  Address a;
  bool v4 = uv_ip4_addr(l->host.c_str(), l->port, reinterpret_cast<sockaddr_in*>(&a.bytes)) == 0;
  bool v6 = !v4 && uv_ip6_addr(l->host.c_str(), l->port, reinterpret_cast<sockaddr_in6*>(&a.bytes)) == 0;
  if (!v4 && !v6) return false;
  if (l->family == 0 || l->family == (v6 ? 6 : 4)) l->found.push_back(a);
  else l->error = UV_EAI_ADDRFAMILY;
  return true;
}

// Blocks. libuv looks up in place when there is no callback, and counts that in a loop, which therefore is our own.
void look_up(Resolve::Lookup* l) {
  work_note("the address of " + l->host);
  addrinfo hints{};
  hints.ai_family = l->family == 4 ? AF_INET : l->family == 6 ? AF_INET6 : AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  uv_loop_t loop;
  uv_getaddrinfo_t request;
  l->error = uv_loop_init(&loop);
  if (l->error != 0) return;
  l->error = uv_getaddrinfo(&loop, &request, nullptr, l->host.c_str(), std::to_string(l->port).c_str(), &hints);
  for (addrinfo* a = l->error == 0 ? request.addrinfo : nullptr; a; a = a->ai_next) {
    Address address;
    memcpy(&address.bytes, a->ai_addr, a->ai_addrlen);
    l->found.push_back(address);
  }
  if (l->error == 0) uv_freeaddrinfo(request.addrinfo);
  uv_loop_close(&loop);
}

}  // namespace

void ResolveCancel::operator()(Resolve* r) const {
  if (r->later) later_close(r->later);
  if (r->worker) worker_leave(r->worker);
  delete r;
}

ResolvePtr resolve(uv_loop_t* loop, const std::string& host, int port, int family, std::function<void(Status, std::vector<Address>)> done) {
  ResolvePtr r(new Resolve);
  bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  *r->lookup = {brackets ? host.substr(1, host.size() - 2) : host, port, family, 0, {}, {}};
  r->done = std::move(done);
  const std::string key = "the address of " + r->lookup->host;
  if (!worker_stuck(key).empty()) r->lookup->problem = "an earlier query for it is still pending";
  if (is_address(r->lookup.get()) || !r->lookup->problem.empty()) {
    uv_timer_init(loop, r->later = new uv_timer_t);
    r->later->data = r.get();
    uv_timer_start(
        r->later, [](uv_timer_t* t) { report(static_cast<Resolve*>(t->data)); }, 0, 0);
    return r;
  }
  r->worker = worker_start(
      loop, key, [lookup = r->lookup] { look_up(lookup.get()); }, [raw = r.get()] { report(raw); });
  return r;
}

std::string address_text(const Address& address) {
  char text[64] = {};
  if (address.bytes.ss_family == AF_INET6) uv_ip6_name(reinterpret_cast<const sockaddr_in6*>(&address.bytes), text, sizeof text);
  else uv_ip4_name(reinterpret_cast<const sockaddr_in*>(&address.bytes), text, sizeof text);
  return text;
}

int address_family(const Address& address) { return address.bytes.ss_family == AF_INET6 ? 6 : 4; }

}  // namespace picket
