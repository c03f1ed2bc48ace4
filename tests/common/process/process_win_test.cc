// tests/common/process/process_win_test.cc - commands on Windows: cmd, job objects, code pages. What process_unix_test.cc is there.
#include "common/os/os_win.h"

#include <doctest/doctest.h>
#include <tlhelp32.h>

#include <algorithm>

#include "common/os/os.h"
#include "common/process/process_os.h"
#include "tests/common/process/process_fixture.h"

using namespace picket;

namespace {

const char* const kSleep30 = "ping -n 31 127.0.0.1 >nul";  // how one waits in cmd without a console

using process_fixture::Loop;

ProcessResult run(ProcessRequest request) {
  Loop l;
  return process_fixture::run_on(&l.loop, std::move(request));
}

ProcessResult cmd(const std::string& command, int64_t timeout_ms = 0) {
  ProcessRequest r;
  r.command = command;
  r.timeout_ms = timeout_ms;
  return run(std::move(r));
}

struct TempDir {
  std::string path = "picket-process-test-" + std::to_string(GetCurrentProcessId());
  TempDir() { CHECK(os_make_dirs(path).ok()); }
  ~TempDir() { CHECK(os_remove_tree(path).ok()); }
  std::string file(const std::string& name, const std::string& text) const {
    REQUIRE(os_write_file(path + "\\" + name, text).ok());
    return path + "\\" + name;
  }
};

// How many processes of that program there are which did not exist when the test began.
struct Pings {
  std::vector<DWORD> before = all();
  static std::vector<DWORD> all() {
    std::vector<DWORD> pids;
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry{};
    entry.dwSize = sizeof entry;
    for (BOOL found = Process32FirstW(snapshot, &entry); found; found = Process32NextW(snapshot, &entry))
      if (os_narrow(entry.szExeFile) == "ping.exe") pids.push_back(entry.th32ProcessID);
    CloseHandle(snapshot);
    return pids;
  }
  bool gone_soon() const {
    for (int i = 0; i < 200; i++) {
      int fresh = 0;
      for (DWORD pid : all()) fresh += std::find(before.begin(), before.end(), pid) == before.end();
      if (fresh == 0) return true;
      Sleep(10);
    }
    return false;
  }
};

}  // namespace

TEST_CASE("a command ends in one of a few ways") {
  struct Row { const char* why; const char* command; int status; const char* output; };
  const Row rows[] = {
      {"both streams, in order, untrimmed", "echo hello& echo err>&2& echo bye", 0, "hello\r\nerr\r\nbye\r\n"},
      {"status", "exit 3", 3, ""},
      {"a status of cmd /c", "cmd /c exit 7", 7, ""},
      {"its input is empty", "find \"x\" & echo end", 1, "end\r\n"},  // echo leaves find's status
      {"quotes reach cmd as they were written", "echo \"a  b\" 'c'", 0, "\"a  b\" 'c'\r\n"},
      {"the whole line in quotes", "\"echo in quotes\"", 0, "in quotes\r\n"},
      {"cmd fills in variables", "set X=1& echo %OS%", 0, "Windows_NT\r\n"},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    ProcessResult got = cmd(r.command);
    CHECK(got.outcome == ProcessResult::exited);
    CHECK(got.status == r.status);
    CHECK(got.output == r.output);
  }
  ProcessResult unknown = cmd("no-such-command-here 2>nul");
  CHECK(unknown.outcome == ProcessResult::exited);
  CHECK(unknown.status != 0);
}

TEST_CASE("what cannot be started says why") {
  ProcessRequest missing;
  missing.argv = {"C:\\no\\such\\program.exe"};
  ProcessResult r = run(missing);
  CHECK(r.outcome == ProcessResult::failed_to_start);
  CHECK(r.output == "start C:\\no\\such\\program.exe: no such file or directory");

  ProcessRequest nowhere;
  nowhere.command = "cd";
  nowhere.directory = "C:\\no\\such\\directory";
  CHECK(run(nowhere).output.find("there is no directory C:\\no\\such\\directory") != std::string::npos);

  ProcessRequest other;
  other.command = "whoami";
  other.limits.user = "somebody";
  CHECK(run(other).output == "commands cannot be run as another user on Windows: \"somebody\"");
}

TEST_CASE("environment, directory and arguments reach the command") {
  ProcessRequest r;
  r.command = "echo %A%& (if \"%B%\"==\"\xce\xb1\xe2\x82\xac\" echo same)& cd";  // Unicode, whatever the code pages are
  r.env = {"A=1", "B=\xce\xb1\xe2\x82\xac", "PATH=C:\\windows\\system32"};
  r.directory = "C:\\windows";
  CHECK(run(r).output == "1\r\nsame\r\nC:\\windows\r\n");
  ProcessRequest direct;
  direct.argv = {"cmd", "/c", "echo", "a b"};
  CHECK(run(direct).output == "\"a b\"\r\n");
}

