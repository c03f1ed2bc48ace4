// backend/etcd/etcd_settings_check.cc - combinations of options that etcd, or a cluster, cannot work with.
#include <algorithm>
#include <set>

#include "backend/etcd/etcd_client.h"
#include "backend/etcd/etcd_settings.h"
#include "common/text/url.h"

namespace picket {
namespace {

struct Urls { const char* option; const std::vector<std::string>* urls; };

std::vector<Urls> client_lists(const EtcdSettings& s) {
  return {{"etcd-listen-client-urls", &s.listen_client_urls}, {"etcd-advertise-client-urls", &s.advertise_client_urls}};
}
std::vector<Urls> peer_lists(const EtcdSettings& s) {
  return {{"etcd-listen-peer-urls", &s.listen_peer_urls}, {"etcd-initial-advertise-peer-urls", &s.initial_advertise_peer_urls}};
}

void check_urls(const std::vector<Urls>& lists, const EtcdProblem& problem) {
  for (const Urls& list : lists)
    for (const std::string& url : *list.urls)
      if (Status s = etcd_endpoint_check(url); !s.ok()) problem(list.option, s.message);
}

bool has_https(const std::vector<Urls>& lists) {
  for (const Urls& list : lists)
    for (const std::string& url : *list.urls)
      if (url.compare(0, 8, "https://") == 0) return true;
  return false;
}

void check_peers(const EtcdSettings& s, const EtcdProblem& problem) {
  const char* option = "etcd-initial-cluster";
  std::set<std::string> names, urls;
  for (const EtcdPeer& peer : etcd_initial_peers(s.initial_cluster)) {
    if (peer.name.empty()) problem(option, "\"" + url_shown(peer.url) + "\": expected NAME=URL,..");
    else if (Status bad = etcd_endpoint_check(peer.url); !bad.ok()) problem(option, peer.name + ": " + bad.message);
    if (!urls.insert(peer.url).second) problem(option, "\"" + url_shown(peer.url) + "\" stands there twice; every member has its own");
    if (!peer.name.empty() && !names.insert(peer.name).second)
      problem(option, peer.name + " stands there twice; every member has its own name");
  }
  if (names.empty()) return;
  if (!names.count(s.name))
    problem(option, "etcd-name \"" + s.name + "\" is not among its names; expected one of the members' names, this one's included");
  for (const std::string& url : s.initial_advertise_peer_urls)
    if (!urls.count(url))
      problem("etcd-initial-advertise-peer-urls",
              "\"" + url_shown(url) + "\" is not in etcd-initial-cluster; expected the URL it has there for " + s.name);
}

struct Files { const char *cert_option, *key_option, *ca_option, *auth_option; const std::string *cert, *key, *ca; bool auth, https; };

void check_files(const Files& f, const EtcdProblem& problem) {
  if (f.cert->empty() != f.key->empty())
    problem(f.cert_option, std::string(f.cert_option) + " and " + f.key_option + " come together; give both or neither");
  if (f.https && f.cert->empty())
    problem(f.cert_option, "missing; a URL with https:// needs a certificate (`picket ca member NAME ADDRESS`)");
  if (f.auth && f.ca->empty())
    problem(f.ca_option, std::string("missing; ") + f.auth_option + " needs the authority of the clients' certificates");
}

void check_numbers(const EtcdSettings& s, const EtcdProblem& problem) {
  if (s.max_request_bytes < kEtcdRequestBytesMin)
    problem("etcd-max-request-bytes",
            std::to_string(s.max_request_bytes) + " is too few; expected at least " + std::to_string(kEtcdRequestBytesMin) +
                ", because one record of the log needs that");
  if (s.heartbeat_ms < 1 || s.election_ms < 5 * s.heartbeat_ms || s.election_ms > kEtcdElectionMsMax)
    problem("etcd-election-timeout",
            std::to_string(s.election_ms) + " does not fit etcd-heartbeat-interval " + std::to_string(s.heartbeat_ms) +
                "; expected at least five times as much, and " + std::to_string(kEtcdElectionMsMax) + " at most");
  if (s.quota_bytes < 0)
    problem("etcd-quota-backend-bytes", std::to_string(s.quota_bytes) + ": expected a number of bytes, or 0 for etcd's default");
}

void check_embedded(const EtcdSettings& s, const EtcdProblem& problem) {
  check_urls(client_lists(s), problem);
  check_urls(peer_lists(s), problem);
  check_peers(s, problem);
  check_numbers(s, problem);
  if (s.initial_cluster_state != "new" && s.initial_cluster_state != "existing")
    problem("etcd-initial-cluster-state", "\"" + s.initial_cluster_state + "\": expected new or existing");
  check_files({"etcd-cert-file", "etcd-key-file", "etcd-trusted-ca-file", "etcd-client-cert-auth", &s.cert_file, &s.key_file,
               &s.trusted_ca_file, s.client_cert_auth, has_https(client_lists(s))},
              problem);
  check_files({"etcd-peer-cert-file", "etcd-peer-key-file", "etcd-peer-trusted-ca-file", "etcd-peer-client-cert-auth", &s.peer_cert_file,
               &s.peer_key_file, &s.peer_trusted_ca_file, s.peer_client_cert_auth, has_https(peer_lists(s))},
              problem);
}

void warn_open(const char* option, const std::vector<std::string>& urls, bool auth, std::vector<std::string>* out) {
  for (const std::string& text : urls) {
    Result<Url> u = url_parse(text);
    if (!u.ok() || etcd_host_is_loopback(u.value.host) || (u.value.scheme == "https" && auth)) continue;
    out->push_back(std::string(option) + ": whoever reaches " + url_shown(text) +
                   " can read and change everything, password hashes included; use https:// and certificates of clients (`picket ca`)");
    return;
  }
}

}  // namespace

void etcd_settings_check(const EtcdSettings& s, const EtcdProblem& problem) {
  if (!s.cluster) return;
  if (s.prefix.size() < 2 || s.prefix.front() != '/' || s.prefix.back() != '/')
    problem("etcd-prefix", "\"" + s.prefix + "\": expected a path that begins and ends with /, like /picket/");
  check_urls({{"etcd-client-urls", &s.client_urls}}, problem);
  if (s.embedded) return check_embedded(s, problem);
  if (s.client_urls.empty() && s.listen_client_urls.empty())
    problem("no-embed-etcd", "etcd-client-urls is missing; expected the URLs of the etcd to use");
  check_urls({{"etcd-listen-client-urls", &s.listen_client_urls}}, problem);
  check_files({"etcd-cert-file", "etcd-key-file", "etcd-trusted-ca-file", "", &s.cert_file, &s.key_file, &s.trusted_ca_file, false, false},
              problem);
}

std::vector<std::string> etcd_open_ports(const EtcdSettings& s) {
  std::vector<std::string> out;
  if (!s.cluster || !s.embedded) return out;
  warn_open("etcd-listen-client-urls", s.listen_client_urls, s.client_cert_auth, &out);
  warn_open("etcd-listen-peer-urls", s.listen_peer_urls, s.peer_client_cert_auth, &out);
  return out;
}

std::vector<std::string> etcd_settings_warnings(const EtcdSettings& s) {
  std::vector<std::string> out = etcd_open_ports(s);
  if (!s.cluster || !s.embedded) return out;
  std::set<std::string> names;
  for (const EtcdPeer& peer : etcd_initial_peers(s.initial_cluster)) names.insert(peer.name);
  if (names.size() > 1 && names.size() % 2 == 0)
    out.push_back("etcd-initial-cluster has " + std::to_string(names.size()) +
                  " members: one more would survive as many failures again; use 3, 5 or 7");
  if (s.unsafe_no_fsync) out.push_back("etcd-unsafe-no-fsync: a power failure may lose what was acknowledged; remove it outside of tests");
  return out;
}

}  // namespace picket
