// tests/agent/config/local_checks_test.cc - definitions of our own: 1.x settings, agent.ini, and what they mean for a backend's requests.
#include <doctest/doctest.h>

#include "agent/config/local_checks.h"
#include "agent/config/redact_1x.h"
#include "tests/agent/core/core_story.h"

using namespace picket;

namespace {
LocalSettings settings_of(const std::string& json) {
  auto r = local_settings_parse(json, "default");
  REQUIRE_MESSAGE(r.ok(), r.status.message);
  return std::move(r.value);
}
LocalSettings ini_of(const std::string& text, std::string* errors = nullptr) {
  LocalPlaces places;
  StringList bad;
  std::string settings = local_settings_from_ini(ini_read("a.ini", text, &bad), places, bad);
  auto r = local_settings_parse(settings, "default", places);
  if (!r.ok()) bad.push_back(r.status.message);
  for (const std::string& b : bad)
    if (errors) *errors += b + "\n";
  if (!errors) REQUIRE(bad.empty());
  return std::move(r.value);
}
}  // namespace

TEST_CASE("1.x settings are merged and translated") {
  std::string a =
      R"({"checks":{"disk":{"command":"check-disk","interval":60,"standalone":true,"handler":"mail","contact":"ops","timeout":2.5}}})";
  std::string b = R"({"checks":{"disk":{"interval":30,"ttl":90,"hooks":{"critical":{"command":"ps"}}},"remote":{"command":"x","interval":5},
                      "off":{"command":"x","interval":5,"standalone":true,"publish":false}}})";
  LocalSettings s = settings_of(settings_merge(a, b));
  CHECK(s.definitions.size() == 3);
  REQUIRE(s.checks.size() == 1);
  const CheckRequest& q = s.checks[0];
  CHECK(q.config->interval == 30);
  CHECK(q.config->timeout == 3);
  CHECK(q.config->ttl == 90);
  CHECK(q.config->handlers == StringList{"mail"});
  CHECK(q.config->metadata.annotations == StringMap{{"contact", "ops"}});
  REQUIRE(q.hooks.size() == 1);
  CHECK(q.hooks[0].timeout == 60);
  CHECK(q.config->check_hooks[0].type == "critical");
}

TEST_CASE("every wrong definition is reported, with its place") {
  auto r = local_settings_parse(R"({"checks":{"bad":{"command":7},"worse":{"timeout":"soon"},"good":{"command":"x"}}})", "default",
                                {{"bad", "a.json:3"}});
  CHECK(r.status.message.find("a.json:3: checks.bad: command") == 0);
  CHECK(r.status.message.find("\nchecks.worse: timeout") != std::string::npos);
}

TEST_CASE("a 1.x attribute of another type is an error, as one of interval is, and names its value") {
  static const char* const kWrong[][2] = {
      {R"("standalone":"true")", "checks.x: standalone: expected true or false, without quotes, got \"true\""},
      {R"("publish":"false")", "checks.x: publish: expected true or false, without quotes, got \"false\""},
      {R"("publish":0)", "publish: expected"},
      {R"("stdin":"yes")", "stdin: expected"},
      {R"("handle":"false")", "handle: expected"},
      {R"("interval":"60")", "interval: expected a whole number, without quotes, got \"60\""},
      {R"("handlers":"mail")", "handlers: expected a list of strings"},
      {R"("handler":["mail"])", "handler: expected a string"},
      {R"("subscribers":{"a":1})", "subscribers: expected"},
      {R"("hooks":"ps")", "hooks: expected an object"},
      {R"("hooks":{"critical":"ps"})", "hooks.critical: expected an object with a command"},
      {R"("labels":["a"])", "labels: expected an object"},
      {R"("ttl":"90","source":5)", "ttl: expected a whole number, without quotes, got \"90\"; source: expected a string, got 5"},
      {R"("cron":7)", "cron: expected a string"},
  };
  for (auto& row : kWrong) {
    const std::string members = row[0], why = row[1];
    CAPTURE(members);
    const auto r = local_settings_parse(
        R"({"checks":{"x":{"command":"c",)" + members + R"(},"good":{"command":"c","interval":5,"standalone":true}}})", "default");
    CHECK(r.status.message.find(why) != std::string::npos);
    CHECK(r.value.checks.size() == 1);
  }
  CHECK(ini_of("[check a]\ncommand = c\ninterval = 5\nhandle = no\noccurrences = 3\ndependencies = a, b\n").checks.size() == 1);
}

