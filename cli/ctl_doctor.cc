// cli/ctl_doctor.cc - doctor: looks at configuration, ports, clocks, certificates and disk, and says what to do.
//
// Every examination gives findings; a finding that is not fine carries the remedy. The exit status is 1 when one failed.
#include <uv.h>

#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>

#include "agent/agent.h"
#include "backend/config.h"
#include "cli/ctl_resource.h"
#include "common/json.h"
#include "common/options.h"
#include "common/os.h"
#include "common/timezone.h"
#include "common/tls.h"

namespace picket {
namespace {

struct Doctor {
  Ctl& ctl;
  int failed = 0, warned = 0;
};

void fine(Doctor& d, const std::string& what) { d.ctl.write_out("ok    " + what + "\n"); }
void warn(Doctor& d, const std::string& what, const std::string& remedy) {
  d.warned++;
  d.ctl.write_out("warn  " + what + "\n      -> " + remedy + "\n");
}
void failed(Doctor& d, const std::string& what, const std::string& remedy) {
  d.failed++;
  d.ctl.write_out("fail  " + what + "\n      -> " + remedy + "\n");
}

// ---- the backend ----

// Sun, 06 Nov 1994 08:49:37 GMT
int64_t http_date(std::string_view text) {
  static const char* const kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  tm t{};
  char month[4] = "";
  if (sscanf(std::string(text).c_str(), "%*3s, %2d %3s %4d %2d:%2d:%2d", &t.tm_mday, month, &t.tm_year, &t.tm_hour, &t.tm_min, &t.tm_sec) != 6) return 0;
  const char* at = strstr(kMonths, month);
  if (!at) return 0;
  return wall_time_unix(t.tm_year, int((at - kMonths) / 3 + 1), t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
}

void examine_clock(Doctor& d, const CtlReply& reply) {
  constexpr int64_t kSkewMax = 5;
  int64_t theirs = http_date(header_get(reply.headers, "Date"));
  if (!theirs) return;
  int64_t skew = theirs - os_unix_ms() / 1000, size = skew < 0 ? -skew : skew;
  std::string text = "clocks of this machine and the backend differ by " + std::to_string(size) + " s";
  if (size <= kSkewMax) fine(d, text);
  else warn(d, text, "run an NTP service on both: timeouts, TTLs and tokens are judged by these clocks");
}

void examine_health(Doctor& d, const CtlReply& reply) {
  if (reply.code == 200) return fine(d, "the backend says it is healthy");
  failed(d, "the backend says it is not healthy: " + std::string(reply.body.substr(0, 200)), "read its log; `ctl cluster health` names the part");
}

void examine_login(Doctor& d) {
  if (d.ctl.config.access_token.empty() && d.ctl.config.api_key.empty())
    return warn(d, "not logged in", "run `" + d.ctl.program + " configure`");
  Result<std::string> got = client_get(d.ctl, "/api/core/v2/namespaces");
  if (got.ok()) return fine(d, "logged in as " + (client_user(d.ctl).empty() ? "an API key" : client_user(d.ctl)));
  failed(d, "the login does not work: " + got.status.message, "run `" + d.ctl.program + " configure` again");
}

// Agents whose keepalive failed, and checks that fail, as far as one may see them.
void examine_events(Doctor& d) {
  auto events = client_list(d.ctl, "/api/core/v2/events", {});
  if (!events.ok()) return;
  std::vector<std::string> silent;
  int failing = 0;
  for (const std::string& e : events.value) {
    if (integer_at(e, {"check", "status"}) == 0) continue;
    failing++;
    if (text_at(e, {"check", "metadata", "name"}) == "keepalive") silent.push_back(text_at(e, {"entity", "metadata", "name"}));
  }
  if (!silent.empty())
    warn(d, std::to_string(silent.size()) + " agent(s) do not report: " + join(silent, ", "), "look whether they run and reach the backend; `entity delete` forgets those that are gone");
  fine(d, std::to_string(events.value.size()) + " events, " + std::to_string(failing) + " of them failing");
}

void examine_backend(Doctor& d) {
  if (d.ctl.config.api_url.empty()) return warn(d, "no backend is configured for the command line", "run `" + d.ctl.program + " configure`, or give --api-url");
  int64_t begun = os_mono_ms();
  CtlReply reply = client_call(d.ctl, "GET", "/health", "", {{"Authorization", ""}});
  if (!reply.transport.ok())
    return failed(d, "the backend does not answer: " + reply.transport.message, "start it, or correct the URL, the CA file or the firewall in between");
  fine(d, d.ctl.config.api_url + " answers in " + std::to_string(os_mono_ms() - begun) + " ms");
  if (d.ctl.config.insecure) warn(d, "certificates are not verified", "give --trusted-ca-file instead of --insecure-skip-tls-verify");
  examine_clock(d, reply);
  examine_health(d, reply);
  examine_login(d);
  examine_events(d);
}

// ---- this machine ----

struct Local {
  const char* name;
  const OptionTable* table;
  const char* state_option;
};

void examine_certificate(Doctor& d, const std::string& path) {
  constexpr int64_t kSoonDays = 30;
  constexpr size_t kCertificateMax = 4u << 20;
  Result<std::string> pem = os_read_file(path, kCertificateMax);
  Result<int64_t> until = pem.ok() ? certificates_valid_until(pem.value) : Result<int64_t>(pem.status);
  if (!until.ok()) return failed(d, "certificate " + path + ": " + until.status.message, "put a PEM file there that this user may read");
  int64_t days = (until.value - os_unix_ms() / 1000) / 86400;
  std::string text = "certificate " + path + " is valid for " + std::to_string(days) + " days";
  if (until.value < os_unix_ms() / 1000) failed(d, "certificate " + path + " has expired", "replace it; peers refuse it");
  else if (days < kSoonDays) warn(d, text, "replace it in time");
  else fine(d, text);
}

void examine_disk(Doctor& d, const std::string& name, const std::string& dir) {
  constexpr uintmax_t kLeastMb = 500;
  std::error_code error;
  std::filesystem::space_info space = std::filesystem::space(os_exists(dir) ? dir : ".", error);
  if (error || !os_exists(dir)) return;
  std::string text = name + ": " + std::to_string(space.available >> 20) + " MB free for " + dir;
  if (space.available >> 20 < kLeastMb) warn(d, text, "make room: when the disk is full nothing new is kept");
  else fine(d, text);
}

void examine_program(Doctor& d, const Local& local) {
  OptionsInput input;
  input.env = d.ctl.env;
  input.read_file = [](const std::string& path) { return os_read_file(path); };
  Result<Options> options = options_load(*local.table, input);
  std::string name = std::string("configuration of the ") + local.name;
  if (!options.ok()) return failed(d, name + ": " + options.status.message, "correct it; `picket " + std::string(local.name) + " start --print-config` shows what counts");
  fine(d, name + " is readable");
  for (const char* option : {"cert-file", "trusted-ca-file", "dashboard-cert-file"}) {
    auto found = options.value.values.find(option);
    if (found != options.value.values.end() && !found->second.text.empty()) examine_certificate(d, found->second.text);
  }
  std::string dir = options.value.text(local.state_option);
  examine_disk(d, local.name, dir.empty() ? os_default_dir("state") : dir);
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
  uv_timer_start(&p.deadline, [](uv_timer_t* t) { ping_end(static_cast<Ping*>(t->data)); }, kPingMs, 0);
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

void examine_agent(Doctor& d) {
  constexpr int kResultPort = 3030;
  std::string answer = ping_agent("127.0.0.1", kResultPort);
  if (answer == "pong") fine(d, "an agent takes results on port 3030");
  else if (answer.empty()) warn(d, "nothing answers on the result socket, port 3030", "start the agent on this machine, if it is to be watched");
  else failed(d, "port 3030 belongs to another program", "move one of them: --socket-port of the agent");
}

}  // namespace

Status run_doctor(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  Doctor d{ctl};
  const Local locals[] = {{"agent", &kAgentOptions, "state-dir"}, {"backend", &kBackendOptions, "state-dir"}};
  for (const Local& local : locals) examine_program(d, local);
  examine_agent(d);
  examine_backend(d);
  if (d.failed) return fail(Err::invalid, std::to_string(d.failed) + " thing(s) do not work, " + std::to_string(d.warned) + " to look at");
  return say(ctl, d.warned ? std::to_string(d.warned) + " thing(s) to look at." : "Everything is fine.");
}

}  // namespace picket
