// cli/show/table.h - text tables and lists of labels, drawn exactly as sensuctl draws them.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace picket {

inline std::string style_title(std::string_view t) { return t.empty() ? "" : "\x1b[1;99m" + std::string(t) + "\x1b[0m"; }
inline std::string style_primary(std::string_view t) { return t.empty() ? "" : "\x1b[1;34m" + std::string(t) + "\x1b[0m"; }
inline std::string style_bool(bool on) { return on ? "\x1b[34mtrue\x1b[0m" : "\x1b[31mfalse\x1b[0m"; }

size_t display_width(std::string_view text);  // columns on a terminal; escape sequences have none
std::string strip_styles(std::string_view text);

using TableRow = std::vector<std::string>;
// Titles in bold and centred; cells to the left, numbers to the right; a cell of several lines makes a row of several.
std::string table_draw(const std::vector<std::string>& titles, const std::vector<TableRow>& rows);

using LabelRows = std::vector<std::pair<std::string, std::string>>;
std::string labels_draw(const std::string& title, const LabelRows& rows);

}  // namespace picket
