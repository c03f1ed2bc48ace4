// agent/config/agent_config.cc - the agent's option table and its checks; see agent_config.h.
#include "agent/config/agent_config.h"

#include <iterator>

#include "common/text/log.h"
#include "common/options/log_file_options.h"
#include "common/rules/resource_types.h"
#include "common/text/url.h"

namespace picket {
namespace {

constexpr OptionKind kText = OptionKind::text, kInteger = OptionKind::integer, kNumber = OptionKind::number, kBool = OptionKind::boolean,
                     kList = OptionKind::list, kMap = OptionKind::map, kDuration = OptionKind::duration;

const OptionRow kRows[] = {
    // name, alias, short, kind, fallback, arg, help, section
    {"name", "id", 0, kText, "", "NAME", "Name of this agent's entity; empty = host name.", "Identity"},
    {"namespace", nullptr, 0, kText, "default", "NAME", "Namespace of this agent's entity.", "Identity"},
    {"user", nullptr, 0, kText, "agent", "NAME", "User name for the login to the backend.", "Identity"},
    {"password", nullptr, 0, kText, "P@ssw0rd!", "PASSWORD", "Password of that user.", "Identity", kOptionSecret},
    {"subscriptions", nullptr, 0, kList, "", "NAME,...", "Subscriptions: groups of checks this agent runs.", "Identity"},
    {"labels", nullptr, 0, kMap, "", "K=V,...", "Labels of the entity.", "Identity"},
    {"annotations", nullptr, 0, kMap, "", "K=V,...", "Annotations of the entity.", "Identity"},
    {"redact", nullptr, 0, kList, "", "NAME,...", "Labels and annotations whose values are sent as REDACTED; replaces the default list.", "Identity"},
    {"redact-add", nullptr, 0, kList, "", "NAME,...", "Labels and annotations to redact in addition to the list.", "Identity"},
    {"deregister", nullptr, 0, kBool, "false", "", "Deregister: delete the entity when its keepalives stop.", "Identity"},
    {"deregistration-handler", nullptr, 0, kText, "", "NAME", "Handler to notify of the deregistration.", "Identity"},
    {"agent-managed-entity", nullptr, 0, kBool, "false", "", "Manage the entity by this configuration only; ignore changes made on the backend.", "Identity"},
    {"detect-cloud-provider", nullptr, 0, kBool, "false", "", "Detect the cloud provider of this machine and report it.", "Identity"},
    {"cloud-metadata-url", nullptr, 0, kText, "", "URL", "For tests: ask only this server.", "Identity", kOptionHidden},
    {"strip-networks", nullptr, 0, kBool, "false", "", "Omit network interfaces from the entity.", "Identity"},
    {"discover-processes", nullptr, 0, kBool, "false", "", "", "Identity", kOptionIgnored},
    {"require-fips", nullptr, 0, kBool, "false", "", "this program contains no FIPS module; use another agent where one is required", "Identity", kOptionIgnored | kOptionRefused},
    {"require-openssl", nullptr, 0, kBool, "false", "", "this program contains no FIPS module; use another agent where one is required", "Identity", kOptionIgnored | kOptionRefused},

    {"backend-url", nullptr, 0, kList, "ws://127.0.0.1:8081", "URL,...", "Backends to report to, ws:// or wss://; the default port is 8081.", "Connection"},
    {"trusted-ca-file", nullptr, 0, kText, "", "FILE", "CA bundle (PEM) used instead of the system's.", "Connection"},
    {"cert-file", nullptr, 0, kText, "", "FILE", "Client certificate (PEM), used instead of user and password.", "Connection"},
    {"key-file", nullptr, 0, kText, "", "FILE", "Key of the client certificate (PEM).", "Connection"},
    {"enroll-token", nullptr, 0, kText, "", "TOKEN", "Get a credential of its own with this token at the start, if there is none yet.", "Connection", kOptionSecret},
    {"enroll-url", nullptr, 0, kText, "", "URL", "API to enrol at, http:// or https://; empty = port 8080 of the first backend.", "Connection"},
    {"insecure-skip-tls-verify", nullptr, 0, kBool, "false", "", "Do not verify server certificates. Not for production.", "Connection"},
    {"backend-handshake-timeout", nullptr, 0, kInteger, "15", "SECONDS", "Timeout of the handshake with a backend.", "Connection"},
    {"backend-heartbeat-interval", nullptr, 0, kInteger, "30", "SECONDS", "Interval of pings to the backend.", "Connection"},
    {"backend-heartbeat-timeout", nullptr, 0, kInteger, "45", "SECONDS", "Disconnect if the backend sends no pong for this long.", "Connection"},
    {"retry-min", nullptr, 0, kDuration, "1s", "DURATION", "Shortest wait before reconnecting.", "Connection"},
    {"retry-max", nullptr, 0, kDuration, "120s", "DURATION", "Longest wait before reconnecting.", "Connection"},
    {"retry-multiplier", nullptr, 0, kNumber, "2", "FACTOR", "Growth factor of that wait.", "Connection"},
    {"max-session-length", nullptr, 0, kDuration, "0s", "DURATION", "Reconnect after at most this time; 0 = never.", "Connection"},

    {"keepalive-interval", nullptr, 0, kInteger, "20", "SECONDS", "Interval of keepalives.", "Keepalives"},
    {"keepalive-warning-timeout", "keepalive-timeout", 0, kInteger, "120", "SECONDS", "Time without a keepalive before the backend raises a warning (minimum 5).", "Keepalives"},
    {"keepalive-critical-timeout", nullptr, 0, kInteger, "0", "SECONDS", "Time without a keepalive before the event becomes critical (minimum 5); 0 = never.", "Keepalives"},
    {"keepalive-handlers", nullptr, 0, kList, "", "NAME,...", "Handlers of the keepalive event.", "Keepalives"},
    {"keepalive-pipelines", nullptr, 0, kList, "", "core/v2.Pipeline.NAME,...", "Pipelines of the keepalive event.", "Keepalives"},
    {"keepalive-check-labels", nullptr, 0, kMap, "", "K=V,...", "Labels of the keepalive event.", "Keepalives"},
    {"keepalive-check-annotations", nullptr, 0, kMap, "", "K=V,...", "Annotations of the keepalive event.", "Keepalives"},

    {"allow-list", nullptr, 0, kText, "", "FILE", "File of commands that may be run (YAML or JSON); empty = all.", "Checks"},
    {"safe-mode", nullptr, 0, kBool, "false", "", "Run only checks that are also defined in this configuration.", "Checks"},
    {"default-check-timeout", nullptr, 0, kInteger, "0", "SECONDS", "Timeout of checks that have none; 0 = none.", "Checks"},
    {"max-concurrent-checks", nullptr, 0, kInteger, "32", "COUNT", "Maximum number of concurrent checks; further ones wait in order.", "Checks"},
    {"max-output-size", nullptr, 0, kInteger, "4194304", "BYTES", "Maximum output of a check; the rest is dropped.", "Checks"},
    {"offline-checks", nullptr, 0, kBool, "true", "", "Continue with the last known schedule while no backend is reachable.", "Checks"},
    {"conf-dir", nullptr, 0, kList, "", "DIR,...", "Directories or files with local checks: Sensu 1.x JSON, or YAML definitions.", "Checks"},
    {"disable-assets", nullptr, 0, kBool, "false", "", "Do not run checks that need assets.", "Assets"},
    {"cache-dir", nullptr, 0, kText, "", "DIR", "Directory for unpacked assets; empty = system default.", "Assets"},
    {"assets-rate-limit", nullptr, 0, kNumber, "1.39", "PER SECOND", "Maximum asset downloads per second.", "Assets"},
    {"assets-burst-limit", nullptr, 0, kInteger, "100", "COUNT", "Maximum burst of asset downloads.", "Assets"},

    {"default-handler", nullptr, 0, kText, "default", "NAME", "Handler of 1.x results, pings and local checks without handlers, if the backend has it; empty = none.", "Input"},
    {"disable-sockets", nullptr, 0, kBool, "false", "", "Disable the result socket.", "Input"},
    {"socket-host", nullptr, 0, kText, "127.0.0.1", "ADDRESS", "Listen address of the result socket (TCP and UDP).", "Input"},
    {"socket-port", nullptr, 0, kInteger, "3030", "PORT", "Port of the result socket (TCP and UDP).", "Input"},
    {"socket-max-bytes", nullptr, 0, kInteger, "10485760", "BYTES", "Maximum size of a message on the result socket.", "Input"},
    {"disable-api", nullptr, 0, kBool, "false", "", "Disable the HTTP API.", "Input"},
    {"api-host", nullptr, 0, kText, "127.0.0.1", "ADDRESS", "Listen address of the HTTP API.", "Input"},
    {"api-port", nullptr, 0, kInteger, "3031", "PORT", "Port of the HTTP API.", "Input"},
    {"api-hosts", nullptr, 0, kList, "", "NAME,...", "Additional host names accepted by the HTTP API besides its addresses, localhost and this host's name.", "Input"},
    {"api-user", nullptr, 0, kText, "", "NAME", "User name for /settings of the API.", "Input"},
    {"api-password", nullptr, 0, kText, "", "PASSWORD", "Password of that user.", "Input", kOptionSecret},
    {"api-protect-all", nullptr, 0, kBool, "false", "", "Require that password on every route except /healthz.", "Input"},
    {"input-rate-limit", nullptr, 0, kNumber, "1000", "PER SECOND", "Maximum results per second from other programs, sockets and HTTP together; 0 = no limit.", "Input"},
    {"input-burst-limit", nullptr, 0, kInteger, "10000", "COUNT", "Maximum burst of results above that rate.", "Input"},
    {"statsd-disable", nullptr, 0, kBool, "false", "", "Disable the StatsD listener.", "Input"},
    {"statsd-metrics-host", nullptr, 0, kText, "127.0.0.1", "ADDRESS", "Listen address of the StatsD listener.", "Input"},
    {"statsd-metrics-port", nullptr, 0, kInteger, "8125", "PORT", "Port of the StatsD listener.", "Input"},
    {"statsd-event-handlers", nullptr, 0, kList, "", "NAME,...", "Handlers of StatsD events.", "Input"},
    {"statsd-flush-interval", nullptr, 0, kInteger, "10", "SECONDS", "Interval of StatsD events.", "Input"},

    {"disable-spool", nullptr, 0, kBool, "false", "", "Queue unsent results in memory only.", "Spool"},
    {"state-dir", nullptr, 0, kText, "", "DIR", "Directory for unsent results and other state; empty = system default.", "Spool"},
    {"spool-max-size", nullptr, 0, kInteger, "67108864", "BYTES", "Maximum size of the spool; the oldest results are dropped first.", "Spool"},
    {"spool-max-age", nullptr, 0, kDuration, "168h", "DURATION", "Drop results older than this.", "Spool"},
    {"spool-fsync", nullptr, 0, kText, "interval", "always|interval|never", "When to flush results to disk: each one (always), once a second (interval), or left to the system (never).", "Spool"},
    {"events-rate-limit", nullptr, 0, kNumber, "500", "PER SECOND", "Maximum events per second sent from a backlog; 0 = no limit.", "Spool"},
    {"events-burst-limit", nullptr, 0, kInteger, "100", "COUNT", "Maximum burst of events from a backlog.", "Spool"},

    {"log-level", nullptr, 0, kText, "info", "LEVEL", "Log level: error, warn, info or debug.", "Process"},
    PICKET_LOG_FILE_ROWS("Process"),
    {"shutdown-timeout", nullptr, 0, kDuration, "10s", "DURATION", "Time to wait for running checks at shutdown.", "Process"},
};

const char* const kPrefixes[] = {"PICKET_", "SENSU_", nullptr};

}  // namespace

std::string option_place(const std::string& origin) {
  bool is_flag = origin.compare(0, 2, "--") == 0;
  return origin.empty() || origin == "default" || is_flag ? std::string() : origin + ": ";
}

namespace {

int64_t seconds_or(int64_t value, int64_t fallback) { return value < 1 ? fallback : value; }

// ws://host -> ws://host:8081; the message is the reference's.
Status url_check(const std::string& url) {
  if (url.rfind("ws://", 0) == 0 || url.rfind("wss://", 0) == 0) return url_parse(url).status;
  return fail(Err::invalid, "backend URL (" + url_shown(url) + ") must have ws:// or wss:// scheme");
}

struct Errors {
  const Options& options;
  std::string text;
  // `option`: whose value is wrong, so that the message says where it stands.
  void add(const char* option, const std::string& line) {
    text += (text.empty() ? "" : "\n") + option_place(options.origin(option)) + line;
  }
};

// core/v2.Pipeline.NAME. Anything else is ignored, as by the reference.
std::vector<ResourceReference> pipelines_read(const Options& o, StringList& warnings) {
  static const std::string kStart = "core/v2.Pipeline.";
  std::vector<ResourceReference> out;
  for (const std::string& text : o.list("keepalive-pipelines")) {
    const bool fits = text.compare(0, kStart.size(), kStart) == 0 && validate_name(text.substr(kStart.size()), "").ok();
    if (fits) out.push_back({text.substr(kStart.size()), "Pipeline", "core/v2"});
    else
      warnings.push_back(option_place(o.origin("keepalive-pipelines")) + "keepalive-pipelines: \"" + text +
                         "\" is ignored, it is not a pipeline; expected core/v2.Pipeline.NAME");
  }
  return out;
}

void names_check(const char* option, const StringList& names, Errors& errors) {
  for (const std::string& name : names)
    if (Status s = validate_name(name, ""); !s.ok())
      errors.add(option, std::string(option) + ": \"" + name + "\" " + s.message + "; expected the name of a handler");
}

void identity_read(const Options& o, const AgentDefaults& d, AgentConfig& c, Errors& errors) {
  c.name = o.text("name");
  if (c.name.empty()) c.name = d.hostname.empty() ? "unidentified-sensu-agent" : d.hostname;
  if (Status s = validate_name(c.name, ""); !s.ok()) {
    std::string why = s.message;
    while (!why.empty() && why.front() == ' ') why.erase(0, 1);
    errors.add("name", "invalid agent name: " + why);
  }
  c.ns = o.text("namespace");
  if (Status s = validate_name(c.ns, "namespace \"" + c.ns + "\""); !s.ok()) errors.add("namespace", s.message);
  c.user = o.text("user");
  c.password = o.text("password");
  c.subscriptions = o.list("subscriptions");
  c.labels = o.map("labels");
  c.annotations = o.map("annotations");
  c.redact = o.list("redact");
  c.redact_add = o.list("redact-add");
  c.deregister = o.boolean("deregister");
  c.deregistration_handler = o.text("deregistration-handler");
  if (!c.deregistration_handler.empty()) names_check("deregistration-handler", {c.deregistration_handler}, errors);
  c.agent_managed_entity = o.boolean("agent-managed-entity");
  c.detect_cloud_provider = o.boolean("detect-cloud-provider");
  c.cloud_metadata_url = o.text("cloud-metadata-url");
  c.strip_networks = o.boolean("strip-networks");
}

void connection_read(const Options& o, AgentConfig& c, Errors& errors) {
  c.backend_urls = o.list("backend-url");
  if (c.backend_urls.empty()) errors.add("backend-url", "no backend URLs defined; expected e.g. wss://backend:8081");
  for (const std::string& url : c.backend_urls)
    if (Status s = url_check(url); !s.ok()) errors.add("backend-url", s.message);
  c.trusted_ca_file = o.text("trusted-ca-file");
  c.cert_file = o.text("cert-file");
  c.key_file = o.text("key-file");
  c.enroll_token = o.text("enroll-token");
  c.enroll_url = o.text("enroll-url");
  c.insecure_skip_tls_verify = o.boolean("insecure-skip-tls-verify");
  c.handshake_timeout_ms = 1000 * seconds_or(o.integer("backend-handshake-timeout"), 15);
  c.heartbeat_interval_ms = 1000 * seconds_or(o.integer("backend-heartbeat-interval"), 30);
  c.heartbeat_timeout_ms = 1000 * seconds_or(o.integer("backend-heartbeat-timeout"), 45);
  if (c.heartbeat_timeout_ms <= c.heartbeat_interval_ms) c.heartbeat_timeout_ms = c.heartbeat_interval_ms * 10 / 6;
  c.retry_min_ms = o.duration_ms("retry-min");
  c.retry_max_ms = o.duration_ms("retry-max");
  c.retry_multiplier = o.number("retry-multiplier");
  if (c.retry_min_ms < 1) errors.add("retry-min", "retry-min must be greater than 0");
  if (c.retry_max_ms < c.retry_min_ms) errors.add("retry-max", "retry-max must not be less than retry-min");
  if (c.retry_multiplier < 1) errors.add("retry-multiplier", "retry-multiplier must be at least 1");
  c.max_session_ms = o.duration_ms("max-session-length");
}

void keepalive_read(const Options& o, AgentConfig& c, Errors& errors) {
  int64_t interval = o.integer("keepalive-interval"), warning = o.integer("keepalive-warning-timeout"),
          critical = o.integer("keepalive-critical-timeout");
  auto in_range = [&](const char* name, int64_t v, int64_t least) {
    if (v < least || v > 31'536'000)
      errors.add(name, std::string(name) + " must be from " + std::to_string(least) + " to 31536000 seconds, not " + std::to_string(v));
  };
  in_range("keepalive-interval", interval, 1);
  if (warning != 0 && warning < 5)
    errors.add("keepalive-warning-timeout", "bad keepalive timeout: " + std::to_string(warning) + " (minimum value is 5 seconds)");
  else if (warning != 0 && warning <= interval)
    errors.add("keepalive-warning-timeout", "keepalive warning timeout must be greater than keepalive interval");
  if (critical != 0 && critical < 5)
    errors.add("keepalive-critical-timeout",
               "bad keepalive critical timeout: " + std::to_string(critical) + " (minimum value is 5 seconds)");
  else if (critical != 0 && critical <= warning)
    errors.add("keepalive-critical-timeout", "if set, --keepalive-critical-timeout must be greater than --keepalive-warning-timeout");
  else if (critical != 0 && critical <= interval)
    errors.add("keepalive-critical-timeout", "keepalive critical timeout must be greater than keepalive interval");
  in_range("keepalive-warning-timeout", warning, 0);
  in_range("keepalive-critical-timeout", critical, 0);
  c.keepalive_interval_s = uint32_t(interval);
  c.keepalive_warning_s = uint32_t(warning);
  c.keepalive_critical_s = uint32_t(critical);
  c.keepalive_handlers = o.list("keepalive-handlers");
  names_check("keepalive-handlers", c.keepalive_handlers, errors);
  c.keepalive_pipelines = pipelines_read(o, c.warnings);
  c.keepalive_labels = o.map("keepalive-check-labels");
  c.keepalive_annotations = o.map("keepalive-check-annotations");
}

int64_t number_in(const Options& o, const char* name, int64_t least, int64_t most, Errors& errors) {
  int64_t v = o.integer(name);
  if (v < least || v > most)
    errors.add(name,
               std::string(name) + " must be from " + std::to_string(least) + " to " + std::to_string(most) + ", not " + std::to_string(v));
  return v;
}

void checks_read(const Options& o, const AgentDefaults& d, AgentConfig& c, Errors& errors) {
  c.allow_list_file = o.text("allow-list");
  c.safe_mode = o.boolean("safe-mode");
  c.default_check_timeout_s = uint32_t(number_in(o, "default-check-timeout", 0, 31'536'000, errors));
  c.checks_max = int(number_in(o, "max-concurrent-checks", 1, 10'000, errors));
  c.output_max = size_t(number_in(o, "max-output-size", 1024, 64 << 20, errors));
  c.offline_checks = o.boolean("offline-checks");
  c.conf_dirs = o.list("conf-dir");
  c.disable_assets = o.boolean("disable-assets");
  c.cache_dir = o.text("cache-dir").empty() ? d.cache_dir : o.text("cache-dir");
  c.assets_rate = o.number("assets-rate-limit");
  c.assets_burst = int(number_in(o, "assets-burst-limit", 0, 1'000'000, errors));
}

void input_read(const Options& o, AgentConfig& c, Errors& errors) {
  c.default_handler = o.text("default-handler");
  if (!c.default_handler.empty()) names_check("default-handler", {c.default_handler}, errors);
  c.disable_sockets = o.boolean("disable-sockets");
  c.socket_host = o.text("socket-host");
  c.socket_port = int(number_in(o, "socket-port", 0, 65535, errors));
  c.socket_max = size_t(number_in(o, "socket-max-bytes", 1024, 1 << 30, errors));
  c.disable_api = o.boolean("disable-api");
  c.api_host = o.text("api-host");
  c.api_port = int(number_in(o, "api-port", 0, 65535, errors));
  c.api_hosts = o.list("api-hosts");
  c.api_user = o.text("api-user");
  c.api_password = o.text("api-password");
  c.api_protect_all = o.boolean("api-protect-all");
  if (c.api_protect_all && (c.api_user.empty() || c.api_password.empty()))
    errors.add("api-protect-all", "api-protect-all needs api-user and api-password");
  c.input_rate = o.number("input-rate-limit");
  if (c.input_rate < 0) errors.add("input-rate-limit", "input-rate-limit must not be negative");
  c.input_burst = int(number_in(o, "input-burst-limit", 1, 100'000'000, errors));
  c.events_rate = o.number("events-rate-limit");
  if (c.events_rate < 0) errors.add("events-rate-limit", "events-rate-limit must not be negative");
  c.events_burst = int(number_in(o, "events-burst-limit", 1, 1'000'000, errors));
  c.disable_statsd = o.boolean("statsd-disable");
  c.statsd_host = o.text("statsd-metrics-host");
  c.statsd_port = int(number_in(o, "statsd-metrics-port", 0, 65535, errors));
  c.statsd_handlers = o.list("statsd-event-handlers");
  names_check("statsd-event-handlers", c.statsd_handlers, errors);
  c.statsd_flush_ms = 1000 * number_in(o, "statsd-flush-interval", 1, 86'400, errors);
}

void spool_read(const Options& o, const AgentDefaults& d, AgentConfig& c, Errors& errors) {
  c.disable_spool = o.boolean("disable-spool");
  c.state_dir = o.text("state-dir").empty() ? d.state_dir : o.text("state-dir");
  c.spool_max_bytes = number_in(o, "spool-max-size", 1 << 20, int64_t(1) << 40, errors);
  c.spool_max_age_ms = o.duration_ms("spool-max-age");
  if (c.spool_max_age_ms < 1000) errors.add("spool-max-age", "spool-max-age must be at least 1s");
  const std::string& fsync = o.text("spool-fsync");
  if (fsync == "always") c.spool_fsync = AgentConfig::Fsync::always;
  else if (fsync == "never") c.spool_fsync = AgentConfig::Fsync::never;
  else if (fsync != "interval") errors.add("spool-fsync", "spool-fsync: expected always, interval or never, got \"" + fsync + "\"");
}

}  // namespace

const OptionTable kAgentOptions = {
    "agent", kPrefixes,
    "/etc/picket/agent.yml:/etc/picket/agent.ini:/etc/sensu/agent.yml:/usr/local/etc/sensu/agent.yml",
    kRows, int(std::size(kRows)), "checks:check:client",
};

Status agent_config_read(const Options& options, const AgentDefaults& defaults, AgentConfig* out) {
  AgentConfig& c = *out;
  Errors errors{options, {}};
  for (const OptionRow& row : kRows)
    if (!options.is_default(row.name)) c.given[row.name] = options.origin(row.name);
  c.config_file = options.text("config-file");
  identity_read(options, defaults, c, errors);
  connection_read(options, c, errors);
  keepalive_read(options, c, errors);
  checks_read(options, defaults, c, errors);
  input_read(options, c, errors);
  spool_read(options, defaults, c, errors);
  c.log_level = options.text("log-level");
  if (!log_level_parse(c.log_level).ok())
    errors.add("log-level", "not a valid logrus Level: \"" + c.log_level + "\"; expected error, warn, info, debug or trace");
  c.shutdown_timeout_ms = options.duration_ms("shutdown-timeout");
  return errors.text.empty() ? Status{} : fail(Err::invalid, errors.text);
}

Result<AgentConfig> agent_config_from(const Options& options, const AgentDefaults& defaults) {
  AgentConfig config;
  if (Status s = agent_config_read(options, defaults, &config); !s.ok()) return s;
  return config;
}

}  // namespace picket
