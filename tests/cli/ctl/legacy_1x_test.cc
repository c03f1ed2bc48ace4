// tests/cli/ctl/legacy_1x_test.cc - definitions of a Sensu 1.x server, word by word, as docs/FROM-SENSU.md has them.
#include "cli/ctl/legacy_1x.h"

#include <doctest/doctest.h>

#include "cli/ctl/ctl.h"
#include "common/json/json.h"

using namespace picket;

namespace {

std::string in(const char* kind, const char* name, const std::string& members) {
  return JsonObject().add_raw(kind, JsonObject().add_raw(name, "{" + members + "}").done()).done();
}

Legacy made(const char* kind, const std::string& members) { return legacy_translate(in(kind, "x", members), "default"); }

// The raw value at a path of the document of `type`; "-": there is no such document, "": no such member.
std::string value_in(const Legacy& l, const char* type, std::initializer_list<std::string_view> path) {
  for (const std::string& d : l.documents)
    if (text_at(d, {"type"}) == type) return std::string(json_at(d, path));
  return "-";
}

bool is_reported(const Legacy& l, std::string_view words) {
  for (const std::string& n : l.notes)
    if (n.find(words) != n.npos) return true;
  return false;
}

}  // namespace

TEST_CASE("what is a file of 1.x, and what is not") {
  CHECK(legacy_is(R"({"checks":{}})"));
  CHECK(legacy_is(R"({"handlers":{"a":{}},"client":{"name":"x"}})"));
  CHECK(legacy_is(R"({"rabbitmq":{"host":"x"}})"));
  for (const char* other : {"{}", "[]", "3", R"({"type":"CheckConfig","spec":{}})", R"({"checks":[]})", R"({"checks":{},"scripts":{}})"}) {
    CAPTURE(std::string(other));
    CHECK_FALSE(legacy_is(other));
  }
}

TEST_CASE("every word of a 1.x check: what it becomes, what is said") {
  static const struct {
    const char *members, *key, *value, *reported;
  } kRows[] = {
      {R"("command":"c","interval":60,"subscribers":["web","roundrobin:db"])", "subscriptions", R"(["web","roundrobin:db"])", nullptr},
      {R"("command":"c -w 5","interval":60)", "command", "\"c -w 5\"", nullptr},
      {R"("command":"c","interval":60)", "interval", "60", nullptr},
      {R"("command":"c","cron":"0 0 * * *")", "cron", "\"0 0 * * *\"", nullptr},
      {R"("command":"c","interval":60)", "publish", "true", nullptr},
      {R"("command":"c","interval":60,"publish":false)", "publish", "false", nullptr},
      {R"("command":"c","interval":60,"timeout":30)", "timeout", "30", nullptr},
      {R"("command":"c","interval":60,"timeout":1.5)", "timeout", "2", nullptr},
      {R"("command":"c","interval":60,"stdin":true)", "stdin", "true", nullptr},
      {R"("command":"c","interval":60,"ttl":100)", "ttl", "100", nullptr},
      {R"("command":"c","interval":60,"handler":"mail")", "handlers", "[\"mail\"]", nullptr},
      {R"("command":"c","interval":60,"handlers":["a","b"],"handler":"c")", "handlers", R"(["a","b"])", nullptr},
      {R"("command":"c","interval":60,"low_flap_threshold":20,"high_flap_threshold":60)", "high_flap_threshold", "60", nullptr},
      {R"("command":"c","interval":60,"source":"switch-x")", "proxy_entity_name", "\"switch-x\"", nullptr},
      {R"("command":"c","interval":60,"truncate_output":true,"truncate_output_length":500)", "max_output_size", "500", nullptr},
      {R"("command":"c","interval":60,"truncate_output":true)", "max_output_size", "", "truncate_output has no effect"},
      {R"("command":"c","interval":60,"type":"standard")", "command", "\"c\"", nullptr},
      {R"("command":"c","interval":60,"type":"metric")", "output_metric_format", "\"\"", "type metric has no effect"},
      {R"("command":"c","interval":60,"auto_resolve":false)", "command", "\"c\"", "auto_resolve has no effect"},
      {R"("command":"c","interval":60,"force_resolve":true)", "command", "\"c\"", "force_resolve has no effect"},
      {R"("command":"c","interval":60,"aggregate":"web")", "command", "\"c\"", "aggregate is kept as an annotation"},
      {R"("command":"c","interval":60,"aggregates":["web"])", "command", "\"c\"", "aggregates is kept as an annotation"},
      {R"("command":"c","interval":60,"cron":"@daily")", "cron", "\"@daily\"", "both interval and cron"},
      {R"("command":"c","interval":60,"standalone":true)", "", "-", "standalone checks are run by agents"},
      {R"("extension":"e","interval":60)", "", "-", "command is missing"},
      {R"("command":5)", "", "-", "not created: command: expected a string, got 5"},
      {R"("command":"c","timeout":"10")", "", "-", "timeout"},
      {R"("command":"c","interval":60,"proxy_requests":{"client_attributes":{"type":"eval: value.nil?"}})", "", "-",
       "proxy_requests.client_attributes.type cannot be translated to JavaScript"},
  };
  for (auto& r : kRows) {
    CAPTURE(std::string(r.members));
    Legacy l = made("checks", r.members);
    CHECK(value_in(l, "CheckConfig", {"spec", r.key}) == std::string(r.value));
    if (r.reported) CHECK(is_reported(l, std::string("check \"x\": ")));
    if (r.reported) CHECK(is_reported(l, r.reported));
    else CHECK(l.notes.empty());
  }
}