TEST_CASE("cron of 1.x: Sunday is 0 or 7") {
  static const char* const kRows[][2] = {
      {"0 0 * * 7", "0 0 * * 0"},     {"0 0 * * 5-7", "0 0 * * 5,6,0"},       {"0 0 * * 1,7", "0 0 * * 1,0"}, {"0 0 * * fri-7", "0 0 * * 5,6,0"},
      {"0 0 * * 1-7/2", "0 0 * * 1,3,5,0"}, {"CRON_TZ=UTC 0 0 * * 7 ", "CRON_TZ=UTC 0 0 * * 0"}, {"7 7 7 7 1", "7 7 7 7 1"},
      {"@daily", "@daily"},           {"0 0 * * 8", "0 0 * * 8"},             {"0 0 * * */2", "0 0 * * */2"}, {"", ""}, {"7", "7"},
      {"0 0 * * 5-", "0 0 * * 5-"},   {"0 0 * * 7-5", "0 0 * * 7-5"},
  };
  for (auto& row : kRows) {
    const std::string given = row[0], expected = row[1];
    CAPTURE(given);
    const LocalSettings s = settings_of(R"({"checks":{"x":{"command":"c","standalone":true,"cron":")" + given + "\"}}}");
    CHECK(s.checks.at(0).config->cron == expected);
  }
}

TEST_CASE("the 1.x client fills what no option gave") {
  AgentConfig c = story_config();
  c.labels = {{"site", "here"}};
  c.given = {{"socket-port", "a flag"}, {"labels", "a flag"}};
  StringList notes;
  REQUIRE(local_client_apply(
              R"({"name":"web1","address":"10.0.0.1","subscriptions":["roundrobin:a"],"safe_mode":true,"redact":["pin"],"site":"there",
    "socket":{"bind":"0.0.0.0","port":4030},"http_socket":{"enabled":false,"user":"u","password":"p","protect_all_endpoints":true},
    "keepalive":{"thresholds":{"warning":60,"critical":90},"handler":"pager","team":"db"},"deregister":true,"deregistration":{"handler":"gone"},
    "mysql":{"port":3306,"tls":true},"signature":"s3cr3t"})",
              c, notes)
              .ok());
  CHECK(c.name == "web1");
  CHECK(c.subscriptions == StringList{"roundrobin:a"});
  CHECK(c.safe_mode);
  CHECK(c.redact == StringList{"pin"});
  CHECK(c.socket_host == "0.0.0.0");
  CHECK(c.socket_port == 3030);  // an option gave it
  CHECK(c.disable_api);
  CHECK(c.api_protect_all);
  CHECK(c.keepalive_warning_s == 60);
  CHECK(c.keepalive_critical_s == 90);
  CHECK(c.keepalive_handlers == StringList{"pager"});
  CHECK(c.keepalive_annotations == StringMap{{"keepalive.team", "db"}});
  CHECK(c.deregister);
  CHECK(c.deregistration_handler == "gone");
  CHECK(c.labels == StringMap{{"address", "10.0.0.1"}, {"mysql.port", "3306"}, {"mysql.tls", "true"}, {"site", "here"}});
  CHECK(notes.size() == 1);
}

TEST_CASE("a 1.x client whose keepalives end is critical after 180 s, unless somebody says otherwise") {
  struct Row { const char* client; uint32_t warning, given, critical; };
  static const Row kRows[] = {
      {"{}", 120, 0, 180},
      {R"({"name":"a","keepalive":{"handler":"x"}})", 120, 0, 180},
      {R"({"keepalive":{"thresholds":{"warning":40}}})", 120, 0, 180},
      {R"({"keepalive":{"thresholds":{"warning":400}}})", 120, 0, 420},  // later than the warning, by a keepalive
      {R"({"keepalive":{"thresholds":{"critical":300}}})", 120, 0, 300},
      {"{}", 120, 600, 600},
      {"", 120, 0, 0},  // no client of 1.x: as in Sensu Go
  };
  for (const Row& r : kRows) {
    CAPTURE(std::string(r.client));
    AgentConfig c = story_config();
    c.keepalive_warning_s = r.warning;
    c.keepalive_critical_s = r.given;
    if (r.given) c.given["keepalive-critical-timeout"] = "a flag";
    StringList notes;
    REQUIRE(local_client_apply(r.client, c, notes).ok());
    CHECK(c.keepalive_critical_s == r.critical);
  }
}

