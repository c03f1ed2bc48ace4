// common/tls/crypto_openssl.cc - the hashes of crypto.h by OpenSSL (PICKET_TLS=openssl).
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "common/tls/crypto.h"

namespace picket {

static const unsigned char* bytes_of(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }
static unsigned char* bytes_of(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }

static std::string digest(const EVP_MD* kind, std::string_view bytes) {
  std::string hash(static_cast<size_t>(EVP_MD_get_size(kind)), '\0');
  EVP_Digest(bytes.data(), bytes.size(), bytes_of(hash), nullptr, kind, nullptr);
  return hash;
}

std::string md5(std::string_view bytes) { return digest(EVP_md5(), bytes); }
std::string sha1(std::string_view bytes) { return digest(EVP_sha1(), bytes); }
std::string sha256(std::string_view bytes) { return digest(EVP_sha256(), bytes); }

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string out(32, '\0');
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes), bytes.size(), bytes_of(out), nullptr);
  return out;
}

std::string pbkdf2_sha256(std::string_view password, std::string_view salt, uint32_t rounds) {
  std::string out(32, '\0');
  PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt), static_cast<int>(salt.size()),
                    static_cast<int>(rounds), EVP_sha256(), 32, bytes_of(out));
  return out;
}

static EVP_MD_CTX* md_of(void* context) { return static_cast<EVP_MD_CTX*>(context); }

Sha512::Sha512() : context(EVP_MD_CTX_new()) { EVP_DigestInit_ex(md_of(context), EVP_sha512(), nullptr); }
Sha512::Sha512(Sha512&& other) noexcept : context(other.context) { other.context = nullptr; }
Sha512::~Sha512() { EVP_MD_CTX_free(md_of(context)); }
void Sha512::add(std::string_view bytes) { EVP_DigestUpdate(md_of(context), bytes.data(), bytes.size()); }
std::string Sha512::hex() {
  std::string out(64, '\0');
  EVP_DigestFinal_ex(md_of(context), bytes_of(out), nullptr);
  return hex_encode(out);
}

}  // namespace picket
