// backend/notify/alert_text.cc - see alert_text.h.
#include "backend/notify/alert_text.h"

#include <algorithm>

#include "common/json/cursor.h"

namespace picket {
namespace {

constexpr std::string_view kMore = "…";

// ESC [ … letter: a colour, a move of the cursor.
size_t sequence_length(std::string_view s) {
  if (s.size() < 2 || s[0] != '\x1b') return 0;
  if (s[1] != '[') return 1;
  size_t n = 2;
  while (n < s.size() && (s[n] < '@' || s[n] > '~')) n++;
  return std::min(n + 1, s.size());
}

// Of control characters beyond ASCII, and of what turns the direction of writing.
bool is_hidden(std::string_view sequence) {
  if (sequence.size() == 2) return sequence[0] == '\xc2' && static_cast<unsigned char>(sequence[1]) < 0xa0;
  if (sequence.size() != 3 || sequence[0] != '\xe2') return false;
  const unsigned char last = static_cast<unsigned char>(sequence[2]);
  return (sequence[1] == '\x80' && last >= 0xaa && last <= 0xae) || (sequence[1] == '\x81' && last >= 0xa6 && last <= 0xa9);
}

bool is_control(char c) { return (static_cast<unsigned char>(c) < 32 && c != '\n' && c != '\t') || c == 127; }

size_t character_length(std::string_view s) {
  const int n = utf8_length(s.data(), s.data() + s.size());
  return n > 0 ? static_cast<size_t>(n) : 1;
}

}  // namespace

std::string alert_clean(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  while (!s.empty()) {
    if (const size_t n = sequence_length(s)) {
      s.remove_prefix(n);
      continue;
    }
    const int valid = utf8_length(s.data(), s.data() + s.size());
    const std::string_view character = s.substr(0, character_length(s));
    if (valid <= 0) out += "\xef\xbf\xbd";
    else if (!is_control(s[0]) && !is_hidden(character)) out += character;
    s.remove_prefix(character.size());
  }
  return out;
}

std::string alert_cut(std::string_view s, size_t max) {
  if (s.size() <= max) return std::string(s);
  if (max < kMore.size()) return "";
  size_t end = max - kMore.size();
  while (end > 0 && (static_cast<unsigned char>(s[end]) & 0xc0) == 0x80) end--;
  return std::string(s.substr(0, end)) + std::string(kMore);
}

std::string alert_first_line(std::string_view s) { return std::string(s.substr(0, s.find_first_of("\r\n"))); }

std::string alert_one_line(std::string s) {
  for (char& c : s)
    if (static_cast<unsigned char>(c) < 32 || c == 127) c = ' ';
  return s;
}

const char* escape_html(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
  }
  return "";
}

// Mattermost and Rocket.Chat read @here and [x](http://y) where Slack does not: a blank of no width takes them apart.
const char* escape_slack(char c) {
  switch (c) {
    case '"': return "";
    case '@': return "@\xe2\x80\x8b";
    case ']': return "]\xe2\x80\x8b";
  }
  return escape_html(c);
}

const char* escape_markdown(char c) {
  switch (c) {
    case '\\': return "\\\\";
    case '*': return "\\*";
    case '_': return "\\_";
    case '`': return "\\`";
    case '~': return "\\~";
    case '|': return "\\|";
    case '>': return "\\>";
    case '<': return "\\<";
    case '[': return "\\[";
    case ']': return "\\]";
    case '#': return "\\#";
  }
  return "";
}

const char* escape_card(char c) {
  switch (c) {
    case '\\': return "\\\\";
    case '[': return "\\[";
    case ']': return "\\]";
    case '*': return "\\*";
    case '_': return "\\_";
    case '`': return "\\`";
    case '\n': return "\n\n";
  }
  return "";
}

std::string alert_escaped(std::string_view s, AlertEscape escape, size_t max) {
  std::string out;
  size_t whole = 0;  // of `out`: up to here "…" still fits
  while (!s.empty()) {
    const std::string_view character = s.substr(0, character_length(s));
    const std::string_view instead = escape(s[0]);
    out += instead.empty() ? character : instead;
    if (out.size() > max) return out.substr(0, whole) + (max < kMore.size() ? "" : std::string(kMore));
    if (out.size() + kMore.size() <= max) whole = out.size();
    s.remove_prefix(character.size());
  }
  return out;
}

}  // namespace picket
