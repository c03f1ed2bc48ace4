// common/process/process_unix.cc - the command is leader of a new session; the session is what we kill.
#include <dirent.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "common/os/os.h"
#include "common/process/process_os.h"

namespace picket {
namespace {

constexpr int kKillRounds = 5;  // each finds what was started while the one before was killing

// `sh` as the agent's PATH finds it, not the child's: its environment may have none.
std::string shell_path() {
  const char* path = getenv("PATH");
  std::string dirs = path ? path : "/bin:/usr/bin";
  for (size_t at = 0; at <= dirs.size();) {
    size_t end = std::min(dirs.find(':', at), dirs.size());
    std::string candidate = dirs.substr(at, end - at) + "/sh";
    if (end > at && access(candidate.c_str(), X_OK) == 0) return candidate;
    at = end + 1;
  }
  return "/bin/sh";
}

// libuv cannot set limits in the child, so a shell sets them and becomes the command.
std::string limits_script(const ProcessLimits& limits) {
  std::string script;
  if (limits.memory_bytes > 0) script += "ulimit -v " + std::to_string((limits.memory_bytes + 1023) / 1024) + " || exit 126; ";
  if (limits.cpu_seconds > 0) script += "ulimit -t " + std::to_string(limits.cpu_seconds) + " || exit 126; ";
  if (script.empty() && limits.nice == 0) return {};
  return script + "exec " + (limits.nice ? "nice -n " + std::to_string(limits.nice) + " " : std::string()) + "\"$@\"";
}

std::string no_user(const std::string& user, const std::string& where) {
  return "cannot run the command as user \"" + user + "\": unknown user" + where;
}

void plan_become(unsigned uid, unsigned gid, ProcessPlan* plan) {
  if (uid == geteuid()) return;
  plan->uid = uid;
  plan->gid = gid;
  plan->flags |= UV_PROCESS_SETUID | UV_PROCESS_SETGID;
}

// Names with these would be other questions than for a user's name: a number is looked up as an id.
bool is_user_name(const std::string& user) {
  return user[0] != '-' && user.find_first_of(std::string(":\n\0", 3)) == user.npos && user.find_first_not_of("0123456789") != user.npos;
}

// In /etc/passwd alone (os_own_name_services), which answers at once.
void plan_user(const std::string& user, ProcessPlan* plan) {
  std::string buffer(4096, '\0');
  passwd entry{}, *found = nullptr;
  int error = getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
  for (; error == ERANGE && buffer.size() < (1u << 20); error = getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found))
    buffer.resize(buffer.size() * 4);
  if (found) return plan_become(entry.pw_uid, entry.pw_gid, plan);
  if (!is_user_name(user)) plan->error = no_user(user, "");
  else plan->question = {"getent", "passwd", user};
}

// The number between the colons, the first of which is at `*at`; the largest one stands for "none" in system calls.
bool id_read(const std::string& line, size_t* at, unsigned* id) {
  size_t end = *at == line.npos ? line.npos : line.find(':', *at + 1);
  if (end == line.npos || end - *at < 2 || end - *at > 11) return false;
  if (line.find_first_not_of("0123456789", *at + 1) != end) return false;
  unsigned long long value = strtoull(line.c_str() + *at + 1, nullptr, 10);
  *at = end;
  *id = unsigned(value);
  return value < 0xffffffffu;
}

// name:password:uid:gid:...; the directory may write the name in other letters than we asked.
bool ids_read(const std::string& line, unsigned* uid, unsigned* gid) {
  size_t at = line.find(':');
  at = at == line.npos ? at : line.find(':', at + 1);
  return id_read(line, &at, uid) && id_read(line, &at, gid);
}

struct Stat { int pid = 0, parent = 0, group = 0, session = 0; char state = 0; uint64_t started = 0; };

// The name in /proc/PID/stat may hold blanks and parentheses: what counts begins after the last one.
bool stat_read(int pid, Stat* out) {
  Result<std::string> text = os_read_file("/proc/" + std::to_string(pid) + "/stat", 4096);
  size_t name_end = text.ok() ? text.value.rfind(')') : std::string::npos;
  if (name_end == std::string::npos) return false;
  out->pid = pid;
  unsigned long long started = 0;
  int got = sscanf(text.value.c_str() + name_end + 1, " %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                   &out->state, &out->parent, &out->group, &out->session, &started);
  out->started = started;
  return got == 5;
}

// ---- the mark ----
//
// A soft limit that Linux has not looked at since 2.4 (file locks), and any number there: the upper half is this process's own, as
// there may be several of us on a machine, the lower half the command's. It is inherited by everything, whatever changes its session,
// its environment or its parents. Environment variables would do for those that do not clear them; making ourselves the reaper of
// orphans would show that a process is left, but not of which command; a cgroup for each command needs a unit that delegates, and two
// milliseconds each time.

#ifdef RLIMIT_LOCKS
const rlimit& own_limit() {
  static const rlimit limit = [] {
    rlimit l{};
    if (getrlimit(RLIMIT_LOCKS, &l) != 0) l.rlim_cur = 0;
    return l;
  }();
  return limit;
}

uint64_t mark_read(int pid) {
  Result<std::string> text = os_read_file("/proc/" + std::to_string(pid) + "/limits", 8192);
  size_t at = text.value.find("Max file locks");
  unsigned long long soft = 0;
  return at != std::string::npos && sscanf(text.value.c_str() + at + 14, " %llu", &soft) == 1 ? soft : 0;
}
#else
uint64_t mark_read(int) { return 0; }
#endif

// The command, and those that were its own when it was asked to end.
struct Group {
  int pid = 0;
  uint64_t mark = 0, started = 0;
  std::map<int, uint64_t> members;  // pid and start: a number that was given to somebody else is not killed
};

std::vector<Stat> all_processes() {
  std::vector<Stat> all;
  DIR* proc = opendir("/proc");
  if (!proc) return all;
  while (const dirent* entry = readdir(proc)) {
    Stat s;
    if (int pid = atoi(entry->d_name); pid > 0 && stat_read(pid, &s)) all.push_back(s);
  }
  closedir(proc);
  return all;
}

bool is_dead(const Stat& s) { return s.state == 'Z' || s.state == 'X'; }

bool is_of_group(const Group& g, const Stat& s) {
  if (s.session == g.pid || (s.pid == g.pid && s.parent == getpid())) return true;
  if (auto known = g.members.find(s.pid); known != g.members.end() && known->second == s.started) return true;
  return g.mark != 0 && s.started >= g.started && s.pid != getpid() && mark_read(s.pid) == g.mark;
}

// Members of the session (a shell with job control makes process groups of its own), what carries the mark, and what descends from them.
std::set<int> tree_of(const Group& g, const std::vector<Stat>& all) {
  std::set<int> tree;
  for (const Stat& s : all)
    if (is_of_group(g, s)) tree.insert(s.pid);
  for (bool grown = true; grown;) {
    grown = false;
    for (const Stat& s : all)
      if (tree.count(s.parent) && tree.insert(s.pid).second) grown = true;
  }
  tree.erase(getpid());
  return tree;
}

// How many were alive.
int tree_signal(Group& g, int signal) {
  std::vector<Stat> all = all_processes();
  std::set<int> tree = tree_of(g, all);
  int living = 0;
  for (const Stat& s : all) {
    if (!tree.count(s.pid) || is_dead(s)) continue;
    living++;
    g.members[s.pid] = s.started;
    (void)kill(s.pid, signal);
  }
  return living;
}

}  // namespace

ProcessPlan process_plan(const ProcessRequest& request) {
  ProcessPlan plan;
  plan.flags = UV_PROCESS_DETACHED;  // setsid: session and process group of its own
  plan.argv = request.argv.empty() ? std::vector<std::string>{shell_path(), "-c", request.command} : request.argv;
  plan.file = plan.argv[0];
  if (request.argv.empty()) plan.argv[0] = "sh";
  if (std::string script = limits_script(request.limits); !script.empty()) {
    std::vector<std::string> wrapped = {"sh", "-c", script, "sh"};
    plan.argv[0] = plan.file;
    wrapped.insert(wrapped.end(), plan.argv.begin(), plan.argv.end());
    plan.argv = std::move(wrapped);
    plan.file = shell_path();
  }
  if (!request.limits.user.empty()) plan_user(request.limits.user, &plan);
  return plan;
}

void process_plan_answer(const ProcessRequest& request, const ProcessResult& answer, ProcessPlan* plan) {
  const std::string& user = request.limits.user;
  plan->question.clear();
  unsigned uid = 0, gid = 0;
  if (answer.outcome == ProcessResult::failed_to_start) {
    plan->error = no_user(user, " in /etc/passwd, and directory services cannot be queried: " + answer.output);
  } else if (answer.outcome != ProcessResult::exited) {
    plan->error = "the user \"" + user + "\" to run the command as is not in /etc/passwd, and directory services do not respond";
  } else if (answer.status == 0 && ids_read(answer.output, &uid, &gid)) {
    plan_become(uid, gid, plan);
  } else {
    plan->error = no_user(user, "");
  }
}

// As /proc counts them: since the boot, sleep included.
static uint64_t ticks_now() {
  timespec now{};
#ifdef CLOCK_BOOTTIME
  clock_gettime(CLOCK_BOOTTIME, &now);
#endif
  const auto per_second = uint64_t(sysconf(_SC_CLK_TCK));
  return 1 + uint64_t(now.tv_sec) * per_second + uint64_t(now.tv_nsec) * per_second / 1'000'000'000;
}

#ifdef RLIMIT_LOCKS
uint64_t process_mark() {
  static const uint64_t own = ((ticks_now() ^ (uint64_t(getpid()) << 12)) & 0x3fff'ffff) + 1;
  static uint32_t count = 0;
  rlimit limit = own_limit();
  limit.rlim_cur = static_cast<rlim_t>(own << 32 | ++count);
  return setrlimit(RLIMIT_LOCKS, &limit) == 0 ? uint64_t{limit.rlim_cur} : 0;
}

void process_unmark() { (void)setrlimit(RLIMIT_LOCKS, &own_limit()); }
#else
uint64_t process_mark() { return 0; }
void process_unmark() {}
#endif

void* process_group_open(const ProcessChild& child, const ProcessLimits&) {
  auto* g = new Group;
  g->pid = child.pid;
  g->mark = child.mark;
  // The child's own time, not ours: on a busy machine it may have started all of its tree before we come to this line.
  Stat first;
  if (stat_read(child.pid, &first)) g->started = first.started;
  return g;
}

void process_group_close(void* group) { delete static_cast<Group*>(group); }

bool process_group_terminate(void* group, int pid) {
  if (pid <= 1) return false;
  (void)tree_signal(*static_cast<Group*>(group), SIGTERM);
  return true;
}

bool process_group_kill(void* group, int pid) {
  if (pid <= 1) return false;
  Group& g = *static_cast<Group*>(group);
  (void)kill(-pid, SIGSTOP);  // a stopped process starts nothing new while we look
  int living = tree_signal(g, SIGKILL);
  bool denied = kill(-pid, SIGKILL) != 0 && errno == EPERM;
  for (int round = 0; round < kKillRounds && living > 0; round++) living = tree_signal(g, SIGKILL);
  return !denied;
}

std::string process_output_text(std::string bytes, bool) { return bytes; }

bool process_is_first() { return getpid() == 1; }

void process_reap_others(const std::set<int>& ours) {
  int me = getpid();
  for (const Stat& s : all_processes())
    if (s.parent == me && s.state == 'Z' && ours.count(s.pid) == 0) (void)waitpid(s.pid, nullptr, WNOHANG);
}

}  // namespace picket
