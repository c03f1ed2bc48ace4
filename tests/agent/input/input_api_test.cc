// tests/agent/input/input_api_test.cc - the agent's HTTP API, route by route.
#include <doctest/doctest.h>

#include "agent/input/input_api.h"
#include "tests/agent/core/core_story.h"

using namespace picket;

namespace {
ApiAnswer call(Story& s, const char* method, const char* path, const char* body = "", const char* query = "") {
  ApiRequest r;
  r.method = method;
  r.path = path;
  r.query = query;
  r.body = body;
  r.content_type = "application/json";
  return api_answer(s.core, {}, r, s.now());
}
}  // namespace

TEST_CASE("status and body of every route") {
  struct Row { const char* why; const char* method; const char* path; const char* body; int status; const char* answer; };
  const Row rows[] = {
      {"no backend", "GET", "/healthz", "", 503, "sensu backend unavailable"},
      {"version", "GET", "/version", "", 200, "{\"version\":\"6.9.2\"}"},
      {"unknown", "GET", "/", "", 404, "404 page not found\n"},
      {"wrong method", "GET", "/events", "", 405, ""},
      {"wrong method", "PUT", "/events", "{}", 405, ""},
      {"null", "POST", "/events", "null", 400, "an event must be provided\n"},
      {"nothing in it", "POST", "/events", "{}", 400, "at least check or metrics need to be instantiated for this event\n"},
      {"no name", "POST", "/events", "{\"check\":{}}", 400, "check name must not be empty\n"},
      {"the flat shape", "POST", "/events", "{\"check\":{\"name\":\"flat\",\"status\":0,\"output\":\"x\"}}", 400, "check name must not be empty\n"},
      {"bad name", "POST", "/events", "{\"check\":{\"metadata\":{\"name\":\"bad name!\"}}}", 400, "check name cannot contain spaces or special characters\n"},
      {"taken", "POST", "/events", "{\"check\":{\"metadata\":{\"name\":\"a\"},\"output\":\"o\",\"status\":1}}", 202, ""},
      {"metrics only", "POST", "/events", "{\"metrics\":{\"handlers\":[],\"points\":[]}}", 202, ""},
      {"teapot", "GET", "/brew", "", 418, "{\"response\":\"I'm a teapot!\"}"},
      {"no password set", "GET", "/settings", "", 401, "{\"response\":\"Not authorized; set api-user and api-password\"}"},
      {"a 1.x result", "POST", "/results", "{\"name\":\"a\",\"output\":\"o\"}", 202, "{\"response\":\"ok\"}"},
      {"a bad one", "POST", "/results", "{\"name\":\"a\"}", 400, "{\"response\":\"check output must be a string\"}"},
      {"no JSON", "POST", "/results", "{", 400, "{\"response\":\"Failed to parse JSON body\"}"},
      {"status is for the local socket", "GET", "/status", "", 404, "404 page not found\n"},
      {"ping without a name", "GET", "/ping/", "", 404, "404 page not found\n"},
  };
  Story s;
  for (const Row& r : rows) {
    CAPTURE(r.why);
    CAPTURE(r.path);
    ApiAnswer a = call(s, r.method, r.path, r.body);
    CHECK(a.status == r.status);
    CHECK(a.body == r.answer);
    CHECK(a.events.size() == (r.status == 202 ? 1u : 0u));
  }
  s.online();
  CHECK(call(s, "GET", "/healthz").body == "ok");
}

TEST_CASE("an event for another entity is a proxy's; the agent's own entity takes its place") {
  Story s;
  ApiAnswer a = call(
      s, "POST", "/events",
      "{\"check\":{\"metadata\":{\"name\":\"a\"}},\"entity\":{\"metadata\":{\"name\":\"p1\"},\"entity_class\":\"proxy\"},\"timestamp\":5}");
  REQUIRE(a.events.size() == 1);
  CHECK(a.events[0].check->proxy_entity_name == "p1");
  CHECK(a.events[0].timestamp == 5);
  s.online();
  core_event(s.core, s.now(), a.events[0]);
  s.tick(0);
  CHECK(s.last({"entity", "metadata", "name"}) == "\"a1\"");
  CHECK(s.last({"check", "processed_by"}) == "\"a1\"");
  CHECK(s.last({"sequence"}) == "0");
}

