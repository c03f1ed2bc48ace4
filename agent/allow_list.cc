// agent/allow_list.cc - see allow_list.h.
#include "agent/allow_list.h"

#include "common/json.h"

namespace picket {
namespace {

// In one pass: what only comes together by the removal was never there, and stays.
void erase_all(std::string& text, const std::string& part) {
  if (part.empty()) return;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos;) text.erase(at, part.size());
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos; }

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
    if (!s.ok()) return because(m.key, s);
  }
  for (char& c : entry.sha512)
    if (c >= 'A' && c <= 'F') c = char(c - 'A' + 'a');
  if (entry.exec.empty()) return fail(Err::invalid, "exec must not be empty");
  if (entry.args.empty()) return fail(Err::invalid, "args must not be empty; write [\"\"] for a command without arguments");
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
  for (const AllowEntry& entry : list) {
    if (command.find(entry.exec) == std::string_view::npos) continue;
    std::string rest(command);
    erase_all(rest, entry.exec);
    for (const std::string& arg : entry.args)
      if (command.find(arg) != std::string_view::npos) erase_all(rest, arg);
    if (is_blank(rest)) return &entry;
  }
  return nullptr;
}

}  // namespace picket
