// tests/agent/input/pushed_result_test.cc - documents of the result socket. The recorded cases run in tests/conformance/socket_test.py.
#include <doctest/doctest.h>

#include "agent/input/result_stream.h"
#include "common/json/json.h"
#include "common/json/json_bound.h"

using namespace picket;

namespace {
const ResultContext kContext{"a1", "default", 1'700'000'000};
std::string refused(const std::string& json) {
  auto r = results_parse(json, kContext);
  return r.ok() ? "taken" : r.status.message;
}
Check taken(const std::string& json) {
  auto r = results_parse(json, kContext);
  CAPTURE(json);
  CAPTURE(r.status.message);
  REQUIRE(r.ok());
  REQUIRE(r.value.size() == 1);
  return *r.value[0].check;
}
}  // namespace

TEST_CASE("what a 1.x result may not hold") {
  struct Row { const char* json; const char* error; };
  const Row rows[] = {
      {R"({})", "check output must be a string"},
      {R"({"output":"x"})", "check name must be a string"},
      {R"({"output":"x","name":7})", "check name must be a string"},
      {R"({"output":"x","name":"a b"})", "check name cannot contain spaces or special characters"},
      {R"({"output":"x","name":"a\n"})", "check name cannot contain spaces or special characters"},
      {R"({"output":"x","name":"a","status":"2"})", "check status must be an integer"},
      {R"({"output":"x","name":"a","status":false})", "check status must be an integer"},
      {R"({"output":"x","name":"a","status":99999999999})", "check status must not be greater than 4294967295"},
      {R"({"output":"x","name":"a","executed":"1"})", "check executed timestamp must be an integer"},
      {R"({"output":"x","name":"a","handlers":["a",""]})", "check handlers must be an array of strings"},
      {R"({"output":"x","name":"a","handlers":[1]})", "check handlers must be an array of strings"},
      {R"({"output":"x","name":"a","low_flap_threshold":20})", "check high flap threshold must be an integer"},
      {R"({"output":"x","name":"a","ttl":0})", "check ttl must be an integer greater than 0"},
      {R"({"output":"x","name":"a","ttl":9,"ttl_status":"2"})", "check ttl_status must be an integer"},
      {R"({"output":"x","name":"a","ttl":9,"ttl_status":0})", "check ttl_status must be from 1 to 255, as 2 for critical: it is the status of a silence"},
      {R"({"output":"x","name":"a","ttl_status":256})", "check ttl_status must be from 1 to 255, as 2 for critical: it is the status of a silence"},
      {R"({"check":{"metadata":{"name":"a","annotations":{"ttl_status":"banana"}},"ttl":9}})",
       "annotation ttl_status \"banana\": expected a number from 1 to 255, as 2 for critical; it is the status of a silence"},
      {R"({"output":"x","name":"a","source":"a b"})", "check source cannot contain spaces, special characters, or invalid tokens"},
      {R"({"output":"x","name":"a","aggregates":["a b"]})", "check aggregates items must be strings without spaces or special characters"},
      {R"([[{"output":"x","name":"a"}]])", "result 1: a result must be an object"},
      {R"([{"output":"x","name":"a"},{"output":"x"}])", "result 2: check name must be a string"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.json);
    CHECK(refused(r.json) == r.error);
  }
}

TEST_CASE("nobody's result takes the place of a keepalive") {
  ResultContext context;
  context.agent = "web1";
  context.ns = "default";
  const std::string why = "check name must not be keepalive: that is the agent's own event";
  for (const char* text :
       {R"({"name":"keepalive","output":"fine","status":0})", R"({"output":"","name":"keepalive","source":"db1","ttl":60})",
        R"([{"name":"disk","output":""},{"name":"keepalive","output":""}])", R"({"check":{"metadata":{"name":"keepalive"},"status":0}})",
        R"({"check":{"metadata":{"name":"keepalive"}},"entity":{"metadata":{"name":"db1"}}})"}) {
    CAPTURE(std::string(text));
    const auto events = results_parse(text, context);
    CHECK_FALSE(events.ok());
    CHECK(events.status.message.find(why) != std::string::npos);
  }
  CHECK(results_parse(R"({"name":"keepalive2","output":""})", context).ok());
}

TEST_CASE("what it becomes") {
  Check c = taken(R"({"name":"a","output":"x","status":-1,"source":"sw1","ttl":30,"handler":"h","subscribers":["s"],
                      "duration":1.5,"executed":5,"contact":"ops","big":1234567890123456789,"occurrences":3,"refresh":60,"nothing":null})");
  CHECK(c.status == 3);
  CHECK(c.proxy_entity_name == "sw1");
  CHECK(c.ttl == 30);
  CHECK(c.interval == 1);
  CHECK(c.handlers == StringList{"h"});
  CHECK(c.subscriptions == StringList{"s"});
  CHECK(c.executed == 5);
  CHECK(c.issued == 1'700'000'000);
  CHECK(c.metadata.annotations["contact"] == "ops");
  CHECK(c.metadata.annotations["big"] == "1234567890123456789");
  CHECK(c.metadata.annotations["fatigue_check/occurrences"] == "3");
  CHECK(c.metadata.annotations["fatigue_check/interval"] == "60");
  CHECK(c.metadata.annotations.count("nothing") == 0);
  CHECK(taken(R"({"name":"a","output":"x","source":"a1"})").proxy_entity_name == "");
  CHECK(taken(R"({"name":"a","output":"x","client":"sw2"})").proxy_entity_name == "sw2");
  CHECK(taken(R"({"name":"a","output":"x","ttl":false,"ttl_status":"no"})").ttl == 0);
}

TEST_CASE("a ttl shorter than the interval is kept: the backend must not refuse the result") {
  Check c = taken(R"({"name":"a","output":"x","ttl":30,"interval":60})");
  CHECK(c.ttl == 30);
  CHECK(c.interval == 29);
  CHECK(c.metadata.annotations["interval"] == "60");
  c = taken(R"({"name":"a","output":"x","ttl":1})");
  CHECK(c.ttl == 5);
  CHECK(c.interval == 1);
  CHECK(c.metadata.annotations["ttl"] == "1");
}

TEST_CASE("1.x hook results are kept") {
  Check c = taken(
      R"({"name":"a","output":"x","status":2,"hooks":{"critical":{"command":"ps","output":"up","status":1,"duration":0.5},"ok":{"command":"x"}}})");
  REQUIRE(c.hooks.size() == 1);
  CHECK(c.hooks[0].metadata.name == "critical");
  CHECK(c.hooks[0].output == "up");
  CHECK(c.hooks[0].status == 1);
}

TEST_CASE("events of the other shape") {
  Event e = results_parse(R"({"check":{"metadata":{"name":"a"},"output":"x"},"entity":{"metadata":{"name":"p"}}})", kContext).value.at(0);
  CHECK(e.check->proxy_entity_name == "p");
  CHECK(e.check->interval == 1);
  CHECK(e.check->executed == 1'700'000'000);
  CHECK(e.check->metadata.ns == "default");
  CHECK(!bool(e.entity));
  e = results_parse(R"({"metrics":{"handlers":["h"],"points":[]}})", kContext).value.at(0);
  CHECK(e.metrics.has_value());
  CHECK(refused(R"({"check":{"metadata":{"name":"a b"}}})") == "check name cannot contain spaces or special characters");
}

TEST_CASE("one document, cut at every byte, is found whole exactly at its end") {
  const std::string text = R"( {"name":"a","output":"} ] \" \\","status":1} )";
  size_t end = text.find_last_of('}') + 1;
  for (size_t cut = 0; cut <= text.size(); cut++) {
    CAPTURE(cut);
    ResultStream s;
    auto first = result_stream_feed(s, text.substr(0, cut), kContext, 1000);
    CHECK((first.verdict == ResultVerdict::ok) == (cut >= end));
    if (cut >= end) continue;
    CHECK(result_stream_feed(s, text.substr(cut), kContext, 1000).verdict == ResultVerdict::ok);
  }
  ResultStream s;
  for (size_t i = 0; i < end; i++)
    CHECK((result_stream_feed(s, text.substr(i, 1), kContext, 1000).verdict == ResultVerdict::ok) == (i + 1 == end));
}

