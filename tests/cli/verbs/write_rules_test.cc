// tests/cli/verbs/write_rules_test.cc - the order of writing, agents' entities and redacted values.
#include "cli/verbs/write_rules.h"

#include <doctest/doctest.h>

#include "common/rules/resource_types.h"

using namespace picket;

TEST_CASE("checks are written after all they need, and what is of one kind stays in its order") {
  std::vector<FileResource> all;
  for (const char* type : {"CheckConfig", "Silenced", "Handler", "CheckConfig", "EventFilter", "Entity", "Namespace", "Asset"}) {
    FileResource r;
    r.type = ctl_type(type);
    r.name = std::to_string(all.size());
    all.push_back(r);
  }
  write_order(all);
  std::string order;
  for (const FileResource& r : all) order += std::string(r.type->type) + r.name + " ";
  CHECK(order == "Namespace6 Asset7 EventFilter4 Handler2 Silenced1 Entity5 CheckConfig0 CheckConfig3 ");
}

TEST_CASE("every kind has its place in the order") {
  for (int i = 0; i < kResourceTypesCount; i++) {
    CAPTURE(std::string(kResourceTypes[i].type));
    CHECK(std::find(std::begin(kWriteOrder), std::end(kWriteOrder), std::string_view(kResourceTypes[i].type)) != std::end(kWriteOrder));
  }
}

TEST_CASE("an entity is its agent's own by class and label") {
  CHECK(is_agents_own(R"({"entity_class":"agent","metadata":{"labels":{"sensu.io/managed_by":"sensu-agent"}}})"));
  CHECK_FALSE(is_agents_own(R"({"entity_class":"proxy","metadata":{"labels":{"sensu.io/managed_by":"sensu-agent"}}})"));
  CHECK_FALSE(is_agents_own(R"({"entity_class":"agent","metadata":{"labels":null}})"));
}

TEST_CASE("redacted values are named, and the word is written only where it stands for a secret already") {
  const std::string file = R"({"metadata":{"name":"db","labels":{"pw":"REDACTED","zone":"a"},"annotations":{"key":"REDACTED"}}})";
  CHECK(redacted_names(file) == std::vector<std::string>{"label pw", "annotation key"});
  CHECK(redacted_left_out(file, "") == R"({"metadata":{"name":"db","labels":{"zone":"a"},"annotations":{}}})");
  CHECK(redacted_left_out(file, file) == file);
  CHECK(redacted_left_out(file, R"({"metadata":{"labels":{"pw":"REDACTED"}}})") ==
        R"({"metadata":{"name":"db","labels":{"pw":"REDACTED","zone":"a"},"annotations":{}}})");
  CHECK(redacted_names(R"({"metadata":{"labels":null}})").empty());
}
