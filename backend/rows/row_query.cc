// backend/rows/row_query.cc - terms are read by a table of fields; each becomes a test of a row.
#include "backend/rows/row_query.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "common/json/json.h"

namespace picket {
namespace {

using Test = std::function<bool(const EventRow& row, std::string_view words, int64_t now_s)>;

char low(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), low);
  return out;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_letter(char c) { return low(c) >= 'a' && low(c) <= 'z'; }

std::vector<std::string_view> alternatives(std::string_view value) {
  std::vector<std::string_view> out;
  for (size_t at = 0; at <= value.size();) {
    size_t comma = std::min(value.find(',', at), value.size());
    if (comma > at) out.push_back(value.substr(at, comma - at));
    at = comma + 1;
  }
  return out;
}

// ---- fields ----

Result<uint32_t> status_read(std::string_view text) {
  static constexpr const char* kNames[] = {"ok", "warning", "critical", "unknown"};
  const std::string name = lower(text);
  for (uint32_t i = 0; i < 4; i++)
    if (name == kNames[i]) return i;
  uint32_t number = 0;
  auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec == std::errc() && end.ptr == text.data() + text.size()) return number;
  return fail(Err::invalid, "status:" + std::string(text) + ": expected ok, warning, critical, unknown or a number");
}

// Unknown is 3 and above, as in the counts.
Result<Test> status_test(std::string_view value) {
  std::set<uint32_t> wanted;
  for (std::string_view v : alternatives(value)) {
    auto status = status_read(v);
    if (!status.ok()) return status.status;
    wanted.insert(status.value);
  }
  return Test([wanted](const EventRow& row, std::string_view, int64_t) {
    return wanted.count(row.status) > 0 || (row.status > 3 && wanted.count(3) > 0);
  });
}

Result<Test> told_test(std::string_view value) {
  if (value == "no") return Test([](const EventRow& row, std::string_view, int64_t) { return row.told != "told"; });
  if (value == "yes") return Test([](const EventRow& row, std::string_view, int64_t) { return row.told == "told"; });
  if (value == "nobody") return Test([](const EventRow& row, std::string_view, int64_t) { return row.told.empty(); });
  std::set<std::string> wanted;
  for (std::string_view v : alternatives(value)) {
    std::string name = lower(v);
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '_' || c == '-'; }, ' ');
    wanted.insert(std::move(name));
  }
  return Test([wanted](const EventRow& row, std::string_view, int64_t) { return wanted.count(row.told) > 0; });
}

// Seconds of 90m, 2h30m, 1.5h, 1d12h; -1 when it is no span.
int64_t span_read(std::string_view text) {
  static constexpr struct {
    const char* unit;
    int seconds;
  } kUnits[] = {{"s", 1}, {"min", 60}, {"m", 60}, {"h", 3600}, {"d", 86400}, {"w", 604800}};
  double sum = 0;
  if (text.empty()) return -1;
  while (!text.empty()) {
    double number = 0;
    auto end = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (end.ec != std::errc() || !(number >= 0)) return -1;
    text.remove_prefix(static_cast<size_t>(end.ptr - text.data()));
    const auto* unit = std::find_if(std::begin(kUnits), std::end(kUnits), [&](const auto& u) { return lower(text).rfind(u.unit, 0) == 0; });
    if (unit == std::end(kUnits)) return -1;
    text.remove_prefix(std::string_view(unit->unit).size());
    sum += number * unit->seconds;
  }
  return sum < 1e12 ? static_cast<int64_t>(std::llround(sum)) : -1;
}

Result<Test> since_test(std::string_view value) {
  const bool longer = value.substr(0, 1) == ">", shorter = value.substr(0, 1) == "<";
  const int64_t span = longer || shorter ? span_read(value.substr(1)) : -1;
  if (span < 0) return fail(Err::invalid, "since:" + std::string(value) + ": expected a span behind < or >, as in since:>1h");
  return Test([span, longer](const EventRow& row, std::string_view, int64_t now_s) {
    return longer ? now_s - row.since > span : now_s - row.since < span;
  });
}

Result<Test> names_test(std::string_view value, std::string EventRow::*name) {
  std::vector<std::string> patterns;
  for (std::string_view v : alternatives(value)) patterns.emplace_back(v);
  return Test([patterns, name](const EventRow& row, std::string_view, int64_t) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& p) { return row_text_matches(p, row.*name); });
  });
}

Result<Test> entity_test(std::string_view value) { return names_test(value, &EventRow::entity); }
Result<Test> check_test(std::string_view value) { return names_test(value, &EventRow::check); }
Result<Test> ns_test(std::string_view value) { return names_test(value, &EventRow::ns); }

