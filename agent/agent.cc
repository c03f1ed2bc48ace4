// agent/agent.cc - carries out the core's actions; see agent.h and core.h.
#include "agent/agent.h"

#include <utility>

#include "agent/agent_files.h"
#include "agent/agent_state.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "common/os/file_lock.h"
#include "common/text/secrets.h"
#include "common/text/url.h"

namespace picket {

// The reference's stub for load tests: a result without a process.
static constexpr const char* kTestCommand = "!sensu_test_check!";
static constexpr const char* kTestOutput = "  _\n | |  a picket that only says it is there\n_|_|_\n";
static constexpr int64_t kRestMs = 5000;  // memory is given back at most so often

namespace {

double random_unit() {
  uint32_t bits = 0;
  os_random(&bits, sizeof bits);
  return double(bits) / 4294967296.0;
}

// ---- the connection ----

void on_opened(Agent* a, const WsEvent& e) {
  log_info("agent", "successfully connected", {{"url", a->url}});
  core_connected(a->core, agent_now(a), header_has(*e.headers, "Accept"), header_get(*e.headers, "Picket-Ack"));
}

void end_when_quiet(Agent* a);

void on_closed(Agent* a, const WsEvent& e) {
  a->ws = nullptr;
  if (a->ended) return end_when_quiet(a);
  if (e.http_status != 0)
    log_error("agent", "handshake failed with status " + std::to_string(e.http_status), {{"url", a->url}, {"body", e.http_body}});
  else if (a->core.link.state == Link::connecting) log_error("agent", "reconnection attempt failed", {{"url", a->url}, {"error", e.error}});
  else log_info("agent", "disconnected", {{"url", a->url}, {"code", e.code}, {"reason", e.reason}, {"error", e.error}});
  core_disconnected(a->core, agent_now(a));
}

void on_ws(Agent* a, Ws* ws, const WsEvent& e) {
  if (ws != a->ws) return;
  switch (e.kind) {
    case WsEvent::open: on_opened(a, e); break;
    case WsEvent::message: core_message(a->core, agent_now(a), e.data); break;
    case WsEvent::pong: core_pong(a->core, agent_now(a), e.data); break;
    case WsEvent::drained: break;
    case WsEvent::closed: on_closed(a, e); break;
  }
  if (!a->ended) agent_drive(a);
}

void link_connect(Agent* a, Connect action) {
  const AgentConfig& c = a->core.config;
  a->url = url_shown(action.url);
  log_info("agent", "connecting to backend URL", {{"url", a->url}});
  WsConnect request;
  request.url = std::move(action.url);
  request.headers = std::move(action.headers);
  request.tls.ca_file = c.trusted_ca_file;
  request.tls.cert_file = c.cert_file;
  request.tls.key_file = c.key_file;
  request.tls.insecure = c.insecure_skip_tls_verify;
  request.handshake_timeout_ms = c.handshake_timeout_ms;
  if (Result<Url> url = url_parse(request.url); url.ok()) request.proxy = proxy_from_environment(url.value);
  a->ws = ws_connect(a->net, std::move(request), [a](Ws* ws, const WsEvent& e) { on_ws(a, ws, e); });
}

}  // namespace

ProcessOutcome agent_outcome(ProcessResult r) {
  ProcessOutcome o;
  switch (r.outcome) {
    case ProcessResult::exited: o.how = ProcessOutcome::exited; break;
    case ProcessResult::signalled: o.how = ProcessOutcome::signalled; break;
    case ProcessResult::timed_out: o.how = ProcessOutcome::timed_out; break;
    case ProcessResult::failed_to_start: o.how = ProcessOutcome::failed_to_start; break;
  }
  o.status = r.status;
  o.output = std::move(r.output);
  o.output_dropped = r.output_dropped;
  o.duration = r.duration;
  o.pid = r.pid;
  o.kill_failed = r.kill_failed;
  return o;
}

namespace {

void check_run(Agent* a, RunProcess action) {
  ProcessRequest request;
  request.command = std::move(action.command);
  request.input = std::move(action.input);
  request.env = std::move(action.env);
  request.timeout_ms = action.timeout_ms;
  request.output_max = a->core.config.output_max;
  RunLimits limits = limits_of(action.annotations).value;  // judged by the core
  request.limits = {limits.nice, limits.memory_bytes, limits.cpu_seconds, std::move(limits.user)};
  uint64_t run = action.run;
  if (request.command == kTestCommand) return agent_process_done(a, run, {ProcessOutcome::exited, 0, kTestOutput, 0, 0, 0, false});
  if (inner_run(a, request, run)) return;
  a->processes[run] = process_run(a->loop, std::move(request), [a, run](ProcessResult r) {
    a->processes.erase(run);
    agent_process_done(a, run, agent_outcome(std::move(r)));
  });
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

// Callbacks of the connection and of processes still point to us: the last of them closes our own handles.
void end_when_quiet(Agent* a) {
  if (a->ws != nullptr || !a->processes.empty() || !a->inner.empty()) return;
  uv_close(reinterpret_cast<uv_handle_t*>(&a->timer), on_handle_closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&a->rest), on_handle_closed);
}

void agent_end(Agent* a) {
  a->ended = true;
  inputs_close(a);
  if (a->api) api_close(std::exchange(a->api, nullptr));
  program_hashes_end(a);
  if (a->assets) asset_host_close(std::exchange(a->assets, nullptr));
  if (a->spool) spool_host_close(std::exchange(a->spool, nullptr));
  if (a->cloud) cloud_probe_close(std::exchange(a->cloud, nullptr));
  if (a->schedule) schedule_file_close(std::exchange(a->schedule, nullptr));
  if (a->ws) ws_abort(a->ws);
  end_when_quiet(a);
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

void perform(Agent* a, Action action) {
  if (auto* x = std::get_if<Connect>(&action)) link_connect(a, std::move(*x));
  if (auto* x = std::get_if<Send>(&action); x && a->ws) ws_send(a->ws, std::move(x->message));
  if (auto* x = std::get_if<Ping>(&action); x && a->ws) {
    ws_ping(a->ws, std::move(x->payload));
    uv_prepare_start(&a->rest, on_rest);
  }
  if (auto* x = std::get_if<Close>(&action); x && a->ws) ws_close(a->ws, x->code, std::move(x->reason));
  if (auto* x = std::get_if<RunProcess>(&action)) check_run(a, std::move(*x));
  if (auto* x = std::get_if<KillProcess>(&action)) {
    if (auto it = a->processes.find(x->run); it != a->processes.end()) process_kill(it->second);
    else inner_kill(a, x->run), program_hash_end(a, x->run);
  }
  if (auto* x = std::get_if<FetchAssets>(&action)) assets_fetch(a, std::move(*x));
  if (auto* x = std::get_if<HashProgram>(&action)) program_hash(a, std::move(*x));
  if (auto* x = std::get_if<ScheduleStore>(&action); x && a->schedule) schedule_file_store(a->schedule, std::move(x->text));
  spool_host_perform(a, action);
  if (std::get_if<Stopped>(&action)) agent_end(a);
}

void on_timer(uv_timer_t* timer) { agent_drive(static_cast<Agent*>(timer->data)); }

}  // namespace

void agent_process_done(Agent* a, uint64_t run, ProcessOutcome outcome) {
  if (a->ended) return end_when_quiet(a);
  core_process_done(a->core, agent_now(a), run, std::move(outcome));
  agent_drive(a);
}

Now agent_now(const Agent* a) { return {int64_t(uv_now(a->loop)), os_unix_ms()}; }

static void rest_after_keepalive(Agent* a) {
  if (std::exchange(a->keepalives_seen, a->core.counters.keepalives) != a->core.counters.keepalives) uv_prepare_start(&a->rest, on_rest);
}

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

void agent_take_events(Agent* a, std::vector<Event> events) {
  for (Event& event : events) core_event(a->core, agent_now(a), std::move(event));
  agent_drive(a);
}

ResultContext agent_result_context(const Agent* a) {
  const ObjectMeta& m = a->core.entity.metadata;
  const AgentConfig& c = a->core.config;
  return {m.name, m.ns, agent_now(a).unix_s(), c.input_rate > 0 ? size_t(c.input_burst) : kResultsMax, c.default_handler};
}

namespace {

void files_apply(Agent* a, AgentFiles files) {
  a->core.allow_list = std::move(files.allow_list);
  a->core.definitions = std::move(files.local.definitions);
  for (const std::string& note : files.notes) log_warn("agent", note);
  a->core.schedule.local.clear();
  for (CheckRequest& check : files.local.checks)
    if (Status s = schedule_add(a->core.schedule, std::move(check), a->core.config.name); !s.ok())
      log_error("agent", "local check", {{"error", s.message}});
}

// Makes state-dir and takes it for us. A folder that cannot be written (a read-only root) is no error: then nothing is kept.
Status state_claim(Agent* a) {
  const AgentConfig& c = a->core.config;
  if (!os_make_dirs(c.state_dir, 0700).ok()) return {};
  Result<intptr_t> lock = os_lock_file(agent_state_path(c, "lock"));
  if (lock.ok()) a->lock = lock.value;
  else if (lock.status.code == Err::exists)
    return fail(Err::exists,
                "another agent named \"" + c.name + "\" uses the state-dir " + c.state_dir + " (" + lock.status.message +
                    "); stop it, or give this one a state-dir or name of its own");
  else log_warn("agent", "state-dir is not locked; make sure that no second agent uses it", {{"error", lock.status.message}});
  return {};
}

void state_open(Agent* a) {
  const AgentConfig& c = a->core.config;
  if (!c.disable_spool) a->spool = spool_host_open(a);
  if (!os_is_dir(c.state_dir)) return;
  a->schedule = schedule_file_open(a);
  api_open_status(a->api, agent_state_path(c, "sock"));
}

}  // namespace

Result<Agent*> agent_start(uv_loop_t* loop, Net* net, const AgentConfig& given) {
  AgentConfig config = given;
  Result<AgentFiles> files = agent_files_load(config);
  if (!files.ok()) return files.status;
  auto a = std::make_unique<Agent>();
  a->loop = loop;
  a->net = net;
  std::vector<std::string> environment = environment_for_commands(os_environment());
  uv_update_time(loop);
  core_init(a->core, config, {random_unit, os_uuid, os_system_facts, std::move(environment)}, agent_now(a.get()));
  files_apply(a.get(), std::move(files.value));
  if (Status s = state_claim(a.get()); !s.ok()) return s;
  Result<ApiListeners*> api = api_open(a.get());
  if (!api.ok()) {
    if (a->lock >= 0) os_unlock_file(a->lock);
    return api.status;
  }
  a->api = api.value;
  uv_timer_init(loop, &a->timer);
  uv_prepare_init(loop, &a->rest);
  a->timer.data = a->rest.data = a.get();
  state_open(a.get());
  if (!config.disable_statsd) a->statsd = statsd_open(a.get());
  if (!config.disable_sockets) a->sockets = sockets_open(a.get());
  a->pickup = pickup_open(a.get());
  cloud_probe_start(a.get());
  Agent* agent = a.release();
  // Not from inside this call: the caller has not got the agent yet.
  uv_timer_start(&agent->timer, on_timer, 0, 0);
  return agent;
}

Status agent_reload(Agent* a, const AgentConfig& given) {
  AgentConfig config = given;
  Result<AgentFiles> files = agent_files_load(config);
  if (!files.ok()) return files.status;
  core_reconfigure(a->core, agent_now(a), std::move(config));
  files_apply(a, std::move(files.value));
  agent_drive(a);
  return {};
}

void agent_stop(Agent* a, std::function<void()> done) {
  a->stopped = std::move(done);
  if (std::exchange(a->stopping, true)) return;
  inputs_close(a);
  core_stop(a->core, agent_now(a));
  agent_drive(a);
}

bool agent_is_connected(const Agent* a) { return core_is_connected(a->core); }

}  // namespace picket
