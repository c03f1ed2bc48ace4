// tests/backend/deliver/incidents_test.cc - incidents of a whole backend: stored with events, over restarts and deletions, read by the API.
#include "backend/deliver/incidents.h"

#include "backend/deliver/pipelines.h"
#include "backend/ingest/ingest.h"
#include "tests/backend/api/api_world.h"

using namespace picket;

namespace {

constexpr const char* kPath = "/api/picket/v1/namespaces/default/incidents";

Event result(uint32_t status, const std::string& output = "x", StringList handlers = {}) {
  static int64_t at = os_unix_ms() / 1000 - 1000;
  Event e;
  e.timestamp = os_unix_ms() / 1000;
  e.id = os_uuid();
  e.check.emplace();
  e.check->metadata.name = "disk";
  e.check->metadata.ns = "default";
  e.check->interval = 10;
  e.check->status = status;
  e.check->output = output;
  e.check->handlers = std::move(handlers);
  e.check->executed = ++at;
  auto entity = std::make_shared<Entity>();
  entity->entity_class = "proxy";
  entity->metadata.name = "host";
  entity->metadata.ns = "default";
  e.entity = entity;
  return e;
}

void take(World& w, Event event, EventOrigin origin = EventOrigin::api) {
  bool answered = false;
  backend_event(w.backend, std::move(event), origin, [&](const Status& s) {
    CHECK_MESSAGE(s.ok(), s.message);
    answered = true;
  });
  CHECK(w.until([&] { return answered; }));
}

std::vector<Incident> listed(World& w, const std::string& query = "") {
  const Answer a = w.call("GET", kPath + query);
  CHECK_MESSAGE(a.code == 200, a.body);
  std::vector<Incident> out;
  for (std::string_view i : json_items(a.body).value) out.push_back(incident_read(i).value);
  return out;
}

std::string outcomes(const Incident& i) {
  std::string out;
  for (const IncidentDecision& d : i.decisions) out += (out.empty() ? "" : ", ") + d.handler + " " + d.outcome;
  return out;
}

void handler(World& w, const std::string& name, const std::string& rest) {
  const Answer a =
      w.call("PUT", DEFAULT "/handlers/" + name, R"({"metadata":{"name":")" + name + R"(","namespace":"default"},)" + rest + "}");
  REQUIRE_MESSAGE(a.code / 100 == 2, a.body);
}

// Until the newest incident says so.
bool says(World& w, const std::string& wanted) {
  return w.until([&] {
    auto all = listed(w);
    return !all.empty() && outcomes(all[0]) == wanted;
  });
}

}  // namespace

TEST_CASE("an incident is listed with what its handlers did, and its end too") {
  World w;
  handler(w, "ok", R"("type":"pipe","command":"cat >/dev/null","filters":["is_incident"])");
  handler(w, "bad", R"("type":"tcp","timeout":2,"socket":{"host":"127.0.0.1","port":1},"filters":["is_incident"])");
  take(w, result(0, "fine", {"ok", "bad"}));
  CHECK(listed(w).empty());
  take(w, result(2, "95 %", {"ok", "bad"}));
  CHECK(says(w, "bad failed, ok delivered"));
  CHECK(listed(w, "?open=true").size() == 1);
  take(w, result(0, "fine", {"ok", "bad"}));
  CHECK(says(w, "bad failed, ok delivered, bad failed, ok delivered"));
  const Incident i = listed(w)[0];
  CHECK(i.notified);
  CHECK(i.worst == 2);
  CHECK(i.output == "95 %");
  CHECK(i.ended_by == kEndedByResult);
  CHECK(listed(w, "?open=true").empty());
  CHECK(w.backend->pipelines->incidents.live.empty());
  const Answer one = w.call("GET", std::string(kPath) + "/" + i.id);
  CHECK(one.code == 200);
  CHECK(incident_read(one.body).value.decisions.size() == 4);
  take(w, result(0, "fine", {"ok", "bad"}));
  CHECK(listed(w).size() == 1);
}

