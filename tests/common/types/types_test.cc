// tests/common/types/types_test.cc - objects read, refused with their place, and written.
#include "common/types/types.h"

#include <doctest/doctest.h>

#include "common/json/json.h"

using namespace picket;

TEST_CASE("keys match without case, the last of equal keys wins, null is absent") {
  auto c = decode<CheckConfig>(R"({"Command":"a","COMMAND":"b","interval":5,"interval":6,"TTL":null,"handlers":null,
                                   "metadata":{"Name":"x"},"subdue":null})");
  REQUIRE(c.ok());
  CHECK(c.value.command == "b");
  CHECK(c.value.interval == 6);
  CHECK(c.value.metadata.name == "x");
  CHECK_FALSE(c.value.subdue.has_value());
  auto twice =
      decode<CheckConfig>(R"({"metadata":{"name":"x","namespace":"n"},"metadata":{"name":"y"},"handlers":["a"],"handlers":["b"]})");
  CHECK(twice.value.metadata.ns.empty());
  CHECK(twice.value.handlers == StringList{"b"});
}

TEST_CASE("wrong types are errors that name the path") {
  static const struct { const char *json, *message; } kRows[] = {
      {R"({"check":{"status":"0"}})", "check.status: expected a number, got string"},
      {R"({"check":{"history":[{"status":0},{"status":-1}]}})", "check.history[1].status: -1 does not fit into an unsigned 32-bit integer"},
      {R"({"check":{"check_hooks":[{"ok":["a",5]}]}})", "check.check_hooks[0].ok[1]: expected a string, got number"},
      {R"({"check":{"hooks":[{"status":2147483648}]}})", "check.hooks[0].status: 2147483648 does not fit into a signed 32-bit integer"},
      {R"({"check":{"handlers":"a"}})", "check.handlers: expected an array, got string"},
      {R"({"check":[]})", "check: expected an object, got array"},
      {R"({"check":{"subdue":{"days":{"all":[{"begin":5}]}}}})", "check.subdue.days.all[0].begin: expected a string, got number"},
      {R"({"entity":{"system":{"network":{"interfaces":{}}}}})", "entity.system.network.interfaces: expected an array, got object"},
      {R"({"entity":{"deregistration":"x"}})", "entity.deregistration: expected an object, got string"},
      {R"({"entity":{"system":{"processes":7}}})", "entity.system.processes: expected an array, got number"},
      {R"({"id":"zzzzzzzz-0000-0000-0000-000000000000"})", "id: invalid event id: invalid UUID format"},
      {R"({"timestamp":9223372036854775808})", "timestamp: 9223372036854775808 does not fit into a signed 64-bit integer"},
      {R"({"metrics":{"points":[{"value":1e999}]}})", "metrics.points[0].value: 1e999 does not fit into a 64-bit floating point number"},
      {R"({"check":{"status":1,})", "not valid JSON at byte 21: expected a key in quotes, got '}'"},
      {R"({"check":{"status":[1,]}})", "not valid JSON at byte 22: expected a value, got ']'"},
  };
  for (auto& r : kRows) {
    auto e = decode<Event>(r.json);
    CHECK_FALSE(e.ok());
    CHECK(e.status.message == r.message);
  }
}

TEST_CASE("what no table names survives as it came, or is dropped") {
  const char* json = R"({"check":{"odd":1234567890123456789,"metadata":{"name":"c","x":[1, 2]}},"custom":{"a" : 1e0}})";
  auto kept = decode<Event>(json);
  REQUIRE(kept.ok());
  CHECK(kept.value.check->extra == Extra{{"odd", "1234567890123456789"}});
  CHECK(kept.value.extra == Extra{{"custom", R"({"a":1e0})"}});
  std::string text = encode(kept.value);
  CHECK(json_at(text, {"check", "odd"}) == "1234567890123456789");
  CHECK(json_at(text, {"custom"}) == R"({"a":1e0})");
  CHECK(json_at(text, {"check", "metadata", "x"}) == "[1,2]");
  auto dropped = decode<Event>(json, Unknown::drop);
  CHECK(dropped.value.extra.empty());
  CHECK(dropped.value.check->extra.empty());
  CHECK(decode<Event>(R"({"a":1,"a":2})").value.extra == Extra{{"a", "2"}});
}

TEST_CASE("an id is null, empty, or a UUID in any case, with or without dashes") {
  auto id = [](const char* text) { return decode<Event>(std::string("{\"id\":") + text + "}"); };
  CHECK(id("null").value.id.empty());
  CHECK(id("\"\"").value.id.empty());
  CHECK(id("\"A87D563F-5681-4C57-B8E5-42F191630487\"").value.id == "a87d563f-5681-4c57-b8e5-42f191630487");
  CHECK(id("\"a87d563f56814c57b8e542f191630487\"").value.id == "a87d563f-5681-4c57-b8e5-42f191630487");
  CHECK_FALSE(id("\"a87d563f-56814c57-b8e5-42f191630487-\"").ok());
  CHECK_FALSE(id("\"qH1WP1aBTFe45ULxkWMEhw==\"").ok());
}

