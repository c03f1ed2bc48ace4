// checks/protocol/systemd_unit.cc - see systemd_unit.h. As systemctl does it: a unit is asked for by its path, which loads it.
#include "checks/protocol/systemd_unit.h"

#include <algorithm>

#include "checks/protocol/dbus_message.h"
#include "checks/facts/proc_text.h"

namespace picket {
namespace {

constexpr uint32_t kHelloSerial = 1, kFirstSerial = 2;
const char* const kManager = "org.freedesktop.systemd1";

struct Property {
  const char *interface, *name;
  bool always;
};
const Property kProperties[] = {
    {"org.freedesktop.systemd1.Unit", "LoadState", true},
    {"org.freedesktop.systemd1.Unit", "ActiveState", true},
    {"org.freedesktop.systemd1.Unit", "SubState", true},
    {"org.freedesktop.systemd1.Unit", "UnitFileState", true},
    {"org.freedesktop.systemd1.Unit", "StateChangeTimestampMonotonic", true},
    {"org.freedesktop.systemd1.Service", "MainPID", false},  // an error for units that are no services
    {"org.freedesktop.systemd1.Service", "NRestarts", false},
    {"org.freedesktop.systemd1.Service", "MemoryCurrent", false},
};

ServiceFacts::State service_state(const std::string& active) {
  using S = ServiceFacts::State;
  return active == "active" || active == "reloading" || active == "refreshing" ? S::running
      : active == "activating"                                                 ? S::starting
      : active == "deactivating"                                               ? S::stopping
      : active == "failed"                                                     ? S::failed
                                                                               : S::stopped;
}

Status lines_take(SystemdTalk& talk) {
  for (size_t end; !talk.greeted && (end = talk.received.find("\r\n")) != std::string::npos; talk.received.erase(0, end + 2)) {
    if (talk.received.compare(0, 3, "OK ") == 0) talk.greeted = true;
    else if (talk.received.compare(0, 4, "DATA") != 0)
      return fail(Err::denied, "D-Bus rejected the login: " + talk.received.substr(0, std::min<size_t>(end, 100)));
  }
  return {};
}

void answer_take(SystemdTalk& talk, const DbusMessage& m) {
  if (m.reply_to < kFirstSerial || m.reply_to >= kFirstSerial + std::size(kProperties)) {
    if (m.type == DbusMessage::error && m.reply_to == kHelloSerial) talk.problem = m.error_name;
    return;  // to the greeting, or a signal
  }
  const Property& p = kProperties[m.reply_to - kFirstSerial];
  talk.answers++;
  Result<std::string> value = dbus_value(m);
  if (m.type == DbusMessage::answer && value.ok()) talk.values[p.name] = value.value;
  else if (p.always && talk.problem.empty()) talk.problem = m.error_name + (value.ok() ? ": " + value.value : "");
}

}  // namespace

Result<std::string> systemd_unit_name(const std::string& name) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_.\\@";
  if (name.empty() || name.size() > 255 || name[0] == '-' || name.find_first_not_of(kLetters) != std::string::npos)
    return fail(Err::invalid, "\"" + name + "\" is not a valid service name");
  std::string suffix = name.substr(std::min(name.rfind('.'), name.size()));
  for (const char* known :
       {".service", ".socket", ".device", ".mount", ".automount", ".swap", ".target", ".path", ".timer", ".slice", ".scope"})
    if (suffix == known) return name;
  return name + ".service";
}

std::string systemd_questions(const SystemdTalk& talk, bool bus) {
  std::string out = std::string(1, '\0') + "AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n";  // the socket shows our user
  if (bus) out += dbus_call({kHelloSerial, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello", {}});
  const std::string path = "/org/freedesktop/systemd1/unit/" + dbus_path_escape(talk.unit);
  uint32_t serial = kFirstSerial;
  for (const Property& p : kProperties)
    out += dbus_call({serial++, bus ? kManager : "", path, "org.freedesktop.DBus.Properties", "Get", {p.interface, p.name}});
  return out;
}

Result<bool> systemd_take(SystemdTalk& talk, std::string_view bytes) {
  talk.received.append(bytes);
  talk.total += bytes.size();
  if (talk.total > kSystemdReceivedMax) return fail(Err::too_large, "response of systemd too large");
  if (Status s = lines_take(talk); !s.ok()) return s;
  while (talk.greeted) {
    Result<size_t> size = dbus_message_size(talk.received);
    if (!size.ok()) return size.status;
    if (size.value == 0 || talk.received.size() < size.value) break;
    Result<DbusMessage> m = dbus_message_read(std::string_view(talk.received).substr(0, size.value));
    if (!m.ok()) return m.status;
    answer_take(talk, m.value);
    talk.received.erase(0, size.value);
  }
  return talk.answers == std::size(kProperties);
}

Result<ServiceFacts> systemd_facts(const SystemdTalk& talk, double now) {
  auto v = talk.values;
  ServiceFacts f;
  if (!v.count("LoadState")) return fail(Err::unavailable, "no value from systemd: " + (talk.problem.empty() ? "no answer" : talk.problem));
  if (v["LoadState"] == "not-found") return f;
  f.state = service_state(v["ActiveState"]);
  f.detail = v["ActiveState"] + " (" + v["SubState"] + ")";
  f.start_by = v["LoadState"] == "masked" ? "masked" : v["UnitFileState"];
  if (double since = number_of(v["StateChangeTimestampMonotonic"]); since > 0) f.since = std::max(0.0, now - since / 1e6);
  f.pid = integer_of(v["MainPID"]);
  f.restarts = v.count("NRestarts") ? integer_of(v["NRestarts"]) : -1;
  if (double memory = number_of(v["MemoryCurrent"]); memory > 0 && memory < 1e18) f.memory = memory;  // 2^64-1: not known
  return f;
}

}  // namespace picket
