// tests/backend/notify/forms_test.cc - what each service gets: its limits, its keys, its ways to end an incident.
// Strict receivers of all of them: tests/system/receivers_test.py.
#include <doctest/doctest.h>

#include "backend/notify/forms.h"
#include "common/json/json.h"
#include "common/rules/webhook_forms.h"

using namespace picket;

namespace {

Event problem(uint32_t status = 2, const std::string& output = "DISK CRITICAL\n<b>@everyone</b> `x` *y*") {
  Event e;
  auto entity = std::make_shared<Entity>();
  entity->metadata.name = "web1";
  entity->metadata.ns = "default";
  e.entity = entity;
  e.timestamp = 1795160511;
  Check& c = e.check.emplace();
  c.metadata.name = "disk";
  c.metadata.annotations["picket.io/runbook"] = "https://wiki.example/disk?a=1&b=2";
  c.status = status;
  c.output = output;
  c.executed = 1795160511;
  c.history = {{0, 1795160391}, {2, 1795160451}, {status, 1795160511}};
  return e;
}

WebhookCall call(const char* form, const Event& e, const std::string& url = "https://service.example") {
  HandlerWebhook w;
  w.url = url;
  w.form = form;
  w.key = "KEY:TOKEN";
  w.to = "!room:x";
  w.from = "+4912345";
  Result<WebhookCall> r = notify_webhook(w, e, "{\"input\":1}");
  CHECK_MESSAGE(r.ok(), r.status.message);
  return r.value;
}

std::string at(const std::string& json, std::initializer_list<std::string_view> path) { return json_string(json_at(json, path)).value; }

std::string header(const WebhookCall& c, std::string_view name) {
  for (const auto& [key, value] : c.headers)
    if (key == name) return value;
  return "";
}

std::string first(const std::string& list) {
  Result<std::vector<std::string_view>> items = json_items(list);
  return items.ok() && !items.value.empty() ? std::string(items.value[0]) : "";
}

}  // namespace

TEST_CASE("every form that may be named is written, and the other way round") {
  for (const WebhookForm& form : kWebhookForms) {
    CAPTURE(form.name);
    CHECK((form_writer(form.name) != nullptr || form.name == "json"));
    WebhookCall c = call(std::string(form.name).c_str(), problem());
    CHECK(!c.body.empty());
    const bool is_json = header(c, "Content-Type") == "application/json";
    CHECK(is_json == (form.name != "ntfy" && form.name != "sms"));
    if (is_json) CHECK(json_check(c.body).ok());
  }
}

TEST_CASE("a form that is asked for by a wrong name, or without what it needs, is refused with what is missing") {
  HandlerWebhook w;
  w.form = "telegramm";
  CHECK(validate_webhook_form(w).message == "webhook form \"telegramm\" is unknown; did you mean \"telegram\"?");
  w.form = "telegram";
  CHECK(validate_webhook_form(w).message == "webhook form telegram needs a key: the bot's token");
  w.key = "1:x";
  CHECK(validate_webhook_form(w).message == "webhook form telegram needs a to: the id of the chat");
  w.to = "-100";
  CHECK(validate_webhook_form(w).ok());
  w.to = "1\n2";
  CHECK(validate_webhook_form(w).message == "webhook to must be one line");
  w.form = "";
  w.to = "";
  CHECK(validate_webhook_form(w).ok());
}

TEST_CASE("an address without a path gets the service's") {
  CHECK(form_url("https://api.telegram.org", "/x") == "https://api.telegram.org/x");
  CHECK(form_url("https://api.telegram.org/", "/x") == "https://api.telegram.org/x");
  CHECK(form_url("https://proxy.example/telegram", "/x") == "https://proxy.example/telegram");
}

TEST_CASE("Telegram and Matrix get HTML in which nothing acts") {
  WebhookCall c = call("telegram", problem());
  CHECK(c.url == "https://service.example/botKEY:TOKEN/sendMessage");
  const std::string text = at(c.body, {"text"});
  CHECK(text.find("<b>CRITICAL: web1/disk: DISK CRITICAL</b>\n") == 0);
  CHECK(text.find("&lt;b&gt;@everyone&lt;/b&gt;") != std::string::npos);
  CHECK(text.find("<a href=\"https://wiki.example/disk?a=1&amp;b=2\">Runbook</a>") != std::string::npos);
  CHECK(at(call("telegram", problem(2, std::string(9000, '<'))).body, {"text"}).size() <= kTelegramMax);
  c = call("matrix", problem());
  CHECK(c.method == "PUT");
  CHECK(c.url.find("https://service.example/_matrix/client/v3/rooms/%21room%3Ax/send/m.room.message/") == 0);
  CHECK(header(c, "Authorization") == "Bearer KEY:TOKEN");
  CHECK(c.url == call("matrix", problem()).url);
  CHECK(c.url != call("matrix", problem(0)).url);
}

TEST_CASE("Discord calls nobody, and a block of code does not end early") {
  WebhookCall c = call("discord", problem(2, "```\n@everyone `x`"));
  CHECK(json_at(c.body, {"allowed_mentions", "parse"}) == "[]");
  const std::string embed = first(std::string(json_at(c.body, {"embeds"}))), text = at(embed, {"description"});
  CHECK(text.find("```\n") == 0);
  CHECK(text.find('`', 3) == text.size() - 3);
  CHECK(call("discord", problem(2, std::string(9000, '*'))).body.size() < 6000 + 2000);
}

TEST_CASE("Opsgenie and Alertmanager end by the key they began with") {
  WebhookCall begin = call("opsgenie", problem()), end = call("opsgenie", problem(0));
  CHECK(begin.url == "https://service.example/v2/alerts");
  CHECK(header(begin, "Authorization") == "GenieKey KEY:TOKEN");
  CHECK(at(begin.body, {"alias"}) == "default/web1/disk");
  CHECK(at(begin.body, {"priority"}) == "P1");
  CHECK(end.url == "https://service.example/v2/alerts/default%2Fweb1%2Fdisk/close?identifierType=alias");
  const std::string firing = first(call("alertmanager", problem()).body), ended = first(call("alertmanager", problem(0)).body);
  CHECK(json_at(firing, {"labels"}) == json_at(ended, {"labels"}));
  CHECK(at(firing, {"startsAt"}) == at(ended, {"startsAt"}));
  CHECK(at(ended, {"endsAt"}) == "2026-11-20T07:41:51Z");
  CHECK(at(firing, {"endsAt"}) > at(ended, {"endsAt"}));
  CHECK(at(firing, {"annotations", "runbook_url"}) == "https://wiki.example/disk?a=1&b=2");
}

TEST_CASE("telephones get what fits") {
  const Event e = problem(2, std::string(5000, 'x'));
  CHECK(at(call("pushover", e).body, {"message"}).size() <= kPushoverMax);
  CHECK(at(call("pushover", problem()).body, {"message"}).find("\nStatus: CRITICAL, for 1 min") != std::string::npos);
  CHECK(call("ntfy", e).body.size() <= kNtfyMax);
  WebhookCall sms = call("sms", problem());
  CHECK(sms.url == "https://service.example/2010-04-01/Accounts/KEY/Messages.json");
  CHECK(sms.body.find("To=%21room%3Ax&From=%2B4912345&Body=CRITICAL%3A%20web1%2Fdisk") == 0);
  CHECK(header(sms, "Authorization").find("Basic ") == 0);
  CHECK(header(call("ntfy", problem()), "Actions") == "view, Runbook, \"https://wiki.example/disk?a=1&b=2\"");
}