TEST_CASE("what no message can carry is refused, not accepted and lost") {
  Story s;
  const std::string large(9 << 20, 'x');
  auto event = [](const std::string& annotation, const std::string& output) {
    return "{\"check\":{\"metadata\":{\"name\":\"c\",\"annotations\":{\"a\":\"" + annotation + "\"}},\"output\":\"" + output + "\"}}";
  };
  ApiAnswer a = call(s, "POST", "/events", event(large, "").c_str());
  CHECK(a.status == 413);
  CHECK(a.events.empty());
  CHECK(a.body.find("check \"c\": the event exceeds the message limit (8388608 bytes)") == 0);
  CHECK(call(s, "POST", "/events", event("", large).c_str()).status == 202);  // its output is cut
  CHECK(call(s, "POST", "/ping/c", large.c_str()).status == 200);
  CHECK(call(s, "POST", "/events", event(std::string(2 << 20, '<'), "").c_str()).status == 413);  // six times as long as it came
  CHECK(call(s, "POST", "/events", event(std::string(1 << 20, 'x'), "").c_str()).status == 202);
}

TEST_CASE("ping: a result by curl") {
  Story s;
  ApiAnswer a = call(s, "POST", "/ping/backup%5Fdb", "done\n", "ttl=90000&status=1&source=db1&handler=mail");
  CHECK(a.status == 200);
  REQUIRE(a.events.size() == 1);
  const Check& c = *a.events[0].check;
  CHECK(c.metadata.name == "backup_db");
  CHECK(c.output == "done\n");
  CHECK(c.ttl == 90000);
  CHECK(c.status == 1);
  CHECK(c.proxy_entity_name == "db1");
  CHECK(c.handlers == StringList{"mail"});
  CHECK(call(s, "POST", "/ping/x", "", "ttl=soon").body == "ttl must be seconds or a duration, e.g. 25h or 1d, not \"soon\"\n");
  CHECK(call(s, "POST", "/ping/x", "", "status=1d").body == "status must be an integer, not \"1d\"\n");
  CHECK(call(s, "POST", "/ping/a%20b", "").body == "check name cannot contain spaces or special characters\n");
}

TEST_CASE("ping: a parameter that nobody knows watches nothing, so it is refused; spans are what they are for `picket run`") {
  Story s;
  struct { const char* query; int status; int64_t ttl; const char* body; } rows[] = {
      {"ttl=1d", 200, 86400, "OK\n"},
      {"ttl=25h", 200, 90000, "OK\n"},
      {"ttl=1h30m", 200, 5400, "OK\n"},
      {"ttl=90", 200, 90, "OK\n"},
      {"tttl=3600", 400, 0, "\"tttl\" is not a parameter of a ping; did you mean \"ttl\"?\n"},
      {"TTL=3600", 400, 0, "\"TTL\" is not a parameter of a ping; expected ttl, ttl_status, status, interval, executed, handler, handlers, source or rid\n"},
      {"ttl=60&hander=x", 400, 0, "\"hander\" is not a parameter of a ping; did you mean \"handler\"?\n"},
      {"ttl=-5", 400, 0, "check ttl must be an integer greater than 0\n"},
      {"ttl=100ms", 400, 0, "ttl must be seconds or a duration, e.g. 25h or 1d, not \"100ms\"\n"},
      {"rid=0b1c&create=1&ttl=60", 200, 60, "OK\n"},
      {"&&ttl=60", 200, 60, "OK\n"},
  };
  for (auto& r : rows) {
    CAPTURE(r.query);
    ApiAnswer a = call(s, "GET", "/ping/x", "", r.query);
    CHECK(a.status == r.status);
    if (std::string_view(r.query) != "TTL=3600") CHECK(a.body == r.body);
    if (r.status != 200) continue;
    REQUIRE(a.events.size() == 1);
    CHECK(a.events[0].check->ttl == r.ttl);
    CHECK(a.events[0].check->metadata.annotations["ttl_status"] == "2");
  }
}

