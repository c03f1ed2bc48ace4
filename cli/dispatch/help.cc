// cli/dispatch/help.cc - help, laid out as cobra and pflag lay it out.
#include <algorithm>

#include "cli/ctl/ctl.h"

namespace picket {
namespace {

bool takes_value(const CtlFlag& f) { return *f.kind != 0; }

bool is_child(const CtlCommand& c, std::string_view parent) {
  std::string_view path = c.path;
  if (parent.empty()) return !path.empty() && path.find(' ') == path.npos;
  return path.size() > parent.size() && path.substr(0, parent.size()) == parent && path[parent.size()] == ' ' &&
      path.find(' ', parent.size() + 1) == path.npos;
}

std::string_view last_word(std::string_view path) {
  size_t space = path.rfind(' ');
  return space == path.npos ? path : path.substr(space + 1);
}

std::string full_name(const Ctl& ctl, const CtlCommand& c) { return *c.path ? ctl.program + " " + c.path : ctl.program; }

// Words up to `width` columns and the rest; a rest of up to `slop` more columns is not left alone on a line.
std::pair<std::string, std::string> wrap_once(size_t width, size_t slop, const std::string& s) {
  if (width + slop > s.size()) return {s, ""};
  size_t w = s.substr(0, width).find_last_of(" \t\n");
  if (w == s.npos || w == 0) return {s, ""};
  return {s.substr(0, w), s.substr(w + 1)};
}

std::string wrapped(size_t indent, size_t columns, std::string s) {
  constexpr size_t kLeast = 24, kSlop = 5;
  std::string out;
  size_t width = columns - indent;
  if (columns < indent + kLeast) {  // no room beside the flag: below it
    indent = 16;
    width = columns - indent;
    out = "\n" + std::string(indent, ' ');
  }
  width -= kSlop;
  for (bool first = true; first || !s.empty(); first = false) {
    auto [line, rest] = wrap_once(width, kSlop, s);
    if (!first) out += "\n" + std::string(indent, ' ');
    out += line;
    s = rest;
  }
  return out;
}

std::string flag_left(const CtlFlag& f) {
  std::string left = f.letter ? std::string("  -") + f.letter + ", --" : "      --";
  return left + f.name + (takes_value(f) ? std::string(" ") + f.kind : "");
}

std::string flag_right(const CtlFlag& f) {
  std::string_view kind = f.kind;
  if (f.fallback.empty() || f.fallback == "false") return f.usage;
  std::string shown = kind == "string" ? "\"" + f.fallback + "\"" : f.fallback;
  return std::string(f.usage) + " (default " + shown + ")";
}

void put_children(std::string& out, const Ctl& ctl, const CtlCommand& c) {
  std::vector<const CtlCommand*> children;
  size_t width = 11;
  for (const CtlCommand& k : ctl.commands)
    if (is_child(k, c.path) && !(k.traits & kCtlHidden)) children.push_back(&k);
  std::sort(children.begin(), children.end(), [](auto* a, auto* b) { return last_word(a->path) < last_word(b->path); });
  for (auto* k : children) width = std::max(width, last_word(k->path).size());
  bool groups = false, leaves = false;
  for (auto* k : children) (k->run ? leaves : groups) = true;
  auto put = [&](const char* title, bool group) {
    out += std::string("\n") + title + ":\n";
    for (auto* k : children) {
      std::string_view name = last_word(k->path);
      if (!k->run == group) out += "  " + std::string(name) + std::string(width - name.size(), ' ') + " " + k->summary + "\n";
    }
  };
  if (groups) put("Management Commands", true);
  if (leaves) put("Commands", false);
  out += "\nRun '" + full_name(ctl, c) + " COMMAND --help' for more information on a command.\n";
}

}  // namespace

std::string ctl_flag_usages(const std::vector<CtlFlag>& unsorted) {
  std::vector<CtlFlag> flags = unsorted;
  std::sort(flags.begin(), flags.end(), [](auto& a, auto& b) { return std::string_view(a.name) < b.name; });
  size_t width = 0;
  for (const CtlFlag& f : flags) width = std::max(width, flag_left(f).size());
  std::string out;
  for (const CtlFlag& f : flags) {
    std::string left = flag_left(f);
    left.resize(width + 3, ' ');
    out += left + wrapped(width + 3, 80, flag_right(f)) + "\n";
  }
  return out;
}

std::string ctl_help(const Ctl& ctl, const CtlCommand& c) {
  std::string out = c.detail ? c.detail : c.summary;
  std::vector<CtlFlag> globals = ctl.global_flags, own;
  bool group = !c.run;
  for (const CtlFlag& f : c.flags) {
    bool shadows = false;  // like cobra, which lists a flag that hides a global one nowhere
    for (const CtlFlag& g : globals) shadows |= std::string_view(f.name) == g.name;
    if (!shadows) own.push_back(f);
  }
  CtlFlag help = {"help", 'h', "", "", ""};
  // As sensuctl its words; under our name what is so: the selectors work.
  std::vector<std::string> ours;
  ours.reserve(own.size());
  constexpr std::string_view kOnly = " (enterprise only)";
  for (CtlFlag& f : own)
    if (size_t at = std::string_view(f.usage).find(kOnly); at != std::string_view::npos && ctl.program != "sensuctl") {
      ours.push_back(std::string(f.usage).erase(at, kOnly.size()));
      f.usage = ours.back().c_str();
    }
  std::string help_usage = "help for " + std::string(*c.path ? last_word(c.path) : std::string_view(ctl.program));
  help.usage = help_usage.c_str();
  own.push_back(help);
  out += "\n\nUsage:\t" + full_name(ctl, c) +
      (group          ? " COMMAND"
           : *c.usage ? std::string(" ") + c.usage
                      : "") +
      (group ? "" : " [flags]") + "\n\n";
  if (*c.path) out += "Flags:\n" + ctl_flag_usages(own) + "\nGlobal Flags:\n" + ctl_flag_usages(globals);
  else own.insert(own.end(), globals.begin(), globals.end()), out += "Flags:\n" + ctl_flag_usages(own);
  if (group) put_children(out, ctl, c);
  return out;
}

Status usage_error(Ctl& ctl, std::string text) {
  ctl.write_out(ctl_help(ctl, *ctl.command));
  return fail(Err::invalid, std::move(text));
}

Status need_args(Ctl& ctl, size_t count) {
  if (ctl.args.size() == count) return {};
  return usage_error(ctl);
}

}  // namespace picket
