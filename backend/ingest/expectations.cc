// backend/ingest/expectations.cc - see expectations.h.
#include "backend/ingest/expectations.h"

#include <algorithm>

#include "backend/event/own_events.h"
#include "backend/ingest/ingest.h"
#include "common/json/json.h"
#include "common/os/os.h"
#include "common/rules/expectation.h"
#include "common/text/log.h"
#include "backend/shared/stored_value.h"

namespace picket {
namespace {

int64_t now_s() { return os_unix_ms() / 1000; }

Expectations& expectations_of(Backend* b) { return b->ingest->expectations; }

bool covers(const CheckConfig& definition, const Entity& entity) {
  if (!definition.proxy_entity_name.empty()) return definition.proxy_entity_name == entity.metadata.name;
  const StringList &wanted = definition.subscriptions, &has = entity.subscriptions;
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& s) { return std::find(has.begin(), has.end(), s) != has.end(); });
}

void look_soon(Backend* b, const std::string& ns) {
  Expectations& e = expectations_of(b);
  e.changed.insert(ns);
  if (e.look_ms == 0) e.look_ms = os_mono_ms() + kExpectLookMs;
  ingest_timer(b);
}

bool is_known(Backend* b, const EventKey& key) {
  auto slot = b->events.find(key);
  if (slot != b->events.end() && slot->second.state.known) return true;
  const Result<StoredEvent> stored = event_present(b, key);
  return stored.ok() || stored.status.code != Err::not_found;  // one that cannot be read may be there
}

std::shared_ptr<const Entity> named_entity(Backend* b, const std::string& ns, const std::string& name) {
  if (const CachedEntity* known = entities_find(b->entities, ns, name)) return known->entity;
  Entity proxy;
  proxy.metadata.name = name;
  proxy.metadata.ns = ns;
  proxy.entity_class = "proxy";
  return std::make_shared<const Entity>(std::move(proxy));
}

void announce(Backend* b, const CheckConfig& definition, std::shared_ptr<const Entity> entity) {
  Event event = event_expected(definition, std::move(entity), now_s(), os_uuid());
  log_info("eventd", "a result is expected", {{"entity", event.entity->metadata.name}, {"check", definition.metadata.name}});
  backend_event(b, std::move(event), EventOrigin::api, [](Status s) {
    if (!s.ok()) log_warn("eventd", "event about an expected result not stored", {{"error", s.message}});
  });
}

// ---- a definition that came or changed: countdowns that run by another one ----

// When the last result came, by what is stored of it; 0: it is silent already, and the next result decides.
int64_t last_result_s(const Check& check) { return check.metadata.annotations.count(kLastResultAnnotation) ? 0 : check.executed; }

bool is_expected_alike(const Check& check, const CheckConfig& definition) {
  auto words = check.metadata.annotations.find(kExpectedAnnotation);
  return words != check.metadata.annotations.end() && words->second == expectation_words(*definition.expect);
}

void count_anew(Backend* b, const EventKey& key, const CheckConfig& definition) {
  Result<StoredEvent> stored = event_present(b, key);
  Result<Event> event = stored.ok() ? event_of(stored.value) : Result<Event>(stored.status);
  if (!event.ok() || !event.value.check || is_expected_alike(*event.value.check, definition)) return;
  const int64_t now = now_s(), last = std::min(last_result_s(*event.value.check), now);
  const int64_t deadline = last > 0 ? expectation_deadline(*definition.expect, last) : -1;
  if (deadline < 0) return;
  const int64_t ttl = std::max(std::max(deadline, now + kExpectAnewS) - last, kLivenessTtlMin);
  (void)liveness_alive(b->ingest->liveness, key, ttl, os_mono_ms() - (now - last) * 1000);
}

// ---- everybody whom a definition concerns ----

void look_at(Backend* b, const CheckConfig& definition, const std::shared_ptr<const Entity>& entity, bool is_redefined) {
  const EventKey key(definition.metadata.ns, entity->metadata.name, definition.metadata.name);
  if (!is_known(b, key)) return announce(b, definition, entity);
  if (is_redefined) count_anew(b, key, definition);
}

