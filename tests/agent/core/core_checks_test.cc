// tests/agent/core/core_checks_test.cc - from a request to an event, and the requests that are not run.
#include <doctest/doctest.h>

#include "tests/agent/core/core_story.h"

#include "common/json/json.h"
#include "common/basic/system_names.h"
#include "common/template/template.h"

using namespace picket;

static const std::string kSeparator(1, kPathListSeparator);  // of PATH

TEST_CASE("a check is run and answered with an event") {
  Story s;
  s.online();
  s.request(check_json("c", "echo hi",
                       ",\"handlers\":[\"slack\"],\"pipelines\":[{\"name\":\"p\",\"type\":\"Pipeline\",\"api_version\":\"core/v2\"}]"),
            100);
  CHECK(s.tick(0) == "run:echo hi");
  CHECK(s.last_process.input == "");
  CHECK(s.last_process.timeout_ms == 0);
  s.mono = 500;
  s.done(1, "hi\n");
  CHECK(s.tick(500) == "send:event");
  CHECK(s.last({"check", "status"}) == "1");
  CHECK(s.last({"check", "output"}) == "\"hi\\n\"");
  CHECK(s.last({"check", "issued"}) == "100");
  CHECK(s.last({"check", "executed"}) == "1700000000");
  CHECK(s.last({"check", "duration"}) == "0.5");
  CHECK(s.last({"check", "processed_by"}) == "\"a1\"");
  CHECK(s.last({"pipelines"}) == "[{\"name\":\"p\",\"type\":\"Pipeline\",\"api_version\":\"core/v2\"}]");
  CHECK(s.last({"sequence"}) == "1");
  CHECK(s.last({"metadata"}) == "{\"namespace\":\"default\"}");
  CHECK(s.last({"id"}).size() == 38);
}

TEST_CASE("a check that names no pipelines has an empty list of them in its result, as in the reference's") {
  Story s;
  s.online();
  s.request(check_json("c", "true", ",\"stdin\":true"), 100);
  s.tick(0);
  CHECK(json_at(s.last_process.input, {"pipelines"}) == "[]");
  s.done(0, "");
  s.tick(0);
  CHECK(s.last({"pipelines"}) == "[]");
}

TEST_CASE("a check that could not be run notifies the pipelines of its definition; a request that is not valid notifies none") {
  const std::string p = "[{\"name\":\"p\",\"type\":\"Pipeline\",\"api_version\":\"core/v2\"}]";
  Story s;
  s.online();
  s.request(check_json("c", "echo {{ .labels.nowhere }}", ",\"pipelines\":" + p), 100);
  CHECK(s.tick(0) == "send:event");
  CHECK(s.last({"pipelines"}) == p);
  s.request(check_json("d", "echo {{ .labels.nowhere }}"), 100);
  s.tick(0);
  CHECK(s.last({"pipelines"}) == "[]");
  s.request(check_json("not valid", "true", ",\"pipelines\":" + p), 100);
  s.tick(0);
  CHECK(s.last({"pipelines"}) == "null");
}

TEST_CASE("only output that is no metric is ignored, counted at every run and logged once for each reason") {
  Story s;
  s.online();
  const char* outputs[] = {"ok | a=1 junk", "ok | a=1 junk", "ok | a=1-2 b=2", "ok | a=1"};
  for (int i = 0; i < 4; i++) {
    s.request(check_json("c", "true", ",\"output_metric_format\":\"nagios_perfdata\""), 100 + i);
    s.tick(i);
    s.done(0, outputs[i]);
    s.tick(i);
    CHECK(json_items(s.last({"metrics", "points"})).value.size() == 1);
  }
  CHECK(s.core.counters.metrics_skipped == 3);
  CHECK(s.core.metrics_logged == std::set<std::string>{"c\nexpected LABEL=VALUE", "c\nthe value is not a number"});
}

TEST_CASE("the windows in which a check is not to run stay out of its result") {
  Story s;
  s.online();
  s.request(check_json("c", "true", R"(,"subdues":[{"begin":"2030-01-01T00:00:00Z","end":"2030-01-02T00:00:00Z","repeat":["weekly"]}])"),
            100);
  s.tick(0);
  s.done(0, "");
  s.tick(0);
  CHECK(s.last({"check", "subdues"}) == "");
}

