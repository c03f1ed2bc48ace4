// tests/common/rules/resource_types_test.cc - every resource and every refusal that the 6.9.2 API showed.
#include "common/rules/resource_types.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "common/rules/validate.h"
#include "tests/support/corpus.h"

using namespace picket;

// The kind of resource a recorded path answers with: /api/core/v2/namespaces/NS/checks/NAME -> checks.
static std::string plural_of(std::string path) {
  const std::string prefix = "/api/core/v2/", in_namespace = "namespaces/";
  if (path.rfind(prefix, 0) != 0) return "";
  path = path.substr(prefix.size(), path.find('?') - prefix.size());
  if (path.rfind(in_namespace, 0) == 0)
    if (size_t slash = path.find('/', in_namespace.size()); slash != path.npos) path = path.substr(slash + 1);
  return path.substr(0, path.find('/'));
}

struct Exchange { std::string file, method, path, plural, request, response; int64_t status; };

static std::vector<Exchange> exchanges_of(const std::string& file) {
  std::vector<Exchange> all;
  std::string text = file_text(file);
  for (std::string_view step : json_items(json_at(text, {"steps"})).value) {
    for (std::string_view e : json_items(json_at(step, {"exchanges"})).value) {
      Exchange x{file,
                 json_string(json_at(e, {"request", "method"})).value,
                 json_string(json_at(e, {"request", "path"})).value,
                 "",
                 std::string(json_at(e, {"request", "body", "json"})),
                 std::string(json_at(e, {"response", "body", "json"})),
                 json_int64(json_at(e, {"response", "status"})).value};
      x.plural = plural_of(x.path);
      all.push_back(x);
    }
  }
  return all;
}

static std::vector<std::string> bodies_of(const Exchange& x) {
  std::vector<std::string> bodies;
  if (x.response.empty()) return bodies;
  if (json_type(x.response) == JsonType::object) return {x.response};
  for (std::string_view item : json_items(x.response).value) bodies.emplace_back(item);
  return bodies;
}

TEST_CASE("every resource the 6.9.2 API showed comes back as it was") {
  int compared = 0;
  std::set<std::string> kinds;
  for (auto& file : corpus_files("api/6.9.2", ".json")) {
    for (auto& x : exchanges_of(file)) {
      const ResourceType* type = resource_by_plural(x.plural);
      if (!type || x.method != "GET" || x.status != 200) continue;
      for (const std::string& body : bodies_of(x)) {
        CAPTURE(x.file);
        CAPTURE(x.path);
        CAPTURE(body);
        auto r = type->decode(body);
        CHECK(r.ok());
        CHECK(json_sorted(r.value.body) == json_sorted(body));
        CHECK(json_sorted(type->with_metadata(r.value.body, r.value.metadata)) == json_sorted(body));
        compared++;
        kinds.insert(x.plural);
      }
    }
  }
  CHECK(compared > 300);
  MESSAGE(compared << " resources of " << kinds.size() << " kinds compared");
}

TEST_CASE("what the 6.9.2 API refused with a sentence is refused with that sentence") {
  const std::string prefix = "resource is invalid: ";
  int compared = 0;
  for (auto& file : corpus_files("api/6.9.2", ".json")) {
    for (auto& x : exchanges_of(file)) {
      const ResourceType* type = resource_by_plural(x.plural);
      std::string message = json_string(json_at(x.response, {"message"})).value;
      bool write = x.method == "POST" || x.method == "PUT";
      if (!type || !write || x.status != 400 || x.request.empty() || message.rfind(prefix, 0) != 0) continue;
      if (message.find("syntax error in expression") != message.npos) continue;  // the script engine's
      if (message.find("must specify name") != message.npos) continue;           // the store's
      CAPTURE(x.file);
      CAPTURE(x.request);
      auto r = type->decode(x.request);
      CHECK(r.ok());
      std::string ours = type->validate(r.value.body).message;
      if (message.find("begin time format") != message.npos) {  // the end of that sentence is Go's own parser talking
        ours = ours.substr(0, 40);
        message = message.substr(0, prefix.size() + 40);
      }
      CHECK(ours == message.substr(prefix.size()));
      compared++;
    }
  }
  CHECK(compared > 25);
  MESSAGE(compared << " refusals compared");
}

