// common/options/options_yaml.cc - agent.yml, backend.yml: flat keys; lists and maps of plain values.
#include "common/options/internal.h"
#include "common/text/yaml.h"

namespace picket {
namespace {

bool is_scalar(const YamlNode& n) { return n.kind != YamlKind::list && n.kind != YamlKind::map; }

void setting_fill(const YamlNode& value, OptionSetting* s) {
  s->text = value.text;
  if (value.kind == YamlKind::null) s->shape = OptionSetting::nothing;
  if (value.kind == YamlKind::list) s->shape = OptionSetting::list;
  if (value.kind == YamlKind::map) s->shape = OptionSetting::map;
  for (const YamlNode& i : value.items) {
    if (!is_scalar(i)) s->shape = OptionSetting::nested;
    s->items.push_back(i.text);
  }
  for (const auto& m : value.members) {
    if (!is_scalar(m.second)) s->shape = OptionSetting::nested;
    s->members[lower(m.first)] = m.second.text;  // as the reference does
  }
}

}  // namespace

void options_read_yaml(const OptionTable& table, const std::string& path, std::string_view text, OptionSettings* out,
                       OptionComplaints* complaints) {
  auto at = [&](int line, const std::string& why) { return path + ":" + std::to_string(line) + ": " + why; };
  std::vector<std::string>&errors = complaints->errors, &warnings = complaints->warnings;
  auto documents = yaml_parse(text);
  if (!documents.ok()) return errors.push_back(path + ": " + documents.status.message);
  if (documents.value.empty()) return;
  const YamlNode& top = documents.value[0];
  // As the reference reads: the first document, and of a repeated key the last.
  if (documents.value.size() > 1) warnings.push_back(at(documents.value[1].line, "the second document is ignored; remove the line ---"));
  if (top.kind != YamlKind::map) return errors.push_back(at(top.line, "expected options of the form `name: value`, one per line"));
  for (const auto& r : top.repeated)
    warnings.push_back(at(r.second, "\"" + r.first + "\" is set twice, the last value is used; remove one of them"));
  for (const auto& [key, value] : top.members) {
    OptionSetting s;
    s.key = lower(key);
    if (option_is_foreign(table, s.key)) continue;
    s.place = path + ":" + std::to_string(value.line);
    setting_fill(value, &s);
    out->push_back(std::move(s));
  }
}

}  // namespace picket
