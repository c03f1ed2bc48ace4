// agent/core/spool_format.cc - see spool_format.h.
#include "agent/core/spool_format.h"

#include <array>

namespace picket {
namespace {

constexpr std::string_view kMagic = "pkS1";

std::array<uint32_t, 256> crc_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
    table[i] = crc;
  }
  return table;
}

void put_le(std::string& out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; i++) out += char(value >> (8 * i) & 255);
}

uint64_t get_le(std::string_view text, size_t at, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; i++) value |= uint64_t(static_cast<unsigned char>(text[at + size_t(i)])) << (8 * i);
  return value;
}

bool record_at(std::string_view file, size_t at, SpoolRead* r) {
  if (file.size() - at < kSpoolHeader || file.substr(at, 4) != kMagic) return false;
  size_t length = size_t(get_le(file, at + 9, 3));
  uint8_t kind = uint8_t(file[at + 8]);
  if (kind < uint8_t(SpoolKind::event) || kind > uint8_t(SpoolKind::unreported)) return false;
  if (file.size() - at - kSpoolHeader < length) return false;
  if (crc32c(file.substr(at + 8, kSpoolHeader - 8 + length)) != uint32_t(get_le(file, at + 4, 4))) return false;
  r->kind = SpoolKind(kind);
  r->number = get_le(file, at + 12, 8);
  r->stored_ms = int64_t(get_le(file, at + 20, 8));
  r->payload = file.substr(at + kSpoolHeader, length);
  r->end = at + kSpoolHeader + length;
  return true;
}

}  // namespace

uint32_t crc32c(std::string_view bytes) {
  static const std::array<uint32_t, 256> table = crc_table();
  uint32_t crc = 0xFFFFFFFFu;
  for (char c : bytes) crc = table[(crc ^ static_cast<unsigned char>(c)) & 255] ^ (crc >> 8);
  return crc ^ 0xFFFFFFFFu;
}

void spool_record_put(std::string& out, SpoolKind kind, uint64_t number, int64_t stored_ms, std::string_view payload) {
  std::string body;
  body.reserve(kSpoolHeader + payload.size());
  put_le(body, uint64_t(kind), 1);
  put_le(body, payload.size(), 3);
  put_le(body, number, 8);
  put_le(body, uint64_t(stored_ms), 8);
  body += payload;
  out += kMagic;
  put_le(out, crc32c(body), 4);
  out += body;
}

SpoolScan spool_scan(std::string_view file, const std::function<bool(const SpoolRead&)>& take) {
  SpoolScan scan;
  SpoolRead record;
  for (size_t at = 0; at < file.size();) {
    if (record_at(file, at, &record)) {
      scan.bad_bytes += at - scan.good_end;
      at = scan.good_end = record.end;
      if (!take(record)) return scan;
      continue;
    }
    size_t next = file.find(kMagic, at + 1);
    if (next == file.npos) break;
    at = next;
  }
  scan.torn_bytes = file.size() - scan.good_end;
  return scan;
}

}  // namespace picket
