// common/assets/asset_host.cc - see asset_host.h.
#include "common/assets/asset_host.h"

#include <algorithm>
#include <cstdio>
#include <list>
#include <map>
#include <memory>

#include "common/rules/asset_rules.h"
#include "common/assets/unpack.h"
#include "common/tls/crypto.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "common/text/url.h"

namespace picket {
namespace {

struct Job : AssetJob {
  AssetsDone done;
  size_t next = 0;
  AssetFolders folders;  // those that are there
  AssetSource wanted;    // the one it waits for; no sha512: not known yet
};

// One download: the file grows and the sum with it.
struct AssetFetch {
  AssetSource source;
  std::string path;
  FILE* file = nullptr;
  Sha512 sum;
  uint64_t bytes = 0;
  std::string head;  // the first bytes, for the format
  size_t bytes_max = kAssetBytesMax;
  ~AssetFetch() {
    if (file) fclose(file);
  }
};

struct Install { std::string url, server; HttpClientCall* call = nullptr; };

}  // namespace

struct AssetHost {
  AssetHostOptions options;
  bool closed = false, advancing = false, again = false;  // freed when nothing is under way
  std::list<Job> waiting;
  std::map<std::string, Install> installs;  // by sha512: its folder is being made
  double tokens = 0;
  int64_t tokens_at = 0;
  int busy = 0;  // our functions on the stack, see Hold
};

namespace {

// Keeps the host while one of its functions runs: a job that is done may close it.
struct Hold {
  AssetHost* host;
  explicit Hold(AssetHost* h) : host(h) { h->busy++; }
  ~Hold() {
    if (--host->busy == 0 && host->closed && host->installs.empty()) delete host;
  }
};

void host_advance(AssetHost* host);
void waiting_refuse(AssetHost* host);

void job_done(Job& job, Status status) { std::exchange(job.done, {})(std::move(status), std::move(job.folders)); }

// True: the job goes on without this asset.
bool job_passes_over(const Job& job, const Status& why) {
  if (job.keep_going)
    log_error("asset", "asset not available; commands that need it run without it",
              {{"asset", job.assets[job.next].metadata.name}, {"error", why.message}});
  return job.keep_going;
}

// ---- choosing ----

Result<bool> filters_pass(const AssetHost* host, const AssetSource& source, const std::string& entity_json) {
  for (const std::string& filter : source.filters) {
    if (!host->options.filter) return fail(Err::unavailable, "asset filters are not supported by this build (no script engine)");
    Result<bool> truth = host->options.filter(filter, entity_json);
    if (!truth.ok()) return because("could not evaluate the filter \"" + filter + "\"", truth.status);
    if (!truth.value) return false;
  }
  return true;
}

// An empty sha512: no build fits this machine, the asset is ignored.
Result<AssetSource> asset_choose(const AssetHost* host, const Asset& asset, const std::string& entity_json) {
  Result<std::vector<AssetSource>> sources = asset_sources(asset, entity_json);
  if (!sources.ok()) return sources.status;
  for (AssetSource& s : sources.value) {
    Result<bool> pass = filters_pass(host, s, entity_json);
    if (!pass.ok()) return pass.status;
    if (pass.value) return std::move(s);
  }
  log_warn("asset", "asset ignored: no build matches this machine", {{"asset", asset.metadata.name}});
  return AssetSource{};
}

std::string folder_of(const AssetHost* host, const AssetSource& s) { return host->options.cache_dir + "/" + s.sha512; }

// Walks the job as far as it goes without a download. True: finished one way or the other; else job.wanted is to be fetched.
bool job_walk(AssetHost* host, Job& job) {
  job.wanted = {};
  for (; job.next < job.assets.size(); job.next++) {
    Result<AssetSource> source = asset_choose(host, job.assets[job.next], job.entity_json);
    if (!source.ok()) {
      if (job_passes_over(job, source.status)) continue;
      return job_done(job, source.status), true;
    }
    if (source.value.sha512.empty()) continue;
    std::string folder = folder_of(host, source.value);
    if (!os_is_dir(folder)) return job.wanted = std::move(source.value), false;
    job.folders.push_back({source.value.name, folder});
  }
  job_done(job, {});
  return true;
}

// ---- installing ----

// Those that wait for what failed get the error, each once; a job that wants the same from elsewhere tries there.
void install_failed(AssetHost* host, const std::string& sha512, const std::string& url, const Status& status) {
  for (auto it = host->waiting.begin(); it != host->waiting.end();) {
    auto job = it++;
    if (job->wanted.sha512 != sha512 || job->wanted.url != url) continue;
    job->wanted = {};
    if (job_passes_over(*job, status)) {
      job->next++;
      continue;
    }
    Job failed = std::move(*job);
    host->waiting.erase(job);
    job_done(failed, status);
  }
}

void install_done(AssetHost* host, const std::string& sha512, const Status& status) {
  Hold hold(host);
  std::string url = host->installs[sha512].url;
  host->installs.erase(sha512);
  if (host->closed) return;
  for (Job& job : host->waiting)
    if (status.ok() && job.wanted.sha512 == sha512) job.wanted = {};
  if (!status.ok()) {
    host->advancing = true;  // a callback may ask for more
    install_failed(host, sha512, url, status);
    host->advancing = false;
  }
  host_advance(host);
}

struct Unpack {
  uv_work_t work{};
  AssetHost* host;
  std::string file, folder, sha512;
  Status status;
};

void on_unpacked(uv_work_t* work, int) {
  std::unique_ptr<Unpack> u(static_cast<Unpack*>(work->data));
  (void)os_remove_tree(u->file);
  install_done(u->host, u->sha512, u->status.ok() ? u->status : because("error extracting asset", u->status));
}

void unpack_start(AssetHost* host, AssetFetch& fetch) {
  Unpack* u = new Unpack;
  u->work.data = u;
  u->host = host;
  u->file = fetch.path;
  u->sha512 = fetch.source.sha512;
  u->folder = folder_of(host, fetch.source);
  uv_queue_work(
      host->options.loop, &u->work,
      [](uv_work_t* w) {
        Unpack* u = static_cast<Unpack*>(w->data);
        u->status = archive_unpack(u->file, u->folder);
      },
      on_unpacked);
}

Status fetched_check(AssetFetch& fetch, const HttpClientResponse& response) {
  if (fetch.bytes > fetch.bytes_max) return fail(Err::too_large, "error fetching asset: larger than " + asset_size_text(fetch.bytes_max));
  if (!response.status.ok()) return because("error fetching asset", response.status);
  if (response.code != 200) return fail(Err::io, "error fetching asset: Response Code " + std::to_string(response.code));
  bool is_written = fetch.file && fflush(fetch.file) == 0 && !ferror(fetch.file);
  if (!is_written) return fail(Err::io, "error fetching asset: write " + fetch.path + " failed");
  std::string got = fetch.sum.hex();
  if (got != fetch.source.sha512)
    return fail(Err::invalid,
                "could not validate downloaded asset \"" + fetch.source.name + "\" (" + asset_size_text(fetch.bytes) +
                    "): sha512 of downloaded asset (" + got + ") does not match specified sha512 in asset definition (" +
                    fetch.source.sha512 + ")");
  return asset_format(fetch.head).status;
}

void on_fetched(AssetHost* host, AssetFetch& fetch, HttpClientResponse response) {
  host->installs[fetch.source.sha512].call = nullptr;
  Status status = host->closed ? fail(Err::unavailable, "the program is stopping") : fetched_check(fetch, response);
  if (fetch.file) fclose(std::exchange(fetch.file, nullptr));
  if (status.ok()) return unpack_start(host, fetch);
  (void)os_remove_tree(fetch.path);
  install_done(host, fetch.source.sha512, status);
}

bool rate_takes(AssetHost* host) {
  const AssetHostOptions& o = host->options;
  int64_t now = os_mono_ms();
  host->tokens = std::min(double(o.burst), host->tokens + double(now - host->tokens_at) * o.rate / 1000);
  host->tokens_at = now;
  if (host->tokens < 1) return false;
  host->tokens -= 1;
  return true;
}

Status install_start(AssetHost* host, const AssetSource& source) {
  const AssetHostOptions& o = host->options;
  if (!rate_takes(host)) return fail(Err::unavailable, "can't download asset due to rate limit");
  if (Status s = os_make_dirs(o.cache_dir, 0755); !s.ok()) return because("error fetching asset", s);
  auto fetch = std::make_shared<AssetFetch>();
  fetch->source = source;
  fetch->path = o.cache_dir + "/" + fetch->source.sha512 + ".download";
  fetch->file = os_open(fetch->path, "wb", 0600);
  fetch->bytes_max = o.bytes_max;
  if (!fetch->file) return fail(Err::io, "error fetching asset: write " + fetch->path + " failed");
  HttpClientRequest request;
  request.url = fetch->source.url;
  request.headers = fetch->source.headers;
  request.tls.ca_file = o.tls.ca_file;
  request.tls.insecure = o.tls.insecure;
  request.timeout_ms = kAssetFetchMs;
  request.stall_ms = o.stall_ms;
  request.body_max = o.bytes_max;
  request.on_body = [fetch](std::string_view bytes) {
    fetch->sum.add(bytes);
    fetch->bytes += bytes.size();
    if (fetch->bytes > fetch->bytes_max) return false;
    if (fetch->head.size() < 512) fetch->head.append(bytes.substr(0, 512 - fetch->head.size()));
    return fwrite(bytes.data(), 1, bytes.size(), fetch->file) == bytes.size();
  };
  log_info("asset", "fetching asset", {{"asset", fetch->source.name}, {"url", url_shown(fetch->source.url)}});
  Install& install = host->installs[source.sha512];
  install = {source.url, url_shown(source.url), nullptr};
  install.call = http_call(o.net, std::move(request), [host, fetch](HttpClientResponse r) { on_fetched(host, *fetch, std::move(r)); });
  return {};
}

// Whether the job's asset has to wait: it is being made, or there is no place for one more download.
bool must_wait(const AssetHost* host, const Job& job) {
  if (job.wanted.sha512.empty()) return false;
  if (host->installs.count(job.wanted.sha512) || host->installs.size() >= kAssetFetchesMax) return true;
  const std::string server = url_shown(job.wanted.url);
  return std::count_if(host->installs.begin(), host->installs.end(), [&](const auto& i) { return i.second.server == server; }) >=
      int(kAssetPerHostMax);
}

// True: the job is done with, one way or the other.
bool job_advance(AssetHost* host, Job& job) {
  while (!must_wait(host, job)) {
    if (job.wanted.sha512.empty()) {
      if (job_walk(host, job)) return true;
      continue;  // perhaps it has to wait
    }
    Status s = install_start(host, job.wanted);
    if (s.ok()) return false;
    job.wanted = {};
    if (!job_passes_over(job, s)) return job_done(job, s), true;
    job.next++;
  }
  return false;
}

// Once more when something was asked meanwhile: the callback of a job that is done may ask for the next.
void host_advance(AssetHost* host) {
  Hold hold(host);
  if (host->advancing) {
    host->again = true;
    return;
  }
  host->advancing = true;
  do {
    host->again = false;
    for (auto it = host->waiting.begin(); it != host->waiting.end() && !host->closed;) {
      auto job = it++;
      if (!job_advance(host, *job)) continue;
      it = std::next(job);  // more may have come behind it
      host->waiting.erase(job);
    }
  } while (host->again && !host->closed);
  host->advancing = false;
  if (host->closed) waiting_refuse(host);
}

void waiting_refuse(AssetHost* host) {
  for (std::list<Job> jobs = std::move(host->waiting); !jobs.empty(); jobs.pop_front())
    if (jobs.front().done) job_done(jobs.front(), fail(Err::unavailable, "the program is stopping"));
}

// The system's authorities and the given ones in one file.
std::string authorities_file(const AssetHostOptions& o) {
  if (o.tls.ca_file.empty()) return "";
  Result<std::string> own = os_read_file(o.tls.ca_file), system = os_trusted_authorities();
  std::string path = o.cache_dir + "/authorities.pem";
  if (!own.ok() || !os_make_dirs(o.cache_dir, 0755).ok()) return o.tls.ca_file;
  Status s = os_write_file(path, (system.ok() ? system.value + "\n" : "") + own.value);
  return s.ok() ? path : o.tls.ca_file;
}

}  // namespace

AssetHost* asset_host_open(AssetHostOptions options) {
  auto* host = new AssetHost;
  host->options = std::move(options);
  host->options.tls.ca_file = authorities_file(host->options);
  host->tokens = host->options.burst;
  host->tokens_at = os_mono_ms();
  return host;
}

AssetHostOptions& asset_host_options(AssetHost* host) { return host->options; }

void asset_host_get(AssetHost* host, AssetJob job, AssetsDone done) {
  Hold hold(host);
  Job mine;
  static_cast<AssetJob&>(mine) = std::move(job);
  mine.done = std::move(done);
  if (host->closed) return job_done(mine, fail(Err::unavailable, "the program is stopping"));
  if (job_walk(host, mine)) return;
  if (host->waiting.size() >= kAssetJobsMax)
    return job_done(mine, fail(Err::unavailable, "too many commands are waiting for assets; the log shows the assets being fetched"));
  host->waiting.push_back(std::move(mine));
  host_advance(host);
}

void asset_host_close(AssetHost* host) {
  Hold hold(host);
  host->closed = true;
  for (auto& [sha512, install] : host->installs)
    if (install.call) http_call_cancel(install.call);
  if (!host->advancing) waiting_refuse(host);
}

}  // namespace picket
