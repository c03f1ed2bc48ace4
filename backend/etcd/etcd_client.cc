// backend/etcd/etcd_client.cc - endpoints, which of them are well, and one call through them.
#include <algorithm>
#include <utility>

#include "backend/etcd/etcd_client_state.h"
#include "common/text/log.h"
#include "common/text/url.h"

namespace picket {
namespace {

constexpr const char* kComponent = "etcd";
constexpr size_t kUnlistedMax = kEtcdMembersMax;  // endpoints asked by name; beyond it the oldest is closed

void say(const EtcdClient* c, LogLevel level, const char* what, LogFields fields) {
  if (level >= c->log_level) log_line(level, kComponent, what, fields);
}

int64_t now(const EtcdClient* c) { return int64_t(uv_now(c->net->loop)); }

// ---- the list ----

std::unique_ptr<EtcdEndpoint> endpoint_make(EtcdClient* c, const std::string& url, Status* status) {
  HttpPeerOptions options;
  options.url = url;
  options.tls = c->tls;
  options.connections_max = kEtcdConnectionsMax;
  options.waiting_max = kEtcdWaitingMax;
  *status = etcd_endpoint_check(url);
  Result<HttpPeer*> peer = status->ok() ? http_peer_open(c->net, std::move(options)) : Result<HttpPeer*>(*status);
  *status = peer.status;
  if (!peer.ok()) return nullptr;
  c->open++;
  auto e = std::make_unique<EtcdEndpoint>();
  e->url = url;
  e->peer = peer.value;
  return e;
}

void endpoint_close(EtcdClient* c, std::unique_ptr<EtcdEndpoint> e) {
  http_peer_close(e->peer, [c] { etcd_closed_one(c); });
}

// ---- probes ----

void well_again(EtcdClient* c, const std::string& url, const Status& status) {
  EtcdEndpoint* e = etcd_find(c, url);
  if (!e) return;
  e->probing = false;
  if (!status.ok() || e->well) return;
  e->well = true;
  say(c, LogLevel::info, "an etcd endpoint answers again", {{"endpoint", url}});
}

void probe(EtcdClient* c, EtcdEndpoint* e) {
  if (e->well || e->probing || !e->listed) return;
  e->probing = true;
  EtcdRange range;
  range.key = std::string(1, '\0');
  range.count_only = true;
  EtcdWay way;
  way.timeout_ms = kEtcdProbeMs;
  way.endpoint = e->url;
  etcd_range(c, range, way, [c, url = e->url](const Result<EtcdRangeAnswer>& r) { well_again(c, url, r.status); });
}

void on_probe(uv_timer_t* timer) {
  auto* c = static_cast<EtcdClient*>(timer->data);
  for (auto& e : c->endpoints) probe(c, e.get());
  if (std::all_of(c->endpoints.begin(), c->endpoints.end(), [](auto& e) { return e->well || !e->listed; })) uv_timer_stop(timer);
}

}  // namespace

EtcdEndpoint* etcd_choose(EtcdClient* c, const std::vector<std::string>& tried) {
  EtcdEndpoint* best = nullptr;
  for (auto& e : c->endpoints) {
    if (!e->listed || std::find(tried.begin(), tried.end(), e->url) != tried.end()) continue;
    if (e->well) return e.get();
    if (!best || e->failed_at < best->failed_at) best = e.get();
  }
  return best;
}

EtcdEndpoint* etcd_find(EtcdClient* c, const std::string& url) {
  for (auto& e : c->endpoints)
    if (e->url == url) return e.get();
  return nullptr;
}

EtcdEndpoint* etcd_endpoint_by_name(EtcdClient* c, const std::string& url, Status* status) {
  if (EtcdEndpoint* e = etcd_find(c, url)) return e;
  auto is_listed = [](auto& e) { return e->listed; };
  auto unlisted = std::find_if_not(c->endpoints.begin(), c->endpoints.end(), is_listed);
  if (size_t(c->endpoints.end() - unlisted) >= kUnlistedMax) {
    endpoint_close(c, std::move(*unlisted));
    c->endpoints.erase(unlisted);
  }
  std::unique_ptr<EtcdEndpoint> made = endpoint_make(c, url, status);
  if (!made) return nullptr;
  c->endpoints.push_back(std::move(made));
  return c->endpoints.back().get();
}

void etcd_unwell(EtcdClient* c, const std::string& url, const std::string& why) {
  EtcdEndpoint* e = etcd_find(c, url);
  if (!e || !e->listed || c->closing) return;
  e->failed_at = now(c);
  if (!std::exchange(e->well, false)) return;
  say(c, LogLevel::warn, "an etcd endpoint failed; asking the others", {{"endpoint", url}, {"error", why}});
  if (!uv_is_active(reinterpret_cast<uv_handle_t*>(&c->probe)))
    uv_timer_start(&c->probe, on_probe, uint64_t(kEtcdProbeMs), uint64_t(kEtcdProbeMs));
}

Status etcd_endpoint_check(const std::string& text) {
  Result<Url> url = url_parse(text);
  const char* expected = "expected http://HOST:PORT or https://HOST:PORT";
  if (!url.ok()) return fail(Err::invalid, url_shown(text) + ": " + url.status.message + "; " + expected);
  const Url& u = url.value;
  if ((u.scheme != "http" && u.scheme != "https") || u.host.empty() || u.port == 0 || u.path != "/" || !u.user.empty())
    return fail(Err::invalid, "\"" + url_shown(text) + "\": " + expected);
  return {};
}

EtcdClient* etcd_open(Net* net, EtcdOptions options) {
  auto* c = new EtcdClient;
  c->net = net;
  c->tls = std::move(options.tls);
  c->log_level = options.log_level;
  uv_timer_init(net->loop, &c->probe);
  c->probe.data = c;
  c->open = 1;
  etcd_set_endpoints(c, options.endpoints);
  return c;
}

void etcd_set_endpoints(EtcdClient* c, const std::vector<std::string>& urls) {
  std::vector<std::unique_ptr<EtcdEndpoint>> old;
  old.swap(c->endpoints);
  for (const std::string& url : urls) {
    if (etcd_find(c, url)) continue;
    auto same = std::find_if(old.begin(), old.end(), [&](auto& e) { return e && e->url == url; });
    Status status;
    std::unique_ptr<EtcdEndpoint> e = same == old.end() ? endpoint_make(c, url, &status) : std::move(*same);
    if (!e) {
      say(c, LogLevel::error, "an etcd endpoint is left out", {{"error", status.message}});
      continue;
    }
    e->listed = true;
    c->endpoints.push_back(std::move(e));
  }
  for (auto& e : old) {
    if (e && !e->listed) c->endpoints.push_back(std::move(e));
    if (e) endpoint_close(c, std::move(e));
  }
}

const std::string& etcd_present_endpoint(const EtcdClient* c) {
  static const std::string none;
  const EtcdEndpoint* e = etcd_choose(const_cast<EtcdClient*>(c), {});
  return e ? e->url : none;
}

void etcd_closed_one(EtcdClient* c) {
  if (--c->open > 0 || !c->closing) return;
  std::function<void()> done = std::move(c->done);
  delete c;
  if (done) done();
}

void etcd_close(EtcdClient* c, std::function<void()> done) {
  c->closing = true;
  c->done = std::move(done);
  etcd_watches_close(c);
  std::vector<std::unique_ptr<EtcdEndpoint>> all;
  all.swap(c->endpoints);
  for (auto& e : all) endpoint_close(c, std::move(e));
  uv_close(reinterpret_cast<uv_handle_t*>(&c->probe), [](uv_handle_t* timer) { etcd_closed_one(static_cast<EtcdClient*>(timer->data)); });
}

}  // namespace picket
