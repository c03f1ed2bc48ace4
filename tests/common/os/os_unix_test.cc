// tests/common/os/os_unix_test.cc - files, locks, environment and systemd on Unix.
#include "common/os/os.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <set>

#include "common/text/log.h"
#include "common/program/log_file.h"
#include "common/program/service_os.h"

using namespace picket;

namespace {

struct TempDir {
  std::string path = "/tmp/picket-os-test-" + std::to_string(getpid());
  TempDir() { CHECK(os_make_dirs(path).ok()); }
  ~TempDir() { CHECK(os_remove_tree(path).ok()); }
};

struct Manager {  // what systemd listens on
  std::string path;
  int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  explicit Manager(const std::string& p) : path(p) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  ~Manager() { close(fd); }
  std::string heard() const {
    char text[100] = {};
    ssize_t n = recv(fd, text, sizeof text, MSG_DONTWAIT);
    return n > 0 ? std::string(text, size_t(n)) : "";
  }
};

int files_in(const std::string& path) { return static_cast<int>(os_list_dir(path).value.size()); }

}  // namespace

TEST_CASE("a file is written whole, with its mode, and leaves no temporary one") {
  TempDir dir;
  std::string path = dir.path + "/a";
  CHECK(os_write_file(path, "one").ok());
  CHECK(os_write_file(path, "two\n", 0600).ok());
  CHECK(os_read_file(path).value == "two\n");
  struct stat s;
  CHECK(stat(path.c_str(), &s) == 0);
  CHECK((s.st_mode & 0777) == 0600);
  CHECK(files_in(dir.path) == 1);

  CHECK_FALSE(os_write_file(dir.path + "/no/such/dir", "x").ok());
  CHECK_FALSE(os_write_file(dir.path, "x").ok());  // a directory is in the way
  CHECK(files_in(dir.path) == 1);
}

TEST_CASE("reading says what is wrong") {
  TempDir dir;
  Result<std::string> missing = os_read_file(dir.path + "/none");
  CHECK(missing.status.code == Err::not_found);
  CHECK(missing.status.message == "read " + dir.path + "/none: No such file or directory");
  CHECK(os_write_file(dir.path + "/big", std::string(101, 'x')).ok());
  CHECK(os_read_file(dir.path + "/big", 100).status.code == Err::too_large);
  CHECK(os_read_file(dir.path + "/big", 101).ok());
}

TEST_CASE("directories: made with parents, listed in order, removed with what is in them") {
  TempDir dir;
  CHECK(os_make_dirs(dir.path + "/a/b/c").ok());
  CHECK(os_make_dirs(dir.path + "/a/b/c/").ok());
  CHECK(os_is_dir(dir.path + "/a/b/c"));
  CHECK(os_write_file(dir.path + "/a/z", "").ok());
  CHECK(symlink("/etc", (dir.path + "/a/link").c_str()) == 0);
  CHECK(os_list_dir(dir.path + "/a").value == std::vector<std::string>{"b", "link", "z"});
  CHECK_FALSE(os_make_dirs(dir.path + "/a/z/d").ok());
  CHECK(os_remove_tree(dir.path + "/a").ok());
  CHECK(os_remove_tree(dir.path + "/a").ok());  // gone is gone
  CHECK(os_exists("/etc/passwd"));              // the link was removed, not what it points to
}

TEST_CASE("identities are version 4 and differ") {
  std::set<std::string> seen;
  for (int i = 0; i < 100; i++) {
    std::string id = os_uuid();
    CHECK(id.size() == 36);
    CHECK(id[14] == '4');
    CHECK(std::string("89ab").find(id[19]) != std::string::npos);
    seen.insert(id);
  }
  CHECK(seen.size() == 100);
}

TEST_CASE("facts of this system") {
  System s = os_system_facts();
  CHECK(s.os == "linux");
  CHECK_FALSE(s.hostname.empty());
  CHECK_FALSE(s.platform.empty());
  CHECK_FALSE(s.arch.empty());
  bool loopback = false;
  for (const NetworkInterface& i : s.interfaces) {
    CHECK_FALSE(i.name.empty());
    if (i.name == "lo") {
      loopback = true;
      CHECK(i.mac.empty());
      CHECK(i.addresses.at(0) == "127.0.0.1/8");
    }
  }
  CHECK(loopback);
  CHECK(os_resident_kb() > 100);
  CHECK(os_mono_ms() > 0);
}

TEST_CASE("the service manager is notified") {
  TempDir dir;
  Manager manager(dir.path + "/notify");
  os_service_notify("READY=1");  // nobody asked for it
  setenv("NOTIFY_SOCKET", manager.path.c_str(), 1);
  os_service_notify("READY=1\nSTATUS=up");
  unsetenv("NOTIFY_SOCKET");
  CHECK(manager.heard() == "READY=1\nSTATUS=up");
  CHECK(manager.heard() == "");
}

TEST_CASE("systemd's watchdog is fed from the loop while it turns, and notified of the end") {
  TempDir dir;
  Manager manager(dir.path + "/notify");
  struct Row { const char *interval, *pid; bool watched; const char* why; };
  const std::string own = std::to_string(getpid());
  for (const Row& r : {Row{"20000", own.c_str(), true, "ours"}, Row{"20000", nullptr, true, "whose is not said"},
                       Row{"20000", "1", false, "another process is watched"}, Row{nullptr, nullptr, false, "no watchdog"}}) {
    CAPTURE(r.why);
    setenv("NOTIFY_SOCKET", manager.path.c_str(), 1);
    if (r.interval) setenv("WATCHDOG_USEC", r.interval, 1);
    if (r.pid) setenv("WATCHDOG_PID", r.pid, 1);
    uv_loop_t loop;
    uv_loop_init(&loop);
    ServiceWatch* watch = service_watch(&loop, {[](const std::string&) {}, {}, {}});
    service_started();
    CHECK(manager.heard() == "READY=1");
    uv_timer_t turns;
    uv_timer_init(&loop, &turns);
    uv_timer_start(
        &turns, [](uv_timer_t* t) { uv_close(reinterpret_cast<uv_handle_t*>(t), nullptr); }, 50, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(manager.heard() == (r.watched ? "WATCHDOG=1" : ""));
    while (!manager.heard().empty()) {}
    service_stopping();
    CHECK(manager.heard() == "STOPPING=1");
    service_watch_end(watch);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) unsetenv(name);
  }
}

