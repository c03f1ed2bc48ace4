// tests/backend/event/certificate_terms_test.cc - when the end of a certificate is reported.
#include <doctest/doctest.h>

#include "backend/event/certificate_terms.h"

using namespace picket;

TEST_CASE("the end of a certificate is reported thirty days before, and an unreadable one at once") {
  constexpr int64_t kNow = 1'790'000'000, kDay = 86'400;
  struct Row { Result<int64_t> until; uint32_t status; const char* said; };
  const Row rows[] = {
      {kNow + 31 * kDay, 0, "All certificates are valid"},
      {kNow + 30 * kDay, 1, "cert-file /c.pem expires on 2026-"},
      {kNow + 1, 1, "picket ca renew"},
      {kNow, 2, "has expired on 2026-"},
      {fail(Err::io, "read /c.pem: denied"), 2, "cannot be used: read /c.pem: denied"},
  };
  for (const Row& r : rows) {
    const CertificateReport got = certificates_judge({{"trusted-ca-file", "/ca.pem", kNow + 100 * kDay}, {"cert-file", "/c.pem", r.until}}, kNow);
    CHECK(got.status == r.status);
    CHECK_MESSAGE(got.output.find(r.said) != std::string::npos, got.output);
  }
  CHECK(certificates_judge({{"a-cert-file", "/a", kNow}, {"b-cert-file", "/b", kNow + 1}}, kNow).status == 2);
}
