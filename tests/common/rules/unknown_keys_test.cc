// tests/common/rules/unknown_keys_test.cc - attributes no field takes, and the names they are near to.
#include "common/rules/unknown_keys.h"

#include <doctest/doctest.h>

#include "common/rules/resource_types.h"

using namespace picket;

static std::string reported(const char* type, const std::string& given) {
  Result<Resource> r = resource_by_type(type)->decode(given);
  REQUIRE(r.ok());
  std::string all;
  for (const std::string& sentence : unknown_keys(type, given, r.value.body)) all += sentence + "\n";
  return all;
}

TEST_CASE("attributes that no field takes are reported, with the name that was probably meant") {
  static const struct { const char *type, *given, *reported; } kRows[] = {
      {"CheckConfig", R"({"command":"x","interval":5,"cron":"","proxy_requests":{"entity_attributes":["true"]}})", ""},
      {"CheckConfig", R"({"Command":"x","INTERVAL":5})", ""},
      {"CheckConfig", R"({"intervall":5})", "\"intervall\" is not an attribute of a CheckConfig and is dropped; did you mean \"interval\"?\n"},
      {"CheckConfig", R"({"proxy_entity_id":"x"})", "\"proxy_entity_id\" is not an attribute of a CheckConfig and is dropped; it is now \"proxy_entity_name\"\n"},
      {"CheckConfig", R"({"organization":"a","environment":"b"})",
       "\"organization\" is not an attribute of a CheckConfig and is dropped; it is now \"metadata.namespace\"\n"
       "\"environment\" is not an attribute of a CheckConfig and is dropped; it is now \"metadata.namespace\"\n"},
      {"CheckConfig", R"({"subscribers":["a"],"handler":"b"})",
       "\"subscribers\" is not an attribute of a CheckConfig and is dropped; it is now \"subscriptions\"\n"
       "\"handler\" is not an attribute of a CheckConfig and is dropped; it is now \"handlers\"\n"},
      {"CheckConfig", R"({"extended_attributes":"","organization":null})", ""},
      {"CheckConfig", R"({"metadata":{"name":"a","label":{"a":"b"}}})", "\"metadata.label\" is not an attribute of a CheckConfig and is dropped; did you mean \"labels\"?\n"},
      {"CheckConfig", R"({"metadata":{"labels":{"anything":"goes"},"annotations":{"so":"it does"}}})", ""},
      {"CheckConfig", R"({"output_metric_thresholds":[{"name":"a"},{"name":"b","treshholds":[{"max":"1"}]}]})",
       "\"output_metric_thresholds[1].treshholds\" is not an attribute of a CheckConfig and is dropped; did you mean \"thresholds\"?\n"},
      {"CheckConfig", R"({"zzzzzzzz":1})", "\"zzzzzzzz\" is not an attribute of a CheckConfig and is dropped\n"},
      {"CheckConfig", R"({"proxy_requests":{"entity_attributes":["entity.Class == 'proxy'"]}})",
       "proxy_requests.entity_attributes: \"entity.Class\" does not exist, so nothing matches; it is now \"entity.entity_class\"\n"},
      {"Handler", R"({"type":"tcp","socket":{"host":"h","prot":5}})", "\"socket.prot\" is not an attribute of a Handler and is dropped; did you mean \"port\"?\n"},
      {"EventFilter", R"({"action":"allow","statements":["true"]})", "\"statements\" is not an attribute of a EventFilter and is dropped; it is now \"expressions\"\n"},
      {"ClusterRole", R"({"rules":[{"verbs":["get"],"resource":["checks"]}]})",
       "\"rules[0].resource\" is not an attribute of a ClusterRole and is dropped; did you mean \"resources\"?\n"},
  };
  for (auto& r : kRows) {
    CAPTURE(std::string(r.given));
    CHECK(reported(r.type, r.given) == std::string(r.reported));
  }
}

TEST_CASE("attributes around a definition are reported, and where they belong") {
  static const struct { const char *document, *reported; } kRows[] = {
      {R"({"type":"Handler","api_version":"core/v2","metadata":{"name":"a","created_by":"x"},"spec":{"bogus":1}})", ""},
      {R"({"filters":["x"],"labels":{"a":"b"},"spce":{"type":"tcp"},"filtres":["x"],"qqqqqqqq":1,"timeout":0})",
       "\"filters\" is not an attribute of a document and is dropped; it belongs below \"spec\"\n"
       "\"labels\" is not an attribute of a document and is dropped; it belongs below \"metadata\"\n"
       "\"spce\" is not an attribute of a document and is dropped; did you mean \"spec\"?\n"
       "\"filtres\" is not an attribute of a document and is dropped; did you mean \"spec.filters\"?\n"
       "\"qqqqqqqq\" is not an attribute of a document and is dropped\n"},
      {R"({"metadata":{"name":"a","namespce":"x","label":{"a":"b"},"labels":{"any":"thing"}}})",
       "\"metadata.namespce\" is not an attribute of metadata and is dropped; did you mean \"namespace\"?\n"
       "\"metadata.label\" is not an attribute of metadata and is dropped; did you mean \"labels\"?\n"},
  };
  for (auto& r : kRows) {
    CAPTURE(std::string(r.document));
    std::string all;
    for (const std::string& sentence : unknown_document_keys("Handler", r.document)) all += sentence + "\n";
    CHECK(all == std::string(r.reported));
  }
}

TEST_CASE("of one definition a limited number are reported") {
  std::string given = "{";
  for (int i = 0; i < 100; i++) given += (i ? ",\"x" : "\"x") + std::to_string(i) + "\":1";
  CHECK(unknown_keys("CheckConfig", given + "}", "{}").size() == kUnknownKeysMax);
}
