// cli/show/view.cc - the table of views.
#include "cli/show/view.h"

#include "cli/show/view_cells.h"

namespace picket {
namespace {

using namespace view;

// //host/.../file
std::string short_url(J asset) {
  std::string url = word(asset, "url");
  if (url.empty()) url = items_at(asset, "builds").empty() ? "" : word(items_at(asset, "builds")[0], "url");
  Result<Url> parsed = url_parse(url);
  std::string host = parsed.ok() ? parsed.value.host : "", path = parsed.ok() ? parsed.value.path : "";
  if (size_t end = path.find_first_of("?#"); end != path.npos) path.resize(end);
  return "//" + host + "/.../" + path.substr(path.rfind('/') == path.npos ? 0 : path.rfind('/') + 1);
}

std::string short_hash(J asset) {
  std::string hash = word(asset, "sha512");
  if (hash.empty() && !items_at(asset, "builds").empty()) hash = word(items_at(asset, "builds")[0], "sha512");
  return hash.substr(0, 7);
}

std::string filter_expressions(J f) {
  std::string action = word(f, "action"), out;
  const char* between = action == "allow" ? " && " : action == "deny" ? " || " : ", ";
  for (const std::string& e : texts_at(f, {"expressions"})) out += (out.empty() ? "" : between) + ("(" + e + ")");
  return out;
}

std::string role_of(J o, const char* type) { return text_at(o, {"role_ref", "type"}) == type ? text_at(o, {"role_ref", "name"}) : ""; }

std::vector<View> make_views() {
  return {
      {"api-key",
       "APIKey",
       "apikey",
       {{"Name", blue_name},
        {"Username", [](J o) { return word(o, "username"); }},
        {"Created At", [](J o) { return human_time(integer_at(o, {"created_at"})); }}},
       api_key_info},
      {"asset", "Asset", "asset", {{"Name", blue_name}, {"URL", short_url}, {"Hash", short_hash}}, asset_info},
      {"check",
       "CheckConfig",
       "check",
       {{"Name", blue_name},
        {"Command", [](J o) { return word(o, "command"); }},
        {"Interval", [](J o) { return number(o, "interval"); }},
        {"Cron", [](J o) { return word(o, "cron"); }},
        {"Timeout", [](J o) { return number(o, "timeout"); }},
        {"TTL", [](J o) { return number(o, "ttl"); }},
        {"Subscriptions", [](J o) { return tight(o, "subscriptions"); }},
        {"Handlers", [](J o) { return tight(o, "handlers"); }},
        {"Assets", [](J o) { return tight(o, "runtime_assets"); }},
        {"Hooks", hooks_text},
        {"Publish?", [](J o) { return colour(o, "publish"); }},
        {"Stdin?", [](J o) { return truth(o, "stdin"); }},
        {"Metric Format", [](J o) { return word(o, "output_metric_format"); }},
        {"Metric Handlers", [](J o) { return tight(o, "output_metric_handlers"); }}},
       check_info},
      {"cluster-role",
       "ClusterRole",
       "cluster-role",
       {{"Name", blue_name}, {"Rules", [](J o) { return count(o, "rules"); }}},
       [](J o) { return rules_table(o, false); }},
      {"cluster-role-binding",
       "ClusterRoleBinding",
       "cluster-role-binding",
       {{"Name", blue_name},
        {"Cluster Role",
         [](J o) {
           return text_at(o, {"role_ref", "name"});
         }},
        {"Subjects", [](J o) { return count(o, "subjects"); }}},
       binding_info},
      {"entity",
       "Entity",
       "entity",
       {{"ID", blue_name},
        {"Class", [](J o) { return word(o, "entity_class"); }},
        {"OS",
         [](J o) {
           return text_at(o, {"system", "os"});
         }},
        {"Subscriptions", [](J o) { return tight(o, "subscriptions"); }},
        {"Last Seen", [](J o) { return human_time(integer_at(o, {"last_seen"})); }}},
       entity_info},
      {"event",
       "Event",
       "event",
       {{"Entity",
         [](J o) {
           return style_primary(text_at(o, {"entity", "metadata", "name"}));
         }},
        {"Check",
         [](J o) {
           return text_at(o, {"check", "metadata", "name"});
         }},
        {"Output",
         [](J o) {
           return text_at(o, {"check", "output"});
         }},
        {"Status",
         [](J o) {
           return std::to_string(integer_at(o, {"check", "status"}));
         }},
        {"Silenced",
         [](J o) {
           return style_bool(true_at(o, {"check", "is_silenced"}));
         }},
        {"Timestamp", event_time},
        {"UUID", event_id}},
       event_info},
      {"filter",
       "EventFilter",
       "filter",
       {{"Name", blue_name}, {"Action", [](J o) { return word(o, "action"); }}, {"Expressions", filter_expressions}},
       filter_info},
      {"handler",
       "Handler",
       "handler",
       {{"Name", blue_name},
        {"Type", [](J o) { return word(o, "type"); }},
        {"Timeout", [](J o) { return number(o, "timeout"); }},
        {"Filters", [](J o) { return tight(o, "filters"); }},
        {"Mutator", [](J o) { return word(o, "mutator"); }},
        {"Execute", handler_execute},
        {"Environment Variables", [](J o) { return style_primary(tight(o, "env_vars")); }},
        {"Assets", [](J o) { return tight(o, "runtime_assets"); }}},
       handler_info},
      {"hook",
       "HookConfig",
       "hook",
       {{"Name", blue_name},
        {"Command", [](J o) { return word(o, "command"); }},
        {"Timeout", [](J o) { return number(o, "timeout"); }},
        {"Stdin?", [](J o) { return truth(o, "stdin"); }}},
       hook_info},
      {"mutator",
       "Mutator",
       "mutator",
       {{"Name", blue_name},
        {"Command", [](J o) { return style_primary(word(o, "command")); }},
        {"Environment Variables", [](J o) { return style_primary(tight(o, "env_vars")); }},
        {"Timeout", [](J o) { return style_primary(number(o, "timeout")); }},
        {"Assets", [](J o) { return tight(o, "runtime_assets"); }}},
       mutator_info},
      {"namespace", "Namespace", "namespace", {{"Name", [](J o) { return style_primary(word(o, "name")); }}}, nullptr},
      {"pipeline",
       "Pipeline",
       "pipeline",
       {{"Name", blue_name},
        {"Workflows",
         [](J o) {
           std::vector<std::string> names;
           for (J w : items_at(o, "workflows")) names.push_back(word(w, "name"));
           return join(names, ",");
         }}},
       pipeline_info},
      {"role",
       "Role",
       "role",
       {{"Name", blue_name}, {"Namespace", ns}, {"Rules", [](J o) { return count(o, "rules"); }}},
       [](J o) { return rules_table(o, true); }},
      {"role-binding",
       "RoleBinding",
       "role-binding",
       {{"Name", blue_name},
        {"Namespace", ns},
        {"Cluster Role", [](J o) { return role_of(o, "ClusterRole"); }},
        {"Role", [](J o) { return role_of(o, "Role"); }},
        {"Subjects", [](J o) { return count(o, "subjects"); }}},
       namespaced_binding_info},
      {"silenced",
       "Silenced",
       "silence",
       {{"Name", blue_name},
        {"Subscription", [](J o) { return word(o, "subscription"); }},
        {"Check", [](J o) { return word(o, "check"); }},
        {"Begin", [](J o) { return rfc3339_local(integer_at(o, {"begin"})); }},
        {"Expiration", silenced_expiry},
        {"ExpireOnResolve", [](J o) { return colour(o, "expire_on_resolve"); }},
        {"Creator", [](J o) { return word(o, "creator"); }},
        {"Reason", [](J o) { return word(o, "reason"); }},
        {"Namespace", [](J o) { return style_primary(ns(o)); }}},
       silenced_info},
      {"tessen", "TessenConfig", "tessen", {}, tessen_info},
      {"user",
       "User",
       "user",
       {{"Username", [](J o) { return style_primary(word(o, "username")); }},
        {"Groups", [](J o) { return tight(o, "groups"); }},
        {"Enabled", [](J o) { return style_bool(!true_at(o, {"disabled"})); }}},
       nullptr},
  };
}

}  // namespace

const View* view_find(std::string_view group) {
  static const std::vector<View> views = make_views();
  for (const View& v : views)
    if (group == v.group || group == v.type) return &v;
  return nullptr;
}

}  // namespace picket
