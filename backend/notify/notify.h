// backend/notify/notify.h - what the built-in handlers say: HTTP calls and mails, made of an event. Pure.
//
// Types webhook, email and file of a handler, so that a first alert needs no plugin. alert_message.h says what is said, forms.h how each
// service takes it, mail.cc is the mail.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "backend/notify/alert_message.h"
#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

struct WebhookCall {
  std::string url, method = "POST";
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// "CRITICAL: web1/disk: DISK CRITICAL - free space"
std::string notify_summary(const Event& event);
const char* notify_severity(const Event& event);  // OK, WARNING, CRITICAL, UNKNOWN

// `input`: the event as JSON, or what the handler's mutator made of it; it is the body of the form "json".
Result<WebhookCall> notify_webhook(const HandlerWebhook& webhook, const Event& event, const std::string& input,
                                   const NotifyContext& context = {});

// An RFC 5322 message with CRLF lines, not yet dot-stuffed. `domain` goes into the Message-ID. The mails of an incident are one thread.
Result<std::string> notify_mail(const HandlerEmail& email, const Event& event, int64_t now_s, const std::string& domain,
                                const std::string& unique, const NotifyContext& context = {});

}  // namespace picket
