// tests/common/text/yaml_test.cc - YAML to JSON as go-yaml reads it, and back.
#include "common/text/yaml.h"

#include <doctest/doctest.h>

using namespace picket;

static std::string to_json(std::string_view yaml) {
  auto documents = yaml_parse(yaml);
  if (!documents.ok()) return "error: " + documents.status.message;
  std::string out;
  for (const YamlNode& d : documents.value) out += (out.empty() ? "" : "|") + yaml_to_json(d);
  return out;
}

TEST_CASE("YAML becomes the JSON that go-yaml would make of it") {
  struct Row {
    const char *yaml, *json, *why;
  };
  const Row rows[] = {
      {"a: 1\nb: [x, 'y', \"z\"]\n", R"({"a":1,"b":["x","y","z"]})", "maps and lists"},
      {"a: yes\nb: off\nc: True\nd: y", R"({"a":true,"b":false,"c":true,"d":true})", "booleans of YAML 1.1"},
      {"a: ~\nb:\nc: null\nd: \"\"", R"({"a":null,"b":null,"c":null,"d":""})", "nothing"},
      {"a: 0x1F\nb: 010\nc: 1_000\nd: -5\ne: +7\nf: 0b11\ng: 0o17", R"({"a":31,"b":8,"c":1000,"d":-5,"e":7,"f":3,"g":15})", "integers"},
      {"a: 1.50\nb: 1e3\nc: .5\nd: 1.\ne: 1e30\nf: 08", R"({"a":1.5,"b":1000,"c":0.5,"d":1,"e":1e+30,"f":8})", "floats"},
      {"a: 18446744073709551615\nb: -9223372036854775808", R"({"a":18446744073709551615,"b":-9223372036854775808})", "64 bits, exactly"},
      {"a: 1.2.3\nb: 1-2\nc: v1\ne: 12h", R"({"a":"1.2.3","b":"1-2","c":"v1","e":"12h"})", "texts that begin like numbers"},
      {"a: 2019-01-01\nb: .inf", R"({"a":"2019-01-01","b":".inf"})", "dates stay texts; JSON has no infinity"},
      {"1: a\ntrue: b\n2.50: c", R"({"1":"a","true":"b","2.5":"c"})", "keys become texts"},
      {"a: !!str 1\nb: !!int \"2\"\nc: !custom 3", R"({"a":"1","b":2,"c":"3"})", "tags"},
      {"a: |\n  x\n  y\nb: >\n  x\n  y\n", R"({"a":"x\ny\n","b":"x y\n"})", "blocks"},
      {"a: &x {k: v}\nb: *x\nc: {<<: *x, k: w}\nd: {<<: *x, l: m}", R"({"a":{"k":"v"},"b":{"k":"v"},"c":{"k":"w"},"d":{"l":"m","k":"v"}})", "anchors and merges"},
      {"a: 1\na: 2", R"({"a":2})", "the last of two keys"},
      {"---\na: 1\n---\n---\nb: 2\n...\n", R"({"a":1}|{"b":2})", "documents; empty ones are left out"},
      {"{\"a\": [1, 2.0, \"x\\u00e9\"]}", "{\"a\":[1,2,\"x\xC3\xA9\"]}", "JSON is YAML"},
      {"", "", "nothing at all"},
      {"a: [1, 2", "error: line 2: while parsing a flow sequence: did not find expected ',' or ']'", "unfinished"},
      {"a: *nobody", "error: line 1: unknown anchor \"nobody\"", "alias without an anchor"},
      {"a: &a [*a]", "error: line 1: unknown anchor \"a\"", "an alias inside its own anchor"},
      {"? [a]\n: b", "error: line 1: a key must be a scalar, not a list or a mapping", "no lists as keys"},
      {"a:\n\t- b", "error: line 2: while scanning for the next token: found character that cannot start any token", "tabs"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    CHECK(to_json(r.yaml) == r.json);
  }
}

TEST_CASE("a bomb of aliases and a deep nest end early") {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; i++) {
    std::string n = std::to_string(i), p = std::to_string(i - 1);
    bomb += "a" + n + ": &a" + n + " [";
    for (int k = 0; k < 10; k++) bomb += "*a" + p + ",";
    bomb += "]\n";
  }
  CHECK(to_json(bomb).find("more than 500000 values") != std::string::npos);
  std::string wide = "t: &t \"" + std::string(100'000, 'x') + "\"\nl: [";
  for (int i = 0; i < 100'000; i++) wide += "*t,";
  CHECK(to_json(wide + "]").find("more than 500000 values") != std::string::npos);
  CHECK(to_json(std::string(1000, '[')).find("nested deeper than 64") != std::string::npos);
}

TEST_CASE("a document cut short at every length is an error or a document, never a crash") {
  std::string text = "a: &x {b: [1, 'two', \"three\"], c: |\n  text\n}\nd: *x\n---\ne: !!str 5\n";
  for (size_t n = 0; n <= text.size(); n++) (void)to_json(text.substr(0, n));
}

TEST_CASE("JSON is printed as go-yaml prints it") {
  struct Row {
    const char *json, *yaml, *why;
  };
  const Row rows[] = {
      {R"({"a":1,"b":{"c":"d"},"e":[],"f":{},"g":null})", "a: 1\nb:\n  c: d\ne: []\nf: {}\ng: null\n", "maps"},
      {R"({"a":["x",{"b":1,"c":2}]})", "a:\n- x\n- b: 1\n  c: 2\n", "lists are not indented"},
      {R"({"a":"true","b":"yes","c":"1","d":"1.5","e":"null","f":"","g":"~"})",
       "a: \"true\"\nb: \"yes\"\nc: \"1\"\nd: \"1.5\"\ne: \"null\"\nf: \"\"\ng: \"~\"\n", "texts that look like something else"},
      {R"({"a":"*/5 * * * *","b":"*","c":"a: b","d":"# x","e":"it's"})",
       "a: '*/5 * * * *'\nb: '*'\nc: 'a: b'\nd: '# x'\ne: it's\n", "texts YAML cannot hold plain"},
      {R"({"a":"x\ny\n","b":"x\ny"})", "a: |\n  x\n  y\nb: |-\n  x\n  y\n", "several lines"},
      {R"({"a":"2019-01-01","b":"2019-02-12 19:33:20","c":"12:30:45","d":"12h"})",
       "a: \"2019-01-01\"\nb: \"2019-02-12 19:33:20\"\nc: \"12:30:45\"\nd: 12h\n", "dates and times"},
      {R"({"a":1.50,"b":18446744073709551615,"c":1e3,"d":false})", "a: 1.5\nb: 18446744073709551615\nc: 1000\nd: false\n", "numbers"},
      {"{\"k\":\"<a&b> \xC3\xA9 \\u2028 \\\"q\\\" \\\\ \\t\"}", "k: \"<a&b> \xC3\xA9 \\L \\\"q\\\" \\\\ \\t\"\n", "special characters"},
      {"[]", "[]\n", "an empty list"},
      {"\"x\"", "x\n", "a scalar"},
      {R"({"yes":"a","1":"b"})", "\"yes\": a\n\"1\": b\n", "keys are quoted by the same rule"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    auto yaml = yaml_from_json(r.json);
    CHECK(yaml.value == r.yaml);
  }
  CHECK(!yaml_from_json("{").ok());
}

TEST_CASE("what is printed is read back as the same") {
  for (const char* json : {R"({"a":"yes","b":["1","x\ny"," x "],"c":{"d":null,"e":-1.5}})", R"(["0x1","010","1_0",".5","<<","=","-","?"])",
                           R"(["\u0000\u0001\u00e9","a\r\nb","\n","trailing ","\ttab"])", R"({"":{"":""}})"}) {
    CAPTURE(json);
    auto yaml = yaml_from_json(json);
    REQUIRE(yaml.ok());
    CHECK(to_json(yaml.value) == to_json(json));
  }
}

TEST_CASE("a zero is a zero, however it is written, and survives being printed") {
  for (const char* text : {"-.0", "-0.0", "0.0", "-0", "+0.", "0e5"}) {
    CAPTURE(text);
    auto read = yaml_parse(text);
    REQUIRE(read.ok());
    CHECK(yaml_to_json(read.value[0]) == "0");
  }
}
