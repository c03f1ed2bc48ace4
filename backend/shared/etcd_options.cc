// backend/shared/etcd_options.cc - the options etcd-* read, and their files looked at.
#include "backend/shared/etcd_options.h"

#include <algorithm>

#include "common/os/os.h"
#include "common/text/log.h"
#include "common/text/url.h"
#include "common/tls/certificates.h"
#include "common/tls/tls.h"

namespace picket {
namespace {

// The option that makes the backend one of a cluster; "" = none. A file of an old Sensu may have any of the others.
std::string cluster_asked(const Options& o) {
  const std::string& store = o.text("store");
  if (store == "sqlite") return "";
  if (store == "etcd") return "store";
  if (o.boolean("no-embed-etcd")) return "no-embed-etcd";
  if (etcd_initial_peers(o.text("etcd-initial-cluster")).size() > 1) return "etcd-initial-cluster";
  if (o.text("etcd-initial-cluster-state") == "existing") return "etcd-initial-cluster-state";
  if (!o.text("etcd-discovery").empty()) return "etcd-discovery";
  return o.text("etcd-discovery-srv").empty() ? "" : "etcd-discovery-srv";
}

void read_files(const Options& o, EtcdSettings& s) {
  s.cert_file = o.text("etcd-cert-file");
  s.key_file = o.text("etcd-key-file");
  s.trusted_ca_file = o.text("etcd-trusted-ca-file");
  s.client_cert_auth = o.boolean("etcd-client-cert-auth");
  s.peer_cert_file = o.text("etcd-peer-cert-file");
  s.peer_key_file = o.text("etcd-peer-key-file");
  s.peer_trusted_ca_file = o.text("etcd-peer-trusted-ca-file");
  s.peer_client_cert_auth = o.boolean("etcd-peer-client-cert-auth");
}

void read_members(const Options& o, EtcdSettings& s) {
  s.name = o.text("etcd-name");
  s.listen_client_urls = o.list("etcd-listen-client-urls");
  s.advertise_client_urls = o.list("etcd-advertise-client-urls");
  s.listen_peer_urls = o.list("etcd-listen-peer-urls");
  s.initial_advertise_peer_urls = o.list("etcd-initial-advertise-peer-urls");
  s.initial_cluster = o.text("etcd-initial-cluster");
  s.initial_cluster_state = o.text("etcd-initial-cluster-state");
  s.initial_cluster_token = o.text("etcd-initial-cluster-token");
  s.discovery = o.text("etcd-discovery");
  s.discovery_srv = o.text("etcd-discovery-srv");
  s.client_urls = o.list("etcd-client-urls");
}

// ---- files ----

struct Pair { const char *cert, *key; };
constexpr Pair kPairs[] = {{"etcd-cert-file", "etcd-key-file"}, {"etcd-peer-cert-file", "etcd-peer-key-file"}};

bool is_readable(const Options& o, const char* name, const EtcdProblem& problem) {
  if (o.text(name).empty()) return false;
  Result<std::string> r = os_read_file(o.text(name));
  if (!r.ok()) problem(name, r.status.message);
  return r.ok();
}

// etcd's gateway is a client of its own etcd with the server's certificate: without that usage every call fails, while /health says true.
void check_usages(const Options& o, const CertificateFacts& facts, const char* cert, bool clients_ask, const EtcdProblem& problem) {
  const std::string remedy = "; make it with `picket ca member NAME ADDRESS..`, which sets both usages";
  if (!facts.server) problem(cert, o.text(cert) + " is not for servers (serverAuth)" + remedy);
  if (clients_ask && !facts.client)
    problem(cert, o.text(cert) + " is not for clients (clientAuth), which etcd needs it for as well" + remedy);
}

// Others reach us by these URLs, and compare.
void check_names(const Options& o, const CertificateFacts& facts, const char* cert, const std::vector<std::string>& urls,
                 const EtcdProblem& problem) {
  for (const std::string& text : urls) {
    Result<Url> url = url_parse(text);
    if (!url.ok() || url.value.scheme != "https" || url.value.host == "0.0.0.0" || url.value.host == "::") continue;
    const std::vector<std::string>& names = facts.names;
    const std::string &host = url.value.host, any = "*" + host.substr(std::min(host.find('.'), host.size()));
    if (std::find(names.begin(), names.end(), host) == names.end() && std::find(names.begin(), names.end(), any) == names.end())
      problem(cert,
              o.text(cert) + " is not for " + host + ", which " + url_shown(text) + " is reached by; make it with `picket ca member NAME " +
                  host + "`");
  }
}

// As a server's; what an etcd run by others shows is not ours to look at.
void check_server(const Options& o, const EtcdSettings& s, const EtcdProblem& problem) {
  EtcdSettings whole = s;
  etcd_settings_complete(whole);
  struct Side { const char* cert; bool clients_ask; const std::vector<std::string>* urls; };
  const Side sides[] = {{"etcd-cert-file", s.client_cert_auth, &whole.advertise_client_urls},
                        {"etcd-peer-cert-file", s.peer_client_cert_auth, &whole.initial_advertise_peer_urls}};
  for (const Side& side : sides) {
    Result<std::string> pem = o.text(side.cert).empty() ? fail(Err::not_found, "") : os_read_file(o.text(side.cert));
    Result<std::vector<CertificateFacts>> facts =
        pem.ok() ? certificates_read(pem.value) : Result<std::vector<CertificateFacts>>(pem.status);
    if (!facts.ok() || facts.value.empty()) continue;  // said by check_pair
    check_usages(o, facts.value.front(), side.cert, side.clients_ask, problem);
    check_names(o, facts.value.front(), side.cert, *side.urls, problem);
  }
}

// Both halves, as etcd and our client will use them.
void check_pair(const Options& o, const Pair& pair, const EtcdProblem& problem) {
  if (!is_readable(o, pair.cert, problem) || !is_readable(o, pair.key, problem)) return;
  TlsMaterial material;
  material.server = true;
  material.certificate = os_read_file(o.text(pair.cert)).value;
  material.key = os_read_file(o.text(pair.key)).value;
  if (auto made = tls_context(material); !made.ok())
    problem(pair.cert, o.text(pair.cert) + " with " + o.text(pair.key) + ": " + made.status.message);
}

void check_authority(const Options& o, const char* name, const EtcdProblem& problem) {
  if (!is_readable(o, name, problem)) return;
  if (auto parsed = tls_authorities(os_read_file(o.text(name)).value); !parsed.ok())
    problem(name, o.text(name) + ": " + parsed.status.message);
}

std::vector<std::string> set_by_somebody(const Options& o) {
  std::vector<std::string> names;
  for (int i = 0; i < o.table->count; i++) {
    const OptionRow& row = o.table->rows[i];
    if (std::string_view(row.section) == kClusterSection && std::string_view(row.name) != "store" && !o.is_default(row.name))
      names.emplace_back(row.name);
  }
  return names;
}

}  // namespace

EtcdSettings etcd_options_read(const Options& o, const std::string& state_dir) {
  EtcdSettings s;
  s.why = cluster_asked(o);
  s.cluster = !s.why.empty();
  s.embedded = !o.boolean("no-embed-etcd");
  read_members(o, s);
  read_files(o, s);
  s.cipher_suites = o.list("etcd-cipher-suites");
  s.quota_bytes = o.integer("etcd-quota-backend-bytes");
  s.max_request_bytes = o.integer("etcd-max-request-bytes");
  s.heartbeat_ms = o.integer("etcd-heartbeat-interval");
  s.election_ms = o.integer("etcd-election-timeout");
  s.log_level = o.text("etcd-log-level");
  s.client_log_level = o.text("etcd-client-log-level");
  s.unsafe_no_fsync = o.boolean("etcd-unsafe-no-fsync");
  s.prefix = o.text("etcd-prefix");
  s.program = o.text("etcd-program");
  s.maintenance = o.boolean("etcd-maintenance");
  s.data_dir = state_dir + "/etcd";
  return s;
}

void etcd_options_check(const Options& o, const EtcdSettings& s, const EtcdProblem& problem) {
  const std::string& store = o.text("store");
  if (!store.empty() && store != "sqlite" && store != "etcd") problem("store", "\"" + store + "\" is unknown; expected sqlite or etcd");
  if (!s.cluster) return;
  if (!s.client_log_level.empty())
    if (Result<LogLevel> level = log_level_parse(s.client_log_level); !level.ok()) problem("etcd-client-log-level", level.status.message);
  const char* const levels[] = {"", "debug", "info", "warn", "error", "panic", "fatal"};
  if (std::find(std::begin(levels), std::end(levels), s.log_level) == std::end(levels))
    problem("etcd-log-level", "\"" + s.log_level + "\": expected debug, info, warn, error, panic or fatal");
  for (const Pair& pair : kPairs) check_pair(o, pair, problem);
  for (const char* name : {"etcd-trusted-ca-file", "etcd-peer-trusted-ca-file"}) check_authority(o, name, problem);
  if (s.embedded) check_server(o, s, problem);
}

std::vector<std::string> etcd_options_warnings(const Options& o, const EtcdSettings& s) {
  if (s.cluster) return etcd_settings_warnings(s);
  std::string names;
  for (const std::string& name : set_by_somebody(o)) names += (names.empty() ? "" : ", ") + name;
  if (names.empty()) return {};
  return {
      "no effect, because this backend is a single node with its own database: " + names +
      "; a cluster is asked for by etcd-initial-cluster with two or more members, etcd-initial-cluster-state existing, etcd-discovery or no-embed-etcd"};
}

}  // namespace picket
