// tests/backend/store/store_fault_unix_test.cc - the store on a disk that fails, turns read-only, is damaged or is taken away:
// SQLite's own system calls say so.
#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <set>

#include "backend/store/sqlite_open.h"
#include "tests/backend/store/failing_disk.h"
#include "tests/backend/store/store_fixture.h"

using namespace store_test;
using failing_disk::FailingDisk;
using failing_disk::write_errno;

namespace {

StoreWrite numbered(int n) { return event("e", "c", std::to_string(n), text("t")); }

std::string head_of(Store* store) {
  Result<StoredEvent> e = store_get_event(store, {"default", "e", "c"});
  return e.ok() ? e.value.head : e.status.message;
}

// Tries until the store takes a write again.
Status write_again(Fixture& f, int n) {
  Status s;
  for (int i = 0; i < 60; i++) {
    s = f.write({numbered(n)});
    if (s.ok()) break;
    usleep(100'000);
  }
  return s;
}

const std::vector<std::string> kFiles = {"", "-wal", "-shm"};

void move_files(const std::string& from, const std::string& to) {
  for (const std::string& end : kFiles)
    if (fs::exists(from + end)) fs::rename(from + end, to + end);
}

}  // namespace

TEST_CASE("a disk that fails or takes no writes: said which, what is stored is read, and it goes on when the disk does") {
  struct Row {
    int number;
    const char *says, *why;
  };
  static const Row kRows[] = {
      {EIO, "see the system log", "the disk fails"},
      {EROFS, "see the system log", "the file system turned read-only: SQLite calls it an I/O error"},
      {ENOSPC, "free space", "full"},
      {EDQUOT, "see the system log", "the quota is used up"},
  };
  for (const Row& r : kRows) {
    CAPTURE(r.why);
    TempDir dir;
    Fixture f;
    FailingDisk disk;
    REQUIRE(f.open(dir.file()).ok());
    REQUIRE(f.write({numbered(1)}).ok());
    write_errno = r.number;
    const Status s = f.write({numbered(2)});
    CHECK(s.code == Err::unavailable);
    CHECK(s.message.find(r.says) != std::string::npos);
    CHECK(store_failure(f.store).message == s.message);
    CHECK(store_stats(f.store).degraded);
    CHECK(head_of(f.store) == "2");  // an event is kept and seen
    CHECK(count_rows(dir.file(), "SELECT count(*) FROM events WHERE head='1'") == 1);
    write_errno = 0;
    CHECK(write_again(f, 3).ok());
    CHECK(head_of(f.store) == "3");
    CHECK(store_failure(f.store).ok());
  }
}

TEST_CASE("every event keeps the text of its entity, whatever fails between") {
  TempDir dir;
  Fixture f;
  FailingDisk disk;
  REQUIRE(f.open(dir.file()).ok());
  std::map<std::string, std::string> wanted;  // entity/check -> text
  uint32_t seed = 7;
  auto random = [&seed](uint32_t below) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
  };
  for (int step = 0; step < 600; step++) {
    CAPTURE(step);
    const std::string entity = "e" + std::to_string(random(3)), check = "c" + std::to_string(random(4)), key = entity + "/" + check;
    const bool fails = step % 250 == 200, has = wanted.count(key) > 0;
    if (fails) write_errno = ENOSPC;
    const std::string body = "text" + std::to_string(random(4));
    const uint32_t kind = random(8);
    Status s;
    if (kind == 0 && has) s = f.write({event_gone(entity, check)});
    else if (kind < 4 && has) s = f.write({event(entity, check, std::to_string(step), nullptr)});
    else s = f.write({event(entity, check, std::to_string(step), text(body))});
    CHECK(s.ok() == !fails);
    if (fails) write_errno = 0, usleep(1'050'000);  // a second later it is tried again
    if (s.ok() && kind == 0 && has) wanted.erase(key);
    else if (kind >= 4 || !has) wanted[key] = body;  // an event that could not be written is kept, and comes later
    if (step % 97 == 0) {
      f.close();
      REQUIRE(f.open(dir.file()).ok());
    }
    if (step % 20 != 0 && !fails) continue;
    std::map<std::string, std::string> found;
    std::set<std::string> texts;
    auto events = store_list_events(f.store, "default", "", {}, 0);
    REQUIRE(events.ok());
    for (const StoredEvent& e : events.value)
      found[event_row_name(e.key)] = e.entity_json ? *e.entity_json : "", texts.insert(found[event_row_name(e.key)]);
    CHECK(found == wanted);
    CHECK(count_rows(dir.file(), "SELECT count(*) FROM entity_texts") == int64_t(texts.size()));
  }
}

