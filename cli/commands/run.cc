// cli/commands/run.cc - the command in between: started, passed through, waited for, reported.
#include "cli/commands/run.h"

#include <uv.h>

#include <csignal>
#include <cstdio>

#include "cli/commands/commands.h"
#include "common/socket/net.h"
#include "common/os/os.h"
#include "common/program/options_source.h"
#include "common/rules/resource_types.h"

namespace picket {
namespace {

constexpr const char* kUsage =
    "Usage: picket run --name NAME --ttl SPAN [--OPTION VALUE]... -- COMMAND [ARGUMENT]...\n\n"
    "Runs the command and reports its result to the local agent. If no result arrives within SPAN, the event becomes\n"
    "critical. Input, output and exit status of the command are unchanged.\n";
constexpr int kUsageError = 2;
constexpr const char* kAnswerOk = "ok";

struct Run {
  uv_loop_t loop{};
  uv_signal_t signals[3]{};
  Process* process = nullptr;
  ProcessResult result;
};

void say_error(const std::string& text) { fprintf(stderr, "picket run: %s\n", text.c_str()); }

// What is sent to us is meant for the command. Where there are no process groups its end is all that can be had.
void on_signal(uv_signal_t* handle, int number) {
  auto* run = static_cast<Run*>(handle->data);
  int pid = run->process ? process_pid(run->process) : 0;
  if (pid > 0 && uv_kill(-pid, number) != 0) process_kill(run->process);
}

void run_process(Run* run, const Options& options) {
  uv_loop_init(&run->loop);
  const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  for (int i = 0; i < 3; i++) {
    uv_signal_init(&run->loop, &run->signals[i]);
    run->signals[i].data = run;
    uv_signal_start(&run->signals[i], on_signal, numbers[i]);
  }
  ProcessRequest request;
  request.argv = options.args;
  request.pass_input = request.pass_output = request.output_tail = true;
  request.output_max = size_t(options.integer("output-max"));
  request.timeout_ms = options.duration_ms("timeout");
  run->process = process_run(&run->loop, std::move(request), [run](ProcessResult result) {
    run->result = std::move(result);
    run->process = nullptr;
    for (uv_signal_t& s : run->signals) uv_close(reinterpret_cast<uv_handle_t*>(&s), nullptr);
  });
  uv_run(&run->loop, UV_RUN_DEFAULT);
  process_let_go(&run->loop);  // what it left in the background lives on
  uv_run(&run->loop, UV_RUN_DEFAULT);
  uv_loop_close(&run->loop);
}

// One result to the agent's socket; true when it answered that it took it.
struct Report {
  uv_loop_t loop{};
  uv_timer_t deadline{};
  Net* net = nullptr;
  TcpConn* connection = nullptr;
  std::string answer;
  bool over = false;
};

void report_end(Report* r) {
  if (std::exchange(r->over, true)) return;
  if (r->connection) tcp_abort(r->connection);
  uv_close(reinterpret_cast<uv_handle_t*>(&r->deadline), nullptr);
  net_close(r->net, [] {});
}

bool agent_takes(const Options& options, const std::string& json) {
  Report r;
  uv_loop_init(&r.loop);
  r.net = net_open(&r.loop, {16});
  uv_timer_init(&r.loop, &r.deadline);
  r.deadline.data = &r;
  uv_timer_start(
      &r.deadline, [](uv_timer_t* t) { report_end(static_cast<Report*>(t->data)); },
      uint64_t(std::max<int64_t>(options.duration_ms("report-timeout"), 1)), 0);
  r.connection = tcp_connect(r.net, options.text("socket-host"), int(options.integer("socket-port")), options.duration_ms("report-timeout"),
                             [&r](TcpConn*, const TcpEvent& event) {
                               if (event.kind == TcpEvent::data) r.answer.append(event.bytes.substr(0, 64));
                               if (event.kind == TcpEvent::closed) r.connection = nullptr;
                               bool answered = event.kind == TcpEvent::data && r.answer.size() >= 2;
                               if (answered || event.kind == TcpEvent::ended || event.kind == TcpEvent::closed) report_end(&r);
                             });
  tcp_send(r.connection, json);
  uv_run(&r.loop, UV_RUN_DEFAULT);
  uv_loop_close(&r.loop);
  return r.answer.compare(0, 2, kAnswerOk) == 0;
}

std::string outbox_of(const Options& options) { return options.text("outbox").empty() ? outbox_default_dir() : options.text("outbox"); }

// What waited goes along: also what the agent may not read, because another user wrote it.
void deliver_waiting(const Options& options) {
  constexpr size_t kAtOnce = 20;  // the command's caller waits
  std::vector<std::string> files = outbox_files(outbox_of(options));
  for (size_t i = 0; i < files.size() && i < kAtOnce; i++) {
    Result<std::string> text = os_read_foreign_file(files[i], kOutboxFileMax);
    if (!text.ok()) continue;  // not ours to read, or no result at all: the agent says so
    if (!agent_takes(options, text.value)) return;
    (void)os_remove_file(files[i]);
  }
}

void report(const Options& options, const std::string& json) {
  if (agent_takes(options, json)) return deliver_waiting(options);
  std::string dir = outbox_of(options);
  std::vector<std::string> lost;
  Status s = outbox_write(dir, json, os_unix_ms(), &lost);
  if (!lost.empty())
    say_error(std::to_string(kOutboxFilesMax) + " results wait in " + dir + ", and no more are kept: lost is " + lost.back() +
              (lost.size() > 1 ? " and " + std::to_string(lost.size() - 1) + " older ones" : ""));
  std::string why =
      "the agent at " + options.text("socket-host") + ":" + std::to_string(options.integer("socket-port")) + " did not accept the result";
  say_error(s.ok() ? why + "; " + outbox_waiting_text(dir) : why + "; the result is lost: " + s.message);
}

Status check_name(const char* flag, const std::string& value) {
  const std::string shown = std::string(flag) + " \"" + value + "\"";
  if (Status s = validate_name(value, flag); !s.ok()) return fail(Err::invalid, s.message + ", as \"" + value + "\" has");
  if (value.find(':') != value.npos) return fail(Err::invalid, shown + ": an agent takes no colon; use letters, digits, dots and dashes");
  return {};
}

// What the agent would refuse later, when nobody reads it.
Status check_result_options(const Options& options) {
  if (Status s = check_name("--name", options.text("name")); !s.ok()) return s;
  if (options.text("name") == kKeepaliveCheck)
    return fail(Err::invalid, "--name keepalive: that is the agent's own event; choose another name");
  if (std::string source = options.text("source"); !source.empty())
    if (Status s = check_name("--source", source); !s.ok()) return s;
  if (int64_t ttl = options.duration_ms("ttl"); ttl < 0 || (ttl > 0 && ttl < 1000))
    return fail(Err::invalid, "--ttl: expected at least 1s, or 0 for no limit, not " + std::to_string(ttl) + " ms");
  for (const char* name : {"timeout", "report-timeout"})
    if (options.duration_ms(name) < 0) return fail(Err::invalid, "--" + std::string(name) + ": must not be negative");
  return {};
}

Status check_options(const Options& options) {
  if (options.text("name").empty()) return fail(Err::invalid, "--name is missing: expected the name of the check, e.g. --name backup");
  if (Status s = check_result_options(options); !s.ok()) return s;
  if (options.origin("ttl") == "default")
    return fail(Err::invalid, "--ttl is missing: expected the time until the next result is due, e.g. --ttl 25h (0 = no limit)");
  if (int64_t max = options.integer("output-max"); max < 0 || max > int64_t(kOutboxFileMax) / 2)
    return fail(Err::invalid,
                "--output-max " + std::to_string(max) + ": expected a value between 0 and " + std::to_string(kOutboxFileMax / 2));
  if (int64_t port = options.integer("socket-port"); port < 1 || port > 65535)
    return fail(Err::invalid, "--socket-port " + std::to_string(port) + ": between 1 and 65535");
  if (options.args.empty()) return fail(Err::invalid, "command is missing: expected it after --");
  return {};
}

}  // namespace

int run_command(const std::vector<std::string>& args) {
  Result<Options> options = options_load(kRunOptions, os_options_input(args));
  if (options.ok() && options.value.boolean("help")) return printf("%s", options_help(kRunOptions, kUsage).c_str()), 0;
  Status s = options.ok() ? check_options(options.value) : options.status;
  if (!s.ok()) return say_error(s.message), kUsageError;
  Run run;
  run_process(&run, options.value);
  if (run.result.outcome == ProcessResult::failed_to_start) say_error(run.result.output);
  report(options.value, run_result_json(options.value, run.result));
  process_pass_rest(run.result);
  return run_exit_status(run.result);
}

}  // namespace picket
