// common/tls/library_openssl.h - what the files by OpenSSL share: owners of its objects, its errors as text, certificates as values.
#pragma once
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "common/basic/result.h"
#include "common/tls/tls.h"

namespace picket {

template <auto free_function>
struct FreeBy {
  template <class T>
  void operator()(T* p) const {
    free_function(p);
  }
};
using BioPtr = std::unique_ptr<BIO, FreeBy<BIO_free>>;
using CertificatePtr = std::unique_ptr<X509, FreeBy<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;

BioPtr bio_of(const std::string& text);
std::string bio_text(BIO* bio);
std::string openssl_text();
Result<KeyPtr> openssl_load_key(const std::string& pem);
std::vector<CertificatePtr> openssl_certificates(const std::string& pem);  // an unreadable one ends the list
TlsCertificate openssl_certificate_of(const X509* certificate);
std::string openssl_common_name(const X509* certificate);  // "": it has none

}  // namespace picket
