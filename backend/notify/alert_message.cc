// backend/notify/alert_message.cc - begin, duration, what was before, hooks and links of an event.
#include "backend/notify/alert_message.h"

#include <algorithm>

#include "backend/notify/alert_text.h"
#include "backend/notify/notify.h"
#include "common/text/url.h"
#include "common/time/span_words.h"
#include "common/tls/crypto.h"

namespace picket {
namespace {

constexpr size_t kFactMax = 300;  // bytes of one fact
constexpr size_t kNameMax = 200;  // bytes of an entity's or a check's name among the facts

std::string clock(int64_t unix_s) { return clock_words(unix_s, *timezone_utc()) + " UTC"; }

// ---- the incident, from the results that are kept with the event ----

struct Past {
  int64_t begin_s = 0;    // of the incident that goes on, or that this result ends
  bool is_least = false;  // it may have begun before: the results of then are not kept
  bool known = false;     // there was a result before
  uint32_t previous = 0;  // its status
};

// The last is this result.
Past past_of(const Check& check) {
  Past past;
  const std::vector<CheckHistory>& h = check.history;
  past.known = h.size() > 1;
  if (past.known) past.previous = h[h.size() - 2].status;
  size_t end = h.size() - (!h.empty() && check.status == 0 ? 1 : 0), first = end;
  while (first > 0 && h[first - 1].status != 0) first--;
  past.is_least = first == 0 && end > 1;
  if (first < end) past.begin_s = h[first].executed;
  else if (check.status != 0) past.begin_s = check.executed;
  return past;
}

Past past_of(const Event& event, const NotifyContext& context) {
  Past past = event.check ? past_of(*event.check) : Past{};
  if (context.begin_s > 0 && past.begin_s > 0) past.begin_s = context.begin_s, past.is_least = false;
  return past;
}

const char* severity_of(uint32_t status) {
  constexpr const char* kNames[] = {"OK", "WARNING", "CRITICAL"};
  return status < 3 ? kNames[status] : "UNKNOWN";
}

std::string lasted(const AlertMessage& m, const Past& past) {
  const int64_t seconds = m.at_s - m.begin_s;
  return m.begin_s > 0 && seconds > 0 ? std::string(past.is_least ? " at least " : " ") + span_words(seconds) : "";
}

std::string state_of(const AlertMessage& m, const Past& past) {
  const std::string time = lasted(m, past);
  if (!past.known) return "";
  if (past.previous == m.status) return time.empty() ? "" : "for" + time;
  const std::string was = std::string("was ") + severity_of(past.previous);
  return m.resolves ? was + (time.empty() ? "" : " for" + time) : was;
}

// ---- parts ----

void add(AlertMessage& m, const char* title, const std::string& text) {
  if (!text.empty()) m.facts.push_back({title, alert_cut(alert_one_line(text), kFactMax)});
}

void facts_fill(AlertMessage& m, const Event& e, const Past& past, const NotifyContext& context) {
  add(m, "Entity", alert_cut(m.entity, kNameMax));
  add(m, "Check", alert_cut(m.check, kNameMax));
  add(m, "Namespace", m.ns);
  add(m, "Status", m.severity + (m.state.empty() ? "" : ", " + m.state));
  if (m.begin_s > 0 && m.resolves) add(m, "Problem began", clock(m.begin_s) + (past.is_least ? " or before" : ""));
  if (m.begin_s > 0 && m.status != 0) add(m, "Since", clock(m.begin_s) + (past.is_least ? " or before" : ""));
  if (!e.check) return;
  if (m.status != 0) add(m, "Last good result", e.check->last_ok > 0 ? clock(e.check->last_ok) : "none known");
  if (m.status != 0 && e.check->occurrences > 1) add(m, "Results like this", std::to_string(e.check->occurrences));
  add(m, "Acknowledged", alert_clean(context.acknowledged));
}

void hooks_fill(AlertMessage& m, const Check& check) {
  for (const Hook& hook : check.hooks) {
    if (m.hooks.size() >= kNotifyHooksMax) return;
    m.hooks.push_back(
        {alert_cut(alert_clean(hook.metadata.name), kNameMax), alert_cut(alert_clean(hook.output), kNotifyHookMax), hook.status});
  }
}

bool is_link(const std::string& text) {
  if (text.size() > kNotifyLinkMax || (text.compare(0, 8, "https://") != 0 && text.compare(0, 7, "http://") != 0)) return false;
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c <= 32 || c >= 127 || c == '<' || c == '>' || c == '"' || c == '|'; });
}

// Of the check, else of the entity.
std::string annotation(const Event& e, const char* key) {
  for (const ObjectMeta* meta : {e.check ? &e.check->metadata : nullptr, e.entity ? &e.entity->metadata : nullptr}) {
    if (!meta) continue;
    auto it = meta->annotations.find(key);
    if (it != meta->annotations.end() && is_link(it->second)) return it->second;
  }
  return "";
}

std::string dashboard_link(const AlertMessage& m, std::string base) {
  while (!base.empty() && base.back() == '/') base.pop_back();
  return base.empty() ? "" : base + "/n/" + url_encode(m.ns) + "/events/" + url_encode(m.entity) + "/" + url_encode(m.check);
}

void links_fill(AlertMessage& m, const Event& e, const NotifyContext& context) {
  const std::pair<const char*, std::string> links[] = {{"Runbook", annotation(e, kRunbookAnnotation)},
                                                       {"Dashboard", dashboard_link(m, context.dashboard_url)},
                                                       {"Link", annotation(e, kUrlAnnotation)}};
  for (const auto& [title, url] : links)
    if (is_link(url)) m.links.push_back({title, url});
}

}  // namespace

AlertMessage alert_message(const Event& e, const NotifyContext& context) {
  AlertMessage m;
  m.status = e.check ? e.check->status : 0;
  m.severity = notify_severity(e);
  m.ns = e.entity ? e.entity->metadata.ns : "";
  m.entity = e.entity ? e.entity->metadata.name : "";
  m.check = e.check ? e.check->metadata.name : "metrics";
  m.summary = notify_summary(e);
  m.output = e.check ? alert_cut(alert_clean(e.check->output), kNotifyOutputMax) : "";
  m.at_s = e.check && e.check->executed > 0 ? e.check->executed : e.timestamp;
  const Past past = past_of(e, context);
  m.begin_s = past.begin_s;
  m.began_before = past.is_least;
  m.resolves = m.status == 0 && m.begin_s > 0;
  m.begins = m.status != 0 && (!past.known || past.previous == 0);
  m.state = state_of(m, past);
  facts_fill(m, e, past, context);
  if (e.check) hooks_fill(m, *e.check);
  links_fill(m, e, context);
  return m;
}

std::string alert_details(const AlertMessage& m) {
  std::string out = m.output;
  for (const AlertHook& hook : m.hooks)
    out += (out.empty() || out.back() == '\n' ? "" : "\n") + std::string("\nHook ") + hook.name + " (status " +
        std::to_string(hook.status) + "):\n" + hook.output;
  return out;
}

std::string alert_facts_text(const AlertMessage& m) {
  std::string out;
  for (const auto& [title, text] : m.facts) out += title + ": " + text + "\n";
  for (const AlertLink& link : m.links) out += link.title + ": " + link.url + "\n";
  return out;
}

std::string alert_key(const AlertMessage& m, size_t max) {
  const std::string key = m.ns + "/" + m.name();
  return key.size() <= max ? key : "picket-" + hex_encode(sha256(key));
}

}  // namespace picket
