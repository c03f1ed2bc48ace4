// checks/os/devices_unix.cc - disks at work, interfaces, our cgroup.
#include <algorithm>
#include <cstdlib>

#include "checks/judge/system.h"
#include "checks/os/measure.h"
#include "checks/facts/proc_text.h"
#include "common/os/os.h"

namespace picket {
namespace {

std::string small_file(const std::string& path) {
  std::string text = os_read_file(path, 64 * 1024).value;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

}  // namespace

Result<std::vector<DiskIoFacts>> os_disk_io() {
  Result<std::string> text = os_read_file("/proc/diskstats", 4u << 20);
  if (!text.ok()) return text.status;
  std::vector<DiskIoFacts> disks = proc_diskstats_read(text.value);
  auto no_disk = [](const DiskIoFacts& d) {  // partitions are parts of their disk; the others are memory or files
    std::string name = d.device;
    std::replace(name.begin(), name.end(), '/', '!');
    return name.compare(0, 4, "loop") == 0 || name.compare(0, 3, "ram") == 0 ||
        (os_exists("/sys/block") && !os_exists("/sys/block/" + name));
  };
  disks.erase(std::remove_if(disks.begin(), disks.end(), no_disk), disks.end());
  return disks;
}

Result<std::vector<InterfaceFacts>> os_interfaces() {
  Result<std::string> text = os_read_file("/proc/self/net/dev", 4u << 20);
  if (!text.ok()) return text.status;
  std::vector<InterfaceFacts> all = proc_netdev_read(text.value);
  for (InterfaceFacts& i : all) {
    const std::string dir = "/sys/class/net/" + i.name + "/";
    std::string flags = small_file(dir + "flags");
    unsigned long bits = flags.empty() ? 0 : strtoul(flags.c_str(), nullptr, 16);
    i.up = bits & 1, i.loopback = bits & 8;
    i.carrier = small_file(dir + "carrier") == "1" || (i.up && (i.loopback || small_file(dir + "operstate") == "unknown"));
    if (double megabits = number_of(small_file(dir + "speed")); megabits > 0) i.speed_bits = megabits * 1e6;
  }
  return all;
}

// ---- cgroup v2 ----

namespace {

double limit_of(const std::string& text) { return text.empty() || text == "max" ? INFINITY : number_of(text); }

std::string own_cgroup() {
  Result<std::string> text = os_read_file("/proc/self/cgroup", 64 * 1024);
  for (std::string_view line : lines_of(text.value))
    if (line.substr(0, 3) == "0::") return "/sys/fs/cgroup" + std::string(line.substr(3));
  return "";
}

// The tightest limit is this group's or one above it.
void limits_into(const std::string& dir, ContainerFacts* f) {
  f->memory_limit = std::min(f->memory_limit, limit_of(small_file(dir + "/memory.max")));
  f->pids_limit = std::min(f->pids_limit, limit_of(small_file(dir + "/pids.max")));
  std::string cpu_text = small_file(dir + "/cpu.max");
  auto cpu = words_of(cpu_text);
  if (cpu.size() == 2 && cpu[0] != "max" && number_of(cpu[1]) > 0)
    f->cpu_limit = std::min(f->cpu_limit, number_of(cpu[0]) / number_of(cpu[1]));
}

}  // namespace

Result<ContainerFacts> os_container(const std::string& given) {
  std::string dir = given.empty() ? own_cgroup() : given;
  while (dir.size() > 1 && dir.back() == '/') dir.pop_back();
  if (dir.empty() || !os_exists(dir + "/cgroup.controllers"))
    return fail(Err::unavailable, (dir.empty() ? "/sys/fs/cgroup" : dir) + " is not a cgroup of version 2; use --path");
  ContainerFacts f;
  f.path = dir;
  auto stat_text = os_read_file(dir + "/memory.stat", 64 * 1024), cpu_text = os_read_file(dir + "/cpu.stat", 64 * 1024),
       event_text = os_read_file(dir + "/memory.events", 4096);
  auto memory = key_values_read(stat_text.value, ' '), cpu = key_values_read(cpu_text.value, ' '),
       events = key_values_read(event_text.value, ' ');
  f.memory = std::max(
      0.0, number_of(small_file(dir + "/memory.current")) - number_of(memory["inactive_file"]));  // the working set, as others count it
  f.cpu_seconds = number_of(cpu["usage_usec"]) / 1e6;
  f.throttled_seconds = number_of(cpu["throttled_usec"]) / 1e6, f.periods = number_of(cpu["nr_periods"]),
  f.throttled_periods = number_of(cpu["nr_throttled"]);
  f.pids = number_of(small_file(dir + "/pids.current"));
  f.oom_kills = number_of(events["oom_kill"]);
  f.memory_pressure = pressure_read(os_read_file(dir + "/memory.pressure", 4096).value);
  f.cpu_pressure = pressure_read(os_read_file(dir + "/cpu.pressure", 4096).value);
  f.io_pressure = pressure_read(os_read_file(dir + "/io.pressure", 4096).value);
  for (std::string at = dir; os_exists(at + "/cgroup.controllers"); at.erase(at.rfind('/'))) {
    limits_into(at, &f);
    if (at.rfind('/') == 0 || at.rfind('/') == std::string::npos) break;
  }
  return f;
}

}  // namespace picket
