// agent/config/types_1x.h - which type each attribute of a Sensu 1.x definition has, in one table for all kinds. Pure.
//
// A value of another type is never read as "not set": `"publish": "false"` would run what somebody switched off.
#pragma once
#include <string>
#include <string_view>

#include "common/basic/result.h"

namespace picket {

// `kind`: "check", "handler", "filter" or "mutator". The error names each wrong attribute with its value and what is expected.
// Attributes that the table does not know are custom ones, of any type.
Status types_1x_check(std::string_view kind, std::string_view definition);

// A cron schedule of 1.x, where Sunday is 0 or 7 (L-22), in the words of Sensu Go, where it is 0 (B-3). What is no schedule of
// five fields is left as it is, for the reader to refuse.
std::string cron_of_1x(const std::string& schedule);

}  // namespace picket
