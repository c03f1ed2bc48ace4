// tests/fuzz/event_decode.cc - any text as a message: what decodes is written in a form that decodes to the same, with and
// without the entity cache.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "common/json/json.h"
#include "common/rules/resource_types.h"
#include "common/types/types.h"

using namespace picket;

static void expect(bool ok) {
  if (!ok) std::abort();
}

template <class T>
static void stable(const std::string& text, Unknown unknown) {
  auto first = decode<T>(text, unknown);
  if (!first.ok()) return;
  std::string once = encode(first.value);
  expect(json_check(once).ok());
  auto second = decode<T>(once, unknown);
  expect(second.ok() && encode(second.value) == once);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  stable<Event>(text, Unknown::keep);
  stable<Event>(text, Unknown::drop);
  stable<CheckRequest>(text, Unknown::keep);
  if (auto e = entity_config_decode(text); e.ok()) expect(entity_config_decode(entity_config_encode(e.value)).ok());
  EntityCache cache;
  auto one = event_decode(text, &cache), two = event_decode(text, &cache);
  expect(one.ok() == two.ok());
  if (!one.ok()) return 0;
  expect(encode(one.value) == encode(two.value));
  (void)validate_event(one.value);
  if (one.value.entity) expect(event_encode_with(one.value, encode(*one.value.entity)) == encode(one.value));
  return 0;
}
