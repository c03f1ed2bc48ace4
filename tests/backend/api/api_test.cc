// tests/backend/api/api_test.cc - the API as a whole: targets, its log, its documents, its start.
#include "tests/backend/api/api_world.h"

using namespace picket;

TEST_CASE("the log says which user changed what, and no secret") {
  World w;
  std::string lines;
  log_set_sink([&](std::string_view line) { lines += line; });
  log_set_level(LogLevel::info);
  w.call("PUT", DEFAULT "/checks/c1", check_json("c1"));
  std::string key = w.call("POST", C2 "/apikeys", R"({"username":"admin"})").header("Location").substr(21);
  w.call("DELETE", C2 "/apikeys/" + key);
  w.user("bob", "P@ssw0rd123");
  CHECK(w.login("bob", "a wrong password") == "");
  log_set_level(LogLevel::warn);
  CHECK(lines.find(R"("method":"PUT","microseconds":)") != std::string::npos);
  CHECK(lines.find(R"("user":"admin")") != std::string::npos);
  CHECK(lines.find(R"("component":"audit")") != std::string::npos);
  CHECK(lines.find(R"("msg":"login rejected")") != std::string::npos);
  for (const std::string& secret : {key, std::string("P@ssw0rd123"), std::string("a wrong password"), w.token}) {
    CAPTURE(secret);
    CHECK(lines.find(secret) == std::string::npos);
  }
}

TEST_CASE("while agents come first, the API says when to come again") {
  World w;
  w.stop();
  w.start(3'600'000);
  CHECK(w.call("GET", "/health").code == 200);
  Answer later = w.call("GET", DEFAULT "/checks");
  CHECK(later.code == 503);
  CHECK(std::stoi(later.header("Retry-After")) > 3000);
}

TEST_CASE("targets nobody means well with") {
  World w;
  struct Row { const char *path; int code; };
  static const Row kRows[] = {{C2 "/namespaces/default/checks/%zz", 400}, {C2 "/namespaces/default/checks/a%00b", 404},
                              {C2 "/namespaces/default/checks/../../../x", 301}, {C2 "//checks", 301}, {"/%2e%2e/etc/passwd", 404},
                              {C2 "/namespaces/default/checks/%2e%2e%2f%2e%2e", 404}, {C2 "/checks?limit=1&continue=%00%ff", 200},
                              {C2 "/checks?labelSelector=%", 400}};
  for (const Row& r : kRows) {
    CAPTURE(r.path);
    CHECK(w.call("GET", r.path).code == r.code);
  }
}

TEST_CASE("the OpenAPI document is served, is of this program, and is the committed one") {
  World w;
  Answer got = w.call("GET", "/api/openapi.json", "", {{"Authorization", "none"}});
  CHECK(got.code == 200);
  CHECK(json_check(got.body).ok());
  auto committed = os_read_file("docs/openapi.json");
  if (std::getenv("PICKET_WRITE_DOCS")) {
    REQUIRE(os_write_file("docs/openapi.json", got.body).ok());
    committed = got.body;
  }
  CHECK_MESSAGE(committed.value == got.body, "docs/openapi.json is old: run backend_tests with PICKET_WRITE_DOCS=1 and commit it");
}

TEST_CASE("metrics: the names dashboards look for") {
  World w;
  w.call("GET", DEFAULT "/checks");
  std::string text = w.call("GET", "/metrics", "", {{"Authorization", "none"}}).body;
  for (const char* name :
       {"sensu_go_events_processed{", "sensu_go_agent_sessions{namespace=\"default\"} ", "sensu_go_keepalives{",
        "sensu_go_pipeline_duration{quantile=\"0.99\"} NaN\n", "sensu_go_pipeline_duration_count 0\n",
        "sensu_go_interval_schedulers{namespace=\"default\"} 0\n", "sensu_go_handler_requests{status=\"0\",type=\"pipe\"} 0\n",
        "picket_store_commit_duration_seconds{quantile=\"0.5\"} 0.", "picket_store_commits_total ", "picket_loop_lag_milliseconds ",
        "picket_api_request_duration_seconds_bucket{route=\"GET /api/core/v2/namespaces/{namespace}/checks\""}) {
    CAPTURE(name);
    CHECK(text.find(name) != std::string::npos);
  }
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    CAPTURE(std::string(line));
    CHECK((line[0] == '#' || line.rfind(' ') != line.npos));
  }
}
