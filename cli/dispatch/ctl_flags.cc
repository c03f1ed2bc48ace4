// cli/dispatch/ctl_flags.cc - which command is meant and its flags, with the manners of cobra and pflag.
#include <algorithm>
#include <charconv>

#include "cli/ctl/ctl.h"
#include "common/options/internal.h"
#include "common/os/os.h"
#include "common/program/options_source.h"

namespace picket {
namespace {

const CtlCommand* find_command(const Ctl& ctl, std::string_view path) {
  for (const CtlCommand& c : ctl.commands)
    if (path == c.path) return &c;
  return nullptr;
}

const CtlFlag kHelpFlag = {"help", 'h', "", "", ""};

const CtlFlag* find_flag(const Ctl& ctl, const CtlCommand* c, std::string_view name, char letter) {
  auto match = [&](const CtlFlag& f) { return letter ? f.letter == letter : name == f.name; };
  if (c)
    for (const CtlFlag& f : c->flags)
      if (match(f)) return &f;
  if (match(kHelpFlag)) return &kHelpFlag;
  for (const CtlFlag& f : ctl.global_flags)
    if (match(f)) return &f;
  return nullptr;
}

bool takes_value(const CtlFlag& f) { return *f.kind != 0; }

// Secrets may lie in files, as those of the programs do: --password-file, PICKET_PASSWORD_FILE.
constexpr std::string_view kSecretFlags[] = {"api-key", "password", "current-password", "new-password", "from-password", "from-api-key"};
constexpr std::string_view kFileEnding = "-file";

bool is_secret(std::string_view name) {
  return std::find(std::begin(kSecretFlags), std::end(kSecretFlags), name) != std::end(kSecretFlags);
}
bool is_secret_file(std::string_view name) {
  return name.size() > kFileEnding.size() && name.substr(name.size() - kFileEnding.size()) == kFileEnding &&
      is_secret(name.substr(0, name.size() - kFileEnding.size()));
}

// The command is the longest path the leading words make, flags between them skipped over.
const CtlCommand* pick_command(Ctl& ctl, const std::vector<std::string>& argv, std::vector<bool>* used) {
  const CtlCommand* best = find_command(ctl, "");
  std::string path;
  for (size_t i = 0; i < argv.size(); i++) {
    const std::string& word = argv[i];
    if (word == "--") break;
    if (word.size() > 1 && word[0] == '-') {
      std::string name = word.substr(word[1] == '-' ? 2 : 1);
      bool whole = name.find('=') == name.npos;
      const CtlFlag* f = word[1] == '-' ? find_flag(ctl, best, name, 0) : find_flag(ctl, best, "", name[0]);
      bool names_secret = !f && word[1] == '-' && is_secret_file(name);
      if ((f && whole && takes_value(*f) && (word[1] == '-' || name.size() == 1)) || (whole && names_secret)) i++;
      continue;
    }
    const CtlCommand* next = find_command(ctl, path.empty() ? word : path + " " + word);
    if (!next) break;
    best = next;
    path = next->path;
    (*used)[i] = true;
  }
  return best;
}

bool parse_bool(std::string_view s, bool* out) {
  for (std::string_view t : {"1", "t", "T", "true", "TRUE", "True"})
    if (s == t) return *out = true;
  for (std::string_view t : {"0", "f", "F", "false", "FALSE", "False"})
    if (s == t) return *out = false, true;
  return false;
}

std::string shown_flag(const CtlFlag& f) { return (f.letter ? std::string("-") + f.letter + ", --" : "--") + f.name; }

Status bad_value(const CtlFlag& f, const std::string& value, const std::string& why) {
  return fail(Err::invalid, "invalid argument \"" + value + "\" for \"" + shown_flag(f) + "\" flag: " + why);
}

Status set_flag(Ctl& ctl, const CtlFlag& f, const std::string& value) {
  CtlFlagValue& v = ctl.flags[f.name];
  std::string_view kind = f.kind;
  bool on = false;
  int64_t number = 0;
  if (kind.empty() && !parse_bool(value, &on)) return bad_value(f, value, "strconv.ParseBool: parsing \"" + value + "\": invalid syntax");
  if (kind == "int") {
    auto r = std::from_chars(value.data(), value.data() + value.size(), number);
    if (r.ec != std::errc() || r.ptr != value.data() + value.size())
      return bad_value(f, value, "strconv.ParseInt: parsing \"" + value + "\": invalid syntax");
  }
  if (kind == "duration" && !duration_parse_ms(value).ok()) return bad_value(f, value, "time: invalid duration \"" + value + "\"");
  if (kind == "strings") {
    if (!v.given) v.list.clear();
    for (std::string& item : split_csv(value)) v.list.push_back(std::move(item));
  }
  v.text = kind.empty() ? (on ? "true" : "false") : value;
  v.given = true;
  return {};
}

bool is_secret(const CtlFlag& f) { return is_secret(std::string_view(f.name)); }

// The flag whose value lies in the file that `name` gives, when no flag has that name itself.
const CtlFlag* find_secret_of_file(const Ctl& ctl, std::string_view name) {
  return is_secret_file(name) ? find_flag(ctl, ctl.command, name.substr(0, name.size() - kFileEnding.size()), 0) : nullptr;
}

Status set_from_file(Ctl& ctl, const CtlFlag& f, const std::string& path) {
  std::vector<std::string> warnings;
  Result<std::string> secret = secret_from_file(os_options_input({}), path, &warnings);
  for (const std::string& w : warnings) ctl.write_err("warning: " + w + "\n");
  return secret.ok() ? set_flag(ctl, f, secret.value) : because(std::string(f.name) + std::string(kFileEnding), secret.status);
}

// On the command line everybody sees it, until it is overwritten.
Status set_from_word(Ctl& ctl, const CtlFlag& f, const std::string& value) {
  if (is_secret(f)) (void)os_argument_hide(value);
  return set_flag(ctl, f, value);
}

struct Words {
  const std::vector<std::string>& argv;
  const std::vector<bool>& used;
  size_t at = 0;
};

Status long_flag(Ctl& ctl, Words& w) {
  std::string word = w.argv[w.at].substr(2);
  size_t equals = word.find('=');
  std::string name = word.substr(0, equals);
  const CtlFlag* f = find_flag(ctl, ctl.command, name, 0);
  const CtlFlag* secret = f ? nullptr : find_secret_of_file(ctl, name);
  if (!f && !secret) return fail(Err::invalid, "unknown flag: --" + name);
  if (f && equals == word.npos && !takes_value(*f)) return set_flag(ctl, *f, "true");
  if (equals == word.npos && w.at + 1 >= w.argv.size()) return fail(Err::invalid, "flag needs an argument: --" + name);
  const std::string value = equals != word.npos ? word.substr(equals + 1) : w.argv[++w.at];
  return secret ? set_from_file(ctl, *secret, value) : set_from_word(ctl, *f, value);
}

Status short_flags(Ctl& ctl, Words& w) {
  std::string word = w.argv[w.at].substr(1);
  for (size_t i = 0; i < word.size(); i++) {
    const CtlFlag* f = find_flag(ctl, ctl.command, "", word[i]);
    if (!f) return fail(Err::invalid, std::string("unknown shorthand flag: '") + word[i] + "' in -" + word);
    std::string rest = word.substr(i + 1);
    if (!rest.empty() && rest[0] == '=') return set_from_word(ctl, *f, rest.substr(1));
    if (!takes_value(*f)) {
      if (Status s = set_flag(ctl, *f, "true"); !s.ok()) return s;
      continue;
    }
    if (!rest.empty()) return set_from_word(ctl, *f, rest);
    if (w.at + 1 >= w.argv.size()) return fail(Err::invalid, std::string("flag needs an argument: '") + word[i] + "' in -" + word);
    return set_from_word(ctl, *f, w.argv[++w.at]);
  }
  return {};
}

Status read_words(Ctl& ctl, const std::vector<std::string>& argv, const std::vector<bool>& used) {
  Words w{argv, used};
  for (; w.at < argv.size(); w.at++) {
    const std::string& word = argv[w.at];
    if (word == "--") {
      ctl.args.insert(ctl.args.end(), argv.begin() + long(w.at) + 1, argv.end());
      return {};
    }
    if ((ctl.command->traits & kCtlWordsAfter) && !ctl.args.empty()) {
      ctl.args.insert(ctl.args.end(), argv.begin() + long(w.at), argv.end());
      return {};
    }
    bool flag = word.size() > 1 && word[0] == '-';
    if (flag) {
      if (Status s = word[1] == '-' ? long_flag(ctl, w) : short_flags(ctl, w); !s.ok()) return s;
    } else if (!used[w.at]) {
      ctl.args.push_back(word);
    }
  }
  return {};
}

// Every flag may come from SENSU_<FLAG> (PICKET_<FLAG> before it): weaker than the command line.
Status read_environment(Ctl& ctl, const std::vector<CtlFlag>& flags) {
  for (const CtlFlag& f : flags) {
    if (ctl.flags[f.name].given || std::string_view(f.name) == "interactive") continue;
    for (const char* prefix : {"PICKET_", "SENSU_"}) {
      std::string name = prefix;
      for (const char* c = f.name; *c; c++) name += *c == '-' ? '_' : *c >= 'a' && *c <= 'z' ? char(*c - 32) : *c;
      const std::string *value = nullptr, *file = nullptr;
      for (const auto& e : ctl.env) {
        if (e.first == name && !e.second.empty()) value = &e.second;
        if (is_secret(f) && e.first == name + "_FILE" && !e.second.empty()) file = &e.second;
      }
      if ((!value && !file) || ctl.flags[f.name].given) continue;
      if (Status s = value ? set_flag(ctl, f, *value) : set_from_file(ctl, f, *file); !s.ok()) return because("environment " + name, s);
    }
  }
  return {};
}

void set_defaults(Ctl& ctl, const std::vector<CtlFlag>& flags) {
  for (const CtlFlag& f : flags) {
    CtlFlagValue v;
    v.text = takes_value(f) ? f.fallback : f.fallback == "true" ? "true" : "false";
    ctl.flags.try_emplace(f.name, v);
  }
}

std::vector<CtlFlag> global_flags(const Ctl& ctl) {
  std::string home;
  for (const auto& e : ctl.env)
    if (e.first == "HOME" || (home.empty() && e.first == "USERPROFILE")) home = e.second;
  auto base = [&](const char* name, const char* below, const std::string& place) {
    for (const auto& e : ctl.env)
      if (e.first == name && !e.second.empty()) return e.second + place;
    return home + below + place;
  };
  const std::string theirs = "/sensu/sensuctl", ours = ctl.program == "sensuctl" ? theirs : "/picket/ctl";
  return {
      {"api-key", 0, "string", "", "API key to use for authentication"},
      {"api-url", 0, "string", "", "host URL of Sensu installation"},
      {"cache-dir", 0, "string", base("XDG_CACHE_HOME", "/.cache", theirs), "path to directory containing cache & temporary files"},
      {"config-dir", 0, "string", base("XDG_CONFIG_HOME", "/.config", ours), "path to directory containing configuration files"},
      {"insecure-skip-tls-verify", 0, "", "", "skip TLS certificate verification (not recommended!)"},
      {"namespace", 0, "string", "default", "namespace in which we perform actions"},
      {"timeout", 0, "duration", "15s", "timeout when communicating with sensu backend"},
      {"trusted-ca-file", 0, "string", "", "TLS CA certificate bundle in PEM format"},
  };
}

}  // namespace

Status ctl_parse(Ctl& ctl, const std::vector<std::string>& argv) {
  std::vector<bool> used(argv.size());
  ctl.global_flags = global_flags(ctl);
  ctl.command = pick_command(ctl, argv, &used);
  set_defaults(ctl, ctl.command->flags);
  set_defaults(ctl, ctl.global_flags);
  if (Status s = read_words(ctl, argv, used); !s.ok()) return s;
  if (flag_on(ctl, "help")) return {};
  if (Status s = read_environment(ctl, ctl.command->flags); !s.ok()) return s;
  return read_environment(ctl, ctl.global_flags);
}

std::string flag_text(const Ctl& ctl, std::string_view name) {
  auto found = ctl.flags.find(name);
  return found == ctl.flags.end() ? "" : found->second.text;
}

bool flag_on(const Ctl& ctl, std::string_view name) { return flag_text(ctl, name) == "true"; }

bool flag_given(const Ctl& ctl, std::string_view name) {
  auto found = ctl.flags.find(name);
  return found != ctl.flags.end() && found->second.given;
}

std::vector<std::string> flag_list(const Ctl& ctl, std::string_view name) {
  auto found = ctl.flags.find(name);
  return found == ctl.flags.end() ? std::vector<std::string>() : found->second.list;
}

}  // namespace picket
