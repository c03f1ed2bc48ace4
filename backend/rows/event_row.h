// backend/rows/event_row.h - an event as one line of a list: what tables of events show of it. Pure.
//
// A list of 10,000 events is 15 MB as JSON objects and 1.3 MB as rows. A row is an array in the order of
// kEventColumns. `told` is the strongest outcome of what was decided about the event's handlers: "", told, filtered, held back, failed,
// unknown, dropped, waiting.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/types/types.h"
#include "backend/route/route.h"

namespace picket {

inline constexpr size_t kRowOutputMax = 160;  // bytes of a row's output: the first line, cut between characters
inline constexpr const char* kEventColumns =
    R"(["namespace","entity","check","status","flags","occurrences","executed","since","told","output"])";

enum RowFlag : unsigned {
  kRowSilenced = 1,
  kRowFlapping = 2,
  kRowWatched = 4,  // has a TTL, or is a keepalive: its silence is an event
  kRowMetrics = 8,
  kRowRunnable = 16,    // its check is defined, so it can be run again
  kRowDependency = 32,  // held back by something it depends on
};

struct EventRow {
  std::string ns, entity, check;
  uint32_t status = 0;
  unsigned flags = 0;
  int64_t occurrences = 0, executed = 0, since = 0;  // unix seconds
  std::string told, output;
  std::shared_ptr<const StringList> subscriptions;  // whose silences it is under (silence.h), shared by many rows; null: none. Not printed
};

// Of an event with a check. Whether the check is defined and what was decided is known elsewhere: told, kRowRunnable and kRowDependency
// are left as they are in an empty row.
EventRow event_row(std::string_view ns, const Event& event);

// When the state began: of a failure its last OK, else the oldest result in the unbroken row of results of this kind.
int64_t event_since(const Check& check);

// The first line without control characters, kRowOutputMax bytes at most.
std::string row_output(std::string_view output);

// How strong an outcome is for `told`: one that reached somebody outweighs one that was filtered.
std::string_view row_told(const std::vector<RouteNote::Outcome>& outcomes);
std::string_view row_told(const std::vector<RouteNote>& notes);
bool row_outcome_read(std::string_view name, RouteNote::Outcome* outcome);  // as route_outcome_name writes it

void row_print(std::string* out, const EventRow& row);  // appends [..]
std::string row_key(std::string_view ns, std::string_view entity, std::string_view check);

}  // namespace picket
