// backend/incident/incident_table.cc - see incident_table.h.
#include "backend/incident/incident_table.h"

#include <algorithm>

namespace picket {
namespace {

using Briefs = std::deque<IncidentBrief>;

Briefs::iterator find(Briefs& briefs, const std::string& id) {
  auto it = std::find_if(briefs.rbegin(), briefs.rend(), [&](const IncidentBrief& b) { return b.id == id; });
  return it == briefs.rend() ? briefs.end() : std::prev(it.base());
}

bool is_old(const Briefs& briefs, int64_t now_s) {
  const IncidentBrief& first = briefs.front();
  if (first.end == 0) return false;
  return briefs.size() > kIncidentsPerEventMax || (briefs.size() > kIncidentsPerEvent && first.end < now_s - kIncidentDays * 24 * 3600);
}

void remove_at(IncidentTable& t, Briefs& briefs, Briefs::iterator it) {
  t.ended.erase({it->end, it->id});
  t.count--;
  t.bytes -= it->bytes;
  briefs.erase(it);
}

void trim_event(IncidentTable& t, const EventKey& key, Briefs& briefs, int64_t now_s, std::vector<IncidentGone>& gone) {
  while (!briefs.empty() && is_old(briefs, now_s)) {
    gone.push_back({key, briefs.front().id});
    remove_at(t, briefs, briefs.begin());
  }
}

void trim_total(IncidentTable& t, std::vector<IncidentGone>& gone) {
  while (!t.ended.empty() && (t.count > kIncidentsMax || t.bytes > kIncidentBytesMax)) {
    gone.push_back({t.ended.begin()->second, t.ended.begin()->first.second});
    incidents_remove(t, gone.back().key, gone.back().id);
  }
}

}  // namespace

void incidents_enter(IncidentTable& t, const EventKey& key, const Incident& i, size_t bytes) {
  Briefs& briefs = t.of[key];
  auto it = find(briefs, i.id);
  if (it == briefs.end()) {
    it = briefs.insert(briefs.end(), IncidentBrief{i.id, i.begin, 0, 0});
    t.count++;
  }
  if (it->end != 0) t.ended.erase({it->end, it->id});
  if (i.end != 0) t.ended[{i.end, i.id}] = key;
  t.bytes += bytes - it->bytes;
  it->bytes = bytes;
  it->end = i.end;
}

void incidents_remove(IncidentTable& t, const EventKey& key, const std::string& id) {
  auto of = t.of.find(key);
  if (of == t.of.end()) return;
  auto it = find(of->second, id);
  if (it != of->second.end()) remove_at(t, of->second, it);
  if (of->second.empty()) t.of.erase(of);
}

std::vector<IncidentGone> incidents_trim(IncidentTable& t, const EventKey& key, int64_t now_s) {
  std::vector<IncidentGone> gone;
  if (auto of = t.of.find(key); of != t.of.end()) trim_event(t, key, of->second, now_s, gone);
  trim_total(t, gone);
  return gone;
}

std::vector<IncidentGone> incidents_trim_all(IncidentTable& t, int64_t now_s) {
  std::vector<IncidentGone> gone;
  for (auto& [key, briefs] : t.of) trim_event(t, key, briefs, now_s, gone);
  trim_total(t, gone);
  return gone;
}

const IncidentBrief* incidents_last(const IncidentTable& t, const EventKey& key) {
  auto of = t.of.find(key);
  return of == t.of.end() || of->second.empty() ? nullptr : &of->second.back();
}

}  // namespace picket
