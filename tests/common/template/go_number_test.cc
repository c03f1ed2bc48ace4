// tests/common/template/go_number_test.cc - numbers as Go reads and writes them.
#include "common/template/go_number.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace picket;

TEST_CASE("numbers are read as Go reads them") {
  static const struct { const char* text; bool ok; double v; } kRows[] = {
      {"1", true, 1},       {"-1.5e3", true, -1500}, {"+.5", true, .5}, {"5.", true, 5},      {"0x1p-2", true, .25}, {"1e-999", true, 0},
      {"inf", true, INFINITY}, {"-Infinity", true, -INFINITY}, {"+Inf", true, INFINITY}, {"", false, 0}, {"-", false, 0}, {"+-1", false, 0},
      {"1e999", false, 0},  {"0x10", false, 0},      {"1x", false, 0},  {" 1", false, 0},     {"1 ", false, 0},      {"nan(1)", false, 0}, {"1_000", true, 1000},
      {"1_000.5", true, 1000.5}, {"1e1_0", true, 1e10}, {"0x_1p0", true, 1}, {"0x1_0p0", true, 16}, {"_1", false, 0}, {"1_", false, 0},
      {"1__0", false, 0},   {"1_.5", false, 0},      {"1._5", false, 0}, {"1_e5", false, 0},  {"in_f", false, 0},
  };
  for (auto& r : kRows) {
    CAPTURE(r.text);
    double v = 0;
    CHECK(go_float_parse(r.text, &v) == r.ok);
    if (r.ok) CHECK(v == r.v);
  }
  double nan = 0;
  CHECK(go_float_parse("NaN", &nan));
  CHECK(std::isnan(nan));
  int64_t i = 0;
  CHECK(go_int_parse("+5", &i));
  CHECK(go_int_parse("-9223372036854775808", &i));
  CHECK_FALSE(go_int_parse("9223372036854775808", &i));
  CHECK_FALSE(go_int_parse("+-5", &i));
  CHECK_FALSE(go_int_parse("5.0", &i));
  CHECK_FALSE(go_int_parse("", &i));
}

TEST_CASE("numbers are written as Go writes them") {
  CHECK(go_float_g(0.1) == "0.1");
  CHECK(go_float_g(999999) == "999999");
  CHECK(go_float_g(1e6) == "1e+06");
  CHECK(go_float_g(1.5e-7) == "1.5e-07");
  CHECK(go_float_g(-INFINITY) == "-Inf");
  CHECK(go_float_f(2.5e6) == "2500000");
  CHECK(go_float_f(-1e-7) == "-0.0000001");
  CHECK(go_float_f(123456789012345680000.0) == "123456789012345680000");
  CHECK(go_float_f(0) == "0");
}
