// backend/agent_protocol/event_protobuf.h - events as agents from 5.12 on queue them: protobuf, turned into the JSON that the same agent
// would have sent (W-16). Pure.
//
// Every session with picket is JSON. But an agent keeps what its API was given in the encoding of the session before, and sends it as
// it lies there: after a move from a backend of 5.12 or later the first events are core/v2 messages in protobuf. Written as JSON they
// go through the same reader, with the same bounds and sentences, as everything else; so there is one table here (numbers and JSON names,
// both published in the .proto files of core/v2), and none that fills structs.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "common/basic/result.h"
#include "common/types/message.h"

namespace picket {

inline constexpr size_t kTranscodedMax = 2 * kMessageMax;  // of the JSON; escapes make text up to six times as long. Beyond it: refused

// Does the payload begin as a protobuf event does (a time, an entity or a check)? No JSON text begins with these bytes.
bool is_event_protobuf(std::string_view payload);

struct TranscodedEvent {
  std::string json;
  int64_t unknown = 0;     // fields of numbers that nobody here knows: ignored
  int64_t not_finite = 0;  // metric points that are infinite or no number: JSON has none, as in a JSON session (left out)
};
Result<TranscodedEvent> event_from_protobuf(std::string_view payload);

}  // namespace picket
