// cli/show/table.cc - see table.h.
#include "cli/show/table.h"

#include <algorithm>
#include <cstdint>

namespace picket {
namespace {

// One code point and its length in bytes; a bad byte counts as one column.
uint32_t rune_at(std::string_view s, size_t* length) {
  unsigned char c = static_cast<unsigned char>(s[0]);
  size_t n = c < 0x80 ? 1 : (c >> 5) == 6 ? 2 : (c >> 4) == 14 ? 3 : (c >> 3) == 30 ? 4 : 1;
  *length = std::min(n, s.size());
  if (n == 1) return c;
  uint32_t r = c & (0xFFu >> (n + 1));
  for (size_t i = 1; i < *length; i++) r = (r << 6) | (static_cast<unsigned char>(s[i]) & 0x3F);
  return r;
}

struct Range {
  uint32_t from, to;
};
// East Asian wide and fullwidth blocks, and emoji.
constexpr Range kWide[] = {{0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0x33FF},   {0x3400, 0x4DBF},
                           {0x4E00, 0x9FFF}, {0xA000, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
                           {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
                           {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
constexpr Range kNone[] = {{0, 0x1F}, {0x7F, 0x9F}, {0x300, 0x36F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}};

size_t rune_width(uint32_t r) {
  for (const Range& n : kNone)
    if (r >= n.from && r <= n.to) return 0;
  for (const Range& w : kWide)
    if (r >= w.from && r <= w.to) return 2;
  return 1;
}

// Length of an escape sequence ESC [ ... letter at the front, or 0.
size_t escape_length(std::string_view s) {
  if (s.size() < 2 || s[0] != '\x1b' || s[1] != '[') return 0;
  size_t i = 2;
  while (i < s.size() && (s[i] == ';' || (s[i] >= '0' && s[i] <= '9'))) i++;
  return i < s.size() ? i + 1 : 0;
}

// ^-*\d*\.?\d*$, also with a % after it.
bool is_number(std::string_view s) {
  size_t i = 0;
  auto digits = [&] {
    while (i < s.size() && s[i] >= '0' && s[i] <= '9') i++;
  };
  while (i < s.size() && s[i] == '-') i++;
  digits();
  if (i < s.size() && s[i] == '.') i++;
  digits();
  if (i < s.size() && s[i] == '%') i++;
  return i == s.size();
}

std::string_view trim_blanks(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

std::vector<std::string> lines_of(const std::string& cell) {
  std::vector<std::string> lines(1);
  for (char c : cell) {
    if (c == '\n') lines.emplace_back();
    else lines.back() += c;
  }
  return lines;
}

std::string padded(const std::string& text, size_t width) {
  size_t own = display_width(text), gap = width > own ? width - own : 0;
  std::string blanks(gap, ' ');
  return is_number(trim_blanks(text)) ? blanks + text : text + blanks;
}

std::string centred(const std::string& text, size_t width) {
  size_t own = display_width(text), gap = width > own ? width - own : 0;
  return std::string(gap / 2, ' ') + text + std::string(gap - gap / 2, ' ');
}

std::string separator(const std::vector<size_t>& widths) {
  std::string out;
  for (size_t i = 0; i < widths.size(); i++) {
    size_t n = widths[i] + 2 + (i == 0) + (i + 1 == widths.size());
    if (i) out += ' ';
    for (size_t k = 0; k < n; k++) out += "─";
  }
  return out + "\n";
}

void put_row(std::string& out, const TableRow& row, const std::vector<size_t>& widths) {
  std::vector<std::vector<std::string>> cells;
  size_t height = 1;
  for (const std::string& c : row) {
    cells.push_back(lines_of(c));
    height = std::max(height, cells.back().size());
  }
  for (size_t line = 0; line < height; line++) {
    for (size_t i = 0; i < row.size(); i++) {
      const std::string& text = line < cells[i].size() ? cells[i][line] : "";
      out += (i ? "   " : "  ") + padded(text, widths[i]);
    }
    out += "  \n";
  }
}

}  // namespace

std::string strip_styles(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    size_t n = escape_length(text);
    if (n == 0) out += text[0], n = 1;
    text.remove_prefix(n);
  }
  return out;
}

size_t display_width(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    size_t n = escape_length(text);
    if (n == 0) width += rune_width(rune_at(text, &n));
    text.remove_prefix(n);
  }
  return width;
}

std::string table_draw(const std::vector<std::string>& titles, const std::vector<TableRow>& rows) {
  std::vector<size_t> widths;
  for (const std::string& t : titles) widths.push_back(display_width(t));
  for (const TableRow& row : rows)
    for (size_t i = 0; i < row.size(); i++)
      for (const std::string& line : lines_of(row[i])) widths[i] = std::max(widths[i], display_width(line));
  std::string out;
  for (size_t i = 0; i < titles.size(); i++) out += (i ? "   " : "  ") + centred(style_title(titles[i]), widths[i]);
  out += "  \n" + separator(widths);
  for (const TableRow& row : rows) put_row(out, row, widths);
  return out;
}

std::string labels_draw(const std::string& title, const LabelRows& rows) {
  std::string out = "=== " + style_title(title) + "\n";
  size_t width = 0;
  for (const auto& r : rows) width = std::max(width, r.first.size() + 1);
  for (const auto& r : rows) {
    std::string label = r.first + ":";
    label.resize(width, ' ');
    out += label + " " + r.second + "\n";
  }
  return out;
}

}  // namespace picket
