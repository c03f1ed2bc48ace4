// agent/check/allow_list.cc - see allow_list.h.
#include "agent/check/allow_list.h"

#include <algorithm>

#include "agent/check/check_run.h"
#include "common/json/json.h"
#include "common/basic/system_names.h"

namespace picket {
namespace {

constexpr std::string_view kBlanks = " \t", kTrimmed = " \t\r\n\v\f";

std::string_view trimmed(std::string_view text) {
  size_t first = text.find_first_not_of(kTrimmed);
  return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(kTrimmed) - first + 1);
}

// Whether the text from `at` on is nothing but listed words between blanks. Words may hold blanks, so that there can be several ways to
// read it: `reached` are the ends of words that some way led to.
bool is_all_listed(std::string_view command, size_t at, const std::vector<std::string_view>& words) {
  std::vector<bool> reached(command.size() + 1);
  reached[at] = true;
  for (; at < command.size(); at++) {
    if (!reached[at]) continue;
    size_t next = command.find_first_not_of(kBlanks, at);
    if (next == at) continue;  // a word that goes on is another word
    for (std::string_view word : words)
      if (!word.empty() && command.substr(next, word.size()) == word) reached[next + word.size()] = true;
  }
  return reached[command.size()];
}

bool matches(const AllowEntry& entry, std::string_view command) {
  command = trimmed(command);
  std::string_view exec = trimmed(entry.exec);
  if (exec.empty() || command.substr(0, exec.size()) != exec) return false;
  std::vector<std::string_view> words = {exec};
  for (const std::string& arg : entry.args) words.push_back(trimmed(arg));
  return is_all_listed(command, exec.size(), words);
}

Result<AllowEntry> entry_parse(std::string_view raw) {
  Result<std::vector<JsonMember>> members = json_members(raw);
  if (!members.ok()) return members.status;
  AllowEntry entry;
  for (const JsonMember& m : members.value) {
    Status s;
    auto take = [&s](auto result, auto& into) { result.ok() ? (void)(into = result.value) : (void)(s = result.status); };
    if (json_type(m.raw) == JsonType::null) continue;
    if (m.key == "exec") take(json_string(m.raw), entry.exec);
    else if (m.key == "args") take(json_strings(m.raw), entry.args);
    else if (m.key == "sha512") take(json_string(m.raw), entry.sha512);
    else if (m.key == "enable_env") take(json_bool(m.raw), entry.enable_env);
    else if (m.key == "env") take(json_strings(m.raw), entry.env);
    if (!s.ok()) return because(m.key, s);
  }
  for (char& c : entry.sha512)
    if (c >= 'A' && c <= 'F') c = char(c - 'A' + 'a');
  if (entry.exec.empty()) return fail(Err::invalid, "exec must not be empty");
  if (entry.args.empty()) return fail(Err::invalid, "args must not be empty; use [\"\"] for a command without arguments");
  return entry;
}

}  // namespace

Result<AllowList> allow_list_parse(std::string_view json) {
  AllowList list;
  if (Status s = json_check(json); !s.ok()) return s;
  if (json_type(json) == JsonType::null) return list;
  Result<std::vector<std::string_view>> items = json_items(json);
  if (!items.ok()) return items.status;
  for (size_t i = 0; i < items.value.size(); i++) {
    Result<AllowEntry> entry = entry_parse(items.value[i]);
    if (!entry.ok()) return because("entry " + std::to_string(i + 1), entry.status);
    list.push_back(std::move(entry.value));
  }
  return list;
}

const AllowEntry* allow_list_match(const AllowList& list, std::string_view command) {
  for (const AllowEntry& entry : list)
    if (matches(entry, command)) return &entry;
  return nullptr;
}

AllowedRun allowed_run(const AllowEntry& entry) { return {true, entry.enable_env, entry.sha512, entry.env}; }

