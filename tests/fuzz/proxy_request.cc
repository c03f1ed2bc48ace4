// tests/fuzz/proxy_request.cc - any check definition and entity: the request for a proxy entity is built or refused, and is JSON.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "backend/route/filter.h"
#include "backend/schedule/check_request.h"
#include "common/json/json.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t newline = text.find('\n');
  Result<CheckConfig> check = decode<CheckConfig>(text.substr(0, newline));
  Result<Entity> entity = decode<Entity>(newline == text.npos ? "{}" : text.substr(newline + 1));
  if (!check.ok() || !entity.ok()) return 0;
  if (!json_check(filter_entity_config_json(entity.value)).ok()) std::abort();
  Result<CheckConfig> substituted = check_for_proxy(check.value, entity.value);
  if (!substituted.ok()) return 0;
  RequestCatalog catalog;
  catalog.assets[check.value.metadata.ns]["a"].metadata.name = "a";
  catalog.hooks[check.value.metadata.ns]["h"].metadata.name = "h";
  if (!json_check(encode(check_request_build(substituted.value, catalog, 1))).ok()) std::abort();
  return 0;
}
