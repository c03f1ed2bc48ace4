// The store: what `done` says ok to is there, in order, whatever happens next.
#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "backend/store.h"
#include "common/log.h"

using namespace picket;
namespace fs = std::filesystem;

namespace {

struct TempDir {
  std::string path;
  TempDir() {
    char name[] = "/tmp/picket-store-XXXXXX";
    path = mkdtemp(name);
  }
  ~TempDir() {
    std::error_code ignored;
    fs::permissions(path, fs::perms::owner_all, ignored);
    fs::remove_all(path, ignored);
  }
  std::string file() const { return path + "/picket.db"; }
};

struct Fixture {
  uv_loop_t loop{};
  Store* store = nullptr;
  Fixture() { uv_loop_init(&loop); }
  ~Fixture() {
    close();
    uv_loop_close(&loop);
  }
  Status open(const std::string& path) {
    Result<Store*> r = store_open(&loop, path);
    if (r.ok()) store = r.value;
    return r.status;
  }
  void close() {
    if (store) store_close(store, nullptr);
    store = nullptr;
    uv_run(&loop, UV_RUN_DEFAULT);
  }
  // Hands in and waits for the answer.
  Status write(std::vector<StoreWrite> batch) {
    bool called = false;
    Status answer;
    store_write(store, std::move(batch), [&](Status s) { answer = std::move(s), called = true; });
    CHECK_FALSE(called);  // never inside the call
    while (!called) uv_run(&loop, UV_RUN_ONCE);
    return answer;
  }
};

StoreWrite object(StoreWrite::Op op, std::string kind, std::string ns, std::string name, std::string body = "{}",
                  int64_t revision = 0) {
  StoreWrite w;
  w.op = op;
  w.object = {std::move(kind), std::move(ns), std::move(name), std::move(body), revision};
  return w;
}

StoreWrite event(std::string entity, std::string check, std::string head, std::shared_ptr<const std::string> text) {
  StoreWrite w;
  w.op = StoreWrite::put_event;
  w.event = {"default", std::move(entity), std::move(check), std::move(head), std::move(text), 0};
  return w;
}

StoreWrite event_gone(std::string entity, std::string check) {
  StoreWrite w;
  w.op = StoreWrite::del_event;
  w.event = {"default", std::move(entity), std::move(check), "", nullptr, 0};
  return w;
}

std::shared_ptr<const std::string> text(std::string s) { return std::make_shared<const std::string>(std::move(s)); }

std::string names(const std::vector<StoredObject>& list) {
  std::string out;
  for (const StoredObject& o : list) out += o.ns + "/" + o.name + " ";
  return out;
}

std::string names(const std::vector<StoredEvent>& list) {
  std::string out;
  for (const StoredEvent& e : list) out += e.entity + "/" + e.check + "=" + e.head + "," + (e.entity_json ? *e.entity_json : "?") + " ";
  return out;
}

int64_t count_rows(const std::string& path, const char* sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  sqlite3_stmt* s = nullptr;
  REQUIRE(sqlite3_prepare_v2(db, sql, -1, &s, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_step(s) == SQLITE_ROW);
  const int64_t n = sqlite3_column_int64(s, 0);
  sqlite3_finalize(s);
  sqlite3_close(db);
  return n;
}

}  // namespace

TEST_CASE("a write is seen at once, answered later, and there after a restart") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  bool answered = false;
  store_write(f.store, {object(StoreWrite::create, "checks", "default", "disk", "{\"a\":1}")}, [&](Status s) {
    CHECK(s.ok());
    answered = true;
  });
  CHECK(store_get(f.store, "checks", "default", "disk").value.body == "{\"a\":1}");
  CHECK_FALSE(answered);
  f.close();
  CHECK(answered);
  REQUIRE(f.open(dir.file()).ok());
  CHECK(store_get(f.store, "checks", "default", "disk").value.revision == 1);
  CHECK(f.write({object(StoreWrite::put, "checks", "default", "load")}).ok());
  CHECK(store_get(f.store, "checks", "default", "load").value.revision == 2);  // revisions go on after a restart
}

