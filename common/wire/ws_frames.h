// common/wire/ws_frames.h - RFC 6455 frames as a machine over bytes: bytes in, whole messages out. No I/O.
//
// Own code instead of wslay: two hundred lines, and each rule (close code, limit, what is tolerated) is one that peers of
// this protocol are held to. Text is not checked for UTF-8 and is treated like binary, as the reference does.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace picket {

enum class WsOp : uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

struct WsFrames {            // the receiving half of one connection
  bool from_client = false;  // their frames must be masked; a server's must not
  size_t message_max = 8u << 20;
  // state
  std::string head;     // of the frame that is being read, until complete (at most 14 bytes)
  std::string message;  // fragments so far
  std::string control;  // payload of a control frame
  uint64_t left = 0;    // payload bytes of the frame that are still to come
  uint8_t first = 0, mask[4] = {}, mask_at = 0;
  bool in_payload = false, in_message = false, binary = false, failed = false;
};

struct WsItem {
  enum Kind { none /* all bytes used, nothing whole yet */, message, ping, pong, close, broken } kind = none;
  std::string_view data;  // valid until the next call. close: the reason
  bool binary = false;
  int code = 0;       // close: 1005 when absent; broken: what to close with
  std::string error;  // broken: why
};
// Reads one item at most; `used` says how many bytes it took. Call again until none. After `broken` nothing is read.
WsItem ws_next(WsFrames& frames, std::string_view bytes, size_t* used);
void ws_rest(WsFrames& frames);  // nobody looks at the last item any more: an idle connection keeps no memory for its next message

// The head of a frame of ours; a client masks the payload with `key` (ws_mask) before it is sent.
std::string ws_head(WsOp op, size_t size, bool masked, const uint8_t key[4]);
void ws_mask(char* bytes, size_t size, const uint8_t key[4]);
std::string ws_close_payload(int code, std::string_view reason);  // reason is cut to 123 bytes; code 0 or 1005: empty
bool ws_code_sendable(int code);                                  // may stand in a close frame

std::string ws_accept_value(std::string_view key);  // Sec-WebSocket-Accept

}  // namespace picket
