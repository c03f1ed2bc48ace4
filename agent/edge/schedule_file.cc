// agent/edge/schedule_file.cc - keeps what was learned of a backend's schedule over restarts: one small file beside the spool.
#include "agent/agent_files.h"
#include "agent/agent_state.h"
#include "common/text/log.h"
#include "common/os/os.h"

namespace picket {

// Written on a worker thread, one write at a time; what changes meanwhile waits, the newest alone.
struct ScheduleFile {
  Agent* agent = nullptr;  // null: the agent has gone, the write in progress is the last
  std::string path, text, waiting;
  uv_work_t work{};
  bool writing = false;
  Status outcome;
};

namespace {

void write_next(ScheduleFile* f);

void on_written(uv_work_t* work, int) {
  ScheduleFile* f = static_cast<ScheduleFile*>(work->data);
  f->writing = false;
  if (!f->outcome.ok()) log_warn("agent", "cannot store the learned schedule", {{"error", f->outcome.message}});
  if (!f->waiting.empty()) return write_next(f);
  if (!f->agent) delete f;
}

void write_next(ScheduleFile* f) {
  f->text = std::move(f->waiting);
  f->waiting.clear();
  f->writing = true;
  f->work.data = f;
  uv_queue_work(
      f->agent ? f->agent->loop : f->work.loop, &f->work,
      [](uv_work_t* w) {
        ScheduleFile* file = static_cast<ScheduleFile*>(w->data);
        file->outcome = os_write_file(file->path, file->text, 0600);  // commands and env_vars may be secrets
      },
      on_written);
}

}  // namespace

ScheduleFile* schedule_file_open(Agent* agent) {
  ScheduleFile* f = new ScheduleFile;
  f->agent = agent;
  f->path = agent_state_path(agent->core.config, "schedule.json");
  Result<std::string> text = os_read_file(f->path, 64u << 20);
  if (text.ok() && agent->core.config.offline_checks)
    if (Status s = schedule_learned_load(agent->core.schedule, text.value, os_unix_ms()); !s.ok())
      log_warn("agent", "stored schedule is damaged, read in part", {{"path", f->path}, {"error", s.message}});
  return f;
}

void schedule_file_store(ScheduleFile* f, std::string text) {
  f->waiting = std::move(text);
  if (!f->writing) write_next(f);
}

void schedule_file_close(ScheduleFile* f) {
  f->agent = nullptr;
  if (!f->writing) delete f;
}

}  // namespace picket
