// tests/fuzz/local_checks.cc - 1.x settings and allow lists of any shape.
#include <cstdint>

#include "agent/check/allow_list.h"
#include "agent/config/local_checks.h"
#include "common/json/json.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!json_check(text).ok()) return 0;
  std::string merged = settings_merge(text, text);
  if (!json_check(merged).ok()) __builtin_trap();
  (void)local_settings_parse(merged, "default");
  Result<LocalDefinition> definition = local_check_parse(text, "default");
  if (definition.ok()) (void)local_override(definition.value.request, definition.value, true);
  AgentConfig config;
  StringList notes;
  (void)local_client_apply(json_type(text) == JsonType::object ? json_at(text, {"client"}) : text, config, notes);
  Result<AllowList> list = allow_list_parse(text);
  if (list.ok()) (void)allow_list_match(list.value, "check-disk -w 80");
  return 0;
}
