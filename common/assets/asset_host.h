// common/assets/asset_host.h - gets assets onto this machine: looked up, or fetched, checked and unpacked, several at a time.
//
// An asset lies in CACHE-DIR/SHA512/. The folder is renamed into place when it is whole and on the disk, so the folders are the index: a
// kill in the middle, or a power cut, leaves nothing that looks finished. Jobs whose assets are all there never wait for a download; one
// that waits, waits for its own: a server that is silent holds up kAssetPerHostMax places, and those for kAssetStallMs.
#pragma once
#include <uv.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/socket/net.h"
#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

inline constexpr int64_t kAssetFetchMs = 600'000;     // for one download
inline constexpr int64_t kAssetStallMs = 30'000;      // of it, without a byte
inline constexpr size_t kAssetFetchesMax = 8;         // downloads at a time
inline constexpr size_t kAssetPerHostMax = 2;         // of them, from one server
inline constexpr size_t kAssetBytesMax = 256u << 20;  // of an archive; a larger one is refused while it comes
inline constexpr size_t kAssetJobsMax = 10'000;       // that wait for a download; further ones fail

// Judges an asset's filter, JavaScript over `entity`. The script engine lives elsewhere; the program hands it in. It is
// called only when an asset has filters.
using AssetFilter = std::function<Result<bool>(const std::string& expression, const std::string& entity_json)>;

struct AssetHostOptions {
  uv_loop_t* loop = nullptr;
  Net* net = nullptr;
  std::string cache_dir;
  double rate = 1.39;  // downloads a second, after
  int burst = 100;     // requests at once
  TlsOptions tls;      // ca_file: trusted besides the system's authorities, since assets come from anywhere
  AssetFilter filter;
  int64_t stall_ms = kAssetStallMs;
  size_t bytes_max = kAssetBytesMax;
};

struct AssetJob {
  std::vector<Asset> assets;
  std::string entity_json;  // the entity of filters and tokens
  bool keep_going = false;  // an asset that cannot be had is logged and ignored; else it fails the job
};
using AssetFolders = std::vector<std::pair<std::string, std::string>>;  // name, path; in the order of the job
using AssetsDone = std::function<void(Status, AssetFolders)>;

struct AssetHost;
AssetHost* asset_host_open(AssetHostOptions options);
AssetHostOptions& asset_host_options(AssetHost* host);  // as they shall be from now on; `tls` is read at the opening
// `done` runs once: inside the call when nothing has to be fetched, else later.
void asset_host_get(AssetHost* host, AssetJob job, AssetsDone done);
// Answers all that wait with an error; frees the host when its downloads have ended.
void asset_host_close(AssetHost* host);

}  // namespace picket
