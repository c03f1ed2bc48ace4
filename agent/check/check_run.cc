// agent/check/check_run.cc - see check_run.h.
#include "agent/check/check_run.h"

#include <algorithm>
#include <charconv>

#include "common/basic/system_names.h"
#include "common/options/options.h"
#include "common/template/template.h"
#include "common/text/size.h"

namespace picket {
namespace {

constexpr const char* kNiceAnnotation = "picket.io/nice";
constexpr const char* kMemoryMaxAnnotation = "picket.io/memory-max";
constexpr const char* kCpuSecondsAnnotation = "picket.io/cpu-seconds";

bool is_search_path(std::string_view name) { return name == "PATH" || name == "CPATH" || name == "LD_LIBRARY_PATH"; }

struct StatusOutput { uint32_t status; std::string output; };

StatusOutput status_and_output(const ProcessResult& o) {
  switch (o.outcome) {
    case ProcessResult::exited: return {uint32_t(o.status), o.output};
    case ProcessResult::signalled: return {kStatusSignalled, o.output};
    case ProcessResult::failed_to_start: return {kStatusUnknown, o.output};
    case ProcessResult::timed_out: break;
  }
  std::string text = "Execution timed out\n";
  if (o.kill_failed) text += "Unable to TERM/KILL the process: #" + std::to_string(o.pid) + "\n";
  return {2, text + o.output};
}

template <class T>
Result<T> substitute(const T& value, std::string_view entity_json, Unmatched unmatched) {
  Result<std::string> text = template_render_json(encode(value), entity_json, unmatched);
  if (!text.ok()) return text.status;
  return decode<T>(text.value);
}

}  // namespace

std::string check_key(const CheckConfig& config) {
  if (config.proxy_entity_name.empty()) return config.metadata.name;
  return config.metadata.name + "/" + config.proxy_entity_name;
}

Check check_of(const CheckConfig& config) {
  Check check;
  static_cast<CheckConfig&>(check) = config;
  check.metadata.created_by.clear();
  check.secrets.clear();
  check.subdues.clear();
  return check;
}

Result<CheckConfig> check_substitute(const CheckConfig& config, std::string_view entity_json, Unmatched unmatched) {
  return substitute(config, entity_json, unmatched);
}

Result<HookConfig> hook_substitute(const HookConfig& hook, std::string_view entity_json, Unmatched unmatched) {
  return substitute(hook, entity_json, unmatched);
}

std::string substitution_failure(const Status& status) {
  bool is_colons = status.code == Err::not_found;  // see common/template/template.h
  return (is_colons ? "" : "error while substituting check tokens: ") + status.message;
}

// A limit that cannot be read would be none: its author relies on it.
static Status limit_wrong(const char* key, const std::string& value, const char* want) {
  return fail(Err::invalid, std::string("check not run: annotation ") + key + ": \"" + value.substr(0, 100) + "\" is not " + want);
}

Result<RunLimits> limits_of(const StringMap& annotations) {
  RunLimits limits;
  if (auto it = annotations.find(kNiceAnnotation); it != annotations.end()) {
    const char* end = it->second.data() + it->second.size();
    auto [at, error] = std::from_chars(it->second.data(), end, limits.nice);
    if (error != std::errc() || at != end || limits.nice < -20 || limits.nice > 19)
      return limit_wrong(kNiceAnnotation, it->second, "a number from -20 to 19");
  }
  if (auto it = annotations.find(kMemoryMaxAnnotation); it != annotations.end()) {
    Result<int64_t> bytes = size_parse(it->second);
    if (!bytes.ok()) return limit_wrong(kMemoryMaxAnnotation, it->second, "a size, e.g. 128 MB");
    limits.memory_bytes = bytes.value;
  }
  if (auto it = annotations.find(kCpuSecondsAnnotation); it != annotations.end()) {
    Result<int64_t> ms = duration_parse_ms(it->second);
    if (!ms.ok() || ms.value < 0 || ms.value % 1000 != 0)
      return limit_wrong(kCpuSecondsAnnotation, it->second, "a number of whole seconds, e.g. 90 or 2m");
    limits.cpu_seconds = ms.value / 1000;
  }
  if (auto it = annotations.find("picket.io/run-as"); it != annotations.end()) limits.user = it->second;
  return limits;
}

uint32_t deny_status(const ObjectMeta& metadata) {
  auto it = metadata.annotations.find(kDenyStatusAnnotation);
  if (it == metadata.annotations.end()) return kStatusUnknown;
  const std::string& text = it->second;
  uint32_t status = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
  return error == std::errc() && end == text.data() + text.size() ? status : kStatusUnknown;
}

Event failure_event(const CheckConfig& config, std::string reason, int64_t unix_s) {
  Event event;
  event.timestamp = unix_s;
  event.check = check_of(config);
  event.check->executed = unix_s;
  event.check->status = deny_status(config.metadata);
  event.check->output = std::move(reason);
  event.metadata.ns = config.metadata.ns;
  return event;
}

void outcome_into(Check& check, const ProcessResult& outcome) {
  StatusOutput t = status_and_output(outcome);
  check.status = t.status;
  check.output = std::move(t.output);
  check.duration = outcome.duration;
}

void outcome_into(Hook& hook, const ProcessResult& outcome) {
  StatusOutput t = status_and_output(outcome);
  hook.status = int32_t(t.status);
  hook.output = std::move(t.output);
  hook.duration = outcome.duration;
}

bool hook_type_matches(std::string_view type, uint32_t status) {
  if (type == "ok") return status == 0;
  if (type == "warning") return status == 1;
  if (type == "critical") return status == 2;
  if (type == "unknown") return status > 2;
  if (type == "non-zero") return status != 0;
  return type == std::to_string(int32_t(status));
}

std::vector<std::string> hooks_matching(const std::vector<HookList>& lists, uint32_t status) {
  std::vector<std::string> names;
  for (const HookList& list : lists) {
    if (!hook_type_matches(list.type, status)) continue;
    for (const std::string& name : list.hooks)
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

std::vector<std::string> hook_nearest(const std::vector<HookList>& lists, uint32_t status) {
  const char* severities[] = {"ok", "warning", "critical"};
  std::string wanted[] = {std::to_string(int32_t(status)), status < 3 ? severities[status] : "unknown", status != 0 ? "non-zero" : ""};
  for (const std::string& type : wanted)
    for (const HookList& list : lists)
      if (!type.empty() && list.type == type && !list.hooks.empty()) return {list.hooks.front()};
  return {};
}

std::vector<std::string> environment_merge(const std::vector<std::string>& own,
                                           std::initializer_list<const std::vector<std::string>*> layers) {
  std::map<std::string, std::string> merged;
  auto add = [&](const std::vector<std::string>& entries, bool is_own) {
    for (const std::string& entry : entries) {
      size_t equals = entry.find('=');
      if (equals == std::string::npos || equals == 0) continue;
      std::string name = environment_name(entry.substr(0, equals)), value = entry.substr(equals + 1);
      auto it = merged.find(name);
      bool joins = !is_own && is_search_path(name) && it != merged.end() && !it->second.empty();
      merged[name] = joins ? value + kPathListSeparator + it->second : value;
    }
  };
  add(own, true);
  for (const std::vector<std::string>* layer : layers) add(*layer, false);
  std::vector<std::string> out;
  for (auto& [name, value] : merged) out.push_back(name + "=" + value);
  return out;
}

}  // namespace picket
