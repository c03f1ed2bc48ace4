// tests/cli/dispatch/invocation_test.cc - the command line against an API of a few lines: what is asked, what is printed, how it ends.
#include <doctest/doctest.h>

#include <cstdlib>

#include "backend/shared/backend.h"
#include "common/json/json.h"
#include "common/os/os.h"
#include "common/os/file_lock.h"
#include "tests/cli/dispatch/fake_api.h"

using namespace picket;

TEST_CASE("flags may stand anywhere, and the environment is weaker than they are") {
  FakeApi f;
  f.answers["GET /api/core/v2/namespaces/acme/checks"] = {200, "[]"};
  f.answers["GET /api/core/v2/namespaces/env/checks"] = {200, "[]"};
  CHECK(f.run({"--namespace", "acme", "check", "list", "--format=json"}) == 0);
  CHECK(f.run({"check", "--namespace=acme", "list", "--format", "json"}) == 0);
  CHECK(f.out == "[]\n\n");
  f.env = {{"SENSU_NAMESPACE", "env"}, {"SENSU_FORMAT", "json"}};
  CHECK(f.run({"check", "list"}) == 0);
  CHECK(f.out == "[]\n\n");
  CHECK(f.run({"check", "list", "--namespace", "acme"}) == 0);
  CHECK(asked_of(f) == "GET /api/core/v2/namespaces/acme/checks");
}

TEST_CASE("what is wrong on the command line costs no request") {
  struct Row {
    std::vector<std::string> argv;
    int status;
    const char* error;
  };
  const Row rows[] = {
      {{"nosuch"}, 1, "Error: unknown command \"nosuch\" for \"sensuctl\"\nRun 'sensuctl --help' for usage.\n"},
      {{"chek"}, 1, "Error: unknown command \"chek\" for \"sensuctl\"\n\nDid you mean this?\n\tcheck\n\nRun 'sensuctl --help' for usage.\n"},
      {{"check", "nosuch"}, 64, "Error: unknown command \"nosuch\" for \"sensuctl check\"\nRun 'sensuctl check --help' for usage.\n"},
      {{"check", "list", "--nosuch"}, 1, "Error: unknown flag: --nosuch\n"},
      {{"check", "list", "-z"}, 1, "Error: unknown shorthand flag: 'z' in -z\n"},
      {{"check", "list", "--format"}, 1, "Error: flag needs an argument: --format\n"},
      {{"check", "list", "--chunk-size", "x"}, 1, "Error: invalid argument \"x\" for \"--chunk-size\" flag: strconv.ParseInt: parsing \"x\": invalid syntax\n"},
      {{"check", "list", "--timeout", "soon"}, 1, "Error: invalid argument \"soon\" for \"--timeout\" flag: time: invalid duration \"soon\"\n"},
      {{"check", "create"}, 1, "Error: required flag(s) \"command\", \"subscriptions\" not set\n"},
      {{"check", "info"}, 1, "Error: invalid argument(s) received\n"},
      {{"silenced", "create", "--reason", "r"}, 1, "Error: must specify --check or --subscription\n"},
      {{"silenced", "create", "--reason", "r", "-c", "x", "--expire", "abc"}, 1, "Error: expiry \"abc\" is unknown; expected seconds, a span like 90m, 1h or 2d, a time like 06:00 or 2026-12-01 22:00, or -1\n"},
      {{"silenced", "create", "--reason", "r", "-c", "x", "-b", "2026-12-02 10:00", "-e", "2026-12-02 09:00"}, 1, "Error: the silence would end before it begins: 2026-12-02 09:00\n"},
      {{"silenced", "create", "--reason", "r", "-c", "x", "--begin", "soon"}, 1, "Error: unknown format for provided date soon; expected now, +2h, 22:00, 2026-12-01 22:00, or 2026-12-01T22:00:00+01:00\n"},
      {{"check", "set-hooks", "c", "--type", "256", "--hooks", "h"}, 1, "Error: valid check hook types are \"0\"-\"255\", \"ok\", \"warning\", \"critical\", \"unknown\", and \"non-zero\"\n"},
      {{"edit", "nosuch", "x"}, 1, "Error: unknown resource type \"nosuch\"; expected the name of its command group, e.g. check\n"},
  };
  for (const Row& r : rows) {
    FakeApi f;
    CAPTURE(r.error);
    CHECK(f.run(r.argv) == r.status);
    CHECK(f.err == r.error);
    CHECK(f.asked.empty());
  }
}