TEST_CASE("what the 6.9.2 API accepted is valid") {
  int accepted = 0;
  for (auto& file : corpus_files("api/6.9.2", ".json")) {
    for (auto& x : exchanges_of(file)) {
      const ResourceType* type = resource_by_plural(x.plural);
      bool whole = type && x.request.size() > 2 && json_type(x.request) == JsonType::object;
      if (!whole || (x.method != "POST" && x.method != "PUT") || (x.status != 201 && x.status != 200)) continue;
      if (x.path.find("/hooks/") != x.path.npos && x.plural == "checks") continue;  // a hook list, not a check
      if (x.path.find("password") != x.path.npos || x.path.find("reinstate") != x.path.npos) continue;
      if (x.plural == "apikeys" || x.plural == "entities") continue;  // filled in by the API before it validates
      CAPTURE(x.file);
      CAPTURE(x.path);
      CAPTURE(x.request);
      auto r = type->decode(x.request);
      CHECK(r.ok());
      accepted++;
      Status valid = type->validate(r.value.body);
      if (x.plural == "checks" && !valid.ok()) {  // 6.9.2 takes checks whose results it then refuses
        Check result = decode<Check>(r.value.body).value;
        CHECK_FALSE(check_make_storable(result).ok());
        CHECK(validate_check_config(decode<CheckConfig>(r.value.body).value).message == "");
        continue;
      }
      CHECK(valid.message == "");
    }
  }
  CHECK(accepted > 100);
  MESSAGE(accepted << " accepted writes");
}

TEST_CASE("the table finds its rows by plural, type and alias") {
  CHECK(resource_by_plural("checks")->type == std::string("CheckConfig"));
  CHECK(resource_by_type("CheckConfig")->plural == std::string("checks"));
  CHECK(resource_by_type("check_config")->plural == std::string("checks"));
  CHECK(resource_by_type("api_key")->plural == std::string("apikeys"));
  CHECK(resource_by_type("Nonsense") == nullptr);
  CHECK(resource_by_plural("events") == nullptr);
  for (int i = 0; i < kResourceTypesCount; i++) {
    auto r = kResourceTypes[i].decode("{}");
    CHECK(r.ok());
    CHECK(r.value.type == &kResourceTypes[i]);
    CHECK_FALSE(kResourceTypes[i].decode("[]").ok());
  }
}

TEST_CASE("canonical form: commas split, types capitalised, unknown attributes dropped") {
  auto role =
      resource_by_plural("roles")->decode(R"({"rules":[{"verbs":["get,list"],"resources":["a,b","c"],"resource_names":["x,y"]}],"odd":1})");
  CHECK(role.value.body == R"({"rules":[{"verbs":["get","list"],"resources":["a","b","c"],"resource_names":["x,y"]}],"metadata":{}})");
  auto binding = resource_by_plural("rolebindings")
                     ->decode(R"({"role_ref":{"type":"clusterRole","name":"a"},"subjects":[{"type":"user","name":"b"}]})");
  CHECK(json_at(binding.value.body, {"role_ref", "type"}) == "\"ClusterRole\"");
  CHECK(binding.value.body.find("\"User\"") != std::string::npos);
}

TEST_CASE("names") {
  static const struct { const char* name; bool name_ok, subscription_ok, asset_ok, user_ok; const char* why; } kRows[] = {
      {"", false, false, false, false, "empty"},         {"a", true, true, true, true, "one character"},
      {"a.b-c_d", true, true, true, true, "punctuation"}, {"A", true, true, true, false, "upper case"},
      {"a:b", true, true, true, false, "a colon"},       {"a:b:c", true, false, true, false, "two colons"},
      {":a", true, false, true, false, "colon in front"}, {"a:", true, false, true, false, "colon behind"},
      {"a/b", false, false, true, false, "slash"},       {"a b", false, false, false, false, "blank"},
      {"ä", false, false, false, false, "not ASCII"},    {"a\n", false, false, false, false, "newline"},
  };
  for (auto& r : kRows) {
    CAPTURE(r.why);
    CHECK(validate_name(r.name, "x").ok() == r.name_ok);
    CHECK(validate_subscription(r.name, "x").ok() == r.subscription_ok);
    CHECK(validate_asset_name(r.name).ok() == r.asset_ok);
    CHECK(validate_username(r.name, "x").ok() == r.user_ok);
  }
  CHECK(validate_name("", "check name").message == "check name must not be empty");
  CHECK(validate_name("a b", "check name").message == "check name cannot contain spaces or special characters");
}

