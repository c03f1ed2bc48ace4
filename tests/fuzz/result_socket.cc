// tests/fuzz/result_socket.cc - any bytes on port 3030, in pieces; what is taken must be writable and readable again.
#include <cstdlib>

#include "agent/input/result_stream.h"
#include "common/types/types.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  ResultContext context{"a1", "default", 1'700'000'000};
  ResultStream stream;
  size_t cut = size ? data[0] % size : 0;
  ResultAnswer answer = result_stream_feed(stream, text.substr(0, cut), context, 1 << 20);
  if (answer.verdict == ResultVerdict::more) answer = result_stream_feed(stream, text.substr(cut), context, 1 << 20);
  for (const Event& event : answer.events)
    if (!decode<Event>(encode(event)).ok()) abort();
  return 0;
}
