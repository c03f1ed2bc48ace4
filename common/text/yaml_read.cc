// common/text/yaml_read.cc - libyaml's events into our tree.
#include <yaml.h>

#include <map>

#include "common/json/json.h"
#include "common/text/yaml.h"

namespace picket {
namespace {

struct Reader {
  yaml_parser_t parser;
  yaml_event_t event;
  bool have_event = false;
  std::map<std::string, YamlNode, std::less<>> anchors;
  size_t nodes = 0;
  Status status;
};

bool give_up(Reader& r, size_t line, const std::string& why) {
  if (r.status.ok()) r.status = fail(Err::invalid, "line " + std::to_string(line + 1) + ": " + why);
  return false;
}

bool next(Reader& r) {
  if (std::exchange(r.have_event, false)) yaml_event_delete(&r.event);
  if (yaml_parser_parse(&r.parser, &r.event)) return r.have_event = true;
  std::string why = r.parser.problem ? r.parser.problem : "not readable as YAML";
  if (r.parser.context) why = std::string(r.parser.context) + ": " + why;
  return give_up(r, r.parser.problem_mark.line, why);
}

std::string tag_of(const yaml_char_t* tag) {
  std::string t = tag ? reinterpret_cast<const char*>(tag) : "";
  std::string_view core = "tag:yaml.org,2002:";
  return t.rfind(core, 0) == 0 ? t.substr(core.size()) : t;
}

void scalar_read(const yaml_event_t& e, YamlNode* out) {
  std::string text(reinterpret_cast<const char*>(e.data.scalar.value), e.data.scalar.length);
  std::string tag = tag_of(e.data.scalar.tag);
  bool plain = e.data.scalar.style == YAML_PLAIN_SCALAR_STYLE && tag.empty();
  if (plain || tag == "int" || tag == "float" || tag == "bool" || tag == "null") {
    std::tie(out->kind, out->text) = yaml_resolve(text);
  } else {
    out->kind = YamlKind::text;
    out->text = std::move(text);
  }
}

// A long text counts as many values, so that aliases cannot multiply bytes either.
size_t count_nodes(const YamlNode& n) {
  size_t all = 1 + n.text.size() / 64;
  for (const YamlNode& i : n.items) all += count_nodes(i);
  for (const auto& m : n.members) all += count_nodes(m.second);
  return all;
}

bool count(Reader& r, size_t more) {
  r.nodes += more;
  if (r.nodes <= kYamlNodesMax) return true;
  return give_up(r, r.event.start_mark.line, "more than " + std::to_string(kYamlNodesMax) + " values in one document");
}

bool alias_read(Reader& r, YamlNode* out) {
  std::string name = reinterpret_cast<const char*>(r.event.data.alias.anchor);
  auto found = r.anchors.find(name);
  if (found == r.anchors.end()) return give_up(r, r.event.start_mark.line, "unknown anchor \"" + name + "\"");
  if (!count(r, count_nodes(found->second))) return false;
  *out = found->second;
  return true;
}

using Index = std::map<std::string, size_t, std::less<>>;  // key -> position in members

void member_put(YamlNode* map, Index* index, std::string key, YamlNode value, int line) {
  auto [at, fresh] = index->try_emplace(key, map->members.size());
  if (fresh) return map->members.push_back({std::move(key), std::move(value)});
  map->members[at->second].second = std::move(value);
  map->repeated.push_back({std::move(key), line});
}

// `<<`: what is not said by the mapping itself comes from the merged one.
void merge_into(YamlNode* map, Index* index, const YamlNode& from) {
  for (const YamlNode& i : from.items) merge_into(map, index, i);
  for (const auto& m : from.members)
    if (index->try_emplace(m.first, map->members.size()).second) map->members.push_back(m);
}

bool node_read(Reader& r, int depth, YamlNode* out);

bool list_read(Reader& r, int depth, YamlNode* out) {
  out->kind = YamlKind::list;
  while (true) {
    if (!next(r)) return false;
    if (r.event.type == YAML_SEQUENCE_END_EVENT) return true;
    out->items.emplace_back();
    if (!node_read(r, depth + 1, &out->items.back())) return false;
  }
}

bool map_read(Reader& r, int depth, YamlNode* out) {
  out->kind = YamlKind::map;
  std::vector<YamlNode> merged;
  Index index;
  while (true) {
    if (!next(r)) return false;
    if (r.event.type == YAML_MAPPING_END_EVENT) break;
    YamlNode key, value;
    bool merge = r.event.type == YAML_SCALAR_EVENT && r.event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (!node_read(r, depth + 1, &key)) return false;
    if (key.kind == YamlKind::list || key.kind == YamlKind::map)
      return give_up(r, size_t(key.line - 1), "a key must be a scalar, not a list or a mapping");
    if (!next(r) || !node_read(r, depth + 1, &value)) return false;
    if (merge && key.text == "<<" && (value.kind == YamlKind::map || value.kind == YamlKind::list)) merged.push_back(std::move(value));
    else member_put(out, &index, key.kind == YamlKind::null ? "null" : key.text, std::move(value), key.line);
  }
  for (const YamlNode& m : merged) {
    if (!count(r, count_nodes(m))) return false;
    merge_into(out, &index, m);
  }
  return true;
}

// The current event starts a node.
bool node_read(Reader& r, int depth, YamlNode* out) {
  size_t line = r.event.start_mark.line;
  if (depth > kYamlDepthMax) return give_up(r, line, "nested deeper than " + std::to_string(kYamlDepthMax) + " levels");
  if (!count(r, r.event.type == YAML_SCALAR_EVENT ? 1 + r.event.data.scalar.length / 64 : 1)) return false;
  std::string anchor;
  auto remember = [&](const yaml_char_t* a) { anchor = a ? reinterpret_cast<const char*>(a) : ""; };
  bool fine = true;
  switch (r.event.type) {
    case YAML_ALIAS_EVENT: fine = alias_read(r, out); break;
    case YAML_SCALAR_EVENT:
      remember(r.event.data.scalar.anchor);
      scalar_read(r.event, out);
      break;
    case YAML_SEQUENCE_START_EVENT:
      remember(r.event.data.sequence_start.anchor);
      fine = list_read(r, depth, out);
      break;
    case YAML_MAPPING_START_EVENT:
      remember(r.event.data.mapping_start.anchor);
      fine = map_read(r, depth, out);
      break;
    default: fine = give_up(r, line, "value missing");
  }
  out->line = int(line) + 1;
  if (fine && !anchor.empty()) {
    if (!count(r, count_nodes(*out))) return false;
    r.anchors[anchor] = *out;
  }
  return fine;
}

bool empty_document(const YamlNode& n) { return n.kind == YamlKind::null && n.text.empty(); }

void stream_read(Reader& r, std::vector<YamlNode>* out) {
  while (next(r) && r.event.type != YAML_STREAM_END_EVENT) {
    if (r.event.type != YAML_DOCUMENT_START_EVENT) continue;
    r.anchors.clear();
    YamlNode node;
    if (!next(r) || !node_read(r, 1, &node)) return;
    if (!empty_document(node)) out->push_back(std::move(node));
  }
}

void json_put(std::string& out, const YamlNode& n) {
  const char* comma = "";
  switch (n.kind) {
    case YamlKind::null: out += "null"; return;
    case YamlKind::boolean:
    case YamlKind::integer:
    case YamlKind::floating: out += n.text; return;
    case YamlKind::text: json_put_string(out, n.text); return;
    case YamlKind::list:
      out += '[';
      for (const YamlNode& i : n.items) out += std::exchange(comma, ","), json_put(out, i);
      out += ']';
      return;
    case YamlKind::map:
      out += '{';
      for (const auto& m : n.members) {
        out += std::exchange(comma, ",");
        json_put_string(out, m.first);
        out += ':';
        json_put(out, m.second);
      }
      out += '}';
  }
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& m : members)
    if (m.first == key) return &m.second;
  return nullptr;
}

Result<std::vector<YamlNode>> yaml_parse(std::string_view text) {
  if (text.size() > kYamlTextMax)
    return fail(
        Err::too_large,
        "YAML of " + std::to_string(text.size()) + " bytes exceeds the limit of " + std::to_string(kYamlTextMax) + " bytes: split it");
  Reader r;
  if (!yaml_parser_initialize(&r.parser)) return fail(Err::internal, "cannot initialize libyaml");
  yaml_parser_set_input_string(&r.parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  std::vector<YamlNode> documents;
  stream_read(r, &documents);
  if (r.have_event) yaml_event_delete(&r.event);
  yaml_parser_delete(&r.parser);
  if (!r.status.ok()) return r.status;
  return documents;
}

std::string yaml_to_json(const YamlNode& node) {
  std::string out;
  json_put(out, node);
  return out;
}

}  // namespace picket
