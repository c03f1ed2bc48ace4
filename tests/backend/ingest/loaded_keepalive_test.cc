// tests/backend/ingest/loaded_keepalive_test.cc - a fleet is moved: agents that are down are noticed, by the keepalive events of the
// old backend.
#include "tests/backend/api/api_world.h"
#include "backend/ingest/ingest.h"

using namespace picket;

namespace {

struct Moved : World {
  void entity(const std::string& name, const std::string& entity_class) {
    REQUIRE(call("PUT", DEFAULT "/entities/" + name,
                 R"({"entity_class":")" + entity_class + R"(","metadata":{"name":")" + name +
                     R"(","namespace":"default"},"last_seen":1700000000})")
                .code == 200);
  }
  void keepalive(const std::string& name, int status, int timeout = 120) {
    const int code =
        call("PUT", DEFAULT "/events/" + name + "/keepalive",
             R"({"entity":{"entity_class":"agent","metadata":{"name":")" + name +
                 R"(","namespace":"default"}},"check":{"metadata":{"name":"keepalive","namespace":"default"},"interval":20,"timeout":)" +
                 std::to_string(timeout) + R"(,"status":)" + std::to_string(status) + R"(,"handlers":["keepalive"]}})")
            .code;
    REQUIRE((code == 200 || code == 201));
  }
  const Countdown* armed(const std::string& name) { return liveness_find(backend->ingest->liveness, {"default", name, kKeepaliveCheck}); }
  std::string event(const std::string& name, const char* field) {
    return std::string(json_at(call("GET", DEFAULT "/events/" + name + "/keepalive").body, {"check", field}));
  }
  // All countdowns are over.
  void end() {
    for (auto& [key, countdown] : backend->ingest->liveness.countdowns) liveness_put_off(backend->ingest->liveness, key, os_mono_ms());
    ingest_timer(backend);
  }
};

}  // namespace

TEST_CASE("a loaded keepalive event starts the countdown of its agent, with its timeout, and is failing when nobody comes") {
  Moved w;
  w.entity("down", "agent");
  CHECK(w.armed("down") == nullptr);  // an entity alone may be that of a host to come
  w.keepalive("down", 0, 7);
  REQUIRE(w.armed("down") != nullptr);
  CHECK(w.armed("down")->ttl == 7);
  CHECK_FALSE(w.armed("down")->dead);
  w.end();
  CHECK(w.until([&] { return w.event("down", "status") == "1"; }));
  CHECK(w.event("down", "output").find("No keepalive sent from down for ") != std::string::npos);
  CHECK(w.event("down", "occurrences") == "1");
}

TEST_CASE("an agent that was known to be down goes on being down: the same incident") {
  Moved w;
  w.entity("gone", "agent");
  w.keepalive("gone", 1, 60);
  REQUIRE(w.armed("gone") != nullptr);
  CHECK(w.armed("gone")->dead);
  w.end();
  CHECK(w.until([&] { return w.event("gone", "occurrences") == "2"; }));
  CHECK(w.event("gone", "status") == "1");
}

TEST_CASE("the countdown of a loaded keepalive is there after a restart, and none is started for what is no agent") {
  Moved w;
  w.entity("down", "agent");
  w.keepalive("down", 0, 300);
  w.entity("router", "proxy");
  w.keepalive("router", 0);
  CHECK(w.armed("router") == nullptr);
  w.stop();
  w.start();
  REQUIRE(w.armed("down") != nullptr);
  CHECK(w.armed("down")->ttl == 300);
}

TEST_CASE("a keepalive event of the API does not put off the countdown that runs: whoever posts them, a silent agent is noticed") {
  Moved w;
  w.entity("down", "agent");
  w.keepalive("down", 0, 7);
  REQUIRE(w.armed("down") != nullptr);
  const int64_t due_ms = w.armed("down")->deadline_ms;
  w.keepalive("down", 0, 4'000'000);  // a script that means well
  CHECK(w.armed("down")->deadline_ms == due_ms);
  CHECK(w.armed("down")->ttl == 7);
  w.end();
  REQUIRE(w.until([&] { return w.event("down", "status") == "1"; }));
  CHECK(w.armed("down")->dead);
  w.keepalive("down", 0, 7);  // resolved by hand, and the agent is as silent as before
  CHECK(w.event("down", "status") == "0");
  CHECK(w.armed("down")->dead);
  w.end();
  CHECK(w.until([&] { return w.event("down", "status") == "1"; }));
}