static Status check_with(const char* json) {
  std::string text = std::string(R"({"metadata":{"name":"c","namespace":"default"},)") + json + "}";
  auto c = decode<CheckConfig>(text);
  REQUIRE(c.ok());
  return validate_check_config(c.value);
}

TEST_CASE("check definitions are refused in the reference's order and words") {
  static const struct { const char *json, *message; } kRows[] = {
      {R"("interval":5)", ""},
      {R"("cron":"* * * * *")", ""},
      {R"("interval":5,"cron":"bad")", "must only specify either an interval or a cron schedule"},
      {R"("ttl":1)", "check interval must be greater than 0 or a valid cron schedule must be provided"},
      {R"("interval":5,"ttl":5)", "ttl must be greater than check interval"},
      {R"("interval":5,"ttl":6)", ""},
      {R"("interval":5,"runtime_assets":["a b"])", "asset's name may only contain letters, forward slashes, underscores, dashes and numbers"},
      {R"("interval":5,"subscriptions":[""])", "subscriptions cannot be empty strings"},
      {R"("interval":5,"proxy_entity_name":"a b")", "proxy entity name cannot contain spaces or special characters"},
      {R"("interval":5,"proxy_requests":{"splay_coverage":101})", "proxy request splay coverage must be between 0 and 100"},
      {R"("interval":5,"proxy_requests":{"splay":true})", "proxy request splay coverage must be greater than 0 if splay is enabled"},
      {R"("interval":5,"output_metric_format":"x")", "output metric format is not valid"},
      {R"("interval":5,"low_flap_threshold":5,"high_flap_threshold":5)", "invalid flap thresholds"},
      {R"("interval":5,"low_flap_threshold":5)", ""},
      {R"("interval":5,"env_vars":["A=B","A"])", "environment variables must be of the form FOO=BAR"},
      {R"("interval":5,"env_vars":["=B"])", "environment variables must be of the form FOO=BAR"},
      {R"("interval":5,"env_vars":[""])", "environment variables must be of the form FOO=BAR"},
      {R"("interval":5,"env_vars":["BASE=DC=EXAMPLE,DC=ORG","T=c2Vj==","A==","A=","A= b "])", ""},
      {R"("interval":5,"subdues":[{"begin":"2030-01-03T00:00:00Z","end":"2030-01-02T00:00:00Z"}])", "subdue 0 invalid: end time must be after begin time"},
      {R"("interval":5,"max_output_size":-1)", ""},
  };
  for (auto& r : kRows) CHECK(check_with(r.json).message == r.message);
  CHECK(check_with(R"("cron":"bad")").message.rfind("check cron string is invalid: ", 0) == 0);
  CHECK_FALSE(check_with(R"("interval":5,"subdue":{"days":{"all":[{"begin":"17:00","end":"5:00PM"}]}})").ok());
}

