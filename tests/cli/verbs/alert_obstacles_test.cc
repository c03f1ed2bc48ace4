// tests/cli/verbs/alert_obstacles_test.cc - every row of the table in docs/ALERTING.md that `doctor` and `event explain` read
// out of definitions and events.
#include "cli/verbs/alert_obstacles.h"

#include <doctest/doctest.h>

using namespace picket;

namespace {

constexpr int64_t kNow = 1'700'000'000;

// A world where every alert comes: one agent, one check with a handler, a filter, a mutator, a pipeline, a hook, an asset.
struct Facts {
  AlertFacts f;
  CheckConfig* check;
  Entity* agent;
  Event* event;
  Handler* ops;

  Facts() {
    f.now_s = kNow;
    ops = &handler("ops");
    handler("keepalive");
    agent = &f.entities["default/web1"];
    named(*agent, "web1");
    agent->entity_class = "agent";
    agent->subscriptions = {"linux", "entity:web1"};
    agent->last_seen = kNow;
    check = &f.checks["default/disk"];
    named(*check, "disk");
    check->command = "check-disk";
    check->publish = true;
    check->interval = 60;
    check->subscriptions = {"linux"};
    check->handlers = {"ops"};
    f.events.emplace_back();
    event = &f.events.back();
    event->entity = std::make_shared<const Entity>(*agent);
    event->timestamp = kNow - 10;
    event->check.emplace();
    static_cast<CheckConfig&>(*event->check) = *check;
  }
  template <class T>
  static void named(T& value, const std::string& name) {
    value.metadata.name = name;
    value.metadata.ns = "default";
  }
  Handler& handler(const std::string& name, const std::string& type = "pipe") {
    Handler& h = f.handlers["default/" + name];
    named(h, name);
    h.type = type;
    return h;
  }
  Pipeline& pipeline(const std::string& name) {
    Pipeline& p = f.pipelines["default/" + name];
    named(p, name);
    check->pipelines = {{name, "Pipeline", "core/v2"}};
    return p;
  }
  Event& another(const std::string& name, uint32_t status) {
    Event e = *event;
    e.check->metadata.name = name;
    e.check->status = status;
    f.events.push_back(std::move(e));
    event = &f.events.front();
    return f.events.back();
  }
  void silenced(const std::string& by) { event->check->is_silenced = true, event->check->silenced = {by}; }
  // What is said of web1/disk, one line each.
  std::string said(const std::string& name = "disk") const {
    std::string out;
    for (const Obstacle& o : obstacles_of(alert_obstacles(f), "default", "web1", name))
      out += (o.meant ? "(" : "") + o.what + (o.meant ? ")" : "") + "\n";
    return out;
  }
};

ResourceReference ref(const char* name, const char* type) { return {name, type, "core/v2"}; }

}  // namespace

TEST_CASE("a check whose alerts come has nothing in its way") {
  Facts w;
  CHECK(w.said() == "");
  CHECK(w.said("keepalive") == "");
  CHECK(alert_obstacles(w.f).empty());
}

