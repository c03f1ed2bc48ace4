// Numbers of JSON text: strict limits on the way in, the shortest text that reads back the same on the way out.
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "json_cursor.h"

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
  if (std::fabs(v) > 9007199254740992.0) return out_of_range(raw, "an exact integer; write it without '.' and exponent");
  *out = static_cast<int64_t>(v);
  return {};
}

Status json_number_int64(std::string_view raw, int64_t* out) {
  auto r = std::from_chars(raw.data(), raw.data() + raw.size(), *out);
  if (r.ptr != raw.data() + raw.size()) return odd_int64(raw, out);
  if (r.ec != std::errc()) return out_of_range(raw, "a signed 64-bit integer");
  return {};
}

bool cursor_int64(JsonCursor& c, int64_t* out) {
  std::string_view raw;
  if (!cursor_number(c, &raw)) return false;
  Status s = json_number_int64(raw, out);
  return s.ok() || cursor_fail(c, std::move(s.message));
}

bool cursor_uint32(JsonCursor& c, uint32_t* out) {
  std::string_view raw;
  int64_t v = 0;
  if (!cursor_number(c, &raw)) return false;
  Status s = json_number_int64(raw, &v);
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
static void put_plain(std::string& out, std::string_view digits, int point) {
  int count = static_cast<int>(digits.size());
  if (point <= 0) {
    out.append("0.").append(-point, '0').append(digits);
  } else if (point >= count) {
    out.append(digits).append(point - count, '0');
  } else {
    out.append(digits.substr(0, point)).append(".").append(digits.substr(point));
  }
}

static void put_exponent(std::string& out, std::string_view digits, int exponent) {
  out += digits[0];
  if (digits.size() > 1) out.append(".").append(digits.substr(1));
  out.append(exponent < 0 ? "e-" : "e+").append(std::to_string(std::abs(exponent)));
}

void json_put_double(std::string& out, double v) {
  if (!std::isfinite(v)) return void(out += "null");
  if (std::signbit(v)) out += '-', v = -v;
  if (v == 0) return void(out += '0');
  char text[40], digits[24];
  auto r = std::to_chars(text, text + sizeof text, v, std::chars_format::scientific);
  const char* e = static_cast<const char*>(memchr(text, 'e', r.ptr - text));
  size_t count = 0;
  for (const char* p = text; p < e; p++)
    if (*p != '.') digits[count++] = *p;
  int exponent = 0;
  std::from_chars(e + (e[1] == '+' ? 2 : 1), r.ptr, exponent);
  if (v < 1e-6 || v >= 1e21) put_exponent(out, {digits, count}, exponent);
  else put_plain(out, {digits, count}, exponent + 1);
}

}  // namespace picket
