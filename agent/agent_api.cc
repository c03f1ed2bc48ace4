// agent/agent_api.cc - listens for the HTTP API on 3031 and on the status socket, and asks api.h for the answers.
#include "agent/agent_state.h"
#include "agent/api.h"
#include "common/log.h"
#include "common/os.h"

namespace picket {

// Connections outlive their listener: what they ask finds no agent any more and is told so.
struct ApiGuard { Agent* agent = nullptr; };

struct ApiListeners {
  Agent* agent = nullptr;
  std::shared_ptr<ApiGuard> guard = std::make_shared<ApiGuard>();
  Listener* http = nullptr;
  Listener* status = nullptr;  // unix socket in the state directory: file permissions decide
};

namespace {

constexpr int kApiConnectionsMax = 256;
constexpr int64_t kApiTimeoutMs = 15'000;

void on_request(Agent* agent, bool is_status_socket, HttpExchange* exchange, HttpRequest request) {
  if (!agent) return http_respond(exchange, {503, {}, "the agent has stopped\n"});
  ApiRequest r;
  r.method = std::move(request.method);
  r.path = std::move(request.path);
  r.query = std::move(request.query);
  r.content_type = std::string(header_get(request.headers, "Content-Type"));
  r.authorization = std::string(header_get(request.headers, "Authorization"));
  r.body = std::move(request.body);
  r.body_too_large = request.body_too_large;
  r.is_status_socket = is_status_socket;
  ApiAnswer answer = api_answer(agent->core, agent_api_stats(agent), r, agent_now(agent));
  if (!core_input_take(agent->core, agent_now(agent), answer.events.size())) answer = api_too_many(agent->core);
  HttpResponse response;
  response.status = answer.status;
  response.headers = std::move(answer.headers);
  if (!answer.content_type.empty()) response.headers.push_back({"Content-Type", answer.content_type});
  response.body = std::move(answer.body);
  // First into the spool, then the answer: what is accepted is kept.
  if (!answer.events.empty()) agent_take_events(agent, std::move(answer.events));
  http_respond(exchange, std::move(response));
}

Result<Listener*> listen(ApiListeners* api, ListenOptions options, bool is_status_socket) {
  options.body_max = api->agent->core.config.socket_max;
  options.request_timeout_ms = kApiTimeoutMs;
  options.connections_max = kApiConnectionsMax;
  return http_listen(api->agent->net, options, [guard = api->guard, is_status_socket](HttpExchange* e, HttpRequest r) {
    on_request(guard->agent, is_status_socket, e, std::move(r));
  });
}

}  // namespace

Result<ApiListeners*> api_open(Agent* agent) {
  const AgentConfig& c = agent->core.config;
  ApiListeners* api = new ApiListeners;
  api->agent = api->guard->agent = agent;
  if (!c.disable_api) {
    ListenOptions options;
    options.host = c.api_host;
    options.port = c.api_port;
    Result<Listener*> http = listen(api, options, false);
    if (!http.ok()) {
      delete api;
      return because("the agent API has crashed", http.status);
    }
    api->http = http.value;
  }
  return api;
}

void api_open_status(ApiListeners* api, const std::string& path) {
  ListenOptions options;
  options.unix_path = path;
  Result<Listener*> status = listen(api, options, true);
  if (status.ok()) api->status = status.value;
  else log_warn("agent", "no status socket", {{"path", path}, {"error", status.status.message}});
}

void api_close(ApiListeners* api) {
  api->guard->agent = nullptr;
  if (api->http) listener_close(api->http);
  if (api->status) listener_close(api->status);
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