// `*` stands for any text; in upper case, because Windows does not distinguish the cases and some programs ask for both.
// clang-format off
constexpr std::string_view kOrders[] = {
    // where programs, libraries, modules and configurations lie
    "*PATH", "PATHEXT", "HOME", "*_HOME", "*CONFIG*", "*CONF", "*_CONF_*", "*CONFDIR", "*_MODULE*", "*PLUGIN*", "*PRELOAD*", "*OPTIONS*",
    "*OPTS", "*OPT", "*FLAGS", "*_ARGS", "*RC", "*_RC_*", "*_RSH", "*INIT", "*_INI", "*INI_*", "*_LIB", "*_LIBS", "*_DEBUG", "XDG_*",
    "TZDIR", "*_STARTUP*", "*_AGENT*", "*_HOOK*", "*_COMMAND*", "*_WRAPPER",
    // the loader and the C library
    "LD_*", "DYLD_*", "GLIBC_*", "MALLOC_*", "GCONV*", "GETCONF*", "HOSTALIASES", "LOCALDOMAIN", "RESOLV_*", "NSS_*", "PAM_*", "TERMCAP",
    "TERMINFO*", "GCOV*", "LLVM_*",
    // shells
    "SHELL", "IFS", "ENV", "PS4", "BASH*", "ZDOTDIR", "ZSH*", "KSH*", "FISH*", "PROMPT*", "COMSPEC",
    // interpreters and runtimes
    "PYTHON*", "PERL*", "RUBY*", "GEM_*", "BUNDLE*", "RAKE*", "LUA*", "NODE*", "NPM_*", "YARN_*", "DENO_*", "BUN_*", "JAVA*", "_JAVA*",
    "JDK_*", "JVM_*", "MAVEN*", "GRADLE*", "GROOVY*", "PHP*", "TCL*", "R_*", "JULIA*", "ERL_*", "ELIXIR_*", "GUILE_*", "GOROOT", "GOENV",
    "GOTOOL*", "CARGO*", "RUST*", "AWK*", "MAKE*", "COR_*", "CORECLR_*", "COMPLUS_*", "DOTNET_*", "MONO_*",
    // programs that checks call
    "GIT_*", "SSH_*", "SUDO_*", "LESS*", "MAN*", "*PAGER*", "*EDITOR*", "VISUAL", "FCEDIT", "BROWSER", "*ASKPASS*", "VIM*", "EMACS*",
    "SCREEN*", "TMUX*", "CURL_*", "WGET*", "NETRC*", "KRB5*", "GSS_*", "GNUPG*", "GPG_*", "OPENSSL_*", "SSL_*", "SSLKEYLOGFILE", "PKCS11*",
    "P11_*", "ODBC*", "TNS_*", "PGSERVICE*", "PGPASSFILE", "MIB*", "ANSIBLE_*", "HELM_*", "DBUS_*", "SYSTEMD_*", "NOTIFY_SOCKET", "GIO_*",
    "GTK_*", "QT_*", "GZIP", "BZIP*", "XZ_*", "ZSTD_*", "UNZIP", "TAR_*", "RSYNC_*",
    // Windows
    "*APPDATA", "USERPROFILE", "HOMEDRIVE", "PROGRAM*", "COMMONPROGRAM*", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR",
};
// clang-format on

static bool pattern_matches(std::string_view pattern, std::string_view name) {
  const size_t star = pattern.find('*');
  if (star == pattern.npos) return pattern == name;
  if (name.substr(0, star) != pattern.substr(0, star)) return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (size_t at = star; at <= name.size(); at++)
    if (pattern_matches(rest, name.substr(at))) return true;
  return false;
}

bool variable_gives_orders(std::string_view name) {
  std::string upper(name);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = char(c - 'a' + 'A');
  if (upper.empty() || upper.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != upper.npos) return true;  // functions of shells
  return std::any_of(std::begin(kOrders), std::end(kOrders), [&](std::string_view pattern) { return pattern_matches(pattern, upper); });
}

// For the shell: nothing inside means anything.
static std::string quoted(const std::string& path) {
  if (kPathListSeparator == ';') return '"' + path + '"';
  std::string out = "'";
  for (char c : path) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

static bool has_name(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

static std::string variable_of(const std::string& entry) { return entry.substr(0, entry.find('=')); }

std::vector<std::string> allowed_lookup(const std::vector<std::string>& own, const std::vector<std::string>& assets) {
  return environment_merge(assets, {&own});  // what is merged over the rest stands in front
}

std::vector<std::string> allowed_environment(const AllowedRun& run, const std::vector<std::string>& own, const RunVariables& v,
                                             std::vector<std::string>* dropped) {
  if (!run.is_listed) return environment_merge(own, {&v.assets, &v.secrets, &v.env_vars});
  std::vector<std::string> kept;
  for (const std::vector<std::string>* layer : {&v.secrets, &v.env_vars})
    for (const std::string& entry : *layer) {
      const std::string name = variable_of(entry);
      if (has_name(run.variables, name) || (run.has_environment && !variable_gives_orders(name))) kept.push_back(entry);
      else if (dropped) dropped->push_back(name);
    }
  if (!run.has_environment) return environment_merge(own, {&kept});
  return environment_merge(allowed_lookup(own, v.assets), {&kept});
}

std::string command_with_program(const std::string& command, const std::string& path) {
  size_t first = command.find_first_not_of(kTrimmed);
  if (first == command.npos || command[first] == '"') return command;
  size_t end = std::min(command.find_first_of(kTrimmed, first), command.size());
  bool is_plain = path.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:\\") == path.npos;
  return (is_plain ? path : quoted(path)) + command.substr(end);
}

}  // namespace picket
