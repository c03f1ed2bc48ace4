// tests/cli/dispatch/invocation_test.cc - the command line against an API of a few lines: what is asked, what is printed, how it ends.
#include "cli/ctl/ctl.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "backend/shared/backend.h"
#include "common/json/json.h"
#include "common/os/os.h"
#include "common/os/file_lock.h"
#include "tests/support/temp_dir.h"

using namespace picket;

namespace {

// Remembers what was asked and answers by method and path.
struct Fake {
  std::string dir;
  std::map<std::string, std::pair<int, std::string>> answers;  // "GET /path" -> status, body
  std::vector<std::string> asked;                              // "GET /path body"
  std::vector<std::string> headers;                            // Authorization of each
  std::string out, err, input;
  std::vector<std::pair<std::string, std::string>> env;

  Fake() {
    dir = temp_dir("ctl");
    REQUIRE(os_make_dirs(dir + "/.config/sensu/sensuctl").ok());
    configure(4'000'000'000);
  }
  ~Fake() { (void)os_remove_tree(dir); }

  void configure(int64_t expires_at) {
    CtlConfig c;
    c.dir = dir + "/.config/sensu/sensuctl";
    c.api_url = "http://api";
    c.access_token = "e30.eyJzdWIiOiJhZG1pbiJ9.x";  // {"sub":"admin"}
    c.refresh_token = "refresh";
    c.expires_at = expires_at;
    REQUIRE(config_save_cluster(c).ok());
  }

  CtlReply answer(const HttpClientRequest& r) {
    std::string path = r.url.substr(r.url.find("://api") + 6);
    asked.push_back(r.method + " " + path + (r.body.empty() ? "" : " " + r.body));
    headers.push_back(std::string(header_get(r.headers, "Authorization")));
    CtlReply reply;
    auto found = answers.find(r.method + " " + path);
    reply.code = found == answers.end() ? 404 : found->second.first;
    reply.body = found == answers.end() ? R"({"message":"not found","code":2})" : found->second.second;
    return reply;
  }

  int run(std::vector<std::string> argv) {
    Ctl ctl;
    asked.clear(), headers.clear(), out.clear(), err.clear();
    ctl.env = env;
    ctl.env.push_back({"HOME", dir});
    ctl.transport = [this](const HttpClientRequest& r) { return answer(r); };
    ctl.read_input = [this] { return input; };
    ctl.read_line = [this](std::string* line) {
      if (input.empty()) return false;
      size_t end = input.find('\n');
      *line = input.substr(0, end);
      input.erase(0, end == input.npos ? end : end + 1);
      return true;
    };
    ctl.write_out = [this](std::string_view text) { out += text; };
    ctl.write_err = [this](std::string_view text) { err += text; };
    ctl.now_ms = 1'800'000'000'000;
    return ctl_run(ctl, argv);
  }
};

std::string asked_of(const Fake& f) {
  std::string all;
  for (const std::string& a : f.asked) all += (all.empty() ? "" : "|") + a;
  return all;
}

}  // namespace

TEST_CASE("flags may stand anywhere, and the environment is weaker than they are") {
  Fake f;
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
      {{"silenced", "create", "--reason", "r", "-c", "x", "--expire", "abc"}, 1, "Error: strconv.ParseInt: parsing \"abc\": invalid syntax\n"},
      {{"silenced", "create", "--reason", "r", "-c", "x", "--begin", "soon"}, 1, "Error: unknown format for provided date soon\n"},
      {{"check", "set-hooks", "c", "--type", "256", "--hooks", "h"}, 1, "Error: valid check hook types are \"0\"-\"255\", \"ok\", \"warning\", \"critical\", \"unknown\", and \"non-zero\"\n"},
      {{"edit", "nosuch", "x"}, 1, "Error: there is no resource type \"nosuch\"; use the name of its commands, like check\n"},
  };
  for (const Row& r : rows) {
    Fake f;
    CAPTURE(r.error);
    CHECK(f.run(r.argv) == r.status);
    CHECK(f.err == r.error);
    CHECK(f.asked.empty());
  }
}

TEST_CASE("a token that expired is traded for a new one, once, and the new one is kept") {
  Fake f;
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
  Fake f;
  f.answers["GET /api/core/v2/namespaces/default/checks"] = {200, "[]"};
  CHECK(f.run({"check", "list", "--api-key", "k"}) == 0);
  CHECK(f.headers[0] == "Key k");
}

