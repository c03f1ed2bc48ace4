// backend/auth/rules.cc - the snapshot of roles and bindings that decisions are made on.
#include "common/text/log.h"
#include "backend/auth/state.h"
#include "backend/shared/stored_value.h"

namespace picket {

// An object that does not decode grants nothing, and says so: it was written past the API.
template <class T>
static void place(std::map<std::string, T>& to, const std::string& name, const StoredObject* object) {
  to.erase(name);
  if (!object) return;
  auto decoded = stored_decode<T>(*object);
  if (decoded.ok()) to[name] = std::move(decoded.value);
  else
    log_error("auth", "stored role or binding is invalid and ignored",
              {{"kind", object->kind}, {"namespace", object->ns}, {"name", name}, {"error", decoded.status.message}});
}

// `object` null: deleted.
static void rules_place(RbacRules& rules, const std::string& kind, const std::string& ns, const std::string& name,
                        const StoredObject* object) {
  if (kind == "clusterroles") place(rules.cluster_roles, name, object);
  if (kind == "clusterrolebindings") place(rules.cluster_bindings, name, object);
  if (kind == "roles") place(rules.roles[ns], name, object);
  if (kind == "rolebindings") place(rules.bindings[ns], name, object);
}

Status rules_load(Auth* auth) {
  for (const char* kind : {"clusterroles", "clusterrolebindings", "roles", "rolebindings"}) {
    auto listed = store_list(auth->store, kind);
    if (!listed.ok()) return listed.status;
    for (const StoredObject& object : listed.value) rules_place(auth->rules, kind, object.ns, object.name, &object);
  }
  return {};
}

void rules_change(Auth* auth, const StoreChange& change) {
  if (change.is_event || change.kind.find("role") == std::string::npos) return;
  rules_place(auth->rules, change.kind, change.ns, change.name, change.object);
}

const RbacRules& auth_rules(const Auth* auth) { return auth->rules; }

}  // namespace picket
