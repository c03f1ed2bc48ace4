// cli/commands/check_command.cc - `picket check NAME`: one built-in check as a program.
#include <uv.h>

#include <cstdio>
#include <cstdlib>

#include "agent/agent.h"
#include "checks/run/check.h"
#include "checks/os/measure.h"
#include "cli/commands/commands.h"
#include "common/os/os.h"

namespace picket {
namespace {

int print_completion(const std::vector<std::string>& args) {
  std::string script = args.size() == 2 ? checks_completion(args[1]) : "";
  if (!script.empty()) return printf("%s", script.c_str()), 0;
  fprintf(stderr, "usage: picket check --completion bash|zsh|fish\n");
  return 2;
}

std::string own_path() {
  std::string path(4096, '\0');
  size_t size = path.size();
  path.resize(uv_exepath(&path[0], &size) == 0 ? size : 0);
  return path;
}

void* inner_start(uv_loop_t* loop, const std::string& command, std::function<void(int, std::string)> done) {
  static const std::string path = own_path();
  std::vector<std::string> words = check_command_words(command, path, os_shell_is_posix());
  if (words.empty()) return nullptr;
  return check_start(loop, std::move(words), [done = std::move(done)](CheckOutput o) { done(o.status, std::move(o.text)); });
}

void inner_cancel(void* job) { check_cancel(static_cast<CheckJob*>(job)); }

}  // namespace

void agent_use_inner_checks() { agent_set_inner_commands({inner_start, inner_cancel}); }

int check_command(const std::vector<std::string>& args) {
  if (!args.empty() && (args[0] == "--help" || args[0] == "-h")) return printf("%s", checks_list().c_str()), 0;
  if (!args.empty() && args[0] == "--completion") return print_completion(args);
  os_ignore_broken_pipes();
  uv_loop_t loop;
  uv_loop_init(&loop);
  CheckOutput output;
  check_start(&loop, args, [&](CheckOutput o) {
    output = std::move(o);
    uv_stop(&loop);
  });
  uv_run(&loop, UV_RUN_DEFAULT);
  fwrite(output.text.data(), 1, output.text.size(), stdout);
  fflush(stdout);
  std::_Exit(output.status);  // a thread may be stuck in the kernel: nothing waits for it
}

}  // namespace picket