TEST_CASE("subdue of 1.x: the times and forms that its users wrote") {
  struct Row { const char *subdue, *day, *begin, *end; };
  static const Row kRows[] = {
      {R"({"days":{"all":[{"begin":"9pm UTC","end":"11:15 PM UTC"}]}})", "all", "9:00PM", "11:15PM"},
      {R"({"days":{"Sunday":[{"begin":"03:05 UTC","end":"16:20 UTC"}]}})", "sunday", "3:05AM", "4:20PM"},
      {R"({"days":{"friday":[{"begin":"1AM MST","end":"2:30AM MST"}]}})", "friday", "8:00AM", "9:30AM"},
      {R"({"days":{"all":[{"begin":"10:00 +0230","end":"11:00 +02:30"}]}})", "all", "7:30AM", "8:30AM"},
      {R"({"begin":"6AM UTC","end":"7am utc"})", "all", "6:00AM", "7:00AM"},
      {R"({"begin":"18:45 UTC","end":"19:00 UTC","days":["Tuesday"],"at":"handler"})", "tuesday", "6:45PM", "7:00PM"},
  };
  for (const Row& r : kRows) {
    CAPTURE(std::string(r.subdue));
    auto read =
        local_settings_parse("{\"checks\":{\"x\":{\"command\":\"c\",\"interval\":5,\"subdue\":" + std::string(r.subdue) + "}}}", "default");
    REQUIRE_MESSAGE(read.ok(), read.status.message);
    const std::string config = encode(*read.value.definitions.at("x").request.config);
    const std::string_view first = json_items(json_at(config, {"subdue", "days", r.day})).value.at(0);
    CHECK(json_at(first, {"begin"}) == json_quote(r.begin));
    CHECK(json_at(first, {"end"}) == json_quote(r.end));
  }
  static const struct { const char *subdue, *why; } kWrong[] = {
      {R"({"begin":"6AM"})", "subdue: expected begin and end, or days"},
      {R"({"days":{"freitag":[]}})", "not a day of the week"},
      {R"({"begin":"6AM","end":"7AM","every":"week"})", "\"every\" has no effect"},
      {R"({"days":{"all":[{"begin":"dawn","end":"7AM"}]}})", "dawn"},
      {R"("nights")", "expected an object"},
  };
  for (auto& r : kWrong) {
    CAPTURE(std::string(r.subdue));
    auto read =
        local_settings_parse("{\"checks\":{\"x\":{\"command\":\"c\",\"interval\":5,\"subdue\":" + std::string(r.subdue) + "}}}", "default");
    CHECK(read.status.message.find(r.why) != std::string::npos);
  }
}

TEST_CASE("what the client keeps below a secret's name leaves redacted; tokens see it") {
  for (bool own_list : {false, true}) {
    CAPTURE(own_list);
    AgentConfig c = story_config();
    if (own_list) c.redact = {"pin"};
    StringList notes;
    const char* client = R"({"mysql":{"port":3306,"password":"topsecret"},"a":{"secret":{"deep":1}},"community":"x","pin":7,
      "keepalive":{"secret":"k","list":[{"password":"p"}]}})";
    REQUIRE(local_client_apply(client, c, notes).ok());
    Entity sent = entity_redacted(entity_local(c));
    auto label = [&](const char* name) { return sent.metadata.labels.at(name); };
    CHECK(label("mysql.port") == "3306");
    CHECK(label("mysql.password") == (own_list ? "topsecret" : "REDACTED"));
    CHECK(label("a.secret.deep") == (own_list ? "1" : "REDACTED"));
    CHECK(label("community") == (own_list ? "x" : "REDACTED"));
    CHECK(label("pin") == (own_list ? "REDACTED" : "7"));
    CHECK(c.keepalive_annotations.at("keepalive.secret") == (own_list ? "k" : "REDACTED"));
    CHECK(c.keepalive_annotations.at("keepalive.list") == (own_list ? R"([{"password":"p"}])" : R"([{"password":"REDACTED"}])"));
    CHECK(entity_local(c).metadata.labels.at("mysql.password") == "topsecret");
  }
}