std::vector<std::shared_ptr<const Entity>> concerned(Backend* b, const CheckConfig& definition) {
  if (!definition.proxy_entity_name.empty()) return {named_entity(b, definition.metadata.ns, definition.proxy_entity_name)};
  std::vector<std::shared_ptr<const Entity>> out;
  auto of_ns = b->entities.namespaces.find(definition.metadata.ns);
  if (of_ns == b->entities.namespaces.end()) return out;
  for (const auto& [name, cached] : of_ns->second)
    if (covers(definition, *cached.entity)) out.push_back(cached.entity);
  return out;
}

void put(Backend* b, const StoredObject& o) {
  if (json_at(o.body, {"expect"}).empty()) return;
  Result<CheckConfig> check = stored_decode<CheckConfig>(o);
  if (!check.ok() || !check.value.expect) return;
  expectations_of(b).checks[o.ns][o.name] = std::make_shared<const CheckConfig>(std::move(check.value));
  expectations_of(b).redefined.insert({o.ns, o.name});
  look_soon(b, o.ns);
}

void drop(Backend* b, const std::string& ns, const std::string& name) {
  auto of_ns = expectations_of(b).checks.find(ns);
  if (of_ns == expectations_of(b).checks.end()) return;
  of_ns->second.erase(name);
  if (of_ns->second.empty()) expectations_of(b).checks.erase(of_ns);
}

}  // namespace

Status expectations_load(Backend* b) {
  auto checks = store_list(b->store, "checks");
  if (!checks.ok()) return checks.status;
  for (const StoredObject& o : checks.value) put(b, o);
  return {};
}

void expectations_change(Backend* b, const StoreChange& c) {
  if (c.kind == "entities" && !c.deleted && expectations_of(b).checks.count(c.ns)) look_soon(b, c.ns);
  if (c.kind != "checks") return;
  drop(b, c.ns, c.name);
  if (!c.deleted) put(b, *c.object);
}

void expectations_look(Backend* b) {
  Expectations& e = expectations_of(b);
  if (e.look_ms == 0 || os_mono_ms() < e.look_ms) return;
  e.look_ms = 0;
  const auto redefined = std::exchange(e.redefined, {});
  for (const std::string& ns : std::exchange(e.changed, {})) {
    auto of_ns = e.checks.find(ns);
    if (of_ns == e.checks.end()) continue;
    const auto definitions = of_ns->second;  // events that are made may bring entities
    for (const auto& [name, definition] : definitions) {
      if (others_own(b, "expected " + ns + "/" + name)) continue;
      for (const auto& entity : concerned(b, *definition)) look_at(b, *definition, entity, redefined.count({ns, name}) > 0);
    }
  }
}

std::shared_ptr<const CheckConfig> expectation_of(const Backend* b, const Entity& entity, std::string_view check) {
  const Expectations& e = b->ingest->expectations;
  if (e.checks.empty()) return nullptr;
  auto of_ns = e.checks.find(entity.metadata.ns);
  if (of_ns == e.checks.end()) return nullptr;
  auto definition = of_ns->second.find(check);
  return definition != of_ns->second.end() && covers(*definition->second, entity) ? definition->second : nullptr;
}

void expectation_apply(const Backend* b, const Entity& entity, Event& event) {
  const auto definition = expectation_of(b, entity, event.check->metadata.name);
  if (!definition) return;
  expectation_join(*definition, *event.check);
  expectation_stamp(*definition->expect, kByDefinition, now_s(), *event.check);
}

bool expectation_announces(const Event& event) {
  if (!event.check) return false;
  const StringMap& annotations = event.check->metadata.annotations;
  auto never = annotations.find(kNeverAnnotation);
  return never != annotations.end() && never->second == "true" && !annotations.count(kLastResultAnnotation);
}

bool expectation_is_over(const Backend* b, const Entity& entity, const Check& check) {
  auto by = check.metadata.annotations.find(kExpectedByAnnotation);
  return by != check.metadata.annotations.end() && by->second == kByDefinition && !expectation_of(b, entity, check.metadata.name);
}

}  // namespace picket
