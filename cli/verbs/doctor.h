// cli/verbs/doctor.h - findings of `doctor`: what is not fine carries the remedy.
#pragma once
#include <string>

#include "cli/ctl/ctl.h"

namespace picket {

struct Doctor {
  Ctl& ctl;
  int failed = 0, warned = 0;
};

inline void fine(Doctor& d, const std::string& what) { d.ctl.write_out("ok    " + what + "\n"); }
// Somebody wants it so; it is shown and not counted.
inline void note(Doctor& d, const std::string& what, const std::string& remedy) {
  d.ctl.write_out("note  " + what + (remedy.empty() ? "" : "\n      -> " + remedy) + "\n");
}
inline void warn(Doctor& d, const std::string& what, const std::string& remedy) {
  d.warned++;
  d.ctl.write_out("warn  " + what + "\n      -> " + remedy + "\n");
}
inline void failed(Doctor& d, const std::string& what, const std::string& remedy) {
  d.failed++;
  d.ctl.write_out("fail  " + what + "\n      -> " + remedy + "\n");
}

// The backend's answer to /health, which is 200 whatever its members are; the error names those that are not well.
Status health_judge(const CtlReply& reply);

void examine_events(Doctor& d);  // agents whose keepalive failed, and checks that fail, as far as one may see them
void examine_alerts(Doctor& d);  // what keeps alerts from coming: mistakes first, then what somebody wants so

void examine_certificate(Doctor& d, const std::string& path);
void examine_machine(Doctor& d);  // configuration files, certificates, disk and ports of the agent and backend of this machine

}  // namespace picket
