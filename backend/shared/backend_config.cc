// backend/shared/backend_config.cc - the backend's option rows, and the struct that is made of them.
#include "backend/shared/backend_config.h"

#include <algorithm>
#include <cstdlib>

#include "common/text/log.h"
#include "common/os/os.h"
#include "common/options/log_file_options.h"
#include "common/options/ports.h"
#include "common/rules/validate.h"
#include "common/time/timezone.h"
#include "common/tls/certificates.h"
#include "common/tls/tls.h"
#include "backend/shared/etcd_options.h"

namespace picket {
namespace {

constexpr OptionKind T = OptionKind::text, I = OptionKind::integer, N = OptionKind::number, B = OptionKind::boolean, L = OptionKind::list,
                     M = OptionKind::map, D = OptionKind::duration;

const char* const kPrefixes[] = {"PICKET_", "SENSU_BACKEND_", nullptr};

// Rows of this section are taken and do nothing: nothing is sized by workers.
constexpr const char* kIgnoredSection = "Accepted for compatibility, without effect";
#define IGNORED(name, kind, fallback, arg) \
  { name, nullptr, 0, kind, fallback, arg, "", kIgnoredSection, kOptionIgnored }
// These would protect something: a value that promises it is an error of check-config and an error line at the start, with this remedy.
#define REFUSED(name, kind, fallback, arg, remedy) \
  { name, nullptr, 0, kind, fallback, arg, remedy, kIgnoredSection, kOptionIgnored | kOptionRefused }
constexpr const char* kKeyInStore = "remove it; tokens are signed with a secret in the database";

const OptionRow kRows[] = {
    // name, alias, short, kind, fallback, arg, help, section
    {"state-dir", nullptr, 'd', T, "", "DIR", "Directory of the database and other state; empty = system default.", "Files"},
    {"cache-dir", nullptr, 0, T, "", "DIR", "Directory for unpacked assets; may be deleted at any time. Empty = system default.", "Files"},
    {"store-sync", nullptr, 0, T, "full", "full|normal",
     "full: stored data survives a power failure; normal: fewer disk flushes, but a power failure may lose the last commits.",
     "Files"},
    {"event-log-file", nullptr, 0, T, "", "FILE", "Append every processed event to this file as a line of JSON.", "Files"},

    {"agent-host", nullptr, 0, T, "[::]", "ADDRESS", "Listen address for agents.", "Agents"},
    {"agent-port", nullptr, 0, I, "8081", "PORT", "Listen port for agents.", "Agents"},
    {"agent-serve-wait-time", nullptr, 0, D, "0s", "DURATION", "After startup, answer agents with 503 for this long.", "Agents"},
    {"agent-connections-max", nullptr, 0, I, "20000", "COUNT", "Maximum number of connected agents; more are rejected.", "Agents"},
    {"agent-connections-per-address", nullptr, 0, I, "10000", "COUNT",
     "Maximum number of connected agents per address (per /64 of IPv6); raise it if agents connect through a proxy.", "Agents"},
    {"deregistration-handler", nullptr, 0, T, "", "NAME", "Handler to notify of a deregistration, if the agent has none.", "Agents"},

    {"api-listen-address", nullptr, 0, T, "[::]:8080", "HOST:PORT", "Listen address and port of the HTTP API.", "API"},
    {"api-request-limit", nullptr, 0, I, "512000", "BYTES", "Maximum size of a request body.", "API"},
    {"api-write-timeout", nullptr, 0, D, "15s", "DURATION", "Timeout of an API response.", "API"},
    {"api-serve-wait-time", nullptr, 0, D, "0s", "DURATION", "After startup, answer API requests with 503 for this long.", "API"},

    {"dashboard-host", nullptr, 0, T, "[::]", "ADDRESS", "Listen address of the dashboard.", "Dashboard"},
    {"dashboard-port", nullptr, 0, I, "3000", "PORT", "Port of the dashboard; 0: no dashboard.", "Dashboard"},
    {"dashboard-url", nullptr, 0, T, "", "URL", "Address of the dashboard for people, for the links in alerts; empty: no links to it.", "Dashboard"},
    {"dashboard-guests", nullptr, 0, T, "off", "WHAT", "off, or view: whoever sits at this machine may look without a login; needs a dashboard-host of this machine alone.", "Dashboard"},
    {"dashboard-cert-file", nullptr, 0, T, "", "FILE", "Certificate of the dashboard, if it has its own.", "Dashboard"},
    {"dashboard-key-file", nullptr, 0, T, "", "FILE", "Key to dashboard-cert-file.", "Dashboard"},

    {"cert-file", nullptr, 0, T, "", "FILE", "Certificate for agents, API and dashboard (PEM).", "TLS and access"},
    {"key-file", nullptr, 0, T, "", "FILE", "Key of cert-file (PEM).", "TLS and access"},
    {"trusted-ca-file", nullptr, 0, T, "", "FILE", "CA bundle (PEM) used instead of the system's.", "TLS and access"},
    {"insecure-skip-tls-verify", nullptr, 0, B, "false", "yes|no", "Do not verify the certificates of servers the backend connects to.", "TLS and access"},
    {"cluster-admin-username", "admin-username", 0, T, "admin", "NAME", "Name of the administrator created at the first start.", "TLS and access"},
    {"cluster-admin-password", "admin-password", 0, T, "", "PASSWORD", "Password of that administrator.", "TLS and access", kOptionSecret},
    {"cluster-admin-api-key", "admin-api-key", 0, T, "", "UUID", "API key of that administrator.", "TLS and access", kOptionSecret},
    {"agent-password", nullptr, 0, T, "", "PASSWORD", "Password of the user agent, created at the first start.", "TLS and access", kOptionSecret},
    {"agent-default-login-from", nullptr, 0, L, "", "NETWORK,..",
     "For a move from Sensu: networks from which agents may log in with Sensu's default password, like 10.0.0.0/8; only with "
     "agent-default-login-until.",
     "TLS and access"},
    {"agent-default-login-until", nullptr, 0, T, "", "TIME", "When that ends, like 2026-12-24T18:00:00Z; 92 days from now at most.",
     "TLS and access"},
    {"agent-auth-trusted-ca-file", nullptr, 0, T, "", "FILE",
     "CAs of agents' certificates (PEM). Set: an agent must show a certificate of one of them, and is the user that it names (CN).",
     "TLS and access"},
    {"agent-auth-cert-file", nullptr, 0, T, "", "FILE", "Certificate of the agent port, if it has its own.", "TLS and access"},
    {"agent-auth-key-file", nullptr, 0, T, "", "FILE", "Key of agent-auth-cert-file.", "TLS and access"},
    {"agent-auth-crl-urls", nullptr, 0, L, "", "URL,..",
     "Revocation lists of agents' certificates, http://, https:// or file://; fetched every five minutes.", "TLS and access"},
    {"agent-auth-optional", nullptr, 0, B, "false", "yes|no",
     "For a move: let agents in without a certificate, too, by user and password.", "TLS and access"},
    {"agent-auth-ca-key-file", nullptr, 0, T, "", "FILE",
     "Key of a CA in agent-auth-trusted-ca-file: agents that enrol get certificates signed with it, not passwords.", "TLS and access"},

    {"name", nullptr, 0, T, "", "NAME", "Name of the backend's own entity; empty = host name.", "This backend"},
    {"labels", nullptr, 0, M, "", "KEY=VALUE,..", "Labels of the backend's own entity.", "This backend"},
    {"annotations", nullptr, 0, M, "", "KEY=VALUE,..", "Annotations of the backend's own entity.", "This backend"},
    {"log-level", nullptr, 0, T, "warn", "LEVEL", "Log level: panic, fatal, error, warn, info, debug or trace.", "This backend"},
    PICKET_LOG_FILE_ROWS("This backend"),
    {"handlers-max", nullptr, 0, I, "16", "COUNT", "Maximum number of concurrent handlers and mutators; more wait.", "This backend"},
    {"metric-history-events", nullptr, 0, I, "10000", "COUNT",
     "Number of events whose metrics of the last day are kept for charts (up to 100 KB of disk each); 0 = none.", "This backend"},
    {"assets-rate-limit", nullptr, 0, N, "1.39", "NUMBER", "Maximum asset downloads per second.", "This backend"},
    {"assets-burst-limit", nullptr, 0, I, "100", "COUNT", "Maximum burst of asset downloads.", "This backend"},

    IGNORED("api-url", T, "http://localhost:8080", "URL"),
    IGNORED("debug", B, "false", "yes|no"),
    IGNORED("agent-write-timeout", I, "15", "SECONDS"),
    IGNORED("agent-burst-limit", I, "0", "COUNT"),
    IGNORED("agent-rate-limit", I, "0", "COUNT"),
    REFUSED("jwt-private-key-file", T, "", "FILE", kKeyInStore),
    REFUSED("jwt-public-key-file", T, "", "FILE", kKeyInStore),
    IGNORED("dashboard-write-timeout", D, "15s", "DURATION"),
    IGNORED("eventd-workers", I, "100", "COUNT"),
    IGNORED("eventd-buffer-size", I, "100", "COUNT"),
    IGNORED("keepalived-workers", I, "100", "COUNT"),
    IGNORED("keepalived-buffer-size", I, "100", "COUNT"),
    IGNORED("pipelined-workers", I, "100", "COUNT"),
    IGNORED("pipelined-buffer-size", I, "100", "COUNT"),
    IGNORED("disable-platform-metrics", B, "false", "yes|no"),
    IGNORED("platform-metrics-logging-interval", D, "60s", "DURATION"),
    IGNORED("platform-metrics-log-file", T, "", "FILE"),
    IGNORED("event-log-buffer-size", I, "100000", "COUNT"),
    IGNORED("event-log-buffer-wait", T, "10ms", "DURATION"),
    IGNORED("event-log-parallel-encoders", B, "false", "yes|no"),
    IGNORED("metrics-refresh-interval", D, "1m", "DURATION"),
    IGNORED("log-millisecond-timestamps", B, "false", "yes|no"),
    REFUSED("require-fips", B, "false", "yes|no", "this program contains no FIPS module; use another backend where one is required"),
    REFUSED("access-token-expiry", D, "5m", "DURATION", "remove it; an access token is valid for 5 minutes, or until its session ends"),
    REFUSED("refresh-token-expiry", D, "720h", "DURATION",
            "remove it; a session ends 30 days (720h) after its last refresh, at logout, or when its user is disabled"),
    REFUSED("default-silenced-expiry-time", D, "0s", "DURATION",
            "remove it; set the expiry of each silence, e.g. `picket ctl silenced create --expire 3600`"),
    REFUSED("max-silenced-expiry-time-allowed", D, "0s", "DURATION",
            "remove it; users who can create silences set their duration, so restrict that right"),
    REFUSED("enable-cert-revocation-check", B, "false", "yes|no",
            "the agent port stays closed; remove it, and name the revocation lists of agents' certificates in agent-auth-crl-urls"),
    PICKET_ETCD_ROWS,
};

// Collects what is wrong, so that one start shows all of it.
struct Problems {
  std::string text;
  void add(const Options& o, std::string_view name, const std::string& what) {
    const auto it = o.values.find(name);
    const std::string origin = it == o.values.end() ? "" : " (" + it->second.origin + ")";
    text += (text.empty() ? "" : "\n") + std::string(name) + origin + ": " + what;
  }
};

int64_t ranged(const Options& o, std::string_view name, int64_t low, int64_t high, Problems& problems) {
  const int64_t v = o.integer(name);
  if (v < low || v > high)
    problems.add(o, name, std::to_string(v) + " is out of range; expected " + std::to_string(low) + " to " + std::to_string(high));
  return v;
}

// "[::]:8080", "127.0.0.1:8080", ":8080"
bool split_address(const std::string& text, std::string* host, int* port) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon + 1 == text.size()) return false;
  const std::string digits = text.substr(colon + 1);
  if (digits.size() > 5 || digits.find_first_not_of("0123456789") != std::string::npos) return false;
  *host = text.substr(0, colon);
  *port = std::atoi(digits.c_str());
  const bool bare_v6 = host->find(':') != std::string::npos && (host->front() != '[' || host->back() != ']');
  return *port <= 65535 && !bare_v6;
}

