// agent/core/core.h - every decision the agent makes, and none of its input and output.
//
// Inputs are calls (core_connected, core_message, core_process_done, ...), each with the time it happened. Outputs are
// data: the calls append to core.actions, and the edge (agent.cc) carries them out in order.
// Nothing here sleeps, blocks, reads a clock or knows libuv, so a test is a list of calls. What cannot be decided
// (chance, a new UUID, the machine's facts) is asked of CoreWorld, which a test replaces.
//
// In parts: link.h (the connection), agent_entity.h (our entity), outbox.h (events on their way), check_run.h (a check's steps),
// spacing.h (how far apart results leave).
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "agent/check/allow_list.h"
#include "agent/check/check_run.h"
#include "agent/config/agent_config.h"
#include "agent/core/agent_entity.h"
#include "agent/core/link.h"
#include "agent/config/local_checks.h"
#include "agent/core/outbox.h"
#include "agent/core/spacing.h"
#include "agent/check/local_schedule.h"

namespace picket {

inline constexpr size_t kChecksWaitingMax = 10'000;  // beyond it a request is answered with a failure event
inline constexpr size_t kIssuedMax = 10'000;         // keys whose last `issued` is remembered; beyond it one is forgotten
inline constexpr int64_t kBarrierMs = 500;           // how long sent events may wait for the ping that proves them
inline constexpr int64_t kScheduleStoreMs = 5000;    // what was learned is stored at most so often
inline constexpr int64_t kInputLogMs = 10'000;
inline constexpr int64_t kLostLogMs = 10'000;
inline constexpr int64_t kGoodbyeMs = 2000;  // at a stop: for what is on the way to arrive

inline constexpr const char* kLostCheck = "agent-spool";  // the event that says how many results were lost

struct Now {
  int64_t mono_ms = 0;  // for waiting
  int64_t unix_ms = 0;  // for timestamps
  int64_t unix_s() const { return unix_ms / 1000; }
};

// ---- what the edge is to do ----
struct Connect { std::string url; std::vector<std::pair<std::string, std::string>> headers; };
struct Send { std::string message; };
struct Ping { std::string payload; };
struct Close { int code; std::string reason; };
struct RunProcess {
  uint64_t run;
  std::string command, input;
  std::vector<std::string> env;
  int64_t timeout_ms;
  StringMap annotations;  // of the check: limits (nice, memory, ...) are read there
};
struct KillProcess { uint64_t run; };
struct FetchAssets { uint64_t run; std::vector<Asset> assets; std::string entity_json; };
struct HashProgram { uint64_t run; std::string command; std::vector<std::string> env; };
struct SpoolStore { OutRecord record; };
struct SpoolForget { uint64_t number; };  // everything up to here
struct SpoolLoad { uint64_t from; size_t bytes_max; };
struct SpoolRenew { std::string stream; };
struct ScheduleStore { std::string text; };  // what was learned, for the next process
struct Stopped {};                        // the last action there ever is
using Action = std::variant<Connect, Send, Ping, Close, RunProcess, KillProcess, FetchAssets, HashProgram, SpoolStore, SpoolForget,
                            SpoolLoad, SpoolRenew, ScheduleStore, Stopped>;

struct CoreWorld {
  double (*random)() = nullptr;  // [0, 1)
  std::string (*uuid)() = nullptr;
  System (*facts)() = nullptr;
  std::vector<std::string> environment;  // the agent's own, NAME=value
};

struct CoreCounters {
  uint64_t requests = 0, duplicates = 0, overlaps = 0, refused = 0, checks_run = 0, events = 0, keepalives = 0, sessions = 0,
           input_refused = 0, metrics_skipped = 0;
};

// Results other programs may still hand in now: a bucket that fills at input-rate-limit, input-burst-limit deep.
struct InputBucket {
  double tokens = 0;
  int64_t filled_at = kNever;  // kNever: full
  int64_t logged_at = 0;       // a refusal was logged; at most one line in kInputLogMs
};

// Events that were taken and never arrived, by reason. `before`: of an earlier process, which could not report them.
struct Losses {
  uint64_t size = 0, age = 0, disk = 0, before = 0, memory = 0;
  uint64_t all() const { return size + age + disk + before + memory; }
};

struct Core {
  AgentConfig config;
  CoreWorld world;
  Link link;
  Outbox outbox;
  std::string stream;                          // the spool's name; "" = no spool, no acknowledgement asked for
  bool acknowledged = false;                   // this session's backend acknowledges
  int64_t barrier_at = kNever;                 // when to send a ping after the events sent
  Spacing spacing;                             // of results that waited, where nothing is acknowledged
  uint64_t old_runs = 0, old_runs_logged = 0;  // left out by it
  int64_t old_runs_log_at = 0;
  int64_t keepalive_at = kNever;
  std::map<std::string, int64_t> sequences;  // per check name, this connection

  Entity entity;                                // as configured, with the facts of the last keepalive
  std::shared_ptr<const Entity> entity_shared;  // the same, as events hold it
  std::string entity_json;                      // the same, redacted, as it is sent
  std::string config_differs;                   // fields that the backend has otherwise, as they were logged
  AllowList allow_list;
  Schedule schedule;  // checks we start ourselves
  int64_t schedule_store_at = kNever;
  std::map<std::string, LocalDefinition> definitions;  // checks of our own configuration: they stand above a backend's

