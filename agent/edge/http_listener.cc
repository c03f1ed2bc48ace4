// agent/edge/http_listener.cc - listens for the HTTP API on 3031 and on the status socket, and asks input_api.h for the answers.
#include "agent/agent_state.h"
#include "agent/input/input_api.h"
#include "common/text/log.h"
#include "common/http/local.h"
#include "common/os/os.h"

namespace picket {

// Connections outlive their listener: their requests find no agent any more and get that answer.
struct ApiGuard { Agent* agent = nullptr; };

struct ApiListeners {
  Agent* agent = nullptr;
  std::shared_ptr<ApiGuard> guard = std::make_shared<ApiGuard>();
  Listener* http = nullptr;
  LocalServer* status = nullptr;  // in the state directory: its permissions decide
};

namespace {

constexpr int kApiConnectionsMax = 256;
constexpr int64_t kApiTimeoutMs = 15'000;

// At most one line in ten seconds: a page can ask as often as it likes.
void page_refusal_log(Agent* agent, const ApiRequest& request) {
  static int64_t logged_at = 0;
  std::string why = api_page_problem(agent->core, request);
  int64_t now = agent_now(agent).mono_ms;
  if (why.empty() || request.path == "/healthz" || (logged_at != 0 && now - logged_at < kInputLogMs)) return;
  logged_at = now;
  log_warn("agent", "request to the HTTP API rejected", {{"path", request.path.substr(0, 100)}, {"why", why}});
}

HttpResponse respond(Agent* agent, bool is_status_socket, HttpRequest request) {
  ApiRequest r;
  r.method = std::move(request.method);
  r.path = std::move(request.path);
  r.query = std::move(request.query);
  r.content_type = std::string(header_get(request.headers, "Content-Type"));
  r.authorization = std::string(header_get(request.headers, "Authorization"));
  r.host = std::string(header_get(request.headers, "Host"));
  r.own_host = os_hostname();
  r.origin = std::string(header_get(request.headers, "Origin"));
  r.referer = std::string(header_get(request.headers, "Referer"));
  r.fetch_site = std::string(header_get(request.headers, "Sec-Fetch-Site"));
  r.body = std::move(request.body);
  r.body_too_large = request.body_too_large;
  r.is_status_socket = is_status_socket;
  page_refusal_log(agent, r);
  ApiAnswer answer = api_answer(agent->core, agent_api_stats(agent), r, agent_now(agent), &agent->pings);
  agent_pings_store(agent);
  if (!core_input_take(agent->core, agent_now(agent), answer.events.size())) answer = api_too_many(agent->core);
  HttpResponse response;
  response.status = answer.status;
  response.headers = std::move(answer.headers);
  if (!answer.content_type.empty()) response.headers.push_back({"Content-Type", answer.content_type});
  response.body = std::move(answer.body);
  // First into the spool, then the answer: what is accepted is kept.
  if (!answer.events.empty()) agent_take_events(agent, std::move(answer.events));
  return response;
}

ListenOptions listen_options(const AgentConfig& c) {
  ListenOptions options;
  options.host = c.api_host;
  options.port = c.api_port;
  options.body_max = c.socket_max;
  options.request_timeout_ms = kApiTimeoutMs;
  options.connections_max = kApiConnectionsMax;
  return options;
}

Result<Listener*> listen(ApiListeners* api) {
  return http_listen(api->agent->net, listen_options(api->agent->core.config), [guard = api->guard](HttpExchange* e, HttpRequest r) {
    http_respond(e, guard->agent ? respond(guard->agent, false, std::move(r)) : HttpResponse{503, {}, "the agent has stopped\n"});
  });
}

}  // namespace

Result<ApiListeners*> api_open(Agent* agent) {
  const AgentConfig& c = agent->core.config;
  ApiListeners* api = new ApiListeners;
  api->agent = api->guard->agent = agent;
  if (!c.disable_api) {
    Result<Listener*> http = listen(api);
    if (!http.ok()) {
      delete api;
      return because("the agent API has crashed", http.status);
    }
    api->http = http.value;
  }
  return api;
}

void api_open_status(ApiListeners* api, const std::string& path) {
  ListenOptions options = listen_options(api->agent->core.config);
  options.unix_path = path;
  Result<LocalServer*> status =
      local_listen(api->agent->net, options, [agent = api->agent](HttpRequest r) { return respond(agent, true, std::move(r)); });
  if (status.ok()) api->status = status.value;
  else log_warn("agent", "cannot open the status socket", {{"path", path}, {"error", status.status.message}});
}

void api_close(ApiListeners* api) {
  api->guard->agent = nullptr;
  if (api->http) listener_close(api->http);
  if (api->status) local_close(api->status);
  delete api;
}

ApiStats agent_api_stats(const Agent* agent) {
  ApiStats stats;
  stats.resident_kb = os_resident_kb();
  stats.url = agent->url;
  spool_host_stats(agent->spool, &stats);
  statsd_counts(agent->statsd, &stats.statsd_lines, &stats.statsd_bad);
  return stats;
}

}  // namespace picket
