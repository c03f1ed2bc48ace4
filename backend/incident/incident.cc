// backend/incident/incident.cc - results and decisions joined to an incident.
#include "backend/incident/incident.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace picket {
namespace {

// Critical, what is unknown, warning: as people sort them.
int rank_of(uint32_t status) { return status == 0 ? 0 : status == 1 ? 1 : status == 2 ? 3 : 2; }

std::string first_line(std::string_view text, size_t most) {
  text = text.substr(0, text.find_first_of("\r\n"));
  size_t size = std::min(text.size(), most);
  while (size > 0 && size < text.size() && (text[size] & 0xc0) == 0x80) size--;  // not inside a character
  return std::string(text.substr(0, size));
}

// An event may have failed before its incident was known: before an update, or when it was carried over.
int64_t begin_of(const Check& check, int64_t otherwise) {
  int64_t begin = otherwise;
  for (auto h = check.history.rbegin(); h != check.history.rend() && h->status != 0; ++h)
    if (h->executed > 0) begin = std::min(begin, h->executed);
  return begin;
}

Incident begun(const Event& event, std::string_view id, int64_t now_s) {
  Incident i;
  i.id = id;
  i.ns = event.entity->metadata.ns;
  i.entity = event.entity->metadata.name;
  i.check = event.check->metadata.name;
  i.begin = begin_of(*event.check, incident_time(event, now_s));
  return i;
}

// Whether its status is another one.
bool take_status(Incident& i, uint32_t status) {
  if (rank_of(status) > rank_of(i.worst)) i.worst = status;
  return std::exchange(i.status, status) != status;
}

bool same_place(const IncidentDecision& a, const IncidentDecision& b) {
  return a.handler == b.handler && a.pipeline == b.pipeline && a.workflow == b.workflow;
}

bool is_attempt(const IncidentDecision& d) { return d.outcome == "delivered" || d.outcome == "failed"; }

IncidentDecision* find_last(Incident& i, const IncidentDecision& like, bool same_outcome) {
  auto it = std::find_if(i.decisions.rbegin(), i.decisions.rend(),
                         [&](const IncidentDecision& d) { return same_place(d, like) && (!same_outcome || d.outcome == like.outcome); });
  return it == i.decisions.rend() ? nullptr : &*it;
}

void count_in(IncidentDecision& kept, IncidentDecision&& again) {
  kept.last = again.at;
  kept.count++;
  kept.status = again.status;
  kept.took_ms = again.took_ms;
  kept.why = std::move(again.why);
}

// Reasons of what was not tried count their occurrences, so that each would be another one.
bool repeats(const IncidentDecision& kept, const IncidentDecision& next) {
  return kept.outcome == next.outcome && (!is_attempt(next) || (kept.why == next.why && kept.status == next.status));
}

}  // namespace

int64_t incident_time(const Event& event, int64_t now_s) {
  if (event.check && event.check->executed > 0) return event.check->executed;
  return event.timestamp > 0 ? event.timestamp : now_s;
}

void incident_end(Incident& i, int64_t at_s, std::string_view by) {
  i.end = std::max({at_s, i.begin, int64_t{1}});
  i.ended_by = by;
}

IncidentStep incident_result(std::optional<Incident>& current, const Event& event, std::string_view id, int64_t now_s) {
  const Check& check = *event.check;
  if (check.status == 0) {
    if (!current) return IncidentStep::none;
    incident_end(*current, incident_time(event, now_s), kEndedByResult);
    return IncidentStep::ended;
  }
  const bool is_new = !current;
  if (is_new) current = begun(event, id, now_s);
  current->results++;
  const bool changed = take_status(*current, check.status);
  if (!is_new && !changed) return IncidentStep::none;
  current->output = first_line(check.output, kIncidentOutputMax);
  return is_new ? IncidentStep::began : IncidentStep::changed;
}

bool incident_acked(const Incident& i, int64_t now_s) { return i.ack && (i.ack->until == 0 || now_s < i.ack->until); }

bool incident_worse(const Incident& i) { return i.ack && rank_of(i.status) > rank_of(i.ack->worst); }