void need_pair(const Options& o, const char* cert, const char* key, Problems& problems) {
  if (o.text(cert).empty() == o.text(key).empty()) return;
  problems.add(o, cert, std::string(cert) + " and " + key + " come together; give both or neither");
}

// False: there is none, or it cannot be read, which is said.
bool need_readable(const Options& o, const char* name, Problems& problems) {
  if (o.text(name).empty()) return false;
  Result<std::string> r = os_read_file(o.text(name));
  if (!r.ok()) problems.add(o, name, r.status.message);
  return r.ok();
}

// Every client would refuse it.
void need_server_use(const Options& o, const char* cert, const std::string& pem, Problems& problems) {
  Result<std::vector<CertificateFacts>> facts = certificates_read(pem);
  if (!facts.ok() || facts.value.empty() || facts.value[0].server || facts.value[0].authority) return;
  problems.add(o, cert, o.text(cert) + " is no certificate of a server (it has no use serverAuth); give one that `picket ca member` makes");
}

// As the listeners will use them: a pair that cannot work is found here, before an upgrade relies on it.
void need_certificate(const Options& o, const char* cert, const char* key, Problems& problems) {
  need_pair(o, cert, key, problems);
  if (!need_readable(o, cert, problems) || !need_readable(o, key, problems)) return;
  TlsMaterial material;
  material.server = true;
  material.certificate = os_read_file(o.text(cert)).value;
  material.key = os_read_file(o.text(key)).value;
  if (auto made = tls_context(material); !made.ok())
    problems.add(o, cert, o.text(cert) + " with " + o.text(key) + ": " + made.status.message);
  else need_server_use(o, cert, material.certificate, problems);
}

