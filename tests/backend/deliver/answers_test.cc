// tests/backend/deliver/answers_test.cc - answers of receivers: one line, and no secrets.
#include <doctest/doctest.h>

#include "backend/deliver/answers.h"

using namespace picket;

TEST_CASE("one line of an answer: the first that is not empty, or the last") {
  struct Row { const char *text, *first, *last; } rows[] = {
      {"", "", ""}, {"ok", "ok", "ok"}, {"\r\n ok \r\nmore\r\n\r\n", "ok", "more"}, {"a\tb\x01", "a b", "a b"}, {"\n\n", "", ""}};
  for (const Row& r : rows) {
    CAPTURE(r.text);
    CHECK(answer_first_line(r.text) == r.first);
    CHECK(answer_last_line(r.text) == r.last);
  }
  const std::string long_one(kAnswerMax - 1, 'x');
  CHECK(answer_first_line(long_one + "\xc3\xa4") == long_one);
}

TEST_CASE("what a handler keeps secret is not in what is shown of its deliveries") {
  Handler h;
  h.env_vars = {"TOKEN=s3cr3t", "SHORT=ok", "BARE"};
  h.webhook.emplace();
  h.webhook->url = "https://hooks.example.org/services/T0/B0/abcdef";
  h.webhook->key = "routing-key";
  h.webhook->headers = {{"Authorization", "Bearer s3cr3t-and-more"}};
  h.email.emplace();
  h.email->password = "hunter22";
  CHECK(delivery_redacted("no s3cr3t, Bearer s3cr3t-and-more, routing-key at /services/T0/B0/abcdef: hunter22 ok", h) ==
        "no ***, ***, *** at ***: *** ok");
  CHECK(delivery_redacted("hooks.example.org", h) == "hooks.example.org");
}

TEST_CASE("whatever part of its request a service shows, it is masked") {
  Handler h;
  h.webhook.emplace();
  h.webhook->url = "https://user:pass-word@hooks.example.org/services/T0/abcdefghijklmnop?token=qwertyuiopasdf";
  h.webhook->headers = {{"Authorization", "Bearer s3cr3t-and-more"}};
  struct Row { const char *text, *shown; } rows[] = {
      {"POST /services/T0/abcdefghijklmnop?token=qwertyuiopasdf", "POST ***"},
      {"no such path /services/T0/abcdefghijklmnop", "no such path ***"},
      {R"({"path":"\/services\/T0\/abcdefghijklmnop"})", R"({"path":"***"})"},
      {"query token=qwertyuiopasdf", "query ***"},
      {"args {token: qwertyuiopasdf}", "args {token: ***}"},
      {"hook abcdefghijklmnop is off", "hook *** is off"},
      {"token s3cr3t-and-more is unknown", "token *** is unknown"},
      {"Basic dXNlcjpwYXNzLXdvcmQ= refused", "Basic *** refused"},
      {"user:pass-word, pass-word", "***, ***"},
      {"the services of a Bearer", "the services of a Bearer"},
  };
  for (const Row& r : rows) CHECK(delivery_redacted(r.text, h) == r.shown);
}
