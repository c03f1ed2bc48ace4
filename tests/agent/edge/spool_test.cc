// tests/agent/edge/spool_test.cc - segments, bounds, restarts.
#include <doctest/doctest.h>

#include <cstdlib>

#include "agent/core/spool.h"
#include "agent/edge/spool_files.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "tests/support/temp_dir.h"

using namespace picket;

namespace {
struct Folder {
  std::string path;
  Folder() {
    log_set_level(LogLevel::fatal);
    path = temp_dir("spool");
  }
  ~Folder() { (void)os_remove_tree(path); }
};
AgentConfig small() {
  AgentConfig c;
  c.spool_max_bytes = 64 << 20;
  c.spool_max_age_ms = 1000'000;
  return c;
}
Spool open(const Folder& f, const AgentConfig& c = small()) {
  auto s = spool_open(spool_disk_real(), f.path + "/a/b", c, {"stream-of-a-test", {}});
  REQUIRE(s.ok());
  return std::move(s.value);
}
std::string numbers(const SpoolBatch& b) {
  std::string out;
  for (auto& r : b.records) out += std::to_string(r.number) + " ";
  return out + (b.more ? "+" : "");
}
}  // namespace

TEST_CASE("events survive the process; what has arrived does not come back") {
  Folder f;
  {
    Spool s = open(f);
    for (uint64_t n = 1; n <= 5; n++) spool_store(s, {n, int64_t(n), "event " + std::to_string(n)});
    spool_forget(s, 2);
    spool_close(s);
  }
  Spool s = open(f);
  CHECK(s.stream == "stream-of-a-test");
  CHECK(s.next_number >= 6);
  CHECK(spool_oldest(s) == 3);
  CHECK(spool_events(s) == 3);
  SpoolBatch b = spool_load(s, 3, 1000);
  CHECK(numbers(b) == "3 4 5 ");
  CHECK(b.records[0].payload == "event 3");
  CHECK(b.records[0].stored_ms == 3);
  spool_close(s);
}

TEST_CASE("a process that was killed had no time for the last mark: the event comes again, none is missing") {
  Folder f;
  Spool killed = open(f);
  for (uint64_t n = 1; n <= 3; n++) spool_store(killed, {n, 0, "x"});
  spool_forget(killed, 2);  // no tick, no close
  Spool s = open(f);
  CHECK(numbers(spool_load(s, spool_oldest(s), 1000)) == "1 2 3 ");
  spool_close(s);
  spool_close(killed);
}

