// common/rules/resource_types.cc - the row of each kind: names, canonical form, validation.
#include "common/rules/resource_types.h"

#include <ctime>

#include "common/rules/validate.h"
#include "common/time/time_window.h"
#include "common/time/window_words.h"

namespace picket {

// ---- canonical form: what the reference changes while it validates ----

template <class T>
static void canonicalise(T&) {}

// Times of day with zones, or of 24 hours, become what is stored: "17:00 UTC" is "5:00PM". What cannot be read stays, and is refused.
static void canonicalise(std::optional<TimeWindowWhen>& window) {
  if (!window || window_validate(*window).ok()) return;
  if (Result<TimeWindowWhen> utc = window_in_utc(*window, std::time(nullptr), *timezone_utc()); utc.ok()) window = std::move(utc.value);
}

static void canonicalise(CheckConfig& check) { canonicalise(check.subdue); }
static void canonicalise(EventFilter& filter) { canonicalise(filter.when); }

static StringList split_at_commas(const StringList& list) {
  StringList parts;
  for (const std::string& item : list) {
    size_t from = 0;
    for (size_t comma; (comma = item.find(',', from)) != item.npos; from = comma + 1) parts.push_back(item.substr(from, comma - from));
    parts.push_back(item.substr(from));
  }
  return parts;
}

static void canonicalise(Role& role) {
  for (Rule& rule : role.rules) {
    rule.verbs = split_at_commas(rule.verbs);
    rule.resources = split_at_commas(rule.resources);
  }
}

static void capitalise(std::string& word) {
  if (!word.empty() && word[0] >= 'a' && word[0] <= 'z') word[0] = static_cast<char>(word[0] - 32);
}

static void canonicalise(RoleBinding& binding) {
  capitalise(binding.role_ref.type);
  for (Subject& subject : binding.subjects) capitalise(subject.type);
}

// ---- one set of functions per type ----

template <class T>
static ObjectMeta metadata_of(const T& value) {
  return value.metadata;
}
template <class T>
static void metadata_set(T& value, const ObjectMeta& metadata) {
  value.metadata = metadata;
}

static ObjectMeta named(const std::string& name) {
  ObjectMeta metadata;
  metadata.name = name;
  return metadata;
}

static ObjectMeta metadata_of(const Namespace& ns) { return named(ns.name); }
static ObjectMeta metadata_of(const User& user) { return named(user.username); }
static ObjectMeta metadata_of(const TessenConfig&) { return named("tessen"); }
static void metadata_set(Namespace& ns, const ObjectMeta& metadata) { ns.name = metadata.name; }
static void metadata_set(User& user, const ObjectMeta& metadata) { user.username = metadata.name; }
static void metadata_set(TessenConfig&, const ObjectMeta&) {}

template <class T>
static Result<Resource> resource_decode(std::string_view json, const ResourceType* type) {
  Result<T> decoded = decode<T>(json, Unknown::drop);
  if (!decoded.ok()) return decoded.status;
  canonicalise(decoded.value);
  return Resource{type, metadata_of(decoded.value), encode(decoded.value)};
}

template <class T, Status (*validator)(const T&)>
static Status resource_validate(std::string_view json) {
  Result<T> decoded = decode<T>(json, Unknown::drop);
  return decoded.ok() ? validator(decoded.value) : decoded.status;
}

template <class T>
static std::string resource_with_metadata(std::string_view json, const ObjectMeta& metadata) {
  Result<T> decoded = decode<T>(json, Unknown::drop);
  metadata_set(decoded.value, metadata);
  return encode(decoded.value);
}

static Status validate_tessen(const TessenConfig&) { return {}; }

// Row N decodes with a function of its own, because a Resource points to its row.
template <class T, int N>
static Result<Resource> row_decode(std::string_view json) {
  return resource_decode<T>(json, &kResourceTypes[N]);
}

template <int N, class T, Status (*validator)(const T&)>
static constexpr ResourceType row(const char* type, const char* plural, bool namespaced, bool has_metadata) {
  return {type, plural, namespaced, has_metadata, row_decode<T, N>, resource_validate<T, validator>, resource_with_metadata<T>};
}

const ResourceType kResourceTypes[] = {
    // row, struct, validator; type of the wrapped form, plural; in a namespace? with metadata?
    row<0, ApiKey, validate_api_key>("APIKey", "apikeys", false, true),
    row<1, Asset, validate_asset_definition>("Asset", "assets", true, true),
    row<2, CheckConfig, validate_check_definition>("CheckConfig", "checks", true, true),
    row<3, RoleBinding, validate_cluster_role_binding>("ClusterRoleBinding", "clusterrolebindings", false, true),
    row<4, Role, validate_cluster_role>("ClusterRole", "clusterroles", false, true),
    row<5, Entity, validate_entity_definition>("Entity", "entities", true, true),
    row<6, EventFilter, validate_filter>("EventFilter", "filters", true, true),
    row<7, Handler, validate_handler>("Handler", "handlers", true, true),
    row<8, HookConfig, validate_hook_definition>("HookConfig", "hooks", true, true),
    row<9, Mutator, validate_mutator>("Mutator", "mutators", true, true),
    row<10, Namespace, validate_namespace>("Namespace", "namespaces", false, false),
    row<11, Pipeline, validate_pipeline>("Pipeline", "pipelines", true, true),
    row<12, RoleBinding, validate_role_binding>("RoleBinding", "rolebindings", true, true),
    row<13, Role, validate_role>("Role", "roles", true, true),
    row<14, Silenced, validate_silenced>("Silenced", "silenced", true, true),
    row<15, TessenConfig, validate_tessen>("TessenConfig", "tessen", false, false),
    row<16, User, validate_user>("User", "users", false, false),
};
const int kResourceTypesCount = static_cast<int>(std::size(kResourceTypes));

const ResourceType* resource_by_plural(std::string_view plural) {
  for (const ResourceType& type : kResourceTypes)
    if (plural == type.plural) return &type;
  return nullptr;
}

// Equal without underscores and case: "CheckConfig", "check_config", "api_key".
static std::string plain(std::string_view name) {
  std::string out;
  for (char c : name)
    if (c != '_') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

const ResourceType* resource_by_type(std::string_view name) {
  std::string wanted = plain(name);
  for (const ResourceType& type : kResourceTypes)
    if (wanted == plain(type.type)) return &type;
  return nullptr;
}

}  // namespace picket
