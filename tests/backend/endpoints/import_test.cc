// tests/backend/endpoints/import_test.cc - events and keys of another backend, as they come in and as they go on.
#include "backend/deliver/pipelines.h"
#include "backend/ingest/event_import.h"
#include "backend/ingest/ingest.h"
#include "tests/backend/api/api_world.h"

using namespace picket;

namespace {

// As 5.11.1 shows it: no state, no id.
std::string event(const std::string& host, const std::string& check, int status, int64_t timestamp, const std::string& more = "") {
  const std::string at = std::to_string(timestamp);
  return R"({"timestamp":)" + at + R"(,"entity":{"entity_class":"agent","system":{},"subscriptions":["entity:)" + host +
      R"("],"last_seen":)" + at +
      R"(,"deregister":false,"deregistration":{},"user":"agent","redact":["db_password"],"metadata":{"name":")" + host +
      R"(","namespace":"default","labels":{"region":"eu","db_password":"REDACTED"}}},"check":{"command":"x","interval":10,"timeout":20,"status":)" +
      std::to_string(status) + R"(,"executed":)" + at + R"(,"history":[{"status":0,"executed":1},{"status":2,"executed":2}],)" + more +
      R"("output":"o","occurrences":7,"occurrences_watermark":9,"metadata":{"name":")" + check +
      R"(","namespace":"default"}},"metadata":{}})";
}

std::string stored(World& w, const std::string& host, const std::string& check) {
  return store_get_event(w.backend->store, {"default", host, check}).value.head;
}

int64_t number(const std::string& json, const char* member) { return json_int64(json_at(json, {"check", member})).value; }

void result(World& w, const std::string& host, const std::string& check, int status, const std::string& more = "") {
  Event e = decode<Event>(event(host, check, status, os_unix_ms() / 1000, more)).value;
  e.id = os_uuid();
  bool answered = false;
  backend_event(w.backend, std::move(e), EventOrigin::agent, [&](const Status&) { answered = true; });
  REQUIRE(w.until([&] { return answered; }));
}

std::string decided(World& w, const std::string& check) {
  const Answer a = w.call("GET", "/api/picket/v1/namespaces/default/events/web/" + check + "/decisions");
  return a.code == 200 ? a.body : "";
}

// A result, and whether it went to its handler.
bool is_sent(World& w, const std::string& check, int status, const std::string& to) {
  result(w, "web", check, status, to);
  return w.until([&] { return decided(w, check).find(R"("outcome":"delivered")") != std::string::npos; });
}

}  // namespace

TEST_CASE("an imported incident goes on: the next result is the eighth, not the first") {
  World w;
  const int64_t then = os_unix_ms() / 1000 - 20;
  const Answer a = w.call("POST", "/api/picket/v1/import/events", "{\"events\":[" + event("web", "disk", 2, then) + "]}");
  CHECK(a.code == 200);
  CHECK(a.body == R"({"taken":1,"left_out":[]})");
  CHECK(number(stored(w, "web", "disk"), "occurrences") == 7);
  result(w, "web", "disk", 2);
  CHECK(number(stored(w, "web", "disk"), "occurrences") == 8);
  CHECK(number(stored(w, "web", "disk"), "occurrences_watermark") == 9);
}

TEST_CASE("what this backend has judged itself is not written over, and other events of the request come in") {
  World w;
  const int64_t then = os_unix_ms() / 1000 - 20;
  result(w, "web", "disk", 0);
  const Answer a = w.call(
      "POST", "/api/picket/v1/import/events",
      "{\"events\":[" + event("web", "disk", 2, then) + "," + event("web", "load", 1, then) + "," + event("web", "late", 1, 0) + "]}");
  CHECK(a.code == 200);
  CHECK(a.body.find("\"taken\":1,") != std::string::npos);
  CHECK(a.body.find("this backend has a newer result") != std::string::npos);
  CHECK(a.body.find("it has no timestamp") != std::string::npos);
  CHECK(number(stored(w, "web", "disk"), "status") == 0);
  CHECK(number(stored(w, "web", "load"), "status") == 1);
}

