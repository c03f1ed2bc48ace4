// common/tls/certificates_openssl.cc - certificates.h by OpenSSL 3.
#include "common/tls/certificates.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "common/tls/crypto.h"
#include "common/tls/library_openssl.h"
#include "common/tls/tls_problem.h"

namespace picket {
namespace {

Status checked(bool good, const char* what) { return good ? Status{} : fail(Err::internal, std::string(what) + ": " + openssl_text()); }

template <class Write>
Result<std::string> pem_by(Write write) {
  BioPtr bio(BIO_new(BIO_s_mem()));
  if (write(bio.get()) != 1) return fail(Err::internal, "write PEM: " + openssl_text());
  return bio_text(bio.get());
}

Result<std::string> public_pem(EVP_PKEY* key) {
  return pem_by([&](BIO* bio) { return PEM_write_bio_PUBKEY(bio, key); });
}

Result<KeyPtr> load_public(const std::string& pem) {
  KeyPtr key(PEM_read_bio_PUBKEY(bio_of(pem).get(), nullptr, nullptr, nullptr));
  if (!key) return fail(Err::invalid, "public key: " + openssl_text() + "; expected PEM");
  return key;
}

Status extension_add(X509* to, int nid, int critical, const std::string& der) {
  std::unique_ptr<ASN1_OCTET_STRING, FreeBy<ASN1_OCTET_STRING_free>> value(ASN1_OCTET_STRING_new());
  ASN1_OCTET_STRING_set(value.get(), reinterpret_cast<const unsigned char*>(der.data()), static_cast<int>(der.size()));
  std::unique_ptr<X509_EXTENSION, FreeBy<X509_EXTENSION_free>> extension(X509_EXTENSION_create_by_NID(nullptr, nid, critical, value.get()));
  return checked(extension && X509_add_ext(to, extension.get(), -1) == 1, "extension");
}

Status extension_add_text(X509* to, const X509* issuer, int nid, const char* text) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, const_cast<X509*>(issuer), to, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, FreeBy<X509_EXTENSION_free>> extension(X509V3_EXT_conf_nid(nullptr, &context, nid, text));
  return checked(extension && X509_add_ext(to, extension.get(), -1) == 1, "extension");
}

Status extensions_add(X509* to, const X509* issuer, const CertificateWish& wish) {
  Status s = extension_add_text(to, issuer, NID_basic_constraints, wish.authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (s.ok())
    s = extension_add_text(to, issuer, NID_key_usage, wish.authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
  if (s.ok()) s = extension_add_text(to, issuer, NID_subject_key_identifier, "hash");
  if (s.ok() && issuer != to) s = extension_add_text(to, issuer, NID_authority_key_identifier, "keyid");
  if (s.ok() && !wish.authority) s = extension_add(to, NID_ext_key_usage, 0, der_usages(wish.server, wish.client));
  if (s.ok() && wish.names.size() + wish.addresses.size() > 0)
    s = extension_add(to, NID_subject_alt_name, 0, der_alternative_names(wish.names, wish.addresses));
  return s;
}

Status serial_set(X509* c) {
  unsigned char serial[16];
  if (RAND_bytes(serial, sizeof serial) != 1) return fail(Err::io, "no random numbers from the system");
  serial[0] = static_cast<unsigned char>((serial[0] & 0x7f) | 0x40);  // positive, and always of this length
  std::unique_ptr<BIGNUM, FreeBy<BN_free>> number(BN_bin2bn(serial, sizeof serial, nullptr));
  return checked(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(c)) != nullptr, "serial number");
}

Status name_set(X509* c, const std::string& common_name) {
  return checked(X509_NAME_add_entry_by_NID(X509_get_subject_name(c), NID_commonName, MBSTRING_UTF8,
                                            reinterpret_cast<const unsigned char*>(common_name.data()),
                                            static_cast<int>(common_name.size()), -1, 0) == 1,
                 "subject");
}

std::string hex_of(const ASN1_INTEGER* number) {
  std::unique_ptr<BIGNUM, FreeBy<BN_free>> value(ASN1_INTEGER_to_BN(number, nullptr));
  std::string bytes(static_cast<size_t>(BN_num_bytes(value.get())), '\0');
  BN_bn2bin(value.get(), reinterpret_cast<unsigned char*>(bytes.data()));
  return hex_encode(bytes);
}

std::vector<std::string> addresses_of(const X509* certificate) {
  std::vector<std::string> all;
  std::unique_ptr<GENERAL_NAMES, FreeBy<GENERAL_NAMES_free>> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); i++) {
    const GENERAL_NAME* n = sk_GENERAL_NAME_value(names.get(), i);
    if (n->type == GEN_IPADD)
      all.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(n->d.iPAddress)),
                       static_cast<size_t>(ASN1_STRING_length(n->d.iPAddress)));
  }
  return all;
}

