// backend/api/patch.cc - merging a patch as the reference merges, and the conditions of If-Match and If-None-Match. Pure.
#include "backend/api/call.h"

namespace picket {

// The reference decodes the patch over the present object, so null, which RFC 7396 makes a deletion, changes nothing.
std::string json_merge(std::string_view target, std::string_view patch) {
  if (json_type(patch) == JsonType::null) return std::string(target);
  if (json_type(patch) != JsonType::object || json_type(target) != JsonType::object) return std::string(patch);
  auto old_members = json_members(target), new_members = json_members(patch);
  JsonObject out;
  for (const JsonMember& m : old_members.value) {
    const JsonMember* replaced = nullptr;
    for (const JsonMember& n : new_members.value)
      if (n.key == m.key) replaced = &n;
    out.add_raw(m.key, replaced ? json_merge(m.raw, replaced->raw) : std::string(m.raw));
  }
  for (const JsonMember& n : new_members.value) {
    bool present = false;
    for (const JsonMember& m : old_members.value) present |= m.key == n.key;
    if (!present && json_type(n.raw) != JsonType::null) out.add_raw(n.key, n.raw);
  }
  return out.done();
}

std::string json_keep_empty(std::string_view body, std::string_view merged) {
  if (json_type(body) == JsonType::null && json_type(merged) == JsonType::array && json_items(merged).value.empty()) return "[]";
  if (json_type(body) != JsonType::object || json_type(merged) != JsonType::object) return std::string(body);
  JsonObject out;
  for (const JsonMember& m : json_members(body).value) {
    std::string_view other = body_member(merged, m.key);
    out.add_raw(m.key, other.empty() ? std::string(m.raw) : json_keep_empty(m.raw, other));
  }
  return out.done();
}

bool etag_listed(std::string_view header, std::string_view etag) {
  while (!header.empty()) {
    size_t start = header.find_first_not_of(" \t,");
    if (start == header.npos) return false;
    header.remove_prefix(start);
    if (header[0] == '*') return true;
    if (header.substr(0, 2) == "W/") header.remove_prefix(2);
    size_t end = header.find_first_of(" \t,");
    if (header.substr(0, end) == etag) return true;
    header.remove_prefix(std::min(end, header.size()));
  }
  return false;
}

}  // namespace picket
