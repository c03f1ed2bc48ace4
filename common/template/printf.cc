// common/template/printf.cc - fmt.Sprintf and fmt.Sprint, as far as templates need them: flags, width, precision, and the verbs
// of text and numbers.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "common/json/cursor.h"
#include "common/template/value.h"

namespace picket {

inline constexpr int kPrintfWidthMax = 10'000;  // wider fields are cut to this, so that a verb cannot grow us

struct Verb {
  bool minus = false, plus = false, sharp = false, space = false, zero = false;
  int width = -1, precision = -1;
  char letter = 0;
};

static std::string mismatch(const Verb& verb, const TemplateValue& v) {
  std::string type = v.absent() ? "<nil>" : template_type_name(v);
  if (v.absent()) return std::string("%!") + verb.letter + "(<nil>)";
  return std::string("%!") + verb.letter + "(" + type + "=" + template_text(v) + ")";
}

static size_t letters(const std::string& text) {
  size_t count = 0;
  for (char c : text) count += (c & 0xc0) != 0x80;
  return count;
}

static std::string padded(const Verb& verb, std::string text, bool number) {
  size_t width = static_cast<size_t>(std::max(verb.width, 0)), have = letters(text);
  if (have >= width) return text;
  std::string fill(width - have, verb.zero && !verb.minus && number ? '0' : ' ');
  if (verb.minus) return text + fill;
  if (fill[0] == '0' && !text.empty() && (text[0] == '-' || text[0] == '+')) return text[0] + fill + text.substr(1);
  return fill + text;
}

static std::string digits_text(uint64_t v, unsigned base, bool upper) {
  const char* kDigits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string out;
  do out.insert(out.begin(), kDigits[v % base]);
  while (v /= base);
  return out;
}

static std::string integer_text(const Verb& verb, int64_t v) {
  unsigned base = verb.letter == 'x' || verb.letter == 'X' ? 16 : verb.letter == 'o' ? 8 : verb.letter == 'b' ? 2 : 10;
  uint64_t size = v < 0 ? 0 - static_cast<uint64_t>(v) : static_cast<uint64_t>(v);
  std::string text = digits_text(size, base, verb.letter == 'X');
  int wanted = std::min(verb.precision, kPrintfWidthMax);
  if (static_cast<int>(text.size()) < wanted) text.insert(0, static_cast<size_t>(wanted) - text.size(), '0');
  if (verb.sharp && base == 16) text.insert(0, verb.letter == 'X' ? "0X" : "0x");
  if (v < 0) return "-" + text;
  return verb.plus ? "+" + text : verb.space ? " " + text : text;
}

static std::string real_text(const Verb& verb, double v) {
  if (verb.letter == 'v' && verb.precision < 0) return template_text(template_number(v));
  char letter = verb.letter == 'v' ? 'g' : verb.letter == 'F' ? 'f' : verb.letter;
  std::string format = std::string("%") + (verb.plus ? "+" : "") + (verb.sharp ? "#" : "") + ".*" + letter;
  if (letter == 'g' && verb.precision < 0) return template_text(template_number(v));
  int precision = std::min(verb.precision < 0 ? 6 : verb.precision, 300);
  char text[800];
  snprintf(text, sizeof text, format.c_str(), precision, v);
  return text;
}

static std::string hex_text(const std::string& text, bool upper) {
  std::string out;
  for (unsigned char c : text) {
    std::string digits = digits_text(c, 16, upper);
    out += digits.size() < 2 ? "0" + digits : digits;
  }
  return out;
}

static std::string quoted_text(const std::string& text) {
  static const char kFrom[] = "\a\b\f\n\r\t\v\\\"", kTo[] = "abfnrtv\\\"";
  std::string out = "\"";
  for (char c : text) {
    const char* at = c ? strchr(kFrom, c) : nullptr;
    if (at) out += '\\', out += kTo[at - kFrom];
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) out += "\\x" + hex_text(std::string(1, c), false);
    else out += c;
  }
  return out + "\"";
}

