// tests/fuzz/filter.cc - any text as a filter expression on a real event: true, false or an error, within limits, and the next
// one still works.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "backend/route/filter.h"

using namespace picket;

static Scripts* scripts() {
  static Scripts* s = scripts_open({20, 4u << 20});
  return s;
}

static const ScriptSubject& subject() {
  static const ScriptSubject* s = [] {
    Event event;
    auto entity = std::make_shared<Entity>();
    entity->metadata.name = "web1";
    entity->metadata.labels = {{"region", "eu"}, {"password", "x"}};
    event.entity = entity;
    event.check.emplace();
    event.check->history = {{0, 1}, {2, 2}};
    event.check->status = 2;
    return new ScriptSubject(script_subject("event", filter_event_json(event)));
  }();
  return *s;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  (void)script_truth(scripts(), subject(), text, {});
  Result<bool> still =
      script_truth(scripts(), subject(), "event.check.status === 2 && hour(3600) === 1 && typeof leak === 'undefined'", {});
  if (text.find("leak") == text.npos && !(still.ok() && still.value)) std::abort();
  return 0;
}