TEST_CASE("how incidents end: by a result, by a deletion of the event or the entity; a check that is deleted ends nothing") {
  struct Row { const char* method; const char* path; const char* ended_by; const char* why; } rows[] = {
      {"DELETE", DEFAULT "/events/host/disk", kEndedByDeletion, "the event"},
      {"DELETE", DEFAULT "/entities/host", kEndedByDeletion, "the entity"},
      {"DELETE", DEFAULT "/checks/disk", "", "the check"},
  };
  World w;
  REQUIRE(w.call("PUT", DEFAULT "/checks/disk", check_json("disk")).code == 201);
  for (const Row& r : rows) {
    CAPTURE(r.why);
    take(w, result(1));
    REQUIRE(listed(w)[0].end == 0);
    CHECK(w.call(r.method, r.path).code == 204);
    CHECK(listed(w)[0].ended_by == r.ended_by);
  }
  CHECK(listed(w).size() == 3);
  take(w, result(0));
  CHECK(listed(w)[0].ended_by == kEndedByResult);
}

TEST_CASE("a ttl that expires begins an incident, and the result that comes after all ends it") {
  World w;
  take(w, result(0));
  take(w, result(1, "Last check execution was 60 seconds ago"), EventOrigin::ttl);
  CHECK(listed(w, "?open=true").size() == 1);
  take(w, result(0));
  CHECK(listed(w, "?open=true").empty());
}

TEST_CASE("silenced is said by its name") {
  World w;
  handler(w, "ok", R"("type":"pipe","command":"true","filters":["not_silenced"])");
  CHECK(w.call("POST", DEFAULT "/silenced", R"({"metadata":{"namespace":"default"},"check":"disk"})").code == 201);
  take(w, result(2, "x", {"ok"}));
  CHECK(says(w, "ok silenced"));
  CHECK_FALSE(listed(w)[0].notified);
}

TEST_CASE("a backend that restarts goes on with its incidents; those whose event is not failing any more have ended") {
  World w;
  handler(w, "ok", R"("type":"pipe","command":"cat >/dev/null")");
  take(w, result(2, "x", {"ok"}));
  CHECK(says(w, "ok delivered"));
  const Incident before = listed(w)[0];
  w.stop();
  w.start();
  CHECK(listed(w)[0].id == before.id);
  CHECK(outcomes(listed(w)[0]) == "ok delivered");
  take(w, result(1, "x", {"ok"}));
  CHECK(says(w, "ok delivered, ok delivered"));
  CHECK(listed(w)[0].results == 2);
  take(w, result(0, "x", {"ok"}));
  CHECK(w.until([&] { return listed(w)[0].decisions.size() == 3; }));

  Incident lost;  // its event is gone
  lost.id = "00000001aaaa", lost.ns = "default", lost.entity = "gone", lost.check = "disk", lost.begin = 1, lost.status = lost.worst = 2;
  lost.undecided = true;
  store_write(w.backend->store, {write_put(kIncidents, "default", lost.id, incident_json(lost))}, {});
  w.stop();
  w.start();
  const Incident now = incident_read(w.call("GET", std::string(kPath) + "/" + lost.id).body).value;
  CHECK(now.ended_by == kEndedUnseen);
  CHECK(outcomes(now) == " failed");
}

TEST_CASE("incidents are read with the rights of their events, and selected") {
  World w;
  take(w, result(2));
  const std::string id = listed(w)[0].id;
  CHECK(listed(w, "?entity=host&check=disk").size() == 1);
  CHECK(listed(w, "?entity=other").empty());
  CHECK(w.call("GET", std::string(kPath) + "?since=soon").code == 400);
  CHECK(w.call("GET", std::string(kPath) + "?open=perhaps").code == 400);
  CHECK(w.call("GET", std::string(kPath) + "/nothing").code == 404);
  CHECK(json_items(w.call("GET", "/api/picket/v1/incidents").body).value.size() == 1);
  w.user("guest", "P@ssw0rd!");
  w.as("guest", "P@ssw0rd!");
  CHECK(w.call("GET", kPath).code == 403);
  CHECK(w.call("GET", std::string(kPath) + "/" + id).code == 403);
  CHECK(json_items(w.call("GET", "/api/picket/v1/incidents").body).value.empty());
}

TEST_CASE("metrics count incidents, and those of which nobody was notified") {
  World w;
  take(w, result(2));
  const std::string text = w.call("GET", "/metrics").body;
  CHECK(text.find("picket_incidents_open 1\n") != std::string::npos);
  CHECK(text.find("picket_incidents_not_notified 1\n") != std::string::npos);
  CHECK(text.find("picket_incidents_begun_total 1\n") != std::string::npos);
}
