// backend/event/liveness.h - countdowns of what must report in time: keepalives and check TTLs (B-25, B-52).
//
// Pure. Times are milliseconds of a clock that nobody sets and that counts while the machine sleeps (os_mono_ms), so that no
// jump of the wall clock ends a countdown. It counts down `ttl` seconds from every liveness_alive. When it ends, liveness_tick reports
// it and it counts down again, so a silent entity is reported every ttl seconds until it is alive or its countdown is removed. The
// state lives in memory; after a start it is rebuilt with liveness_restore from what the store knows (last sign of life and ttl).
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/basic/result.h"
#include "backend/event/event_key.h"

namespace picket {

inline constexpr int64_t kLivenessTtlMin = 5;                        // seconds; shorter ones are refused
inline constexpr int64_t kLivenessTtlMax = 100ll * 365 * 24 * 3600;  // longer ones count as this long
// After a start every countdown gets at least this long (or its whole ttl, if shorter), and in any case as long as agents may
// wait between two tries to come back: up to three times as long as the backend was away, kRestartReturnMax (their
// retry-max) at most. What ends then is spread over kRestartSpread so that it does not all end at once.
inline constexpr int64_t kRestartGrace = 60;
inline constexpr int64_t kRestartReturnMax = 120;
inline constexpr int64_t kRestartReconnect = 5;  // the connection itself
inline constexpr int64_t kRestartSpread = 30;
// Countdowns that had ended before the start are reported again spread over this many seconds.
inline constexpr int64_t kRestartDeadSpread = 120;
// A check that falls silent while its host is silent is held back. It is looked at again so often, in case that nobody
// hears of the host's return, and counts down anew when the host is back.
inline constexpr int64_t kHeldLook = 60;

// Of a keepalive, or of a check with a ttl; both by the key of their event.
struct Countdown {
  int64_t ttl = 0;  // seconds
  bool dead = false;
  bool held = false;     // it ended while its host is silent, and nobody was notified
  int64_t grace = 0;     // seconds it gets when its host is back
  int64_t back_ms = 0;   // of a keepalive: when it was last reset after it had ended; 0 = never
  int64_t alive_ms = 0;  // when it was last reset; after a start before that, maybe before 0
  int64_t deadline_ms = 0;
  int64_t armed_ms = 0;     // its entry in the heap surfaces then; 0 = it has none
  uint64_t generation = 0;  // entries of the heap with another one are stale
};

struct Liveness {
  EventMap<Countdown> countdowns;
  EventMap<std::set<EventKey>> held;  // by the key of the host's keepalive: keys of what waits for it
  struct Due { int64_t deadline_ms; uint64_t generation; EventKey key; };
  std::vector<Due> heap;  // earliest first, one live entry per countdown
  uint64_t generation = 0;
};

Status liveness_alive(Liveness& liveness, const EventKey& key, int64_t ttl_s, int64_t now_ms);  // create or reset
Status liveness_dead(Liveness& liveness, const EventKey& key, int64_t ttl_s, int64_t now_ms);
void countdown_remove(Liveness& liveness, const EventKey& key);
// The end of a check's countdown is held back while its host is silent. When the host's keepalive comes again it counts
// down for `grace_s` (its ttl at most). Says whether it was not held back before.
bool liveness_hold(Liveness& liveness, const EventKey& key, int64_t grace_s, int64_t now_ms);
// It did not end after all: to be looked at then.
void liveness_put_off(Liveness& liveness, const EventKey& key, int64_t until_ms);
// Out of the way while the event's deletion is not decided, and back with its deadline, unless a newer one is there.
std::optional<Countdown> liveness_take(Liveness& liveness, const EventKey& key);
void liveness_put_back(Liveness& liveness, const EventKey& key, const Countdown& countdown);
const Countdown* liveness_find(const Liveness& liveness, const EventKey& key);

struct Expired { EventKey key; int64_t ttl; bool was_alive; int64_t alive_ms; };
// What ended. At most `max` per call (0 = all): the rest stays due, so that a storm does not stall the loop.
std::vector<Expired> liveness_tick(Liveness& liveness, int64_t now_ms, size_t max = 0);
int64_t liveness_next_due(const Liveness& liveness);  // or INT64_MAX

// We have not run for this time up to now (the machine slept, the process was stopped): nobody could be heard. What ended meanwhile
// gets the grace of a start, and nobody is dead for our absence. Says how many were moved.
int64_t liveness_stalled(Liveness& liveness, int64_t for_ms, int64_t now_ms);

// One countdown as the store knows it.
struct CountdownRow {
  EventKey key;
  int64_t ttl_s = 0;
  bool dead = false;         // its last stored event says so
  int64_t last_alive_s = 0;  // timestamp of its last sign of life
  int64_t reported_s = 0;    // of a dead check: when that was last said; it is said again ttl seconds later. 0: it is not known
};
// By return_s all agents are back.
struct RestoreReport { int64_t away_s = 0; int64_t extended = 0; int64_t restored = 0; int64_t return_s = 0; };
// `away_from_s`: when the backend was last known to run, by the wall clock, as `wall_ms` is; time stands still from then to now. When it
// lies ahead the clock was set back, nobody knows how long it was, and everybody gets the longest grace.
RestoreReport liveness_restore(Liveness& liveness, const std::vector<CountdownRow>& rows, int64_t away_from_s, int64_t wall_ms,
                               int64_t now_ms);

// What the end of a keepalive's countdown means (B-29, B-32).
enum class KeepaliveVerdict { remove, deregister, fail };
KeepaliveVerdict keepalive_expired(bool entity_known, bool event_known, bool entity_deregister);
// What the end of a check's countdown means (B-52).
enum class TtlVerdict { remove, ignore, hold, fail };
TtlVerdict ttl_expired(bool entity_known, bool event_known, bool keepalive_failing, bool round_robin);
// How long a check has to report when its host is back: one run, a minute at least, its ttl at most.
int64_t ttl_grace(int64_t ttl_s, int64_t interval_s);

}  // namespace picket