TEST_CASE("a database that is taken away is let go of; it is written again when it is back, and nothing else is taken for it") {
  TempDir dir;
  Fixture f;
  FailingDisk quiet;
  std::string claims;
  StoreOptions options;
  options.claim = [&](bool take) { return claims += take ? "+" : "-", Status{}; };
  f.store = store_open(&f.loop, dir.file(), options).value;
  REQUIRE(f.write({numbered(1)}).ok());
  move_files(dir.file(), dir.path + "/away");

  CHECK(f.write({numbered(2)}).message.find("is missing") != std::string::npos);
  CHECK(claims == "-");
  CHECK(head_of(f.store) == "2");
  CHECK(store_get(f.store, "checks", "d", "x").status.message.find("is missing") != std::string::npos);  // not "not found"
  {
    Fixture other;  // somebody puts another database there
    REQUIRE(other.open(dir.file()).ok());
    REQUIRE(other.write({numbered(9)}).ok());
  }
  usleep(1'050'000);
  CHECK(f.write({numbered(3)}).message.find("another database") != std::string::npos);
  CHECK(claims == "-+-");
  for (const std::string& end : kFiles) fs::remove(dir.file() + end);
  move_files(dir.path + "/away", dir.file());
  CHECK(write_again(f, 4).ok());
  CHECK(head_of(f.store) == "4");
  CHECK(claims == "-+-+");
}

TEST_CASE("an older copy of the database is not gone on with") {
  TempDir dir;
  Fixture f;
  FailingDisk quiet;
  REQUIRE(f.open(dir.file()).ok());
  REQUIRE(f.write({numbered(1)}).ok());
  REQUIRE(store_backup(f.store, dir.path + "/copy").ok());
  REQUIRE(f.write({numbered(2)}).ok());
  for (const std::string& end : kFiles) fs::remove(dir.file() + end);
  fs::rename(dir.path + "/copy", dir.file());
  CHECK_FALSE(f.write({numbered(3)}).ok());
  usleep(1'050'000);
  CHECK(f.write({numbered(3)}).message.find("an older copy of the database") != std::string::npos);
}

TEST_CASE("a file that is damaged while it is used: nothing is written over it, and it is distinguished from a full disk") {
  TempDir dir;
  FailingDisk quiet;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  std::vector<StoreWrite> many;  // more than SQLite's cache holds
  for (int i = 0; i < 2000; i++) many.push_back(event("e" + std::to_string(i), "c", std::string(3000, 'x'), text("t")));
  REQUIRE(f.write(std::move(many)).ok());
  f.close();  // the WAL is folded back
  REQUIRE(f.open(dir.file()).ok());
  {
    FILE* file = fopen(dir.file().c_str(), "r+b");
    for (long page = 1; page < 1500; page++) {
      fseek(file, page * 4096, SEEK_SET);
      fwrite("garbage garbage garbage", 1, 23, file);
    }
    fclose(file);
  }
  Status s;
  for (int i = 0; i < 2000 && s.ok(); i++) s = f.write({event("e" + std::to_string(i), "c", "new", text("u"))});
  CHECK(s.code == Err::unavailable);
  CHECK(s.message.find("restore a backup") != std::string::npos);
  usleep(1'050'000);
  CHECK(f.write({numbered(1)}).code == Err::unavailable);  // not even tried: an attempt reads the whole file
  f.close();
  const Status start = f.open(dir.file());
  CHECK_FALSE(start.ok());
  CHECK(start.message.find(dir.file()) != std::string::npos);
  CHECK(start.message.find("damaged") != std::string::npos);
}

TEST_CASE("a database that is read-only is refused at the start") {
  if (geteuid() == 0) return;  // root can write every file; tests/system/disk_test.py has another user
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  f.close();
  chmod(dir.file().c_str(), 0400);
  CHECK(f.open(dir.file()).message.find("is read-only") != std::string::npos);
}
