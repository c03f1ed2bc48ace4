// backend/notify/forms.h - an alert in the form of each service, as its description of incoming messages says. Pure.
//
//   forms_chat.cc    Slack (Mattermost, Rocket.Chat), Teams, Discord, Google Chat, Telegram, Matrix
//   forms_oncall.cc  PagerDuty, Opsgenie, Alertmanager: incidents that a recovery ends
//   forms_push.cc    ntfy, Gotify, Pushover, SMS by a gateway that speaks as Twilio does
#pragma once
#include <string>

#include "backend/notify/alert_message.h"
#include "backend/notify/notify.h"

namespace picket {

// Limits of the services, in bytes; what they count in is never smaller.
inline constexpr size_t kDedupKeyMax = 255;         // PagerDuty's dedup_key
inline constexpr size_t kPagerdutyMax = 1024;       // its summary
inline constexpr size_t kOpsgenieMessageMax = 130;  // and of an alert's other fields:
inline constexpr size_t kOpsgenieDescriptionMax = 15'000;
inline constexpr size_t kOpsgenieAliasMax = 512;
inline constexpr size_t kOpsgenieEntityMax = 512;
inline constexpr size_t kOpsgenieTagMax = 50;
inline constexpr size_t kTelegramMax = 4096;
inline constexpr size_t kDiscordContentMax = 2000;
inline constexpr size_t kDiscordTitleMax = 256;
inline constexpr size_t kDiscordDescriptionMax = 4096;
inline constexpr size_t kNtfyMax = 4096;  // a longer message becomes an attachment
inline constexpr size_t kPushoverMax = 1024;
inline constexpr size_t kPushoverTitleMax = 250;
inline constexpr size_t kSmsMax = 320;             // two or three parts; a gateway takes 1600
inline constexpr int64_t kAlertmanagerS = 86'400;  // a problem ends there by itself when nothing is heard of it for so long

// `call.url` is the handler's; a form may put the path of its API behind it, when it has none.
using FormWriter = void (*)(const HandlerWebhook& webhook, const AlertMessage& message, WebhookCall& call);

void form_slack(const HandlerWebhook& webhook, const AlertMessage& message, WebhookCall& call);
void form_teams(const HandlerWebhook& webhook, const AlertMessage& message, WebhookCall& call);
void form_discord(const HandlerWebhook& webhook, const AlertMessage& message, WebhookCall& call);
void form_googlechat(const HandlerWebhook& webhook, const AlertMessage& message, WebhookCall& call);
void form_telegram(const HandlerWebhook& webhook, const AlertMessage& message, WebhookCall& call);
void form_matrix(const HandlerWebhook& webhook, const AlertMessage& message, WebhookCall& call);
void form_pagerduty(const HandlerWebhook& webhook, const AlertMessage& message, WebhookCall& call);
void form_opsgenie(const HandlerWebhook& webhook, const AlertMessage& message, WebhookCall& call);
void form_alertmanager(const HandlerWebhook& webhook, const AlertMessage& message, WebhookCall& call);
void form_ntfy(const HandlerWebhook& webhook, const AlertMessage& message, WebhookCall& call);
void form_gotify(const HandlerWebhook& webhook, const AlertMessage& message, WebhookCall& call);
void form_pushover(const HandlerWebhook& webhook, const AlertMessage& message, WebhookCall& call);
void form_sms(const HandlerWebhook& webhook, const AlertMessage& message, WebhookCall& call);

FormWriter form_writer(std::string_view name);  // null: none of these

// ---- for the three files ----
// "https://host" and "/path" make "https://host/path"; an address with a path of its own stays.
std::string form_url(const std::string& url, const std::string& path);
std::string form_list(const std::vector<std::string>& items);  // of JSON

}  // namespace picket
