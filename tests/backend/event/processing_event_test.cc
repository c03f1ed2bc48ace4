// tests/backend/event/processing_event_test.cc - the suites sequences and silenced of conformance/processing.
#include <doctest/doctest.h>

#include "backend/event/merge.h"
#include "backend/event/silence.h"
#include "tests/support/processing_corpus.h"

using namespace picket;

static uint32_t number_or(std::string_view raw, uint32_t fallback) { return raw.empty() ? fallback : json_uint32(raw).value; }

// What the suite's columns say about an event, as one row of JSON.
static std::string row_of(const std::vector<std::string>& columns, const Event& event, const Merged& merged) {
  const Check& c = *event.check;
  JsonObject all;
  all.add("status", c.status).add("occurrences", c.occurrences).add("occurrences_watermark", c.occurrences_watermark);
  all.add("state", c.state).add("total_state_change", c.total_state_change).add("last_ok", c.last_ok);
  all.add("history_len", int64_t(c.history.size())).add("is_incident", merged.is_incident).add("is_resolution", merged.is_resolution);
  std::string text = all.done(), row;
  for (const std::string& column : columns) row += (row.empty() ? "[" : ",") + std::string(json_at(text, {column}));
  return row + "]";
}

TEST_CASE("corpus: sequences") {
  Suite suite("sequences.json");
  for (std::string_view c : suite.cases) {
    std::string_view expected = expected_6(c);
    if (expected.empty()) continue;
    CAPTURE(text_at(c, {"id"}));
    CAPTURE(text_at(c, {"note"}));
    auto columns = json_strings(json_at(expected, {"columns"})).value;
    auto rows = json_items(json_at(expected, {"rows"})).value;
    auto statuses = json_items(json_at(c, {"statuses"})).value;
    std::vector<std::string_view> executed;
    if (std::string_view given = json_at(c, {"executed"}); !given.empty()) executed = json_items(given).value;
    EventState state;
    REQUIRE(rows.size() == statuses.size());
    for (size_t i = 0; i < statuses.size(); i++) {
      CAPTURE(i);
      Event event;
      event.check.emplace();
      event.check->status = json_uint32(statuses[i]).value;
      event.check->executed = executed.empty() ? 1700000000 + 10 * int64_t(i) : json_int64(executed[i]).value;
      event.check->low_flap_threshold = number_or(json_at(c, {"low_flap_threshold"}), 0);
      event.check->high_flap_threshold = number_or(json_at(c, {"high_flap_threshold"}), 0);
      event.timestamp = event.check->executed;
      Merged merged = event_merge(event, state, {event.timestamp, false});
      CHECK(row_of(columns, event, merged) == json_compact(rows[i]));
    }
  }
}

TEST_CASE("corpus: silenced") {
  Suite suite("silenced.json");
  const int64_t now = 1700000000;
  for (std::string_view c : suite.cases) {
    std::string_view expected = expected_6(c);
    if (expected.empty()) continue;
    CAPTURE(std::string(c));
    Silenced entry = decode<Silenced>(json_at(c, {"silenced"})).value;
    Event event = decode<Event>(json_at(c, {"event"})).value;
    if (std::string_view offset = json_at(c, {"begin_offset"}); !offset.empty()) entry.begin = now + json_int64(offset).value;
    SilenceIndex index;
    silence_put(index, entry);
    CHECK(silence_names(index, event, now).empty() == (expected != "true"));
  }
}