TEST_CASE("what a write demands of the present state") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  REQUIRE(f.write({object(StoreWrite::create, "namespaces", "", "default"), object(StoreWrite::create, "checks", "default", "c")}).ok());
  const int64_t revision = store_get(f.store, "checks", "default", "c").value.revision;
  struct Row { StoreWrite write; bool check_namespace; Err want; const char* why; } rows[] = {
      {object(StoreWrite::create, "checks", "default", "c"), false, Err::exists, "create of what is there"},
      {object(StoreWrite::create, "checks", "other", "c"), true, Err::not_found, "no such namespace"},
      {object(StoreWrite::create, "checks", "default", "c2"), true, Err::ok, "create"},
      {object(StoreWrite::put_if_revision, "checks", "default", "c", "{}", revision + 1), false, Err::precondition, "somebody changed it"},
      {object(StoreWrite::put_if_revision, "checks", "default", "c", "{}", revision), false, Err::ok, "the present revision"},
      {object(StoreWrite::put_if_revision, "checks", "default", "nope", "{}", 1), false, Err::not_found, "revision of nothing"},
      {object(StoreWrite::del, "checks", "default", "nope"), false, Err::not_found, "delete of nothing"},
      {object(StoreWrite::del, "checks", "default", "c"), false, Err::ok, "delete"},
      {object(StoreWrite::del, "checks", "default", "c"), false, Err::not_found, "delete again"},
      {event_gone("a", "b"), false, Err::not_found, "delete of no event"},
      {event("a", "b", "h", text("t")), true, Err::ok, "event in a namespace"},
  };
  for (Row& r : rows) {
    CAPTURE(r.why);
    r.write.check_namespace = r.check_namespace;
    CHECK(f.write({r.write}).code == r.want);
  }
}

TEST_CASE("a batch is all or nothing, also for readers before the commit") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  REQUIRE(f.write({object(StoreWrite::put, "checks", "default", "a", "old")}).ok());
  CHECK(f.write({object(StoreWrite::put, "checks", "default", "a", "new"), object(StoreWrite::create, "checks", "default", "b"),
                 object(StoreWrite::create, "namespaces", "", "n"), object(StoreWrite::del, "checks", "default", "nope")})
            .code == Err::not_found);
  CHECK(store_get(f.store, "checks", "default", "a").value.body == "old");
  CHECK(store_get(f.store, "checks", "default", "b").status.code == Err::not_found);
  StoreWrite in_n = object(StoreWrite::create, "checks", "n", "x");
  in_n.check_namespace = true;
  CHECK(f.write({in_n}).code == Err::not_found);
}

TEST_CASE("a namespace that is not committed yet outlives a batch that is refused") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  store_write(f.store, {object(StoreWrite::create, "namespaces", "", "new")}, {});
  store_write(f.store, {object(StoreWrite::put, "checks", "new", "a"), object(StoreWrite::del, "checks", "new", "nope")}, {});
  StoreWrite inside = object(StoreWrite::create, "checks", "new", "b");
  inside.check_namespace = true;
  CHECK(f.write({inside}).ok());
  inside.object.name = "c";
  CHECK(f.write({inside}).ok());
  CHECK(names(store_list(f.store, "checks", "new", "", "", 0)) == "new/b new/c ");
}

TEST_CASE("one object written often in a row: the last one counts") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  int answered = 0;
  for (int i = 0; i < 50; i++)
    store_write(f.store, {object(StoreWrite::put, "streams", "", "s", std::to_string(i))}, [&](Status s) { answered += s.ok(); });
  REQUIRE(f.write({object(StoreWrite::put, "checks", "d", "x"), object(StoreWrite::del, "checks", "d", "x")}).ok());
  CHECK(answered == 50);
  CHECK(store_get(f.store, "streams", "", "s").value.body == "49");
  CHECK(store_get(f.store, "checks", "d", "x").status.code == Err::not_found);
  f.close();
  REQUIRE(f.open(dir.file()).ok());
  CHECK(store_get(f.store, "streams", "", "s").value.body == "49");
  CHECK(store_get(f.store, "checks", "d", "x").status.code == Err::not_found);
}

