// common/process/process.cc - see process.h for the table of states. Every path ends in process_close.
#include "common/process/process.h"

#include <fcntl.h>
#include <unistd.h>  // mingw has it too

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <list>

#include "common/text/log.h"
#include "common/os/os.h"
#include "common/process/output_pass.h"
#include "common/process/process_os.h"

namespace picket {
namespace {

constexpr int kQuestionMs = 5000;  // for what has to be asked before the start
constexpr int kStuckMs = 5000;     // after SIGKILL: longer than this is a process stuck in the kernel
constexpr size_t kReadSize = 64 * 1024;
constexpr uint64_t kPassAgainMs = 5;    // until a slow reader of our output is tried again
constexpr uint64_t kLeftPauseMs = 100;  // between two reads of what is left behind: 640 kB a second

}  // namespace

struct Process {
  enum State { failed, asking, running, asked, killed, draining, left, closing } state = failed;
  ProcessRequest request;
  ProcessDone done;
  ProcessResult result;
  ProcessPlan plan;
  Process* question = nullptr;  // asking: the command that finds out what the plan lacks
  bool exited = false, pipes_ended = false, reported = false;
  int64_t started_ns = 0;
  uint64_t drain_until = 0;  // loop time
  uv_loop_t* loop = nullptr;
  void* group = nullptr;
  ProcessChild child;
  uv_pipe_t in{}, out{}, err{};  // data is null until initialised. err: only when output is passed on, so that the two stay apart
  uv_write_t in_write{};
  uv_timer_t deadline{}, pass_again{};     // pass_again: only when output is passed on
  OutputPass pass[2];                      // out's, err's
  int readers_open = 0, handles_open = 0;  // handles_open: initialised and not yet closed
};

namespace {

std::set<int>& running_pids() {
  static std::set<int> pids;
  return pids;
}

std::list<Process*>& processes_left() {  // the oldest first
  static std::list<Process*> processes;
  return processes;
}

Process* owner(void* handle) { return static_cast<Process*>(static_cast<uv_handle_t*>(handle)->data); }

// Forgets the beginning now and then rather than at every read.
void tail_trim(Process* p, size_t limit) {
  std::string& kept = p->result.output;
  if (kept.size() <= limit) return;
  size_t excess = kept.size() - p->request.output_max;
  kept.erase(0, excess);
  p->result.output_dropped += excess;
}

void report(Process* p) {
  if (p->reported) return;
  p->reported = true;
  if (p->request.output_tail) tail_trim(p, p->request.output_max);
  p->result.output = process_output_text(std::move(p->result.output), p->result.output_dropped > 0);
  p->result.duration = double(uv_hrtime() - uint64_t(p->started_ns)) / 1e9;
  for (int i = 0; i < 2; i++) p->result.unpassed[i] = std::move(p->pass[i].waiting);
  ProcessDone done = std::move(p->done);
  if (done) done(std::move(p->result));
}

void on_closed(uv_handle_t* handle) {
  Process* p = owner(handle);
  if (--p->handles_open > 0) return;
  if (p->state != Process::closing && p->state != Process::left) return;  // the child's input may end before the rest
  processes_left().remove(p);
  process_group_close(p->group);
  report(p);
  if (p->child.handle) p->child.free(p->child.handle);
  delete p;
}

void handle_close(void* handle) {
  uv_handle_t* h = static_cast<uv_handle_t*>(handle);
  if (h && h->data && !uv_is_closing(h)) uv_close(h, on_closed);
}

void process_close(Process* p) {
  if (p->state == Process::closing) return;
  p->state = Process::closing;
  for (void* h : {(void*)p->child.handle, (void*)&p->in, (void*)&p->out, (void*)&p->err, (void*)&p->deadline, (void*)&p->pass_again})
    handle_close(h);
}

// The command has ended, and something it started holds its pipe.
void process_leave(Process* p) {
  p->state = Process::left;
  for (void* h : {(void*)p->child.handle, (void*)&p->in, (void*)&p->pass_again}) handle_close(h);
  for (void* h : {(void*)&p->out, (void*)&p->err, (void*)&p->deadline})
    if (static_cast<uv_handle_t*>(h)->data) uv_unref(static_cast<uv_handle_t*>(h));
  processes_left().push_back(p);
  report(p);
  std::string().swap(p->result.output);
  if (processes_left().size() <= kProcessesLeftMax) return;
  log_warn("process", "too many background processes hold the output of finished commands; closing the oldest",
           {{"pid", processes_left().front()->result.pid}, {"limit", kProcessesLeftMax}});
  process_close(processes_left().front());
}

// ---- input ----

void input_start(Process* p) {
  if (p->request.input.empty()) return;
  uv_buf_t bytes = uv_buf_init(p->request.input.data(), unsigned(p->request.input.size()));
  int error = uv_write(&p->in_write, reinterpret_cast<uv_stream_t*>(&p->in), &bytes, 1,
                       [](uv_write_t* w, int) { handle_close(w->handle); });  // a child that does not read is not an error
  if (error != 0) handle_close(&p->in);
}

// ---- output ----

void tail_take(Process* p, const char* bytes, size_t count) {
  p->result.output.append(bytes, count);
  tail_trim(p, p->request.output_max * 2);
}

void output_take(Process* p, const char* bytes, size_t count) {
  if (p->state == Process::left) return;
  if (p->request.output_tail) return tail_take(p, bytes, count);
  size_t room = p->request.output_max - std::min(p->request.output_max, p->result.output.size());
  p->result.output.append(bytes, std::min(count, room));
  p->result.output_dropped += count - std::min(count, room);
}

void on_alloc(uv_handle_t*, size_t, uv_buf_t* buffer) {
  static thread_local char bytes[kReadSize];
  *buffer = uv_buf_init(bytes, sizeof bytes);
}

void reader_close(Process* p, uv_stream_t* stream) {
  handle_close(stream);
  if (--p->readers_open == 0 && p->exited) process_close(p);
}

// ---- output that is passed on ----

uv_stream_t* stream_of(Process* p, int i) { return reinterpret_cast<uv_stream_t*>(i == 0 ? &p->out : &p->err); }

bool is_reading(const uv_stream_t* stream) { return uv_is_active(reinterpret_cast<const uv_handle_t*>(stream)) != 0; }

// Our reader is gone: so it is for the command, whose next write says so. Anything else (a full disk) cannot be passed on to the command.
void pass_failed(Process* p, int i) {
  int error = p->pass[i].error;
  p->pass[i].fd = -1;
  if (error == EPIPE) return reader_close(p, stream_of(p, i));
  log_error("process", i == 0 ? "the command's output cannot be passed on to stdout" : "the command's output cannot be passed on to stderr",
            {{"error", strerror(error)}});
}

// What a command that has ended left in its pipe is taken all the same: there is no deadline any more that could pass meanwhile.
size_t pass_room(const Process* p) { return p->exited ? kPassWaitingMax : 1; }

void on_pass_again(uv_timer_t* timer);

void pass_on(Process* p, int i, std::string_view bytes) {
  OutputPass& pass = p->pass[i];
  bool all = output_pass_add(&pass, bytes);
  if (pass.error != 0 && pass.fd >= 0) return pass_failed(p, i);
  if (pass.waiting.size() >= pass_room(p)) uv_read_stop(stream_of(p, i));
  if (!all) uv_timer_start(&p->pass_again, on_pass_again, kPassAgainMs, 0);
}

bool is_timed_out(const Process* p) { return p->result.outcome == ProcessResult::timed_out; }
void drain_wait(Process* p);
void left_pause(Process* p);

void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  Process* p = owner(stream);
  if (count > 0) {
    output_take(p, buffer->base, size_t(count));
    if (p->request.on_output && p->state != Process::left) p->request.on_output({buffer->base, size_t(count)});
    if (p->state != Process::left) pass_on(p, stream == stream_of(p, 1), {buffer->base, size_t(count)});
    if (p->state == Process::draining) drain_wait(p);
    if (p->state == Process::left) left_pause(p);
    return;
  }
  if (count < 0) reader_close(p, stream);
}

void on_pass_again(uv_timer_t* timer) {
  Process* p = owner(timer);
  for (int i = 0; i < 2; i++) {
    if (p->pass[i].waiting.empty()) continue;
    pass_on(p, i, {});
    auto* h = reinterpret_cast<uv_handle_t*>(stream_of(p, i));
    if (p->pass[i].waiting.size() < pass_room(p) && h->data && !uv_is_closing(h) && !is_reading(stream_of(p, i)))
      uv_read_start(stream_of(p, i), on_alloc, on_read);
  }
}

int readers_start(Process* p) {  // how many read
  int count = 0;
  for (uv_pipe_t* pipe : {&p->out, &p->err})
    if (pipe->data && !uv_is_closing(reinterpret_cast<uv_handle_t*>(pipe)) &&
        uv_read_start(reinterpret_cast<uv_stream_t*>(pipe), on_alloc, on_read) == 0)
      count++;
  return count;
}

// ---- end ----

void on_deadline(uv_timer_t* timer);

// What nobody wants is read slowly: one that writes without end waits for us, not we for it.
void left_pause(Process* p) {
  for (uv_pipe_t* pipe : {&p->out, &p->err})
    if (pipe->data && !uv_is_closing(reinterpret_cast<uv_handle_t*>(pipe))) uv_read_stop(reinterpret_cast<uv_stream_t*>(pipe));
  uv_timer_start(&p->deadline, on_deadline, kLeftPauseMs, 0);
}

void kill_tree(Process* p) {
  p->state = Process::killed;
  p->result.outcome = ProcessResult::timed_out;
  p->result.kill_failed = !process_group_kill(p->group, p->result.pid);
  uv_timer_start(&p->deadline, on_deadline, kStuckMs, 0);
}

// First SIGTERM: a command may have something to clean up.
void ask_tree(Process* p) {
  if (!process_group_terminate(p->group, p->result.pid)) return kill_tree(p);
  p->state = Process::asked;
  p->result.outcome = ProcessResult::timed_out;
  uv_timer_start(&p->deadline, on_deadline, uint64_t(p->request.terminate_ms), 0);
}

void on_deadline(uv_timer_t* timer) {
  Process* p = owner(timer);
  switch (p->state) {
    case Process::running: ask_tree(p); break;
    case Process::asked: kill_tree(p); break;
    case Process::killed:  // the struct stays until the kernel gives the child back
      p->result.kill_failed = true;
      for (void* h :
           {(void*)p->child.handle, (void*)&p->in, (void*)&p->out, (void*)&p->err})  // and the end of the program does not wait for it
        if (auto* handle = static_cast<uv_handle_t*>(h); handle && handle->data) uv_unref(handle);
      report(p);
      break;
    case Process::draining:
      if (!is_timed_out(p)) return process_leave(p);
      (void)process_group_kill(p->group, p->result.pid);
      process_close(p);
      break;
    case Process::left: readers_start(p); break;
    case Process::failed:
    case Process::asking:
    case Process::closing: break;
  }
}

void on_exit(uv_handle_t* child, int64_t status, int signal) {
  Process* p = owner(child);
  p->exited = true;
  running_pids().erase(p->result.pid);
  p->result.status = signal != 0 ? signal : int(status);
  if (p->result.outcome != ProcessResult::timed_out) p->result.outcome = signal != 0 ? ProcessResult::signalled : ProcessResult::exited;
  else p->result.kill_failed = !process_group_kill(p->group, p->result.pid);  // those that ignored SIGTERM
  if (p->readers_open == 0) return process_close(p);
  p->state = Process::draining;
  p->drain_until = uv_now(p->loop) + kProcessDrainMs;
  readers_start(p);  // those that waited for a slow reader of ours
  drain_wait(p);
}

// Until the pipe was quiet for a while, or for all of the time when those that hold it were killed.
void drain_wait(Process* p) {
  uint64_t now = uv_now(p->loop), rest = p->drain_until > now ? p->drain_until - now : 0;
  uv_timer_start(&p->deadline, on_deadline, is_timed_out(p) ? rest : std::min<uint64_t>(rest, kProcessQuietMs), 0);
}

// ---- start ----

template <class Handle, class Init>
int handle_open(Process* p, Handle* handle, Init init) {
  int error = init(handle);
  if (error != 0) return error;
  handle->data = p;
  p->handles_open++;
  return 0;
}

void pass_open(Process* p) {
  handle_open(p, &p->pass_again, [p](uv_timer_t* h) { return uv_timer_init(p->loop, h); });
  for (int i = 0; i < 2; i++) p->pass[i].fd = i + 1;
}

struct PipePair {  // [0] is read from, [1] written to; whatever is still ours is closed in the end
  uv_file fd[2] = {-1, -1};
  int open(int read_flags, int write_flags) { return uv_pipe(fd, read_flags, write_flags); }
  uv_file take(int i) {
    uv_file f = fd[i];
    fd[i] = -1;
    return f;
  }
  ~PipePair() {
    for (uv_file f : fd)
      if (f >= 0) close(f);
  }
};

int pipe_open(Process* p, uv_pipe_t* pipe, uv_file fd) {
  int error = handle_open(p, pipe, [p](uv_pipe_t* h) { return uv_pipe_init(p->loop, h, 0); });
  if (error == 0) error = uv_pipe_open(pipe, fd);
  if (error != 0) close(fd);
  return error;
}

int reader_open(Process* p, uv_pipe_t* pipe, PipePair& pair) {
  int error = pair.open(UV_NONBLOCK_PIPE, 0);
  if (error == 0) error = pipe_open(p, pipe, pair.take(0));
  return error;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> all;
  for (std::string& s : strings) all.push_back(s.data());
  all.push_back(nullptr);
  return all;
}

uv_stdio_container_t inherit(uv_file fd) {
  uv_stdio_container_t c{};
  c.flags = fd >= 0 ? UV_INHERIT_FD : UV_IGNORE;
  c.data.fd = fd;
  return c;
}

int child_start(Process* p) {
  ProcessPlan& plan = p->plan;
  PipePair in, out, err;
  int error = reader_open(p, &p->out, out);
  if (error == 0 && p->request.pass_output) error = reader_open(p, &p->err, err);
  if (error == 0 && !p->request.input.empty()) error = in.open(0, UV_NONBLOCK_PIPE);
  if (error == 0 && !p->request.input.empty()) error = pipe_open(p, &p->in, in.take(1));
  if (error != 0) return error;

  uv_stdio_container_t stdio[3] = {inherit(p->request.pass_input ? 0 : in.fd[0]), inherit(out.fd[1]),
                                   inherit(p->request.pass_output ? err.fd[1] : out.fd[1])};
  std::vector<char*> argv = pointers(plan.argv), env = pointers(p->request.env);
  uv_process_options_t options{};
  options.file = plan.file.c_str();
  options.args = argv.data();
  options.env = p->request.env.empty() ? nullptr : env.data();
  options.cwd = p->request.directory.empty() ? nullptr : p->request.directory.c_str();
  options.flags = plan.flags;
  options.stdio = stdio;
  options.stdio_count = 3;
  options.uid = static_cast<uv_uid_t>(plan.uid);
  options.gid = static_cast<uv_gid_t>(plan.gid);
  uint64_t mark = process_mark();
  int started = (p->request.die_with_us ? process_start_bound : process_start)(p->loop, options, on_exit, &p->child);
  process_unmark();
  p->child.mark = mark;
  if (p->child.handle) {
    p->child.handle->data = p;
    p->handles_open++;
  }
  return started;
}

void started(Process* p) {
  p->state = Process::running;
  p->result.pid = p->child.pid;
  running_pids().insert(p->result.pid);
  p->group = process_group_open(p->child, p->request.limits);
  p->readers_open = readers_start(p);
  input_start(p);
  if (p->request.timeout_ms > 0) uv_timer_start(&p->deadline, on_deadline, uint64_t(p->request.timeout_ms), 0);
}

std::string failure_text(const ProcessRequest& request, const ProcessPlan& plan, int error) {
  if (!plan.error.empty()) return plan.error;
  if (!request.directory.empty() && !os_is_dir(request.directory))
    return "start " + plan.file + ": no directory " + request.directory + " to run in";
  return "start " + plan.file + ": " + uv_strerror(error);
}

void plan_start(Process* p) {
  p->state = Process::failed;
  int error = p->plan.error.empty() ? child_start(p) : UV_EINVAL;
  if (error == 0) return started(p);
  p->result.outcome = ProcessResult::failed_to_start;
  p->result.output = failure_text(p->request, p->plan, error);
  process_close(p);
}

// The time until the deadline begins with the command, not with the question.
void plan_ask(Process* p) {
  p->state = Process::asking;
  ProcessRequest request;
  request.argv = p->plan.question;
  request.timeout_ms = kQuestionMs;
  request.terminate_ms = 100;
  request.output_max = 64u << 10;
  p->question = process_run(p->loop, std::move(request), [p](ProcessResult answer) {
    p->question = nullptr;
    process_plan_answer(p->request, answer, &p->plan);
    plan_start(p);
  });
}

}  // namespace

