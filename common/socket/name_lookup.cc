// common/socket/name_lookup.cc - see name_lookup.h.
#include "common/socket/name_lookup.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "common/socket/net_socket.h"

namespace picket {

struct NameLookup {
  Net* net = nullptr;
  std::string host;
  uv_getaddrinfo_t request{};
  NameLookupDone done;
};

namespace {

Status unresolved(const std::string& host, int error) {
  return fail(Err::unavailable, "the name \"" + host + "\" could not be resolved: " + uv_strerror(error));
}

// Addresses of one link mean nothing without its name.
std::string with_zone(std::string ip, uint32_t scope) {
  char zone[UV_IF_NAMESIZE];
  size_t size = sizeof zone;
  if (scope == 0 || uv_if_indextoiid(scope, zone, &size) != 0) return ip;
  return ip + "%" + zone;
}

std::string address_text(const addrinfo* a) {
  char ip[INET6_ADDRSTRLEN] = {};
  if (a->ai_family == AF_INET) uv_ip4_name(reinterpret_cast<sockaddr_in*>(a->ai_addr), ip, sizeof ip);
  if (a->ai_family != AF_INET6) return ip;
  const auto* six = reinterpret_cast<sockaddr_in6*>(a->ai_addr);
  uv_ip6_name(six, ip, sizeof ip);
  return with_zone(ip, six->sin6_scope_id);
}

std::vector<std::string> addresses_of(const addrinfo* list) {
  std::vector<std::string> all;
  for (const addrinfo* a = list; a; a = a->ai_next) {
    std::string ip = address_text(a);
    if (!ip.empty() && std::find(all.begin(), all.end(), ip) == all.end()) all.push_back(std::move(ip));
  }
  return all;
}

void on_resolved(uv_getaddrinfo_t* request, int error, addrinfo* list) {
  std::unique_ptr<NameLookup> lookup(static_cast<NameLookup*>(request->data));
  std::vector<std::string> addresses = addresses_of(list);
  uv_freeaddrinfo(list);
  net_remove(lookup->net, lookup.get());
  if (!lookup->done) return;
  if (error != 0) lookup->done(unresolved(lookup->host, error));
  else lookup->done(std::move(addresses));
}

}  // namespace

Result<NameLookup*> name_lookup(Net* net, const std::string& host, NameLookupDone done) {
  auto lookup = std::make_unique<NameLookup>();
  lookup->net = net;
  lookup->host = host;
  lookup->done = std::move(done);
  lookup->request.data = lookup.get();
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;  // each address once
  int error = uv_getaddrinfo(net->loop, &lookup->request, on_resolved, host.c_str(), nullptr, &hints);
  if (error != 0) return unresolved(host, error);
  net_add(net, lookup.get(), [] {});  // ends by itself
  return lookup.release();
}

void name_lookup_cancel(NameLookup* lookup) {
  lookup->done = nullptr;
  uv_cancel(reinterpret_cast<uv_req_t*>(&lookup->request));  // its callback comes in any case
}

bool name_is_address(const std::string& host) {
  unsigned char bytes[16];
  return uv_inet_pton(AF_INET, host.c_str(), bytes) == 0 || uv_inet_pton(AF_INET6, host.c_str(), bytes) == 0;
}

std::string name_without_brackets(const std::string& host) {
  return host.size() > 1 && host.front() == '[' && host.back() == ']' ? host.substr(1, host.size() - 2) : host;
}

}  // namespace picket
