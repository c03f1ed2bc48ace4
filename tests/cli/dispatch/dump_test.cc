// tests/cli/dispatch/dump_test.cc - what a dump for an older release says of what is left out.
#include "tests/cli/dispatch/fake_api.h"

using namespace picket;

TEST_CASE("what is left out of a dump for the same reason is one line, with a count") {
  FakeApi f;
  f.program = "picket ctl";
  const auto list = [](size_t n, const std::string& more) {
    std::string out = "[";
    for (size_t i = 0; i < n; i++)
      out += (i ? "," : "") + std::string(R"({"metadata":{"name":"n)") + std::to_string(i) + R"(","namespace":"default"},)" + more + "}";
    return out + "]";
  };
  const std::string base = "GET /api/core/v2/namespaces/default/";
  f.answers[base + "events?types=Event&limit=100"] = {200,
                                                      list(33, R"("check":{"metadata":{"name":"c"}},"entity":{"metadata":{"name":"e"}})")};
  f.answers[base + "handlers?types=Handler&limit=100"] = {200, list(1, R"("type":"webhook")")};
  f.answers[base + "entities?types=Entity&limit=100"] = {200, list(7, R"("entity_class":"agent")")};
  f.answers[base + "checks?types=CheckConfig&limit=100"] = {200, list(2, R"("command":"x","interval":5,"pipelines":[{"name":"p"}])")};
  f.answers["GET /api/core/v2/apikeys?types=APIKey&limit=100"] = {200, R"([{"metadata":{"name":"s3cret-key"},"username":"a"}])"};
  CHECK(f.run({"dump", "all", "--for", "5.11"}) == 0);
  CHECK(f.err ==
        "APIKey is not in the dump: keys are secrets, and those of before are still there on the old backend\n"
        "Handler n0 is not in the dump: 5.11 has no handlers of type webhook\n"
        "Entity, 7 objects (n0, n1, n2, n3, n4 and 2 more) are not in the dump: agents bring theirs when they connect\n"
        "CheckConfig, 2 objects (n0, n1): CheckConfig has no \"pipelines\" in 5.11; left out\n"
        "Event, 33 objects are not in the dump: events are results, not configuration\n");
}
