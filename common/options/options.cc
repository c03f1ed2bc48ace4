// common/options/options.cc - the sources, weakest first, through one setter.
#include "common/options/options.h"

#include <cassert>
#include <charconv>
#include <cstdlib>

#include "common/options/internal.h"
#include "common/text/secrets.h"

namespace picket {

const OptionRow kBuiltinRows[3] = {
    {"config-file", nullptr, 'c', OptionKind::text, "", "FILE", "Configuration file (YAML, or INI if it ends in .ini or .conf).", "General", 0},
    {"print-config", nullptr, 0, OptionKind::boolean, "false", "", "Print every option with its value and source, and exit.", "General", 0},
    {"help", nullptr, 'h', OptionKind::boolean, "false", "", "Print this help and exit.", "General", 0},
};

std::vector<const OptionRow*> option_rows(const OptionTable& table) {
  std::vector<const OptionRow*> rows;
  for (int i = 0; i < table.count; i++) rows.push_back(&table.rows[i]);
  for (const OptionRow& r : kBuiltinRows) {
    bool own = table.flags_only && &r != &kBuiltinRows[2];
    for (int i = 0; i < table.count; i++) own |= std::string_view(table.rows[i].name) == r.name;
    if (!own) rows.push_back(&r);
  }
  return rows;
}

const OptionRow* option_find(const OptionTable& table, std::string_view name) {
  for (const OptionRow* r : option_rows(table))
    if (name == r->name || (r->alias && name == r->alias)) return r;
  return nullptr;
}

bool option_is_foreign(const OptionTable& table, std::string_view key) {
  std::string_view names = table.other_sections ? table.other_sections : "";
  while (!names.empty()) {
    std::string_view name = names.substr(0, names.find(':'));
    if (key == name) return true;
    names.remove_prefix(std::min(names.size(), name.size() + 1));
  }
  return false;
}

namespace {

enum class Source { defaults, file, credentials, environment, flags };

struct Loader {
  const OptionTable& table;
  const OptionsInput& input;
  Options options;
  OptionComplaints complaints;
  Source source = Source::defaults;
  std::map<const OptionRow*, std::pair<Source, bool>> secrets = {};  // which source gave one last, and whether by a file
};

std::string shown(const OptionRow& row, std::string_view text) { return row.flags & kOptionSecret ? "the value" : option_excerpt(text); }

bool scalar_fits(OptionKind kind, std::string_view text) {
  bool b;
  int64_t i;
  double d;
  auto whole = [&](auto& value) {
    if (!text.empty() && text[0] == '+') text.remove_prefix(1);
    auto r = std::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && r.ec == std::errc() && r.ptr == text.data() + text.size();
  };
  switch (kind) {
    case OptionKind::integer: return whole(i);
    case OptionKind::number: return whole(d) && d - d == 0;
    case OptionKind::boolean: return boolean_parse(text, &b);
    case OptionKind::duration: return duration_parse_ms(text).ok();
    default: return true;
  }
}

void refuse(Loader& l, const OptionSetting& s, const std::string& why) { l.complaints.errors.push_back(s.place + ": " + why); }

void warn(Loader& l, const OptionSetting& s, const std::string& why) { l.complaints.warnings.push_back(s.place + ": " + why); }

std::string normal(OptionKind kind, const std::string& text) {
  bool b = false;
  if (kind == OptionKind::boolean && boolean_parse(text, &b)) return b ? "true" : "false";
  return !text.empty() && text[0] == '+' && kind != OptionKind::text ? text.substr(1) : text;
}

void set_scalar(Loader& l, const OptionRow& row, const OptionSetting& s) {
  if (s.shape != OptionSetting::scalar)
    return refuse(l, s, std::string("option \"") + row.name + "\" has several values; expected one: " + kind_name(row.kind));
  if (!scalar_fits(row.kind, s.text))
    return refuse(l, s, "invalid value " + shown(row, s.text) + " for option \"" + row.name + "\": expected " + kind_name(row.kind));
  OptionValue v;
  v.text = normal(row.kind, s.text);
  v.origin = s.place;
  l.options.values[row.name] = std::move(v);
}

void set_list(Loader& l, const OptionRow& row, const OptionSetting& s) {
  OptionValue v;
  v.origin = s.place;
  if (s.shape == OptionSetting::map) return refuse(l, s, std::string("option \"") + row.name + "\" is a map; expected a list, e.g. [a, b]");
  if (s.shape == OptionSetting::list) {
    v.list = s.items;
  } else {
    auto parsed = list_parse(s.text);
    if (!parsed.ok()) return refuse(l, s, std::string("option \"") + row.name + "\": " + parsed.status.message);
    v.list = std::move(parsed.value);
  }
  l.options.values[row.name] = std::move(v);
}

void set_map(Loader& l, const OptionRow& row, const OptionSetting& s) {
  OptionValue v;
  v.origin = s.place;
  if (s.shape == OptionSetting::map) {
    v.map = s.members;
  } else {
    if (s.shape == OptionSetting::scalar) {
      auto parsed = map_parse(s.text);
      if (!parsed.ok()) return refuse(l, s, std::string("option \"") + row.name + "\": " + parsed.status.message);
      v.map = std::move(parsed.value);
    }
    for (const std::string& pair : s.items)
      if (Status bad = map_add(pair, &v.map); !bad.ok()) return refuse(l, s, std::string("option \"") + row.name + "\": " + bad.message);
  }
  l.options.values[row.name] = std::move(v);
}

// False: this source has given the secret already, and in the other of the two ways.
bool secret_is_first(Loader& l, const OptionRow& row, const OptionSetting& s, bool by_file) {
  auto [at, fresh] = l.secrets.try_emplace(&row, l.source, by_file);
  bool twice = !fresh && at->second == std::pair(l.source, !by_file);
  at->second = {l.source, by_file};
  if (twice) refuse(l, s, std::string("\"") + row.name + "\" and \"" + option_secret_file(row) + "\" are both set; remove one of them");
  return !twice;
}

void set_row(Loader& l, const OptionRow& row, const OptionSetting& s) {
  if (s.shape == OptionSetting::nothing) return;
  if (row.flags & kOptionSecret && l.source != Source::defaults && !secret_is_first(l, row, s, false)) return;
  if (s.shape == OptionSetting::nested)
    return refuse(l, s, std::string("option \"") + row.name + "\" has nested lists or maps; expected plain values");
  if (row.kind == OptionKind::list) set_list(l, row, s);
  else if (row.kind == OptionKind::map) set_map(l, row, s);
  else set_scalar(l, row, s);
}

void set_from_file(Loader& l, const OptionRow& row, OptionSetting s) {
  if (s.shape == OptionSetting::nothing || !secret_is_first(l, row, s, true)) return;
  if (s.shape != OptionSetting::scalar || s.text.empty())
    return refuse(l, s, "option \"" + option_secret_file(row) + "\": expected the name of one file");
  std::vector<std::string> warnings;
  Result<std::string> secret = secret_from_file(l.input, s.text, &warnings);
  for (const std::string& w : warnings) warn(l, s, w);
  if (!secret.ok()) return refuse(l, s, "option \"" + option_secret_file(row) + "\": " + secret.status.message);
  s.place += " (" + s.text + ")";
  s.text = secret.value;
  set_scalar(l, row, s);
}

// What a unit's LoadCredential= put into a folder that nobody else may read.
void apply_credentials(Loader& l) {
  std::string folder;
  for (const auto& e : l.input.env)
    if (e.first == "CREDENTIALS_DIRECTORY") folder = e.second;
  if (folder.empty() || !l.input.read_file) return;
  for (const OptionRow* row : option_rows(l.table)) {
    if (!(row->flags & kOptionSecret) || row->kind != OptionKind::text) continue;
    for (const std::string& name : {std::string(row->name), "picket." + std::string(row->name)}) {
      OptionSetting s;
      s.text = folder + "/" + name;
      if (l.input.read_file(s.text).status.code == Err::not_found) continue;
      s.place = "credential " + name;
      set_from_file(l, *row, std::move(s));
      break;
    }
  }
}

// `labels.region = eu`: one entry of a map. The first one of a source replaces what weaker sources gave.
bool set_map_entry(Loader& l, const OptionSetting& s, std::string_view source) {
  size_t dot = s.key.find('.');
  if (dot == s.key.npos) return false;
  const OptionRow* row = option_find(l.table, std::string_view(s.key).substr(0, dot));
  if (!row || row->kind != OptionKind::map || s.shape != OptionSetting::scalar) return false;
  OptionValue& v = l.options.values[row->name];
  if (v.origin.compare(0, source.size(), source) != 0) v.map.clear();
  v.origin = s.place;
  v.map[s.key.substr(dot + 1)] = s.text;
  return true;
}

void apply_defaults(Loader& l) {
  for (const OptionRow* row : option_rows(l.table)) {
    OptionSetting s;
    s.place = "default";
    s.text = row->fallback ? row->fallback : "";
    bool empty_scalar = s.text.empty() && row->kind != OptionKind::list && row->kind != OptionKind::map;
    if (empty_scalar) l.options.values[row->name].origin = "default";
    else set_row(l, *row, s);
  }
}

void apply_file(Loader& l, const std::string& path, std::string_view text) {
  OptionSettings settings;
  bool ini = path.size() > 4 && (path.compare(path.size() - 4, 4, ".ini") == 0);
  ini |= path.size() > 5 && path.compare(path.size() - 5, 5, ".conf") == 0;
  (ini ? options_read_ini : options_read_yaml)(l.table, path, text, &settings, &l.complaints);
  for (const OptionSetting& s : settings) {
    const OptionRow* row = option_find(l.table, s.key);
    bool only_outside = row && (row->kind == OptionKind::boolean || row->kind == OptionKind::text) &&
        (row == &kBuiltinRows[0] || row == &kBuiltinRows[1] || row == &kBuiltinRows[2]);
    if (only_outside) warn(l, s, "option \"" + s.key + "\" has no effect in a file; use it on the command line");
    else if (row) set_row(l, *row, s);
    else if (const OptionRow* secret = option_of_secret_file(l.table, s.key)) set_from_file(l, *secret, s);
    else if (!set_map_entry(l, s, path + ":")) warn(l, s, option_ignored(l.table, s));
  }
}

std::string environment_name(const char* prefix, std::string_view option) {
  std::string name = prefix;
  for (char c : option) name += c == '-' ? '_' : c >= 'a' && c <= 'z' ? char(c - 32) : c;
  return name;
}

// The last assignment of a name counts, as in the system's own table; an empty value is as good as none.
const std::string* environment_get(const OptionsInput& input, const std::string& name) {
  const std::string* found = nullptr;
  for (const auto& e : input.env)
    if (e.first == name) found = e.second.empty() ? nullptr : &e.second;
  return found;
}

// Kubernetes names a Service `picket-api` to every container by PICKET_API_PORT=tcp://10.0.0.7:3031.
bool is_service_link(const OptionRow& row, const std::string& value) {
  return row.kind == OptionKind::integer && (value.compare(0, 6, "tcp://") == 0 || value.compare(0, 6, "udp://") == 0);
}

// `suffix`: "_FILE" for the file that holds the value.
bool environment_setting(Loader& l, const OptionRow& row, OptionSetting* out, const char* suffix = "") {
  for (const char* const* prefix = l.table.env_prefixes; prefix && *prefix; prefix++)
    for (const char* option : {row.name, row.alias}) {
      if (!option) continue;
      std::string name = environment_name(*prefix, option) + suffix;
      const std::string* value = environment_get(l.input, name);
      if (!value) continue;
      out->place = "environment " + name;
      if (is_service_link(row, *value)) {
        warn(l, *out, option_excerpt(*value) + " is ignored: Kubernetes sets it for a Service (see enableServiceLinks)");
        continue;
      }
      out->text = *value;
      return true;
    }
  return false;
}

void apply_environment(Loader& l) {
  for (const OptionRow* row : option_rows(l.table)) {
    OptionSetting s;
    if (row == &kBuiltinRows[2] || row == &kBuiltinRows[1]) continue;  // help, print-config: for people only
    if (environment_setting(l, *row, &s)) set_row(l, *row, s);
    OptionSetting file;
    if (!option_secret_file(*row).empty() && !option_find(l.table, option_secret_file(*row)) &&
        environment_setting(l, *row, &file, "_FILE"))
      set_from_file(l, *row, file);
  }
}

// A container has nothing but its variables: one that is misspelt must not pass in silence.
void look_for_misspelt(Loader& l) {
  for (const auto& [name, value] : l.input.env)
    if (std::string text = variable_misspelt(l.table, name); !text.empty() && !value.empty())
      l.complaints.warnings.push_back(std::move(text));
}

// A secret on the command line: everybody sees it until we have overwritten it. So with the password in a URL.
void flag_hide(Loader& l, const OptionRow& row, const OptionSetting& s) {
  for (const std::string& item : s.items)
    if (l.input.hide_argument && url_passwords_hidden(item) != item) (void)l.input.hide_argument(item);
  if (!(row.flags & kOptionSecret) || s.text.empty() || !l.input.hide_argument) return;
  if (l.input.hide_argument(s.text) || option_secret_file(row).empty()) return;
  warn(l, s, "a secret on the command line is visible to every user of this machine; use \"--" + option_secret_file(row) + "\"");
}

void apply_flag(Loader& l, const OptionSetting& s) {
  const OptionRow* row = option_find(l.table, s.key);
  if (!row) return set_from_file(l, *option_of_secret_file(l.table, s.key), s);
  flag_hide(l, *row, s);
  set_row(l, *row, s);
}

// Repeated list and map flags add up; a repeated scalar keeps the last.
void apply_flags(Loader& l, const OptionSettings& flags) {
  std::map<std::string, OptionSetting> merged;
  for (const OptionSetting& s : flags) {
    auto [at, fresh] = merged.try_emplace(s.key, s);
    if (fresh) continue;
    if (s.shape == OptionSetting::scalar) at->second = s;
    for (const std::string& i : s.items) at->second.items.push_back(i);
    for (const auto& m : s.members) at->second.members[m.first] = m.second;
  }
  for (const auto& m : merged) apply_flag(l, m.second);
}

struct ConfigFile {
  std::string path, named_by;  // named_by empty: one of the default places
};

void load_file(Loader& l, const ConfigFile& file) {
  Result<std::string> text =
      l.input.read_file ? l.input.read_file(file.path) : Result<std::string>(fail(Err::io, "files cannot be read here"));
  if (text.ok()) return apply_file(l, file.path, text.value);
  if (!file.named_by.empty())
    l.complaints.errors.push_back(file.named_by + ": configuration file \"" + file.path + "\": " + text.status.message);
  else if (text.status.code != Err::not_found)
    l.complaints.errors.push_back(file.path + ": " + text.status.message + "; make it readable, or choose another file with --config-file");
}

// The first default file that exists; a missing one is no error.
void load_default_file(Loader& l) {
  std::string_view paths = l.table.default_files ? l.table.default_files : "";
  while (!paths.empty()) {
    std::string path(paths.substr(0, paths.find(':', paths.size() > 1 && paths[1] == ':' ? 2 : 0)));
    paths.remove_prefix(std::min(paths.size(), path.size() + 1));
    if (!l.input.read_file) return;
    if (l.input.default_file) path = l.input.default_file(path);
    if (path.empty()) continue;
    if (Result<std::string> text = l.input.read_file(path); text.status.code == Err::not_found) continue;
    l.options.values["config-file"].text = path;  // for the readers of its other sections
    return load_file(l, {path, ""});
  }
}

void load_files(Loader& l, const OptionSettings& flags) {
  ConfigFile named;
  OptionSetting s;
  if (environment_setting(l, kBuiltinRows[0], &s)) named = {s.text, s.place};
  for (const OptionSetting& f : flags)
    if (f.key == "config-file") named = {f.text, f.place};
  if (named.path.empty()) load_default_file(l);
  else load_file(l, named);
}

// By its name or its value; the name of a file is none.
bool may_be_secret(const OptionRow& row, const std::string& value) {
  std::string_view name = row.name;
  bool is_file = name.size() > 5 && name.substr(name.size() - 5) == "-file";
  return row.kind == OptionKind::text && !is_file && environment_is_secret(environment_name("PICKET_", row.name), value);
}

std::string effect_note(const OptionRow& row) {
  return row.flags & kOptionIgnored && !(row.flags & kOptionRefused) && *row.help ? std::string(" (") + row.help + ")" : std::string();
}

// What is set and does nothing says so; what would have protected something is no warning, but an error.
void effects_check(Loader& l) {
  for (const OptionRow* row : option_rows(l.table)) {
    OptionSetting s;
    const OptionValue& v = l.options.values[row->name];
    s.place = v.origin;
    if (!(row->flags & (kOptionIgnored | kOptionIdle)) || v.origin == "default") continue;
    std::string what = std::string("option \"") + row->name + "\"", name = row->fallback ? row->fallback : "";
    bool is_as_default = v.list.empty() && v.map.empty() && v.text == name;
    if (!v.text.empty() && !may_be_secret(*row, v.text)) what += " (" + option_excerpt(v.text) + ")";
    if (row->flags & kOptionRefused && !is_as_default)
      l.options.unmet.push_back(s.place + ": " + what + " is not supported, so the protection it promises is missing: " + row->help);
    else if (row->flags & kOptionIdle && (is_as_default || v.text == "0")) continue;
    else warn(l, s, what + " has no effect" + (row->flags & kOptionIdle ? " yet" : "") + "; remove it" + effect_note(*row));
  }
}

bool asks_for_help(const OptionSettings& flags) {
  for (const OptionSetting& f : flags)
    if (f.key == "help" && f.text == "true") return true;
  return false;
}

}  // namespace

Result<Options> options_load(const OptionTable& table, const OptionsInput& input) {
  Loader l{table, input, {}, {}};
  l.options.table = &table;
  OptionSettings flags;
  apply_defaults(l);
  options_read_flags(table, input.argv, &flags, &l.options.args, &l.complaints.errors);
  if (asks_for_help(flags)) {
    l.options.values["help"].text = "true";
    return std::move(l.options);
  }
  l.source = Source::file;
  load_files(l, flags);
  l.source = Source::credentials;
  if (!table.flags_only) apply_credentials(l);
  l.source = Source::environment;
  apply_environment(l);
  look_for_misspelt(l);
  l.source = Source::flags;
  apply_flags(l, flags);
  effects_check(l);
  l.options.warnings = std::move(l.complaints.warnings);
  if (l.complaints.errors.empty()) return std::move(l.options);
  Result<Options> what_was_right(std::move(l.options));
  what_was_right.status = fail(Err::invalid, join_lines(l.complaints.errors));
  return what_was_right;
}

static const OptionValue& value_of(const Options& o, std::string_view name, [[maybe_unused]] OptionKind kind) {
  auto found = o.values.find(name);
  assert(found != o.values.end());
  assert(option_find(*o.table, name) && option_find(*o.table, name)->kind == kind);
  return found->second;
}

const std::string& Options::text(std::string_view name) const { return value_of(*this, name, OptionKind::text).text; }

int64_t Options::integer(std::string_view name) const {
  return strtoll(value_of(*this, name, OptionKind::integer).text.c_str(), nullptr, 10);
}

double Options::number(std::string_view name) const { return strtod(value_of(*this, name, OptionKind::number).text.c_str(), nullptr); }

bool Options::boolean(std::string_view name) const { return value_of(*this, name, OptionKind::boolean).text == "true"; }

const std::vector<std::string>& Options::list(std::string_view name) const { return value_of(*this, name, OptionKind::list).list; }

const std::map<std::string, std::string>& Options::map(std::string_view name) const { return value_of(*this, name, OptionKind::map).map; }

int64_t Options::duration_ms(std::string_view name) const {
  const std::string& text = value_of(*this, name, OptionKind::duration).text;
  return text.empty() ? 0 : duration_parse_ms(text).value;
}

const std::string& Options::origin(std::string_view name) const {
  auto found = values.find(name);
  assert(found != values.end());
  return found->second.origin;
}

bool Options::is_default(std::string_view name) const { return origin(name) == "default"; }

}  // namespace picket
