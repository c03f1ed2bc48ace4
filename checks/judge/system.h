// checks/judge/system.h - verdicts on disks at work, interfaces, services, logs and containers. Pure.
#pragma once
#include "checks/facts/facts.h"
#include "checks/facts/pattern.h"
#include "checks/judge/report.h"

namespace picket {

struct DiskIoRules { std::vector<std::string> devices; Limits busy /* percent */, wait /* milliseconds a request */; };
Report judge_disk_io(const std::vector<DiskIoFacts>& before, const std::vector<DiskIoFacts>& after, double seconds,
                     const DiskIoRules& rules);

struct InterfaceRules {
  std::vector<std::string> names;
  Limits load;    // percent of the speed
  Limits errors;  // a second
  CheckState down = CheckState::critical;
};
bool interface_wanted(const InterfaceFacts& facts, const InterfaceRules& rules);
Report judge_interfaces(const std::vector<InterfaceFacts>& before, const std::vector<InterfaceFacts>& after, double seconds,
                        const InterfaceRules& rules);

struct ServiceRules { Limits restarts, age, memory; bool stopped_wanted = false; CheckState not_running = CheckState::critical; };
struct ServiceLook { std::string name; ServiceFacts facts; Status error; };
Report judge_services(const std::vector<ServiceLook>& services, const ServiceRules& rules);

inline constexpr size_t kLogLinesShown = 20;
struct LogRules { Pattern match, ignore; bool ignores = false; Limits count; };
struct LogScan { double lines = 0, matches = 0; std::vector<std::string> shown; };
// Whole lines only; returns how many bytes of the text they are.
size_t log_scan(std::string_view text, const LogRules& rules, LogScan* scan);
Report judge_log(const std::string& path, const LogScan& scan, const LogRules& rules, const std::string& note);

struct ContainerRules { Limits memory, cpu, throttled, pids /* percent of the limit */, pressure; };
Report judge_container(const ContainerFacts& before, const ContainerFacts& after, double seconds, const ContainerRules& rules);

}  // namespace picket