TEST_CASE("copies, older requests and requests without issued are ignored; another proxy entity is another check") {
  Story s;
  s.online();
  s.request(check_json("c", "true"), 100);
  CHECK(s.tick(0) == "run:true");
  s.done(0, "");
  s.tick(0);
  s.request(check_json("c", "true"), 100);
  s.request(check_json("c", "true"), 99);
  s.message("check_request\n{\"config\":" + check_json("d", "true") + "}");
  CHECK(s.tick(0) == "");
  s.request(check_json("c", "true", ",\"proxy_entity_name\":\"p2\""), 100);
  CHECK(s.tick(0) == "run:true");
  s.done(0, "");
  s.tick(0);
  CHECK(s.last({"sequence"}) == "2");  // the sequence goes by the check's name
}

TEST_CASE("a check that still runs is not run again, and its next request is") {
  Story s;
  s.online();
  s.request(check_json("c", "sleep 5"), 100);
  s.tick(0);
  s.request(check_json("c", "sleep 5"), 101);
  CHECK(s.tick(0) == "");
  s.done(0, "");
  s.tick(0);
  s.request(check_json("c", "sleep 5"), 102);
  CHECK(s.tick(0) == "run:sleep 5");
}

TEST_CASE("a request that is refused is answered with the reason") {
  struct Row { const char* why; const char* config; const char* output; const char* issued; const char* sequence; };
  const Row rows[] = {
      {"no interval", R"({"command":"x","metadata":{"name":"c","namespace":"default"}})",
       "\"given check is invalid: check interval must be greater than 0 or a valid cron schedule must be provided\"", "0", "0"},
      {"bad name", R"({"command":"x","interval":10,"metadata":{"name":"bad name","namespace":"default"}})",
       "\"given check is invalid: check name cannot contain spaces or special characters\"", "0", "0"},
      {"no namespace", R"({"command":"x","interval":10,"metadata":{"name":"c"}})",
       "\"given check is invalid: namespace must be set\"", "0", "0"},
      {"no metadata at all", R"({"command":"x","interval":10})",
       "\"given check is invalid: check name must not be empty\"", "0", "0"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    Story s;
    s.online();
    s.request(r.config, 100);
    CHECK(s.tick(0) == "send:event");
    CHECK(s.last({"check", "output"}) == r.output);
    CHECK(s.last({"check", "status"}) == "3");
    CHECK(s.last({"check", "issued"}) == r.issued);
    CHECK(s.last({"sequence"}) == r.sequence);
    CHECK(s.last({"id"}) == "null");
    CHECK(s.last({"check", "processed_by"}) == "");
    CHECK(s.core.in_progress.empty());
  }
}

TEST_CASE("the status of a refusal can be chosen by annotation") {
  AgentConfig c = story_config();
  c.disable_assets = true;
  Story s(c);
  s.online();
  s.request(
      R"({"command":"x","interval":10,"metadata":{"name":"c","namespace":"default","annotations":{"allow_list_on_deny_status":"1"}}})", 100,
      ",\"assets\":[{\"url\":\"http://h/a\",\"sha512\":\"00\"}]");
  CHECK(s.tick(0) == "send:event");
  CHECK(s.last({"check", "status"}) == "1");
  CHECK(s.last({"check", "output"}) == "\"check requested assets, but they are disabled on this agent\"");
}

TEST_CASE("timeouts, signals and shells that do not start") {
  struct Row {
    const char* why;
    ProcessResult::Outcome outcome;
    int status;
    const char *output, *want_status, *want_output;
  };
  const Row rows[] = {
      {"exit status as it is", ProcessResult::exited, 7, "x", "7", "\"x\""},
      {"killed: what the reference sends", ProcessResult::signalled, 9, "x", "4294967295", "\"x\""},
      {"timed out: what it wrote comes after", ProcessResult::timed_out, 0, "before\n", "2", "\"Execution timed out\\nbefore\\n\""},
      {"no shell", ProcessResult::failed_to_start, 0, "no such file or directory", "3", "\"no such file or directory\""},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    Story s;
    s.online();
    s.request(check_json("c", "x", ",\"timeout\":7"), 100);
    s.tick(0);
    CHECK(s.last_process.timeout_ms == 7000);
    s.done(r.status, r.output, r.outcome);
    s.tick(0);
    CHECK(s.last({"check", "status"}) == r.want_status);
    CHECK(s.last({"check", "output"}) == r.want_output);
  }
}

TEST_CASE("a limited number of checks run at once, the rest wait in order") {
  AgentConfig c = story_config();
  c.checks_max = 2;
  Story s(c);
  s.online();
  for (int i = 1; i <= 4; i++) s.request(check_json("c" + std::to_string(i), "run" + std::to_string(i)), 100);
  CHECK(s.tick(0) == "run:run1 run:run2");
  s.done(0, "");
  CHECK(s.tick(0) == "run:run3 send:event");
  s.done(0, "");
  CHECK(s.tick(0) == "run:run4 send:event");
}

TEST_CASE("discard_output blanks the output last; secrets and env_vars reach the command") {
  Story s;
  s.online();
  s.request(check_json("c", "x", ",\"discard_output\":true,\"env_vars\":[\"A=1\",\"PATH=/opt\"]"), 100, ",\"secrets\":[\"S=2\"]");
  s.tick(0);
  CHECK(s.last_process.env == std::vector<std::string>{"A=1", "PATH=/opt" + kSeparator + "/bin", "S=2"});
  s.done(0, "much");
  s.tick(0);
  CHECK(s.last({"check", "output"}) == "\"\"");
}

TEST_CASE("stdin gets the event as far as it is known") {
  Story s;
  s.online();
  s.request(check_json("c", "cat", ",\"stdin\":true"), 100);
  s.tick(0);
  CHECK(json_at(s.last_process.input, {"check", "metadata", "name"}) == "\"c\"");
  CHECK(json_at(s.last_process.input, {"entity", "metadata", "name"}) == "\"a1\"");
  CHECK(json_at(s.last_process.input, {"id"}) == "null");
  CHECK(json_at(s.last_process.input, {"sequence"}) == "1");
  CHECK(json_at(s.last_process.input, {"timestamp"}) == "");
}

TEST_CASE("a check that is defined here finds the client of 1.x on its standard input, redacted") {
  AgentConfig config = story_config();
  config.labels = {{"mysql.port", "3306"}, {"password", "secret"}};
  Story s(config);
  s.core.definitions =
      local_settings_parse(R"({"checks":{"c":{"command":"cat","interval":10,"stdin":true}}})", "default").value.definitions;
  s.online();
  s.request(check_json("c", "cat"), 100);
  s.tick(0);
  const std::string& input = s.last_process.input;
  CHECK(json_check(input).ok());
  CHECK(json_at(input, {"client", "name"}) == "\"a1\"");
  CHECK(json_at(input, {"client", "subscriptions"}) == "[\"linux\"]");
  CHECK(json_at(input, {"client", "mysql.port"}) == "\"3306\"");
  CHECK(json_at(input, {"client", "password"}) == "\"REDACTED\"");
  CHECK(json_at(input, {"check", "metadata", "name"}) == "\"c\"");
}

TEST_CASE("the client on standard input is as its files have it: nested, with its types, redacted") {
  AgentConfig config = story_config();
  StringList notes;
  REQUIRE(local_client_apply(R"({"name":"a1","address":"10.0.0.1","arr":["a","b"],"db":{"port":3306,"community":"c","deep":{"on":true}},
      "keys":[{"api_key":"x"},{"n":null}]})",
                             config, notes)
              .ok());
  config.labels["site"] = "hq";
  CHECK(config.labels["arr"] == R"(["a", "b"])");
  CHECK(config.labels["db.port"] == "3306");
  CHECK(config.labels["keys"] == R"([{"api_key":"REDACTED"}, {"n":null}])");
  Story s(config);
  s.core.definitions =
      local_settings_parse(R"({"checks":{"c":{"command":"cat","interval":10,"stdin":true}}})", "default").value.definitions;
  s.online();
  s.request(check_json("c", "echo :::arr|none::: :::db.port::: :::db.deep.on:::"), 100);
  CHECK(s.tick(0) == "run:cat");
  const std::string& input = s.last_process.input;
  CHECK(json_at(input, {"client", "db", "port"}) == "3306");
  CHECK(json_at(input, {"client", "db", "deep", "on"}) == "true");
  CHECK(json_at(input, {"client", "db", "community"}) == "\"REDACTED\"");
  CHECK(json_at(input, {"client", "arr"}) == R"(["a","b"])");
  CHECK(json_at(input, {"client", "keys"}) == R"([{"api_key":"REDACTED"},{"n":null}])");
  CHECK(json_at(input, {"client", "address"}) == "\"10.0.0.1\"");
  CHECK(json_at(input, {"client", "site"}) == "\"hq\"");
  CHECK(json_at(input, {"client", "db.port"}) == "");
  Result<std::string> token = template_render("command", "x :::arr|none::: :::db.port:::", template_entity(s.core.entity));
  CHECK(token.value == R"(x ["a", "b"] 3306)");
}

