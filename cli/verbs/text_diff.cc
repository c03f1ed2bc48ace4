// cli/verbs/text_diff.cc - longest common subsequence of lines, by the table every textbook has.
#include "cli/verbs/text_diff.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace picket {
namespace {

constexpr size_t kLinesMax = 5000;  // the table is their product

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    out.push_back(line);
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return out;
}

struct Line {
  char mark;  // ' ', '-', '+'
  std::string_view text;
};
using Lines = std::vector<std::string_view>;

std::vector<Line> compare(const Lines& a, const Lines& b) {
  std::vector<Line> out;
  if (a.size() * b.size() > kLinesMax * kLinesMax / 4) {
    for (auto l : a) out.push_back({'-', l});
    for (auto l : b) out.push_back({'+', l});
    return out;
  }
  size_t width = b.size() + 1;
  std::vector<uint16_t> common((a.size() + 1) * width);  // of the rests that begin at i, j
  for (size_t i = a.size(); i-- > 0;)
    for (size_t j = b.size(); j-- > 0;)
      common[i * width + j] =
          a[i] == b[j] ? uint16_t(common[(i + 1) * width + j + 1] + 1) : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
  size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    bool same = i < a.size() && j < b.size() && a[i] == b[j];
    bool remove = !same && i < a.size() && (j == b.size() || common[(i + 1) * width + j] >= common[i * width + j + 1]);
    if (same) out.push_back({' ', a[i]}), i++, j++;
    else if (remove) out.push_back({'-', a[i++]});
    else out.push_back({'+', b[j++]});
  }
  return out;
}

}  // namespace

std::string text_diff(std::string_view before, std::string_view after, size_t context) {
  std::string out;
  if (before == after) return out;
  std::vector<Line> lines = compare(lines_of(before), lines_of(after));
  bool skipped = false;
  for (size_t i = 0; i < lines.size(); i++) {
    bool near = false;
    for (size_t k = i > context ? i - context : 0; k <= i + context && k < lines.size(); k++) near |= lines[k].mark != ' ';
    if (!near) {
      skipped = true;
      continue;
    }
    if (std::exchange(skipped, false)) out += "...\n";
    out += std::string(1, lines[i].mark) + " " + std::string(lines[i].text) + "\n";
  }
  return out;
}

}  // namespace picket
