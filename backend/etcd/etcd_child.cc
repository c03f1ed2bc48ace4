// backend/etcd/etcd_child.cc - see etcd_child.h for the table of states.
#include "backend/etcd/etcd_child.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "backend/etcd/etcd_child_log.h"
#include "common/os/os.h"
#include "common/process/process.h"
#include "common/text/log.h"

namespace picket {

struct EtcdChild {
  enum State { waiting, running, leaving, ending, gone } state = waiting;
  uv_loop_t* loop = nullptr;
  EtcdClient* client = nullptr;
  EtcdSettings settings;
  std::string program, endpoint;
  Process* process = nullptr;
  uv_timer_t timer{};  // waiting: until the next start; leaving: until it is told to end
  EtcdLines lines;
  std::string last_error, problem;  // of the present run; why it does not run
  int64_t started_ms = 0, wait_ms = 0;
  int calls = 0;  // of the client, not yet answered
  bool timer_open = true;
  std::function<void()> done;
};

namespace {

constexpr const char* kComponent = "etcd";

void start(EtcdChild* c);

// ---- its log ----

void log_field_raw(LogLevel level, const EtcdLine& line) {
  LogField details("etcd", "");
  details.raw = line.details;
  log_line(level, kComponent, line.message, {details});
}

void on_line(EtcdChild* c, std::string_view text) {
  const EtcdLine line = etcd_line_read(text);
  if (line.level >= LogLevel::error || !etcd_remedy(text).empty()) c->last_error = std::string(text);
  if (line.details.empty()) log_line(line.level, kComponent, line.message);
  else log_field_raw(line.level, line);
}

// ---- its end ----

void free_if_gone(EtcdChild* c) {
  if (c->state != EtcdChild::gone || c->timer_open || c->calls > 0) return;
  std::function<void()> done = std::move(c->done);
  delete c;
  if (done) done();
}

void go(EtcdChild* c) {
  c->state = EtcdChild::gone;
  uv_close(reinterpret_cast<uv_handle_t*>(&c->timer), [](uv_handle_t* timer) {
    auto* child = static_cast<EtcdChild*>(timer->data);
    child->timer_open = false;
    free_if_gone(child);
  });
}

std::string ended_text(const ProcessResult& r) {
  if (r.outcome == ProcessResult::failed_to_start) return r.output;
  return r.outcome == ProcessResult::exited ? "status " + std::to_string(r.status) : "signal " + std::to_string(r.status);
}

void wait_and_start(EtcdChild* c, const ProcessResult& result) {
  const std::string_view remedy = etcd_remedy(c->last_error);
  const EtcdLine said = etcd_line_read(c->last_error);
  c->problem = "etcd ended with " + ended_text(result) + (said.message.empty() ? "" : ": " + said.message) +
      (remedy.empty() ? "" : "; " + std::string(remedy));
  const bool ran_long = os_mono_ms() - c->started_ms > kEtcdRestartMsMax;
  c->wait_ms = ran_long ? kEtcdRestartMsMin : std::clamp(c->wait_ms * 2, kEtcdRestartMsMin, kEtcdRestartMsMax);
  log_error(kComponent, "etcd ended; it is started again",
            {{"ended", ended_text(result)}, {"error", said.message}, {"remedy", remedy}, {"wait_ms", c->wait_ms}});
  c->state = EtcdChild::waiting;
  uv_timer_start(
      &c->timer, [](uv_timer_t* t) { start(static_cast<EtcdChild*>(t->data)); }, uint64_t(c->wait_ms), 0);
}

void on_end(EtcdChild* c, const ProcessResult& result) {
  c->process = nullptr;
  if (c->state == EtcdChild::running) return wait_and_start(c, result);
  log_info(kComponent, "etcd has ended", {{"ended", ended_text(result)}});
  go(c);
}

// ---- its start ----

// What we have in our environment for us or for another etcd would be flags of this one.
std::vector<std::string> environment() {
  std::vector<std::string> out;
  uv_env_item_t* items = nullptr;
  int count = 0;
  if (uv_os_environ(&items, &count) != 0) return out;
  for (int i = 0; i < count; i++)
    if (std::string(items[i].name).compare(0, 5, "ETCD_") != 0) out.push_back(std::string(items[i].name) + "=" + items[i].value);
  uv_os_free_environ(items, count);
  return out;
}

void version_ask(EtcdChild* c) {
  EtcdWay way;
  way.timeout_ms = kEtcdRestartMsMin;
  way.endpoint = c->endpoint;
  c->calls++;
  etcd_version(c->client, way, [c](const Result<std::string>& version) {
    c->calls--;
    if (c->state == EtcdChild::gone) return free_if_gone(c);
    if (version.ok() && etcd_version_fits(version.value))
      log_info(kComponent, "etcd runs", {{"version", version.value}, {"pid", etcd_child_pid(c)}});
    else if (version.ok())
      log_error(kComponent, "this etcd is too old; install 3.4 or later", {{"version", version.value}, {"program", c->program}});
    else if (c->state == EtcdChild::running)
      uv_timer_start(
          &c->timer, [](uv_timer_t* t) { version_ask(static_cast<EtcdChild*>(t->data)); }, uint64_t(kEtcdRestartMsMin), 0);
  });
}

void start(EtcdChild* c) {
  ProcessRequest request;
  request.argv = etcd_arguments(c->settings);
  request.argv.insert(request.argv.begin(), c->program);
  request.env = environment();
  request.terminate_ms = kEtcdStopMs;
  request.output_max = 0;
  request.die_with_us = true;
  request.on_output = [c](std::string_view bytes) { etcd_lines_take(c->lines, bytes, [c](std::string_view line) { on_line(c, line); }); };
  c->state = EtcdChild::running;
  c->started_ms = os_mono_ms();
  c->last_error.clear();
  c->lines.part.clear();
  c->process = process_run(c->loop, std::move(request), [c](const ProcessResult& result) { on_end(c, result); });
  uv_timer_stop(&c->timer);
  version_ask(c);
}

// ---- the stop: a leader hands over first, so that nobody waits for an election ----

void ask_to_end(EtcdChild* c) {
  if (c->state != EtcdChild::leaving) return;
  c->state = EtcdChild::ending;
  uv_timer_stop(&c->timer);
  process_ask(c->process);
}

template <class T>
EtcdDone<T> while_leaving(EtcdChild* c, std::function<void(const T&)> next) {
  c->calls++;
  return [c, next = std::move(next)](const Result<T>& r) {
    c->calls--;
    if (c->state == EtcdChild::gone) return free_if_gone(c);
    if (c->state != EtcdChild::leaving) return;
    r.ok() ? next(r.value) : ask_to_end(c);
  };
}

void hand_over(EtcdChild* c) {
  EtcdWay way;
  way.timeout_ms = kEtcdHandOverMs;
  way.endpoint = c->endpoint;
  auto transferred = [c](const EtcdHeader&) { ask_to_end(c); };
  auto listed = [c, way, transferred](const EtcdMembers& members) {
    for (const EtcdMember& m : members.members)
      if (m.id != members.header.member_id && !m.learner && !m.name.empty())
        return etcd_transfer_leadership(c->client, m.id, way, while_leaving<EtcdHeader>(c, transferred));
    ask_to_end(c);
  };
  auto asked = [c, way, listed](const EtcdStatus& status) {
    if (status.leader != status.header.member_id) return ask_to_end(c);
    etcd_member_list(c->client, way, while_leaving<EtcdMembers>(c, listed));
  };
  etcd_status(c->client, way, while_leaving<EtcdStatus>(c, asked));
}

}  // namespace

Result<std::string> etcd_program_find(const std::string& wanted) {
  const std::string name = wanted.empty() ? "etcd" : wanted;
  if (name.find('/') != name.npos) {
    if (os_exists(name)) return name;
    return fail(Err::not_found, "etcd-program: there is no " + name + "; expected the path of etcd");
  }
  const char* path = getenv("PATH");
  const std::string dirs = path ? path : "/usr/local/bin:/usr/bin:/bin";
  for (size_t at = 0; at <= dirs.size();) {
    const size_t end = std::min(dirs.find(':', at), dirs.size());
    const std::string candidate = dirs.substr(at, end - at) + "/" + name;
    if (end > at && os_exists(candidate)) return candidate;
    at = end + 1;
  }
  return fail(Err::not_found,
              "there is no program \"" + name +
                  "\" in PATH, which the options etcd-* ask for; install it (`apt-get install etcd-server`), name it with "
                  "etcd-program, or use an etcd that runs elsewhere with no-embed-etcd");
}

Result<EtcdChild*> etcd_child_start(uv_loop_t* loop, EtcdClient* client, const EtcdSettings& settings) {
  Result<std::string> program = etcd_program_find(settings.program);
  if (!program.ok()) return program.status;
  if (Status s = os_make_dirs(settings.data_dir, 0700); !s.ok()) return because("the directory of etcd's data", s);
  auto* c = new EtcdChild;
  c->loop = loop;
  c->client = client;
  c->settings = settings;
  c->program = program.value;
  c->endpoint = etcd_own_endpoint(settings);
  uv_timer_init(loop, &c->timer);
  c->timer.data = c;
  start(c);
  return c;
}

void etcd_child_stop(EtcdChild* c, std::function<void()> done) {
  c->done = std::move(done);
  if (c->state != EtcdChild::running) return go(c);
  c->state = EtcdChild::leaving;
  uv_timer_start(
      &c->timer, [](uv_timer_t* t) { ask_to_end(static_cast<EtcdChild*>(t->data)); }, uint64_t(3 * kEtcdHandOverMs), 0);
  hand_over(c);
}

std::string etcd_child_problem(const EtcdChild* c) { return c->state == EtcdChild::waiting ? c->problem : std::string(); }
int etcd_child_pid(const EtcdChild* c) { return c->process ? process_pid(c->process) : 0; }

}  // namespace picket
