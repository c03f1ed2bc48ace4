// tests/backend/rows/query_cases_test.cc - the filter reads as it does in the browser: the same table of cases (backend/dashboard/test).
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "backend/rows/row_query.h"
#include "common/json/json.h"

using namespace picket;

namespace {

struct Cases {
  std::string text;
  int64_t now = 0;
  std::map<std::string, EventRow> rows;
};

EventRow row_read(std::string_view text) {
  auto cells = json_items(text).value;
  REQUIRE(cells.size() == 10);
  EventRow row;
  row.ns = json_string(cells[0]).value, row.entity = json_string(cells[1]).value, row.check = json_string(cells[2]).value;
  row.status = json_uint32(cells[3]).value, row.flags = json_uint32(cells[4]).value, row.occurrences = json_int64(cells[5]).value;
  row.executed = json_int64(cells[6]).value, row.since = json_int64(cells[7]).value;
  row.told = json_string(cells[8]).value, row.output = json_string(cells[9]).value;
  return row;
}

Cases cases_read() {
  std::ifstream file("backend/dashboard/test/query_cases.json", std::ios::binary);
  Cases cases;
  cases.text.assign(std::istreambuf_iterator<char>(file), {});
  cases.now = json_int64(json_at(cases.text, {"now"})).value;
  for (const JsonMember& row : json_members(json_at(cases.text, {"rows"})).value) cases.rows[row.key] = row_read(row.raw);
  REQUIRE(cases.rows.size() > 3);
  return cases;
}

std::vector<std::string> matching(const Cases& cases, const RowQuery& query) {
  std::vector<std::string> names;
  for (const auto& [name, row] : cases.rows)
    if (row_query_matches(query, row, cases.now)) names.push_back(name);
  return names;
}

}  // namespace

TEST_CASE("what the browser's filter lets through, the backend's does") {
  const Cases cases = cases_read();
  const auto list = json_items(json_at(cases.text, {"cases"})).value;
  REQUIRE(list.size() > 30);
  for (std::string_view one : list) {
    const auto parts = json_items(one).value;
    const std::string text = json_string(parts[0]).value;
    CAPTURE(text);
    auto query = row_query_parse(text);
    REQUIRE(query.ok());
    auto wanted = json_strings(parts[1]).value;
    std::sort(wanted.begin(), wanted.end());
    CHECK(matching(cases, query.value) == wanted);
  }
}

TEST_CASE("what the browser's filter cannot read, the backend refuses") {
  const Cases cases = cases_read();
  for (const std::string& text : json_strings(json_at(cases.text, {"errors"})).value) CHECK_MESSAGE(!row_query_parse(text).ok(), text);
}
