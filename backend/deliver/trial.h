// backend/deliver/trial.h - a marked event sent through one handler, filter or pipeline on request, and what came of it.
//
// It is sent whatever alert rules remember, once, and nothing is kept of it but log lines.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "backend/deliver/pipelines.h"

namespace picket {

inline constexpr int kTrialsMax = 8;  // at a time; a further one is refused
inline constexpr const char* kTestAnnotation = "picket.io/test";

struct Trial {
  enum Kind { handler, filter, pipeline } kind = handler;
  std::string ns, name;
  std::shared_ptr<const Event> event;
};

// The event of a test: `stored` with that status, or one that is made up. It says that it is a test.
Event trial_event(const std::string& ns, const Event* stored, std::optional<uint32_t> status, int64_t now_s);
// {"handlers":[{"handler","pipeline","workflow","outcome","why","took_ms","sent"}]}; Err::not_found: there is no such thing.
void trial_start(Backend* backend, Trial test, std::function<void(Result<std::string>)> done);

}  // namespace picket
