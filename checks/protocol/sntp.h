// checks/protocol/sntp.h - asking a time server, RFC 4330. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "checks/judge/report.h"
#include "common/basic/result.h"

namespace picket {

struct SntpSample {
  double offset = 0, delay = 0;  // seconds; offset: to be added to our clock
  int stratum = 0, leap = 0;
};
std::string sntp_question(int64_t sent_ns);  // unix time
Result<SntpSample> sntp_answer(std::string_view message, int64_t sent_ns, int64_t received_ns);
// Of several samples the one with the shortest way is the truest.
Report judge_time(const std::string& server, const std::vector<SntpSample>& samples, const Limits& limits, CheckState unsynchronised);

}  // namespace picket