TEST_CASE("a token that expired is traded for a new one, once, and the new one is kept") {
  FakeApi f;
  f.configure(1);
  f.answers["POST /auth/token"] = {200, R"({"access_token":"new","refresh_token":"r2","expires_at":4000000000})"};
  f.answers["GET /api/core/v2/namespaces/default/checks"] = {200, "[]"};
  CHECK(f.run({"check", "list"}) == 0);
  CHECK(asked_of(f) == "POST /auth/token {\"refresh_token\":\"refresh\"}|GET /api/core/v2/namespaces/default/checks");
  CHECK(f.headers[1] == "Bearer new");
  CHECK(f.run({"check", "list"}) == 0);
  CHECK(asked_of(f) == "GET /api/core/v2/namespaces/default/checks");
  f.configure(1);
  f.answers["POST /auth/token"] = {200, "{}"};
  CHECK(f.run({"check", "list"}) == 1);
  CHECK(f.err == "Error: failed to request new refresh token; client returned 'bad authentication token'\n");
}

TEST_CASE("an API key takes the place of the tokens") {
  FakeApi f;
  f.answers["GET /api/core/v2/namespaces/default/checks"] = {200, "[]"};
  CHECK(f.run({"check", "list", "--api-key", "k"}) == 0);
  CHECK(f.headers[0] == "Key k");
}

TEST_CASE("a secret of the command line may lie in a file, named by a flag or the environment") {
  FakeApi f;
  f.answers["GET /auth/test"] = {200, ""};
  f.answers["GET /api/core/v2/namespaces/default/events?limit=100"] = {200, "[]"};
  const std::string path = f.dir + "/secret";
  REQUIRE(os_write_file(path, "hush hush\n", 0600).ok());
  CHECK(f.run({"user", "test-creds", "bob", "--password-file", path}) == 0);
  CHECK(f.headers.at(0) == "Basic Ym9iOmh1c2ggaHVzaA==");
  CHECK(f.run({"--password-file=" + path, "user", "test-creds", "bob"}) == 0);
  f.env = {{"SENSU_PASSWORD_FILE", path}};
  CHECK(f.run({"user", "test-creds", "bob"}) == 0);
  CHECK(f.headers.at(0) == "Basic Ym9iOmh1c2ggaHVzaA==");
  f.env = {{"PICKET_API_KEY_FILE", path}};
  (void)f.run({"event", "list"});
  CHECK(f.headers.at(0) == "Key hush hush");
  f.env = {};
  CHECK(f.run({"user", "test-creds", "bob", "--password-file", "/nonexistent/x"}) != 0);
  CHECK(f.err.find("/nonexistent/x") != std::string::npos);
  CHECK(f.run({"event", "list", "--namespace-file", path}) != 0);  // no secret
}

TEST_CASE("errors of the API are shown whatever form they have") {
  struct Row {
    int status;
    const char *body, *error;
  };
  const Row rows[] = {{500, R"({"message":"it broke","code":1})", "it broke"}, {502, "<html>", "<html>"},
                      {405, "", "the API returned: 405 Method Not Allowed"},   {403, R"({"Message":"no","Code":4})", "no"},
                      {400, "[1]", "[1]"}};
  for (const Row& r : rows) {
    FakeApi f;
    f.answers["GET /api/core/v2/namespaces/default/checks"] = {r.status, r.body};
    CHECK(f.run({"check", "list"}) == 1);
    CHECK(f.err == std::string("Error: ") + r.error + "\n");
  }
  FakeApi f;
  f.answers["GET /api/core/v2/namespaces/default/checks"] = {200, "nonsense"};
  CHECK(f.run({"check", "list"}) == 1);
  f.answers["GET /api/core/v2/namespaces/default/checks"] = {200, ""};
  CHECK(f.run({"check", "list", "--format", "json"}) == 0);
}

