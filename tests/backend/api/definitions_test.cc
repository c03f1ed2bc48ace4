// tests/backend/api/definitions_test.cc - whatever `create` accepts can run and be stored; whatever cannot is refused with field
// and reason: what is run, routed or waited for. The other kinds: definitions_access_test.cc.
#include <doctest/doctest.h>

#include "backend/api/call.h"
#include "backend/route/filter.h"
#include "backend/notify/notify.h"
#include "backend/route/route.h"
#include "backend/schedule/scheduler.h"
#include "backend/event/silence.h"
#include "common/json/json.h"
#include "common/rules/no_effect.h"
#include "common/rules/resource_types.h"
#include "common/text/url.h"
#include "common/time/time_window.h"
#include "tests/backend/api/definitions_generator.h"

using namespace picket;

namespace {

constexpr int64_t kNow = 1'700'000'000;

std::string thresholds(Generator& g) {
  std::string rules = g.of({"[{\"min\":\"1\",\"status\":2}]", "[{}]", "[]", "null", "[{\"max\":\"ten\"}]", "[{\"max\":\"1e3\"}]"});
  return "[{\"name\":" + g.name() + ",\"thresholds\":" + rules + ",\"null_status\":" + g.of({"0", "2"}) +
      ",\"tags\":" + g.of({"[]", "[{\"name\":\"a\",\"value\":\"\"}]", "[{\"name\":\"a\",\"value\":\"b\"}]"}) + "}]";
}

DefinitionKinds run_kinds() {
  return {
      {"checks",
       {{"command", [](Generator& g) { return g.text(); }},
        {"interval", [](Generator& g) { return g.one_in(3) ? g.number() : std::string("60"); }},
        {"cron",
         [](Generator& g) {
           return g.one_in(4) ? g.of({"\"* * * * *\"", "\"CRON_TZ=Nowhere * * * * *\"", "\"61 * * * *\""}) : std::string("\"\"");
         }},
        {"publish", [](Generator& g) { return g.truth(); }},
        {"subscriptions", [](Generator& g) { return g.names(); }},
        {"handlers", [](Generator& g) { return g.references(); }},
        {"output_metric_handlers", [](Generator& g) { return g.one_in(3) ? g.references() : std::string("[]"); }},
        {"runtime_assets", [](Generator& g) { return g.one_in(3) ? g.references() : std::string("[]"); }},
        {"ttl", [](Generator& g) { return g.one_in(2) ? g.number() : std::string("0"); }},
        {"timeout",
         [](Generator& g) {
           return g.of({"0", "10"});
         }},
        {"round_robin", [](Generator& g) { return g.truth(); }},
        {"proxy_entity_name", [](Generator& g) { return g.one_in(3) ? g.name() : std::string("\"\""); }},
        {"check_hooks",
         [](Generator& g) {
           return g.of({"[]", "[{\"critical\":[\"h\"]}]", "[{\"sometimes\":[\"h\"]}]", "[{\"-1\":[\"h\"]}]", "[{\"\":[\"h\"]}]",
                        "[{\"ok\":[\"h i\"]}]", "[{\"ok\":[\"\"]}]"});
         }},
        {"output_metric_format",
         [](Generator& g) {
           return g.of({"\"\"", "\"nagios_perfdata\"", "\"csv\""});
         }},
        {"output_metric_thresholds", [](Generator& g) { return g.one_in(2) ? thresholds(g) : std::string("[]"); }},
        {"max_output_size",
         [](Generator& g) {
           return g.of({"0", "100", "-1"});
         }},
        {"low_flap_threshold",
         [](Generator& g) {
           return g.of({"0", "20", "50"});
         }},
        {"high_flap_threshold",
         [](Generator& g) {
           return g.of({"0", "40"});
         }},
        {"env_vars",
         [](Generator& g) {
           return g.of({"[]", "[\"A=b\"]", "[\"novalue\"]"});
         }},
        {"pipelines", [](Generator& g) { return g.one_in(2) ? "[" + g.reference("Pipeline") + "]" : std::string("[]"); }},
        {"subdue", [](Generator& g) { return g.one_in(2) ? g.days() : std::string("null"); }},
        {"subdues", [](Generator& g) { return g.one_in(3) ? g.windows() : std::string("[]"); }},
        {"proxy_requests",
         [](Generator& g) {
           return g.one_in(3) ? "{\"entity_attributes\":" + g.expressions() + ",\"splay\":" + g.truth() +
                   ",\"splay_coverage\":" + g.of({"0", "90", "101"}) + "}"
                              : std::string("null");
         }}}},
      {"handlers",
       {{"env_vars",
         [](Generator& g) {
           return g.of({"[]", "[\"A=b\"]", "[\"novalue\"]", "[\"=x\"]"});
         }},
        {"type",
         [](Generator& g) {
           return g.of({"\"pipe\"", "\"tcp\"", "\"udp\"", "\"set\"", "\"webhook\"", "\"email\"", "\"file\"", "\"\"", "\"fax\""});
         }},
        {"command", [](Generator& g) { return g.text(); }},
        {"timeout",
         [](Generator& g) {
           return g.of({"0", "10"});
         }},
        {"socket",
         [](Generator& g) {
           return g.of({"null", "{\"host\":\"h\",\"port\":1}", "{\"host\":\"\",\"port\":1}", "{\"host\":\"a b\",\"port\":1}",
                        "{\"host\":\"h\",\"port\":0}", "{\"host\":\"h\",\"port\":70000}"});
         }},
        {"handlers", [](Generator& g) { return g.references(); }},
        {"filters", [](Generator& g) { return g.references(); }},
        {"mutator",
         [](Generator& g) {
           return g.one_in(2) ? g.of({"\"\"", "\"json\"", "\"a b\"", "\".\"", "\"m/n\""}) : std::string("\"\"");
         }},
        {"runtime_assets", [](Generator& g) { return g.one_in(3) ? g.references() : std::string("[]"); }},
        {"webhook",
         [](Generator& g) {
           return "{\"url\":" +
               g.of({"\"http://h/x\"", "\"https://h:99999/\"", "\"http://\"", "\"ftp://h\"", "\"\"", "\"http://[::1]:80/\""}) +
               ",\"form\":" + g.of({"\"\"", "\"slack\"", "\"pagerduty\"", "\"fax\""}) + ",\"body\":" + g.words() +
               ",\"headers\":" + g.map() + "}";
         }},
        {"email",
         [](Generator& g) {
           return "{\"host\":" + g.of({"\"h\"", "\"\""}) + ",\"port\":" + g.of({"0", "25", "70000"}) +
               ",\"from\":" + g.of({"\"a@b.c\"", "\"nobody\""}) +
               ",\"to\":" + g.of({"[\"d@e.f\"]", "[]", "[\"x\"]", "[\"d@e.f, g@h.i\"]"}) +
               ",\"security\":" + g.of({"\"\"", "\"tls\"", "\"ssl\""}) + ",\"subject\":" + g.words() + ",\"body\":" + g.words() + "}";
         }},
        {"file",
         [](Generator& g) {
           return g.of({"{\"path\":\"/tmp/x\"}", "{\"path\":\"x\"}", "{\"path\":\"/tmp/x\\u0000y\"}", "null"});
         }}}},
      {"filters",
       {{"action",
         [](Generator& g) {
           return g.of({"\"allow\"", "\"deny\"", "\"maybe\"", "\"\""});
         }},
        {"expressions", [](Generator& g) { return g.expressions(); }},
        {"runtime_assets", [](Generator& g) { return g.one_in(3) ? g.references() : std::string("[]"); }},
        {"when", [](Generator& g) { return g.one_in(2) ? g.days() : std::string("null"); }}}},
      {"mutators",
       {{"env_vars",
         [](Generator& g) {
           return g.of({"[]", "[\"A=b\"]", "[\"novalue\"]", "[\"=x\"]"});
         }},
        {"type",
         [](Generator& g) {
           return g.of({"\"\"", "\"pipe\"", "\"javascript\"", "\"lua\""});
         }},
        {"runtime_assets", [](Generator& g) { return g.one_in(3) ? g.references() : std::string("[]"); }},
        {"command", [](Generator& g) { return g.text(); }},
        {"eval",
         [](Generator& g) {
           return g.of({"\"\"", "\"return ''\"", "\"return (\"", "\"event.check.labels.a = 'b'\"", "\"}\""});
         }}}},
      {"pipelines",
       {{"workflows",
         [](Generator& g) {
           return "[{\"name\":" + g.name() + ",\"handler\":" + g.reference("Handler") + ",\"filters\":[" +
               (g.one_in(2) ? g.reference("EventFilter") : std::string()) + "]}]";
         }}}},
      {"hooks",
       {{"runtime_assets", [](Generator& g) { return g.one_in(3) ? g.references() : std::string("[]"); }},
        {"command", [](Generator& g) { return g.text(); }},
        {"timeout",
         [](Generator& g) {
           return g.of({"0", "5"});
         }}}},
      {"silenced",
       {{"subscription",
         [](Generator& g) {
           return g.of({"\"\"", "\"*\"", "\"web\"", "\"entity:a\"", "\"a b\""});
         }},
        {"check",
         [](Generator& g) {
           return g.of({"\"\"", "\"disk\"", "\"a b\""});
         }},
        {"expire",
         [](Generator& g) {
           return g.of({"0", "-1", "60", "-5", "9223372036854775807"});
         }},
        {"expire_at",
         [](Generator& g) {
           return g.of({"0", "1700003600", "1600000000", "1700003600000"});
         }},
        {"begin",
         [](Generator& g) {
           return g.of({"0", "1700000000", "1800000000", "1700003600000"});
         }},
        {"windows", [](Generator& g) { return g.one_in(3) ? g.windows() : std::string("[]"); }}}},
  };
}

std::string generated(Generator& g, const std::string& kind) {
  const std::string name = kind == "silenced" ? "\"x\"" : g.name();
  std::string out = "{\"metadata\":{\"name\":" + name + ",\"namespace\":" + (g.one_in(20) ? "\"\"" : "\"default\"") + "}";
  return out + members_of(g, kRunKinds.at(kind)) + "}";
}

// ---- can what it names be defined ----

// The least definition of each kind that others name.
std::string can_be_made(const char* kind, const std::string& name) {
  static const std::map<std::string, std::string> kLeast = {
      {"handlers", R"("type":"set")"},
      {"filters", R"("action":"allow","expressions":["true"])"},
      {"mutators", R"("command":"true")"},
      {"hooks", R"("command":"true","timeout":1)"},
      {"assets", R"("url":"http://h/a.tgz","sha512":")" + std::string(128, 'a') + "\""}};
  const ResourceType& type = *resource_by_plural(kind);
  if (std::string(kind) == "mutators" && (name == "json" || name == "only_check_output")) return "";  // built in
  if (std::string(kind) == "filters" && filter_is_builtin(name)) return "";
  Result<Resource> made = type.decode(R"({"metadata":{"namespace":"default","name":)" + json_quote(name) + "}," + kLeast.at(kind) + "}");
  Status s = made.ok() ? definition_check(type, made.value.body) : made.status;
  return s.ok() ? "" : "it names one of " + std::string(kind) + " that nobody can define: " + s.message;
}

std::string all_can_be_made(const char* kind, const StringList& names) {
  for (const std::string& name : names)
    if (std::string why = can_be_made(kind, name); !why.empty()) return why;
  return "";
}

// What the definition names, whatever kind it is of.
std::string named_works(const std::string& kind, const std::string& body) {
  const auto list = [&](const char* key) { return json_strings(json_at(body, {key}).empty() ? "[]" : json_at(body, {key})).value; };
  std::string why = all_can_be_made("assets", list("runtime_assets"));
  for (const char* key : {"handlers", "output_metric_handlers"})
    if (why.empty()) why = all_can_be_made("handlers", list(key));
  if (why.empty() && kind == "handlers") why = all_can_be_made("filters", list("filters"));
  const std::string mutator = json_string(json_at(body, {"mutator"})).value;
  if (why.empty() && kind == "handlers" && !mutator.empty()) why = can_be_made("mutators", mutator);
  if (why.empty() && kind == "checks")
    for (const HookList& l : decode<CheckConfig>(body).value.check_hooks)
      if (why.empty()) why = all_can_be_made("hooks", l.hooks);
  if (why.empty() && kind == "pipelines")
    for (const PipelineWorkflow& w : decode<Pipeline>(body).value.workflows) {
      for (const ResourceReference& f : w.filters)
        if (why.empty()) why = can_be_made("filters", f.name);
      if (why.empty() && w.mutator) why = can_be_made("mutators", w.mutator->name);
      if (why.empty()) why = can_be_made("handlers", w.handler->name);
    }
  return why;
}

// ---- can it run, can what it makes be stored ----

Event event_with(const Check& check) {
  Event e;
  Entity entity;
  entity.metadata.name = "a";
  entity.metadata.ns = "default";
  entity.entity_class = "agent";
  e.entity = std::make_shared<const Entity>(entity);
  e.check = check;
  e.check->publish = true;
  e.check->output = "out";
  e.pipelines = check.pipelines;
  e.timestamp = kNow;
  return e;
}

std::string check_works(const std::string& body) {
  const CheckConfig config = decode<CheckConfig>(body).value;
  if (config.metadata.name == "keepalive") return "its results replace the keepalives";
  const Event e = event_with(decode<Check>(body).value);
  if (Status s = validate_event(e); !s.ok()) return "its event cannot be stored: " + s.message;
  if (Result<Event> back = decode<Event>(encode(e)); !back.ok()) return "its event cannot be read: " + back.status.message;
  Scheduler scheduler;
  ScriptsPtr scripts(scripts_open());
  scheduler.scripts = scripts.get();
  if (Status s = scheduler_put_check(scheduler, std::make_shared<const CheckConfig>(config), kNow * 1'000'000'000); !s.ok())
    return s.message;
  if (!scheduler_execute(scheduler, "default", config.metadata.name, {"linux"}, kNow * 1'000'000'000).ok()) return "it cannot be run";
  if (config.subdue && !window_contains(*config.subdue, kNow * kNsPerSecond).ok()) return "its subdue cannot be read";
  return "";
}

std::string handler_works(const std::string& body) {
  const Handler h = decode<Handler>(body).value;
  Check check;
  check.metadata.name = "c";
  Event e = event_with(check);
  if (h.type == "webhook") {
    Result<WebhookCall> call = notify_webhook(*h.webhook, e, "{}");
    if (!call.ok() && call.status.message.find("parse") != std::string::npos) return call.status.message;
    if (Result<Url> url = url_parse(h.webhook->url); !url.ok() || url.value.host.empty()) return "it has nowhere to go";
  }
  if (h.type == "email")
    if (Result<std::string> mail = notify_mail(*h.email, e, kNow, "d", "u");
        !mail.ok() && mail.status.message.find("parse") != std::string::npos)
      return mail.status.message;
  if ((h.type == "tcp" || h.type == "udp") && (!h.socket || h.socket->port == 0 || h.socket->port > 65535)) return "it has nowhere to go";
  if (h.type == "pipe" && h.command.find_first_not_of(' ') == h.command.npos) return "it has nothing to run";
  if (h.type == "file" && h.file->path.find('\0') != h.file->path.npos) return "it writes elsewhere";
  if (h.socket && h.type != "pipe" && (h.type == "tcp" || h.type == "udp") && h.socket->host == "a b") return "no host is called so";
  if (h.type == "email" && h.email->to[0].find(',') != std::string::npos) return "these are two recipients";
  for (const std::string& v : h.env_vars)
    if (v.find('=') == v.npos || v[0] == '=') return "its environment is none";
  return "";
}

std::string routed_works(const std::string& kind, const std::string& body) {
  PipelineDefinitions d;
  auto ops = std::make_shared<Handler>();
  ops->metadata.name = "ops";
  ops->type = "pipe";
  ops->command = "true";
  Check check;
  check.metadata.name = "c";
  if (kind == "filters") {
    auto f = std::make_shared<const EventFilter>(decode<EventFilter>(body).value);
    d.filters[f->metadata.name] = f;
    ops->filters = {f->metadata.name};
  } else if (kind == "mutators") {
    auto m = std::make_shared<const Mutator>(decode<Mutator>(body).value);
    for (const std::string& v : m->env_vars)
      if (v.find('=') == v.npos || v[0] == '=') return "its environment is none";
    d.mutators[m->metadata.name] = m;
    ops->mutator = m->metadata.name;
  } else {
    auto p = std::make_shared<const Pipeline>(decode<Pipeline>(body).value);
    d.pipelines[p->metadata.name] = p;
    check.pipelines = {{p->metadata.name, "Pipeline", "core/v2"}};
  }
  if (kind != "pipelines") check.handlers = {"ops"};
  d.handlers["ops"] = ops;
  ScriptsPtr scripts(scripts_open());
  RouteContext context;
  context.scripts = scripts.get();
  context.now_s = kNow;
  std::string raised;
  context.on_script_error = [&](std::string_view, std::string_view error) { raised = error; };
  const Routed r = route_event(event_with(check), d, context);
  if (raised.find("SyntaxError") != std::string::npos) return raised;
  for (const RouteNote& n : r.notes) {
    const bool ours = n.handler == "ops" || kind != "pipelines";  // a filter that a workflow names may come later
    if (n.outcome == RouteNote::failed && ours && n.why.find("filter does not exist") == std::string::npos) return n.why;
  }
  return r.notes.empty() ? "nobody considers it" : "";
}

std::string silence_works(const std::string& body) {
  Silenced s = decode<Silenced>(body).value;
  const int64_t begin = s.begin;
  silence_prepare(s, "admin", kNow);
  SilenceIndex index;
  silence_put(index, s);
  if (index.entries.empty()) return "it silences nothing";
  const int64_t end = silence_expire_at(s);
  const bool warned = !no_effect(*resource_by_plural("silenced"), encode(s), kNow).empty();
  if (end > 0 && end <= kNow && !warned) return "it is over, and nobody says so";
  if ((end == 0 || end > kNow) && s.windows.empty() && warned) return "it has an effect, and is said to have none";
  if (s.expire > 0 && end <= 0) return "it should end, and does not";
  if (s.expire <= 0 && end > 0 && begin >= end) return "it ends before it begins";
  return end != 0 && silence_active(s, end) ? "it does not end" : "";
}

std::string works(const std::string& kind, const std::string& body) {
  if (std::string why = named_works(kind, body); !why.empty()) return why;
  if (kind == "checks") return check_works(body);
  if (kind == "handlers") return handler_works(body);
  if (kind == "filters" || kind == "mutators" || kind == "pipelines") return routed_works(kind, body);
  return kind == "silenced" ? silence_works(body) : "";
}

}  // namespace

namespace picket {
const DefinitionKinds kRunKinds = run_kinds();
}

TEST_CASE("whatever create accepts can run and be stored; whatever cannot is refused with a reason") {
  definitions_try(kRunKinds, generated, works);
}
