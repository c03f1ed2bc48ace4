// common/options/options_ini.cc - agent.ini: `name = value`; a list is a repeated name, a map `labels.region = eu` or a
// section [labels]. A section named like the program ([agent]) is the same as none.
#include "common/text/ini.h"
#include "common/options/internal.h"

namespace picket {
namespace {

struct Ini {
  const OptionTable& table;
  OptionSettings* out;
  std::vector<std::string>* errors;
};

OptionSetting* find_setting(Ini& ini, const std::string& key) {
  for (OptionSetting& s : *ini.out)
    if (s.key == key) return &s;
  return nullptr;
}

void add_again(Ini& ini, OptionSetting* s, const OptionRow* row, const IniEntry& entry) {
  if (row->kind != OptionKind::list)
    return ini.errors->push_back(entry.place + ": option \"" + s->key + "\" is set twice; remove one of them");
  for (const std::string& text : {s->shape == OptionSetting::scalar ? s->text : std::string(), entry.value}) {
    auto more = list_parse(text);
    if (!more.ok()) return ini.errors->push_back(entry.place + ": option \"" + s->key + "\": " + more.status.message);
    for (std::string& i : more.value) s->items.push_back(std::move(i));
  }
  s->shape = OptionSetting::list;
}

void take(Ini& ini, const IniEntry& entry) {
  std::string in = lower(entry.section), key = lower(entry.name);
  if (option_is_foreign(ini.table, in.substr(0, in.find(' ')))) return;
  if (!in.empty() && in != ini.table.program) key = in + "." + key;
  const OptionRow* row = option_find(ini.table, key);
  if (OptionSetting* before = row ? find_setting(ini, key) : nullptr) return add_again(ini, before, row, entry);
  OptionSetting s;
  s.key = key;
  s.place = entry.place;
  s.text = entry.value;
  ini.out->push_back(std::move(s));
}

}  // namespace

void options_read_ini(const OptionTable& table, const std::string& path, std::string_view text, OptionSettings* out,
                      OptionComplaints* complaints) {
  Ini ini{table, out, &complaints->errors};
  for (const IniEntry& entry : ini_read(path, text, ini.errors)) take(ini, entry);
}

}  // namespace picket
