// backend/access/jwt.h - JSON web tokens, HS256 only: the claims we issue and nothing else. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

inline constexpr size_t kTokenMax = 16 << 10;  // bytes; longer ones are refused unread

struct Claims {
  std::string subject, id, session, issuer;
  StringList groups;
  int64_t expires_at = 0;  // unix seconds
  bool refresh = false;    // a refresh token is no access token, nor the other way round
};

std::string jwt_sign(const Claims& claims, std::string_view secret);
// Checks the signature and the form, not the expiry: refreshing accepts access tokens that are over.
Result<Claims> jwt_verify(std::string_view token, std::string_view secret);

}  // namespace picket
