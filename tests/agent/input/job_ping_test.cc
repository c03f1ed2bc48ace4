// tests/agent/input/job_ping_test.cc - pings as jobs and clients of healthchecks.io send them, and what is expected of them.
#include <doctest/doctest.h>

#include "agent/input/expected_result.h"
#include "agent/input/input_api.h"
#include "agent/input/job_ping.h"
#include "tests/agent/core/core_story.h"

using namespace picket;

namespace {

struct Jobs {
  Story s;
  PingBook book;
  int64_t later_ms = 0;
  Now now() {
    Now n = s.now();
    n.unix_ms += later_ms;
    return n;
  }
  ApiAnswer call(const char* path, const char* query = "", const std::string& body = "", const char* method = "POST") {
    ApiRequest r;
    r.method = method;
    r.path = path;
    r.query = query;
    r.body = body;
    return api_answer(s.core, {}, r, now(), &book);
  }
  void define(const std::string& checks) {
    Result<LocalSettings> settings = local_settings_parse(local_settings_standalone("{\"checks\":" + checks + "}"), "default");
    REQUIRE_MESSAGE(settings.ok(), settings.status.message);
    CHECK(settings.value.checks.empty());  // none is run here
    s.core.definitions = settings.value.definitions;
  }
  // As the agent queues it.
  Check taken(ApiAnswer answer) {
    REQUIRE(answer.events.size() == 1);
    expected_fill(s.core, answer.events[0], now());
    return *answer.events[0].check;
  }
};

std::string annotation(const Check& c, const char* key) {
  auto it = c.metadata.annotations.find(key);
  return it == c.metadata.annotations.end() ? "" : it->second;
}

std::string refusal(const std::string& checks) {
  return local_settings_parse(local_settings_standalone("{\"checks\":" + checks + "}"), "default").status.message;
}

}  // namespace

TEST_CASE("ping: the time between start and end is the run time, of each run by its id") {
  Jobs j;
  CHECK(j.call("/ping/b/start").events.empty());
  j.later_ms = 5000;
  j.call("/ping/b/start", "rid=7e6f2c1a-0000-4000-8000-000000000001");
  j.later_ms = 90'500;
  ApiAnswer a = j.call("/ping/b", "ttl=1d");
  REQUIRE(a.events.size() == 1);
  CHECK(a.events[0].check->duration == 90.5);
  REQUIRE(a.events[0].metrics);
  CHECK(a.events[0].metrics->points[0].name == kRunTimeMetric);
  CHECK(a.events[0].metrics->points[0].value == 90.5);
  CHECK(!j.call("/ping/b", "ttl=1d").events[0].metrics);
  CHECK(j.call("/ping/b/0", "rid=7e6f2c1a-0000-4000-8000-000000000001").events[0].check->duration == 85.5);
  CHECK(j.call("/ping/b/start", ("rid=" + std::string(200, 'x')).c_str()).status == 400);
  for (int i = 0; i < 2000; i++) j.call("/ping/b/start", ("rid=" + std::to_string(i)).c_str());
  CHECK(j.book.started.size() == kPingStartsMax);
}

TEST_CASE("ping: a job that began before a restart has its run time") {
  Jobs j;
  j.call("/ping/b/start", "rid=x");
  CHECK(j.book.changed);
  Jobs after;
  after.later_ms = 60'000;
  REQUIRE(ping_book_load(after.book, ping_book_text(j.book)).ok());
  CHECK(after.call("/ping/b/1", "rid=x").events[0].check->duration == 60);
  CHECK(!ping_book_load(after.book, "[1]").ok());
  CHECK(!ping_book_load(after.book, "{").ok());
}

