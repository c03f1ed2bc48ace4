// tests/backend/route/processing_payload_test.cc - the suites handler-payloads and internal-events of conformance/processing.
// Both were captured from 5.x servers and
// have no 6.9.2 column, so what 6.x says differently is left out of the comparison, by name; all else is byte for byte.
#include <doctest/doctest.h>

#include <set>

#include "backend/event/own_events.h"
#include "backend/event/merge.h"
#include "backend/route/route.h"
#include "tests/support/processing_corpus.h"

using namespace picket;

namespace {

using Leaves = std::map<std::string, std::string>;  // path -> raw text of a scalar, an empty list or object

void collect(std::string_view raw, const std::string& path, Leaves& out) {
  if (json_type(raw) == JsonType::object && json_compact(raw) != "{}") {
    for (const JsonMember& m : json_members(raw).value) collect(m.raw, path + "." + m.key, out);
  } else if (json_type(raw) == JsonType::array && json_compact(raw) != "[]") {
    int i = 0;
    for (std::string_view item : json_items(raw).value) collect(item, path + "[" + std::to_string(i++) + "]", out);
  } else {
    out[path] = std::string(raw);
  }
}

Leaves leaves_of(std::string_view raw) {
  Leaves out;
  collect(raw, "", out);
  return out;
}

// Fields that 6.x adds (B-66), and fields whose value follows another rule there (B-43 to B-45).
bool is_of_6(const std::string& path) {
  static const std::set<std::string> kAdded{".id",
                                            ".sequence",
                                            ".pipelines",
                                            ".check.secrets",
                                            ".check.is_silenced",
                                            ".check.scheduler",
                                            ".check.pipelines",
                                            ".check.processed_by",
                                            ".entity.sensu_agent_version",
                                            ".entity.keepalive_handlers",
                                            ".entity.metadata.created_by"};
  static const char* const kSystem[] = {".entity.system.libc_type",      ".entity.system.vm_system", ".entity.system.vm_role",
                                        ".entity.system.cloud_provider", ".entity.system.processes", ".entity.system.float_type",
                                        ".entity.system.arm_version"};
  for (const char* s : kSystem)
    if (path == s) return true;
  bool of_hook = path.compare(0, 12, ".check.hooks") == 0 && path.find(".runtime_assets") != path.npos;
  return of_hook || kAdded.count(path) != 0;
}
bool follows_another_rule(const std::string& path) {
  for (const char* p : {".check.history", ".check.state", ".check.last_ok", ".check.occurrences", ".check.occurrences_watermark",
                        ".check.total_state_change"})
    if (path.compare(0, std::string(p).size(), p) == 0) return true;
  return false;
}

void compare(const Leaves& ours, const Leaves& theirs) {
  for (const auto& leaf : theirs) {
    const std::string &path = leaf.first, &raw = leaf.second;
    if (follows_another_rule(path)) continue;
    CAPTURE(path);
    REQUIRE(ours.count(path));
    // Go distinguishes an empty list from none; our lists do not, and no consumer may.
    CHECK((ours.at(path) == "[]" ? "null" : ours.at(path)) == (raw == "[]" ? "null" : raw));
  }
  for (const auto& leaf : ours) {
    const std::string& path = leaf.first;
    if (follows_another_rule(path) || is_of_6(path)) continue;
    CAPTURE(path);
    CHECK(theirs.count(path));
  }
}

Event submitted(const Event& event, uint32_t status, int64_t at) {
  Event e = event;
  e.check->status = status;
  e.check->output = "h";
  e.check->handlers.clear();
  e.check->executed = e.timestamp = at;
  return e;
}

}  // namespace

