// common/rules/webhook_forms.h - the forms of webhook handlers, and what each needs of its definition. What they send: backend/notify.
#pragma once
#include <string>
#include <string_view>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

// What the words mean to the service; null: it needs none.
struct WebhookForm { std::string_view name; const char *key, *to, *from; };

inline constexpr WebhookForm kWebhookForms[] = {
    {"json", nullptr, nullptr, nullptr},
    {"slack", nullptr, nullptr, nullptr},
    {"teams", nullptr, nullptr, nullptr},
    {"discord", nullptr, nullptr, nullptr},
    {"googlechat", nullptr, nullptr, nullptr},
    {"ntfy", nullptr, nullptr, nullptr},
    {"alertmanager", nullptr, nullptr, nullptr},
    {"pagerduty", "the integration's routing key", nullptr, nullptr},
    {"opsgenie", "the API key of an integration", nullptr, nullptr},
    {"gotify", "the application's token", nullptr, nullptr},
    {"telegram", "the bot's token", "the id of the chat", nullptr},
    {"matrix", "an access token", "the id of the room", nullptr},
    {"pushover", "the application's token", "the key of a user or group", nullptr},
    {"sms", "the account and its token, as ACCOUNT:TOKEN", "a telephone number", "the sender's number or name"},
};

const WebhookForm* webhook_form(std::string_view name);  // "" is json; null when unknown
// Whether the definition has what its form needs.
Status validate_webhook_form(const HandlerWebhook& webhook);

}  // namespace picket