TEST_CASE("a hook of 1.x whose tokens match nothing says which") {
  Story s;
  s.core.definitions =
      settings_of(R"({"checks":{"disk":{"command":"d","hooks":{"critical":{"command":"echo :::no.such::: :::nor.this:::"}}}}})")
          .definitions;
  s.online();
  s.request(check_json("disk", "x"), 100);
  s.tick(0);
  s.done(2, "");
  CHECK(s.tick(0) == "send:event");
  std::string_view hook = json_items(s.last({"check", "hooks"})).value.at(0);
  CHECK(json_at(hook, {"output"}) == "\"Unmatched client token(s): no.such, nor.this\"");
  CHECK(json_at(hook, {"status"}) == "3");
}

// The words of the client reference (docs/FROM-SENSU.md, "A 1.x client"), one by one, and where each is found then.
TEST_CASE("every word of a 1.x client, what it becomes and what is said") {
  using Shown = std::string (*)(const AgentConfig&);
  auto words = [](const StringList& list) {
    std::string out;
    for (const std::string& word : list) out += (out.empty() ? "" : ",") + word;
    return out;
  };
  static const auto joined = words;
  static const struct { const char* client; Shown shown; const char *value, *note; } kRows[] = {
      {R"({"name":"i-424242"})", [](const AgentConfig& c) { return c.name; }, "i-424242", nullptr},
      {R"({"address":"8.8.8.8"})", [](const AgentConfig& c) { return c.labels.at("address"); }, "8.8.8.8", nullptr},
      {R"({"subscriptions":["production","webserver"]})", [](const AgentConfig& c) { return joined(c.subscriptions); }, "production,webserver", nullptr},
      {R"({"safe_mode":true})", [](const AgentConfig& c) { return std::to_string(c.safe_mode); }, "1", nullptr},
      {R"({"redact":["password","ec2_access_key"]})", [](const AgentConfig& c) { return joined(c.redact); }, "password,ec2_access_key", nullptr},
      {R"({"socket":{"bind":"0.0.0.0"}})", [](const AgentConfig& c) { return c.socket_host; }, "0.0.0.0", nullptr},
      {R"({"socket":{"port":4000}})", [](const AgentConfig& c) { return std::to_string(c.socket_port); }, "4000", nullptr},
      {R"({"socket":{"enabled":false}})", [](const AgentConfig& c) { return std::to_string(c.disable_sockets); }, "1", nullptr},
      {R"({"http_socket":{"bind":"0.0.0.0"}})", [](const AgentConfig& c) { return c.api_host; }, "0.0.0.0", nullptr},
      {R"({"http_socket":{"port":4001}})", [](const AgentConfig& c) { return std::to_string(c.api_port); }, "4001", nullptr},
      {R"({"http_socket":{"enabled":false}})", [](const AgentConfig& c) { return std::to_string(c.disable_api); }, "1", nullptr},
      {R"({"http_socket":{"user":"u","password":"p"}})", [](const AgentConfig& c) { return c.api_user + ":" + c.api_password; }, "u:p", nullptr},
      {R"({"http_socket":{"protect_all_endpoints":true}})", [](const AgentConfig& c) { return std::to_string(c.api_protect_all); }, "1", nullptr},
      {R"({"keepalive":{"handler":"pagerduty"}})", [](const AgentConfig& c) { return joined(c.keepalive_handlers); }, "pagerduty", nullptr},
      {R"({"keepalive":{"handlers":["pagerduty","chef"]}})", [](const AgentConfig& c) { return joined(c.keepalive_handlers); }, "pagerduty,chef", nullptr},
      {R"({"keepalive":{"thresholds":{"warning":60,"critical":90}}})",
       [](const AgentConfig& c) { return std::to_string(c.keepalive_warning_s) + "/" + std::to_string(c.keepalive_critical_s); }, "60/90",
       nullptr},
      {R"({"keepalive":{"team":"ops","n":[1]}})",
       [](const AgentConfig& c) { return c.keepalive_annotations.at("keepalive.team") + c.keepalive_annotations.at("keepalive.n"); },
       "ops[1]", nullptr},
      {R"({"deregister":true})", [](const AgentConfig& c) { return std::to_string(c.deregister); }, "1", nullptr},
      {R"({"deregistration":{"handler":"gone"}})", [](const AgentConfig& c) { return c.deregistration_handler; }, "gone", nullptr},
      {R"({"mysql":{"host":"127.0.0.1","port":3306}})", [](const AgentConfig& c) { return c.labels.at("mysql.host") + " " + c.labels.at("mysql.port"); },
       "127.0.0.1 3306", nullptr},
      {R"({"roles":["a","b"],"empty":[]})", [](const AgentConfig& c) { return c.labels.at("roles") + c.labels.at("empty"); }, R"(["a", "b"][])", nullptr},
      {R"({"mysql":{"password":"secret"}})", [](const AgentConfig& c) { return joined(c.redact_add); }, "mysql.password", nullptr},
      {R"({"flag":true,"none":null})", [](const AgentConfig& c) { return c.labels.at("flag") + std::to_string(c.labels.count("none")); }, "true0", nullptr},
      {R"({"version":"1.9.0","timestamp":1})", [](const AgentConfig& c) { return std::to_string(c.labels.size()); }, "0", nullptr},
      {R"({"signature":"s"})", [](const AgentConfig& c) { return std::to_string(c.labels.count("signature")); }, "0", "client.signature has no effect"},
      {R"({"keepalives":false})", [](const AgentConfig& c) { return std::to_string(c.labels.count("keepalives")); }, "0", "client.keepalives has no effect"},
      {R"({"registration":{"handler":"r"}})", [](const AgentConfig& c) { return std::to_string(c.labels.count("registration")); }, "0",
       "client.registration has no effect"},
  };
  for (auto& r : kRows) {
    CAPTURE(std::string(r.client));
    AgentConfig c;
    c.name = "host";
    StringList notes;
    REQUIRE(local_client_apply(r.client, c, notes).ok());
    CHECK(r.shown(c) == std::string(r.value));
    CHECK(notes.size() == (r.note ? 1u : 0u));
    if (r.note) CHECK(notes[0].find(r.note) == 0);
  }
}

