// tests/common/rules/no_effect_test.cc - what is accepted, as by the reference, and can have no effect: each is reported, nothing else is.
#include "common/rules/no_effect.h"

#include <doctest/doctest.h>

#include "common/rules/validate.h"
#include "tests/support/corpus.h"

using namespace picket;

namespace {

constexpr int64_t kNow = 1'700'000'000;

std::string said(const char* kind, const std::string& given) {
  const ResourceType& type = *resource_by_plural(kind);
  Result<Resource> r = type.decode(given);
  REQUIRE(r.ok());
  std::string all;
  for (const std::string& sentence : no_effect(type, r.value.body, kNow)) all += sentence + "\n";
  return all;
}

}  // namespace

TEST_CASE("definitions that can have no effect are reported with field, value and remedy") {
  static const struct { const char *kind, *given, *said; } kRows[] = {
      {"roles", R"({"rules":[{"verbs":["get"],"resources":["checks","events"]}]})", ""},
      {"roles", R"({"rules":[{"verbs":["get"],"resources":["localselfuser"],"resource_names":["a"]}]})", ""},
      {"roles", R"({"rules":[{"verbs":[],"resources":["*"]}]})", "rules[0] has no verbs and permits nothing; add verbs, or remove the rule\n"},
      {"clusterroles", R"({"rules":[{"verbs":["*"],"resources":["checks"]},{"verbs":["get"]}]})",
       "rules[1] has no resources and permits nothing; add resources, or remove the rule\n"},
      {"roles", R"({"rules":[{"verbs":["get"],"resources":["check,events"]}]})",
       "rules[0].resources: \"check\" is not a resource of this API and permits nothing; did you mean \"checks\"?\n"},
      {"clusterroles", R"({"rules":[{"verbs":["get"],"resources":["namespaces","cluster","*"]}]})", ""},
      {"clusterroles", R"({"rules":[{"verbs":["get"],"resources":["searches-of-tables"]}]})",
       "rules[0].resources: \"searches-of-tables\" is not a resource of this API and permits nothing\n"},
      {"roles", R"({"rules":[{"verbs":["get"],"resources":["checks"],"resource_names":[""]}]})",
       "rules[0].resource_names: \"\" is no name and permits nothing; remove it\n"},
      {"rolebindings", R"({"subjects":[{"type":"User","name":"bob"},{"type":"Group","name":"Domain Admins"}]})", ""},
      {"rolebindings", R"({"subjects":[{"type":"user","name":"Bob B"}]})",
       "subjects: no user of this backend can be named \"Bob B\": names have a to z, 0 to 9, '.', '_' and '-'; correct the subject, or remove it\n"},
      {"handlers", R"({"metadata":{"name":"all"},"type":"set","handlers":["mail"]})", ""},
      {"handlers", R"({"metadata":{"name":"all"},"type":"set"})", "the set has no handlers and notifies nobody; add handlers\n"},
      {"handlers", R"({"metadata":{"name":"all"},"type":"set","handlers":["mail","all"]})",
       "handlers: \"all\" is this set itself and is not used; remove it\n"},
      {"handlers", R"({"metadata":{"name":"all"},"type":"pipe","command":"true"})", ""},
      {"pipelines", R"({"workflows":[]})", "the pipeline has no workflows, and its events fail; add a workflow\n"},
      {"silenced", R"({"check":"c","expire_at":1700000001})", ""},
      {"silenced", R"({"check":"c","expire":60,"expire_at":0})", ""},
      {"silenced", R"({"check":"c","expire_at":1700000000})",
       "expire_at: 1700000000 (2023-11-14 22:13:20 +0000 UTC) is in the past, so the silence is over and is deleted; "
       "give a later expire_at, or expire in seconds\n"},
      {"silenced", R"({"check":"c","windows":[{"begin":"2020-01-01T00:00:00Z","end":"2020-01-01T01:00:00Z"}]})",
       "windows: all of them are in the past, so the silence has no effect; add one to come, or a repeat\n"},
      {"silenced", R"({"check":"c","windows":[{"begin":"2020-01-01T00:00:00Z","end":"2020-01-01T01:00:00Z","repeat":["daily"]}]})", ""},
      {"checks", R"({"command":"true","handlers":[]})", ""},
  };
  for (const auto& r : kRows) {
    CAPTURE(std::string(r.given));
    CHECK(said(r.kind, r.given) == std::string(r.said));
  }
}

