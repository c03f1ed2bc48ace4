// tests/backend/notify/notify_test.cc - what handlers say: forms of webhooks, mails, dialogues with mail servers.
#include <doctest/doctest.h>

#include <algorithm>

#include "backend/notify/alert_text.h"
#include "backend/notify/forms.h"
#include "backend/notify/notify.h"
#include "common/rules/webhook_forms.h"
#include "backend/notify/smtp.h"
#include "common/tls/crypto.h"
#include "common/json/json.h"

using namespace picket;

namespace {

Event incident(uint32_t status = 2, const std::string& output = "DISK CRITICAL - \"/\" is full\nmore") {
  Event e;
  auto entity = std::make_shared<Entity>();
  entity->metadata.name = "web1";
  entity->metadata.ns = "default";
  e.entity = entity;
  e.timestamp = 1795160511;
  e.check.emplace();
  e.check->metadata.name = "disk";
  e.check->status = status;
  e.check->output = output;
  e.check->occurrences = 3;
  return e;
}

std::string at(const std::string& json, std::initializer_list<std::string_view> path) { return json_string(json_at(json, path)).value; }

WebhookCall call(HandlerWebhook w, const Event& e = incident()) {
  w.url = "https://hooks.example/x";
  Result<WebhookCall> r = notify_webhook(w, e, "{\"input\":1}");
  CHECK_MESSAGE(r.ok(), r.status.message);
  return r.value;
}

std::string header(const WebhookCall& c, std::string_view name) {
  for (const auto& [key, value] : c.headers)
    if (key == name) return value;
  return "";
}

// The dialogue as a play: what the server says, what we answer.
std::string play(const HandlerEmail& email, std::initializer_list<const char*> server) {
  SmtpDialogue d = smtp_begin(email, "Subject: x\r\n\r\n.hidden\r\nend", "us");
  std::string out;
  for (const char* line : server) {
    SmtpStep step = smtp_receive(d, line);
    if (step.start_tls) {
      out += "[tls]";
      step = smtp_secured(d);
    }
    std::string said = step.send;
    said.erase(std::remove(said.begin(), said.end(), '\r'), said.end());
    std::replace(said.begin(), said.end(), '\n', '|');
    out += said;
    if (step.close) out += d.sent ? "[sent]" : "[" + d.status.message + "]";
  }
  return out;
}

HandlerEmail mailbox() {
  HandlerEmail e;
  e.host = "mail.example";
  e.from = "picket <p@example.org>";
  e.to = {"a@example.org"};
  return e;
}

}  // namespace

TEST_CASE("a summary is one line of a bounded length") {
  CHECK(notify_summary(incident()) == "CRITICAL: web1/disk: DISK CRITICAL - \"/\" is full");
  CHECK(notify_summary(incident(0, "")) == "OK: web1/disk");
  CHECK(std::string(notify_severity(incident(127))) == "UNKNOWN");
  std::string longest = notify_summary(incident(2, std::string(1000, 'x')));
  CHECK(longest.size() <= kSummaryMax + 3);
  std::string umlauts;
  for (int i = 0; i < 400; i++) umlauts += "ü";
  CHECK(json_check(json_quote(notify_summary(incident(2, umlauts)))).ok());
  CHECK(json_quote(notify_summary(incident(2, umlauts))).find("\\ufffd") == std::string::npos);
}

TEST_CASE("every form is JSON with the event in it") {
  HandlerWebhook w;
  CHECK(call(w).body == "{\"input\":1}");
  CHECK(header(call(w), "Content-Type") == "application/json");
  w.form = "slack";
  std::string slack = call(w).body;
  REQUIRE(json_check(slack).ok());
  CHECK(at(slack, {"text"}) == "CRITICAL: web1/disk: DISK CRITICAL - \"/\" is full");
  w.form = "teams";
  std::string teams = call(w).body;
  REQUIRE(json_check(teams).ok());
  CHECK(at(teams, {"type"}) == "message");
  w.form = "pagerduty";
  w.key = "k";
  std::string trigger = call(w).body, resolve = call(w, incident(0, "fine")).body;
  REQUIRE(json_check(trigger).ok());
  CHECK(at(trigger, {"routing_key"}) == "k");
  CHECK(at(trigger, {"event_action"}) == "trigger");
  CHECK(at(trigger, {"payload", "severity"}) == "critical");
  CHECK(at(resolve, {"event_action"}) == "resolve");
  CHECK(at(trigger, {"dedup_key"}) == at(resolve, {"dedup_key"}));
  w.form = "ntfy";
  WebhookCall ntfy = call(w);
  CHECK(ntfy.body.find("DISK CRITICAL") == 0);
  CHECK(header(ntfy, "Title") == "CRITICAL: web1/disk");
  CHECK(header(ntfy, "Priority") == "5");
}

TEST_CASE("what a check prints is text to Slack and Teams, and a long name is a key all the same") {
  HandlerWebhook w;
  w.form = "slack";
  const Event bad = incident(2, "<!channel> & [x](http://e) *b*\nmore");
  CHECK(at(call(w, bad).body, {"text"}) == "CRITICAL: web1/disk: &lt;!channel&gt; &amp; [x]\xe2\x80\x8b(http://e) *b*");
  w.form = "teams";
  CHECK(call(w, bad).body.find("\\\\[x\\\\](http://e) \\\\*b\\\\*\\n\\nmore") != std::string::npos);
  w.form = "pagerduty";
  w.key = "k";
  Event named = incident(2);
  named.check->metadata.name = std::string(300, 'c');
  const std::string key = at(call(w, named).body, {"dedup_key"});
  CHECK(key.size() <= kDedupKeyMax);
  CHECK(key != at(call(w, bad).body, {"dedup_key"}));
}

