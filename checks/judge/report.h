// checks/judge/report.h - what a check has found, and how it is printed: for Nagios, Prometheus or InfluxDB. Pure.
//
// Nagios: `NAME STATE: summary`, further lines, ` | perfdata` at the very end of the text, so that readers that split at the one
// '|' (Sensu's among them) find nothing after the figures. Texts hold neither '|' nor control characters.
#pragma once
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "checks/judge/range.h"

namespace picket {

inline constexpr size_t kSummaryMax = 2000;  // bytes of one line of text; the rest is cut off
inline constexpr size_t kDetailsMax = 200;   // lines below the summary; how many are left out is said

// One figure. Nagios calls it `name`, or `of_name` when it is that of one thing among several.
struct Perf {
  std::string name = {};  // "used_percent"
  double value = 0;       // NaN: could not be had, "U"
  std::string unit = {};  // "", s, %, B, c
  Limits limits = {};
  double min = NAN, max = NAN;
  std::string kind = {}, of = {};  // "mount", "/var"; empty: of the whole
};

struct Report {
  CheckState state = CheckState::ok;
  std::string summary;
  std::vector<std::string> details;  // printed with -v, or when `always_details`
  std::vector<Perf> perf;
  bool always_details = false;
};

Report report_unknown(std::string why);

enum class ReportFormat { nagios, prometheus, influx };
struct ReportStyle {
  ReportFormat format = ReportFormat::nagios;
  bool verbose = false;
  int64_t unix_ns = 0;  // for InfluxDB
};
std::string report_print(std::string_view check, const Report& report, const ReportStyle& style);

std::string perf_print(const Perf& perf);       // 'label'=value[unit];warn;crit;min;max
std::string number_text(double value);          // never an exponent, six digits after the point at most
std::string bytes_text(double bytes);           // "1.5 GiB"
std::string span_text(double seconds);          // "3 d 4 h", "250 ms"
std::string text_clean(std::string_view text);  // one line that hurts no reader

}  // namespace picket