// The words of 1.x check definitions as an agent runs them (the same table, "on an agent").
TEST_CASE("every word of a 1.x check on an agent") {
  static const struct { const char *members, *key, *value; } kRows[] = {
      {R"("command":"check -w :::cpu|80:::")", "command", R"("check -w :::cpu|80:::")"},
      {R"("interval":60)", "interval", "60"},
      {R"("cron":"0 0 * * *")", "cron", R"("0 0 * * *")"},
      {R"("timeout":0.5)", "timeout", "1"},
      {R"("ttl":100)", "ttl", "100"},
      {R"("stdin":true)", "stdin", "true"},
      {R"("handler":"a")", "handlers", R"(["a"])"},
      {R"("handlers":["a","b"],"handler":"c")", "handlers", R"(["a","b"])"},
      {R"("subscribers":["x"])", "subscriptions", R"(["x"])"},
      {R"("source":"switch-x")", "proxy_entity_name", R"("switch-x")"},
      {R"("low_flap_threshold":5,"high_flap_threshold":25)", "low_flap_threshold", "5"},
      {R"("hooks":{"critical":{"command":"df"}})", "check_hooks", R"([{"critical":["x-critical"]}])"},
  };
  for (auto& r : kRows) {
    CAPTURE(std::string(r.members));
    auto read = local_settings_parse("{\"checks\":{\"x\":{" + std::string(r.members) + "}}}", "default");
    REQUIRE(read.ok());
    CHECK(json_at(encode(*read.value.definitions.at("x").request.config), {r.key}) == std::string(r.value));
    CHECK(read.value.checks.empty());  // not standalone
  }
  static const struct { const char *key, *value, *kept; } kKept[] = {
      {"type", "\"v\"", "v"}, {"aggregate", "\"v\"", "v"}, {"occurrences", "3", "3"}, {"occurrences", "\"3\"", "3"},
      {"refresh", "1800", "1800"}, {"handle", "false", "false"}, {"ttl_status", "2", "2"}, {"auto_resolve", "true", "true"},
      {"dependencies", "[\"v\"]", "[\"v\"]"}, {"contact", "\"v\"", "v"},
  };
  for (auto& r : kKept) {
    CAPTURE(std::string(r.key));
    auto read = local_settings_parse("{\"checks\":{\"x\":{\"interval\":5,\"" + std::string(r.key) + "\":" + r.value + "}}}", "default");
    REQUIRE(read.ok());
    CHECK(read.value.definitions.at("x").request.config->metadata.annotations.at(r.key) == r.kept);
  }
  auto runs = [](const char* members) {
    return local_settings_parse("{\"checks\":{\"x\":{\"interval\":5" + std::string(members) + "}}}", "default").value.checks.size();
  };
  CHECK(runs(",\"standalone\":true") == 1);
  CHECK(runs(",\"standalone\":true,\"publish\":false") == 0);
  CHECK(runs(",\"standalone\":false") == 0);
}

