// common/json/number.cc - numbers of JSON text: strict limits on the way in, the shortest text that reads back the same on the way out.
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "common/json/float_text.h"
#include "common/json/cursor.h"

namespace picket {

static Status not_integral(std::string_view raw) {
  return fail(Err::invalid, "expected an integer, got " + std::string(raw.substr(0, 40)));
}

static Status out_of_range(std::string_view raw, const char* type) {
  return fail(Err::invalid, std::string(raw.substr(0, 40)) + " does not fit into " + type);
}

// 1.0 and 12e2 are integers written oddly; they pass when a double holds them exactly.
static Status odd_int64(std::string_view raw, int64_t* out) {
  double v = 0;
  auto r = std::from_chars(raw.data(), raw.data() + raw.size(), v);
  if (r.ec != std::errc() || v != std::floor(v)) return not_integral(raw);
  if (std::fabs(v) > 9007199254740992.0) return out_of_range(raw, "an exact integer without '.' and exponent");
  *out = static_cast<int64_t>(v);
  return {};
}

Status json_number_int64(std::string_view raw, int64_t* out) {
  auto r = std::from_chars(raw.data(), raw.data() + raw.size(), *out);
  if (r.ptr != raw.data() + raw.size()) return odd_int64(raw, out);
  if (r.ec != std::errc()) return out_of_range(raw, "a signed 64-bit integer");
  return {};
}

static Status cursor_integer(const JsonCursor& c, std::string_view raw, int64_t* out) {
  if (!c.odd_integers && raw.find_first_of(".eE") != raw.npos) return not_integral(raw);
  return json_number_int64(raw, out);
}

bool cursor_int64(JsonCursor& c, int64_t* out) {
  std::string_view raw;
  if (!cursor_number(c, &raw)) return false;
  Status s = cursor_integer(c, raw, out);
  return s.ok() || cursor_fail(c, std::move(s.message));
}

bool cursor_uint32(JsonCursor& c, uint32_t* out) {
  std::string_view raw;
  int64_t v = 0;
  if (!cursor_number(c, &raw)) return false;
  Status s = cursor_integer(c, raw, &v);
  if (s.ok() && (v < 0 || v > std::numeric_limits<uint32_t>::max())) s = out_of_range(raw, "an unsigned 32-bit integer");
  *out = static_cast<uint32_t>(v);
  return s.ok() || cursor_fail(c, std::move(s.message));
}

bool cursor_double(JsonCursor& c, double* out) {
  std::string_view raw;
  if (!cursor_number(c, &raw)) return false;
  auto r = std::from_chars(raw.data(), raw.data() + raw.size(), *out);
  if (r.ec == std::errc()) return true;
  // Out of range is either too large (an error, as in Go) or so small that it is nothing.
  const double nearest = std::strtod(std::string(raw).c_str(), nullptr);
  if (std::isfinite(nearest)) return *out = nearest, true;
  return cursor_fail(c, out_of_range(raw, "a 64-bit floating point number").message);
}

// Go's layout: plain digits between 1e-6 and 1e21, else d.ddde-9 with no zero in front of the exponent.
void json_put_double(std::string& out, double v) {
  if (!std::isfinite(v)) return void(out += "null");
  if (std::signbit(v)) out += '-';
  const double size = std::fabs(v);
  if (size != 0 && (size < 1e-6 || size >= 1e21)) float_put_exponent(out, float_digits(v), 1);
  else float_put_plain(out, float_digits(v));
}

}  // namespace picket
