// tests/backend/rows/row_table_test.cc - rows of events: their cells, their order, their counts.
#include <doctest/doctest.h>

#include "backend/rows/row_table.h"
#include "common/json/json.h"

using namespace picket;

namespace {

Check check_of(uint32_t status, std::vector<CheckHistory> history, int64_t last_ok) {
  Check c;
  c.metadata.name = "disk";
  c.status = status, c.history = std::move(history), c.last_ok = last_ok, c.executed = 500;
  return c;
}

void put(RowTable& table, const char* entity, uint32_t status, int64_t since, unsigned flags = 0) {
  EventRow row;
  row.ns = "default", row.entity = entity, row.check = "disk", row.status = status, row.since = since, row.flags = flags;
  table[row_key(row.ns, row.entity, row.check)] = row;
}

std::string order_of(const RowTable& table, RowSelection selection) {
  std::string names;
  for (const EventRow* row : rows_select(table, selection, 10'000).rows) names += row->entity;
  return names;
}

Result<RowSelection> selection(std::vector<std::pair<std::string, std::string>> values) {
  return row_selection_read([values](const char* name) {
    for (const auto& [n, v] : values)
      if (n == name) return v;
    return std::string();
  });
}

}  // namespace

TEST_CASE("since: of a failure its last OK, else the unbroken row of results of its kind") {
  CHECK(event_since(check_of(2, {{0, 100}, {1, 200}, {2, 300}}, 100)) == 100);
  CHECK(event_since(check_of(2, {{1, 200}, {2, 300}}, 0)) == 200);  // never OK
  CHECK(event_since(check_of(0, {{2, 100}, {0, 200}, {0, 300}}, 300)) == 200);
  CHECK(event_since(check_of(0, {}, 0)) == 500);
  CHECK(event_since(check_of(1, {{2, 0}, {1, 400}}, 0)) == 400);  // history without a time
}

TEST_CASE("output: the first line, without control characters, cut between characters") {
  CHECK(row_output("\n\nDISK OK\nmore") == "DISK OK");
  CHECK(row_output("a\tb\x1b[31mc\x7f") == "ab[31mc");
  CHECK(row_output("") == "");
  CHECK(row_output("\r\n") == "");
  std::string longer(kRowOutputMax - 1, 'x');
  CHECK(row_output(longer + "\xc3\xa4") == longer);  // ä would be one byte too long
  CHECK(row_output(longer + "yz").size() == kRowOutputMax);
}

TEST_CASE("the cells of an event") {
  Event event;
  auto entity = std::make_shared<Entity>();
  entity->metadata.name = "we\"b";
  event.entity = entity;
  event.check = check_of(2, {{2, 400}}, 0);
  event.check->ttl = 60, event.check->is_silenced = true, event.check->state = "flapping", event.check->occurrences = 4;
  event.check->output = "CRITICAL\nline";
  event.metrics = Metrics{};
  event.metrics->points.push_back({"x", 1, 0, {}});
  EventRow row = event_row("default", event);
  row.told = "told";
  std::string json;
  row_print(&json, row);
  CHECK(json == R"(["default","we\"b","disk",2,15,4,500,400,"told","CRITICAL"])");
  CHECK(json_check(json).ok());
}

TEST_CASE("told: the strongest outcome") {
  using O = RouteNote;
  CHECK(row_told(std::vector<RouteNote>{}) == "");
  CHECK(row_told({O::filtered, O::delivered, O::failed}) == "told");
  CHECK(row_told({O::filtered, O::failed}) == "failed");
  CHECK(row_told({O::filtered, O::held_back}) == "held back");
  CHECK(row_told({O::waiting, O::filtered}) == "waiting");
  for (auto outcome : {O::delivered, O::filtered, O::held_back, O::failed, O::unknown, O::dropped, O::waiting}) {
    O::Outcome read = O::delivered;
    CHECK(row_outcome_read(route_outcome_name(outcome), &read));
    CHECK(read == outcome);
  }
  O::Outcome read = O::delivered;
  CHECK(!row_outcome_read("nonsense", &read));
}

TEST_CASE("severity: critical, unknown, warning, OK; of equals the youngest, then by name") {
  RowTable table;
  put(table, "a", 0, 900);
  put(table, "b", 1, 100);
  put(table, "c", 2, 100);
  put(table, "d", 2, 200);
  put(table, "e", 127, 100);
  put(table, "f", 2, 200);
  CHECK(order_of(table, {}) == "dfceba");
  RowSelection s;
  s.reversed = true;
  CHECK(order_of(table, s) == "abecfd");
  s = {};
  s.sort = RowSort::since;
  CHECK(order_of(table, s) == "adfbce");
  s.sort = RowSort::entity;
  CHECK(order_of(table, s) == "abcdef");
  s.limit = 2;
  CHECK(order_of(table, s) == "ab");
  CHECK(rows_select(table, s, 0).matched == 6);
}

TEST_CASE("counts ignore what status and silenced ask for, and know nothing of what is not visible") {
  RowTable table;
  put(table, "a", 2, 1, kRowSilenced);
  put(table, "b", 2, 1);
  put(table, "c", 3, 1);
  put(table, "d", 200, 1);
  put(table, "hidden", 2, 1);
  RowSelection s;
  s.statuses = {2};
  s.silenced = RowSelection::no;
  s.visible = [](const EventRow& row) { return row.entity != "hidden"; };
  SelectedRows got = rows_select(table, s, 0);
  CHECK(got.matched == 1);
  CHECK(row_counts_json(got.counts) == R"({"0":[0,0],"1":[0,0],"2":[2,1],"3":[2,0]})");
  s.silenced = RowSelection::only;
  CHECK(order_of(table, s) == "a");
  s.statuses = {3};
  s.silenced = RowSelection::any;
  CHECK(order_of(table, s) == "cd");
}

TEST_CASE("parameters that cannot be read name themselves") {
  const struct { const char *name, *value, *says; } kBad[] = {
      {"status", "4", "status=4: expected 0 to 3"},    {"status", "1,,2", "expected 0 to 3"},        {"status", "-1", "expected 0 to 3"},
      {"silenced", "yes", "expected one of any, no"},  {"sort", "name", "sort=name: expected one"},  {"order", "up", "expected one of asc, desc"},
      {"limit", "0", "limit=0: expected 1 to 20000"},  {"limit", "20001", "expected 1 to 20000"},    {"limit", "5x", "expected 1 to 20000"},
      {"q", "since:x", "since:x: expected"},
  };
  for (const auto& c : kBad) {
    auto read = selection({{c.name, c.value}});
    CHECK_MESSAGE(read.status.code == Err::invalid, c.value);
    CHECK_MESSAGE(read.status.message.find(c.says) != std::string::npos, read.status.message);
  }
  auto good = selection({{"status", "1,2"}, {"sort", "check"}, {"order", "desc"}, {"silenced", "only"}, {"limit", "5"}, {"q", "web"}});
  REQUIRE(good.ok());
  CHECK(good.value.statuses == std::set<uint32_t>{1, 2});
  CHECK(good.value.limit == 5);
  CHECK(good.value.query.terms.size() == 1);
}
