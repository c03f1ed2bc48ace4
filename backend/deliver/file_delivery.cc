// backend/deliver/file_delivery.cc - file handlers: each event one line at the end of a file.
//
// A file's lines are written in order, by a thread of its own (common/process/blocking_worker.h): a network disk that does not answer, or
// a FIFO that nobody
// empties, holds up its own file and nothing else. What is not written within the handler's timeout has failed; the thread is left
// running then, and until it comes back nobody begins another one for the same file.
//
//             a line comes    the thread is done      the timeout passes
//   (no lane) make a lane, -> queued
//   queued    wait            (another lane's) ->     all fail, close
//                             writing when there is room
//   writing   wait            report; next lines,     leave the thread, all fail, close
//                             or close
#include <algorithm>
#include <iterator>

#include "backend/shared/append_file.h"
#include "common/os/os.h"
#include "common/process/blocking_worker.h"
#include "backend/deliver/builtin.h"

namespace picket {
namespace {

struct FileLine {
  std::string handler, line;
  int64_t size_max = 0;
  DeliveryDone done;
};

// What a thread has in hand; it keeps it also when nobody waits any more.
struct FileBatch {
  std::string path, state_dir;
  std::vector<FileLine> lines;  // the thread does not touch `done`
  std::vector<Status> outcomes;
};

}  // namespace

struct FileLane {
  Pipelines* pipelines = nullptr;
  std::string path;
  std::deque<FileLine> waiting;
  std::shared_ptr<FileBatch> batch;  // writing
  Worker* worker = nullptr;          // writing
  int64_t timeout_s = 0;             // of the handler whose line came last
  uv_timer_t deadline{};
};

namespace {

constexpr int kFileMode = 0640;  // of a file that is made: alerts are not for everybody

std::string key_of(const std::string& path) { return "the file " + path; }

// ---- the thread ----

Status append_line(const std::string& path, const FileLine& line) {
  AppendFile f;
  if (Status s = append_open(path, kFileMode, &f); !s.ok()) return s;
  if (f.regular && f.size > 0 && f.size + static_cast<int64_t>(line.line.size()) > line.size_max) {
    (void)append_close(path, &f);
    if (Status s = os_rename(path, path + ".1"); !s.ok()) return s;
    if (Status s = append_open(path, kFileMode, &f); !s.ok()) return s;
  }
  if (Status s = append_write(path, f, line.line); !s.ok()) return s;
  return append_close(path, &f);
}

void batch_write(FileBatch* batch) {
  work_note(key_of(batch->path));
  const Status may = path_may_write(batch->path, batch->state_dir);
  for (const FileLine& line : batch->lines) {
    if (!work_wanted()) return;
    batch->outcomes.push_back(may.ok() ? append_line(batch->path, line) : may);
  }
}

// ---- the loop ----

void lanes_advance(Pipelines* p);

void conclude_all(const std::string& path, std::deque<FileLine> lines, const Status& status, bool interrupted = false) {
  for (FileLine& l : lines) builtin_conclude(l.handler, "file", status, path, l.done, 1, interrupted);
}

// Whatever it still has fails; no more is heard of it.
void lane_end(FileLane* lane, const Status& status, bool interrupted = false) {
  Pipelines* p = lane->pipelines;
  p->files.erase(lane->path);
  if (lane->worker) worker_leave(std::exchange(lane->worker, nullptr));
  std::deque<FileLine> lines;
  if (lane->batch)
    for (FileLine& l : lane->batch->lines) lines.push_back({l.handler, "", 0, std::move(l.done)});  // the rest is still the thread's
  std::move(lane->waiting.begin(), lane->waiting.end(), std::back_inserter(lines));
  lane->batch = nullptr;
  uv_close(reinterpret_cast<uv_handle_t*>(&lane->deadline), [](uv_handle_t* h) { delete static_cast<FileLane*>(h->data); });
  conclude_all(lane->path, std::move(lines), status, interrupted);
}

void on_deadline(uv_timer_t* timer) {
  auto* lane = static_cast<FileLane*>(timer->data);
  Pipelines* p = lane->pipelines;
  const std::string seconds = " within " + std::to_string(lane->timeout_s) + " s";
  if (lane->worker) p->files_stuck.insert(lane->path);
  lane_end(lane,
           fail(Err::timeout,
                lane->worker ? "timeout: not written" + seconds + "; the disk or the reader of the file does not respond"
                             : "timeout: no free thread" + seconds + "; other files do not respond"));
  lanes_advance(p);
}

void deadline_start(FileLane* lane) {
  uv_update_time(lane->pipelines->backend->loop);
  uv_timer_start(&lane->deadline, on_deadline, static_cast<uint64_t>(lane->timeout_s) * 1000, 0);
}

void on_written(FileLane* lane) {
  Pipelines* p = lane->pipelines;
  lane->worker = nullptr;
  auto batch = std::move(lane->batch);
  if (lane->waiting.empty()) lane_end(lane, {});
  else deadline_start(lane);
  for (size_t i = 0; i < batch->lines.size(); i++)
    builtin_conclude(batch->lines[i].handler, "file", batch->outcomes[i], batch->path, batch->lines[i].done, 1, false);
  lanes_advance(p);
}

void lane_write(FileLane* lane) {
  lane->batch = std::make_shared<FileBatch>();
  lane->batch->path = lane->path;
  lane->batch->state_dir = lane->pipelines->backend->config.state_dir;
  std::move(lane->waiting.begin(), lane->waiting.end(), std::back_inserter(lane->batch->lines));
  lane->waiting.clear();
  lane->worker = worker_start(
      lane->pipelines->backend->loop, key_of(lane->path), [batch = lane->batch] { batch_write(batch.get()); },
      [lane] { on_written(lane); });
}

// Those that were left running count as long as they are stuck.
size_t threads_taken(Pipelines* p) {
  for (auto it = p->files_stuck.begin(); it != p->files_stuck.end();)
    it = worker_stuck(key_of(*it)).empty() ? p->files_stuck.erase(it) : std::next(it);
  size_t taken = p->files_stuck.size();
  for (const auto& [path, lane] : p->files) taken += lane->worker != nullptr;
  return taken;
}

void lanes_advance(Pipelines* p) {
  size_t taken = threads_taken(p);
  for (const auto& [path, lane] : p->files) {
    if (taken >= kFileThreadsMax) return;
    if (lane->worker || lane->waiting.empty()) continue;
    lane_write(lane);
    taken++;
  }
}

FileLane* lane_of(Pipelines* p, const std::string& path) {
  if (auto it = p->files.find(path); it != p->files.end()) return it->second;
  auto* lane = new FileLane;
  lane->pipelines = p;
  lane->path = path;
  uv_timer_init(p->backend->loop, &lane->deadline);
  lane->deadline.data = lane;
  return p->files[path] = lane;
}

}  // namespace

void file_start(Pipelines* p, const Handler& h, const std::string& input, DeliveryDone done) {
  const std::string& path = h.file->path;
  if (!worker_stuck(key_of(path)).empty()) {
    const Status s = fail(Err::timeout, "an earlier line is still waiting for the disk or the reader of the file");
    return builtin_conclude(h.metadata.name, "file", s, path, done, 1, false);
  }
  FileLane* lane = lane_of(p, path);
  const bool begins = !lane->worker && lane->waiting.empty();
  lane->timeout_s = h.timeout ? h.timeout : kFileTimeoutS;
  lane->waiting.push_back(
      {h.metadata.name, input + "\n", int64_t{h.file->max_megabytes ? h.file->max_megabytes : kFileMegabytes} << 20, std::move(done)});
  if (begins) deadline_start(lane);
  lanes_advance(p);
}

void files_stop(Pipelines* p) {
  while (!p->files.empty()) lane_end(p->files.begin()->second, fail(Err::unavailable, "the backend stopped"), true);
}

}  // namespace picket
