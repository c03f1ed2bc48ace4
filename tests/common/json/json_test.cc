// tests/common/json/json_test.cc - JSON read, refused, printed and changed.
#include "common/json/json.h"

#include <doctest/doctest.h>

using namespace picket;

TEST_CASE("the grammar is RFC 8259, and errors name the byte") {
  static const struct { const char* text; bool ok, complete; const char* why; } kRows[] = {
      {"{}", true, true, "empty object"},
      {" [1, 2.5e-3, -0, \"a\", null, true, false, {\"a\":[]}] \r\n", true, true, "everything once"},
      {"", false, false, "nothing"},
      {"  ", false, false, "blanks only"},
      {"{", false, false, "cut"},
      {"{\"a\"", false, false, "cut behind a key"},
      {"\"abc\\u00", false, false, "cut in an escape"},
      {"tru", false, false, "cut in a word"},
      {"1.", false, false, "cut in a number"},
      {"-", false, false, "cut in a number"},
      {"[1,]", false, true, "trailing comma"},
      {"{\"a\":1,}", false, true, "trailing comma"},
      {"{a:1}", false, true, "bare key"},
      {"'a'", false, true, "single quotes"},
      {"01", false, true, "leading zero"},
      {"+1", false, true, "plus"},
      {".5", false, true, "no digit in front"},
      {"1 2", false, true, "two documents"},
      {"// c\n1", false, true, "comment"},
      {"\"a\nb\"", false, true, "raw newline in a string"},
      {"\"\\x\"", false, true, "unknown escape"},
      {"\"\\u12G4\"", false, true, "bad hex digit"},
      {"nul1", false, true, "not a word"},
      {"NaN", false, true, "not in the grammar"},
      {"\xef\xbb\xbf{}", false, true, "byte order mark"},
      {"[1}", false, true, "wrong bracket"},
      {"\"\xff\xfe\"", true, true, "invalid UTF-8 is let in"},
  };
  for (auto& r : kRows) {
    CAPTURE(r.why);
    CAPTURE(r.text);
    bool complete = !r.complete;
    CHECK(json_check(r.text, &complete).ok() == r.ok);
    CHECK(complete == r.complete);
  }
  CHECK(json_check("[1,]").message == "not valid JSON at byte 3: expected a value, got ']'");
  CHECK(json_check("{\"a\"").message == "not valid JSON at byte 4: expected ':', got the end of the text");
}

TEST_CASE("every prefix of a document is incomplete, never wrong") {
  std::string text = R"({"a":[1,-2.5e+3,"x\u00e4\n\\ä€😀",{"b":null,"c":true,"d":false}],"":{}})";
  for (size_t n = 0; n < text.size(); n++) {
    bool complete = true;
    CAPTURE(n);
    CHECK_FALSE(json_check(text.substr(0, n), &complete).ok());
    CHECK_FALSE(complete);
  }
  CHECK(json_check(text).ok());
}

TEST_CASE("nesting has a limit") {
  std::string deep = std::string(kJsonDepthMax, '[') + std::string(kJsonDepthMax, ']');
  CHECK(json_check(deep).ok());
  CHECK(json_check("[" + deep + "]").message == "nested deeper than 64 levels at byte 64");
  CHECK_FALSE(json_check(std::string(1u << 20, '[')).ok());
}

TEST_CASE("strings are decoded as Go decodes them") {
  static const struct { const char *raw, *text, *why; } kRows[] = {
      {R"("a\"\\\/\b\f\n\r\tb")", "a\"\\/\b\f\n\r\tb", "short escapes"},
      {R"("\u00e4\u20ac\ud83d\ude00")", "ä€😀", "code points, a surrogate pair"},
      {R"("\ud83d")", "\xef\xbf\xbd", "half a pair"},
      {R"("\ud83dx")", "\xef\xbf\xbdx", "half a pair and more"},
      {R"("\ud83d\ud83d\ude00")", "\xef\xbf\xbd😀", "half a pair, then a whole one"},
      {R"("\ude00")", "\xef\xbf\xbd", "the other half"},
      {"\"a\xff\x62\"", "a\xef\xbf\xbd" "b", "one bad byte"},
      {"\"\xe2\x82\"", "\xef\xbf\xbd\xef\xbf\xbd", "a cut sequence: one mark for each byte"},
      {"\"\xc0\xaf\"", "\xef\xbf\xbd\xef\xbf\xbd", "overlong"},
      {"\"\xed\xa0\x80\"", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "a surrogate in UTF-8"},
      {"\"\x7f\"", "\x7f", "DEL is an ordinary character"},
  };
  for (auto& r : kRows) {
    CAPTURE(r.why);
    auto s = json_string(r.raw);
    CHECK(s.ok());
    CHECK(s.value == r.text);
  }
  CHECK(json_string("1").status.message == "expected a string, got number");
  CHECK(json_string("\"a\\u0000b\"").value == std::string("a\0b", 3));
}

