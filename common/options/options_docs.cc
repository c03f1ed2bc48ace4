// common/options/options_docs.cc - what is printed from the rows: --help, --print-config, docs/OPTIONS.md, example files.
#include <algorithm>

#include "common/json/json.h"
#include "common/options/internal.h"
#include "common/text/secrets.h"
#include "common/types/types.h"
#include "common/text/yaml.h"

namespace picket {
namespace {

bool is_documented(const OptionRow& r) { return !(r.flags & (kOptionHidden | kOptionIgnored)); }
bool is_builtin(const OptionRow* r) { return r >= kBuiltinRows && r < kBuiltinRows + 3; }

std::vector<std::string_view> sections_of(const OptionTable& table) {
  std::vector<std::string_view> names;
  for (const OptionRow* r : option_rows(table))
    if (is_documented(*r) && std::find(names.begin(), names.end(), r->section) == names.end()) names.push_back(r->section);
  return names;
}

std::string flag_text(const OptionRow& r) {
  std::string t = r.short_flag ? std::string("-") + r.short_flag + ", " : "    ";
  t += std::string("--") + r.name;
  if (r.kind != OptionKind::boolean) t += std::string(" ") + (r.arg && *r.arg ? r.arg : "VALUE");
  return t;
}

bool has_default(const OptionRow& r) {
  return r.fallback && *r.fallback && !(r.kind == OptionKind::boolean && std::string_view(r.fallback) == "false");
}

// Words after `indent`, broken so that lines stay below 100 columns.
void put_wrapped(std::string& out, std::string_view text, size_t indent) {
  size_t column = indent;
  while (!text.empty()) {
    std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (column > indent && column + 1 + word.size() > 100) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    }
    if (column > indent) out += ' ', column++;
    out += word;
    column += word.size();
  }
  out += '\n';
}

std::string help_text(const OptionRow& r) {
  std::string text = r.help;
  if (has_default(r)) text += std::string(" (default ") + (r.flags & kOptionSecret ? "***" : r.fallback) + ")";
  if (r.alias) text += std::string(" Also --") + r.alias + ".";
  if (std::string file = option_secret_file(r); !file.empty()) text += " --" + file + " FILE: it lies in a file.";
  return text;
}

std::string quoted_text(std::string_view text) {
  Result<std::string> yaml = yaml_from_json(json_quote(text));
  if (!yaml.ok() || yaml.value.find('\n') + 1 != yaml.value.size()) return json_quote(text);
  yaml.value.pop_back();
  return yaml.value;
}

std::string value_as_yaml(const OptionRow& r, const OptionValue& v) {
  if (r.kind == OptionKind::list || r.kind == OptionKind::map) {
    std::string out;
    for (const std::string& i : v.list) out += (out.empty() ? "" : ", ") + json_quote(i);
    for (const auto& m : v.map) out += (out.empty() ? "" : ", ") + json_quote(m.first) + ": " + json_quote(m.second);
    return r.kind == OptionKind::list ? "[" + out + "]" : "{" + out + "}";
  }
  bool bare = r.kind != OptionKind::text && !v.text.empty();
  return bare ? v.text : quoted_text(v.text);
}

OptionValue default_value(const OptionRow& r) {
  OptionValue v;
  v.text = r.fallback ? r.fallback : "";
  if (r.kind == OptionKind::list) v.list = list_parse(v.text).value;
  if (r.kind == OptionKind::map) v.map = map_parse(v.text).value;
  return v;
}

// What may be printed of an option that is no secret itself: without passwords in URLs, and values whose key names a secret.
OptionValue without_secrets(OptionValue v) {
  v.text = url_passwords_hidden(v.text);
  for (std::string& item : v.list) item = url_passwords_hidden(item);
  for (auto& [key, value] : v.map) value = redact_matches(key, {}) ? "***" : url_passwords_hidden(value);
  return v;
}

std::string environment_names(const OptionTable& table, const OptionRow& r) {
  std::string out;
  for (const char* const* p = table.env_prefixes; p && *p; p++) {
    std::string name = *p;
    for (const char* c = r.name; *c; c++) name += *c == '-' ? '_' : *c >= 'a' && *c <= 'z' ? char(*c - 32) : *c;
    out += (out.empty() ? "`" : ", `") + name + (option_secret_file(r).empty() ? "`" : "`, `" + name + "_FILE`");
  }
  return out;
}

std::string markdown_cell(std::string_view text) {
  std::string out;
  for (char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

// The lines of an example file: heading, help as comments, the default as a comment.
template <class Line>
std::string example(const OptionTable& table, const char* first, Line line) {
  std::string out = first;
  for (std::string_view section : sections_of(table)) {
    std::string body;
    for (const OptionRow* r : option_rows(table))
      if (r->section == section && is_documented(*r) && !is_builtin(r)) body += std::string("\n# ") + r->help + "\n" + line(*r);
    if (!body.empty()) out += "\n#### " + std::string(section) + "\n" + body;
  }
  return out;
}

}  // namespace

std::string options_help(const OptionTable& table, std::string_view usage) {
  std::string out(usage);
  size_t width = 0;
  for (const OptionRow* r : option_rows(table))
    if (is_documented(*r)) width = std::max(width, std::min<size_t>(flag_text(*r).size(), 40));
  for (std::string_view section : sections_of(table)) {
    out += "\n" + std::string(section) + ":\n";
    for (const OptionRow* r : option_rows(table)) {
      if (r->section != section || !is_documented(*r)) continue;
      std::string flag = flag_text(*r);
      out += "  " + flag;
      if (flag.size() > width) out += "\n" + std::string(width + 2, ' ');
      else out += std::string(width - flag.size(), ' ');
      out += "  ";
      put_wrapped(out, help_text(*r), width + 4);
    }
  }
  return out;
}

std::string options_print(const Options& options) {
  std::string out;
  for (const OptionRow* r : option_rows(*options.table)) {
    if (is_builtin(r) || r->flags & kOptionHidden) continue;
    const OptionValue& v = options.values.find(r->name)->second;
    bool hide = r->flags & kOptionSecret && !(v.text.empty() && v.list.empty() && v.map.empty());
    out += std::string(r->name) + ": " + (hide ? "\"***\"" : value_as_yaml(*r, without_secrets(v))) + "  # " + v.origin;
    if (r->flags & kOptionIgnored && v.origin != "default") out += " (accepted for compatibility, has no effect)";
    out += "\n";
  }
  return out;
}

std::string options_markdown(const OptionTable& table) {
  std::string out = std::string("## picket ") + table.program + "\n";
  for (std::string_view section : sections_of(table)) {
    out += "\n### " + std::string(section) + "\n\n| option | default | meaning | environment |\n|---|---|---|---|\n";
    for (const OptionRow* r : option_rows(table)) {
      if (r->section != section || !is_documented(*r)) continue;
      std::string fallback = r->fallback && *r->fallback ? "`" + std::string(r->fallback) + "`" : "";
      std::string names = std::string("`--") + r->name + "`";
      if (r->short_flag) names += std::string(", `-") + r->short_flag + "`";
      if (r->alias) names += std::string(", `--") + r->alias + "`";
      if (std::string file = option_secret_file(*r); !file.empty()) names += ", `--" + file + "`";
      out += "| " + names + " | " + markdown_cell(fallback) + " | " + markdown_cell(r->help) + " | " +
          (r == &kBuiltinRows[1] || r == &kBuiltinRows[2] ? "" : environment_names(table, *r)) + " |\n";
    }
  }
  std::string ignored, refused;
  for (const OptionRow* r : option_rows(table)) {
    if (r->flags & kOptionRefused) refused += "| `" + std::string(r->name) + "` | " + markdown_cell(r->help) + " |\n";
    else if (r->flags & kOptionIgnored) ignored += (ignored.empty() ? "`" : ", `") + std::string(r->name) + "`";
  }
  if (!refused.empty())
    out +=
        "\nThese security options of the reference are not supported. A value other than the reference's default is an error of\n`check-config` and an error in the log at startup:\n\n"
        "| option | alternative |\n|---|---|\n" +
        refused;
  if (!ignored.empty()) out += "\nAccepted for compatibility without effect; each one logs a warning at startup: " + ignored + ".\n";
  return out;
}

std::string options_example_yaml(const OptionTable& table) {
  return example(table, "# Every option with its default. To change one, remove the # in front of it.\n",
                 [](const OptionRow& r) { return "#" + std::string(r.name) + ": " + value_as_yaml(r, default_value(r)) + "\n"; });
}

std::string options_example_ini(const OptionTable& table) {
  return example(table,
                 "; Every option with its default. To change one, remove the ; in front of it.\n"
                 "; A list is a repeated line; a map has one line per entry: labels.region = eu\n",
                 [](const OptionRow& r) {
                   std::string out;
                   OptionValue v = default_value(r);
                   for (const std::string& i : v.list) out += ";" + std::string(r.name) + " = " + i + "\n";
                   for (const auto& m : v.map) out += ";" + std::string(r.name) + "." + m.first + " = " + m.second + "\n";
                   if (!out.empty()) return out;
                   if (r.kind == OptionKind::map) return ";" + std::string(r.name) + ".name = value\n";
                   return ";" + std::string(r.name) + " = " + v.text + "\n";
                 });
}

}  // namespace picket