TEST_CASE("ping: the end of a long output is kept, in whole characters, and the answer names the bound") {
  Jobs j;
  std::string body(150'000, 'x');
  body += "üü";
  ApiAnswer a = j.call("/ping/b", "ttl=1d", body);
  CHECK(a.status == 200);
  CHECK(a.body == "OK\n");
  CHECK(a.headers[0].second == "100000");
  const std::string& output = a.events[0].check->output;
  CHECK(output.find("[50004 earlier bytes omitted]\nxxx") == 0);
  CHECK(output.substr(output.size() - 4) == "üü");
}

TEST_CASE("ping: what nothing is expected of is taken, and its sender reads that") {
  Jobs j;
  CHECK(j.call("/ping/b").body == "OK; no ttl, and this agent expects nothing of it\n");
  CHECK(j.book.unexpected.count("b") == 1);
  CHECK(annotation(j.taken(j.call("/ping/b")), kReportedByAnnotation) == "ping");
  CHECK(annotation(j.taken(j.call("/ping/b", "ttl=60&ttl_status=1")), "ttl_status") == "1");
  CHECK(j.call("/ping/b", "ttl_status=x").body == "ttl_status must be an integer, not \"x\"\n");
}

TEST_CASE("an agent that expects something knows all names: a typing error is refused") {
  Jobs j;
  j.define(R"({"backup_db":{"expect":{"ttl":"26h"},"handlers":["oncall"],"contact":"dba"}})");
  ApiAnswer a = j.call("/ping/backup-db");
  CHECK(a.status == 404);
  CHECK(a.body == "\"backup-db\" is not expected by this agent; did you mean \"backup_db\"?\n");
  CHECK(j.call("/ping/backup-db/start").status == 404);
  CHECK(j.call("/ping/x").body == "\"x\" is not expected by this agent; define it with `expect` in the agent's configuration\n");
  Check c = j.taken(j.call("/ping/backup_db", "", "42 files"));
  CHECK(c.ttl == 26 * 3600);
  CHECK(c.handlers == StringList{"oncall"});
  CHECK(annotation(c, "contact") == "dba");
  CHECK(annotation(c, "picket.io/expected") == "every 26 h");
  CHECK(annotation(c, "ttl_status") == "2");
  CHECK(j.call("/ping/backup_db", "ttl=5m").body == "OK; ttl is not used: the next one is expected every 26 h\n");
  CHECK(j.taken(j.call("/ping/backup_db", "ttl=5m&handler=chat")).ttl == 26 * 3600);
  CHECK(j.taken(j.call("/ping/backup_db", "handler=chat")).handlers == StringList{"chat"});
}

TEST_CASE("a schedule: the next one is due after its next time and the grace") {
  Jobs j;
  j.define(R"({"nightly":{"expect":{"schedule":"0 2 * * *","tz":"Europe/Berlin","grace":"1h","status":1}}})");
  const int64_t begin_s = j.now().unix_s();
  Check c = j.taken(j.call("/ping/nightly"));
  CHECK(c.ttl > 3600);
  CHECK(c.ttl <= 25 * 3600);
  CHECK((begin_s + c.ttl) % 3600 == 0);
  CHECK(annotation(c, "picket.io/expected") == "daily at 02:00 Europe/Berlin with 1 h grace");
  CHECK(annotation(c, "ttl_status") == "1");
}

TEST_CASE("what is expected is announced once, also over restarts, so a job that never reports is missed") {
  Jobs j;
  j.define(R"({"a":{"expect":{"ttl":"1h"}},"b":{"expect":{"ttl":3600},"source":"db1"}})");
  std::vector<Event> events = expected_announce(j.s.core, j.book, j.now());
  REQUIRE(events.size() == 2);
  CHECK(events[0].check->status == 0);
  CHECK(events[0].check->ttl == 3600);
  CHECK(events[0].check->output == "No result yet, expected every 1 h");
  CHECK(annotation(*events[0].check, "picket.io/never-reported") == "true");
  CHECK(events[1].check->proxy_entity_name == "db1");
  CHECK(expected_announce(j.s.core, j.book, j.now()).empty());
  PingBook next;
  REQUIRE(ping_book_load(next, ping_book_text(j.book)).ok());
  CHECK(expected_announce(j.s.core, next, j.now()).empty());
  CHECK(annotation(j.taken(j.call("/ping/a")), "picket.io/never-reported").empty());
  j.define("{}");
  CHECK(expected_announce(j.s.core, next, j.now()).empty());
  CHECK(next.announced.empty());
}

TEST_CASE("a definition that expects nothing it could, or is run as well, is refused") {
  struct Row { const char* expect; const char* error; };
  const Row rows[] = {
      {R"({"a":{"expect":{}}})", "checks.a: expect: either ttl or schedule says when a result is due; exactly one of them is needed"},
      {R"({"a":{"expect":{"ttl":"1h","schedule":"@daily"}}})", "checks.a: expect: either ttl or schedule says when a result is due; exactly one of them is needed"},
      {R"({"a":{"expect":{"scheduel":"@daily"}}})", "checks.a: expect: \"scheduel\" is unknown; did you mean \"schedule\"?"},
      {R"({"a":{"expect":{"ttl":"soon"}}})", "checks.a: expect: ttl \"soon\" is not a span; expected one like 26h, 1d or 90m"},
      {R"({"a":{"expect":{"ttl":"1s"}}})", "checks.a: expect: ttl \"1s\" is out of range; expected 5 s to 10 years"},
      {R"({"a":{"expect":{"schedule":"0 2 * * *","tz":"Berlin"}}})", "checks.a: expect: tz \"Berlin\" is unknown; expected a name like Europe/Berlin, or UTC"},
      {R"({"a":{"expect":{"schedule":"0 2 30 2 *"}}})", "checks.a: expect: schedule \"0 2 30 2 *\" never comes"},
      {R"({"a":{"expect":{"ttl":"1h","tz":"UTC"}}})", "checks.a: expect: tz belongs to schedule; a ttl has no zone"},
      {R"({"a":{"expect":{"ttl":"1h","status":0}}})", "checks.a: expect: status must be from 1 to 255: it is that of the silence"},
      {R"({"a":{"expect":{"ttl":"1h"},"command":"true"}})", "checks.a: expect is for results that something else sends; omit the command, or use ttl"},
      {R"({"a":{"expect":{"ttl":"1h"},"interval":60}})", "checks.a: interval and cron say when a check is run; use expect.ttl or expect.schedule"},
      {R"({"a":{"expect":{"ttl":"1h"},"ttl":60}})", "checks.a: ttl and expect; use expect.ttl"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.expect);
    CHECK(refusal(r.expect) == r.error);
  }
  CHECK(refusal(R"({"a":{"expect":{"schedule":"@daily","grace":"90m"}}})").empty());
}
