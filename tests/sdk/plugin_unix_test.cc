// tests/sdk/plugin_unix_test.cc - what it promises, and that its ranges are those of the built-in checks.
#include <doctest/doctest.h>
#include <picket/plugin.hpp>

#include "checks/judge/range.h"

using namespace picket_plugin;

TEST_CASE("ranges: the same as the built-in checks, valid and not") {
  const char* const texts[] = {"10",   "10:", "~:10", "10:20", "@10:20", ":10",  "-5:-1", "@0:0",     "1.5:2.5", "~:",  "@~:", "1e3", "+5",
                               "0",    "",    "@",    "~",     "a",      "10:a", "20:10", "10:20:30", "nan",     "inf", "1 0", "10%", "@@1",
                               "0x10", "--5", "1,5",  "10:~",  ".5",     "5.",   "1e",    "1e999",    "e5",      ":",   "@:"};
  for (const char* text : texts) {
    CAPTURE(text);
    pk_range range = {7, 7, 7, 7};
    picket::Result<picket::Range> ours = picket::range_parse(text);
    bool good = pk_range_parse(&range, text) == 0;
    CHECK(good == ours.ok());
    CHECK(good == (range.low != 7 || range.high != 7));
    for (double value : {-1e300, -5.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 5.0, 9.9, 10.0, 10.1, 15.0, 20.0, 20.1, 1000.0, 1e300})
      if (good && ours.ok()) CHECK((pk_range_alerts(&range, value) != 0) == picket::range_alerts(ours.value, value));
    char printed[900];
    if (!good) continue;
    pk_range_print(&range, printed, sizeof printed);
    CHECK(std::string(printed) == picket::range_print(ours.value));
  }
  CHECK(pk_judge(nullptr, nullptr, 1e9) == PK_OK);
  CHECK(pk_judge(nullptr, nullptr, NAN) == PK_UNKNOWN);
  CHECK(pk_worst(PK_UNKNOWN, PK_WARNING) == PK_WARNING);
}

TEST_CASE("perfdata and lines have bounds, and what does not fit is counted") {
  static pk_plugin p;
  pk_init(&p, "X", "1", "x");
  pk_range_parse(&p.warning, "5");
  pk_perf(&p, "it's a=b", 1.5, "s", &p.warning, nullptr, 0, PK_NONE);
  pk_perf(&p, "none", NAN, "B", nullptr, nullptr, PK_NONE, PK_NONE);
  CHECK(std::string(p.perf) == "'it''s a_b'=1.5s;5;;0 none=U");
  for (int i = 0; i < 2000; i++) pk_perf(&p, "figure", 1e300, "B", &p.warning, &p.warning, -1e300, 1e300);
  for (int i = 0; i < 2000; i++) pk_detail(&p, "a line with a | in it, %d", i);
  CHECK(p.perf_size < PK_TEXT_MAX);
  CHECK(p.details_size < PK_TEXT_MAX);
  CHECK(p.left_out > 2000);
  CHECK(std::string(p.details).find('|') == std::string::npos);
}

static pk_json json_of(const std::string& text) { return pk_json_check(text.data(), text.size()); }

