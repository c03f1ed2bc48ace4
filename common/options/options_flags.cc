// common/options/options_flags.cc - the command line, with the manners of pflag: --name value, --name=value, -n value, -nvalue.
#include "common/options/internal.h"

namespace picket {
namespace {

struct Flags {
  const OptionTable& table;
  const std::vector<std::string>& argv;
  size_t at = 0;
  OptionSettings* out;
  std::vector<std::string>* errors;
};

void add_value(Flags& f, const OptionRow& row, const std::string& place, const std::string& value) {
  OptionSetting s;
  s.key = row.name;
  s.place = place;
  s.text = value;
  bool list = row.kind == OptionKind::list, map = row.kind == OptionKind::map;
  if (!list && !map) return f.out->push_back(std::move(s));
  s.shape = list ? OptionSetting::list : OptionSetting::map;
  if (map && !value.empty() && value[0] == '{') {
    auto parsed = map_parse(value);
    if (!parsed.ok()) return f.errors->push_back(place + ": " + parsed.status.message);
    s.members = std::move(parsed.value);
    return f.out->push_back(std::move(s));
  }
  auto fields = csv_parse(value);
  if (!fields.ok()) return f.errors->push_back(place + ": " + fields.status.message);
  if (list) s.items = std::move(fields.value);
  else
    for (const std::string& pair : fields.value)
      if (Status bad = map_add(pair, &s.members); !bad.ok()) return f.errors->push_back(place + ": " + bad.message);
  f.out->push_back(std::move(s));
}

// The value of a flag that was written without `=`: the next word, but booleans take none.
void take_value(Flags& f, const OptionRow& row, const std::string& place) {
  if (row.kind == OptionKind::boolean) return add_value(f, row, place, "true");
  if (f.at + 1 >= f.argv.size())
    return f.errors->push_back(place + ": value missing: expected " + place + " " + (row.arg && *row.arg ? row.arg : "VALUE"));
  add_value(f, row, place, f.argv[++f.at]);
}

// --password-file: no row of its own.
void read_secret_file(Flags& f, const std::string& name, const char* value) {
  OptionSetting s;
  s.key = name;
  s.place = "--" + name;
  if (!value && f.at + 1 >= f.argv.size()) return f.errors->push_back(s.place + ": value missing: expected " + s.place + " FILE");
  s.text = value ? value : f.argv[++f.at];
  f.out->push_back(std::move(s));
}

void read_long(Flags& f, std::string_view word) {
  size_t equals = word.find('=');
  std::string name(word.substr(0, equals));
  const OptionRow* row = option_find(f.table, name);
  if (!row && option_of_secret_file(f.table, name))
    return read_secret_file(f, name, equals == word.npos ? nullptr : word.data() + equals + 1);
  if (!row) return f.errors->push_back(option_unknown(f.table, name, "--"));
  if (equals == word.npos) take_value(f, *row, "--" + name);
  else add_value(f, *row, "--" + name, std::string(word.substr(equals + 1)));
}

const OptionRow* find_short(const OptionTable& table, char letter) {
  for (const OptionRow* r : option_rows(table))
    if (r->short_flag == letter) return r;
  return nullptr;
}

// -nx are two booleans, -c value, -cvalue and -c=value one option with its value.
void read_short(Flags& f, std::string_view letters) {
  while (!letters.empty()) {
    std::string place = std::string("-") + letters[0];
    const OptionRow* row = find_short(f.table, letters[0]);
    if (!row) return f.errors->push_back("unknown option \"" + place + "\"; see --help");
    letters.remove_prefix(1);
    if (letters.empty()) return take_value(f, *row, place);
    if (letters[0] == '=') return add_value(f, *row, place, std::string(letters.substr(1)));
    if (row->kind != OptionKind::boolean) return add_value(f, *row, place, std::string(letters));
    add_value(f, *row, place, "true");
  }
}

}  // namespace

void options_read_flags(const OptionTable& table, const std::vector<std::string>& argv, OptionSettings* out, std::vector<std::string>* args,
                        std::vector<std::string>* errors) {
  Flags f{table, argv, 0, out, errors};
  for (; f.at < argv.size(); f.at++) {
    const std::string& word = argv[f.at];
    if (word == "--") {
      args->insert(args->end(), argv.begin() + long(f.at) + 1, argv.end());
      return;
    }
    if (word.compare(0, 2, "--") == 0) read_long(f, std::string_view(word).substr(2));
    else if (word.size() > 1 && word[0] == '-') read_short(f, std::string_view(word).substr(1));
    else args->push_back(word);
  }
}

}  // namespace picket
