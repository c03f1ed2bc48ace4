// Resources: what is taken is written in one form, which reads back to itself.
#include <cstdlib>

#include "common/json.h"
#include "common/resource.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const ResourceType& type = kResourceTypes[data[0] % kResourceTypesCount];
  auto decoded = type.decode(std::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
  if (!decoded.ok()) return 0;
  if (!json_check(decoded.value.body).ok()) abort();
  (void)type.validate(decoded.value.body);
  auto again = type.decode(decoded.value.body);
  if (!again.ok() || again.value.body != decoded.value.body) abort();
  if (type.has_metadata) {
    auto moved = type.decode(type.with_metadata(decoded.value.body, decoded.value.metadata));
    if (!moved.ok() || moved.value.body != decoded.value.body) abort();
  }
  return 0;
}
