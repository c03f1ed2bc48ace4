// cli/commands/docs_man.cc - the man pages; see docs_package.h.
#include <algorithm>

#include "agent/config/agent_config.h"
#include "backend/shared/backend_config.h"
#include "cli/ctl/ctl.h"
#include "cli/commands/commands.h"
#include "cli/commands/docs_package.h"
#include "cli/commands/edge.h"
#include "cli/commands/run.h"
#include "common/basic/build_info.h"
#include "common/options/man.h"

namespace picket {
namespace {

std::string title(std::string_view name, const char* summary) {
  std::string upper(name.substr(0, name.rfind('.')));
  std::string lower = upper;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return ".\\\" Generated from the tables in the program by `picket docs " + std::string(name) + "'.\n.TH " + man_escape(upper) + " " +
      std::string(name.substr(name.rfind('.') + 1)) + " \"" + std::string(kBuildDate).substr(0, 10) + "\" \"picket " +
      man_escape(std::string(kVersion).substr(0, std::string_view(kVersion).find('-'))) + "\" \"picket\"\n.SH NAME\n" + man_escape(lower) +
      " \\- " + man_escape(summary) + "\n";
}

std::string files_of(const OptionTable& table) {
  std::string out, all = table.default_files;
  for (size_t at = 0; at < all.size();) {
    size_t end = std::min(all.find(':', at), all.size());
    out += ".TP\n\\fI" + man_escape(all.substr(at, end - at)) + "\\fR\n" +
        (at == 0 ? "Configuration: the first of these files that exists is read.\n" : "The same.\n");
    at = end + 1;
  }
  return out;
}

struct ProgramPage {
  const char* name;
  const char* summary;
  const char* synopsis;
  const char* description;
  const OptionTable* options;
};
const char kSources[] =
    "\n.PP\nEvery option is a flag, an environment variable and a key of the configuration file. Precedence: flag, "
    "environment, file, default. \\fB\\-\\-print\\-config\\fR shows the source of each value.\n";
const ProgramPage kPages[] = {
    {"picket-agent.8", "monitoring agent: execute checks, accept results, report to a backend",
     "\\fBpicket agent start\\fR [\\fIOPTION\\fR]...\n.br\n\\fBpicket agent check\\-config\\fR|\\fBstatus\\fR [\\fIOPTION\\fR]...\n.br\n"
     "\\fBpicket agent enroll\\fR \\fB\\-\\-url\\fR \\fIURL\\fR \\fB\\-\\-token\\fR \\fITOKEN\\fR\n.br\n"
     "\\fBpicket agent run\\fR \\fINAME\\fR [\\fB\\-\\-dry\\-run\\fR]\n",
     "The agent runs checks that a backend asks for or its own configuration names, takes results on port 3030, and reports. What no backend "
     "takes waits in a spool on disk. It takes the place of \\fBsensu\\-agent\\fR and reads its configuration. On SIGHUP it reads its "
     "configuration anew, on SIGUSR1 it turns its log level, on SIGTERM it waits for running checks and ends.",
     &kAgentOptions},
    {"picket-backend.8", "monitoring backend: store events, schedule checks, run handlers",
     "\\fBpicket backend start\\fR [\\fIOPTION\\fR]...\n.br\n\\fBpicket backend check\\-config\\fR [\\fIOPTION\\fR]...\n"
     ".br\n\\fBpicket backend reset\\-password\\fR [\\fIUSER\\fR] [\\fIOPTION\\fR]...\n",
     "The backend serves agents on port 8081 and the API on port 8080, schedules checks, keeps events and definitions in one SQLite file in "
     "its state directory, and runs handlers. It takes the place of \\fBsensu\\-backend\\fR on a single machine.",
     &kBackendOptions},
    {"picket-edge.8", "backend and agent in one process", "\\fBpicket edge\\fR [\\fBcheck\\-config\\fR] [\\fIOPTION\\fR]...\n",
     "Backend and agent of one machine in one process, with no configuration needed. Everything listens on loopback until "
     "\\fB\\-\\-host\\fR says otherwise.",
     &kEdgeOptions},
    {"picket-run.1", "run a command and report its result",
     "\\fBpicket run\\fR \\fB\\-\\-name\\fR \\fINAME\\fR \\fB\\-\\-ttl\\fR \\fISPAN\\fR [\\fIOPTION\\fR]... \\fB\\-\\-\\fR \\fICOMMAND\\fR "
     "[\\fIARGUMENT\\fR]...\n",
     "Runs the command and reports its result to the local agent. If no result arrives within \\fISPAN\\fR, the event becomes "
     "critical. Input, output and exit status of the command are unchanged.",
     &kRunOptions},
    {"picket-ca.1", "make, show and renew certificates",
     "\\fBpicket ca init\\fR [\\fB\\-\\-dir\\fR \\fIDIR\\fR]\n.br\n\\fBpicket ca member\\fR \\fINAME ADDRESS\\fR...\n.br\n"
     "\\fBpicket ca client\\fR|\\fBagent\\fR \\fINAME\\fR\n.br\n\\fBpicket ca show\\fR|\\fBrenew\\fR \\fIFILE\\fR\n",
     "A small certificate authority in a folder. \\fBinit\\fR makes ca.pem and ca\\-key.pem; \\fBmember\\fR the certificate of a backend, for "
     "its addresses, as server and as client; \\fBclient\\fR and \\fBagent\\fR those of clients, each as NAME.pem and NAME\\-key.pem. "
     "\\fBrenew\\fR keeps names, uses and, without \\fB\\-\\-new\\-key\\fR, the key. Programs that are running take new files by themselves.",
     &kCaOptions},
};

constexpr char kSeeAlso[] =
    ".SH SEE ALSO\n\\fBpicket\\fR(1), \\fBpicket\\-ctl\\fR(1), \\fBpicket\\-run\\fR(1), \\fBpicket\\-ca\\fR(1), \\fBpicket\\-agent\\fR(8), \\fBpicket\\-backend\\fR(8), "
    "\\fBpicket\\-edge\\fR(8), \\fI/usr/share/doc/picket\\fR\n";

std::string program_page(const ProgramPage& p) {
  std::string out = title(p.name, p.summary) + ".SH SYNOPSIS\n" + p.synopsis + ".SH DESCRIPTION\n" + p.description +
      (p.options->flags_only ? "\n" : kSources) + ".SH OPTIONS\n" + options_man(*p.options);
  if (p.options->default_files && *p.options->default_files) out += ".SH FILES\n" + files_of(*p.options);
  return out + kSeeAlso;
}

std::string picket_page(const std::vector<CommandSummary>& commands) {
  std::string out = title("picket.1", "monitoring agent, backend and their command line in one program") +
      ".SH SYNOPSIS\n\\fBpicket\\fR \\fICOMMAND\\fR [\\fIARGUMENT\\fR]...\n.SH DESCRIPTION\nCalled as \\fBsensu\\-agent\\fR, "
      "\\fBsensu\\-backend\\fR or \\fBsensuctl\\fR it is \\fBpicket agent\\fR, \\fBpicket backend\\fR or \\fBpicket ctl\\fR.\n.SH COMMANDS\n";
  for (const CommandSummary& c : commands) out += ".TP\n\\fB" + man_escape(c.name) + "\\fR\n" + man_escape(c.summary) + "\n";
  return out +
      ".SH EXIT STATUS\n0 on success; 1 on failure, also for an unknown option or subcommand; 2 for an unknown command. "
      "\\fBpicket check\\fR exits with the status of the check: 0 ok, 1 warning, 2 critical, 3 unknown (also for invalid arguments).\n" +
      kSeeAlso;
}

std::string flags_text(const std::vector<CtlFlag>& flags) {
  std::string out;
  for (const CtlFlag& f : flags)
    out += ".TP\n\\fB\\-\\-" + man_escape(f.name) + "\\fR" + (*f.kind ? " \\fI" + std::string(f.kind) + "\\fR" : "") + "\n" +
        man_escape(f.usage) + "\n";
  return out;
}

std::string ctl_page() {
  std::string out = title("picket-ctl.1", "manage a backend") +
      ".SH SYNOPSIS\n\\fBpicket ctl\\fR \\fICOMMAND\\fR [\\fIARGUMENT\\fR]... [\\fIOPTION\\fR]...\n.SH DESCRIPTION\nThe commands, options and output "
      "of \\fBsensuctl\\fR. \\fBpicket ctl configure\\fR comes first. Every option also comes from \\fBPICKET_\\fR\\fIOPTION\\fR.\n.SH COMMANDS\n";
  for (const CtlCommand& c : ctl_commands()) {
    if (!c.run || !*c.path || c.traits & kCtlHidden) continue;
    out += ".SS " + man_escape(std::string(c.path) + (*c.usage ? " " : "") + c.usage) + "\n" + man_escape(c.summary) + "\n" +
        flags_text(c.flags);
  }
  return out + kSeeAlso;
}

}  // namespace

std::string man_page(std::string_view name, const std::vector<CommandSummary>& commands) {
  if (name == "picket.1") return picket_page(commands);
  if (name == "picket-ctl.1") return ctl_page();
  for (const ProgramPage& p : kPages)
    if (name == p.name) return program_page(p);
  return "";
}

std::vector<std::string> man_page_names() {
  std::vector<std::string> out = {"picket.1", "picket-ctl.1"};
  for (const ProgramPage& p : kPages) out.push_back(p.name);
  return out;
}

}  // namespace picket