TEST_CASE("ping: an empty or repeated parameter, and a path that contradicts the status, arm nothing, so they are refused") {
  Story s;
  const struct { const char *path, *query; int status; const char* named; } rows[] = {
      {"/ping/x", "ttl=", 400, "ttl has no value"},
      {"/ping/x", "ttl", 400, "ttl has no value"},
      {"/ping/x", "ttl=&status=0", 400, "ttl has no value"},
      {"/ping/x", "ttl=60&status=", 400, "status has no value"},
      {"/ping/x", "source=", 400, "source has no value"},
      {"/ping/x", "handler=", 400, "handler has no value"},
      {"/ping/x", "handlers", 400, "handlers has no value"},
      {"/ping/x", "executed=", 400, "executed has no value"},
      {"/ping/x", "interval=", 400, "interval has no value"},
      {"/ping/x", "=5", 400, "is not a parameter of a ping"},
      {"/ping/x", "ttl=1h&ttl=2h", 400, "ttl is set twice"},
      {"/ping/x", "handler=a&handler=b", 400, "handler is set twice"},
      {"/ping/x/fail", "status=0", 400, "status=0 contradicts /fail"},
      {"/ping/x/3", "status=0", 400, "status=0 contradicts /3"},
      {"/ping/x/0", "status=2", 400, "status=2 contradicts /0"},
      {"/ping/x/0", "status=0", 200, "OK"},
      {"/ping/x/fail", "status=1", 200, "OK"},
      {"/ping/x", "&ttl=1h&", 200, "OK"},
      {"/ping/x", "rid=&create=1&ttl=1h", 200, "OK"},
  };
  for (const auto& r : rows) {
    CAPTURE(r.path);
    CAPTURE(r.query);
    ApiAnswer a = call(s, "POST", r.path, "", r.query);
    CHECK(a.status == r.status);
    CHECK(a.body.find(r.named) != std::string::npos);
    CHECK(a.events.size() == (r.status == 200 ? 1 : 0));
  }
}

TEST_CASE("ping: as clients of healthchecks.io call it") {
  Story s;
  struct { const char *path, *query; int status, events; uint32_t check_status; } rows[] = {
      {"/ping/borg/start", "ttl=1d", 200, 0, 0}, {"/ping/borg/log", "", 200, 0, 0},
      {"/ping/borg/fail", "", 200, 1, 2},        {"/ping/borg/fail", "status=1", 200, 1, 1},
      {"/ping/borg/0", "", 200, 1, 0},           {"/ping/borg/1", "", 200, 1, 2},
      {"/ping/borg/255", "", 200, 1, 2},         {"/ping/borg/", "", 200, 1, 0},
      {"/ping/borg/256", "", 400, 0, 0},         {"/ping/borg/stop", "", 400, 0, 0},
      {"/ping/a/b/fail", "", 400, 0, 0},         {"/ping/borg/start", "tttl=5", 400, 0, 0},
  };
  for (auto& r : rows) {
    CAPTURE(r.path);
    ApiAnswer a = call(s, "POST", r.path, "the log", r.query);
    CHECK(a.status == r.status);
    REQUIRE(int(a.events.size()) == r.events);
    if (r.events == 0) continue;
    CHECK(a.events[0].check->metadata.name == "borg");
    CHECK(a.events[0].check->status == r.check_status);
    CHECK(a.events[0].check->output == "the log");
  }
}

TEST_CASE("/settings shows secrets only to a request that has the password and asks for them") {
  AgentConfig c = story_config();
  c.labels = {{"password", "hunter2"}};
  c.api_user = "u";
  c.api_password = "p";
  Story s(c);
  ApiRequest r;
  r.method = "GET";
  r.path = "/settings";
  r.authorization = "Basic dTpx";
  CHECK(api_answer(s.core, {}, r, s.now()).status == 401);
  r.authorization = "Basic dTpw";
  CHECK(api_answer(s.core, {}, r, s.now()).body.find("hunter2") == std::string::npos);
  r.query = "redacted=false";
  CHECK(api_answer(s.core, {}, r, s.now()).body.find("hunter2") != std::string::npos);
}

TEST_CASE("metrics and status are whole documents") {
  Story s;
  s.online();
  ApiRequest r;
  r.method = "GET";
  r.path = "/status";
  r.is_status_socket = true;
  ApiAnswer a = api_answer(s.core, {}, r, s.now());
  CHECK(json_check(a.body).ok());
  CHECK(json_at(a.body, {"session", "state"}) == "\"connected\"");
  CHECK(call(s, "GET", "/metrics").body.find("picket_agent_connected 1\n") != std::string::npos);
  r.path = "/events";
  r.method = "POST";
  r.body_too_large = true;
  CHECK(api_answer(s.core, {}, r, s.now()).status == 413);
}

