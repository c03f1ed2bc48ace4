// backend/deliver/assets.h - runtime assets of handlers, mutators and filters (B-80).
//
// Names are looked up exactly, in the namespace of what names them; filters of assets see the backend's own entity. An
// asset that cannot be had never holds anything up: it is logged, and the command or the expression goes without it.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/types/types.h"
#include "backend/script/script.h"

namespace picket {

struct AssetHost;
struct Backend;

inline constexpr size_t kLibraryFilesMax = 64;      // lib/*.js of one filter's assets; further ones are left out
inline constexpr int64_t kLibraryRetryMs = 60'000;  // after assets of a filter could not be had

// The lib/*.js files of one filter's assets.
struct FilterLibrary {
  enum { wanted, loading, ready } state = wanted;
  StringList assets;
  ScriptLibraries scripts;
  int64_t retry_at_ms = 0;  // 0 = all of them are there
  uint64_t asked = 0;       // number of the request that fills it; older ones are forgotten
};

struct DeliverAssets {
  Backend* backend = nullptr;
  AssetHost* host = nullptr;                                              // from the first that needs one
  std::map<std::string, std::map<std::string, FilterLibrary>> libraries;  // by namespace and filter
  uint64_t requests = 0;
  std::function<void()> on_library;  // one more is ready
};

// The environment that the assets named add: PATH and the like, to be put in front. Inside the call when nothing has to be fetched.
void deliver_assets_get(DeliverAssets& a, const std::string& ns, const StringList& names,
                        std::function<void(std::vector<std::string>)> done);

void filter_library_define(DeliverAssets& a, const std::string& ns, const std::string& filter, const StringList& assets);  // empty: none
void filter_libraries_renew(DeliverAssets& a, const std::string& ns);  // an asset has changed
// Whether events of a namespace can be routed; else on_library says when to ask again.
bool filter_libraries_ready(DeliverAssets& a, const std::string& ns);
const ScriptLibraries* filter_library_of(const DeliverAssets& a, const std::string& ns, const std::string& filter);

void deliver_assets_close(DeliverAssets& a);  // those that wait are answered at once

}  // namespace picket
