// common/types/types_redact.cc - redaction: values of labels and annotations whose key names a secret leave us as REDACTED.
#include <algorithm>

#include "common/types/types.h"

namespace picket {

const StringList kDefaultRedact = {"password",   "passwd",     "pass",        "api_key", "api_token",
                                   "access_key", "secret_key", "private_key", "secret"};

// "API-Key", "Api_Key2" and "api_key" are the same word, "apikey2" is another: digits count only in words of nothing
// but lower-case letters and digits.
static std::string folded(std::string_view text) {
  std::string lower(text), letters;
  bool clean = true;
  for (char& ch : lower) {
    if (ch >= 'A' && ch <= 'Z') ch = static_cast<char>(ch + 32);
    bool letter = ch >= 'a' && ch <= 'z';
    if (letter) letters += ch;
    clean = clean && (letter || (ch >= '0' && ch <= '9'));
  }
  return clean ? lower : letters;
}

bool redact_matches(std::string_view key, const StringList& redact) {
  const StringList& words = redact.empty() ? kDefaultRedact : redact;
  std::string wanted = folded(key);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return folded(word) == wanted; });
}

static void redact_map(StringMap& map, const StringList& redact) {
  for (auto& [key, value] : map)
    if (redact_matches(key, redact)) value = "REDACTED";
}

Entity entity_redacted(const Entity& entity) {
  Entity copy = entity;
  redact_map(copy.metadata.labels, entity.redact);
  redact_map(copy.metadata.annotations, entity.redact);
  return copy;
}

}  // namespace picket
