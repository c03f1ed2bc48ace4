// backend/etcd/etcd_settings.cc - from the options etcd-* to etcd's command line, and to where we ask it.
#include "backend/etcd/etcd_settings.h"

#include <algorithm>

#include "common/text/url.h"

namespace picket {
namespace {

constexpr const char* kClientUrl = "http://127.0.0.1:2379";
constexpr const char* kAdvertisedClientUrl = "http://localhost:2379";
constexpr const char* kPeerUrl = "http://127.0.0.1:2380";

bool is_wildcard(const std::string& host) { return host == "0.0.0.0" || host == "::"; }

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ",") + item;
  return text;
}

// Where another machine, or we ourselves, can reach what listens there.
std::vector<std::string> without_wildcards(const std::vector<std::string>& urls) {
  std::vector<std::string> out;
  for (const std::string& url : urls)
    if (Result<Url> u = url_parse(url); u.ok() && !is_wildcard(u.value.host)) out.push_back(url);
  return out;
}

std::vector<std::string> own_peer_urls(const EtcdSettings& s) {
  std::vector<std::string> out;
  for (const EtcdPeer& peer : etcd_initial_peers(s.initial_cluster))
    if (peer.name == s.name) out.push_back(peer.url);
  return out;
}

// A listener on this machine's own address: for us, where others are kept out by a firewall or the network is down.
void add_loopback(std::vector<std::string>& urls) {
  for (const std::string& url : urls)
    if (Result<Url> u = url_parse(url);
        !u.ok() || u.value.scheme != "http" || etcd_host_is_loopback(u.value.host) || is_wildcard(u.value.host))
      return;
  if (Result<Url> first = url_parse(urls.front()); first.ok()) urls.push_back("http://127.0.0.1:" + std::to_string(first.value.port));
}

}  // namespace

bool etcd_host_is_loopback(const std::string& host) { return host == "localhost" || host.compare(0, 4, "127.") == 0 || host == "::1"; }

std::vector<EtcdPeer> etcd_initial_peers(const std::string& text) {
  std::vector<EtcdPeer> peers;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    std::string part = text.substr(at, end - at);
    part.erase(0, part.find_first_not_of(' '));
    part.erase(part.find_last_not_of(' ') + 1);
    const size_t equals = part.find('=');
    if (equals != std::string::npos) peers.push_back({part.substr(0, equals), part.substr(equals + 1)});
    else if (!part.empty()) peers.push_back({"", part});
    at = end + 1;
  }
  return peers;
}

void etcd_settings_complete(EtcdSettings& s) {
  if (s.listen_client_urls.empty()) s.listen_client_urls = {kClientUrl};
  if (s.advertise_client_urls.empty()) s.advertise_client_urls = without_wildcards(s.listen_client_urls);
  if (s.advertise_client_urls.empty()) s.advertise_client_urls = {kAdvertisedClientUrl};
  if (s.embedded) add_loopback(s.listen_client_urls);
  if (s.initial_advertise_peer_urls.empty()) s.initial_advertise_peer_urls = own_peer_urls(s);
  if (s.initial_advertise_peer_urls.empty()) s.initial_advertise_peer_urls = {kPeerUrl};
  if (s.listen_peer_urls.empty()) s.listen_peer_urls = {kPeerUrl};
  const bool found_otherwise = !s.discovery.empty() || !s.discovery_srv.empty();
  if (s.initial_cluster.empty() && !found_otherwise)
    for (const std::string& url : s.initial_advertise_peer_urls)
      s.initial_cluster += (s.initial_cluster.empty() ? "" : ",") + s.name + "=" + url;
}

std::vector<std::string> etcd_arguments(const EtcdSettings& s) {
  std::vector<std::string> out;
  auto add = [&](const char* flag, const std::string& value) {
    if (!value.empty()) out.push_back(std::string("--") + flag + "=" + value);
  };
  auto add_true = [&](const char* flag, bool value) { add(flag, value ? "true" : ""); };
  add("name", s.name);
  add("data-dir", s.data_dir);
  add("listen-client-urls", joined(s.listen_client_urls));
  add("advertise-client-urls", joined(s.advertise_client_urls));
  add("listen-peer-urls", joined(s.listen_peer_urls));
  add("initial-advertise-peer-urls", joined(s.initial_advertise_peer_urls));
  if (s.discovery.empty() && s.discovery_srv.empty()) add("initial-cluster", s.initial_cluster);
  add("initial-cluster-state", s.initial_cluster_state);
  add("initial-cluster-token", s.initial_cluster_token);
  add("discovery", s.discovery);
  add("discovery-srv", s.discovery_srv);
  add("cert-file", s.cert_file);
  add("key-file", s.key_file);
  add("trusted-ca-file", s.trusted_ca_file);
  add_true("client-cert-auth", s.client_cert_auth);
  add("peer-cert-file", s.peer_cert_file);
  add("peer-key-file", s.peer_key_file);
  add("peer-trusted-ca-file", s.peer_trusted_ca_file);
  add_true("peer-client-cert-auth", s.peer_client_cert_auth);
  add("cipher-suites", joined(s.cipher_suites));
  add("quota-backend-bytes", std::to_string(s.quota_bytes));
  add("max-request-bytes", std::to_string(s.max_request_bytes));
  add("heartbeat-interval", std::to_string(s.heartbeat_ms));
  add("election-timeout", std::to_string(s.election_ms));
  add_true("unsafe-no-fsync", s.unsafe_no_fsync);
  add_true("pre-vote", true);
  add("auto-compaction-retention", "0");
  add("logger", "zap");
  add("log-outputs", "stderr");
  add("log-level", s.log_level.empty() ? "info" : s.log_level);
  return out;
}

// Where it listens: http on this machine's own address; https where the certificate has the name.
std::string etcd_own_endpoint(const EtcdSettings& s) {
  const std::string* first = nullptr;
  for (const std::string& text : s.listen_client_urls) {
    Result<Url> u = url_parse(text);
    if (!u.ok()) continue;
    if (u.value.scheme == "http" && is_wildcard(u.value.host)) return "http://127.0.0.1:" + std::to_string(u.value.port);
    if (etcd_host_is_loopback(u.value.host)) return text;
    if (!first && !is_wildcard(u.value.host)) first = &text;
  }
  return first ? *first : s.advertise_client_urls.empty() ? std::string(kClientUrl) : s.advertise_client_urls.front();
}

std::vector<std::string> etcd_endpoints_of(const EtcdSettings& s) {
  if (!s.embedded) return s.client_urls.empty() ? s.listen_client_urls : s.client_urls;
  std::vector<std::string> out = {etcd_own_endpoint(s)};
  for (const std::string& url : s.client_urls)
    if (std::find(out.begin(), out.end(), url) == out.end()) out.push_back(url);
  return out;
}

TlsOptions etcd_tls_of(const EtcdSettings& s) {
  TlsOptions tls;
  tls.ca_file = s.trusted_ca_file;
  tls.cert_file = s.cert_file;
  tls.key_file = s.key_file;
  return tls;
}

}  // namespace picket