Process* process_run(uv_loop_t* loop, ProcessRequest request, ProcessDone done) {
  os_ignore_broken_pipes();
  Process* p = new Process;
  p->loop = loop;
  p->request = std::move(request);
  p->done = std::move(done);
  p->result.started_ms = os_unix_ms();
  p->started_ns = int64_t(uv_hrtime());
  uv_update_time(loop);  // the deadline counts from now, not from when this turn of the loop began
  handle_open(p, &p->deadline, [loop](uv_timer_t* h) { return uv_timer_init(loop, h); });
  if (p->request.pass_output) pass_open(p);
  p->plan = process_plan(p->request);
  if (p->plan.question.empty()) plan_start(p);
  else plan_ask(p);
  return p;
}

int process_pid(const Process* p) { return p->result.pid; }

void process_kill(Process* p) {
  if (p->question) return process_kill(p->question);
  if (p->state == Process::running || p->state == Process::asked) kill_tree(p);
}

void process_ask(Process* p) {
  if (p->question) return process_ask(p->question);
  if (p->state == Process::running) ask_tree(p);
}

void process_pass_rest(const ProcessResult& result) {
  for (int i = 0; i < 2; i++) (void)output_pass_wait(i + 1, result.unpassed[i]);
}

void process_let_go(uv_loop_t* loop) {
  std::list<Process*> all = processes_left();
  for (Process* p : all)
    if (p->loop == loop) process_close(p);
}

const std::set<int>& process_running() { return running_pids(); }

}  // namespace picket
