// backend/auth/first_start.cc - what an empty store gets at the first start: what the reference's `sensu-backend init` makes.
#include "common/tls/crypto.h"
#include "common/json/json.h"
#include "common/os/os.h"
#include "common/rules/resource_types.h"
#include "backend/auth/auth.h"
#include "backend/shared/backend_config.h"
#include "backend/auth/password.h"

namespace picket {

#define CORE_RESOURCES R"("assets","checks","entities","events","filters","handlers","hooks","mutators","silenced")"
#define NAMESPACES_RULE R"({"verbs":["get","list"],"resources":["namespaces"]})"

namespace {
struct SeedRow { const char *kind, *ns, *json; };
}  // namespace

static const SeedRow kSeed[] = {
    {"namespaces", "", R"({"name":"default"})"},
    {"namespaces", "", R"({"name":"sensu-system"})"},
    {"clusterroles", "", R"({"metadata":{"name":"cluster-admin"},"rules":[{"verbs":["*"],"resources":["*"]}]})"},
    {"clusterroles", "", R"({"metadata":{"name":"admin"},"rules":[{"verbs":["*"],"resources":[)" CORE_RESOURCES
                         R"(,"roles","rolebindings"]},)" NAMESPACES_RULE "]}"},
    {"clusterroles", "", R"({"metadata":{"name":"edit"},"rules":[{"verbs":["*"],"resources":[)" CORE_RESOURCES
                         "]}," NAMESPACES_RULE "]}"},
    {"clusterroles", "", R"({"metadata":{"name":"view"},"rules":[{"verbs":["get","list"],"resources":[)" CORE_RESOURCES
                         R"(,"namespaces"]}]})"},
    {"clusterroles", "", R"({"metadata":{"name":"system:agent"},"rules":[{"verbs":["*"],"resources":["events"]}]})"},
    {"clusterroles", "", R"({"metadata":{"name":"system:user"},
                             "rules":[{"verbs":["get","update"],"resources":["localselfuser"]}]})"},
    {"clusterrolebindings", "", R"({"metadata":{"name":"cluster-admin"},"subjects":[{"type":"Group","name":"cluster-admins"}],
                                    "role_ref":{"type":"ClusterRole","name":"cluster-admin"}})"},
    {"clusterrolebindings", "", R"({"metadata":{"name":"system:agent"},"subjects":[{"type":"Group","name":"system:agents"}],
                                    "role_ref":{"type":"ClusterRole","name":"system:agent"}})"},
    {"clusterrolebindings", "", R"({"metadata":{"name":"system:user"},"subjects":[{"type":"Group","name":"system:users"}],
                                    "role_ref":{"type":"ClusterRole","name":"system:user"}})"},
    {"tessen", "", R"({"opt_out":true})"},  // nothing here calls home
};

static Result<StoreWrite> seed_write(const SeedRow& row) {
  auto made = resource_by_plural(row.kind)->decode(row.json);
  if (!made.ok()) return because(std::string("seed ") + row.kind, made.status);
  std::string name = made.value.metadata.name.empty() ? "config" : made.value.metadata.name;
  return write_put(row.kind, row.ns, name, made.value.body);
}

std::vector<StoreWrite> namespace_companions(const std::string& ns) {
  ObjectMeta metadata;
  metadata.name = "system:pipeline";
  metadata.ns = ns;
  StoreWrite role, binding;
  role.object = {"roles", ns, metadata.name, encode(Role{{Rule{{"get", "list"}, {"events"}, {}}}, metadata, {}}), 0};
  binding.object = {"rolebindings", ns, metadata.name,
                    encode(RoleBinding{{{"Group", "system:pipeline"}}, {"Role", "system:pipeline"}, metadata, {}}), 0};
  return {role, binding};
}

static StoreWrite seed_user(const std::string& name, const std::string& hash, const std::string& group) {
  User user;
  user.username = name;
  user.password_hash = hash;
  user.groups = {group};
  return write_put("users", "", name, encode(user));
}

