// tests/agent/spool_test.cc - segments, bounds, restarts.
#include <doctest/doctest.h>

#include <cstdlib>

#include "agent/spool.h"
#include "common/log.h"
#include "common/os.h"
#include "tests/temp_dir.h"

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
  auto s = spool_open(f.path + "/a/b", c, "stream-of-a-test");
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
    for (uint64_t n = 1; n <= 5; n++) spool_store(s, {n, int64_t(n), "event " + std::to_string(n)}, 0);
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
  for (uint64_t n = 1; n <= 3; n++) spool_store(killed, {n, 0, "x"}, 0);
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
  for (uint64_t n = 1; n <= 12; n++) spool_store(s, {n, 0, big}, 0);
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

TEST_CASE("beyond its size the oldest segment goes, and how many were lost is told") {
  Folder f;
  AgentConfig c = small();
  c.spool_max_bytes = 3 << 20;
  Spool s = open(f, c);
  std::string big(400'000, 'x');
  uint64_t lost = 0, until = 0;
  for (uint64_t n = 1; n <= 30; n++) {
    SpoolLost l = spool_store(s, {n, 0, big}, 0);
    lost += l.count;
    until = std::max(until, l.until);
  }
  CHECK(spool_bytes(s) <= uint64_t(c.spool_max_bytes));
  CHECK(lost == until);
  CHECK(lost + spool_events(s) == 30);
  CHECK(spool_oldest(s) == until + 1);
  spool_close(s);
}

TEST_CASE("events that are too old go") {
  Folder f;
  Spool s = open(f);
  spool_store(s, {1, 1000, "old"}, 1000);
  int file;
  CHECK(spool_tick(s, 500'000, &file).count == 0);
  CHECK(spool_tick(s, 2'000'000, &file).count == 1);
  CHECK(spool_oldest(s) == 0);
  spool_store(s, {2, 2'000'000, "new"}, 2'000'000);
  CHECK(numbers(spool_load(s, 1, 1000)) == "2 ");
  spool_close(s);
}

TEST_CASE("a damaged middle loses what it covers; writing goes on in a new segment") {
  Folder f;
  Spool s = open(f);
  for (uint64_t n = 1; n <= 3; n++) spool_store(s, {n, 0, std::string(100, char('a' + n))}, 0);
  spool_close(s);
  std::string path = s.segments.back().path, text = os_read_file(path).value;
  text[text.find("cccc") + 10] = 'X';
  REQUIRE(os_write_file(path, text + "torn").ok());
  Spool again = open(f);
  CHECK(again.damage.bytes == 28 + 100 + 4);
  CHECK(again.damage.missing == 1);
  CHECK(again.damage.path == path);
  CHECK(numbers(spool_load(again, 1, 1000)) == "1 3 ");
  spool_store(again, {again.next_number, 0, "new"}, 0);
  CHECK(spool_load(again, 1, 1000).records.size() == 3);
  spool_close(again);
}

TEST_CASE("damage is told once: at the first tick the file is rewritten without it") {
  Folder f;
  Spool s = open(f);
  for (uint64_t n = 1; n <= 5; n++) spool_store(s, {n, 0, std::string(100, char('a' + n))}, 0);
  spool_forget(s, 1);
  spool_close(s);
  std::string path = s.segments.back().path, text = os_read_file(path).value;
  for (const char* payload : {"bbbb", "dddd"}) text[text.find(payload)] = 'X';  // 1, which has arrived, and 3
  REQUIRE(os_write_file(path, text).ok());
  int file;
  {
    Spool again = open(f);
    CHECK(again.damage.missing == 1);
    CHECK(again.lost == 1);
    CHECK_FALSE(spool_is_idle(again));
    spool_tick(again, 0, &file);
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
  for (uint64_t n = 1; n <= 4; n++) spool_store(s, {n, 0, big}, 0);  // 1 and 2 in the first file
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
  spool_store(s, {1, 0, "one"}, 0);
  spool_store(s, {4, 0, "four"}, 0);  // 2 and 3 did not fit into memory while the disk was full
  spool_store(s, {5, 0, "five"}, 0);
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
  CHECK(spool_load(again, 1, 1000).damage.files == 0);  // told once
  spool_close(again);
}

TEST_CASE("a folder that cannot be made is an error with its name") {
  auto s = spool_open("/proc/nope/x", small(), "stream-of-a-test");
  CHECK_FALSE(s.ok());
  CHECK(s.status.message.find("/proc/nope") != std::string::npos);
}

TEST_CASE("a full disk: events wait in memory and are written when there is room") {
  Folder f;
  Spool s = open(f);
  spool_store(s, {1, 0, "one"}, 0);
  // What a full disk does to us: the write fails. A closed file stands for it.
  int good = s.file;
  s.file = 1 << 20;
  spool_store(s, {2, 0, "two"}, 0);
  spool_store(s, {3, 0, "three"}, 0);
  CHECK(s.unwritten.size() == 2);
  CHECK(numbers(spool_load(s, 1, 1000)) == "1 2 3 ");
  s.file = good;
  spool_store(s, {4, 0, "four"}, 0);
  CHECK(s.unwritten.empty());
  CHECK(numbers(spool_load(s, 1, 1000)) == "1 2 3 4 ");
  spool_close(s);
}

TEST_CASE("a disk that was full: what waited in memory gets a segment of its own, and the next one another") {
  Folder f;
  Spool s = open(f);
  std::string big(300'000, 'x');
  spool_store(s, {1, 0, big}, 0);
  int good = s.file, flush;
  s.file = 1 << 20;
  for (uint64_t n = 2; n <= 4; n++) spool_store(s, {n, 0, big}, 0);
  s.file = good;
  spool_forget(s, 1);        // a new segment begins while three events wait for it
  spool_tick(s, 0, &flush);  // they are written
  CHECK(s.unwritten.empty());
  spool_forget(s, 4);  // and another one, with no number given out in between
  CHECK(os_exists(s.segments.back().path));
  spool_store(s, {5, 0, "five"}, 0);
  spool_close(s);
  Spool again = open(f);
  CHECK(numbers(spool_load(again, 1, 1000)) == "5 ");
  spool_close(again);
}