TEST_CASE("events of a store that takes nothing are handed back, whole, to be written later") {
  TempDir dir;
  Fixture f;
  log_set_sink([](std::string_view) {});
  REQUIRE(f.open(dir.file()).ok());
  REQUIRE(f.write({event("e", "c", "1", text("t"))}).ok());
  std::string back;
  store_on_unsaved(f.store, [&](StoredEvent e) { back += e.check + "=" + e.head + (e.entity_json ? "," + *e.entity_json : "") + " "; });
  struct rlimit before{}, tight{};
  getrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, SIG_IGN);
  tight = before;
  tight.rlim_cur = 4096;
  setrlimit(RLIMIT_FSIZE, &tight);
  CHECK(f.write({event("e", "c", "2", nullptr), event("e", "d", "1", text("u"))}).code == Err::unavailable);  // tried
  CHECK(f.write({event("e", "c", "3", nullptr)}).code == Err::unavailable);                                   // not even tried
  setrlimit(RLIMIT_FSIZE, &before);
  CHECK(back == "c=2 d=1,u c=3 ");
  CHECK(store_get_event(f.store, "default", "e", "c").value.head == "1");
  log_set_sink(nullptr);
}

TEST_CASE("lists are in order, page, and see what is pending") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  for (const char* n : {"b", "d", "f"}) REQUIRE(f.write({object(StoreWrite::put, "checks", "n1", n)}).ok());
  REQUIRE(f.write({object(StoreWrite::put, "checks", "n2", "a"), object(StoreWrite::put, "hooks", "n1", "z")}).ok());
  // Pending from here on: nobody runs the loop.
  store_write(f.store, {object(StoreWrite::put, "checks", "n1", "a"), object(StoreWrite::put, "checks", "n1", "e"),
                        object(StoreWrite::del, "checks", "n1", "d"), object(StoreWrite::put, "checks", "n1", "f", "new")}, {});
  CHECK(names(store_list(f.store, "checks", "", "", "", 0)) == "n1/a n1/b n1/e n1/f n2/a ");
  CHECK(names(store_list(f.store, "checks", "n1", "", "", 0)) == "n1/a n1/b n1/e n1/f ");
  CHECK(names(store_list(f.store, "checks", "n1", "", "", 2)) == "n1/a n1/b ");
  CHECK(names(store_list(f.store, "checks", "n1", "n1", "b", 2)) == "n1/e n1/f ");
  CHECK(names(store_list(f.store, "checks", "", "n1", "e", 0)) == "n1/f n2/a ");
  CHECK(store_list(f.store, "checks", "n1", "n1", "e", 0)[0].body == "new");
  CHECK(names(store_list(f.store, "check", "", "", "", 0)) == "");
}

TEST_CASE("events share the text of their entity, and it goes with the last of them") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  auto one = text("one"), two = text("two");
  REQUIRE(f.write({event("web", "a", "1", one), event("web", "b", "1", text("one")), event("db", "a", "1", one)}).ok());
  CHECK(count_rows(dir.file(), "SELECT count(*) FROM entity_texts") == 1);
  REQUIRE(f.write({event("web", "a", "2", nullptr)}).ok());
  CHECK(names(store_list_events(f.store, "default", "web", "", "", "", 0)) == "web/a=2,one web/b=1,one ");
  REQUIRE(f.write({event("web", "a", "3", two), event("web", "b", "3", two)}).ok());
  CHECK(count_rows(dir.file(), "SELECT count(*) FROM entity_texts") == 2);
  REQUIRE(f.write({event_gone("db", "a")}).ok());
  CHECK(count_rows(dir.file(), "SELECT count(*) FROM entity_texts") == 1);
  CHECK(names(store_list_events(f.store, "", "", "", "", "", 0)) == "web/a=3,two web/b=3,two ");
  f.close();
  REQUIRE(f.open(dir.file()).ok());
  REQUIRE(f.write({event_gone("web", "a"), event_gone("web", "b")}).ok());  // counted again at start
  CHECK(count_rows(dir.file(), "SELECT count(*) FROM entity_texts") == 0);
}

