// tests/cli/dispatch/password_test.cc - passwords that everybody knows, and tokens that expire while a command runs.
#include "backend/auth/auth.h"
#include "tests/cli/dispatch/fake_api.h"

using namespace picket;

TEST_CASE("who sets Sensu's default password is told what it means; sensuctl says what it always said") {
  FakeApi f;
  f.answers["GET /version"] = {200, R"({"sensu_backend":"6.9.2#picket"})"};
  f.answers["PUT /api/core/v2/users/agent/reset_password"] = f.answers["PUT /api/core/v2/users/agent/password"] = {201, ""};
  f.answers["POST /api/core/v2/users"] = {201, ""};
  const std::vector<std::vector<std::string>> commands = {
      {"user", "reset-password", "agent", "--new-password"},
      {"user", "change-password", "agent", "--current-password", "0ld-secret", "--new-password"},
      {"user", "create", "agent", "--password"},
  };
  for (const char* program : {"picket ctl", "sensuctl"})
    for (std::vector<std::string> command : commands)
      for (const std::string password : {kDefaultPassword, "an0ther-one"}) {
        f.program = program;
        command.push_back(password);
        CHECK(f.run(command) == 0);
        CHECK((f.out == "Updated\n" || f.out == "Created\n"));
        const bool warns = f.program != "sensuctl" && password == kDefaultPassword;
        CHECK((f.err.find("warning: this is Sensu's default password") == 0) == warns);
        CHECK(f.err.empty() == !warns);
        command.pop_back();
      }
}

TEST_CASE("a token that expires while a command runs is renewed: in time, or when the other side says so") {
  Ctl ctl;
  int64_t now_s = 1000;
  int logins = 0, valid = 0;
  ctl.clock = [&] { return now_s * 1000; };
  ctl.config.api_url = "http://old";
  ctl.config.access_token = "0";
  ctl.config.expires_at = 1900;
  ctl.renew = [&](Ctl& client) {
    client.config.access_token = std::to_string(valid = ++logins);
    client.config.expires_at = now_s + 900;
    return Status();
  };
  ctl.transport = [&](const HttpClientRequest& r) {
    CtlReply reply;
    reply.code = header_get(r.headers, "Authorization") == "Bearer " + std::to_string(valid) ? 200 : 401;
    return reply;
  };
  const auto call = [&] { return client_call(ctl, "GET", "/x").code; };
  CHECK(call() == 200);
  CHECK(logins == 0);
  now_s += 901;
  CHECK(call() == 200);
  CHECK(logins == 1);
  valid = 99;  // its clock is ahead
  CHECK(call() == 200);
  CHECK(logins == 2);
  ctl.renew = [&](Ctl&) { return logins++, Status(); };  // one renewal, not one after the other
  valid = 99;
  CHECK(call() == 401);
  CHECK(logins == 3);
}
