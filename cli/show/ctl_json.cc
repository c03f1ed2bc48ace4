// cli/show/ctl_json.cc - JSON objects as text, with single members looked at and replaced.
#include "cli/ctl/ctl.h"
#include "common/json/json.h"

namespace picket {

std::string json_set(std::string_view object, std::string_view key, std::string_view raw) {
  JsonObject out;
  bool found = false;
  for (const JsonMember& m : json_members(object).value) {
    bool same = m.key == key;
    out.add_raw(m.key, same ? raw : m.raw);
    found |= same;
  }
  if (!found) out.add_raw(key, raw);
  return out.done();
}

std::string json_drop(std::string_view object, std::string_view key) {
  JsonObject out;
  for (const JsonMember& m : json_members(object).value)
    if (m.key != key) out.add_raw(m.key, m.raw);
  return out.done();
}

std::string text_at(std::string_view object, std::initializer_list<std::string_view> path) {
  return json_string(json_at(object, path)).value;
}

int64_t integer_at(std::string_view object, std::initializer_list<std::string_view> path) {
  return json_int64(json_at(object, path)).value;
}

bool true_at(std::string_view object, std::initializer_list<std::string_view> path) { return json_at(object, path) == "true"; }

std::vector<std::string> texts_at(std::string_view object, std::initializer_list<std::string_view> path) {
  std::string_view raw = json_at(object, path);
  return raw.empty() ? std::vector<std::string>() : json_strings(raw).value;
}

std::string json_list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& t : texts) out += (out.size() > 1 ? "," : "") + json_quote(t);
  return out + "]";
}

std::string join(const std::vector<std::string>& texts, std::string_view between) {
  std::string out;
  for (size_t i = 0; i < texts.size(); i++) {
    if (i) out += between;
    out += texts[i];
  }
  return out;
}

static std::string_view trimmed(std::string_view s) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  size_t from = s.find_first_not_of(kBlanks);
  if (from == s.npos) return {};
  return s.substr(from, s.find_last_not_of(kBlanks) - from + 1);
}

std::vector<std::string> split_csv(std::string_view text) {
  std::vector<std::string> out;
  text = trimmed(text);
  if (text.empty()) return out;
  while (true) {
    size_t comma = text.find(',');
    out.emplace_back(trimmed(text.substr(0, comma)));
    if (comma == text.npos) return out;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace picket
