// backend/schedule/check_request.h - what is put into a check request: definition, assets, hooks (B-12 to B-16). Pure.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

// The definitions a request may need, by namespace and name. Kept by the code that watches the store.
struct RequestCatalog {
  std::map<std::string, std::map<std::string, Asset>> assets;
  std::map<std::string, std::map<std::string, HookConfig>> hooks;
};

// Whose runtime_assets the catalog does not have, an annotation of the request and so of its events: "a, b".
inline constexpr const char* kMissingAssetsAnnotation = "picket.io/missing-assets";
StringList assets_missing(const CheckConfig& check, const RequestCatalog& catalog);

// Assets by name prefix in name order; hooks named in check_hooks in name order; hook names without a definition are
// taken out of check_hooks (agents of 5.2 to 5.20 would crash); hook_assets per hook.
CheckRequest check_request_build(const CheckConfig& check, const RequestCatalog& catalog, int64_t issued_s);

// The definition for one proxy entity: every string value is a template over the entity's configuration, then
// proxy_entity_name is set. The error is the reference's (`unmatched token: ...`).
Result<CheckConfig> check_for_proxy(const CheckConfig& check, const Entity& entity);

}  // namespace picket
