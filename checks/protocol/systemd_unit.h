// checks/protocol/systemd_unit.h - what is said over a socket of systemd to learn how a unit is, and what comes back. Pure.
#pragma once
#include <map>

#include "checks/facts/facts.h"
#include "common/basic/result.h"

namespace picket {

inline constexpr size_t kSystemdReceivedMax = 2u << 20;  // of answers; beyond it the conversation is given up

struct SystemdTalk {
  std::string unit;      // with its suffix: "nginx.service"
  bool greeted = false;  // the other side has taken our authentication
  std::string received;  // and not yet taken apart
  size_t total = 0;
  std::map<std::string, std::string> values;  // properties that have come
  size_t answers = 0;
  std::string problem;  // the first error that was answered
};
Result<std::string> systemd_unit_name(const std::string& name);  // with ".service" when it has no suffix
// All we say, at once. `bus`: over a bus, which wants to be greeted; else over systemd's own socket.
std::string systemd_questions(const SystemdTalk& talk, bool bus);
// Takes what has come. True: all answers are there.
Result<bool> systemd_take(SystemdTalk& talk, std::string_view bytes);
Result<ServiceFacts> systemd_facts(const SystemdTalk& talk, double now);  // now: seconds of the monotonic clock

}  // namespace picket