TEST_CASE("an event with an id is written in alphabetical order, without one in struct order") {
  Event e;
  e.timestamp = 7;
  e.entity = std::make_shared<Entity>();
  e.check.emplace();
  e.metadata.ns = "default";
  auto keys = [](const Event& event) {
    std::string all;
    auto members = json_members(encode(event));
    for (auto& m : members.value) all += m.key + " ";
    return all;
  };
  CHECK(keys(e) == "timestamp entity check metadata id sequence pipelines ");
  e.id = "a87d563f-5681-4c57-b8e5-42f191630487";
  e.metrics.emplace();
  CHECK(keys(e) == "check entity id metadata metrics pipelines sequence timestamp ");
}

TEST_CASE("an entity that repeats is parsed once, and what changed is noticed") {
  std::string one = R"({"entity":{"metadata":{"name":"a"}, "last_seen":1},"check":{"status":1}})";
  EntityCache cache;
  auto first = event_decode(one, &cache);
  auto second = event_decode(one, &cache);
  CHECK(bool(first.value.entity == second.value.entity));
  auto third = event_decode(R"({"entity":{"metadata":{"name":"b"}, "last_seen":2}})", &cache);
  CHECK(bool(third.value.entity != first.value.entity));
  CHECK(third.value.entity->last_seen == 2);
  CHECK(cache.last_seen == 2);
  CHECK(first.value.entity->last_seen == 1);
  CHECK_FALSE(event_decode(R"({"entity":{"metadata":{"name":"b"}, "last_seen":2}x})", &cache).ok());
  CHECK(event_decode(R"({"entity":null})", &cache).value.entity.get() == nullptr);
  CHECK_FALSE(event_decode(R"({"entity":[]})", &cache).ok());
}

TEST_CASE("an entity that was seen at another time is the same; the time is reported") {
  struct { const char* entity; bool same; int64_t seen; const char* why; } rows[] = {
      {R"({"last_seen":1700000001,"user":"u"})", true, 1700000001, "another second"},
      {R"({"last_seen":0,"user":"u"})", true, 0, "never"},
      {R"({"last_seen":17,"user":"u"})", true, 17, "fewer digits"},
      {R"({"last_seen":1700000001 ,"user":"u"})", false, 1700000001, "other text behind it"},
      {R"({"last_seen":null,"user":"u"})", false, 0, "null"},
      {R"({"last_seen":-5,"user":"u"})", false, -5, "before the beginning"},
      {R"({"last_seen":5e1,"user":"u"})", false, 50, "an exponent"},
      {R"({"last_seen":5,"user":"v"})", false, 5, "somebody else"},
      {R"({"last_seen":5})", false, 5, "less"},
  };
  for (const auto& r : rows) {
    CAPTURE(r.why);
    EntityCache cache;
    auto first = event_decode(R"({"entity":{"last_seen":1700000000,"user":"u"}})", &cache);
    auto next = event_decode(std::string(R"({"entity":)") + r.entity + "}", &cache);
    REQUIRE(next.ok());
    CHECK(bool(next.value.entity == first.value.entity) == r.same);
    CHECK(cache.last_seen == r.seen);
    if (!r.same) CHECK(next.value.entity->last_seen == r.seen);
  }
  for (const char* bad : {"007", "12345678901234567890123", "", "1.", "--1"}) {
    EntityCache cache;
    REQUIRE(event_decode(R"({"entity":{"last_seen":1700000000,"user":"u"}})", &cache).ok());
    CHECK_FALSE(event_decode(std::string(R"({"entity":{"last_seen":)") + bad + R"(,"user":"u"}})", &cache).ok());
  }
}

TEST_CASE("an event is put together with an entity text that is at hand") {
  auto e = decode<Event>(R"({"timestamp":1,"entity":{"metadata":{"name":"a"}},"metadata":{}})").value;
  CHECK(event_encode_with(e, encode(*e.entity)) == encode(e));
  CHECK(json_at(event_encode_with(e, ""), {"entity"}).empty());
  CHECK(event_encode_with(e, "").substr(0, 26) == R"({"timestamp":1,"metadata":)");
}

