// tests/backend/ingest/nothing_silent_test.cc - every way of losing a result, a step of a pipeline or a deadline leaves a line
// in the log or an event that names entity and check.
// docs/ALERTING.md has the list; each row here is one of it.
#include "tests/backend/api/api_world.h"
#include "tests/backend/ingest/host_result.h"
#include "backend/deliver/pipelines.h"
#include "backend/ingest/ingest.h"
#include "backend/ingest/schedule_driver.h"
#include "common/rules/expectation.h"

using namespace picket;

namespace {

struct Silent {
  World w;
  std::vector<std::string> lines;
  Silent() {
    log_set_sink([this](std::string_view line) { lines.emplace_back(line); });
  }
  ~Silent() {
    log_set_sink([](std::string_view) {});
  }

  void put(const std::string& kind, const std::string& name, const std::string& rest) {
    const Answer a =
        w.call("PUT", DEFAULT "/" + kind + "/" + name, R"({"metadata":{"name":")" + name + R"(","namespace":"default"},)" + rest + "}");
    CHECK_MESSAGE(a.code / 100 == 2, a.body);
  }
  Event result(const std::string& check, uint32_t status, StringList handlers) {
    Event e = host_result(check, status);
    e.check->handlers = std::move(handlers);
    return e;
  }
  void take(Event e, EventOrigin origin = EventOrigin::api) { backend_event(w.backend, std::move(e), origin, {}); }
  // A line of the log with all of these words.
  bool said(const std::vector<std::string>& words) {
    return w.until(
        [&] {
          return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
            return std::all_of(words.begin(), words.end(), [&](const std::string& word) { return line.find(word) != std::string::npos; });
          });
        },
        10'000);
  }
};

}  // namespace

