// agent/core/spacing.h - results of one check, far enough apart for a backend that processes them concurrently. Pure.
//
// A Sensu backend reads a session's messages in order and hands them to a pool of workers (a hundred by default). Each worker reads
// the stored event of the check, counts on from it, and writes it back; there is no lock and no order. Two results of one check that
// are processed at the same time count from the same predecessor: both are occurrence 1, and both alert. In normal operation the
// results of a check are an interval apart. What waited during an outage would arrive at once. A pong does not help by itself: it
// says that the session's reader has handed on what was sent before, not that a worker is done with it.
//
// So, in a session without acknowledgement, a result that waited is sent when the result of the same check before it
//   - was read (the pong of a later ping), and
//   - has had time to be processed: kSpacedMs, or half the time that was between the two when they were made, if that is less.
// Results that were made less than kReadGapMs apart are not waited for by pong: a reference's agent sends them that way, too.
// Everything stays in order, also between checks, so a round of all checks takes one such wait. What is older than kRecentMs takes
// kOldReplayMs in all, however long the outage was. Results without a check are never spaced. Once the backlog has left and a check's last
// result of it has settled, results are sent at once.
//
// Of the runs that the agent started itself (offline and local schedules) only the last kRunsReplayed periods before the reconnection
// are sent: a backend keeps no more in a check's history, and a host that was alone for a weekend would be busy for an hour. Metrics
// of the runs left out are sent, without the check. Results of other programs are never left out.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "agent/core/outbox.h"

namespace picket {

inline constexpr int64_t kSpacedMs = 1000;       // measured with real 5.11.1 and 6.9.2: one alert per incident (docs/ARCHITECTURE.md)
inline constexpr int64_t kReadGapMs = 1500;      // made closer together: time alone counts
inline constexpr int64_t kRecentMs = 600'000;    // before the reconnection; what is older is replayed faster
inline constexpr int64_t kOldReplayMs = 60'000;  // ... and takes this time in all
inline constexpr int64_t kRunsReplayed = 21;     // periods; the length of a check's history

// The last result of a check on its way, until the next may follow.
struct Unsettled {
  uint64_t number = 0;
  int64_t stored_ms = 0;  // wall clock
  int64_t sent_at = 0, read_at = INT64_MAX;
};

struct Spacing {
  bool active = false;                                // this session's backend acknowledges nothing
  uint64_t backlog_end = 0;                           // records before this number waited for the session
  int64_t opened_ms = 0;                              // wall clock
  int64_t oldest_ms = 0;                              // of what is replayed; 0: nothing yet
  std::unordered_map<uint64_t, Unsettled> unsettled;  // by check; at most what is in flight or was read in the last kSpacedMs
};

void spacing_begin(Spacing& spacing, uint64_t backlog_end, int64_t unix_ms);  // a session without acknowledgement has begun
void spacing_end(Spacing& spacing);
void spacing_look(Spacing& spacing, OutRecord& head);  // before it is asked when the head may be sent
// When the record at the head may be sent: 0 now, INT64_MAX not before a pong.
int64_t spacing_due(const Spacing& spacing, const OutRecord& head, int64_t now);
void spacing_sent(Spacing& spacing, const OutRecord& record, int64_t now);
void spacing_read(Spacing& spacing, uint64_t number, int64_t now);  // everything up to here

// How long after the result before it one is sent that was made `gap_ms` after it, `age_ms` before the reconnection; `outage_ms`: how
// far back the backlog reaches.
int64_t spacing_wait(int64_t gap_ms, int64_t age_ms, int64_t outage_ms);

// A run of our own schedules that is too old to be sent to a backend that acknowledges nothing; what is sent in its place: its
// metrics, or nothing.
bool is_old_run(const Spacing& spacing, const OutRecord& record);
std::string metrics_only(std::string_view payload);  // "": it has none

}  // namespace picket
