// agent/core/event_size.cc - see event_size.h.
#include "agent/core/event_size.h"

#include "common/text/log.h"
#include "common/types/message.h"

namespace picket {
namespace {

constexpr size_t kTypeMax = 64;  // what stands in front of the event in its message

// Halves the largest part of the event; false: there is nothing to halve.
bool event_shrink(Event& event) {
  constexpr size_t kPointBytes = 64;  // a point is hardly shorter
  size_t points = event.metrics ? event.metrics->points.size() : 0;
  std::string* longest = event.check ? &event.check->output : nullptr;
  if (event.check && event.check->command.size() > longest->size()) longest = &event.check->command;
  if (event.check)
    for (Hook& hook : event.check->hooks)
      if (hook.output.size() > longest->size()) longest = &hook.output;
  size_t text = longest ? longest->size() : 0;
  if (points <= 1 && text <= 1) return false;
  if (points > 1 && points * kPointBytes >= text) event.metrics->points.resize(points / 2);
  else longest->resize(text / 2);
  return true;
}

}  // namespace

Result<std::string> event_encode_bounded(Event& event, std::string_view entity_json) {
  std::string text = event_encode_with(event, entity_json);
  size_t whole = text.size();
  while (text.size() + kTypeMax > kMessageMax && event_shrink(event)) text = event_encode_with(event, entity_json);
  std::string name = event.check ? event.check->metadata.name : "";
  if (text.size() + kTypeMax > kMessageMax) {
    log_error("agent", "event dropped: larger than the message limit", {{"check", name}, {"bytes", whole}, {"most", kMessageMax}});
    return fail(Err::too_large, "the event is larger than the message limit");
  }
  if (text.size() < whole)
    log_warn("agent", "output and metrics truncated: the event would exceed the message limit",
             {{"check", name}, {"bytes", whole}, {"left", text.size()}});
  return text;
}

bool event_fits(const Event& event, std::string_view entity_json) {
  Event least = event;
  while (event_shrink(least)) {}
  return event_encode_with(least, entity_json).size() + kTypeMax <= kMessageMax;
}

}  // namespace picket