Result<Test> silenced_test(std::string_view value) {
  const std::string v = lower(value);
  const bool wanted = v == "yes" || v == "true" || v == "only" || v == "1";
  if (!wanted && v != "no" && v != "false" && v != "0")
    return fail(Err::invalid, "silenced:" + std::string(value) + ": expected yes or no");
  return Test([wanted](const EventRow& row, std::string_view, int64_t) { return ((row.flags & kRowSilenced) != 0) == wanted; });
}

Result<Test> word_test(std::string_view value) {
  return Test([word = lower(value)](const EventRow&, std::string_view words, int64_t) { return words.find(word) != words.npos; });
}

constexpr struct { const char* name; Result<Test> (*read)(std::string_view value); } kFields[] = {
    {"status", status_test}, {"told", told_test}, {"since", since_test},       {"entity", entity_test},
    {"check", check_test},   {"ns", ns_test},     {"silenced", silenced_test},
};

// ---- terms ----

Status label_term(std::string_view value, bool negated, RowQuery* query) {
  const size_t equals = value.find('=');
  const std::string_view name = value.substr(0, equals);
  if (name.empty() || equals == value.npos || name.find_first_of("'\"&|,()! \t") != name.npos)
    return fail(Err::invalid, "label:" + std::string(value) + ": expected a label and its value, as in label:tier=web");
  query->labels.push_back(std::string(name) + (negated ? " != " : " == ") + json_quote(value.substr(equals + 1)));
  return {};
}

struct Token { bool negated = false; std::string field, value; };

// The next term of the text, which is cut off it. A field is letters and a colon; a value in quotes may hold blanks.
Token token_next(std::string_view* text) {
  Token t;
  if (text->front() == '-') t.negated = true, text->remove_prefix(1);
  size_t letters = 0;
  while (letters < text->size() && is_letter((*text)[letters])) letters++;
  if (letters > 0 && letters < text->size() && (*text)[letters] == ':') {
    t.field = text->substr(0, letters + 1);
    text->remove_prefix(letters + 1);
  }
  const bool quoted = !text->empty() && text->front() == '"';
  if (quoted) text->remove_prefix(1);
  size_t end = 0;
  while (end < text->size() && (quoted ? (*text)[end] != '"' : !is_blank((*text)[end]))) end++;
  t.value = text->substr(0, end);
  text->remove_prefix(std::min(text->size(), end + (quoted ? 1 : 0)));
  return t;
}

Status term_add(const Token& t, RowQuery* query) {
  const std::string field = lower(t.field);
  if (field == "label:" && !t.value.empty()) return label_term(t.value, t.negated, query);
  const auto* known =
      std::find_if(std::begin(kFields), std::end(kFields), [&](const auto& f) { return field == std::string(f.name) + ":"; });
  if (t.value.empty() && (known != std::end(kFields) || field == "label:")) return fail(Err::invalid, t.field + " has no value");
  auto test = known != std::end(kFields) ? known->read(t.value) : word_test(t.field + t.value);  // http://x is a word
  if (!test.ok()) return test.status;
  query->terms.push_back({t.negated, std::move(test.value)});
  return {};
}

}  // namespace

bool row_text_matches(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = pattern.npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') star = p++, mark = t;
    else if (p < pattern.size() && low(pattern[p]) == low(text[t])) p++, t++;
    else if (star != pattern.npos) p = star + 1, t = ++mark;
    else return false;
  }
  while (p < pattern.size() && pattern[p] == '*') p++;
  return p == pattern.size();
}

Result<RowQuery> row_query_parse(std::string_view text) {
  if (text.size() > kQueryBytesMax) return fail(Err::invalid, "the filter is longer than " + std::to_string(kQueryBytesMax) + " bytes");
  RowQuery query;
  size_t count = 0;
  while (true) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    if (text.empty()) return query;
    if (++count > kQueryTermsMax) return fail(Err::invalid, "the filter has more than " + std::to_string(kQueryTermsMax) + " terms");
    Token t = token_next(&text);
    if (t.field.empty() && t.value.empty()) continue;  // a lone minus, or ""
    if (Status s = term_add(t, &query); !s.ok()) return s;
  }
}

bool row_query_matches(const RowQuery& query, const EventRow& row, int64_t now_s) {
  std::string words;
  if (!query.terms.empty()) words = lower(row.entity + " " + row.check + " " + row.output);
  return std::all_of(query.terms.begin(), query.terms.end(),
                     [&](const RowQuery::Term& t) { return t.test(row, words, now_s) != t.negated; });
}

}  // namespace picket
