// backend/route/filter_words.cc - which members of an event an expression can look at.
#include <algorithm>
#include <cstring>

#include "backend/route/filter.h"

namespace picket {
namespace {

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$'; }

// Without brackets there are no computed names and no functions, without backslashes and characters beyond ASCII no names
// in disguise. In strings and comments they do no harm, but they are not worth distinguishing.
bool is_plain(char c) { return is_word(c) || std::strchr(" \t\r\n.,;:?!=<>&|^~+-*/%()'\"#@", c) != nullptr; }

// What walks over the members of an object, or takes a name as text.
const char* const kNotPlain[] = {
    "in", "with", "eval", "Function", "Object", "JSON", "constructor", "hasOwnProperty", "propertyIsEnumerable"};

bool words_add(std::string_view text, std::vector<std::string_view>& words) {
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c != 0 && is_plain(c); })) return false;
  for (size_t i = 0; i < text.size();) {
    size_t begin = i;
    while (i < text.size() && is_word(text[i])) i++;
    if (i == begin) {
      i++;
      continue;
    }
    std::string_view word = text.substr(begin, i - begin);
    if (std::find(std::begin(kNotPlain), std::end(kNotPlain), word) != std::end(kNotPlain)) return false;
    if (std::find(words.begin(), words.end(), word) != words.end()) continue;
    if (words.size() == kSubjectWordsMax) return false;
    words.push_back(word);
  }
  return true;
}

}  // namespace

bool SubjectWords::has(std::string_view member) const { return all || std::find(words.begin(), words.end(), member) != words.end(); }

bool SubjectWords::covers(const SubjectWords& other) const {
  return all || (!other.all && std::all_of(other.words.begin(), other.words.end(), [&](std::string_view w) { return has(w); }));
}

// Libraries of assets may look at anything.
SubjectWords words_of(const EventFilter& filter) {
  SubjectWords w;
  w.all = !filter.runtime_assets.empty();
  for (size_t i = 0; i < filter.expressions.size() && !w.all; i++) w.all = !words_add(filter.expressions[i], w.words);
  return w;
}

void words_join(SubjectWords& words, const SubjectWords& more) {
  words.all = words.all || more.all;
  for (std::string_view w : more.words)
    if (!words.has(w)) words.words.push_back(w);
}

}  // namespace picket
