// tests/checks/facts/pattern_test.cc - regular expressions: what matches, what is refused, in linear time.
#include <doctest/doctest.h>

#include "checks/facts/pattern.h"

using namespace picket;

TEST_CASE("patterns match what others' engines match") {
  struct Row { const char *pattern, *text; bool matches; };
  const Row rows[] = {
      {"", "", true}, {"", "x", true}, {"abc", "xabcx", true}, {"abc", "ab", false}, {"^abc$", "abc", true}, {"^abc$", "abcd", false},
      {"a.c", "axc", true}, {"a.c", "a\nc", false}, {"a*", "", true}, {"^a+$", "aaa", true}, {"^a+$", "", false}, {"^a?b$", "b", true},
      {"^(ab|cd)+$", "abcdab", true}, {"^(ab|cd)+$", "abc", false}, {"a|b|c", "c", true}, {"^(a|b|c)$", "d", false}, {"[a-c]x", "bx", true},
      {"[^a-c]x", "bx", false}, {"[]a]", "]", true}, {"[a-]", "-", true}, {"[\\d-]+", "1-2", true}, {"\\d{3}", "12", false}, {"\\d{3}", "123", true},
      {"^\\d{2,3}$", "1234", false}, {"^\\d{2,}$", "12345", true}, {"^x{0}$", "", true}, {"a{,2}", "a{,2}", true}, {"a{x}", "a{x}", true},
      {"\\bfoo\\b", "a foo b", true}, {"\\bfoo\\b", "afoo", false}, {"\\Boo\\b", "foo", true}, {"\\w+@\\w+\\.com", "me@host.com", true},
      {"\\s", "\t", true}, {"\\S", " ", false}, {"\\x41", "A", true}, {"\\.", "a", false}, {"\\.", ".", true}, {"(?i)ERROR", "an Error", true},
      {"(?i)[^a]", "A", false}, {"(?:ab)+", "abab", true}, {"(a*)*b", "aaac", false}, {"(a*)*b", "aab", true}, {"(|a)+b", "aab", true},
      {"^$", "", true}, {"^$", "x", false}, {"end$", "the end\n", true}, {"a.*?b", "axxb", true}, {"[\\x00-\\x1f]", "\x07", true},
      {"^((a|b){2}c){2}$", "abcbac", true}, {"^((a|b){2}c){2}$", "abcba", false}, {"a\\/b", "a/b", true}, {"\xc3\xa4", "\xc3\xa4", true},
      {"HTTP/1\\.[01] (200|30[12])", "HTTP/1.1 302 Found", true},
  };
  for (const Row& r : rows) {
    CAPTURE(r.pattern);
    CAPTURE(r.text);
    Result<Pattern> p = pattern_parse(r.pattern);
    REQUIRE_MESSAGE(p.ok(), p.status.message);
    CHECK(pattern_matches(p.value, r.text) == r.matches);
  }
}

TEST_CASE("what it cannot do is refused with the place") {
  for (const char* text : {"(", ")", "a)", "[", "[a", "*", "+a", "a|*", "(?=x)", "(?P<n>x)", "\\", "\\1", "\\q", "[z-a]", "a{2,1}",
                           "a{5000}", "\\x4", "((((a{100}){100}){100}){100})"}) {
    CAPTURE(text);
    Result<Pattern> p = pattern_parse(text);
    CHECK(!p.ok());
    CHECK(p.status.message.find("is invalid") != std::string::npos);
  }
  CHECK(!pattern_parse(std::string(kPatternTextMax + 1, 'a')).ok());
  CHECK(!pattern_parse(std::string(200, '(') + std::string(200, ')')).ok());
}

TEST_CASE("patterns that make other engines hang") {
  Result<Pattern> p = pattern_parse("(a?){40}a{40}");
  REQUIRE(p.ok());
  CHECK(pattern_matches(p.value, std::string(40, 'a')));
  p = pattern_parse("^(a+)+$");
  CHECK(!pattern_matches(p.value, std::string(20'000, 'a') + "b"));
}

TEST_CASE("globs") {
  struct Row { const char *glob, *text; bool matches; };
  for (const Row& r : {Row{"*", "", true},
                       {"*.log", "a.log", true},
                       {"*.log", "a.logx", false},
                       {"a?c", "abc", true},
                       {"a?c", "ac", false},
                       {"*a*b*", "xxaxxbxx", true},
                       {"*a*b*", "bbaa", false},
                       {"", "", true},
                       {"", "a", false},
                       {"**", "abc", true}})
    CHECK(glob_matches(r.glob, r.text) == r.matches);
}
