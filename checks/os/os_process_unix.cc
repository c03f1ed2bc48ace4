// checks/os/os_process_unix.cc - the processes of /proc. Those that end while we look are left out.
#include <sys/stat.h>
#include <unistd.h>

#include <map>

#include "checks/os/measure.h"
#include "checks/facts/proc_text.h"
#include "common/os/os.h"

namespace picket {
namespace {

constexpr size_t kCommandLineMax = 64 * 1024;

bool is_pid(const std::string& name) { return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos; }

// From the file, not through the name service: that may ask the network, and a static program has none.
std::map<uid_t, std::string> user_names() {
  std::map<uid_t, std::string> names;
  Result<std::string> text = os_read_file("/etc/passwd", 16u << 20);
  for (std::string_view line : lines_of(text.value)) {
    size_t first = line.find(':'), second = line.find(':', first == line.npos ? first : first + 1);
    if (second == line.npos) continue;
    names.try_emplace(uid_t(number_of(line.substr(second + 1, line.find(':', second + 1) - second - 1))), line.substr(0, first));
  }
  return names;
}

}  // namespace

Result<std::vector<ProcessFacts>> os_processes(bool with_command_lines) {
  Result<std::vector<std::string>> pids = os_list_dir("/proc");
  if (!pids.ok()) return pids.status;
  Result<UptimeFacts> uptime = os_uptime();
  if (!uptime.ok()) return uptime.status;
  const double ticks = double(sysconf(_SC_CLK_TCK)), page = double(sysconf(_SC_PAGESIZE));
  std::map<uid_t, std::string> users = user_names();
  std::vector<ProcessFacts> all;
  for (const std::string& pid : pids.value) {
    if (!is_pid(pid)) continue;
    ProcessFacts p;
    const std::string dir = "/proc/" + pid;
    Result<std::string> stat_text = os_read_file(dir + "/stat", 64 * 1024);
    struct stat s {};
    if (!stat_text.ok() || !proc_pid_stat_read(stat_text.value, ticks, page, uptime.value.seconds, &p) || stat(dir.c_str(), &s) != 0)
      continue;
    auto user = users.find(s.st_uid);
    p.user = user == users.end() ? std::to_string(s.st_uid) : user->second;
    if (with_command_lines) p.command_line = proc_cmdline_read(os_read_range(dir + "/cmdline", 0, kCommandLineMax).value);
    all.push_back(std::move(p));
  }
  return all;
}

}  // namespace picket
