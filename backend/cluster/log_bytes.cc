// backend/cluster/log_bytes.cc - varints and texts with their length.
#include "backend/cluster/log_bytes.h"

namespace picket {
namespace {

uint64_t cut_off(BytesReader& in) {
  in.ok = false;
  in.left = {};
  return 0;
}

}  // namespace

void bytes_put_number(std::string& out, uint64_t v) {
  for (; v >= 0x80; v >>= 7) out += static_cast<char>(v | 0x80);
  out += static_cast<char>(v);
}

void bytes_put_signed(std::string& out, int64_t v) {
  bytes_put_number(out, (static_cast<uint64_t>(v) << 1) ^ static_cast<uint64_t>(v < 0 ? -1 : 0));
}

void bytes_put_text(std::string& out, std::string_view v) {
  bytes_put_number(out, v.size());
  out += v;
}

uint64_t bytes_number(BytesReader& in) {
  uint64_t v = 0;
  for (size_t i = 0; i < 10 && i < in.left.size(); i++) {
    const auto byte = static_cast<uint8_t>(in.left[i]);
    if (i == 9 && byte > 1) break;
    v |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if (byte >= 0x80) continue;
    in.left.remove_prefix(i + 1);
    return v;
  }
  return cut_off(in);
}

int64_t bytes_signed(BytesReader& in) {
  const uint64_t v = bytes_number(in);
  return static_cast<int64_t>(v >> 1) ^ -static_cast<int64_t>(v & 1);
}

std::string_view bytes_text(BytesReader& in) {
  const uint64_t size = bytes_number(in);
  if (!in.ok || size > in.left.size()) {
    cut_off(in);
    return {};
  }
  const std::string_view text = in.left.substr(0, size);
  in.left.remove_prefix(size);
  return text;
}

}  // namespace picket
