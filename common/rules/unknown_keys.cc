// common/rules/unknown_keys.cc - attributes of a definition that no table of fields names, with their paths.
#include "common/rules/unknown_keys.h"

#include <algorithm>

#include "common/json/json.h"
#include "common/options/options.h"
#include "common/types/types_docs.h"

namespace picket {
namespace {

// Words of Sensu 1.x and of the first versions of 2.0, and what they are called since.
constexpr struct { std::string_view old, now; } kOldWords[] = {
    {"proxy_entity_id", "proxy_entity_name"}, {"source", "proxy_entity_name"},  {"organization", "metadata.namespace"},
    {"environment", "metadata.namespace"},    {"subscribers", "subscriptions"}, {"extended_attributes", "metadata.annotations"},
    {"handler", "handlers"},                  {"filter", "filters"},            {"statements", "expressions"},
    {"class", "entity_class"},                {"hooks", "check_hooks"},         {"keepalive_timeout", "the agent's option keepalive-warning-timeout"},
};

bool equal_but_case(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c; };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool is_empty(std::string_view raw) {
  for (std::string_view empty : {"null", "\"\"", "0", "false", "[]", "{}"})
    if (raw == empty) return true;
  return false;
}

// The attributes of a type, from the tables that docs/EVENT.md is printed from; "": of all types.
std::vector<std::string> names_of(std::string_view type) {
  const std::string all = types_markdown();
  std::vector<std::string> names;
  bool is_wanted = type.empty();
  for (size_t at = 0; at < all.size();) {
    const size_t end = std::min(all.find('\n', at), all.size());
    const std::string_view line = std::string_view(all).substr(at, end - at);
    at = end + 1;
    if (line.substr(0, 3) == "## ") is_wanted = type.empty() || line.substr(3) == type;
    if (!is_wanted || line.substr(0, 3) != "| `") continue;
    names.emplace_back(line.substr(3, line.find('`', 3) - 3));
  }
  return names;
}

std::string_view table_of(std::string_view type) {
  if (type == "ClusterRole") return "Role";
  return type == "ClusterRoleBinding" ? "RoleBinding" : type;
}

struct Search {
  std::string_view type;
  std::vector<std::string> found;
};

std::string_view nearest_of(std::string_view key, const std::vector<std::string>& names) {
  return nearest_name(key, std::vector<std::string_view>(names.begin(), names.end()));
}

// Among the type's own; inside of something else what stands beside it is likelier than any other attribute.
std::string nearest_to(const Search& s, std::string_view key, bool is_top, const std::vector<JsonMember>& beside) {
  if (is_top) return std::string(nearest_of(key, names_of(table_of(s.type))));
  std::vector<std::string> names;
  for (const JsonMember& m : beside) names.push_back(m.key);
  const std::string near(nearest_of(key, names));
  return near.empty() ? std::string(nearest_of(key, names_of(""))) : near;
}

std::string suggestion(const Search& s, std::string_view key, bool is_top, const std::vector<JsonMember>& beside) {
  for (auto& row : kOldWords)
    if (row.old == key) return "; it is now " + (row.now.find(' ') == row.now.npos ? json_quote(row.now) : std::string(row.now));
  const std::string near = nearest_to(s, key, is_top, beside);
  return near.empty() || near == key ? "" : "; did you mean " + json_quote(near) + "?";
}

void report(Search& s, const std::string& path, std::string_view key, bool is_top, const std::vector<JsonMember>& beside) {
  if (s.found.size() >= kUnknownKeysMax) return;
  s.found.push_back(json_quote(path) + " is not an attribute of a " + std::string(s.type) + " and is dropped" +
                    suggestion(s, key, is_top, beside));
}

void search(Search& s, std::string_view given, std::string_view kept, const std::string& path);

void search_object(Search& s, std::string_view given, std::string_view kept, const std::string& path) {
  const std::vector<JsonMember> ours = json_members(kept).value;
  for (const JsonMember& m : json_members(given).value) {
    const std::string here = path.empty() ? m.key : path + "." + m.key;
    auto same = std::find_if(ours.begin(), ours.end(), [&](const JsonMember& o) { return equal_but_case(o.key, m.key); });
    if (same != ours.end()) search(s, m.raw, same->raw, here);
    else if (!is_empty(json_compact(m.raw))) report(s, here, m.key, path.empty(), ours);
  }
}

void search(Search& s, std::string_view given, std::string_view kept, const std::string& path) {
  const JsonType type = json_type(given);
  if (type != json_type(kept)) return;
  if (type == JsonType::object) return search_object(s, given, kept, path);
  if (type != JsonType::array) return;
  const std::vector<std::string_view> theirs = json_items(given).value, ours = json_items(kept).value;
  if (theirs.size() != ours.size()) return;
  for (size_t i = 0; i < ours.size(); i++) search(s, theirs[i], ours[i], path + "[" + std::to_string(i) + "]");
}

// ---- around the definition ----

const std::vector<std::string_view> kDocumentKeys = {"type", "api_version", "metadata", "spec"};
const std::vector<std::string_view> kMetadataKeys = {"name", "namespace", "labels", "annotations", "created_by"};

bool has_name(const std::vector<std::string_view>& names, std::string_view key) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return equal_but_case(name, key); });
}

