// common/rules/validate_references.cc - names of other objects in a definition: those that no object can have.
#include "common/rules/validate.h"

#include <algorithm>

namespace picket {
namespace {

Status judged(Status name, const std::string& value, const std::string& field, const std::string& kind) {
  if (name.ok()) return name;
  return fail(Err::invalid,
              field + ": \"" + value.substr(0, kNameMax) + "\" cannot be the name of " + kind + ": it " + name.message +
                  "; correct it or leave it out");
}

std::string article(const char* kind) {
  return (std::string("aeiou").find(kind[0]) == std::string::npos ? "a " : "an ") + std::string(kind);
}

// The agent substitutes tokens in them, as in all of the check: `page-{{ .labels.team }}` is a name once it has run.
Status validate_handlers_of_check(StringList names, const char* field) {
  names.erase(std::remove_if(names.begin(), names.end(), [](const std::string& n) { return n.find("{{") != n.npos; }), names.end());
  return validate_reference_names(names, field, "handler");
}

Status validate_hook_references(const CheckConfig& check) {
  for (const HookList& list : check.check_hooks)
    if (Status s = validate_reference_names(list.hooks, "check_hooks", "hook"); !s.ok()) return s;
  return {};
}

}  // namespace

Status validate_reference_names(const StringList& names, const char* field, const char* kind) {
  for (const std::string& name : names)
    if (Status s = judged(validate_name(name, ""), name, field, article(kind)); !s.ok()) return s;
  return {};
}

// The rule for assets says `name` by itself.
Status validate_asset_references(const StringList& assets) {
  for (const std::string& asset : assets)
    if (Status s = validate_asset_name(asset); !s.ok())
      return fail(
          Err::invalid,
          "runtime_assets: \"" + asset.substr(0, kNameMax) + "\" cannot be an asset: its " + s.message + "; correct it or leave it out");
  return {};
}

Status validate_check_references(const CheckConfig& check) {
  if (Status s = validate_handlers_of_check(check.handlers, "handlers"); !s.ok()) return s;
  if (Status s = validate_handlers_of_check(check.output_metric_handlers, "output_metric_handlers"); !s.ok()) return s;
  return validate_hook_references(check);
}

Status validate_handler_references(const Handler& handler) {
  if (Status s = validate_reference_names(handler.filters, "filters", "filter"); !s.ok()) return s;
  if (Status s = validate_reference_names(handler.handlers, "handlers", "handler"); !s.ok()) return s;
  if (Status s = validate_asset_references(handler.runtime_assets); !s.ok()) return s;
  return handler.mutator.empty() ? Status{} : validate_reference_names({handler.mutator}, "mutator", "mutator");
}

Status validate_role_reference(const RoleRef& ref) {
  return judged(validate_subscription(ref.name, ""), ref.name, "role_ref", "a " + ref.type);
}

Status validate_entity_definition(const Entity& entity) {
  if (Status s = validate_entity(entity); !s.ok()) return s;
  if (Status s = validate_reference_names(entity.keepalive_handlers, "keepalive_handlers", "handler"); !s.ok()) return s;
  const std::string& handler = entity.deregistration_handler;
  return handler.empty() ? Status{} : validate_reference_names({handler}, "deregistration.handler", "handler");
}

}  // namespace picket
