// backend/event/certificate_terms.h - which certificate files of the configuration end soon, have ended or cannot be read. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "common/basic/result.h"

namespace picket {

inline constexpr const char* kCertificatesCheck = "backend-certificates";
inline constexpr int64_t kCertificateSoonS = 30 * 86400;  // how long before the end it is reported

struct CertificateTerm {
  std::string option, path;
  Result<int64_t> until = int64_t(0);  // unix seconds
};
struct CertificateReport {
  uint32_t status = 0;
  std::string output;
};
CertificateReport certificates_judge(const std::vector<CertificateTerm>& terms, int64_t now_s);

}  // namespace picket
