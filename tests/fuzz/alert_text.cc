// tests/fuzz/alert_text.cc - any output of a check in every form: within its limits, valid UTF-8, JSON where it is JSON.
#include <cstdlib>

#include "backend/notify/alert_text.h"
#include "backend/notify/forms.h"
#include "common/json/cursor.h"
#include "common/json/json.h"
#include "common/rules/webhook_forms.h"

using namespace picket;

namespace {

void must(bool good) {
  if (!good) abort();
}

bool is_utf8(const std::string& s) {
  for (size_t i = 0; i < s.size();) {
    const int n = utf8_length(s.data() + i, s.data() + s.size());
    if (n <= 0) return false;
    i += size_t(n);
  }
  return true;
}

Event event_of(const std::string& output) {
  Event e;
  auto entity = std::make_shared<Entity>();
  entity->metadata.name = "web1";
  entity->metadata.annotations["picket.io/runbook"] = output.substr(0, 600);
  e.entity = entity;
  Check& c = e.check.emplace();
  c.metadata.name = "disk";
  c.status = output.empty() ? 0 : static_cast<unsigned char>(output[0]) % 5;
  c.output = output;
  c.hooks.resize(1);
  c.hooks[0].output = output;
  c.history = {{0, 1}, {c.status, 2}};
  return e;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size), clean = alert_clean(text);
  must(is_utf8(clean));
  for (size_t max : {0, 1, 2, 3, 4, 7, 50})
    for (AlertEscape escape : {escape_html, escape_slack, escape_markdown, escape_card}) {
      const std::string cut = alert_cut(clean, max), escaped = alert_escaped(clean, escape, max);
      must(cut.size() <= max && escaped.size() <= max && is_utf8(cut) && is_utf8(escaped));
    }
  const Event event = event_of(text);
  for (const WebhookForm& form : kWebhookForms) {
    HandlerWebhook w;
    w.url = "https://service.example";
    w.form = form.name;
    w.key = "a:b";
    Result<WebhookCall> call = notify_webhook(w, event, "{}");
    must(call.ok() && is_utf8(call.value.body));
    if (call.value.content_type == "application/json") must(json_check(call.value.body).ok());
    for (const auto& [name, value] : call.value.headers) must(value.find_first_of("\r\n") == value.npos);
  }
  HandlerEmail email;
  email.to = {"a@x"};
  Result<std::string> mail = notify_mail(email, event, 1, "host", "id");
  must(mail.ok());
  for (size_t at = 0; at < mail.value.size();) {
    const size_t end = mail.value.find("\r\n", at);
    must(end != mail.value.npos && end - at <= 998);
    at = end + 2;
  }
  return 0;
}
