// common/options_ini.cc - agent.ini: `name = value`; a list is a repeated name, a map `labels.region = eu` or a
// section [labels]. A section named like the program ([agent]) is the same as none.
#include <ini.h>

#include <algorithm>
#include <cstring>

#include "options_internal.h"

namespace picket {
namespace {

struct Ini {
  const OptionTable& table;
  const std::string& path;
  std::string_view rest;
  OptionSettings* out;
  std::vector<std::string>* errors;
};

std::string place_of(const Ini& ini, int line) { return ini.path + ":" + std::to_string(line); }

// Line by line, because inih's own reader of strings stops at a NUL byte.
char* on_line_wanted(char* buffer, int size, void* owner) {
  Ini& ini = *static_cast<Ini*>(owner);
  if (ini.rest.empty()) return nullptr;
  size_t length = std::min(ini.rest.find('\n'), ini.rest.size() - 1) + 1;
  length = std::min(length, size_t(size - 1));
  memcpy(buffer, ini.rest.data(), length);
  buffer[length] = 0;
  ini.rest.remove_prefix(length);
  return buffer;
}

OptionSetting* find_setting(Ini& ini, const std::string& key) {
  for (OptionSetting& s : *ini.out)
    if (s.key == key) return &s;
  return nullptr;
}

void add_again(Ini& ini, OptionSetting* s, const OptionRow* row, const std::string& place, const char* value) {
  if (!row || row->kind != OptionKind::list)
    return ini.errors->push_back(place + ": option \"" + s->key + "\" is given a second time; keep one");
  for (const std::string& text : {s->shape == OptionSetting::scalar ? s->text : std::string(), std::string(value)}) {
    auto more = list_parse(text);
    if (!more.ok()) return ini.errors->push_back(place + ": option \"" + s->key + "\": " + more.status.message);
    for (std::string& i : more.value) s->items.push_back(std::move(i));
  }
  s->shape = OptionSetting::list;
}

int on_value(void* owner, const char* section, const char* name, const char* value, int line) {
  Ini& ini = *static_cast<Ini*>(owner);
  std::string place = place_of(ini, line), in = lower(section), key = lower(name);
  if (option_is_foreign(ini.table, in.substr(0, in.find(' ')))) return 1;
  if (!in.empty() && in != ini.table.program) key = in + "." + key;
  const OptionRow* row = option_find(ini.table, key);
  if (OptionSetting* before = find_setting(ini, key)) return add_again(ini, before, row, place, value), 1;
  OptionSetting s;
  s.key = key;
  s.place = place;
  s.text = value;
  ini.out->push_back(std::move(s));
  return 1;
}

// What inih would cut or split without a word.
bool is_readable(Ini& ini, std::string_view text) {
  constexpr size_t kLineMax = 60'000;
  for (int line = 1; !text.empty(); line++) {
    std::string_view one = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    const char* why = one.size() > kLineMax ? "longer than 60000 bytes; split the value"
                      : one.find('\0') != one.npos ? "a NUL byte; the file must be plain text" : nullptr;
    if (why) return ini.errors->push_back(place_of(ini, line) + ": " + why), false;
  }
  return true;
}

}  // namespace

void options_read_ini(const OptionTable& table, const std::string& path, std::string_view text, OptionSettings* out,
                      std::vector<std::string>* errors) {
  Ini ini{table, path, text, out, errors};
  if (!is_readable(ini, text)) return;
  int bad = ini_parse_stream(on_line_wanted, &ini, on_value, &ini);
  if (bad > 0) errors->push_back(place_of(ini, bad) + ": not a line of the form `name = value`");
  if (bad < 0) errors->push_back(path + ": out of memory while reading");
}

}  // namespace picket
