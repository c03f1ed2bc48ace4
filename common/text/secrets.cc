// common/text/secrets.cc - names of variables and words that stand for secrets, and texts without them.
#include "common/text/secrets.h"

#include <cctype>

#include "common/types/types.h"

namespace picket {
namespace {

constexpr std::string_view kWords[] = {"PASSWORD", "PASSWD", "PASSPHRASE", "SECRET",      "TOKEN",
                                       "API_KEY",  "APIKEY", "ACCESS_KEY", "PRIVATE_KEY", "CREDENTIAL"};

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(toupper(static_cast<unsigned char>(c)));
  return out;
}

bool begins(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }
bool ends(std::string_view text, std::string_view with) {
  return text.size() >= with.size() && text.substr(text.size() - with.size()) == with;
}

// Where the user and password of a URL end: at the `@` of its authority. npos: it has none.
size_t userinfo_end(std::string_view text, size_t authority) {
  size_t end = std::min(text.find_first_of("/?#\"', \t\n", authority), text.size());
  size_t at = text.substr(0, end).rfind('@');
  return at == text.npos || at < authority ? text.npos : at;
}

bool has_url_password(std::string_view text) {
  for (size_t at = 0; (at = text.find("://", at)) != text.npos; at += 3)
    if (userinfo_end(text, at + 3) != text.npos) return true;
  return false;
}

// Keys and values alike: what looks like the name of a secret is enough.
bool has_redacted_word(std::string_view text) {
  std::string word;
  for (size_t i = 0; i <= text.size(); i++) {
    bool is_part = i < text.size() && (isalnum(static_cast<unsigned char>(text[i])) || text[i] == '_' || text[i] == '-');
    if (is_part) word += text[i];
    else if (!word.empty() && redact_matches(word, {})) return true;
    else word.clear();
  }
  return false;
}

}  // namespace

bool environment_is_secret(std::string_view name, std::string_view value) {
  const std::string n = upper(name);
  if (!begins(n, "PICKET_") && !begins(n, "SENSU_")) return false;
  for (std::string_view word : kWords)
    if (n.find(word) != n.npos) return true;
  if (has_url_password(value)) return true;
  return (ends(n, "LABELS") || ends(n, "ANNOTATIONS")) && has_redacted_word(value);
}

std::vector<std::string> environment_for_commands(const std::vector<std::pair<std::string, std::string>>& all) {
  std::vector<std::string> out;
  for (const auto& [name, value] : all)
    if (!environment_is_secret(name, value)) out.push_back(name + "=" + value);
  return out;
}

std::string url_passwords_hidden(std::string_view text) {
  std::string out;
  for (size_t at; (at = text.find("://")) != text.npos;) {
    out += text.substr(0, at + 3);
    if (size_t end = userinfo_end(text, at + 3); end != text.npos) {
      out += "***";
      at = end - 3;
    }
    text.remove_prefix(at + 3);
  }
  return out += text;
}

}  // namespace picket
