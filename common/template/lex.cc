// common/template/lex.cc - Go's template lexer: text, and tokens between {{ and }}.
#include <cstring>

#include "common/json/cursor.h"
#include "common/template/syntax.h"

namespace picket {

using Token = TemplateToken;

struct Lexer {
  std::string_view text;
  size_t at = 0;
  int parens = 0;
  TemplateLexed out;
};

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
static bool starts(const Lexer& l, std::string_view with) { return l.text.substr(l.at, with.size()) == with; }

static bool bad(Lexer& l, std::string message) {
  l.out.error = std::move(message);
  l.out.error_at = l.at;
  return false;
}

static void put(Lexer& l, Token::Kind kind, size_t from) {
  l.out.tokens.push_back({kind, from, std::string(l.text.substr(from, l.at - from))});
}

// U+002D '-', as Go's %#U prints a character.
static std::string character_name(const Lexer& l) {
  const char* p = l.text.data() + l.at;
  int length = utf8_length(p, l.text.data() + l.text.size());
  uint32_t cp = 0xfffd;
  auto byte = [&](int i) { return static_cast<unsigned char>(p[i]); };
  if (length == 1) cp = byte(0);
  if (length == 2) cp = (byte(0) & 31u) << 6 | (byte(1) & 63u);
  if (length == 3) cp = (byte(0) & 15u) << 12 | (byte(1) & 63u) << 6 | (byte(2) & 63u);
  if (length == 4) cp = (byte(0) & 7u) << 18 | (byte(1) & 63u) << 12 | (byte(2) & 63u) << 6 | (byte(3) & 63u);
  char code[16];
  snprintf(code, sizeof code, "U+%04X", cp);
  return cp < 0x20 || cp == 0x7f ? code : std::string(code) + " '" + (length ? std::string(p, length) : "\xef\xbf\xbd") + "'";
}

static bool at_trim_left(const Lexer& l) {  // after {{ : "- "
  return l.at + 1 < l.text.size() && l.text[l.at] == '-' && is_space(l.text[l.at + 1]);
}
static bool at_right(const Lexer& l, bool* trim) {
  *trim = l.at + 1 < l.text.size() && is_space(l.text[l.at]) && l.text.substr(l.at + 1, 3) == "-}}";
  return *trim || starts(l, "}}");
}

static void skip_space(Lexer& l) {
  while (l.at < l.text.size() && is_space(l.text[l.at])) l.at++;
}

// The text up to the next {{, trimmed on the right when that one asks for it.
static void lex_text(Lexer& l) {
  size_t from = l.at, brace = l.text.find("{{", l.at);
  size_t to = brace == l.text.npos ? l.text.size() : brace;
  bool trim = to + 3 < l.text.size() && l.text[to + 2] == '-' && is_space(l.text[to + 3]);
  l.at = to;
  size_t keep = to;
  while (trim && keep > from && is_space(l.text[keep - 1])) keep--;
  if (keep > from) l.out.tokens.push_back({Token::literal, from, std::string(l.text.substr(from, keep - from))});
}

static bool lex_comment(Lexer& l) {
  size_t end = l.text.find("*/", l.at);
  if (end == l.text.npos) return bad(l, "unclosed comment");
  l.at = end + 2;
  bool trim;
  if (!at_right(l, &trim)) return bad(l, "comment ends before closing delimiter");
  l.at += trim ? 4 : 2;
  if (trim) skip_space(l);
  return true;
}

// Is the word or field that ends here properly ended?
static bool at_terminator(const Lexer& l) {
  if (l.at >= l.text.size() || is_space(l.text[l.at])) return true;
  return strchr(".,|:=()", l.text[l.at]) != nullptr || starts(l, "}}");
}

static void letters(Lexer& l) {
  while (l.at < l.text.size() && is_letter(l.text[l.at])) l.at++;
}

static bool lex_word(Lexer& l) {
  static const char* const kKeywords[] = {"block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"};
  size_t from = l.at;
  letters(l);
  std::string_view word = l.text.substr(from, l.at - from);
  if (!at_terminator(l)) return bad(l, "bad character " + character_name(l));
  Token::Kind kind = word == "true" || word == "false" ? Token::boolean : word == "nil" ? Token::nil : Token::identifier;
  for (const char* keyword : kKeywords)
    if (word == keyword) kind = Token::keyword;
  return put(l, kind, from), true;
}

// .name, $name, or the dot and the dollar alone.
static bool lex_prefixed(Lexer& l, Token::Kind named, Token::Kind alone) {
  size_t from = l.at++;
  if (at_terminator(l)) return put(l, alone, from), true;
  letters(l);
  if (!at_terminator(l)) return bad(l, "bad character " + character_name(l));
  return put(l, named, from), true;
}

static bool lex_quoted(Lexer& l, char quote, Token::Kind kind, const char* unclosed) {
  size_t from = l.at++;
  for (; l.at < l.text.size() && l.text[l.at] != quote; l.at++) {
    if (quote == '`') continue;
    if (l.text[l.at] == '\\') l.at++;
    if (l.at >= l.text.size() || l.text[l.at] == '\n') return bad(l, unclosed);
  }
  if (l.at >= l.text.size()) return bad(l, unclosed);
  l.at++;
  return put(l, kind, from), true;
}

static bool lex_number(Lexer& l) {
  size_t from = l.at;
  if (strchr("+-", l.text[l.at])) l.at++;
  while (l.at < l.text.size() &&
         (is_letter(l.text[l.at]) || l.text[l.at] == '.' || (strchr("+-", l.text[l.at]) && strchr("eEpP", l.text[l.at - 1]))))
    l.at++;
  bool any = l.at > from + (strchr("+-", l.text[from]) ? 1 : 0);
  if (!any || !at_terminator(l)) return bad(l, "bad number syntax: \"" + std::string(l.text.substr(from, l.at - from + 1)) + "\"");
  return put(l, Token::number, from), true;
}

static bool lex_symbol(Lexer& l) {
  size_t from = l.at;
  switch (l.text[l.at]) {
    case '|': l.at++; return put(l, Token::pipe, from), true;
    case ',': l.at++; return put(l, Token::comma, from), true;
    case '=': l.at++; return put(l, Token::assign, from), true;
    case '(':
      l.at++;
      l.parens++;
      return put(l, Token::open, from), true;
    case ':':
      if (!starts(l, ":=")) return l.at++, bad(l, "expected :=");
      l.at += 2;
      return put(l, Token::declare, from), true;
    case ')':
      if (l.parens-- == 0) return bad(l, "unexpected right paren " + character_name(l));
      l.at++;
      return put(l, Token::close, from), true;
    default: return bad(l, "unrecognized character in action: " + character_name(l));
  }
}

static bool lex_token(Lexer& l) {
  char c = l.text[l.at];
  char next = l.at + 1 < l.text.size() ? l.text[l.at + 1] : '\0';
  if (is_space(c)) {
    size_t from = l.at;
    bool trim;
    while (l.at < l.text.size() && is_space(l.text[l.at]) && !at_right(l, &trim)) l.at++;
    return put(l, Token::space, from), true;
  }
  if (c == '"') return lex_quoted(l, '"', Token::string, "unterminated quoted string");
  if (c == '`') return lex_quoted(l, '`', Token::string, "unterminated raw quoted string");
  if (c == '\'') return lex_quoted(l, '\'', Token::character, "unterminated character constant");
  if (c == '$') return lex_prefixed(l, Token::variable, Token::variable);
  if (c == '.' && !(next >= '0' && next <= '9')) return lex_prefixed(l, Token::field, Token::dot);
  if (c == '.' || c == '+' || c == '-' || (c >= '0' && c <= '9')) return lex_number(l);
  if (is_letter(c)) return lex_word(l);
  return lex_symbol(l);
}

// From {{ to }}.
static bool lex_action(Lexer& l) {
  size_t from = l.at;
  l.at += 2;
  if (at_trim_left(l)) l.at += 2;
  if (starts(l, "/*")) return lex_comment(l);
  put(l, Token::left, from);
  l.parens = 0;
  bool trim;
  while (l.at < l.text.size() && !at_right(l, &trim))
    if (!lex_token(l)) return false;
  if (l.at >= l.text.size()) return bad(l, "unclosed action");
  if (l.parens > 0) return bad(l, "unclosed left paren");
  size_t right = l.at;
  l.at += trim ? 4 : 2;
  put(l, Token::right, right);
  if (trim) skip_space(l);
  return true;
}

TemplateLexed template_lex(std::string_view text) {
  Lexer l{text, 0, 0, {}};
  while (l.at < text.size()) {
    lex_text(l);
    if (l.at < text.size() && !lex_action(l)) break;
  }
  l.out.tokens.push_back({Token::end, l.at, ""});
  return std::move(l.out);
}

}  // namespace picket
