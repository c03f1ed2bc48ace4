// tests/cli/verbs/doctor_test.cc - what doctor makes of a backend's answers.
#include "cli/verbs/doctor.h"

#include <doctest/doctest.h>

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
       "b: gone; a member: it does not say why"},
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
