// agent/agent_tools.cc - see agent_tools.h.
#include "agent/agent_tools.h"

#include <uv.h>

#include <cstdio>

#include "agent/agent.h"
#include "agent/agent_files.h"
#include "agent/agent_state.h"
#include "agent/check/check_run.h"
#include "agent/metrics/metrics.h"
#include "common/json/json.h"
#include "common/text/log.h"
#include "common/http/local.h"
#include "common/os/os.h"
#include "common/program/log_file.h"
#include "common/text/secrets.h"
#include "common/template/template.h"

namespace picket {
namespace {

int complain(const std::string& text) {
  fprintf(stderr, "picket agent: %s\n", text.c_str());
  return 1;
}

struct Loaded { AgentConfig config; AgentFiles files; };

Result<Loaded> load(const Options& options) {
  AgentConfig config;
  Status good = agent_config_read(options, agent_defaults(), &config), log = log_file_options(options, "").status;
  Result<AgentFiles> files = agent_files_load(config);
  std::string wrong;
  for (const Status& s : {good, log, files.status})
    if (!s.ok()) wrong += (wrong.empty() ? "" : "\n") + s.message;
  if (!wrong.empty()) return fail(Err::invalid, wrong);  // all of it
  return Loaded{std::move(config), std::move(files.value)};
}

// ---- one HTTP/1.0 exchange over a local socket ----

struct Question {
  uv_pipe_t pipe{};
  uv_connect_t connect{};
  uv_write_t write{};
  std::string text = "GET /status HTTP/1.0\r\nHost: agent\r\n\r\n", answer;
  int error = 0;
  char block[16384];
};

void question_end(Question* q, int error) {
  q->error = error;
  if (!uv_is_closing(reinterpret_cast<uv_handle_t*>(&q->pipe))) uv_close(reinterpret_cast<uv_handle_t*>(&q->pipe), nullptr);
}

void on_answer(uv_stream_t* stream, ssize_t n, const uv_buf_t* buf) {
  Question* q = static_cast<Question*>(stream->data);
  if (n > 0) q->answer.append(buf->base, size_t(n));
  if (n < 0) question_end(q, n == UV_EOF ? 0 : int(n));
}

void on_connected(uv_connect_t* connect, int status) {
  Question* q = static_cast<Question*>(connect->data);
  if (status < 0) return question_end(q, status);
  uv_buf_t buf = uv_buf_init(q->text.data(), unsigned(q->text.size()));
  uv_write(&q->write, connect->handle, &buf, 1, nullptr);
  uv_read_start(
      connect->handle,
      [](uv_handle_t* h, size_t, uv_buf_t* b) {
        Question* q = static_cast<Question*>(h->data);
        *b = uv_buf_init(q->block, sizeof q->block);
      },
      on_answer);
}

Result<std::string> ask(const std::string& path) {
  uv_loop_t loop;
  uv_loop_init(&loop);
  Question q;
  uv_pipe_init(&loop, &q.pipe, 0);
  q.pipe.data = q.connect.data = &q;
  uv_pipe_connect(&q.connect, &q.pipe, local_name(path).c_str(), on_connected);
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  if (q.error != 0)
    return fail(Err::unavailable,
                "no agent responds at " + path + " (" + uv_strerror(q.error) + "); is it running with the same state-dir and name?");
  size_t body = q.answer.find("\r\n\r\n");
  if (body == q.answer.npos) return fail(Err::unavailable, "the agent at " + path + " did not respond");
  return q.answer.substr(body + 4);
}

std::string_view member(std::string_view object, std::string_view name) {
  Result<std::vector<JsonMember>> members = json_members(object);
  for (const JsonMember& m : members.value)
    if (m.key == name) return m.raw;
  return "null";
}

// ---- one check ----

const CheckRequest* check_find(const LocalSettings& local, const std::string& name) {
  for (const CheckRequest& check : local.checks)
    if (check.config->metadata.name == name) return &check;
  return nullptr;
}

// The way an agent runs it: our own checks in here, the others as processes.
ProcessResult run_and_wait(ProcessRequest request) {
  uv_loop_t loop;
  uv_loop_init(&loop);
  ProcessResult result;
  auto done = [&](ProcessResult r) { result = std::move(r); };
  if (!inner_start(&loop, request, done)) process_run(&loop, std::move(request), done);
  uv_run(&loop, UV_RUN_DEFAULT);
  process_let_go(&loop);  // what it left in the background lives on
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  return result;
}

// On a terminal there is no log to look into.
void metrics_skipped_print(const MetricsExtracted& got) {
  if (got.skipped > 0)
    fprintf(stderr, "%d metric%s ignored; the first: %s: %s\n", got.skipped, got.skipped == 1 ? " was" : "s were", got.first_why.c_str(),
            json_quote(got.first_text).c_str());
}

// What leaves is redacted, also on a terminal.
int check_print_plan(const CheckRequest& check, const Entity& entity, const AgentConfig& config) {
  Result<CheckConfig> shown = check_substitute(*check.config, template_entity(entity_redacted(entity)), Unmatched::refused);
  if (!shown.ok()) return complain(substitution_failure(shown.status));
  uint32_t timeout = shown.value.timeout ? shown.value.timeout : config.default_check_timeout_s;
  printf("check:     %s\ncommand:   %s\n", shown.value.metadata.name.c_str(), shown.value.command.c_str());
  printf("timeout:   %s\n", timeout ? (std::to_string(timeout) + " s").c_str() : "none");
  for (const std::string& entry : shown.value.env_vars) printf("env:       %s\n", entry.c_str());
  int64_t now = os_unix_ms();
  Schedule schedule;
  if (schedule_add(schedule, check, config.name).ok()) {
    schedule_due(schedule, now, false);
    printf("next run:  in %.1f s\n", double(schedule_next(schedule, now, false) - now) / 1000);
  }
  return 0;
}

}  // namespace

int agent_check_config(const Options& options, const Status& wrong, bool strict) {
  Result<Loaded> loaded = load(options);
  options_print_warnings(options.warnings);
  if (!wrong.ok()) return complain(wrong.message + (loaded.ok() ? "" : "\n" + loaded.status.message));
  if (!loaded.ok()) return complain(loaded.status.message);
  const AgentConfig& c = loaded.value.config;
  options_print_warnings(c.warnings);
  if (Status s = options_unmet(options); !s.ok()) return complain(s.message);
  StringList warnings = options.warnings;
  warnings.insert(warnings.end(), c.warnings.begin(), c.warnings.end());
  if (Status s = options_strict(warnings); strict && !s.ok()) return complain(s.message);
  for (const CheckRequest& check : loaded.value.files.local.checks)
    if (check.config->timeout == 0 && c.default_check_timeout_s == 0)
      printf("note: check \"%s\" has no timeout; set default-check-timeout to stop it if it hangs\n", check.config->metadata.name.c_str());
  for (const std::string& note : loaded.value.files.notes) printf("note: %s\n", note.c_str());
  printf("configuration is valid: agent \"%s\" in namespace \"%s\", %zu backends, %zu local checks, %zu allow-list entries\n",
         c.name.c_str(), c.ns.c_str(), c.backend_urls.size(), loaded.value.files.local.checks.size(), loaded.value.files.allow_list.size());
  return 0;
}

int agent_status(const Options& options) {
  Result<Loaded> loaded = load(options);
  if (!loaded.ok()) return complain(loaded.status.message);
  Result<std::string> answer = ask(agent_state_path(loaded.value.config, "sock"));
  if (!answer.ok()) return complain(answer.status.message);
  printf("%s\n", json_check(answer.value).ok() ? json_pretty(answer.value).c_str() : answer.value.c_str());
  return 0;
}

Status agent_health(const AgentConfig& config, bool connected) {
  Result<std::string> answer = ask(agent_state_path(config, "sock"));
  if (!answer.ok()) return answer.status;
  if (!connected || member(member(answer.value, "session"), "state") == "\"connected\"") return {};
  return fail(Err::unavailable, "the agent is running, but not connected to a backend");
}

int agent_run_check(const Options& options, const std::string& name, bool dry_run) {
  log_set_level(LogLevel::warn);
  Result<Loaded> loaded = load(options);
  if (!loaded.ok()) return complain(loaded.status.message);
  const AgentConfig& c = loaded.value.config;
  const CheckRequest* check = check_find(loaded.value.files.local, name);
  if (!check) return complain("unknown local check \"" + name + "\"; only checks of the configuration can be run");
  Entity entity = entity_local(c);
  entity_set_facts(entity, os_system_facts(), c, os_unix_ms() / 1000);
  if (dry_run) return check_print_plan(*check, entity, c);
  Result<CheckConfig> config = check_substitute(*check->config, template_entity(entity), Unmatched::refused);
  if (!config.ok()) return complain(substitution_failure(config.status));
  const AllowList& list = loaded.value.files.allow_list;
  const AllowEntry* entry = allow_list_match(list, config.value.command);
  if (!list.empty() && !entry) return complain(kDeniedCheck);
  Event event;
  event.entity = std::make_shared<const Entity>(entity_redacted(entity));
  event.check = check_of(config.value);
  event.check->command = check->config->command;
  event.check->executed = event.check->issued = os_unix_ms() / 1000;
  event.check->processed_by = c.name;
  event.metadata.ns = c.ns;
  event.id = os_uuid();
  event.sequence = 1;
  event.pipelines = config.value.pipelines;
  event.pipelines_listed = true;
  ProcessRequest request;
  request.command = config.value.command;
  request.env = allowed_environment(entry ? allowed_run(*entry) : AllowedRun(), environment_for_commands(os_environment()),
                                    {{}, {}, config.value.env_vars});
  request.timeout_ms = int64_t(config.value.timeout ? config.value.timeout : c.default_check_timeout_s) * 1000;
  request.output_max = c.output_max;
  Result<RunLimits> limits = limits_of(config.value.metadata.annotations);
  if (!limits.ok()) return complain(limits.status.message);
  request.limits = {limits.value.nice, limits.value.memory_bytes, limits.value.cpu_seconds, std::move(limits.value.user)};
  if (config.value.stdin_) request.input = encode(event);
  outcome_into(*event.check, run_and_wait(std::move(request)));
  event.timestamp = os_unix_ms() / 1000;
  if (metrics_wanted(*event.check)) {
    MetricsExtracted got = metrics_extract(*event.check, event.timestamp);
    metrics_skipped_print(got);
    event.metrics = std::move(got.metrics);
    metrics_judge(event);
  }
  printf("%s\n", json_pretty(encode(event)).c_str());
  return int(std::min<uint32_t>(event.check->status, 255));
}

}  // namespace picket