std::vector<Escalation> incident_escalations(const Incident& i, const EscalationRules& rules, int64_t now_s) {
  std::vector<Escalation> due;
  if (i.end != 0 || incident_acked(i, now_s)) return due;
  auto known = [&](const std::string& remark) {
    return std::find(i.escalated.begin(), i.escalated.end(), remark) != i.escalated.end() ||
        std::any_of(due.begin(), due.end(), [&](const Escalation& e) { return e.remark == remark; });
  };
  for (const IncidentDecision& d : i.decisions) {
    auto of = rules.find(d.handler);
    if (of == rules.end() || !is_attempt(d) || d.status == 0) continue;
    for (const EscalationRule& rule : of->second) {
      std::string remark = "escalated to " + rule.handler + " after " + rule.after + " (from " + d.handler + ")";
      if (now_s >= d.at + rule.after_s && !known(remark)) due.push_back({rule.handler, std::move(remark)});
    }
  }
  return due;
}

std::string_view incident_outcome(const RouteNote& note) {
  constexpr std::string_view kSilence = "filter not_silenced";
  if (note.outcome == RouteNote::filtered && note.why.compare(0, kSilence.size(), kSilence) == 0) return "silenced";
  return route_outcome_name(note.outcome);
}

IncidentDecision incident_decision(const RouteNote& note, uint32_t status, int64_t now_s) {
  IncidentDecision d;
  d.handler = note.handler;
  d.pipeline = note.pipeline;
  d.workflow = note.workflow;
  d.outcome = incident_outcome(note);
  d.why = first_line(note.why, kIncidentWhyMax);
  d.at = d.last = now_s;
  d.status = status;
  d.took_ms = note.took_ms;
  return d;
}

bool incident_decide(Incident& i, IncidentDecision d) {
  i.notified |= d.outcome == "delivered";
  const bool settles = i.undecided && d.outcome != "waiting";
  i.undecided &= !settles;
  auto waits = [&d](const IncidentDecision& kept) { return kept.outcome == "waiting" && same_place(kept, d); };
  i.decisions.erase(std::remove_if(i.decisions.begin(), i.decisions.end(), waits), i.decisions.end());
  const bool attempt = is_attempt(d);
  IncidentDecision* last = find_last(i, d, false);
  const bool again = last && repeats(*last, d);
  const bool full = i.decisions.size() >= kIncidentDecisionsMax;
  if (!again && full) last = find_last(i, d, true);
  if (last && (again || full)) count_in(*last, std::move(d));
  else if (full) i.left_out++;
  else i.decisions.push_back(std::move(d));
  return attempt || settles || !(again || full);
}

bool incident_interrupted(Incident& i, int64_t now_s) {
  constexpr const char* kWhy = "the backend stopped before it was known how it ended";
  bool waited = false;
  for (IncidentDecision& d : i.decisions)
    if (d.outcome == "waiting") waited = true, d.outcome = "failed", d.why = kWhy;
  if (!waited && !i.undecided) return false;
  if (!waited) (void)incident_decide(i, {"", "", "", "failed", kWhy, now_s, now_s, 1, i.end ? 0 : i.status, -1});
  i.undecided = false;
  return true;
}

std::string incident_id(int64_t now_ms, uint64_t* last, int place) {
  const uint64_t seconds = static_cast<uint64_t>(now_ms / 1000), fraction = static_cast<uint64_t>(now_ms % 1000) * 65;
  *last = std::max(*last + 1, seconds << 16 | fraction);
  if (place >= 0) *last = ((*last + kIncidentPlaces - 1) / kIncidentPlaces * kIncidentPlaces) + static_cast<uint64_t>(place);
  char text[24];
  std::snprintf(text, sizeof text, "%012llx", static_cast<unsigned long long>(*last));
  return text;
}

uint64_t incident_number(std::string_view id) {
  uint64_t number = 0;
  auto end = std::from_chars(id.data(), id.data() + id.size(), number, 16);
  return end.ec == std::errc() && end.ptr == id.data() + id.size() ? number : 0;
}

}  // namespace picket