TEST_CASE("what is whole and no JSON is looked at once, however many bytes follow") {
  ResultStream s;
  CHECK(result_stream_feed(s, "[1,1,1]x", kContext, 1000).verdict == ResultVerdict::more);
  for (const char* more : {"y", "]", "[", "{\"name\":\"a\",\"output\":\"x\"}"}) {
    CHECK(result_stream_feed(s, more, kContext, 1000).verdict == ResultVerdict::more);
    CHECK(s.buffer.empty());
  }
  ResultAnswer end = result_stream_end(s);
  CHECK(end.verdict == ResultVerdict::invalid);
  CHECK_FALSE(end.error.empty());
  CHECK(result_stream_feed(s, std::string(1000, 'x'), kContext, 1000).verdict == ResultVerdict::invalid);  // larger than may be
}

TEST_CASE("results and values are counted before anything is built of them") {
  ResultContext context = kContext;
  context.results_max = 3;
  const std::string one = R"({"name":"a","output":"[,,,]","x":[1,2]})";
  CHECK(results_parse("[" + one + "," + one + "," + one + "]", context).value.size() == 3);
  auto many = results_parse("[" + one + "," + one + "," + one + "," + one + "]", context);
  CHECK(many.status.code == Err::too_large);
  CHECK(many.status.message == "4 results in one message; at most 3 are accepted (input-burst-limit); send them in parts");
  CHECK(results_parse(R"([{"name":"a","output":"a \\\",\",\",\",\","}])", context).ok());
  std::string values = R"({"name":"a","output":"o","x":[0)";
  for (size_t i = 0; i < kJsonValuesMax; i++) values += ",0";
  CHECK(results_parse(values + "]}", context).status.code == Err::too_large);
  CHECK(input_bound(R"({"metrics":{"points":[{},{},{},{},{}]}})", 3).ok());  // no list of results
  ResultStream s;
  CHECK(result_stream_feed(s, "[1,2,3,4]", context, 1000).error.substr(0, 24) == "4 results in one message");
}

