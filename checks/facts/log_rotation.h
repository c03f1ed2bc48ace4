// checks/facts/log_rotation.h - which files a log has left since one of them was the log. Pure: names in, names out.
//
// Known are the names logrotate and its likes give: app.log.2, app.log-20261120 (any date and time of digits), app-20261120.log, each
// also compressed. Numbers grow with age, dates with youth; a log called otherwise (app.log.old) has no order, and nothing between.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace picket {

// What lies between `old` and the log itself, oldest first; of two forms of one file the one that is not compressed.
std::vector<std::string> log_between(std::string_view log, std::string_view old, const std::vector<std::string>& names);
// Compressed in a way that is not read here.
bool log_is_sealed(std::string_view name);

}  // namespace picket
