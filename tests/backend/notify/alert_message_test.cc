// tests/backend/notify/alert_message_test.cc - what a person who is woken reads: since when, what was before, the hooks, where to look.
#include <doctest/doctest.h>

#include "backend/notify/alert_message.h"
#include "backend/notify/alert_text.h"
#include "backend/notify/notify.h"

using namespace picket;

namespace {

constexpr int64_t kNow = 1796090640;  // 2026-12-01 02:04 UTC

// `statuses`: one result an hour, the last one now.
Event after(std::initializer_list<uint32_t> statuses, const std::string& output = "out") {
  Event e;
  auto entity = std::make_shared<Entity>();
  entity->metadata.name = "db1";
  entity->metadata.ns = "default";
  entity->metadata.annotations["picket.io/url"] = "https://wiki.example/db1";
  e.entity = entity;
  e.timestamp = kNow;
  Check& c = e.check.emplace();
  c.metadata.name = "backup";
  c.output = output;
  c.executed = kNow;
  int64_t at = kNow - int64_t(statuses.size() - 1) * 3600;
  for (uint32_t status : statuses) {
    c.history.push_back({status, at});
    if (status == 0) c.last_ok = at;
    at += 3600;
  }
  c.status = c.history.back().status;
  c.occurrences = 1;
  return e;
}

std::string fact(const AlertMessage& m, const std::string& title) {
  for (const auto& [name, text] : m.facts)
    if (name == title) return text;
  return "";
}

}  // namespace

TEST_CASE("a problem says since when, what was before, and what was last good") {
  AlertMessage m = alert_message(after({0, 2}), {});
  CHECK(m.begins);
  CHECK(fact(m, "Status") == "CRITICAL, was OK");
  CHECK(fact(m, "Since") == "2026-12-01 02:04 UTC");
  CHECK(fact(m, "Last good result") == "2026-12-01 01:04 UTC");
  m = alert_message(after({0, 1, 2, 2, 2}), {});
  CHECK(!m.begins);
  CHECK(fact(m, "Status") == "CRITICAL, for 3 h");
  CHECK(fact(m, "Since") == "2026-11-30 23:04 UTC");
  m = alert_message(after({0, 1, 2}), {});
  CHECK(fact(m, "Status") == "CRITICAL, was WARNING");
  m = alert_message(after({2}), {});
  CHECK(m.begins);
  CHECK(fact(m, "Status") == "CRITICAL");
  CHECK(fact(m, "Last good result") == "none known");
}

TEST_CASE("what was before the results that are kept is not claimed") {
  AlertMessage m = alert_message(after({2, 2, 2}), {});
  CHECK(fact(m, "Status") == "CRITICAL, for at least 2 h");
  CHECK(fact(m, "Since") == "2026-12-01 00:04 UTC or before");
  NotifyContext known;
  known.begin_s = kNow - 26 * 3600;
  m = alert_message(after({2, 2, 2}), known);
  CHECK(fact(m, "Status") == "CRITICAL, for 26 h");
  CHECK(fact(m, "Since") == "2026-11-30 00:04 UTC");
}

TEST_CASE("a recovery says what it ends and how long that was") {
  AlertMessage m = alert_message(after({0, 2, 1, 0}), {});
  CHECK(m.resolves);
  CHECK(fact(m, "Status") == "OK, was WARNING for 2 h");
  CHECK(fact(m, "Problem began") == "2026-12-01 00:04 UTC");
  m = alert_message(after({0, 0}), {});
  CHECK(!m.resolves);
  CHECK(fact(m, "Problem began").empty());
}

TEST_CASE("hooks, who has acknowledged, and links of the check before those of the entity") {
  Event e = after({0, 2});
  Hook hook;
  hook.metadata.name = "df";
  hook.output = "/ 99%\x1b[31m";
  hook.status = 1;
  for (int i = 0; i < 9; i++) e.check->hooks.push_back(hook);
  e.check->metadata.annotations["picket.io/runbook"] = "https://wiki.example/full disk";  // no link: a blank
  NotifyContext context;
  context.dashboard_url = "https://picket.example/";
  context.acknowledged = "by anna: looking at it";
  AlertMessage m = alert_message(e, context);
  CHECK(m.hooks.size() == kNotifyHooksMax);
  CHECK(alert_details(m).find("out\n\nHook df (status 1):\n/ 99%\n\nHook df") == 0);
  CHECK(fact(m, "Acknowledged") == "by anna: looking at it");
  REQUIRE(m.links.size() == 2);
  CHECK(m.links[0].url == "https://picket.example/n/default/events/db1/backup");
  CHECK(m.links[1].url == "https://wiki.example/db1");
  e.check->metadata.annotations["picket.io/runbook"] = "https://wiki.example/full-disk";
  e.check->metadata.annotations["picket.io/url"] = "javascript:alert(1)";
  m = alert_message(e, context);
  REQUIRE(m.links.size() == 3);
  CHECK(m.links[0].title == "Runbook");
  CHECK(m.links[2].url == "https://wiki.example/db1");
}

TEST_CASE("hostile output is text: no control bytes, no broken characters, no turned writing") {
  CHECK(alert_clean("a\x1b[31mb\x07\r\n\tc\x7f") == "ab\n\tc");
  CHECK(alert_clean("x\xff\xc3") == "x\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(alert_clean("\xe2\x80\xae"
                    "evil\xc2\x9b"
                    "1") == "evil1");
  CHECK(alert_clean("\x1b") == "");
  CHECK(alert_clean("\x1b[") == "");
  CHECK(alert_cut("üüüü", 7) == "üü…");
  CHECK(alert_cut("üüüü", 8) == "üüüü");
  CHECK(alert_cut("abc", 2) == "");
  CHECK(alert_escaped("<<<<", escape_html, 12) == "&lt;&lt;…");
  CHECK(alert_escaped("<<<", escape_html, 12) == "&lt;&lt;&lt;");
  CHECK(alert_escaped("é🔥é", escape_html, 5) == "é…");
  CHECK(alert_escaped("@here [x](http://evil)", escape_slack, 99) == "@\xe2\x80\x8bhere [x]\xe2\x80\x8b(http://evil)");
}
