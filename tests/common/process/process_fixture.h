// tests/common/process/process_fixture.h - what the tests of commands on Unix and on Windows share: a loop of their own, a
// command run on it, many at once.
#pragma once
#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "common/process/process.h"

namespace process_fixture {

using namespace picket;

// A loop whose end shows that nothing of the commands is left on it.
struct Loop {
  uv_loop_t loop;
  Loop() { uv_loop_init(&loop); }
  ~Loop() {
    process_let_go(&loop);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
  }
};

inline ProcessResult run_on(uv_loop_t* loop, ProcessRequest request) {
  ProcessResult result;
  int calls = 0;
  process_run(loop, std::move(request), [&](ProcessResult r) {
    result = std::move(r);
    calls++;
  });
  CHECK(calls == 0);  // never from inside process_run
  uv_run(loop, UV_RUN_DEFAULT);
  CHECK(calls == 1);
  return result;
}

// newline: what echo ends a line with; then: what stands between two commands of the shell.
inline void at_once(uv_loop_t* loop, int count, const std::string& newline, const std::string& then) {
  int ended = 0, right = 0;
  for (int i = 0; i < count; i++) {
    ProcessRequest r;
    r.command = "echo " + std::to_string(i) + then + "exit " + std::to_string(i % 7);
    r.timeout_ms = 120'000;
    process_run(loop, r, [&, i](ProcessResult got) {
      ended++;
      right += got.output == std::to_string(i) + newline && got.status == i % 7;
    });
  }
  uv_run(loop, UV_RUN_DEFAULT);
  CHECK(ended == count);
  CHECK(right == count);
}

inline void killed_on_request(uv_loop_t* loop, const std::string& long_command) {
  ProcessResult result;
  ProcessRequest r;
  r.command = long_command;
  Process* p = process_run(loop, r, [&](ProcessResult got) { result = std::move(got); });
  process_kill(p);
  uv_run(loop, UV_RUN_DEFAULT);
  CHECK(result.outcome == ProcessResult::timed_out);
}

}  // namespace process_fixture
