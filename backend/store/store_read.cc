// backend/store/store_read.cc - what readers see: what is on the disk under what was handed in.
#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/store/store_state.h"

namespace picket {
namespace {

// Hands a read on; when it failed somebody must hear of it, whatever the caller makes of it.
template <class T>
T read_logged(Store* s, T read) {
  Status last;
  const int64_t failures = sqlite_reader_failures(s->reader, &last);
  if (failures != s->read_failures && os_mono_ms() >= s->read_logged_ms + kStoreRetryMs) {
    log_error("store", "cannot read the store", {{"error", last.message}, {"failed", failures}});
    s->read_logged_ms = os_mono_ms();
  }
  s->read_failures = failures;
  return read;
}

Result<StoredObject> object_of(const StoreOp& op) {
  if (op.deleted) return fail(Err::not_found, op.object.kind + " " + op.object.name + " not found");
  return op.object;
}

}  // namespace

void namespaces_read(Store* s) {
  Result<std::vector<StoredObject>> listed = store_list(s, "namespaces");
  if (!listed.ok()) return;  // it was said, and those that are known stay
  s->namespaces.clear();
  for (const StoredObject& o : listed.value) s->namespaces.insert(o.name);
}

Result<StoredObject> store_get(Store* s, std::string_view kind, std::string_view ns, std::string_view name) {
  if (const StoreOp* op = overlay_object(s->overlay, kind, ns, name)) return object_of(*op);
  return read_logged(s, sqlite_get(s->reader, kind, ns, name));
}

Result<std::vector<StoredObject>> store_list(Store* s, std::string_view kind, std::string_view ns, std::string_view after_ns,
                                             std::string_view after_name, int64_t limit) {
  auto stored = read_logged(s, sqlite_list(s->reader, kind, ns, after_ns, after_name, overlay_read_limit(s->overlay.objects_gone, limit)));
  if (!stored.ok()) return stored;
  return overlay_objects(s->overlay, std::move(stored.value), kind, ns, after_ns, after_name, limit);
}

Result<std::vector<StoredObject>> store_list(Store* s, std::string_view kind) { return store_list(s, kind, "", "", "", 0); }

Result<StoredEvent> store_get_event(Store* s, const EventKey& key) {
  const StoreOp* op = overlay_event(s->overlay, key);
  if (op && op->deleted) return fail(Err::not_found, "event " + event_row_name(key) + " not found");
  if (op && op->event.entity_json) return op->event;
  Result<StoredEvent> stored = read_logged(s, sqlite_get_event(s->reader, key));
  if (!op) return stored;
  return overlay_event_of(*op, stored.ok() ? &stored.value : nullptr);
}

bool store_event_is_pending(const Store* s, const EventKey& key) {
  const StoreOp* op = overlay_event(s->overlay, key);
  return op && !op->deleted;
}

Result<std::vector<StoredEvent>> store_list_events(Store* s, std::string_view ns, std::string_view entity, const EventKey& after,
                                                   int64_t limit) {
  const int64_t rows = overlay_read_limit(s->overlay.events_gone, limit);
  auto stored = read_logged(s, sqlite_list_events(s->reader, ns, entity, after, rows));
  if (!stored.ok()) return stored;
  return overlay_events(s->overlay, std::move(stored.value), ns, entity, after, limit);
}

Result<std::vector<StoredStep>> store_list_steps(Store* s, const EventKey& key, int64_t from) {
  auto stored = read_logged(s, sqlite_list_steps(s->reader, key, from));
  if (!stored.ok()) return stored;
  return overlay_steps(s->overlay, std::move(stored.value), key, from);
}

Result<std::string> store_get_step(Store* s, const StoredStep& step) {
  bool decided = false;
  std::string data = overlay_step(s->overlay, step, &decided);
  if (!decided) return read_logged(s, sqlite_get_step(s->reader, step));
  if (data.empty()) return fail(Err::not_found, "no metrics of that time");
  return data;
}

Result<std::vector<StoredStep>> store_list_series(Store* s) { return read_logged(s, sqlite_list_series(s->reader)); }

int64_t store_read_failures(const Store* s, Status* last) { return sqlite_reader_failures(s->reader, last); }

}  // namespace picket
