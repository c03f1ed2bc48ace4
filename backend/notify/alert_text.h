// backend/notify/alert_text.h - what checks print, as services take it: cleaned, cut at a limit, and escaped for each. Pure.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace picket {

// Valid UTF-8 without control bytes (but line ends and tabs), sequences of terminals, and marks that turn the direction of writing.
std::string alert_clean(std::string_view text);
// At most `max` bytes, its "…" included, not in the middle of a character. All limits of services are met by bytes: a character counts
// at least one in every unit they count in.
std::string alert_cut(std::string_view text, size_t max);
std::string alert_first_line(std::string_view text);
std::string alert_one_line(std::string text);  // control bytes become blanks

// One character at a time: what stands for it; "" = itself.
using AlertEscape = const char* (*)(char c);
const char* escape_html(char c);      // Telegram, Matrix, cards of Google Chat
const char* escape_slack(char c);     // Slack, Mattermost, Rocket.Chat
const char* escape_markdown(char c);  // Discord
const char* escape_card(char c);      // the Markdown of adaptive cards: lines stay lines
// `text` escaped, at most `max` bytes afterwards.
std::string alert_escaped(std::string_view text, AlertEscape escape, size_t max);

}  // namespace picket
