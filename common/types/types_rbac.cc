// common/types/types_rbac.cc - who may do what: roles, bindings, users, keys; and the small cluster-wide objects.
#include "common/types/fields.h"

namespace picket {

static const Field<Rule> kRule[] = {
    row<Rule, &Rule::verbs>("verbs", always),
    row<Rule, &Rule::resources>("resources", always),
    row<Rule, &Rule::resource_names>("resource_names", always),
};
PICKET_HAS_TABLE(Rule) { return table_of(kRule); }

static const Field<Role> kRole[] = {
    row<Role, &Role::rules>("rules", always),
    row<Role, &Role::metadata>("metadata", always),
};
PICKET_HAS_TABLE(Role) { return table_of(kRole, &Role::extra); }

static const Field<RoleRef> kRoleRef[] = {
    row<RoleRef, &RoleRef::type>("type", always),
    row<RoleRef, &RoleRef::name>("name", always),
};
PICKET_HAS_TABLE(RoleRef) { return table_of(kRoleRef); }

static const Field<Subject> kSubject[] = {
    row<Subject, &Subject::type>("type", always),
    row<Subject, &Subject::name>("name", always),
};
PICKET_HAS_TABLE(Subject) { return table_of(kSubject); }

static const Field<RoleBinding> kBinding[] = {
    row<RoleBinding, &RoleBinding::subjects>("subjects", always),
    row<RoleBinding, &RoleBinding::role_ref>("role_ref", always),
    row<RoleBinding, &RoleBinding::metadata>("metadata", always),
};
PICKET_HAS_TABLE(RoleBinding) { return table_of(kBinding, &RoleBinding::extra); }

static const Field<Namespace> kNamespace[] = {row<Namespace, &Namespace::name>("name", omit_empty)};
PICKET_HAS_TABLE(Namespace) { return table_of(kNamespace); }

static const Field<User> kUser[] = {
    row<User, &User::username>("username", omit_empty),
    row<User, &User::password>("password", omit_empty),
    row<User, &User::groups>("groups", omit_empty),
    row<User, &User::disabled>("disabled", always),
    row<User, &User::password_hash>("password_hash", omit_empty),
};
PICKET_HAS_TABLE(User) { return table_of(kUser); }

static const Field<ApiKey> kApiKey[] = {
    row<ApiKey, &ApiKey::metadata>("metadata", always),
    row<ApiKey, &ApiKey::username>("username", omit_empty),
    row<ApiKey, &ApiKey::created_at>("created_at", omit_empty),
};
PICKET_HAS_TABLE(ApiKey) { return table_of(kApiKey); }

static const Field<TessenConfig> kTessen[] = {row<TessenConfig, &TessenConfig::opt_out>("opt_out", always)};
PICKET_HAS_TABLE(TessenConfig) { return table_of(kTessen); }

PICKET_DOCUMENT(Role)
PICKET_DOCUMENT(RoleBinding)
PICKET_DOCUMENT(Namespace)
PICKET_DOCUMENT(User)
PICKET_DOCUMENT(ApiKey)
PICKET_DOCUMENT(TessenConfig)

}  // namespace picket
