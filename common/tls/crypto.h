// common/tls/crypto.h - hashes, base64 and comparison in constant time. The hashes are the TLS library's: crypto_mbedtls.cc or
// crypto_openssl.cc.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace picket {

std::string md5(std::string_view bytes);                                // 16 bytes; for phases of checks, not for secrets
std::string sha1(std::string_view bytes);                               // 20 bytes; for the WebSocket handshake, not for secrets
std::string sha256(std::string_view bytes);                             // 32 bytes
std::string hmac_sha256(std::string_view key, std::string_view bytes);  // 32 bytes
std::string pbkdf2_sha256(std::string_view password, std::string_view salt, uint32_t rounds);  // 32 bytes

// SHA-512 of bytes as they come. Only moved; `hex` ends it.
struct Sha512 {
  Sha512();
  ~Sha512();
  Sha512(Sha512&& other) noexcept;
  Sha512& operator=(Sha512&&) = delete;
  void add(std::string_view bytes);
  std::string hex();
  void* context = nullptr;
};

// Takes as long for a difference in the first byte as for one in the last. Lengths are no secret.
bool equal_in_constant_time(std::string_view a, std::string_view b);

std::string hex_encode(std::string_view bytes);
std::string base64_encode(std::string_view bytes);
std::string base64url_encode(std::string_view bytes);  // no padding
// Strict: false for a character, a padding or left-over bits that an encoder would not have written.
bool base64_decode(std::string_view text, std::string* bytes);
bool base64url_decode(std::string_view text, std::string* bytes);  // without padding

}  // namespace picket
