// tests/fuzz/event_protobuf.cc - any bytes as a queued event: what is taken is JSON, of bounded size, and reads as an event or is refused.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "backend/agent_protocol/event_protobuf.h"
#include "common/json/json.h"
#include "common/types/types.h"

using namespace picket;

static void expect(bool ok) {
  if (!ok) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Result<TranscodedEvent> t = event_from_protobuf({reinterpret_cast<const char*>(data), size});
  expect(t.ok() || !t.status.message.empty());
  if (!t.ok()) return 0;
  expect(json_check(t.value.json).ok() && t.value.json.size() <= 8 * size + 64);
  Result<Event> event = event_decode(t.value.json, nullptr);
  if (event.ok()) expect(json_check(encode(event.value)).ok());
  return 0;
}
