// common/options/suggest.cc - what no option is named like: the nearest that is, and the message about it.
#include <cstdio>

#include "common/text/log.h"
#include "common/options/internal.h"

namespace picket {

std::string option_excerpt(std::string_view text) {
  return "\"" + std::string(text.substr(0, 80)) + (text.size() > 80 ? "..." : "") + "\"";
}

std::string join_lines(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += (all.empty() ? "" : "\n") + line;
  return all;
}

namespace {

std::string_view name_near(const OptionTable& table, std::string_view key) {
  std::vector<std::string_view> names;
  for (const OptionRow* r : option_rows(table)) {
    if (!(r->flags & kOptionHidden)) names.push_back(r->name);
    if (r->alias) names.push_back(r->alias);
  }
  return nearest_name(key, names);
}

// A password whose option is misspelt must not be in the log for that.
bool may_be_secret(const OptionTable& table, std::string_view key) {
  const OptionRow* meant = option_find(table, name_near(table, key));
  if (meant && meant->flags & kOptionSecret) return true;
  for (const char* part : {"pass", "secret", "token", "key", "credential"})
    if (lower(key).find(part) != std::string::npos) return true;
  return false;
}

}  // namespace

std::string option_unknown(const OptionTable& table, std::string_view key, std::string_view dashes, std::string_view fate) {
  std::string d(dashes), text = "unknown option " + option_excerpt(d + std::string(key)) + std::string(fate);
  std::string_view near = name_near(table, key);
  if (!near.empty()) text += "; did you mean \"" + d + std::string(near) + "\"?";
  return text + (near.empty() ? "; see --help" : " See --help");
}

std::string option_ignored(const OptionTable& table, const OptionSetting& s) {
  bool is_plain = s.shape == OptionSetting::scalar && !may_be_secret(table, s.key);
  return option_unknown(table, s.key, "", ", " + (is_plain ? option_excerpt(s.text) : std::string("its value")) + " is ignored");
}

namespace {

// What is ours and no option of the program that asks: variables of the first start, of `ctl`, `run` and of 1.x.
const char* const kElsewhere[] = {"admin-username", "admin-password", "admin-api-key",  "agent-password", "api-url",    "api-key",
                                  "username",       "password",       "timeout",        "format",         "agent-host", "agent-port",
                                  "namespace",      "dashboard-host", "dashboard-port", "deps-dir",       "type",       "check",
                                  "agent-name",     "backend-name",   "edge-name",      "interval",       "url",        "handlers"};
const char* const kElsewherePrefixes[] = {"run-", "client-", "test-", "ctl-"};

std::string option_of_variable(std::string_view variable) {
  std::string name;
  for (char c : variable) name += c == '_' ? '-' : c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  return name;
}

bool is_elsewhere(const std::string& name) {
  for (const char* known : kElsewhere)
    if (name == known) return true;
  for (std::string_view prefix : kElsewherePrefixes)
    if (name.compare(0, prefix.size(), prefix) == 0) return true;
  // What Kubernetes says of a Service that is called like us.
  return name.find("-service-") != name.npos || name.find("-port-") != name.npos;
}

}  // namespace

std::string variable_misspelt(const OptionTable& table, std::string_view variable) {
  for (const char* const* prefix = table.env_prefixes; prefix && *prefix; prefix++) {
    const std::string_view ours = *prefix;
    if (variable.size() <= ours.size() || variable.substr(0, ours.size()) != ours) continue;
    const std::string name = option_of_variable(variable.substr(ours.size()));
    if (option_find(table, name)) return "";
    if (is_elsewhere(name)) continue;
    const std::string_view near = name_near(table, name);
    constexpr size_t kTypingErrors = 2;  // a variable of somebody else may be like ours; one of ours is very like it
    if (near.empty() || edit_distance(name, near) > kTypingErrors) continue;
    std::string meant(ours);
    for (char c : near) meant += c == '-' ? '_' : c >= 'a' && c <= 'z' ? char(c - 32) : c;
    return "the environment variable " + std::string(variable) + " is not an option and ignored; did you mean " + meant + "?";
  }
  return "";
}

void options_log_warnings(const std::vector<std::string>& warnings, std::string_view component) {
  for (const std::string& warning : warnings) log_warn(component, "configuration warning", {{"warning", warning}});
}

void options_log_unmet(const Options& options, std::string_view component) {
  for (const std::string& text : options.unmet) log_error(component, "security option is not supported", {{"error", text}});
}

Status options_unmet(const Options& options) {
  std::string all;
  for (const std::string& text : options.unmet) all += (all.empty() ? "" : "\n") + text;
  return all.empty() ? Status{} : fail(Err::invalid, all);
}

void options_print_warnings(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) printf("warning: %s\n", warning.c_str());
}

Status options_strict(const std::vector<std::string>& warnings) {
  return warnings.empty() ? Status{} : fail(Err::invalid, "there are warnings; --strict treats them as errors");
}

}  // namespace picket