TEST_CASE("a template that is JSON keeps being JSON, whatever the check printed") {
  HandlerWebhook w;
  w.body = " {\"msg\": \"{{ .entity.name }} says {{ .check.output }}\", \"n\": 1}";
  WebhookCall c = call(w);
  REQUIRE(json_check(c.body).ok());
  CHECK(at(c.body, {"msg"}) == "web1 says DISK CRITICAL - \"/\" is full\nmore");
  w.body = "{{ .check.name }}: {{ .check.status }}";
  CHECK(call(w).body == "disk: 2");
  CHECK(header(call(w), "Content-Type") == "text/plain; charset=utf-8");
  w.body = "{{ .nothing.here }}";
  CHECK(!notify_webhook(w, incident(), "").ok());
}

TEST_CASE("headers of the handler win, and cannot smuggle a second header") {
  HandlerWebhook w;
  w.headers = {{"content-type", "text/x"}, {"X-Key", "a\r\nEvil: 1"}};
  WebhookCall c = call(w);
  CHECK(header(c, "Content-Type") == "");
  CHECK(header(c, "X-Key") == "a  Evil: 1");
}

TEST_CASE("a mail has safe headers and an encoded body") {
  HandlerEmail e = mailbox();
  Result<std::string> mail = notify_mail(e, incident(2, "füll\r\nBcc: all@example.org"), 1795160511, "host", "id1");
  REQUIRE(mail.ok());
  CHECK(mail.value.find("Date: Fri, 20 Nov 2026 07:41:51 +0000\r\n") != std::string::npos);
  CHECK(mail.value.find("Subject: =?UTF-8?B?") != std::string::npos);
  CHECK(mail.value.substr(0, mail.value.find("\r\n\r\n")).find("\r\nBcc:") == std::string::npos);
  CHECK(mail.value.find("Content-Transfer-Encoding: quoted-printable\r\n") != std::string::npos);
  CHECK(mail.value.find("\r\n\r\nCRITICAL: web1/disk: f=C3=BCll\r\n") != std::string::npos);
  CHECK(mail.value.find("\r\nEntity:              web1\r\n") != std::string::npos);
  e.subject = "{{ .check.name }}\nBcc: x@y";
  e.body = "{{ .check.output }}";
  mail = notify_mail(e, incident(), 1795160511, "host", "id1");
  CHECK(mail.value.find("Subject: disk Bcc: x@y\r\n") != std::string::npos);
  for (size_t i = 0; i < mail.value.size(); i++)
    if (mail.value[i] == '\n') CHECK(mail.value[i - 1] == '\r');
}

TEST_CASE("the SMTP dialogue") {
  HandlerEmail e = mailbox();
  CHECK(play(e, {"220 hi\r\n", "250-x\r\n250 AUTH PLAIN\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 taken\r\n", "221 bye\r\n"}) ==
        "EHLO us|MAIL FROM:<p@example.org>|RCPT TO:<a@example.org>|DATA|Subject: x||..hidden|end|.|QUIT|[sent]");
  CHECK(play(e, {"220 h", "i\r", "\n", "250 o", "k\r\n"}) == "EHLO us|MAIL FROM:<p@example.org>|");
  CHECK(play(e, {"554 go away\r\n"}) == "[the mail server rejected the connection: 554 go away]");
  CHECK(play(e, {"SSH-2.0-x\r\n"}) == "[not an SMTP server: reply \"SSH-2.0-x\"]");
  e.to.push_back("b@example.org");
  CHECK(play(e, {"220 hi\r\n", "250 x\r\n", "250 ok\r\n", "550 nobody\r\n", "250 ok\r\n"})
            .find("RCPT TO:<a@example.org>|RCPT TO:<b@example.org>|DATA|") != std::string::npos);
  CHECK(play(e, {"220 hi\r\n", "250 x\r\n", "250 ok\r\n", "550 nobody\r\n", "550 nobody\r\n"}).find("rejected every recipient") !=
        std::string::npos);
  e.to.pop_back();
  e.username = "u";
  e.password = "p";
  CHECK(play(e, {"220 hi\r\n", "250-x\r\n250 AUTH=LOGIN PLAIN\r\n"}) == "EHLO us|AUTH PLAIN AHUAcA==|");
  CHECK(play(e, {"220 hi\r\n", "250 AUTH LOGIN\r\n", "334 x\r\n", "334 y\r\n", "235 in\r\n"}) ==
        "EHLO us|AUTH LOGIN|dQ==|cA==|MAIL FROM:<p@example.org>|");
  CHECK(play(e, {"220 hi\r\n", "250 x\r\n"}).find("offers neither AUTH PLAIN nor LOGIN") != std::string::npos);
  CHECK(play(e, {"220 hi\r\n", "250 AUTH PLAIN\r\n", "535 wrong\r\n"}).find("rejected user name and password: 535 wrong") !=
        std::string::npos);
  e.security = "starttls";
  CHECK(play(e, {"220 hi\r\n", "250-x\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n", "220 go\r\n250 injected\r\n", "250 AUTH PLAIN\r\n"}) ==
        "EHLO us|STARTTLS|[tls]EHLO us|AUTH PLAIN AHUAcA==|");
  CHECK(play(e, {"220 hi\r\n", "250 AUTH PLAIN\r\n"}).find("does not offer STARTTLS") != std::string::npos);
  CHECK(play(e, {std::string(5000, 'x').c_str()}).find("reply line longer than") != std::string::npos);
  CHECK(smtp_port(e) == 587);
  CHECK(smtp_address("Anna <a@x.org>") == "a@x.org");
  CHECK(smtp_address("a@x.org>\r\nRCPT TO:<b") == "a@x.orgRCPTTO:b");
}
