// backend/pages/event_rows.h - the rows of all events, made when somebody first asks for them and kept up to date by watching the store.
//
// Made kRowsBatch at a time, so that the loop stays free; given up kRowsIdleMs after the last reader: a backend whose dashboard nobody
// opens pays nothing. Readers wait until all rows are there.
#pragma once
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "backend/api/call.h"
#include "backend/rows/row_stream.h"
#include "backend/rows/row_table.h"

namespace picket {

inline constexpr int64_t kRowsBatch = 256;              // rows made in one turn of the loop
inline constexpr int64_t kRowsIdleMs = 10 * 60 * 1000;  // without a reader

struct EventRows {
  RowTable table;
  enum State { off, checks, events, decisions, whole, too_many } state = off;
  std::string after_ns, after_entity, after_check;  // how far `state` has come
  std::set<std::string> runnable;                   // namespace/check of the checks that are defined
  int64_t revision = 0;                             // of the last change that was committed
  int64_t used_ms = 0;
  Status failure;                              // why they could not be made
  std::vector<std::function<void()>> waiting;  // for `whole`, `too_many` or `failure`
};

// Calls back when the rows are there or cannot be; at once when that is known.
void event_rows_want(Api* api, std::function<void()> ready);
// ok, or why there are none: Err::unavailable.
Status event_rows_status(const EventRows& rows);
// The row as readers get it: whether its check is defined may have changed since it was made.
EventRow event_row_shown(const EventRows& rows, const EventRow& row);
// What the change of an event or of its decision did; false: nothing that rows show, or nobody wants rows.
bool event_rows_change(Api* api, const StoreChange& change, RowChange* out);

}  // namespace picket
