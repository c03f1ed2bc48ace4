// tests/cli/show/terminal_text_test.cc - nothing that others wrote is obeyed by a terminal.
#include "cli/show/terminal_text.h"

#include <doctest/doctest.h>

using namespace picket;

TEST_CASE("control characters are shown, not obeyed; lines, tabs and our own colours stay") {
  struct Row { const char *text, *shown, *why; };
  static const Row kRows[] = {
      {"plain\n\ttext äöü", "plain\n\ttext äöü", "text"},
      {"\x1b]0;PWNED\x07", "␛]0;PWNED␇", "the window's title"},
      {"\x1b]52;c;cm0=\x1b\\", "␛]52;c;cm0=␛\\", "the clipboard"},
      {"\x1b[2J\x1b[H", "␛[2J␛[H", "a cleared screen"},
      {"a\rb", "a␍b", "a line written over"},
      {"a\r\nb", "a\nb", "a line's end as Windows writes it"},
      {"a\x08\x7f", "a␈␡", "a character taken back"},
      {"\xc2\x9b" "2J", "\xef\xbf\xbd" "2J", "ESC [ in one character"},
      {"\xc2\xa0x", "\xc2\xa0x", "a hard space"},
      {"\xe2\x80\xae" "txt", "<U+202E>txt", "a line turned round"},
      {"\xe2\x81\xa6x\xe2\x81\xa9", "<U+2066>x<U+2069>", "the same, by other characters"},
      {"\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m", "our colours"},
      {"\x1b[31", "␛[31", "half a colour"},
      {"\x1b[31K", "␛[31K", "no colour"},
  };
  for (const Row& r : kRows) {
    CAPTURE(r.why);
    CHECK(terminal_masked(r.text, true) == r.shown);
  }
  CHECK(terminal_masked("\x1b[8mhidden\x1b[0m", false) == "␛[8mhidden␛[0m");
}

TEST_CASE("the same for the strings of a JSON text, escaped or not") {
  CHECK(terminal_masked_json(R"({"o":"\u001b]0;x\u0007\n\t\u000a"})") == R"({"o":"␛]0;x␇\n\t\u000a"})");
  CHECK(terminal_masked_json(R"("a\r\nb\rc\b\f")") == R"("a\nb␍c␈␌")");
  CHECK(terminal_masked_json(R"("\\u001b \" \u009b \u00e4 \u001B")") == "\"\\\\u001b \\\" \xef\xbf\xbd \\u00e4 ␛\"");
  CHECK(terminal_masked_json("\"\\") == "\"\\");
}
