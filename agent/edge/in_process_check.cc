// agent/edge/in_process_check.cc - commands that run inside the agent: what a process would have reported, without one.
#include <utility>

#include "agent/agent_state.h"

namespace picket {

struct InnerRun {
  std::function<void(ProcessResult)> done;
  void* command = nullptr;
  uv_timer_t deadline{};
  uint64_t started_ns = 0;
  ProcessResult result;
};

namespace {

InnerCommands inner_commands;

void on_closed(uv_handle_t* handle) {
  auto* r = static_cast<InnerRun*>(handle->data);
  r->done(std::move(r->result));
  delete r;
}

void finish(InnerRun* r) {
  auto* timer = reinterpret_cast<uv_handle_t*>(&r->deadline);
  if (uv_is_closing(timer)) return;
  r->result.duration = double(uv_hrtime() - r->started_ns) / 1e9;
  uv_close(timer, on_closed);
}

void give_up(InnerRun* r) {
  if (!r->command) return;
  inner_commands.cancel(std::exchange(r->command, nullptr));
  r->result.outcome = ProcessResult::timed_out;
  finish(r);
}

void on_output(InnerRun* r, int status, std::string output, size_t output_max) {
  r->command = nullptr;
  if (output.size() > output_max) {
    r->result.output_dropped = output.size() - output_max;
    output.resize(output_max);
  }
  r->result.status = status;
  r->result.output = std::move(output);
  finish(r);
}

bool has_limits(const ProcessLimits& l) { return l.nice != 0 || l.memory_bytes != 0 || l.cpu_seconds != 0 || !l.user.empty(); }

}  // namespace

void agent_set_inner_commands(InnerCommands commands) { inner_commands = commands; }

InnerRun* inner_start(uv_loop_t* loop, const ProcessRequest& request, std::function<void(ProcessResult)> done) {
  if (!inner_commands.start || has_limits(request.limits)) return nullptr;
  auto* r = new InnerRun;
  r->done = std::move(done);
  r->started_ns = uv_hrtime();
  r->command = inner_commands.start(loop, request.command, [r, max = request.output_max](int status, std::string output) {
    on_output(r, status, std::move(output), max);
  });
  if (!r->command) {
    delete r;
    return nullptr;
  }
  uv_timer_init(loop, &r->deadline);
  r->deadline.data = r;
  uv_update_time(loop);
  if (request.timeout_ms > 0)
    uv_timer_start(
        &r->deadline, [](uv_timer_t* t) { give_up(static_cast<InnerRun*>(t->data)); }, uint64_t(request.timeout_ms), 0);
  return r;
}

bool inner_run(Agent* agent, const ProcessRequest& request, uint64_t run) {
  InnerRun* r = inner_start(agent->loop, request, [agent, run](ProcessResult result) {
    agent->inner.erase(run);
    agent_process_done(agent, run, std::move(result));
  });
  if (r) agent->inner[run] = r;
  return r != nullptr;
}

void inner_kill(Agent* agent, uint64_t run) {
  if (auto it = agent->inner.find(run); it != agent->inner.end()) give_up(it->second);
}

}  // namespace picket
