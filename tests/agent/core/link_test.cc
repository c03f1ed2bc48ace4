// tests/agent/core/link_test.cc - dialling, waiting, heartbeat, leaving.
#include <doctest/doctest.h>

#include "tests/agent/core/core_story.h"

using namespace picket;

TEST_CASE("a refused agent tries the backends in turn and waits longer each time") {
  Story s;
  CHECK(s.tick(0) == "connect:ws://two:9");
  core_disconnected(s.core, s.now());
  CHECK(s.tick(999) == "");
  CHECK(s.tick(1000) == "connect:ws://one:8081");
  core_disconnected(s.core, s.now());
  CHECK(s.tick(2999) == "");
  CHECK(s.tick(3000) == "connect:ws://two:9");
  for (int i = 0; i < 20; i++) {
    core_disconnected(s.core, s.now());
    int64_t due = core_next_due(s.core, s.now());
    CHECK(due - s.mono <= 120'000);
    CHECK(s.tick(due) != "");
  }
}

TEST_CASE("after a session the first reconnect is immediate, unless sessions keep ending at once") {
  Story s;
  s.online();
  s.mono = 5000;
  core_disconnected(s.core, s.now());
  CHECK(s.tick(5000) == "connect:ws://one:8081");
  for (int i = 0; i < 3; i++) {
    core_connected(s.core, s.now(), false, "");
    s.tick(s.mono);
    core_disconnected(s.core, s.now());
    CHECK(s.tick(s.mono).rfind("connect", 0) == 0);
  }
  core_connected(s.core, s.now(), false, "");
  s.tick(s.mono);
  core_disconnected(s.core, s.now());
  CHECK(s.tick(s.mono) == "");
  CHECK(s.tick(s.mono + 1000).rfind("connect", 0) == 0);
}

TEST_CASE("an agent that was stopped itself asks once more before it leaves") {
  AgentConfig c;
  Link link;
  link_opened(
      link, c, false, [] { return 0.0; }, 0);
  CHECK(link_tick(link, c, 100'000) == LinkWants::ping);  // for 100 s nobody looked
  CHECK(link_next_due(link) <= 102'000);
  link_pong(link, c, 100'050);
  CHECK(link_tick(link, c, 100'060) == LinkWants::nothing);
  CHECK(link_tick(link, c, 200'000) == LinkWants::ping);
  CHECK(link_tick(link, c, 201'999) == LinkWants::nothing);
  CHECK(link_tick(link, c, 300'000) == LinkWants::give_up);  // it had its second look
}

TEST_CASE("pings every 30 s; without a pong the agent leaves with bye after 45 s") {
  Story s;
  s.online();
  s.core.keepalive_at = kNever;  // not the subject
  CHECK(s.tick(29'999) == "");
  CHECK(s.tick(30'000) == "ping");
  s.pong();
  CHECK(s.tick(60'000) == "ping");
  CHECK(s.tick(74'999) == "");
  CHECK(s.tick(75'000) == "close:1001");
  core_disconnected(s.core, s.now());
  CHECK(s.tick(75'000).rfind("connect", 0) == 0);
}

TEST_CASE("an agent that slept for an hour sends one ping and one keepalive, not hundreds") {
  Story s;
  s.online();
  s.core.link.pong_deadline = kNever;
  CHECK(s.tick(3'600'000) == "ping send:keepalive");
  CHECK(s.tick(3'600'000) == "");
}

TEST_CASE("the backend speaks of entity_config: wait for it, at most two seconds") {
  Story s;
  CHECK(s.tick(0) == "connect:ws://two:9");
  core_connected(s.core, s.now(), true, "");
  s.request(check_json("early", "echo early"), 100);
  CHECK(s.tick(0) == "");
  SUBCASE("it comes") {
    s.message(
        "entity_config\n{\"metadata\":{\"name\":\"a1\",\"namespace\":\"default\",\"labels\":{\"x\":\"y\"}},"
        "\"entity_class\":\"agent\",\"subscriptions\":[\"s1\"],\"deregister\":false,\"deregistration\":{}}");
    CHECK(s.tick(10) == "send:keepalive");
    CHECK(s.last({"entity", "metadata", "labels"}) == "{\"x\":\"y\"}");
    CHECK(s.last({"entity", "subscriptions"}) == "[\"s1\"]");
    CHECK(s.last({"sequence"}) == "1");
  }
  SUBCASE("the backend does not know us") {
    s.message(
        "entity_config\n{\"metadata\":{\"name\":\"not found\",\"namespace\":\"default\"},\"entity_class\":\"agent\","
        "\"subscriptions\":null,\"deregister\":false,\"deregistration\":{}}");
    CHECK(s.tick(10) == "send:keepalive");
    CHECK(s.last({"entity", "metadata", "name"}) == "\"a1\"");
    CHECK(s.last({"entity", "subscriptions"}) == "[\"linux\"]");
  }
  SUBCASE("it never comes") {
    CHECK(s.tick(1999) == "");
    CHECK(s.tick(2000) == "send:keepalive");
  }
  SUBCASE("one without metadata is refused, not fatal") {
    s.message("entity_config\n{\"entity_class\":\"agent\"}");
    s.message("entity_config\nnull");
    CHECK(s.tick(10) == "");
    CHECK(s.core.entity.metadata.name == "a1");
  }
}

TEST_CASE("a redacted label that made a round trip keeps its local value") {
  AgentConfig c = story_config();
  c.labels = {{"password", "hunter2"}, {"region", "eu"}};
  Story s(c);
  s.online();
  s.message(
      "entity_config\n{\"metadata\":{\"name\":\"a1\",\"namespace\":\"default\",\"labels\":{\"password\":\"REDACTED\",\"region\":"
      "\"REDACTED\"}},\"entity_class\":\"agent\",\"subscriptions\":[],\"redact\":[\"password\"]}");
  CHECK(s.core.entity.metadata.labels["password"] == "hunter2");
  CHECK(s.core.entity.metadata.labels["region"] == "REDACTED");  // region is not redacted: somebody wrote that
}

TEST_CASE("an agent-managed entity does not wait and is not changed") {
  AgentConfig c = story_config();
  c.agent_managed_entity = true;
  Story s(c);
  s.tick(0);
  core_connected(s.core, s.now(), true, "");
  CHECK(s.tick(0) == "send:keepalive");
  CHECK(s.last({"entity", "metadata", "created_by"}) == "\"agent\"");
  CHECK(s.last({"entity", "metadata", "labels"}) == "{\"sensu.io/managed_by\":\"sensu-agent\"}");
  s.message("entity_config\n{\"metadata\":{\"name\":\"other\",\"namespace\":\"default\"},\"entity_class\":\"agent\",\"subscriptions\":[]}");
  CHECK(s.core.entity.metadata.name == "a1");
}

TEST_CASE("a message without a newline ends the session, nonsense does not") {
  Story s;
  s.online();
  for (const char* text :
       {"whatever\n{}", "check_request\nnot json", "check_request\nnull", "check_request\n{}",
        "check_request\n{\"issued\":1,\"config\":{\"interval\":\"x\"}}", "entity_config\nnot json", "\n", "ack\n{\"seq\":1}"}) {
    CAPTURE(text);
    s.message(text);
    CHECK(s.tick(0) == "");
  }
  s.message("nonewline");
  CHECK(s.tick(0) == "close:1001");
  s.message("nonewline");  // already leaving
  CHECK(s.tick(0) == "");
}

TEST_CASE("max-session-length ends a session between half of it and all of it") {
  AgentConfig c = story_config();
  c.max_session_ms = 6000;
  Story s(c);
  s.online();
  CHECK(s.tick(2999) == "");
  CHECK(s.tick(3000) == "close:1001");
}

TEST_CASE("keepalives carry what the options say, at their interval") {
  AgentConfig c = story_config();
  c.keepalive_critical_s = 300;
  c.keepalive_labels = {{"l", "1"}};
  c.keepalive_handlers = {"slack"};
  c.keepalive_pipelines = {{"p1", "Pipeline", "core/v2"}};
  Story s(c);
  s.tick(0);
  core_connected(s.core, s.now(), false, "");
  CHECK(s.tick(0) == "send:keepalive");
  CHECK(s.last({"check", "interval"}) == "20");
  CHECK(s.last({"check", "timeout"}) == "120");
  CHECK(s.last({"check", "ttl"}) == "300");
  CHECK(s.last({"metadata", "labels"}) == "{\"l\":\"1\"}");
  CHECK(s.last({"entity", "keepalive_handlers"}) == "[\"slack\"]");
  CHECK(s.last({"pipelines"}) == "[{\"name\":\"p1\",\"type\":\"Pipeline\",\"api_version\":\"core/v2\"}]");
  CHECK(s.last({"timestamp"}) == "1700000000");
  CHECK(s.tick(19'999) == "");
  CHECK(s.tick(20'000) == "send:keepalive");
  CHECK(s.last({"sequence"}) == "2");
  CHECK(s.last({"timestamp"}) == "1700000020");
}

TEST_CASE("the upgrade request carries a password or a certificate, never both, and never octet-stream") {
  AgentConfig c = story_config();
  Story plain(c);
  core_tick(plain.core, plain.now());
  auto headers = std::get<Connect>(plain.core.actions.front()).headers;
  auto has = [&](const char* name, const char* value) {
    for (auto& h : headers)
      if (h.first == name) return h.second == value;
    return false;
  };
  CHECK(has("Authorization", "Basic YWdlbnQ6UEBzc3cwcmQh"));
  CHECK(has("Accept", "application/json"));
  CHECK(has("Sensu-Subscriptions", "linux"));
  CHECK_FALSE(has("Picket-Ack", ""));
  c.key_file = "/k";
  Story tls(c);
  core_tick(tls.core, tls.now());
  headers = std::get<Connect>(tls.core.actions.front()).headers;
  for (auto& h : headers) {
    CHECK(h.first != "Authorization");
    CHECK(h.first != "Sensu-User");
  }
}

TEST_CASE("a configuration that the backend's entity overrules is named by its fields, once") {
  Story s;
  log_set_level(LogLevel::warn);
  std::string log;
  log_set_sink([&log](std::string_view line) { log.append(line); });
  s.tick(0);
  core_connected(s.core, s.now(), true, "");
  const std::string config = R"(entity_config
{"metadata":{"name":"a1","namespace":"default"},"entity_class":"agent","subscriptions":["windows","entity:a1"],"user":"agent","redact":)" +
      std::string(R"(["password","passwd","pass","api_key","api_token","access_key","secret_key","private_key","secret"]})");
  s.message(config);
  CHECK(log.find("\"fields\":\"subscriptions\"") != std::string::npos);
  log.clear();
  s.message(config);
  CHECK(log.empty());
  std::string same = config;
  same.replace(same.find("windows"), 7, "linux");
  s.message(same);
  CHECK(log.empty());
  s.message(config);
  CHECK(log.find("\"fields\":\"subscriptions\"") != std::string::npos);
  log_set_sink({});
}
