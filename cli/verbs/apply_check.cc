// cli/verbs/apply_check.cc - apply --check: what can be said of definitions without a backend, for builds that test a checkout.
#include <map>

#include "cli/show/ctl_resource.h"
#include "cli/verbs/apply.h"
#include "common/json/json.h"
#include "common/rules/no_effect.h"

namespace picket {
namespace {

std::string title(const FileResource& r) {
  const std::string name = r.name.empty() ? text_at(r.body, {"name"}) : r.name;  // namespaces have no metadata
  return std::string(r.type->type) + " " + (r.ns.empty() ? "" : r.ns + "/") + name;
}

// The last one would win, and which is last depends on the order of the files.
size_t report_twice(Ctl& ctl, const std::vector<FileResource>& resources) {
  std::map<std::string, int> times;
  for (const FileResource& r : resources) times[title(r)]++;
  size_t twice = 0;
  for (const auto& [name, count] : times) {
    if (count == 1) continue;
    twice++;
    ctl.write_err(name + ": defined " + std::to_string(count) + " times; keep one\n");
  }
  return twice;
}

void report_idle(Ctl& ctl, const std::vector<FileResource>& resources) {
  for (const FileResource& r : resources)
    for (const std::string& sentence : no_effect(*r.type, r.body, ctl.now_ms / 1000))
      ctl.write_err("warning: " + title(r) + ": " + sentence + "\n");
}

std::string counted(size_t n, const char* what) { return std::to_string(n) + (n == 1 ? " definition is " : " definitions are ") + what; }

}  // namespace

Status apply_check(Ctl& ctl, const std::vector<FileResource>& resources, size_t refused) {
  report_idle(ctl, resources);
  refused += report_twice(ctl, resources);
  if (refused > 0) return fail(Err::invalid, counted(refused, "invalid") + ", as listed above");
  return say(ctl, counted(resources.size(), "valid") + "; whether what they refer to exists is known to a backend only");
}

}  // namespace picket
