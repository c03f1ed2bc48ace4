// tests/common/json/json_oracle_test.cc - our JSON against cJSON, the library named for this project: what both accept, and that
// they read the same values from it.
//
// Where they differ on purpose stands in stricter() and looser(), each with its reason; anything else fails. Values: 64-bit
// integers are exact here and doubles there, so numbers are compared as doubles; bytes that are not UTF-8 become U+FFFD here.
#include <cjson/cJSON.h>
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <memory>

#include "common/json/json.h"
#include "tests/support/corpus.h"

using namespace picket;

namespace {

using Tree = std::unique_ptr<cJSON, void (*)(cJSON*)>;
Tree cjson(const std::string& text) { return {cJSON_ParseWithOpts(text.c_str(), nullptr, true), cJSON_Delete}; }

// ---- where they differ ----

bool is_number(std::string_view t) {
  size_t i = 0;
  auto digits = [&] {
    const size_t from = i;
    while (i < t.size() && t[i] >= '0' && t[i] <= '9') i++;
    return i > from;
  };
  if (i < t.size() && t[i] == '-') i++;
  if (i < t.size() && t[i] == '0') i++;
  else if (!digits()) return false;
  if (i < t.size() && t[i] == '.' && (i++, !digits())) return false;
  if (i < t.size() && (t[i] == 'e' || t[i] == 'E')) {
    i++;
    if (i < t.size() && (t[i] == '+' || t[i] == '-')) i++;
    if (!digits()) return false;
  }
  return i == t.size();
}

// Why may we refuse what cJSON accepts? "" = there is no reason.
std::string stricter(const std::string& text) {
  if (text.substr(0, 3) == "\xef\xbb\xbf") return "a byte order mark";
  bool in_string = false;
  int depth = 0;
  for (size_t i = 0; i < text.size(); i++) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) < 0x20 && (in_string || (c != '\t' && c != '\n' && c != '\r'))) return "a control character";
    if (in_string && c == '\\') {
      i++;
      if (text[i] == 'u' && std::min(text.find_first_not_of("0123456789abcdefABCDEF", i + 1), text.size()) < i + 5)
        return "four digits that are none: \\u0000 there";
    } else if (c == '"') in_string = !in_string;
    else if (in_string) continue;
    else if (c == '{' || c == '[') depth++;
    else if (c == '}' || c == ']') depth--;
    else if (c == '-' || (c >= '0' && c <= '9')) {
      const size_t end = std::min(text.find_first_not_of("+-.0123456789eE", i), text.size());
      if (!is_number(std::string_view(text).substr(i, end - i))) return "a number as C writes it";
      i = end - 1;
    }
    if (depth > kJsonDepthMax) return "nested too deeply";
  }
  return "";
}

// Why may we accept what cJSON refuses?
std::string looser(const std::string& text) {
  for (size_t i = 0; i + 3 < text.size(); i++) {
    if (text[i] != '\\') continue;
    const char second = text[i + 2], third = text[i + 3];
    if (text[i + 1] == 'u' && (second == 'd' || second == 'D') && strchr("89abcdefABCDEF", third))
      return "half of a surrogate pair, which is U+FFFD here, as in Go";
    i++;
  }
  return "";
}

// ---- the same values ----

bool same(std::string_view raw, const cJSON* v);

bool same_list(std::string_view raw, const cJSON* v) {
  const auto items = json_items(raw);
  size_t i = 0;
  for (const cJSON* child = v->child; child; child = child->next, i++)
    if (i >= items.value.size() || !same(items.value[i], child)) return false;
  return items.ok() && i == items.value.size();
}

bool same_text(const std::string& ours, const char* theirs) {
  if (ours.find("\xef\xbf\xbd") != ours.npos) return true;  // was not UTF-8, or half a pair
  return ours.substr(0, ours.find('\0')) == theirs;         // theirs end at \u0000
}

// Members in their order, also those with equal names: the reader of one decides which counts.
bool same_object(std::string_view raw, const cJSON* v) {
  const auto members = json_members(raw);
  size_t i = 0;
  for (const cJSON* child = v->child; child; child = child->next, i++)
    if (i >= members.value.size() || !same_text(members.value[i].key, child->string) || !same(members.value[i].raw, child)) return false;
  return members.ok() && i == members.value.size();
}

bool same_number(std::string_view raw, double theirs) {
  const auto ours = json_double(raw);
  if (!ours.ok()) return std::isinf(theirs);  // too large is an error here
  const auto whole = json_int64(raw);
  return ours.value == theirs && (!whole.ok() || static_cast<double>(whole.value) == theirs);
}

bool same(std::string_view raw, const cJSON* v) {
  switch (json_type(raw)) {
    case JsonType::null: return cJSON_IsNull(v);
    case JsonType::boolean: return cJSON_IsBool(v) && json_bool(raw).value == (cJSON_IsTrue(v) != 0);
    case JsonType::number: return cJSON_IsNumber(v) && same_number(raw, v->valuedouble);
    case JsonType::string: return cJSON_IsString(v) && same_text(json_string(raw).value, v->valuestring);
    case JsonType::array: return cJSON_IsArray(v) && same_list(raw, v);
    case JsonType::object: return cJSON_IsObject(v) && same_object(raw, v);
  }
  return false;
}

