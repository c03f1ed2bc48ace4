// tests/fuzz/ws.cc - WebSocket frames: the same items at once and byte by byte, within the limits.
#include <cstdint>
#include <cstdlib>

#include "common/wire/ws_frames.h"

using namespace picket;

namespace {

std::string run(std::string_view bytes, bool from_client, size_t step) {
  WsFrames f;
  f.from_client = from_client;
  f.message_max = 300;
  std::string items;
  for (size_t at = 0; at < bytes.size(); at += step) {
    std::string_view part = bytes.substr(at, step);
    for (;;) {
      size_t used = 0;
      WsItem item = ws_next(f, part, &used);
      if (used > part.size()) abort();
      part.remove_prefix(used);
      if (f.message.size() > f.message_max || f.control.size() > 125 || f.head.size() > 14) abort();
      if (item.kind == WsItem::none) break;
      items += std::to_string(item.kind) + "," + std::to_string(item.code) + "," + std::string(item.data) + ";";
    }
  }
  return items;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (run(bytes, data[0] & 1, bytes.size() + 1) != run(bytes, data[0] & 1, 1)) abort();
  return 0;
}
