// tests/backend/agents/agent_sessions_test.cc - an agent's session over a real connection, and what the backend sends on it when.
#include "tests/backend/api/api_world.h"
#include "backend/agents/agent_sessions.h"
#include "backend/ingest/ingest.h"
#include "backend/ingest/schedule_driver.h"

using namespace picket;

namespace {

struct FakeAgent {
  World& w;
  Ws* ws = nullptr;
  std::vector<std::string> messages;
  FakeAgent(World& world, const std::string& name, const std::string& subscriptions, const Headers& more = {}) : w(world) {
    WsConnect request;
    request.url = "ws://127.0.0.1:" + std::to_string(backend_agent_port(w.backend));
    request.headers = {{"Authorization", "Basic " + base64_encode("agent:P@ssw0rd!")},
                       {"Sensu-AgentName", name},
                       {"Sensu-Namespace", "default"},
                       {"Sensu-User", "agent"},
                       {"Sensu-Subscriptions", subscriptions}};
    request.headers.insert(request.headers.end(), more.begin(), more.end());
    ws = ws_connect(w.net, std::move(request), [this](Ws*, const WsEvent& e) {
      if (e.kind == WsEvent::message) messages.emplace_back(e.data);
      if (e.kind == WsEvent::closed) ws = nullptr;
    });
  }
  ~FakeAgent() {
    if (ws) ws_abort(ws);
    w.until([&] { return !ws; });
  }
  size_t count(const std::string& beginning) const {
    size_t n = 0;
    for (const std::string& m : messages) n += m.compare(0, beginning.size(), beginning) == 0;
    return n;
  }
};

const char* const kKeepalive =
    R"(keepalive
{"timestamp":1,"entity":{"entity_class":"agent","metadata":{"name":"new-one","namespace":"default"},"subscriptions":["rec"],)"
    R"("system":{"network":{"interfaces":null}},"deregistration":{}},"check":{"metadata":{"name":"keepalive","namespace":"default"},)"
    R"("interval":20,"timeout":120},"metadata":{"namespace":"default"}})";

}  // namespace

TEST_CASE("a check executed as soon as the agent's entity is there reaches the agent, and nothing reaches it before") {
  World w;
  REQUIRE(w.call("PUT", DEFAULT "/checks/c", check_json("c", R"(,"publish":false,"subscriptions":["rec"])")).code == 201);
  FakeAgent agent(w, "new-one", "rec");
  REQUIRE(w.until([&] { return agent.count("entity_config\n") == 1; }));
  REQUIRE(backend_execute_check(w.backend, "default", "c", {}).ok());  // 6.x: no entity, no subscription
  ws_send(agent.ws, kKeepalive);
  while (!entities_find(w.backend->entities, "default", "new-one")) uv_run(&w.loop, UV_RUN_ONCE);
  REQUIRE(backend_execute_check(w.backend, "default", "c", {}).ok());
  CHECK(w.until([&] { return agent.count("check_request\n") == 1 && agent.count("entity_config\n") == 2; }));
}

TEST_CASE("the agents of one address take no more than its places, and give them back") {
  World w;
  w.backend->config.agent_connections_per_address = 2;
  std::string said;
  log_set_sink([&](std::string_view line) { said += line; });
  const auto connected = [](const FakeAgent& a) { return a.count("entity_config\n") == 1; };
  FakeAgent one(w, "one", "x");
  {
    FakeAgent two(w, "two", "x");
    REQUIRE(w.until([&] { return connected(one) && connected(two); }));
    FakeAgent three(w, "three", "x");
    CHECK(w.until([&] { return !three.ws; }));
    CHECK(said.find("\"option\":\"agent-connections-per-address\"") != std::string::npos);
    CHECK(said.find("\"address\":\"127.0.0.1\"") != std::string::npos);
  }
  REQUIRE(w.until([&] { return w.backend->sessions->all.size() == 1; }));
  FakeAgent four(w, "four", "x");
  CHECK(w.until([&] { return connected(four); }));
  log_set_sink([](std::string_view) {});
}

TEST_CASE("addresses are counted as networks where everybody has many") {
  CHECK(login_address("192.0.2.7:50123") == "192.0.2.7");
  CHECK(login_address("[2001:db8:1:2:3::4]:80") == login_address("[2001:db8:1:2::9]:81"));
  CHECK(login_address("[2001:db8:1:2::9]:81") != login_address("[2001:db8:1:3::9]:81"));
}

TEST_CASE("an agent that is back before the end of its old session was noticed keeps its turns") {
  World w;
  auto turns = [&] {
    const auto& rings = w.backend->scheduling->scheduler.rings;
    auto it = rings.find("default\nrec");
    return it != rings.end() && it->second.members.count("new-one") == 1;
  };
  FakeAgent now(w, "new-one", "rec");
  {
    FakeAgent before(w, "new-one", "rec");
    REQUIRE(w.until([&] { return now.count("entity_config\n") == 1 && before.count("entity_config\n") == 1; }));
    ws_send(before.ws, kKeepalive);
    REQUIRE(w.until(turns));
  }
  REQUIRE(w.until([&] { return w.backend->stats.sessions == 1; }));
  CHECK(turns());
  ws_abort(now.ws);
  CHECK(w.until([&] { return w.backend->stats.sessions == 0; }));
  CHECK_FALSE(turns());
}

TEST_CASE("an agent of 5.x gets no entity_config, and which fields of its configuration do not count is in the log") {
  World w;
  const std::string entity = R"({"entity_class":"agent","metadata":{"name":"new-one","namespace":"default"},"subscriptions":["other"]})";
  REQUIRE(w.call("PUT", DEFAULT "/entities/new-one", entity).code == 200);
  std::string log;
  log_set_sink([&log](std::string_view line) { log.append(line); });
  FakeAgent old(w, "new-one", "rec", {{"User-Agent", "Go-http-client/1.1"}});
  REQUIRE(w.until([&] { return w.backend->stats.sessions == 1; }));
  ws_send(old.ws, kKeepalive);
  CHECK(w.until([&] { return log.find("the agent's configuration differs from its entity") != std::string::npos; }));
  CHECK(log.find("\"fields\":\"subscriptions\"") != std::string::npos);
  CHECK(old.count("entity_config\n") == 0);
  FakeAgent later(w, "later", "rec", {{"User-Agent", "Go-http-client/1.1"}, {"Accept", "application/octet-stream"}});
  CHECK(w.until([&] { return later.count("entity_config\n") == 1; }));
  log_set_sink([](std::string_view) {});
}

TEST_CASE("agents of 5.12 to 5.21 look like 6.x at the upgrade; their keepalive says what they are, and they get no entity_config") {
  World w;
  const Headers go = {{"User-Agent", "Go-http-client/1.1"}, {"Accept", "application/octet-stream"}};
  const auto keepalive = [](const std::string& name, const std::string& version) {
    std::string text = kKeepalive;
    text.replace(text.find("new-one"), 7, name);
    return text.insert(text.find("\"system\""), "\"sensu_agent_version\":\"" + version + "\",");
  };
  const auto known = [&w](const std::string& name) {
    return w.until([&] { return entities_find(w.backend->entities, "default", name) != nullptr; });
  };
  struct { const char* name; const char* version; size_t configs; const char* why; } rows[] = {
      {"five", "5.21.0", 0, "it says its version"},
      {"older", "", 0, "its keepalive says none"},
      {"six", "6.9.2", 1, "one that manages its own entity does not wait, and ignores it"},
  };
  for (const auto& r : rows) {
    CAPTURE(r.why);
    FakeAgent agent(w, r.name, "rec", go);
    REQUIRE(w.until([&] { return w.backend->stats.sessions == 1; }));
    ws_send(agent.ws, keepalive(r.name, r.version));
    REQUIRE(known(r.name));
    const int64_t end = os_mono_ms() + kConfigHoldMs + 100;
    w.until([&] { return os_mono_ms() > end; });
    CHECK((agent.count("entity_config\n") > 0) == (r.configs > 0));
    ws_abort(agent.ws);
    REQUIRE(w.until([&] { return w.backend->stats.sessions == 0; }));
  }

  // Who is known to be of 6.x waits for nothing; who is not known, and says nothing, gets it after a moment.
  const int64_t before = os_mono_ms();
  FakeAgent six(w, "six", "rec", go);
  CHECK(w.until([&] { return six.count("entity_config\n") == 1; }));
  const int64_t at_once = os_mono_ms() - before;
  FakeAgent quiet(w, "quiet", "rec", go);
  CHECK(w.until([&] { return quiet.count("entity_config\n") == 1; }));
  CHECK(os_mono_ms() - before - at_once >= kConfigHoldMs);
}
