// tests/cli/verbs/doctor_test.cc - what doctor makes of a backend's answers.
#include "cli/verbs/doctor.h"

#include <doctest/doctest.h>

#include <map>

#include "cli/verbs/alert_obstacles.h"

using namespace picket;

TEST_CASE("doctor believes what /health says of its members, not its status alone") {
  struct {
    int code;
    const char* body;
    const char* said;
  } rows[] = {
      {200, R"({"Alarms":null,"ClusterHealth":[{"Name":"default","Err":"","Healthy":true}]})", ""},
      {200, R"({"ClusterHealth":[{"Name":"default","Err":"the store takes no writes; see the log","Healthy":false}]})",
       "default: the store takes no writes; see the log"},
      {503, R"({"ClusterHealth":[{"Name":"a","Healthy":true},{"Name":"b","Err":"gone","Healthy":false},{"Healthy":false}]})",
       "b: gone; a member: no reason given"},
      {200, R"({"ClusterHealth":[]})", ""},
      {503, "busy", "503 busy"},
  };
  for (auto& r : rows) {
    CAPTURE(r.body);
    CtlReply reply;
    reply.code = r.code;
    reply.body = r.body;
    CHECK(health_judge(reply).message == r.said);
  }
}

// A backend that answers lists by their path, and 403 to everything else.
struct Lists {
  Ctl ctl;
  std::map<std::string, std::string> bodies;
  std::string out;
  Lists() {
    ctl.config.api_url = "http://127.0.0.1:1";
    ctl.config.ns = "default";
    ctl.config.api_key = "k";
    ctl.write_out = [this](std::string_view text) { out += text; };
    ctl.transport = [this](const HttpClientRequest& request) {
      CtlReply reply;
      const size_t host = request.url.find("127.0.0.1:1");
      const std::string path = host == std::string::npos ? request.url : request.url.substr(host + 11);
      auto it = bodies.find(path.substr(0, path.find('?')));
      reply.code = it == bodies.end() ? 403 : 200;
      reply.body = it == bodies.end() ? R"({"message":"Request unauthorized"})" : it->second;
      return reply;
    };
  }
};

TEST_CASE("doctor of somebody whose rights end at a namespace looks there, and names what it could not look at") {
  Lists b;
  const std::string there = "/api/core/v2/namespaces/default/";
  for (const char* kind : {"checks", "handlers", "filters", "mutators", "pipelines", "hooks", "entities", "assets", "silenced", "events"})
    b.bodies[there + kind] = "[]";
  b.bodies[there + "checks"] =
      R"([{"metadata":{"name":"disk","namespace":"default"},"command":"x","interval":60,"publish":true,"subscriptions":[],"handlers":["gone"]}])";
  Doctor d{b.ctl};
  examine_events(d);
  examine_alerts(d);
  CAPTURE(b.out);
  CHECK(b.out.find("0 events, 0 of them failing in namespace default") != std::string::npos);
  CHECK(b.out.find("were checked in namespace default only") != std::string::npos);
  CHECK(b.out.find("names the handler gone, which does not exist") != std::string::npos);
  CHECK(b.out.find("could not be checked") == std::string::npos);

  b.out.clear();
  b.bodies.erase(there + "handlers");
  examine_alerts(d);
  CHECK(b.out.find("handlers could not be checked") != std::string::npos);
  CHECK(b.out.find("names the handler gone") == std::string::npos);

  b.out.clear();
  b.bodies.clear();
  examine_events(d);
  examine_alerts(d);
  CHECK(b.out.find("access is limited: assets, checks, entities") != std::string::npos);
  CHECK(b.out.find("no obstacles to alerts") == std::string::npos);
}

TEST_CASE("what is seen in one namespace only is not called missing in another") {
  AlertFacts f;
  f.seen_in["handlers"] = "default";
  for (const char* ns : {"default", "other"}) {
    CheckConfig& c = f.checks[std::string(ns) + "/disk"];
    c.metadata.name = "disk";
    c.metadata.ns = ns;
    c.publish = true;
    c.handlers = {"gone"};
  }
  int missing = 0;
  for (const Obstacle& o : alert_obstacles(f)) missing += o.what.find("names the handler gone") != std::string::npos;
  CHECK(missing == 1);
}

TEST_CASE("doctor reports incidents nobody heard of, handlers whose last delivery failed, and known passwords; as JSON, too") {
  Lists b;
  b.bodies["/api/picket/v1/incidents"] =
      R"([{"id":"a1","namespace":"default","entity":"web1","check":"disk","begin":1,"end":0,"notified":false,"decisions":[]},)"
      R"({"id":"a2","namespace":"default","entity":"web2","check":"disk","begin":1,"end":0,"notified":true,"decisions":[)"
      R"({"at":1,"last":5,"handler":"mail","outcome":"delivered"},{"at":7,"last":7,"handler":"mail","outcome":"failed","why":"550 no"},)"
      R"({"at":1,"last":1,"handler":"slack","outcome":"failed","why":"500"},{"at":2,"last":2,"handler":"slack","outcome":"delivered"}]}])";
  Doctor d{b.ctl};
  examine_incidents(d);
  CHECK(d.warned == 2);
  CHECK(b.out.find("warn  web1/disk fails, and nobody was notified of it\n      -> see `incident info a1`") == 0);
  CHECK(b.out.find("the last delivery of handler default/mail failed: 550 no") != std::string::npos);
  CHECK(b.out.find("slack") == std::string::npos);
  CHECK(b.out.find("web2") == std::string::npos);
  examine_passwords(d);
  CHECK(d.warned == 2);
  b.bodies["/auth/test"] = "";
  b.out.clear();
  d.json = true;
  examine_passwords(d);
  CHECK(d.warned == 4);
  CHECK(b.out.empty());
  CHECK(d.found.find(R"({"level":"warn","what":"user admin has the password that everybody knows","remedy":)") == 0);
}
