// common/tls/certificates_mbedtls.cc - certificates.h by mbedTLS.
#include "common/tls/certificates.h"

#include <mbedtls/asn1write.h>
#include <mbedtls/ecp.h>
#include <mbedtls/oid.h>
#include <mbedtls/x509_crl.h>

#include <cstring>

#include "common/time/timezone.h"
#include "common/tls/crypto.h"
#include "common/tls/library_mbedtls.h"
#include "common/tls/tls_problem.h"

namespace picket {
namespace {

constexpr size_t kPemMax = 131'072;  // of one key or certificate; both forms have room in it

struct Key {
  mbedtls_pk_context pk;
  Key() { mbedtls_pk_init(&pk); }
  ~Key() { mbedtls_pk_free(&pk); }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
};
struct Certificates {
  mbedtls_x509_crt chain;
  Certificates() { mbedtls_x509_crt_init(&chain); }
  ~Certificates() { mbedtls_x509_crt_free(&chain); }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;
};
struct Writer {
  mbedtls_x509write_cert crt;
  Writer() { mbedtls_x509write_crt_init(&crt); }
  ~Writer() { mbedtls_x509write_crt_free(&crt); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
};

Status checked(int error, const char* what) {
  return error == 0 ? Status{} : fail(Err::internal, std::string(what) + ": " + mbedtls_text(error));
}

template <class Write>
Result<std::string> pem_by(Write write) {
  std::string text(kPemMax, '\0');
  const int error = write(reinterpret_cast<unsigned char*>(text.data()), text.size());
  if (error != 0) return fail(Err::internal, "write PEM: " + mbedtls_text(error));
  text.resize(strlen(text.c_str()));
  return text;
}

#if MBEDTLS_VERSION_NUMBER >= 0x03000000
Result<std::string> public_pem(const mbedtls_pk_context& key) {
  return pem_by([&](unsigned char* to, size_t size) { return mbedtls_pk_write_pubkey_pem(&key, to, size); });
}
#else
Result<std::string> public_pem(const mbedtls_pk_context& key) {
  return pem_by(
      [&](unsigned char* to, size_t size) { return mbedtls_pk_write_pubkey_pem(const_cast<mbedtls_pk_context*>(&key), to, size); });
}
#endif

Status load_public(const std::string& pem, Key* key) {
  const int error = mbedtls_pk_parse_public_key(&key->pk, reinterpret_cast<const unsigned char*>(pem.c_str()), pem.size() + 1);
  return error == 0 ? Status{} : fail(Err::invalid, "public key: " + mbedtls_text(error) + "; expected PEM");
}

// "20261201143000"
std::string written_time(int64_t unix_s) {
  std::string text;
  for (char c : rfc3339_utc(unix_s))
    if (c >= '0' && c <= '9') text += c;
  return text;
}

Status serial_set(mbedtls_x509write_cert* crt) {
  unsigned char serial[16];
  if (Status s = checked(mbedtls_ctr_drbg_random(&random_source().drbg, serial, sizeof serial), "random numbers"); !s.ok()) return s;
  serial[0] = static_cast<unsigned char>((serial[0] & 0x7f) | 0x40);  // positive, and always of this length
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
  return checked(mbedtls_x509write_crt_set_serial_raw(crt, serial, sizeof serial), "serial number");
#else
  mbedtls_mpi number;
  mbedtls_mpi_init(&number);
  int error = mbedtls_mpi_read_binary(&number, serial, sizeof serial);
  if (error == 0) error = mbedtls_x509write_crt_set_serial(crt, &number);
  mbedtls_mpi_free(&number);
  return checked(error, "serial number");
#endif
}

Status extension_set(mbedtls_x509write_cert* crt, const char* oid, size_t oid_size, const std::string& der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  return checked(mbedtls_x509write_crt_set_extension(crt, oid, oid_size, 0, bytes, der.size()), "extension");
}

Status extensions_set(mbedtls_x509write_cert* crt, const CertificateWish& wish, bool own) {
  const unsigned usage = wish.authority ? MBEDTLS_X509_KU_KEY_CERT_SIGN | MBEDTLS_X509_KU_CRL_SIGN : MBEDTLS_X509_KU_DIGITAL_SIGNATURE;
  Status s = checked(mbedtls_x509write_crt_set_basic_constraints(crt, wish.authority, -1), "basic constraints");
  if (s.ok()) s = checked(mbedtls_x509write_crt_set_key_usage(crt, usage), "key usage");
  if (s.ok()) s = checked(mbedtls_x509write_crt_set_subject_key_identifier(crt), "key identifier");
  if (s.ok() && !own) s = checked(mbedtls_x509write_crt_set_authority_key_identifier(crt), "authority's key identifier");
  if (s.ok() && !wish.authority)
    s = extension_set(crt, MBEDTLS_OID_EXTENDED_KEY_USAGE, MBEDTLS_OID_SIZE(MBEDTLS_OID_EXTENDED_KEY_USAGE),
                      der_usages(wish.server, wish.client));
  if (s.ok() && wish.names.size() + wish.addresses.size() > 0)
    s = extension_set(crt, MBEDTLS_OID_SUBJECT_ALT_NAME, MBEDTLS_OID_SIZE(MBEDTLS_OID_SUBJECT_ALT_NAME),
                      der_alternative_names(wish.names, wish.addresses));
  return s;
}

// Of a name as mbedTLS reads it: what means something there is escaped.
std::string subject_of(const std::string& common_name) {
  std::string text = "CN=";
  for (char c : common_name) {
    if (std::string_view(",=+<>#;\"\\ ").find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
  return text;
}

// Byte for byte as the authority has it: some programs (Go) compare nothing else.
Status issuer_set(mbedtls_x509write_cert* crt, const mbedtls_x509_name& subject) {
  mbedtls_asn1_named_data*& head = crt->MBEDTLS_PRIVATE(issuer);
  for (const mbedtls_x509_name* n = &subject; n && n->oid.p; n = n->next) {
    mbedtls_asn1_named_data* part = nullptr;
    const char* oid = reinterpret_cast<const char*>(n->oid.p);
    if (!mbedtls_asn1_store_named_data(&part, oid, n->oid.len, n->val.p, n->val.len)) return fail(Err::internal, "issuer: out of memory");
    part->val.tag = n->val.tag;
    part->next = head;
    head = part;
  }
  return {};
}

CertificateFacts facts_of(const mbedtls_x509_crt& crt) {
  constexpr int kAddress = 7;
  CertificateFacts f;
  static_cast<TlsCertificate&>(f) = mbedtls_certificate_of(crt);
  f.common_name = mbedtls_common_name(crt);
  f.authority = crt.MBEDTLS_PRIVATE(ca_istrue) != 0;
  f.server = mbedtls_x509_crt_check_extended_key_usage(&crt, MBEDTLS_OID_SERVER_AUTH, MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)) == 0;
  f.client = mbedtls_x509_crt_check_extended_key_usage(&crt, MBEDTLS_OID_CLIENT_AUTH, MBEDTLS_OID_SIZE(MBEDTLS_OID_CLIENT_AUTH)) == 0;
  f.serial = hex_encode({reinterpret_cast<const char*>(crt.serial.p), crt.serial.len});
  f.public_key = public_pem(crt.pk).value;
  f.der.assign(reinterpret_cast<const char*>(crt.raw.p), crt.raw.len);
  for (const mbedtls_x509_sequence* n = &crt.subject_alt_names; n && n->buf.p; n = n->next)
    if ((n->buf.tag & 0x1f) == kAddress) f.addresses.emplace_back(reinterpret_cast<const char*>(n->buf.p), n->buf.len);
  return f;
}

Status der_load(const std::string& der, Certificates* into) {
  const int error = mbedtls_x509_crt_parse_der(&into->chain, reinterpret_cast<const unsigned char*>(der.data()), der.size());
  return error == 0 ? Status{} : fail(Err::invalid, mbedtls_text(error));
}

}  // namespace

Result<std::string> private_key_make() {
  Key key;
  if (random_source().error != 0) return fail(Err::io, "no random numbers from the system: " + mbedtls_text(random_source().error));
  Status s = checked(mbedtls_pk_setup(&key.pk, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)), "make a key");
  if (s.ok())
    s = checked(mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(key.pk), mbedtls_ctr_drbg_random, &random_source().drbg),
                "make a key");
  if (!s.ok()) return s;
  return pem_by([&](unsigned char* to, size_t size) { return mbedtls_pk_write_key_pem(&key.pk, to, size); });
}

Result<std::string> public_key_of(const std::string& private_key) {
  Key key;
  if (Status s = mbedtls_load_key(private_key, &key.pk); !s.ok()) return s;
  return public_pem(key.pk);
}

Result<std::string> public_key_check(const std::string& pem) {
  Key key;
  if (Status s = load_public(pem, &key); !s.ok()) return s;
  const size_t bits = mbedtls_pk_get_bitlen(&key.pk);
  if (!mbedtls_pk_can_do(&key.pk, MBEDTLS_PK_ECDSA) || (bits != 256 && bits != 384 && bits != 521))
    return fail(Err::invalid, "public key: expected one of P-256, P-384 or P-521");
  return public_pem(key.pk);
}

Result<std::string> certificate_make(const CertificateWish& wish, const std::string& public_key, const CertificateSigner& signer) {
  Key subject, issuer;
  Certificates authority;
  if (random_source().error != 0) return fail(Err::io, "no random numbers from the system: " + mbedtls_text(random_source().error));
  Status s = load_public(public_key, &subject);
  if (s.ok()) s = mbedtls_load_key(signer.key, &issuer.pk);
  if (s.ok()) s = mbedtls_load_certificates(signer.certificate, "CA certificate", &authority.chain);
  const bool own = signer.certificate.empty();
  if (s.ok() && !mbedtls_is_pair(own ? subject.pk : authority.chain.pk, issuer.pk)) s = fail(Err::invalid, kTlsNotAPair);
  if (!s.ok()) return s;
  Writer w;
  const std::string name = subject_of(wish.common_name);
  mbedtls_x509write_crt_set_version(&w.crt, MBEDTLS_X509_CRT_VERSION_3);
  mbedtls_x509write_crt_set_md_alg(&w.crt, MBEDTLS_MD_SHA256);
  mbedtls_x509write_crt_set_subject_key(&w.crt, &subject.pk);
  mbedtls_x509write_crt_set_issuer_key(&w.crt, &issuer.pk);
  s = checked(mbedtls_x509write_crt_set_subject_name(&w.crt, name.c_str()), "subject");
  if (s.ok())
    s = own ? checked(mbedtls_x509write_crt_set_issuer_name(&w.crt, name.c_str()), "issuer") : issuer_set(&w.crt, authority.chain.subject);
  if (s.ok())
    s = checked(mbedtls_x509write_crt_set_validity(&w.crt, written_time(wish.not_before).c_str(), written_time(wish.not_after).c_str()),
                "validity");
  if (s.ok()) s = serial_set(&w.crt);
  if (s.ok()) s = extensions_set(&w.crt, wish, own);
  if (!s.ok()) return s;
  return pem_by([&](unsigned char* to, size_t size) {
    return mbedtls_x509write_crt_pem(&w.crt, to, size, mbedtls_ctr_drbg_random, &random_source().drbg);
  });
}

Result<std::vector<CertificateFacts>> certificates_read(const std::string& pem) {
  Certificates all;
  if (pem.empty()) return fail(Err::invalid, kTlsNoCertificate);
  if (Status s = mbedtls_load_certificates(pem, "certificate", &all.chain); !s.ok()) return s;
  std::vector<CertificateFacts> facts;
  for (const mbedtls_x509_crt* c = &all.chain; c && c->raw.p; c = c->next) facts.push_back(facts_of(*c));
  return facts;
}

bool certificate_is_signed_by(const CertificateFacts& facts, const CertificateFacts& authority) {
  Certificates one, by;
  uint32_t flags = 0;
  if (!authority.authority || facts.issuer != authority.subject) return false;
  if (!der_load(facts.der, &one).ok() || !der_load(authority.der, &by).ok()) return false;
  mbedtls_x509_crt_verify(&one.chain, &by.chain, nullptr, nullptr, &flags, nullptr, nullptr);
  return (flags & ~uint32_t(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE)) == 0;
}

Result<std::string> revocation_list_pem(const std::string& given) {
  mbedtls_x509_crl crl;
  mbedtls_x509_crl_init(&crl);
  const bool is_pem = given.find("-----BEGIN") != given.npos;
  const std::string list = is_pem ? pem_trimmed(given) : given;
  const int bad = mbedtls_x509_crl_parse(&crl, reinterpret_cast<const unsigned char*>(list.c_str()), list.size() + (is_pem ? 1 : 0));
  const bool good = bad == 0 && crl.raw.p;
  mbedtls_x509_crl_free(&crl);
  if (!good) return fail(Err::invalid, kTlsNoList);
  return is_pem ? list : pem_block("X509 CRL", list);
}

}  // namespace picket