TEST_CASE("pending events: read before the commit, with the text they keep") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  REQUIRE(f.write({event("web", "a", "1", text("one"))}).ok());
  store_write(f.store, {event("web", "a", "2", nullptr)}, {});
  CHECK(*store_get_event(f.store, "default", "web", "a").value.entity_json == "one");
  store_write(f.store, {event("web", "a", "3", nullptr), event("app", "a", "1", text("x"))}, {});
  CHECK(names(store_list_events(f.store, "default", "", "", "", "", 0)) == "app/a=1,x web/a=3,one ");
  CHECK(names(store_list_events(f.store, "default", "", "default", "app", "a", 0)) == "web/a=3,one ");
  CHECK(names(store_list_events(f.store, "", "", "default", "app", "", 1)) == "app/a=1,x ");
  store_write(f.store, {event_gone("web", "a")}, {});
  CHECK(store_get_event(f.store, "default", "web", "a").status.code == Err::not_found);
  CHECK(names(store_list_events(f.store, "default", "web", "", "", "", 0)) == "");
}

namespace {
StoreWrite step(StoreWrite::Op op, std::string check, int64_t at, std::string data, const char* series = nullptr) {
  StoreWrite w;
  w.op = op;
  w.step = std::make_shared<StoredStep>();
  *w.step = {"default", "web", std::move(check), at, at / 10 % 3, std::move(data), series ? text(series) : nullptr};
  return w;
}
std::string steps(Store* s, const char* check, int64_t from = 0) {
  std::string out;
  for (const StoredStep& x : store_list_steps(s, "default", "web", check, from)) out += std::to_string(x.at) + "=" + x.data + " ";
  return out;
}
}  // namespace

TEST_CASE("steps of metrics: a ring, read before and after the commit, gone with their event") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  store_write(f.store, {step(StoreWrite::put_step, "a", 10, std::string("\0x", 2), "[1]")}, {});
  CHECK(steps(f.store, "a") == std::string("10=\0x ", 6));
  for (int64_t at : {20, 30}) REQUIRE(f.write({step(StoreWrite::put_step, "a", at, "v")}).ok());
  store_write(f.store, {step(StoreWrite::put_step, "a", 40, "w")}, {});  // takes the slot of 10
  CHECK(steps(f.store, "a", 20) == "20=v 30=v 40=w ");
  REQUIRE(f.write({step(StoreWrite::put_step, "a", 10, "late")}).ok());
  REQUIRE(f.write({step(StoreWrite::put_step, "b", 10, "other", "[2]")}).ok());
  CHECK(steps(f.store, "a") == "20=v 30=v 40=w ");
  CHECK(store_get_step(f.store, *step(StoreWrite::put_step, "a", 40, "").step) == "w");
  CHECK(store_get_step(f.store, *step(StoreWrite::put_step, "a", 10, "").step).empty());
  CHECK(store_list_series(f.store).size() == 2);

  store_write(f.store, {step(StoreWrite::del_steps, "a", 0, "")}, {});
  CHECK(steps(f.store, "a").empty());
  CHECK(store_get_step(f.store, *step(StoreWrite::put_step, "a", 40, "").step).empty());
  REQUIRE(f.write({step(StoreWrite::put_step, "a", 50, "new", "[3]")}).ok());
  CHECK(steps(f.store, "a") == "50=new ");
  REQUIRE(f.write({step(StoreWrite::del_steps, "nothing", 0, "")}).ok());
  f.close();
  CHECK(count_rows(dir.file(), "SELECT count(*) FROM metric_steps") == 2);
  CHECK(count_rows(dir.file(), "SELECT count(*) FROM metric_series WHERE series IN ('[2]','[3]')") == 2);
}

