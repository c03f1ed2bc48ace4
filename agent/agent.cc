// agent/agent.cc - carries out the core's actions; see agent.h and core.h.
#include "agent/agent.h"

#include <utility>

#include "agent/agent_state.h"
#include "agent/input/expected_result.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "common/os/file_lock.h"

namespace picket {
namespace {

// The reference's stub for load tests: a result without a process.
constexpr const char* kTestCommand = "!sensu_test_check!";
constexpr const char* kTestOutput = "  _\n | |  a picket that only says it is there\n_|_|_\n";
constexpr int64_t kRestMs = 5000;  // memory is given back at most so often

void test_check_done(Agent* a, uint64_t run) {
  ProcessResult result;
  result.output = kTestOutput;
  agent_process_done(a, run, std::move(result));
}

void process_start(Agent* a, RunProcess action) {
  ProcessRequest request;
  request.command = std::move(action.command);
  request.input = std::move(action.input);
  request.env = std::move(action.env);
  request.timeout_ms = action.timeout_ms;
  request.output_max = a->core.config.output_max;
  RunLimits limits = limits_of(action.annotations).value;  // judged by the core
  request.limits = {limits.nice, limits.memory_bytes, limits.cpu_seconds, std::move(limits.user)};
  uint64_t run = action.run;
  if (request.command == kTestCommand) return test_check_done(a, run);
  if (inner_run(a, request, run)) return;
  a->processes[run] = process_run(a->loop, std::move(request), [a, run](ProcessResult r) {
    a->processes.erase(run);
    agent_process_done(a, run, std::move(r));
  });
}

void run_kill(Agent* a, uint64_t run) {
  if (auto it = a->processes.find(run); it != a->processes.end()) return process_kill(it->second);
  inner_kill(a, run);
  program_hash_end(a, run);
}

// ---- the end ----

void inputs_close(Agent* a) {
  if (a->sockets) sockets_close(std::exchange(a->sockets, nullptr));
  if (a->statsd) statsd_close(std::exchange(a->statsd, nullptr));
  if (a->pickup) pickup_close(std::exchange(a->pickup, nullptr));
}

void on_handle_closed(uv_handle_t* h) {
  Agent* a = static_cast<Agent*>(h->data);
  if (--a->handles_open > 0) return;
  std::function<void()> stopped = std::move(a->stopped);
  if (a->lock >= 0) os_unlock_file(a->lock);
  delete a;
  if (stopped) stopped();
}

void end_begin(Agent* a) {
  a->ended = true;
  inputs_close(a);
  if (a->api) api_close(std::exchange(a->api, nullptr));
  program_hashes_end(a);
  if (a->assets) asset_host_close(std::exchange(a->assets, nullptr));
  if (a->spool) spool_host_close(std::exchange(a->spool, nullptr));
  if (a->cloud) cloud_probe_close(std::exchange(a->cloud, nullptr));
  for (StateFile** file : {&a->schedule, &a->pings_file})
    if (*file) state_file_close(std::exchange(*file, nullptr));
  if (a->ws) ws_abort(a->ws);
  agent_end_when_quiet(a);
}

// Without a wake-up of its own: right before the loop goes to sleep after a keepalive or a ping. What the start, a check or a
// keepalive ran through is mapped again at its next use, some sixty page faults; until then the agent holds little more than
// its data.
void on_rest(uv_prepare_t* rest) {
  Agent* a = static_cast<Agent*>(rest->data);
  if (uv_backend_timeout(rest->loop) == 0) return;  // there is still something to write
  uv_prepare_stop(rest);
  int64_t now = agent_now(a).mono_ms;
  if (now - a->rested_at < kRestMs) return;
  a->rested_at = now;
  os_release_code();
}

void rest_after_keepalive(Agent* a) {
  if (std::exchange(a->keepalives_seen, a->core.counters.keepalives) != a->core.counters.keepalives) uv_prepare_start(&a->rest, on_rest);
}

void perform(Agent* a, Action action) {
  if (auto* x = std::get_if<Connect>(&action)) link_connect(a, std::move(*x));
  if (auto* x = std::get_if<Send>(&action); x && a->ws) ws_send(a->ws, std::move(x->message));
  if (auto* x = std::get_if<Ping>(&action); x && a->ws) {
    ws_ping(a->ws, std::move(x->payload));
    uv_prepare_start(&a->rest, on_rest);
  }
  if (auto* x = std::get_if<Close>(&action); x && a->ws) ws_close(a->ws, x->code, std::move(x->reason));
  if (auto* x = std::get_if<RunProcess>(&action)) process_start(a, std::move(*x));
  if (auto* x = std::get_if<KillProcess>(&action)) run_kill(a, x->run);
  if (auto* x = std::get_if<FetchAssets>(&action)) assets_fetch(a, std::move(*x));
  if (auto* x = std::get_if<HashProgram>(&action)) program_hash(a, std::move(*x));
  if (auto* x = std::get_if<ScheduleStore>(&action); x && a->schedule) state_file_store(a->schedule, std::move(x->text));
  spool_host_perform(a, action);
  if (std::get_if<Stopped>(&action)) end_begin(a);
}

void on_timer(uv_timer_t* timer) { agent_drive(static_cast<Agent*>(timer->data)); }

}  // namespace

// Callbacks of the connection and of processes still point to us: the last of them closes our own handles.
void agent_end_when_quiet(Agent* a) {
  if (a->ws != nullptr || !a->processes.empty() || !a->inner.empty()) return;
  uv_close(reinterpret_cast<uv_handle_t*>(&a->timer), on_handle_closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&a->rest), on_handle_closed);
}

