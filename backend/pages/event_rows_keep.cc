// backend/pages/event_rows_keep.cc - rows follow what changes: events in a small share of the time, silences when they begin and end.
#include <algorithm>

#include <uv.h>

#include "backend/api/api_state.h"
#include "backend/ingest/ingest.h"
#include "backend/pages/event_rows.h"
#include "common/os/os.h"

namespace picket {
namespace {

int64_t now_ns() { return static_cast<int64_t>(uv_hrtime()); }
int64_t now_s() { return os_unix_ms() / 1000; }

bool is_quiet(const EventRow& before, const EventRow& now) {
  const bool same = before.status == now.status && before.flags == now.flags && before.since == now.since && before.told == now.told;
  if (!same) return false;
  return now.status == 0 || (before.occurrences == now.occurrences && before.output == now.output);
}

RowChange change_of(const EventKey& key) {
  RowChange out;
  out.ns = key.ns(), out.entity = key.entity(), out.check = key.check();
  return out;
}

// ---- events ----

// False: nothing that anybody would see.
bool row_renew(Api* api, const EventKey& key, RowChange* out) {
  EventRows* rows = api->rows.get();
  const std::string name = row_key(key.ns(), key.entity(), key.check());
  auto stored = event_present(api->backend, key);
  out->gone = stored.status.code == Err::not_found;
  if (out->gone) return rows->table.erase(name) > 0;
  if (!stored.ok() || !row_make(api, stored.value, &out->row)) return false;
  auto [it, is_new] = rows->table.try_emplace(name);
  if (is_new) {
    row_decided(api, &out->row);
  } else {
    out->row.told = it->second.told;
    out->row.flags |= it->second.flags & kRowDependency;
    out->quiet = is_quiet(it->second, out->row);
  }
  it->second = out->row;
  return true;
}

void next_event(Api* api) {
  ChangedEvents& changed = api->rows->changed;
  const EventKey key = *changed.order.front();
  changed.order.pop_front();
  changed.keys.erase(key);
  changed.made++;
  RowChange change = change_of(key);
  if (row_renew(api, key, &change)) watches_row(api, change);
}

void too_many(EventRows* rows) {
  const int64_t revision = rows->revision;
  auto waiting = std::move(rows->waiting);
  *rows = EventRows{};
  rows->revision = revision;
  rows->waiting = std::move(waiting);
  rows_done(rows, EventRows::too_many);
}

// A reader who waits pays with the loop's time; nobody else does.
void events_turn(Api* api) {
  EventRows* rows = api->rows.get();
  ChangedEvents& changed = rows->changed;
  const int64_t begin = now_ns(), saved = changed.credit_ns + (begin - changed.turn_ns) / kRowsShare;
  changed.credit_ns = std::min(saved, kRowsCreditNs);
  changed.turn_ns = begin;
  const int64_t most = rows->waiting.empty() ? std::min(changed.credit_ns, kRowsTurnNs) : kRowsTurnNs;
  int64_t spent = 0;
  while (spent < most && !changed.order.empty()) {
    next_event(api);
    spent = now_ns() - begin;
  }
  changed.credit_ns = std::max<int64_t>(changed.credit_ns - spent, 0);
}

// ---- silences ----

void silences_turn(Api* api) {
  EventRows* rows = api->rows.get();
  const SilenceIndex& index = api->backend->ingest->silences;
  if (rows->silences.looked_s != now_s()) row_silences_look(&rows->silences, index, now_s());
  if (!row_silences_due(rows->silences)) return;
  row_silences_step(&rows->silences, &rows->table, index, now_s(), kSilenceAsksPerTurn, [api](const EventRow& row) {
    RowChange change;
    change.ns = row.ns, change.entity = row.entity, change.check = row.check;
    change.row = row;
    watches_row(api, change);
  });
}

void readers_tell(EventRows* rows) {
  if (row_silences_due(rows->silences)) return;
  auto waits = std::stable_partition(rows->waiting.begin(), rows->waiting.end(),
                                     [&](const EventRows::Reader& r) { return r.noted > rows->changed.made; });
  std::vector<EventRows::Reader> ready(std::make_move_iterator(waits), std::make_move_iterator(rows->waiting.end()));
  rows->waiting.erase(waits, rows->waiting.end());
  for (auto& reader : ready) reader.ready();
}

}  // namespace

bool rows_keep(Api* api) {
  EventRows* rows = api->rows.get();
  silences_turn(api);
  events_turn(api);
  if (rows->table.size() > kRowsMax) too_many(rows);
  else readers_tell(rows);
  const bool changed = !rows->changed.order.empty() && rows->changed.credit_ns > 0;
  return changed || !rows->waiting.empty() || row_silences_due(rows->silences);
}

}  // namespace picket