  std::map<std::string, int64_t> last_issued;  // per check key, of this process
  std::set<std::string> in_progress;           // check keys
  std::map<uint64_t, CheckRun> runs;
  uint64_t next_run = 1;
  std::deque<uint64_t> runs_waiting;  // for a free place; bounded by kChecksWaitingMax
  int runs_running = 0;

  enum class Stop { no, checks, goodbye, closing, done } stop = Stop::no;
  int64_t stop_deadline = kNever;
  Losses lost, lost_reported;  // in all, and reported by an event that arrived
  Losses lost_reporting;       // what the event says that is on its way,
  uint64_t loss_event = 0;     // and its number; 0: none is
  uint64_t lost_logged = 0;
  int64_t lost_log_at = 0;                         // the next line of the log, at most one in kLostLogMs
  uint64_t damaged = 0;                            // events that were lost in damaged files
  uint64_t too_large = 0, too_large_reported = 0;  // events that no message can carry, likewise
  InputBucket input;
  CoreCounters counters;
  std::set<std::string> metrics_logged;  // checks, each with a reason why a part of its output is no metric; bounded by kMetricsLoggedMax
  struct {
    std::string check;
    int64_t issued = 0, unix_ms = 0;
  } last_request;              // of a backend; for `picket agent status`
  std::string cloud_provider;  // found out by the edge; "" = none, or not known yet
  std::deque<Action> actions;
};

void core_init(Core& core, AgentConfig config, CoreWorld world, Now now);
// A spool was opened: its name, the next number to give out, the oldest it holds (0: empty), how many lost events the last
// process could not report. Before the first tick.
void core_spool_opened(Core& core, std::string stream, uint64_t next_number, uint64_t oldest, uint64_t unreported = 0);
void core_tick(Core& core, Now now);               // does whatever is due; called after every input
int64_t core_next_due(const Core& core, Now now);  // monotonic; kNever = nothing

void core_connected(Core& core, Now now, bool has_accept, std::string_view ack_header);
void core_disconnected(Core& core, Now now);
void core_message(Core& core, Now now, std::string_view message);
void core_pong(Core& core, Now now, std::string_view payload);

// `own`: from our own schedule. Its times are our clock's, so they are not compared with a backend's.
void core_check(Core& core, Now now, CheckRequest request, bool own = false);
void core_process_done(Core& core, Now now, uint64_t run, ProcessResult outcome);
void core_assets_done(Core& core, Now now, uint64_t run, Status status, std::vector<std::string> env);
// `path`: the program that was looked at.
void core_program_hashed(Core& core, Now now, uint64_t run, Result<std::string> sha512, const std::string& path = "");

// Asked before `count` results of other programs are taken; false: too many came lately, the sender is to try again. (More
// than the whole burst at once is refused before: ResultContext.results_max.)
bool core_input_take(Core& core, Now now, size_t count);
// Asked before an event of another program is taken that came in a text of `came_bytes`: false, no message can carry it.
bool core_event_fits(const Core& core, const Event& event, size_t came_bytes);
// An event of another program, complete but for entity, id and namespace.
void core_event(Core& core, Now now, Event event);
void core_metrics(Core& core, Now now, Metrics metrics);  // an event of nothing but points
void core_spool_loaded(Core& core, std::vector<OutRecord> records, bool more, uint64_t stored_until);
void core_spool_lost(Core& core, const std::vector<SpoolLoss>& losses);  // reported by an event when a backend is there
uint64_t core_spool_unreported(const Core& core);                        // lost events that no event has reported yet
// What could not be read of the spool, as the beginning of a sentence, and how many results are known to be gone: an event at once.
void core_spool_damaged(Core& core, Now now, std::string what, uint64_t missing);
// Another configuration, at a running agent.
void core_reconfigure(Core& core, Now now, AgentConfig config);
void core_stop(Core& core, Now now);
void core_cloud_found(Core& core, std::string provider);  // "EC2", "GCP", "Azure": sent with the next keepalive

inline bool core_is_connected(const Core& core) { return link_is_open(core.link); }

// ---- between the parts of the core ----
void event_send(Core& core, Now now, Event event);  // encodes and queues it; no entity set: the agent's
void events_begin(Core& core, Now now);             // the session is open, and it is known whether it acknowledges
void events_pump(Core& core, Now now);              // sends what may be sent
int64_t events_due(const Core& core, Now now);
void ping_send(Core& core);
int64_t sequence_next(Core& core, const std::string& check);
void losses_report(Core& core, Now now);  // an event, when something was lost and none is on its way
void losses_arrived(Core& core, uint64_t number);
void losses_log(Core& core, Now now, bool is_last);    // a line with the counts, also while no backend is there
void runs_start(Core& core, Now now);                  // as many waiting checks as there are places
void hooks_begin(Core& core, Now now, CheckRun& run);  // the check is done: its hooks, then the event
void hook_assets_done(Core& core, Now now, CheckRun& run, Status status, std::vector<std::string> env);
void hook_hashed(Core& core, Now now, CheckRun& run, bool matches, const std::string& path);
void hook_done(Core& core, Now now, CheckRun& run, const ProcessResult& outcome);
void run_finish(Core& core, Now now, uint64_t run);  // sends the event; the run is gone afterwards

}  // namespace picket
