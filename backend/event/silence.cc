// backend/event/silence.cc - silences indexed by check and subscription, matched, resolved and expired (B-48, B-49).
#include "backend/event/silence.h"

#include <algorithm>
#include <cstdint>

#include "common/rules/validate.h"
#include "common/time/time_window.h"

namespace picket {
namespace {

// `*` and the empty text are the same: any.
std::string_view part(std::string_view s) { return s == "*" ? std::string_view() : s; }

std::string entry_key(std::string_view ns, std::string_view subscription, std::string_view check) {
  std::string key(ns);
  key.append("\n").append(part(subscription)).append("\n").append(part(check));
  return key;
}

bool due_later(const SilenceIndex::Due& a, const SilenceIndex::Due& b) { return a.at_s > b.at_s; }

// Calls `found` with every active entry that applies.
template <class F>
void each_applying(const SilenceIndex& index, const SilencePlace& place, int64_t now_s, F found) {
  if (index.entries.empty()) return;
  auto look = [&](std::string_view subscription, std::string_view check) {
    auto it = index.entries.find(entry_key(place.ns, subscription, check));
    if (it != index.entries.end() && silence_active(it->second, now_s)) found(it->second);
  };
  look("", place.check);
  auto look_under = [&](std::string_view subscription) {
    look(subscription, "");
    look(subscription, place.check);
  };
  for (const char* prefix : {"entity:", "client:"}) look_under(std::string(prefix).append(place.entity));  // the second is its name in 1.x
  for (const std::string& s : place.subscriptions)
    if (!part(s).empty()) look_under(s);  // "" and "*" are not names
}

template <class F>
void each_applying(const SilenceIndex& index, const Event& event, int64_t now_s, F found) {
  if (index.entries.empty() || !event.check || !event.entity) return;
  const StringList subscriptions = silence_subscriptions(event);
  const ObjectMeta& entity = event.entity->metadata;
  each_applying(index, SilencePlace{entity.ns, entity.name, event.check->metadata.name, subscriptions}, now_s, found);
}

}  // namespace

std::string silence_name(std::string_view subscription, std::string_view check) {
  std::string_view s = part(subscription), c = part(check);
  return std::string(s.empty() ? "*" : s) + ":" + std::string(c.empty() ? "*" : c);
}

int64_t silence_expire_at(const Silenced& entry) {
  if (entry.expire_at > 0) return entry.expire_at;
  return entry.expire > 0 && entry.expire <= kSilenceSecondsMax ? std::max<int64_t>(entry.begin, 0) + entry.expire : 0;
}

void silence_prepare(Silenced& entry, const std::string& creator, int64_t now_s) {
  entry.metadata.name = silence_name(entry.subscription, entry.check);
  if (entry.begin == 0) entry.begin = now_s;
  if (entry.creator.empty()) entry.creator = creator;
  // An end that is given counts: dumps have it, and a silence that is over when it is restored silences nothing.
  if (entry.expire_at > 0 || entry.expire <= 0 || entry.expire > kSilenceSecondsMax) return;
  entry.expire_at = (entry.begin > 0 ? entry.begin : now_s) + entry.expire;
}

bool silence_active(const Silenced& entry, int64_t now_s) {
  int64_t end = silence_expire_at(entry);
  if (entry.begin > now_s || (end != 0 && now_s >= end)) return false;
  return entry.windows.empty() || windows_hold(entry.windows, now_s * kNsPerSecond);
}

int64_t silence_remaining(const Silenced& entry, int64_t now_s) {
  int64_t end = silence_expire_at(entry);
  return end == 0 ? -1 : std::max<int64_t>(0, end - now_s);
}

StringList silence_subscriptions(const Event& event) {
  const StringList& of_entity = event.entity->subscriptions;
  if (!event.check->proxy_entity_name.empty()) return of_entity;
  // A check goes to many subscriptions, and its result is under those that its host has. An entity nobody runs checks on has none: there
  // the result is under all that it names.
  const bool is_host = event.entity->entity_class == "agent";
  StringList out;
  for (const std::string& s : event.check->subscriptions)
    if (!is_host || std::find(of_entity.begin(), of_entity.end(), s) != of_entity.end()) out.push_back(s);
  return out;
}

bool silence_applies(const SilenceIndex& index, const SilencePlace& place, int64_t now_s) {
  bool applies = false;
  each_applying(index, place, now_s, [&](const Silenced&) { applies = true; });
  return applies;
}

void silence_put(SilenceIndex& index, const Silenced& entry) {
  std::string_view s = part(entry.subscription), c = part(entry.check);
  if (s.empty() && c.empty()) return;  // `*:*` silences nothing; the API refuses it
  std::string key = entry_key(entry.metadata.ns, s, c);
  int64_t end = silence_expire_at(entry);
  index.entries[key] = entry;
  if (end == 0) return;
  index.heap.push_back({end, std::move(key)});
  std::push_heap(index.heap.begin(), index.heap.end(), due_later);
}

void silence_delete(SilenceIndex& index, std::string_view ns, std::string_view name) {
  size_t colon = name.rfind(':');  // check names have none that are older than 5.16; subscriptions may have
  if (colon == std::string_view::npos) return;
  if (index.entries.erase(entry_key(ns, name.substr(0, colon), name.substr(colon + 1)))) return;
  // A check name with a colon (6.x): try the other places.
  for (size_t at = name.find(':'); at != std::string_view::npos && at < colon; at = name.find(':', at + 1))
    if (index.entries.erase(entry_key(ns, name.substr(0, at), name.substr(at + 1)))) return;
}

StringList silence_names(const SilenceIndex& index, const Event& event, int64_t now_s) {
  StringList names;
  each_applying(index, event, now_s, [&](const Silenced& entry) { names.push_back(silence_name(entry.subscription, entry.check)); });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void silence_mark(const SilenceIndex& index, Event& event, int64_t now_s) {
  if (!event.check) return;
  event.check->silenced = silence_names(index, event, now_s);
  event.check->is_silenced = !event.check->silenced.empty();
}

StringList silence_resolve(const SilenceIndex& index, Event& event, int64_t now_s) {
  StringList gone;
  if (!event.check || event.check->silenced.empty()) return gone;
  each_applying(index, event, now_s, [&](const Silenced& entry) {
    if (entry.expire_on_resolve) gone.push_back(silence_name(entry.subscription, entry.check));
  });
  std::sort(gone.begin(), gone.end());
  gone.erase(std::unique(gone.begin(), gone.end()), gone.end());
  StringList& left = event.check->silenced;
  left.erase(
      std::remove_if(left.begin(), left.end(), [&](const std::string& n) { return std::binary_search(gone.begin(), gone.end(), n); }),
      left.end());
  event.check->is_silenced = !left.empty();
  return gone;
}

// Entries that were replaced meanwhile have another end, and stay.
std::vector<SilenceKey> silence_expired(SilenceIndex& index, int64_t now_s) {
  std::vector<SilenceKey> expired;
  while (!index.heap.empty() && index.heap.front().at_s <= now_s) {
    std::string key = std::move(index.heap.front().key);
    std::pop_heap(index.heap.begin(), index.heap.end(), due_later);
    index.heap.pop_back();
    auto it = index.entries.find(key);
    if (it == index.entries.end() || silence_remaining(it->second, now_s) != 0) continue;
    expired.push_back({it->second.metadata.ns, silence_name(it->second.subscription, it->second.check)});
    index.entries.erase(it);
  }
  return expired;
}

int64_t silence_next_due(const SilenceIndex& index) { return index.heap.empty() ? INT64_MAX : index.heap.front().at_s; }

}  // namespace picket
