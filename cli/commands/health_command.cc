// cli/commands/health_command.cc - `picket health WHAT`: does the program of this configuration run? For containers and load balancers:
// it takes the options of the program it asks about, from the same files and environment, and answers by its exit status.
#include <algorithm>
#include <cstdio>

#include "agent/agent.h"
#include "agent/agent_tools.h"
#include "cli/commands/commands.h"
#include "cli/commands/edge.h"
#include "common/program/options_source.h"

namespace picket {
namespace {

constexpr const char* kUsage =
    "Usage: picket health agent|backend|edge [--connected] [--OPTION VALUE]...\n\n"
    "Exit status 0 if the program that these options start is running. An agent without its backend is healthy,\n"
    "with --connected it is not. The options are those of `picket agent start`, `picket backend start` and `picket edge`.\n";
constexpr int64_t kTimeoutMs = 5000;

HttpClientResponse get(const HttpClientRequest& request) {
  uv_loop_t loop;
  HttpClientResponse response;
  uv_loop_init(&loop);
  Net* net = net_open(&loop, {16});
  http_call(net, request, [&](HttpClientResponse r) {
    response = std::move(r);
    net_close(net, [] {});
  });
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  return response;
}

// Its own certificate names other hosts than this one, so it is not looked at: nothing secret is said.
std::string backend_url(const BackendConfig& c) {
  const bool any = c.api_host.empty() || c.api_host == "0.0.0.0" || c.api_host == "[::]" || c.api_host == "::";
  return (c.tls.cert_file.empty() ? "http://" : "https://") + (any ? "127.0.0.1" : c.api_host) + ":" + std::to_string(c.api_port) +
      "/health";
}

Status backend_health(const BackendConfig& config) {
  HttpClientRequest request;
  request.url = backend_url(config);
  request.timeout_ms = kTimeoutMs;
  request.tls.insecure = true;
  request.proxy_from_environment = false;
  HttpClientResponse response = get(request);
  if (!response.status.ok()) return because("query the backend at " + request.url, response.status);
  if (response.code == 200) return {};
  return fail(Err::unavailable, "the backend at " + request.url + " answers " + std::to_string(response.code));
}

Status agent(const Options& options, bool connected) {
  Result<AgentConfig> config = agent_config_from(options, agent_defaults());
  return config.ok() ? agent_health(config.value, connected) : config.status;
}
Status backend(const Options& options, bool) {
  Result<BackendConfig> config = backend_config(options);
  return config.ok() ? backend_health(config.value) : config.status;
}
Status edge(const Options& options, bool connected) {
  Result<EdgeConfig> config = edge_config(options);
  if (!config.ok()) return config.status;
  Status s = backend_health(config.value.backend);
  return s.ok() ? agent_health(config.value.agent, connected) : s;
}

struct Program {
  const char* name;
  const OptionTable* options;
  Status (*health)(const Options& options, bool connected);
};
const Program kPrograms[] = {{"agent", &kAgentOptions, agent}, {"backend", &kBackendOptions, backend}, {"edge", &kEdgeOptions, edge}};

Status health(const Program& program, std::vector<std::string> args) {
  auto word = std::find(args.begin(), args.end(), "--connected");
  const bool connected = word != args.end();
  if (connected) args.erase(word);
  Result<Options> options = options_load(*program.options, os_options_input(args));
  return options.ok() ? program.health(options.value, connected) : options.status;
}

}  // namespace

int health_command(const std::vector<std::string>& args) {
  for (const std::string& word : args)
    if (word == "--help" || word == "-h") return printf("%s", kUsage), 0;
  for (const Program& p : kPrograms) {
    if (args.empty() || args[0] != p.name) continue;
    Status s = health(p, {args.begin() + 1, args.end()});
    if (s.ok()) return 0;
    fprintf(stderr, "picket health: %s\n", s.message.c_str());
    return 1;
  }
  fprintf(stderr, "%s", kUsage);
  return 2;
}

}  // namespace picket
