// backend/rows/row_table.h - the rows of all events, selected, ordered and counted. Pure; its owner keeps it up to date.
#pragma once
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/basic/result.h"
#include "backend/rows/event_row.h"
#include "backend/rows/row_query.h"

namespace picket {

inline constexpr size_t kRowsMax = 200'000;       // rows held; more events than that are listed by core/v2 only
inline constexpr int64_t kRowsLimitMax = 20'000;  // rows of one answer

using RowTable = std::unordered_map<std::string, EventRow>;  // by row_key

enum class RowSort { severity, since, executed, entity, check };

struct RowSelection {
  RowQuery query;
  std::set<uint32_t> statuses;  // empty: all; 3 = 3 and above
  enum Silenced { any, no, only } silenced = any;
  RowSort sort = RowSort::severity;
  bool reversed = false;
  int64_t limit = kRowsLimitMax;
  std::function<bool(const EventRow& row)> visible;  // rows that the reader may see and asked for; others do not exist for that reader
};

// By status 0 to 3 (3 and above): how many, and how many of them are silenced.
struct RowCounts {
  int64_t all[4] = {}, silenced[4] = {};
  void add(const EventRow& row);
};
std::string row_counts_json(const RowCounts& counts);  // {"0":[9688,4],...}

struct SelectedRows {
  RowCounts counts;                   // of what the query lets through, whatever status and silenced ask for: for the buttons
  int64_t matched = 0;                // rows that match, also beyond the limit
  std::vector<const EventRow*> rows;  // in order; valid as long as the table is not changed
};
SelectedRows rows_select(const RowTable& table, const RowSelection& selection, int64_t now_s);

// Reads ?q ?status ?silenced ?sort ?order ?limit by `value_of` ("" = not given). Err::invalid names the parameter.
Result<RowSelection> row_selection_read(const std::function<std::string(const char* name)>& value_of);

}  // namespace picket