TEST_CASE("in a backend's request three colons that name no token stay; a local check fails on them") {
  const std::string parallel = "parallel ping -c1 ::: h1 h2 ::: 4 6 # :::name::: :::nope:::";
  const std::string kept = "run:parallel ping -c1 ::: h1 h2 ::: 4 6 # a1 :::nope:::";
  Story s;
  s.core.definitions = local_settings_parse(R"({"checks":{"own":{"command":"x :::nope:::","interval":10}}})", "default").value.definitions;
  s.online();
  s.request(check_json("c", parallel, R"(,"env_vars":["SEP=:::x:::"],"check_hooks":[{"1":["hk"]}])"), 100,
            R"(,"hooks":[{"metadata":{"name":"hk","namespace":"default"},"command":)" + json_quote(parallel) + R"(,"timeout":5}])");
  CHECK(s.tick(0) == kept);
  const auto& env = s.last_process.env;
  CHECK(std::find(env.begin(), env.end(), "SEP=:::x:::") != env.end());
  s.done(1, "");
  CHECK(s.tick(0) == kept);  // the hook
  s.done(0, "");
  CHECK(s.tick(0) == "send:event");
  s.request(check_json("c", parallel, R"(,"proxy_entity_name":"router")"), 101);
  CHECK(s.tick(0) == kept);
  s.request(check_json("own", "true"), 102);
  CHECK(s.tick(0) == "send:event");
  CHECK(s.last({"check", "output"}) == "\"Unmatched client token(s): nope\"");
}

