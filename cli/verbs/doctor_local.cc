// cli/verbs/doctor_local.cc - doctor: the machine it runs on.
#include <uv.h>

#include <cstdlib>

#include "agent/agent.h"
#include "agent/enrolment.h"
#include "backend/shared/backend_config.h"
#include "cli/verbs/doctor.h"
#include "backend/shared/etcd_options.h"
#include "common/options/certificate_options.h"
#include "common/options/options.h"
#include "common/os/os.h"
#include "common/tls/tls.h"

namespace picket {
namespace {

struct Local {
  const char* name;
  const OptionTable* table;
  const char* state_option;
};

bool free_mb(const std::string& dir, uint64_t* out) {
  uv_fs_t request;
  bool known = uv_fs_statfs(nullptr, &request, dir.c_str(), nullptr) == 0;
  if (known) {
    auto* disk = static_cast<uv_statfs_t*>(request.ptr);
    *out = disk->f_bavail * disk->f_bsize >> 20;
  }
  uv_fs_req_cleanup(&request);
  return known;
}

void examine_disk(Doctor& d, const std::string& name, const std::string& dir) {
  constexpr uint64_t kLeastMb = 500;
  uint64_t available_mb;
  if (!free_mb(dir, &available_mb)) return;
  std::string text = name + ": " + std::to_string(available_mb) + " MB free for " + dir;
  if (available_mb < kLeastMb) warn(d, text, "free some space: a full disk stores no new events");
  else fine(d, text);
}

Result<Options> examine_program(Doctor& d, const Local& local) {
  OptionsInput input;
  input.env = d.ctl.env;
  input.read_file = [](const std::string& path) { return os_read_file(path); };
  Result<Options> options = options_load(*local.table, input);
  std::string name = std::string("configuration of the ") + local.name;
  if (!options.ok()) {
    failed(d, name + ": " + options.status.message,
           "correct it; `picket " + std::string(local.name) + " start --print-config` shows the effective values");
    return options;
  }
  fine(d, name + " is valid");
  for (const std::string& warning : options.value.warnings) warn(d, name + ": " + warning, "correct the name, or remove the line");
  const bool is_cluster = local.table != &kBackendOptions || etcd_options_read(options.value, "").cluster;
  for (const CertificateOption& o : certificate_options(options.value))
    if (is_cluster || o.option.compare(0, 5, "etcd-") != 0) examine_certificate(d, o.path);
  std::string dir = options.value.text(local.state_option);
  examine_disk(d, local.name, dir.empty() ? os_default_dir("state") : dir);
  return options;
}

// ---- the agent's socket ----

struct Ping {
  uv_timer_t deadline{};
  Net* net = nullptr;
  TcpConn* connection = nullptr;
  std::string answer;
  bool over = false;
};

void ping_end(Ping* p) {
  if (std::exchange(p->over, true)) return;
  if (p->connection) tcp_abort(p->connection);
  uv_close(reinterpret_cast<uv_handle_t*>(&p->deadline), nullptr);
  net_close(p->net, [] {});
}

std::string ping_agent(const std::string& host, int port) {
  constexpr int64_t kPingMs = 2000;
  uv_loop_t loop;
  Ping p;
  if (uv_loop_init(&loop) != 0) return "";
  p.net = net_open(&loop, {});
  uv_timer_init(&loop, &p.deadline);
  p.deadline.data = &p;
  uv_timer_start(
      &p.deadline, [](uv_timer_t* t) { ping_end(static_cast<Ping*>(t->data)); }, kPingMs, 0);
  p.connection = tcp_connect(p.net, host, port, kPingMs, [&p](TcpConn*, const TcpEvent& e) {
    if (e.kind == TcpEvent::data) p.answer.append(e.bytes.substr(0, 64));
    if (e.kind == TcpEvent::closed) p.connection = nullptr;
    if (p.answer.size() >= 4 || e.kind == TcpEvent::ended || e.kind == TcpEvent::closed) ping_end(&p);
  });
  tcp_send(p.connection, " ping ");
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  return p.answer;
}

void examine_agent(Doctor& d, const Options& o) {
  if (o.boolean("disable-sockets")) return;
  const int port = static_cast<int>(o.integer("socket-port"));
  const std::string name = "port " + std::to_string(port);
  const std::string& host = o.text("socket-host");
  std::string answer = ping_agent(host.empty() || host == "0.0.0.0" || host == "[::]" ? "127.0.0.1" : host, port);
  if (answer == "pong") fine(d, "an agent accepts results on " + name);
  else if (answer.empty())
    warn(d, "no agent responds on the result socket, " + name, "start the agent, if this machine is to be monitored");
  else failed(d, name + " is used by another program", "change the port of one of them: --socket-port of the agent");
}

// A port of the backend may be silent, when no backend is to run here; but nobody else may have it.
void examine_port(Doctor& d, int port, bool tls, const char* what, const char* option) {
  constexpr int64_t kAnswerMs = 2000;
  HttpClientRequest request;
  request.url = std::string(tls ? "https" : "http") + "://127.0.0.1:" + std::to_string(port) + "/health";
  request.timeout_ms = kAnswerMs;
  request.proxy_from_environment = false;
  request.tls.insecure = true;  // only its identity
  CtlReply reply = d.ctl.transport(request);
  const std::string name = "port " + std::to_string(port);
  const bool ours = reply.transport.ok() && reply.body.find("\"ClusterHealth\"") != std::string::npos;
  const bool silent = !reply.transport.ok() && reply.transport.message.find("refused") != std::string::npos;
  if (!ours && !silent)
    failed(d, name + ", " + what + " of a backend, is used by another program", std::string("change the port of one of them: --") + option);
  if (!ours) return;
  fine(d, std::string(what) + " of a backend on " + name);
  if (tls) examine_served(d, {std::string(what) + " on " + name, "127.0.0.1", port, "", true, true});
}

// The certificate an agent got by enrolling: it renews itself in good time, unless it cannot.
void examine_credential(Doctor& d, const Options& o) {
  const Result<AgentConfig> config = agent_config_from(o, agent_defaults());
  const std::optional<AgentCredential> credential = config.ok() ? credential_read(config.value) : std::nullopt;
  if (credential && credential->is_certificate) examine_certificate(d, credential_files(config.value).certificate);
}

void examine_default_password(Doctor& d, const Options& o) {
  const Result<BackendConfig> config = backend_config(o);
  if (!config.ok()) return;  // said as the configuration's fault
  for (const std::string& sentence : default_password_warnings(config.value.default_password, d.ctl.now_ms / 1000))
    warn(d, sentence, "`picket ctl user reset-password agent`, `password:` in every agent.yml, then the two options go");
}

void examine_backend_ports(Doctor& d, const Options& o) {
  const bool tls = !o.text("cert-file").empty();
  const std::string& api = o.text("api-listen-address");
  const int api_port = atoi(api.c_str() + api.rfind(':') + 1);
  if (api_port > 0) examine_port(d, api_port, tls, "the API", "api-listen-address");
  if (int port = static_cast<int>(o.integer("agent-port")); port > 0) examine_port(d, port, tls, "the agents' port", "agent-port");
}

}  // namespace

void examine_certificate(Doctor& d, const std::string& path) {
  constexpr int64_t kSoonDays = 30;
  constexpr size_t kCertificateMax = 4u << 20;
  Result<std::string> pem = os_read_file(path, kCertificateMax);
  Result<int64_t> until = pem.ok() ? certificates_valid_until(pem.value) : Result<int64_t>(pem.status);
  if (!until.ok()) return failed(d, "certificate " + path + ": " + until.status.message, "provide a PEM file that this user can read");
  int64_t days = (until.value - os_unix_ms() / 1000) / 86400;
  std::string text = "certificate " + path + " is valid for " + std::to_string(days) + " days";
  if (until.value < os_unix_ms() / 1000) failed(d, "certificate " + path + " has expired", "replace it; peers reject it");
  else if (days < kSoonDays) warn(d, text, "replace it before it expires");
  else fine(d, text);
}

// Ports of etcd that are open to others are worse than what the backend warns of at its start: nobody may see that line.
void examine_etcd(Doctor& d, const Options& backend) {
  const EtcdSettings settings = etcd_options_read(backend, "");
  if (!settings.cluster) return;
  auto wrong = [&](const char* option, const std::string& what) {
    failed(d, std::string(option) + ": " + what, "correct it in the backend's configuration");
  };
  etcd_settings_check(settings, wrong);
  etcd_options_check(backend, settings, wrong);
  for (const std::string& open : etcd_open_ports(settings))
    failed(d, open, "make certificates with `picket ca`, and close the port for other machines until then");
}

void examine_machine(Doctor& d) {
  Result<Options> agent = examine_program(d, {"agent", &kAgentOptions, "state-dir"});
  Result<Options> backend = examine_program(d, {"backend", &kBackendOptions, "state-dir"});
  if (agent.ok()) examine_agent(d, agent.value);
  if (agent.ok()) examine_credential(d, agent.value);
  if (agent.ok())
    for (const std::string& url : agent.value.list("backend-url")) examine_served_url(d, url, agent.value.text("trusted-ca-file"));
  if (backend.ok()) examine_backend_ports(d, backend.value);
  if (backend.ok()) examine_default_password(d, backend.value);
  if (backend.ok()) examine_etcd(d, backend.value);
}

}  // namespace picket
