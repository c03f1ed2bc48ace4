// tests/backend/incident/escalation_test.cc - who gets an incident that nobody takes care of, and when an acknowledgement holds.
#include <doctest/doctest.h>

#include "backend/incident/incident.h"

using namespace picket;

namespace {

Incident incident(const std::string& outcome, int64_t at, uint32_t status = 2) {
  Incident i;
  i.id = "a", i.entity = "web1", i.check = "disk", i.begin = 100, i.status = i.worst = status;
  IncidentDecision d;
  d.handler = "ops", d.outcome = outcome, d.at = d.last = at, d.status = status;
  i.decisions.push_back(d);
  return i;
}

const EscalationRules kRules = {{"ops", {{900, "15m", "second"}, {3600, "1h", "boss"}}}, {"second", {{60, "1m", "boss"}}}};

std::string due(const Incident& i, int64_t now) {
  std::string out;
  for (const Escalation& e : incident_escalations(i, kRules, now)) out += e.handler + ";";
  return out;
}

}  // namespace

TEST_CASE("an incident is escalated when it was sent so long ago, each step once") {
  struct Row { const char* outcome; int64_t now; const char* to; const char* why; } rows[] = {
      {"delivered", 1099, "", "not yet"},           {"delivered", 1100, "second;", "the first step"},
      {"delivered", 3800, "second;boss;", "both"},  {"failed", 1100, "second;", "also when it could not be sent"},
      {"filtered", 3800, "", "it was never sent"},  {"silenced", 3800, "", "it was silenced"},
      {"waiting", 3800, "", "it is on its way"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    CHECK(due(incident(r.outcome, 200), r.now) == r.to);
  }
  Incident i = incident("delivered", 200);
  i.escalated = {incident_escalations(i, kRules, 1100).at(0).remark};
  CHECK(i.escalated[0] == "escalated to second after 15m (from ops)");
  CHECK(due(i, 1100) == "");
  CHECK(due(i, 3800) == "boss;");
  i.end = 300;
  CHECK(due(i, 3800) == "");
  CHECK(due(incident("delivered", 200, 0), 3800) == "");  // a recovery that was sent
}

TEST_CASE("the handler escalated to may escalate, too") {
  Incident i = incident("delivered", 200);
  IncidentDecision d = i.decisions[0];
  d.handler = "second", d.at = 1200;
  i.decisions.push_back(d);
  CHECK(due(i, 1260) == "second;boss;");
}

TEST_CASE("an acknowledgement holds until its time, and while the incident is not worse") {
  Incident i = incident("delivered", 200, 1);
  CHECK_FALSE(incident_acked(i, 500));
  i.ack = IncidentAck{"anna", "mine", 300, 1000, 1};
  CHECK(incident_acked(i, 999));
  CHECK(due(i, 999) == "");
  CHECK_FALSE(incident_acked(i, 1000));
  CHECK(due(i, 1100) == "second;");
  i.ack->until = 0;
  CHECK(incident_acked(i, 1'000'000));
  CHECK_FALSE(incident_worse(i));
  i.status = i.worst = 3;
  CHECK(incident_worse(i));
  i.status = 2;
  CHECK(incident_worse(i));
  i.status = 1;
  CHECK_FALSE(incident_worse(i));
  Result<Incident> back = incident_read(incident_json(i));
  REQUIRE(back.ok());
  CHECK(incident_json(back.value) == incident_json(i));
  CHECK(back.value.ack->by == "anna");
}