TEST_CASE("corpus: handler-payloads") {
  Suite suite("handler-payloads.json");
  ScriptsPtr scripts(scripts_open());
  for (std::string_view c : suite.cases) {
    std::string version = text_at(c, {"server_version"});
    CAPTURE(text_at(c, {"id"}));
    CAPTURE(text_at(c, {"description"}));
    Result<Event> decoded = decode<Event>(json_at(c, {"event"}));
    REQUIRE_MESSAGE(decoded.ok(), decoded.status.message);
    Event event = std::move(decoded.value);
    EventState state;
    int64_t at = 1700000000;
    for (std::string_view status : json_items(json_at(c, {"previous_statuses"})).value) {
      Event before = submitted(event, json_uint32(status).value, at);
      event_merge(before, state, {at++, false});
    }
    if (event.check) event_merge(event, state, {at, false});
    else if (version == "5.0.0") continue;  // 5.0 stored metrics and gave such events a shape of their own
    std::string name = event.check && !event.check->handlers.empty() ? event.check->handlers[0]
        : event.metrics && !event.metrics->handlers.empty()          ? event.metrics->handlers[0]
                                                                     : "";
    if (event.check && event.check->handlers.empty()) event.check->handlers = {name};
    auto handler = std::make_shared<Handler>();
    handler->metadata.name = name;
    handler->type = "pipe";
    handler->mutator = text_at(c, {"mutator"});
    PipelineDefinitions definitions;
    definitions.handlers[name] = handler;
    definitions.mutators["echo"] = std::make_shared<const Mutator>();
    RouteContext context;
    context.scripts = scripts.get();
    Routed routed = route_event(event, definitions, context);
    std::string_view expected = json_at(c, {"handler_stdin"});
    // A missing mutator: 5.x runs the handler on nothing, 6.x does not run it.
    if (expected.empty() || expected == "null" ||
        (!handler->mutator.empty() && handler->mutator != "echo" && handler->mutator != "only_check_output")) {
      if (expected == "null") CHECK(routed.deliveries.empty());
      continue;
    }
    REQUIRE(routed.deliveries.size() == 1);
    CHECK((routed.deliveries[0].mutator != nullptr) == (handler->mutator == "echo"));  // echo copies its input
    std::string theirs = json_string(expected).value;
    const std::string& ours = *routed.deliveries[0].input;
    if (handler->mutator == "only_check_output") CHECK(ours == theirs);
    else compare(leaves_of(ours), leaves_of(theirs));
  }
}

// Which fields there are, and those values that are constant. Times, counters and the entity are the agent's.
static Leaves shape_of(const Event& event) {
  Leaves out;
  for (auto& [path, raw] : leaves_of(encode(event)))
    if (path.compare(0, 7, ".entity") != 0 && !is_of_6(path)) out[path] = raw;
  return out;
}
static bool is_time(const std::string& path) {
  return path == ".timestamp" || path == ".check.executed" || path == ".check.issued" || path == ".check.output" ||
      follows_another_rule(path);
}

TEST_CASE("corpus: internal-events") {
  Suite suite("internal-events.json");
  for (std::string_view c : suite.cases) {
    std::string description = text_at(c, {"description"});
    CAPTURE(description);
    Event theirs = decode<Event>(json_at(c, {"event"})).value;
    Event keepalive = theirs;
    Event ours;
    bool is_5_0 = text_at(c, {"server_version"}) == "5.0.0";
    std::string name = theirs.check->metadata.name;
    if (name == "registration") ours = event_registration(theirs.entity, theirs.timestamp);
    else if (name == "deregistration") ours = event_deregistration(theirs.entity, theirs.check->handlers[0], theirs.timestamp, "");
    else if (name == "keepalive" && theirs.check->output.find("Resolving") == 0)
      ours = event_resolved_by_deregistration(theirs, theirs.timestamp);
    else if (name == "keepalive" && theirs.check->status == 0) ours = event_keepalive_pass(keepalive, theirs.entity, theirs.timestamp, "");
    else if (name == "keepalive") ours = event_keepalive_fail(keepalive, theirs.entity, theirs.timestamp, "");
    else continue;
    Leaves a = shape_of(ours), b = shape_of(theirs);
    for (const auto& leaf : b) {
      const std::string &path = leaf.first, &raw = leaf.second;
      // 6.x: registration events carry their namespace, deregistration events no subscriptions but a timestamp.
      if (is_time(path) || path == ".metadata" || path.compare(0, 21, ".check.subscriptions[") == 0 || path == ".check.silenced") continue;
      CAPTURE(path);
      CHECK(a.count(path));
      if (a.count(path)) CHECK(a[path] == raw);
    }
    if (!is_5_0 && name == "keepalive" && theirs.check->output.find("Keepalive last sent") == 0)
      CHECK(ours.check->output.substr(0, 24) == theirs.check->output.substr(0, 24));
  }
}