// "" when both agree, or differ for a reason.
std::string compare(const std::string& text) {
  const bool ours = json_check(text).ok();
  const Tree tree = cjson(text);
  if (ours && !tree) return looser(text).empty() ? "only we accept it" : "";
  if (!ours) return tree && stricter(text).empty() ? "only cJSON accepts it: " + json_check(text).message : "";
  if (!same(text, tree.get())) return "the values differ";
  for (const std::string& printed : {json_compact(text), json_pretty(text)})
    if (const Tree again = cjson(printed); !again || !same(text, again.get())) return "as we print it, cJSON reads something else";
  return "";
}

// ---- texts ----

struct Maker {
  uint64_t state = 1;
  uint32_t below(uint32_t n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state >> 33) % n;
  }
  template <size_t N>
  std::string one_of(const char* const (&of)[N]) {
    return of[below(N)];
  }
  std::string space() {
    static const char* const kSpaces[] = {"", "", "", " ", "\n\t", "\r "};
    return one_of(kSpaces);
  }
  std::string scalar() {
    static const char* const kScalars[] = {
        "null", "true", "false", "0", "-0", "-0.0", "1", "-17", "9007199254740993", "9223372036854775807", "-9223372036854775808",
        "18446744073709551616", "0.1", "1.5e3", "1E-7", "5e-324", "1e-400", "0.1e400", "1.7976931348623157e308", "1e309", "123456789.125",
        "\"\"", "\"a\"", "\"\\u00e9\\n\\/\\\"\\\\\\b\\f\\r\\t\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"\\u0000x\"", "\"\xc3\xa9\xf0\x9f\x98\x80\"",
        "\"\xff\"", "\"<&>\\u2028\"", "[]", "{}"};
    return one_of(kScalars);
  }
  std::string value(int depth) {
    const uint32_t kind = depth > 3 ? 0 : below(3), count = below(4);
    if (kind == 0) return scalar();
    std::string out = kind == 1 ? "[" : "{";
    for (uint32_t i = 0; i < count; i++) {
      out += (i ? "," : "") + space();
      if (kind == 2) out += (below(4) ? "\"k" + std::to_string(below(3)) + "\"" : std::string("\"\\u006b\"")) + space() + ":" + space();
      out += value(depth + 1) + space();
    }
    return out + (kind == 1 ? "]" : "}");
  }
  // Bytes changed, left out or put in between.
  std::string broken(std::string text) {
    static const char kBytes[] = "{}[]:,\"\\ \t\n\x01\x0c-+.0123eEtfnu\x7f\x80\xed\xef";
    for (uint32_t n = below(3); n > 0 && !text.empty(); n--) {
      const size_t at = below(static_cast<uint32_t>(text.size()));
      const char byte = kBytes[below(sizeof kBytes - 1)];
      switch (below(3)) {
        case 0: text[at] = byte; break;
        case 1: text.erase(at, 1); break;
        default: text.insert(at, 1, byte);
      }
    }
    return text;
  }
};

}  // namespace

TEST_CASE("cJSON and we accept the same texts and read the same values: the recorded files") {
  size_t files = 0;
  for (const std::string& path : corpus_files("", ".json")) {
    CAPTURE(path);
    CHECK(compare(file_text(path)) == "");
    files++;
  }
  CHECK(files > 20);
}

TEST_CASE("cJSON and we accept the same texts and read the same values: made texts, whole and broken") {
  Maker maker;
  size_t taken = 0;
  for (int i = 0; i < 20'000; i++) {
    const std::string text = maker.broken(maker.space() + maker.value(0) + maker.space());
    if (text.find('\0') != text.npos) continue;
    CAPTURE(text);
    CHECK(compare(text) == "");
    taken += json_check(text).ok();
  }
  CHECK(taken > 5'000);
}

TEST_CASE("where we are stricter than cJSON, or looser, is a list") {
  struct Row { std::string text; bool ours, theirs; const char* why; } rows[] = {
      {"\xef\xbb\xbf{}", false, true, "a byte order mark"},
      {"\"a\nb\"", false, true, "raw control characters in strings"},
      {"[1,\f2]", false, true, "white space that is none"},
      {"01", false, true, "numbers as C writes them"},
      {"1.", false, true, "the same"},
      {std::string(kJsonDepthMax + 1, '[') + std::string(kJsonDepthMax + 1, ']'), false, true, "nesting"},
      {"\"\\ud83d\"", true, false, "half of a surrogate pair"},
      {"\"\xff\"", true, true, "what is not UTF-8"},
      {"{\"a\":1,\"a\":2}", true, true, "names twice"},
      {"\"\\u00g0\"", false, true, "four digits that are none"},
      {"NaN", false, false, "no number"},
      {"[1,]", false, false, "a comma too many"},
      {"{} {}", false, false, "more than one value"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    CHECK(json_check(r.text).ok() == r.ours);
    CHECK((cjson(r.text) != nullptr) == r.theirs);
    CHECK(compare(r.text) == "");
  }
  CHECK(json_int64("9007199254740993").value == 9007199254740993);
  CHECK(cjson("9007199254740993")->valuedouble == 9007199254740992.0);
}
