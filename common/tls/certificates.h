// common/tls/certificates.h - certificates and keys as PEM texts: what one says, and new ones made. No files, no clock.
// By mbedTLS (certificates_mbedtls.cc) or OpenSSL (certificates_openssl.cc). Keys that are made are P-256, signatures SHA-256.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"
#include "common/tls/tls.h"

namespace picket {

inline constexpr size_t kCommonNameMax = 64;  // RFC 5280, ub-common-name: longer ones are refused by other programs

struct CertificateWish {
  std::string common_name;
  std::vector<std::string> names;      // DNS names
  std::vector<std::string> addresses;  // four bytes or sixteen
  bool authority = false;              // may sign others; else what it may be used for:
  bool server = false, client = false;
  int64_t not_before = 0, not_after = 0;  // seconds since 1970
};

// Who signs: its certificate and its key. Without a certificate the key signs itself.
struct CertificateSigner { std::string certificate, key; };

Result<std::string> private_key_make();
Result<std::string> public_key_of(const std::string& private_key);  // PEM of either as a public key (SubjectPublicKeyInfo)
Result<std::string> public_key_check(const std::string& pem);       // the same for a public key of a stranger: P-256, P-384 or P-521 alone
Result<std::string> certificate_make(const CertificateWish& wish, const std::string& public_key, const CertificateSigner& signer);

struct CertificateFacts : TlsCertificate {
  std::string common_name;
  std::vector<std::string> addresses;  // bytes, as in CertificateWish; `names` has them as text, too
  bool authority = false;
  bool server = false, client = false;  // what it may be used for: both when it does not say
  std::string serial;                   // hex
  std::string public_key;               // PEM
  std::string der;                      // as it is
};
Result<std::vector<CertificateFacts>> certificates_read(const std::string& pem);
std::string certificate_pem(const CertificateFacts& facts);
std::string certificate_fingerprint(const CertificateFacts& facts);  // hex of the SHA-256 of the whole
std::string public_key_fingerprint(const std::string& public_key);   // the same of a key's PEM; "" when it is none
// Whether `authority` has signed it.
bool certificate_is_signed_by(const CertificateFacts& facts, const CertificateFacts& authority);

// What a client has to trust, to trust a server that shows `chain`: its issuer among `trusted`, or itself when it has signed itself.
// Null: neither; systems may trust it all the same.
const CertificateFacts* certificate_anchor(const std::vector<CertificateFacts>& chain, const std::vector<CertificateFacts>& trusted);
// A revocation list, PEM or DER, as PEM; an error when it is none.
Result<std::string> revocation_list_pem(const std::string& list);
std::string pem_block(std::string_view label, std::string_view der);
std::string pem_trimmed(const std::string& pem);

// The extensions that are written, in DER; the same whatever the library.
std::string der_alternative_names(const std::vector<std::string>& names, const std::vector<std::string>& addresses);
std::string der_usages(bool server, bool client);

}  // namespace picket
