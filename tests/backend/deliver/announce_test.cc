// tests/backend/deliver/announce_test.cc - incidents acknowledged and escalated: who is told, what is held back, over restarts.
#include "backend/deliver/announce.h"

#include "backend/ingest/ingest.h"
#include "tests/backend/api/api_world.h"
#include "tests/backend/ingest/host_result.h"

using namespace picket;

namespace {

constexpr const char* kEvent = "/api/picket/v1/namespaces/default/events/host/disk/acknowledge";
const EventKey kDisk{"default", "host", "disk"};

struct Acked {
  World w;
  std::string file = w.dir + "/sent";
  void handler(const std::string& name, const std::string& rest) {
    const Answer a = w.call("PUT", DEFAULT "/handlers/" + name,
                            R"({"metadata":{"name":")" + name + R"(","namespace":"default"},"type":"pipe","command":"cat >> )" + file +
                                "." + name + "; echo >> " + file + "." + name + "\"" + rest + "}");
    REQUIRE_MESSAGE(a.code / 100 == 2, a.body);
  }
  void take(uint32_t status) {
    Event e = host_result("disk", status);
    e.check->output = "full";
    e.check->handlers = {"ops"};
    host_take(w, std::move(e));
  }
  Incident incident() {
    IncidentsWanted wanted;
    wanted.entity = "host";
    wanted.visible = [](std::string_view) { return true; };
    return incident_read(incidents_list(w.backend, wanted).value.at(0)).value;
  }
  std::string outcomes() {
    std::string out;
    for (const IncidentDecision& d : incident().decisions) out += (out.empty() ? "" : ", ") + d.handler + " " + d.outcome;
    return out;
  }
  bool says(const std::string& wanted) {
    const bool ok = w.until([&] { return outcomes() == wanted; });
    if (!ok) MESSAGE(outcomes());
    return ok;
  }
  std::string sent(const std::string& name) { return os_read_file(file + "." + name).value; }
};

}  // namespace

TEST_CASE("an incident is acknowledged: its handlers are told, problems are held back until it is worse, its end is sent") {
  Acked a;
  a.handler("ops", R"(,"filters":["is_incident"])");
  CHECK(a.w.call("PUT", kEvent, R"({"reason":"mine"})").code == 404);
  a.take(1);
  CHECK(a.says("ops delivered"));
  CHECK(a.w.call("PUT", kEvent, R"({})").code == 400);
  CHECK(a.w.call("PUT", kEvent, R"({"reason":"mine","for":-1})").code == 400);
  CHECK(a.w.call("PUT", kEvent, R"({"reason":"mine","for":3600})").code == 201);
  CHECK(a.w.until([&] { return a.sent("ops").find("Acknowledged by admin: mine\\nfull") != std::string::npos; }));
  CHECK(a.incident().ack->by == "admin");
  CHECK(a.incident().ack->until > a.incident().ack->at);
  CHECK(a.says("ops delivered, ops delivered"));
  a.take(1);
  CHECK(a.says("ops delivered, ops delivered, ops held back"));
  CHECK(a.incident().decisions.back().why == "acknowledged by admin: mine");
  a.w.stop();
  a.w.start();
  CHECK(a.incident().ack->reason == "mine");
  a.take(2);
  CHECK(a.says("ops delivered, ops delivered, ops held back, ops delivered"));
  a.take(0);
  CHECK(a.says("ops delivered, ops delivered, ops held back, ops delivered, ops delivered"));
  CHECK(a.w.call("PUT", kEvent, R"({"reason":"mine"})").code == 404);
}

TEST_CASE("an acknowledgement is withdrawn, or ends by itself") {
  Acked a;
  a.handler("ops", R"(,"filters":["is_incident"])");
  a.take(1);
  CHECK(a.says("ops delivered"));
  CHECK(a.w.call("DELETE", kEvent).code == 404);
  CHECK(a.w.call("PUT", kEvent, R"({"reason":"mine"})").code == 201);
  CHECK(a.w.call("DELETE", kEvent).code == 201);
  CHECK_FALSE(a.incident().ack.has_value());
  Event e;
  e.check.emplace().status = 1;
  CHECK(a.w.call("PUT", kEvent, R"({"reason":"mine"})").code == 201);
  CHECK(incidents_ack_text(a.w.backend->pipelines, kDisk, e) != "");
  a.w.backend->pipelines->incidents.live.at(kDisk).ack->until = 1;
  CHECK(incidents_ack_text(a.w.backend->pipelines, kDisk, e) == "");
}

TEST_CASE("what is not acknowledged is escalated, once, also over a restart; what is acknowledged is not") {
  Acked a;
  a.handler("boss", "");
  a.handler("ops", R"(,"filters":["is_incident"],"escalate":[{"after":"1s","handler":"boss"}])");
  CHECK(a.w.backend->pipelines->escalating);
  a.take(2);
  CHECK(a.w.until([&] { return a.sent("boss").find("Not acknowledged: escalated to boss after 1s") != std::string::npos; }, 15'000));
  CHECK(a.says("ops delivered, boss delivered"));
  a.w.stop();
  a.w.start();
  incidents_escalate(a.w.backend);
  CHECK(a.outcomes() == "ops delivered, boss delivered");
  a.take(0);
  CHECK(a.says("ops delivered, boss delivered, ops delivered"));
  const size_t before = a.sent("boss").size();
  a.take(2);
  CHECK(a.says("ops delivered"));
  CHECK(a.w.call("PUT", kEvent, R"({"reason":"mine"})").code == 201);
  a.w.backend->pipelines->incidents.live.at(kDisk).decisions[0].at -= 100;
  incidents_escalate(a.w.backend);
  CHECK(a.sent("boss").size() == before);
}

TEST_CASE("escalations that could not be are refused") {
  World w;
  for (const char* bad :
       {R"([{"after":"soon","handler":"boss"}])", R"([{"after":"1m","handler":""}])", R"([{"after":"0s","handler":"boss"}])"}) {
    const Answer a =
        w.call("PUT", DEFAULT "/handlers/h",
               R"({"metadata":{"name":"h","namespace":"default"},"type":"pipe","command":"true","escalate":)" + std::string(bad) + "}");
    CHECK_MESSAGE(a.code == 400, a.body);
    CHECK(a.body.find("escalate") != std::string::npos);
  }
}
