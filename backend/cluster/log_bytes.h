// backend/cluster/log_bytes.h - numbers and texts as bytes, written and read within bounds: what records and checkpoints consist of.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace picket {

void bytes_put_number(std::string& out, uint64_t v);  // seven bits a byte, the lowest first
void bytes_put_signed(std::string& out, int64_t v);   // small ones are short, whatever their sign
void bytes_put_text(std::string& out, std::string_view v);

// `ok` turns false at the first thing that is not there; what is read from then on is empty.
struct BytesReader {
  std::string_view left;
  bool ok = true;
};
uint64_t bytes_number(BytesReader& in);
int64_t bytes_signed(BytesReader& in);
std::string_view bytes_text(BytesReader& in);

}  // namespace picket
