// backend/notify/forms_push.cc - alerts on telephones: short, the beginning first, one link to touch.
#include <algorithm>

#include "backend/notify/alert_text.h"
#include "backend/notify/forms.h"
#include "common/json/json.h"
#include "common/text/url.h"
#include "common/tls/crypto.h"

namespace picket {
namespace {

uint32_t step(const AlertMessage& m) { return std::min<uint32_t>(m.status, 3); }

std::string title_of(const AlertMessage& m) { return m.severity + ": " + m.name(); }

// The facts whose title the title does not say already.
std::string context_of(const AlertMessage& m) {
  std::string out;
  for (const auto& [title, text] : m.facts)
    if (title != "Entity" && title != "Check" && title != "Namespace") out += title + ": " + text + "\n";
  return out;
}

std::string text_of(const AlertMessage& m, size_t max) {
  const std::string context = context_of(m), output = alert_details(m);
  const size_t room = max > context.size() + 2 ? max - context.size() - 2 : 0;
  std::string text = alert_cut(output.empty() ? m.summary : output, room);
  if (!text.empty() && text.back() != '\n') text += '\n';
  text += context;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return alert_cut(text, max);
}

// Header values are one line of ASCII; what is not goes as RFC 2047, which ntfy reads.
std::string header_text(const std::string& s) {
  const bool is_plain = std::all_of(s.begin(), s.end(), [](unsigned char c) { return c >= 32 && c < 127; });
  return is_plain ? s : "=?UTF-8?B?" + base64_encode(s) + "?=";
}

// "view, Runbook, "https://..."; view, ...": three at most.
std::string ntfy_actions(const AlertMessage& m) {
  std::string out;
  for (size_t i = 0; i < m.links.size() && i < 3; i++)
    out += (i ? "; " : "") + std::string("view, ") + m.links[i].title + ", \"" + m.links[i].url + "\"";
  return out;
}

std::string form_pair(const char* name, const std::string& value) { return std::string(name) + "=" + url_encode(value); }

}  // namespace

void form_ntfy(const HandlerWebhook& w, const AlertMessage& m, WebhookCall& call) {
  constexpr const char* kPriorities[] = {"3", "4", "5", "4"};
  constexpr const char* kTags[] = {"white_check_mark", "warning", "rotating_light", "grey_question"};
  constexpr size_t kTitleMax = 500;  // of a header
  call.content_type = "text/plain; charset=utf-8";
  call.headers.push_back({"Title", header_text(alert_cut(alert_one_line(title_of(m)), kTitleMax))});
  call.headers.push_back({"Priority", kPriorities[step(m)]});
  call.headers.push_back({"Tags", kTags[step(m)]});
  if (!w.key.empty()) call.headers.push_back({"Authorization", "Bearer " + w.key});
  if (!m.links.empty()) {
    call.headers.push_back({"Click", m.links[0].url});
    call.headers.push_back({"Actions", ntfy_actions(m)});
  }
  call.body = text_of(m, kNtfyMax);
}

void form_gotify(const HandlerWebhook& w, const AlertMessage& m, WebhookCall& call) {
  constexpr int kPriorities[] = {2, 5, 8, 5};
  call.url = form_url(call.url, "/message");
  call.headers.push_back({"X-Gotify-Key", w.key});
  JsonObject extras;
  extras.add_raw("client::display", "{\"contentType\":\"text/plain\"}");
  if (!m.links.empty()) {
    const std::string click = JsonObject().add("url", m.links[0].url).done();
    extras.add_raw("client::notification", JsonObject().add_raw("click", click).done());
  }
  std::string text = text_of(m, kNotifyOutputMax);
  for (const AlertLink& link : m.links) text += "\n" + link.title + ": " + link.url;
  JsonObject message;
  message.add("title", alert_cut(title_of(m), kSummaryMax)).add("message", text).add("priority", kPriorities[step(m)]);
  call.body = message.add_raw("extras", extras.done()).done();
}

void form_pushover(const HandlerWebhook& w, const AlertMessage& m, WebhookCall& call) {
  constexpr int kPriorities[] = {-1, 0, 1, 0};
  call.url = form_url(call.url, "/1/messages.json");
  JsonObject message;
  message.add("token", w.key).add("user", w.to).add("title", alert_cut(title_of(m), kPushoverTitleMax));
  message.add("message", text_of(m, kPushoverMax)).add("priority", kPriorities[step(m)]).add("timestamp", m.at_s);
  if (!m.links.empty()) message.add("url", m.links[0].url).add("url_title", m.links[0].title);
  call.body = message.done();
}

// Twilio's Messages, which other gateways speak, too.
void form_sms(const HandlerWebhook& w, const AlertMessage& m, WebhookCall& call) {
  const std::string text = m.summary + (m.state.empty() ? "" : " (" + m.state + ")");
  call.url = form_url(call.url, "/2010-04-01/Accounts/" + url_encode(w.key.substr(0, w.key.find(':'))) + "/Messages.json");
  call.headers.push_back({"Authorization", "Basic " + base64_encode(w.key)});
  call.content_type = "application/x-www-form-urlencoded";
  call.body = form_pair("To", w.to) + "&" + form_pair("From", w.from) + "&" + form_pair("Body", alert_cut(text, kSmsMax));
}

}  // namespace picket
