// checks/kinds/check_system.cc - the checks disk-io, interface, service and container.
#include "checks/judge/system.h"
#include "checks/run/measured_check.h"
#include "checks/os/measure.h"
#include "common/process/blocking_worker.h"

namespace picket {
namespace {

// ---- disk-io ----

const OptionRow kDiskIoRows[] = {
    {"warning", nullptr, 'w', kText, "95", "RANGE", "Busy time in percent.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Likewise.", kJudged},
    {"wait-warning", nullptr, 'W', kText, "", "RANGE", "Milliseconds per request, queueing included.", kJudged},
    {"wait-critical", nullptr, 'C', kText, "", "RANGE", "Likewise.", kJudged},
    {"device", nullptr, 'd', kList, "", "GLOB,...", "Check only these disks: sda, nvme*.", kWhich},
    {"interval", nullptr, 'i', kDuration, "1", "SPAN", "Measuring interval.", kHow},
};

Result<Report> measure_disk_io(const Options& o) {
  DiskIoRules rules;
  if (Status s = limits_into(o, {{"", &rules.busy}, {"wait", &rules.wait}}); !s.ok()) return s;
  rules.devices = o.list("device");
  rules.devices.insert(rules.devices.end(), o.args.begin(), o.args.end());
  return judged(look_twice(o, os_disk_io),
                [&](const auto& looks) { return judge_disk_io(looks.before, looks.after, looks.seconds, rules); });
}

// ---- interface ----

const OptionRow kInterfaceRows[] = {
    {"warning", nullptr, 'w', kText, "", "RANGE", "Traffic in percent of the link speed, in the busier direction.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Likewise.", kJudged},
    {"errors-warning", nullptr, 'W', kText, "1", "RANGE", "Errors per second.", kJudged},
    {"errors-critical", nullptr, 'C', kText, "", "RANGE", "Likewise.", kJudged},
    {"down", nullptr, 0, kText, "critical", "STATE", "State of an interface that is down, has no carrier, or does not exist.", kJudged},
    {"name", nullptr, 'n', kList, "", "GLOB,...", "Check only these interfaces; default: all that are enabled, except loopback and containers'.", kWhich},
    {"interval", nullptr, 'i', kDuration, "1", "SPAN", "Measuring interval.", kHow},
};

Result<Report> measure_interface(const Options& o) {
  InterfaceRules rules;
  if (Status s = limits_into(o, {{"", &rules.load}, {"errors", &rules.errors}}); !s.ok()) return s;
  if (Status s = state_into(o, "down", &rules.down); !s.ok()) return s;
  rules.names = o.list("name");
  rules.names.insert(rules.names.end(), o.args.begin(), o.args.end());
  return judged(look_twice(o, os_interfaces),
                [&](const auto& looks) { return judge_interfaces(looks.before, looks.after, looks.seconds, rules); });
}

// ---- service ----

const OptionRow kServiceRows[] = {
    {"not-running", nullptr, 0, kText, "critical", "STATE", "State if the service is not running.", kJudged},
    {"stopped", nullptr, 0, kBoolean, "false", "", "Expect the service to be stopped.", kJudged},
    {"age-warning", nullptr, 0, kText, "", "RANGE", "Time since the start in seconds; 60: alerts on restarts.", kJudged},
    {"age-critical", nullptr, 0, kText, "", "RANGE", "Likewise.", kJudged},
    {"restarts-warning", nullptr, 0, kText, "", "RANGE", "Number of restarts by systemd.", kJudged},
    {"restarts-critical", nullptr, 0, kText, "", "RANGE", "Likewise.", kJudged},
    {"memory-warning", nullptr, 0, kText, "", "RANGE", "Memory in bytes.", kJudged},
    {"memory-critical", nullptr, 0, kText, "", "RANGE", "Likewise.", kJudged},
    {"name", nullptr, 'n', kList, "", "NAME,...", "systemd units or Windows services, also as arguments.", kWhich},
};

Result<Report> measure_service(const Options& o) {
  constexpr size_t kServicesMax = 50;
  ServiceRules rules;
  if (Status s = limits_into(o, {{"age", &rules.age}, {"restarts", &rules.restarts}, {"memory", &rules.memory}}); !s.ok()) return s;
  if (Status s = state_into(o, "not-running", &rules.not_running); !s.ok()) return s;
  rules.stopped_wanted = o.boolean("stopped");
  std::vector<std::string> names = o.list("name");
  names.insert(names.end(), o.args.begin(), o.args.end());
  if (names.empty() || names.size() > kServicesMax)
    return fail(Err::invalid,
                "service missing: expected picket check service NAME, with at most " + std::to_string(kServicesMax) + " names");
  std::vector<ServiceLook> looks;
  for (const std::string& name : names) {
    work_note("the service manager about " + name);
    Result<ServiceFacts> facts = os_service(name);
    looks.push_back({name, facts.value, facts.status});
  }
  return judge_services(looks, rules);
}

// ---- container ----

const OptionRow kContainerRows[] = {
    {"warning", nullptr, 'w', kText, "80", "RANGE", "Memory in percent of the limit, without reclaimable memory.", kJudged},
    {"critical", nullptr, 'c', kText, "95", "RANGE", "Likewise.", kJudged},
    {"cpu-warning", nullptr, 0, kText, "", "RANGE", "CPU in percent of the limit.", kJudged},
    {"cpu-critical", nullptr, 0, kText, "", "RANGE", "Likewise.", kJudged},
    {"throttled-warning", nullptr, 0, kText, "25", "RANGE", "Percent of the periods in which the container was throttled.", kJudged},
    {"throttled-critical", nullptr, 0, kText, "", "RANGE", "Likewise.", kJudged},
    {"pids-warning", nullptr, 0, kText, "80", "RANGE", "Processes in percent of the limit.", kJudged},
    {"pids-critical", nullptr, 0, kText, "95", "RANGE", "Likewise.", kJudged},
    {"pressure-warning", nullptr, 0, kText, "20", "RANGE", "Percent of the last ten seconds in which a process waited for memory.", kJudged},
    {"pressure-critical", nullptr, 0, kText, "60", "RANGE", "Likewise.", kJudged},
    {"path", nullptr, 'p', kText, "", "DIR", "Cgroup below /sys/fs/cgroup to check instead of its own.", kWhich},
    {"interval", nullptr, 'i', kDuration, "1", "SPAN", "Measuring interval.", kHow},
};

Result<Report> measure_container(const Options& o) {
  ContainerRules rules;
  if (Status s = limits_into(o,
                             {{"", &rules.memory},
                              {"cpu", &rules.cpu},
                              {"throttled", &rules.throttled},
                              {"pids", &rules.pids},
                              {"pressure", &rules.pressure}});
      !s.ok())
    return s;
  auto look = [&] { return os_container(o.text("path")); };
  return judged(look_twice(o, look), [&](const auto& looks) { return judge_container(looks.before, looks.after, looks.seconds, rules); });
}

}  // namespace

extern const CheckRow kCheckDiskIo = {
    "disk-io", "Check disk I/O: utilisation, latency, throughput.", "",
    "picket check disk-io -i 5s -w 90 -W 50 -C 200\npicket check disk-io -d 'nvme*' -v  # each of them",
    kDiskIoRows, count_of(kDiskIoRows), measure_disk_io, nullptr, CheckState::unknown};
extern const CheckRow kCheckInterface = {
    "interface", "Check network interfaces: state, traffic, errors.", "",
    "picket check interface eth0 -w 80 -c 95\npicket check interface --down ok -v  # figures of all, regardless of their state",
    kInterfaceRows, count_of(kInterfaceRows), measure_interface, nullptr, CheckState::unknown};
extern const CheckRow kCheckService = {
    "service", "Check services: state, time since start, restarts.", "systemd units (queried over D-Bus, without a process) or Windows services.",
    "picket check service nginx postgresql\npicket check service sshd --restarts-warning 3 --age-warning 60:  # a service that keeps crashing",
    kServiceRows, count_of(kServiceRows), measure_service, nullptr, CheckState::unknown};
extern const CheckRow kCheckContainer = {
    "container", "Check the container it runs in against its limits (cgroup v2).", "Resources without a limit are not checked.",
    "picket check container -w 80 -c 95 --cpu-warning 90\npicket check container -p /sys/fs/cgroup/system.slice/app.service  # another cgroup",
    kContainerRows, count_of(kContainerRows), measure_container, nullptr, CheckState::unknown};

}  // namespace picket
