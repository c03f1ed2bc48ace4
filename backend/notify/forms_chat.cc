// backend/notify/forms_chat.cc - alerts in rooms where people talk: nobody is called by what a check printed, and it makes no links.
#include "backend/notify/alert_text.h"
#include "backend/notify/forms.h"
#include "common/json/json.h"
#include "common/text/url.h"
#include "common/time/timezone.h"
#include "common/tls/crypto.h"

namespace picket {
namespace {

constexpr size_t kEscapedMax = 6000;      // bytes of an output once it is escaped
constexpr size_t kDiscordFieldMax = 300;  // of a field; 25 of them, title and description have 6000 together
constexpr size_t kCodeMax = 2500;         // of the output in a description

uint32_t step(const AlertMessage& m) { return m.status > 2 ? 3 : m.status; }

const char* colour_of(const AlertMessage& m) {
  constexpr const char* kColours[] = {"#2eb886", "#daa038", "#a30200", "#888888"};
  return kColours[step(m)];
}

// ---- Slack, Mattermost, Rocket.Chat: attachments ----

std::string slack_field(const std::string& title, const std::string& value, bool is_short) {
  return JsonObject().add("title", title).add("value", value).add("short", is_short).done();
}

std::string slack_fields(const AlertMessage& m) {
  std::vector<std::string> fields;
  for (const auto& [title, text] : m.facts) fields.push_back(slack_field(title, alert_escaped(text, escape_slack, kEscapedMax), true));
  for (const AlertLink& link : m.links)
    fields.push_back(slack_field(link.title, "<" + alert_escaped(link.url, escape_html, kEscapedMax) + ">", false));
  return form_list(fields);
}

// ---- Teams: an adaptive card ----

JsonObject text_block(std::string_view text) {
  JsonObject block;
  block.add("type", "TextBlock").add("wrap", true).add("text", alert_escaped(text, escape_card, kEscapedMax));
  return block;
}

std::string teams_title(const AlertMessage& m) {
  const char* colour = m.status == 0 ? "good" : m.status == 1 ? "warning" : "attention";
  return text_block(m.summary).add("size", "medium").add("weight", "bolder").add("color", colour).done();
}

std::string teams_facts(const AlertMessage& m) {
  std::vector<std::string> facts;
  for (const auto& [title, text] : m.facts)
    facts.push_back(JsonObject().add("title", title).add("value", alert_escaped(text, escape_card, kEscapedMax)).done());
  return JsonObject().add("type", "FactSet").add_raw("facts", form_list(facts)).done();
}

std::string teams_actions(const AlertMessage& m) {
  std::vector<std::string> actions;
  for (const AlertLink& link : m.links)
    actions.push_back(JsonObject().add("type", "Action.OpenUrl").add("title", link.title).add("url", link.url).done());
  return form_list(actions);
}

// ---- Discord: an embed ----

int64_t discord_colour(const AlertMessage& m) {
  constexpr int64_t kColours[] = {0x2eb886, 0xdaa038, 0xa30200, 0x888888};
  return kColours[step(m)];
}

// A block of code takes everything literally, but for what ends it.
std::string code_block(const std::string& text) {
  if (text.empty()) return "";
  std::string out;
  for (char c : alert_cut(text, kCodeMax)) c == '`' ? void(out += "ˋ") : void(out += c);
  return "```\n" + out + "\n```";
}

std::string discord_fields(const AlertMessage& m) {
  std::vector<std::string> fields;
  auto add = [&](const std::string& title, const std::string& value, bool is_inline) {
    fields.push_back(JsonObject().add("name", title).add("value", value).add("inline", is_inline).done());
  };
  for (const auto& [title, text] : m.facts) add(title, alert_escaped(text, escape_markdown, kDiscordFieldMax), true);
  for (const AlertLink& link : m.links) add(link.title, link.url, false);
  return form_list(fields);
}

// ---- Google Chat: text for the notification, a card for the rest ----

// `<users/all>` and `<url|text>` are its only markup that acts; a blank of no width breaks them.
std::string chat_text(const std::string& text) {
  std::string out;
  for (char c : text) {
    out += c;
    if (c == '<') out += "\u200b";
  }
  return out;
}

std::string paragraph(const std::string& html) {
  return JsonObject().add_raw("textParagraph", JsonObject().add("text", html).done()).done();
}

std::string html_lines(std::string_view text) {
  std::string out;
  for (char c : alert_escaped(text, escape_html, kEscapedMax)) c == '\n' ? void(out += "<br>") : void(out += c);
  return out;
}

std::string chat_button(const AlertLink& link) {
  const std::string open = JsonObject().add_raw("openLink", JsonObject().add("url", link.url).done()).done();
  return JsonObject().add("text", link.title).add_raw("onClick", open).done();
}

std::string chat_widgets(const AlertMessage& m) {
  std::vector<std::string> widgets, buttons;
  for (const auto& [title, text] : m.facts) {
    const std::string decorated = JsonObject().add("topLabel", title).add("text", html_lines(text)).done();
    widgets.push_back(JsonObject().add_raw("decoratedText", decorated).done());
  }
  if (const std::string details = alert_details(m); !details.empty()) widgets.push_back(paragraph(html_lines(details)));
  for (const AlertLink& link : m.links) buttons.push_back(chat_button(link));
  if (!buttons.empty())
    widgets.push_back(JsonObject().add_raw("buttonList", JsonObject().add_raw("buttons", form_list(buttons)).done()).done());
  return form_list(widgets);
}

// ---- HTML, of two kinds ----

std::string html_link(const AlertLink& link) {
  return "<a href=\"" + alert_escaped(link.url, escape_html, kEscapedMax) + "\">" + link.title + "</a>";
}

// `max`: of all of it; the output takes what is left.
std::string html_message(const AlertMessage& m, const char* line_end, size_t max) {
  std::string head = "<b>" + alert_escaped(m.summary, escape_html, kSummaryMax * 2) + "</b>" + line_end, links;
  for (const auto& [title, text] : m.facts) head += title + ": " + alert_escaped(text, escape_html, kEscapedMax) + line_end;
  for (const AlertLink& link : m.links) links += (links.empty() ? "" : " | ") + html_link(link);
  constexpr size_t kTags = 40;
  const size_t used = head.size() + links.size() + kTags;
  const std::string details = used < max ? alert_escaped(alert_details(m), escape_html, max - used) : "";
  return head + (details.empty() ? "" : "<pre>" + details + "</pre>") + links;
}

}  // namespace

void form_slack(const HandlerWebhook&, const AlertMessage& m, WebhookCall& call) {
  const std::string summary = alert_escaped(m.summary, escape_slack, kEscapedMax);
  JsonObject attachment;
  attachment.add("fallback", summary).add("color", colour_of(m)).add("text", alert_escaped(alert_details(m), escape_slack, kEscapedMax));
  attachment.add_raw("fields", slack_fields(m)).add("ts", m.at_s);
  call.body = JsonObject().add("text", summary).add_raw("attachments", "[" + attachment.done() + "]").done();
}

void form_teams(const HandlerWebhook&, const AlertMessage& m, WebhookCall& call) {
  const std::string text = text_block(alert_details(m)).add("fontType", "monospace").done();
  JsonObject card;
  card.add("$schema", "http://adaptivecards.io/schemas/adaptive-card.json").add("type", "AdaptiveCard").add("version", "1.4");
  card.add_raw("body", form_list({teams_title(m), teams_facts(m), text})).add_raw("actions", teams_actions(m));
  std::string attachment =
      JsonObject().add("contentType", "application/vnd.microsoft.card.adaptive").add_raw("content", card.done()).done();
  call.body = JsonObject().add("type", "message").add_raw("attachments", "[" + attachment + "]").done();
}

void form_discord(const HandlerWebhook&, const AlertMessage& m, WebhookCall& call) {
  JsonObject embed;
  embed.add("title", alert_escaped(m.severity + ": " + m.name(), escape_markdown, kDiscordTitleMax));
  embed.add("description", alert_cut(code_block(alert_details(m)), kDiscordDescriptionMax)).add("color", discord_colour(m));
  embed.add_raw("fields", discord_fields(m)).add("timestamp", rfc3339_utc(m.at_s));
  call.body = JsonObject()
                  .add("username", "picket")
                  .add("content", alert_escaped(m.summary, escape_markdown, kDiscordContentMax))
                  .add_raw("embeds", "[" + embed.done() + "]")
                  .add_raw("allowed_mentions", "{\"parse\":[]}")
                  .done();
}

void form_googlechat(const HandlerWebhook&, const AlertMessage& m, WebhookCall& call) {
  const std::string section = JsonObject().add_raw("widgets", chat_widgets(m)).done();
  const std::string header = JsonObject().add("title", alert_cut(m.severity + ": " + m.name(), kSummaryMax)).done();
  const std::string card = JsonObject().add_raw("header", header).add_raw("sections", "[" + section + "]").done();
  const std::string with_id = JsonObject().add("cardId", "picket").add_raw("card", card).done();
  call.url += (call.url.find('?') == call.url.npos ? "?" : "&") + std::string("messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD");
  call.body = JsonObject()
                  .add("text", chat_text(m.summary))
                  .add_raw("cardsV2", "[" + with_id + "]")
                  .add_raw("thread", JsonObject().add("threadKey", hex_encode(md5(alert_key(m, 1024)))).done())
                  .done();
}

void form_telegram(const HandlerWebhook& w, const AlertMessage& m, WebhookCall& call) {
  call.url = form_url(call.url, "/bot" + w.key + "/sendMessage");
  call.body = JsonObject()
                  .add("chat_id", w.to)
                  .add("text", html_message(m, "\n", kTelegramMax))
                  .add("parse_mode", "HTML")
                  .add_raw("link_preview_options", "{\"is_disabled\":true}")
                  .add("disable_notification", m.status == 0)
                  .done();
}

void form_matrix(const HandlerWebhook& w, const AlertMessage& m, WebhookCall& call) {
  // The server takes two calls with one transaction for one: what is tried again is not said twice.
  const std::string text = m.summary + "\n" + alert_facts_text(m) + alert_details(m);
  const std::string transaction = hex_encode(md5(alert_key(m, 1024) + "\n" + std::to_string(m.at_s) + "\n" + text));
  call.method = "PUT";
  call.url = form_url(call.url, "/_matrix/client/v3/rooms/" + url_encode(w.to) + "/send/m.room.message/" + transaction);
  call.headers.push_back({"Authorization", "Bearer " + w.key});
  call.body = JsonObject()
                  .add("msgtype", m.status == 0 ? "m.notice" : "m.text")
                  .add("body", text)
                  .add("format", "org.matrix.custom.html")
                  .add("formatted_body", html_message(m, "<br>", 4 * kEscapedMax))
                  .add_raw("m.mentions", "{}")
                  .done();
}

}  // namespace picket