TEST_CASE("events: what 6.9.2 stored is valid, what it refused is not") {
  static const struct { const char *json, *message; } kRows[] = {
      {R"({})", "event must contain an entity"},
      {R"({"entity":{}})", "event must contain a check or metrics"},
      {R"({"entity":{},"check":{}})", "entity is invalid: entity name must not be empty"},
      {R"({"entity":{"metadata":{"name":"a"}},"check":{}})", "entity is invalid: entity class must not be empty"},
      {R"({"entity":{"metadata":{"name":"a"},"entity_class":"x"},"check":{}})", "entity is invalid: namespace must be set"},
  };
  for (auto& r : kRows) CHECK(validate_event(decode<Event>(r.json).value).message == r.message);
  auto with = [](const char* rest) {
    return validate_event(
               decode<Event>(std::string(R"({"entity":{"metadata":{"name":"a:b","namespace":"n"},"entity_class":"x"},)") + rest + "}")
                   .value)
        .message;
  };
  CHECK(with(R"("metrics":{})") == "");
  CHECK(with(R"("check":{})") == "check is invalid: check name must not be empty");
  CHECK(with(R"("check":{"metadata":{"name":"c"}})") == "");
  CHECK(with(R"("check":{"metadata":{"name":"c"},"publish":true})") ==
        "check is invalid: check interval must be greater than or equal to 1");
  CHECK(with(R"("check":{"metadata":{"name":"c"},"interval":5,"cron":"x"})") == "");
  CHECK(with(R"("check":{"metadata":{"name":"c"},"interval":10,"ttl":1})") == "check is invalid: ttl must be greater than check interval");
  CHECK(with(R"("check":{"metadata":{"name":"c"},"ttl":4})") == "check is invalid: minimum ttl is 5 seconds");
  CHECK(with(R"("check":{"metadata":{"name":"c"},"max_output_size":-1})") == "check is invalid: MaxOutputSize must be >= 0");
  CHECK(with(R"("check":{"metadata":{"name":"c"},"output_metric_thresholds":[{"name":"m","thresholds":[{"min":"x"}]}]})") ==
        "check is invalid: invalid metric threshold 0: rule 0: Min must be a floating point number");
  CHECK(with(R"("metrics":{},"metadata":{"name":"x"})") == "events cannot be named");
  CHECK(with(R"("metrics":{},"pipelines":[{"name":"p","type":"Handler","api_version":"core/v2"}])") ==
        "pipeline reference is invalid: resource type not capable of acting as a pipeline: core/v2.Handler");
}

TEST_CASE("what would run, but whose results could not be stored, is refused when it is defined") {
  static const struct { const char *json, *part; } kRows[] = {
      {R"("interval":60,"output_metric_format":"prometheus_text","output_metric_thresholds":[{"name":"up"}])", "invalid metric threshold 0"},
      {R"("interval":60,"output_metric_thresholds":[{"name":"up","thresholds":[{"status":1}]}])", "One of Min or Max required"},
      {R"("interval":60,"output_metric_thresholds":[{"name":"a b","thresholds":[{"min":"1"}]}])", "metric threshold name"},
      {R"("interval":60,"output_metric_thresholds":[{"name":"up","thresholds":[{"max":"ten"}]}])", "floating point number"},
      {R"("interval":60,"output_metric_thresholds":[{"name":"up","tags":[{"name":"a"}],"thresholds":[{"min":"1"}]}])", "tag value"},
      {R"("interval":60,"pipelines":[{"name":"p","type":"Handler"}])", "pipeline reference is invalid"},
      {R"("interval":60,"pipelines":[{"name":"p","api_version":"core/v3"}])", "pipeline reference is invalid"},
      {R"("interval":60,"pipelines":[{}])", "pipeline name must not be empty"},
      {R"("interval":2,"ttl":4)", "minimum ttl is 5 seconds"},
      {R"("interval":60,"max_output_size":-1)", "MaxOutputSize"},
      {R"("interval":60,"check_hooks":[{"sometimes":["h"]}])", "check_hooks: \"sometimes\" is not a status"},
      {R"("interval":60,"check_hooks":[{"01":["h"]}])", "check_hooks: \"01\" is not a status"},
      {R"("interval":60,"pipelines":[{"name":"p"}],"ttl":61,"check_hooks":[{"non-zero":["h"]},{"255":["h"]},{"ok":["h"]}])", ""},
  };
  for (auto& r : kRows) {
    CAPTURE(r.json);
    std::string text = std::string(R"({"metadata":{"name":"c","namespace":"default"},)") + r.json + "}";
    Result<CheckConfig> config = decode<CheckConfig>(text);
    REQUIRE(config.ok());
    Status s = validate_check_definition(config.value);
    CHECK(s.ok() == (*r.part == 0));
    CHECK(s.message.find(r.part) != std::string::npos);
    CHECK(validate_check_config(config.value).ok());  // an agent that is asked to runs it
    // And what is asked for all the same leaves an event that can be stored and says why.
    Event event;
    event.entity =
        std::make_shared<const Entity>(decode<Entity>(R"({"entity_class":"agent","metadata":{"name":"h","namespace":"default"}})").value);
    event.check = decode<Check>(text).value;
    event.pipelines = event.check->pipelines;
    CHECK(event_make_storable(event));
    CHECK(validate_event(event).ok());
    CHECK(event.check->metadata.name == "c");
    if (*r.part && event.check->status != 0) CHECK(event.check->output.find("cannot be stored as it is") != std::string::npos);
  }
}

