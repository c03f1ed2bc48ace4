// tests/backend/store/store_unix_test.cc - the store on a disk that takes nothing more, and under kill -9: with a limit of file
// sizes, and fork.
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "tests/backend/store/store_fixture.h"

using namespace store_test;

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
  CHECK(store_get(f.store, "checks", "d", "a").value.body == "old");                       // the overlay went with the failure
  CHECK(f.write({object(StoreWrite::put, "checks", "d", "b")}).code == Err::unavailable);  // at once, without trying
  setrlimit(RLIMIT_FSIZE, &before);
  usleep(1'050'000);
  CHECK(f.write({object(StoreWrite::put, "checks", "d", "b")}).ok());
  CHECK_FALSE(store_stats(f.store).degraded);
  log_set_sink(nullptr);
}

TEST_CASE("the store is its owner's alone: made so whatever the umask is, and tightened with a warning when it was found open") {
  TempDir dir;
  std::string lines;
  log_set_sink([&](std::string_view line) { lines += line; });
  auto mode = [](const std::string& path) { return static_cast<unsigned>(fs::status(path).permissions()) & 0777u; };
  const mode_t before = umask(0);
  {
    Fixture f;
    REQUIRE(f.open(dir.file()).ok());
    REQUIRE(f.write({object(StoreWrite::put, "users", "", "u", "{}")}).ok());
    CHECK(mode(dir.file()) == 0600);
    CHECK(mode(dir.file() + "-wal") == 0600);
    CHECK(store_backup(f.store, dir.path + "/copy").ok());
    CHECK(mode(dir.path + "/copy") == 0600);
    CHECK(lines.find("was readable by other users") == std::string::npos);
  }
  umask(before);
  fs::permissions(dir.file(), fs::perms(0644));
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  CHECK(mode(dir.file()) == 0600);
  CHECK(lines.find("was readable by other users") != std::string::npos);
  CHECK(lines.find("0644") != std::string::npos);
  log_set_sink(nullptr);
}

TEST_CASE("a database of another program is neither opened nor taken for a copy of a store") {
  TempDir dir;
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(dir.file().c_str(), &db) == SQLITE_OK);
  REQUIRE(sqlite3_exec(db, "CREATE TABLE songs(name)", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
  Fixture f;
  const Status s = f.open(dir.file());
  CHECK(s.message.find("another program") != std::string::npos);
  CHECK(store_is_ours(dir.file()).code == Err::invalid);
  CHECK(store_is_ours(dir.path + "/nothing").code != Err::ok);
}

namespace {

// The child: writes events 0, 1, 2, ... and writes to the pipe each one that the store has answered ok.
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
    store_write(store,
                {event("e" + std::to_string(n % 50), "c", std::to_string(n), text("t" + std::to_string(n % 7))),
                 object(StoreWrite::put, "last", "", "number", std::to_string(n))},
                said);
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
    for (const StoredEvent& e : store_list_events(f.store, "", "", {}, 0).value) {
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
