// common/options_yaml.cc - agent.yml, backend.yml: flat keys; lists and maps of plain values.
#include "options_internal.h"
#include "yaml.h"

namespace picket {
namespace {

bool is_scalar(const YamlNode& n) { return n.kind != YamlKind::list && n.kind != YamlKind::map; }

bool setting_fill(const YamlNode& value, OptionSetting* s) {
  s->text = value.text;
  if (value.kind == YamlKind::null) s->shape = OptionSetting::nothing;
  for (const YamlNode& i : value.items) {
    if (!is_scalar(i)) return false;
    s->items.push_back(i.text);
  }
  for (const auto& m : value.members) {
    if (!is_scalar(m.second)) return false;
    s->members[lower(m.first)] = m.second.text;  // as the reference does
  }
  if (value.kind == YamlKind::list) s->shape = OptionSetting::list;
  if (value.kind == YamlKind::map) s->shape = OptionSetting::map;
  return true;
}

}  // namespace

void options_read_yaml(const OptionTable& table, const std::string& path, std::string_view text, OptionSettings* out,
                       std::vector<std::string>* errors) {
  auto wrong = [&](int line, const std::string& why) { errors->push_back(path + ":" + std::to_string(line) + ": " + why); };
  auto documents = yaml_parse(text);
  if (!documents.ok()) return errors->push_back(path + ": " + documents.status.message);
  if (documents.value.empty()) return;
  const YamlNode& top = documents.value[0];
  if (documents.value.size() > 1) wrong(documents.value[1].line, "a second document; remove the line ---");
  if (top.kind != YamlKind::map) return wrong(top.line, "options must be written as `name: value`, one per line");
  for (const auto& r : top.repeated) wrong(r.second, "option \"" + r.first + "\" is given a second time; keep one");
  for (const auto& [key, value] : top.members) {
    OptionSetting s;
    s.key = lower(key);
    if (option_is_foreign(table, s.key)) continue;
    s.place = path + ":" + std::to_string(value.line);
    if (setting_fill(value, &s)) out->push_back(std::move(s));
    else wrong(value.line, "option \"" + key + "\" holds lists or maps inside each other; its values must be plain");
  }
}

}  // namespace picket
