// tests/fuzz/old_backend.cc - what `migrate` and `apply` read of another installation: users of etcd, recorded snapshots, 1.x settings.
#include <cstdint>
#include <cstdlib>

#include "cli/ctl/legacy_1x.h"
#include "cli/verbs/migrate_plan.h"
#include "common/json/json.h"
#include "common/tls/crypto.h"

using namespace picket;

static void users_try(std::string_view text) {
  Result<UserHashes> users = user_hashes_parse(text);
  if (!users.ok()) return users.status.message.empty() ? abort() : void();
  for (const auto& [name, hash] : users.value)
    if (name.empty() || hash.compare(0, 2, "$2") != 0) abort();
}

static void etcd_try(std::string_view text) {
  (void)user_hashes_of_etcd(text);
  const std::string wrapped = R"({"kvs":[{"key":"eA==","value":")" + base64_encode(text) + R"("}]})";
  Result<UserHashes> users = user_hashes_of_etcd(wrapped);
  if (!users.ok()) abort();
  for (const auto& [name, hash] : users.value)
    if (name.empty() || hash.compare(0, 2, "$2") != 0) abort();
}

static void snapshot_try(const std::string& text) {
  Result<Snapshot> snapshot = snapshot_parse(text);
  if (!snapshot.ok()) return snapshot.status.message.empty() ? abort() : void();
  for (const PlanSection& section : plan_make(snapshot.value, {}))
    if (section.title.empty()) abort();
  if (!snapshot_parse(snapshot_json(snapshot.value)).ok()) abort();
}

static void legacy_try(std::string_view text) {
  if (!json_check(text).ok() || !legacy_is(text)) return;
  for (const std::string& document : legacy_translate(text, "default").documents)
    if (!json_check(document).ok()) abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0: users_try(text); break;
    case 1: etcd_try(text); break;
    case 2: snapshot_try(text); break;
    default: legacy_try(text);
  }
  return 0;
}
