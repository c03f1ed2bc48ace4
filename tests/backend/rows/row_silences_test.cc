// tests/backend/rows/row_silences_test.cc - rows say what is silenced now, whatever the last result was told.
#include <doctest/doctest.h>

#include <set>

#include "backend/rows/row_silences.h"

using namespace picket;

namespace {

struct Story {
  RowTable table;
  SilenceIndex index;
  RowSilences silences;
  SubscriptionLists lists;
  int64_t now = 1000;

  void row(const std::string& entity, const std::string& check, StringList under = {}) {
    EventRow row;
    row.ns = "default", row.entity = entity, row.check = check, row.status = 2;
    row.subscriptions = subscription_list(&lists, std::move(under));
    table[row_key(row.ns, entity, check)] = row;
  }
  Silenced silence(const std::string& subscription, const std::string& check, int64_t begin = 0, int64_t expire = 0) {
    Silenced s;
    s.metadata.ns = "default", s.subscription = subscription, s.check = check, s.begin = begin, s.expire = expire;
    silence_prepare(s, "anna", now);
    silence_put(index, s);
    return s;
  }
  // Rows that changed with this look, in order.
  std::string look(size_t most = 1000) {
    std::set<std::string> changed;
    row_silences_look(&silences, index, now);
    while (row_silences_due(silences))
      row_silences_step(&silences, &table, index, now, most,
                        [&](const EventRow& row) { changed.insert(row.entity + "/" + row.check + (row.flags & kRowSilenced ? "+ " : "- ")); });
    std::string out;
    for (const std::string& c : changed) out += c;
    return out;
  }
};

}  // namespace

TEST_CASE("a silence is seen on the rows it hits, at once, and so is its end") {
  Story s;
  s.row("web1", "disk", {"linux", "web"}), s.row("web1", "load", {"linux"}), s.row("web2", "disk", {"linux"}), s.row("db1", "disk", {"db"});
  CHECK(s.look() == "");
  s.silence("entity:web1", "disk");
  CHECK(s.look() == "web1/disk+ ");
  CHECK(s.look() == "");
  s.silence("linux", "");
  CHECK(s.look() == "web1/load+ web2/disk+ ");
  s.silence("", "disk");
  CHECK(s.look() == "db1/disk+ ");
  silence_delete(s.index, "default", "linux:*");
  CHECK(s.look() == "web1/load- ");
  silence_delete(s.index, "default", "*:disk");
  CHECK(s.look() == "db1/disk- web2/disk- ");
  silence_delete(s.index, "default", "entity:web1:disk");
  CHECK(s.look() == "web1/disk- ");
  s.silence("entity:web1", "");
  CHECK(s.look() == "web1/disk+ web1/load+ ");
}

TEST_CASE("a silence begins and ends by the clock") {
  Story s;
  s.row("web1", "disk", {"linux"});
  s.silence("linux", "", 1010, 20);
  CHECK(s.look() == "");
  s.now = 1010;
  CHECK(s.look() == "web1/disk+ ");
  s.now = 1029;
  CHECK(s.look() == "");
  s.now = 1030;
  CHECK(s.look() == "web1/disk- ");
}

TEST_CASE("a walk goes a few rows at a time, and begins again when the table has grown") {
  Story s;
  for (int i = 0; i < 300; i++) s.row("web" + std::to_string(i), "disk", {"linux"});
  s.silence("linux", "");
  row_silences_look(&s.silences, s.index, s.now);
  int changed = 0;
  const auto count = [&](const EventRow&) { changed++; };
  row_silences_step(&s.silences, &s.table, s.index, s.now, 10, count);
  CHECK(row_silences_due(s.silences));
  CHECK(changed < 300);
  for (int i = 300; i < 2000; i++) s.row("web" + std::to_string(i), "disk", {"linux"});
  while (row_silences_due(s.silences)) row_silences_step(&s.silences, &s.table, s.index, s.now, 100, count);
  CHECK(changed == 2000);
}

TEST_CASE("what is silenced while a walk goes on is walked for after it") {
  Story s;
  for (int i = 0; i < 100; i++) s.row("web" + std::to_string(i), i % 2 ? "disk" : "load", {"linux"});
  s.silence("", "disk");
  row_silences_look(&s.silences, s.index, s.now);
  int changed = 0;
  const auto count = [&](const EventRow&) { changed++; };
  row_silences_step(&s.silences, &s.table, s.index, s.now, 1, count);
  s.silence("", "load");
  row_silences_look(&s.silences, s.index, s.now);
  while (row_silences_due(s.silences)) row_silences_step(&s.silences, &s.table, s.index, s.now, 1, count);
  CHECK(changed == 100);
}

TEST_CASE("rows under the same subscriptions share one list") {
  SubscriptionLists lists;
  CHECK(!subscription_list(&lists, {}));
  auto one = subscription_list(&lists, {"linux"});
  CHECK(subscription_list(&lists, {"linux"}).get() == one.get());
  for (size_t i = 0; i <= kSubscriptionListsMax; i++) subscription_list(&lists, {std::to_string(i)});
  CHECK(lists.size() <= kSubscriptionListsMax);
  CHECK(*one == StringList{"linux"});
}