TEST_CASE("everything that keeps an alert from coming is named") {
  struct {
    const char* row;
    void (*make)(Facts&);
    const char* said;
  } rows[] = {
      {"unpublished", [](Facts& w) { w.check->publish = false; }, "(check disk is not published"},
      {"no subscription", [](Facts& w) { w.check->subscriptions.clear(); }, "check disk has no subscriptions"},
      {"subscription nobody has",
       [](Facts& w) {
         w.check->subscriptions = {"linux", "windows"};
       },
       "has the subscription windows, but no agent does"},
      {"proxy entity unmatched",
       [](Facts& w) {
         w.check->proxy_requests = ProxyRequests{{"entity.entity_class == 'proxy'"}, false, 0};
       },
       "no entity matches its proxy_requests"},
      {"cron never comes", [](Facts& w) { w.check->interval = 0, w.check->cron = "0 0 30 2 *"; }, "cron schedule never matches"},
      {"subdues",
       [](Facts& w) {
         w.check->subdues = {{"2023-11-14T22:00:00Z", "2023-11-15T06:00:00Z", {"daily"}}};
       },
       "(check disk is subdued at the moment"},
      {"subdue",
       [](Facts& w) {
         w.check->subdue.emplace().days.all = {{"10:00PM", "11:00PM"}};
       },
       "(check disk is subdued at the moment"},
      {"unknown day",
       [](Facts& w) {
         w.check->subdue.emplace().days.unknown = {{"tuesdays", "[]"}};
       },
       "\"tuesdays\" is not a day of the week"},
      {"ttl of a round robin", [](Facts& w) { w.check->ttl = 90, w.check->round_robin = true; }, "the ttl is not monitored"},
      {"round robin of entities' own subscriptions",
       [](Facts& w) { w.check->subscriptions = {"entity:web1"}, w.check->round_robin = true; },
       "check disk is round robin, but has only entity subscriptions: no agent runs it"},
      {"handler missing",
       [](Facts& w) {
         w.check->handlers = {"ops", "pagerdutty"};
       },
       "names the handler pagerdutty, which does not exist"},
      {"set member missing", [](Facts& w) { w.handler("all", "set").handlers = {"gone"}, w.check->handlers = {"all"}; },
       "handler set all names the handler gone"},
      {"empty set", [](Facts& w) { w.handler("all", "set"), w.check->handlers = {"all"}; }, "handler set all has no members"},
      {"sets too deep", [](Facts& w) { w.handler("all", "set").handlers = {"all"}, w.check->handlers = {"all"}; }, "too deeply"},
      {"filter missing",
       [](Facts& w) {
         w.ops->filters = {"is_incident", "office"};
       },
       "names the filter office, which does not exist"},
      {"mutator missing", [](Facts& w) { w.ops->mutator = "shout"; }, "names the mutator shout, which does not exist"},
      {"asset of a handler", [](Facts& w) { w.ops->runtime_assets = {"slack"}; }, "handler ops names the asset slack"},
      {"asset of a check", [](Facts& w) { w.check->runtime_assets = {"plugins"}; }, "check disk names the asset plugins"},
      {"hook missing",
       [](Facts& w) {
         w.check->check_hooks = {{"critical", {"df"}}};
       },
       "names the hook df, which does not exist"},
      {"secrets",
       [](Facts& w) {
         w.check->secrets = {{"TOKEN", "vault"}};
       },
       "check disk uses secrets"},
      {"pipeline missing", [](Facts& w) { w.check->pipelines = {ref("night", "Pipeline")}; },
       "names the pipeline night, which does not exist"},
      {"pipeline empty", [](Facts& w) { w.pipeline("p"); }, "pipeline p has no workflows"},
      {"workflow's handler",
       [](Facts& w) {
         w.pipeline("p").workflows = {{"w", {}, {}, ref("gone", "Handler")}};
       },
       "workflow p/w names the handler gone"},
      {"workflow's filter",
       [](Facts& w) {
         w.pipeline("p").workflows = {{"w", {ref("gone", "EventFilter")}, {}, ref("ops", "Handler")}};
       },
       "workflow p/w names the filter gone"},
      {"workflow's set",
       [](Facts& w) {
         w.handler("all", "set").handlers = {"ops"}, w.pipeline("p").workflows = {{"w", {}, {}, ref("all", "Handler")}};
       },
       "uses a handler set"},
      {"nobody named", [](Facts& w) { w.check->handlers.clear(); }, "(check disk has neither a handler nor a pipeline"},
      {"thresholds without a format",
       [](Facts& w) {
         w.check->output_metric_thresholds = {{"up", {}, {{"1", "", 2}}, 0}};
       },
       "has thresholds but no output_metric_format"},
      {"handle: false", [](Facts& w) { w.check->metadata.annotations["handle"] = "false"; }, "(check disk has handle: false"},
      {"silenced", [](Facts& w) { w.silenced("linux:*"), w.f.silences.emplace_back(), Facts::named(w.f.silences[0], "linux:*"); },
       "(web1/disk is silenced by linux:*"},
      {"silenced by what cannot be seen", [](Facts& w) { w.silenced("linux:*"), w.f.unseen.insert("silenced"); },
       "(web1/disk is silenced by linux:*"},
      {"a silence that has ended", [](Facts& w) { w.silenced("linux:*"); },
       "(web1/disk was silenced by linux:* at its last result; that has ended"},
      {"a silence without an end",
       [](Facts& w) { w.f.silences.emplace_back(), Facts::named(w.f.silences[0], "*:disk"), w.f.silences[0].check = "disk"; },
       "(the silence *:disk never expires"},
      {"dependency", [](Facts& w) { w.another("mount", 2), w.event->check->metadata.annotations["picket.io/depends-on"] = "mount"; },
       "(web1/disk depends on web1/mount, which fails"},
      {"fails, nobody named", [](Facts& w) { w.event->check->handlers.clear(), w.event->check->status = 2; },
       "(web1/disk fails, but has neither"},
      {"handler of a pushed result", [](Facts& w) { w.f.checks.clear(), w.event->check->handlers = {"gone"}; },
       "web1/disk names the handler gone"},
      {"delivery failed",
       [](Facts& w) {
         w.event->check->status = 2;
         w.f.decisions["default/web1/disk"] =
             R"({"handlers":[{"handler":"ops","outcome":"failed","why":"exit status 3 after 5 ms: no\nmore"}]})";
       },
       "web1/disk fails, and handler ops: failed: exit status 3 after 5 ms: no\n"},
      {"filtered",
       [](Facts& w) {
         w.event->check->status = 2;
         w.f.decisions["default/web1/disk"] = R"({"handlers":[{"handler":"ops","outcome":"filtered","why":"filter office: it is late"}]})";
       },
       "(web1/disk fails, and handler ops: filtered: filter office: it is late"},
      {"overdue", [](Facts& w) { w.event->timestamp = kNow - 3600; }, "last result is 3600 s old"},
      {"held back with its host", [](Facts& w) { w.another("keepalive", 2), w.event->timestamp = kNow - 3600, w.event->check->ttl = 120; },
       "(web1/disk is overdue, but held back while its host is down"},
      {"the store",
       [](Facts& w) {
         Entity own = *w.agent;
         own.metadata.ns = "sensu-system", own.metadata.name = "backend";
         Event& e = w.another("backend-store", 2);
         e.entity = std::make_shared<const Entity>(own);
         e.check->output = "the disk is full\n";
       },
       "backend/backend-store: the disk is full"},
  };
  for (auto& r : rows) {
    CAPTURE(r.row);
    Facts w;
    r.make(w);
    const std::string said = w.said();
    CAPTURE(said);
    CHECK(said.find(r.said) != std::string::npos);
  }
}

