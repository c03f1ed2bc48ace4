// cli/show/incident_text.h - incidents as people read them: one line of a list, and what every handler did.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"
#include "cli/show/table.h"

namespace picket {

// `incident`: as the API answers it.
std::string incident_duration(int64_t seconds);  // "2d 3h", "4m 10s"
std::vector<std::string> incident_titles();
TableRow incident_row(std::string_view incident, int64_t now_s);
std::string incident_info(std::string_view incident, int64_t now_s);
// Decisions up to `until_s`; 0 = all.
std::string incident_decisions(std::string_view incident, int64_t until_s);
std::string incident_ack_text(std::string_view incident);  // "Acknowledged by anna until ...: reason", or ""
bool incident_is_open(std::string_view incident);
bool incident_alerted_nobody(std::string_view incident,
                             int64_t now_s);  // it goes on, nothing was delivered, nobody silenced or acknowledged it

// "03:00" (the last time it was so late, local time), "2026-12-01 03:00", "2026-12-01T03:00:00Z". Err::invalid says what is expected.
Result<int64_t> moment_parse(std::string_view text, int64_t now_s);

}  // namespace picket
