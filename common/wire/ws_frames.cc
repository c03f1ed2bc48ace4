// common/wire/ws_frames.cc - frames read and joined, checked by RFC 6455, and written.
#include "common/wire/ws_frames.h"

#include <algorithm>

#include "common/tls/crypto.h"

namespace picket {
namespace {

constexpr uint8_t kFin = 0x80, kReserved = 0x70, kMasked = 0x80;
constexpr size_t kControlMax = 125;
constexpr size_t kKeep = 2048;  // a larger buffer is given back after its message

WsItem broken(WsFrames& f, int code, std::string why) {
  f.failed = true;
  WsItem item;
  item.kind = WsItem::broken;
  item.code = code;
  item.error = std::move(why);
  return item;
}

size_t head_size(const std::string& head) {  // what the head needs, as far as is known
  if (head.size() < 2) return 2;
  uint8_t second = static_cast<uint8_t>(head[1]);
  size_t length = second & 0x7f;
  return 2 + (length == 126 ? 2 : length == 127 ? 8 : 0) + (second & kMasked ? 4 : 0);
}

bool is_control(uint8_t first) { return (first & 0x08) != 0; }
WsOp op_of(uint8_t first) { return static_cast<WsOp>(first & 0x0f); }

// The frame's head is complete: is it one that may come now?
WsItem head_check(WsFrames& f, uint64_t size, bool masked) {
  uint8_t op = f.first & 0x0f;
  if (f.first & kReserved) return broken(f, 1002, "a reserved bit is set, and no extension was negotiated");
  if ((op > 2 && op < 8) || op > 10) return broken(f, 1002, "opcode " + std::to_string(op) + " is reserved");
  if (masked != f.from_client) return broken(f, 1002, masked ? "a server's frame is masked" : "a client's frame is not masked");
  if (is_control(f.first)) {
    if (!(f.first & kFin)) return broken(f, 1002, "a control frame is fragmented");
    if (size > kControlMax) return broken(f, 1002, "a control frame is larger than 125 bytes");
    return {};
  }
  if (op == 0 && !f.in_message) return broken(f, 1002, "a continuation frame without a first frame");
  if (op != 0 && f.in_message) return broken(f, 1002, "a new message inside a fragmented one");
  if (size > f.message_max || f.message.size() + size > f.message_max)
    return broken(f, 1009, "a message of more than " + std::to_string(f.message_max) + " bytes");
  return {};
}

WsItem head_done(WsFrames& f) {
  auto byte = [&f](size_t i) { return static_cast<uint8_t>(f.head[i]); };
  f.first = byte(0);
  bool masked = byte(1) & kMasked;
  uint64_t size = byte(1) & 0x7f;
  size_t at = 2;
  if (size >= 126) {
    size_t count = size == 126 ? 2 : 8;
    size = 0;
    for (size_t i = 0; i < count; i++) size = size << 8 | byte(at++);
    if (count == 8 && size >> 63) return broken(f, 1002, "invalid length (highest bit set)");
  }
  for (size_t i = 0; i < 4; i++) f.mask[i] = masked ? byte(at + i) : 0;
  WsItem item = head_check(f, size, masked);
  if (item.kind == WsItem::broken) return item;
  if (!is_control(f.first) && op_of(f.first) != WsOp::continuation) {
    f.in_message = true;
    f.binary = op_of(f.first) == WsOp::binary;
  }
  f.head.clear();
  f.left = size;
  f.mask_at = 0;
  f.in_payload = true;
  return item;
}

WsItem control_done(WsFrames& f) {
  WsItem item;
  item.data = f.control;
  switch (op_of(f.first)) {
    case WsOp::ping: item.kind = WsItem::ping; return item;
    case WsOp::pong: item.kind = WsItem::pong; return item;
    default: break;
  }
  item.kind = WsItem::close;
  item.code = 1005;
  if (f.control.empty()) return item;
  if (f.control.size() == 1) return broken(f, 1002, "a close frame with a truncated code");
  item.code = static_cast<uint8_t>(f.control[0]) << 8 | static_cast<uint8_t>(f.control[1]);
  if (!ws_code_sendable(item.code)) return broken(f, 1002, "close code " + std::to_string(item.code) + " may not be sent");
  item.data.remove_prefix(2);
  return item;
}

WsItem frame_done(WsFrames& f) {
  f.in_payload = false;
  if (is_control(f.first)) return control_done(f);
  WsItem item;
  if (!(f.first & kFin)) return item;
  f.in_message = false;
  item.kind = WsItem::message;
  item.data = f.message;
  item.binary = f.binary;
  return item;
}

// What the last item pointed to is free now.
void begin(WsFrames& f) {
  if (!f.in_message && !f.message.empty()) {
    f.message.clear();
    if (f.message.capacity() > kKeep) f.message.shrink_to_fit();
  }
  if (!f.in_payload) f.control.clear();
}

void payload_take(WsFrames& f, std::string_view part) {
  std::string& into = is_control(f.first) ? f.control : f.message;
  size_t at = into.size();
  into.append(part);
  if (f.from_client) {
    uint8_t key[4];
    for (size_t i = 0; i < 4; i++) key[i] = f.mask[(i + f.mask_at) & 3];
    ws_mask(into.data() + at, part.size(), key);
    f.mask_at = static_cast<uint8_t>((f.mask_at + part.size()) & 3);
  }
  f.left -= part.size();
}

}  // namespace

WsItem ws_next(WsFrames& f, std::string_view bytes, size_t* used) {
  *used = 0;
  if (f.failed) return {};
  begin(f);
  for (;;) {
    while (!f.in_payload) {
      size_t need = head_size(f.head);
      if (f.head.size() == need) {
        WsItem item = head_done(f);
        if (item.kind == WsItem::broken) return item;
        break;
      }
      if (*used == bytes.size()) return {};
      size_t count = std::min(need - f.head.size(), bytes.size() - *used);
      f.head.append(bytes.data() + *used, count);
      *used += count;
    }
    size_t count = static_cast<size_t>(std::min<uint64_t>(f.left, bytes.size() - *used));
    if (count > 0) payload_take(f, bytes.substr(*used, count));
    *used += count;
    if (f.left > 0) return {};
    WsItem item = frame_done(f);
    if (item.kind != WsItem::none) return item;
  }
}

void ws_rest(WsFrames& f) {
  if (!f.in_message) std::string().swap(f.message);
}

std::string ws_head(WsOp op, size_t size, bool masked, const uint8_t key[4]) {
  std::string head;
  head += static_cast<char>(kFin | static_cast<uint8_t>(op));
  uint8_t flag = masked ? kMasked : 0;
  int bytes = size < 126 ? 0 : size <= 0xffff ? 2 : 8;
  head += static_cast<char>(flag | (bytes == 0 ? size : bytes == 2 ? 126 : 127));
  for (int i = bytes - 1; i >= 0; i--) head += static_cast<char>(static_cast<uint64_t>(size) >> (8 * i) & 0xff);
  if (masked) head.append(reinterpret_cast<const char*>(key), 4);
  return head;
}

void ws_mask(char* bytes, size_t size, const uint8_t key[4]) {
  size_t i = 0;
  uint8_t eight[8];
  for (int k = 0; k < 8; k++) eight[k] = key[k & 3];
  for (; i + 8 <= size; i += 8)
    for (size_t k = 0; k < 8; k++) bytes[i + k] = static_cast<char>(static_cast<uint8_t>(bytes[i + k]) ^ eight[k]);
  for (; i < size; i++) bytes[i] = static_cast<char>(static_cast<uint8_t>(bytes[i]) ^ key[i & 3]);
}

bool ws_code_sendable(int code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

std::string ws_close_payload(int code, std::string_view reason) {
  if (!ws_code_sendable(code)) return {};
  std::string payload;
  payload += static_cast<char>(code >> 8);
  payload += static_cast<char>(code & 0xff);
  payload.append(reason.substr(0, kControlMax - 2));
  return payload;
}

std::string ws_accept_value(std::string_view key) { return base64_encode(sha1(std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")); }

}  // namespace picket
