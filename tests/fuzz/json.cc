// tests/fuzz/json.cc - any text as JSON: refused with a place, or every way of printing it gives JSON of the same value.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "common/json/json.h"

using namespace picket;

static void expect(bool ok) {
  if (!ok) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  bool complete = false;
  Status s = json_check(text, &complete);
  if (!s.ok()) {
    expect(!s.message.empty());
    (void)json_members(text), (void)json_items(text), (void)json_string_map(text), (void)json_strings(text);
    return (void)json_first(text), 0;
  }
  expect(complete);
  std::string compact = json_compact(text), sorted = json_sorted(text);
  expect(json_check(compact).ok() && json_check(sorted).ok());
  expect(json_compact(compact) == compact && json_sorted(sorted) == sorted && json_sorted(compact) == sorted);
  expect(json_sorted(json_pretty(text)) == sorted);
  expect(json_first(text).value <= text.size());
  if (json_type(text) == JsonType::string) expect(json_string(json_quote(json_string(text).value)).value == json_string(text).value);
  return 0;
}
