// tests/cli/dispatch/apply_test.cc - apply against an API that keeps what is put: what is written, what is refused, what is ignored.
#include <doctest/doctest.h>

#include "common/json/json.h"
#include "common/os/os.h"
#include "tests/cli/dispatch/fake_api.h"

using namespace picket;

namespace {

// An API that keeps what is put, with revisions as ETags.
struct Keeper : FakeApi {
  std::map<std::string, std::string> kept;  // path -> body
  std::string stale;                        // a path whose If-Match is refused once
  std::string warning;                      // with everything that is put

  CtlReply keep(const HttpClientRequest& r) {
    std::string path = r.url.substr(r.url.find("://api") + 6);
    asked.push_back(r.method + " " + path);
    CtlReply reply;
    auto found = kept.find(path);
    if (r.method == "PUT") {
      bool refused = path == stale || (header_has(r.headers, "If-None-Match") && found != kept.end());
      if (refused) return reply.code = 412, reply;
      if (!warning.empty()) reply.headers = {{"Warning", "299 picket \"" + warning + "\""}};
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
      "would create Handler default/slack\nwould create CheckConfig default/disk\nDry run, nothing changed: 2 created, 0 changed, 0 deleted, 0 unchanged\n");
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

TEST_CASE("apply --check asks no backend, and names what is invalid, defined twice or without effect") {
  Keeper k;
  std::string file = k.dir + "/r.yml";
  auto check = [&](const std::string& text) {
    return os_write_file(file, text).ok() ? run_keeper(k, {"apply", "--check", file}, "picket ctl") : -1;
  };
  CHECK(check(std::string(kCheckYaml) + kHandlerYaml) == 0);
  CHECK(k.out == "2 definitions are valid; whether what they refer to exists is known to a backend only\n");
  CHECK(check(std::string(kCheckYaml) + "---\n" + kCheckYaml) == 1);
  CHECK(k.err.find("CheckConfig default/disk: defined 2 times; keep one\n") != k.err.npos);
  CHECK(check("type: Handler\nmetadata: {name: a}\nspec: {type: pipe}\n") == 1);
  CHECK(k.err.find("missing command") != k.err.npos);
  CHECK(check("type: Handler\nmetadata: {name: a}\nspec: {type: set, handlers: []}\n") == 0);
  CHECK(k.err.find("warning: Handler default/a: ") != k.err.npos);
  CHECK(k.asked.empty());
}

TEST_CASE("a check of 1.x without handlers goes to the handler default of the files or of the backend") {
  Keeper k;
  const std::string file = k.dir + "/old.json", check = "/api/core/v2/namespaces/default/checks/old";
  REQUIRE(os_write_file(file, R"({"checks":{"old":{"command":"c","interval":60,"subscribers":["a"]}}})").ok());
  CHECK(run_keeper(k, {"apply", file}) == 0);
  CHECK(k.err.find("there is no handler \"default\": no alerts are sent") != k.err.npos);
  CHECK(run_keeper(k, {"apply", "--check", file}, "picket ctl") == 0);
  CHECK(k.err.find("unless the backend has one") != k.err.npos);
  CHECK(k.asked.empty());
  k.kept["/api/core/v2/namespaces/default/handlers/default"] =
      R"({"metadata":{"name":"default","namespace":"default"},"type":"pipe","command":"cat"})";
  CHECK(run_keeper(k, {"apply", file}) == 0);
  CHECK(k.err.find("no handler") == k.err.npos);
  CHECK(json_at(k.kept[check], {"handlers"}) == "[\"default\"]");
}

TEST_CASE("a 1.x definition of a wrong type is left out, the rest is written, and the status says so") {
  Keeper k;
  const std::string file = k.dir + "/old.json";
  REQUIRE(os_write_file(
              file, R"({"handlers":{"bad":{"type":"pipe","command":"c","severities":"critical"},"good":{"type":"pipe","command":"c"}}})")
              .ok());
  CHECK(run_keeper(k, {"apply", "--check", file}, "picket ctl") == 1);
  CHECK(run_keeper(k, {"apply", file, "--prune"}) == 1);
  CHECK(k.kept.size() == 1);
  CHECK(k.kept.count("/api/core/v2/namespaces/default/handlers/good") == 1);
  CHECK(k.err.find("handler \"bad\": not created: severities: expected a list") != k.err.npos);
  CHECK(k.err.find("1 definition is invalid, as listed above") != k.err.npos);
}

TEST_CASE("a list that is none, or that never ends, is an error that names the backend") {
  Ctl ctl;
  ctl.config.api_url = "http://old";
  ctl.config.access_token = "t", ctl.config.expires_at = 4'000'000'000;
  std::vector<std::string> tokens;
  std::string body;
  size_t asked = 0;
  ctl.transport = [&](const HttpClientRequest&) {
    CtlReply reply;
    reply.code = 200, reply.body = body;
    if (asked < tokens.size()) reply.headers = {{"Sensu-Continue", tokens[asked]}};
    asked++;
    return reply;
  };
  auto list = [&](const char* text, std::vector<std::string> said, const char* path = "/api/core/v2/checks") {
    body = text, tokens = std::move(said), asked = 0;
    return client_list(ctl, path, {});
  };
  CHECK(list("[{}]", {"a", "b"}).value.size() == 3);
  for (const std::vector<std::string>& circle : {std::vector<std::string>(9, "same"), {"a", "b", "a", "b", "a"}}) {
    const auto got = list("[{}]", circle);
    CHECK(got.status.message.find("http://old sends GET /api/core/v2/checks around in a circle") != std::string::npos);
    CHECK(asked < 4);
  }
  for (const char* none : {R"({"items":[]})", "{}", "5", "\"x\""}) {
    CAPTURE(std::string(none));
    CHECK(list(none, {}).status.message.find("is no list") != std::string::npos);
  }
  CHECK(list("null", {}).value.empty());
  CHECK(list("{}", {}, "/api/core/v2/tessen").value.size() == 1);
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

TEST_CASE("apply shows what differs from somebody's definition, and not the label that it gives itself") {
  Keeper k;
  const std::string file = k.dir + "/r.yml", disk = "/api/core/v2/namespaces/default/checks/disk";
  REQUIRE(os_write_file(file, std::string(kCheckYaml) + kHandlerYaml).ok());
  REQUIRE(run_keeper(k, {"apply", file, "--set", ""}) == 0);
  CHECK(run_keeper(k, {"apply", file, "--dry-run"}) == 0);
  CHECK(k.out == "Dry run, nothing changed: 0 created, 0 changed, 0 deleted, 0 unchanged, 2 only marked with picket.io/set\n");
  k.kept[disk] = json_set(k.kept[disk], "command", "\"y\"");
  CHECK(run_keeper(k, {"apply", file, "--dry-run"}) == 0);
  CAPTURE(k.out);
  CHECK(k.out.find("    - command: \"y\"\n    + command: x\n") != k.out.npos);  // y is a yes for some
  CHECK(k.out.find("label") == k.out.npos);
  CHECK(k.out.find("1 changed, 0 deleted, 0 unchanged, 1 only marked") != k.out.npos);
  CHECK(run_keeper(k, {"apply", file}) == 0);
  CHECK(json_at(k.kept[disk], {"metadata", "labels", "picket.io/set"}) == "\"default\"");
  CHECK(run_keeper(k, {"apply", file}) == 0);
  CHECK(k.out == "0 created, 0 changed, 0 deleted, 2 unchanged\n");
  CHECK(run_keeper(k, {"apply", file, "--dry-run", "--set", "other"}) == 0);  // it takes them from the first one
  CHECK(k.out.find("+     picket.io/set: other") != k.out.npos);
}

TEST_CASE("a warning of the backend names the object it is about") {
  Keeper k;
  const std::string file = k.dir + "/r.yml";
  REQUIRE(os_write_file(file, kCheckYaml).ok());
  k.warning = "it can have no effect";
  CHECK(run_keeper(k, {"apply", file}, "picket ctl") == 0);
  CHECK(k.err == "warning: CheckConfig default/disk: it can have no effect\n");
}

TEST_CASE("apply does not overwrite what somebody else changed in this moment") {
  Keeper k;
  std::string file = k.dir + "/r.yml";
  REQUIRE(os_write_file(file, kCheckYaml).ok());
  k.stale = "/api/core/v2/namespaces/default/checks/disk";
  CHECK(run_keeper(k, {"apply", file}) == 1);
  CHECK(k.err ==
        "not written: CheckConfig default/disk: it was changed by another client at the same time; apply it again\n"
        "Error: 1 could not be written, as listed above\n");
}

TEST_CASE("a configure that fails leaves a configuration that works as it was") {
  FakeApi f;
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

TEST_CASE("apply takes a checkout as it is, and says what it ignored") {
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
  CHECK(k.err.find("ignored 3 file(s)") != k.err.npos);
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
    for (const char* words : {"/a.yml: secrets/v1.Secret \"token\": this backend has no resources of secrets/v1",
                              "/a.yml: pipeline/v1.TCPStreamHandler \"sumo\": ",
                              "/a.yml: core/v2.CheckConfg \"typo\": unknown resource type \"CheckConfg\"; did you mean \"CheckConfig\"?",
                              "/a.yml: core/v2.CheckConfig \"no name\": check name cannot contain spaces or special characters",
                              "/a.yml: document 5: not a definition", "/b.json: document 0: ", "/c.yml: document 0: type is missing"}) {
      CAPTURE(std::string(words));
      CHECK(k.err.find(repo + words) != k.err.npos);
    }
    CHECK(k.err.find("7 definitions are invalid") != k.err.npos);
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
  for (
      const char* words :
      {"core/v2.CheckConfig \"disk\": warning: \"intervall\" is not an attribute of a CheckConfig and is dropped; did you mean \"interval\"?",
       "\"proxy_entity_id\" is not an attribute of a CheckConfig and is dropped; it is now \"proxy_entity_name\"",
       "\"organization\" is not an attribute of a CheckConfig and is dropped; it is now \"metadata.namespace\"",
       "\"proxy_requests.splai\" is not an attribute of a CheckConfig and is dropped; did you mean \"splay\"?"}) {
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
      "\"filters\" is not an attribute of a document and is dropped; it belongs below \"spec\"",
      "\"metadata.namespce\" is not an attribute of metadata and is dropped; did you mean \"namespace\"?",
      "\"metadata.label\" is not an attribute of metadata and is dropped; did you mean \"labels\"?",
      "\"bogus\" is not an attribute of a Handler and is dropped",
      "\"socket.prot\" is not an attribute of a Handler and is dropped; did you mean \"port\"?"};
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
  CHECK(k.err.find("conf.d/checks.json: Sensu 1.x: check \"local\": not created: standalone checks") != k.err.npos);
  CHECK(k.err.find("check \"web_api\": refresh has no effect by itself") != k.err.npos);
  CHECK(k.err.find("\"rabbitmq\" is not a definition of a backend") != k.err.npos);
  CHECK(run_keeper(k, {"apply", folder}) == 0);
  CHECK(k.out == "0 created, 0 changed, 0 deleted, 3 unchanged\n");
}
