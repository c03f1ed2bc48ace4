// common/options/man.cc - an option table as a part of a man page and as words for completion.
#include "common/options/man.h"

#include <cctype>

#include "common/options/internal.h"

namespace picket {
namespace {

bool is_documented(const OptionRow& r) { return !(r.flags & (kOptionHidden | kOptionIgnored)); }
bool has_value(const OptionRow& r) {
  return r.fallback && *r.fallback && !(r.kind == OptionKind::boolean && std::string_view(r.fallback) == "false");
}

std::string environment_name(const OptionTable& table, const OptionRow& r) {
  std::string name = table.env_prefixes && *table.env_prefixes ? *table.env_prefixes : "";
  for (const char* c = r.name; *c; c++) name += *c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(*c)));
  return name;
}

std::string option_man(const OptionTable& table, const OptionRow& r) {
  std::string out = ".TP\n";
  if (r.short_flag) out += "\\fB\\-" + std::string(1, r.short_flag) + "\\fR, ";
  out += "\\fB\\-\\-" + man_escape(r.name) + "\\fR";
  if (r.kind != OptionKind::boolean) out += " \\fI" + man_escape(r.arg && *r.arg ? r.arg : "VALUE") + "\\fR";
  out += "\n" + man_escape(r.help);
  if (has_value(r)) out += " Default: \\fB" + man_escape(r.flags & kOptionSecret ? "***" : r.fallback) + "\\fR.";
  if (std::string file = option_secret_file(r); !file.empty())
    out += " \\fB\\-\\-" + man_escape(file) + "\\fR \\fIFILE\\fR: it lies in a file.";
  if (r.alias) out += " Also \\fB\\-\\-" + man_escape(r.alias) + "\\fR.";
  const std::string_view name = r.name;
  if (name != "help" && name != "print-config" && !table.flags_only)
    out += " Environment: \\fB" + man_escape(environment_name(table, r)) + "\\fR.";
  return out + "\n";
}

}  // namespace

std::string man_escape(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";  // would be a request
    if (c == '\\') out += "\\e";
    else if (c == '-') out += "\\-";
    else out += c;
    line_start = c == '\n';
  }
  return out;
}

std::string options_man(const OptionTable& table) {
  std::string out;
  std::string_view section;
  for (const OptionRow* r : option_rows(table)) {
    if (!is_documented(*r)) continue;
    if (section != r->section) out += ".SS " + man_escape(r->section) + "\n";
    section = r->section;
    out += option_man(table, *r);
  }
  return out;
}

std::vector<std::string> options_flags(const OptionTable& table) {
  std::vector<std::string> out;
  for (const OptionRow* r : option_rows(table))
    if (is_documented(*r)) {
      out.push_back(std::string("--") + r->name);
      if (std::string file = option_secret_file(*r); !file.empty()) out.push_back("--" + file);
    }
  return out;
}

}  // namespace picket
