// agent/result_stream.h - one connection of the result socket: bytes in, one verdict out. Pure.
//
// There is no framing: the document is whole when the buffer parses. Parsing is tried only when brackets balance, so a
// large document in many chunks costs linear time. Not whole 500 ms after the last bytes: `invalid`. `busy` is ours: whole and
// good, but not taken, because of input-rate-limit or too many connections; a sender that knows `ok` alone sees it was not.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/result.h"

namespace picket {

inline constexpr int64_t kResultQuietMs = 500;    // after the last bytes
inline constexpr int64_t kResultIdleMs = 10'000;  // a connection that never sends a byte

struct ResultStream {
  std::string buffer;
  int depth = 0;
  bool in_string = false, escaped = false, started = false, balanced = false;
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
