// checks/facts/proc_text.h - the texts of Linux's /proc and /sys as facts. Pure; a text that is cut short gives what it has.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "checks/facts/facts.h"

namespace picket {

std::vector<std::string_view> words_of(std::string_view line);  // at blanks, none of them empty
std::vector<std::string_view> lines_of(std::string_view text);
double number_of(std::string_view text);                     // 0 when it is none
bool release_newer(std::string_view a, std::string_view b);  // of a kernel: its numbers in turn, as numbers
int64_t integer_of(std::string_view text);                   // 0 when it is none, or has something after it

std::vector<CpuTimes> proc_stat_read(std::string_view text, double ticks_per_second);
MemoryFacts proc_meminfo_read(std::string_view text);
LoadFacts proc_loadavg_read(std::string_view text);
std::vector<MountFacts> proc_mountinfo_read(std::string_view text);
std::vector<DiskIoFacts> proc_diskstats_read(std::string_view text);
std::vector<InterfaceFacts> proc_netdev_read(std::string_view text);
// /proc/PID/stat; false when it is none. `uptime`: of the machine.
bool proc_pid_stat_read(std::string_view text, double ticks_per_second, double page_size, double uptime, ProcessFacts* process);
std::string proc_cmdline_read(std::string_view text);                                       // words, separated by blanks
std::map<std::string, std::string> key_values_read(std::string_view text, char separator);  // KEY=value or "key value" lines
double pressure_read(std::string_view text);                                                // the avg10 of the line "some", NaN without one

}  // namespace picket
