// tests/fuzz/row_query.cc - filters and parameters of lists of rows: what is taken judges any row, and what is not says why.
#include <cstdint>
#include <cstdlib>

#include "backend/rows/row_query.h"
#include "backend/rows/row_table.h"

using namespace picket;

static constexpr int64_t kNow = 1'700'000'000;

static RowTable rows() {
  RowTable table;
  for (uint32_t i = 0; i < 8; i++) {
    EventRow row;
    row.ns = "default", row.entity = "web" + std::to_string(i), row.check = i % 2 ? "disk" : "http://x";
    row.status = i, row.flags = i, row.since = kNow - i * 1000, row.told = i % 3 ? "delivered" : "", row.output = "Disk is *full*";
    table[row_key(row.ns, row.entity, row.check)] = row;
  }
  return table;
}

// Lines: q, status, silenced, sort, order, limit.
static std::string line_of(std::string_view text, int index) {
  for (; index > 0 && !text.empty(); index--)
    text.remove_prefix(std::min(text.size(), text.find('\n') == text.npos ? text.size() : text.find('\n') + 1));
  return std::string(text.substr(0, text.find('\n')));
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const RowTable table = rows();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (Result<RowQuery> query = row_query_parse(text); !query.ok() && query.status.message.empty()) abort();
  static constexpr std::string_view kNames[] = {"q", "status", "silenced", "sort", "order", "limit"};
  auto selection = row_selection_read([&](const char* name) {
    for (int i = 0; i < 6; i++)
      if (kNames[i] == name) return line_of(text, i);
    return std::string();
  });
  if (!selection.ok()) return selection.status.message.empty() ? abort(), 0 : 0;
  if (selection.value.query.terms.size() + selection.value.query.labels.size() > kQueryTermsMax || selection.value.limit > kRowsLimitMax)
    abort();
  selection.value.visible = [](const EventRow&) { return true; };
  const SelectedRows selected = rows_select(table, selection.value, kNow);
  if (selected.rows.size() > table.size() || selected.matched < int64_t(selected.rows.size())) abort();
  for (const EventRow* row : selected.rows)
    if (!row_query_matches(selection.value.query, *row, kNow)) abort();
  (void)row_text_matches(line_of(text, 0), line_of(text, 1));
  return 0;
}
