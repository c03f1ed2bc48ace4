// agent/input/job_ping.h - /ping/NAME: a result by curl, and as clients of healthchecks.io report their jobs. Pure.
//
//   /ping/NAME            success, or what ?status= says      /ping/NAME/start     a run begins: no result, but its run time
//   /ping/NAME/fail       critical                            /ping/NAME/log       a text for our log
//   /ping/NAME/EXIT       0: success, 1 to 255: critical      ?rid=UUID            which run, when several go side by side
//
// The body is the output. The answer is 200 and begins with OK, as those clients want it.
#pragma once
#include <string>

#include "agent/input/input_api.h"
#include "agent/input/ping_book.h"
#include "agent/input/pushed_result.h"

namespace picket {

inline constexpr size_t kPingBodyMax = 100'000;  // bytes of output that are kept, as there; of a longer one the end
inline constexpr size_t kPingRunMax = 100;       // bytes of a run's id
inline constexpr const char* kRunTimeMetric = "run_time_s";

// `rest`: of the path, after /ping/, still escaped. `book` may be null: then nothing is known of starts.
ApiAnswer ping_answer(const Core& core, const ApiRequest& request, const std::string& rest, const ResultContext& context, Now now,
                      PingBook* book);

}  // namespace picket
