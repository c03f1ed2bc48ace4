// common/wire/protobuf.h - protobuf messages, field by field: numbers, wire types and bytes; what they mean is the caller's business.
//
//   for (ProtoCursor c{bytes}; proto_next(c, &field);) ...      then: c.error, empty when the message was whole
//
// Everything is bounded by the text itself: nothing is copied, no length is believed that goes beyond the end.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace picket {

enum class ProtoWire : uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };  // 3 and 4, groups, are refused

struct ProtoField {
  uint32_t number = 0;
  ProtoWire wire = ProtoWire::varint;
  uint64_t value = 0;      // varint, fixed64, fixed32
  std::string_view bytes;  // of `bytes`; points into the message
};

struct ProtoCursor {
  std::string_view message;
  size_t at = 0;
  std::string error;  // "byte 17: a varint is cut off"
};

// The next field; false at the end, or when what follows is none.
bool proto_next(ProtoCursor& c, ProtoField* field);

}  // namespace picket
