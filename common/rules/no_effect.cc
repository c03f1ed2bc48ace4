// common/rules/no_effect.cc - rules that permit nothing, sets and pipelines without members, silences that are over.
#include "common/rules/no_effect.h"

#include <algorithm>

#include "common/options/options.h"
#include "common/json/json.h"
#include "common/rules/validate.h"
#include "common/time/timezone.h"

namespace picket {
namespace {

using Sentences = std::vector<std::string>;

void say(Sentences& out, std::string sentence) {
  if (out.size() < kNoEffectMax) out.push_back(std::move(sentence));
}

bool has(const StringList& list, std::string_view what) { return std::find(list.begin(), list.end(), what) != list.end(); }

// ---- rights ----

std::vector<std::string_view> resources_known() {
  std::vector<std::string_view> known = {"*", "events", "localselfuser"};
  for (int i = 0; i < kResourceTypesCount; i++)
    if (std::string_view(kResourceTypes[i].plural) != "tessen") known.push_back(kResourceTypes[i].plural);  // only `*` permits that
  return known;
}

void resource_judge(Sentences& out, const std::string& where, const std::string& resource) {
  const std::vector<std::string_view> known = resources_known();
  if (std::find(known.begin(), known.end(), resource) != known.end()) return;
  const std::string_view near = nearest_name(resource, known);
  say(out,
      where + ".resources: " + json_quote(resource) + " is not a resource of this API and permits nothing" +
          (near.empty() ? "" : "; did you mean " + json_quote(near) + "?"));
}

void rule_judge(Sentences& out, const Rule& rule, const std::string& where) {
  if (rule.verbs.empty()) say(out, where + " has no verbs and permits nothing; add verbs, or remove the rule");
  if (rule.resources.empty()) say(out, where + " has no resources and permits nothing; add resources, or remove the rule");
  if (has(rule.resource_names, "")) say(out, where + ".resource_names: \"\" is no name and permits nothing; remove it");
  if (has(rule.resources, "*")) return;
  for (const std::string& resource : rule.resources) resource_judge(out, where, resource);
}

void judge(Sentences& out, const Role& role, int64_t) {
  for (size_t i = 0; i < role.rules.size(); i++) rule_judge(out, role.rules[i], "rules[" + std::to_string(i) + "]");
}

// Groups may have any name: those of a directory have blanks.
void judge(Sentences& out, const RoleBinding& binding, int64_t) {
  for (const Subject& s : binding.subjects)
    if (s.type == "User" && !validate_username(s.name, "").ok())
      say(out,
          "subjects: no user of this backend can be named " + json_quote(s.name) +
              ": names have a to z, 0 to 9, '.', '_' and '-'; correct the subject, or remove it");
}

// ---- handlers ----

void judge(Sentences& out, const Handler& h, int64_t) {
  if (h.type != "set") return;
  if (h.handlers.empty()) say(out, "the set has no handlers and notifies nobody; add handlers");
  if (has(h.handlers, h.metadata.name))
    say(out, "handlers: " + json_quote(h.metadata.name) + " is this set itself and is not used; remove it");
}

void judge(Sentences& out, const Pipeline& p, int64_t) {
  if (p.workflows.empty()) say(out, "the pipeline has no workflows, and its events fail; add a workflow");
}

// ---- silences ----

bool window_is_over(const TimeWindowRepeated& w, int64_t now_s) {
  if (!w.repeat.empty()) return false;
  const Result<ZonedTime> end = rfc3339_parse(w.end);
  return end.ok() && end.value.unix_s <= now_s;
}

void judge(Sentences& out, const Silenced& s, int64_t now_s) {
  const int64_t end = s.expire_at;
  if (end > 0 && end <= now_s)
    return say(out,
               "expire_at: " + std::to_string(end) + " (" + go_time_utc(end) +
                   ") is in the past, so the silence is over and is deleted; give a later expire_at, or expire in seconds");
  const bool over = std::all_of(s.windows.begin(), s.windows.end(), [&](const auto& w) { return window_is_over(w, now_s); });
  if (!s.windows.empty() && over)
    say(out, "windows: all of them are in the past, so the silence has no effect; add one to come, or a repeat");
}

template <class T>
void judge_body(Sentences& out, std::string_view body, int64_t now_s) {
  if (Result<T> value = decode<T>(body); value.ok()) judge(out, value.value, now_s);
}

constexpr struct { std::string_view kind; void (*judge)(Sentences& out, std::string_view body, int64_t now_s); } kKinds[] = {
    {"roles", judge_body<Role>},
    {"clusterroles", judge_body<Role>},
    {"rolebindings", judge_body<RoleBinding>},
    {"clusterrolebindings", judge_body<RoleBinding>},
    {"handlers", judge_body<Handler>},
    {"pipelines", judge_body<Pipeline>},
    {"silenced", judge_body<Silenced>},
};

}  // namespace

std::vector<std::string> no_effect(const ResourceType& type, std::string_view body, int64_t now_s) {
  Sentences out;
  for (const auto& row : kKinds)
    if (row.kind == type.plural) row.judge(out, body, now_s);
  return out;
}

}  // namespace picket
