// cli/show/view_text.cc - texts that several views share.
#include <cstdio>
#include <ctime>

#include "cli/ctl/ctl.h"
#include "cli/show/view.h"
#include "common/json/json.h"

namespace picket {

// As Go's time.Time.String() of a local time: date, time, offset, name of the zone.
std::string human_time(int64_t unix_seconds) {
  if (unix_seconds == 0) return "N/A";
  time_t t = time_t(unix_seconds);
  const tm* local = localtime(&t);
  char text[64] = "";
  if (!local || !strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %z %Z", local)) return std::to_string(unix_seconds);
  return text;
}

std::string rfc3339_local(int64_t unix_seconds) {
  time_t t = time_t(unix_seconds);
  const tm* local = localtime(&t);
  char text[64] = "", zone[16] = "";
  if (!local || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", local)) return std::to_string(unix_seconds);
  strftime(zone, sizeof zone, "%z", local);
  std::string offset = zone;
  if (offset == "+0000" || offset.size() != 5) return std::string(text) + "Z";
  return text + offset.substr(0, 3) + ":" + offset.substr(3);
}

std::string hooks_text(std::string_view check) {
  std::string out;
  std::string_view raw = json_at(check, {"check_hooks"});
  if (raw.empty() || raw == "null") return out;
  for (std::string_view list : json_items(raw).value)
    for (const JsonMember& m : json_members(list).value)
      out += (out.empty() ? "" : ", ") + m.key + ": [" + join(json_strings(m.raw).value, ", ") + "]";
  return out;
}

}  // namespace picket
