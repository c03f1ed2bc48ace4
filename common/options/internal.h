// common/options/internal.h - what the files options*.cc share: settings as a source gave them, before types and rows.
#pragma once
#include "common/options/options.h"

namespace picket {

struct OptionSetting {
  enum Shape { scalar, list, map, nested /* lists or maps inside each other */, nothing /* null: keep the default */ } shape = scalar;
  std::string key;    // as written, lower-cased in files
  std::string place;  // "/etc/sensu/agent.yml:12", "environment SENSU_NAME", "--name"
  std::string text;
  std::vector<std::string> items;
  std::map<std::string, std::string> members;
};
using OptionSettings = std::vector<OptionSetting>;

struct OptionComplaints { std::vector<std::string> errors, warnings; };

// The file readers append what they found and one line per complaint.
void options_read_yaml(const OptionTable& table, const std::string& path, std::string_view text, OptionSettings* out,
                       OptionComplaints* complaints);
void options_read_ini(const OptionTable& table, const std::string& path, std::string_view text, OptionSettings* out,
                      OptionComplaints* complaints);
// Flags in the order of the command line; what is no flag goes to `args`.
void options_read_flags(const OptionTable& table, const std::vector<std::string>& argv, OptionSettings* out, std::vector<std::string>* args,
                        std::vector<std::string>* errors);

extern const OptionRow kBuiltinRows[3];                                         // config-file, print-config, help
std::vector<const OptionRow*> option_rows(const OptionTable& table);            // with the built-in ones, in order
const OptionRow* option_find(const OptionTable& table, std::string_view name);  // by name or alias
bool option_is_foreign(const OptionTable& table, std::string_view key);         // see other_sections

// The row whose value a file may hold, by the name of the option that names the file: `password` for "password-file". No row has that name
// itself.
const OptionRow* option_of_secret_file(const OptionTable& table, std::string_view key);
std::string option_secret_file(const OptionRow& row);  // "password-file"; "" when the row is no secret
// The secret in a file's text, without the line's end; warnings and errors begin with the file's name.
Result<std::string> secret_from_file(const OptionsInput& input, const std::string& path, std::vector<std::string>* warnings);

// `there is no option "keepalve"; did you mean "keepalive-interval"?`, with what happens to it after the name.
std::string option_unknown(const OptionTable& table, std::string_view key, std::string_view dashes, std::string_view fate = "");
// The same for a key of a file: its value and that it is ignored. What may be a secret is not shown.
size_t edit_distance(std::string_view a, std::string_view b);
// A variable of ours that no option has, but one nearly has: what is to be said of it, or "". The names of other programs are theirs.
std::string variable_misspelt(const OptionTable& table, std::string_view variable);
std::string option_ignored(const OptionTable& table, const OptionSetting& setting);
std::string option_excerpt(std::string_view text);  // in quotes, 80 bytes at most
std::string join_lines(const std::vector<std::string>& lines);

// One scalar, list or map from its text in the environment, a default or a plain string in a file.
bool boolean_parse(std::string_view text, bool* out);
Result<std::vector<std::string>> list_parse(std::string_view text);
Result<std::map<std::string, std::string>> map_parse(std::string_view text);
// One value of a flag: fields of one CSV record.
Result<std::vector<std::string>> csv_parse(std::string_view text);
Status map_add(std::string_view pair, std::map<std::string, std::string>* out);
std::string lower(std::string_view text);
const char* kind_name(OptionKind kind);  // "a whole number"

}  // namespace picket
