// agent/assets.cc - gets assets: looked up, or fetched, checked and unpacked, one at a time.
//
// An asset lies in CACHE-DIR/SHA512/. The folder is renamed into place when it is whole, so the folders are the index: a kill
// in the middle leaves nothing that looks finished. Jobs whose assets are all there never wait for somebody's download.
#include <algorithm>
#include <cstdio>
#include <deque>
#include <memory>

#include "agent/agent_state.h"
#include "agent/asset.h"
#include "agent/assets_unpack.h"
#include "common/crypto.h"
#include "common/log.h"
#include "common/os.h"

namespace picket {
namespace {

constexpr int64_t kAssetFetchMs = 600'000;
constexpr size_t kAssetBytesMax = 1u << 30;

AssetFilter g_filter = nullptr;

struct AssetJob {
  uint64_t run = 0;
  std::vector<Asset> assets;
  std::string entity_json;
  size_t next = 0;
  std::vector<std::pair<std::string, std::string>> folders;  // name, path: those that are there
};

// One download: the file grows and the sum with it.
struct AssetFetch {
  AssetSource source;
  std::string path;
  FILE* file = nullptr;
  Sha512 sum;
  uint64_t bytes = 0;
  std::string head;  // the first bytes, for the format
  ~AssetFetch() { if (file) fclose(file); }
};

}  // namespace

struct AssetHost {
  Agent* agent = nullptr;              // null: closing, freed when nothing is under way
  std::deque<AssetJob> waiting;        // the front one's asset is being installed
  bool installing = false;
  HttpClientCall* call = nullptr;
  double tokens = 0;
  int64_t tokens_at = 0;
  std::string ca_file;
  int busy = 0;                        // our functions on the stack, see Hold
};

namespace {

// Keeps the host while one of its functions runs: a job that is done may end the agent, which closes the host.
struct Hold {
  AssetHost* host;
  explicit Hold(AssetHost* h) : host(h) { h->busy++; }
  ~Hold() {
    if (--host->busy == 0 && !host->agent && !host->installing) delete host;
  }
};

void host_advance(AssetHost* host);

void job_done(AssetHost* host, const AssetJob& job, Status status) {
  core_assets_done(host->agent->core, agent_now(host->agent), job.run, std::move(status),
                   job.folders.empty() ? std::vector<std::string>{} : asset_environment(job.folders));
  agent_drive(host->agent);
}

// ---- choosing ----

Result<bool> filters_pass(const AssetSource& source, const std::string& entity_json) {
  for (const std::string& filter : source.filters) {
    if (!g_filter) return fail(Err::unavailable, "asset filters need the script engine, which this build lacks");
    Result<bool> truth = g_filter(filter, entity_json);
    if (!truth.ok()) return because("could not evaluate the filter \"" + filter + "\"", truth.status);
    if (!truth.value) return false;
  }
  return true;
}

// An empty sha512: no build fits this machine, the asset is passed over.
Result<AssetSource> asset_choose(const Asset& asset, const std::string& entity_json) {
  Result<std::vector<AssetSource>> sources = asset_sources(asset, entity_json);
  if (!sources.ok()) return sources.status;
  for (AssetSource& s : sources.value) {
    Result<bool> pass = filters_pass(s, entity_json);
    if (!pass.ok()) return pass.status;
    if (pass.value) return std::move(s);
  }
  log_warn("asset", "asset passed over: no build of it is for this machine", {{"asset", asset.metadata.name}});
  return AssetSource{};
}

std::string folder_of(const AssetHost* host, const AssetSource& s) { return host->agent->core.config.cache_dir + "/" + s.sha512; }

// Walks the job as far as it goes without a download. True: finished one way or the other; else *missing is to be fetched.
bool job_walk(AssetHost* host, AssetJob& job, AssetSource* missing) {
  for (; job.next < job.assets.size(); job.next++) {
    Result<AssetSource> source = asset_choose(job.assets[job.next], job.entity_json);
    if (!source.ok()) { job_done(host, job, source.status); return true; }
    if (source.value.sha512.empty()) continue;
    std::string folder = folder_of(host, source.value);
    if (!os_is_dir(folder)) { *missing = std::move(source.value); return false; }
    job.folders.push_back({source.value.name, folder});
  }
  job_done(host, job, {});
  return true;
}

// ---- installing ----

void install_done(AssetHost* host, Status status) {
  Hold hold(host);
  host->installing = false;
  host->call = nullptr;
  if (!host->agent) return;
  if (!status.ok()) {
    AssetJob job = std::move(host->waiting.front());
    host->waiting.pop_front();
    job_done(host, job, std::move(status));
  }
  host_advance(host);
}

struct Unpack {
  uv_work_t work{};
  AssetHost* host;
  std::string file, folder;
  Status status;
};

void on_unpacked(uv_work_t* work, int) {
  std::unique_ptr<Unpack> u(static_cast<Unpack*>(work->data));
  (void)os_remove_tree(u->file);
  install_done(u->host, u->status.ok() ? u->status : because("error extracting asset", u->status));
}

void unpack_start(AssetHost* host, AssetFetch& fetch) {
  Unpack* u = new Unpack;
  u->work.data = u;
  u->host = host;
  u->file = fetch.path;
  u->folder = folder_of(host, fetch.source);
  uv_queue_work(host->agent->loop, &u->work, [](uv_work_t* w) {
    Unpack* u = static_cast<Unpack*>(w->data);
    u->status = archive_unpack(u->file, u->folder);
  }, on_unpacked);
}

Status fetched_check(AssetFetch& fetch, const HttpClientResponse& response) {
  if (!response.status.ok()) return because("error fetching asset", response.status);
  if (response.code != 200) return fail(Err::io, "error fetching asset: Response Code " + std::to_string(response.code));
  bool is_written = fetch.file && fflush(fetch.file) == 0 && !ferror(fetch.file);
  if (!is_written) return fail(Err::io, "error fetching asset: write " + fetch.path + " failed");
  std::string got = fetch.sum.hex();
  if (got != fetch.source.sha512)
    return fail(Err::invalid, "could not validate downloaded asset \"" + fetch.source.name + "\" (" + asset_size_text(fetch.bytes) +
                                  "): sha512 of downloaded asset (" + got + ") does not match specified sha512 in asset definition (" +
                                  fetch.source.sha512 + ")");
  return asset_format(fetch.head).status;
}

void on_fetched(AssetHost* host, AssetFetch& fetch, HttpClientResponse response) {
  host->call = nullptr;
  Status status = host->agent ? fetched_check(fetch, response) : fail(Err::unavailable, "the agent stops");
  if (fetch.file) fclose(std::exchange(fetch.file, nullptr));
  if (status.ok()) return unpack_start(host, fetch);
  (void)os_remove_tree(fetch.path);
  install_done(host, std::move(status));
}

bool rate_takes(AssetHost* host) {
  const AgentConfig& c = host->agent->core.config;
  int64_t now = agent_now(host->agent).mono_ms;
  host->tokens = std::min(double(c.assets_burst), host->tokens + double(now - host->tokens_at) * c.assets_rate / 1000);
  host->tokens_at = now;
  if (host->tokens < 1) return false;
  host->tokens -= 1;
  return true;
}

void install_start(AssetHost* host, AssetSource source) {
  const AgentConfig& c = host->agent->core.config;
  host->installing = true;
  if (!rate_takes(host)) return install_done(host, fail(Err::unavailable, "can't download asset due to rate limit"));
  if (Status s = os_make_dirs(c.cache_dir, 0755); !s.ok()) return install_done(host, because("error fetching asset", s));
  auto fetch = std::make_shared<AssetFetch>();
  fetch->source = std::move(source);
  fetch->path = c.cache_dir + "/" + fetch->source.sha512 + ".download";
  fetch->file = os_open(fetch->path, "wb");
  if (!fetch->file) return install_done(host, fail(Err::io, "error fetching asset: write " + fetch->path + " failed"));
  HttpClientRequest request;
  request.url = fetch->source.url;
  request.headers = fetch->source.headers;
  request.tls.ca_file = host->ca_file;
  request.tls.insecure = c.insecure_skip_tls_verify;
  request.timeout_ms = kAssetFetchMs;
  request.body_max = kAssetBytesMax;
  request.on_body = [fetch](std::string_view bytes) {
    fetch->sum.add(bytes);
    fetch->bytes += bytes.size();
    if (fetch->head.size() < 512) fetch->head.append(bytes.substr(0, 512 - fetch->head.size()));
    return fwrite(bytes.data(), 1, bytes.size(), fetch->file) == bytes.size();
  };
  log_info("asset", "fetching asset", {{"asset", fetch->source.name}, {"url", fetch->source.url}});
  host->call = http_call(host->agent->net, std::move(request),
                         [host, fetch](HttpClientResponse r) { on_fetched(host, *fetch, std::move(r)); });
}

void host_advance(AssetHost* host) {
  Hold hold(host);
  AssetSource missing;
  while (host->agent && !host->installing && !host->waiting.empty()) {
    AssetJob job = std::move(host->waiting.front());
    host->waiting.pop_front();
    if (job_walk(host, job, &missing)) continue;
    host->waiting.push_front(std::move(job));
    install_start(host, std::move(missing));
  }
}

// The system's authorities and the given ones in one file: assets come from anywhere, unlike the backend.
std::string authorities_file(const AgentConfig& c) {
  if (c.trusted_ca_file.empty()) return "";
  Result<std::string> own = os_read_file(c.trusted_ca_file), system = os_trusted_authorities();
  std::string path = c.cache_dir + "/authorities.pem";
  if (!own.ok() || !os_make_dirs(c.cache_dir, 0755).ok()) return c.trusted_ca_file;
  Status s = os_write_file(path, (system.ok() ? system.value + "\n" : "") + own.value);
  return s.ok() ? path : c.trusted_ca_file;
}

AssetHost* host_open(Agent* agent) {
  AssetHost* host = new AssetHost;
  host->agent = agent;
  host->tokens = agent->core.config.assets_burst;
  host->tokens_at = agent_now(agent).mono_ms;
  host->ca_file = authorities_file(agent->core.config);
  return host;
}

}  // namespace

void agent_set_asset_filter(AssetFilter filter) { g_filter = filter; }

void assets_fetch(Agent* agent, FetchAssets action) {
  if (!agent->assets) agent->assets = host_open(agent);
  AssetHost* host = agent->assets;
  AssetJob job{action.run, std::move(action.assets), std::move(action.entity_json), 0, {}};
  AssetSource missing;
  if (job_walk(host, job, &missing)) return;
  host->waiting.push_back(std::move(job));
  host_advance(host);
}

void assets_close(AssetHost* host) {
  Hold hold(host);
  host->agent = nullptr;
  if (host->call) http_call_cancel(host->call);
}

}  // namespace picket
