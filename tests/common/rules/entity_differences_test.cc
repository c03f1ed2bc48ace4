// tests/common/rules/entity_differences_test.cc - an agent's file and its entity: what differs is named, what the system adds is not.
#include <doctest/doctest.h>

#include "common/rules/entity_differences.h"

using namespace picket;

namespace {
Entity web() {
  Entity e;
  e.metadata.name = "web";
  e.metadata.labels = {{"region", "eu"}, {"password", "hunter2"}};
  e.subscriptions = {"linux", "web"};
  e.redact = {"password"};
  return e;
}
}  // namespace

TEST_CASE("entity differences: what a backend adds or hides is none") {
  Entity stored = web();
  stored.subscriptions = {"web", "entity:web", "linux"};
  stored.metadata.labels["password"] = "REDACTED";
  stored.metadata.labels["sensu.io/managed_by"] = "sensu-agent";
  stored.metadata.created_by = "admin";
  stored.user = "agent";
  CHECK(entity_differences(web(), stored) == "");
  CHECK(entity_differences(stored, web()) == "");
  Entity sent = web();
  sent.metadata.labels["password"] = "REDACTED";
  stored.metadata.labels.erase("password");
  CHECK(entity_differences(sent, stored) == "");
}

TEST_CASE("entity differences: fields are named, values are not") {
  Entity stored = web();
  stored.metadata.labels["region"] = "us";
  stored.subscriptions.push_back("newsub");
  CHECK(entity_differences(web(), stored) == "labels, subscriptions");
  stored = web();
  stored.metadata.labels.erase("region");
  CHECK(entity_differences(web(), stored) == "labels");
  stored = web();
  stored.metadata.annotations["a"] = "b";
  stored.deregister = true;
  stored.deregistration_handler = "h";
  stored.keepalive_handlers = {"k"};
  stored.redact = {"secret"};
  CHECK(entity_differences(web(), stored) == "annotations, deregister, deregistration, keepalive_handlers, redact");
}
