// cli/verbs/dump.cc - dump and describe-type: all resources of some types, as create reads them.
#include <algorithm>

#include "cli/show/ctl_resource.h"
#include "cli/verbs/dump_for.h"
#include "cli/verbs/write_rules.h"
#include "common/json/json.h"
#include "common/os/os.h"
#include "common/text/yaml.h"

namespace picket {
namespace {

struct DumpType {
  const char* api;   // core/v2
  const char* type;  // CheckConfig
  const char* plural;
  bool namespaced;
};

// In the order in which a dump can be created again: what others refer to comes first.
constexpr DumpType kTypes[] = {
    {"core/v2", "Namespace", "namespaces", false},
    {"core/v2", "ClusterRole", "clusterroles", false},
    {"core/v2", "ClusterRoleBinding", "clusterrolebindings", false},
    {"core/v2", "User", "users", false},
    {"core/v2", "APIKey", "apikeys", false},
    {"core/v2", "TessenConfig", "tessen", false},
    {"core/v2", "Asset", "assets", true},
    {"core/v2", "CheckConfig", "checks", true},
    {"core/v2", "Entity", "entities", true},
    {"core/v2", "Event", "events", true},
    {"core/v2", "EventFilter", "filters", true},
    {"core/v2", "Handler", "handlers", true},
    {"core/v2", "HookConfig", "hooks", true},
    {"core/v2", "Mutator", "mutators", true},
    {"core/v2", "Pipeline", "pipelines", true},
    {"core/v2", "Role", "roles", true},
    {"core/v2", "RoleBinding", "rolebindings", true},
    {"core/v2", "Silenced", "silenced", true},
    {"core/v3", "EntityConfig", "entity-configs", true},
};

const DumpType* find_type(std::string_view name) {
  for (const DumpType& t : kTypes) {
    bool v2 = std::string_view(t.api) == "core/v2";
    if (name == std::string(t.api) + "." + t.type || (v2 && (name == t.plural || name == t.type))) return &t;
  }
  return nullptr;
}

Result<std::vector<const DumpType*>> types_of(const std::string& text) {
  std::vector<const DumpType*> out;
  for (const std::string& name : split_csv(text)) {
    if (name == "all") {
      for (const DumpType& t : kTypes)
        if (std::string_view(t.api) == "core/v2") out.push_back(&t);
      continue;
    }
    const DumpType* t = find_type(name);
    if (!t) return fail(Err::invalid, "invalid resource type: " + name);
    if (std::find(out.begin(), out.end(), t) == out.end()) out.push_back(t);
  }
  return out;
}

std::string list_path(const DumpType& t, const std::string& ns) {
  std::string path = std::string("/api/") + t.api + "/";
  if (t.namespaced && !ns.empty()) path += "namespaces/" + path_escape(ns) + "/";
  return path + t.plural;
}

// What this user may not see or this server does not have is left out without a word, like the reference does.
bool is_ignored(const Status& s) {
  return s.code == Err::not_found || s.code == Err::denied || s.message.find("requires a valid") != s.message.npos;
}

std::string render(Ctl& ctl, const ResourceType& type, const std::vector<std::string>& items) {
  std::string out;
  auto before = std::exchange(ctl.write_out, [&](std::string_view text) { out += text; });
  print_resources(ctl, type, items);
  ctl.write_out = before;
  return out;
}

Status dump_type(Ctl& ctl, const DumpType& t, std::vector<std::string>* items) {
  ListQuery query;
  query.extra = std::string("types=") + t.type;
  query.chunk = 100;
  auto got = client_list(ctl, list_path(t, list_namespace(ctl)), query);
  if (!got.ok()) return is_ignored(got.status) ? Status() : because("API error", got.status);
  *items = std::move(got.value);
  return {};
}

std::string description(const DumpType& t) {
  JsonObject o;
  o.add("name", std::string(t.api) + "." + t.type).add("short_name", std::string_view(t.api) == "core/v2" ? t.plural : "");
  o.add("api_version", t.api).add("type", t.type).add("namespaced", t.namespaced);
  return o.done();
}

}  // namespace

// In the order of writing, when an older release is to take it: its client stops at the first object that is refused.
static void order_for(Release release, std::vector<const DumpType*>& types) {
  if (release == Release::own) return;
  auto rank = [](const DumpType* t) {
    return std::find(std::begin(kWriteOrder), std::end(kWriteOrder), std::string_view(t->type)) - std::begin(kWriteOrder);
  };
  std::stable_sort(types.begin(), types.end(), [&](const DumpType* a, const DumpType* b) { return rank(a) < rank(b); });
}

namespace {

// What is said of several objects alike is one line.
struct DumpNote {
  std::string text;
  bool is_kept;
  std::vector<std::string> names;
  size_t count = 0;
};

// The name of a key is the key, and events are many.
std::string name_in_note(const ResourceType& type, const std::string& body) {
  const std::string_view t = type.type;
  if (t == "APIKey" || t == "Event") return "";
  const std::string name = text_at(body, {"metadata", "name"});
  return name.empty() ? text_at(body, {"username"}) : name;
}

void note_add(std::vector<DumpNote>& notes, const std::string& text, bool is_kept, std::string name) {
  auto at = std::find_if(notes.begin(), notes.end(), [&](const DumpNote& n) { return n.text == text && n.is_kept == is_kept; });
  if (at == notes.end()) at = notes.insert(notes.end(), {text, is_kept, {}});
  at->count++;
  if (!name.empty()) at->names.push_back(std::move(name));
}

std::string note_line(const ResourceType& type, const DumpNote& n) {
  constexpr size_t kShown = 5;
  std::string names;
  for (size_t i = 0; i < std::min(kShown, n.names.size()); i++) names += (i ? ", " : "") + n.names[i];
  if (n.names.size() > kShown) names += " and " + std::to_string(n.names.size() - kShown) + " more";
  const bool is_one = n.count == 1;
  std::string line = std::string(type.type) + (is_one ? (names.empty() ? "" : " " + names) : ", " + std::to_string(n.count) + " objects");
  if (!is_one && !names.empty()) line += " (" + names + ")";
  return line + (n.is_kept ? ": " : is_one ? " is not in the dump: " : " are not in the dump: ") + n.text + "\n";
}

}  // namespace

static std::vector<std::string> shaped(Ctl& ctl, Release release, const ResourceType& type, const std::vector<std::string>& items) {
  std::vector<std::string> out;
  std::vector<DumpNote> notes;
  const bool is_silence = std::string_view(type.type) == "Silenced" && ctl.program != "sensuctl";
  for (const std::string& item : items) {
    std::string body = canonical(type, item);
    if (is_silence) body = silence_with_end(item, body, ctl.now_ms / 1000);
    ForRelease made = for_release(release, type, body, ctl.now_ms / 1000);
    for (const std::string& note : made.notes) note_add(notes, note, made.is_kept, name_in_note(type, body));
    if (made.is_kept) out.push_back(std::move(made.body));
  }
  for (const DumpNote& n : notes) ctl.write_err(note_line(type, n));
  return out;
}

Status run_dump(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  auto types = types_of(ctl.args[0]), omit = types_of(flag_text(ctl, "omit"));
  auto release = release_parse(flag_text(ctl, "for"));
  if (!types.ok()) return types.status;
  if (!omit.ok()) return because("error parsing --omit", omit.status);
  if (!release.ok()) return release.status;
  order_for(release.value, types.value);
  std::string format = wanted_format(ctl), out;
  CtlFlagValue chosen;
  chosen.given = true;
  chosen.text = format == "wrapped-json" ? format : "yaml";
  ctl.flags["format"] = chosen;
  size_t at = 0;
  for (const DumpType* t : types.value) {
    if (std::find(omit.value.begin(), omit.value.end(), t) != omit.value.end()) continue;
    size_t index = at++;
    const ResourceType* type = ctl_type(t->type);
    std::vector<std::string> items;
    if (Status s = dump_type(ctl, *t, &items); !s.ok()) return s;
    if (type) items = shaped(ctl, release.value, *type, items);
    if (items.empty() || !type) continue;
    if (index > 0 && chosen.text == "yaml") out += "---\n";
    out += render(ctl, *type, items);
  }
  std::string file = flag_text(ctl, "file");
  if (!file.empty()) return os_write_file(file, out, 0600);
  ctl.write_out(out);
  return {};
}

Status run_describe_type(Ctl& ctl) {
  if (ctl.args.size() != 1) return usage_error(ctl, "invalid argument(s) received, expected a single one or a comma-separated list");
  auto types = types_of(ctl.args[0]);
  if (!types.ok()) return types.status;
  std::string format = wanted_format(ctl), list = "[";
  std::vector<TableRow> rows;
  for (const DumpType* t : types.value) {
    std::string d = description(*t);
    list += (list.size() > 1 ? "," : "") + d;
    rows.push_back({style_primary(text_at(d, {"name"})), text_at(d, {"short_name"}), t->api, t->type, t->namespaced ? "true" : "false"});
  }
  list += "]";
  if (format == "json" || format == "wrapped-json") ctl.write_out(json_shown(list) + "\n\n");
  else if (format == "yaml") ctl.write_out(yaml_from_json(list).value);
  else ctl.write_out(table_draw({"Fully Qualified Name", "Short Name", "API Version", "Type", "Namespaced"}, rows));
  return {};
}

}  // namespace picket
