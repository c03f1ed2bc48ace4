// tests/common/json/float_text_test.cc - the shortest text of a number, held against std::to_chars: other code, the same answer.
#include "common/json/float_text.h"

#include <doctest/doctest.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <random>

using namespace picket;

static std::string expected(double v) {
  char text[64];
  return std::string(text, std::to_chars(text, text + sizeof text, v, std::chars_format::scientific).ptr);
}

static std::string scientific(double v) {
  std::string out;
  float_put_exponent(out, float_digits(v), 2);
  return out;
}

static std::string plain(double v) {
  std::string out;
  float_put_plain(out, float_digits(v));
  return out;
}

TEST_CASE("numbers that are hard to write shortly") {
  for (double v : {5e-324,
                   1e-323,
                   2.2250738585072009e-308,
                   2.2250738585072014e-308,
                   1.7976931348623157e308,
                   9007199254740991.0,
                   9007199254740992.0,
                   9007199254740993.0,
                   9007199254740994.0,
                   999999999999999.0,
                   1e15,
                   1e16,
                   1e22,
                   1e23,
                   0.1 + 0.2,
                   1.0 / 3,
                   2.0 / 3,
                   5e-7,
                   123456.789,
                   4.35,
                   0.000001,
                   5.684341886080802e-14,
                   9.5367431640625e-07,
                   4503599627370496.5})
    CHECK(scientific(v) == expected(v));
  CHECK(scientific(0) == "0e+00");
  CHECK(plain(0) == "0");
  CHECK(plain(-1.5) == "1.5");  // the sign is its caller's
  CHECK(plain(1500) == "1500");
  CHECK(plain(0.0015) == "0.0015");
  CHECK(plain(1e21) == "1000000000000000000000");
}

TEST_CASE("around every power of two, where the distances of numbers change") {
  for (int e = -1074; e < 1024; e++)
    for (double v : {std::ldexp(1.0, e), std::nextafter(std::ldexp(1.0, e), 0.0), std::nextafter(std::ldexp(1.0, e), 1e308)})
      if (v != 0 && scientific(v) != expected(v)) FAIL_CHECK(expected(v) << " is written as " << scientific(v));
}

TEST_CASE("numbers of all kinds, by the hundred thousand") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100'000; i++) {
    double v = 0;
    const uint64_t bits = random() & ~(uint64_t{1} << 63);
    std::memcpy(&v, &bits, sizeof v);
    const int64_t n = static_cast<int64_t>(random() % 10'000'000'000);
    for (double x : {v, double(n) / 1e9, double(n) / 1e3, double(n % 1000) + double(n) / 1e9, double(n) / 3})
      if (std::isfinite(x) && x != 0 && scientific(x) != expected(x)) FAIL_CHECK(expected(x) << " is written as " << scientific(x));
  }
}
