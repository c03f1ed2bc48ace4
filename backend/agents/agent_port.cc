// backend/agents/agent_port.cc - the agents' port before a session: path -> identity -> rights -> namespace -> upgrade, with the
// texts of 6.9.2.
#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/auth/auth.h"
#include "backend/ingest/ingest.h"
#include "backend/access/rbac.h"
#include "backend/agents/agent_sessions.h"

namespace picket {
namespace {

void answer(HttpExchange* x, int status, std::string body) {
  HttpResponse r;
  r.status = status;
  r.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
  if (status >= 400) r.headers.emplace_back("X-Content-Type-Options", "nosniff");
  r.body = std::move(body);
  http_respond(x, std::move(r));
}

void answer_empty(HttpExchange* x, int status, Headers headers = {}) {
  HttpResponse r;
  r.status = status;
  r.headers = std::move(headers);
  http_respond(x, std::move(r));
}

bool starting(const Backend* b) { return os_mono_ms() < b->sessions->serve_from_ms; }

constexpr int64_t kHealthMs = 3000;
constexpr const char* kStarting = "agentd temporarily unavailable during startup\n";

void refuse(Backend* b, HttpExchange* x, const AgentHello& hello, const std::string& peer, int status, std::string body,
            const std::string& why = "") {
  b->stats.handshakes_refused++;
  log_warn("agentd", "agent rejected",
           {{"peer", peer},
            {"agent", std::string_view(hello.name).substr(0, 200)},
            {"namespace", hello.ns},
            {"status", status},
            {"error", why}});
  answer(x, status, std::move(body));
}

// Everything but the password is known here.
void authorise(Backend* b, HttpExchange* x, const AgentHello& hello, const std::string& peer, const Result<Identity>& who) {
  if (who.status.code == Err::unavailable) return refuse(b, x, hello, peer, 503, "Service Unavailable\n", who.status.message);
  if (!who.ok()) return refuse(b, x, hello, peer, 401, "bad credentials\n", who.status.message);
  // Other names that cannot be an entity's get a session that is silent, as in the reference (B-72, agent_protocol.h).
  if (hello.name.size() > kAgentNameMax)
    return refuse(b, x, hello, peer, 400, "Bad Request\nthe agent's name is too long\n", "name longer than 1024 bytes");
  const Status may = auth_may_be_agent(b->auth, who.value.username, hello.ns, hello.name);
  if (may.code == Err::denied) return refuse(b, x, hello, peer, 403, "Forbidden\n", may.message);
  if (!may.ok()) return refuse(b, x, hello, peer, 500, "Internal Server Error\n");
  if (!b->namespaces.count(hello.ns)) return refuse(b, x, hello, peer, 404, "namespace " + json_quote(hello.ns) + " not found\n");
  session_open(b, x, hello, who.value, peer);
}

void upgrade(Backend* b, HttpExchange* x, const HttpRequest& request) {
  if (starting(b)) return answer(x, 503, kStarting);
  AgentHello hello = hello_read(request.headers);
  if (!request.client_subject.empty())  // what the certificate says counts, whatever a header says
    return authorise(b, x, hello, request.peer, auth_certificate_login(b->auth, request.client_subject, request.client_key));
  Result<Credentials> credentials = auth_basic(header_get(request.headers, "Authorization"));
  if (!credentials.ok()) return refuse(b, x, hello, request.peer, 401, "missing credentials\n");
  auth_login(b->auth, credentials.value.username, credentials.value.password, login_from(request, true),
             [b, x, hello = std::move(hello), peer = request.peer, began = backend_clock_us()](Result<Identity> who) {
               if (b->sessions->closed) return answer(x, 503, kStarting);
               authorise(b, x, hello, peer, who);
               backend_took(b->times.upgrade, began);
             });
}

}  // namespace

void agent_port_request(Backend* b, HttpExchange* x, HttpRequest request) {
  const bool get = request.method == "GET";
  if (request.path == "/") return upgrade(b, x, request);
  if (request.path == "/health") {
    if (!get) return answer_empty(x, 405);
    return backend_health(b, kHealthMs, [x](std::string json) { answer(x, 200, std::move(json)); });
  }
  if (request.path == "/ready") {
    if (!get) return answer_empty(x, 405);
    return starting(b) ? answer(x, 503, kStarting) : answer(x, 200, "ready\n");
  }
  if (request.path.find_first_not_of('/') == std::string::npos) return answer_empty(x, 301, {{"Location", "/"}});
  answer(x, 404, "404 page not found\n");
}

static Status agent_port_listen(Backend* b) {
  ListenOptions listen;
  listen.host = b->config.agent_host;
  listen.port = b->config.agent_port;
  listen.tls = b->config.agent_tls;
  listen.tls.crl_files = revocation_files(b->config);
  listen.connections_max = b->config.agent_connections_max + 2 * kUnprovedMax;
  listen.waiting_max = kUnprovedMax;
  listen.body_max = 0;
  Result<Listener*> listener =
      http_listen(b->net, listen, [b](HttpExchange* x, HttpRequest request) { agent_port_request(b, x, std::move(request)); });
  if (!listener.ok()) return because("listen for agents on " + listen.host + ":" + std::to_string(listen.port), listener.status);
  b->sessions->listener = listener.value;
  return {};
}

// Without every list there might be one that names the next agent: nobody comes in before they are there.
static void listen_with_lists(Backend* b) {
  if (b->sessions->listener || b->sessions->closed) return;
  if (Status s = agent_port_listen(b); !s.ok()) log_error("agentd", "agent port not opened", {{"error", s.message}});
}

Status agent_port_start(Backend* b) {
  if (!b->config.agents_closed_by.empty()) {
    log_error("agentd", "agent port not opened: a configured option is not supported", {{"option", b->config.agents_closed_by}});
    return {};
  }
  if (b->config.agent_crl_urls.empty()) return agent_port_listen(b);
  const bool there = revocation_lists_there(b->config);
  if (!there) log_warn("agentd", "agent port not opened yet: the revocation lists have not been read");
  revocation_start(b, [b] { listen_with_lists(b); });
  return there && !b->sessions->listener ? agent_port_listen(b) : Status{};
}

}  // namespace picket
