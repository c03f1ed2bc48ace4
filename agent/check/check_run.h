// agent/check/check_run.h - one check request on its way to an event: the rules of each step. Pure.
//
// The order of the steps is the reference's; core_checks.cc walks them. Nothing here keeps state
// between requests.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/check/allow_list.h"
#include "common/basic/result.h"
#include "common/template/template.h"
#include "common/types/process_result.h"
#include "common/types/types.h"

namespace picket {

inline constexpr uint32_t kStatusUnknown = 3;
inline constexpr uint32_t kStatusSignalled = 4294967295u;  // what the reference sends: -1 as uint32
inline constexpr const char* kDenyStatusAnnotation = "allow_list_on_deny_status";

inline constexpr const char* kOverlapsAnnotation = "picket.io/overlaps";

enum class RunStep { assets, program_hash, queued, running, hook_assets, hook_hash, hook_running };

struct CheckRun {
  uint64_t id = 0;
  std::string key;
  RunStep step = RunStep::assets;
  CheckRequest request;  // config: after token substitution
  std::string command;   // what is run; the event carries the unsubstituted one
  AllowedRun allowed;
  std::vector<std::string> asset_env;
  Event event;                          // being built
  int overlaps = 0;                     // requests that came meanwhile and were not run
  bool one_hook = false;                // hooks of a 1.x definition: one at most, the nearest
  std::vector<std::string> hook_names;  // to run, in order
  size_t hook = 0;
  Hook hook_result;  // of the hook that runs
  std::string hook_command;
  AllowedRun hook_allowed;
  std::vector<std::string> hook_env;
};

// Bounds a check may set for itself by annotation; one that does not parse is an error, and the check is not run. 0 or "" = none.
//   picket.io/nice: -20..19   picket.io/memory-max: 1048576, 100MB   picket.io/cpu-seconds: 90, 2m   picket.io/run-as: user
struct RunLimits {
  int nice = 0;
  int64_t memory_bytes = 0, cpu_seconds = 0;
  std::string user;
};
Result<RunLimits> limits_of(const StringMap& annotations);

// name, or name/proxy_entity_name: what may not run twice at once.
std::string check_key(const CheckConfig& config);

// The check of an event: the definition, without its creator, its secrets and its subdues, as the reference sends it.
Check check_of(const CheckConfig& config);

// Every string of the definition is a template over the entity. Errors start with the field's name. Definitions of this agent are
// refused for 1.x tokens that name nothing; in those of a backend three colons may be the shell's or GNU parallel's, and are kept.
Result<CheckConfig> check_substitute(const CheckConfig& config, std::string_view entity_json, Unmatched unmatched);
Result<HookConfig> hook_substitute(const HookConfig& hook, std::string_view entity_json, Unmatched unmatched);
// What the output says of a failed substitution: the reference's words, or those of 1.x when its tokens matched nothing.
std::string substitution_failure(const Status& status);

// A request that cannot be run is answered all the same: status 3 (or what the check's annotation says), the reason as output.
Event failure_event(const CheckConfig& config, std::string reason, int64_t unix_s);
uint32_t deny_status(const ObjectMeta& metadata);

// Status and output as the reference words them.
void outcome_into(Check& check, const ProcessResult& outcome);
void outcome_into(Hook& hook, const ProcessResult& outcome);

// Names of the hooks to run for this status: each once, in the order of the lists.
std::vector<std::string> hooks_matching(const std::vector<HookList>& lists, uint32_t status);
// 1.x: the first of the exact status, its name, non-zero.
std::vector<std::string> hook_nearest(const std::vector<HookList>& lists, uint32_t status);
bool hook_type_matches(std::string_view type, uint32_t status);

// The environment of a command: the agent's own, then each layer over it. PATH, CPATH and LD_LIBRARY_PATH are put in front
// of what is there instead of replacing it. Sorted; entries without = are dropped.
std::vector<std::string> environment_merge(const std::vector<std::string>& own,
                                           std::initializer_list<const std::vector<std::string>*> layers);

}  // namespace picket
