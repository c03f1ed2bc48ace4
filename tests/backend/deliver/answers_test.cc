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
