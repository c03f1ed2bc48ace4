// checks/protocol/sntp.cc - see sntp.h.
#include "checks/protocol/sntp.h"

#include <cstdio>

namespace picket {
namespace {

constexpr size_t kMessageSize = 48;
constexpr double kEpoch = 2208988800.0;  // from 1900 to 1970

// Seconds and fractions of 2^-32, as a whole: doubles have 53 bits, and offsets need the last ones.
uint64_t time_of(int64_t unix_ns) {
  uint64_t seconds = uint64_t(unix_ns / 1'000'000'000) + uint64_t(kEpoch), rest = uint64_t(unix_ns % 1'000'000'000);
  return seconds << 32 | (rest << 32) / 1'000'000'000;
}

uint64_t time_at(std::string_view message, size_t at) {
  uint64_t value = 0;
  for (size_t i = 0; i < 8; i++) value = value << 8 | static_cast<unsigned char>(message[at + i]);
  return value;
}

double difference(uint64_t a, uint64_t b) { return double(int64_t(a - b)) / 4294967296.0; }  // across the end of the era, too

}  // namespace

std::string sntp_question(int64_t sent_ns) {
  std::string text(kMessageSize, '\0');
  text[0] = 0x23;  // version 4, client
  uint64_t t = time_of(sent_ns);
  for (size_t i = 0; i < 8; i++) text[40 + i] = char(t >> (56 - 8 * i));
  return text;
}

Result<SntpSample> sntp_answer(std::string_view message, int64_t sent_ns, int64_t received_ns) {
  if (message.size() < kMessageSize) return fail(Err::invalid, "response too short");
  int mode = message[0] & 7;
  if (mode != 4 && mode != 2) return fail(Err::invalid, "not a response of a time server");
  uint64_t t1 = time_of(sent_ns), t4 = time_of(received_ns), t2 = time_at(message, 32), t3 = time_at(message, 40);
  if (time_at(message, 24) != t1) return fail(Err::precondition, "response to another request");
  SntpSample s;
  s.leap = static_cast<unsigned char>(message[0]) >> 6;
  s.stratum = static_cast<unsigned char>(message[1]);
  if (s.stratum == 0) return fail(Err::unavailable, "rejected by the server: " + text_clean(message.substr(12, 4)));  // kiss of death
  s.offset = (difference(t2, t1) + difference(t3, t4)) / 2;
  s.delay = difference(t4, t1) - difference(t3, t2);
  return s;
}

Report judge_time(const std::string& server, const std::vector<SntpSample>& samples, const Limits& limits, CheckState unsynchronised) {
  const SntpSample* best = &samples[0];
  for (const SntpSample& s : samples)
    if (s.delay < best->delay) best = &s;
  Report report;
  char offset[60];
  snprintf(offset, sizeof offset, "%+.6f s", best->offset);
  report.state = limits_judge(limits, std::fabs(best->offset));
  report.summary = "offset " + std::string(offset) + " to " + server + ", stratum " + std::to_string(best->stratum);
  report.perf = {
      {"offset", best->offset, "s", limits}, {"delay", best->delay, "s", {}, 0}, {"stratum", double(best->stratum), "", {}, 0, 16}};
  bool lost = best->leap == 3 || best->stratum >= 16;
  if (lost) report.summary += ", server not synchronised", report.state = state_worst(report.state, unsynchronised);
  return report;
}

}  // namespace picket
