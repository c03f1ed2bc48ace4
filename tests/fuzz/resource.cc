// tests/fuzz/resource.cc - the first byte picks a type, the rest is its JSON: what decodes is canonical, and validating it never surprises.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "common/rules/no_effect.h"
#include "common/rules/resource_types.h"
#include "common/rules/unknown_keys.h"

using namespace picket;

static void expect(bool ok) {
  if (!ok) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const ResourceType& type = kResourceTypes[data[0] % kResourceTypesCount];
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto r = type.decode(text);
  if (!r.ok()) return expect(!r.status.message.empty()), 0;
  auto again = type.decode(r.value.body);
  expect(again.ok() && again.value.body == r.value.body);
  expect(type.with_metadata(r.value.body, r.value.metadata) == r.value.body);
  Status s = type.validate(r.value.body);
  expect(s.ok() == s.message.empty());
  expect(no_effect(type, r.value.body, 1'700'000'000).size() <= kNoEffectMax);
  expect(unknown_keys(type.type, text, r.value.body).size() <= kUnknownKeysMax);
  return 0;
}
