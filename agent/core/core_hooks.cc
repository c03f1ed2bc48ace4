// agent/core/core_hooks.cc - the hooks of a check, one after the other, after it ran.
#include "agent/core/core.h"
#include "common/text/log.h"
#include "common/rules/resource_types.h"
#include "common/template/template.h"
#include "common/rules/validate.h"

namespace picket {
namespace {

constexpr uint32_t kErrorHookTimeout = 5;  // what the reference writes into the result of a hook it could not run

void hook_next(Core& core, Now now, CheckRun& run);

void hook_append(Core& core, Now now, CheckRun& run) {
  run.event.check->hooks.push_back(std::move(run.hook_result));
  run.hook++;
  hook_next(core, now, run);
}

// The reference runs a command that prints the error; its traces are reproduced without a process.
void hook_fail(Core& core, Now now, CheckRun& run, std::string command, const std::string& error) {
  const std::string& name = run.hook_names[run.hook];
  Hook failed;
  failed.metadata.name = name;
  failed.metadata.ns = run.request.config->metadata.ns;
  failed.command = std::move(command);
  failed.timeout = kErrorHookTimeout;
  failed.executed = now.unix_s();
  failed.output = "hook " + name + ": " + error + "\n";
  failed.status = 2;
  run.hook_result = std::move(failed);
  hook_append(core, now, run);
}

// A hook of a 1.x definition whose tokens match nothing says so itself.
void hook_unmatched(Core& core, Now now, CheckRun& run, const HookConfig& config, const std::string& text) {
  run.hook_result = Hook{};
  static_cast<HookConfig&>(run.hook_result) = config;
  run.hook_result.executed = now.unix_s();
  run.hook_result.status = int32_t(kStatusUnknown);
  run.hook_result.output = text;
  hook_append(core, now, run);
}

void hook_deny(Core& core, Now now, CheckRun& run) {
  run.hook_result.executed = now.unix_s();
  run.hook_result.status = int32_t(deny_status(run.hook_result.metadata));
  run.hook_result.output = kDeniedHook;
  hook_append(core, now, run);
}

void hook_run(Core& core, Now now, CheckRun& run) {
  run.step = RunStep::hook_running;
  run.hook_result.executed = now.unix_s();
  std::string input = run.hook_result.stdin_ ? event_encode_with(run.event, core.entity_json) : std::string();
  core.actions.push_back(RunProcess{run.id, run.hook_command, std::move(input),
                                    allowed_environment(run.hook_allowed, core.world.environment, {run.hook_env, {}, {}}),
                                    int64_t(run.hook_result.timeout) * 1000, run.request.config->metadata.annotations});
}

void hook_program_check(Core& core, Now now, CheckRun& run) {
  if (run.hook_allowed.sha512.empty()) return hook_run(core, now, run);
  run.step = RunStep::hook_hash;
  core.actions.push_back(HashProgram{run.id, run.hook_command, allowed_lookup(core.world.environment, run.hook_env)});
}

void hook_begin(Core& core, Now now, CheckRun& run, const HookConfig& config) {
  const std::string& name = config.metadata.name;
  if (Status s = validate_hook(config); !s.ok())
    return hook_fail(core, now, run, config.command, "hook \"" + name + "\" is invalid: " + s.message);
  Result<HookConfig> ready = hook_substitute(config, template_entity(core.entity), run.one_hook ? Unmatched::refused : Unmatched::kept);
  if (run.one_hook && ready.status.code == Err::not_found) return hook_unmatched(core, now, run, config, ready.status.message);
  if (!ready.ok())
    return hook_fail(core, now, run, config.command, "hook \"" + name + "\": error doing token substitution: " + ready.status.message);
  run.hook_result = Hook{};
  static_cast<HookConfig&>(run.hook_result) = ready.value;
  run.hook_result.command = config.command;  // unsubstituted
  run.hook_command = ready.value.command;
  run.hook_env.clear();
  run.hook_allowed = {};
  if (!core.allow_list.empty()) {
    const AllowEntry* entry = allow_list_match(core.allow_list, run.hook_command);
    if (!entry) return hook_deny(core, now, run);
    run.hook_allowed = allowed_run(*entry);
  }
  auto assets = run.request.hook_assets.find(name);
  bool has_assets = assets != run.request.hook_assets.end() && !assets->second.empty();
  if (has_assets && !run.hook_allowed.takes_assets())
    log_warn("agent", "assets not used: the allow list entry of the hook has neither enable_env nor sha512",
             {{"check", run.key}, {"hook", name}});
  if (!has_assets || core.config.disable_assets || !run.hook_allowed.takes_assets()) return hook_program_check(core, now, run);
  run.step = RunStep::hook_assets;
  core.actions.push_back(FetchAssets{run.id, assets->second, template_entity(core.entity)});
}

void hook_next(Core& core, Now now, CheckRun& run) {
  if (run.hook >= run.hook_names.size()) return run_finish(core, now, run.id);
  const std::string& name = run.hook_names[run.hook];
  for (const HookConfig& config : run.request.hooks)
    if (config.metadata.name == name) return hook_begin(core, now, run, config);
  hook_fail(core, now, run, "echo 'hook " + name + ": missing hook config'; exit 2", "missing hook config");
}

}  // namespace

void hooks_begin(Core& core, Now now, CheckRun& run) {
  // Without a single definition nothing is run, whatever the check names.
  if (!run.request.hooks.empty())
    run.hook_names = (run.one_hook ? hook_nearest : hooks_matching)(run.request.config->check_hooks, run.event.check->status);
  hook_next(core, now, run);
}

void hook_assets_done(Core& core, Now now, CheckRun& run, Status status, std::vector<std::string> env) {
  if (!status.ok())
    return hook_fail(core, now, run, run.hook_result.command,
                     "hook \"" + run.hook_names[run.hook] + "\": error getting assets for hook: " + status.message);
  run.hook_env = std::move(env);
  hook_program_check(core, now, run);
}

void hook_hashed(Core& core, Now now, CheckRun& run, bool matches, const std::string& path) {
  if (!matches) return hook_deny(core, now, run);
  if (run.hook_allowed.takes_program_only() && !path.empty()) run.hook_command = command_with_program(run.hook_command, path);
  hook_run(core, now, run);
}

void hook_done(Core& core, Now now, CheckRun& run, const ProcessResult& outcome) {
  outcome_into(static_cast<Hook&>(run.hook_result), outcome);
  hook_append(core, now, run);
}

}  // namespace picket
