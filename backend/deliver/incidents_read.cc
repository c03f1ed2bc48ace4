// backend/deliver/incidents_read.cc - incidents for readers: selected by what is known in memory, read one by one.
#include <algorithm>
#include <tuple>

#include "backend/deliver/incidents.h"
#include "backend/deliver/pipelines.h"

namespace picket {
namespace {

struct Found {
  const EventKey* key;
  const IncidentBrief* brief;
};

bool matches(const IncidentsWanted& w, const EventKey& key) {
  return (w.ns.empty() || key.ns() == w.ns) && (w.entity.empty() || key.entity() == w.entity) &&
      (w.check.empty() || key.check() == w.check) && w.visible(key.ns());
}

bool matches(const IncidentsWanted& w, const IncidentBrief& brief) { return brief.end == 0 || (!w.open && brief.end >= w.since); }

// The newest first.
bool before(const Found& a, const Found& b) { return std::tie(a.brief->begin, a.brief->id) > std::tie(b.brief->begin, b.brief->id); }

std::vector<Found> select(const IncidentTable& table, const IncidentsWanted& w) {
  std::vector<Found> found;
  for (const auto& [key, briefs] : table.of) {
    if (!matches(w, key)) continue;
    for (const IncidentBrief& brief : briefs)
      if (matches(w, brief)) found.push_back({&key, &brief});
  }
  std::sort(found.begin(), found.end(), before);
  if (static_cast<int64_t>(found.size()) > w.limit) found.resize(static_cast<size_t>(w.limit));
  return found;
}

}  // namespace

Result<std::vector<std::string>> incidents_list(const Backend* b, const IncidentsWanted& w) {
  const Incidents& all = b->pipelines->incidents;
  std::vector<std::string> out;
  for (const Found& f : select(all.table, w)) {
    if (auto it = all.live.find(*f.key); it != all.live.end() && it->second.id == f.brief->id) {
      out.push_back(incident_json(it->second));
      continue;
    }
    Result<StoredObject> stored = store_get(b->store, kIncidents, f.key->ns(), f.brief->id);
    if (!stored.ok() && stored.status.code != Err::not_found) return stored.status;
    if (stored.ok()) out.push_back(std::move(stored.value.body));
  }
  return out;
}

Result<Incident> incidents_get(const Backend* b, std::string_view ns, std::string_view id) {
  Result<StoredObject> stored = store_get(b->store, kIncidents, ns, id);
  if (!stored.ok()) return stored.status;
  Result<Incident> i = incident_read(stored.value.body);
  if (!i.ok()) return i;
  const Incidents& all = b->pipelines->incidents;
  auto it = all.live.find(EventKey(ns, i.value.entity, i.value.check));
  return it != all.live.end() && it->second.id == id ? it->second : i;
}

int64_t incidents_open(const Incidents& all, bool not_notified_only) {
  return std::count_if(all.live.begin(), all.live.end(),
                       [&](const auto& it) { return it.second.end == 0 && !(not_notified_only && it.second.notified); });
}

}  // namespace picket
