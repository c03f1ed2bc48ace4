// common/rules/enroll_token.h - the token an agent enrols with: which grant it is of, its secret, and by what the backend is known.
//
// `picket.ID.SECRET.PIN`, all in lower case hex. PIN is the SHA-256 of the certificate that the backend's chain ends in: the agent
// fetches that certificate unseen, compares, and trusts nothing else from then on. "0": there is none (plain HTTP, or a public CA).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "common/basic/result.h"

namespace picket {

inline constexpr size_t kEnrollIdSize = 16, kEnrollSecretSize = 32, kEnrollPinSize = 64;  // hex digits
inline constexpr int64_t kGrantSecondsMax = 90 * 86'400;                                  // that a token is valid

struct EnrollToken { std::string id, secret, pin; };  // pin "": none
std::string enroll_token_write(const EnrollToken& token);
Result<EnrollToken> enroll_token_read(std::string_view text);  // the error shows nothing of it

}  // namespace picket
