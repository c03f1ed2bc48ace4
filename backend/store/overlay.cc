// backend/store/overlay.cc - pending writes by key, merged into what readers get from disk.
#include "backend/store/overlay.h"

namespace picket {
namespace {

const std::string& op_key(const StoreOp& op) {
  if (op.kind == StoreOp::of_event) return op.event.key.text;
  return op.kind == StoreOp::of_step ? op.step->key.text : op.row;
}

bool of_event(const StoreOp& op) { return op.kind == StoreOp::of_event; }
Overlay::Map& map_of(Overlay& overlay, const StoreOp& op) { return of_event(op) ? overlay.events : overlay.objects; }
const Overlay::Map& map_of(const Overlay& overlay, const StoreOp& op) { return of_event(op) ? overlay.events : overlay.objects; }

void count(Overlay& overlay, const StoreOp& op, int64_t by) {
  if (op.deleted) (of_event(op) ? overlay.events_gone : overlay.objects_gone) += by;
}

// `op` null: nothing is pending there any more.
void place(Overlay& overlay, Overlay::Map& map, Overlay::Map::iterator at, OpPtr op) {
  count(overlay, *at->second, -1);
  if (op) count(overlay, *op, 1), at->second = std::move(op);
  else map.erase(at);
}

const StoreOp* find(const Overlay::Map& map, const std::string& key) {
  auto it = map.find(key);
  return it == map.end() ? nullptr : it->second.get();
}

using Range = std::pair<Overlay::Map::const_iterator, Overlay::Map::const_iterator>;

Range range_of(const Overlay::Map& map, const std::string& prefix, const std::string& after) {
  auto from = after >= prefix ? map.upper_bound(after) : map.lower_bound(prefix);
  if (prefix.empty()) return {from, map.end()};
  std::string end = prefix;  // it ends with a zero byte
  end.back() = '\1';
  return {from, end <= after ? from : map.lower_bound(end)};
}

// Both are in order of their keys.
template <class T, class KeyOf, class Pick>
std::vector<T> merged(std::vector<T> stored, Range pending, int64_t limit, KeyOf key_of, Pick pick) {
  auto [from, to] = pending;
  const auto full = [&](const std::vector<T>& v) { return limit > 0 && static_cast<int64_t>(v.size()) >= limit; };
  if (from == to) {
    if (full(stored)) stored.resize(static_cast<size_t>(limit));
    return stored;
  }
  std::vector<T> out;
  size_t i = 0;
  while ((i < stored.size() || from != to) && !full(out)) {
    const int order = i == stored.size() ? 1 : from == to ? -1 : key_of(stored[i]).compare(from->first);
    if (order < 0) {
      out.push_back(std::move(stored[i++]));
      continue;
    }
    if (!from->second->deleted) out.push_back(pick(*from->second, order == 0 ? &stored[i] : nullptr));
    if (order == 0) i++;
    ++from;
  }
  return out;
}

// ---- steps ----

void step_add(Overlay& overlay, const OpPtr& op) {
  Overlay::Steps& steps = overlay.steps[op_key(*op)];
  if (!op->deleted) {
    steps.at[op->step->at] = op;
    return;
  }
  steps.at.clear();
  steps.gone = op;
}

void step_remove(Overlay& overlay, const StoreOp& op) {
  auto it = overlay.steps.find(op_key(op));
  if (it == overlay.steps.end()) return;
  Overlay::Steps& steps = it->second;
  if (steps.gone && steps.gone->revision == op.revision) steps.gone = nullptr;
  auto at = steps.at.find(op.step->at);
  if (at != steps.at.end() && at->second->revision == op.revision) steps.at.erase(at);
  if (!steps.gone && steps.at.empty()) overlay.steps.erase(it);
}

}  // namespace

std::string object_key(std::string_view kind, std::string_view ns, std::string_view name) {
  std::string key;
  key.reserve(kind.size() + ns.size() + name.size() + 2);
  key.append(kind).append(1, '\0').append(ns).append(1, '\0').append(name);
  return key;
}

void overlay_add(Overlay& overlay, const OpPtr& op) {
  if (op->kind == StoreOp::of_step) return step_add(overlay, op);
  Overlay::Map& map = map_of(overlay, *op);
  auto [it, added] = map.try_emplace(op_key(*op), op);
  if (added) return count(overlay, *op, 1);
  const OpPtr& before = it->second;
  if (op->kind == StoreOp::of_event && !op->deleted && !op->event.entity_json) op->event.entity_json = before->event.entity_json;
  if (!op->keep && (before->keep || before->covered)) op->covered = before;
  place(overlay, map, it, op);
}

void overlay_remove(Overlay& overlay, const StoreOp& op) {
  if (op.kind == StoreOp::of_step) return step_remove(overlay, op);
  Overlay::Map& map = map_of(overlay, op);
  auto it = map.find(op_key(op));
  if (it != map.end() && it->second.get() == &op) place(overlay, map, it, nullptr);
}

void overlay_refuse(Overlay& overlay, const StoreOp& op) {
  if (op.kind == StoreOp::of_step) return step_remove(overlay, op);
  Overlay::Map& map = map_of(overlay, op);
  auto it = map.find(op_key(op));
  if (it == map.end() || it->second.get() != &op) return;
  OpPtr before = op.covered;
  while (before && before->kept_at == 0) before = before->covered;
  place(overlay, map, it, std::move(before));
}

OpPtr overlay_newest(const Overlay& overlay, const StoreOp& op) {
  if (op.kind == StoreOp::of_step) return nullptr;
  const Overlay::Map& map = map_of(overlay, op);
  auto it = map.find(op_key(op));
  return it == map.end() ? nullptr : it->second;
}

Place overlay_place(const Overlay& overlay, const StoreOp& op) {
  OpPtr at = overlay_newest(overlay, op);
  if (at.get() == &op) return Place::newest;
  while (at && at.get() != &op) at = at->covered;
  return at ? Place::covered : Place::gone;
}

const StoreOp* overlay_object(const Overlay& overlay, std::string_view kind, std::string_view ns, std::string_view name) {
  return find(overlay.objects, object_key(kind, ns, name));
}

const StoreOp* overlay_event(const Overlay& overlay, const EventKey& key) { return find(overlay.events, key.text); }

Covered overlay_covered(const Overlay& overlay, const StoreOp& op) {
  if (op.kind == StoreOp::of_step) return {};
  return {op_key(op), overlay_newest(overlay, op)};
}

void overlay_put_back(Overlay& overlay, const StoreOp& op, Covered covered) {
  if (op.kind == StoreOp::of_step) return step_remove(overlay, op);
  Overlay::Map& map = map_of(overlay, op);
  if (auto it = map.find(covered.key); it != map.end()) place(overlay, map, it, std::move(covered.op));
}

int64_t overlay_read_limit(int64_t gone, int64_t limit) { return limit > 0 ? limit + gone : 0; }

std::vector<StoredObject> overlay_objects(const Overlay& overlay, std::vector<StoredObject> stored, std::string_view kind,
                                          std::string_view ns, std::string_view after_ns, std::string_view after_name, int64_t limit) {
  const std::string prefix = std::string(kind) + '\0' + (ns.empty() ? "" : std::string(ns) + '\0');
  return merged<StoredObject>(
      std::move(stored), range_of(overlay.objects, prefix, object_key(kind, after_ns, after_name)), limit,
      [](const StoredObject& o) { return object_key(o.kind, o.ns, o.name); },
      [](const StoreOp& op, const StoredObject*) { return op.object; });
}

std::vector<StoredEvent> overlay_events(const Overlay& overlay, std::vector<StoredEvent> stored, std::string_view ns,
                                        std::string_view entity, const EventKey& after, int64_t limit) {
  std::string prefix;
  if (!ns.empty()) prefix.append(ns).append(1, '\0');
  if (!ns.empty() && !entity.empty()) prefix.append(entity).append(1, '\0');
  return merged<StoredEvent>(
      std::move(stored), range_of(overlay.events, prefix, after.text), limit,
      [](const StoredEvent& e) -> const std::string& { return e.key.text; }, overlay_event_of);
}

std::vector<StoredStep> overlay_steps(const Overlay& overlay, std::vector<StoredStep> stored, const EventKey& key, int64_t from) {
  auto it = overlay.steps.find(key.text);
  if (it == overlay.steps.end()) return stored;
  std::map<int64_t, StoredStep> all;
  if (!it->second.gone)
    for (StoredStep& s : stored) all[s.at] = std::move(s);
  for (const auto& [at, op] : it->second.at)
    if (at >= from) all[at] = *op->step;
  std::vector<StoredStep> out;
  for (auto& [at, step] : all) out.push_back(std::move(step));
  return out;
}

std::string overlay_step(const Overlay& overlay, const StoredStep& step, bool* decided) {
  auto it = overlay.steps.find(step.key.text);
  if (it == overlay.steps.end()) return {};
  auto at = it->second.at.find(step.at);
  *decided = it->second.gone || at != it->second.at.end();
  return at == it->second.at.end() ? std::string() : at->second->step->data;
}

StoredEvent overlay_event_of(const StoreOp& op, const StoredEvent* stored) {
  StoredEvent e = op.event;
  if (!e.entity_json && stored) e.entity_json = stored->entity_json;
  return e;
}

}  // namespace picket
