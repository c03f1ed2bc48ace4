// cli/dispatch/ctl_main.cc - the world around one invocation: terminal, environment, a loop for each request.
#include <uv.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "cli/ctl/ctl.h"
#include "cli/show/table.h"
#include "cli/show/terminal_text.h"
#include "common/os/os.h"
#include "common/basic/stdin_line.h"

namespace picket {
namespace {

// One request on a loop of its own: the command line has nothing else to do meanwhile.
CtlReply transport_call(const HttpClientRequest& request) {
  uv_loop_t loop;
  CtlReply reply;
  if (uv_loop_init(&loop) != 0) {
    reply.transport = fail(Err::io, "cannot create an event loop: no file descriptor available");
    return reply;
  }
  Net* net = net_open(&loop, {16});
  http_call(net, request, [&](HttpClientResponse response) {
    reply.transport = std::move(response.status);
    reply.code = response.code;
    reply.headers = std::move(response.headers);
    reply.body = std::move(response.body);
    net_close(net, [] {});
  });
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  return reply;
}

std::string read_input() {
  std::string all;
  char buffer[16384];
  while (size_t n = fread(buffer, 1, sizeof buffer, stdin)) all.append(buffer, n);
  return all;
}

void write_to(FILE* file, std::string_view text) {
  fwrite(text.data(), 1, text.size(), file);
  fflush(file);
}

// Colours are for a person at a terminal who did not say no (NO_COLOR, TERM=dumb). Under the name sensuctl they also go into pipes, as
// sensuctl's do.
bool wants_colours(const std::string& program) {
  const char *no_color = std::getenv("NO_COLOR"), *term = std::getenv("TERM");
  const bool is_refused = (no_color && *no_color) || (term && std::string_view(term) == "dumb");
  return !is_refused && (program == "sensuctl" || uv_guess_handle(fileno(stdout)) == UV_TTY);
}

// Broken off while a password is typed: the terminal must not stay mute.
void on_interrupt(int) {
  (void)os_terminal_echo(true);
  _Exit(130);
}

bool switch_echo(bool on) {
  std::signal(SIGINT, on ? SIG_DFL : on_interrupt);
  return os_terminal_echo(on);
}

}  // namespace

int ctl_main(const std::string& program, const std::vector<std::string>& argv) {
  Ctl ctl;
  ctl.program = program;
  ctl.env = os_environment();
  ctl.transport = transport_call;
  ctl.read_input = read_input;
  ctl.read_line = stdin_line;
  ctl.echo = switch_echo;
  const bool colours = wants_colours(program);
  ctl.on_terminal = uv_guess_handle(1) == UV_TTY;
  ctl.write_out = [colours, shown = ctl.on_terminal](std::string_view text) {
    const std::string plain = colours ? std::string(text) : strip_styles(text);
    write_to(stdout, shown ? terminal_masked(plain, true) : plain);
  };
  ctl.write_err = [](std::string_view text) { write_to(stderr, text); };
  ctl.now_ms = os_unix_ms();
  ctl.clock = os_unix_ms;
  return ctl_run(ctl, argv);
}

}  // namespace picket
