// agent/edge/state_file.cc - what is kept over restarts beside the spool: the learned schedule, what is known of pings. A file each.
#include "agent/agent_files.h"
#include "agent/agent_state.h"
#include "common/text/log.h"
#include "common/os/os.h"

namespace picket {

// Written on a worker thread, one write at a time; what changes meanwhile waits, the newest alone.
struct StateFile {
  Agent* agent = nullptr;  // null: the agent has gone, the write in progress is the last
  std::string path, text, waiting;
  uv_work_t work{};
  bool writing = false;
  Status outcome;
};

namespace {

void write_next(StateFile* f);

void on_written(uv_work_t* work, int) {
  StateFile* f = static_cast<StateFile*>(work->data);
  f->writing = false;
  if (!f->outcome.ok()) log_warn("agent", "cannot write a file of state-dir", {{"path", f->path}, {"error", f->outcome.message}});
  if (!f->waiting.empty()) return write_next(f);
  if (!f->agent) delete f;
}

void write_next(StateFile* f) {
  f->text = std::move(f->waiting);
  f->waiting.clear();
  f->writing = true;
  f->work.data = f;
  uv_queue_work(
      f->agent ? f->agent->loop : f->work.loop, &f->work,
      [](uv_work_t* w) {
        StateFile* file = static_cast<StateFile*>(w->data);
        file->outcome = os_write_file(file->path, file->text, 0600);  // commands and env_vars may be secrets
      },
      on_written);
}

}  // namespace

StateFile* state_file_open(Agent* agent, const char* what) {
  StateFile* f = new StateFile;
  f->agent = agent;
  f->path = agent_state_path(agent->core.config, what);
  return f;
}

void state_file_read(const StateFile* f, size_t bytes_max, const std::function<Status(std::string_view)>& load) {
  Result<std::string> text = os_read_file(f->path, bytes_max);
  if (!text.ok()) return;
  if (Status s = load(text.value); !s.ok())
    log_warn("agent", "stored state is damaged, read in part", {{"path", f->path}, {"error", s.message}});
}

void state_file_store(StateFile* f, std::string text) {
  f->waiting = std::move(text);
  if (!f->writing) write_next(f);
}

void state_file_close(StateFile* f) {
  f->agent = nullptr;
  if (!f->writing) delete f;
}

}  // namespace picket
