// Who may do what: roles, bindings, users, keys; and the small cluster-wide objects.
#include "types_fields.h"

namespace picket {

static const Field<Rule> kRule[] = {
    row<Rule, &Rule::verbs>("verbs", always),
    row<Rule, &Rule::resources>("resources", always),
    row<Rule, &Rule::resource_names>("resource_names", always),
};
template <> FieldTable<Rule> fields_of<Rule>() { return table_of(kRule); }

static const Field<Role> kRole[] = {
    row<Role, &Role::rules>("rules", always),
    row<Role, &Role::metadata>("metadata", always),
};
template <> FieldTable<Role> fields_of<Role>() { return table_of(kRole, &Role::extra); }

static const Field<RoleRef> kRoleRef[] = {
    row<RoleRef, &RoleRef::type>("type", always),
    row<RoleRef, &RoleRef::name>("name", always),
};
template <> FieldTable<RoleRef> fields_of<RoleRef>() { return table_of(kRoleRef); }

static const Field<Subject> kSubject[] = {
    row<Subject, &Subject::type>("type", always),
    row<Subject, &Subject::name>("name", always),
};
template <> FieldTable<Subject> fields_of<Subject>() { return table_of(kSubject); }

static const Field<RoleBinding> kBinding[] = {
    row<RoleBinding, &RoleBinding::subjects>("subjects", always),
    row<RoleBinding, &RoleBinding::role_ref>("role_ref", always),
    row<RoleBinding, &RoleBinding::metadata>("metadata", always),
};
template <> FieldTable<RoleBinding> fields_of<RoleBinding>() { return table_of(kBinding, &RoleBinding::extra); }

static const Field<Namespace> kNamespace[] = {row<Namespace, &Namespace::name>("name", omit_empty)};
template <> FieldTable<Namespace> fields_of<Namespace>() { return table_of(kNamespace); }

static const Field<User> kUser[] = {
    row<User, &User::username>("username", omit_empty),
    row<User, &User::password>("password", omit_empty),
    row<User, &User::groups>("groups", omit_empty),
    row<User, &User::disabled>("disabled", always),
    row<User, &User::password_hash>("password_hash", omit_empty),
};
template <> FieldTable<User> fields_of<User>() { return table_of(kUser); }

static const Field<ApiKey> kApiKey[] = {
    row<ApiKey, &ApiKey::metadata>("metadata", always),
    row<ApiKey, &ApiKey::username>("username", omit_empty),
    row<ApiKey, &ApiKey::created_at>("created_at", omit_empty),
};
template <> FieldTable<ApiKey> fields_of<ApiKey>() { return table_of(kApiKey); }

static const Field<TessenConfig> kTessen[] = {row<TessenConfig, &TessenConfig::opt_out>("opt_out", always)};
template <> FieldTable<TessenConfig> fields_of<TessenConfig>() { return table_of(kTessen); }

PICKET_DOCUMENT(Role)
PICKET_DOCUMENT(RoleBinding)
PICKET_DOCUMENT(Namespace)
PICKET_DOCUMENT(User)
PICKET_DOCUMENT(ApiKey)
PICKET_DOCUMENT(TessenConfig)

}  // namespace picket
