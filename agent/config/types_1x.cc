// agent/config/types_1x.cc - see types_1x.h: the table of attributes and types, and one walk over it.
#include "agent/config/types_1x.h"

#include <algorithm>
#include <vector>

#include "common/json/json.h"

namespace picket {
namespace {

constexpr size_t kShownMax = 60;            // bytes of a value in an error
constexpr double kSecondsMax = 31'536'000;  // a year
constexpr int kExitStatusMax = 255;         // of a hook that is for one exit status
constexpr size_t kDigitsMax = 9;            // of a number in a string

// ---- types ----

bool is_string(std::string_view raw) { return json_type(raw) == JsonType::string; }
bool is_truth(std::string_view raw) { return raw == "true" || raw == "false"; }
bool is_object(std::string_view raw) { return json_type(raw) == JsonType::object; }
bool is_integer(std::string_view raw) { return json_type(raw) == JsonType::number && json_int64(raw).ok(); }
bool is_positive(std::string_view raw) { return is_integer(raw) && json_int64(raw).value > 0; }
bool is_port(std::string_view raw) { return is_positive(raw) && json_int64(raw).value <= 65535; }
bool is_percent(std::string_view raw) { return is_integer(raw) && json_int64(raw).value >= 0 && json_int64(raw).value <= 100; }
bool is_name(std::string_view raw) { return is_string(raw) || is_truth(raw); }  // `aggregate: true` before 1.0

bool is_seconds(std::string_view raw) {
  const Result<double> seconds = json_type(raw) == JsonType::number ? json_double(raw) : fail(Err::invalid, "");
  return seconds.ok() && seconds.value >= 0 && seconds.value <= kSecondsMax;
}

bool is_digits(const std::string& text) {
  return !text.empty() && text.size() <= kDigitsMax && text.find_first_not_of("0123456789") == text.npos;
}

// The plugins of 1.x that read these took a string of digits, too.
bool is_count(std::string_view raw) { return is_integer(raw) || (is_string(raw) && is_digits(json_string(raw).value)); }

bool is_list(std::string_view raw) { return json_type(raw) == JsonType::array && json_strings(raw).ok(); }

bool is_severities(std::string_view raw) {
  if (!is_list(raw)) return false;
  const std::vector<std::string> words = json_strings(raw).value;
  return std::all_of(words.begin(), words.end(),
                     [](const std::string& w) { return w == "ok" || w == "warning" || w == "critical" || w == "unknown"; });
}

bool is_filled(std::string_view raw) { return is_object(raw) && !json_members(raw).value.empty(); }

struct Type {
  const char* expected;
  bool (*is_good)(std::string_view raw);
};
constexpr Type kText = {"a string", is_string}, kTruth = {"true or false, without quotes", is_truth},
               kInteger = {"a whole number, without quotes", is_integer},
               kPositive = {"a whole number above 0, without quotes", is_positive},
               kPort = {"a port from 1 to 65535, without quotes", is_port}, kPercent = {"a whole number from 0 to 100", is_percent},
               kName = {"a name as a string", is_name}, kSeconds = {"a number of seconds from 0 to 31536000, without quotes", is_seconds},
               kCount = {"a whole number", is_count}, kList = {R"(a list of strings, like ["a"])", is_list},
               kSeverities = {R"(a list of ok, warning, critical and unknown, like ["critical"])", is_severities},
               kObject = {"an object", is_object}, kFilled = {R"(an object of attributes, like {"type":"router"})", is_filled};

// ---- attributes ----

struct Row {
  const char *kind, *key;
  const Type& type;
  const char* inner = "";  // the kind of an object, or of each member of one
  bool is_map = false;
};

constexpr Row kRows[] = {
    {"check", "name", kText},
    {"check", "type", kText},
    {"check", "command", kText},
    {"check", "extension", kText},
    {"check", "interval", kInteger},
    {"check", "cron", kText},
    {"check", "timeout", kSeconds},
    {"check", "ttl", kInteger},
    {"check", "ttl_status", kInteger},
    {"check", "standalone", kTruth},
    {"check", "publish", kTruth},
    {"check", "stdin", kTruth},
    {"check", "handle", kTruth},
    {"check", "handler", kText},
    {"check", "handlers", kList},
    {"check", "subscribers", kList},
    {"check", "subscriptions", kList},
    {"check", "source", kText},
    {"check", "proxy_entity_name", kText},
    {"check", "low_flap_threshold", kInteger},
    {"check", "high_flap_threshold", kInteger},
    {"check", "aggregate", kName},
    {"check", "aggregates", kList},
    {"check", "dependencies", kList},
    {"check", "occurrences", kCount},
    {"check", "refresh", kCount},
    {"check", "auto_resolve", kTruth},
    {"check", "force_resolve", kTruth},
    {"check", "truncate_output", kTruth},
    {"check", "truncate_output_length", kPositive},
    {"check", "subdue", kObject},
    {"check", "annotations", kObject},
    {"check", "labels", kObject},
    {"check", "hooks", kObject, "hook", true},
    {"check", "proxy_requests", kObject, "proxy_requests"},
    {"hook", "command", kText},
    {"hook", "timeout", kSeconds},
    {"hook", "stdin", kTruth},
    {"proxy_requests", "client_attributes", kFilled},
    {"proxy_requests", "splay", kTruth},
    {"proxy_requests", "splay_coverage", kPercent},
    {"handler", "name", kText},
    {"handler", "type", kText},
    {"handler", "command", kText},
    {"handler", "timeout", kSeconds},
    {"handler", "socket", kObject, "socket"},
    {"handler", "handlers", kList},
    {"handler", "filter", kText},
    {"handler", "filters", kList},
    {"handler", "mutator", kText},
    {"handler", "severities", kSeverities},
    {"handler", "handle_silenced", kTruth},
    {"handler", "handle_flapping", kTruth},
    {"socket", "host", kText},
    {"socket", "port", kPort},
    {"filter", "name", kText},
    {"filter", "attributes", kObject},
    {"filter", "negate", kTruth},
    {"filter", "when", kObject},
    {"mutator", "name", kText},
    {"mutator", "command", kText},
    {"mutator", "timeout", kSeconds},
};

const Row* row_of(std::string_view kind, std::string_view key) {
  for (const Row& row : kRows)
    if (kind == row.kind && key == row.key) return &row;
  return nullptr;
}

std::string shown(std::string_view raw) {
  std::string text = json_compact(raw);
  if (text.size() > kShownMax) text = text.substr(0, kShownMax) + "...";
  return text;
}

void complain(std::string& errors, const std::string& path, const char* expected, std::string_view raw) {
  errors += (errors.empty() ? "" : "; ") + path + ": expected " + expected + ", got " + shown(raw);
}

bool is_hook_name(const std::string& name) {
  static const char* const kWords[] = {"ok", "warning", "critical", "unknown", "non-zero"};
  if (std::any_of(std::begin(kWords), std::end(kWords), [&](const char* w) { return name == w; })) return true;
  return is_digits(name) && std::stoi(name) <= kExitStatusMax;
}

void walk(std::string_view kind, std::string_view object, const std::string& prefix, std::string& errors);

void walk_map(const Row& row, std::string_view object, const std::string& path, std::string& errors) {
  for (const JsonMember& m : json_members(object).value) {
    const std::string inner = path + "." + m.key;
    if (!is_hook_name(m.key)) complain(errors, inner, "ok, warning, critical, unknown, non-zero or an exit status as its name", m.raw);
    else if (!is_object(m.raw) || !is_string(json_at(m.raw, {"command"})))
      complain(errors, inner, R"(an object with a command, like {"command":"ps"})", m.raw);
    else walk(row.inner, m.raw, inner + ".", errors);
  }
}

void walk(std::string_view kind, std::string_view object, const std::string& prefix, std::string& errors) {
  for (const JsonMember& m : json_members(object).value) {
    const Row* row = row_of(kind, m.key);
    if (!row || json_type(m.raw) == JsonType::null) continue;  // null is "not set" in 1.x
    if (!row->type.is_good(m.raw)) complain(errors, prefix + m.key, row->type.expected, m.raw);
    else if (row->is_map) walk_map(*row, m.raw, prefix + m.key, errors);
    else if (row->inner[0]) walk(row->inner, m.raw, prefix + m.key + ".", errors);
  }
}

}  // namespace

Status types_1x_check(std::string_view kind, std::string_view definition) {
  std::string errors;
  walk(kind, definition, "", errors);
  return errors.empty() ? Status() : fail(Err::invalid, errors);
}

}  // namespace picket