TEST_CASE("a wrong client attribute is reported by its path") {
  AgentConfig c = story_config();
  StringList notes;
  CHECK(local_client_apply(R"({"socket":{"port":"x"},"keepalive":{"thresholds":{"warning":3}},"name":"a b"})", c, notes).message ==
        "client.socket.port: must be a port from 0 to 65535\nclient.keepalive.thresholds.warning: must be from 5 to 31536000 seconds\n"
        "client.name: cannot contain spaces or special characters");
  c = story_config();
  CHECK(local_client_apply(R"({"keepalive":{"thresholds":{"critical":100}}})", c, notes)
            .message.find("greater than the warning threshold (120)") != std::string::npos);
}

TEST_CASE("checks in agent.ini") {
  LocalSettings s = ini_of(R"(name = web1
[check disk]
command = check-disk -w 80 ; echo done
interval = 60   ; a minute
handlers = mail, slack
handlers = pager
env-vars = A=b c
hook.critical = ps aux ; free
contact = ops
[checks "idle one"]
command = x
cron = 0 3 * * *
standalone = no
)");
  REQUIRE(s.checks.size() == 1);
  const CheckConfig& c = *s.checks[0].config;
  CHECK(c.metadata.name == "disk");
  CHECK(c.command == "check-disk -w 80 ; echo done");
  CHECK(c.interval == 60);
  CHECK(c.handlers == StringList{"mail", "slack", "pager"});
  CHECK(c.env_vars == StringList{"A=b c"});
  CHECK(c.metadata.annotations == StringMap{{"contact", "ops"}});
  CHECK(s.checks[0].hooks[0].command == "ps aux ; free");
  CHECK(s.definitions.at("idle one").request.config->cron == "0 3 * * *");
}

TEST_CASE("what is wrong in agent.ini is reported with its line") {
  std::string errors;
  ini_of("[check]\nx = 1\n[check a]\ninterval = soon\ncommand = x\ncommand = y\nstdin = maybe\nhooks = {\n", &errors);
  CHECK(errors ==
        "a.ini:2: expected the name of the check: [check NAME]\n"
        "a.ini:4: check \"a\": interval: expected a number\n"
        "a.ini:6: check \"a\": command is set twice; keep one, on one line\n"
        "a.ini:7: check \"a\": stdin: expected true or false\n"
        "a.ini:8: check \"a\": hooks: expected JSON\n");
}

TEST_CASE("a local definition stands above a backend's, attribute by attribute") {
  Story s;
  s.core.definitions = settings_of(R"({"checks":{"disk":{"command":"local-disk","ttl":60,"contact":"ops"}}})").definitions;
  s.online();
  s.request(check_json("disk", "their-disk", ",\"handlers\":[\"mail\"]"), 100);
  CHECK(s.tick(0) == "run:local-disk");
  s.done(0, "");
  s.tick(0);
  CHECK(s.last({"check", "ttl"}) == "60");
  CHECK(s.last({"check", "handlers"}) == "[\"mail\"]");
  CHECK(s.last({"check", "metadata", "annotations"}) == "{\"contact\":\"ops\"}");
  s.request(check_json("disk", "their-disk", ",\"proxy_entity_name\":\"switch\""), 100);
  CHECK(s.tick(0) == "run:their-disk");
}

