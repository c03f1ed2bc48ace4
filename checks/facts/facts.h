// checks/facts/facts.h - what is measured of a machine, as plain values: the measuring edges fill them, the judges look at them.
// A double that the system does not report is NaN, an int64_t is -1.
#pragma once
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace picket {

struct CpuTimes {  // seconds since the start; [0] of a list is the whole machine
  double user = 0, system = 0, idle = 0, iowait = 0, steal = 0, interrupt = 0;
};

struct MemoryFacts {  // bytes
  double total = 0, available = 0, cached = NAN, swap_total = 0, swap_free = 0;
};

struct LoadFacts {
  double average[3] = {};
  int cpus = 1;
};

struct MountFacts {
  std::string path, device, type;
  bool remote = false, pseudo = false;  // over a network; no storage of its own (proc, cgroup, ...)
  bool read_only = false;               // mounted so
  bool turned_read_only = false;        // mounted to be written, and the kernel stopped that: an error of the medium
};
struct SpaceFacts {  // bytes; `available` is what a user without privileges may still take
  double total = 0, free = 0, available = 0, inodes = 0, inodes_free = 0;
};

struct UptimeFacts {
  double seconds = 0;
  bool reboot_required = false;
  std::string reboot_reason;
};

struct UserFacts { std::string name, where; };

struct ProcessFacts {
  int64_t pid = 0, parent = 0;
  std::string name, command_line, user;
  char state = '?';  // R S D Z T
  double resident = 0, virtual_size = 0, age = 0, cpu_seconds = 0;
  int threads = 0;
};

struct FileFacts {
  std::string path;
  bool is_dir = false, is_file = false;
  double size = 0, age = 0;
};

struct DiskIoFacts {  // since the start
  std::string device;
  double reads = 0, writes = 0, read_bytes = 0, write_bytes = 0, busy_seconds = 0, wait_seconds = 0;
};

struct InterfaceFacts {  // since the start
  std::string name;
  bool up = false, carrier = false, loopback = false;
  double speed_bits = NAN;
  double in_bytes = 0, out_bytes = 0, in_packets = 0, out_packets = 0, in_errors = 0, out_errors = 0, in_drops = 0, out_drops = 0;
};

struct ServiceFacts {
  enum State { running, starting, stopping, stopped, failed, unknown_name } state = unknown_name;
  std::string detail;    // the system's own words: "active (running)"
  std::string start_by;  // enabled, disabled, static, masked; automatic, manual
  double since = NAN;    // seconds in this state
  int64_t pid = -1, restarts = -1;
  double memory = NAN;
};

struct ContainerFacts {  // of a cgroup; limits are infinite where there is none
  std::string path;
  double memory = 0, memory_limit = INFINITY, cpu_limit = INFINITY /* cores */, cpu_seconds = 0;
  double throttled_seconds = 0, periods = 0, throttled_periods = 0, pids = 0, pids_limit = INFINITY;
  double oom_kills = 0, memory_pressure = NAN, cpu_pressure = NAN, io_pressure = NAN;  // PSI: some, average of 10 s, percent
};

}  // namespace picket
