// backend/notify/notify.cc - an event as a call of a webhook: in a form, by a template, or as it is.
#include "backend/notify/notify.h"

#include <algorithm>

#include "backend/notify/alert_text.h"
#include "backend/notify/forms.h"
#include "backend/route/filter.h"
#include "common/json/json.h"
#include "common/template/template.h"

namespace picket {
namespace {

// A template that is JSON has its strings replaced one by one, so values are escaped; any other is text.
Result<std::string> render(const char* what, const std::string& text, const std::string& data) {
  std::string_view t = text;
  while (!t.empty() && (t.front() == ' ' || t.front() == '\n' || t.front() == '\t' || t.front() == '\r')) t.remove_prefix(1);
  bool json = !t.empty() && (t[0] == '{' || t[0] == '[') && json_check(t).ok();
  return json ? template_render_json(t, data) : template_render(what, text, data);
}

bool has_header(const StringMap& headers, std::string_view name) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c; };
  return std::any_of(headers.begin(), headers.end(), [&](const auto& h) {
    return std::equal(h.first.begin(), h.first.end(), name.begin(), name.end(), [&](char a, char b) { return lower(a) == lower(b); });
  });
}

Status body_of_template(const HandlerWebhook& webhook, const Event& event, WebhookCall& call) {
  Result<std::string> body = render("body", webhook.body, filter_event_json(event));
  if (!body.ok()) return because("webhook body", body.status);
  call.body = std::move(body.value);
  if (!json_check(call.body).ok()) call.content_type = "text/plain; charset=utf-8";
  return {};
}

// What the handler says itself stands in place of a form's.
void headers_join(const HandlerWebhook& webhook, WebhookCall& call) {
  call.headers.push_back({"Content-Type", call.content_type});
  call.headers.erase(
      std::remove_if(call.headers.begin(), call.headers.end(), [&](const auto& h) { return has_header(webhook.headers, h.first); }),
      call.headers.end());
  for (const auto& [name, value] : webhook.headers) call.headers.push_back({name, alert_one_line(value)});
}

}  // namespace

const char* notify_severity(const Event& event) {
  static const char* const kNames[] = {"OK", "WARNING", "CRITICAL"};
  uint32_t status = event.check ? event.check->status : 0;
  return status < 3 ? kNames[status] : "UNKNOWN";
}

std::string notify_summary(const Event& event) {
  const std::string entity = event.entity ? event.entity->metadata.name : "", check = event.check ? event.check->metadata.name : "metrics";
  const std::string line = event.check ? alert_clean(alert_first_line(event.check->output)) : "";
  return alert_cut(std::string(notify_severity(event)) + ": " + entity + "/" + check + (line.empty() ? "" : ": " + line), kSummaryMax);
}

Result<WebhookCall> notify_webhook(const HandlerWebhook& webhook, const Event& event, const std::string& input,
                                   const NotifyContext& context) {
  WebhookCall call;
  call.url = webhook.url;
  const FormWriter writer = form_writer(webhook.form);
  if (!webhook.body.empty()) {
    if (Status s = body_of_template(webhook, event, call); !s.ok()) return s;
  } else if (writer) {
    writer(webhook, alert_message(event, context), call);
  } else {
    call.body = input;
  }
  headers_join(webhook, call);
  return call;
}

}  // namespace picket
