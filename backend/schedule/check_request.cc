// backend/schedule/check_request.cc - a definition with its assets and hooks, and a definition for one proxy entity (B-12 to B-16).
#include "backend/schedule/check_request.h"

#include <algorithm>
#include <set>

#include "common/template/template.h"

namespace picket {
namespace {

template <class T>
const std::map<std::string, T>& of_namespace(const std::map<std::string, std::map<std::string, T>>& all, const std::string& ns) {
  static const std::map<std::string, T> none;
  auto it = all.find(ns);
  return it == all.end() ? none : it->second;
}

// Names match by prefix: `as1` also ships `as1-extra`, as the reference does.
std::vector<Asset> assets_for(const StringList& names, const std::map<std::string, Asset>& assets) {
  std::vector<Asset> found;
  std::set<std::string> taken;
  for (const std::string& name : names)
    for (auto it = assets.lower_bound(name); it != assets.end() && it->first.compare(0, name.size(), name) == 0; ++it)
      taken.insert(it->first);
  for (const std::string& name : taken) found.push_back(assets.at(name));
  return found;
}

// Agents of 5.2 to 5.20 crash on a hook name without a definition.
void strip_unknown_hooks(CheckConfig& check, const std::map<std::string, HookConfig>& known) {
  for (HookList& list : check.check_hooks)
    list.hooks.erase(std::remove_if(list.hooks.begin(), list.hooks.end(), [&](const std::string& h) { return !known.count(h); }),
                     list.hooks.end());
  check.check_hooks.erase(
      std::remove_if(check.check_hooks.begin(), check.check_hooks.end(), [](const HookList& l) { return l.hooks.empty(); }),
      check.check_hooks.end());
}

std::vector<HookConfig> hooks_for(const CheckConfig& check, const std::map<std::string, HookConfig>& known) {
  std::set<std::string> names;
  for (const HookList& list : check.check_hooks) names.insert(list.hooks.begin(), list.hooks.end());
  std::vector<HookConfig> found;
  for (const std::string& name : names) found.push_back(known.at(name));
  return found;
}

}  // namespace

StringList assets_missing(const CheckConfig& check, const RequestCatalog& catalog) {
  StringList missing;
  if (check.runtime_assets.empty()) return missing;
  const auto& assets = of_namespace(catalog.assets, check.metadata.ns);
  for (const std::string& name : check.runtime_assets)
    if (auto it = assets.lower_bound(name); it == assets.end() || it->first.compare(0, name.size(), name) != 0) missing.push_back(name);
  return missing;
}

CheckRequest check_request_build(const CheckConfig& check, const RequestCatalog& catalog, int64_t issued_s) {
  const auto& assets = of_namespace(catalog.assets, check.metadata.ns);
  const auto& hooks = of_namespace(catalog.hooks, check.metadata.ns);
  CheckRequest request;
  request.config = check;
  request.issued = issued_s;
  strip_unknown_hooks(*request.config, hooks);
  if (!check.runtime_assets.empty()) {
    request.assets = assets_for(check.runtime_assets, assets);
    std::string missing;
    for (const std::string& name : assets_missing(check, catalog)) missing += (missing.empty() ? "" : ", ") + name;
    if (!missing.empty()) request.config->metadata.annotations[kMissingAssetsAnnotation] = std::move(missing);
  }
  request.hooks = hooks_for(*request.config, hooks);
  for (const HookConfig& hook : request.hooks) request.hook_assets[hook.metadata.name] = assets_for(hook.runtime_assets, assets);
  return request;
}

Result<CheckConfig> check_for_proxy(const CheckConfig& check, const Entity& entity) {
  Result<std::string> text = template_render_json(encode(check), template_entity_config(entity), Unmatched::kept);
  if (!text.ok()) return text.status;
  Result<CheckConfig> substituted = decode<CheckConfig>(text.value);
  if (substituted.ok()) substituted.value.proxy_entity_name = entity.metadata.name;
  return substituted;
}

}  // namespace picket
