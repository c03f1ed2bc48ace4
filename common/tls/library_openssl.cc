// common/tls/library_openssl.cc - see library_openssl.h.
#include "common/tls/library_openssl.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "common/time/timezone.h"
#include "common/tls/tls_problem.h"

namespace picket {

BioPtr bio_of(const std::string& text) { return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::string bio_text(BIO* bio) {
  char* text = nullptr;
  long size = BIO_get_mem_data(bio, &text);
  return size > 0 ? std::string(text, static_cast<size_t>(size)) : std::string();
}

std::string openssl_text() {
  char text[200];
  ERR_error_string_n(ERR_peek_last_error(), text, sizeof text);
  return text;
}

static int refuse_password(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

Result<KeyPtr> openssl_load_key(const std::string& pem) {
  bool password = false;
  KeyPtr key(PEM_read_bio_PrivateKey(bio_of(pem).get(), nullptr, refuse_password, &password));
  if (password) return fail(Err::invalid, kTlsKeyHasPassword);
  if (!key) return fail(Err::invalid, "key: " + openssl_text());
  return key;
}

std::vector<CertificatePtr> openssl_certificates(const std::string& pem) {
  std::vector<CertificatePtr> all;
  BioPtr bio = bio_of(pem);
  while (CertificatePtr c{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) all.push_back(std::move(c));
  ERR_clear_error();  // the end of the text is an error to OpenSSL
  return all;
}

static std::string distinguished_name(const X509_NAME* name) {
  BioPtr bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB & ~XN_FLAG_SPC_EQ);
  return bio_text(bio.get());
}

static int64_t unix_seconds(const ASN1_TIME* time) {
  tm t{};
  ASN1_TIME_to_tm(time, &t);
  return wall_time_unix(t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
}

static std::vector<std::string> names_of(const X509* certificate) {
  std::vector<std::string> names;
  std::unique_ptr<GENERAL_NAMES, FreeBy<GENERAL_NAMES_free>> all(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); i++) {
    const GENERAL_NAME* n = sk_GENERAL_NAME_value(all.get(), i);
    if (n->type != GEN_DNS && n->type != GEN_IPADD) continue;
    std::string_view bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(n->d.ia5)),
                           static_cast<size_t>(ASN1_STRING_length(n->d.ia5)));
    names.push_back(n->type == GEN_DNS ? std::string(bytes) : tls_address_text(bytes));
  }
  return names;
}

TlsCertificate openssl_certificate_of(const X509* c) {
  EVP_PKEY* key = X509_get0_pubkey(c);
  const std::string kind = key ? std::string(EVP_PKEY_get0_type_name(key)) + " " + std::to_string(EVP_PKEY_get_bits(key)) : "";
  return {distinguished_name(X509_get_subject_name(c)), distinguished_name(X509_get_issuer_name(c)), names_of(c),
          unix_seconds(X509_get0_notBefore(c)),         unix_seconds(X509_get0_notAfter(c)),         kind};
}

std::string openssl_common_name(const X509* certificate) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  unsigned char* text = nullptr;
  int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (length < 0) return {};
  std::string name(reinterpret_cast<char*>(text), static_cast<size_t>(length));
  OPENSSL_free(text);
  return name;
}

}  // namespace picket
