// common/text/yaml_write.cc - JSON text into libyaml's emitter, with go-yaml v2's choice of quotes.
#include <yaml.h>

#include "common/json/json.h"
#include "common/text/yaml.h"

namespace picket {
namespace {

struct Writer {
  yaml_emitter_t emitter;
  std::string out;
};

int on_bytes(void* owner, unsigned char* bytes, size_t count) {
  static_cast<Writer*>(owner)->out.append(reinterpret_cast<char*>(bytes), count);
  return 1;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// 2006-1-2, or with a time after it: go-yaml quotes what other readers would take for a date.
bool looks_like_date(std::string_view s) {
  size_t i = 0;
  auto digits = [&](size_t least, size_t most) {
    size_t from = i;
    while (i < s.size() && i - from < most && is_digit(s[i])) i++;
    return i - from >= least;
  };
  auto is = [&](char c) { return i < s.size() && s[i] == c && ++i; };
  if (!digits(4, 4) || !is('-') || !digits(1, 2) || !is('-') || !digits(1, 2)) return false;
  if (i == s.size()) return true;
  bool zoned = s[i] == 'T' || s[i] == 't';
  if (!zoned && s[i] != ' ') return false;
  i++;
  if (!digits(1, 2) || !is(':') || !digits(1, 2) || !is(':') || !digits(1, 2)) return false;
  if (is('.')) digits(0, 9);
  if (!zoned || is('Z')) return i == s.size();
  return (is('+') || is('-')) && digits(2, 2) && is(':') && digits(2, 2) && i == s.size();
}

// ^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$ - a number to the base 60 in YAML 1.1
bool looks_like_base_60(std::string_view s) {
  if (!s.empty() && (s[0] == '+' || s[0] == '-')) s.remove_prefix(1);
  if (s.empty() || !is_digit(s[0])) return false;
  size_t i = 0, groups = 0;
  while (i < s.size() && (is_digit(s[i]) || s[i] == '_')) i++;
  for (; i < s.size() && s[i] == ':'; groups++) {
    i++;
    if (i + 1 < s.size() && s[i] >= '0' && s[i] <= '5' && is_digit(s[i + 1])) i += 2;
    else if (i < s.size() && is_digit(s[i])) i++;
    else return false;
  }
  if (i < s.size() && s[i] == '.')
    for (i++; i < s.size() && (is_digit(s[i]) || s[i] == '_');) i++;
  return groups > 0 && i == s.size();
}

// .inf, .NaN and the merge key are words of YAML that yaml_resolve leaves alone, since JSON has no such values.
bool is_special_word(std::string_view s) {
  for (const char* w : {".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", "<<"})
    if (s == w) return true;
  return false;
}

yaml_scalar_style_t style_of(std::string_view s) {
  if (s.find('\n') != s.npos) return YAML_LITERAL_SCALAR_STYLE;
  bool plain = yaml_resolve(s).first == YamlKind::text && !looks_like_date(s) && !looks_like_base_60(s) && !is_special_word(s);
  return plain ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE;
}

bool emit_scalar(Writer& w, std::string_view text, yaml_scalar_style_t style) {
  yaml_event_t e;
  auto bytes = reinterpret_cast<const yaml_char_t*>(text.data());
  return yaml_scalar_event_initialize(&e, nullptr, nullptr, bytes, int(text.size()), true, true, style) &&
      yaml_emitter_emit(&w.emitter, &e);
}

bool emit_text(Writer& w, std::string_view text) { return emit_scalar(w, text, style_of(text)); }

// A number as go-yaml prints the one it read: an integer as it is, a float at its shortest.
bool emit_number(Writer& w, std::string_view raw) { return emit_scalar(w, yaml_resolve(raw).second, YAML_PLAIN_SCALAR_STYLE); }

bool emit_value(Writer& w, std::string_view raw);

bool emit_list(Writer& w, std::string_view raw) {
  yaml_event_t e;
  Result<std::vector<std::string_view>> items = json_items(raw);
  auto style = items.value.empty() ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE;
  if (!yaml_sequence_start_event_initialize(&e, nullptr, nullptr, 1, style) || !yaml_emitter_emit(&w.emitter, &e)) return false;
  for (std::string_view i : items.value)
    if (!emit_value(w, i)) return false;
  return yaml_sequence_end_event_initialize(&e) && yaml_emitter_emit(&w.emitter, &e);
}

bool emit_map(Writer& w, std::string_view raw) {
  yaml_event_t e;
  Result<std::vector<JsonMember>> members = json_members(raw);
  auto style = members.value.empty() ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE;
  if (!yaml_mapping_start_event_initialize(&e, nullptr, nullptr, 1, style) || !yaml_emitter_emit(&w.emitter, &e)) return false;
  for (const JsonMember& m : members.value)
    if (!emit_text(w, m.key) || !emit_value(w, m.raw)) return false;
  return yaml_mapping_end_event_initialize(&e) && yaml_emitter_emit(&w.emitter, &e);
}

bool emit_value(Writer& w, std::string_view raw) {
  switch (json_type(raw)) {
    case JsonType::object: return emit_map(w, raw);
    case JsonType::array: return emit_list(w, raw);
    case JsonType::string: return emit_text(w, json_string(raw).value);
    case JsonType::number: return emit_number(w, raw);
    default: return emit_scalar(w, raw, YAML_PLAIN_SCALAR_STYLE);
  }
}

bool emit_document(Writer& w, std::string_view json) {
  yaml_event_t e;
  return yaml_stream_start_event_initialize(&e, YAML_UTF8_ENCODING) && yaml_emitter_emit(&w.emitter, &e) &&
      yaml_document_start_event_initialize(&e, nullptr, nullptr, nullptr, 1) && yaml_emitter_emit(&w.emitter, &e) && emit_value(w, json) &&
      yaml_document_end_event_initialize(&e, 1) && yaml_emitter_emit(&w.emitter, &e) && yaml_stream_end_event_initialize(&e) &&
      yaml_emitter_emit(&w.emitter, &e);
}

}  // namespace

Result<std::string> yaml_from_json(std::string_view json) {
  if (Status s = json_check(json); !s.ok()) return s;
  Writer w;
  if (!yaml_emitter_initialize(&w.emitter)) return fail(Err::internal, "cannot initialize libyaml");
  yaml_emitter_set_output(&w.emitter, on_bytes, &w);
  yaml_emitter_set_unicode(&w.emitter, 1);
  bool fine = emit_document(w, json);
  std::string why = w.emitter.problem ? w.emitter.problem : "unknown";
  yaml_emitter_delete(&w.emitter);
  if (!fine) return fail(Err::internal, "not printable as YAML: " + why);
  return std::move(w.out);
}

}  // namespace picket