TEST_CASE("safe mode runs nothing but what is defined here") {
  AgentConfig c = story_config();
  c.safe_mode = true;
  Story s(c);
  s.core.definitions = settings_of(R"({"checks":{"mine":{"command":"echo mine"},"empty":{"ttl":60}}})").definitions;
  s.online();
  // The backend says when, not what: neither command, environment, assets nor hooks of its own.
  s.request(
      check_json("mine", "rm -rf /",
                 ",\"env_vars\":[\"PATH=/evil\"],\"stdin\":true,\"proxy_entity_name\":\"p\",\"check_hooks\":[{\"non-zero\":[\"h\"]}]"),
      100,
      R"(,"assets":[{"metadata":{"name":"evil"},"url":"http://x","sha512":"0"}],"hooks":[{"metadata":{"name":"h","namespace":"default"},"command":"rm","timeout":5}],"secrets":["A=b"])");
  CHECK(s.tick(0) == "run:echo mine");
  CHECK(s.last_process.env == std::vector<std::string>{"PATH=/bin"});
  CHECK(s.last_process.input.empty());
  s.done(1, "");
  CHECK(s.tick(0) == "send:event");
  for (const char* name : {"theirs", "empty"}) {
    s.request(check_json(name, "echo theirs"), 100);
    CHECK(s.tick(0) == "send:event");
    CHECK(s.last({"check", "output"}) == "\"Check is not locally defined (safe mode)\"");
    CHECK(s.last({"check", "status"}) == "3");
  }
}

TEST_CASE("of a 1.x definition's hooks the nearest one runs") {
  Story s;
  s.core.definitions =
      settings_of(
          R"({"checks":{"disk":{"command":"d","hooks":{"non-zero":{"command":"any"},"critical":{"command":"crit"},"2":{"command":"two"}}}}})")
          .definitions;
  s.online();
  struct Row { int status; const char* hook; };
  int issued = 100;
  for (const Row& r : {Row{2, "run:two"}, Row{1, "run:any"}, Row{0, "send:event"}}) {
    CAPTURE(r.status);
    s.request(check_json("disk", "x"), issued++);
    s.tick(0);
    s.done(r.status, "");
    CHECK(s.tick(0) == r.hook);
    if (r.status == 0) continue;
    s.done(0, "");
    CHECK(s.tick(0) == "send:event");
  }
  CHECK(hook_nearest({{"critical", {"c"}}}, 2) == std::vector<std::string>{"c"});
  CHECK(hook_nearest({{"unknown", {"u"}}}, 127) == std::vector<std::string>{"u"});
}

TEST_CASE("secrets among custom attributes leave as REDACTED, at any depth and of any type") {
  StringMap annotations = {{"password", "p"}, {"contact", "ops"}, {"broken", "{\"password\":"}, {"my_password", "q"}, {"number", "7"},
                           {"nested", "{\"secret\":{\"a\":1},\"list\":[{\"api_key\":[1]},[{\"pass\":\"z\"}],\"password\"],\"id\":12345678901234567890}"}};
  annotations_redact(annotations, {});
  CHECK(
      annotations ==
      StringMap{
          {"password", "REDACTED"},
          {"contact", "ops"},
          {"broken", "{\"password\":"},
          {"my_password", "q"},
          {"number", "7"},
          {"nested",
           "{\"secret\":\"REDACTED\",\"list\":[{\"api_key\":\"REDACTED\"},[{\"pass\":\"REDACTED\"}],\"password\"],\"id\":12345678901234567890}"}});
  Story s;
  s.core.definitions = settings_of(R"({"checks":{"disk":{"command":"d","secret":"s","site":"x"}}})").definitions;
  s.online();
  s.request(check_json("disk", "x"), 100);
  s.tick(0);
  s.done(0, "");
  s.tick(0);
  CHECK(s.last({"check", "metadata", "annotations"}) == "{\"secret\":\"REDACTED\",\"site\":\"x\"}");
}
