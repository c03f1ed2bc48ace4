// backend/deliver/assets.cc - assets of handlers fetched before they run, and libraries of filters before events are routed.
#include "backend/deliver/assets.h"

#include <utility>

#include "common/rules/asset_rules.h"
#include "common/assets/asset_host.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/deliver/pipelines.h"
#include "backend/route/filter.h"
#include "backend/shared/stored_value.h"

namespace picket {
namespace {

std::string own_entity_json(Backend* b) {
  const CachedEntity* own = backend_own_entity(b);
  return own ? filter_entity_json(*own->entity) : "{}";
}

AssetHost* host_of(DeliverAssets& a) {
  if (a.host) return a.host;
  Backend* b = a.backend;
  AssetHostOptions o;
  o.loop = b->loop;
  o.net = b->net;
  o.cache_dir = b->config.cache_dir + "/backend";  // an agent on this machine may have the same cache-dir
  o.rate = b->config.assets_rate_limit;
  o.burst = b->config.assets_burst_limit;
  o.tls.ca_file = b->config.tls.ca_file;
  o.tls.insecure = b->config.tls.insecure;
  o.filter = [b](const std::string& expression, const std::string& entity) {
    return script_truth(b->pipelines->scripts.get(), script_subject("entity", entity), expression, {});
  };
  return a.host = asset_host_open(std::move(o));
}

AssetJob job_of(DeliverAssets& a, const std::string& ns, const StringList& names) {
  AssetJob job;
  job.keep_going = true;
  for (const std::string& name : names) {
    Result<StoredObject> o = store_get(a.backend->store, "assets", ns, name);
    Result<Asset> asset = o.ok() ? stored_decode<Asset>(o.value) : Result<Asset>(o.status);
    if (asset.ok()) job.assets.push_back(std::move(asset.value));
    else
      log_warn("asset-manager", "asset not available; commands that need it run without it",
               {{"namespace", ns}, {"asset", name}, {"error", asset.status.message}});
  }
  if (!job.assets.empty()) job.entity_json = own_entity_json(a.backend);
  return job;
}

// ---- libraries of filters ----

// In order of the assets, and of the names in each.
ScriptLibraries scripts_of(const AssetFolders& folders) {
  ScriptLibraries out;
  for (const auto& [name, folder] : folders) {
    Result<std::vector<std::string>> files = os_list_dir(folder + "/lib");
    if (!files.ok()) continue;
    for (const std::string& file : files.value) {
      if (file.size() < 3 || file.compare(file.size() - 3, 3, ".js") != 0 || out.size() >= kLibraryFilesMax) continue;
      Result<std::string> text = os_read_file(folder + "/lib/" + file, kScriptTextMax);
      if (text.ok()) out.push_back(std::make_shared<const std::string>(std::move(text.value)));
      else
        log_error("asset-manager", "cannot read the library of a filter",
                  {{"asset", name}, {"file", file}, {"error", text.status.message}});
    }
  }
  return out;
}

FilterLibrary* library_find(DeliverAssets& a, const std::string& ns, const std::string& filter) {
  auto n = a.libraries.find(ns);
  if (n == a.libraries.end()) return nullptr;
  auto it = n->second.find(filter);
  return it == n->second.end() ? nullptr : &it->second;
}

void library_load(DeliverAssets& a, const std::string& ns, const std::string& filter, FilterLibrary& library) {
  library.state = FilterLibrary::loading;
  library.asked = ++a.requests;
  AssetJob job = job_of(a, ns, library.assets);
  asset_host_get(host_of(a), std::move(job), [&a, ns, filter, asked = library.asked](const Status&, AssetFolders folders) {
    FilterLibrary* now = library_find(a, ns, filter);
    if (!now || now->asked != asked || !a.host) return;
    now->state = FilterLibrary::ready;
    now->scripts = scripts_of(folders);
    now->retry_at_ms = folders.size() == now->assets.size() ? 0 : os_mono_ms() + kLibraryRetryMs;
    if (a.on_library) a.on_library();
  });
}

}  // namespace

void deliver_assets_get(DeliverAssets& a, const std::string& ns, const StringList& names,
                        std::function<void(std::vector<std::string>)> done) {
  asset_host_get(host_of(a), job_of(a, ns, names), [done = std::move(done)](const Status&, AssetFolders folders) {
    done(folders.empty() ? std::vector<std::string>{} : asset_environment(folders));
  });
}

void filter_library_define(DeliverAssets& a, const std::string& ns, const std::string& filter, const StringList& assets) {
  if (!assets.empty()) {
    FilterLibrary library;
    library.assets = assets;
    a.libraries[ns][filter] = std::move(library);
  } else if (auto n = a.libraries.find(ns); n != a.libraries.end()) {
    n->second.erase(filter);
    if (n->second.empty()) a.libraries.erase(n);
  }
}

void filter_libraries_renew(DeliverAssets& a, const std::string& ns) {
  if (auto n = a.libraries.find(ns); n != a.libraries.end())
    for (auto& [name, library] : n->second) library.state = FilterLibrary::wanted;
}

bool filter_libraries_ready(DeliverAssets& a, const std::string& ns) {
  auto n = a.libraries.find(ns);
  if (n == a.libraries.end()) return true;
  bool all = true;
  for (auto& [name, library] : n->second) {
    const bool again = library.state == FilterLibrary::ready && library.retry_at_ms != 0 && os_mono_ms() >= library.retry_at_ms;
    if (library.state == FilterLibrary::wanted || again) library_load(a, ns, name, library);
    all = all && library.state == FilterLibrary::ready;
  }
  return all;
}

const ScriptLibraries* filter_library_of(const DeliverAssets& a, const std::string& ns, const std::string& filter) {
  const FilterLibrary* library = library_find(const_cast<DeliverAssets&>(a), ns, filter);
  return library ? &library->scripts : nullptr;
}

void deliver_assets_close(DeliverAssets& a) {
  if (a.host) asset_host_close(std::exchange(a.host, nullptr));
}

}  // namespace picket
