// common/options/ports.cc - ports asked for twice, and which default gives way.
#include "common/options/ports.h"

namespace picket {
namespace {

bool is_any(const std::string& host) { return host.empty() || host == "0.0.0.0" || host == "::" || host == "[::]" || host == "*"; }

std::string plain(std::string host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return host == "localhost" ? "127.0.0.1" : host;
}

bool clash(const PortUse& a, const PortUse& b) {
  if (a.port == 0 || a.port != b.port || (a.off && *a.off) || (b.off && *b.off)) return false;
  if (!(a.tcp && b.tcp) && !(a.udp && b.udp)) return false;
  return is_any(a.host) || is_any(b.host) || plain(a.host) == plain(b.host);
}

// True: `a` is a default, and `b` was asked for.
bool gives_way(const PortUse& a, const PortUse& b, std::vector<std::string>* notes) {
  if (!a.off || a.is_asked || !b.is_asked) return false;
  *a.off = true;
  notes->push_back(a.what + " is disabled: its port " + std::to_string(a.port) + " is used by " + b.option + "; set " + a.option +
                   " to another port to enable both");
  return true;
}

}  // namespace

Status ports_settle(const std::vector<PortUse>& uses, std::vector<std::string>* notes) {
  std::string wrong;
  for (size_t i = 0; i < uses.size(); i++)
    for (size_t k = i + 1; k < uses.size(); k++) {
      const PortUse &a = uses[i], &b = uses[k];
      if (!clash(a, b) || gives_way(a, b, notes) || gives_way(b, a, notes)) continue;
      wrong += (wrong.empty() ? "" : "\n") + a.option + " and " + b.option + " are both port " + std::to_string(a.port) +
          "; use a different port for each";
    }
  return wrong.empty() ? Status{} : fail(Err::invalid, wrong);
}

}  // namespace picket
