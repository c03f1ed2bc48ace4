// agent/edge/asset_fetch.cc - assets for checks and hooks, by the host of common/assets/asset_host.h.
#include "agent/agent_state.h"
#include "common/rules/asset_rules.h"
#include "common/assets/asset_host.h"

namespace picket {
namespace {

AssetFilter g_filter;

AssetHost* host_of(Agent* agent) {
  const AgentConfig& c = agent->core.config;
  AssetHostOptions o;
  o.loop = agent->loop;
  o.net = agent->net;
  o.cache_dir = c.cache_dir;
  o.rate = c.assets_rate;
  o.burst = c.assets_burst;
  o.tls.ca_file = c.trusted_ca_file;
  o.tls.insecure = c.insecure_skip_tls_verify;
  o.filter = g_filter;
  if (!agent->assets) return agent->assets = asset_host_open(std::move(o));
  AssetHostOptions& now = asset_host_options(agent->assets);  // the configuration may have been read anew
  o.tls.ca_file = now.tls.ca_file;
  now = std::move(o);
  return agent->assets;
}

}  // namespace

void agent_set_asset_filter(AssetFilter filter) { g_filter = std::move(filter); }

void assets_fetch(Agent* agent, FetchAssets action) {
  AssetJob job;
  job.assets = std::move(action.assets);
  job.entity_json = std::move(action.entity_json);
  asset_host_get(host_of(agent), std::move(job), [agent, run = action.run](Status status, AssetFolders folders) {
    if (!agent->assets) return;  // closing
    core_assets_done(agent->core, agent_now(agent), run, std::move(status),
                     folders.empty() ? std::vector<std::string>{} : asset_environment(folders));
    agent_drive(agent);
  });
}

}  // namespace picket
