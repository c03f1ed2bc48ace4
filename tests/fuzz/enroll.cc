// tests/fuzz/enroll.cc - what strangers send to enrol, and the public keys in it: read without harm, and only within bounds.
#include <cstdlib>

#include "backend/enroll/enroll.h"
#include "common/tls/certificates.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Result<EnrollRequest> r = enroll_request_read(text);
  if (r.ok() && (r.value.name.empty() || r.value.name.size() > kEnrollNameMax || r.value.public_key.empty() == r.value.secret_hash.empty()))
    abort();
  if (const Result<EnrollToken> t = enroll_token_read(text); t.ok() && enroll_token_write(t.value) != text) abort();
  const Result<std::string> key = public_key_check(text);
  if (key.ok() && public_key_fingerprint(key.value).empty()) abort();
  (void)certificates_read(text);
  (void)revocation_list_pem(text);
  (void)enrolled_decode("default", "a", text);
  (void)name_fits(text.substr(0, size / 2), text.substr(size / 2));
  return 0;
}
