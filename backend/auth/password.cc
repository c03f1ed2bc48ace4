// backend/auth/password.cc - bcrypt hashes: made, compared, recognised.
#include "backend/auth/password.h"

#if HAVE_BCRYPT
#include <bcrypt.h>
#elif HAVE_CRYPT
#include <crypt.h>
#endif

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <memory>
#include <vector>

#include "common/tls/crypto.h"
#include "common/os/os.h"

namespace picket {

static const char kPbkdf2Prefix[] = "$pbkdf2-sha256$";

#if HAVE_BCRYPT
static std::string bcrypt(const std::string& password, const std::string& setting) {
  std::vector<std::max_align_t> scratch(kBcryptScratch / sizeof(std::max_align_t));
  char hash[64] = {};
  picket_bcrypt(password.c_str(), password.size(), setting.c_str(), setting.size(), reinterpret_cast<uint8_t*>(hash), sizeof hash,
                scratch.data(), scratch.size() * sizeof(std::max_align_t));
  return hash[0] == '$' ? hash : "";
}
#elif HAVE_CRYPT
// crypt_data is 32 KB: too much for a worker's stack.
static std::string bcrypt(const std::string& password, const std::string& setting) {
  auto data = std::make_unique<crypt_data>();
  const char* hash = crypt_r(password.c_str(), setting.c_str(), data.get());
  return hash && hash[0] == '$' ? hash : "";
}
#endif

#if HAVE_BCRYPT || HAVE_CRYPT
// bcrypt's own base64: another alphabet, 16 bytes in 22 characters.
static std::string bcrypt_salt(std::string_view bytes) {
  static const char kAlphabet[] = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (unsigned char c : bytes) {
    bits = bits << 8 | c;
    for (count += 8; count >= 6; count -= 6) out += kAlphabet[bits >> (count - 6) & 63];
  }
  return out + kAlphabet[bits << (6 - count) & 63];
}

static bool bcrypt_matches(const std::string& password, const std::string& hash) {
  if (hash.size() != 60 || hash.find('\0') != std::string::npos) return false;
  int cost = (hash[4] - '0') * 10 + (hash[5] - '0');
  if (cost < 4 || cost > kBcryptCostMax) return false;
  return equal_in_constant_time(bcrypt(password, hash), hash);
}
#endif

static bool pbkdf2_matches(const std::string& password, std::string_view rest) {
  size_t a = rest.find('$'), b = a == rest.npos ? a : rest.find('$', a + 1);
  if (b == rest.npos) return false;
  unsigned rounds = 0;
  auto [end, error] = std::from_chars(rest.data(), rest.data() + a, rounds);
  std::string salt, hash;
  if (error != std::errc() || end != rest.data() + a || rounds == 0 || rounds > kPbkdf2RoundsMax) return false;
  if (!base64url_decode(rest.substr(a + 1, b - a - 1), &salt) || !base64url_decode(rest.substr(b + 1), &hash)) return false;
  return equal_in_constant_time(pbkdf2_sha256(password, salt, rounds), hash);
}

Result<std::string> password_hash(const std::string& password) {
  if (password.size() > kPasswordMax) return fail(Err::invalid, "password length must be at most 72 bytes");
  if (password.find('\0') != password.npos) return fail(Err::invalid, "password must not contain a NUL byte");
  std::string salt(16, '\0');
  if (!os_random(salt.data(), salt.size())) return fail(Err::internal, "no random numbers from the system");
#if HAVE_BCRYPT || HAVE_CRYPT
  std::string cost = std::to_string(kBcryptCost);
  std::string hash = bcrypt(password, "$2a$" + cost + "$" + bcrypt_salt(salt));
  if (hash.empty()) return fail(Err::internal, "cannot create a bcrypt hash");
  return hash;
#else
  return kPbkdf2Prefix + std::to_string(kPbkdf2Rounds) + "$" + base64url_encode(salt) + "$" +
      base64url_encode(pbkdf2_sha256(password, salt, kPbkdf2Rounds));
#endif
}

bool password_matches(const std::string& password, const std::string& hash) {
  if (password.size() > kPasswordMax || password.find('\0') != password.npos) return false;
  std::string_view view = hash;
  if (view.substr(0, sizeof kPbkdf2Prefix - 1) == kPbkdf2Prefix) return pbkdf2_matches(password, view.substr(sizeof kPbkdf2Prefix - 1));
#if HAVE_BCRYPT || HAVE_CRYPT
  std::string_view kind = view.substr(0, 4);
  if (kind == "$2a$" || kind == "$2b$" || kind == "$2y$") return bcrypt_matches(password, hash);
#endif
  return false;
}

static Status no_hash(const std::string& why) { return fail(Err::invalid, "password_hash: " + why); }

static Status bcrypt_check(std::string_view hash) {
  static const char kLetters[] = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  int cost = 0;
  auto [end, error] = std::from_chars(hash.data() + 4, hash.data() + std::min<size_t>(hash.size(), 6), cost);
  if (cost > kBcryptCostTaken)
    return no_hash("a bcrypt cost of " + std::to_string(cost) + " takes too long; use at most " + std::to_string(kBcryptCostTaken));
  const bool cost_read = error == std::errc() && end == hash.data() + 6 && cost >= 4;
  if (cost_read && hash.size() == 60 && hash[6] == '$' && hash.find_first_not_of(kLetters, 7) == hash.npos) return {};
  return no_hash("it is no whole bcrypt hash ($2a$COST$ and 53 characters); no password would match it");
}

static Status pbkdf2_check(std::string_view rest) {
  unsigned rounds = 0;
  auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), rounds);
  if (error == std::errc::result_out_of_range || rounds > kPbkdf2RoundsMax)
    return no_hash("its rounds take too long; use at most " + std::to_string(kPbkdf2RoundsMax));
  const size_t a = rest.find('$'), b = a == rest.npos ? a : rest.find('$', a + 1);
  std::string salt, hash;
  const bool whole = error == std::errc() && rounds > 0 && b != rest.npos && end == rest.data() + a &&
      base64url_decode(rest.substr(a + 1, b - a - 1), &salt) && base64url_decode(rest.substr(b + 1), &hash) && hash.size() == 32;
  return whole ? Status{} : no_hash("it is no whole pbkdf2-sha256 hash; no password would match it");
}

Status password_hash_check(const std::string& hash) {
  std::string_view view = hash, kind = view.substr(0, 4);
  if (hash.empty()) return {};
  if (kind == "$2a$" || kind == "$2b$" || kind == "$2y$") return bcrypt_check(view);
  if (view.substr(0, sizeof kPbkdf2Prefix - 1) == kPbkdf2Prefix) return pbkdf2_check(view.substr(sizeof kPbkdf2Prefix - 1));
  return {};  // "x", "*": nobody logs in with it, as in the reference and in /etc/shadow
}

const char* password_default_hash() {
#if HAVE_BCRYPT || HAVE_CRYPT
  return "$2a$10$i2exvNtN8qsnzwhYgJprO.hcsYTZc6caCrGsTj9Remogv/GH.1S.K";
#else
  return "$pbkdf2-sha256$600000$Oo2JmwrgV8kxbMIfZ0pJ2Q$ebAUX_709ix5PDKBY-LZE21R15yzLGSs2lCI2fqudRU";
#endif
}

}  // namespace picket
