// common/json/float_text.h - floating point numbers as the shortest text that reads back the same; the layouts of JSON, Go and YAML
// (json_put_double, go_float_g, go_float_f, yaml_resolve) are made of it. std::to_chars does the same with 130 kB of tables.
#pragma once
#include <string>
#include <string_view>

namespace picket {

// 0.DIGITS * 10^point; of all shortest ones those nearest to the number. Zero: "0", point 1.
struct FloatDigits {
  char text[24];
  int count = 0, point = 0;
};
FloatDigits float_digits(double v);  // v: finite, its sign is not looked at

void float_put_plain(std::string& out, const FloatDigits& d);                          // 1500, 15.5, 0.0015
void float_put_exponent(std::string& out, const FloatDigits& d, int exponent_digits);  // 1.5e+3, with two digits 1.5e+03

}  // namespace picket
