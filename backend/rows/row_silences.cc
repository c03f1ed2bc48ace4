// backend/rows/row_silences.cc - a walk over the table for what began and ended; one event's silence is found without.
#include "backend/rows/row_silences.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace picket {
namespace {

const StringList kNone;

// A key of the index: namespace, subscription and check with line ends between them.
RowSilences::Place place_of(const std::string& key) {
  const size_t first = key.find('\n'), last = key.rfind('\n');
  return {key.substr(0, first), key.substr(first + 1, last - first - 1), key.substr(last + 1)};
}

// "" unless it is the subscription of one entity.
std::string_view entity_of(std::string_view subscription) {
  for (const std::string_view prefix : {"entity:", "client:"})
    if (subscription.substr(0, prefix.size()) == prefix) return subscription.substr(prefix.size());
  return "";
}

bool hits(const RowSilences::Place& place, const EventRow& row) {
  if (place.ns != row.ns || (!place.check.empty() && place.check != row.check)) return false;
  if (place.subscription.empty() || entity_of(place.subscription) == row.entity) return true;
  const StringList& under = row.subscriptions ? *row.subscriptions : kNone;
  return std::find(under.begin(), under.end(), place.subscription) != under.end();
}

using Changed = std::function<void(const EventRow& row)>;

void look_at(EventRow* row, const SilenceIndex& index, int64_t now_s, const Changed& changed) {
  if (row_silence_set(row, index, now_s)) changed(*row);
}

bool is_of_one_event(const RowSilences::Place& place) { return !place.check.empty() && !entity_of(place.subscription).empty(); }

// Most silences are made for one event or for some: they need no walk.
void single_rows(RowSilences* silences, RowTable* table, const SilenceIndex& index, int64_t now_s, const Changed& changed) {
  auto walk = std::partition(silences->changed.begin(), silences->changed.end(), is_of_one_event);
  for (auto place = silences->changed.begin(); place != walk; ++place) {
    auto row = table->find(row_key(place->ns, entity_of(place->subscription), place->check));
    if (row != table->end()) look_at(&row->second, index, now_s, changed);
  }
  silences->changed.erase(silences->changed.begin(), walk);
}

void bucket_rows(const RowSilences& silences, RowTable* table, const SilenceIndex& index, int64_t now_s, const Changed& changed) {
  for (auto row = table->begin(silences.bucket); row != table->end(silences.bucket); ++row) {
    const bool is_hit =
        std::any_of(silences.changed.begin(), silences.changed.end(), [&](const auto& place) { return hits(place, row->second); });
    if (is_hit) look_at(&row->second, index, now_s, changed);
  }
}

}  // namespace

bool row_silence_set(EventRow* row, const SilenceIndex& index, int64_t now_s) {
  const StringList& under = row->subscriptions ? *row->subscriptions : kNone;
  const unsigned flag = silence_applies(index, {row->ns, row->entity, row->check, under}, now_s) ? unsigned{kRowSilenced} : 0;
  const unsigned before = std::exchange(row->flags, (row->flags & ~unsigned{kRowSilenced}) | flag);
  return before != row->flags;
}

void row_silences_look(RowSilences* silences, const SilenceIndex& index, int64_t now_s) {
  std::set<std::string> active;
  for (const auto& [key, entry] : index.entries)
    if (silence_active(entry, now_s)) active.insert(key);
  std::vector<std::string> other;
  std::set_symmetric_difference(active.begin(), active.end(), silences->active.begin(), silences->active.end(), std::back_inserter(other));
  for (const std::string& key : other) silences->next.push_back(place_of(key));
  silences->active = std::move(active);
  silences->looked_s = now_s;
}

bool row_silences_due(const RowSilences& silences) { return !silences.changed.empty() || !silences.next.empty(); }

void row_silences_step(RowSilences* silences, RowTable* table, const SilenceIndex& index, int64_t now_s, size_t most,
                       const Changed& changed) {
  if (silences->changed.empty()) {
    silences->changed = std::exchange(silences->next, {});
    silences->bucket = 0;
    single_rows(silences, table, index, now_s, changed);
  }
  if (std::exchange(silences->buckets, table->bucket_count()) != table->bucket_count()) silences->bucket = 0;  // it has grown
  for (size_t n = 0; n < most && !silences->changed.empty(); n += silences->changed.size()) {
    if (silences->bucket < silences->buckets) bucket_rows(*silences, table, index, now_s, changed);
    if (++silences->bucket >= silences->buckets) silences->changed.clear();
  }
}

std::shared_ptr<const StringList> subscription_list(SubscriptionLists* lists, StringList list) {
  if (list.empty()) return nullptr;
  if (lists->size() >= kSubscriptionListsMax) lists->clear();
  std::shared_ptr<const StringList>& shared = (*lists)[list];
  if (!shared) shared = std::make_shared<const StringList>(std::move(list));
  return shared;
}

}  // namespace picket
