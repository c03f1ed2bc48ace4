#include "event_log.h"

#include <fcntl.h>

#include <csignal>

#include "common/log.h"

namespace picket {

struct EventLog {
  uv_loop_t* loop = nullptr;
  std::string path;
  uv_file file = -1;
  std::string collected, writing;
  size_t written = 0;  // of `writing`
  bool busy = false, reopen = false;
  int64_t dropped = 0;
  uv_fs_t request{};
  uv_signal_t hangup{};
  std::function<void()> closed;
};

namespace {

Result<uv_file> open_file(uv_loop_t* loop, const std::string& path) {
  uv_fs_t request;
  const int file = uv_fs_open(loop, &request, path.c_str(), UV_FS_O_WRONLY | UV_FS_O_APPEND | UV_FS_O_CREAT, 0640, nullptr);
  uv_fs_req_cleanup(&request);
  if (file < 0) return fail(Err::io, "event-log-file " + path + ": " + uv_strerror(file) + "; give a file that can be written");
  return file;
}

void close_file(EventLog* log) {
  uv_fs_t request;
  uv_fs_close(log->loop, &request, log->file, nullptr);
  uv_fs_req_cleanup(&request);
}

void open_again(EventLog* log) {
  log->reopen = false;
  Result<uv_file> file = open_file(log->loop, log->path);
  if (!file.ok()) return log_error("eventd", "event log file was not opened anew", {{"error", file.status.message}});
  close_file(log);
  log->file = file.value;
}

void end(EventLog* log) {
  close_file(log);
  uv_close(reinterpret_cast<uv_handle_t*>(&log->hangup), [](uv_handle_t* h) {
    auto* log = static_cast<EventLog*>(h->data);
    auto closed = std::move(log->closed);
    delete log;
    closed();
  });
}

void write_next(EventLog* log);

void on_written(uv_fs_t* request) {
  auto* log = static_cast<EventLog*>(request->data);
  const auto result = request->result;
  uv_fs_req_cleanup(request);
  log->busy = false;
  if (result < 0) {
    log_error("eventd", "event log line lost", {{"file", log->path}, {"error", uv_strerror(static_cast<int>(result))}});
    log->writing.clear();
  } else {
    log->written += static_cast<size_t>(result);
    if (log->written >= log->writing.size()) log->writing.clear();
  }
  if (log->writing.empty()) log->written = 0;
  write_next(log);
}

void write_next(EventLog* log) {
  if (log->busy) return;
  if (log->reopen && log->writing.empty()) open_again(log);
  if (log->writing.empty()) log->writing.swap(log->collected);
  if (log->writing.empty()) {
    if (log->closed) end(log);
    return;
  }
  log->busy = true;
  uv_buf_t bytes = uv_buf_init(log->writing.data() + log->written, static_cast<unsigned>(log->writing.size() - log->written));
  log->request.data = log;
  uv_fs_write(log->loop, &log->request, log->file, &bytes, 1, -1, on_written);
}

}  // namespace

Result<EventLog*> event_log_open(uv_loop_t* loop, const std::string& path) {
  Result<uv_file> file = open_file(loop, path);
  if (!file.ok()) return file.status;
  auto* log = new EventLog;
  log->loop = loop;
  log->path = path;
  log->file = file.value;
  uv_signal_init(loop, &log->hangup);
  log->hangup.data = log;
  uv_signal_start(
      &log->hangup,
      [](uv_signal_t* s, int) {
        auto* log = static_cast<EventLog*>(s->data);
        log->reopen = true;
        write_next(log);
      },
      SIGHUP);
  uv_unref(reinterpret_cast<uv_handle_t*>(&log->hangup));
  return log;
}

void event_log_close(EventLog* log, std::function<void()> done) {
  log->closed = std::move(done);
  write_next(log);
}

void event_log_add(EventLog* log, std::string_view event_json) {
  if (log->collected.size() + event_json.size() > kEventLogMax) {
    if (log->dropped++ % 10'000 == 0)
      log_error("eventd", "the disk does not keep up: events are left out of the event log file",
                {{"file", log->path}, {"left_out", log->dropped}});
    return;
  }
  log->collected.append(event_json).append(1, '\n');
  write_next(log);
}

}  // namespace picket