void need_authorities(const Options& o, const char* name, Problems& problems) {
  if (!need_readable(o, name, problems)) return;
  const std::string pem = os_read_file(o.text(name)).value;
  if (pem.empty()) problems.add(o, name, o.text(name) + ": no certificate found in the file");
  else if (auto parsed = tls_authorities(pem); !parsed.ok()) problems.add(o, name, o.text(name) + ": " + parsed.status.message);
}

// Of one of the authorities: what it signs must be trusted here.
void need_signing_key(const Options& o, Problems& problems) {
  const Result<std::string> pem = os_read_file(o.text("agent-auth-trusted-ca-file"));
  const Result<std::string> key = public_key_of(os_read_file(o.text("agent-auth-ca-key-file")).value);
  const Result<std::vector<CertificateFacts>> facts = certificates_read(pem.value);
  if (!key.ok()) return problems.add(o, "agent-auth-ca-key-file", key.status.message);
  for (const CertificateFacts& f : facts.value)
    if (f.authority && public_key_fingerprint(f.public_key) == public_key_fingerprint(key.value)) return;
  problems.add(o, "agent-auth-ca-key-file", "it is the key of no CA in agent-auth-trusted-ca-file");
}

// The agents' port: its certificate is the backend's unless it has its own; a CA of agents makes it ask for theirs.
void read_agent_tls(const Options& o, BackendConfig& c, Problems& problems) {
  need_certificate(o, "agent-auth-cert-file", "agent-auth-key-file", problems);
  need_authorities(o, "agent-auth-trusted-ca-file", problems);
  const bool own = !o.text("agent-auth-cert-file").empty();
  c.agent_tls.cert_file = o.text(own ? "agent-auth-cert-file" : "cert-file");
  c.agent_tls.key_file = o.text(own ? "agent-auth-key-file" : "key-file");
  c.agent_tls.ca_file = o.text("agent-auth-trusted-ca-file");
  c.agent_tls.client_required = !c.agent_tls.ca_file.empty() && !o.boolean("agent-auth-optional");
  c.agent_ca_key_file = o.text("agent-auth-ca-key-file");
  c.agent_crl_urls = o.list("agent-auth-crl-urls");
  if (!c.agent_tls.ca_file.empty() && c.agent_tls.cert_file.empty())
    problems.add(o, "agent-auth-trusted-ca-file", "agents show certificates over TLS alone; set cert-file and key-file, too");
  for (const char* name : {"agent-auth-cert-file", "agent-auth-crl-urls", "agent-auth-ca-key-file"})
    if (!o.is_default(name) && c.agent_tls.ca_file.empty())
      problems.add(o, name, "without agent-auth-trusted-ca-file no agent is asked for a certificate; set it, too");
  if (need_readable(o, "agent-auth-ca-key-file", problems)) need_signing_key(o, problems);
}

