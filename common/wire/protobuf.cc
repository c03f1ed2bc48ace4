// common/wire/protobuf.cc - see protobuf.h.
#include "common/wire/protobuf.h"

namespace picket {
namespace {

constexpr int kVarintBytesMax = 10;
constexpr uint64_t kNumberMax = (1u << 29) - 1;

bool wrong(ProtoCursor& c, size_t at, const std::string& what) {
  c.error = "byte " + std::to_string(at) + ": " + what;
  return false;
}

size_t left(const ProtoCursor& c) { return c.message.size() - c.at; }

bool varint_read(ProtoCursor& c, uint64_t* value) {
  const size_t from = c.at;
  *value = 0;
  for (int i = 0; i < kVarintBytesMax; i++) {
    if (left(c) == 0) return wrong(c, from, "a varint is cut off");
    const uint8_t byte = static_cast<uint8_t>(c.message[c.at++]);
    if (i == kVarintBytesMax - 1 && byte > 1) break;
    *value |= uint64_t(byte & 0x7f) << (7 * i);
    if (byte < 0x80) return true;
  }
  return wrong(c, from, "a varint has more than 64 bits");
}

bool fixed_read(ProtoCursor& c, size_t size, uint64_t* value) {
  if (left(c) < size) return wrong(c, c.at, "a number of " + std::to_string(size) + " bytes is cut off");
  *value = 0;
  for (size_t i = 0; i < size; i++) *value |= uint64_t(static_cast<uint8_t>(c.message[c.at++])) << (8 * i);
  return true;
}

bool bytes_read(ProtoCursor& c, std::string_view* bytes) {
  const size_t from = c.at;
  uint64_t size = 0;
  if (!varint_read(c, &size)) return false;
  if (size > left(c)) return wrong(c, from, std::to_string(size) + " bytes are announced and " + std::to_string(left(c)) + " are there");
  *bytes = c.message.substr(c.at, static_cast<size_t>(size));
  c.at += static_cast<size_t>(size);
  return true;
}

}  // namespace

bool proto_next(ProtoCursor& c, ProtoField* field) {
  if (c.at == c.message.size()) return false;
  const size_t from = c.at;
  uint64_t key = 0;
  if (!varint_read(c, &key)) return false;
  if (key >> 3 == 0 || key >> 3 > kNumberMax) return wrong(c, from, "field number " + std::to_string(key >> 3));
  *field = {static_cast<uint32_t>(key >> 3), static_cast<ProtoWire>(key & 7), 0, {}};
  switch (field->wire) {
    case ProtoWire::varint: return varint_read(c, &field->value);
    case ProtoWire::fixed64: return fixed_read(c, 8, &field->value);
    case ProtoWire::fixed32: return fixed_read(c, 4, &field->value);
    case ProtoWire::bytes: return bytes_read(c, &field->bytes);
  }
  return wrong(c, from, "wire type " + std::to_string(key & 7));
}

}  // namespace picket
