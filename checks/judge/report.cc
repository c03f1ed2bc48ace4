// checks/judge/report.cc - see report.h.
#include "checks/judge/report.h"

#include <cstdio>

namespace picket {

Report report_unknown(std::string why) {
  Report report;
  report.state = CheckState::unknown;
  report.summary = std::move(why);
  return report;
}

std::string number_text(double value) {
  if (!std::isfinite(value)) return "U";
  char text[400];
  snprintf(text, sizeof text, "%.6f", value);
  std::string out = text;
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') out.pop_back();
  return out == "-0" ? "0" : out;
}

std::string bytes_text(double bytes) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  size_t unit = 0;
  for (; std::fabs(bytes) >= 1024 && unit + 1 < std::size(kUnits); unit++) bytes /= 1024;
  char text[40];
  snprintf(text, sizeof text, unit == 0 || bytes >= 100 ? "%.0f %s" : "%.1f %s", bytes, kUnits[unit]);
  return text;
}

std::string span_text(double seconds) {
  char text[60];
  auto two = [&](double big, const char* big_unit, double small, const char* small_unit) {
    snprintf(text, sizeof text, "%.0f %s %.0f %s", std::floor(seconds / big), big_unit, std::floor(std::fmod(seconds, big) / small),
             small_unit);
    return std::string(text);
  };
  if (seconds < 0) return "-" + span_text(-seconds);
  if (seconds >= 86400) return two(86400, "d", 3600, "h");
  if (seconds >= 3600) return two(3600, "h", 60, "min");
  if (seconds >= 60) return two(60, "min", 1, "s");
  if (seconds >= 10) snprintf(text, sizeof text, "%.0f s", seconds);
  else if (seconds >= 1) snprintf(text, sizeof text, "%.1f s", seconds);
  else if (seconds >= 0.001 || seconds == 0) snprintf(text, sizeof text, "%.0f ms", seconds * 1000);
  else snprintf(text, sizeof text, "%.0f us", seconds * 1e6);
  return text;
}

std::string text_clean(std::string_view text) {
  std::string out;
  for (char c : text.substr(0, kSummaryMax)) out += c == '|' ? '/' : static_cast<unsigned char>(c) < ' ' || c == 127 ? ' ' : c;
  out.erase(out.find_last_not_of(' ') + 1);
  return text.size() > kSummaryMax ? out + "..." : out;
}

// ---- perfdata ----

static std::string perf_label(const Perf& perf) {
  std::string label = perf.of.empty() ? perf.name : perf.of + "_" + perf.name, quoted;
  bool plain = true;
  for (char c : label) {
    if (c == '=' || c == '|' || static_cast<unsigned char>(c) < ' ') c = '_';
    plain = plain && c != ' ' && c != '\'';
    quoted += c;
    if (c == '\'') quoted += c;
  }
  return plain && !quoted.empty() ? quoted : "'" + quoted + "'";
}

std::string perf_print(const Perf& perf) {
  std::string text = perf_label(perf) + "=" + number_text(perf.value) + (std::isfinite(perf.value) ? perf.unit : "");
  auto bound = [](double value) { return std::isfinite(value) ? number_text(value) : std::string(); };
  std::string parts[] = {perf.limits.warning ? range_print(*perf.limits.warning) : "",
                         perf.limits.critical ? range_print(*perf.limits.critical) : "", bound(perf.min), bound(perf.max)};
  int last = 3;
  while (last >= 0 && parts[last].empty()) last--;
  for (int i = 0; i <= last; i++) text += ";" + parts[i];
  return text;
}

// ---- the three formats ----

static std::string print_nagios(const std::string& head, const Report& report, const ReportStyle& style) {
  std::string text = head + text_clean(report.summary);
  if (style.verbose || report.always_details) {
    for (size_t i = 0; i < report.details.size() && i < kDetailsMax; i++) text += "\n" + text_clean(report.details[i]);
    if (report.details.size() > kDetailsMax) text += "\nand " + std::to_string(report.details.size() - kDetailsMax) + " more";
  }
  for (size_t i = 0; i < report.perf.size(); i++) text += (i == 0 ? " | " : " ") + perf_print(report.perf[i]);
  return text + "\n";
}

static std::string word(std::string_view text) {  // letters, digits and underscores
  std::string out;
  for (char c : text) out += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
  return out;
}

static std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (char c : text) {
    if (special.find(c) != special.npos) out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

static std::string prometheus_name(std::string_view check, const Perf& perf) {
  std::string name = "picket_" + word(check) + "_" + word(perf.name);
  std::string suffix = perf.unit == "s" ? "_seconds"
      : perf.unit == "B"                ? "_bytes"
      : perf.unit == "%"                ? "_percent"
      : perf.unit == "c"                ? "_total"
                                        : "";
  bool there = name.size() >= suffix.size() && name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0;
  return there ? name : name + suffix;
}

static std::string print_prometheus(std::string_view check, const std::string& head, const Report& report) {
  std::string text = "# " + head + text_clean(report.summary) + "\n";
  text += "picket_check_status{check=\"" + escaped(check, "\"\\") + "\"} " + std::to_string(int(report.state)) + "\n";
  for (const Perf& p : report.perf) {
    text += prometheus_name(check, p);
    if (!p.of.empty()) text += "{" + word(p.kind) + "=\"" + escaped(p.of, "\"\\") + "\"}";
    text += " " + (std::isfinite(p.value) ? number_text(p.value) : std::string("NaN")) + "\n";
  }
  return text;
}

static std::string print_influx(std::string_view check, const Report& report, int64_t unix_ns) {
  const std::string time = " " + std::to_string(unix_ns) + "\n", name = escaped(check, ", \\");
  std::string text = name + " status=" + std::to_string(int(report.state)), at;
  for (const Perf& p : report.perf) {
    if (!std::isfinite(p.value)) continue;
    if (p.of != at) {  // the figures of one thing are one line
      text += time + name + (p.of.empty() ? "" : "," + word(p.kind) + "=" + escaped(p.of, ", =\\")) + " ";
      at = p.of;
    } else text += ",";
    text += escaped(p.name, ", =\\") + "=" + number_text(p.value);
  }
  return text + time;
}

std::string report_print(std::string_view check, const Report& report, const ReportStyle& style) {
  std::string head;
  for (char c : check) head += c >= 'a' && c <= 'z' ? char(c - 32) : c;
  head += std::string(" ") + state_name(report.state) + ": ";
  switch (style.format) {
    case ReportFormat::prometheus: return print_prometheus(check, head, report);
    case ReportFormat::influx: return print_influx(check, report, style.unix_ns);
    case ReportFormat::nagios: break;
  }
  return print_nagios(head, report, style);
}

}  // namespace picket