void read_tls(const Options& o, BackendConfig& c, Problems& problems) {
  need_certificate(o, "cert-file", "key-file", problems);
  need_certificate(o, "dashboard-cert-file", "dashboard-key-file", problems);
  need_authorities(o, "trusted-ca-file", problems);
  c.tls.cert_file = o.text("cert-file");
  c.tls.key_file = o.text("key-file");
  c.tls.ca_file = o.text("trusted-ca-file");
  c.tls.insecure = o.boolean("insecure-skip-tls-verify");
  c.certificate_files = certificate_options(o);
  read_agent_tls(o, c, problems);
  c.dashboard_tls = c.tls;
  if (o.text("dashboard-cert-file").empty()) return;
  c.dashboard_tls.cert_file = o.text("dashboard-cert-file");
  c.dashboard_tls.key_file = o.text("dashboard-key-file");
}

std::vector<PortUse> backend_ports_of(const BackendConfig& c) {
  return {{"agent-port", c.agent_host, c.agent_port, true, false, true}, {"api-listen-address", c.api_host, c.api_port, true, false, true}};
}

void read_dashboard(const Options& o, BackendConfig& c, Problems& problems) {
  c.dashboard_host = o.text("dashboard-host");
  const int64_t dashboard_port = ranged(o, "dashboard-port", 0, 65535, problems);
  c.dashboard_port = dashboard_port == 0 ? -1 : static_cast<int>(dashboard_port);
  c.dashboard_port_given = !o.is_default("dashboard-port");
  c.dashboard_url = o.text("dashboard-url");
  if (!c.dashboard_url.empty() && c.dashboard_url.compare(0, 8, "https://") != 0 && c.dashboard_url.compare(0, 7, "http://") != 0)
    problems.add(o, "dashboard-url", "\"" + c.dashboard_url + "\": expected a URL that begins with https:// or http://");
  const std::string& guests = o.text("dashboard-guests");
  c.dashboard_guests = guests == "view";
  if (guests != "view" && guests != "off") problems.add(o, "dashboard-guests", "\"" + guests + "\": expected off or view");
}

