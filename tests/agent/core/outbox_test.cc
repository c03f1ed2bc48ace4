// tests/agent/core/outbox_test.cc - nothing is lost, nothing overtakes, every bound holds.
#include <doctest/doctest.h>

#include "tests/agent/core/core_story.h"

using namespace picket;

namespace {
void event(Story& s, const std::string& name) {
  Event e;
  e.check.emplace();
  e.check->metadata.name = name;
  core_event(s.core, s.now(), e);
}
}  // namespace

TEST_CASE("events made while there is no backend are sent after the first keepalive") {
  Story s;
  event(s, "one");
  event(s, "two");
  CHECK(s.tick(0) == "connect:ws://two:9");
  core_connected(s.core, s.now(), false, "");
  CHECK(s.tick(0) == "send:keepalive send:event send:event");
  CHECK(s.last({"check", "metadata", "name"}) == "\"two\"");
}

TEST_CASE("what was in flight when the connection broke is sent again; a later pong settles it") {
  Story s;
  s.online();
  event(s, "one");
  CHECK(s.tick(0) == "send:event");
  CHECK(s.tick(kBarrierMs) == "ping");
  core_disconnected(s.core, s.now());
  s.tick(s.mono);
  core_connected(s.core, s.now(), false, "");
  CHECK(s.tick(s.mono) == "send:keepalive send:event");
  s.tick(s.mono + kBarrierMs);
  s.pong();
  core_disconnected(s.core, s.now());
  s.tick(s.mono);
  core_connected(s.core, s.now(), false, "");
  CHECK(s.tick(s.mono + 1) == "send:keepalive");
}

TEST_CASE("pongs nobody asked for settle nothing; a later ping's pong settles what was sent before the earlier ones") {
  Story s;
  s.online();
  event(s, "one");
  CHECK(s.tick(0) == "send:event");
  for (const char* unasked : {"", "0", "1", "junk", "99999999999999999999"}) core_pong(s.core, s.now(), unasked);
  CHECK(s.core.outbox.sent.size() == 1);
  CHECK(s.tick(kBarrierMs) == "ping");
  std::string first = s.last_ping;
  for (const char* unasked : {"", "0", "2", "junk"}) core_pong(s.core, s.now(), unasked);
  CHECK(s.core.outbox.sent.size() == 1);
  event(s, "two");
  CHECK(s.tick(600) == "send:event");
  CHECK(s.tick(600 + kBarrierMs) == "ping");
  s.pong();
  CHECK(s.core.outbox.sent.empty());
  core_pong(s.core, s.now(), first);  // late
  CHECK(s.core.outbox.barriers.empty());
}