TEST_CASE("numbers are strict") {
  CHECK(json_int64("9223372036854775807").value == INT64_MAX);
  CHECK(json_int64("-9223372036854775808").value == INT64_MIN);
  CHECK(json_int64("9223372036854775808").status.message == "9223372036854775808 does not fit into a signed 64-bit integer");
  CHECK(json_int64("1.0").value == 1);
  CHECK(json_int64("12e2").value == 1200);
  CHECK_FALSE(json_int64("1.5").ok());
  CHECK_FALSE(json_int64("1e300").ok());
  CHECK_FALSE(json_int64("\"1\"").ok());
  CHECK_FALSE(json_int64("true").ok());
  CHECK(json_uint32("4294967295").value == 4294967295u);
  CHECK_FALSE(json_uint32("4294967296").ok());
  CHECK(json_uint32("-1").status.message == "-1 does not fit into an unsigned 32-bit integer");
  CHECK(json_double("1e-400").value == 0);
  CHECK_FALSE(json_double("1e400").ok());
  CHECK(json_double("-0.5").value == -0.5);
  CHECK_FALSE(json_bool("1").ok());
}

TEST_CASE("doubles are written as Go writes them") {
  static const struct { double v; const char* text; } kRows[] = {
      {0, "0"}, {1, "1"}, {82, "82"}, {0.00101189, "0.00101189"}, {0.000001, "0.000001"}, {0.0000001, "1e-7"},
      {1.5e-9, "1.5e-9"}, {1e20, "100000000000000000000"}, {1e21, "1e+21"}, {123456789012345680000.0, "123456789012345680000"},
      {-2.5, "-2.5"}, {1.0 / 3, "0.3333333333333333"}, {1.7976931348623157e308, "1.7976931348623157e+308"}, {5e-324, "5e-324"},
      {1795160637066055348.0, "1795160637066055400"},
  };
  for (auto& r : kRows) {
    std::string out;
    json_put_double(out, r.v);
    CHECK(out == r.text);
  }
}

TEST_CASE("strings are written as Go writes them") {
  CHECK(json_quote("<a href=\"x\">&\n\t\r\x01\x1f\x7f\b/\\") ==
        "\"\\u003ca href=\\\"x\\\"\\u003e\\u0026\\n\\t\\r\\u0001\\u001f\x7f\\u0008/\\\\\"");
  CHECK(json_quote("\xe2\x80\xa8\xe2\x80\xa9ä\xff") == "\"\\u2028\\u2029ä\\ufffd\"");
}

TEST_CASE("objects split into members, arrays into items, values stay byte for byte") {
  auto m = json_members(R"( {"a" : 1234567890123456789 , "\u0062":[1, 2],"a":"x"} )");
  REQUIRE(m.ok());
  REQUIRE(m.value.size() == 3);
  CHECK(m.value[0].raw == "1234567890123456789");
  CHECK(m.value[1].key == "b");
  CHECK(m.value[1].raw == "[1, 2]");
  auto items = json_items("[ {} , \"a,b\" ,3]");
  REQUIRE(items.value.size() == 3);
  CHECK(items.value[1] == "\"a,b\"");
  CHECK(json_members("[]").status.message == "expected an object, got array");
  CHECK_FALSE(json_items("[1] x").ok());
  CHECK(json_at(R"({"a":{"b":{"c":7}}})", {"a", "b", "c"}) == "7");
  CHECK(json_at(R"({"a":1})", {"b"}).empty());
  CHECK(json_at(R"({"a":1})", {"a", "b"}).empty());
  CHECK(json_strings("[\"a\",null,\"b\"]").value == std::vector<std::string>{"a", "", "b"});
  CHECK(json_strings("null").value.empty());
  CHECK(json_strings("[\"a\",1]").status.message == "[1]: expected a string, got number");
  CHECK(json_string_map("{\"a\":\"b\"}").value.at("a") == "b");
  CHECK(json_string_map("{\"a\":1}").status.message == "a: expected a string, got number");
  CHECK(json_first("{\"a\":1} {\"b\":2}").value == 7);
}

TEST_CASE("text is made compact, pretty and sorted") {
  std::string text = "{ \"b\" : [ 1.0 , {} , [] ] , \"a\" : { \"x y\" : \"\\u003c ä\" } }";
  CHECK(json_compact(text) == R"({"b":[1.0,{},[]],"a":{"x y":"\u003c ä"}})");
  CHECK(json_sorted(text) == R"({"a":{"x y":"\u003c ä"},"b":[1,{},[]]})");
  CHECK(json_pretty(text) == "{\n  \"b\": [\n    1.0,\n    {},\n    []\n  ],\n  \"a\": {\n    \"x y\": \"\\u003c ä\"\n  }\n}");
  CHECK(json_sorted(R"({"a":1e2,"b":"\/"})") == R"({"a":100,"b":"/"})");
  CHECK(json_compact("\"\xff\"") == "\"\\ufffd\"");
}

TEST_CASE("an object is built member by member") {
  CHECK(JsonObject().add("a", "x").add("b", 1).add("c", true).add("d", 1.5).add_raw("e", "[]").done() ==
        R"({"a":"x","b":1,"c":true,"d":1.5,"e":[]})");
  CHECK(JsonObject().done() == "{}");
}
