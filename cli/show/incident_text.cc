// cli/show/incident_text.cc - incidents drawn as tables and labels.
#include "cli/show/incident_text.h"

#include <algorithm>
#include <ctime>
#include <map>

#include "cli/ctl/ctl.h"
#include "cli/show/view.h"
#include "common/json/json.h"
#include "common/time/timezone.h"

namespace picket {
namespace {

std::string status_word(int64_t status) {
  static const char* const kWords[] = {"ok", "warning", "critical", "unknown"};
  return status >= 0 && status < 4 ? kWords[status] : "status " + std::to_string(status);
}

std::string duration_of(std::string_view i, int64_t now_s) {
  const int64_t end = integer_at(i, {"end"});
  return incident_duration((end ? end : now_s) - integer_at(i, {"begin"})) + (end ? "" : ", open");
}

std::string end_text(std::string_view i) {
  const int64_t end = integer_at(i, {"end"});
  if (end == 0) return "open";
  const std::string by = text_at(i, {"ended_by"});
  if (by == "result") return human_time(end);
  return human_time(end) + (by == "deleted" ? ", its event was deleted" : ", seen at a start of the backend");
}

std::string when(std::string_view d) {
  const int64_t count = integer_at(d, {"count"});
  if (count <= 1) return human_time(integer_at(d, {"at"}));
  return human_time(integer_at(d, {"at"})) + " and " + std::to_string(count - 1) + " more until " + human_time(integer_at(d, {"last"}));
}

std::string notified_text(std::string_view i) {
  const char* notified = true_at(i, {"notified"}) ? "yes" : "nobody";
  return json_at(i, {"acknowledged"}).empty() ? notified : std::string(notified) + ", acknowledged";
}

std::string took_of(std::string_view d) {
  return json_at(d, {"took_ms"}).empty() ? "" : std::to_string(integer_at(d, {"took_ms"})) + " ms";
}

bool is_acknowledged(std::string_view i, int64_t now_s) {
  const int64_t until = integer_at(i, {"acknowledged", "until"});
  return !json_at(i, {"acknowledged"}).empty() && (until == 0 || now_s < until);
}

// Somebody wanted it so: of its handlers the silence kept one back at last, and all the others a filter.
bool is_silenced(std::string_view i) {
  std::map<std::string, std::string> last;  // by handler
  for (std::string_view d : json_items(json_at(i, {"decisions"})).value) last[text_at(d, {"handler"})] = text_at(d, {"outcome"});
  const auto was = [](const char* outcome) { return [outcome](const auto& of) { return of.second == outcome; }; };
  const auto silenced = std::count_if(last.begin(), last.end(), was("silenced"));
  return silenced > 0 && silenced + std::count_if(last.begin(), last.end(), was("filtered")) == std::ptrdiff_t(last.size());
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// HH:MM or HH:MM:SS.
bool clock_read(std::string_view s, tm* out) {
  if ((s.size() != 5 && s.size() != 8) || s[2] != ':' || (s.size() == 8 && s[5] != ':')) return false;
  for (size_t i = 0; i < s.size(); i++)
    if (i % 3 != 2 && !is_digit(s[i])) return false;
  auto two = [&](size_t at) { return (s[at] - '0') * 10 + (s[at + 1] - '0'); };
  out->tm_hour = two(0);
  out->tm_min = two(3);
  out->tm_sec = s.size() == 8 ? two(6) : 0;
  return out->tm_hour < 24 && out->tm_min < 60 && out->tm_sec < 60;
}

bool date_read(std::string_view s, tm* out) {
  if (s.size() != 10 || s[4] != '-' || s[7] != '-') return false;
  int numbers[3] = {};
  for (size_t i = 0, n = 0; i < s.size(); i++) {
    if (i == 4 || i == 7) n++;
    else if (!is_digit(s[i])) return false;
    else numbers[n] = numbers[n] * 10 + (s[i] - '0');
  }
  out->tm_year = numbers[0] - 1900;
  out->tm_mon = numbers[1] - 1;
  out->tm_mday = numbers[2];
  return numbers[1] >= 1 && numbers[1] <= 12 && numbers[2] >= 1 && numbers[2] <= 31;
}

// Of the day that `day` days lie before now.
int64_t local_clock(const tm& clock, int64_t now_s, int days_before) {
  const time_t now = static_cast<time_t>(now_s);
  tm t = *localtime(&now);
  t.tm_hour = clock.tm_hour;
  t.tm_min = clock.tm_min;
  t.tm_sec = clock.tm_sec;
  t.tm_mday -= days_before;
  t.tm_isdst = -1;
  return int64_t(mktime(&t));
}

}  // namespace

std::string incident_duration(int64_t s) {
  if (s < 0) s = 0;
  const std::pair<int64_t, const char*> units[] = {{86400, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}};
  std::string out;
  int parts = 0;
  for (const auto& [seconds, unit] : units) {
    const int64_t n = s / seconds;
    s %= seconds;
    if (n == 0 || parts == 2) continue;
    out += (out.empty() ? "" : " ") + std::to_string(n) + unit;
    parts++;
  }
  return out.empty() ? "0s" : out;
}

std::string incident_ack_text(std::string_view i) {
  if (json_at(i, {"acknowledged"}).empty()) return "";
  const int64_t until = integer_at(i, {"acknowledged", "until"});
  return "Acknowledged by " + text_at(i, {"acknowledged", "by"}) + (until ? " until " + human_time(until) : "") + ": " +
      text_at(i, {"acknowledged", "reason"});
}

bool incident_is_open(std::string_view i) { return integer_at(i, {"end"}) == 0; }
bool incident_alerted_nobody(std::string_view i, int64_t now_s) {
  return incident_is_open(i) && !true_at(i, {"notified"}) && !is_acknowledged(i, now_s) && !is_silenced(i);
}

std::vector<std::string> incident_titles() { return {"ID", "Begin", "Duration", "Entity", "Check", "Worst", "Notified", "Output"}; }

TableRow incident_row(std::string_view i, int64_t now_s) {
  return {style_primary(text_at(i, {"id"})),
          human_time(integer_at(i, {"begin"})),
          duration_of(i, now_s),
          text_at(i, {"entity"}),
          text_at(i, {"check"}),
          status_word(integer_at(i, {"worst"})),
          notified_text(i),
          text_at(i, {"output"})};
}

std::string incident_decisions(std::string_view i, int64_t until_s) {
  std::vector<TableRow> rows;
  for (std::string_view d : json_items(json_at(i, {"decisions"})).value) {
    if (until_s != 0 && integer_at(d, {"at"}) > until_s) continue;
    const std::string pipeline = text_at(d, {"pipeline"}), workflow = text_at(d, {"workflow"});
    rows.push_back({when(d), style_primary(text_at(d, {"handler"})), pipeline + (workflow.empty() ? "" : "/" + workflow),
                    status_word(integer_at(d, {"status"})), text_at(d, {"outcome"}), took_of(d), text_at(d, {"why"})});
  }
  std::string out = table_draw({"When", "Handler", "Pipeline", "Status", "Outcome", "Took", "Why"}, rows);
  if (const int64_t n = integer_at(i, {"left_out"}); n > 0) out += "and " + std::to_string(n) + " decisions that are not kept\n";
  return out;
}

std::string incident_info(std::string_view i, int64_t now_s) {
  LabelRows rows = {{"Namespace", text_at(i, {"namespace"})},
                    {"Begin", human_time(integer_at(i, {"begin"}))},
                    {"End", end_text(i)},
                    {"Duration", duration_of(i, now_s)},
                    {"Worst status", status_word(integer_at(i, {"worst"}))},
                    {"Last status", status_word(integer_at(i, {"status"}))},
                    {"Failing results", std::to_string(integer_at(i, {"results"}))},
                    {"Output", text_at(i, {"output"})},
                    {"Notified", true_at(i, {"notified"}) ? "yes" : "nobody"}};
  if (const std::string ack = incident_ack_text(i); !ack.empty())
    rows.emplace_back("Acknowledged", ack.substr(std::string_view("Acknowledged ").size()));
  return labels_draw(text_at(i, {"entity"}) + "/" + text_at(i, {"check"}) + " - " + text_at(i, {"id"}), rows) + incident_decisions(i, 0);
}

Result<int64_t> moment_parse(std::string_view text, int64_t now_s) {
  if (Result<ZonedTime> zoned = rfc3339_parse(text); zoned.ok()) return zoned.value.unix_s;
  tm clock{};
  if (clock_read(text, &clock)) {
    const int64_t today = local_clock(clock, now_s, 0);
    return today <= now_s ? today : local_clock(clock, now_s, 1);
  }
  if (text.size() > 11 && text[10] == ' ' && date_read(text.substr(0, 10), &clock) && clock_read(text.substr(11), &clock)) {
    clock.tm_isdst = -1;
    return int64_t(mktime(&clock));
  }
  return fail(Err::invalid, "time " + json_quote(text) + ": expected 03:00, 2026-12-01 03:00 or 2026-12-01T03:00:00Z");
}

}  // namespace picket