TEST_CASE("a pipeline may be named alone") {
  Result<CheckConfig> c = decode<CheckConfig>(R"({"metadata":{"name":"c"},"pipelines":[{"name":"ops"},{"name":"x","type":"Handler"}]})");
  REQUIRE(c.ok());
  CHECK(c.value.pipelines[0].type == "Pipeline");
  CHECK(c.value.pipelines[0].api_version == "core/v2");
  CHECK(c.value.pipelines[1].type == "Handler");
  Result<Event> e = decode<Event>(R"({"check":{"metadata":{"name":"c"},"pipelines":[{"name":"ops"}]},"pipelines":[{"name":"ops"}]})");
  REQUIRE(e.ok());
  CHECK(e.value.pipelines[0].type == "Pipeline");
  CHECK(e.value.check->pipelines[0].api_version == "core/v2");
}

TEST_CASE("silences: ends and beginnings that are no times are refused") {
  static const struct { const char* json; bool ok; } kRows[] = {
      {R"("expire":-1)", true}, {R"("expire":0)", true}, {R"("expire":3153600000)", true}, {R"("begin":-5)", true},
      {R"("expire":-5)", false}, {R"("expire":9223372036854775807)", false}, {R"("begin":1795165386000)", false},
      {R"("expire_at":1795165386000)", false}, {R"("expire_at":1795165386)", true},
  };
  const ResourceType* type = resource_by_plural("silenced");
  for (auto& r : kRows) {
    CAPTURE(r.json);
    auto decoded = type->decode(std::string(R"({"metadata":{"namespace":"default"},"check":"c",)") + r.json + "}");
    REQUIRE(decoded.ok());
    CHECK(type->validate(decoded.value.body).ok() == r.ok);
  }
}

