// cli/commands/edge.cc - the options of the edge, handed to its two halves.
#include "cli/commands/edge.h"

#include <algorithm>
#include <cstdio>

#include "agent/agent.h"
#include "agent/agent_files.h"
#include "backend/auth/auth.h"
#include "backend/shared/backend_config.h"
#include "backend/shared/backend.h"
#include "backend/start_command.h"
#include "cli/commands/commands.h"
#include "cli/commands/host_checks.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "common/program/log_file.h"
#include "common/program/options_source.h"
#include "common/process/process.h"
#include "common/rules/resource_types.h"
#include "common/program/service.h"

namespace picket {
namespace {

constexpr const char* kUsage =
    "Usage: picket edge [check-config [--strict]] [--OPTION VALUE]...\n\n"
    "Backend and agent in one process. check-config only validates the configuration; --strict: treat warnings as errors.\n";
constexpr OptionKind kText = OptionKind::text, kInteger = OptionKind::integer, kList = OptionKind::list, kMap = OptionKind::map;

const OptionRow kRows[] = {
    // name, alias, short, kind, fallback, arg, help, section
    {"state-dir", nullptr, 'd', kText, "", "DIR", "Directory of database, spool and assets; empty = system default.", "Place"},
    {"host", nullptr, 0, kText, "127.0.0.1", "ADDRESS", "Listen address of agent port and API; 0.0.0.0 opens them to other machines.", "Place"},
    {"agent-port", nullptr, 0, kInteger, "8081", "PORT", "Port for further agents.", "Place"},
    {"backend-api-port", nullptr, 0, kInteger, "8080", "PORT", "Port of the HTTP API.", "Place"},
    {"dashboard-port", nullptr, 0, kInteger, "3000", "PORT", "Port of the dashboard; 0: no dashboard.", "Place"},
    {"dashboard-guests", nullptr, 0, kText, "view", "WHAT", "view: whoever sits at this machine may look without a login; off: nobody.", "Place"},
    {"socket-port", nullptr, 0, kInteger, "3030", "PORT", "Port of the result socket, TCP and UDP.", "Place"},
    {"api-port", nullptr, 0, kInteger, "3031", "PORT", "Port of the agent's HTTP API.", "Place"},
    {"statsd-metrics-port", nullptr, 0, kInteger, "8125", "PORT", "Port of the StatsD listener.", "Place"},
    {"name", nullptr, 0, kText, "", "NAME", "Name of this machine's entity; empty = host name.", "This machine"},
    {"subscriptions", nullptr, 0, kList, "", "NAME,...", "Subscriptions: groups of checks this machine runs; empty = its operating system (linux).", "This machine"},
    {"starter-checks", nullptr, 0, OptionKind::boolean, "true", "", "Create the built-in host checks (cpu, memory, disk, ...) at the first start.", "This machine"},
    {"labels", nullptr, 0, kMap, "", "K=V,...", "Labels of the entity.", "This machine"},
    {"log-level", nullptr, 0, kText, "warn", "LEVEL", "Log level: error, warn, info or debug.", "This machine"},
    PICKET_LOG_FILE_ROWS("This machine"),
    {"backend-config", nullptr, 0, kText, "", "FILE", "Additional options of picket backend start.", "Files"},
    {"agent-config", nullptr, 0, kText, "", "FILE", "Additional options of picket agent start.", "Files"},
};
const char* const kPrefixes[] = {"PICKET_", nullptr};

// One of the two halves: its options come from its file and the environment; edge's own options go on top.
Result<Options> half_options(const OptionTable& table, const std::string& file, StringList& warnings) {
  OptionsInput input = os_options_input(file.empty() ? std::vector<std::string>{} : std::vector<std::string>{"--config-file", file});
  OptionTable own = table;
  own.default_files = "";  // edge on a host that also has /etc/sensu/agent.yml is not that agent
  Result<Options> options = options_load(own, input);
  if (Status s = options_unmet(options.value); options.ok() && !s.ok()) options.status = s;
  options.value.table = &table;  // the same rows, and it lives on
  warnings.insert(warnings.end(), options.value.warnings.begin(), options.value.warnings.end());
  return options;
}

// Set for edge, or not set for the half: edge's value stands.
bool edge_decides(const Options& edge, const char* name, const Options& half, const char* half_name) {
  return !edge.is_default(name) || half.is_default(half_name);
}

std::string state_dir(const Options& edge, const char* part) {
  const std::string& dir = edge.text("state-dir");
  return (dir.empty() ? os_default_dir("state") + "/edge" : dir) + "/" + part;
}

void backend_ports(const Options& edge, const Options& half, BackendConfig& c) {
  if (edge_decides(edge, "host", half, "agent-host")) c.agent_host = edge.text("host");
  if (edge_decides(edge, "agent-port", half, "agent-port")) c.agent_port = int(edge.integer("agent-port"));
  if (edge_decides(edge, "host", half, "api-listen-address")) c.api_host = edge.text("host");
  if (edge_decides(edge, "backend-api-port", half, "api-listen-address")) c.api_port = int(edge.integer("backend-api-port"));
  if (edge_decides(edge, "host", half, "dashboard-host")) c.dashboard_host = edge.text("host");
  if (edge_decides(edge, "dashboard-port", half, "dashboard-port")) {
    c.dashboard_port = edge.integer("dashboard-port") == 0 ? -1 : int(edge.integer("dashboard-port"));
    c.dashboard_port_given = !edge.is_default("dashboard-port");
  }
  if (edge_decides(edge, "dashboard-guests", half, "dashboard-guests")) c.dashboard_guests = edge.text("dashboard-guests") == "view";
}

Result<BackendConfig> backend_half(const Options& edge, StringList& warnings) {
  Result<Options> half = half_options(kBackendOptions, edge.text("backend-config"), warnings);
  if (!half.ok()) return because("the backend's options", half.status);
  Result<BackendConfig> config = backend_config(half.value);
  if (!config.ok()) return because("the backend's options", config.status);
  BackendConfig& c = config.value;
  backend_ports(edge, half.value, c);
  if (edge_decides(edge, "state-dir", half.value, "state-dir")) c.state_dir = state_dir(edge, "backend");
  if (edge_decides(edge, "state-dir", half.value, "cache-dir")) c.cache_dir = state_dir(edge, "cache");
  return config;
}

void agent_ports(const Options& edge, const Options& half, AgentConfig& c) {
  for (const char* name : {"socket-port", "api-port", "statsd-metrics-port"})
    if (!edge.is_default(name)) c.given.emplace(name, edge.origin(name));
  if (edge_decides(edge, "socket-port", half, "socket-port")) c.socket_port = int(edge.integer("socket-port"));
  if (edge_decides(edge, "api-port", half, "api-port")) c.api_port = int(edge.integer("api-port"));
  if (edge_decides(edge, "statsd-metrics-port", half, "statsd-metrics-port")) c.statsd_port = int(edge.integer("statsd-metrics-port"));
}

// Where the agent finds the backend of its own process.
std::string local_url(const BackendConfig& backend) {
  const std::string& host = backend.agent_host;
  const bool any = host.empty() || host == "0.0.0.0" || host == "::" || host == "[::]";
  const std::string v6 = host.find(':') != std::string::npos && host.front() != '[' ? "[" + host + "]" : host;
  return (backend.tls.cert_file.empty() ? "ws://" : "wss://") + (any ? "127.0.0.1" : v6) + ":" + std::to_string(backend.agent_port);
}

Result<AgentConfig> agent_half(const Options& edge, const BackendConfig& backend, StringList& warnings, bool* is_inner) {
  Result<Options> half = half_options(kAgentOptions, edge.text("agent-config"), warnings);
  if (!half.ok()) return because("the agent's options", half.status);
  Result<AgentConfig> config = agent_config_from(half.value, agent_defaults());
  if (!config.ok()) return because("the agent's options", config.status);
  AgentConfig& c = config.value;
  agent_ports(edge, half.value, c);
  if (half.value.is_default("backend-url")) c.backend_urls = {local_url(backend)};
  if (!edge.text("name").empty()) {
    c.name = edge.text("name");
    if (Status s = validate_name(c.name, "agent name"); !s.ok())
      return fail(s.code, option_place(edge.origin("name")) + "name: " + s.message);
    c.given.emplace("name", edge.origin("name"));
  }
  if (!edge.list("subscriptions").empty()) c.subscriptions = edge.list("subscriptions");
  if (c.subscriptions.empty()) c.subscriptions = {os_system_facts().os};
  for (const auto& [key, value] : edge.map("labels")) c.labels[key] = value;
  if (edge_decides(edge, "state-dir", half.value, "state-dir")) c.state_dir = state_dir(edge, "agent");
  if (edge_decides(edge, "state-dir", half.value, "cache-dir")) c.cache_dir = state_dir(edge, "cache");
  *is_inner = half.value.is_default("backend-url") && half.value.is_default("password");
  if (!backend.agent_password.empty() && half.value.is_default("password")) c.password = backend.agent_password;
  return config;
}

// An agent that is given neither a password nor another backend gets a way in of its own: the password of all agents may change
// while it runs. 256 bits, in this process's memory alone.
Status inner_agent_admit(EdgeConfig& config) {
  if (!config.agent_is_inner) return {};
  unsigned char bytes[32];
  if (!os_random(bytes, sizeof bytes)) return fail(Err::io, "no random numbers from the system; check /dev/urandom");
  std::string secret;
  for (unsigned char c : bytes) secret += "0123456789abcdef"[c >> 4], secret += "0123456789abcdef"[c & 15];
  config.backend.inner_agent_secret = config.agent.password = secret;
  return {};
}

// One process: both halves, their loop, and what stops them.
struct Edge {
  uv_loop_t loop{};
  Net* net = nullptr;
  Backend* backend = nullptr;
  Agent* agent = nullptr;
  bool stopping = false;
};

void net_stop(Edge* e) {
  net_close(e->net, [] {});
}

void backend_half_stop(Edge* e) {
  if (!e->backend) return net_stop(e);
  backend_stop(std::exchange(e->backend, nullptr), [e] { net_stop(e); });
}

// The agent goes first, so that its last results are stored.
void stop(Edge* e) {
  if (std::exchange(e->stopping, true)) return;
  if (!e->agent) return backend_half_stop(e);
  agent_stop(std::exchange(e->agent, nullptr), [e] { backend_half_stop(e); });
}

Status start(Edge* e, const BackendConfig& backend, const AgentConfig& agent) {
  Result<Backend*> b = backend_start(&e->loop, e->net, backend);
  if (!b.ok()) return b.status;  // says itself what it was doing
  e->backend = b.value;
  agent_use_scripts();
  agent_use_inner_checks();
  Result<Agent*> a = agent_start(&e->loop, e->net, agent);
  if (!a.ok()) return because("start the agent", a.status);
  e->agent = a.value;
  return {};
}

// What an operator types next. The well-known first password counts on this machine only, so it may be shown.
void say_login(const BackendConfig& b, int port, bool is_first) {
  const bool any = b.api_host.empty() || b.api_host == "0.0.0.0" || b.api_host == "::" || b.api_host == "[::]";
  const std::string url =
      std::string(b.tls.cert_file.empty() ? "http://" : "https://") + (any ? "127.0.0.1" : b.api_host) + ":" + std::to_string(port);
  const bool known = is_first && !any && b.admin_password.empty();
  printf("  log in       picket ctl configure --url %s", url.c_str());
  if (known) printf(" -n --username %s --password '%s'", b.admin_username.c_str(), kDefaultPassword);
  printf("\n  then         picket ctl event list; picket ctl doctor%s\n", known ? "; picket ctl user change-password --interactive" : "");
}

bool guests_are_admitted(const BackendConfig& b) {
  return b.dashboard_guests && (b.dashboard_host.compare(0, 4, "127.") == 0 || b.dashboard_host == "::1" || b.dashboard_host == "[::1]");
}

void say_where(const Edge& e, const BackendConfig& b, const AgentConfig& a, bool is_first) {
  const std::string host = b.api_host;
  printf("picket edge monitors %s\n", a.name.c_str());
  if (const int port = backend_dashboard_port(e.backend); port > 0)
    printf("  dashboard    %s://%s:%d (%s)\n", b.dashboard_tls.cert_file.empty() ? "http" : "https", b.dashboard_host.c_str(), port,
           guests_are_admitted(b) ? "look without a login; to change things log in as admin" : "log in as admin");
  printf("  API          %s://%s:%d\n", b.tls.cert_file.empty() ? "http" : "https", host.c_str(), backend_api_port(e.backend));
  printf("  agents       %s:%d\n", b.agent_host.c_str(), backend_agent_port(e.backend));
  const std::string sockets = agent_result_sockets(e.agent), results = a.socket_host + ":" + std::to_string(a.socket_port);
  if (!a.disable_sockets)
    printf("  results      %s (%s)\n", results.c_str(), sockets.empty() ? "could not be opened, see the log" : sockets.c_str());
  printf("  state        %s\n", b.state_dir.c_str());
  say_login(b, backend_api_port(e.backend), is_first);
  fflush(stdout);
}

Status run(const BackendConfig& backend, const AgentConfig& agent) {
  Edge e;
  uv_loop_init(&e.loop);
  os_raise_file_limit();
  e.net = net_open(&e.loop, {});
  OrphanReaper* reaper = process_reap_orphans(&e.loop);
  ServiceWatch* service = service_watch(&e.loop,
                                        {[&e](const std::string& why) {
                                           log_info("edge", "stopping", {{"why", why}});
                                           stop(&e);
                                         },
                                         [] {},  // as in the backend
                                         service_turn_log_level});
  const bool is_first = !os_exists(backend.state_dir + "/picket.db");
  Status status = start(&e, backend, agent);
  if (status.ok()) service_started(), say_where(e, backend, agent, is_first);
  else stop(&e);
  uv_run(&e.loop, UV_RUN_DEFAULT);
  process_reap_end(reaper);
  service_watch_end(service);
  uv_run(&e.loop, UV_RUN_DEFAULT);
  uv_loop_close(&e.loop);
  return status;
}

int fatal(const Status& s) {
  fprintf(stderr, "picket edge: %s\n", s.message.c_str());
  return 1;
}

Status edge_run(const Options& edge) {
  Result<LogLevel> level = log_level_parse(edge.text("log-level"));
  if (!level.ok()) return because("log-level", level.status);
  Result<LogFileOptions> file = log_file_options(edge, service_is_managed() ? os_default_dir("log") + "/edge.log" : "");
  if (Status s = file.ok() ? log_to_file(file.value) : file.status; !s.ok()) return s;
  log_set_level(level.value);
  Result<EdgeConfig> config = edge_config(edge);
  if (!config.ok()) return config.status;
  options_log_warnings(config.value.warnings, "edge");
  if (Status s = inner_agent_admit(config.value); !s.ok()) return s;
  auto& [backend, agent, warnings, agent_is_inner] = config.value;
  if (edge.boolean("starter-checks")) backend.first_checks = host_checks_json(os_system_facts().os, agent.subscriptions);
  return run(backend, agent);
}

int check_config(const Options& edge, bool strict) {
  Result<EdgeConfig> config = edge_config(edge);
  options_print_warnings(config.value.warnings);
  if (!config.ok()) return fatal(config.status);
  if (Status s = backend_first_start_check(config.value.backend); !s.ok()) return fatal(s);
  if (Status s = log_file_options(edge, "").status; !s.ok()) return fatal(s);
  if (Status s = log_level_parse(edge.text("log-level")).status; !s.ok()) return fatal(because("log-level", s));
  if (Status s = options_strict(config.value.warnings); strict && !s.ok()) return fatal(s);
  printf("configuration is valid: agent \"%s\", state in %s\n", config.value.agent.name.c_str(), config.value.backend.state_dir.c_str());
  return 0;
}

}  // namespace

const OptionTable kEdgeOptions = {"edge", kPrefixes, "", kRows, int(sizeof kRows / sizeof kRows[0])};

// The backend's ports and the agent's; those of a 1.x client object are known when the agent reads its files.
static Status ports_check(const Options& edge, const BackendConfig& b, AgentConfig& a, StringList& warnings) {
  std::vector<PortUse> uses = agent_ports(a);
  uses.push_back({"agent-port", b.agent_host, b.agent_port, true, false, !edge.is_default("agent-port")});
  uses.push_back({"backend-api-port", b.api_host, b.api_port, true, false, !edge.is_default("backend-api-port")});
  return ports_settle(uses, &warnings);
}

Result<EdgeConfig> edge_config(const Options& options) {
  StringList warnings = options.warnings;
  Result<BackendConfig> backend = backend_half(options, warnings);
  if (!backend.ok()) return backend.status;
  bool agent_is_inner = false;
  Result<AgentConfig> agent = agent_half(options, backend.value, warnings, &agent_is_inner);
  if (!agent.ok()) return agent.status;
  if (Status s = ports_check(options, backend.value, agent.value, warnings); !s.ok()) return s;
  for (std::string& warning : backend_certificate_warnings(backend.value, os_unix_ms() / 1000)) warnings.push_back(std::move(warning));
  return EdgeConfig{std::move(backend.value), std::move(agent.value), std::move(warnings), agent_is_inner};
}

int edge_command(const std::vector<std::string>& args) {
  if (!args.empty() && args.front() == "service") return service_command("edge", {args.begin() + 1, args.end()});
  bool check = !args.empty() && args.front() == "check-config";
  if (!check) service_signals_hold();
  std::vector<std::string> rest(args.begin() + check, args.end());
  auto strict = check ? std::find(rest.begin(), rest.end(), "--strict") : rest.end();
  bool is_strict = strict != rest.end();
  if (is_strict) rest.erase(strict);
  Result<Options> edge = options_load(kEdgeOptions, os_options_input(rest));
  if (!edge.ok()) return check ? fatal(edge.status) : log_start_failure("edge", edge.status.message);
  if (edge.value.boolean("help")) return printf("%s", options_help(kEdgeOptions, kUsage).c_str()), 0;
  if (edge.value.boolean("print-config")) return printf("%s", options_print(edge.value).c_str()), 0;
  if (!edge.value.args.empty())
    return fatal(fail(Err::invalid, "\"" + edge.value.args.front() + "\" is not an option; run `picket edge --help` for the list"));
  if (check) return check_config(edge.value, is_strict);
  Status status = edge_run(edge.value);
  return status.ok() ? 0 : log_start_failure("edge", status.message);
}

}  // namespace picket
