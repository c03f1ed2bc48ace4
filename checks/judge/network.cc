// checks/judge/network.cc - see network.h.
#include "checks/judge/network.h"

#include <algorithm>
#include <cstdio>

namespace picket {
namespace {

void say(Report& report, CheckState state, const std::string& text) {
  report.state = state_worst(report.state, state);
  report.summary += (report.summary.empty() ? "" : ", ") + text;
}

void complain(Report& report, CheckState state, const std::string& text) {
  if (state != CheckState::ok) say(report, state, text);
}

std::string milliseconds(double seconds) {
  char text[40];
  snprintf(text, sizeof text, "%.1f ms", seconds * 1000);
  return text;
}

std::vector<std::string_view> commas(std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t end; !text.empty(); text.remove_prefix(std::min(end + 1, text.size()))) {
    end = std::min(text.find(','), text.size());
    parts.push_back(text.substr(0, end));
  }
  return parts;
}

bool status_fits(int status, std::string_view pattern) {  // "200", "3xx"
  std::string digits = std::to_string(status);
  if (digits.size() != pattern.size()) return false;
  for (size_t i = 0; i < digits.size(); i++)
    if ((pattern[i] | 32) != 'x' && pattern[i] != digits[i]) return false;
  return true;
}

CheckState status_state(int status, const HttpRules& rules) {
  if (!rules.statuses.empty()) {
    for (std::string_view wanted : commas(rules.statuses))
      if (status_fits(status, wanted)) return CheckState::ok;
    return CheckState::critical;
  }
  return status >= 500 || status < 200 ? CheckState::critical
      : status >= 400                  ? CheckState::warning
      : status >= 300                  ? rules.on_redirect
                                       : CheckState::ok;
}

void put_times(Report& report, const HttpTimes& t, const Limits& limits) {
  report.perf.push_back({"time", t.total, "s", limits, 0});
  struct Row { const char* name; double value; };
  for (const Row& r :
       {Row{"resolve", t.resolve}, {"connect", t.connect}, {"tls", t.tls}, {"first_byte", t.first_byte}, {"transfer", t.transfer}})
    if (std::isfinite(r.value)) report.perf.push_back({r.name, r.value, "s", {}, 0});
}

}  // namespace

// The sentences of common/tls/tls_problem.h name the agent's option.
static std::string with_our_option(std::string problem) {
  constexpr std::string_view kTheirs = "(trusted-ca-file)";
  size_t at = problem.find(kTheirs);
  return at == problem.npos ? problem : problem.replace(at, kTheirs.size(), "(--ca-file)");
}

void judge_certificate(Report& report, const std::vector<TlsCertificate>& chain, const std::string& problem, const CertificateRules& rules,
                       int64_t now_s) {
  if (chain.empty()) return complain(report, rules.judged ? CheckState::critical : CheckState::ok, "no certificate from the server");
  // The chain is as good as its shortest-lived member.
  const TlsCertificate* first = &chain[0];
  for (const TlsCertificate& c : chain)
    if (c.not_after < first->not_after) first = &c;
  double days = double(first->not_after - now_s) / 86400;
  report.perf.push_back({"cert_days", std::floor(days), "", rules.judged ? rules.days : Limits{}});
  for (const TlsCertificate& c : chain) {
    std::string names;
    for (const std::string& n : c.names) names += (names.empty() ? "; for " : " ") + n;
    report.details.push_back("certificate " + c.subject + ", issued by " + c.issuer + ", " + c.key + ", valid for " +
                             span_text(double(c.not_after - now_s)) + names);
  }
  if (!rules.judged) return;
  if (!problem.empty()) complain(report, CheckState::critical, with_our_option(problem));
  if (days < 0 && !problem.empty()) return;  // that it has expired has been said
  std::string whose = first == &chain[0] ? "the certificate" : "the certificate of " + first->subject + " in its chain";
  complain(report, limits_judge(rules.days, std::floor(days)),
           days < 0 ? whose + " has expired" : whose + " expires in " + span_text(days * 86400));
}

Status http_statuses_check(std::string_view statuses) {
  for (std::string_view s : commas(statuses)) {
    bool good = s.size() == 3;
    for (char c : s) good = good && ((c >= '0' && c <= '9') || (c | 32) == 'x');
    if (!good) return fail(Err::invalid, "\"" + std::string(s) + "\" is not a status; expected three digits or x, e.g. 200,204,3xx");
  }
  return {};
}

void judge_http(Report& report, const Http1Message& answer, const HttpTimes& times, const HttpRules& rules) {
  say(report, status_state(answer.status, rules),
      "HTTP " + std::to_string(answer.status) + " " + std::string(http_reason(answer.status)) + ", " +
          bytes_text(double(answer.body.size())) + " in " + milliseconds(times.total));
  if (answer.body_too_large) complain(report, CheckState::unknown, "the body is too large to be searched");
  if (!rules.contains.empty() && answer.body.find(rules.contains) == std::string::npos)
    complain(report, CheckState::critical, "\"" + rules.contains + "\" is not in the body");
  if (!rules.pattern_text.empty() && !pattern_matches(rules.pattern, answer.body))
    complain(report, CheckState::critical, "nothing in the body matches " + rules.pattern_text);
  if (!rules.lacks_text.empty() && pattern_matches(rules.lacks, answer.body))
    complain(report, CheckState::critical, "the body matches " + rules.lacks_text);
  for (const auto& [name, part] : rules.headers)
    if (!header_has(answer.headers, name) || header_get(answer.headers, name).find(part) == std::string_view::npos)
      complain(report, CheckState::critical, "no header " + name + (part.empty() ? "" : " with " + part));
  complain(report, limits_judge(rules.time, times.total), "slow response: " + milliseconds(times.total));
  complain(report, limits_judge(rules.size, double(answer.body.size())), "body size " + bytes_text(double(answer.body.size())));
  put_times(report, times, rules.time);
  report.perf.push_back({"size", double(answer.body.size()), "B", rules.size, 0});
  report.perf.push_back({"status", double(answer.status)});
}

Report judge_ping(const std::string& who, const std::vector<double>& round_trips, const PingRules& rules) {
  Report report;
  double sum = 0, count = 0, least = NAN, most = NAN;
  for (double t : round_trips) {
    if (std::isnan(t)) continue;
    sum += t, count++;
    least = std::fmin(least, t), most = std::fmax(most, t);
  }
  double sent = double(round_trips.size()), loss = sent > 0 ? 100 * (sent - count) / sent : 100, mean = count > 0 ? sum / count : NAN;
  report.state = limits_judge(rules.loss, loss);
  if (count > 0) report.state = state_worst(report.state, limits_judge(rules.rtt, mean * 1000));
  else report.state = CheckState::critical;
  report.summary = who + ": " + number_text(count) + " of " + number_text(sent) + " received" +
      (count > 0 ? ", " + milliseconds(mean) + " round trip" : "");
  Limits seconds = rules.rtt;
  for (std::optional<Range>* r : {&seconds.warning, &seconds.critical})
    if (*r) (*r)->low /= 1000, (*r)->high /= 1000;
  report.perf = {{"rtt", mean, "s", seconds, 0},
                 {"loss", loss, "%", rules.loss, 0, 100},
                 {"rtt_min", least, "s", {}, 0},
                 {"rtt_max", most, "s", {}, 0}};
  return report;
}

}  // namespace picket
