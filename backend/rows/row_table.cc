// backend/rows/row_table.cc - a selection is one pass over all rows; only what is shown is sorted.
#include "backend/rows/row_table.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "common/json/json.h"

namespace picket {
namespace {

uint32_t class_of(const EventRow& row) { return std::min<uint32_t>(row.status, 3); }

int rank_of(const EventRow& row) {  // critical, unknown, warning, OK
  static constexpr int kRanks[] = {3, 2, 0, 1};
  return kRanks[class_of(row)];
}

auto names_of(const EventRow& row) { return std::tie(row.entity, row.check, row.ns); }

// The youngest of equal severity first: what has just begun is what somebody came for.
bool before(const EventRow& a, const EventRow& b, RowSort sort) {
  switch (sort) {
    case RowSort::severity: return std::tuple(rank_of(a), -a.since, names_of(a)) < std::tuple(rank_of(b), -b.since, names_of(b));
    case RowSort::since: return std::tuple(-a.since, names_of(a)) < std::tuple(-b.since, names_of(b));
    case RowSort::executed: return std::tuple(-a.executed, names_of(a)) < std::tuple(-b.executed, names_of(b));
    case RowSort::check: return std::tie(a.check, a.entity, a.ns) < std::tie(b.check, b.entity, b.ns);
    case RowSort::entity: break;
  }
  return names_of(a) < names_of(b);
}

bool wanted(const RowSelection& selection, const EventRow& row) {
  if (!selection.statuses.empty() && !selection.statuses.count(class_of(row))) return false;
  const bool silenced = (row.flags & kRowSilenced) != 0;
  return selection.silenced == RowSelection::any || silenced == (selection.silenced == RowSelection::only);
}

template <class Value, size_t Count>
Result<Value> choice(const char* parameter, const std::string& text, const std::pair<const char*, Value> (&values)[Count]) {
  std::string names;
  for (const auto& [name, value] : values) {
    if (text == name) return value;
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return fail(Err::invalid, std::string(parameter) + "=" + text + ": expected one of " + names);
}

Status statuses_read(const std::string& text, std::set<uint32_t>* out) {
  for (size_t at = 0; at < text.size();) {
    const size_t comma = std::min(text.find(',', at), text.size());
    const std::string one = text.substr(at, comma - at);
    if (one.size() != 1 || one[0] < '0' || one[0] > '3') return fail(Err::invalid, "status=" + text + ": expected 0 to 3, with commas");
    out->insert(static_cast<uint32_t>(one[0] - '0'));
    at = comma + 1;
  }
  return {};
}

Status limit_read(const std::string& text, int64_t* limit) {
  if (text.empty()) return {};
  auto end = std::from_chars(text.data(), text.data() + text.size(), *limit);
  const bool whole = end.ec == std::errc() && end.ptr == text.data() + text.size();
  if (whole && *limit >= 1 && *limit <= kRowsLimitMax) return {};
  return fail(Err::invalid, "limit=" + text + ": expected 1 to " + std::to_string(kRowsLimitMax));
}

}  // namespace

void RowCounts::add(const EventRow& row) {
  all[class_of(row)]++;
  if (row.flags & kRowSilenced) silenced[class_of(row)]++;
}

std::string row_counts_json(const RowCounts& counts) {
  JsonObject o;
  for (int i = 0; i < 4; i++)
    o.add_raw(std::to_string(i), "[" + std::to_string(counts.all[i]) + "," + std::to_string(counts.silenced[i]) + "]");
  return o.done();
}

SelectedRows rows_select(const RowTable& table, const RowSelection& selection, int64_t now_s) {
  SelectedRows out;
  for (const auto& [key, row] : table) {
    if ((selection.visible && !selection.visible(row)) || !row_query_matches(selection.query, row, now_s)) continue;
    out.counts.add(row);
    if (wanted(selection, row)) out.rows.push_back(&row);
  }
  out.matched = static_cast<int64_t>(out.rows.size());
  const auto less = [&](const EventRow* a, const EventRow* b) {
    return selection.reversed ? before(*b, *a, selection.sort) : before(*a, *b, selection.sort);
  };
  const auto shown = out.rows.begin() + std::min(out.matched, selection.limit);
  std::partial_sort(out.rows.begin(), shown, out.rows.end(), less);
  out.rows.erase(shown, out.rows.end());
  return out;
}

Result<RowSelection> row_selection_read(const std::function<std::string(const char* name)>& value_of) {
  static constexpr std::pair<const char*, RowSort> kSorts[] = {{"severity", RowSort::severity}, {"since", RowSort::since},
      {"executed", RowSort::executed}, {"entity", RowSort::entity}, {"check", RowSort::check}};
  static constexpr std::pair<const char*, RowSelection::Silenced> kSilenced[] = {
      {"any", RowSelection::any}, {"no", RowSelection::no}, {"only", RowSelection::only}};
  static constexpr std::pair<const char*, bool> kOrders[] = {{"asc", false}, {"desc", true}};
  const auto given = [&](const char* name, const char* otherwise) {
    std::string text = value_of(name);
    return text.empty() ? std::string(otherwise) : text;
  };
  RowSelection s;
  auto query = row_query_parse(value_of("q"));
  auto sort = choice("sort", given("sort", "severity"), kSorts);
  auto silenced = choice("silenced", given("silenced", "any"), kSilenced);
  auto order = choice("order", given("order", "asc"), kOrders);
  for (const Status* bad : {&query.status, &sort.status, &silenced.status, &order.status})
    if (!bad->ok()) return *bad;
  if (Status bad = statuses_read(value_of("status"), &s.statuses); !bad.ok()) return bad;
  if (Status bad = limit_read(value_of("limit"), &s.limit); !bad.ok()) return bad;
  s.query = std::move(query.value);
  s.sort = sort.value;
  s.silenced = silenced.value;
  s.reversed = order.value;
  return s;
}

}  // namespace picket
