// agent/input/pushed_result.h - results of other programs: Sensu 1.x documents and Sensu Go events become our events. Pure.
//
// One JSON object or an array of objects, all or nothing. The 1.x rules are L-5 and L-6, the mapping is
// L-7 and L-8: what has no field in a check becomes an annotation under its own name. An object with `check` or
// `metrics` is a Go event.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

// In one message, when no input-burst-limit says it. Counted before anything is built; so are its values (common/json/json_bound.h).
inline constexpr size_t kResultsMax = 10'000;

struct ResultContext {
  std::string agent, ns;  // a source of this name is no proxy
  int64_t unix_s = 0;
  size_t results_max = kResultsMax;
  std::string default_handler = {};  // of 1.x results that name none; "" = nobody
};

// Err::too_large: the text holds more results, or more values, than are taken at once.
Status input_bound(std::string_view json, size_t results_max);

// Any document of the result socket. A byte order mark in front and raw line ends inside strings are taken.
Result<std::vector<Event>> results_parse(std::string_view text, const ResultContext& context);

// One 1.x result. The message is the 1.x settings rule that failed: "check name must be a string".
Result<Event> result_parse(std::string_view object, const ResultContext& context);

// An event of the HTTP API, decoded: fills in what is missing. The message is what the reference answers with status 400.
Status event_prepare(Event& event, const ResultContext& context);

// The text with raw control characters inside strings escaped, so that a strict reader takes it.
std::string json_escape_raw_controls(std::string_view text);

}  // namespace picket
