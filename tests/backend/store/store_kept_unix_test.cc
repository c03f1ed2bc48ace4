// tests/backend/store/store_kept_unix_test.cc - what a store does with what it must not forget while it takes no writes, and
// with a start that cannot read everything.
#include <unistd.h>

#include "tests/backend/store/failing_disk.h"
#include "tests/backend/store/store_fixture.h"

using namespace store_test;
using failing_disk::FailingDisk;
using failing_disk::write_errno;

namespace {

StoreWrite kept(StoreWrite w) { return w.keep = true, w; }

// What a restart would read.
std::string on_disk(const std::string& path) {
  uv_loop_t loop;
  uv_loop_init(&loop);
  fs::copy_file(path, path + ".copy", fs::copy_options::overwrite_existing);
  fs::copy_file(path + "-wal", path + ".copy-wal", fs::copy_options::overwrite_existing);
  Result<Store*> store = store_open(&loop, path + ".copy");
  REQUIRE(store.ok());
  std::string out = names(store_list_events(store.value, "", "", {}, 0)) + names(store_list(store.value, "sessions"));
  store_close(store.value, nullptr);
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  return out;
}

std::string in_memory(Store* store) { return names(store_list_events(store, "", "", {}, 0)) + names(store_list(store, "sessions")); }

struct Degraded : Fixture {
  TempDir dir;
  FailingDisk disk;
  Degraded() {
    REQUIRE(open(dir.file()).ok());
    for (const char* check : {"a", "b"}) REQUIRE(write({event("e", check, "1", text("t"))}).ok());
    for (const char* session : {"s1", "s2"}) REQUIRE(write({object(StoreWrite::put, "sessions", "", session)}).ok());
  }
  void fill() {
    write_errno = ENOSPC;
    CHECK(write({object(StoreWrite::put, "checks", "d", "x")}).code == Err::unavailable);
  }
  // Without a further write: it comes back by itself.
  void freed() {
    write_errno = 0;
    for (int i = 0; i < 300 && (store_stats(store).degraded || store_stats(store).kept > 0 || store_stats(store).queued_bytes > 0); i++) {
      uv_run(&loop, UV_RUN_NOWAIT);
      usleep(10'000);
    }
  }
};

}  // namespace

TEST_CASE("what must happen is seen at once while nothing can be written, and is written by itself when it can") {
  Degraded f;
  f.fill();
  CHECK(f.write({event("e", "a", "2", nullptr), event("e", "c", "1", text("u"))}).code == Err::unavailable);
  CHECK(f.write({event("e", "a", "3", nullptr)}).code == Err::unavailable);
  CHECK(f.write({kept(object(StoreWrite::drop, "sessions", "", "s1"))}).code == Err::unavailable);
  CHECK(in_memory(f.store) == "e/a=3,t e/b=1,t e/c=1,u /s2 ");
  CHECK(names(store_list_events(f.store, "default", "", {"default", "e", "a"}, 1)) == "e/b=1,t ");
  CHECK(on_disk(f.dir.file()) == "e/a=1,t e/b=1,t /s1 /s2 ");
  f.freed();
  CHECK(store_stats(f.store).kept == 0);
  CHECK(on_disk(f.dir.file()) == in_memory(f.store));
  CHECK(in_memory(f.store) == "e/a=3,t e/b=1,t e/c=1,u /s2 ");
}

TEST_CASE("what was refused and must not happen is as if it had never been asked for") {
  Degraded f;
  f.fill();
  CHECK(f.write({event_gone("e", "a")}).code == Err::unavailable);
  CHECK(f.write({object(StoreWrite::del, "sessions", "", "s1"), event("e", "b", "2", nullptr)}).code == Err::unavailable);
  CHECK(f.write({object(StoreWrite::drop, "sessions", "", "s2")}).code == Err::unavailable);
  CHECK(in_memory(f.store) == "e/a=1,t e/b=2,t /s1 /s2 ");
  f.freed();
  CHECK(on_disk(f.dir.file()) == "e/a=1,t e/b=2,t /s1 /s2 ");
}

TEST_CASE("a namespace whose deletion or creation was refused is as it was") {
  Degraded f;
  REQUIRE(f.write({write_put("namespaces", "", "stays", "{}")}).ok());
  const auto put_in = [&](const char* ns) {
    StoreWrite w = write_put("checks", ns, "c", "x");
    w.check_namespace = true;
    return f.write({w}).code;
  };
  write_errno = ENOSPC;
  CHECK(f.write({write_del("namespaces", "", "stays")}).code == Err::unavailable);
  f.freed();
  CHECK(put_in("stays") == Err::ok);
  write_errno = ENOSPC;
  CHECK(f.write({write_create("namespaces", "", "never", "{}")}).code == Err::unavailable);
  f.freed();
  CHECK(put_in("never") == Err::not_found);
}

TEST_CASE("a deletion tried upon a kept event and refused leaves the event; one that is written takes it away for good") {
  Degraded f;
  f.fill();
  CHECK(f.write({event("e", "a", "2", nullptr)}).code == Err::unavailable);
  usleep(1'050'000);  // the next one is tried
  CHECK(f.write({event_gone("e", "a")}).code == Err::unavailable);
  CHECK(in_memory(f.store) == "e/a=2,t e/b=1,t /s1 /s2 ");
  usleep(1'050'000);
  write_errno = 0;
  CHECK(f.write({event_gone("e", "a")}).ok());
  f.freed();
  CHECK(in_memory(f.store) == "e/b=1,t /s1 /s2 ");
  CHECK(on_disk(f.dir.file()) == in_memory(f.store));
}

TEST_CASE("an older result that fails late does not take the place of a newer one that was refused at once") {
  Degraded f;
  f.fill();
  usleep(1'050'000);
  int answers = 0;
  const auto count = [&](const Status& s) { answers += s.code == Err::unavailable; };
  store_write(f.store, {event("e", "a", "2", nullptr)}, count);  // tried
  store_write(f.store, {event("e", "a", "3", nullptr)}, count);  // refused at once
  while (answers < 2) uv_run(&f.loop, UV_RUN_ONCE);
  CHECK(in_memory(f.store) == "e/a=3,t e/b=1,t /s1 /s2 ");
  f.freed();
  CHECK(on_disk(f.dir.file()) == "e/a=3,t e/b=1,t /s1 /s2 ");
}

TEST_CASE("what was kept is written when the store is closed, all of it, though nobody has noticed that the disk is well") {
  Degraded f;
  f.fill();
  for (int i = 0; i < 2500; i++) store_write(f.store, {event("e", "m" + std::to_string(i), "1", text("t"))}, {});
  while (store_stats(f.store).kept < 2500) uv_run(&f.loop, UV_RUN_ONCE);
  write_errno = 0;
  f.close();
  CHECK(count_rows(f.dir.file(), "SELECT count(*) FROM events") == 2502);
}

TEST_CASE("a start that does not come to its end has written nothing") {
  TempDir dir;
  uv_loop_t loop;
  uv_loop_init(&loop);
  StoreOptions hold;
  hold.hold = true;
  for (const bool good : {false, true}) {
    Store* store = store_open(&loop, dir.file(), hold).value;
    Status answer;
    store_write(store, {object(StoreWrite::create, "users", "", "admin")}, [&](Status s) { answer = s; });
    store_write(store, {event("e", "c", "1", text("t"))}, {});
    CHECK(names(store_list(store, "users")) == "/admin ");
    if (good) store_begin(store);
    store_close(store, nullptr);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(answer.ok() == good);
    CHECK(count_rows(dir.file(), "SELECT (SELECT count(*) FROM objects) + (SELECT count(*) FROM events)") == (good ? 2 : 0));
  }
  uv_loop_close(&loop);
}
