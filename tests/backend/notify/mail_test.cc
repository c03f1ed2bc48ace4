// tests/backend/notify/mail_test.cc - mails as mail programs show them: threads per incident, quoted-printable, access tokens.
#include <doctest/doctest.h>

#include <algorithm>

#include "backend/notify/notify.h"
#include "backend/notify/smtp.h"

using namespace picket;

namespace {

Event result(std::initializer_list<CheckHistory> history) {
  Event e;
  auto entity = std::make_shared<Entity>();
  entity->metadata.name = "web1";
  e.entity = entity;
  Check& c = e.check.emplace();
  c.metadata.name = "disk";
  c.history = history;
  c.status = c.history.back().status;
  c.executed = e.timestamp = c.history.back().executed;
  c.output = "x";
  return e;
}

std::string mail(const Event& e, const std::string& body = "", const std::string& handler = "h") {
  HandlerEmail email;
  email.from = "p@x.org";
  email.to = {"a@x.org", "b@x.org"};
  email.body = body;
  NotifyContext context;
  context.handler = handler;
  Result<std::string> r = notify_mail(email, e, 1795160511, "host", "unique", context);
  REQUIRE(r.ok());
  return r.value;
}

std::string header(const std::string& text, const std::string& name) {
  const size_t at = text.find("\r\n" + name + ": ");
  if (at == text.npos) return "";
  const size_t begin = at + name.size() + 4;
  return text.substr(begin, text.find("\r\n", begin) - begin);
}

std::string body(const std::string& text) { return text.substr(text.find("\r\n\r\n") + 4); }

}  // namespace

TEST_CASE("the mails of one incident are a thread, those of the next one are another") {
  const std::string begin = mail(result({{0, 50}, {2, 100}})), again = mail(result({{0, 50}, {2, 100}, {2, 160}}));
  const std::string end = mail(result({{0, 50}, {2, 100}, {2, 160}, {0, 220}})), next = mail(result({{0, 220}, {2, 280}}));
  const std::string root = header(begin, "Message-ID");
  CHECK(header(begin, "References").empty());
  CHECK(header(again, "References") == root);
  CHECK(header(again, "In-Reply-To") == root);
  CHECK(header(again, "Message-ID") == "<unique@host>");
  CHECK(header(end, "References") == root);
  CHECK(header(next, "Message-ID") != root);
  CHECK(header(mail(result({{0, 50}, {2, 100}}), "", "other"), "Message-ID") != root);
  CHECK(header(mail(result({{0, 50}})), "References").empty());
}

TEST_CASE("a body is quoted-printable: lines of 76, blanks at their ends, no dot that ends the mail") {
  CHECK(body(mail(result({{2, 1}}), "a=b ü \n.\n\ttab\t")) == "a=3Db =C3=BC=20\r\n.\r\n\ttab=09\r\n");
  const std::string text = body(mail(result({{2, 1}}), std::string(300, 'x') + std::string(50, '=')));
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find("\r\n", at);
    REQUIRE(end != text.npos);
    CHECK(end - at <= 76);
    at = end + 2;
  }
  CHECK(body(mail(result({{2, 1}}), "x\r\ny")) == "x\r\ny\r\n");
}

TEST_CASE("a token in place of a password goes over TLS only, and a refusal says why") {
  HandlerEmail e;
  e.from = "p@x.org";
  e.to = {"a@x.org"};
  e.security = "tls";
  e.username = "p@x.org";
  e.password = "tok";
  e.oauth2.emplace();
  auto play = [&](std::initializer_list<const char*> server) {
    SmtpDialogue d = smtp_begin(e, "x", "us");
    std::string out;
    for (const char* line : server) {
      SmtpStep step = smtp_receive(d, line);
      out += step.send + (step.close ? "[" + d.status.message + "]" : "");
    }
    out.erase(std::remove(out.begin(), out.end(), '\r'), out.end());
    return out;
  };
  // user=p@x.org^Aauth=Bearer tok^A^A
  const std::string auth = "EHLO us\nAUTH XOAUTH2 dXNlcj1wQHgub3JnAWF1dGg9QmVhcmVyIHRvawEB\n";
  CHECK(play({"220 hi\r\n", "250-x\r\n250 AUTH LOGIN XOAUTH2\r\n", "235 ok\r\n"}) == auth + "MAIL FROM:<p@x.org>\n");
  CHECK(play({"220 hi\r\n", "250 AUTH XOAUTH2\r\n", "334 eyJzdGF0dXMi\r\n", "535 5.7.8 expired\r\n"}) ==
        auth + "\n[the mail server rejected the access token: 535 5.7.8 expired]");
  CHECK(play({"220 hi\r\n", "250 AUTH PLAIN\r\n"}).find("does not offer AUTH XOAUTH2") != std::string::npos);
  e.security = "none";
  CHECK(play({"220 hi\r\n", "250 AUTH XOAUTH2\r\n"}).find("token not sent") != std::string::npos);
}
