// backend/route/filter.cc - built-in filters, windows and expressions, and the sentence that says which one decided (B-62).
#include "backend/route/filter.h"

#include <algorithm>

#include "common/time/time_window.h"
#include "backend/event/merge.h"

namespace picket {
namespace {

FilterVerdict verdict(bool pass, std::string why) { return {pass, std::move(why), {}, ""}; }

bool incident_or_resolution(const Event& event) { return event_is_incident(event) || event_is_resolution(event); }
bool has_metrics(const Event& event) { return event.metrics.has_value(); }
bool not_silenced(const Event& event) { return !event.check || (event.check->silenced.empty() && !event.check->is_silenced); }

struct Builtin {
  const char* name;
  bool (*passes)(const Event& event);
  const char* yes;
  const char* no;
};
const Builtin kBuiltins[] = {
    {"is_incident", incident_or_resolution, "it is an incident or its resolution", "it is neither an incident nor its resolution"},
    {"has_metrics", has_metrics, "it has metrics", "it has no metrics"},
    {"not_silenced", not_silenced, "it is not silenced", "it is silenced"},
};

const Builtin* builtin_find(std::string_view name) {
  auto it = std::find_if(std::begin(kBuiltins), std::end(kBuiltins), [&](const Builtin& b) { return name == b.name; });
  return it == std::end(kBuiltins) ? nullptr : it;
}

// By which entries, for the question why nobody was notified.
std::string silenced_by(const Event& event) {
  std::string names;
  for (const std::string& name : event.check->silenced) names += (names.empty() ? " by " : ", ") + name;
  return "it is silenced" + names;
}

// The window comes first. Returns true when it decides alone.
bool when_decides(const EventFilter& filter, int64_t now_s, FilterVerdict& v) {
  if (!filter.when) return false;
  Result<bool> inside = window_contains(*filter.when, now_s * kNsPerSecond);
  bool deny = filter.action == "deny";
  if (!inside.ok()) return v = verdict(true, "invalid time window: " + inside.status.message), true;
  if (!deny && !inside.value) return v = verdict(false, "it is outside its time window"), true;
  if (deny && inside.value) return v = verdict(false, "inside its denying time window"), true;
  return false;
}

}  // namespace

bool filter_is_builtin(std::string_view name) { return builtin_find(name) != nullptr; }

FilterVerdict filter_builtin(std::string_view name, const Event& event) {
  const Builtin* b = builtin_find(name);
  if (!b) return verdict(true, "unknown built-in filter");
  bool pass = b->passes(event);
  if (!pass && b->passes == not_silenced) return verdict(false, silenced_by(event));
  return verdict(pass, pass ? b->yes : b->no);
}

// allow: the first false rejects. deny: the first true rejects. What raises is skipped. So an allow filter whose only
// expression raises lets everything pass; that is 6.x, and the error is logged.
FilterVerdict filter_decide(const EventFilter& filter, const ScriptSubject& subject, Scripts* scripts,
                            const ScriptEnvironment& environment) {
  FilterVerdict v;
  if (when_decides(filter, environment.now_s, v)) return v;
  bool deny = filter.action == "deny";
  v = verdict(true, deny ? "no expression is true" : "no expression is false");
  script_run(scripts, subject, filter.expressions, environment, [&](size_t i, const Result<bool>& outcome) {
    const std::string& text = filter.expressions[i];
    if (outcome.status.code == Err::unavailable) {  // so are those after it
      v.unrun = outcome.status.message;
      v.errors.push_back(std::to_string(filter.expressions.size() - i) + " expressions not run: " + v.unrun);
      return false;
    }
    if (!outcome.ok()) {
      if (outcome.status.code == Err::timeout) v.unrun = text + ": " + outcome.status.message;
      v.errors.push_back(text + ": " + outcome.status.message);
      return true;
    }
    if (outcome.value != deny) return true;
    v.pass = false;
    v.why = text + (deny ? " is true" : " is false");
    return false;
  });
  return v;
}

bool filter_entity_matches(const StringList& entity_attributes, const ScriptSubject& entity, Scripts* scripts,
                           const ScriptEnvironment& environment, bool* is_known) {
  size_t valid = 0;
  bool all = true;
  StringList parsed;
  for (const std::string& expression : entity_attributes)
    if (script_compiles(scripts, expression).ok()) parsed.push_back(expression);
  script_run(scripts, entity, parsed, environment, [&](size_t, const Result<bool>& outcome) {
    valid++;
    if (is_known && (outcome.status.code == Err::timeout || outcome.status.code == Err::unavailable)) *is_known = false;
    return all = outcome.ok() && outcome.value;
  });
  return valid > 0 && all;
}

Status filter_check_syntax(std::string_view expression, size_t index) {
  Status s = script_check(expression);
  if (!s.ok()) s.message = "syntax error in expression " + std::to_string(index) + ": " + s.message;
  return s;
}

Status filter_check_syntax(const StringList& expressions) {
  for (size_t i = 0; i < expressions.size(); i++)
    if (Status s = filter_check_syntax(expressions[i], i); !s.ok()) return s;
  return {};
}

}  // namespace picket
