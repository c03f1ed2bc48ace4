// common/options/options.h - one table of options per program: flags > environment > file > default.
//
// `--backend-url`, PICKET_BACKEND_URL (and SENSU_BACKEND_URL; the backend: SENSU_BACKEND_*) and `backend-url` in the
// file are one row. options_load applies the sources weakest first through one setter, so precedence is only order and
// --print-config can say where each value came from. The same rows print --help, docs/OPTIONS.md and the example files.
//
// Files: YAML (agent.yml; JSON is valid YAML) or INI, distinguished by extension (.ini/.conf = INI). INI lists: repeated
// keys; INI maps: `labels.region = eu`. An unknown flag is an error that names the nearest known one. An unknown key of a file is
// a warning that does the same: the reference ignores it, and a host that runs today must run with us tomorrow.
// A secret (kOptionSecret, say `password`) may lie in a file: `--password-file`, PICKET_PASSWORD_FILE and `password-file` name it, and
// a systemd credential `password` or `picket.password` is found by itself, weaker than the environment, stronger than a configuration file.
// Environment, one rule for lists and maps: JSON when the text starts with [ or {, else split at commas and blanks
// (maps: k=v pairs). Keys of maps from files are lower-cased like the reference does, others keep their case.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"

namespace picket {

enum class OptionKind { text, integer, number, boolean, list, map, duration /* "90s", "2m", bare = seconds */ };

struct OptionRow {
  const char* name;   // "backend-url"
  const char* alias;  // other accepted name, or nullptr ("id" for "name")
  char short_flag;    // 'c' or 0
  OptionKind kind;
  const char* fallback;  // default as text
  const char* arg;       // placeholder in --help: "URL"
  const char* help;      // one sentence
  const char* section;   // heading in the documents: "Connection"
  unsigned flags = 0;    // kOptionSecret | ...
};

inline constexpr unsigned kOptionSecret = 1;   // never shown, and given by a file too: see secret_options.cc
inline constexpr unsigned kOptionIgnored = 2;  // the reference has it, we accept it, do nothing and say so; --help leaves it out
inline constexpr unsigned kOptionHidden = 4;   // works, but is not documented
// With kOptionIgnored: it would protect something, so that another value than the default is an error. `help` is the remedy.
inline constexpr unsigned kOptionRefused = 8;
inline constexpr unsigned kOptionIdle = 16;  // documented, without effect in this version: a value is a warning, but 0

struct OptionTable {
  const char* program;              // "agent"
  const char* const* env_prefixes;  // strongest first, nullptr-terminated: {"PICKET_", "SENSU_", nullptr}
  const char* default_files;        // ':'-separated, first that exists; missing is no error
  const OptionRow* rows;
  int count;
  // ':'-separated top-level YAML keys and first words of INI section names that belong to other readers of the same
  // file ("checks:check"): ignored here. nullptr = none.
  const char* other_sections = nullptr;
  bool flags_only = false;  // neither file nor environment: of the built-in rows it has --help alone
};

struct OptionValue {
  std::string text;  // scalar kinds
  std::vector<std::string> list;
  std::map<std::string, std::string> map;
  std::string origin;  // "default", "/etc/sensu/agent.yml:12", "environment SENSU_NAME", "--name"
};

// The loaded values, by option name. Getters assert that the row exists and has the kind.
struct Options {
  const OptionTable* table = nullptr;
  std::map<std::string, OptionValue, std::less<>> values;
  std::vector<std::string> args;      // positional arguments
  std::vector<std::string> warnings;  // what a file says without effect, each with place, value and remedy
  std::vector<std::string> unmet;     // options that would protect something and have no effect here, likewise
  const std::string& text(std::string_view name) const;
  int64_t integer(std::string_view name) const;
  double number(std::string_view name) const;
  bool boolean(std::string_view name) const;
  const std::vector<std::string>& list(std::string_view name) const;
  const std::map<std::string, std::string>& map(std::string_view name) const;
  int64_t duration_ms(std::string_view name) const;
  bool is_default(std::string_view name) const;
  const std::string& origin(std::string_view name) const;
};

struct OptionsInput {
  std::vector<std::string> argv;  // without the program and command names
  std::vector<std::pair<std::string, std::string>> env;
  // Reads a whole file; tests pass a fake.
  Result<std::string> (*read_file)(const std::string& path) = nullptr;
  // Where this system has one of the table's default files; "": nowhere. None: where the table says.
  std::string (*default_file)(const std::string& path) = nullptr;
  int (*file_mode)(const std::string& path) = nullptr;        // permission bits; -1: not known
  bool (*hide_argument)(const std::string& value) = nullptr;  // from lists of processes; false: it cannot be done
};

// Rows `config-file`/`c`, `print-config` and `help` are added to every table (an own row of the name replaces them).
// With --help on the command line nothing is read and nothing is wrong: the caller prints options_help. All errors are joined in the
// message,
// one per line, each with place and remedy; the value is there then, too: what was right, and defaults.
Result<Options> options_load(const OptionTable& table, const OptionsInput& input);

// The warnings into the log, where a program starts; for `check-config` onto standard output.
void options_log_warnings(const std::vector<std::string>& warnings, std::string_view component);
// What was asked for as a protection and does not hold: an error of check-config, and an error line of a start, which goes on.
void options_log_unmet(const Options& options, std::string_view component);
Status options_unmet(const Options& options);
void options_print_warnings(const std::vector<std::string>& warnings);
// For `check-config --strict`: no warnings, or what to say.
Status options_strict(const std::vector<std::string>& warnings);

// "90s", "1h30m", "1.5h", "2d"; a bare number counts seconds.
Result<int64_t> duration_parse_ms(std::string_view text);
// The candidate nearest to what was typed, by edit distance, or "" when none is near enough to be meant.
std::string_view nearest_name(std::string_view typed, const std::vector<std::string_view>& candidates);

std::string options_help(const OptionTable& table, std::string_view usage);
std::string options_print(const Options& options);           // --print-config; secrets shown as ***
std::string options_markdown(const OptionTable& table);      // a section of docs/OPTIONS.md
std::string options_example_yaml(const OptionTable& table);  // every option commented, with its default
std::string options_example_ini(const OptionTable& table);

}  // namespace picket