static StoreWrite seed_api_key(const std::string& key, const std::string& user, int64_t now_s) {
  ApiKey value;
  value.metadata.name = key;
  value.metadata.created_by = user;
  value.username = user;
  value.created_at = now_s;
  return write_put("apikeys", "", key, encode(value));
}

// 24 characters of 32 without look-alikes: 120 bits.
static Result<std::string> password_generate() {
  unsigned char bytes[24];
  if (!os_random(bytes, sizeof bytes)) return fail(Err::internal, "no random numbers from the system");
  std::string out;
  for (unsigned char b : bytes) out += "abcdefghijkmnpqrstuvwxyz23456789"[b & 31];
  return out;
}

static bool is_default(const std::string& password) { return password.empty() || password == kDefaultPassword; }

Status password_first_check(const std::string& password) {
  if (is_default(password)) return {};
  if (password.size() < kPasswordMin) return fail(Err::invalid, "password length must be at least 8 characters");
  return password_hash(password).status;
}

static Result<std::string> hash_of(const std::string& password) {
  if (is_default(password)) return std::string(password_default_hash());
  if (password.size() < kPasswordMin) return password_first_check(password);
  return password_hash(password);
}

// What cannot be read is not taken for absent: the default password would take the place of the administrator's.
static Result<bool> seeded_before(Store* store) {
  Result<StoredObject> role = store_get(store, "clusterroles", "", "cluster-admin");
  if (role.ok()) return true;
  if (role.status.code != Err::not_found) return role.status;
  Result<std::vector<StoredObject>> users = store_list(store, "users", "", "", "", 1);
  if (!users.ok()) return users.status;
  return !users.value.empty();
}

Result<Seeded> auth_seed(Store* store, const SeedOptions& options, int64_t now_s, StoreDone done) {
  Seeded seeded;
  const Result<bool> is_seeded = seeded_before(store);
  if (!is_seeded.ok()) return is_seeded.status;
  if (is_seeded.value) {
    if (done) done({});
    return seeded;
  }
  seeded.first_start = true;
  std::string admin_password = options.admin_password;
  if (admin_password.empty() && options.remote) {
    auto made = password_generate();
    if (!made.ok()) return made.status;
    admin_password = seeded.generated_password = made.value;
  }
  auto admin_hash = hash_of(admin_password), agent_hash = hash_of(options.agent_password);
  if (!admin_hash.ok()) return because("cluster-admin-password (or PICKET_ADMIN_PASSWORD)", admin_hash.status);
  if (!agent_hash.ok()) return because("agent-password", agent_hash.status);

  std::vector<StoreWrite> batch;
  for (const SeedRow& row : kSeed) {
    auto write = seed_write(row);
    if (!write.ok()) return write.status;
    batch.push_back(write.value);
  }
  for (const char* ns : {"default", "sensu-system"})
    for (StoreWrite& write : namespace_companions(ns)) batch.push_back(std::move(write));
  batch.push_back(seed_user(options.admin_username, admin_hash.value, "cluster-admins"));
  if (options.admin_username != "agent") batch.push_back(seed_user("agent", agent_hash.value, "system:agents"));
  if (!options.admin_api_key.empty()) batch.push_back(seed_api_key(options.admin_api_key, options.admin_username, now_s));
  for (const std::string& check : options.checks) {
    auto write = seed_write({"checks", "default", check.c_str()});
    if (!write.ok()) return write.status;
    batch.push_back(write.value);
  }
  for (StoreWrite& write : batch) write.op = StoreWrite::create;  // never over what is there
  const Status taken = store_hand_in(store, std::move(batch), std::move(done));
  if (!taken.ok()) return taken;
  return seeded;
}

SeedOptions seed_options(const BackendConfig& config) {
  SeedOptions options;
  options.admin_username = config.admin_username;
  options.admin_password = config.admin_password;
  options.admin_api_key = config.admin_api_key;
  options.agent_password = config.agent_password;
  options.checks = config.first_checks;
  return options;
}

}  // namespace picket