TEST_CASE("the sentences about one definition are few") {
  std::string rules;
  for (int i = 0; i < 100; i++) rules += std::string(i ? "," : "") + R"({"verbs":[],"resources":["nonsense"]})";
  const ResourceType& type = *resource_by_plural("roles");
  CHECK(no_effect(type, type.decode(R"({"rules":[)" + rules + "]}").value.body, kNow).size() == kNoEffectMax);
}

TEST_CASE("names that no object can have are refused with field, value and remedy") {
  const std::string meta = R"("metadata":{"name":"x","namespace":"default"},)";
  static const struct { const char *kind, *members, *said; } kRows[] = {
      {"checks", R"("command":"true","interval":5,"handlers":["ops","a b"])",
       "handlers: \"a b\" cannot be the name of a handler: it cannot contain spaces or special characters; correct it or leave it out"},
      {"checks", R"("command":"true","interval":5,"output_metric_handlers":[""])",
       "output_metric_handlers: \"\" cannot be the name of a handler: it must not be empty; correct it or leave it out"},
      {"checks", R"("command":"true","interval":5,"check_hooks":[{"ok":["re/start"]}])",
       "check_hooks: \"re/start\" cannot be the name of a hook: it cannot contain spaces or special characters; correct it or leave it out"},
      {"handlers", R"("type":"set","handlers":["mail; chat"])",
       "handlers: \"mail; chat\" cannot be the name of a handler: it cannot contain spaces or special characters; correct it or leave it out"},
      {"handlers", R"("type":"pipe","command":"c","filters":["is incident"])",
       "filters: \"is incident\" cannot be the name of a filter: it cannot contain spaces or special characters; correct it or leave it out"},
      {"handlers", R"("type":"pipe","command":"c","mutator":"..")",
       "mutator: \"..\" cannot be the name of a mutator: it must not be \".\" or \"..\", which a URL takes for a folder; "
       "correct it or leave it out"},
      {"handlers", R"("type":"pipe","command":"c","runtime_assets":["a b"])",
       "runtime_assets: \"a b\" cannot be an asset: its name may only contain letters, forward slashes, underscores, dashes and numbers; "
       "correct it or leave it out"},
      {"mutators", R"("command":"c","runtime_assets":[""])",
       "runtime_assets: \"\" cannot be an asset: its name cannot be empty; correct it or leave it out"},
      {"filters", R"("action":"allow","expressions":["true"],"runtime_assets":["x y"])",
       "runtime_assets: \"x y\" cannot be an asset: its name may only contain letters, forward slashes, underscores, dashes and numbers; "
       "correct it or leave it out"},
      {"hooks", R"("command":"c","timeout":5,"runtime_assets":["x y"])",
       "runtime_assets: \"x y\" cannot be an asset: its name may only contain letters, forward slashes, underscores, dashes and numbers; "
       "correct it or leave it out"},
      {"rolebindings", R"("subjects":[{"type":"User","name":"u"}],"role_ref":{"type":"Role","name":"view all"})",
       "role_ref: \"view all\" cannot be the name of a Role: it cannot contain spaces or special characters; correct it or leave it out"},
      {"entities", R"("entity_class":"agent","keepalive_handlers":["page me"])",
       "keepalive_handlers: \"page me\" cannot be the name of a handler: it cannot contain spaces or special characters; "
       "correct it or leave it out"},
      {"entities", R"("entity_class":"agent","deregistration":{"handler":"a b"})",
       "deregistration.handler: \"a b\" cannot be the name of a handler: it cannot contain spaces or special characters; "
       "correct it or leave it out"},
  };
  for (const auto& r : kRows) {
    CAPTURE(std::string(r.members));
    const ResourceType& type = *resource_by_plural(r.kind);
    Result<Resource> made = type.decode("{" + meta + r.members + "}");
    REQUIRE(made.ok());
    CHECK(type.validate(made.value.body).message == std::string(r.said));
  }
}

TEST_CASE("handlers of a check may have tokens in their names: the agent substitutes them") {
  const ResourceType& type = *resource_by_plural("checks");
  for (const char* list : {R"(["h-{{ .labels.foo }}"])", R"(["ops","{{ .labels.team | default \"ops\" }}"])"})
    for (const char* field : {"handlers", "output_metric_handlers"}) {
      CAPTURE(std::string(list));
      const std::string check =
          std::string(R"({"metadata":{"name":"x","namespace":"default"},"command":"c","interval":5,")") + field + "\":" + list + "}";
      CHECK(type.validate(type.decode(check).value.body).ok());
    }
}