TEST_CASE("agents: nobody hears when one dies, one was never seen; default stands in for keepalive") {
  Facts w;
  w.f.handlers.erase("default/keepalive");
  CHECK(w.said("keepalive").find("has no handler named keepalive") != std::string::npos);
  w.handler("default");
  CHECK(w.said("keepalive") == "");
  w.agent->keepalive_handlers = {"pager"};
  CHECK(w.said("keepalive").find("agent web1 names the handler pager") != std::string::npos);
  w.agent->last_seen = 0;
  CHECK(w.said("keepalive").find("agent web1 was never seen") != std::string::npos);
}

TEST_CASE("what one may not see is not called missing") {
  Facts w;
  w.f.unseen = {"handlers", "assets", "entities", "pipelines", "hooks", "filters", "mutators"};
  w.f.handlers.clear();
  w.f.entities.clear();
  w.check->runtime_assets = {"plugins"};
  w.check->pipelines = {ref("night", "Pipeline")};
  CHECK(w.said() == "");
}

TEST_CASE("pings without an expectation, and expectations of nobody") {
  Facts w;
  w.event->check->metadata.annotations["picket.io/reported-by"] = "ping";
  CHECK(w.said().find("web1/disk comes by pings, but nothing is expected of it") != std::string::npos);
  w.event->check->ttl = 90;
  CHECK(w.said().empty());
  Facts e;
  e.check->command.clear();
  e.check->publish = false;
  e.check->interval = 0;
  e.check->expect.emplace().ttl = "1h";
  CHECK(e.said().empty());
  e.check->subscriptions = {"linus"};
  CHECK(e.said() == "check disk is expected, but no entity has one of its subscriptions: nothing is missed\n");
}
