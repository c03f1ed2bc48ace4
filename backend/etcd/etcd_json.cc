// backend/etcd/etcd_json.cc - what every request and answer of the gateway is made of: prefixes, ids, versions.
#include "backend/etcd/etcd_json.h"

#include <charconv>

namespace picket {

std::string etcd_prefix_end(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (end.empty()) return std::string(1, '\0');  // all keys from `prefix` on
  end.back() = char(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

std::string etcd_id_hex(uint64_t id) {
  char text[17] = {};
  std::to_chars(text, text + 16, id, 16);
  return text;
}

}  // namespace picket
