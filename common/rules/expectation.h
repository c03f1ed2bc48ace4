// common/rules/expectation.h - when the next result of something that reports by itself is due, and how that is said. Pure.
//
// Agents and backends share it: an agent sends what it expects with the result (its ttl and the words below), a backend that is asked to
// expect does the same when the result arrives. So a countdown is all that either needs, and a Sensu backend watches it, too.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

inline constexpr int64_t kExpectSecondsMin = 5;                       // of a ttl: backends refuse shorter ones
inline constexpr int64_t kExpectSecondsMax = 10ll * 366 * 24 * 3600;  // of a ttl or a grace: more is a typing error
inline constexpr int64_t kExpectGraceS = 60;                          // when a schedule has none: a job takes time
inline constexpr uint32_t kSilenceStatus = 2;                         // critical

// On events of checks that something is expected of.
inline constexpr const char* kExpectedAnnotation = "picket.io/expected";                   // expectation_words
inline constexpr const char* kExpectedZoneAnnotation = "picket.io/expected-tz";            // of the times in messages
inline constexpr const char* kExpectedByAnnotation = "picket.io/expected-by";              // kByAgent or kByDefinition
inline constexpr const char* kExpectedScheduleAnnotation = "picket.io/expected-schedule";  // with its zone, where that has a name
inline constexpr const char* kExpectedGraceAnnotation = "picket.io/expected-grace";        // "3600s", of a schedule
inline constexpr const char* kNeverAnnotation = "picket.io/never-reported";                // "true" until the first result
inline constexpr const char* kLastResultAnnotation = "picket.io/last-result";              // unix seconds, on the events of a silence
inline constexpr const char* kTtlStatusAnnotation = "ttl_status";                          // 1.x: the status of a silence
inline constexpr const char* kReportedByAnnotation = "picket.io/reported-by";              // "ping": a result by /ping of an agent
inline constexpr const char* kByAgent = "agent";
inline constexpr const char* kByDefinition = "definition";

// Field, value and what is expected.
Status validate_expectation(const Expectation& expect);

// Until when the result after the one of `last_s` has to come; it is later than `last_s`. -1: the schedule has no more times. `local`: the
// zone of a schedule that names none.
int64_t expectation_deadline(const Expectation& expect, int64_t last_s);

// "every 26 h"; "daily at 02:00 Europe/Berlin with 1 h grace"; "by the schedule "0 2 1 * *" UTC with 60 s grace"
std::string expectation_words(const Expectation& expect);

// Puts onto a result what it means to be expected: ttl from `now_s` on, the status of its silence, and the words.
void expectation_stamp(const Expectation& expect, const char* by, int64_t now_s, Check& check);
// What a stamped check says of its schedule; none: it has no schedule, or what it says is none.
std::optional<Expectation> expectation_stamped(const Check& check);
// What the definition names and the result does not: handlers or pipelines, entity, labels and annotations.
void expectation_join(const CheckConfig& definition, Check& check);
// A check from which nothing came yet, as an event that starts its countdown.
void expectation_announce(const Expectation& expect, const char* by, int64_t now_s, Check& check);

// What an event of a silence says: "no result for 26 h, expected daily at 02:00 Europe/Berlin with 1 h grace, last 2026-11-30 02:04".
// `check` is of the last event, with its annotations; `last_s`: when the last result came, or since when it is expected.
std::string silence_words(const Check& check, int64_t last_s, int64_t now_s);
std::string silence_reason(const Check& check, int64_t last_s);  // the part after "no result for 26 h, "

}  // namespace picket