TEST_CASE("the shell is the system's, not a cmd.exe of the current directory") {
  TempDir dir;
  dir.file("cmd.exe", "no program");
  ProcessRequest r;
  r.command = "echo mine";
  r.directory = dir.path;
  CHECK(run(r).output == "mine\r\n");
}

TEST_CASE("at the deadline the whole tree dies") {
  struct Row { const char* why; std::string command; };
  const std::string sleep = kSleep30;
  const Row rows[] = {
      {"the shell and its child", sleep},
      {"a grandchild", "cmd /c " + sleep},
      {"one in the background", "start /b " + sleep + "& " + sleep},
      {"its parent is gone already", "cmd /c start /b " + sleep + "& " + sleep},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    Pings pings;
    ProcessResult got = cmd("echo begun& " + r.command, 5000);
    CHECK(got.outcome == ProcessResult::timed_out);
    CHECK_FALSE(got.kill_failed);
    CHECK(got.output == "begun\r\n");
    CHECK(pings.gone_soon());
  }
}

TEST_CASE("a grandchild that keeps the pipe is killed after the drain time, its output until then stays") {
  Pings pings;
  ProcessResult got = cmd("start /b ping -n 31 127.0.0.1& echo end");
  CHECK(got.outcome == ProcessResult::exited);
  CHECK(got.status == 0);
  CHECK(got.output.find("end\r\n") != std::string::npos);
  CHECK(pings.gone_soon());
}

TEST_CASE("output beyond the bound is counted and dropped") {
  TempDir dir;
  std::string file = dir.file("big", std::string(300'000, 'x'));
  ProcessRequest r;
  r.command = "type " + file;
  r.output_max = 1000;
  ProcessResult got = run(r);
  CHECK(got.output == std::string(1000, 'x'));
  CHECK(got.output_dropped == 299'000);
  r.output_tail = true;
  CHECK(run(r).output == std::string(1000, 'x'));
}

TEST_CASE("input: bytes arrive, and a child that does not read them harms nobody") {
  ProcessRequest echo;
  echo.command = "find \"a\"";
  echo.input = "a line\nanother\nxxx\n";
  CHECK(run(echo).output == "a line\r\nanother\r\n");

  ProcessRequest deaf;
  deaf.command = "echo done";
  deaf.input.assign(10'000'000, 'a');
  ProcessResult got = run(deaf);
  CHECK(got.output == "done\r\n");
  CHECK(got.status == 0);
}

TEST_CASE("thirty at once") {
  Loop l;
  process_fixture::at_once(&l.loop, 30, "\r\n", "& ");
}

TEST_CASE("commands leave no handles") {
  for (int i = 0; i < 3; i++) cmd("echo x");
  DWORD before = 0, after = 0;
  GetProcessHandleCount(GetCurrentProcess(), &before);
  for (int i = 0; i < 10; i++) cmd("echo x");
  cmd(kSleep30, 50);
  GetProcessHandleCount(GetCurrentProcess(), &after);
  CHECK(after <= before + 3);
}

TEST_CASE("killed on request") {
  Loop l;
  process_fixture::killed_on_request(&l.loop, kSleep30);
}

TEST_CASE("what commands write becomes UTF-8") {
  DWORD page = 0;
  GetLocaleInfoEx(LOCALE_NAME_SYSTEM_DEFAULT, LOCALE_IDEFAULTCODEPAGE | LOCALE_RETURN_NUMBER, reinterpret_cast<LPWSTR>(&page), 2);
  const bool western = page == 437 || page == 850 || page == 858;
  struct Row { const char* why; std::string bytes; std::string text; bool western_only; };
  const Row rows[] = {
      {"plain", "abc\r\n", "abc\r\n", false},
      {"UTF-8 stays", "\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80", "\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80", false},
      {"the console's code page", "Gr\x81" "n \x82t\x82", "Gr\xc3\xbcn \xc3\xa9t\xc3\xa9", true},
      {"its characters in front", "\x81" "ber", "\xc3\xbc" "ber", true},
      {"UTF-16 with its mark", std::string("\xff\xfe" "a\0\xfc\0" "b\0", 8), "a\xc3\xbc" "b", false},
      {"no output", "", "", false},
  };
  TempDir dir;
  for (const Row& r : rows) {
    if (r.western_only && !western) continue;
    CAPTURE(std::string(r.why));
    CHECK(process_output_text(r.bytes, false) == r.text);
  }
  if (western)
    CHECK(cmd("type " +
              dir.file("text",
                       "Gr\x81"
                       "n\r\n"))
              .output == "Gr\xc3\xbcn\r\n");
  ProcessRequest cut;  // in the middle of a character: what is whole is still UTF-8
  cut.command = "type " +
      dir.file("text",
               "ab\xe2\x82\xac"
               "cd");
  cut.output_max = 4;
  CHECK(run(cut).output == "ab\xe2\x82");
  cut.output_tail = true;
  CHECK(run(cut).output ==
        "\x82\xac"
        "cd");
}
