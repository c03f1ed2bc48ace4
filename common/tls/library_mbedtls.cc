// common/tls/library_mbedtls.cc - see library_mbedtls.h.
#include "common/tls/library_mbedtls.h"

#include <mbedtls/error.h>
#include <mbedtls/oid.h>

#include <cstring>

#include "common/time/timezone.h"
#include "common/tls/tls_problem.h"

namespace picket {

MbedtlsRandom::MbedtlsRandom() {
  mbedtls_entropy_init(&entropy);
  mbedtls_ctr_drbg_init(&drbg);
  error = mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, nullptr, 0);
}
MbedtlsRandom::~MbedtlsRandom() {
  mbedtls_ctr_drbg_free(&drbg);
  mbedtls_entropy_free(&entropy);
}

MbedtlsRandom& random_source() {
  static thread_local MbedtlsRandom source;
  return source;
}

std::string mbedtls_text(int error) {
  char text[200];
  mbedtls_strerror(error, text, sizeof text);
  return text;
}

Status mbedtls_load_certificates(const std::string& pem, const char* what, mbedtls_x509_crt* into) {
  if (pem.empty()) return {};
  int bad = mbedtls_x509_crt_parse(into, reinterpret_cast<const unsigned char*>(pem.c_str()), pem.size() + 1);
  if (bad < 0) return fail(Err::invalid, std::string(what) + ": " + mbedtls_text(bad));
  if (into->raw.p == nullptr) return fail(Err::invalid, std::string(what) + ": no readable certificate in the file");
  return {};  // a bundle with some certificates of an unknown kind is still a bundle
}

Status mbedtls_load_key(const std::string& pem, mbedtls_pk_context* key) {
  const unsigned char* text = reinterpret_cast<const unsigned char*>(pem.c_str());
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
  int error = mbedtls_pk_parse_key(key, text, pem.size() + 1, nullptr, 0, mbedtls_ctr_drbg_random, &random_source().drbg);
#else
  int error = mbedtls_pk_parse_key(key, text, pem.size() + 1, nullptr, 0);
#endif
  if (error == MBEDTLS_ERR_PK_PASSWORD_REQUIRED) return fail(Err::invalid, kTlsKeyHasPassword);
  return error == 0 ? Status{} : fail(Err::invalid, "key: " + mbedtls_text(error));
}

bool mbedtls_is_pair(const mbedtls_pk_context& public_key, const mbedtls_pk_context& private_key) {
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
  return mbedtls_pk_check_pair(&public_key, &private_key, mbedtls_ctr_drbg_random, &random_source().drbg) == 0;
#else
  return mbedtls_pk_check_pair(&public_key, &private_key) == 0;
#endif
}

static std::string distinguished_name(const mbedtls_x509_name& name) {
  char text[1024];
  int size = mbedtls_x509_dn_gets(text, sizeof text, &name);
  return size > 0 ? std::string(text, static_cast<size_t>(size)) : std::string();
}

static int64_t unix_seconds(const mbedtls_x509_time& t) { return wall_time_unix(t.year, t.mon, t.day, t.hour, t.min, t.sec); }

TlsCertificate mbedtls_certificate_of(const mbedtls_x509_crt& crt) {
  constexpr int kDns = 2, kAddress = 7;  // tags of GeneralName
  TlsCertificate c;
  c.subject = distinguished_name(crt.subject);
  c.issuer = distinguished_name(crt.issuer);
  c.not_before = unix_seconds(crt.valid_from);
  c.not_after = unix_seconds(crt.valid_to);
  c.key = std::string(mbedtls_pk_get_name(&crt.pk)) + " " + std::to_string(mbedtls_pk_get_bitlen(&crt.pk));
  for (const mbedtls_x509_sequence* n = &crt.subject_alt_names; n && n->buf.p; n = n->next) {
    std::string_view bytes(reinterpret_cast<const char*>(n->buf.p), n->buf.len);
    if ((n->buf.tag & 0x1f) == kDns) c.names.emplace_back(bytes);
    if ((n->buf.tag & 0x1f) == kAddress) c.names.push_back(tls_address_text(bytes));
  }
  return c;
}

std::string mbedtls_common_name(const mbedtls_x509_crt& crt) {
  for (const mbedtls_x509_name* n = &crt.subject; n; n = n->next)
    if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &n->oid) == 0) return std::string(reinterpret_cast<const char*>(n->val.p), n->val.len);
  return {};
}

}  // namespace picket
