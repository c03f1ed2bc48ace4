// common/rules/validate_names.cc - the name rules of 6.x (H-61): four alphabets, two sentences.
#include "common/rules/validate.h"

namespace picket {

static bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

static bool all_of(std::string_view text, std::string_view also, bool upper = true) {
  for (char c : text)
    if (!(is_letter_or_digit(c) && (upper || !(c >= 'A' && c <= 'Z'))) && also.find(c) == also.npos) return false;
  return true;
}

static std::string sentence(std::string_view what, const char* text) { return what.empty() ? text : std::string(what) + " " + text; }

// What no URL can hold as a segment: it would be made and never read, changed or deleted.
static const char* out_of_reach(std::string_view name) {
  if (name == "." || name == "..") return "must not be \".\" or \"..\", which a URL takes for a folder";
  static_assert(kNameMax == 1024, "the sentence says the number");
  return name.size() > kNameMax ? "must not have more than 1024 bytes" : nullptr;
}

static Status judged(std::string_view name, std::string_view what, bool allowed) {
  if (name.empty()) return fail(Err::invalid, sentence(what, "must not be empty"));
  if (const char* why = out_of_reach(name)) return fail(Err::invalid, sentence(what, why));
  if (!allowed) return fail(Err::invalid, sentence(what, "cannot contain spaces or special characters"));
  return {};
}

Status validate_name(std::string_view name, std::string_view what) { return judged(name, what, all_of(name, "_.:-")); }

Status validate_username(std::string_view name, std::string_view what) { return judged(name, what, all_of(name, "_.-", false)); }

// Words with at most one colon between them.
Status validate_subscription(std::string_view name, std::string_view what) {
  size_t colon = name.find(':');
  bool placed = colon == name.npos || (colon > 0 && colon + 1 < name.size() && name.find(':', colon + 1) == name.npos);
  return judged(name, what, placed && all_of(name, "_.:-"));
}

Status validate_asset_name(std::string_view name) {
  if (name.empty()) return fail(Err::invalid, "name cannot be empty");
  if (const char* why = out_of_reach(name)) return fail(Err::invalid, std::string("name ") + why);
  if (all_of(name, "/_.:-")) return {};
  return fail(Err::invalid, "name may only contain letters, forward slashes, underscores, dashes and numbers");
}

}  // namespace picket
