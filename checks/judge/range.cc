// checks/judge/range.cc - see range.h.
#include "checks/judge/range.h"

#include <charconv>

#include "checks/judge/report.h"

namespace picket {
namespace {

constexpr const char* kHelp = "; expected 10 (alert outside 0 to 10), 10: (below 10), ~:10 (above 10), 10:20 (outside) or @10:20 (inside)";

Status wrong(std::string_view text, const char* why) {
  return fail(Err::invalid, "\"" + std::string(text.substr(0, 80)) + "\" is not a range: " + why + kHelp);
}

bool number_parse(std::string_view text, double* value) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return !text.empty() && error == std::errc() && end == text.data() + text.size() && std::isfinite(*value);
}

std::vector<std::string_view> comma_split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t at; (at = text.find(',')) != text.npos; text.remove_prefix(at + 1)) parts.push_back(text.substr(0, at));
  parts.push_back(text);
  return parts;
}

}  // namespace

CheckState state_worst(CheckState a, CheckState b) {
  constexpr int kWeight[] = {0, 2, 3, 1};
  return kWeight[int(a)] >= kWeight[int(b)] ? a : b;
}

const char* state_name(CheckState state) {
  constexpr const char* kNames[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
  return kNames[int(state)];
}

Result<CheckState> state_parse(std::string_view word) {
  struct Row { const char *name, *letter, *number; };
  constexpr Row kRows[] = {{"ok", "o", "0"}, {"warning", "w", "1"}, {"critical", "c", "2"}, {"unknown", "u", "3"}};
  for (int i = 0; i < 4; i++)
    if (word == kRows[i].name || word == kRows[i].letter || word == kRows[i].number) return CheckState(i);
  return fail(Err::invalid, "\"" + std::string(word.substr(0, 40)) + "\" is not a state; expected ok, warning, critical or unknown");
}

Result<Range> range_parse(std::string_view text) {
  const std::string_view whole = text;
  Range range;
  if (text.empty()) return wrong(whole, "empty");
  if (text[0] == '@') range.inside = true, text.remove_prefix(1);
  size_t colon = text.find(':');
  std::string_view low = colon == text.npos ? "" : text.substr(0, colon);
  std::string_view high = colon == text.npos ? text : text.substr(colon + 1);
  if (colon == text.npos && high.empty()) return wrong(whole, "number missing");
  if (low == "~") range.low = -INFINITY;
  else if (!low.empty() && !number_parse(low, &range.low)) return wrong(whole, "start is not a number");
  if (!high.empty() && !number_parse(high, &range.high)) return wrong(whole, "end is not a number");
  if (range.low > range.high) return wrong(whole, "start is greater than end");
  return range;
}

bool range_alerts(const Range& range, double value) {
  bool within = value >= range.low && value <= range.high;
  return range.inside == within;
}

std::string range_print(const Range& r) {
  std::string text = r.inside ? "@" : "";
  if (std::isinf(r.low)) text += "~:";
  else if (r.low != 0 || std::isinf(r.high)) text += number_text(r.low) + ":";
  return std::isinf(r.high) ? text : text + number_text(r.high);
}

Result<Limits> limits_parse(std::string_view warning, std::string_view critical) {
  Limits limits;
  for (auto [text, range] : {std::pair{warning, &limits.warning}, {critical, &limits.critical}}) {
    if (text.empty()) continue;
    Result<Range> parsed = range_parse(text);
    if (!parsed.ok()) return because(range == &limits.warning ? "warning" : "critical", parsed.status);
    *range = parsed.value;
  }
  return limits;
}

CheckState limits_judge(const Limits& limits, double value) {
  if (std::isnan(value)) return CheckState::unknown;
  if (limits.critical && range_alerts(*limits.critical, value)) return CheckState::critical;
  if (limits.warning && range_alerts(*limits.warning, value)) return CheckState::warning;
  return CheckState::ok;
}

Result<std::vector<Limits>> limits_list_parse(std::string_view warning, std::string_view critical, size_t count) {
  std::vector<std::string_view> w = comma_split(warning), c = comma_split(critical);
  for (const auto& list : {w, c})
    if (list.size() > count)
      return fail(Err::invalid, "expected at most " + std::to_string(count) + " ranges, got " + std::to_string(list.size()));
  std::vector<Limits> all;
  for (size_t i = 0; i < count; i++) {
    Result<Limits> limits = limits_parse(w[std::min(i, w.size() - 1)], c[std::min(i, c.size() - 1)]);
    if (!limits.ok()) return limits.status;
    all.push_back(limits.value);
  }
  return all;
}

}  // namespace picket