TEST_CASE("redaction looks at the words, not at their spelling") {
  static const struct { const char* key; bool redacted; const char* why; } kRows[] = {
      {"password", true, "the word itself"}, {"Password", true, "case"},     {"API-Key", true, "punctuation"},
      {"Api_Key2", true, "digits go when other characters have to"},          {"apikey2", false, "digits count here"},
      {"apikey", true, "without underscore"}, {"my_password", false, "equality, not substring"}, {"", false, "no word"},
  };
  for (auto& r : kRows) {
    CAPTURE(r.why);
    CHECK(redact_matches(r.key, {}) == r.redacted);
  }
  CHECK(redact_matches("token", {"TOKEN"}));
  CHECK_FALSE(redact_matches("password", {"token"}));
  Entity e;
  e.metadata.labels = {{"password", "x"}, {"region", "eu"}};
  e.metadata.annotations = {{"secret", "x"}};
  Entity r = entity_redacted(e);
  CHECK(r.metadata.labels == StringMap{{"password", "REDACTED"}, {"region", "eu"}});
  CHECK(r.metadata.annotations == StringMap{{"secret", "REDACTED"}});
  CHECK(e.metadata.labels["password"] == "x");
  CHECK(encode(e).find("REDACTED") == std::string::npos);
}

TEST_CASE("a document cut short at any length is an error, never a crash") {
  std::string text =
      R"({"timestamp":1,"entity":{"entity_class":"agent","system":{"network":{"interfaces":[{"name":"lo","addresses":["::1"]}]},"processes":[]},"metadata":{"name":"a","labels":{"x":"y"}}},"check":{"check_hooks":[{"ok":["a"]}],"subdue":{"days":{"all":[{"begin":"1","end":"2"}]}},"history":[{"status":1,"executed":2}]},"metrics":{"points":[{"name":"m","value":1.5,"tags":[{"name":"t","value":"v"}]}]},"id":"a87d563f-5681-4c57-b8e5-42f191630487","extra":[1,{"a":2}]})";
  REQUIRE(decode<Event>(text).ok());
  for (size_t n = 0; n < text.size(); n++) {
    EntityCache cache;
    CHECK_FALSE(event_decode(std::string(text.data(), n), &cache).ok());
  }
}

TEST_CASE("an entity_config carries the configuration and nothing of the system") {
  auto e = entity_config_decode(
      R"({"metadata":{"name":"a","namespace":"default"},"entity_class":"agent","subscriptions":null,"deregister":true,"deregistration":{"handler":"h"},"redact":["x"]})");
  REQUIRE(e.ok());
  CHECK(e.value.deregistration_handler == "h");
  CHECK(
      entity_config_encode(e.value) ==
      R"({"metadata":{"name":"a","namespace":"default"},"entity_class":"agent","subscriptions":null,"deregister":true,"deregistration":{"handler":"h"},"redact":["x"]})");
  CHECK_FALSE(entity_config_decode("[]").ok());
}

TEST_CASE("hook assets are lists by hook") {
  auto r = decode<CheckRequest>(
      R"({"config":{"command":"x"},"issued":5,"hook_assets":{"h":{"assets":[{"url":"u"}]},"i":{"assets":null},"j":null}})");
  REQUIRE(r.ok());
  CHECK(r.value.hook_assets["h"][0].url == "u");
  CHECK(r.value.hook_assets.size() == 3);
  CHECK(json_at(encode(r.value), {"hook_assets", "i", "assets"}) == "null");
  CHECK(decode<CheckRequest>("null").value.config.has_value() == false);
  CHECK(json_at(encode(CheckRequest()), {"hook_assets"}) == "{}");
}

TEST_CASE("small text that would become large structs is refused") {
  auto repeated = [](const char* head, const char* item, const char* tail) {
    std::string text = std::string(head) + item;
    while (text.size() < 4u << 20) text.append(",").append(item);
    return text + tail;
  };
  auto hooks = decode<Event>(repeated("{\"check\":{\"hooks\":[", "{}", "]}}"));
  CHECK(hooks.status.code == Err::too_large);
  CHECK(hooks.status.message == "check.hooks: more items than fit in 32 MiB of memory");
  CHECK(decode<Event>(repeated("{\"check\":{\"handlers\":[", "\"\"", "]}}")).status.code == Err::too_large);
  CHECK(decode<Event>(repeated("{\"metrics\":{\"points\":[", "{\"value\":1}", "]}}")).ok());
  std::string labels = "{\"metadata\":{\"labels\":{\"a\":\"\"";
  for (int i = 0; i < 400'000; i++) labels += ",\"" + std::to_string(i) + "\":\"\"";
  CHECK(decode<CheckConfig>(labels + "}}}").status.code == Err::too_large);
  std::string key(1000, 'k');
  CHECK(decode<CheckConfig>("{\"metadata\":{\"labels\":{\"" + key + "\":5}}}").status.message.size() < 200);
}
