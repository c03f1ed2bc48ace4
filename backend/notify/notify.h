// backend/notify/notify.h - what the built-in handlers say: HTTP calls and mails, made of an event. Pure.
//
// Types webhook, email and file of a handler, so that a first alert needs no plugin. The forms are what the services
// document for incoming hooks: Slack (and Mattermost, Rocket.Chat), Teams (adaptive cards), PagerDuty (events v2), ntfy.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

inline constexpr size_t kSummaryMax = 300;        // bytes of the one-line summary; the rest of the output is left out
inline constexpr size_t kDedupKeyMax = 255;       // bytes of PagerDuty's key
inline constexpr size_t kNotifyOutputMax = 3000;  // bytes of output in a chat message or a mail

struct WebhookCall {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// "CRITICAL: web1/disk: DISK CRITICAL - free space"
std::string notify_summary(const Event& event);
const char* notify_severity(const Event& event);  // OK, WARNING, CRITICAL, UNKNOWN

// `input`: the event as JSON, or what the handler's mutator made of it; it is the body of the form "json".
Result<WebhookCall> notify_webhook(const HandlerWebhook& webhook, const Event& event, const std::string& input);

// An RFC 5322 message with CRLF lines, not yet dot-stuffed. `domain` goes into the Message-ID.
Result<std::string> notify_mail(const HandlerEmail& email, const Event& event, int64_t now_s, const std::string& domain,
                                const std::string& unique);

}  // namespace picket
