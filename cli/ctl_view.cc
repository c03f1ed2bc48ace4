// cli/ctl_view.cc - the table of views.
#include "cli/ctl_view.h"

#include <ctime>

#include "cli/ctl.h"
#include "common/json.h"

namespace picket {
namespace {

using J = std::string_view;

std::string name(J o) { return text_at(o, {"metadata", "name"}); }
std::string ns(J o) { return text_at(o, {"metadata", "namespace"}); }
std::string blue_name(J o) { return style_primary(name(o)); }
std::string number(J o, const char* key) { return std::to_string(integer_at(o, {key})); }
std::string word(J o, const char* key) { return text_at(o, {key}); }
std::string tight(J o, const char* key) { return join(texts_at(o, {key}), ","); }
std::string loose(J o, const char* key) { return join(texts_at(o, {key}), ", "); }
std::string truth(J o, const char* key) { return true_at(o, {key}) ? "true" : "false"; }
std::string colour(J o, const char* key) { return style_bool(true_at(o, {key})); }

std::vector<J> items_at(J o, const char* key) {
  J raw = json_at(o, {key});
  return raw.empty() || raw == "null" ? std::vector<J>() : json_items(raw).value;
}

std::string count(J o, const char* key) { return std::to_string(items_at(o, key).size()); }

// One row per element of `key`, for roles.
std::string rules_table(J role, bool namespaced) {
  std::vector<std::string> titles = {"Verbs", "Resources", "Resource Names"};
  if (namespaced) titles.insert(titles.begin(), "Namespace");
  std::vector<TableRow> rows;
  for (J rule : items_at(role, "rules")) {
    TableRow row = {tight(rule, "verbs"), tight(rule, "resources"), tight(rule, "resource_names")};
    if (namespaced) row.insert(row.begin(), style_primary(ns(role)));
    rows.push_back(row);
  }
  return table_draw(titles, rows);
}

void subject_rows(J binding, LabelRows* rows) {
  rows->push_back({"Subjects", ""});
  for (const char* type : {"User", "Group"}) {
    std::vector<std::string> names;
    for (J s : items_at(binding, "subjects"))
      if (word(s, "type") == type) names.push_back(word(s, "name"));
    if (!names.empty()) rows->push_back({std::string("  ") + type + "s", join(names, ", ")});
  }
}

std::string handler_execute(J h) {
  std::string type = word(h, "type");
  if (type == "pipe") return style_title("RUN:") + "\u2000\u2000" + word(h, "command");
  if (type == "set") return style_title("CALL:") + "\u2000" + tight(h, "handlers");
  if (type == "tcp" || type == "udp")
    return style_title("PUSH:") + "\u2000" + type + "://" + text_at(h, {"socket", "host"}) + ":" +
           std::to_string(integer_at(h, {"socket", "port"}));
  return "UNKNOWN";
}

// //host/.../file
std::string short_url(J asset) {
  std::string url = word(asset, "url");
  if (url.empty()) url = items_at(asset, "builds").empty() ? "" : word(items_at(asset, "builds")[0], "url");
  Result<Url> parsed = url_parse(url);
  std::string host = parsed.ok() ? parsed.value.host : "", path = parsed.ok() ? parsed.value.path : "";
  path = path.substr(0, path.find_first_of("?#"));
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

std::string reference_text(J r) { return word(r, "api_version") + "." + word(r, "type") + "(Name=" + word(r, "name") + ")"; }

std::string asset_info(J o) {
  LabelRows rows = {{"Name", name(o)}, {"Namespace", ns(o)}};
  std::vector<J> builds = items_at(o, "builds");
  if (!builds.empty()) rows.push_back({"Builds", ""});
  for (size_t i = 0; i < builds.size(); i++) {
    rows.push_back({"Build", std::to_string(i)});
    rows.push_back({"URL", word(builds[i], "url")});
    rows.push_back({"SHA-512 Checksum", word(builds[i], "sha512")});
    rows.push_back({"Filters", loose(builds[i], "filters")});
  }
  if (builds.empty()) {
    rows.push_back({"URL", word(o, "url")});
    rows.push_back({"SHA-512 Checksum", word(o, "sha512")});
    rows.push_back({"Filters", loose(o, "filters")});
  }
  return labels_draw(name(o), rows);
}

std::string check_info(J o) {
  return labels_draw(name(o), {{"Name", name(o)},
                               {"Interval", number(o, "interval")},
                               {"Command", word(o, "command")},
                               {"Cron", word(o, "cron")},
                               {"Timeout", number(o, "timeout")},
                               {"TTL", number(o, "ttl")},
                               {"Subscriptions", loose(o, "subscriptions")},
                               {"Handlers", loose(o, "handlers")},
                               {"Runtime Assets", loose(o, "runtime_assets")},
                               {"Hooks", hooks_text(o)},
                               {"Publish?", truth(o, "publish")},
                               {"Stdin?", truth(o, "stdin")},
                               {"Proxy Entity Name", word(o, "proxy_entity_name")},
                               {"Namespace", ns(o)},
                               {"Metric Format", word(o, "output_metric_format")},
                               {"Metric Handlers", loose(o, "output_metric_handlers")}});
}

std::string entity_info(J o) {
  auto system = [&](const char* key) { return text_at(o, {"system", key}); };
  return labels_draw(name(o), {{"Name", name(o)},
                               {"Entity Class", word(o, "entity_class")},
                               {"Subscriptions", loose(o, "subscriptions")},
                               {"Last Seen", human_time(integer_at(o, {"last_seen"}))},
                               {"Hostname", system("hostname")},
                               {"OS", system("os")},
                               {"Platform", system("platform")},
                               {"Platform Family", system("platform_family")},
                               {"Platform Version", system("platform_version")},
                               {"Auto-Deregistration", colour(o, "deregister")},
                               {"Deregistration Handler", text_at(o, {"deregistration", "handler"})}});
}

std::string event_id(J e) {
  std::string id = word(e, "id");
  return id == "00000000-0000-0000-0000-000000000000" ? "" : id;
}

std::string event_time(J e) {
  int64_t at = integer_at(e, {"timestamp"});
  return at ? human_time(at) : "1970-01-01 00:00:00 +0000 UTC";
}

std::string event_info(J o) {
  std::string entity = text_at(o, {"entity", "metadata", "name"}), check = text_at(o, {"check", "metadata", "name"});
  std::string output = text_at(o, {"check", "output"});
  if (!output.empty() && output.back() == '\n') output.pop_back();
  J raw = json_at(o, {"check"});
  std::string history;
  if (!raw.empty() && raw != "null")
    for (J h : items_at(raw, "history")) history += (history.empty() ? "" : ",") + number(h, "status");
  bool silenced = true_at(o, {"check", "is_silenced"});
  LabelRows rows = {{"Entity", entity},
                    {"Check", check},
                    {"Output", output},
                    {"Status", std::to_string(integer_at(o, {"check", "status"}))},
                    {"History", history},
                    {"Silenced", silenced ? "true" : "false"}};
  if (silenced) rows.push_back({"Silenced By", join(texts_at(o, {"check", "silenced"}), ", ")});
  rows.push_back({"Timestamp", event_time(o)});
  rows.push_back({"UUID", event_id(o)});
  return labels_draw(entity + " - " + check, rows);
}

std::string filter_info(J o) {
  return labels_draw(name(o), {{"Name", name(o)},
                               {"Namespace", ns(o)},
                               {"Action", word(o, "action")},
                               {"Expressions", join(texts_at(o, {"expressions"}), " && ")},
                               {"RuntimeAssets", loose(o, "runtime_assets")}});
}

std::string handler_info(J o) {
  return labels_draw(name(o), {{"Name", name(o)},
                               {"Type", word(o, "type")},
                               {"Timeout", number(o, "timeout")},
                               {"Filters", loose(o, "filters")},
                               {"Mutator", word(o, "mutator")},
                               {"Execute", handler_execute(o)},
                               {"Environment Variables", loose(o, "env_vars")},
                               {"Runtime Assets", loose(o, "runtime_assets")}});
}

std::string hook_info(J o) {
  return labels_draw(name(o), {{"Name", name(o)},
                               {"Command", word(o, "command")},
                               {"Timeout", number(o, "timeout")},
                               {"Stdin?", colour(o, "stdin")},
                               {"Namespace", ns(o)}});
}

std::string mutator_info(J o) {
  return labels_draw(name(o), {{"Name", name(o)},
                               {"Command", word(o, "command")},
                               {"Timeout", number(o, "timeout")},
                               {"Namespace", ns(o)},
                               {"Runtime Assets", loose(o, "runtime_assets")}});
}

std::string pipeline_info(J o) {
  LabelRows rows = {{"Name", name(o)}, {"Workflows", ""}};
  for (J w : items_at(o, "workflows")) {
    rows.push_back({"  " + word(w, "name"), ""});
    for (J f : items_at(w, "filters")) rows.push_back({"    Filter", reference_text(f)});
    J mutator = json_at(w, {"mutator"}), handler = json_at(w, {"handler"});
    rows.push_back({"    Mutator", mutator.empty() || mutator == "null" ? "" : reference_text(mutator)});
    rows.push_back({"    Handler", handler.empty() || handler == "null" ? "" : reference_text(handler)});
  }
  return labels_draw(name(o), rows);
}

std::string silenced_expiry(J o) {
  int64_t at = integer_at(o, {"expire_at"});
  return at > 0 ? rfc3339_local(at) : "no expiration";
}

std::string silenced_info(J o) {
  LabelRows rows = {{"Expiration", silenced_expiry(o)},
                    {"ExpireOnResolve", truth(o, "expire_on_resolve")},
                    {"Creator", word(o, "creator")},
                    {"Check", word(o, "check")},
                    {"Reason", word(o, "reason")},
                    {"Subscription", word(o, "subscription")},
                    {"Namespace", ns(o)}};
  int64_t begin = integer_at(o, {"begin"});
  if (begin > int64_t(time(nullptr))) rows.insert(rows.begin(), {"Begin", rfc3339_local(begin)});
  return labels_draw(name(o), rows);
}

std::string binding_info(J o) {
  LabelRows rows = {{"Name", name(o)}, {"Cluster Role", text_at(o, {"role_ref", "name"})}};
  subject_rows(o, &rows);
  return labels_draw(name(o), rows);
}

std::string namespaced_binding_info(J o) {
  LabelRows rows = {{"Name", name(o)}, {"Namespace", ns(o)}};
  rows.push_back({text_at(o, {"role_ref", "type"}), text_at(o, {"role_ref", "name"})});
  subject_rows(o, &rows);
  return labels_draw(ns(o) + "/" + name(o), rows);
}

std::string role_of(J o, const char* type) {
  return text_at(o, {"role_ref", "type"}) == type ? text_at(o, {"role_ref", "name"}) : "";
}

std::string api_key_info(J o) {
  return labels_draw(name(o), {{"Name", name(o)},
                               {"Username", word(o, "username")},
                               {"Created At", human_time(integer_at(o, {"created_at"}))}});
}

std::string tessen_info(J o) { return labels_draw("Tessen Configuration", {{"Opt-Out", truth(o, "opt_out")}}); }

std::vector<View> make_views() {
  return {
      {"api-key", "APIKey", "apikey",
       {{"Name", blue_name},
        {"Username", [](J o) { return word(o, "username"); }},
        {"Created At", [](J o) { return human_time(integer_at(o, {"created_at"})); }}},
       api_key_info},
      {"asset", "Asset", "asset", {{"Name", blue_name}, {"URL", short_url}, {"Hash", short_hash}}, asset_info},
      {"check", "CheckConfig", "check",
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
      {"cluster-role", "ClusterRole", "cluster-role",
       {{"Name", blue_name}, {"Rules", [](J o) { return count(o, "rules"); }}},
       [](J o) { return rules_table(o, false); }},
      {"cluster-role-binding", "ClusterRoleBinding", "cluster-role-binding",
       {{"Name", blue_name},
        {"Cluster Role", [](J o) { return text_at(o, {"role_ref", "name"}); }},
        {"Subjects", [](J o) { return count(o, "subjects"); }}},
       binding_info},
      {"entity", "Entity", "entity",
       {{"ID", blue_name},
        {"Class", [](J o) { return word(o, "entity_class"); }},
        {"OS", [](J o) { return text_at(o, {"system", "os"}); }},
        {"Subscriptions", [](J o) { return tight(o, "subscriptions"); }},
        {"Last Seen", [](J o) { return human_time(integer_at(o, {"last_seen"})); }}},
       entity_info},
      {"event", "Event", "event",
       {{"Entity", [](J o) { return style_primary(text_at(o, {"entity", "metadata", "name"})); }},
        {"Check", [](J o) { return text_at(o, {"check", "metadata", "name"}); }},
        {"Output", [](J o) { return text_at(o, {"check", "output"}); }},
        {"Status", [](J o) { return std::to_string(integer_at(o, {"check", "status"})); }},
        {"Silenced", [](J o) { return style_bool(true_at(o, {"check", "is_silenced"})); }},
        {"Timestamp", event_time},
        {"UUID", event_id}},
       event_info},
      {"filter", "EventFilter", "filter",
       {{"Name", blue_name}, {"Action", [](J o) { return word(o, "action"); }}, {"Expressions", filter_expressions}},
       filter_info},
      {"handler", "Handler", "handler",
       {{"Name", blue_name},
        {"Type", [](J o) { return word(o, "type"); }},
        {"Timeout", [](J o) { return number(o, "timeout"); }},
        {"Filters", [](J o) { return tight(o, "filters"); }},
        {"Mutator", [](J o) { return word(o, "mutator"); }},
        {"Execute", handler_execute},
        {"Environment Variables", [](J o) { return style_primary(tight(o, "env_vars")); }},
        {"Assets", [](J o) { return tight(o, "runtime_assets"); }}},
       handler_info},
      {"hook", "HookConfig", "hook",
       {{"Name", blue_name},
        {"Command", [](J o) { return word(o, "command"); }},
        {"Timeout", [](J o) { return number(o, "timeout"); }},
        {"Stdin?", [](J o) { return truth(o, "stdin"); }}},
       hook_info},
      {"mutator", "Mutator", "mutator",
       {{"Name", blue_name},
        {"Command", [](J o) { return style_primary(word(o, "command")); }},
        {"Environment Variables", [](J o) { return style_primary(tight(o, "env_vars")); }},
        {"Timeout", [](J o) { return style_primary(number(o, "timeout")); }},
        {"Assets", [](J o) { return tight(o, "runtime_assets"); }}},
       mutator_info},
      {"namespace", "Namespace", "namespace", {{"Name", [](J o) { return style_primary(word(o, "name")); }}}, nullptr},
      {"pipeline", "Pipeline", "pipeline",
       {{"Name", blue_name},
        {"Workflows",
         [](J o) {
           std::vector<std::string> names;
           for (J w : items_at(o, "workflows")) names.push_back(word(w, "name"));
           return join(names, ",");
         }}},
       pipeline_info},
      {"role", "Role", "role",
       {{"Name", blue_name}, {"Namespace", ns}, {"Rules", [](J o) { return count(o, "rules"); }}},
       [](J o) { return rules_table(o, true); }},
      {"role-binding", "RoleBinding", "role-binding",
       {{"Name", blue_name},
        {"Namespace", ns},
        {"Cluster Role", [](J o) { return role_of(o, "ClusterRole"); }},
        {"Role", [](J o) { return role_of(o, "Role"); }},
        {"Subjects", [](J o) { return count(o, "subjects"); }}},
       namespaced_binding_info},
      {"silenced", "Silenced", "silence",
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
      {"user", "User", "user",
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
