// tests/cli/dispatch/incident_test.cc - incidents on the command line: what is asked, what is printed, and the exit status.
#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>

#include "cli/show/incident_text.h"
#include "tests/cli/dispatch/fake_api.h"

using namespace picket;

namespace {

constexpr const char* kOne =
    R"({"id":"674c2a1b9f3e","namespace":"default","entity":"web1","check":"disk","begin":1000,"end":%END%,"status":1,"worst":2,)"
    R"("results":3,"output":"95 %","ended_by":"","notified":%NOTIFIED%,"decisions":[)"
    R"({"at":1001,"last":1001,"count":1,"handler":"slack","outcome":"silenced","status":2,"why":"because"},)"
    R"({"at":1200,"last":1300,"count":3,"handler":"mail","outcome":"delivered","status":1,"why":"sent"}],"left_out":0})";

std::string one(int64_t end, bool notified) {
  std::string text = kOne;
  text.replace(text.find("%END%"), 5, std::to_string(end));
  return text.replace(text.find("%NOTIFIED%"), 10, notified ? "true" : "false");
}

constexpr const char* kOf = "GET /api/picket/v1/namespaces/default/incidents?limit=1000&entity=web1&check=disk";

}  // namespace

TEST_CASE("incident list: the exit status says whether an open incident has notified nobody") {
  struct Row { int64_t end; bool notified; int status; const char* why; } rows[] = {
      {0, true, 0, "open, and somebody was notified"}, {0, false, 1, "open, and nobody was"}, {2000, false, 0, "it has ended"}};
  for (const Row& r : rows) {
    CAPTURE(r.why);
    FakeApi f;
    f.answer_any = {200, "[" + one(r.end, r.notified) + "]"};
    CHECK(f.run({"incident", "list", "--since", "7d", "--entity", "web1/disk", "--open"}) == r.status);
    REQUIRE(f.asked.size() == 1);
    CHECK(f.asked[0].find("/namespaces/default/incidents?limit=1000&open=true&entity=web1&check=disk&since=") != std::string::npos);
    CHECK(f.out.find("674c2a1b9f3e") != std::string::npos);
    CHECK(f.out.find("critical") != std::string::npos);
    CHECK(f.out.find(r.notified ? "yes" : "nobody") != std::string::npos);
  }
  FakeApi f;
  CHECK(f.run({"incident", "list"}) == 1);
  CHECK(f.err.find("this backend does not offer incidents") != std::string::npos);
}

TEST_CASE("incident list: what somebody silenced or acknowledged is no alarm") {
  struct Row { const char *decisions, *more; int status; } rows[] = {
      {R"({"handler":"a","outcome":"silenced"})", "", 0},
      {R"({"handler":"a","outcome":"silenced"},{"handler":"b","outcome":"filtered"})", "", 0},
      {R"({"handler":"a","outcome":"failed"},{"handler":"b","outcome":"silenced"})", "", 1},
      {R"({"handler":"a","outcome":"silenced"},{"handler":"a","outcome":"failed"})", "", 1},
      {R"({"handler":"a","outcome":"filtered"})", "", 1},
      {"", "", 1},
      {R"({"handler":"a","outcome":"failed"})", R"(,"acknowledged":{"by":"anna","at":1,"until":0,"reason":"on it"})", 0},
      {R"({"handler":"a","outcome":"failed"})", R"(,"acknowledged":{"by":"anna","at":1,"until":5,"reason":"on it"})", 1},
  };
  for (const Row& r : rows) {
    CAPTURE(r.decisions);
    FakeApi f;
    f.answer_any = {200,
                    R"([{"id":"1","namespace":"default","entity":"e","check":"c","begin":1,"end":0,"notified":false,"decisions":[)" +
                        std::string(r.decisions) + "]" + r.more + "}]"};
    CHECK(f.run({"incident", "list"}) == r.status);
  }
}

TEST_CASE("incident list: an entity that there is not, and what is no entity or no time") {
  struct Row { const char *flag, *value, *part; } rows[] = {{"--entity", "a/b/c", "expected ENTITY or ENTITY/CHECK"},
                                                            {"--entity", "/disk", "expected ENTITY or ENTITY/CHECK"},
                                                            {"--entity", "a/", "expected ENTITY or ENTITY/CHECK"},
                                                            {"--since", "-5h", "must not be negative"}};
  for (const Row& r : rows) {
    CAPTURE(r.value);
    FakeApi f;
    f.answer_any = {200, "[]"};
    CHECK(f.run({"incident", "list", std::string(r.flag) + "=" + r.value}) != 0);
    CHECK(f.err.find(r.part) != std::string::npos);
    CHECK(f.asked.empty());
  }
  FakeApi f;
  f.answer_any = {200, "[]"};
  CHECK(f.run({"incident", "list", "--entity", "web1"}) == 0);
  f.answers["GET /api/core/v2/namespaces/default/entities/nosuch"] = {404, "{}"};
  CHECK(f.run({"incident", "list", "--entity", "nosuch"}) != 0);
  CHECK(f.err.find("no such entity in namespace default") != std::string::npos);
}

