// backend/ingest/import_grace.cc - one object of the store, and what it means at a start; see import_grace.h.
#include "backend/ingest/import_grace.h"

#include <algorithm>

#include "backend/ingest/event_import.h"
#include "common/json/json.h"

namespace picket {
namespace {

constexpr const char* kGraceKind = "cluster";
constexpr const char* kGraceName = "import-grace";

}  // namespace

StoreWrite import_grace_write(const ImportGrace& stored, const ImportGrace& wanted) {
  JsonObject o;
  o.add("from", std::max(stored.from_s, wanted.from_s)).add("until", std::max(stored.until_s, wanted.until_s));
  return write_put(kGraceKind, "", kGraceName, o.done());
}

Result<ImportGrace> import_grace_read(Store* store) {
  Result<StoredObject> o = store_get(store, kGraceKind, "", kGraceName);
  if (o.status.code == Err::not_found) return ImportGrace{};
  if (!o.ok()) return o.status;
  const std::string& body = o.value.body;
  return ImportGrace{json_int64(json_at(body, {"from"})).value, json_int64(json_at(body, {"until"})).value};
}

int64_t import_grace_restore(Liveness& liveness, const std::vector<CountdownRow>& rows, const ImportGrace& grace, int64_t wall_ms,
                             int64_t now_ms) {
  // A clock that was set back makes it no longer than any may be.
  const int64_t left_ms = std::min(grace.until_s * 1000 - wall_ms, kImportGraceMaxS * 1000);
  if (left_ms <= 0) return 0;
  int64_t put_off = 0;
  for (const CountdownRow& row : rows) {
    const Countdown* c = liveness_find(liveness, row.key);
    if (!c || row.last_alive_s > grace.from_s || c->deadline_ms >= now_ms + left_ms) continue;
    liveness_put_off(liveness, row.key, now_ms + left_ms);
    put_off++;
  }
  return put_off;
}

}  // namespace picket