TEST_CASE("a host that is down is counted down, its entity is its agent's own, and the grace holds") {
  World w;
  const int64_t then = os_unix_ms() / 1000 - 20;
  CHECK(w.call("POST", "/api/picket/v1/import/events?grace=100", "{\"events\":[" + event("gone", "keepalive", 2, then) + "]}").code == 200);
  const Countdown* s = liveness_find(w.backend->ingest->liveness, {"default", "gone", "keepalive"});
  REQUIRE(s);
  CHECK(s->deadline_ms > os_mono_ms() + 90'000);
  const CachedEntity* cached = entities_find(w.backend->entities, "default", "gone");
  REQUIRE(cached);
  CHECK(cached->agents_own);
  w.stop(), w.start();
  CHECK(liveness_find(w.backend->ingest->liveness, {"default", "gone", "keepalive"}));
  CHECK(number(stored(w, "gone", "keepalive"), "occurrences") == 7);
}

TEST_CASE("the grace of an import outlives a restart, and ends with the first sign of life") {
  World w;
  const int64_t then = os_unix_ms() / 1000 - 20;
  const std::string body = "{\"events\":[" + event("gone", "keepalive", 2, then) + "," + event("quiet", "keepalive", 0, then) + "," +
      event("web", "keepalive", 0, then) + "," + event("web", "job", 0, then, R"("ttl":30,)") + "]}";
  REQUIRE(w.call("POST", "/api/picket/v1/import/events?grace=1000", body).code == 200);
  REQUIRE(w.call("POST", "/api/picket/v1/import/events?grace=5", "{\"events\":[" + event("gone", "x", 0, then) + "]}").code == 200);
  Event own = decode<Event>(event("web", "keepalive", 0, os_unix_ms() / 1000)).value;
  own.id = os_uuid();
  REQUIRE(ingest_keepalive(w.backend, std::move(own), true, {}).ok());
  w.stop(), w.start();
  const auto left_s = [&](const char* host, const char* check) {
    const Countdown* c = liveness_find(w.backend->ingest->liveness, {"default", host, check});
    return c ? (c->deadline_ms - os_mono_ms()) / 1000 : -1;
  };
  CHECK(left_s("gone", "keepalive") > 900);
  CHECK(left_s("quiet", "keepalive") > 900);
  CHECK(left_s("web", "job") > 900);
  CHECK(left_s("web", "keepalive") < 500);
  CHECK(left_s("web", "keepalive") > 0);
}

TEST_CASE("alert rules take an imported incident for notified, also after a restart, and its end goes out") {
  World w;
  const std::string handler =
      R"({"metadata":{"name":"pager","namespace":"default"},"type":"file","filters":["not_silenced"],"file":{"path":")" + w.dir +
      R"(/alerts"},"alert":{"after":1,"every":10}})";
  const std::string to = R"("handlers":["pager"],)", muted = to + R"("silenced":["entity:web"],)";
  const int64_t then = os_unix_ms() / 1000 - 20;
  REQUIRE(w.call("POST", "/api/picket/v1/import/events",
                 "{\"events\":[" + event("web", "disk", 2, then, to) + "," + event("web", "load", 2, then, to) + "," +
                     event("web", "muted", 2, then, muted) + "," + event("web", "well", 2, then, to) + "]}")
              .code == 200);
  CHECK(decided(w, "disk").find(R"("handlers":[],"carried":{"occurrences":7,"watermark":9,"status":2,"silenced":false})") !=
        std::string::npos);
  REQUIRE(w.call("PUT", DEFAULT "/handlers/pager", handler).code == 201);  // the rule is given afterwards
  result(w, "web", "disk", 2, to);
  CHECK(decided(w, "disk").find("alert rule: occurrence 8 is not one of every 10") != std::string::npos);
  w.stop(), w.start();
  result(w, "web", "load", 2, to);
  CHECK(decided(w, "load").find("alert rule: occurrence 8 is not one of every 10") != std::string::npos);
  CHECK(is_sent(w, "load", 0, to));
  result(w, "web", "disk", 2, to), result(w, "web", "disk", 2, to);
  CHECK(is_sent(w, "disk", 2, to));   // the eleventh
  CHECK(is_sent(w, "muted", 2, to));  // nobody had heard of it

  // It has its incident, which began there, once.
  const auto& incidents = w.backend->pipelines->incidents;
  REQUIRE(w.call("POST", "/api/picket/v1/import/events", "{\"events\":[" + event("web", "well", 2, then, to) + "]}").code == 200);
  REQUIRE(incidents.live.count({"default", "web", "well"}) == 1);
  const Incident& open = incidents.live.at({"default", "web", "well"});
  CHECK(open.begin == 2);
  CHECK(open.results == 1);
  CHECK_FALSE(open.notified);

  // The other backend says later that it is well: nothing is left.
  CHECK(w.call("POST", "/api/picket/v1/import/events", "{\"events\":[" + event("web", "well", 0, then + 1, to) + "]}").code == 200);
  CHECK(decided(w, "well").empty());
  CHECK(incidents.live.count({"default", "web", "well"}) == 0);
  w.stop(), w.start();
  CHECK(decided(w, "well").empty());
}

TEST_CASE("only users with all rights import, and what is sent is bounded and read strictly") {
  World w;
  const std::string path = "/api/picket/v1/import/events";
  CHECK(w.call("POST", path, "{}").code == 400);
  CHECK(w.call("POST", path, R"({"events":{}})").code == 400);
  CHECK(w.call("POST", path, R"({"events":[1]})").code == 400);
  CHECK(w.call("POST", path + "?grace=x", R"({"events":[]})").code == 400);
  CHECK(w.call("POST", "/api/core/v2/users", R"({"username":"bob","password":"secret12","groups":["viewers"]})").code == 201);
  CHECK(
      w.call("POST", "/api/core/v2/clusterrolebindings",
             R"({"metadata":{"name":"v"},"subjects":[{"type":"Group","name":"viewers"}],"role_ref":{"type":"ClusterRole","name":"admin"}})")
          .code == 201);
  w.token = w.login("bob", "secret12");
  CHECK(w.call("POST", path, R"({"events":[]})").code == 403);
}

TEST_CASE("an API key goes on under its name, when its user is there") {
  World w;
  const std::string key = "7f63b5bc-41f4-4b3e-b59b-5431afd7e6a2";
  const Answer a =
      w.call("POST", "/api/picket/v1/import/apikeys",
             R"({"apikeys":[{"metadata":{"name":")" + key +
                 R"("},"username":"admin","created_at":5},)"
                 R"({"metadata":{"name":"short"},"username":"admin"},{"metadata":{"name":"1f63b5bc-41f4-4b3e"},"username":"nobody"}]})");
  CHECK(a.code == 200);
  CHECK(a.body.find("\"taken\":1,") != std::string::npos);
  CHECK(a.body.find("its user nobody does not exist") != std::string::npos);
  CHECK(w.call("GET", "/api/core/v2/users", "", {{"Authorization", "Key " + key}}).code == 200);
}
