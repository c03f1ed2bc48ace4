// tests/cli/show/table_test.cc - tables and labels as sensuctl draws them.
#include "cli/show/table.h"

#include <doctest/doctest.h>

using namespace picket;

TEST_CASE("tables are drawn as sensuctl draws them") {
  struct Row {
    std::vector<std::string> titles;
    std::vector<TableRow> rows;
    const char *text, *why;
  };
  const Row rows[] = {
      {{"Name"}, {}, "  Name  \n────────\n", "a header alone"},
      {{"Name"}, {{"acme"}, {"sensu-system"}}, "      Name      \n────────────────\n  acme          \n  sensu-system  \n", "titles are centred, texts left"},
      {{"Name", "Rules"}, {{"a", "2"}, {"b", "10"}}, "  Name   Rules  \n─────── ────────\n  a          2  \n  b         10  \n", "numbers are right"},
      {{"A", "B"}, {{"x\n", "1"}, {"yy", ""}}, "  A    B  \n───── ────\n  x    1  \n          \n  yy      \n", "several lines in a cell"},
      {{"A", "B"}, {{"\x1b[1;34mab\x1b[0m", "x"}}, "  A    B  \n───── ────\n  \x1b[1;34mab\x1b[0m   x  \n", "colours have no width"},
      {{"A", "B"}, {{"é日", "x"}}, "   A    B  \n────── ────\n  é日   x  \n", "columns, not bytes"},
      {{"A", "B"}, {{"-1.5", "50%"}, {"12345", "-"}}, "    A      B   \n──────── ──────\n   -1.5   50%  \n  12345     -  \n", "what counts as a number"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    std::string want = r.text, got = table_draw(r.titles, r.rows);
    for (size_t at; (at = got.find("\x1b[1;99m")) != got.npos;) got.erase(at, 7), got.erase(got.find("\x1b[0m", at), 4);
    CHECK(got == want);
  }
}

TEST_CASE("labels are padded to the longest") {
  CHECK(labels_draw("t", {{"A", "1"}, {"Long", ""}}) == "=== \x1b[1;99mt\x1b[0m\nA:    1\nLong: \n");
  CHECK(labels_draw("t", {}) == "=== \x1b[1;99mt\x1b[0m\n");
}

TEST_CASE("a cell cut in the middle of a character or an escape sequence does not read past its end") {
  std::string text = "a\x1b[1;34m\xE2\x82\xAC\xF0\x9F\x98\x80";
  for (size_t n = 0; n <= text.size(); n++) {
    (void)display_width(std::string_view(text).substr(0, n));
    (void)strip_styles(std::string_view(text).substr(0, n));
  }
}
