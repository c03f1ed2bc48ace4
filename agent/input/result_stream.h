// agent/input/result_stream.h - one connection of the result socket: bytes in, one verdict out. Pure.
//
// There is no framing: the document is whole when its brackets balance. Then it is parsed, once: no byte that follows can mend
// a text that does not parse although all its brackets and strings are closed. So the work is linear in the bytes, in whatever
// pieces they come. Not whole 500 ms after the last bytes: `invalid`; of what begins as HTTP does nothing is kept. `busy` is ours: whole
// and
// good, but not taken, because of input-rate-limit or too many connections; a sender that knows `ok` alone sees it was not.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/input/pushed_result.h"

namespace picket {

inline constexpr int64_t kResultQuietMs = 500;    // after the last bytes
inline constexpr int64_t kResultIdleMs = 10'000;  // a connection that never sends a byte

struct ResultStream {
  std::string buffer;
  int depth = 0;
  bool in_string = false, escaped = false, started = false, balanced = false;
  size_t size = 0;     // bytes that came
  std::string broken;  // why the text is no JSON and will never be; then only the sender's silence is waited for
};

enum class ResultVerdict { more, pong, ok, invalid, busy };
struct ResultAnswer {
  ResultVerdict verdict = ResultVerdict::more;
  std::vector<Event> events;  // with ok
  std::string error;          // with invalid
};

ResultAnswer result_stream_feed(ResultStream& stream, std::string_view bytes, const ResultContext& context, size_t max);
// The sender half-closed, or was quiet for too long: nothing more will come.
ResultAnswer result_stream_end(const ResultStream& stream);
std::string_view result_reply(ResultVerdict verdict);

}  // namespace picket
