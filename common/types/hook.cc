// common/types/hook.cc - hooks: the list a check names, the definition, the result.
#include "common/types/fields.h"

namespace picket {

// {"TYPE": ["h1", "h2"]}. Of several keys the reference keeps any one; we keep the last.
bool value_read(JsonCursor& c, HookList& v) {
  bool was_null;
  v = HookList();
  if (!cursor_null(c, &was_null)) return false;
  if (was_null) return true;
  std::string scratch;
  std::string_view key;
  for (bool first = true; cursor_key(c, &scratch, &key, &first);) {
    v.type = key;
    if (!cursor_strings(c, &v.hooks)) return cursor_at_key(c, v.type);
  }
  return cursor_ok(c);
}

void value_write(JsonText& out, const HookList& v) {
  out += '{';
  json_put_string(out, v.type);
  out += ':';
  value_write(out, v.hooks);
  out += '}';
}

static const Field<HookConfig> kHookConfig[] = {
    row<HookConfig, &HookConfig::metadata>("metadata", always),
    row<HookConfig, &HookConfig::command>("command", omit_empty),
    row<HookConfig, &HookConfig::timeout>("timeout", always),
    row<HookConfig, &HookConfig::stdin_>("stdin", always),
    row<HookConfig, &HookConfig::runtime_assets>("runtime_assets", always),
};
PICKET_HAS_TABLE(HookConfig) { return table_of(kHookConfig, &HookConfig::extra); }

static const Field<Hook> kHook[] = {
    row<Hook, &Hook::metadata>("metadata", always),
    row<Hook, &Hook::command>("command", omit_empty),
    row<Hook, &Hook::timeout>("timeout", always),
    row<Hook, &Hook::stdin_>("stdin", always),
    row<Hook, &Hook::runtime_assets>("runtime_assets", always),
    row<Hook, &Hook::duration>("duration", omit_empty),
    row<Hook, &Hook::executed>("executed", always),
    row<Hook, &Hook::issued>("issued", always),
    row<Hook, &Hook::output>("output", omit_empty),
    row<Hook, &Hook::status>("status", always),
};
PICKET_HAS_TABLE(Hook) { return {kHook, static_cast<int>(std::size(kHook)), static_cast<Extra Hook::*>(&Hook::extra)}; }

PICKET_DOCUMENT(HookList)
PICKET_DOCUMENT(HookConfig)
PICKET_DOCUMENT(Hook)

}  // namespace picket
