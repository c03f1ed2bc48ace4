// common/tls/crypto_mbedtls.cc - the hashes of crypto.h by mbedTLS (PICKET_TLS=mbedtls).
#include <mbedtls/md.h>
#include <mbedtls/pkcs5.h>
#include <mbedtls/sha1.h>
#include <mbedtls/sha256.h>

#include "common/tls/crypto.h"

namespace picket {

static const unsigned char* bytes_of(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }
static unsigned char* bytes_of(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }
static const mbedtls_md_info_t* sha256_info() { return mbedtls_md_info_from_type(MBEDTLS_MD_SHA256); }

std::string md5(std::string_view bytes) {
  std::string hash(16, '\0');
  mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_MD5), bytes_of(bytes), bytes.size(), bytes_of(hash));
  return hash;
}

std::string sha1(std::string_view bytes) {
  std::string hash(20, '\0');
  mbedtls_sha1(bytes_of(bytes), bytes.size(), bytes_of(hash));
  return hash;
}

std::string sha256(std::string_view bytes) {
  std::string hash(32, '\0');
  mbedtls_sha256(bytes_of(bytes), bytes.size(), bytes_of(hash), 0);
  return hash;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string out(32, '\0');
  mbedtls_md_hmac(sha256_info(), bytes_of(key), key.size(), bytes_of(bytes), bytes.size(), bytes_of(out));
  return out;
}

std::string pbkdf2_sha256(std::string_view password, std::string_view salt, uint32_t rounds) {
  std::string out(32, '\0');
  mbedtls_pkcs5_pbkdf2_hmac_ext(MBEDTLS_MD_SHA256, bytes_of(password), password.size(), bytes_of(salt), salt.size(), rounds, 32,
                                bytes_of(out));
  return out;
}

static mbedtls_md_context_t* md_of(void* context) { return static_cast<mbedtls_md_context_t*>(context); }

Sha512::Sha512() : context(new mbedtls_md_context_t) {
  mbedtls_md_init(md_of(context));
  mbedtls_md_setup(md_of(context), mbedtls_md_info_from_type(MBEDTLS_MD_SHA512), 0);
  mbedtls_md_starts(md_of(context));
}
Sha512::Sha512(Sha512&& other) noexcept : context(other.context) { other.context = nullptr; }
Sha512::~Sha512() {
  if (!context) return;
  mbedtls_md_free(md_of(context));
  delete md_of(context);
}
void Sha512::add(std::string_view bytes) { mbedtls_md_update(md_of(context), bytes_of(bytes), bytes.size()); }
std::string Sha512::hex() {
  std::string out(64, '\0');
  mbedtls_md_finish(md_of(context), bytes_of(out));
  return hex_encode(out);
}

}  // namespace picket