TEST_CASE("nothing is silent: handlers, filters, mutators, pipelines") {
  struct { const char* check; void (*make)(Silent&); StringList handlers; const char* why; } rows[] = {
      {"unknown", [](Silent&) {}, {"gone"}, "handler does not exist"},
      {"nofilter", [](Silent& s) { s.put("handlers", "hf", R"("type":"pipe","command":"true","filters":["gone"])"); }, {"hf"}, "filter gone: filter does not exist"},
      {"nomutator", [](Silent& s) { s.put("handlers", "hm", R"("type":"pipe","command":"true","mutator":"gone")"); }, {"hm"}, "mutator gone: mutator does not exist"},
      {"badmutator", [](Silent& s) {
         s.put("mutators", "m", R"("command":"exit 3")");
         s.put("handlers", "hb", R"("type":"pipe","command":"true","mutator":"m")");
       }, {"hb"}, "mutator m: exit status 3"},
      {"jsmutator", [](Silent& s) {
         s.put("mutators", "js", R"("type":"javascript","eval":"return 5")");
         s.put("handlers", "hj", R"("type":"pipe","command":"true","mutator":"js")");
       }, {"hj"}, "bad mutator result"},
      {"command", [](Silent& s) { s.put("handlers", "hc", R"("type":"pipe","command":"exit 4")"); }, {"hc"}, "exit status 4"},
      {"socket", [](Silent& s) { s.put("handlers", "hs", R"("type":"tcp","timeout":2,"socket":{"host":"127.0.0.1","port":1})"); }, {"hs"}, "not sent to 127.0.0.1:1"},
      {"file", [](Silent& s) { s.put("handlers", "hd", R"("type":"file","file":{"path":"/no/such/dir/x"})"); }, {"hd"}, "cannot open"},
      {"template", [](Silent& s) { s.put("handlers", "ht", R"("type":"webhook","webhook":{"url":"http://127.0.0.1:1/","body":"{{ .check.nosuch.thing }}"})"); }, {"ht"}, "webhook body"},
      {"deep", [](Silent& s) { s.put("handlers", "round", R"("type":"set","handlers":["round"])"); }, {"round"}, "nested too deeply"},
  };
  Silent s;
  for (auto& r : rows) {
    CAPTURE(r.check);
    r.make(s);
    s.take(s.result(r.check, 2, r.handlers));
    CHECK(s.said({"handler did not notify of an event", "\"entity\":\"host\"", std::string("\"check\":\"") + r.check + "\"", r.why}));
  }
  Event e = s.result("nopipeline", 2, {});
  e.check->pipelines = {{"gone", "Pipeline", "core/v2"}};
  s.take(std::move(e));
  CHECK(s.said({"did not notify of an event", "\"check\":\"nopipeline\"", "pipeline does not exist"}));
}

TEST_CASE("nothing is silent: an event that finds no room among those that wait for their handlers") {
  Silent s;
  s.put("handlers", "h", R"("type":"pipe","command":"true")");
  size_t& waiting = s.w.backend->pipelines->waiting_bytes;
  waiting += kRunsBytesMax;
  s.take(s.result("crowded", 2, {"h"}));
  CHECK(s.said({"event not delivered", "\"entity\":\"host\"", "\"check\":\"crowded\""}));
  CHECK(s.said({"handler did not notify of an event", "\"check\":\"crowded\"", "too many events are queued"}));
  waiting -= kRunsBytesMax;
}

TEST_CASE("nothing is silent: results and deadlines") {
  Silent s;
  Event bad = s.result("unstorable", 0, {});
  bad.check->output_metric_thresholds = {{"up", {}, {}, 0}};
  s.take(std::move(bad), EventOrigin::agent);
  CHECK(s.said({"invalid result", "\"entity\":\"host\"", "\"check\":\"unstorable\"", "threshold"}));

  Event old = s.result("switch", 0, {});
  old.check->ttl = 60;
  s.take(std::move(old));
  Event dead = s.result("keepalive", 2, {});
  s.take(std::move(dead), EventOrigin::keepalive);
  CHECK(s.w.until([&] {
    return store_get_event(s.w.backend->store, {"default", "host", "keepalive"}).ok() &&
        store_get_event(s.w.backend->store, {"default", "host", "switch"}).ok();
  }));
  liveness_put_off(s.w.backend->ingest->liveness, {"default", "host", "switch"}, os_mono_ms() - 1);
  ingest_timer(s.w.backend);
  CHECK(s.said({"held back until the host is back", "\"entity\":\"host\"", "\"check\":\"switch\""}));

  s.take(s.result("keepalive", 0, {}), EventOrigin::keepalive);
  liveness_put_off(s.w.backend->ingest->liveness, {"default", "host", "switch"}, os_mono_ms() - 100'000);
  s.w.backend->ingest->liveness.countdowns[{"default", "host", "switch"}].held = false;
  ingest_timer(s.w.backend);
  CHECK(s.said({"check ttl expired", "\"entity\":\"host\"", "\"check\":\"switch\""}));
}

TEST_CASE("nothing is silent: a result without a ttl ends the countdown of its check") {
  Silent s;
  auto take = [&](const std::string& output, int64_t ttl) {
    Event e = s.result("backup", 0, {});
    e.check->ttl = ttl;
    e.check->output = output;
    s.take(std::move(e));
    CHECK(s.w.until([&] {
      const Result<StoredEvent> stored = store_get_event(s.w.backend->store, {"default", "host", "backup"});
      return stored.ok() && stored.value.head.find(output) != std::string::npos;
    }));
  };
  auto warnings = [&] {
    return std::count_if(s.lines.begin(), s.lines.end(),
                         [](const std::string& line) { return line.find("without a ttl stopped the ttl timer") != std::string::npos; });
  };
  take("one", 60);
  take("two", 60);
  CHECK(warnings() == 0);
  take("three", 0);
  CHECK(s.said({"\"level\":\"warning\"", "a result without a ttl stopped the ttl timer", "\"entity\":\"host\"", "\"check\":\"backup\""}));
  take("four", 0);
  CHECK(warnings() == 1);  // there was nothing to end
}

TEST_CASE("nothing is silent: checks that are not run, or run without something") {
  Silent s;
  s.put("entities", "sw1", R"("entity_class":"proxy","labels":null)");
  s.put(
      "checks", "proxied",
      R"("command":"ping {{ .labels.ip }}","interval":60,"subscriptions":["x"],"proxy_requests":{"entity_attributes":["entity.name == 'sw1'"]})");
  s.put("checks", "nobody",
        R"("command":"true","interval":60,"subscriptions":["x"],"proxy_requests":{"entity_attributes":["entity.name == 'none'"]})");
  s.put("checks", "assets", R"("command":"true","interval":60,"subscriptions":["x"],"runtime_assets":["gone"])");
  s.put("checks", "never", R"("command":"true","cron":"0 0 30 2 *","subscriptions":["x"])");
  s.put("checks", "ring", R"("command":"true","interval":60,"round_robin":true,"subscriptions":["entity:a"])");
  for (const char* name : {"proxied", "nobody"}) CHECK(backend_execute_check(s.w.backend, "default", name, {}).ok());
  CHECK(s.said({"check not requested", "\"check\":\"proxied\"", "sw1 is skipped"}));
  CHECK(s.said({"check not requested", "\"check\":\"nobody\"", "no matching entities"}));
  CHECK(s.said({"uses an unknown asset", "\"check\":\"assets\"", "gone"}));
  CHECK(s.said({"check not requested", "\"check\":\"never\"", "no run time"}));
  CHECK(s.said({"check not requested", "\"check\":\"ring\"", "round robin needs a subscription"}));
  // The proxy's own event says what its check lacks.
  CHECK(s.w.until([&] { return store_get_event(s.w.backend->store, {"default", "sw1", "proxied"}).ok(); }));
  const std::string head = store_get_event(s.w.backend->store, {"default", "sw1", "proxied"}).value.head;
  CHECK(head.find("\"status\":3") != std::string::npos);
  CHECK(head.find("unmatched token") != std::string::npos);
}

TEST_CASE("a job that missed its time is said to be silent again when it misses the next one") {
  Silent s;
  Event job = s.result("backup", 0, {});
  Expectation yearly;
  yearly.schedule = "0 0 1 1 *";
  yearly.tz = "UTC";
  job.check->executed = os_unix_ms() / 1000;
  expectation_stamp(yearly, kByAgent, job.check->executed, *job.check);
  job.check->interval = 1;
  job.check->ttl = kLivenessTtlMin;  // as of a result just before the deadline
  s.take(std::move(job));
  const EventKey key("default", "host", "backup");
  Ingest& ingest = *s.w.backend->ingest;
  CHECK(s.w.until([&] { return store_get_event(s.w.backend->store, key).ok() && liveness_find(ingest.liveness, key); }));
  liveness_put_off(ingest.liveness, key, os_mono_ms() - 1);
  ingest_timer(s.w.backend);
  CHECK(s.said({"check ttl expired", "\"check\":\"backup\""}));
  const int64_t left_s = expectation_deadline(yearly, os_unix_ms() / 1000) - os_unix_ms() / 1000;
  const Countdown* countdown = liveness_find(ingest.liveness, key);
  REQUIRE(countdown);
  CHECK(std::abs(countdown->ttl - left_s) <= 5);
  CHECK(std::abs((countdown->deadline_ms - os_mono_ms()) / 1000 - left_s) <= 5);
  CHECK(s.w.until([&] {
    const Answer a = s.w.call("GET", DEFAULT "/events/host/backup");
    return std::abs(json_int64(json_at(a.body, {"check", "ttl"})).value - left_s) <= 5;  // so that a start knows it
  }));
}