// An empty one is not set.
void need_name(const Options& o, const char* option, Status (*rule)(std::string_view, std::string_view), Problems& problems) {
  const std::string& text = o.text(option);
  if (text.empty()) return;
  if (Status s = rule(text, "it"); !s.ok()) problems.add(o, option, "\"" + text + "\": " + s.message);
}

// Digits and dots are an address or a mistake, never a name.
void need_host(const Options& o, const char* option, Problems& problems) {
  const std::string& host = o.text(option);
  if (host.empty() || host.find_first_not_of("0123456789.") != host.npos || network_parse(host).ok()) return;
  problems.add(o, option, "\"" + host + "\" is not an address; expected one like 10.0.0.1, or [::] for all");
}

void read_listeners(const Options& o, BackendConfig& c, Problems& problems) {
  need_host(o, "agent-host", problems);
  need_host(o, "dashboard-host", problems);
  c.agent_host = o.text("agent-host");
  if (o.boolean("enable-cert-revocation-check")) c.agents_closed_by = "enable-cert-revocation-check";
  c.agent_port = static_cast<int>(ranged(o, "agent-port", 0, 65535, problems));
  c.agent_serve_wait_ms = o.duration_ms("agent-serve-wait-time");
  c.agent_connections_per_address = static_cast<int>(ranged(o, "agent-connections-per-address", 1, 1'000'000, problems));
  c.agent_connections_max = static_cast<int>(ranged(o, "agent-connections-max", 1, 1'000'000, problems));
  if (!split_address(o.text("api-listen-address"), &c.api_host, &c.api_port))
    problems.add(o, "api-listen-address", "\"" + o.text("api-listen-address") + "\" is not an address; expected HOST:PORT, e.g. [::]:8080");
  c.api_request_limit = static_cast<size_t>(ranged(o, "api-request-limit", 1024, 1 << 30, problems));
  c.api_write_timeout_ms = o.duration_ms("api-write-timeout");
  c.api_serve_wait_ms = o.duration_ms("api-serve-wait-time");
  read_dashboard(o, c, problems);
  std::vector<std::string> notes;
  if (Status s = ports_settle(backend_ports_of(c), &notes); !s.ok()) problems.text += (problems.text.empty() ? "" : "\n") + s.message;
}

// Both or neither, and not for ever: a peer with the password, which everybody knows, may be any agent from there.
void read_default_password(const Options& o, BackendConfig& c, Problems& problems) {
  const char *from = "agent-default-login-from", *until = "agent-default-login-until";
  if (o.list(from).empty() != o.text(until).empty())
    problems.add(o, from, std::string(from) + " and " + until + " come together; give both or neither");
  DefaultPasswordDoor& door = c.default_password;
  for (const std::string& text : o.list(from)) {
    Result<Network> network = network_parse(text);
    if (!network.ok()) problems.add(o, from, network.status.message);
    else door.from.push_back(network.value), door.from_text += (door.from_text.empty() ? "" : ", ") + text;
  }
  if (o.text(until).empty()) return;
  Result<ZonedTime> end = rfc3339_parse(o.text(until));
  if (!end.ok()) return problems.add(o, until, end.status.message + "; give a time like 2026-12-24T18:00:00Z");
  door.until_s = end.value.unix_s;
  if (door.until_s > os_unix_ms() / 1000 + kDefaultPasswordDaysMax * 86400)
    problems.add(
        o, until,
        "it is more than " + std::to_string(kDefaultPasswordDaysMax) + " days away; give the agents a password of their own in that time");
}