TEST_CASE("a request that found its check running was not accepted: its copy may still run") {
  Story s;
  s.online();
  s.request(check_json("c", "sleep"), 100);
  s.tick(0);
  s.request(check_json("c", "sleep"), 101);
  CHECK(s.tick(0) == "");
  s.done(0, "");
  s.tick(0);
  s.request(check_json("c", "sleep"), 101);
  CHECK(s.tick(0) == "run:sleep");
  s.done(0, "");
  s.tick(0);
  s.request(check_json("c", "sleep"), 101);
  CHECK(s.tick(0) == "");
}

TEST_CASE("a backend whose clock was ahead is heard again when it is right") {
  Story s;
  s.online();
  auto runs = [&](int64_t issued) {
    s.request(check_json("c", "x"), issued);
    bool ran = s.tick(0) == "run:x";
    if (ran) s.done(0, ""), s.tick(0);
    return ran;
  };
  const int64_t now = s.now().unix_s();
  CHECK(runs(now));
  CHECK(runs(now + 86'400));
  CHECK_FALSE(runs(now + 86'400));
  CHECK_FALSE(runs(now + 86'399));
  CHECK(runs(now + 1));
  CHECK_FALSE(runs(now));
  CHECK(runs(now + 2));
}

TEST_CASE("hooks run one after the other; missing and broken ones leave a trace") {
  Story s;
  s.online();
  s.request(
      check_json("c", "exit 2",
                 ",\"check_hooks\":[{\"critical\":[\"h1\",\"gone\",\"empty\",\"endless\"]},{\"2\":[\"h1\"]},{\"ok\":[\"h1\"]}]"),
      100,
      ",\"hooks\":[{\"metadata\":{\"name\":\"h1\",\"namespace\":\"default\",\"created_by\":\"me\"},\"command\":\"echo h\",\"timeout\":3},"
      "{\"metadata\":{\"name\":\"endless\",\"namespace\":\"default\"},\"command\":\"x\"},"
      "{\"metadata\":{\"name\":\"empty\",\"namespace\":\"default\"},\"command\":\"\"}]");
  s.tick(0);
  s.done(2, "bad");
  CHECK(s.tick(0) == "run:echo h");
  CHECK(s.last_process.timeout_ms == 3000);
  s.done(0, "h\n");
  CHECK(s.tick(0) == "send:event");
  std::string_view hooks = s.last({"check", "hooks"});
  auto items = json_items(hooks);
  REQUIRE(items.value.size() == 4);
  CHECK(json_at(items.value[3], {"output"}) == "\"hook endless: hook \\\"endless\\\" is invalid: hook timeout must be greater than 0\\n\"");
  CHECK(json_at(items.value[0], {"output"}) == "\"h\\n\"");
  CHECK(json_at(items.value[0], {"metadata", "created_by"}) == "\"me\"");
  CHECK(json_at(items.value[1], {"output"}) == "\"hook gone: missing hook config\\n\"");
  CHECK(json_at(items.value[1], {"status"}) == "2");
  CHECK(json_at(items.value[2], {"output"}) == "\"hook empty: hook \\\"empty\\\" is invalid: command cannot be empty\\n\"");
}

TEST_CASE("which hooks a status calls for") {
  struct Row { const char* type; uint32_t status; bool runs; };
  const Row rows[] = {{"ok", 0, true}, {"ok", 1, false}, {"warning", 1, true}, {"critical", 2, true}, {"unknown", 3, true},
                      {"unknown", 255, true}, {"unknown", 2, false}, {"non-zero", 1, true}, {"non-zero", 0, false},
                      {"7", 7, true}, {"7", 8, false}, {"0", 0, true}, {"nonsense", 0, false}};
  for (const Row& r : rows) {
    CAPTURE(r.type);
    CAPTURE(r.status);
    CHECK(hook_type_matches(r.type, r.status) == r.runs);
  }
}

TEST_CASE("assets come before the command, in its environment; without them there is no run") {
  Story s;
  s.online();
  s.request(check_json("c", "x"), 100, ",\"assets\":[{\"url\":\"http://h/a\",\"sha512\":\"00\",\"metadata\":{\"name\":\"a\"}}]");
  CHECK(s.tick(0) == "assets");
  core_assets_done(s.core, s.now(), s.last_run, {}, {"PATH=/cache/bin", "A_PATH=/cache"});
  CHECK(s.tick(0) == "run:x");
  CHECK(s.last_process.env == std::vector<std::string>{"A_PATH=/cache", "PATH=/cache/bin" + kSeparator + "/bin"});
  s.done(0, "");
  s.tick(0);
  s.request(check_json("c", "x"), 101, ",\"assets\":[{\"url\":\"http://h/a\",\"sha512\":\"00\",\"metadata\":{\"name\":\"a\"}}]");
  s.tick(0);
  core_assets_done(s.core, s.now(), s.last_run, fail(Err::io, "error fetching asset: Response Code 404"), {});
  CHECK(s.tick(0) == "send:event");
  CHECK(s.last({"check", "output"}) == "\"error getting assets for check: error fetching asset: Response Code 404\"");
  CHECK(s.last({"check", "issued"}) == "101");
  CHECK(s.last({"sequence"}) == "2");
}

TEST_CASE("limits by annotation, with units as options have them") {
  RunLimits l =
      limits_of(
          {{"picket.io/nice", "10"}, {"picket.io/memory-max", "1048576"}, {"picket.io/cpu-seconds", "5"}, {"picket.io/run-as", "nobody"}})
          .value;
  CHECK(l.nice == 10);
  CHECK(l.memory_bytes == 1048576);
  CHECK(l.cpu_seconds == 5);
  CHECK(l.user == "nobody");
  l = limits_of({{"picket.io/nice", "-5"}, {"picket.io/memory-max", "100MB"}, {"picket.io/cpu-seconds", "2m"}}).value;
  CHECK(l.nice == -5);
  CHECK(l.memory_bytes == 100'000'000);
  CHECK(l.cpu_seconds == 120);
  CHECK(limits_of({{"picket.io/memory-max", "64 MiB"}}).value.memory_bytes == 64 << 20);
}

TEST_CASE("a limit that cannot be read is no limit, so the check is not run: status 3 and the reason") {
  const struct { const char *key, *value, *reason; } rows[] = {
      {"picket.io/nice", "lots", "\\\"lots\\\" is not a number from -20 to 19"},
      {"picket.io/nice", "100", "\\\"100\\\" is not a number from -20 to 19"},
      {"picket.io/memory-max", "much", "\\\"much\\\" is not a size, e.g. 128 MB"},
      {"picket.io/memory-max", "-1", "\\\"-1\\\" is not a size, e.g. 128 MB"},
      {"picket.io/memory-max", "", "\\\"\\\" is not a size, e.g. 128 MB"},
      {"picket.io/cpu-seconds", "abc", "\\\"abc\\\" is not a number of whole seconds, e.g. 90 or 2m"},
      {"picket.io/cpu-seconds", "-1", "\\\"-1\\\" is not a number of whole seconds, e.g. 90 or 2m"},
      {"picket.io/cpu-seconds", "500ms", "\\\"500ms\\\" is not a number of whole seconds, e.g. 90 or 2m"},
  };
  for (const auto& r : rows) {
    CAPTURE(r.key);
    CAPTURE(r.value);
    Story s;
    s.online();
    s.request(R"({"command":"echo hi","interval":10,"metadata":{"name":"c","namespace":"default","annotations":{")" + std::string(r.key) +
                  "\":\"" + r.value + "\"}}}",
              100);
    CHECK(s.tick(0) == "send:event");
    CHECK(s.last({"check", "status"}) == "3");
    CHECK(s.last({"check", "output"}) == std::string("\"check not run: annotation ") + r.key + ": " + r.reason + "\"");
  }
}
