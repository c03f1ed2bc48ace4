// agent/input/expected_result.cc - see expected_result.h.
#include "agent/input/expected_result.h"

#include "common/rules/expectation.h"

namespace picket {
namespace {

Event announcement(const Core& core, const CheckConfig& definition, Now now) {
  Event event;
  event.timestamp = now.unix_s();
  event.metadata.ns = core.entity.metadata.ns;
  Check& check = event.check.emplace();
  check.metadata.name = definition.metadata.name;
  check.metadata.ns = core.entity.metadata.ns;
  expectation_join(definition, check);
  if (check.handlers.empty() && check.pipelines.empty() && !core.config.default_handler.empty())
    check.metadata.annotations[kDefaultHandlerAnnotation] = core.config.default_handler;
  expectation_announce(*definition.expect, kByAgent, now.unix_s(), check);
  return event;
}

}  // namespace

const CheckConfig* expected_check(const Core& core, const std::string& name) {
  auto it = core.definitions.find(name);
  if (it == core.definitions.end() || !it->second.request.config || !it->second.request.config->expect) return nullptr;
  return &*it->second.request.config;
}

StringList expected_names(const Core& core) {
  StringList names;
  for (const auto& [name, definition] : core.definitions)
    if (expected_check(core, name)) names.push_back(name);
  return names;
}

bool expects_any(const Core& core) { return !expected_names(core).empty(); }

void expected_fill(const Core& core, Event& event, Now now) {
  if (!event.check) return;
  const CheckConfig* definition = expected_check(core, event.check->metadata.name);
  if (!definition) return;
  expectation_join(*definition, *event.check);
  expectation_stamp(*definition->expect, kByAgent, now.unix_s(), *event.check);
}

std::vector<Event> expected_announce(const Core& core, PingBook& book, Now now) {
  std::vector<Event> events;
  for (auto it = book.announced.begin(); it != book.announced.end();) {
    const bool gone = !expected_check(core, it->first);
    book.changed = book.changed || gone;
    it = gone ? book.announced.erase(it) : std::next(it);
  }
  for (const std::string& name : expected_names(core)) {
    const CheckConfig* definition = expected_check(core, name);
    auto [entry, is_new] = book.announced.try_emplace(name);
    const std::string words = expectation_words(*definition->expect);
    if (is_new) events.push_back(announcement(core, *definition, now));
    book.changed = book.changed || is_new || entry->second != words;
    entry->second = words;
  }
  return events;
}

}  // namespace picket
