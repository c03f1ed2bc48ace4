// common/options/values.cc - the texts of option values: booleans, durations, lists, maps; and names near to each other.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "common/json/json.h"
#include "common/options/internal.h"

namespace picket {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = char(c + 32);
  return out;
}

bool boolean_parse(std::string_view text, bool* out) {
  std::string t = lower(text);
  for (const char* yes : {"true", "t", "1", "yes", "y", "on"})
    if (t == yes) return *out = true;
  for (const char* no : {"false", "f", "0", "no", "n", "off"})
    if (t == no) return *out = false, true;
  return false;
}

const char* kind_name(OptionKind kind) {
  switch (kind) {
    case OptionKind::text: return "text";
    case OptionKind::integer: return "an integer, e.g. 20";
    case OptionKind::number: return "a number, e.g. 1.5";
    case OptionKind::boolean: return "true or false";
    case OptionKind::list: return "a list";
    case OptionKind::map: return "a map, e.g. name=value";
    case OptionKind::duration: return "a duration, e.g. 90s, 2m or 1h30m";
  }
  return "";
}

namespace {

struct Unit {
  const char* name;
  double ms;
};
// Longest first where one is the beginning of another.
constexpr Unit kUnits[] = {{"ms", 1},      {"us", 1e-3},   {"µs", 1e-3},    {"ns", 1e-6},
                           {"s", 1000},    {"m", 60'000},  {"h", 3600'000}, {"d", 86'400'000}};

bool number_take(std::string_view* s, double* out) {
  auto [end, error] = std::from_chars(s->data(), s->data() + s->size(), *out, std::chars_format::fixed);
  if (error != std::errc()) return false;
  s->remove_prefix(size_t(end - s->data()));
  return true;
}

bool unit_take(std::string_view* s, double* ms) {
  for (const Unit& u : kUnits) {
    std::string_view name = u.name;
    if (s->substr(0, name.size()) != name) continue;
    s->remove_prefix(name.size());
    *ms = u.ms;
    return true;
  }
  return false;
}

}  // namespace

Result<int64_t> duration_parse_ms(std::string_view text) {
  Status wrong = fail(Err::invalid, "\"" + std::string(text) + "\" is not " + kind_name(OptionKind::duration));
  std::string_view rest = text;
  bool negative = !rest.empty() && rest[0] == '-';
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);
  if (rest.empty() || rest[0] == '-') return wrong;
  double total = 0, value = 0, ms = 0;
  for (bool first = true; !rest.empty(); first = false) {
    if (!number_take(&rest, &value)) return wrong;
    if (first && rest.empty()) ms = 1000;  // a bare number counts seconds
    else if (!unit_take(&rest, &ms)) return wrong;
    total += value * ms;
  }
  if (!(std::fabs(total) < 9e15)) return wrong;
  return int64_t(std::llround(negative ? -total : total));
}

// One record of encoding/csv: fields in double quotes may hold commas, "" is a quote.
Result<std::vector<std::string>> csv_parse(std::string_view text) {
  std::vector<std::string> fields;
  if (text.empty()) return fields;
  size_t i = 0;
  while (true) {
    std::string field;
    if (i < text.size() && text[i] == '"') {
      for (i++;; i++) {
        if (i >= text.size()) return fail(Err::invalid, "missing closing double quote");
        if (text[i] != '"') field += text[i];
        else if (i + 1 < text.size() && text[i + 1] == '"') field += text[i++];
        else break;
      }
      if (++i < text.size() && text[i] != ',')
        return fail(Err::invalid, "text after a closing double quote; use \"\" for a quote inside quotes");
    } else {
      size_t end = std::min(text.find(',', i), text.size());
      field = text.substr(i, end - i);
      if (field.find('"') != field.npos)
        return fail(Err::invalid, "unexpected double quote; enclose the whole value in double quotes and use \"\" for a quote inside");
      i = end;
    }
    fields.push_back(std::move(field));
    if (i >= text.size()) return fields;
    i++;  // the comma
  }
}

Status map_add(std::string_view pair, std::map<std::string, std::string>* out) {
  size_t equals = pair.find('=');
  if (equals == pair.npos || equals == 0) return fail(Err::invalid, "\"" + std::string(pair) + "\" is not of the form name=value");
  (*out)[std::string(pair.substr(0, equals))] = pair.substr(equals + 1);
  return {};
}

static std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  for (char c : text) {
    if (c != ',' && c != ' ' && c != '\t' && c != '\n' && c != '\r') word += c;
    else if (!word.empty()) out.push_back(std::exchange(word, ""));
  }
  if (!word.empty()) out.push_back(word);
  return out;
}

static std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t' || s.front() == '\n')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\n')) s.remove_suffix(1);
  return s;
}

Result<std::vector<std::string>> list_parse(std::string_view text) {
  text = trimmed(text);
  if (!text.empty() && text[0] == '[') return json_strings(text);
  return words_of(text);
}

Result<std::map<std::string, std::string>> map_parse(std::string_view text) {
  text = trimmed(text);
  if (!text.empty() && text[0] == '{') return json_string_map(text);
  std::map<std::string, std::string> out;
  for (const std::string& word : words_of(text))
    if (Status s = map_add(word, &out); !s.ok()) return s;
  return out;
}

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); j++) row[j] = j;
  for (size_t i = 1; i <= a.size(); i++) {
    size_t corner = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); j++) {
      size_t change = corner + (a[i - 1] != b[j - 1]);
      corner = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
    }
  }
  return row[b.size()];
}

std::string_view nearest_name(std::string_view typed, const std::vector<std::string_view>& candidates) {
  constexpr size_t kTypedMax = 100;  // longer texts are no misspelt names, and the work is their product
  if (typed.empty() || typed.size() > kTypedMax) return "";
  std::string_view best;
  size_t best_distance = SIZE_MAX;
  for (std::string_view c : candidates) {
    size_t d = edit_distance(typed, c);
    bool beginning = typed.size() >= 3 && c.substr(0, typed.size()) == typed;
    if (beginning) d = std::min<size_t>(d, 2);
    if (d < best_distance) best = c, best_distance = d;
  }
  return best_distance <= std::max<size_t>(2, typed.size() / 3) ? best : "";
}

}  // namespace picket
