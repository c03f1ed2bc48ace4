// backend/notify/notify.cc - an event as a call to Slack, Teams, PagerDuty or ntfy, as JSON, and as a mail.
#include "backend/notify/notify.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "common/tls/crypto.h"
#include "common/json/json.h"
#include "common/template/template.h"
#include "common/time/timezone.h"
#include "backend/route/filter.h"
#include "backend/event/merge.h"

namespace picket {
namespace {

// At most `max` bytes, not in the middle of a UTF-8 sequence.
std::string cut(std::string_view s, size_t max) {
  if (s.size() <= max) return std::string(s);
  while (max > 0 && (static_cast<unsigned char>(s[max]) & 0xc0) == 0x80) max--;
  return std::string(s.substr(0, max)) + "…";
}

std::string first_line(std::string_view s) { return std::string(s.substr(0, s.find_first_of("\r\n"))); }
std::string entity_of(const Event& e) { return e.entity ? e.entity->metadata.name : ""; }
std::string check_of(const Event& e) { return e.check ? e.check->metadata.name : "metrics"; }
std::string output_of(const Event& e) { return e.check ? cut(e.check->output, kNotifyOutputMax) : ""; }
std::string name_of(const Event& e) { return entity_of(e) + "/" + check_of(e); }

std::string history_of(const Event& e) {
  if (!e.check || e.check->occurrences <= 1) return "";
  return "occurrence " + std::to_string(e.check->occurrences);
}

const char* colour_of(const Event& e) {
  uint32_t status = e.check ? e.check->status : 0;
  return status == 0 ? "#2eb886" : status == 1 ? "#daa038" : status == 2 ? "#a30200" : "#888888";
}

// ---- forms ----

std::string fact(const char* title_key, const std::string& title, const std::string& value) {
  return JsonObject().add(title_key, title).add("value", value).done();
}

// What a check prints is text to Slack: no links, nobody is called by "<!channel>".
std::string slack_text(std::string_view s) {
  std::string out;
  for (char c : s) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else out += c;
  }
  return out;
}

std::string slack(const Event& e) {
  const std::string summary = slack_text(notify_summary(e));
  std::string fields = "[" + JsonObject().add("title", "Entity").add("value", entity_of(e)).add("short", true).done() + "," +
      JsonObject().add("title", "Check").add("value", check_of(e)).add("short", true).done() + "]";
  JsonObject attachment;
  attachment.add("fallback", summary).add("color", colour_of(e)).add("text", slack_text(output_of(e))).add_raw("fields", fields);
  attachment.add("footer", history_of(e)).add("ts", e.timestamp);
  return JsonObject().add("text", summary).add_raw("attachments", "[" + attachment.done() + "]").done();
}

// A TextBlock reads some Markdown: what a check prints makes no links there, and its lines stay lines.
std::string card_text(std::string_view s) {
  std::string out;
  for (char c : s) {
    if (c == '\r') continue;
    if (std::strchr("\\[]*_`", c) && c) out += '\\';
    out += c;
    if (c == '\n') out += c;
  }
  return out;
}

std::string teams(const Event& e) {
  const char* colour = !e.check || e.check->status == 0 ? "good" : e.check->status == 1 ? "warning" : "attention";
  std::string title = JsonObject()
                          .add("type", "TextBlock")
                          .add("size", "medium")
                          .add("weight", "bolder")
                          .add("wrap", true)
                          .add("color", colour)
                          .add("text", card_text(notify_summary(e)))
                          .done();
  std::string facts = JsonObject()
                          .add("type", "FactSet")
                          .add_raw("facts",
                                   "[" + fact("title", "Entity", entity_of(e)) + "," + fact("title", "Check", check_of(e)) + "," +
                                       fact("title", "Status", notify_severity(e)) + "]")
                          .done();
  std::string text =
      JsonObject().add("type", "TextBlock").add("wrap", true).add("fontType", "monospace").add("text", card_text(output_of(e))).done();
  std::string card = JsonObject()
                         .add("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
                         .add("type", "AdaptiveCard")
                         .add("version", "1.4")
                         .add_raw("body", "[" + title + "," + facts + "," + text + "]")
                         .done();
  std::string attachment = JsonObject().add("contentType", "application/vnd.microsoft.card.adaptive").add_raw("content", card).done();
  return JsonObject().add("type", "message").add_raw("attachments", "[" + attachment + "]").done();
}

// One incident per entity and check: the same key triggers and resolves it. A long one is known by its hash.
std::string dedup_key(const std::string& ns, const Event& e) {
  std::string key = ns + "/" + name_of(e);
  return key.size() <= kDedupKeyMax ? key : "picket-" + hex_encode(sha256(key));
}

std::string pagerduty(const HandlerWebhook& w, const Event& e) {
  uint32_t status = e.check ? e.check->status : 0;
  const std::string ns = e.entity ? e.entity->metadata.ns : "";
  JsonObject details;
  details.add("namespace", ns).add("output", output_of(e)).add("status", status);
  details.add("occurrences", e.check ? e.check->occurrences : 0);
  JsonObject payload;
  payload.add("summary", notify_summary(e)).add("source", entity_of(e));
  payload.add("severity", status == 0 ? "info" : status == 1 ? "warning" : status == 2 ? "critical" : "error");
  payload.add("timestamp", rfc3339_utc(e.timestamp)).add("component", check_of(e)).add_raw("custom_details", details.done());
  return JsonObject()
      .add("routing_key", w.key)
      .add("event_action", status == 0 ? "resolve" : "trigger")
      .add("dedup_key", dedup_key(ns, e))
      .add_raw("payload", payload.done())
      .done();
}

// Header values are one line of ASCII; what is not goes as RFC 2047, which ntfy reads.
std::string header_text(const std::string& s) {
  bool plain = std::all_of(s.begin(), s.end(), [](unsigned char c) { return c >= 32 && c < 127; });
  return plain ? s : "=?UTF-8?B?" + base64_encode(s) + "?=";
}

void ntfy(WebhookCall& call, const Event& e) {
  uint32_t status = e.check ? e.check->status : 0;
  call.headers.push_back({"Title", header_text(notify_severity(e) + (": " + name_of(e)))});
  call.headers.push_back({"Priority", status == 0 ? "3" : status == 1 ? "4" : status == 2 ? "5" : "4"});
  call.headers.push_back({"Tags",
                          status == 0       ? "white_check_mark"
                              : status == 1 ? "warning"
                              : status == 2 ? "rotating_light"
                                            : "grey_question"});
  call.body = output_of(e).empty() ? notify_summary(e) : output_of(e);
}

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

// ---- mail ----

std::string mail_date(int64_t unix_s) {
  static const char* const kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char* const kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  WallTime w = wall_time(unix_s);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %lld %02d:%02d:%02d +0000", kDays[w.weekday], w.day, kMonths[w.month - 1],
                static_cast<long long>(w.year), w.hour, w.minute, w.second);
  return text;
}

// A header cannot be split in two by what a check printed.
std::string one_line(std::string s) {
  for (char& c : s)
    if (static_cast<unsigned char>(c) < 32 || c == 127) c = ' ';
  return s;
}

std::string mail_subject(const std::string& s) {
  std::string line = one_line(cut(s, kSummaryMax));
  bool plain = std::all_of(line.begin(), line.end(), [](unsigned char c) { return c < 127; });
  if (plain) return line;
  // RFC 2047: words of at most 75 characters, each of whole UTF-8 sequences.
  std::string out, piece;
  auto flush = [&] {
    if (!piece.empty()) out += (out.empty() ? "" : "\r\n ") + ("=?UTF-8?B?" + base64_encode(piece) + "?=");
    piece.clear();
  };
  for (char c : line) {
    bool starts = (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    if (starts && piece.size() >= 39) flush();
    piece += c;
  }
  flush();
  return out;
}

std::string base64_lines(const std::string& text) {
  std::string all = base64_encode(text), out;
  for (size_t i = 0; i < all.size(); i += 76) out += all.substr(i, 76) + "\r\n";
  return out;
}

std::string mail_body(const Event& e) {
  std::string out = notify_summary(e) + "\n\n";
  auto row = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += std::string(name) + value + "\n";
  };
  row("Entity:    ", entity_of(e));
  row("Check:     ", check_of(e));
  row("Namespace: ", e.entity ? e.entity->metadata.ns : "");
  row("Status:    ", notify_severity(e));
  row("Time:      ", go_time_utc(e.timestamp));
  row("Since:     ", history_of(e));
  return out + "\n" + output_of(e) + "\n";
}

}  // namespace