TEST_CASE("of what a browser sends nothing is taken, whatever stands after the head") {
  for (const char* head : {"GET / HTTP/1.1\r\n\r\n", "POST /x", "OPTIONS ", "PUT / HTTP/1.1\r\nHost: x\r\n\r\n"}) {
    CAPTURE(std::string(head));
    ResultStream s;
    CHECK(result_stream_feed(s, head, kContext, 1000).verdict == ResultVerdict::more);
    CHECK(s.buffer.empty());
    CHECK(result_stream_feed(s, R"({"name":"a","output":"x"})", kContext, 1000).verdict == ResultVerdict::more);
    CHECK(result_stream_end(s).error.find("HTTP") != std::string::npos);
  }
}

TEST_CASE("verdicts") {
  struct Row { const char* why; const char* text; ResultVerdict verdict; };
  const Row rows[] = {
      {"ping", "ping", ResultVerdict::pong},
      {"ping in white space", "\r\n ping\n", ResultVerdict::pong},
      {"ping twice", "ping ping", ResultVerdict::more},
      {"nothing to see", "  \n", ResultVerdict::more},
      {"empty array", "[]", ResultVerdict::ok},
      {"a number waits: digits may follow", "42", ResultVerdict::more},
      {"refused at once", "{}", ResultVerdict::invalid},
      {"not JSON waits", "{\"a\":1,}", ResultVerdict::more},
      {"two documents wait", "{}{}", ResultVerdict::more},
      {"an HTTP client waits", "GET / HTTP/1.1\r\n\r\n", ResultVerdict::more},
      {"a raw line end in a string", "{\"name\":\"a\",\"output\":\"x\ny\"}", ResultVerdict::ok},
      {"a byte order mark", "\xEF\xBB\xBF{\"name\":\"a\",\"output\":\"x\"}", ResultVerdict::ok},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    ResultStream s;
    CHECK(result_stream_feed(s, r.text, kContext, 1000).verdict == r.verdict);
  }
  ResultStream s;
  CHECK(result_stream_feed(s, std::string(1001, ' '), kContext, 1000).verdict == ResultVerdict::invalid);
  CHECK(result_stream_end(ResultStream{}).verdict == ResultVerdict::more);
}
