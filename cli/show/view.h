// cli/show/view.h - how each kind of resource is shown: columns of lists, labels of single objects.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/show/table.h"

namespace picket {

struct Column {
  const char* title;
  std::string (*cell)(std::string_view object);  // `object`: canonical JSON
};

struct View {
  const char* group;  // "check": first word of the commands
  const char* type;   // "CheckConfig": row of the resource table
  const char* kind;   // word in questions: "check"
  std::vector<Column> columns;
  std::string (*info)(std::string_view object);  // the whole text of `info`; nullptr: there is none
};

const View* view_find(std::string_view group);  // by group, or by type
std::string human_time(int64_t unix_seconds);   // 2019-02-12 19:33:20 +0000 UTC, N/A for zero
std::string rfc3339_local(int64_t unix_seconds);
std::string hooks_text(std::string_view check);  // non-zero: [a, b], 1: [c]

}  // namespace picket
