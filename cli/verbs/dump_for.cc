// cli/verbs/dump_for.cc - what 5.11 and 6.9 do not know, as a table; see dump_for.h.
#include "cli/verbs/dump_for.h"

#include <algorithm>

#include "common/json/json.h"
#include "common/rules/resource_types.h"

namespace picket {
namespace {

constexpr int k5 = 1, k6 = 2;

// What the releases' own recordings do not show (tests/conformance/api); "" stands for the whole type.
constexpr struct { int releases; const char *type, *member; } kUnknown[] = {
    {k5, "Pipeline", ""},
    {k5, "CheckConfig", "pipelines"},
    {k5, "CheckConfig", "secrets"},
    {k5, "CheckConfig", "subdues"},
    {k5, "CheckConfig", "output_metric_tags"},
    {k5, "CheckConfig", "output_metric_thresholds"},
    {k5, "Handler", "secrets"},
    {k5, "HookConfig", "runtime_assets"},
    {k5, "Mutator", "secrets"},
    {k5, "Mutator", "type"},
    {k5, "Mutator", "eval"},
    {k5, "Asset", "builds"},
    {k5, "Entity", "sensu_agent_version"},
    {k5, "Entity", "keepalive_handlers"},
    {k5, "Entity", "system"},
    {k5, "Silenced", "expire_at"},
    {k5 | k6, "Silenced", "windows"},
    {k5 | k6, "Handler", "alert"},
    {k5 | k6, "Handler", "webhook"},
    {k5 | k6, "Handler", "email"},
    {k5 | k6, "Handler", "file"},
};

constexpr std::string_view kOwnHandlerTypes[] = {"webhook", "email", "file"};

bool is_nothing(std::string_view raw) {
  for (std::string_view empty : {"", "null", "\"\"", "0", "false", "[]", "{}"})
    if (raw == empty) return true;
  return false;
}

bool is_for(int releases, Release release) { return releases & (release == Release::v5_11 ? k5 : k6); }

// Facts that an agent found out are no loss, and `pipe` is what a mutator is anyway; an end is kept as seconds.
bool is_no_loss(std::string_view member, std::string_view raw) {
  return member == "system" || member == "sensu_agent_version" || member == "expire_at" || raw == "\"pipe\"";
}

void take_out(ForRelease& out, const ResourceType& type, const char* member, const std::string& release) {
  const std::string raw(json_at(out.body, {member}));
  if (raw.empty()) return;
  out.body = json_drop(out.body, member);
  if (!is_nothing(raw) && !is_no_loss(member, raw))
    out.notes.push_back(std::string(type.type) + " has no \"" + member + "\" in " + release + "; left out");
}

// Why the whole object has no place there.
std::string not_for(const ResourceType& type, const std::string& body, Release release, const std::string& name) {
  const std::string_view t = type.type;
  for (const auto& u : kUnknown)
    if (is_for(u.releases, release) && t == u.type && !*u.member) return name + " has no kind " + type.type;
  const std::string handler = text_at(body, {"type"});
  if (t == "Handler" && std::find(std::begin(kOwnHandlerTypes), std::end(kOwnHandlerTypes), handler) != std::end(kOwnHandlerTypes))
    return name + " has no handlers of type " + handler;
  if (t == "Mutator" && release == Release::v5_11 && handler == "javascript") return name + " has no mutators in JavaScript";
  if (t == "Asset" && release == Release::v5_11 && text_at(body, {"url"}).empty()) return name + " has no assets with builds";
  if (t == "Entity" && text_at(body, {"entity_class"}) != "proxy") return "agents bring theirs when they connect";
  if (t == "User") return "passwords are in no dump, and users are still there on the old backend";
  if (t == "APIKey") return "keys are secrets, and those of before are still there on the old backend";
  if (t == "Event") return "events are results, not configuration";
  return "";
}

// 5.x counts from the moment of writing, or from a begin that is still to come; 6.x and picket from the begin. So it begins now for both.
std::string seconds_left(const std::string& silence, int64_t now_s) {
  const int64_t end = integer_at(silence, {"expire_at"});
  if (end <= 0) return silence;
  const int64_t begin = std::max(integer_at(silence, {"begin"}), now_s);
  return json_set(json_set(silence, "begin", std::to_string(begin)), "expire", std::to_string(std::max<int64_t>(1, end - begin)));
}

}  // namespace

Result<Release> release_parse(std::string_view text) {
  if (text.empty()) return Release::own;
  if (text == "5.11") return Release::v5_11;
  if (text == "6.9") return Release::v6_9;
  return fail(Err::invalid, "--for \"" + std::string(text) + "\" is not known; give 5.11 or 6.9");
}

ForRelease for_release(Release release, const ResourceType& type, std::string_view canonical, int64_t now_s) {
  ForRelease out;
  out.body = std::string(canonical);
  if (release == Release::own) return out;
  const std::string name = release == Release::v5_11 ? "5.11" : "6.9";
  if (std::string why = not_for(type, out.body, release, name); !why.empty()) {
    out.is_kept = false;
    out.notes.push_back(std::move(why));
    return out;
  }
  if (std::string_view(type.type) == "Silenced" && release == Release::v5_11) out.body = seconds_left(out.body, now_s);
  for (const auto& u : kUnknown)
    if (is_for(u.releases, release) && std::string_view(type.type) == u.type && *u.member) take_out(out, type, u.member, name);
  const std::string metadata(json_at(out.body, {"metadata"}));
  if (release == Release::v5_11 && !metadata.empty()) out.body = json_set(out.body, "metadata", json_drop(metadata, "created_by"));
  return out;
}

std::string silence_with_end(std::string_view as_sent, std::string_view canonical, int64_t now_s) {
  const int64_t left_s = integer_at(canonical, {"expire"});
  if (!json_at(as_sent, {"expire_at"}).empty() || left_s <= 0) return std::string(canonical);
  return json_set(canonical, "expire_at", std::to_string(now_s + left_s));
}

}  // namespace picket
