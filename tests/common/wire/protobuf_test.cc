// tests/common/wire/protobuf_test.cc - fields as they lie there, and every way for bytes to be none.
#include <doctest/doctest.h>

#include "common/wire/protobuf.h"

using namespace picket;
using namespace std::string_literals;

namespace {
std::string read(const std::string& message) {
  std::string out;
  ProtoCursor c{message, 0, {}};
  for (ProtoField f; proto_next(c, &f);)
    out += std::to_string(f.number) + "=" + (f.wire == ProtoWire::bytes ? std::string(f.bytes) : std::to_string(f.value)) + " ";
  return out + c.error;
}
}  // namespace

TEST_CASE("protobuf: fields are read one after the other") {
  struct { std::string message, want; const char* why; } const rows[] = {
      {"", "", "an empty message is one"},
      {"\x08\x96\x01"s, "1=150 ", "the documentation's own example"},
      {"\x12\x07testing"s, "2=testing ", "a text"},
      {"\x12\x00\x12\x01x"s, "2= 2=x ", "an empty one, and the same field again"},
      {"\x1d\x01\x02\x03\x04"s, "3=67305985 ", "four bytes, least first"},
      {"\x19\x01\x00\x00\x00\x00\x00\x00\x80"s, "3=9223372036854775809 ", "eight bytes"},
      {"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s, "1=18446744073709551615 ", "-1 as it is written"},
      {"\x9a\x06\x01x"s, "99=x ", "a number of two bytes"},
  };
  for (const auto& r : rows) {
    CAPTURE(r.why);
    CHECK(read(r.message) == r.want);
  }
}

TEST_CASE("protobuf: what is no message is refused with the byte and the reason") {
  struct { std::string message, want; } const rows[] = {
      {"\x08"s, "byte 1: a varint is cut off"},
      {"\x80"s, "byte 0: a varint is cut off"},
      {"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"s, "byte 1: a varint has more than 64 bits"},
      {"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s, "byte 1: a varint has more than 64 bits"},
      {"\x12\x05test"s, "byte 1: 5 bytes are announced and 4 are there"},
      {"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x"s, "byte 1: 18446744073709551615 bytes are announced and 1 are there"},
      {"\x1d\x01\x02"s, "byte 1: a number of 4 bytes is cut off"},
      {"\x19\x01"s, "byte 1: a number of 8 bytes is cut off"},
      {"\x0b"s, "byte 0: wire type 3"},
      {"\x0c"s, "byte 0: wire type 4"},
      {"\x0e"s, "byte 0: wire type 6"},
      {"\x0f"s, "byte 0: wire type 7"},
      {"\x00\x00"s, "byte 0: field number 0"},
      {"\xf8\xff\xff\xff\x1f\x00"s, "byte 0: field number 1073741823"},
      {"\x08\x01\x0b"s, "1=1 byte 2: wire type 3"},
  };
  for (const auto& r : rows) CHECK(read(r.message) == r.want);
}
