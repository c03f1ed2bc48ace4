// common/tls/library_mbedtls.h - what the files by mbedTLS share: random numbers, its errors as text, keys, and its two generations.
#pragma once
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/pk.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>

#include <string>

#include "common/basic/result.h"
#include "common/tls/tls.h"

#if MBEDTLS_VERSION_NUMBER < 0x03000000  // 2.28, with -DDEPS=system on Debian 12
#define MBEDTLS_PRIVATE(member) member
#endif

namespace picket {

struct MbedtlsRandom {  // one per thread: mbedTLS is built without locks
  mbedtls_entropy_context entropy;
  mbedtls_ctr_drbg_context drbg;
  int error;
  MbedtlsRandom();
  ~MbedtlsRandom();
  MbedtlsRandom(const MbedtlsRandom&) = delete;
  MbedtlsRandom& operator=(const MbedtlsRandom&) = delete;
};
MbedtlsRandom& random_source();

std::string mbedtls_text(int error);
Status mbedtls_load_certificates(const std::string& pem, const char* what, mbedtls_x509_crt* into);
Status mbedtls_load_key(const std::string& pem, mbedtls_pk_context* key);
bool mbedtls_is_pair(const mbedtls_pk_context& public_key, const mbedtls_pk_context& private_key);
TlsCertificate mbedtls_certificate_of(const mbedtls_x509_crt& crt);
std::string mbedtls_common_name(const mbedtls_x509_crt& crt);  // "": it has none

}  // namespace picket