TEST_CASE("what a web page makes a browser send is refused, what programs send is taken") {
  struct Row { const char *why, *host, *origin, *referer, *fetch_site; int status; };
  const Row rows[] = {
      {"curl", "127.0.0.1:3031", "", "", "", 202},
      {"curl by name", "localhost:3031", "", "", "", 202},
      {"this machine's name", "VM.example.org:3031", "", "", "", 202},
      {"its short name", "vm", "", "", "", 202},
      {"the entity's name", "a1:3031", "", "", "", 202},
      {"an address", "[::1]:3031", "", "", "", 202},
      {"a name of the configuration", "Agents.Example.org:3031", "", "", "", 202},
      {"HTTP/1.0", "", "", "", "", 202},
      {"a bookmark", "localhost:3031", "", "", "none", 202},
      {"a page", "127.0.0.1:3031", "http://evil.example", "", "", 403},
      {"a page of a file", "127.0.0.1:3031", "null", "", "", 403},
      {"a page of this machine's other port", "127.0.0.1:3031", "http://127.0.0.1:8000", "", "", 403},
      {"a picture of a page", "127.0.0.1:3031", "", "", "cross-site", 403},
      {"a picture of a neighbour's page", "127.0.0.1:3031", "", "", "same-site", 403},
      {"a picture of an old browser", "127.0.0.1:3031", "", "http://evil.example/page", "", 403},
      {"DNS rebinding", "evil.example:3031", "", "", "", 403},
      {"DNS rebinding by a name like an address", "127.0.0.1.evil.example", "", "", "", 403},
      {"DNS rebinding by a name like ours", "localhost.evil.example", "", "", "", 403},
      {"DNS rebinding, trailing dot", "evil.example.:3031", "", "", "", 403},
  };
  AgentConfig config = story_config();
  config.api_hosts = {"agents.example.org"};
  Story s(config);
  for (const Row& r : rows) {
    CAPTURE(r.why);
    for (const char* path : {"/events", "/results", "/ping/x", "/healthz", "/metrics"}) {
      CAPTURE(path);
      ApiRequest q;
      std::string_view p = path;
      bool is_read = p == "/healthz" || p == "/metrics";
      q.method = is_read ? "GET" : "POST";
      q.path = path;
      q.content_type = "application/json";
      q.body = p == "/events" ? R"({"check":{"metadata":{"name":"a"},"output":"o"}})" : R"({"name":"a","output":"o"})";
      q.own_host = "vm.example.org";
      q.host = r.host, q.origin = r.origin, q.referer = r.referer, q.fetch_site = r.fetch_site;
      ApiAnswer a = api_answer(s.core, {}, q, s.now());
      int wanted = p == "/healthz" ? 503 : r.status == 403 ? 403 : is_read || p == "/ping/x" ? 200 : 202;
      CHECK(a.status == wanted);
      CHECK(a.events.size() == (wanted == 202 || (wanted == 200 && !is_read) ? 1u : 0u));
      q.is_status_socket = true;
      CHECK(api_answer(s.core, {}, q, s.now()).status != 403);
    }
  }
}

TEST_CASE("with api-protect-all every route but /healthz asks for the password") {
  AgentConfig c = story_config();
  c.api_user = "u";
  c.api_password = "p";
  c.api_protect_all = true;
  Story s(c);
  CHECK(call(s, "GET", "/version").status == 401);
  CHECK(call(s, "POST", "/results", "{\"name\":\"a\",\"output\":\"o\"}").events.empty());
  CHECK(call(s, "GET", "/healthz").status == 503);
  ApiRequest r;
  r.method = "GET";
  r.path = "/version";
  r.authorization = "Basic dTpw";
  CHECK(api_answer(s.core, {}, r, s.now()).status == 200);
}

TEST_CASE("results of other programs are limited: a burst, then a rate") {
  AgentConfig c = story_config();
  c.input_rate = 10;
  c.input_burst = 3;
  Story s(c);
  CHECK(core_input_take(s.core, s.now(), 2));
  CHECK(core_input_take(s.core, s.now(), 1));
  CHECK_FALSE(core_input_take(s.core, s.now(), 1));
  s.mono += 100;
  CHECK(core_input_take(s.core, s.now(), 1));
  CHECK_FALSE(core_input_take(s.core, s.now(), 1));
  s.mono += 10'000;
  CHECK(core_input_take(s.core, s.now(), 3));
  CHECK_FALSE(core_input_take(s.core, s.now(), 1));
  CHECK(s.core.counters.input_refused == 3);
  ApiAnswer a = api_too_many(s.core);
  CHECK(a.status == 429);
  CHECK(a.body == "more than 10 results per second; see input-rate-limit\n");
}