const char* notify_severity(const Event& event) {
  static const char* const kNames[] = {"OK", "WARNING", "CRITICAL"};
  uint32_t status = event.check ? event.check->status : 0;
  return status < 3 ? kNames[status] : "UNKNOWN";
}

std::string notify_summary(const Event& event) {
  std::string line = event.check ? first_line(event.check->output) : "";
  std::string text = std::string(notify_severity(event)) + ": " + name_of(event) + (line.empty() ? "" : ": " + line);
  return cut(text, kSummaryMax);
}

Result<WebhookCall> notify_webhook(const HandlerWebhook& webhook, const Event& event, const std::string& input) {
  WebhookCall call;
  call.url = webhook.url;
  std::string type = "application/json";
  if (!webhook.body.empty()) {
    Result<std::string> body = render("body", webhook.body, filter_event_json(event));
    if (!body.ok()) return because("webhook body", body.status);
    call.body = std::move(body.value);
    if (!json_check(call.body).ok()) type = "text/plain; charset=utf-8";
  } else if (webhook.form == "slack") {
    call.body = slack(event);
  } else if (webhook.form == "teams") {
    call.body = teams(event);
  } else if (webhook.form == "pagerduty") {
    call.body = pagerduty(webhook, event);
  } else if (webhook.form == "ntfy") {
    ntfy(call, event);
    type = "text/plain; charset=utf-8";
  } else {
    call.body = input;
  }
  if (!has_header(webhook.headers, "Content-Type")) call.headers.push_back({"Content-Type", type});
  for (const auto& [name, value] : webhook.headers) call.headers.push_back({name, one_line(value)});
  return call;
}

