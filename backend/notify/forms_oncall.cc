// backend/notify/forms_oncall.cc - services that keep an incident until it is ended: the same key begins and ends it.
#include <algorithm>

#include "backend/notify/alert_text.h"
#include "backend/notify/forms.h"
#include "common/json/json.h"
#include "common/text/url.h"
#include "common/time/timezone.h"

namespace picket {
namespace {

const char* dashboard_of(const AlertMessage& m) {
  for (const AlertLink& link : m.links)
    if (link.title == "Dashboard") return link.url.c_str();
  return "";
}

// What all of them take beside the text: title -> text.
JsonObject details_of(const AlertMessage& m) {
  JsonObject details;
  for (const auto& [title, text] : m.facts) details.add(title, text);
  return details;
}

// ---- PagerDuty: Events API v2 ----

std::string pagerduty_payload(const AlertMessage& m) {
  constexpr const char* kSeverities[] = {"info", "warning", "critical", "error"};
  JsonObject payload;
  payload.add("summary", alert_cut(m.summary, kPagerdutyMax)).add("source", m.entity);
  payload.add("severity", kSeverities[std::min<uint32_t>(m.status, 3)]);
  payload.add("timestamp", rfc3339_utc(m.at_s)).add("component", m.check).add("group", m.ns);
  JsonObject details = details_of(m);
  for (const AlertHook& hook : m.hooks) details.add("Hook " + hook.name, hook.output);
  return payload.add_raw("custom_details", details.add("output", m.output).add("status", m.status).done()).done();
}

std::string pagerduty_links(const AlertMessage& m) {
  std::vector<std::string> links;
  for (const AlertLink& link : m.links) links.push_back(JsonObject().add("href", link.url).add("text", link.title).done());
  return form_list(links);
}

// ---- Opsgenie: alerts v2 ----

constexpr const char* kSource = "picket";

// It shows HTML, and has no way to write what looks like it.
const char* escape_angles(char c) { return c == '<' ? "‹" : c == '>' ? "›" : ""; }

std::string opsgenie_alert(const AlertMessage& m) {
  constexpr const char* kPriorities[] = {"P5", "P3", "P1", "P2"};
  JsonObject alert;
  alert.add("message", alert_escaped(m.summary, escape_angles, kOpsgenieMessageMax)).add("alias", alert_key(m, kOpsgenieAliasMax));
  const std::string text = alert_facts_text(m) + "\n" + alert_details(m);
  alert.add("description", alert_escaped(text, escape_angles, kOpsgenieDescriptionMax))
      .add("entity", alert_cut(m.entity, kOpsgenieEntityMax));
  alert.add("source", kSource).add("priority", kPriorities[std::min<uint32_t>(m.status, 3)]);
  alert.add("tags", std::vector<std::string>{alert_cut(m.ns, kOpsgenieTagMax), alert_cut(m.check, kOpsgenieTagMax)});
  return alert.add_raw("details", details_of(m).done()).done();
}

std::string opsgenie_end(const AlertMessage& m) {
  return JsonObject()
      .add("source", kSource)
      .add("user", kSource)
      .add("note", alert_escaped(m.summary, escape_angles, kOpsgenieDescriptionMax))
      .done();
}

// ---- Alertmanager: API v2 ----

std::string alertmanager_annotations(const AlertMessage& m) {
  JsonObject annotations;
  annotations.add("summary", m.summary).add("description", alert_details(m));
  for (const AlertLink& link : m.links) {
    if (link.title == "Runbook") annotations.add("runbook_url", link.url);
    if (link.title == "Link") annotations.add("url", link.url);
  }
  return annotations.done();
}

// The labels are the alert's identity: a severity among them would make two of one.
std::string alertmanager_labels(const AlertMessage& m) {
  return JsonObject().add("alertname", m.check).add("instance", m.entity).add("namespace", m.ns).add("job", kSource).done();
}

}  // namespace

void form_pagerduty(const HandlerWebhook& w, const AlertMessage& m, WebhookCall& call) {
  call.url = form_url(call.url, "/v2/enqueue");
  JsonObject event;
  event.add("routing_key", w.key).add("event_action", m.status == 0 ? "resolve" : "trigger").add("dedup_key", alert_key(m, kDedupKeyMax));
  event.add_raw("payload", pagerduty_payload(m)).add("client", "picket");
  if (*dashboard_of(m)) event.add("client_url", dashboard_of(m));
  call.body = event.add_raw("links", pagerduty_links(m)).done();
}

void form_opsgenie(const HandlerWebhook& w, const AlertMessage& m, WebhookCall& call) {
  const std::string alias = alert_key(m, kOpsgenieAliasMax);
  std::string base = form_url(call.url, "/v2/alerts");
  while (base.back() == '/') base.pop_back();
  call.headers.push_back({"Authorization", "GenieKey " + w.key});
  call.url = m.status == 0 ? base + "/" + url_encode(alias) + "/close?identifierType=alias" : base;
  call.body = m.status == 0 ? opsgenie_end(m) : opsgenie_alert(m);
}

void form_alertmanager(const HandlerWebhook& w, const AlertMessage& m, WebhookCall& call) {
  call.url = form_url(call.url, "/api/v2/alerts");
  if (!w.key.empty()) call.headers.push_back({"Authorization", "Bearer " + w.key});
  const int64_t begin = m.begin_s > 0 && m.begin_s <= m.at_s ? m.begin_s : m.at_s;
  JsonObject alert;
  alert.add_raw("labels", alertmanager_labels(m)).add_raw("annotations", alertmanager_annotations(m));
  alert.add("startsAt", rfc3339_utc(begin)).add("endsAt", rfc3339_utc(m.status == 0 ? m.at_s : m.at_s + kAlertmanagerS));
  if (*dashboard_of(m)) alert.add("generatorURL", dashboard_of(m));
  call.body = "[" + alert.done() + "]";
}

}  // namespace picket