TEST_CASE("1.x words that are annotations of a check now") {
  static const struct {
    const char *members, *annotation, *value;
  } kRows[] = {
      {R"("refresh":1800)", "fatigue_check/interval", "\"1800\""},
      {R"("occurrences":3)", "fatigue_check/occurrences", "\"3\""},
      {R"("ttl_status":2)", "ttl_status", "\"2\""},
      {R"("handle":false)", "handle", "\"false\""},
      {R"("dependencies":["router/ping","database"])", "picket.io/depends-on", "\"router/ping, database\""},
      {R"("contact":"ops")", "contact", "\"ops\""},
      {R"("playbook":{"url":"http://x","n":1})", "playbook", R"("{\"url\":\"http://x\",\"n\":1}")"},
  };
  for (auto& r : kRows) {
    CAPTURE(std::string(r.members));
    Legacy l = made("checks", R"("command":"c","interval":60,)" + std::string(r.members));
    CHECK(value_in(l, "CheckConfig", {"metadata", "annotations", r.annotation}) == std::string(r.value));
  }
}

TEST_CASE("1.x hooks and proxy requests") {
  Legacy l = made("checks", R"("command":"c","interval":60,"hooks":{"critical":{"command":"df","timeout":5},"non-zero":{"command":"ps"}})");
  CHECK(value_in(l, "HookConfig", {"metadata", "name"}) == "\"x-critical\"");
  CHECK(value_in(l, "HookConfig", {"spec", "timeout"}) == "5");
  CHECK(value_in(l, "CheckConfig", {"spec", "check_hooks"}) == R"([{"critical":["x-critical"]},{"non-zero":["x-non-zero"]}])");
  l = made(
      "checks",
      R"("command":"c","interval":60,"proxy_requests":{"client_attributes":{"name":"a","subscriptions":["web"],"site":{"rack":7},"address":"eval: value == 5"},"splay":true})");
  CHECK(
      value_in(l, "CheckConfig", {"spec", "proxy_requests"}) ==
      R"x({"entity_attributes":["entity.name == 'a'","entity.subscriptions.indexOf('web') \u003e= 0","entity.labels['site.rack'] == '7'","(entity.labels['address'] == 5)"],"splay":true,"splay_coverage":90})x");
}

TEST_CASE("every word of a 1.x handler") {
  static const struct {
    const char *members, *key, *value, *reported;
  } kRows[] = {
      {R"("type":"pipe","command":"mail ops")", "command", "\"mail ops\"", nullptr},
      {R"("type":"pipe","command":"c","timeout":2.5)", "timeout", "3", nullptr},
      {R"("type":"tcp","socket":{"host":"h","port":4444})", "socket", R"({"host":"h","port":4444})", nullptr},
      {R"("type":"udp","socket":{"host":"h","port":4444})", "type", "\"udp\"", nullptr},
      {R"("type":"set","handlers":["a","b"])", "handlers", R"(["a","b"])", nullptr},
      {R"("type":"pipe","command":"c","mutator":"only_check_output")", "mutator", "\"only_check_output\"", nullptr},
      {R"("type":"pipe","command":"c","mutator":"json")", "mutator", "", nullptr},
      {R"("type":"pipe","command":"c","mutator":"ruby_hash")", "mutator", "", "ruby_hash has no effect"},
      {R"("type":"pipe","command":"c")", "filters", R"(["is_incident","not_silenced"])", nullptr},
      {R"("type":"pipe","command":"c","filter":"prod")", "filters", R"(["is_incident","not_silenced","prod"])", nullptr},
      {R"("type":"pipe","command":"c","filters":["prod","night"])", "filters", R"(["is_incident","not_silenced","prod","night"])", nullptr},
      {R"("type":"pipe","command":"c","handle_silenced":true)", "filters", R"(["is_incident"])", nullptr},
      {R"("type":"pipe","command":"c","handle_flapping":true)", "filters", R"(["is_incident","not_silenced"])", nullptr},
      {R"("type":"pipe","command":"c","severities":["critical"])", "filters", R"(["is_incident","not_silenced","x-severities"])", nullptr},
      {R"("type":"pipe","command":"c","severities":[])", "type", "\"pipe\"", "severities is empty: only recoveries pass"},
      {R"("type":"pipe","command":"c","subdue":{"begin":"5PM","end":"9AM"})", "type", "\"pipe\"", "subdue has no effect"},
      {R"("type":"pipe","command":"c","webhook":"https://x")", "type", "\"pipe\"", "kept as annotations: webhook"},
      {R"("type":"transport","pipe":{"type":"direct","name":"x"})", "", "-", "transport handlers are not supported"},
      {R"("type":"flapjack")", "", "-", "unknown type \"flapjack\""},
  };
  for (auto& r : kRows) {
    CAPTURE(std::string(r.members));
    Legacy l = made("handlers", r.members);
    CHECK(value_in(l, "Handler", {"spec", r.key}) == std::string(r.value));
    if (r.reported) CHECK(is_reported(l, r.reported));
    else CHECK(l.notes.empty());
  }
  Legacy l = made("handlers", R"("type":"pipe","command":"c","severities":["warning","unknown"])");
  CHECK(text_at(value_in(l, "EventFilter", {"metadata"}), {"name"}) == "x-severities");
  CHECK(value_in(l, "EventFilter", {"spec", "expressions"}) ==
        "[\"event.check.status == 0 || event.check.status == 1 || event.check.status \\u003e 2\"]");
}

TEST_CASE("1.x filters become JavaScript, or are said") {
  static const struct {
    const char *attributes, *expression;
  } kRows[] = {
      {R"({"client":{"environment":"production"}})", "event.entity.labels['environment'] == 'production'"},
      {R"({"client":{"name":"a","mysql":{"port":3306}}})", "event.entity.name == 'a' && event.entity.labels['mysql.port'] == '3306'"},
      {R"({"client":{"subscriptions":["web","db"]}})",
       "event.entity.subscriptions.indexOf('web') >= 0 && event.entity.subscriptions.indexOf('db') >= 0"},
      {R"({"check":{"name":"it's"}})", "event.check.name == 'it\\'s'"},
      {R"({"check":{"status":2}})", "event.check.status == 2"},
      {R"({"check":{"source":"switch"}})", "event.check.proxy_entity_name == 'switch'"},
      {R"({"check":{"team":"ops","pager":true}})",
       "event.check.annotations['team'] == 'ops' && event.check.annotations['pager'] == 'true'"},
      {R"({"occurrences":1})", "event.check.occurrences == 1"},
      {R"({"occurrences":"eval: value == 1 || value % 60 == 0"})", "(event.check.occurrences == 1 || event.check.occurrences % 60 == 0)"},
      {R"({"check":{"status":"eval: value != 3"}})", "(event.check.status != 3)"},
      {R"({"action":"create"})", "event.is_incident && !event.is_resolution"},
      {R"({"action":"resolve"})", "event.is_resolution"},
      {R"({"action":"flapping"})", "event.check.state == 'flapping'"},
      {R"({"occurrences":"eval: value > :::check.occurrences|5:::"})", nullptr},
      {R"({"check":{"name":"eval: value =~ /disk/"}})", nullptr},
      {R"({"timestamp":"eval: Time.at(value).hour < 8"})", nullptr},
      {R"({"action":"other"})", nullptr},
      {R"({"else":1})", nullptr},
      {R"({})", nullptr},
  };
  for (auto& r : kRows) {
    CAPTURE(std::string(r.attributes));
    Legacy l = made("filters", "\"attributes\":" + std::string(r.attributes));
    if (!r.expression) {
      CHECK(l.documents.empty());
      CHECK(is_reported(l, "filter \"x\": not created: "));
      continue;
    }
    std::vector<std::string> expressions = json_strings(value_in(l, "EventFilter", {"spec", "expressions"})).value;
    REQUIRE(expressions.size() == 1);
    CHECK(expressions[0] == r.expression);
    CHECK(value_in(l, "EventFilter", {"spec", "action"}) == "\"allow\"");
    CHECK(l.notes.empty());
  }
  Legacy l = made("filters", R"("negate":true,"attributes":{"occurrences":1},"when":{"days":{"all":[]}})");
  CHECK(value_in(l, "EventFilter", {"spec", "action"}) == "\"deny\"");
  CHECK(value_in(l, "EventFilter", {"spec", "when"}) == R"({"days":{"all":[]}})");
}

TEST_CASE("an attribute of another type is refused with its value, and nothing of the definition is made") {
  static const struct { const char *kind, *members, *reported; } kRows[] = {
      {"handlers", R"("severities":"critical")", "severities: expected a list of ok, warning, critical and unknown, like [\"critical\"], got \"critical\""},
      {"handlers", R"("severities":["warn","crit"])", "got [\"warn\",\"crit\"]"},
      {"handlers", R"("severities":{"critical":true})", "severities: expected a list"},
      {"handlers", R"("filters":"fa")", "filters: expected a list of strings, like [\"a\"], got \"fa\""},
      {"handlers", R"("filter":["fa"])", "filter: expected a string"},
      {"handlers", R"("timeout":"10")", "timeout: expected a number of seconds from 0 to 31536000, without quotes, got \"10\""},
      {"handlers", R"("timeout":-1)", "timeout: expected"},
      {"handlers", R"("handle_silenced":"true")", "handle_silenced: expected true or false, without quotes, got \"true\""},
      {"handlers", R"("handlers":"a")", "handlers: expected"},
      {"handlers", R"("mutator":5)", "mutator: expected a string"},
      {"handlers", R"("socket":{"host":"h","port":"4444"})", "socket.port: expected a port"},
      {"filters", R"("attributes":{"occurrences":1},"negate":"true")", "negate: expected true or false, without quotes, got \"true\""},
      {"filters", R"("attributes":{"occurrences":1},"negate":1)", "negate: expected true or false, without quotes, got 1"},
      {"filters", R"("attributes":["occurrences"])", "attributes: expected an object"},
      {"filters", R"("attributes":{"occurrences":1},"when":"nights")", "when: expected an object"},
      {"filters", R"("attributes":{"check":{"status":[1,2]}})", "\"check.status\" cannot be translated to JavaScript (expected a number"},
      {"filters", R"("attributes":{"check":{"status":"2"}})", "check.status"},
      {"filters", R"("attributes":{"check":{"name":["a","b"]}})", "check.name"},
      {"filters", R"("attributes":{"check":{"team":["a"]}})", "check.team"},
      {"filters", R"("attributes":{"check":{"history":["0","1"]}})", "check.history"},
      {"filters", R"("attributes":{"check":5})", "expected an object of attributes, got 5"},
      {"filters", R"("attributes":{"client":{}})", "\"client\""},
      {"filters", R"("attributes":{"client":{"subscriptions":"web"}})", "subscriptions"},
      {"filters", R"("attributes":{"client":{"roles":["a"]}})", "roles"},
      {"filters", R"("attributes":{"client":{"site":null}})", "site"},
      {"filters", R"("attributes":{"action":["create"]})", "expected create, resolve or flapping"},
      {"mutators", R"("command":"m","timeout":"5")", "timeout: expected a number"},
      {"mutators", R"("command":["m"])", "command: expected a string"},
      {"checks", R"("publish":"false")", "publish: expected true or false, without quotes, got \"false\""},
      {"checks", R"("publish":0)", "publish: expected"},
      {"checks", R"("standalone":"true")", "standalone: expected"},
      {"checks", R"("dependencies":"x/y")", "dependencies: expected a list of strings"},
      {"checks", R"("proxy_requests":{"client_attributes":{}})", "proxy_requests.client_attributes: expected an object of attributes"},
      {"checks", R"("proxy_requests":{"client_attributes":"web"})", "proxy_requests.client_attributes: expected an object of attributes"},
      {"checks", R"("proxy_requests":{"splay":true})", "client_attributes is missing"},
      {"checks", R"("proxy_requests":{"client_attributes":{"a":"b"},"splay":"true"})", "proxy_requests.splay: expected true or false"},
      {"checks", R"("proxy_requests":{"client_attributes":{"a":"b"},"splay_coverage":"90"})", "proxy_requests.splay_coverage: expected"},
      {"checks", R"("truncate_output_length":"500")", "truncate_output_length: expected"},
      {"checks", R"("hooks":["ps"])", "hooks: expected an object"},
      {"checks", R"("hooks":{"critcal":{"command":"ps"}})", "hooks.critcal: expected ok, warning"},
      {"checks", R"("hooks":{"critical":{"command":["ps"]}})", "hooks.critical: expected an object with a command"},
      {"checks", R"("hooks":{"critical":{"command":"ps","timeout":"5"}})", "hooks.critical.timeout: expected a number of seconds"},
      {"checks", R"("occurrences":"three")", "occurrences: expected a whole number"},
      {"checks", R"("subscribers":"web")", "subscribers: expected a list"},
      {"checks", R"("handle":"false","ttl_status":"2")", "ttl_status: expected a whole number, without quotes, got \"2\""},
  };
  for (auto& r : kRows) {
    CAPTURE(std::string(r.members));
    const std::string kind = r.kind,
                      first = kind == "handlers" ? R"("type":"pipe","command":"c",)"
        : kind == "checks"                       ? R"("command":"c","interval":60,)"
                                                 : "";
    const Legacy l = legacy_translate("{\"" + kind + "\":{\"x\":{" + first + r.members +
                                          R"(},"good":{"type":"pipe","command":"c","interval":5,"attributes":{"occurrences":1}}}})",
                                      "default");
    CHECK(l.documents.size() == 1);  // the rest goes on
    CHECK(is_reported(l, " \"x\": not created: "));
    CHECK(is_reported(l, r.reported));
  }
}

TEST_CASE("null is not set, Sunday is 0 or 7, and lists are compared with lists") {
  Legacy l = made("handlers", R"("type":"pipe","command":"c","severities":null,"filters":null,"timeout":null,"handle_silenced":null)");
  CHECK(value_in(l, "Handler", {"spec", "filters"}) == R"(["is_incident","not_silenced"])");
  l = made("checks", R"("command":"c","cron":"0 0 * * 7")");
  CHECK(value_in(l, "CheckConfig", {"spec", "cron"}) == "\"0 0 * * 0\"");
  l = made("filters", R"("attributes":{"check":{"handlers":["a"]}})");
  CHECK(json_strings(value_in(l, "EventFilter", {"spec", "expressions"})).value ==
        std::vector<std::string>{"(event.check.handlers || []).indexOf('a') >= 0"});
}

TEST_CASE("1.x mutators, and what belongs elsewhere") {
  CHECK(value_in(made("mutators", R"("command":"m","timeout":5)"), "Mutator", {"spec"}) == R"({"command":"m","timeout":5})");
  CHECK(is_reported(made("mutators", "\"a\":1"), "mutator \"x\": not created: command is missing"));
  Legacy l = legacy_translate(R"({"client":{"name":"a"},"rabbitmq":{},"checks":{"y":3}})", "default");
  CHECK(l.documents.empty());
  CHECK(is_reported(l, "\"client\" is not a definition of a backend: it belongs to an agent's conf-dir"));
  CHECK(is_reported(l, "\"rabbitmq\""));
  CHECK(is_reported(l, "check \"y\": not created: not an object"));
}
