// checks/kinds/check_system.cc - the checks disk-io, interface, service and container.
#include "checks/judge/system.h"
#include "checks/run/measured_check.h"
#include "checks/os/measure.h"
#include "common/process/blocking_worker.h"

namespace picket {
namespace {

// ---- disk-io ----

const OptionRow kDiskIoRows[] = {
    {"warning", nullptr, 'w', kText, "95", "RANGE", "Percent of the time it is busy.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Likewise.", kJudged},
    {"wait-warning", nullptr, 'W', kText, "", "RANGE", "Milliseconds a request takes, waiting included.", kJudged},
    {"wait-critical", nullptr, 'C', kText, "", "RANGE", "Likewise.", kJudged},
    {"device", nullptr, 'd', kList, "", "GLOB,...", "Only these disks: sda, nvme*.", kWhich},
    {"interval", nullptr, 'i', kDuration, "1", "SPAN", "How long to look.", kHow},
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
    {"warning", nullptr, 'w', kText, "", "RANGE", "Percent of the speed, in the busier direction.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Likewise.", kJudged},
    {"errors-warning", nullptr, 'W', kText, "1", "RANGE", "Errors a second.", kJudged},
    {"errors-critical", nullptr, 'C', kText, "", "RANGE", "Likewise.", kJudged},
    {"down", nullptr, 0, kText, "critical", "STATE", "What it means that one is down, has no carrier, or is not there.", kJudged},
    {"name", nullptr, 'n', kList, "", "GLOB,...", "Only these; without: all that are switched on, but loopback and those of containers.", kWhich},
    {"interval", nullptr, 'i', kDuration, "1", "SPAN", "How long to look.", kHow},
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
    {"not-running", nullptr, 0, kText, "critical", "STATE", "What it means that it does not run.", kJudged},
    {"stopped", nullptr, 0, kBoolean, "false", "", "It is meant to be stopped: running is what is wrong.", kJudged},
    {"age-warning", nullptr, 0, kText, "", "RANGE", "Seconds it has been running: 60: tells of restarts.", kJudged},
    {"age-critical", nullptr, 0, kText, "", "RANGE", "Likewise.", kJudged},
    {"restarts-warning", nullptr, 0, kText, "", "RANGE", "How often systemd had to restart it.", kJudged},
    {"restarts-critical", nullptr, 0, kText, "", "RANGE", "Likewise.", kJudged},
    {"memory-warning", nullptr, 0, kText, "", "RANGE", "Bytes of memory.", kJudged},
    {"memory-critical", nullptr, 0, kText, "", "RANGE", "Likewise.", kJudged},
    {"name", nullptr, 'n', kList, "", "NAME,...", "Units of systemd, services of Windows; words without a dash are names too.", kWhich},
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
    return fail(Err::invalid, "which service? Write picket check service NAME, with at most " + std::to_string(kServicesMax) + " names");
  std::vector<ServiceLook> looks;
  for (const std::string& name : names) {
    work_note("the system, about the service " + name);
    Result<ServiceFacts> facts = os_service(name);
    looks.push_back({name, facts.value, facts.status});
  }
  return judge_services(looks, rules);
}

// ---- container ----

const OptionRow kContainerRows[] = {
    {"warning", nullptr, 'w', kText, "80", "RANGE", "Percent of the memory limit, without what can be given back.", kJudged},
    {"critical", nullptr, 'c', kText, "95", "RANGE", "Likewise.", kJudged},
    {"cpu-warning", nullptr, 0, kText, "", "RANGE", "Percent of the processor limit.", kJudged},
    {"cpu-critical", nullptr, 0, kText, "", "RANGE", "Likewise.", kJudged},
    {"throttled-warning", nullptr, 0, kText, "25", "RANGE", "Percent of the periods in which it was stopped for using too much.", kJudged},
    {"throttled-critical", nullptr, 0, kText, "", "RANGE", "Likewise.", kJudged},
    {"pids-warning", nullptr, 0, kText, "80", "RANGE", "Percent of the limit of processes.", kJudged},
    {"pids-critical", nullptr, 0, kText, "95", "RANGE", "Likewise.", kJudged},
    {"pressure-warning", nullptr, 0, kText, "20", "RANGE", "Percent of the last ten seconds in which something waited for memory.", kJudged},
    {"pressure-critical", nullptr, 0, kText, "60", "RANGE", "Likewise.", kJudged},
    {"path", nullptr, 'p', kText, "", "DIR", "Another cgroup than our own, below /sys/fs/cgroup.", kWhich},
    {"interval", nullptr, 'i', kDuration, "1", "SPAN", "How long to look.", kHow},
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
    "disk-io", "Disks at work: how busy, how slow, how much.", "",
    "picket check disk-io -i 5s -w 90 -W 50 -C 200\npicket check disk-io -d 'nvme*' -v  # each of them",
    kDiskIoRows, count_of(kDiskIoRows), measure_disk_io, nullptr, CheckState::unknown};
extern const CheckRow kCheckInterface = {
    "interface", "Network interfaces: up or not, traffic, errors.", "",
    "picket check interface eth0 -w 80 -c 95\npicket check interface --down ok -v  # figures of all, whatever their state",
    kInterfaceRows, count_of(kInterfaceRows), measure_interface, nullptr, CheckState::unknown};
extern const CheckRow kCheckService = {
    "service", "Services: running, since when, how often restarted.", "Units of systemd, which is asked over D-Bus without a process; services of Windows.",
    "picket check service nginx postgresql\npicket check service sshd --restarts-warning 3 --age-warning 60:  # one that keeps falling over",
    kServiceRows, count_of(kServiceRows), measure_service, nullptr, CheckState::unknown};
extern const CheckRow kCheckContainer = {
    "container", "The container we are in, against its limits (cgroup v2).", "What has no limit is not judged.",
    "picket check container -w 80 -c 95 --cpu-warning 90\npicket check container -p /sys/fs/cgroup/system.slice/app.service  # another one",
    kContainerRows, count_of(kContainerRows), measure_container, nullptr, CheckState::unknown};

}  // namespace picket