Result<std::string> notify_mail(const HandlerEmail& email, const Event& event, int64_t now_s, const std::string& domain,
                                const std::string& unique) {
  const std::string data = filter_event_json(event);
  std::string subject = notify_summary(event), body = mail_body(event);
  if (!email.subject.empty()) {
    Result<std::string> r = template_render("subject", email.subject, data);
    if (r.ok()) subject = std::move(r.value);  // else ours: a mail that says less is better than none
    else body = "The template of the subject failed: " + r.status.message + "\n\n" + body;
  }
  if (!email.body.empty()) {
    Result<std::string> r = template_render("body", email.body, data);
    if (r.ok()) body = std::move(r.value);
    else body = "The template of this mail failed: " + r.status.message + "\n\n" + body;
  }
  std::string to;
  for (const std::string& address : email.to) to += (to.empty() ? "" : ", ") + one_line(address);
  std::string mail =
      "From: " + one_line(email.from) + "\r\nTo: " + to + "\r\nSubject: " + mail_subject(subject) + "\r\nDate: " + mail_date(now_s);
  mail += "\r\nMessage-ID: <" + unique + "@" + domain + ">\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n";
  // One thread per entity and check in mail programs; no answers from holiday robots.
  mail += "References: <picket." + hex_encode(md5(name_of(event))) + "@" + domain + ">\r\nAuto-Submitted: auto-generated\r\n";
  return mail + "Content-Transfer-Encoding: base64\r\n\r\n" + base64_lines(body);
}

}  // namespace picket
