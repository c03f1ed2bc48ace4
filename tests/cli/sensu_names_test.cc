// tests/cli/sensu_names_test.cc - the program under the names of sensu-agent and sensu-backend.
#include "cli/sensu_names.h"

#include <doctest/doctest.h>

#include "agent/config/agent_config.h"
#include "cli/commands/edge.h"

using namespace picket;

static Result<Options> loaded(const OptionTable& table) {
  OptionsInput input;
  input.read_file = [](const std::string& path) -> Result<std::string> {  // a machine that had both
    if (path == "/etc/sensu/agent.yml") return std::string("name: old\nbackend-url: [ws://sensu:8081]\n");
    if (path == "/etc/picket/agent.yml") return std::string("name: new\n");
    if (path == "/etc/sensu/backend.yml") return std::string("state-dir: /srv/sensu\n");
    return fail(Err::not_found, path);
  };
  return options_load(table, input);
}

TEST_CASE("called sensu-agent the program reads that one's file and lives in its directories") {
  Result<Options> sensu = loaded(sensu_agent_options()), ours = loaded(kAgentOptions);
  REQUIRE(sensu.ok());
  CHECK(sensu.value.text("name") == "old");
  CHECK(sensu.value.text("state-dir") == "/var/lib/sensu/sensu-agent");
  CHECK(sensu.value.text("cache-dir") == "/var/cache/sensu/sensu-agent");
  CHECK(ours.value.text("name") == "new");
  CHECK(ours.value.text("state-dir").empty());
}

TEST_CASE("called sensu-backend likewise, and a file beats the directories") {
  Result<Options> sensu = loaded(sensu_backend_options());
  REQUIRE(sensu.ok());
  CHECK(sensu.value.text("state-dir") == "/srv/sensu");
  CHECK(sensu.value.text("cache-dir") == "/var/cache/sensu/sensu-backend");
}

TEST_CASE("an edge refuses a name no entity can have, wherever it was given") {
  for (const char* name : {"x y", "a/b", "a\nb", "\xC3\xA9"}) {
    OptionsInput flag, variable;
    flag.argv = {"--name", name};
    variable.env = {{"PICKET_NAME", name}};
    for (const OptionsInput& input : {flag, variable}) {
      Result<Options> options = options_load(kEdgeOptions, input);
      REQUIRE(options.ok());
      Result<EdgeConfig> config = edge_config(options.value);
      REQUIRE_FALSE(config.ok());
      CHECK(config.status.message.find("name cannot contain spaces or special characters") != std::string::npos);
    }
  }
}