TEST_CASE("when an entity was last seen is kept beside its text") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  StoreWrite w = event("web", "a", "{}", text("T"));
  w.event.last_seen = 7;
  REQUIRE(f.write({w}).ok());
  CHECK(store_get_event(f.store, "default", "web", "a").value.last_seen == 7);
  w.event.entity_json = nullptr;
  w.event.last_seen = 8;
  store_write(f.store, {w}, {});
  CHECK(store_get_event(f.store, "default", "web", "a").value.last_seen == 8);
  w.event.last_seen = 9;
  REQUIRE(f.write({w}).ok());
  CHECK(store_list_events(f.store, "default", "", "", "", "", 0)[0].last_seen == 9);
  CHECK(count_rows(dir.file(), "SELECT count(*) FROM entity_texts") == 1);
}

TEST_CASE("watches hear of every committed change, in order") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  std::string heard, objects;
  store_watch(f.store, [&](const StoreChange& c) { heard += (c.deleted ? "-" : "+") + c.name + c.check + " "; });
  store_watch(f.store, [&](const StoreChange& c) { objects += c.name + " "; }, false);
  store_write(f.store, {object(StoreWrite::put, "checks", "d", "a")}, {});
  store_write(f.store, {object(StoreWrite::create, "checks", "d", "a")}, {});  // refused: no change
  store_write(f.store, {event("e", "c", "1", text("t"))}, {});
  REQUIRE(f.write({object(StoreWrite::del, "checks", "d", "a"), event_gone("e", "c")}).ok());
  CHECK(heard == "+a +ec -a -ec ");
  CHECK(objects == "a a ");
}

TEST_CASE("a file that is not a database, damaged or of the future is refused with a sentence") {
  TempDir dir;
  Fixture f;
  log_set_sink([](std::string_view) {});
  FILE* out = fopen(dir.file().c_str(), "w");
  for (int i = 0; i < 9000; i++) fputs("this is not a database ", out);
  fclose(out);
  Status s = f.open(dir.file());
  CHECK(s.message.find("damaged") != std::string::npos);
  CHECK(s.message.find(dir.file()) != std::string::npos);

  fs::remove(dir.file());
  REQUIRE(f.open(dir.file()).ok());
  for (int i = 0; i < 200; i++) REQUIRE(f.write({object(StoreWrite::put, "checks", "d", "n" + std::to_string(i), std::string(500, 'x'))}).ok());
  f.close();
  std::FILE* db = fopen(dir.file().c_str(), "r+");
  fseek(db, 8192, SEEK_SET);
  for (int i = 0; i < 20000; i++) fputc(0x5a, db);
  fclose(db);
  CHECK(f.open(dir.file()).message.find("damaged") != std::string::npos);

  fs::remove(dir.file());
  sqlite3* raw = nullptr;
  REQUIRE(sqlite3_open(dir.file().c_str(), &raw) == SQLITE_OK);
  sqlite3_exec(raw, "PRAGMA user_version=99", nullptr, nullptr, nullptr);
  sqlite3_close(raw);
  s = f.open(dir.file());
  CHECK(s.code == Err::precondition);
  CHECK(s.message.find("schema 99") != std::string::npos);
  CHECK(f.open("/nonexistent/dir/picket.db").message.find("state directory") != std::string::npos);
  log_set_sink(nullptr);
}