static std::string string_verb(const Verb& verb, std::string text) {
  if (verb.letter == 'q') return quoted_text(text);
  if (verb.letter == 'x' || verb.letter == 'X') return hex_text(text, verb.letter == 'X');
  if (verb.precision < 0) return text;
  size_t bytes = 0, seen = 0;
  while (bytes < text.size() && ((text[bytes] & 0xc0) == 0x80 || seen++ < static_cast<size_t>(verb.precision))) bytes++;
  return text.substr(0, bytes);
}

static std::string character(int64_t code_point) {
  std::string out;
  bool valid = code_point >= 0 && code_point < 0x110000 && (code_point < 0xd800 || code_point > 0xdfff);
  utf8_put(out, valid ? static_cast<uint32_t>(code_point) : 0xfffd);
  return out;
}

static std::string verb_text(const Verb& verb, const TemplateValue& v) {
  char l = verb.letter;
  bool integer = v.kind == TemplateValue::integer;
  if (l == 'T') return v.absent() ? "<nil>" : template_type_name(v);
  if (v.absent()) return l == 'v' ? padded(verb, "<nil>", false) : mismatch(verb, v);
  if (v.kind == TemplateValue::string && strchr("svqxX", l)) return padded(verb, string_verb(verb, v.text), false);
  if (integer && strchr("dvxXob", l)) return padded(verb, integer_text(verb, v.whole), true);
  if (integer && l == 'c') return padded(verb, character(v.whole), false);
  if (v.kind == TemplateValue::number && strchr("vgGeEfF", l)) return padded(verb, real_text(verb, v.real), true);
  if (v.kind == TemplateValue::boolean && strchr("tv", l)) return padded(verb, template_text(v), false);
  bool many = v.kind == TemplateValue::list || v.kind == TemplateValue::map;
  if (many && strchr("svd", l)) return padded(verb, template_text(v), false);
  return mismatch(verb, v);
}

// The part between % and the verb's letter. `*` takes its number from the arguments in Go; not here: it prints as bad.
static size_t verb_read(const std::string& format, size_t at, Verb& verb) {
  for (; at < format.size() && strchr("-+# 0", format[at]); at++) {
    verb.minus |= format[at] == '-';
    verb.plus |= format[at] == '+';
    verb.sharp |= format[at] == '#';
    verb.space |= format[at] == ' ';
    verb.zero |= format[at] == '0';
  }
  auto number = [&](int& out) {
    for (; at < format.size() && format[at] >= '0' && format[at] <= '9'; at++)
      out = std::min(std::max(out, 0) * 10 + (format[at] - '0'), kPrintfWidthMax);
  };
  number(verb.width);
  if (at < format.size() && format[at] == '.') at++, verb.precision = 0, number(verb.precision);
  if (at < format.size()) verb.letter = format[at++];
  return at;
}

static std::string extra_text(const TemplateValue* args, size_t from, size_t count) {
  std::string out = "%!(EXTRA ";
  for (size_t i = from; i < count; i++) {
    if (i > from) out += ", ";
    out += args[i].absent() ? "<nil>" : std::string(template_type_name(args[i])) + "=" + template_text(args[i]);
  }
  return out + ")";
}

std::string template_sprintf(const std::string& format, const TemplateValue* args, size_t count, size_t enough) {
  std::string out;
  size_t next = 0;
  for (size_t at = 0; at < format.size() && out.size() <= enough;) {
    if (format[at] != '%') {
      out += format[at++];
      continue;
    }
    Verb verb;
    at = verb_read(format, at + 1, verb);
    if (verb.letter == '%') out += '%';
    else if (!verb.letter) out += "%!(NOVERB)";
    else if (next >= count) out += std::string("%!") + verb.letter + "(MISSING)";
    else out += verb_text(verb, args[next++]);
  }
  return next < count ? out + extra_text(args, next, count) : out;
}

// A blank between two operands when neither is a string.
std::string template_sprint(const TemplateValue* args, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; i++) {
    bool strings = i > 0 && (args[i].kind == TemplateValue::string || args[i - 1].kind == TemplateValue::string);
    if (i > 0 && !strings) out += ' ';
    out += args[i].absent() ? "<nil>" : template_text(args[i]);
  }
  return out;
}

}  // namespace picket
