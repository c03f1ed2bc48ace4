// cli/verbs/text_diff.h - the difference of two texts, line by line, as people read it.
#pragma once
#include <string>
#include <string_view>

namespace picket {

// Lines with "- " and "+ " in front where they differ, "  " where not; `context` equal lines around each difference, "..."
// for what is left out. Empty when the texts are equal. Texts of more than 5000 lines are shown as wholly different.
std::string text_diff(std::string_view before, std::string_view after, size_t context = 2);

}  // namespace picket
