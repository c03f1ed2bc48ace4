// agent/config/cron_1x.cc - the day of the week in cron schedules of 1.x: Sunday is 0 or 7; see types_1x.h.
#include <algorithm>
#include <cctype>

#include "agent/config/types_1x.h"

namespace picket {
namespace {

constexpr int kSunday = 7;
constexpr const char* kDays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

// 0 to 7; -1: no day of the week.
int day_of(const std::string& word) {
  if (word.size() == 1 && word[0] >= '0' && word[0] <= '7') return word[0] - '0';
  std::string lower;
  for (char c : word) lower += char(std::tolower(static_cast<unsigned char>(c)));
  for (int i = 0; i < kSunday; i++)
    if (lower == kDays[i]) return i;
  return -1;
}

// "7", "5-7" and "1-7/2" in days up to 6; others as they are.
std::string item_of_1x(const std::string& item) {
  const size_t slash = item.find('/'), dash = item.substr(0, slash).find('-');
  const std::string range = item.substr(0, slash), step_text = slash == item.npos ? "1" : item.substr(slash + 1);
  const int first = day_of(range.substr(0, dash)), last = dash == range.npos ? first : day_of(range.substr(dash + 1));
  const int step = step_text.size() == 1 ? day_of(step_text) : -1;
  if (last != kSunday || first < 0 || step < 1) return item;
  std::string out;
  for (int day = first; day <= last; day += step) out += (out.empty() ? "" : ",") + std::to_string(day % kSunday);
  return out;
}

}  // namespace

std::string cron_of_1x(const std::string& schedule) {
  const size_t end = schedule.find_last_not_of(" \t\r\n");
  const size_t blank = end == schedule.npos ? end : schedule.find_last_of(" \t\r\n", end);
  if (blank == schedule.npos || schedule.find('@') != schedule.npos) return schedule;
  std::string out = schedule.substr(0, blank + 1);
  const std::string field = schedule.substr(blank + 1, end - blank);
  for (size_t at = 0; at <= field.size();) {
    const size_t comma = std::min(field.find(',', at), field.size());
    out += (at > 0 ? "," : "") + item_of_1x(field.substr(at, comma - at));
    at = comma + 1;
  }
  return out;
}

}  // namespace picket