void agent_process_done(Agent* a, uint64_t run, ProcessResult result) {
  if (a->ended) return agent_end_when_quiet(a);
  core_process_done(a->core, agent_now(a), run, std::move(result));
  agent_drive(a);
}

Now agent_now(const Agent* a) { return {int64_t(uv_now(a->loop)), os_unix_ms()}; }

void agent_drive(Agent* a) {
  if (std::exchange(a->driving, true)) return;  // called from inside perform: the loop below goes on
  do {
    core_tick(a->core, agent_now(a));
    while (!a->core.actions.empty()) {
      Action next = std::move(a->core.actions.front());
      a->core.actions.pop_front();
      perform(a, std::move(next));
    }
    if (a->core.stop == Core::Stop::done) return;
  } while (core_next_due(a->core, agent_now(a)) <= agent_now(a).mono_ms);
  a->driving = false;
  rest_after_keepalive(a);
  int64_t due = core_next_due(a->core, agent_now(a)), now = agent_now(a).mono_ms;
  if (due == kNever) uv_timer_stop(&a->timer);
  else uv_timer_start(&a->timer, on_timer, uint64_t(due - now), 0);
}

void agent_drive_soon(Agent* a) { uv_timer_start(&a->timer, on_timer, 0, 0); }

void agent_take_events(Agent* a, std::vector<Event> events) {
  for (Event& event : events) {
    expected_fill(a->core, event, agent_now(a));
    core_event(a->core, agent_now(a), std::move(event));
  }
  agent_drive(a);
}

ResultContext agent_result_context(const Agent* a) {
  const ObjectMeta& m = a->core.entity.metadata;
  const AgentConfig& c = a->core.config;
  return {m.name, m.ns, agent_now(a).unix_s(), c.input_rate > 0 ? size_t(c.input_burst) : kResultsMax, c.default_handler};
}

void agent_stop(Agent* a, std::function<void()> done) {
  a->stopped = std::move(done);
  if (std::exchange(a->stopping, true)) return;
  inputs_close(a);
  core_stop(a->core, agent_now(a));
  agent_drive(a);
}

bool agent_is_connected(const Agent* a) { return core_is_connected(a->core); }
std::string agent_result_sockets(const Agent* a) { return sockets_opened(a->sockets); }

}  // namespace picket
