// cli/verbs/snapshot.cc - lists of all kinds, of all namespaces; see snapshot.h.
#include "cli/verbs/snapshot.h"

#include "cli/verbs/write_rules.h"
#include "common/json/json.h"
#include "common/rules/resource_types.h"

namespace picket {
namespace {

constexpr int64_t kPage = 500;

// 5.x does not know all kinds: that is no fault.
Status list_kind(Ctl& ctl, const char* type, Snapshot& s) {
  ListQuery query;
  query.chunk = kPage;
  auto got = client_list(ctl, std::string("/api/core/v2/") + ctl_type(type)->plural, query);
  if (got.ok()) s.objects[type] = std::move(got.value);
  if (got.status.code == Err::denied) s.unread.push_back(type);
  const bool is_absent = got.status.code == Err::not_found || got.status.code == Err::denied;
  return got.ok() || is_absent ? Status() : because(std::string("list ") + ctl_type(type)->plural, got.status);
}

}  // namespace

Result<Snapshot> snapshot_take(Ctl& ctl) {
  Snapshot s;
  s.url = ctl.config.api_url;
  s.taken_s = ctl.now_ms / 1000;
  const CtlReply version = client_call(ctl, "GET", "/version");
  if (!version.transport.ok()) return version.transport;
  s.version = text_at(version.body, {"sensu_backend"});
  for (const char* type : kWriteOrder)
    if (Status listed = list_kind(ctl, type, s); !listed.ok()) return listed;
  return s;
}

std::string snapshot_json(const Snapshot& s) {
  JsonObject o, kinds;
  o.add("url", s.url).add("version", s.version).add("taken", s.taken_s);
  for (const auto& [type, bodies] : s.objects) {
    std::string list = "[";
    for (const std::string& body : bodies) list += (list.size() > 1 ? ",\n" : "\n") + body;
    kinds.add_raw(type, list + "]");
  }
  return o.add_raw("objects", kinds.done()).done() + "\n";
}

Result<Snapshot> snapshot_parse(const std::string& json) {
  Snapshot s;
  if (Status checked = json_check(json); !checked.ok()) return because("this is no record of migrate", checked);
  s.url = text_at(json, {"url"});
  s.version = text_at(json, {"version"});
  s.taken_s = integer_at(json, {"taken"});
  const std::string_view kinds = json_at(json, {"objects"});
  if (kinds.empty() || json_type(kinds) != JsonType::object) return fail(Err::invalid, "this is no record of migrate: it has no objects");
  for (const JsonMember& kind : json_members(kinds).value) {
    if (json_type(kind.raw) != JsonType::array || !ctl_type(kind.key)) continue;
    for (std::string_view item : json_items(kind.raw).value) s.objects[kind.key].emplace_back(item);
  }
  return s;
}

const std::vector<std::string>& snapshot_of(const Snapshot& s, std::string_view type) {
  static const std::vector<std::string> none;
  const auto found = s.objects.find(type);
  return found == s.objects.end() ? none : found->second;
}

}  // namespace picket
