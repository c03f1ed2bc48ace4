// tests/cli/verbs/text_diff_test.cc - differences of texts, line by line.
#include "cli/verbs/text_diff.h"

#include <doctest/doctest.h>

using namespace picket;

TEST_CASE("differences are shown line by line with what is around them") {
  struct Row {
    const char *before, *after, *text, *why;
  };
  const Row rows[] = {
      {"a\nb\n", "a\nb\n", "", "equal"},
      {"a\nb\nc\n", "a\nx\nc\n", "  a\n- b\n+ x\n  c\n", "changed"},
      {"", "a\n", "+ a\n", "new"},
      {"a\n", "", "- a\n", "gone"},
      {"1\n2\n3\n4\n5\n6\n7\n", "1\n2\n3\n4\n5\n6\n8\n", "...\n  5\n  6\n- 7\n+ 8\n", "far lines are left out"},
      {"1\n2\n3\n4\n5\n6\n7\n", "0\n1\n2\n3\n4\n5\n6\n", "+ 0\n  1\n  2\n...\n  5\n  6\n- 7\n", "two places"},
      {"a\na\nb\n", "a\nb\n", "  a\n- a\n  b\n", "repeated lines"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    CHECK(text_diff(r.before, r.after) == r.text);
  }
}