// Mostly it was indented too little.
std::string beside_spec_suggestion(std::string_view type, const std::string& key) {
  const std::vector<std::string> names = names_of(table_of(type));
  const bool is_own = std::find(names.begin(), names.end(), key) != names.end();
  if (is_own || has_name(kMetadataKeys, key)) return "; it belongs below " + json_quote(is_own ? "spec" : "metadata");
  if (const std::string_view near = nearest_name(key, kDocumentKeys); !near.empty()) return "; did you mean " + json_quote(near) + "?";
  if (const std::string_view near = nearest_of(key, names); !near.empty())
    return "; did you mean " + json_quote("spec." + std::string(near)) + "?";
  const std::string_view near = nearest_name(key, kMetadataKeys);
  return near.empty() ? "" : "; did you mean " + json_quote("metadata." + std::string(near)) + "?";
}

std::string metadata_suggestion(std::string_view, const std::string& key) {
  const std::string_view near = nearest_name(key, kMetadataKeys);
  return near.empty() ? "" : "; did you mean " + json_quote(near) + "?";
}

void names_search(Search& s, std::string_view object, const std::string& path, const std::vector<std::string_view>& names,
                  std::string (*suggest)(std::string_view, const std::string&)) {
  if (json_type(object) != JsonType::object) return;
  for (const JsonMember& m : json_members(object).value)
    if (!has_name(names, m.key) && !is_empty(json_compact(m.raw)) && s.found.size() < kUnknownKeysMax)
      s.found.push_back(json_quote(path + m.key) + " is not an attribute of " + (path.empty() ? "a document" : "metadata") +
                        " and is dropped" + suggest(s.type, m.key));
}

// Fields of an entity as Go spelled them, and as scripts know them.
constexpr struct { std::string_view old, now; } kOldFields[] = {
    {"entity.Class", "entity.entity_class"},          {"entity.EntityClass", "entity.entity_class"}, {"entity.ID", "entity.name"},
    {"entity.Name", "entity.name"},                   {"entity.System", "entity.system"},            {"entity.Labels", "entity.labels"},
    {"entity.Subscriptions", "entity.subscriptions"},
};

void old_fields_report(Search& s, std::string_view kept) {
  const std::string_view list = json_at(kept, {"proxy_requests", "entity_attributes"});
  for (auto& row : kOldFields)
    if (!list.empty() && list.find(row.old) != list.npos && s.found.size() < kUnknownKeysMax)
      s.found.push_back("proxy_requests.entity_attributes: \"" + std::string(row.old) +
                        "\" does not exist, so nothing matches; it is now \"" + std::string(row.now) + "\"");
}

}  // namespace

std::vector<std::string> unknown_keys(std::string_view type, std::string_view given, std::string_view kept) {
  Search s{type, {}};
  search(s, given, kept, "");
  old_fields_report(s, kept);
  return std::move(s.found);
}

std::vector<std::string> unknown_document_keys(std::string_view type, std::string_view document) {
  Search s{type, {}};
  names_search(s, document, "", kDocumentKeys, beside_spec_suggestion);
  if (const std::string_view metadata = json_at(document, {"metadata"}); !metadata.empty())
    names_search(s, metadata, "metadata.", kMetadataKeys, metadata_suggestion);
  return std::move(s.found);
}

}  // namespace picket
