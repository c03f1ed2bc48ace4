// cli/show/view_info.cc - single objects as lists of labels.
#include <ctime>

#include "cli/show/view_cells.h"

namespace picket::view {

std::string handler_execute(J h) {
  std::string type = word(h, "type");
  if (type == "pipe") return style_title("RUN:") + "\u2000\u2000" + word(h, "command");
  if (type == "set") return style_title("CALL:") + "\u2000" + tight(h, "handlers");
  if (type == "tcp" || type == "udp")
    return style_title("PUSH:") + "\u2000" + type + "://" + text_at(h, {"socket", "host"}) + ":" +
        std::to_string(integer_at(h, {"socket", "port"}));
  // Ours. The address of a hook is a secret in itself, so its form must do.
  if (type == "webhook") {
    const std::string form = text_at(h, {"webhook", "form"});
    return style_title("POST:") + "\u2000" + (!form.empty() ? form : text_at(h, {"webhook", "body"}).empty() ? "json" : "a template");
  }
  if (type == "email") return style_title("MAIL:") + "\u2000" + tight(json_at(h, {"email"}), "to");
  if (type == "file") return style_title("FILE:") + "\u2000" + text_at(h, {"file", "path"});
  return "UNKNOWN";
}

// "from occurrence 2 on, then every 30"
static std::string alert_text(J h) {
  const int64_t after = integer_at(h, {"alert", "after"}), every = integer_at(h, {"alert", "every"});
  std::string text = after > 1 ? "from occurrence " + std::to_string(after) + " on" : "at once";
  text += every ? ", then every " + std::to_string(every) : ", once";
  return text + (json_at(h, {"alert", "skip_resolution"}) == "true" ? ", not the end" : "");
}

std::string event_id(J e) {
  std::string id = word(e, "id");
  return id == "00000000-0000-0000-0000-000000000000" ? "" : id;
}

std::string event_time(J e) {
  int64_t at = integer_at(e, {"timestamp"});
  return at ? human_time(at) : "1970-01-01 00:00:00 +0000 UTC";
}

std::string silenced_expiry(J o) {
  int64_t at = integer_at(o, {"expire_at"});
  int64_t left = integer_at(o, {"expire"});  // all that a backend of 5.x says
  return at > 0 ? rfc3339_local(at) : left > 0 ? "within " + std::to_string(left) + " s" : "no expiration";
}

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

static void subject_rows(J binding, LabelRows* rows) {
  rows->push_back({"Subjects", ""});
  for (const char* type : {"User", "Group"}) {
    std::vector<std::string> names;
    for (J s : items_at(binding, "subjects"))
      if (word(s, "type") == type) names.push_back(word(s, "name"));
    if (!names.empty()) rows->push_back({std::string("  ") + type + "s", join(names, ", ")});
  }
}

static std::string reference_text(J r) { return word(r, "api_version") + "." + word(r, "type") + "(Name=" + word(r, "name") + ")"; }

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
  return labels_draw(name(o),
                     {{"Name", name(o)},
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
  return labels_draw(name(o),
                     {{"Name", name(o)},
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

std::string event_info(J o) {
  std::string entity = text_at(o, {"entity", "metadata", "name"}), check = text_at(o, {"check", "metadata", "name"});
  std::string output = text_at(o, {"check", "output"});
  if (!output.empty() && output.back() == '\n') output.pop_back();
  J raw = json_at(o, {"check"});
  std::string history;
  if (!raw.empty() && raw != "null")
    for (J h : items_at(raw, "history")) history += (history.empty() ? "" : ",") + number(h, "status");
  bool silenced = true_at(o, {"check", "is_silenced"});
  LabelRows rows = {{"Entity", entity},   {"Check", check},
                    {"Output", output},   {"Status", std::to_string(integer_at(o, {"check", "status"}))},
                    {"History", history}, {"Silenced", silenced ? "true" : "false"}};
  if (silenced) rows.push_back({"Silenced By", join(texts_at(o, {"check", "silenced"}), ", ")});
  rows.push_back({"Timestamp", event_time(o)});
  rows.push_back({"UUID", event_id(o)});
  return labels_draw(entity + " - " + check, rows);
}

std::string filter_info(J o) {
  return labels_draw(name(o),
                     {{"Name", name(o)},
                      {"Namespace", ns(o)},
                      {"Action", word(o, "action")},
                      {"Expressions", join(texts_at(o, {"expressions"}), " && ")},
                      {"RuntimeAssets", loose(o, "runtime_assets")}});
}

std::string handler_info(J o) {
  LabelRows rows = {{"Name", name(o)},
                    {"Type", word(o, "type")},
                    {"Timeout", number(o, "timeout")},
                    {"Filters", loose(o, "filters")},
                    {"Mutator", word(o, "mutator")},
                    {"Execute", handler_execute(o)},
                    {"Environment Variables", loose(o, "env_vars")},
                    {"Runtime Assets", loose(o, "runtime_assets")}};
  if (!json_at(o, {"alert"}).empty()) rows.push_back({"Alert", alert_text(o)});
  return labels_draw(name(o), rows);
}

std::string hook_info(J o) {
  return labels_draw(name(o),
                     {{"Name", name(o)},
                      {"Command", word(o, "command")},
                      {"Timeout", number(o, "timeout")},
                      {"Stdin?", colour(o, "stdin")},
                      {"Namespace", ns(o)}});
}

std::string mutator_info(J o) {
  return labels_draw(name(o),
                     {{"Name", name(o)},
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

// "daily 01:00 to 03:00" as they are defined: the first one's begin and end, and how it is repeated.
std::string window_text(J window) {
  std::string repeat;
  for (J r : items_at(window, "repeat")) repeat += (repeat.empty() ? "" : ", ") + json_string(r).value;
  return word(window, "begin") + " to " + word(window, "end") + (repeat.empty() ? "" : ", " + repeat);
}

std::string silenced_info(J o) {
  LabelRows rows = {{"Expiration", silenced_expiry(o)},
                    {"ExpireOnResolve", truth(o, "expire_on_resolve")},
                    {"Creator", word(o, "creator")},
                    {"Check", word(o, "check")},
                    {"Reason", word(o, "reason")},
                    {"Subscription", word(o, "subscription")},
                    {"Namespace", ns(o)}};
  for (J window : items_at(o, "windows")) rows.push_back({"Window", window_text(window)});
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

std::string api_key_info(J o) {
  return labels_draw(name(o),
                     {{"Name", name(o)}, {"Username", word(o, "username")}, {"Created At", human_time(integer_at(o, {"created_at"}))}});
}

std::string tessen_info(J o) { return labels_draw("Tessen Configuration", {{"Opt-Out", truth(o, "opt_out")}}); }

}  // namespace picket::view
