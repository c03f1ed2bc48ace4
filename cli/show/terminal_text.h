// cli/show/terminal_text.h - what others wrote, before a terminal shows it. Pure.
//
// Outputs, labels, names and reasons come from agents, checks and users that may post results. A terminal obeys control characters in them:
// they change the window's title, the clipboard, what stands on the screen, in some terminals the input. So they are shown as
// pictures (␛), and characters that turn the direction of a line by their number.
#pragma once
#include <string>
#include <string_view>

namespace picket {

// Keeps line breaks and tabs; `keep_styles`: our own colours, ESC [ numbers m, too.
std::string terminal_masked(std::string_view text, bool keep_styles);
// The same for the strings in a JSON text, which stays one.
std::string terminal_masked_json(std::string_view json);

}  // namespace picket
