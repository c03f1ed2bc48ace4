// backend/event/certificate_terms.cc - see certificate_terms.h.
#include "backend/event/certificate_terms.h"

#include <algorithm>

#include "common/time/timezone.h"

namespace picket {

static CertificateReport judge(const CertificateTerm& t, int64_t now_s) {
  const std::string file = t.option + " " + t.path;
  if (!t.until.ok()) return {2, file + " cannot be used: " + t.until.status.message};
  const std::string end = rfc3339_utc(t.until.value).substr(0, 10);
  if (t.until.value <= now_s) return {2, file + " has expired on " + end + ": replace it, `picket ca renew` does for those it has made"};
  if (t.until.value <= now_s + kCertificateSoonS)
    return {1, file + " expires on " + end + ": replace it, `picket ca renew` does for those it has made"};
  return {};
}

CertificateReport certificates_judge(const std::vector<CertificateTerm>& terms, int64_t now_s) {
  CertificateReport all;
  for (const CertificateTerm& t : terms) {
    const CertificateReport one = judge(t, now_s);
    if (one.status == 0) continue;
    all.status = std::max(all.status, one.status);
    all.output += (all.output.empty() ? "" : "\n") + one.output;
  }
  if (all.status == 0) all.output = "All certificates are valid for 30 days or more";
  return all;
}

}  // namespace picket