TEST_CASE("an event larger than a message: its largest parts give way; what cannot be cut is dropped and reported") {
  auto big = [](const std::string& name) {
    Event e;
    e.check.emplace();
    e.check->metadata.name = name;
    e.check->output = "a.b 1 1";
    return e;
  };
  Story s;
  s.online();
  SUBCASE("points") {
    Event e = big("points");
    e.metrics.emplace();
    for (int i = 0; i < 200'000; i++) e.metrics->points.push_back({"a.b.c.d", 1, 1, {{"host", "h"}}});
    core_event(s.core, s.now(), e);
    CHECK(s.tick(0) == "send:event");
    CHECK(s.last({"check", "output"}) == "\"a.b 1 1\"");
  }
  SUBCASE("the outputs of hooks") {
    Event e = big("hooks");
    for (int i = 0; i < 3; i++) {
      Hook hook;
      hook.output.assign(4 << 20, 'x');
      e.check->hooks.push_back(hook);
    }
    core_event(s.core, s.now(), e);
    CHECK(s.tick(0) == "send:event");
  }
  SUBCASE("a command") {
    Event e = big("command");
    e.check->command.assign(9 << 20, 'x');
    core_event(s.core, s.now(), e);
    CHECK(s.tick(0) == "send:event");
  }
  SUBCASE("annotations") {
    Event e = big("annotations");
    e.check->metadata.annotations["a"] = std::string(9 << 20, 'x');
    core_event(s.core, s.now(), e);
    CHECK(s.tick(0) == "send:event");
    CHECK(s.last({"check", "output"}) == "\"1 result was lost: larger than the message limit (8388608 bytes)\\n\"");
  }
  for (const std::string& m : s.sent) CHECK(m.size() <= kMessageMax);
}

TEST_CASE("with a picket backend numbers and acknowledgements replace the ping") {
  Story s;
  core_spool_opened(s.core, "stream-1", 5, 0);
  event(s, "five");
  CHECK(s.tick(0) == "store:5 connect:ws://two:9");
  core_connected(s.core, s.now(), false, "4");
  CHECK(s.tick(0) == "forget:4 send:keepalive send:event 5");
  CHECK(s.tick(kBarrierMs) == "");
  event(s, "six");
  CHECK(s.tick(600) == "store:6 send:event 6");
  s.message("ack\n{\"seq\":9}");  // never sent so far
  CHECK(s.tick(600) == "");
  s.message("ack\n{\"seq\":5}");
  CHECK(s.tick(600) == "forget:5");
  core_disconnected(s.core, s.now());
  s.tick(600);
  core_connected(s.core, s.now(), false, "6");  // the ack of 6 got lost, the event did not
  CHECK(s.tick(600) == "forget:6 send:keepalive");
}

TEST_CASE("a backend that acknowledges confirms nothing by a pong: what it had read and not committed is sent again") {
  Story s;
  core_spool_opened(s.core, "stream-1", 5, 0);
  s.tick(0);
  core_connected(s.core, s.now(), false, "0");
  event(s, "five");
  CHECK(s.tick(0) == "store:5 send:keepalive send:event 5");
  while (s.last_ping.empty()) s.tick(s.mono + 1000);
  s.pong();
  CHECK(s.drain() == "");
  core_disconnected(s.core, s.now());
  s.tick(s.mono);
  core_connected(s.core, s.now(), false, "0");
  CHECK(s.tick(s.mono) == "send:keepalive send:event 5");
}

TEST_CASE("a backend that knows later numbers than we gave out: a new stream") {
  Story s;
  core_spool_opened(s.core, "stream-1", 5, 0);
  s.tick(0);
  core_connected(s.core, s.now(), false, "77");
  CHECK(s.tick(0) == "renew close:1001");
  CHECK(s.core.stream != "stream-1");
}

TEST_CASE("a backend that knows numbers which this process found in no spool and never sent: another life had them") {
  Story s;
  core_spool_opened(s.core, "stream-1", 5, 3);
  event(s, "five");
  event(s, "six");
  CHECK(s.tick(0) == "store:5 store:6 connect:ws://two:9 load:3");
  core_spool_loaded(s.core, {{3, 0, "{}"}, {4, 0, "{}"}, {5, 0, "{}"}, {6, 0, "{}"}}, false, 6);
  core_connected(s.core, s.now(), false, "5");  // the number of an event that was never sent
  CHECK(s.tick(0) == "renew close:1001");
  core_disconnected(s.core, s.now());
  s.tick(0);
  core_connected(s.core, s.now(), false, "0");
  CHECK(s.tick(0) == "send:keepalive send:event 3 send:event 4 send:event 5 send:event 6");
}

TEST_CASE("lost numbers are a range: what lies before and after it is sent, and what is on its way is not lost") {
  Outbox box;
  box.spooled = true;
  for (int i = 0; i < 9; i++) outbox_add(box, "x", 0);
  outbox_opened(box, 0, 0);
  for (int i = 0; i < 3; i++) REQUIRE(outbox_next(box, 0, 0, 0));  // 1 to 3 are on their way
  CHECK(outbox_lose(box, {{3, 5}, 3, SpoolLoss::disk}) == 2);
  CHECK(outbox_lose(box, {{8, 8}, 1, SpoolLoss::disk}) == 1);
  outbox_closed(box);
  std::string order;
  outbox_opened(box, 0, 0);
  while (const OutRecord* r = outbox_next(box, 0, 0, 0)) order += std::to_string(r->number) + " ";
  CHECK(order == "1 2 3 6 7 9 ");
  box.unloaded_from = 20;
  box.next_number = 40;
  outbox_lose(box, {{25, 30}, 6, SpoolLoss::size});
  CHECK(box.unloaded_from == 20);
  outbox_lose(box, {{1, 22}, 6, SpoolLoss::size});
  CHECK(box.unloaded_from == 23);
}

TEST_CASE("with a spool memory holds a window; the rest is read back in order") {
  Story s;
  core_spool_opened(s.core, "stream-1", 1, 0);
  std::string big(100'000, 'x');
  std::vector<OutRecord> disk;
  for (int i = 0; i < 10; i++) {
    Event e;
    e.check.emplace();
    e.check->metadata.name = "c";
    e.check->output = big;
    core_event(s.core, s.now(), e);
    while (!s.core.actions.empty()) {
      disk.push_back(std::get<SpoolStore>(s.core.actions.front()).record);
      s.core.actions.pop_front();
    }
  }
  CHECK(s.core.outbox.waiting_bytes <= kOutboxWindowMax);
  s.tick(0);
  core_connected(s.core, s.now(), false, "0");
  std::string order;
  for (int turn = 0; turn < 40; turn++) {
    core_tick(s.core, s.now());
    while (!s.core.actions.empty()) {
      Action a = std::move(s.core.actions.front());
      s.core.actions.pop_front();
      if (auto* load = std::get_if<SpoolLoad>(&a)) {
        std::vector<OutRecord> batch;
        for (auto& r : disk)
          if (r.number >= load->from && batch.size() < 2) batch.push_back(r);
        core_spool_loaded(s.core, batch, batch.back().number < 10, 10);
      }
      if (auto* send = std::get_if<Send>(&a)) {
        std::string type = send->message.substr(0, send->message.find('\n'));
        if (type == "keepalive") continue;
        order += type.substr(6) + " ";
        s.message("ack\n{\"seq\":" + type.substr(6) + "}");
      }
    }
  }
  CHECK(order == "1 2 3 4 5 6 7 8 9 10 ");
  CHECK(s.core.outbox.unloaded_from == 0);
  CHECK(outbox_depth(s.core.outbox) == 0);
}

TEST_CASE("without a spool the oldest is dropped at the bound, and counted") {
  Outbox box;
  for (int i = 0; i < 40; i++) outbox_add(box, std::string(1 << 20, 'x'), 0);
  CHECK(box.waiting_bytes <= kOutboxMemoryMax);
  CHECK(box.dropped == 24);
  CHECK(box.waiting.front().number == 25);
}

TEST_CASE("a backlog is paced, fresh events are not") {
  Outbox box;
  for (int i = 0; i < 5; i++) outbox_add(box, "x", 0);
  outbox_opened(box, 0, 2);
  CHECK(outbox_next(box, 0, 10, 2));
  CHECK(outbox_next(box, 0, 10, 2));
  CHECK_FALSE(outbox_next(box, 0, 10, 2));
  CHECK(outbox_next_due(box, 0, 10) == 101);
  CHECK(outbox_next(box, 101, 10, 2));
  CHECK_FALSE(outbox_next(box, 101, 10, 2));
  CHECK(outbox_next(box, 1000, 10, 2));
  CHECK(outbox_next(box, 1000, 10, 2));
  outbox_add(box, "fresh", 0);
  outbox_add(box, "fresh", 0);
  CHECK(outbox_next(box, 1000, 10, 2));
  CHECK(outbox_next(box, 1000, 10, 2));
}

TEST_CASE("a stop lets running checks end, sends their events and says bye") {
  Story s;
  s.online();
  s.request(check_json("c", "sleep 1"), 100);
  s.tick(0);
  core_stop(s.core, s.now());
  s.request(check_json("d", "echo late"), 100);
  CHECK(s.tick(0) == "");
  SUBCASE("the check ends in time") {
    s.done(0, "");
    CHECK(s.tick(10) == "send:event");
    CHECK(s.tick(10) == "ping");
    s.pong();
    CHECK(s.tick(11) == "close:1001");
    core_disconnected(s.core, s.now());
    CHECK(s.tick(12) == "stopped");
    CHECK(core_next_due(s.core, s.now()) == kNever);
  }
  SUBCASE("it does not: it is killed") {
    CHECK(s.tick(10'000) == "kill:1");
    s.done(0, "", ProcessResult::timed_out);
    CHECK(s.tick(10001) == "send:event ping");
  }
}

TEST_CASE("a stop without a backend is immediate") {
  Story s;
  s.tick(0);
  core_disconnected(s.core, s.now());
  core_stop(s.core, s.now());
  CHECK(s.tick(0) == "stopped");
}

TEST_CASE("what the spool lost is a result of its own: damage at once, what did not fit when a backend is there") {
  Story s;
  core_spool_opened(s.core, "stream-1", 5, 0);
  core_spool_damaged(s.core, s.now(), "1 file of the spool damaged; ", 2);
  CHECK(s.tick(0) == "store:5 connect:ws://two:9");
  core_spool_lost(s.core, {{{1, 4}, 3, SpoolLoss::size}});
  CHECK(s.tick(0) == "");
  core_connected(s.core, s.now(), false, "");
  CHECK(s.tick(0) == "send:keepalive store:6 send:event send:event");
  CHECK(s.last({"check", "metadata", "name"}) == "\"agent-spool\"");
  CHECK(s.last({"check", "status"}) == "1");
  CHECK(s.last({"check", "output"}).substr(0, 28) == "\"3 results were lost while d");
  CHECK(s.sent[1].find("1 file of the spool damaged; 2 results were lost\\n") != std::string::npos);
  core_disconnected(s.core, s.now());
  s.tick(0);
  CHECK(core_spool_unreported(s.core) == 3);  // the event has not arrived
  core_spool_lost(s.core, {{{1, 1}, 1, SpoolLoss::disk}});
  CHECK(core_spool_unreported(s.core) == 4);
  core_spool_lost(s.core, {{{5, 6}, 2, SpoolLoss::size}});  // the event itself goes, with the one before
  CHECK(core_spool_unreported(s.core) == 5);
  core_connected(s.core, s.now(), false, "");
  CHECK(s.tick(0) == "send:keepalive store:7 send:event");
  CHECK(s.last({"check", "output"}) ==
        "\"5 results were lost while disconnected: 4 did not fit into the spool (spool-max-size), "
        "1 fit neither on the spool's disk nor into memory\\n\"");
  s.tick(kBarrierMs);
  s.pong();
  CHECK(s.drain() == "forget:7");
  CHECK(core_spool_unreported(s.core) == 0);
  core_spool_lost(s.core, {{{1, 1}, 1, SpoolLoss::age}});
  s.tick(s.mono + 1);
  CHECK(s.last({"check", "output"}) ==
        "\"1 result was lost while disconnected: 1 too old (spool-max-age); 6 in total since the agent started\\n\"");
}

TEST_CASE("what an earlier run lost and could not report is reported by this one, when it has arrived and not before") {
  Story s;
  core_spool_opened(s.core, "stream-1", 5, 0, 12);
  CHECK(core_spool_unreported(s.core) == 12);
  s.tick(0);
  core_connected(s.core, s.now(), false, "0");
  CHECK(s.tick(0) == "send:keepalive store:5 send:event 5");
  CHECK(s.last({"check", "output"}) == "\"12 results were lost while disconnected: 12 in an earlier run of this agent\\n\"");
  core_stop(s.core, s.now());
  CHECK(core_spool_unreported(s.core) == 12);
  s.message("ack\n{\"seq\":5}");
  CHECK(core_spool_unreported(s.core) == 0);
}

TEST_CASE("what is on its way and in no spool any more when the agent stops is reported by the next process") {
  Story s;
  core_spool_opened(s.core, "stream-1", 5, 0);
  s.tick(0);
  core_connected(s.core, s.now(), false, "0");
  event(s, "five");
  event(s, "six");
  s.tick(0);
  core_spool_lost(s.core, {{{5, 5}, 1, SpoolLoss::age}});
  CHECK(core_spool_unreported(s.core) == 0);  // its acknowledgement may come
  core_stop(s.core, s.now());
  for (int i = 0; i < 10; i++) s.tick(s.mono + 1000);
  CHECK(s.core.stop == Core::Stop::done);
  CHECK(core_spool_unreported(s.core) == 1);
}