TEST_CASE("a secret of the command line may lie in a file, named by a flag or the environment") {
  Fake f;
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
    Fake f;
    f.answers["GET /api/core/v2/namespaces/default/checks"] = {r.status, r.body};
    CHECK(f.run({"check", "list"}) == 1);
    CHECK(f.err == std::string("Error: ") + r.error + "\n");
  }
  Fake f;
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
    Fake f;
    CAPTURE(r.begin);
    f.answers["POST /api/core/v2/namespaces/default/silenced"] = {201, ""};
    CHECK(f.run({"silenced", "create", "-s", "linux", "--reason", "r", "--begin", r.begin}) == 0);
    REQUIRE_MESSAGE(f.asked.size() == 1, f.err);
    std::string body = f.asked[0].substr(f.asked[0].find('{'));
    CHECK(json_int64(json_at(body, {"begin"})).value == r.unix_s);
  }
}

TEST_CASE("create reads JSON and YAML, many at once, and stops at the first refusal") {
  Fake f;
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
  Fake f;
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
  Fake f;
  f.input = "\nhk\n\ndate\n30\ntrue\n";  // no name is not enough; namespace stays
  f.answers["POST /api/core/v2/namespaces/default/hooks"] = {201, ""};
  CHECK(f.run({"hook", "create", "--interactive"}) == 0);
  REQUIRE(f.asked.size() == 1);
  std::string body = f.asked[0].substr(f.asked[0].find('{'));
  CHECK(json_sorted(body) ==
        R"({"command":"date","metadata":{"name":"hk","namespace":"default"},"runtime_assets":null,"stdin":true,"timeout":30})");
}

TEST_CASE("declining a question sends nothing") {
  Fake f;
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
  Fake f;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    CHECK(f.run({"completion", shell}) == 0);
    CHECK(f.out.find("set-subscriptions") != f.out.npos);
  }
}

