// checks/os/host_unix.cc - processor, memory, load, uptime, users: Linux's /proc, and what POSIX has elsewhere.
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <utmpx.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "checks/os/measure.h"
#include "checks/facts/proc_text.h"
#include "common/os/os.h"

namespace picket {
namespace {

constexpr size_t kProcFileMax = 4u << 20;
constexpr size_t kUtmpMax = 8u << 20;

double ticks() { return double(sysconf(_SC_CLK_TCK)); }

// A newer kernel than the running one, put into /boot since the start. Nothing to report where kernels come from elsewhere (containers).
std::string kernel_newer(double uptime_s) {
  utsname running{};
  if (uname(&running) != 0 || !os_exists(std::string("/boot/vmlinuz-") + running.release)) return "";
  std::string newest = running.release;
  for (const std::string& name : os_list_dir("/boot").value) {
    struct stat s {};
    if (name.compare(0, 8, "vmlinuz-") != 0 || stat(("/boot/" + name).c_str(), &s) != 0) continue;
    bool since_start = double(s.st_ctim.tv_sec) > double(os_unix_ms()) / 1000 - uptime_s;
    if (since_start && release_newer(name.substr(8), newest)) newest = name.substr(8);
  }
  return newest == running.release ? "" : "kernel " + newest;
}

// Debian, Ubuntu and SUSE leave a file; everywhere it is the kernel that most often is the reason.
void reboot_find(UptimeFacts* facts) {
  for (const char* path : {"/run/reboot-required", "/var/run/reboot-required", "/run/reboot-needed"})
    if (os_exists(path)) facts->reboot_required = true;
  if (!facts->reboot_required) facts->reboot_reason = kernel_newer(facts->seconds), facts->reboot_required = !facts->reboot_reason.empty();
  if (!facts->reboot_required || !facts->reboot_reason.empty()) return;
  Result<std::string> packages = os_read_file("/run/reboot-required.pkgs", 64 * 1024);
  if (!packages.ok()) return;
  for (std::string_view line : lines_of(packages.value))
    if (facts->reboot_reason.find(line) == std::string::npos)
      facts->reboot_reason += (facts->reboot_reason.empty() ? "" : ", ") + std::string(line);
}

// Where the system keeps no utmp any more: systemd's sessions.
std::vector<UserFacts> session_users() {
  std::vector<UserFacts> users;
  Result<std::vector<std::string>> names = os_list_dir("/run/systemd/sessions");
  for (const std::string& name : names.value) {
    Result<std::string> text = os_read_file("/run/systemd/sessions/" + name, 64 * 1024);
    auto values = key_values_read(text.value, '=');
    if (values["CLASS"] == "user" && values["STATE"] != "closing") users.push_back({values["USER"], values["TTY"] + values["REMOTE_HOST"]});
  }
  return users;
}

std::string field(const char* text, size_t size) { return std::string(text, strnlen(text, size)); }

}  // namespace

int os_cpu_count() { return int(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN))); }
bool os_shell_is_posix() { return true; }

Result<std::vector<CpuTimes>> os_cpu_times() {
  Result<std::string> text = os_read_file("/proc/stat", kProcFileMax);
  if (!text.ok()) return text.status;
  std::vector<CpuTimes> times = proc_stat_read(text.value, ticks());
  if (times.empty()) return fail(Err::io, "no processor times in /proc/stat");
  return times;
}

Result<MemoryFacts> os_memory() {
  Result<std::string> text = os_read_file("/proc/meminfo", kProcFileMax);
  if (!text.ok()) return text.status;
  MemoryFacts facts = proc_meminfo_read(text.value);
  if (facts.total <= 0) return fail(Err::io, "no memory figures in /proc/meminfo");
  return facts;
}

Result<LoadFacts> os_load() {
  LoadFacts load;
  if (getloadavg(load.average, 3) != 3) return fail(Err::unavailable, "no load average on this system");
  load.cpus = os_cpu_count();
  return load;
}

Result<UptimeFacts> os_uptime() {
  Result<std::string> text = os_read_file("/proc/uptime", 4096);
  if (!text.ok()) return text.status;
  auto words = words_of(text.value);
  if (words.empty()) return fail(Err::io, "/proc/uptime is empty");
  UptimeFacts facts;
  facts.seconds = number_of(words[0]);
  reboot_find(&facts);
  return facts;
}

Result<std::vector<UserFacts>> os_users() {
  Result<std::string> text = os_read_file("/run/utmp", kUtmpMax);
  if (text.status.code == Err::not_found) return session_users();
  if (!text.ok()) return text.status;
  std::vector<UserFacts> users;
  for (size_t at = 0; at + sizeof(utmpx) <= text.value.size(); at += sizeof(utmpx)) {
    utmpx entry;
    memcpy(&entry, text.value.data() + at, sizeof entry);
    if (entry.ut_type != USER_PROCESS || entry.ut_user[0] == 0) continue;
    if (kill(entry.ut_pid, 0) != 0 && errno == ESRCH) continue;  // a session that ended without saying so
    users.push_back({field(entry.ut_user, sizeof entry.ut_user), field(entry.ut_line, sizeof entry.ut_line)});
  }
  return users;
}

}  // namespace picket
