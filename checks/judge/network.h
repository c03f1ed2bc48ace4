// checks/judge/network.h - verdicts on what came over the network. Pure.
#pragma once
#include "checks/facts/pattern.h"
#include "checks/judge/report.h"
#include "common/wire/http1.h"
#include "common/tls/tls.h"

namespace picket {

struct CertificateRules { Limits days; bool judged = true; };
// Adds to a report what is to be said of a certificate.
void judge_certificate(Report& report, const std::vector<TlsCertificate>& chain, const std::string& problem, const CertificateRules& rules,
                       int64_t now_s);

struct HttpTimes { double resolve = 0, connect = 0, tls = NAN, first_byte = 0, transfer = 0, total = 0; };
struct HttpRules {
  Limits time, size;
  std::string statuses;  // "200,204,3xx"; empty: 2xx and 3xx are well, 4xx a warning, 5xx critical
  std::string contains;  // of the body
  std::string pattern_text, lacks_text;
  Pattern pattern, lacks;
  std::vector<std::pair<std::string, std::string>> headers;  // that must be there, with a value that holds this
  CheckState on_redirect = CheckState::ok;
};
Status http_statuses_check(std::string_view statuses);  // is it a list of statuses?
void judge_http(Report& report, const Http1Message& answer, const HttpTimes& times, const HttpRules& rules);

struct PingRules { Limits rtt /* milliseconds */, loss /* percent */; };
Report judge_ping(const std::string& who, const std::vector<double>& round_trips_s /* NaN: lost */, const PingRules& rules);

}  // namespace picket