TEST_CASE("json: what is none is refused, at any length") {
  for (const char* text :
       {"",   " ", "{",  "}",   "{]",    "[1,]", "[1 2]",   "{\"a\"}",     "{\"a\":}", "{\"a\":1,}", "{a:1}", "01", "1.",  ".5",
        "+1", "-", "1e", "tru", "nulll", "\"",   "\"\\x\"", "\"\\u12g4\"", "\"a\nb\"", "1 2",        "[1]]",  "//", "\"\\"}) {
    CAPTURE(text);
    CHECK(pk_json_kind(json_of(text)) == PK_NOTHING);
  }
  std::string whole = "{\"a\":[1,-2.5e3,\"x\\u00e4\\ud83d\\ude00\\n\",true,false,null,{}],\"b\":{\"c\":9223372036854775807}}";
  for (size_t i = 0; i < whole.size(); i++) CHECK(json_of(whole.substr(0, i)).size == 0);
  Json j(json_of(whole));
  CHECK(j.size() == 2);
  CHECK(j["a"].size() == 7);
  CHECK(j["a"].at(1).number() == -2500);
  CHECK(j["a"].at(2).text() == "x\xc3\xa4\xf0\x9f\x98\x80\n");
  CHECK(j["a"].at(3).boolean());
  CHECK(j["a"].at(6).kind() == PK_OBJECT);
  CHECK(!j["a"].at(7));
  CHECK(j["b"]["c"].integer() == 9223372036854775807LL);
  CHECK(j["b"]["c"]["d"].text("none") == "none");
  CHECK(json_of(std::string(63, '[') + std::string(63, ']')).size == 126);
  CHECK(json_of(std::string(100'000, '[') + std::string(100'000, ']')).size == 0);
}

TEST_CASE("json: strings are cut between characters; keys may be escaped; the last of two counts") {
  const std::string text = "\"a\xc3\xa4\\u00e4\xf0\x9f\x98\x80z\"";
  pk_json j = json_of(text);
  const char* const cuts[] = {"",
                              "",
                              "a",
                              "a",
                              "a\xc3\xa4",
                              "a\xc3\xa4",
                              "a\xc3\xa4\xc3\xa4",
                              "a\xc3\xa4\xc3\xa4",
                              "a\xc3\xa4\xc3\xa4",
                              "a\xc3\xa4\xc3\xa4",
                              "a\xc3\xa4\xc3\xa4\xf0\x9f\x98\x80"};
  for (size_t size = 1; size < std::size(cuts); size++) {
    char out[32];
    CAPTURE(size);
    CHECK(pk_json_string(j, out, size) == 10);
    CHECK(std::string(out) == cuts[size]);
  }
  const std::string two = "{\"\\u0061\":1,\"b\":0,\"a\":2}";
  Json twice(json_of(two));
  CHECK(twice["a"].integer() == 2);
  CHECK(Json(json_of("\"\\ud83d\\u0000\"")).text() == "\xef\xbf\xbd\xef\xbf\xbd");
}

static std::string with(const std::string& text, std::vector<const char*> path, const char* raw) {
  char* out = nullptr;
  size_t size = 0;
  FILE* to = open_memstream(&out, &size);
  pk_json_put_with(to, json_of(text), path.data(), int(path.size()), raw);
  fclose(to);
  std::string result(out, size);
  free(out);
  return result;
}

TEST_CASE("json: one member set, all else as it came") {
  CHECK(with("{ \"id\" : 12345678901234567890, \"a\":{\"b\":1} }", {"a", "b"}, "2") == "{\"id\":12345678901234567890,\"a\":{\"b\":2}}");
  CHECK(with("{}", {"a", "b"}, "\"x\"") == "{\"a\":{\"b\":\"x\"}}");
  CHECK(with("{\"a\":null,\"z\":1}", {"a", "b"}, "1") == "{\"a\":{\"b\":1},\"z\":1}");
  CHECK(with("{\"a\":1,\"a\":2}", {"a"}, "3") == "{\"a\":3}");
}

TEST_CASE("events: accessors over what is there and what is not") {
  const std::string text =
      "{\"timestamp\":1700000000,\"metadata\":{\"namespace\":\"default\"},\"entity\":{\"metadata\":{\"name\":\"web1\",\"annotations\":{\"who\":\"ops\",\"both\":\"e\"}}},"
      "\"check\":{\"metadata\":{\"name\":\"disk\",\"annotations\":{\"both\":\"c\"},\"labels\":null},\"status\":0,\"state\":\"passing\",\"occurrences\":3,\"output\":\"all\\nwell\","
      "\"history\":[{\"status\":0},{\"status\":2},{\"status\":0}]}}";
  FILE* from = fmemopen(const_cast<char*>(text.data()), text.size(), "r");
  Event event(from);
  fclose(from);
  REQUIRE(event.error.empty());
  CHECK(event.entity() == "web1");
  CHECK(event.check() == "disk");
  CHECK(event.output() == "all\nwell");
  CHECK(event.occurrences() == 3);
  CHECK(!event.is_incident());
  CHECK(event.is_resolution());
  CHECK(event.annotation("who") == "ops");
  CHECK(event.annotation("both") == "c");
  CHECK(event.annotation("none").empty());
  FILE* empty = fopen("/dev/null", "r");
  CHECK(Event(empty).error == "there is no event on the standard input");
  fclose(empty);
}
