// tests/backend/api/definitions_generator.h - texts of definitions with values of all sorts, good ones and bad ones (the same with the
// same seed), and how they are tried.
#pragma once
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "backend/api/call.h"
#include "common/rules/resource_types.h"
#include "common/text/url.h"

namespace picket {

struct Generator {
  std::mt19937 random;
  explicit Generator(unsigned seed) : random(seed) {}
  size_t below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random); }
  bool one_in(size_t n) { return below(n) == 0; }
  std::string of(std::initializer_list<const char*> values) { return *(values.begin() + below(values.size())); }

  // JSON texts.
  std::string name() {
    if (one_in(40)) return "\"" + std::string(1 + below(3000), 'n') + "\"";
    return one_in(6) ? of({"\"\"", "\"a b\"", "\"a/b\"", "null", "\".\"", "\"..\"", "\"a\\u0000b\"", "\"a\\nb\"", "\"%2e\"", "\"a?b\"",
                           "\"z\u00fcrich\""})
                     : of({"\"web\"", "\"a:b\"", "\"x.y-z_1\"", "\"__proto__\"", "\"keepalive\"", "\"...\"", "\"-\"", "\"constructor\""});
  }
  std::string names() {
    return one_in(6) ? of({"[\"\"]", "[\"a b\"]", "null"})
                     : of({"[]", "[\"web\"]", "[\"web\",\"db\"]", "[\"roundrobin:web\"]", "[\"entity:a\"]"});
  }
  // Of other objects: those that no object can have are among them.
  std::string references() {
    return one_in(8) ? of({"[\"\"]", "[\"a b\"]", "[\"ops\",\"a/b\"]", "[\"..\"]", "[\"z\u00fcrich\"]", "[\"a\\nb\"]", "[\"a,b\"]"})
                     : of({"[]", "null", "[\"ops\"]", "[\"a:b\",\"x.y-z_1\"]", "[\"is_incident\"]"});
  }
  std::string number() {
    return of({"0", "1", "2", "4", "5", "6", "60", "61", "3600", "4294967295", "-1", "4294967296", "9223372036854775807"});
  }
  std::string truth() { return of({"true", "false"}); }
  std::string text() { return of({"\"\"", "\" \"", "\"true\"", "\"echo {{ .name }}\"", "\"exit 2\""}); }
  std::string clock() {
    return of(
        {"\"5:00PM\"", "\"8:00AM\"", "\"17:00 UTC\"", "\"5:04PM -08:00\"", "\"25:00\"", "\"noon\"", "\"\"", "\"17:00 Nowhere/City\""});
  }
  std::string ranges() { return "[{\"begin\":" + clock() + ",\"end\":" + clock() + "}]"; }
  std::string days() { return "{\"days\":{" + of({"\"all\"", "\"monday\"", "\"tuesdays\"", "\"MONDAY\""}) + ":" + ranges() + "}}"; }
  std::string instant() {
    return of({"\"2024-01-01T22:00:00Z\"", "\"2024-01-02T06:00:00+02:00\"", "\"22:00\"", "\"\"", "\"2023-01-01T00:00:00Z\""});
  }
  std::string windows() {
    return "[{\"begin\":" + instant() + ",\"end\":" + instant() +
        ",\"repeat\":" + of({"[\"daily\"]", "[]", "[\"mondays\",\"weekends\"]", "[\"sometimes\"]", "null"}) + "}]";
  }
  std::string expressions() {
    return of({"[\"event.check.status == 2\"]", "[\"1 ==\"]", "[]", "[\"entity.name == 'a'\",\"}\"]", "[\"true\"]"});
  }
  std::string reference(const char* type) {
    return of({"{\"name\":\"ops\"}", "{\"name\":\"\"}", "{}"})
        .insert(1,
                one_in(3) ? std::string()
                          : std::string("\"type\":\"") + (one_in(4) ? "Check" : type) + "\",\"api_version\":\"" +
                        (one_in(5) ? "core/v3" : "core/v2") + "\"" + ",");
  }
  std::string map() { return of({"{}", "{\"a\":\"b\"}", "null", "{\"X-Token\":\"t\"}", "{\"a b\":\"c\"}", "{\"A\":\"b\\r\\nC: d\"}"}); }
  std::string words() {
    return of({"\"{{ .check.output }}\"", "\"{{ .check.output\"", "\"{{ nosuch . }}\"", "\"plain\"", "\"\"",
               "\"{\\\"text\\\":\\\"{{ .entity.name }}\\\"}\"", "\"{\\\"text\\\":\\\"{{ .entity\\\"}\""});
  }
};

struct Member { const char* key; std::string (*make)(Generator& g); };

using DefinitionKinds = std::map<std::string, std::vector<Member>>;  // by plural
extern const DefinitionKinds kRunKinds;                              // what is run or routed: definitions_test.cc
extern const DefinitionKinds kAccessKinds;                           // who, where, and with what: definitions_access_test.cc

// Most members, of each kind; metadata is made by the caller.
inline std::string members_of(Generator& g, const std::vector<Member>& members) {
  std::string out;
  for (const Member& m : members)
    if (!g.one_in(4)) out += std::string(",\"") + m.key + "\":" + m.make(g);
  return out;
}

// Whether its own URL leads to it: "" or why not.
inline std::string reachable(const ResourceType& type, const std::string& name) {
  const std::string place = type.namespaced ? "/api/core/v2/namespaces/default/" : "/api/core/v2/";
  const std::string path = place + type.plural + "/" + url_encode(name);
  const ApiRoute* route = nullptr;
  PathVariables variables;
  if (path.size() > 8192) return "its URL is too long for proxies";
  if (path_clean(path) != path || route_match(api_routes(), "GET", path, &route, &variables) != Match::found)
    return path + " leads elsewhere";
  return variables.id == name && route->resource == type.plural ? "" : path + " is another's";
}

inline constexpr int kDefinitionsEach = 3000;

// Makes definitions of a kind, judges them as the API does, and asks `works` about those that are taken.
inline void definitions_try(const DefinitionKinds& kinds, std::string (*generated)(Generator& g, const std::string& kind),
                            std::string (*works)(const std::string& kind, const std::string& body)) {
  for (const auto& row : kinds) {
    const std::string& kind = row.first;
    CAPTURE(kind);
    const ResourceType* type = resource_by_plural(kind);
    REQUIRE(type);
    Generator g(20261201);
    int accepted = 0, refused = 0;
    for (int i = 0; i < kDefinitionsEach; i++) {
      const std::string text = generated(g, kind);
      Result<Resource> r = type->decode(text);
      Status valid = r.ok() ? definition_check(*type, r.value.body) : r.status;
      (valid.ok() ? accepted : refused)++;
      if (!valid.ok()) {
        CHECK_MESSAGE(valid.message.size() >= 8, text);
        continue;
      }
      std::string why = works(kind, r.value.body);
      if (why.empty() && kind != "silenced") why = reachable(*type, r.value.metadata.name);
      CHECK_MESSAGE(why.empty(), why << ": " << text);
    }
    CHECK(accepted > kDefinitionsEach / 100);
    CHECK(refused > kDefinitionsEach / 100);
  }
}

}  // namespace picket
