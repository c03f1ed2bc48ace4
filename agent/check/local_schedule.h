// agent/check/local_schedule.h - checks the agent starts by itself: those of its own configuration, always; and those a backend asked
// for before it went away, while it is away. Pure; times are wall clock milliseconds.
//
// Local checks keep the 1.x phase: it hangs on the two names only, so it survives restarts and spreads a fleet. The n-th due
// time is computed from the phase, nothing drifts; a time that was missed (sleep, stop) is not made up for. A run is `issued` at
// the time it was due, the last one that has passed: late runs do not share a second, and none is dated before the sleep.
//
// Learned checks: a backend's publishing follows a phase of its own, so the time its last request came plus n intervals is when
// the next ones would have come (by our clock: theirs may be minutes away). One is run only while no backend is connected, and
// kLearnedGraceMs after its time: a backend that is back by then has asked itself. After a reconnect the backend's next request
// is for a later period, so no period has two runs. Cron checks are learned when the request came in a minute the schedule
// names here: with another time zone than the backend's we would run at other hours. Round-robin checks are somebody else's
// turn and never learned.
//
// What was learned outlives the process (schedule_learned_text, schedule_learned_load). A period that had begun when the agent
// started counts as run: it may have been, and a second run would be worse than one less.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/cron.h"
#include "common/types/types.h"

namespace picket {

inline constexpr size_t kLearnedMax = 2000;          // keys; one more is not learned
inline constexpr size_t kLearnedBytesMax = 4 << 20;  // of their definitions together; what goes beyond it is not learned
inline constexpr int64_t kLearnedGraceMs = 3000;
inline constexpr int kLearnedForget = 3;                                     // periods without a request while connected: the check is gone
inline constexpr int64_t kLearnedLookMs = 90'000;                            // while connected we look more often, for the pings
inline constexpr int64_t kLearnedShiftMs = 2000;                             // a backend's phase moved by more: worth storing
inline constexpr int64_t kClockSetBackMs = 60'000;                           // by more, and all times are placed anew
inline constexpr const char* kStartedByAnnotation = "picket.io/started-by";  // "agent-schedule", "offline-schedule"

struct LocalCheck {
  CheckRequest request;  // config and hooks; issued is set when it is run
  std::optional<CronSchedule> cron;
  uint64_t phase = 0;   // of an interval: due when unix_ms = phase modulo the interval
  int64_t next_ms = 0;  // 0 = not placed yet
};

struct LearnedCheck {
  CheckRequest request;
  std::optional<CronSchedule> cron;  // none: by interval
  size_t definition = 0;             // a hash of the request, to notice another one
  size_t bytes = 0;                  // of the request, as JSON
  int64_t last_ms = 0;               // its last run, asked for or by ourselves
  int64_t next_ms = 0;               // when a backend would ask again
  int64_t forget_ms = 0;             // connected, and no request came until then: the check is gone
};

struct Schedule {
  std::map<std::string, LocalCheck> local;      // by check key
  std::map<std::string, LearnedCheck> learned;  // the same
  bool learned_changed = false;                 // something worth storing; the code that stores it resets this
  int64_t seen_ms = 0;                          // the last time it was asked for what is due
};

// Which keys the backend may not start itself is not decided here: a local definition and a backend's of the same name are
// two schedules of one check, and the in-progress rule keeps them apart.
Status schedule_add(Schedule& schedule, CheckRequest request, const std::string& agent);
void schedule_learn(Schedule& schedule, const CheckRequest& request, int64_t unix_ms);  // a backend asked for it now

// The learned checks as JSON, without those that carry secrets; and back.
std::string schedule_learned_text(const Schedule& schedule);
Status schedule_learned_load(Schedule& schedule, std::string_view text, int64_t unix_ms);

// Requests that are due. `offline`: no backend is connected; learned checks go on then.
std::vector<CheckRequest> schedule_due(Schedule& schedule, int64_t unix_ms, bool offline);
int64_t schedule_next(const Schedule& schedule, int64_t unix_ms, bool offline);  // INT64_MAX = nothing

// ---- between local_schedule.cc and learned_schedule.cc ----
void learned_due(Schedule& schedule, int64_t unix_ms, std::vector<CheckRequest>& out);
void learned_forget(Schedule& schedule, int64_t unix_ms);
bool is_subdued(const CheckConfig& config, int64_t unix_ms);
CheckRequest started_by(CheckRequest request, const char* who, int64_t due_ms);
// The last time until `unix_ms` that the schedule names, where `due_ms` is one; after a long sleep it is not gone through minute by minute.
int64_t schedule_cron_last(const CronSchedule& cron, int64_t due_ms, int64_t unix_ms);

// The next runs, soonest first, `max` at most; learned checks only when they are ours to run.
struct ScheduledRun { int64_t at_ms = 0; std::string check; bool learned = false; };
std::vector<ScheduledRun> schedule_upcoming(const Schedule& schedule, bool offline, size_t max);

uint64_t schedule_phase(const std::string& agent, const std::string& check);
int64_t schedule_interval_next(uint64_t phase, int64_t interval_ms, int64_t after_ms);  // the first due time after it

}  // namespace picket