TEST_CASE("a silence begins when the flag says") {
  struct Row {
    const char* begin;
    int64_t unix_s;
  };
  const Row rows[] = {{"now", 1'800'000'000},
                      {"0", 1'800'000'000},
                      {"2030-01-02T15:04:00+01:00", 1'893'593'040},
                      {"2030-01-02 15:04:00 +01:00", 1'893'593'040},
                      {"Jan 02 2030 3:04PM UTC", 1'893'596'640},
                      {"Jan 02 2030 12:00AM UTC", 1'893'542'400},
                      {"Jul 02 2030 3:04PM Europe/Berlin", 1'909'227'840}};
  for (const Row& r : rows) {
    FakeApi f;
    CAPTURE(r.begin);
    f.answers["POST /api/core/v2/namespaces/default/silenced"] = {201, ""};
    CHECK(f.run({"silenced", "create", "-s", "linux", "--reason", "r", "--begin", r.begin}) == 0);
    REQUIRE_MESSAGE(f.asked.size() == 1, f.err);
    std::string body = f.asked[0].substr(f.asked[0].find('{'));
    CHECK(json_int64(json_at(body, {"begin"})).value == r.unix_s);
  }
}

TEST_CASE("a silence ends after a span or at a time, as people write them") {
  struct Row { const char *begin, *expire; int64_t seconds; };
  const Row rows[] = {{"now", "3600", 3600},
                      {"now", "-1", -1},
                      {"now", "1h", 3600},
                      {"now", "1h30m", 5400},
                      {"now", "2d", 172'800},
                      {"2030-01-02T15:04:00Z", "2030-01-02T16:04:00+00:00", 3600},
                      {"2030-01-02 10:00", "2030-01-02 12:30", 9000},
                      {"2030-01-02 22:00", "06:00", 28'800},
                      {"2030-01-02T22:00", "2030-01-03", 7200}};
  for (const Row& r : rows) {
    FakeApi f;
    CAPTURE(r.begin);
    CAPTURE(r.expire);
    f.answers["POST /api/core/v2/namespaces/default/silenced"] = {201, ""};
    CHECK(f.run({"silenced", "create", "-s", "linux", "--reason", "r", "--begin", r.begin, "-e", r.expire}) == 0);
    REQUIRE_MESSAGE(f.asked.size() == 1, f.err);
    std::string body = f.asked[0].substr(f.asked[0].find('{'));
    CHECK(json_int64(json_at(body, {"expire"})).value == r.seconds);
  }
  FakeApi f;
  f.answers["POST /api/core/v2/namespaces/default/silenced"] = {201, ""};
  CHECK(f.run({"silenced", "create", "-s", "linux", "--reason", "r", "--begin", "+2h", "-e", "1h"}) == 0);
  CHECK(json_int64(json_at(f.asked[0].substr(f.asked[0].find('{')), {"begin"})).value == 1'800'007'200);
}

TEST_CASE("create reads JSON and YAML, many at once, and stops at the first refusal") {
  FakeApi f;
  f.input =
      "type: Namespace\nspec: {name: acme}\n---\n# nothing\n---\ntype: CheckConfig\nmetadata:\n  name: c\n  labels: {a: b}\nspec:\n  command: x\n"
      "  interval: 5\n  metadata: {name: inner, labels: {c: d}}\n";
  f.answers["PUT /api/core/v2/namespaces/acme"] = {201, ""};
  CHECK(f.run({"create"}) == 1);
  REQUIRE(f.asked.size() == 2);
  CHECK(f.asked[0] == "PUT /api/core/v2/namespaces/acme {\"name\":\"acme\"}");
  std::string body = f.asked[1].substr(f.asked[1].find('{'));
  CHECK(json_at(body, {"metadata", "labels"}) == R"({"a":"b","c":"d","sensu.io/managed_by":"sensuctl"})");
  CHECK(json_at(body, {"metadata", "name"}) == "\"c\"");
  CHECK(
      f.err ==
      "Error: error putting resource #1 with name \"c\" and namespace \"default\" (/api/core/v2/namespaces/default/checks/c): not found\n");
}

TEST_CASE("create -f takes folders, deeper ones with -r, and names what is wrong with each resource") {
  FakeApi f;
  std::string dir = f.dir + "/resources";
  REQUIRE(os_make_dirs(dir + "/deep").ok());
  REQUIRE(os_write_file(dir + "/a.yml", "type: Namespace\nspec: {name: a}\n").ok());
  REQUIRE(os_write_file(dir + "/deep/b.json", R"({"type":"Namespace","spec":{"name":"b"}})").ok());
  f.answers["PUT /api/core/v2/namespaces/a"] = {201, ""};
  f.answers["PUT /api/core/v2/namespaces/b"] = {201, ""};
  CHECK(f.run({"create", "-f", dir}) == 0);
  CHECK(f.asked.size() == 1);
  CHECK(f.run({"create", "-r", "-f", dir}) == 0);
  CHECK(f.asked.size() == 2);
  REQUIRE(os_write_file(dir + "/c.json",
                        R"({"type":"Nope","spec":{}}{"type":"CheckConfig"}{"type":"Namespace","api_version":"core/v9","spec":{}})")
              .ok());
  CHECK(f.run({"create", "-f", dir + "/c.json"}) == 1);
  CHECK(f.asked.empty());
  CHECK(
      f.err ==
      "resource 0: error parsing spec: type could not be found: \"Nope\"\nresource 0: no spec provided\nresource 0: error parsing spec: api not found\n"
      "Error: in " +
          dir + "/c.json: some resources couldn't be parsed\n");
}

TEST_CASE("interactive create asks, checks answers and takes defaults") {
  FakeApi f;
  f.input = "\nhk\n\ndate\n30\ntrue\n";  // no name is not enough; namespace stays
  f.answers["POST /api/core/v2/namespaces/default/hooks"] = {201, ""};
  CHECK(f.run({"hook", "create", "--interactive"}) == 0);
  REQUIRE(f.asked.size() == 1);
  std::string body = f.asked[0].substr(f.asked[0].find('{'));
  CHECK(json_sorted(body) ==
        R"({"command":"date","metadata":{"name":"hk","namespace":"default"},"runtime_assets":null,"stdin":true,"timeout":30})");
}

TEST_CASE("declining a question sends nothing") {
  FakeApi f;
  for (const char* answer : {"", "n\n", "\n", "whatever\n"}) {
    f.input = answer;
    CHECK(f.run({"check", "delete", "c"}) == 0);
    CHECK(f.asked.empty());
    CHECK(f.out.find("Canceled\n") != f.out.npos);
  }
  f.input = "y\n";
  f.answers["DELETE /api/core/v2/namespaces/default/checks/c"] = {204, ""};
  CHECK(f.run({"check", "delete", "c"}) == 0);
  CHECK(f.asked.size() == 1);
}

TEST_CASE("completion knows every command and says nothing wrong of the shell's words") {
  FakeApi f;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    CHECK(f.run({"completion", shell}) == 0);
    CHECK(f.out.find("set-subscriptions") != f.out.npos);
  }
}

TEST_CASE("every command has help that can be printed") {
  for (const CtlCommand& c : ctl_commands()) {
    FakeApi f;
    if (std::string_view(c.path) == "completion") continue;
    std::vector<std::string> argv;
    std::string word;
    for (const char* p = c.path; *p; p++) {
      if (*p == ' ') argv.push_back(std::exchange(word, ""));
      else word += *p;
    }
    if (!word.empty()) argv.push_back(word);
    argv.push_back("--help");
    CAPTURE(c.path);
    CHECK(f.run(argv) == 0);
    CHECK(f.out.find("Usage:\t") != f.out.npos);
    CHECK(f.asked.empty());
  }
}

TEST_CASE("the stored files are those of sensuctl") {
  FakeApi f;
  Result<std::string> text = os_read_file(f.dir + "/.config/sensu/sensuctl/cluster");
  for (const char* key : {"api-url", "trusted-ca-file", "insecure-skip-tls-verify", "access_token", "expires_at", "refresh_token"})
    CHECK(!json_at(text.value, {key}).empty());
  REQUIRE(os_write_file(f.dir + "/.config/sensu/sensuctl/cluster", "{ damaged").ok());
  CHECK(f.run({"check", "list"}) == 1);
  CHECK(f.err.find("is damaged; run `configure` again") != f.err.npos);
}

TEST_CASE("restore takes backups only, and never under a running backend") {
  FakeApi f;
  std::string state = f.dir + "/state", file = f.dir + "/backup";
  REQUIRE(os_write_file(file, "no store at all, really").ok());
  CHECK(f.run({"restore", file, "--state-dir", state}) == 1);
  CHECK(f.err.find("is not a backup: it has no SQLite header") != f.err.npos);
  REQUIRE(os_write_file(file, std::string("SQLite format 3\0 and then nonsense", 34)).ok());
  CHECK(f.run({"restore", file, "--state-dir", state}) == 1);
  CHECK(!os_exists(state + "/picket.db"));
  CHECK(f.run({"restore", f.dir, "--state-dir", state}) == 1);
  CHECK(f.err.find(f.dir + " is no file") != f.err.npos);
  Result<intptr_t> backend = backend_lock(state);
  REQUIRE(backend.ok());
  CHECK(f.run({"restore", file, "--state-dir", state, "--force"}) == 1);
  CHECK(f.err.find("stop the backend") != f.err.npos);
  os_unlock_file(backend.value);
}

TEST_CASE("edit sends what the editor left, and nothing when it changed nothing") {
  FakeApi f;
  std::string path = "/api/core/v2/namespaces/default/hooks/h";
  f.answers["GET " + path] = {
      200, R"({"metadata":{"name":"h","namespace":"default"},"command":"date","timeout":10,"stdin":false,"runtime_assets":null})"};
  f.answers["PUT " + path] = {201, ""};
  const bool windows = os_system_facts().os == "windows";
  REQUIRE(
      os_write_file(
          f.dir + "/new",
          R"({"type":"HookConfig","api_version":"core/v2","metadata":{"name":"h","namespace":"default"},"spec":{"command":"date","timeout":20,"stdin":false,"runtime_assets":null}})")
          .ok());
  f.env = {{"EDITOR", (windows ? "copy /y \"" : "cp \"") + f.dir + "/new\""}};
  CHECK(f.run({"edit", "hook", "h"}) == 0);
  CHECK(f.out == "Updated " + path + "\n");
  REQUIRE(f.asked.size() == 2);
  CHECK(f.asked[1].find("\"timeout\":20") != std::string::npos);
  f.env = {{"EDITOR", windows ? "rem" : "true"}};
  CHECK(f.run({"edit", "hook", "h"}) == 0);
  CHECK(f.asked.size() == 1);
  f.env = {{"EDITOR", windows ? "exit 1 &" : "false"}};
  CHECK(f.run({"edit", "hook", "h"}) == 1);
  CHECK(os_list_dir(f.dir + "/.config/sensu/sensuctl").value == std::vector<std::string>{"cluster"});
}
