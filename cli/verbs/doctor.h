// cli/verbs/doctor.h - findings of `doctor`: what is not fine carries the remedy.
#pragma once
#include <string>

#include "cli/ctl/ctl.h"

namespace picket {

struct Doctor {
  Ctl& ctl;
  int failed = 0, warned = 0;
  bool json = false;       // --json: the findings are kept
  std::string found = {};  // so far
};

// `level`: ok, note, warn, fail. Printed at once, or kept for --json.
void finding(Doctor& d, const char* level, const std::string& what, const std::string& remedy);
inline void fine(Doctor& d, const std::string& what) { finding(d, "ok", what, ""); }
// Somebody wants it so; it is shown and not counted.
inline void note(Doctor& d, const std::string& what, const std::string& remedy) { finding(d, "note", what, remedy); }
inline void warn(Doctor& d, const std::string& what, const std::string& remedy) { finding(d, "warn", what, remedy); }
inline void failed(Doctor& d, const std::string& what, const std::string& remedy) { finding(d, "fail", what, remedy); }

// The backend's answer to /health, which is 200 whatever its members are; the error names those that are not well.
Status health_judge(const CtlReply& reply);

void examine_events(Doctor& d);  // agents whose keepalive failed, and checks that fail, as far as one may see them
void examine_alerts(Doctor& d);  // what keeps alerts from coming: mistakes first, then what somebody wants so

void examine_incidents(Doctor& d);  // open ones that have notified nobody, and handlers whose last delivery failed
void examine_passwords(Doctor& d);  // those that everybody knows

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
