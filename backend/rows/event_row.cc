// backend/rows/event_row.cc - the cells of a row, from the event and from what was decided about it.
#include "backend/rows/event_row.h"

#include <algorithm>
#include <iterator>

#include "common/json/cursor.h"
#include "common/json/json.h"

namespace picket {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// The strongest first.
constexpr struct { RouteNote::Outcome outcome; const char* told; } kTold[] = {
    {RouteNote::delivered, "told"},     {RouteNote::waiting, "waiting"}, {RouteNote::failed, "failed"},   {RouteNote::unknown, "unknown"},
    {RouteNote::held_back, "held back"}, {RouteNote::dropped, "dropped"}, {RouteNote::filtered, "filtered"},
};

unsigned flags_of(const Event& event) {
  const Check& c = *event.check;
  unsigned flags = 0;
  if (c.is_silenced || !c.silenced.empty()) flags |= kRowSilenced;
  if (c.state == "flapping") flags |= kRowFlapping;
  if (c.ttl > 0 || c.metadata.name == "keepalive") flags |= kRowWatched;
  if (event.metrics && !event.metrics->points.empty()) flags |= kRowMetrics;
  return flags;
}

}  // namespace

int64_t event_since(const Check& check) {
  const bool failing = check.status != 0;
  if (failing && check.last_ok > 0) return check.last_ok;
  int64_t since = check.executed;
  for (auto h = check.history.rbegin(); h != check.history.rend() && (h->status != 0) == failing; ++h)
    if (h->executed > 0) since = std::min(since, h->executed);
  return since;
}

std::string row_output(std::string_view output) {
  std::string_view line = output.substr(output.find_first_not_of("\r\n") == output.npos ? output.size() : output.find_first_not_of("\r\n"));
  line = line.substr(0, line.find_first_of("\r\n"));
  std::string out;
  const char* end = line.data() + line.size();
  for (const char* p = line.data(); p < end;) {
    const int length = std::max(utf8_length(p, end), 1);
    if (out.size() + static_cast<size_t>(length) > kRowOutputMax) break;
    if (!is_control(*p)) out.append(p, static_cast<size_t>(length));
    p += length;
  }
  return out;
}

EventRow event_row(std::string_view ns, const Event& event) {
  const Check& c = *event.check;
  EventRow row;
  row.ns = ns;
  row.entity = event.entity ? event.entity->metadata.name : "";
  row.check = c.metadata.name;
  row.status = c.status;
  row.flags = flags_of(event);
  row.occurrences = c.occurrences;
  row.executed = c.executed;
  row.since = event_since(c);
  row.output = row_output(c.output);
  return row;
}

std::string_view row_told(const std::vector<RouteNote::Outcome>& outcomes) {
  for (const auto& t : kTold)
    if (std::find(outcomes.begin(), outcomes.end(), t.outcome) != outcomes.end()) return t.told;
  return "";
}

std::string_view row_told(const std::vector<RouteNote>& notes) {
  std::vector<RouteNote::Outcome> outcomes;
  for (const RouteNote& n : notes) {
    const bool sent = n.outcome == RouteNote::held_back && n.alert && n.alert->notified;  // earlier in the incident
    outcomes.push_back(sent ? RouteNote::delivered : n.outcome);
  }
  return row_told(outcomes);
}

bool row_outcome_read(std::string_view name, RouteNote::Outcome* outcome) {
  const auto* found =
      std::find_if(std::begin(kTold), std::end(kTold), [&](const auto& t) { return name == route_outcome_name(t.outcome); });
  if (found == std::end(kTold)) return false;
  *outcome = found->outcome;
  return true;
}

void row_print(std::string* out, const EventRow& row) {
  const auto text = [out](std::string_view s) { out->append(json_quote(s)).append(1, ','); };
  const auto number = [out](int64_t n) { out->append(std::to_string(n)).append(1, ','); };
  out->append(1, '[');
  for (const std::string* s : {&row.ns, &row.entity, &row.check}) text(*s);
  for (int64_t n : {int64_t{row.status}, int64_t{row.flags}, row.occurrences, row.executed, row.since}) number(n);
  text(row.told);
  text(row.output);
  out->back() = ']';
}

std::string row_key(std::string_view ns, std::string_view entity, std::string_view check) {
  std::string key;
  key.reserve(ns.size() + entity.size() + check.size() + 2);
  return key.append(ns).append(1, '/').append(entity).append(1, '/').append(check);
}

}  // namespace picket
