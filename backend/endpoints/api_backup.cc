// backend/endpoints/api_backup.cc - the whole store as one file: copied by a worker thread, sent as the client takes it.
//
// The copy holds password hashes and the key that signs tokens: only a user with all rights gets it.
#include <cstdio>

#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/api/api_state.h"
#include "backend/endpoints/endpoints.h"

namespace picket {

inline constexpr size_t kBackupChunk = 256u << 10;
inline constexpr size_t kBackupQueueMax = 1u << 20;

struct BackupJob {
  uv_work_t work{};
  Api* api = nullptr;
  CallPtr call;
  std::string path;
  Status status;
  FILE* file = nullptr;
  HttpStream* stream = nullptr;
  bool copying = true;
  std::shared_ptr<bool> gone = std::make_shared<bool>(false);  // the stream may report it after our end
  int64_t moved_ms = 0;
  uint64_t rights = 0;  // Api.rights when they were asked for last
};

static void backup_free(BackupJob* job) {
  if (job->file) fclose(job->file);
  (void)os_remove_tree(job->path);
  delete job;
}

static void backup_work(uv_work_t* work) {
  auto* job = static_cast<BackupJob*>(work->data);
  job->status = store_backup(job->call->backend->store, job->path);
}

static bool backup_may(BackupJob* job) {
  const uint64_t rights = job->api->rights;
  return std::exchange(job->rights, rights) == rights || call_still_may(*job->call);
}

static void backup_send(BackupJob* job) {
  if (!backup_may(job)) {
    answer_denied(job->call, 403, 4, "unauthorized to perform action");
    *job->gone = true;
    return;
  }
  job->file = job->status.ok() ? os_open(job->path, "rb") : nullptr;
  if (!job->file) {
    log_error("api", "backup failed", {{"error", job->status.message}});
    answer_error(job->call, 500, 0, job->status.ok() ? "cannot read the copy" : job->status.message);
    *job->gone = true;
    return;
  }
  call_count(*job->call, 200);
  job->moved_ms = os_mono_ms();
  job->stream =
      http_stream(std::exchange(job->call->exchange, nullptr), 200,
                  {{"Content-Type", "application/vnd.sqlite3"}, {"Content-Disposition", "attachment; filename=\"picket-backup.sqlite\""}},
                  [gone = job->gone] { *gone = true; });
  if (!job->stream) *job->gone = true;
}

static void backup_copied(uv_work_t* work, int) {
  auto* job = static_cast<BackupJob*>(work->data);
  Api* api = job->api;
  api->busy--;
  job->copying = false;
  if (api->closed) {
    answer_error(job->call, 503, 0, "the backend is stopping");
    backup_free(job);
    return api_close_check(api);
  }
  backup_send(job);
  api->backups.insert(job);
  api_wake(api);
}

void backup_get(CallPtr call) {
  Api* api = call->api;
  if (api->backups.size() + static_cast<size_t>(api->busy) >= kBackupsMax)
    return answer_error(call, 503, 0, "two backups are already running; try again");
  auto* job = new BackupJob;
  job->api = api;
  job->call = call;
  job->rights = api->rights;
  job->path = call->backend->config.state_dir + "/backup-" + os_uuid() + ".tmp";
  job->work.data = job;
  api->busy++;
  uv_queue_work(call->backend->loop, &job->work, backup_work, backup_copied);
}

// True when the job is over.
static bool backup_turn(BackupJob* job) {
  if (*job->gone) return true;
  if (!backup_may(job)) {
    http_stream_abort(job->stream);
    return true;
  }
  if (http_stream_queued(job->stream) > kBackupQueueMax || !http_stream_has_room(job->stream, kBackupChunk)) {
    if (os_mono_ms() - job->moved_ms < job->call->backend->config.api_write_timeout_ms) return false;
    http_stream_abort(job->stream);
    return true;
  }
  job->moved_ms = os_mono_ms();
  std::string chunk(kBackupChunk, '\0');
  size_t count = fread(chunk.data(), 1, chunk.size(), job->file);
  chunk.resize(count);
  if (ferror(job->file)) http_stream_abort(job->stream);
  else if (count > 0) http_stream_write(job->stream, std::move(chunk));
  else http_stream_end(job->stream);
  return ferror(job->file) || count == 0;
}

bool backups_step(Api* api) {
  auto jobs = api->backups;
  for (BackupJob* job : jobs) {
    if (!backup_turn(job)) continue;
    api->backups.erase(job);
    backup_free(job);
  }
  return !api->backups.empty();
}

void backups_end(Api* api) {
  for (BackupJob* job : api->backups) {
    if (!*job->gone) http_stream_abort(job->stream);
    backup_free(job);
  }
  api->backups.clear();
}

}  // namespace picket
