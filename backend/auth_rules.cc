// backend/auth_rules.cc - the snapshot of roles and bindings that decisions are made on.
#include "common/log.h"
#include "auth_state.h"

namespace picket {

// An object that does not decode grants nothing, and says so: it was written past the API.
template <class T>
static void place(std::map<std::string, T>& to, const std::string& name, const Result<StoredObject>& object) {
  to.erase(name);
  if (!object.ok()) return;
  auto decoded = decode<T>(object.value.body);
  if (decoded.ok()) to[name] = std::move(decoded.value);
  else
    log_error("auth", "a stored role or binding cannot be read and is ignored",
              {{"kind", object.value.kind}, {"name", name}, {"error", decoded.status.message}});
}

static void rules_place(RbacRules& rules, const std::string& kind, const std::string& ns, const std::string& name,
                        const Result<StoredObject>& object) {
  if (kind == "clusterroles") place(rules.cluster_roles, name, object);
  if (kind == "clusterrolebindings") place(rules.cluster_bindings, name, object);
  if (kind == "roles") place(rules.roles[ns], name, object);
  if (kind == "rolebindings") place(rules.bindings[ns], name, object);
}

void rules_load(Auth* auth) {
  for (const char* kind : {"clusterroles", "clusterrolebindings", "roles", "rolebindings"})
    for (const StoredObject& object : store_list(auth->store, kind, "", "", "", 0))
      rules_place(auth->rules, kind, object.ns, object.name, object);
}

void rules_change(Auth* auth, const StoreChange& change) {
  if (change.is_event || change.kind.find("role") == std::string::npos) return;
  auto object =
      change.deleted ? Result<StoredObject>(fail(Err::not_found, "")) : store_get(auth->store, change.kind, change.ns, change.name);
  rules_place(auth->rules, change.kind, change.ns, change.name, object);
}

const RbacRules& auth_rules(const Auth* auth) { return auth->rules; }

}  // namespace picket
