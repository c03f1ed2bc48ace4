// backend/rows/row_silences.h - which rows are silenced now. Pure.
//
// An event says under which silences its last result came. A list says what is so now: silences begin and end, are made and ended
// between two results. A look compares which are active with those that were; the rows that the difference can hit are asked
// again, some at a time.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "backend/event/silence.h"
#include "backend/rows/row_table.h"

namespace picket {

struct RowSilences {
  struct Place { std::string ns, subscription, check; };  // "" = any
  int64_t looked_s = 0;                                   // when it was looked last; 0 = look with the next turn
  std::set<std::string> active;                           // keys of the index
  std::vector<Place> changed, next;                       // whose rows are asked now, and after that
  size_t bucket = 0, buckets = 0;                         // how far the table was walked, and its size then
};

// Makes the row say what is so; true: it said something else.
bool row_silence_set(EventRow* row, const SilenceIndex& index, int64_t now_s);
// What became active or ended since the last look.
void row_silences_look(RowSilences* silences, const SilenceIndex& index, int64_t now_s);
bool row_silences_due(const RowSilences& silences);  // there are rows to ask
// Asks about `most` rows whether a silence hits them. `changed` hears of each that now says something else, and leaves the table alone.
void row_silences_step(RowSilences* silences, RowTable* table, const SilenceIndex& index, int64_t now_s, size_t most,
                       const std::function<void(const EventRow& row)>& changed);

// One list for the many rows that are under the same subscriptions; null: none.
inline constexpr size_t kSubscriptionListsMax = 4096;  // beyond it they are collected anew; rows keep theirs
using SubscriptionLists = std::map<StringList, std::shared_ptr<const StringList>>;
std::shared_ptr<const StringList> subscription_list(SubscriptionLists* lists, StringList list);

}  // namespace picket
