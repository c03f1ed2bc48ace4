// common/template/go_number.h - numbers in text as Go's strconv reads and writes them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace picket {

// strconv.ParseFloat: 1e3, .5, +1, inf, NaN, 0x1p-2, 1_000. Too large is an error, too small is 0.
bool go_float_parse(std::string_view text, double* out);
// strconv.ParseInt(text, 10, 64): digits with an optional sign, nothing else.
bool go_int_parse(std::string_view text, int64_t* out);
// Shortest digits that read back the same.
std::string go_float_g(double v);  // fmt's %v: 0.5, 1e+06, 1e-05
std::string go_float_f(double v);  // FormatFloat(v, 'f', -1, 64): never an exponent

}  // namespace picket