void read_etcd(const Options& o, BackendConfig& c, Problems& problems) {
  c.etcd = etcd_options_read(o, c.state_dir);
  auto is_unused = [&](const CertificateOption& file) { return !c.etcd.cluster && file.option.compare(0, 5, "etcd-") == 0; };
  c.certificate_files.erase(std::remove_if(c.certificate_files.begin(), c.certificate_files.end(), is_unused), c.certificate_files.end());
  c.etcd_members_only = o.boolean("etcd-members-only");
  const EtcdProblem add = [&](const char* option, const std::string& what) { problems.add(o, option, what); };
  etcd_settings_check(c.etcd, add);
  etcd_options_check(o, c.etcd, add);
}

void read_rest(const Options& o, BackendConfig& c, Problems& problems) {
  c.state_dir = o.text("state-dir").empty() ? os_default_dir("state") : o.text("state-dir");
  c.cache_dir = o.text("cache-dir").empty() ? os_default_dir("cache") : o.text("cache-dir");
  c.event_log_file = o.text("event-log-file");
  if (os_is_dir(c.event_log_file)) problems.add(o, "event-log-file", c.event_log_file + " is a directory; choose a file in it");
  need_name(o, "name", validate_name, problems);
  need_name(o, "deregistration-handler", validate_name, problems);
  need_name(o, "cluster-admin-username", validate_username, problems);
  const std::string& sync = o.text("store-sync");
  if (sync != "full" && sync != "normal") problems.add(o, "store-sync", "\"" + sync + "\" is unknown; expected full or normal");
  c.store_full_sync = sync != "normal";
  c.name = o.text("name");
  c.labels = o.map("labels");
  c.annotations = o.map("annotations");
  c.deregistration_handler = o.text("deregistration-handler");
  c.log_level = o.text("log-level");
  if (Result<LogLevel> level = log_level_parse(c.log_level); !level.ok()) problems.add(o, "log-level", level.status.message);
  c.handlers_max = static_cast<int>(ranged(o, "handlers-max", 1, 10'000, problems));
  c.metric_history_events = static_cast<int>(ranged(o, "metric-history-events", 0, 10'000'000, problems));
  c.assets_rate_limit = o.number("assets-rate-limit");
  c.assets_burst_limit = static_cast<int>(ranged(o, "assets-burst-limit", 1, 1'000'000, problems));
  c.admin_username = o.text("cluster-admin-username");
  c.admin_password = o.text("cluster-admin-password");
  c.admin_api_key = o.text("cluster-admin-api-key");
  c.agent_password = o.text("agent-password");
}

}  // namespace

// The paths are the reference's, so that a backend.yml that is there is found.
const OptionTable kBackendOptions = {"backend", kPrefixes, "/etc/picket/backend.yml:/etc/picket/backend.ini:/etc/sensu/backend.yml", kRows,
                                     sizeof kRows / sizeof kRows[0]};

StringList default_password_warnings(const DefaultPasswordDoor& door, int64_t now_s) {
  if (door.until_s == 0) return {};
  const std::string end = rfc3339_utc(door.until_s);
  if (door.until_s <= now_s)
    return {"agent-default-login-until has passed (" + end + "): agents with the default password are refused; take both options out"};
  return {"until " + end + " whoever connects from " + door.from_text +
          " may be any agent: agents are let in with Sensu's default password, which everybody knows; give them another one and take "
          "agent-default-login-from out"};
}

Result<BackendConfig> backend_config(const Options& options) {
  BackendConfig c;
  Problems problems;
  read_listeners(options, c, problems);
  read_tls(options, c, problems);
  read_rest(options, c, problems);
  read_etcd(options, c, problems);
  read_default_password(options, c, problems);
  if (!problems.text.empty()) return fail(Err::invalid, problems.text);
  return c;
}

}  // namespace picket