TEST_CASE("incident info prints every decision") {
  FakeApi f;
  f.answers["GET /api/picket/v1/namespaces/default/incidents/674c2a1b9f3e"] = {200, one(0, true)};
  CHECK(f.run({"incident", "info", "674c2a1b9f3e"}) == 0);
  for (const char* word : {"web1/disk", "slack", "silenced", "because", "and 2 more until", "delivered"})
    CHECK_MESSAGE(f.out.find(word) != std::string::npos, word);
  CHECK(f.run({"incident", "info", "nothing"}) == 1);
}

TEST_CASE("event explain --history lists all, --at what was done by then") {
  FakeApi f;
  f.answers[kOf] = {200, "[" + one(2000, true) + "]"};
  CHECK(f.run({"event", "explain", "web1", "disk", "--history"}) == 0);
  CHECK(f.out.find("delivered") != std::string::npos);
  CHECK(f.run({"event", "explain", "web1", "disk", "--at", "1970-01-01T00:18:00Z"}) == 0);
  CHECK(f.out.find("was failing at") != std::string::npos);
  CHECK(f.out.find("silenced") != std::string::npos);
  CHECK(f.out.find("delivered") == std::string::npos);
  CHECK(f.run({"event", "explain", "web1", "disk", "--at", "1970-01-01T00:40:00Z"}) == 0);
  CHECK(f.out.find("was not failing at") != std::string::npos);
  CHECK(f.run({"event", "explain", "web1", "disk", "--at", "soon"}) != 0);
  CHECK(f.err.find("expected 03:00") != std::string::npos);
}

TEST_CASE("moments as people write them") {
  tm t{};
  t.tm_year = 126, t.tm_mon = 11, t.tm_mday = 1, t.tm_hour = 10, t.tm_isdst = -1;
  const int64_t now = int64_t(mktime(&t));
  struct Row { const char* text; int64_t hours_ago; } rows[] = {{"10:00", 0}, {"03:00", 7}, {"11:00", 23}, {"2026-12-01 03:00", 7}, {"09:00:00", 1}};
  for (const Row& r : rows) {
    CAPTURE(r.text);
    CHECK(moment_parse(r.text, now).value == now - r.hours_ago * 3600);
  }
  for (const char* bad : {"", "3", "25:00", "03:61", "2026-13-01 03:00", "yesterday"}) CHECK_FALSE(moment_parse(bad, now).ok());
}

TEST_CASE("durations have two units at most") {
  CHECK(incident_duration(0) == "0s");
  CHECK(incident_duration(59) == "59s");
  CHECK(incident_duration(3661) == "1h 1m");
  CHECK(incident_duration(90'000) == "1d 1h");
  CHECK(incident_duration(-5) == "0s");
}

TEST_CASE("handler test: what is asked, what is shown, and the exit status") {
  FakeApi f;
  const char* kPath = "POST /api/picket/v1/namespaces/default/handlers/slack/test";
  f.answers[kPath] = {200,
                      R"({"handlers":[{"handler":"slack","outcome":"delivered","why":"HTTP status 200: ok","took_ms":12,"sent":"{}"}]})"};
  CHECK(f.run({"handler", "test", "slack", "--status", "1", "--event", "web1/disk"}) == 0);
  CHECK(f.asked[0] == std::string(kPath) + R"( {"status":1,"entity":"web1","check":"disk"})");
  for (const char* word : {"HTTP status 200: ok", "12 ms", "Sent to slack:\n{}"})
    CHECK_MESSAGE(f.out.find(word) != std::string::npos, word);
  f.answers[kPath].second = R"({"handlers":[{"handler":"slack","outcome":"failed","why":"HTTP status 500"}]})";
  CHECK(f.run({"handler", "test", "slack"}) == 1);
  CHECK(f.run({"handler", "test", "slack", "--event", "web1"}) != 0);
  CHECK(f.run({"handler", "test", "slack", "--status", "bad"}) != 0);
  f.answers["POST /api/picket/v1/namespaces/default/filters/prod/test"] = {
      200, R"({"handlers":[{"handler":"test","outcome":"delivered","why":""}]})"};
  CHECK(f.run({"filter", "test", "prod"}) == 0);
  CHECK(f.out.find("passes") != std::string::npos);
}

TEST_CASE("event ack: what is asked, and what is shown") {
  FakeApi f;
  const char* kPath = "/api/picket/v1/namespaces/default/events/web1/disk/acknowledge";
  f.answers[std::string("PUT ") + kPath] = {201, ""};
  f.answers[std::string("DELETE ") + kPath] = {201, ""};
  CHECK(f.run({"event", "ack", "web1/disk", "--for", "2h", "--reason", "mine"}) == 0);
  CHECK(f.asked[0] == std::string("PUT ") + kPath + R"( {"reason":"mine","for":7200})");
  CHECK(f.run({"event", "ack", "web1", "disk", "--withdraw"}) == 0);
  CHECK(f.asked[0] == std::string("DELETE ") + kPath);
  CHECK(f.run({"event", "ack", "web1/disk"}) != 0);
  CHECK(f.err.find("--reason is missing") != std::string::npos);
  CHECK(f.run({"event", "ack", "web1"}) != 0);
  CHECK(incident_ack_text(R"({"acknowledged":{"by":"anna","reason":"mine","until":0}})") == "Acknowledged by anna: mine");
  CHECK(incident_ack_text("{}") == "");
}
