// backend/auth/password.h - passwords as self-describing hashes. Slow on purpose: never call these on the loop's thread.
//
//   $2a$10$... (also $2b$, $2y$)   bcrypt by libxcrypt's code, interoperable with Go's; what new hashes are
//   $pbkdf2-sha256$ROUNDS$SALT$HASH   by mbedTLS (base64url), of builds without bcrypt (-DDEPS=system)
#pragma once
#include <string>

#include "common/basic/result.h"

namespace picket {

inline constexpr int kBcryptCost = 10;       // Go's default and the reference's
inline constexpr int kBcryptCostMax = 16;    // a stored hash beyond it (4 s for one login) never matches
inline constexpr int kBcryptCostTaken = 13;  // the dearest that a user may bring: half a second of everybody's logins
inline constexpr unsigned kPbkdf2Rounds = 600'000;
inline constexpr unsigned kPbkdf2RoundsMax = 1'000'000;
// bcrypt looks at 72 bytes: longer passwords are refused rather than cut.
inline constexpr size_t kPasswordMin = 8, kPasswordMax = 72;

Result<std::string> password_hash(const std::string& password);
bool password_matches(const std::string& password, const std::string& hash);  // a hash we cannot read matches nothing
// Whether a first start takes it (first_start.cc); "" is the default one.
Status password_first_check(const std::string& password);
// Whether a hash that somebody brings may be stored: every login of that name costs what it says, and anybody can try one.
Status password_hash_check(const std::string& hash);

// A hash of the well-known default password, made once: seeding a first start costs no time. The password is public, so
// its hash may be.
const char* password_default_hash();

}  // namespace picket
