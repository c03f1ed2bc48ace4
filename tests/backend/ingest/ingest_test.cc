// tests/backend/ingest/ingest_test.cc - events on their way in, with everything after them: silences, countdowns, the store.
#include "backend/ingest/ingest.h"

#include "tests/backend/api/api_world.h"
#include "tests/backend/ingest/host_result.h"

using namespace picket;

namespace {

Event result(const std::string& check, uint32_t status, int64_t ttl) {
  Event e = host_result(check, status);
  e.check->ttl = ttl;
  return e;
}

void take(World& w, Event event, EventOrigin origin) { CHECK(host_take(w, std::move(event), origin).ok()); }

std::string stored(World& w, const std::string& check) { return store_get_event(w.backend->store, {"default", "host", check}).value.head; }

}  // namespace

TEST_CASE("a silenced check that falls silent is silenced, and alerts again when the silence is gone") {
  World w;
  take(w, result("backup", 0, 3600), EventOrigin::api);
  Silenced silence;
  silence.metadata.ns = "default";
  silence.check = "backup";
  silence_prepare(silence, "admin", os_unix_ms() / 1000 - 1);
  silence_put(w.backend->ingest->silences, silence);
  take(w, result("backup", 1, 3600), EventOrigin::ttl);
  CHECK(stored(w, "backup").find("\"silenced\":[\"*:backup\"]") != std::string::npos);
  CHECK(stored(w, "backup").find("\"is_silenced\":true") != std::string::npos);
  silence_delete(w.backend->ingest->silences, "default", "*:backup");
  take(w, result("backup", 1, 3600), EventOrigin::ttl);
  CHECK(stored(w, "backup").find("\"is_silenced\":false") != std::string::npos);
}

TEST_CASE("an agent that leaves is reported to the handler that it names, or else to that of the backend") {
  struct Row { const char *own, *backends, *told; };
  static const Row kRows[] = {{"", "", ""}, {"", "everyone", "everyone"}, {"mine", "everyone", "mine"}, {"mine", "", "mine"}};
  World w;
  const std::string told = w.dir + "/told";
  for (const char* name : {"mine", "everyone"}) {
    const std::string body = R"({"metadata":{"name":")" + std::string(name) + R"(","namespace":"default"},"type":"pipe","command":"cat >)" +
        told + ".part; mv " + told + ".part " + told + "." + name + "\"}";
    REQUIRE(w.call("PUT", std::string(DEFAULT "/handlers/") + name, body).code == 201);
  }
  int host = 0;
  for (const Row& r : kRows) {
    CAPTURE(r.own);
    CAPTURE(r.backends);
    Entity entity;
    entity.entity_class = "agent";
    entity.metadata.name = "host" + std::to_string(++host);
    entity.metadata.ns = "default";
    entity.deregister = true;
    entity.deregistration_handler = r.own;
    bool put = false;
    backend_entity_put(w.backend, entity, 0, [&](const Status& s) { CHECK((s.ok(), put = true)); });
    REQUIRE(w.until([&] { return put; }));
    w.backend->config.deregistration_handler = r.backends;
    CHECK(ingest_deregister(w.backend, *entities_find(w.backend->entities, "default", entity.metadata.name)).ok());
    const bool came = w.until([&] { return os_exists(told + "." + r.told); }, *r.told ? 10'000 : 300);
    CHECK(came == (*r.told != 0));
    if (!came) continue;
    const std::string event = os_read_file(told + "." + r.told).value;
    CHECK(json_at(event, {"check", "metadata", "name"}) == "\"deregistration\"");
    CHECK(json_at(event, {"entity", "metadata", "name"}) == json_quote(entity.metadata.name));
    CHECK(os_remove_file(told + "." + r.told).ok());
  }
}

TEST_CASE("a result that cannot be stored as it is leaves an event that says why, and notifies") {
  World w;
  Event event = result("blind", 0, 0);
  event.check->output_metric_thresholds = {{"up", {}, {}, 0}};
  event.check->handlers = {"ops"};
  event.check->output = "up 1";
  take(w, std::move(event), EventOrigin::agent);
  Event now = decode<Event>(stored(w, "blind")).value;
  CHECK(now.check->status == 3);
  CHECK(now.check->handlers == StringList{"ops"});
  CHECK(now.check->output.find("there must be at least one threshold rule") != std::string::npos);
  CHECK(now.check->output.find("up 1") != std::string::npos);
}
