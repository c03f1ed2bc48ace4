// agent/core/core_checks.cc - a check request, step by step, in the reference's order.
#include <optional>

#include "agent/core/core.h"
#include "agent/metrics/metrics.h"
#include "agent/config/redact_1x.h"
#include "common/json/json.h"
#include "common/text/log.h"
#include "common/rules/resource_types.h"
#include "common/template/template.h"
#include "common/rules/validate.h"

namespace picket {
namespace {

constexpr int64_t kClockJumpS = 3600;

// A backend whose clock was far ahead for a while would else be refused until its clock is there again.
bool clock_was_ahead(Now now, int64_t last, int64_t issued) {
  return last > now.unix_s() + kClockJumpS && issued <= now.unix_s() + kClockJumpS;
}

// False: this request was accepted before, or a later one was.
bool is_newer_request(const Core& core, Now now, const std::string& key, int64_t issued) {
  auto it = core.last_issued.find(key);
  int64_t last = it == core.last_issued.end() ? 0 : it->second;
  if (last == issued) {
    log_warn("agent", "check request has already been received - agent and check may have multiple matching subscriptions",
             {{"check", key}, {"issued", issued}});
    return false;
  }
  if (last > issued && !clock_was_ahead(now, last, issued)) {
    log_error("agent", "check request is older than a previously received check request", {{"check", key}, {"issued", issued}});
    return false;
  }
  return true;
}

// One that found its check still running was not accepted: a copy of it may come in time.
void issued_remember(Core& core, const std::string& key, int64_t issued) {
  core.last_issued[key] = issued;
  if (core.last_issued.size() > kIssuedMax)
    core.last_issued.erase(core.last_issued.begin()->first == key ? std::next(core.last_issued.begin()) : core.last_issued.begin());
}

// Custom attributes of what is defined here may hold secrets; a backend's annotations leave as they came.
void attributes_redact(const Core& core, Event& event) {
  if (core.definitions.count(event.check->metadata.name))
    annotations_redact(event.check->metadata.annotations, redact_words(core.config.redact, core.entity.redact));
}

void pipelines_of(const CheckConfig& config, Event& event) {
  event.pipelines = config.pipelines;
  event.pipelines_listed = true;
}

void pipelines_of_failure(const CheckConfig& config, Event& event) {
  pipelines_of(config, event);
  if (!validate_pipeline_references(event.pipelines).ok()) event.pipelines.clear();
}

// Why a request is not run. One that got past validation is answered with its `issued`, a place in the check's sequence, and to
// the handlers of the check.
struct Refusal {
  std::string reason;
  bool is_past_validation = true;
};

void refusal_send(Core& core, Now now, const CheckConfig& config, int64_t issued, Refusal refusal) {
  core.counters.refused++;
  Event event = failure_event(config, std::move(refusal.reason), now.unix_s());
  if (refusal.is_past_validation) {
    event.check->issued = issued;
    event.sequence = sequence_next(core, config.metadata.name);
    pipelines_of_failure(config, event);
  }
  attributes_redact(core, event);
  event_send(core, now, std::move(event));
}

void run_forget(Core& core, uint64_t id) {
  auto it = core.runs.find(id);
  if (it == core.runs.end()) return;
  core.in_progress.erase(it->second.key);
  core.runs.erase(it);
}

void run_fail(Core& core, Now now, CheckRun& run, std::string reason) {
  refusal_send(core, now, *run.event.check, run.request.issued, {std::move(reason)});
  run_forget(core, run.id);
}

void run_queue(Core& core, Now now, CheckRun& run) {
  if (core.runs_waiting.size() >= kChecksWaitingMax)
    return run_fail(core, now, run,
                    "check not run: " + std::to_string(kChecksWaitingMax) +
                        " checks are queued on this agent; raise max-concurrent-checks or schedule fewer checks");
  run.step = RunStep::queued;
  core.runs_waiting.push_back(run.id);
  runs_start(core, now);
}

std::vector<std::string> run_environment(const Core& core, const CheckRun& run, std::vector<std::string>* dropped = nullptr) {
  return allowed_environment(run.allowed, core.world.environment, {run.asset_env, run.request.secrets, run.request.config->env_vars},
                             dropped);
}

void run_program_check(Core& core, Now now, CheckRun& run) {
  if (run.allowed.sha512.empty()) return run_queue(core, now, run);
  run.step = RunStep::program_hash;
  core.actions.push_back(HashProgram{run.id, run.command, allowed_lookup(core.world.environment, run.asset_env)});
}

void run_assets(Core& core, Now now, CheckRun& run) {
  if (run.request.assets.empty()) return run_program_check(core, now, run);
  if (!run.allowed.takes_assets()) {
    log_warn("agent", "assets not used: the allow list entry of the command has neither enable_env nor sha512", {{"check", run.key}});
    return run_program_check(core, now, run);
  }
  run.step = RunStep::assets;
  core.actions.push_back(FetchAssets{run.id, run.request.assets, template_entity(core.entity)});
}

constexpr size_t kMetricsLoggedMax = 1'000;

// Once for each check and reason: a plugin prints the same every minute. /metrics goes on counting.
void metrics_skipped_log(Core& core, const std::string& check, const MetricsExtracted& got) {
  core.counters.metrics_skipped += uint64_t(got.skipped);
  if (got.skipped == 0) return;
  if (core.metrics_logged.size() >= kMetricsLoggedMax) core.metrics_logged.clear();
  if (!core.metrics_logged.insert(check + "\n" + got.first_why).second) return;
  log_warn("agent", "output that is not a metric ignored; logged once",
           {{"check", check}, {"count", got.skipped}, {"why", got.first_why}, {"first", got.first_text}});
}

void run_metrics(Core& core, CheckRun& run, Now now) {
  if (!metrics_wanted(*run.event.check)) return metrics_judge(run.event);
  MetricsExtracted got = metrics_extract(*run.event.check, now.unix_s());
  metrics_skipped_log(core, run.key, got);
  run.event.metrics = std::move(got.metrics);
  metrics_judge(run.event);
}

// Whether the label `mysql.port` was made of this client's attributes.
bool is_within(std::string_view client, const std::string& label) {
  std::string_view at = client;
  for (size_t from = 0; from <= label.size() && !at.empty(); from = std::min(label.find('.', from), label.size()) + 1)
    at = json_type(at) == JsonType::object ? json_at(at, {label.substr(from, label.find('.', from) - from)}) : std::string_view{};
  return !at.empty();
}

// Plugins of 1.x look for `client` beside `check`; checks defined here, as 1.x defines them, have both. Its attributes are as its
// files have them: nested, numbers as numbers.
std::string with_client(const Core& core, const std::string& event) {
  const Entity entity = entity_redacted(core.entity);
  const std::string own =
      core.config.client.empty() ? "{}" : json_redacted(core.config.client, redact_words(core.config.redact, core.entity.redact));
  JsonObject client;
  client.add("name", entity.metadata.name);
  std::string subscriptions;
  for (const std::string& s : entity.subscriptions) subscriptions += (subscriptions.empty() ? "" : ",") + json_quote(s);
  client.add_raw("subscriptions", "[" + subscriptions + "]").add("version", kCompatibleVersion);
  for (const JsonMember& m : json_members(own).value)
    if (m.key != "name" && m.key != "subscriptions" && m.key != "version") client.add_raw(m.key, m.raw);
  for (const auto& [name, value] : entity.metadata.labels)
    if (!is_within(own, name)) client.add(name, value);
  return "{\"client\":" + client.done() + "," + event.substr(1);
}

std::string run_input(const Core& core, const CheckRun& run) {
  const CheckConfig& config = *run.request.config;
  if (!config.stdin_) return {};
  std::string input = event_encode_with(run.event, core.entity_json);
  return core.definitions.count(config.metadata.name) ? with_client(core, input) : input;
}

void event_begin(Core& core, CheckRun& run, Now now) {
  const CheckConfig& config = *run.request.config;
  Check& check = *run.event.check;
  check.executed = now.unix_s();
  check.issued = run.request.issued;
  run.event.entity = core.entity_shared;
  run.event.sequence = sequence_next(core, config.metadata.name);
  pipelines_of(config, run.event);
  run.event.metadata.ns = config.metadata.ns;
  if (check.handlers.empty() && config.pipelines.empty() && !core.config.default_handler.empty() &&
      core.definitions.count(config.metadata.name))
    check.metadata.annotations[kDefaultHandlerAnnotation] = core.config.default_handler;
}

void run_begin(Core& core, CheckRun& run, Now now) {
  run.step = RunStep::running;
  event_begin(core, run, now);
  const CheckConfig& config = *run.request.config;
  const uint32_t timeout_s = config.timeout != 0 ? config.timeout : core.config.default_check_timeout_s;
  std::string input = run_input(core, run);
  core.counters.checks_run++;
  std::vector<std::string> dropped;
  std::vector<std::string> environment = run_environment(core, run, &dropped);
  for (const std::string& name : dropped)
    log_warn("agent", "environment variable of the request dropped: not permitted by the allow list entry",
             {{"check", run.key}, {"variable", name}});
  core.actions.push_back(
      RunProcess{run.id, run.command, std::move(input), std::move(environment), int64_t(timeout_s) * 1000, config.metadata.annotations});
}

// What is defined here stands above the request, as in 1.x; for requests about other entities only in safe mode. True: there is
// a definition with a command of its own.
bool definition_apply(const Core& core, CheckRequest& request) {
  auto it = core.definitions.find(request.config->metadata.name);
  if (it == core.definitions.end() || it->second.request.config->command.empty()) return false;
  if (!core.config.safe_mode && !request.config->proxy_entity_name.empty()) return true;
  Result<CheckRequest> merged = local_override(request, it->second, core.config.safe_mode);
  if (!merged.ok()) {
    log_error("agent", "cannot apply local definition", {{"check", it->first}, {"error", merged.status.message}});
    return false;
  }
  request = std::move(merged.value);
  return true;
}

bool has_own_hooks(const Core& core, const std::string& check) {
  auto it = core.definitions.find(check);
  return it != core.definitions.end() && !it->second.request.hooks.empty();
}

// The run that is still going on reports it in its result.
void overlap_count(Core& core, const std::string& key) {
  for (auto& [id, run] : core.runs)
    if (run.key == key) run.overlaps++;
}

// False: it is not run, and nobody hears more of it.
bool request_accept(Core& core, Now now, const std::string& key, int64_t issued, bool own) {
  if (!own && !is_newer_request(core, now, key, issued)) {
    core.counters.duplicates++;
    return false;
  }
  if (core.in_progress.count(key)) {
    core.counters.overlaps++;
    overlap_count(core, key);
    log_error("agent", "check execution still in progress", {{"check", key}});
    return false;
  }
  if (!own) issued_remember(core, key, issued);
  return core.stop == Core::Stop::no;
}

std::optional<Refusal> request_refusal(const Core& core, const CheckRequest& request, bool is_known) {
  if (core.config.disable_assets && !request.assets.empty())
    return Refusal{"check requested assets, but they are disabled on this agent", false};
  if (Status s = validate_check_config(*request.config); !s.ok()) return Refusal{"given check is invalid: " + s.message, false};
  if (core.config.safe_mode && !is_known) return Refusal{"Check is not locally defined (safe mode)"};
  return {};
}

// Tokens, limits and the allow list: what is run, and what the event shows of it.
std::optional<Refusal> run_refusal(const Core& core, CheckRun& run, bool is_local) {
  const CheckConfig& original = *run.request.config;
  Result<CheckConfig> config = check_substitute(original, template_entity(core.entity), is_local ? Unmatched::refused : Unmatched::kept);
  if (!config.ok()) return Refusal{substitution_failure(config.status)};
  if (Status s = limits_of(config.value.metadata.annotations).status; !s.ok()) return Refusal{s.message};
  run.command = config.value.command;
  run.event.check = check_of(config.value);
  run.event.check->command = original.command;  // secrets used as tokens do not leave
  run.request.config = std::move(config.value);
  if (core.allow_list.empty()) return {};
  const AllowEntry* entry = allow_list_match(core.allow_list, run.command);
  if (!entry) return Refusal{kDeniedCheck};
  run.allowed = allowed_run(*entry);
  return {};
}

}  // namespace

void core_check(Core& core, Now now, CheckRequest request, bool own) {
  core.counters.requests++;
  if (!request.config) return;  // refused where it came in
  const bool is_known = definition_apply(core, request);
  const bool is_local = is_known && (own || core.config.safe_mode || request.config->proxy_entity_name.empty());
  CheckRun run;
  run.key = check_key(*request.config);
  run.one_hook = has_own_hooks(core, request.config->metadata.name);
  run.request = std::move(request);
  if (!request_accept(core, now, run.key, run.request.issued, own)) return;
  std::optional<Refusal> refusal = request_refusal(core, run.request, is_known);
  if (!refusal) refusal = run_refusal(core, run, is_local);
  if (refusal) {
    const CheckConfig& shown = run.event.check ? *run.event.check : *run.request.config;
    return refusal_send(core, now, shown, run.request.issued, std::move(*refusal));
  }
  run.id = core.next_run++;
  core.in_progress.insert(run.key);
  log_info("agent", "scheduling check execution", {{"check", run.key}});
  run_assets(core, now, core.runs.emplace(run.id, std::move(run)).first->second);
}

void runs_start(Core& core, Now now) {
  while (!core.runs_waiting.empty() && core.runs_running < core.config.checks_max) {
    CheckRun& run = core.runs.at(core.runs_waiting.front());
    core.runs_waiting.pop_front();
    core.runs_running++;
    run_begin(core, run, now);
  }
}

void core_assets_done(Core& core, Now now, uint64_t id, Status status, std::vector<std::string> env) {
  auto it = core.runs.find(id);
  if (it == core.runs.end()) return;
  CheckRun& run = it->second;
  if (run.step == RunStep::hook_assets) return hook_assets_done(core, now, run, std::move(status), std::move(env));
  if (!status.ok()) return run_fail(core, now, run, "error getting assets for check: " + status.message);
  run.asset_env = std::move(env);
  run_program_check(core, now, run);
}

void core_program_hashed(Core& core, Now now, uint64_t id, Result<std::string> sha512, const std::string& path) {
  auto it = core.runs.find(id);
  if (it == core.runs.end()) return;
  CheckRun& run = it->second;
  if (run.step == RunStep::hook_hash) return hook_hashed(core, now, run, sha512.ok() && sha512.value == run.hook_allowed.sha512, path);
  if (!sha512.ok() || sha512.value != run.allowed.sha512) {
    log_error("agent", "program denied by the allow list",
              {{"check", run.key}, {"sha512", sha512.value}, {"error", sha512.status.message}});
    return run_fail(core, now, run, kDeniedCheck);
  }
  if (run.allowed.takes_program_only() && !path.empty()) run.command = command_with_program(run.command, path);
  run_queue(core, now, run);
}

void core_process_done(Core& core, Now now, uint64_t id, ProcessResult outcome) {
  auto it = core.runs.find(id);
  if (it == core.runs.end()) return;
  CheckRun& run = it->second;
  if (run.step == RunStep::hook_running) return hook_done(core, now, run, outcome);
  outcome_into(*run.event.check, outcome);
  run.event.timestamp = now.unix_s();
  run_metrics(core, run, now);
  if (outcome.output_dropped > 0)
    log_warn("agent", "output truncated at max-output-size", {{"check", run.key}, {"dropped", outcome.output_dropped}});
  hooks_begin(core, now, run);
}

void run_finish(Core& core, Now now, uint64_t id) {
  CheckRun& run = core.runs.at(id);
  Event event = std::move(run.event);
  if (run.request.config->discard_output) event.check->output.clear();
  if (Status s = validate_check(*event.check); !s.ok() || !validate_pipeline_references(event.pipelines).ok()) {
    // Tokens make of a definition what no backend stores: then at least that is said.
    log_error("agent", "invalid check result", {{"check", run.key}, {"error", s.message}});
    event_make_storable(event);
  }
  event.id = core.world.uuid();
  event.check->processed_by = core.config.name;
  attributes_redact(core, event);
  if (run.overlaps > 0) event.check->metadata.annotations[kOverlapsAnnotation] = std::to_string(run.overlaps);
  run_forget(core, id);
  core.runs_running--;
  event_send(core, now, std::move(event));
  runs_start(core, now);
}

}  // namespace picket
