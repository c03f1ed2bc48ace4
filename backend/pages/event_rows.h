// backend/pages/event_rows.h - the rows of all events, made when somebody first asks for them and kept up to date by watching the store.
//
// Made kRowsBatch at a time, so that the loop stays free; given up kRowsIdleMs after the last reader: a backend whose dashboard nobody
// opens pays nothing. Of an event that changes only its name is noted, and its row is made anew in the next turns of the loop, in a
// small share of the time: agents come before pages. Readers wait until all rows are there and say what is committed.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "backend/api/call.h"
#include "backend/event/event_key.h"
#include "backend/rows/row_silences.h"
#include "backend/rows/row_stream.h"
#include "backend/rows/row_table.h"

namespace picket {

inline constexpr int64_t kRowsBatch = 256;              // rows made in one turn of the loop
inline constexpr int64_t kRowsIdleMs = 10 * 60 * 1000;  // without a reader
inline constexpr int64_t kRowsShare = 48;               // rows of changed events are made in at most one 48th of the time
inline constexpr int64_t kRowsCreditNs = 100'000'000;   // what a quiet time saves up for a moment when much changes
inline constexpr int64_t kRowsTurnNs = 2'000'000;       // of one turn of the loop
inline constexpr size_t kSilenceAsksPerTurn = 2048;     // rows asked whether a silence hits them

// Events whose rows are not made anew yet: each once, in the order of their changes.
struct ChangedEvents {
  EventMap<bool> keys;                // not one more than there are events
  std::deque<const EventKey*> order;  // into `keys`
  int64_t noted = 0, made = 0;
  int64_t credit_ns = 0, turn_ns = 0;
};

struct EventRows {
  RowTable table;
  enum State { off, checks, events, decisions, whole, too_many } state = off;
  std::string after_ns, after_entity, after_check;  // how far `state` has come
  std::set<std::string> runnable;                   // namespace/check of the checks that are defined
  int64_t revision = 0;                             // of the last change that was committed
  int64_t used_ms = 0;
  Status failure;  // why they could not be made
  ChangedEvents changed;
  RowSilences silences;
  SubscriptionLists lists;
  struct Reader { int64_t noted; std::function<void()> ready; };
  std::vector<Reader> waiting;  // for `whole` and what was noted until then, `too_many` or `failure`
};

// Calls back when the rows are there or cannot be; at once when that is known.
void event_rows_want(Api* api, std::function<void()> ready);
// ok, or why there are none: Err::unavailable.
Status event_rows_status(const EventRows& rows);
// The row as readers get it: whether its check is defined may have changed since it was made.
EventRow event_row_shown(const EventRows& rows, const EventRow& row);
// A change of the store. What it did to a row that is known at once (an event that is gone, a decision); false: nothing, or it comes later.
bool event_rows_change(Api* api, const StoreChange& change, RowChange* out);

// ---- between the files of this part ----
bool row_make(Api* api, const StoredEvent& stored, EventRow* row);
void row_decided(Api* api, EventRow* row);                // what was decided about it, from the store
void rows_done(EventRows* rows, EventRows::State state);  // everybody who waits is told
bool rows_keep(Api* api);                                 // one turn of keeping them up to date; true = soon again

}  // namespace picket
