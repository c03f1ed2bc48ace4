// common/json/float_text.cc - the shortest digits of a double, and their layouts.
#include "common/json/float_text.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace picket {
namespace {

constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};  // all exact
constexpr double kUnique = 1e15;  // no two decimals of 15 digits are the same normal number

void drop_zeros(FloatDigits& d) {
  while (d.count > 1 && d.text[d.count - 1] == '0') d.count--;
}

// Nearly all numbers people make have few decimals: a whole number over a power of ten, both exact, so that the quotient is the
// number nearest to that decimal.
bool few_decimals(double v, FloatDigits& d) {
  for (int decimals = 0; decimals < 23; decimals++) {
    const double scaled = v * kPowers[decimals];
    if (scaled >= kUnique) return false;
    const int64_t whole = std::llrint(scaled);
    if (whole == 0 || static_cast<double>(whole) / kPowers[decimals] != v) continue;
    d.count = static_cast<int>(std::to_chars(d.text, d.text + sizeof d.text, whole).ptr - d.text);
    d.point = d.count - decimals;
    drop_zeros(d);
    return true;
  }
  return false;
}

bool reads_back(const char* text, const char* end, double v) {
  double again = 0;
  std::from_chars(text, end, again);
  return again == v;
}

// The `count` digits nearest to v, if they read back. Below a power of two numbers lie closer than above it, so there the next decimal
// may do where the nearest does not.
bool with_digits(double v, int count, bool power_of_two, FloatDigits& d) {
  char text[40];
  const int size = snprintf(text, sizeof text, "%.*e", count - 1, v);
  const int exponent = atoi(text + count + (count > 1) + 1);
  uint64_t whole = static_cast<uint64_t>(text[0] - '0');
  for (int i = 2; i <= count; i++) whole = whole * 10 + static_cast<uint64_t>(text[i] - '0');
  if (!reads_back(text, text + size, v)) {
    char* end = std::to_chars(text, text + sizeof text, ++whole).ptr;
    end += snprintf(end, 8, "e%d", exponent - count + 1);
    if (!power_of_two || !reads_back(text, end, v)) return false;
  }
  d.count = static_cast<int>(std::to_chars(d.text, d.text + sizeof d.text, whole).ptr - d.text);
  d.point = exponent + 1 + d.count - count;
  drop_zeros(d);
  return true;
}

}  // namespace

FloatDigits float_digits(double v) {
  FloatDigits d;
  v = std::fabs(v);
  if (v == 0) return d.text[0] = '0', d.count = d.point = 1, d;
  if (few_decimals(v, d)) return d;
  int exponent = 0;
  const bool power_of_two = std::frexp(v, &exponent) == 0.5;
  int count = v < std::numeric_limits<double>::min() ? 1 : 15;  // numbers without all their bits may need fewer digits than are unique
  while (count < 17 && !with_digits(v, count, power_of_two, d)) count++;
  if (count == 17) with_digits(v, count, power_of_two, d);
  return d;
}

void float_put_plain(std::string& out, const FloatDigits& d) {
  const std::string_view digits(d.text, static_cast<size_t>(d.count));
  if (d.point <= 0) {
    out.append("0.").append(static_cast<size_t>(-d.point), '0').append(digits);
  } else if (d.point >= d.count) {
    out.append(digits).append(static_cast<size_t>(d.point - d.count), '0');
  } else {
    const size_t point = static_cast<size_t>(d.point);
    out.append(digits.substr(0, point)).append(".").append(digits.substr(point));
  }
}

void float_put_exponent(std::string& out, const FloatDigits& d, int exponent_digits) {
  const std::string_view digits(d.text, static_cast<size_t>(d.count));
  out += digits[0];
  if (digits.size() > 1) out.append(".").append(digits.substr(1));
  const std::string exponent = std::to_string(std::abs(d.point - 1));
  out.append(d.point <= 0 ? "e-" : "e+");
  if (exponent.size() < static_cast<size_t>(exponent_digits)) out.append(static_cast<size_t>(exponent_digits) - exponent.size(), '0');
  out.append(exponent);
}

}  // namespace picket
