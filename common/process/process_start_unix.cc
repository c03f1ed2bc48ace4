// common/process/process_start_unix.cc - starting a command and hearing of its end.
//
// On Linux by posix_spawn, whose child borrows our memory until it has become the command: fork copies the tables of all
// memory an agent has, and makes both sides pay for each page written afterwards. Its end is reported by a file descriptor of
// the process (Linux 5.3), so nobody looks through all children at each SIGCHLD. What these two cannot do (another user, a
// program to be looked for in PATH, an older kernel) uv_spawn does.
#include "common/process/process_os.h"

#ifdef __linux__
#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#endif

namespace picket {

#ifdef __linux__
namespace {

#ifndef SYS_pidfd_open
constexpr long SYS_pidfd_open = 434;  // the same on every architecture
#endif

struct PidWatch {
  uv_poll_t poll{};
  int fd = -1, pid = 0;
  ProcessExited exited = nullptr;
};

void watch_free(uv_handle_t* handle) {
  PidWatch* w = reinterpret_cast<PidWatch*>(handle);
  if (w->fd >= 0) close(w->fd);
  delete w;
}

void on_ended(uv_poll_t* poll, int, int) {
  PidWatch* w = reinterpret_cast<PidWatch*>(poll);
  int status = 0;
  pid_t pid = waitpid(w->pid, &status, WNOHANG);
  if (pid == 0 || (pid < 0 && errno == EINTR)) return;
  uv_poll_stop(poll);
  if (pid < 0) return w->exited(reinterpret_cast<uv_handle_t*>(poll), 0, 0);  // somebody else waited for it
  w->exited(reinterpret_cast<uv_handle_t*>(poll), WIFEXITED(status) ? WEXITSTATUS(status) : 0, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

int null_device() {
  static const int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  return fd;
}

struct Actions {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  Actions() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~Actions() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
};

// Default signals, none blocked, a session of its own, and the three standard streams.
int actions_fill(Actions& a, const uv_process_options_t& options) {
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&a.attributes, &all);
  posix_spawnattr_setsigmask(&a.attributes, &none);
  short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
  if (options.flags & UV_PROCESS_DETACHED) flags |= POSIX_SPAWN_SETSID;
  posix_spawnattr_setflags(&a.attributes, flags);
  for (int i = 0; i < options.stdio_count; i++) {
    int fd = options.stdio[i].flags & UV_INHERIT_FD ? options.stdio[i].data.fd : null_device();
    if (int error = posix_spawn_file_actions_adddup2(&a.actions, fd, i); error != 0) return error;
  }
  return options.cwd ? posix_spawn_file_actions_addchdir_np(&a.actions, options.cwd) : 0;
}

// A stream that lies where another one is to come would be overwritten before it is used.
bool is_plain(const uv_process_options_t& options) {
  if (options.flags & ~unsigned(UV_PROCESS_DETACHED)) return false;
  if (!strchr(options.file, '/') || null_device() < 3) return false;
  for (int i = 0; i < options.stdio_count; i++)
    if (options.stdio[i].flags & UV_INHERIT_FD && options.stdio[i].data.fd < 3 && options.stdio[i].data.fd != i) return false;
  return true;
}

int pid_descriptor(int pid) { return int(syscall(SYS_pidfd_open, pid, 0)); }

// A parent that ignores SIGCHLD hands that down, and then nobody's exit status is kept.
void statuses_keep() {
  struct sigaction now {};
  if (sigaction(SIGCHLD, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) (void)signal(SIGCHLD, SIG_DFL);
}

bool has_pid_descriptors() {
  static const bool has = [] {
    statuses_keep();
    int fd = pid_descriptor(getpid());
    if (fd >= 0) close(fd);
    return fd >= 0;
  }();
  return has;
}

// The child runs already: whatever fails here ends it.
int watch_open(uv_loop_t* loop, int pid, ProcessExited exited, ProcessChild* child) {
  PidWatch* w = new PidWatch;
  w->fd = pid_descriptor(pid);
  w->pid = pid;
  w->exited = exited;
  int error = w->fd < 0 ? -errno : uv_poll_init(loop, &w->poll, w->fd);
  if (error != 0) {
    watch_free(reinterpret_cast<uv_handle_t*>(w));
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return error;
  }
  *child = {reinterpret_cast<uv_handle_t*>(w), pid, 0, watch_free};
  return uv_poll_start(&w->poll, UV_READABLE, on_ended);
}

// ---- a child that is asked to end when we are gone ----
//
// posix_spawn has no word for it: fork, for the few programs that run as long as we do. In the child only what is safe after it.

[[noreturn]] void bound_run(const uv_process_options_t& options, int parent, int report) {
  sigset_t none;
  sigemptyset(&none);
  if (options.flags & UV_PROCESS_DETACHED) setsid();
  for (int s = 1; s < NSIG; s++) (void)signal(s, SIG_DFL);
  (void)sigprocmask(SIG_SETMASK, &none, nullptr);
  bool ready = prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent;  // gone meanwhile: nobody would tell us
  for (int i = 0; i < options.stdio_count && ready; i++)
    ready = dup2(options.stdio[i].flags & UV_INHERIT_FD ? options.stdio[i].data.fd : null_device(), i) >= 0;
  if (ready && (!options.cwd || chdir(options.cwd) == 0)) execve(options.file, options.args, options.env ? options.env : environ);
  const int error = errno;
  (void)!write(report, &error, sizeof error);
  _exit(127);
}

// What execve said, by a pipe that closes when it succeeds.
int bound_fork(const uv_process_options_t& options, pid_t* pid) {
  int report[2], error = 0;
  if (pipe2(report, O_CLOEXEC) != 0) return errno;
  const int parent = getpid();
  *pid = fork();
  if (*pid == 0) bound_run(options, parent, report[1]);
  if (*pid < 0) error = errno;
  close(report[1]);
  if (*pid > 0 && read(report[0], &error, sizeof error) > 0) waitpid(*pid, nullptr, 0);
  close(report[0]);
  return error;
}

}  // namespace

int process_start_bound(uv_loop_t* loop, uv_process_options_t& options, ProcessExited exited, ProcessChild* child) {
  if (!is_plain(options) || !has_pid_descriptors()) return process_start_uv(loop, options, exited, child);
  pid_t pid = 0;
  const int error = bound_fork(options, &pid);
  return error == 0 ? watch_open(loop, pid, exited, child) : -error;
}

int process_start(uv_loop_t* loop, uv_process_options_t& options, ProcessExited exited, ProcessChild* child) {
  if (!is_plain(options) || !has_pid_descriptors()) return process_start_uv(loop, options, exited, child);
  Actions a;
  int error = actions_fill(a, options);
  pid_t pid = 0;
  if (error == 0) error = posix_spawn(&pid, options.file, &a.actions, &a.attributes, options.args, options.env ? options.env : environ);
  return error == 0 ? watch_open(loop, pid, exited, child) : -error;
}
#else
int process_start(uv_loop_t* loop, uv_process_options_t& options, ProcessExited exited, ProcessChild* child) {
  return process_start_uv(loop, options, exited, child);
}
int process_start_bound(uv_loop_t* loop, uv_process_options_t& options, ProcessExited exited, ProcessChild* child) {
  return process_start_uv(loop, options, exited, child);
}
#endif

}  // namespace picket
