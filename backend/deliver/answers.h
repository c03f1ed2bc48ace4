// backend/deliver/answers.h - what receivers answered, as it may be shown: one line, and nothing of what the handler keeps secret. Pure.
#pragma once
#include <string>
#include <string_view>

#include "common/types/types.h"

namespace picket {

inline constexpr size_t kAnswerMax = 200;      // bytes of an answer that are kept
inline constexpr size_t kSecretLeast = 4;      // shorter values are no secrets, and would hide words
inline constexpr size_t kUrlPartLeast = 12;    // of a path, a query or after "Bearer ": shorter ones are words
inline constexpr size_t kSentMax = 64u << 10;  // bytes of what a test has sent that are shown

std::string answer_first_line(std::string_view text);  // that is not empty
std::string answer_last_line(std::string_view text);
// With *** in place of the handler's values: env_vars, headers, path, query and login of the URL, key, password; also in base64 where
// they are sent so. Before anything is cut off: a part of a secret is not found.
std::string delivery_redacted(std::string text, const Handler& handler);

}  // namespace picket
