// backend/shared/event_log.cc - lines for the event log, buffered and written off the loop.
#include "backend/shared/event_log.h"

#include <csignal>
#include <memory>

#include "backend/shared/append_file.h"
#include "common/text/log.h"
#include "common/process/blocking_worker.h"

namespace picket {
namespace {

constexpr uint64_t kEndMs = 5000;  // for what was collected, at the end
constexpr int kMode = 0640;

// What the thread has in hand, with the file; it keeps both when nobody waits any more.
struct LogWrite {
  std::string path, bytes;
  bool reopen = false;
  std::unique_ptr<AppendFile> file;
  Status reopened, written;
};

void file_reopen(LogWrite* w) {
  auto anew = std::make_unique<AppendFile>();
  w->reopened = append_open(w->path, kMode, anew.get());
  if (w->reopened.ok()) w->file = std::move(anew);
}

void log_write(LogWrite* w) {
  work_note("the event log file " + w->path);
  if (w->reopen) file_reopen(w);
  w->written = append_write(w->path, *w->file, w->bytes);
}

}  // namespace

struct EventLog {
  uv_loop_t* loop = nullptr;
  std::string path, collected;
  std::unique_ptr<AppendFile> file;  // the thread has it while there is one
  Worker* worker = nullptr;
  bool reopen = false;
  int64_t dropped = 0;
  uv_signal_t hangup{};
  uv_timer_t end_timer{};
  int open_handles = 2;
  std::function<void()> closed;
};

namespace {

void on_handle_closed(uv_handle_t* h) {
  auto* log = static_cast<EventLog*>(h->data);
  if (--log->open_handles > 0) return;
  auto closed = std::move(log->closed);
  delete log;
  closed();
}

void end(EventLog* log) {
  if (log->worker) worker_leave(std::exchange(log->worker, nullptr));
  uv_close(reinterpret_cast<uv_handle_t*>(&log->hangup), on_handle_closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&log->end_timer), on_handle_closed);
}

void write_next(EventLog* log);

void on_written(EventLog* log, LogWrite* w) {
  log->worker = nullptr;
  log->file = std::move(w->file);
  if (!w->reopened.ok()) log_error("eventd", "cannot reopen the event log file", {{"error", w->reopened.message}});
  if (!w->written.ok()) log_error("eventd", "event log line lost", {{"file", log->path}, {"error", w->written.message}});
  write_next(log);
}

void write_next(EventLog* log) {
  if (log->worker) return;
  if (log->collected.empty() && !log->reopen) {
    if (log->closed && !uv_is_closing(reinterpret_cast<uv_handle_t*>(&log->hangup))) end(log);
    return;
  }
  auto w = std::make_shared<LogWrite>();
  w->path = log->path;
  w->bytes.swap(log->collected);
  w->reopen = std::exchange(log->reopen, false);
  w->file = std::move(log->file);
  log->worker = worker_start(
      log->loop, "the event log file " + log->path, [w] { log_write(w.get()); }, [log, w] { on_written(log, w.get()); });
}

void on_end_timer(uv_timer_t* timer) {
  auto* log = static_cast<EventLog*>(timer->data);
  log_error("eventd", "event log lines lost: the disk does not respond", {{"file", log->path}, {"waits_for", worker_note(log->worker)}});
  end(log);
}

}  // namespace

Result<EventLog*> event_log_open(uv_loop_t* loop, const std::string& path) {
  auto file = std::make_unique<AppendFile>();
  if (Status s = append_open(path, kMode, file.get()); !s.ok())
    return fail(Err::io, "event-log-file " + path + ": " + s.message + "; choose a writable file");
  auto* log = new EventLog;
  log->loop = loop;
  log->path = path;
  log->file = std::move(file);
  uv_timer_init(loop, &log->end_timer);
  uv_signal_init(loop, &log->hangup);
  log->end_timer.data = log->hangup.data = log;
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
  if (log->worker) uv_timer_start(&log->end_timer, on_end_timer, kEndMs, 0);
}

void event_log_add(EventLog* log, std::string_view event_json) {
  if (log->collected.size() + event_json.size() > kEventLogMax) {
    if (log->dropped++ % 10'000 == 0)
      log_error("eventd", "disk too slow: events are missing from the event log file", {{"file", log->path}, {"left_out", log->dropped}});
    return;
  }
  log->collected.append(event_json).append(1, '\n');
  write_next(log);
}

}  // namespace picket