TEST_CASE("signals that come before anything watches wait for the watch") {
  service_signals_hold();
  raise(SIGUSR1);
  raise(SIGHUP);
  raise(SIGTERM);
  uv_loop_t loop;
  uv_loop_init(&loop);
  std::set<std::string> came;
  ServiceWatch* watch = service_watch(
      &loop, {[&](const std::string& why) { came.insert(why); }, [&] { came.insert("reload"); }, [&] { came.insert("log level"); }});
  uv_idle_t turns;  // the watch alone keeps no loop going
  uv_idle_init(&loop, &turns);
  uv_idle_start(&turns, [](uv_idle_t*) {});
  while (came.size() < 3) uv_run(&loop, UV_RUN_NOWAIT);
  uv_close(reinterpret_cast<uv_handle_t*>(&turns), nullptr);
  CHECK(came == std::set<std::string>{"SIGTERM", "reload", "log level"});
  sigset_t blocked;
  pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  CHECK(sigismember(&blocked, SIGTERM) == 0);
  service_watch_end(watch);
  uv_run(&loop, UV_RUN_DEFAULT);
  CHECK(uv_loop_close(&loop) == 0);
}

TEST_CASE("a log file is rotated when it is full, and a limited number of old ones stay") {
  TempDir dir;
  LogFileOptions o;
  o.path = dir.path + "/log/agent.log";
  o.size_max = 1000;
  o.keep = 2;
  REQUIRE(log_to_file(o).ok());
  for (int i = 0; i < 100; i++) log_warn("test", "line", {{"number", i}});
  log_set_sink({});
  CHECK(os_list_dir(dir.path + "/log").value == std::vector<std::string>{"agent.log", "agent.log.1", "agent.log.2"});
  std::string last = os_read_file(o.path).value, before = os_read_file(o.path + ".1").value;
  CHECK(last.find("\"number\":99") != std::string::npos);
  CHECK(last.size() <= 1000);
  CHECK(before.size() <= 1000);
  CHECK(before.size() > 800);
  CHECK(before.back() == '\n');
  o.path = dir.path;
  CHECK_FALSE(log_to_file(o).ok());
}

TEST_CASE("a log that is no file is not turned over") {
  TempDir dir;
  LogFileOptions o;
  o.path = dir.path + "/pipe";
  o.size_max = 100;
  REQUIRE(mkfifo(o.path.c_str(), 0600) == 0);
  int reader = open(o.path.c_str(), O_RDWR | O_NONBLOCK);
  REQUIRE(reader >= 0);
  REQUIRE(log_to_file(o).ok());
  for (int i = 0; i < 20; i++) log_warn("test", "line", {{"number", i}});
  log_set_sink({});
  char text[8192];
  ssize_t count = read(reader, text, sizeof text);
  CHECK(std::string(text, size_t(std::max<ssize_t>(count, 0))).find("\"number\":19") != std::string::npos);
  close(reader);
  CHECK(os_list_dir(dir.path).value == std::vector<std::string>{"pipe"});
}

TEST_CASE("what somebody else may have put there is a file of its own, or is not read, and nobody waits for it") {
  TempDir dir;
  const std::string at = dir.path + "/";
  REQUIRE(os_write_file(at + "file", "text").ok());
  REQUIRE(os_write_file(at + "twice", "text").ok());
  REQUIRE(mkfifo((at + "pipe").c_str(), 0666) == 0);
  REQUIRE(symlink("file", (at + "link").c_str()) == 0);
  REQUIRE(link((at + "twice").c_str(), (at + "other").c_str()) == 0);
  REQUIRE(os_make_dirs(at + "folder").ok());
  {
    Manager socket(at + "socket");
    for (const char* odd : {"pipe", "link", "twice", "other", "folder", "socket"}) {
      CAPTURE(std::string(odd));
      CHECK(os_read_foreign_file(at + odd, 100).status.code == Err::invalid);
    }
  }
  CHECK(os_read_foreign_file(at + "file", 4).value == "text");
  CHECK(os_read_foreign_file(at + "file", 3).status.code == Err::too_large);
  CHECK(os_read_foreign_file(at + "none", 3).status.code == Err::not_found);
  CHECK(os_remove_file(at + "link").ok());
  CHECK(os_exists(at + "file"));
  CHECK_FALSE(os_remove_file(at + "folder").ok());
}

TEST_CASE("a file that is made is not for everybody, whatever the umask") {
  TempDir dir;
  const std::string own = dir.path + "/own";
  LogFileOptions log;
  log.path = dir.path + "/log/agent.log";
  mode_t before = umask(0);
  FILE* file = os_open(own, "wb");
  Status s = log_to_file(log);
  log_warn("test", "line", {});
  log_set_sink({});
  umask(before);
  REQUIRE(file);
  fclose(file);
  CHECK(s.ok());
  CHECK(os_file_mode(own) == 0600);
  CHECK(os_file_mode(log.path) == 0640);
}