TEST_CASE("what a handler of ours needs is asked for when it is defined") {
  struct { const char *spec, *part; } rows[] = {
      {R"("type":"webhook","webhook":{"url":"http://h/","body":"{{ .check.output"})", "webhook body: could not parse the template"},
      {R"("type":"webhook","webhook":{"url":"http://h/","body":"{{ nosuch .check.output }}"})", "nosuch"},
      {R"("type":"webhook","webhook":{"url":"http://h/","body":"{\"a\":{\"b\":[\"{{ .x\"]}}"})", "webhook body"},
      {R"("type":"webhook","webhook":{"url":"http://h/","body":"{\"a\":\"{{ .check.output }}\"}"})", ""},
      {R"("type":"webhook","webhook":{"url":"http://h:99999/"})", "webhook url"},
      {R"("type":"webhook","webhook":{"url":"http://"})", "webhook url"},
      {R"("type":"webhook","webhook":{"url":"http://h/","headers":{"a b":"c"}})", "is not a valid header name"},
      {R"("type":"webhook","webhook":{"url":"http://h/","headers":{"A":"b\r\nC: d"}})", "must be one line"},
      {R"("type":"webhook","webhook":{"url":"http://h/","headers":{"content-LENGTH":"3"}})", "\"content-LENGTH\" is set by picket"},
      {R"("type":"webhook","webhook":{"url":"http://h/","headers":{"Host":"x"}})", "\"Host\" is set by picket"},
      {R"("type":"webhook","webhook":{"url":"http://h/","headers":{"Transfer-Encoding":"chunked"}})", "is set by picket"},
      {R"("type":"webhook","webhook":{"url":"http://h/","headers":{"Hosts":"x"}})", ""},
      {R"("type":"pipe","command":"a\u0000b")", "command holds a NUL byte after 1 bytes"},
      {R"("type":"pipe","command":"a","env_vars":["A=b\u0000c"])", "environment variable holds a NUL byte"},
      {R"("type":"email","email":{"host":"h","from":"a@b.c","to":["d@e.f"],"subject":"{{ .check.output"})", "email subject"},
      {R"("type":"email","email":{"host":"h","from":"a@b.c","to":["d@e.f"],"body":"{{ end }}"})", "email body"},
      {R"("type":"email","email":{"host":"h","from":"a@b.c\r\nRCPT TO:<x@y.z>","to":["d@e.f"]})", "email from must be one line"},
      {R"("type":"email","email":{"host":"h","from":"a@b.c","to":["d@e.f","g@h.i\nBcc: x@y.z"]})", "email to: an address must be one line"},
      {R"("type":"tcp","socket":{"host":"h","port":70000})", "below 65536"},
  };
  const ResourceType* type = resource_by_plural("handlers");
  for (auto& r : rows) {
    CAPTURE(r.spec);
    auto decoded = type->decode(std::string(R"({"metadata":{"name":"h","namespace":"default"},)") + r.spec + "}");
    REQUIRE(decoded.ok());
    const Status s = type->validate(decoded.value.body);
    CHECK(s.ok() == (*r.part == 0));
    CHECK_MESSAGE(s.message.find(r.part) != std::string::npos, s.message);
  }
}

TEST_CASE("windows: 24 hours and zones become what is stored; days nobody knows are refused") {
  const ResourceType* checks = resource_by_plural("checks");
  auto subdue = [&](const char* days) {
    auto r = checks->decode(std::string(R"({"metadata":{"name":"c","namespace":"default"},"interval":60,"subdue":{"days":)") + days + "}}");
    REQUIRE(r.ok());
    Status s = checks->validate(r.value.body);
    return s.ok() ? r.value.body : s.message;
  };
  CHECK(subdue(R"({"all":[{"begin":"17:00 UTC","end":"08:00 UTC"}]})")
            .find(R"("subdue":{"days":{"all":[{"begin":"5:00PM","end":"8:00AM"}]}})") != std::string::npos);
  CHECK(subdue(R"({"all":[{"begin":"5:00PM","end":"08:00 AM"}]})").find(R"("end":"08:00 AM")") != std::string::npos);  // as it was
  CHECK(subdue(R"({"tuesdays":[{"begin":"5:00PM","end":"8:00AM"}]})") ==
        "subdue: \"tuesdays\" is not a day of the week; expected sunday to saturday, or all");
  CHECK(subdue(R"({"all":[{"begin":"25:00","end":"8:00AM"}]})").find("parsing time") != std::string::npos);
}

TEST_CASE("a check's ttl_status is a status that is not OK, and its command has no NUL") {
  struct { const char *part, *why; } rows[] = {{R"("command":"c")", ""},
                                               {R"("command":"c\u0000d")", "command holds a NUL byte after 1 bytes"},
                                               {R"("command":"c","env_vars":["A=\u0000"])", "environment variable holds a NUL byte"}};
  const ResourceType* type = resource_by_plural("checks");
  auto why = [&](const std::string& annotations, const std::string& part) {
    auto made = type->decode(R"({"metadata":{"name":"a","namespace":"default","annotations":{)" + annotations +
                             "}},\"interval\":9,\"ttl\":60," + part + "}");
    REQUIRE(made.ok());
    return type->validate(made.value.body).message;
  };
  for (auto& r : rows) CHECK(why("", r.part).find(r.why) == 0);
  for (const char* text : {"0", "banana", "-1", "256", ""})
    CHECK(why(std::string("\"ttl_status\":\"") + text + "\"", R"("command":"c")").find("annotation ttl_status \"") == 0);
  CHECK(why(R"("ttl_status":"2")", R"("command":"c")").empty());
  CHECK(why(R"("picket.io/ttl_status":"2")", R"("command":"c")").find("use ttl_status") != std::string::npos);
}