TEST_CASE("a full disk: refused, nothing half-done, and it recovers by itself") {
  TempDir dir;
  Fixture f;
  log_set_sink([](std::string_view) {});
  REQUIRE(f.open(dir.file()).ok());
  REQUIRE(f.write({object(StoreWrite::put, "checks", "d", "a", "old")}).ok());
  // A file that cannot grow: the limit counts for every file of the process.
  struct rlimit before{}, tight{};
  getrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, SIG_IGN);
  tight = before;
  tight.rlim_cur = fs::file_size(dir.file() + "-wal");
  setrlimit(RLIMIT_FSIZE, &tight);
  Status first, second;
  store_write(f.store, {object(StoreWrite::put, "checks", "d", "a", std::string(200'000, 'x'))}, [&](Status s) { first = s; });
  CHECK(store_get(f.store, "checks", "d", "a").value.body.size() == 200'000);
  while (first.ok()) uv_run(&f.loop, UV_RUN_ONCE);
  CHECK(first.code == Err::unavailable);
  CHECK(store_stats(f.store).degraded);
  CHECK(store_get(f.store, "checks", "d", "a").value.body == "old");  // the overlay went with the failure
  CHECK(f.write({object(StoreWrite::put, "checks", "d", "b")}).code == Err::unavailable);  // at once, without trying
  setrlimit(RLIMIT_FSIZE, &before);
  usleep(1'050'000);
  CHECK(f.write({object(StoreWrite::put, "checks", "d", "b")}).ok());
  CHECK_FALSE(store_stats(f.store).degraded);
  log_set_sink(nullptr);
}

TEST_CASE("a backup is a database of its own") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  REQUIRE(f.write({object(StoreWrite::put, "checks", "d", "a")}).ok());
  REQUIRE(store_backup(f.store, dir.path + "/copy.db").ok());
  CHECK(count_rows(dir.path + "/copy.db", "SELECT count(*) FROM objects") == 1);
}

namespace {

// The child: writes events 0, 1, 2, ... and tells the pipe of each one the store has answered ok.
[[noreturn]] void write_for_ever(const std::string& path, int pipe_fd) {
  uv_loop_t loop;
  uv_loop_init(&loop);
  Result<Store*> r = store_open(&loop, path);
  if (!r.ok()) _exit(1);
  Store* store = r.value;
  int64_t number = 0;
  for (;; number++) {
    const int64_t n = number;
    auto said = [n, pipe_fd](Status s) {
      if (s.ok() && write(pipe_fd, &n, sizeof n) != sizeof n) _exit(1);
    };
    // Two rows that must agree.
    store_write(store, {event("e" + std::to_string(n % 50), "c", std::to_string(n), text("t" + std::to_string(n % 7))),
                        object(StoreWrite::put, "last", "", "number", std::to_string(n))}, said);
    if (n % 20 == 0) uv_run(&loop, UV_RUN_NOWAIT);
    if (store_stats(store).queued_bytes > 1 << 20) uv_run(&loop, UV_RUN_ONCE);
  }
}

}  // namespace

TEST_CASE("kill -9 in the middle of writing takes nothing that was acknowledged") {
  TempDir dir;
  for (int round = 0; round < 8; round++) {
    CAPTURE(round);
    int fds[2];
    REQUIRE(pipe(fds) == 0);
    const pid_t child = fork();
    if (child == 0) {
      close(fds[0]);
      write_for_ever(dir.file(), fds[1]);
    }
    close(fds[1]);
    int64_t acknowledged = -1, n = 0;
    const int wanted = 300 + round * 111;
    for (int i = 0; i < wanted && read(fds[0], &n, sizeof n) == sizeof n; i++) acknowledged = n;
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    while (read(fds[0], &n, sizeof n) == sizeof n) acknowledged = n;
    close(fds[0]);
    REQUIRE(acknowledged > 0);

    Fixture f;
    REQUIRE(f.open(dir.file()).ok());
    const int64_t last = std::stoll(store_get(f.store, "last", "", "number").value.body);
    CHECK(last >= acknowledged);
    int64_t newest = 0;
    for (const StoredEvent& e : store_list_events(f.store, "", "", "", "", "", 0)) {
      newest = std::max<int64_t>(newest, std::stoll(e.head));
      CHECK(*e.entity_json == "t" + std::to_string(std::stoll(e.head) % 7));
    }
    CHECK(newest == last);  // both rows of a batch or none
    CHECK(count_rows(dir.file(), "SELECT count(*) FROM entity_texts") <= 7);
    CHECK(f.write({object(StoreWrite::put, "last", "", "number", "0")}).ok());
    f.close();
    fs::remove(dir.file());
    fs::remove(dir.file() + "-wal");
    fs::remove(dir.file() + "-shm");
  }
}
