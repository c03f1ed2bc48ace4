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
// A TLS listener, and what its clients trust. any_name: of a listener of this machine, whose clients' name and authorities are not known.
struct ServedAt {
  std::string what, host;
  int port = 0;
  std::string ca_file = {};  // "" = the system's
  bool any_name = false, silent_is_fine = false;
};
void examine_served(Doctor& d, const ServedAt& at);
void examine_served_url(Doctor& d, const std::string& url, const std::string& ca_file);  // https and wss; others are none
void examine_machine(Doctor& d);  // configuration files, certificates, disk and ports of the agent and backend of this machine

}  // namespace picket
