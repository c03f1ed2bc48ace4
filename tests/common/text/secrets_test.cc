// tests/common/text/secrets_test.cc - what is secret, and how it is shown without.
#include "common/text/secrets.h"

#include <doctest/doctest.h>

using namespace picket;

TEST_CASE("variables of ours that are secrets") {
  struct Row { const char *name, *value; bool secret; };
  const Row rows[] = {
      {"PICKET_PASSWORD", "x", true},
      {"PICKET_API_PASSWORD", "x", true},
      {"PICKET_ADMIN_PASSWORD", "x", true},
      {"PICKET_CLUSTER_ADMIN_API_KEY", "x", true},
      {"PICKET_AGENT_PASSWORD", "x", true},
      {"PICKET_PASSWORD_FILE", "/x", true},
      {"SENSU_BACKEND_CLUSTER_ADMIN_PASSWORD", "x", true},
      {"SENSU_PASSWORD", "x", true},
      {"SENSU_API_KEY", "x", true},
      {"SENSU_ACCESS_TOKEN", "x", true},
      {"SENSU_REFRESH_TOKEN", "x", true},
      {"sensu_password", "x", true},
      {"PICKET_BACKEND_URL", "wss://agent:word@b1:8081", true},
      {"PICKET_BACKEND_URL", "wss://b1:8081,wss://agent:word@b2", true},
      {"PICKET_BACKEND_URL", "wss://b1:8081/a@b", false},
      {"PICKET_LABELS", "region=eu,password=word", true},
      {"SENSU_ANNOTATIONS", "{\"api_key\":\"word\"}", true},
      {"PICKET_LABELS", "region=eu", false},
      {"SENSU_NAMESPACE", "default", false},
      {"SENSU_API_URL", "http://127.0.0.1:8080", false},
      {"PATH", "/bin", false},
      {"DB_PASSWORD", "x", false},  // not ours: what the operator gives to checks
      {"http_proxy", "http://u:p@proxy", false},
  };
  for (const Row& r : rows) {
    CAPTURE(r.name);
    CAPTURE(r.value);
    CHECK(environment_is_secret(r.name, r.value) == r.secret);
  }
  CHECK(environment_for_commands({{"A", "1"}, {"PICKET_PASSWORD", "x"}, {"B", "2"}}) == std::vector<std::string>{"A=1", "B=2"});
}

TEST_CASE("passwords in URLs") {
  CHECK(url_passwords_hidden("wss://a:b@h:1/p?q ws://h, http://u@x") == "wss://***@h:1/p?q ws://h, http://***@x");
  CHECK(url_passwords_hidden("no url") == "no url");
  CHECK(url_passwords_hidden("http://h/a@b") == "http://h/a@b");
  CHECK(url_passwords_hidden("http://p@ss:w@h/") == "http://***@h/");
}