TEST_CASE("every command has help that can be printed") {
  for (const CtlCommand& c : ctl_commands()) {
    Fake f;
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
  Fake f;
  Result<std::string> text = os_read_file(f.dir + "/.config/sensu/sensuctl/cluster");
  for (const char* key : {"api-url", "trusted-ca-file", "insecure-skip-tls-verify", "access_token", "expires_at", "refresh_token"})
    CHECK(!json_at(text.value, {key}).empty());
  REQUIRE(os_write_file(f.dir + "/.config/sensu/sensuctl/cluster", "{ damaged").ok());
  CHECK(f.run({"check", "list"}) == 1);
  CHECK(f.err.find("is damaged; run configure again") != f.err.npos);
}

namespace {

// An API that keeps what is put, with revisions as ETags.
struct Keeper : Fake {
  std::map<std::string, std::string> kept;  // path -> body
  std::string stale;                        // a path whose If-Match is refused once

  CtlReply keep(const HttpClientRequest& r) {
    std::string path = r.url.substr(r.url.find("://api") + 6);
    asked.push_back(r.method + " " + path);
    CtlReply reply;
    auto found = kept.find(path);
    if (r.method == "PUT") {
      bool refused = path == stale || (header_has(r.headers, "If-None-Match") && found != kept.end());
      if (refused) return reply.code = 412, reply;
      return kept[path] = r.body, reply.code = 201, reply;
    }
    if (r.method == "DELETE") return reply.code = kept.erase(path) ? 204 : 404, reply;
    // .../namespaces/NS/checks is a list, .../checks/disk one of it.
    const std::string place = "/namespaces/default/";
    const size_t at = path.find(place);
    const bool list = found == kept.end() && (at == path.npos || path.find('/', at + place.size()) == path.npos);
    reply.code = found != kept.end() || list ? 200 : 404;
    if (found != kept.end()) reply.body = found->second, reply.headers = {{"ETag", "\"1\""}};
    if (!list || found != kept.end()) return reply;
    for (const auto& [p, body] : kept)
      if (p.compare(0, path.size() + 1, path + "/") == 0) reply.body += (reply.body.empty() ? "[" : ",") + body;
    reply.body = reply.body.empty() ? "[]" : reply.body + "]";
    return reply;
  }
};

const char* const kCheckYaml = "type: CheckConfig\nmetadata: {name: disk}\nspec: {command: x, interval: 60, subscriptions: [linux]}\n";
const char* const kHandlerYaml = "---\ntype: Handler\nmetadata: {name: slack}\nspec: {type: pipe, command: cat}\n";

int run_keeper(Keeper& k, std::vector<std::string> argv, const char* program = "sensuctl") {
  Ctl ctl;
  ctl.program = program;
  k.asked.clear(), k.out.clear(), k.err.clear();
  ctl.env = {{"HOME", k.dir}};
  ctl.transport = [&k](const HttpClientRequest& r) { return k.keep(r); };
  ctl.write_out = [&k](std::string_view text) { k.out += text; };
  ctl.write_err = [&k](std::string_view text) { k.err += text; };
  ctl.now_ms = 1'800'000'000'000;
  return ctl_run(ctl, argv);
}

}  // namespace

TEST_CASE("apply creates, changes only what differs, and shows how") {
  Keeper k;
  std::string file = k.dir + "/r.yml";
  REQUIRE(os_write_file(file, std::string(kCheckYaml) + kHandlerYaml).ok());
  CHECK(run_keeper(k, {"apply", file, "--dry-run"}) == 0);
  CHECK(k.kept.empty());
  CHECK(
      k.out ==
      "would create Handler default/slack\nwould create CheckConfig default/disk\nNothing written; it would be: 2 created, 0 changed, 0 deleted, 0 unchanged\n");
  CHECK(run_keeper(k, {"apply", file}) == 0);
  CHECK(k.kept.size() == 2);
  CHECK(run_keeper(k, {"apply", file}) == 0);
  CHECK(k.out == "0 created, 0 changed, 0 deleted, 2 unchanged\n");
  REQUIRE(
      os_write_file(file, "type: CheckConfig\nmetadata: {name: disk}\nspec: {command: z, interval: 60, subscriptions: [linux]}\n").ok());
  CHECK(run_keeper(k, {"apply", file}) == 0);
  CHECK(k.out.find("change CheckConfig default/disk\n") == 0);
  CHECK(k.out.find("    - command: x\n    + command: z\n") != k.out.npos);
}

TEST_CASE("apply --prune deletes what an earlier apply of the same set wrote, and nothing else") {
  Keeper k;
  std::string file = k.dir + "/r.yml";
  REQUIRE(os_write_file(file, std::string(kCheckYaml) + kHandlerYaml).ok());
  CHECK(run_keeper(k, {"apply", file, "--set", "mine"}) == 0);
  std::string other = "/api/core/v2/namespaces/default/handlers/other";
  k.kept[other] = R"({"metadata":{"name":"other","namespace":"default"},"type":"pipe","command":"cat"})";
  REQUIRE(os_write_file(file, kCheckYaml).ok());
  CHECK(run_keeper(k, {"apply", file, "--prune", "--set", "another"}) == 0);
  CHECK(k.kept.size() == 3);
  REQUIRE(run_keeper(k, {"apply", file, "--set", "mine"}) == 0);
  CHECK(run_keeper(k, {"apply", file, "--prune", "--set", "mine"}) == 0);
  CHECK(k.out.find("delete Handler default/slack\n") != k.out.npos);
  CHECK(k.kept.count(other) == 1);
  CHECK(k.kept.size() == 2);
}

TEST_CASE("apply does not overwrite what somebody else changed in this moment") {
  Keeper k;
  std::string file = k.dir + "/r.yml";
  REQUIRE(os_write_file(file, kCheckYaml).ok());
  k.stale = "/api/core/v2/namespaces/default/checks/disk";
  CHECK(run_keeper(k, {"apply", file}) == 1);
  CHECK(k.err == "Error: CheckConfig default/disk was changed by somebody else in this moment; run apply again\n");
}

TEST_CASE("a configure that fails leaves a configuration that works as it was") {
  Fake f;
  const std::string file = f.dir + "/.config/sensu/sensuctl/cluster", before = os_read_file(file).value;
  f.answers["GET /auth"] = {401, "bad credentials"};
  CHECK(f.run({"configure", "-n", "--url", "http://api2", "--username", "admin", "--password", "x"}) == 1);
  CHECK(os_read_file(file).value == before);
  f.answers["GET /auth"] = {200, "no JSON"};
  CHECK(f.run({"configure", "-n", "--url", "http://api", "--username", "admin", "--password", "x"}) == 1);
  CHECK(os_read_file(file).value == before);
  f.answers["GET /auth"] = {200, R"({"access_token":"a.b.c","refresh_token":"r","expires_at":4000000000})"};
  CHECK(f.run({"configure", "-n", "--url", "http://api", "--username", "admin", "--password", "x"}) == 0);
  CHECK(os_read_file(file).value.find("a.b.c") != std::string::npos);
}

TEST_CASE("apply takes a checkout as it is, and says what it passed over") {
  Keeper k;
  const std::string repo = k.dir + "/repo";
  REQUIRE(os_make_dirs(repo + "/.git/refs").ok());
  REQUIRE(os_make_dirs(repo + "/checks/deep").ok());
  for (const char* file : {"/.git/HEAD", "/.gitignore", "/README.md", "/checks/Makefile", "/checks/disk.yml~"})
    REQUIRE(os_write_file(repo + file, "ref: nothing at all").ok());
  REQUIRE(os_write_file(repo + "/checks/deep/disk.yaml", kCheckYaml).ok());
  REQUIRE(os_write_file(repo + "/slack.yml", kHandlerYaml).ok());
  CHECK(run_keeper(k, {"apply", repo}) == 0);
  CHECK(k.kept.size() == 2);
  CHECK(k.err.find("passed over 3 file(s)") != k.err.npos);
  CHECK(k.err.find(repo + "/README.md") != k.err.npos);
  CHECK(k.err.find(".git") == k.err.npos);
}

TEST_CASE("apply names file, kind and name of all it refuses, and writes nothing then") {
  Keeper k;
  const std::string repo = k.dir + "/repo";
  REQUIRE(os_make_dirs(repo).ok());
  REQUIRE(os_write_file(repo + "/a.yml",
                        std::string(kCheckYaml) +
                            "---\ntype: Secret\napi_version: secrets/v1\nmetadata: {name: token}\nspec: {id: X, provider: env}\n"
                            "---\ntype: TCPStreamHandler\napi_version: pipeline/v1\nmetadata: {name: sumo}\nspec: {address: x}\n"
                            "---\ntype: CheckConfg\napi_version: core/v2\nmetadata: {name: typo}\nspec: {command: x}\n"
                            "---\ntype: CheckConfig\nmetadata: {name: 'no name'}\nspec: {command: x, interval: 5}\n"
                            "---\n- just\n- a list\n")
              .ok());
  REQUIRE(os_write_file(repo + "/b.json", "{\"type\": \"Handler\", ").ok());
  REQUIRE(os_write_file(repo + "/c.yml", "services: {web: {image: nginx}}\n").ok());
  for (bool dry : {true, false}) {
    CHECK(run_keeper(k, dry ? std::vector<std::string>{"apply", repo, "--dry-run"} : std::vector<std::string>{"apply", repo}) == 1);
    CHECK(k.kept.empty());
    for (const char* words :
         {"/a.yml: secrets/v1.Secret \"token\": this backend has no kinds of secrets/v1", "/a.yml: pipeline/v1.TCPStreamHandler \"sumo\": ",
          "/a.yml: core/v2.CheckConfg \"typo\": there is no kind \"CheckConfg\"; did you mean \"CheckConfig\"?",
          "/a.yml: core/v2.CheckConfig \"no name\": check name cannot contain spaces or special characters",
          "/a.yml: document 5: a definition is an object", "/b.json: document 0: ", "/c.yml: document 0: it has no type"}) {
      CAPTURE(std::string(words));
      CHECK(k.err.find(repo + words) != k.err.npos);
    }
    CHECK(k.err.find("7 definitions are refused") != k.err.npos);
    CHECK((k.out.find("would create CheckConfig default/disk") != k.out.npos) == dry);
  }
}

TEST_CASE("apply says which attributes no field takes, and what was probably meant") {
  Keeper k;
  const std::string file = k.dir + "/r.yml";
  REQUIRE(
      os_write_file(file,
                    "type: CheckConfig\nmetadata: {name: disk, lables: {a: b}}\nspec: {command: z, interval: 60, subscriptions: [linux],"
                    " intervall: 30, proxy_entity_id: x, organization: acme, proxy_requests: {entity_attributes: ['true'], splai: true}}\n")
          .ok());
  CHECK(run_keeper(k, {"apply", file}) == 0);
  CHECK(k.kept.size() == 1);
  for (const char* words :
       {"core/v2.CheckConfig \"disk\": warning: \"intervall\" is no attribute of a CheckConfig and is dropped; did you mean \"interval\"?",
        "\"proxy_entity_id\" is no attribute of a CheckConfig and is dropped; it is \"proxy_entity_name\" now",
        "\"organization\" is no attribute of a CheckConfig and is dropped; it is \"metadata.namespace\" now",
        "\"proxy_requests.splai\" is no attribute of a CheckConfig and is dropped; did you mean \"splay\"?"}) {
    CAPTURE(std::string(words));
    CHECK(k.err.find(words) != k.err.npos);
  }
}

TEST_CASE("apply and create say which attributes stand where nobody reads them; sensuctl keeps its words") {
  Keeper k;
  const std::string file = k.dir + "/h.yml";
  REQUIRE(os_write_file(file,
                        "type: Handler\nfilters: [is_incident]\nmetadata: {name: slack, namespce: prod, label: {a: b}}\n"
                        "spec: {type: tcp, socket: {host: h, port: 5, prot: 6}, bogus: 1}\n")
              .ok());
  const std::vector<std::string> words = {
      "\"filters\" is no attribute of a document and is dropped; it belongs below \"spec\"",
      "\"metadata.namespce\" is no attribute of metadata and is dropped; did you mean \"namespace\"?",
      "\"metadata.label\" is no attribute of metadata and is dropped; did you mean \"labels\"?",
      "\"bogus\" is no attribute of a Handler and is dropped",
      "\"socket.prot\" is no attribute of a Handler and is dropped; did you mean \"port\"?"};
  for (const std::vector<std::string>& argv : {std::vector<std::string>{"apply", file}, {"create", "-f", file}}) {
    CHECK(run_keeper(k, argv, "picket ctl") == 0);
    for (const std::string& sentence : words) {
      CAPTURE(sentence);
      CHECK(k.err.find(file + ": core/v2.Handler \"slack\": warning: " + sentence) != k.err.npos);
    }
  }
  CHECK(run_keeper(k, {"create", "-f", file}) == 0);
  CHECK(k.err == "resource 0: warning: json: unknown field \"bogus\"\n");
}

TEST_CASE("apply takes the definitions of a Sensu 1.x server") {
  Keeper k;
  const std::string folder = k.dir + "/conf.d";
  REQUIRE(os_make_dirs(folder).ok());
  REQUIRE(os_write_file(folder + "/checks.json",
                        R"({"checks":{"web_api":{"command":"check-http.rb","subscribers":["roundrobin:webserver"],"interval":20,
      "refresh":1800},"local":{"command":"x","standalone":true,"interval":5}},"rabbitmq":{"host":"mq"}})")
              .ok());
  REQUIRE(
      os_write_file(
          folder + "/handlers.json",
          R"({"handlers":{"default":{"type":"pipe","command":"cat","filter":"prod"}},"filters":{"prod":{"attributes":{"client":{"env":"prod"}}}}})")
          .ok());
  CHECK(run_keeper(k, {"apply", folder}) == 0);
  CHECK(k.out.find("3 created, 0 changed") != k.out.npos);
  const std::string check = k.kept["/api/core/v2/namespaces/default/checks/web_api"];
  CHECK(json_at(check, {"subscriptions"}) == R"(["roundrobin:webserver"])");
  CHECK(json_at(check, {"handlers"}) == R"(["default"])");
  CHECK(json_at(check, {"publish"}) == "true");
  CHECK(k.err.find("conf.d/checks.json: Sensu 1.x: check \"local\": not made: it is standalone") != k.err.npos);
  CHECK(k.err.find("check \"web_api\": refresh has no effect by itself") != k.err.npos);
  CHECK(k.err.find("\"rabbitmq\" is no definition of a backend") != k.err.npos);
  CHECK(run_keeper(k, {"apply", folder}) == 0);
  CHECK(k.out == "0 created, 0 changed, 0 deleted, 3 unchanged\n");
}

TEST_CASE("restore takes backups only, and never under a running backend") {
  Fake f;
  std::string state = f.dir + "/state", file = f.dir + "/backup";
  REQUIRE(os_write_file(file, "no store at all, really").ok());
  CHECK(f.run({"restore", file, "--state-dir", state}) == 1);
  CHECK(f.err.find("is no backup: it does not begin like a SQLite file") != f.err.npos);
  REQUIRE(os_write_file(file, std::string("SQLite format 3\0 and then nonsense", 34)).ok());
  CHECK(f.run({"restore", file, "--state-dir", state}) == 1);
  CHECK(!os_exists(state + "/picket.db"));
  Result<intptr_t> backend = backend_lock(state);
  REQUIRE(backend.ok());
  CHECK(f.run({"restore", file, "--state-dir", state, "--force"}) == 1);
  CHECK(f.err.find("stop it") != f.err.npos);
  os_unlock_file(backend.value);
}

TEST_CASE("edit sends what the editor left, and nothing when it changed nothing") {
  Fake f;
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