TEST_CASE("segments are closed when they are large and go when all of them has arrived") {
  Folder f;
  Spool s = open(f);
  std::string big(300'000, 'x');
  for (uint64_t n = 1; n <= 12; n++) spool_store(s, {n, 0, big});
  CHECK(s.segments.size() == 3);
  CHECK(numbers(spool_load(s, 1, 700'000)) == "1 2 +");
  CHECK(numbers(spool_load(s, 11, 700'000)) == "11 12 ");
  spool_forget(s, 11);
  CHECK(s.segments.size() == 1);
  CHECK(spool_oldest(s) == 12);
  spool_forget(s, 12);
  CHECK(spool_bytes(s) < 100);
  CHECK(spool_oldest(s) == 0);
  spool_close(s);
  Spool again = open(f);
  CHECK(again.done == 12);
  CHECK(again.next_number >= 13);
  CHECK(spool_oldest(again) == 0);
  spool_close(again);
}

TEST_CASE("beyond its size the oldest segment goes, and how many were lost is reported") {
  Folder f;
  AgentConfig c = small();
  c.spool_max_bytes = 3 << 20;
  Spool s = open(f, c);
  std::string big(400'000, 'x');
  uint64_t lost = 0, until = 0;
  for (uint64_t n = 1; n <= 30; n++) {
    SpoolLosses l = spool_store(s, {n, 0, big});
    for (const SpoolLoss& loss : l) {
      CHECK(loss.numbers.first == until + 1);
      CHECK(loss.why == SpoolLoss::size);
      lost += loss.count;
      until = loss.numbers.last;
    }
  }
  CHECK(spool_bytes(s) <= uint64_t(c.spool_max_bytes));
  CHECK(lost == until);
  CHECK(lost + spool_events(s) == 30);
  CHECK(spool_oldest(s) == until + 1);
  spool_close(s);
}

TEST_CASE("events that are too old go; a clock that is set makes none of them older") {
  Folder f;
  Spool s = open(f);
  auto lost_at = [&](int64_t unix_ms, int64_t mono_ms) {
    spool_clock(s, {unix_ms, mono_ms});
    SpoolLosses losses = spool_tick(s);
    return losses.empty() ? 0 : losses[0].count;
  };
  spool_clock(s, {1000, 1000});
  spool_store(s, {1, 1000, "old"});
  CHECK(lost_at(500'000, 500'000) == 0);
  CHECK(lost_at(86'400'000'000, 500'010) == 0);  // years ahead within 10 ms
  CHECK(lost_at(86'400'400'000, 900'010) == 0);
  CHECK(lost_at(5'000'000, 900'020) == 0);  // and back
  CHECK(lost_at(5'200'000, 1'100'020) == 1);
  CHECK(spool_oldest(s) == 0);
  spool_store(s, {2, 5'200'000, "new"});
  CHECK(numbers(spool_load(s, 1, 1000)) == "2 ");
  spool_close(s);
}

TEST_CASE("a damaged middle loses what it covers; writing goes on in a new segment") {
  Folder f;
  Spool s = open(f);
  for (uint64_t n = 1; n <= 3; n++) spool_store(s, {n, 0, std::string(100, char('a' + n))});
  spool_close(s);
  std::string path = s.segments.back().path, text = os_read_file(path).value;
  text[text.find("cccc") + 10] = 'X';
  REQUIRE(os_write_file(path, text + "torn").ok());
  Spool again = open(f);
  CHECK(again.damage.bytes == 28 + 100 + 4);
  CHECK(again.damage.missing == 1);
  CHECK(again.damage.path == path);
  CHECK(numbers(spool_load(again, 1, 1000)) == "1 3 ");
  spool_store(again, {again.next_number, 0, "new"});
  CHECK(spool_load(again, 1, 1000).records.size() == 3);
  spool_close(again);
}

TEST_CASE("damage is reported once: at the first tick the file is rewritten without it") {
  Folder f;
  Spool s = open(f);
  for (uint64_t n = 1; n <= 5; n++) spool_store(s, {n, 0, std::string(100, char('a' + n))});
  spool_forget(s, 1);
  spool_close(s);
  std::string path = s.segments.back().path, text = os_read_file(path).value;
  for (const char* payload : {"bbbb", "dddd"}) text[text.find(payload)] = 'X';  // 1, which has arrived, and 3
  REQUIRE(os_write_file(path, text).ok());
  {
    Spool again = open(f);
    CHECK(again.damage.missing == 1);
    CHECK_FALSE(spool_is_idle(again));
    spool_tick(again);
    CHECK(numbers(spool_load(again, 1, 1000)) == "2 4 5 ");
    spool_close(again);
  }
  Spool whole = open(f);
  CHECK(whole.damage.files == 0);
  CHECK(numbers(spool_load(whole, 1, 1000)) == "2 4 5 ");
  spool_close(whole);
}

TEST_CASE("what is missing at the end of a damaged file is known by what follows in the next") {
  Folder f;
  Spool s = open(f);
  std::string big(600'000, 'x');
  for (uint64_t n = 1; n <= 4; n++) spool_store(s, {n, 0, big});  // 1 and 2 in the first file
  spool_close(s);
  REQUIRE(s.segments.size() == 2);
  std::string first = s.segments.front().path, text = os_read_file(first).value;
  REQUIRE(os_write_file(first, std::string(text, 0, text.size() - 10)).ok());
  Spool again = open(f);
  CHECK(again.damage.missing == 1);
  CHECK(numbers(spool_load(again, 1, 4'000'000)) == "1 3 4 ");
  spool_close(again);
}

TEST_CASE("numbers that a bound dropped are no damage; a file that has gone bad since it was opened is") {
  Folder f;
  Spool s = open(f);
  spool_store(s, {1, 0, "one"});
  spool_store(s, {4, 0, "four"});  // 2 and 3 did not fit into memory while the disk was full
  spool_store(s, {5, 0, "five"});
  spool_close(s);
  Spool again = open(f);
  CHECK(again.damage.files == 0);
  std::string path = again.segments.front().path, text = os_read_file(path).value;
  text[text.find("four")] = 'X';
  REQUIRE(os_write_file(path, text).ok());
  SpoolBatch b = spool_load(again, 1, 1000);
  CHECK(numbers(b) == "1 5 ");
  CHECK(b.damage.missing == 1);
  CHECK(b.damage.path == path);
  CHECK(spool_load(again, 1, 1000).damage.files == 0);  // reported once
  spool_close(again);
}

TEST_CASE("a folder that cannot be made: results wait in memory, and why is known") {
  auto s = spool_open(spool_disk_real(), "/proc/nope/x", small(), {"stream-of-a-test", {}});
  REQUIRE(s.ok());
  CHECK(s.value.trouble.find("/proc/nope") != std::string::npos);
  CHECK(spool_store(s.value, {1, 0, "one"}).empty());
  CHECK(numbers(spool_load(s.value, 1, 1000)) == "1 ");
}

TEST_CASE("a folder that is there and gives no list is an error") {
  Folder f;
  REQUIRE(os_write_file(f.path + "/file", "x").ok());
  auto s = spool_open(spool_disk_real(), f.path + "/file", small(), {"stream-of-a-test", {}});
  CHECK_FALSE(s.ok());
  CHECK(s.status.message.find("/file") != std::string::npos);
}

TEST_CASE("each life of a spool has numbers of its own, whatever the disk has forgotten of the one before") {
  Folder f;
  AgentConfig c = small();
  auto life = [&](int64_t unix_ms) {
    auto s = spool_open(spool_disk_real(), f.path + "/a", c, {"stream-of-a-test", {unix_ms, 0}});
    REQUIRE(s.ok());
    return std::move(s.value);
  };
  constexpr int64_t kNow = 1'800'000'000'000;
  Spool first = life(kNow);
  CHECK(first.life_first == 1);
  spool_store(first, {1, kNow, "one"});
  Spool killed = life(kNow + 1);  // the numbers after 1 are on no disk
  CHECK(killed.life_first == (kNow + 1) * 1000);
  Spool later = life(kNow + 60'000);
  CHECK(later.life_first == (kNow + 60'000) * 1000);
  Spool without_clock = life(0);
  CHECK(without_clock.life_first == later.life_first + kSpoolLifeGap);
  CHECK(without_clock.stream == "stream-of-a-test");
  CHECK(numbers(spool_load(without_clock, 1, 1000)) == "1 ");
  CHECK(without_clock.damage.missing == 0);
  for (const std::string& name : os_list_dir(f.path + "/a").value)
    if (name != "stream") REQUIRE(os_remove_tree(f.path + "/a/" + name).ok());
  auto emptied = spool_open(spool_disk_real(), f.path + "/a", c, {"another-stream", {kNow, 0}});
  REQUIRE(emptied.ok());
  CHECK(emptied.value.stream == "another-stream");  // nobody knows what had which number
}

TEST_CASE("how many were lost and never reported outlives the process") {
  Folder f;
  {
    Spool killed = open(f);
    spool_store(killed, {1, 0, "one"});
    spool_unreported(killed, 7);
  }
  {
    Spool s = open(f);
    CHECK(s.unreported == 7);
    spool_unreported(s, 0);
    spool_close(s);
  }
  Spool s = open(f);
  CHECK(s.unreported == 0);
  spool_close(s);
}

TEST_CASE("a disk that takes nothing: the oldest of memory goes, nothing of the disk") {
  Folder f;
  AgentConfig c = small();
  Spool s = open(f, c);
  std::string big(1 << 20, 'x');
  for (uint64_t n = 1; n <= 3; n++) spool_store(s, {n, 0, big});
  SpoolDisk full = spool_disk_real();
  full.append = [](int, const std::string&) { return Result<size_t>(fail(Err::io, "the disk is full")); };
  s.disk = &full;
  NumberRange lost;
  uint64_t count = 0;
  for (uint64_t n = 4; n <= 30; n++)
    for (const SpoolLoss& loss : spool_store(s, {n, 0, big})) {
      CHECK(loss.why == SpoolLoss::disk);
      if (lost.first == 0) lost.first = loss.numbers.first;
      lost.last = loss.numbers.last;
      count += loss.count;
    }
  CHECK(lost.first == 4);
  CHECK(count == lost.last - 3);
  CHECK(spool_events(s) + count == 30);
  CHECK(s.unwritten_bytes <= kUnwrittenMax);
  SpoolBatch all = spool_load(s, 1, 64 << 20);
  CHECK(all.records.size() == 30 - count);
  CHECK(all.records[2].number == 3);
  CHECK(all.records[3].number == lost.last + 1);
  s.disk = &spool_disk_real();
  CHECK(spool_tick(s).empty());
  CHECK(s.unwritten.empty());
  spool_forget(s, 2);
  CHECK(spool_events(s) == 28 - count);  // numbers that were lost are not counted
  spool_close(s);
}

TEST_CASE("what waits in memory counts in the size of the spool") {
  Folder f;
  AgentConfig c = small();
  c.spool_max_bytes = 3 << 20;
  Spool s = open(f, c);
  std::string big(1 << 20, 'x');
  for (uint64_t n = 1; n <= 2; n++) spool_store(s, {n, 0, big});
  SpoolDisk full = spool_disk_real();
  full.append = [](int, const std::string&) { return Result<size_t>(fail(Err::io, "the disk is full")); };
  s.disk = &full;
  for (uint64_t n = 3; n <= 9; n++) spool_store(s, {n, 0, std::string(400'000, 'x')});
  CHECK(spool_bytes(s) <= 3 << 20);
  CHECK(numbers(spool_load(s, 1, 64 << 20)) == "1 2 8 9 ");
  spool_close(s);
}

TEST_CASE("a file that cannot be read for a moment holds back what follows; for a minute, and it is given up and reported") {
  Folder f;
  Spool s = open(f);
  for (uint64_t n = 1; n <= 3; n++) spool_store(s, {n, 0, "x"});
  SpoolDisk broken = spool_disk_real();
  broken.read = [](const std::string&) { return Result<std::string>(fail(Err::io, "input/output error")); };
  s.disk = &broken;
  spool_clock(s, {1000, 1000});
  CHECK(numbers(spool_load(s, 1, 1000)) == "+");
  s.disk = &spool_disk_real();
  CHECK(numbers(spool_load(s, 1, 1000)) == "1 2 3 ");
  s.disk = &broken;
  CHECK(numbers(spool_load(s, 1, 1000)) == "+");
  SpoolBatch given_up;
  spool_clock(s, {90'000, 90'000});  // nobody asked meanwhile: it may have been readable
  CHECK(numbers(spool_load(s, 1, 1000)) == "+");
  for (int64_t at = 91'000; at <= 150'000; at += 1000) {
    spool_clock(s, {at, at});
    given_up = spool_load(s, 1, 1000);
    CHECK(given_up.more == (at < 150'000));
  }
  CHECK(numbers(given_up) == "");
  CHECK(given_up.damage.missing == 3);
  spool_close(s);
}

TEST_CASE("a full disk: events wait in memory and are written when there is room") {
  Folder f;
  Spool s = open(f);
  spool_store(s, {1, 0, "one"});
  SUBCASE("nothing is written") {}
  SUBCASE("a half is written, and cannot be taken back") { CHECK(spool_store(s, {2, 0, "two"}).empty()); }
  SpoolDisk full = spool_disk_real();
  full.append = [](int file, const std::string& bytes) { return spool_disk_real().append(file, bytes.substr(0, bytes.size() / 2)); };
  full.truncate = [](int, size_t) { return fail(Err::denied, "not permitted"); };
  s.disk = &full;
  uint64_t next = s.next_number;
  spool_store(s, {next, 0, "a"});
  spool_store(s, {next + 1, 0, "b"});
  CHECK(s.unwritten.size() == 2);
  CHECK_FALSE(s.trouble.empty());
  CHECK(spool_load(s, 1, 1000).records.size() == next + 1);
  s.disk = &spool_disk_real();
  spool_store(s, {next + 2, 0, "c"});
  CHECK(s.unwritten.empty());
  CHECK(s.trouble.empty());
  CHECK(spool_load(s, 1, 1000).records.size() == next + 2);
  spool_close(s);
  Spool again = open(f);
  CHECK(spool_load(again, 1, 1000).records.size() == next + 2);
  CHECK(again.damage.missing == 0);
  spool_close(again);
}

TEST_CASE("a disk that was full: what waited in memory gets a segment of its own, and the next one another") {
  Folder f;
  Spool s = open(f);
  std::string big(300'000, 'x');
  spool_store(s, {1, 0, big});
  SpoolDisk full = spool_disk_real();
  full.append = [](int, const std::string&) { return Result<size_t>(fail(Err::io, "the disk is full")); };
  s.disk = &full;
  for (uint64_t n = 2; n <= 4; n++) spool_store(s, {n, 0, big});
  s.disk = &spool_disk_real();
  spool_forget(s, 1);  // a new segment begins while three events wait for it
  spool_tick(s);       // they are written
  CHECK(s.unwritten.empty());
  spool_forget(s, 4);  // and another one, with no number given out in between
  CHECK(os_exists(s.segments.back().path));
  spool_store(s, {5, 0, "five"});
  spool_close(s);
  Spool again = open(f);
  CHECK(numbers(spool_load(again, 1, 1000)) == "5 ");
  spool_close(again);
}