CertificateFacts facts_of(X509* c) {
  CertificateFacts f;
  static_cast<TlsCertificate&>(f) = openssl_certificate_of(c);
  f.common_name = openssl_common_name(c);
  f.authority = X509_check_ca(c) == 1;
  const uint32_t usage = X509_get_extended_key_usage(c);  // UINT32_MAX: it does not say
  f.server = (usage & XKU_SSL_SERVER) != 0;
  f.client = (usage & XKU_SSL_CLIENT) != 0;
  f.serial = hex_of(X509_get0_serialNumber(c));
  f.public_key = public_pem(X509_get0_pubkey(c)).value;
  f.addresses = addresses_of(c);
  unsigned char* der = nullptr;
  const int size = i2d_X509(c, &der);
  if (size > 0) f.der.assign(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return f;
}

CertificatePtr der_load(const std::string& der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  return CertificatePtr(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
}

}  // namespace

Result<std::string> private_key_make() {
  ERR_clear_error();
  KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return fail(Err::internal, "make a key: " + openssl_text());
  return pem_by([&](BIO* bio) { return PEM_write_bio_PrivateKey_traditional(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

Result<std::string> public_key_of(const std::string& private_key) {
  ERR_clear_error();
  Result<KeyPtr> key = openssl_load_key(private_key);
  return key.ok() ? public_pem(key.value.get()) : Result<std::string>(key.status);
}

Result<std::string> public_key_check(const std::string& pem) {
  ERR_clear_error();
  Result<KeyPtr> key = load_public(pem);
  if (!key.ok()) return key.status;
  const int bits = EVP_PKEY_get_bits(key.value.get());
  if (EVP_PKEY_get_base_id(key.value.get()) != EVP_PKEY_EC || (bits != 256 && bits != 384 && bits != 521))
    return fail(Err::invalid, "public key: expected one of P-256, P-384 or P-521");
  return public_pem(key.value.get());
}

Result<std::string> certificate_make(const CertificateWish& wish, const std::string& public_key, const CertificateSigner& signer) {
  ERR_clear_error();
  Result<KeyPtr> subject = load_public(public_key), issuer = openssl_load_key(signer.key);
  if (!subject.ok()) return subject.status;
  if (!issuer.ok()) return issuer.status;
  const bool own = signer.certificate.empty();
  std::vector<CertificatePtr> authority = openssl_certificates(signer.certificate);
  if (!own && authority.empty()) return fail(Err::invalid, std::string("CA certificate: ") + kTlsNoCertificate);
  if (EVP_PKEY_eq(own ? subject.value.get() : X509_get0_pubkey(authority[0].get()), issuer.value.get()) != 1)
    return fail(Err::invalid, kTlsNotAPair);
  CertificatePtr c(X509_new());
  X509_set_version(c.get(), X509_VERSION_3);
  X509_set_pubkey(c.get(), subject.value.get());
  ASN1_TIME_set(X509_getm_notBefore(c.get()), wish.not_before);
  ASN1_TIME_set(X509_getm_notAfter(c.get()), wish.not_after);
  Status s = serial_set(c.get());
  if (s.ok()) s = name_set(c.get(), wish.common_name);
  const X509* by = own ? c.get() : authority[0].get();
  if (s.ok()) s = checked(X509_set_issuer_name(c.get(), X509_get_subject_name(by)) == 1, "issuer");
  if (s.ok()) s = extensions_add(c.get(), by, wish);
  if (s.ok()) s = checked(X509_sign(c.get(), issuer.value.get(), EVP_sha256()) > 0, "sign");
  if (!s.ok()) return s;
  return pem_by([&](BIO* bio) { return PEM_write_bio_X509(bio, c.get()); });
}

Result<std::vector<CertificateFacts>> certificates_read(const std::string& pem) {
  std::vector<CertificateFacts> facts;
  for (const CertificatePtr& c : openssl_certificates(pem)) facts.push_back(facts_of(c.get()));
  if (facts.empty()) return fail(Err::invalid, kTlsNoCertificate);
  return facts;
}

bool certificate_is_signed_by(const CertificateFacts& facts, const CertificateFacts& authority) {
  CertificatePtr one = der_load(facts.der), by = der_load(authority.der);
  if (!authority.authority || !one || !by) return false;
  const bool is_it = X509_check_issued(by.get(), one.get()) == X509_V_OK && X509_verify(one.get(), X509_get0_pubkey(by.get())) == 1;
  ERR_clear_error();
  return is_it;
}

Result<std::string> revocation_list_pem(const std::string& given) {
  using ListPtr = std::unique_ptr<X509_CRL, FreeBy<X509_CRL_free>>;
  const bool is_pem = given.find("-----BEGIN") != given.npos;
  const std::string list = is_pem ? pem_trimmed(given) : given;
  const auto* bytes = reinterpret_cast<const unsigned char*>(list.data());
  ListPtr crl(is_pem ? PEM_read_bio_X509_CRL(bio_of(list).get(), nullptr, nullptr, nullptr)
                     : d2i_X509_CRL(nullptr, &bytes, static_cast<long>(list.size())));
  ERR_clear_error();
  if (!crl) return fail(Err::invalid, kTlsNoList);
  return is_pem ? list : pem_block("X509 CRL", list);
}

}  // namespace picket
