// agent/core/event_size.h - an event as the text of one message, which is kMessageMax bytes long at most.
//
// A longer one would end the session, and be sent again on the next. So output, hooks and points give way; what remains too long
// because of its annotations cannot be sent, and is better refused before it is taken.
#pragma once
#include <string>
#include <string_view>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

Result<std::string> event_encode_bounded(Event& event, std::string_view entity_json);
bool event_fits(const Event& event, std::string_view entity_json);  // cut as far as it can be

}  // namespace picket
