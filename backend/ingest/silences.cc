// backend/ingest/silences.cc - silences as they are read, end, and follow a clock that was set.
#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/ingest/ingest.h"
#include "backend/shared/stored_value.h"

namespace picket {

// Somebody may have put it anew, and waits for the commit.
static bool silence_is_over(Backend* b, const SilenceKey& k) {
  Result<StoredObject> o = store_get(b->store, "silenced", k.ns, k.name);
  Result<Silenced> s = o.ok() ? decode<Silenced>(o.value.body) : Result<Silenced>(o.status);
  return !s.ok() || silence_remaining(s.value, os_unix_ms() / 1000) == 0;
}

void silences_look(Backend* b) {
  for (const SilenceKey& k : silence_expired(b->ingest->silences, os_unix_ms() / 1000)) {
    if (!silence_is_over(b, k)) continue;
    store_write(b->store, {write_kept(write_drop("silenced", k.ns, k.name))}, {});
  }
}

// A silence "for an hour" that was made in this run lasts an hour, whatever the clock is set to meanwhile. One from before the start
// has an end that was right by some clock, and keeps it.
void silences_follow(Backend* b, int64_t by_s) {
  for (const std::string& key : b->ingest->silences_made) {
    const size_t line = key.find('\n');
    Result<StoredObject> o = store_get(b->store, "silenced", key.substr(0, line), key.substr(line + 1));
    Result<Silenced> s = o.ok() ? decode<Silenced>(o.value.body) : Result<Silenced>(o.status);
    if (!s.ok() || s.value.expire <= 0 || s.value.expire_at <= 0) continue;
    s.value.begin += by_s;
    s.value.expire_at += by_s;
    silence_put(b->ingest->silences, s.value);
    store_write(b->store, {write_kept(write_put("silenced", o.value.ns, o.value.name, encode(s.value)))}, {});
  }
}

void silence_read(Ingest* ingest, const StoredObject& o) {
  Result<Silenced> s = stored_decode<Silenced>(o);
  Status status = s.status;
  if (status.ok()) status = stored_place_check(o, o.ns, silence_name(s.value.subscription, s.value.check));
  if (status.ok()) return silence_put(ingest->silences, s.value);
  silence_delete(ingest->silences, o.ns, o.name);
  log_error("eventd", "stored silence is invalid and ignored", {{"namespace", o.ns}, {"name", o.name}, {"error", status.message}});
}

}  // namespace picket
