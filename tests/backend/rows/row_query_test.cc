// tests/backend/rows/row_query_test.cc - the filter's grammar: what matches, and what is refused with which words.
#include <doctest/doctest.h>

#include "backend/rows/row_query.h"

using namespace picket;

namespace {

EventRow disk() {
  EventRow row;
  row.ns = "default", row.entity = "web1.example", row.check = "check_disk", row.output = "DISK CRITICAL - free space: /var 312 MB (2%)";
  row.status = 2, row.flags = kRowSilenced, row.since = 1000, row.told = "held back";
  return row;
}

bool matches(const char* text, const EventRow& row = disk(), int64_t now = 1000 + 2 * 3600) {
  auto query = row_query_parse(text);
  INFO(text);
  REQUIRE(query.ok());
  return row_query_matches(query.value, row, now);
}

}  // namespace

TEST_CASE("words, phrases and fields") {
  for (const char* yes : {"",
                          "  ",
                          "-",
                          "disk",
                          "DISK",
                          "web1 critical",
                          "\"free space\"",
                          "-memory",
                          "status:critical",
                          "status:ok,2",
                          "STATUS:Critical",
                          "entity:web*",
                          "entity:*example",
                          "entity:db*,web*",
                          "-entity:db*",
                          "check:check_disk",
                          "ns:default",
                          "told:no",
                          "told:held-back",
                          "told:held_back,told",
                          "-told:yes",
                          "since:>1h",
                          "since:<1d",
                          "since:>1h30m",
                          "since:<2.5h",
                          "silenced:yes",
                          "silenced:only",
                          "-silenced:no",
                          "space:",
                          "\"/var 312\" status:2 entity:web1.example"})
    CHECK_MESSAGE(matches(yes), yes);
  for (const char* no :
       {"memory", "disk memory", "\"space free\"", "-disk", "status:warning", "-status:critical", "entity:web", "entity:web1", "check:disk",
        "ns:prod", "told:yes", "told:nobody", "since:<1h", "since:>2h", "silenced:no", "http://web1"})
    CHECK_MESSAGE(!matches(no), no);
}

TEST_CASE("unknown is 3 and above; nobody was notified where no handler is") {
  EventRow row = disk();
  row.status = 127, row.told = "";
  CHECK(matches("status:unknown", row));
  CHECK(matches("status:127 told:nobody", row));
  CHECK(!matches("status:4", row));
}

TEST_CASE("what cannot be read says what is expected") {
  const struct { const char *text, *says; } kCases[] = {
      {"status:bad", "expected ok, warning"},   {"status:-1", "expected ok"},          {"status:99999999999", "expected ok"},
      {"since:1h", "as in since:>1h"},          {"since:>", "as in since:>1h"},        {"since:>1x", "as in since:>1h"},
      {"since:>-1h", "as in since:>1h"},        {"since:>nan", "as in since:>1h"},     {"since:>99999999999999w", "as in since:>1h"},
      {"silenced:maybe", "expected yes or no"}, {"entity:", "entity: has no value"},   {"entity:\"\"", "has no value"},
      {"label:tier", "as in label:tier=web"},   {"label:a\"b=c", "as in label:tier"},  {"label:=x", "as in label:tier"},
  };
  for (const auto& c : kCases) {
    auto query = row_query_parse(c.text);
    CHECK_MESSAGE(query.status.code == Err::invalid, c.text);
    CHECK_MESSAGE(query.status.message.find(c.says) != std::string::npos, query.status.message);
  }
}

TEST_CASE("labels become selectors, whatever their values hold") {
  auto query = row_query_parse(R"(label:tier=web -label:region=eu label:"x=a \ b")");
  REQUIRE(query.ok());
  CHECK(query.value.terms.empty());
  CHECK(query.value.labels == std::vector<std::string>{R"(tier == "web")", R"(region != "eu")", R"(x == "a \\ b")"});
}

TEST_CASE("a filter is bounded, and so is the time its patterns take") {
  CHECK(row_query_parse(std::string(kQueryBytesMax + 1, 'x')).status.code == Err::invalid);
  std::string many;
  for (size_t i = 0; i <= kQueryTermsMax; i++) many += "x ";
  CHECK(row_query_parse(many).status.message.find("more than 32 terms") != std::string::npos);
  EventRow row = disk();
  row.entity.assign(200, 'a');
  std::string stars = "entity:";
  for (int i = 0; i < 1000; i++) stars += "a*";
  CHECK(!matches((stars + "b").c_str(), row));  // would be exponential by recursion
}

TEST_CASE("globs") {
  CHECK(row_text_matches("*", ""));
  CHECK(row_text_matches("a*c*", "abcd"));
  CHECK(row_text_matches("A.b", "a.B"));
  CHECK(!row_text_matches("a*c", "abcd"));
  CHECK(!row_text_matches("a.c", "abc"));
  CHECK(!row_text_matches("", "a"));
}
