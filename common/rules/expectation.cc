// common/rules/expectation.cc - see expectation.h.
#include "common/rules/expectation.h"

#include <algorithm>
#include <charconv>

#include "common/options/options.h"
#include "common/time/cron.h"
#include "common/time/cron_words.h"
#include "common/time/span_words.h"

namespace picket {
namespace {

constexpr const char* kKnown = "ttl, schedule, tz, grace or status";

Status wrong(std::string message) { return fail(Err::invalid, "expect: " + std::move(message)); }

Status validate_span(const char* name, const std::string& text, int64_t least_s) {
  if (text.empty()) return {};
  Result<int64_t> ms = duration_parse_ms(text);
  if (!ms.ok()) return wrong(std::string(name) + " \"" + text + "\" is not a span; expected one like 26h, 1d or 90m");
  if (ms.value >= least_s * 1000 && ms.value <= kExpectSecondsMax * 1000) return {};
  return wrong(std::string(name) + " \"" + text + "\" is out of range; expected " + std::to_string(least_s) + " s to 10 years");
}

int64_t seconds(const std::string& text, int64_t fallback) {
  Result<int64_t> ms = text.empty() ? Result<int64_t>(fallback * 1000) : duration_parse_ms(text);
  return ms.ok() ? ms.value / 1000 : fallback;
}

int64_t grace_s(const Expectation& e) { return seconds(e.grace, e.schedule.empty() ? 0 : kExpectGraceS); }

Result<CronSchedule> schedule_of(const Expectation& e) {
  Result<std::shared_ptr<const Timezone>> zone = e.tz.empty() ? timezone_local() : timezone_load(e.tz);
  if (!zone.ok()) return zone.status;
  return cron_parse(e.schedule, zone.value);
}

bool names_zone(const std::string& schedule) { return schedule.compare(0, 3, "TZ=") == 0 || schedule.compare(0, 8, "CRON_TZ=") == 0; }

Status validate_schedule(const Expectation& e) {
  if (!e.tz.empty() && names_zone(e.schedule)) return wrong("tz and a zone in schedule; use only one of them");
  if (Result<std::shared_ptr<const Timezone>> zone = timezone_load(e.tz); !e.tz.empty() && !zone.ok())
    return wrong("tz \"" + e.tz + "\" is unknown; expected a name like Europe/Berlin, or UTC");
  Result<CronSchedule> cron = schedule_of(e);
  if (!cron.ok()) return wrong("schedule \"" + e.schedule + "\": " + cron.status.message + "; expected five fields like \"0 2 * * *\"");
  return cron_next(cron.value, 0) < 0 ? wrong("schedule \"" + e.schedule + "\" never comes") : Status{};
}

// A cron that names its zone, or the one that stands beside it.
std::string zone_words(const Expectation& e) {
  if (names_zone(e.schedule)) {
    const size_t equals = e.schedule.find('=');
    return e.schedule.substr(equals + 1, e.schedule.find(' ') - equals - 1);
  }
  return e.tz;
}

std::string schedule_words(const Expectation& e) {
  Result<CronSchedule> cron = schedule_of(e);
  const std::string words = cron.ok() ? cron_words(cron.value) : "", zone = zone_words(e);
  return (words.empty() ? "by the schedule \"" + e.schedule + "\"" : words) + (zone.empty() ? "" : " " + zone);
}

// For another machine: its local zone may be another one.
std::string schedule_with_zone(const Expectation& e) {
  if (e.schedule.empty() || !zone_words(e).empty()) return e.schedule;
  const Result<std::shared_ptr<const Timezone>> local = timezone_local();
  const bool has_name = local.ok() && !local.value->name.empty() && timezone_load(local.value->name).ok();
  return has_name ? "CRON_TZ=" + local.value->name + " " + e.schedule : e.schedule;
}

void put(Check& check, const char* key, const std::string& value) {
  if (value.empty()) check.metadata.annotations.erase(key);
  else check.metadata.annotations[key] = value;
}

std::string get(const Check& check, const char* key) {
  auto it = check.metadata.annotations.find(key);
  return it == check.metadata.annotations.end() ? "" : it->second;
}

// In the zone it is expected in, with its name unless the words before it have said it.
std::string time_words(const Check& check, const std::string& expected, int64_t unix_s) {
  const std::string name = get(check, kExpectedZoneAnnotation);
  Result<std::shared_ptr<const Timezone>> zone = name.empty() ? timezone_utc() : timezone_load(name);
  const bool is_utc = name.empty() || !zone.ok();
  const std::string text = clock_words(unix_s, is_utc ? *timezone_utc() : *zone.value);
  return is_utc ? text + " UTC" : expected.find(name) == expected.npos ? text + " " + name : text;
}

}  // namespace

Status validate_expectation(const Expectation& e) {
  if (!e.extra.empty()) {
    const std::string_view near = nearest_name(e.extra[0].first, {"ttl", "schedule", "tz", "grace", "status"});
    return wrong("\"" + e.extra[0].first + "\" is unknown; " +
                 (near.empty() ? std::string("expected ") + kKnown : "did you mean \"" + std::string(near) + "\"?"));
  }
  if (e.ttl.empty() == e.schedule.empty()) return wrong("either ttl or schedule says when a result is due; exactly one of them is needed");
  if (!e.tz.empty() && e.schedule.empty()) return wrong("tz belongs to schedule; a ttl has no zone");
  if (Status s = validate_span("ttl", e.ttl, kExpectSecondsMin); !s.ok()) return s;
  if (Status s = validate_span("grace", e.grace, 0); !s.ok()) return s;
  if (e.status && (*e.status == 0 || *e.status > 255)) return wrong("status must be from 1 to 255: it is that of the silence");
  return e.schedule.empty() ? Status{} : validate_schedule(e);
}

int64_t expectation_deadline(const Expectation& e, int64_t last_s) {
  if (e.schedule.empty()) return last_s + seconds(e.ttl, 0) + grace_s(e);
  Result<CronSchedule> cron = schedule_of(e);
  const int64_t next = cron.ok() ? cron_next(cron.value, last_s) : -1;
  return next < 0 ? -1 : next + grace_s(e);
}

std::string expectation_words(const Expectation& e) {
  const std::string when = e.schedule.empty() ? "every " + span_words(seconds(e.ttl, 0)) : schedule_words(e);
  return when + (grace_s(e) > 0 ? " with " + span_words(grace_s(e)) + " grace" : "");
}

void expectation_stamp(const Expectation& e, const char* by, int64_t now_s, Check& check) {
  const int64_t deadline = expectation_deadline(e, std::min(check.executed, now_s));
  check.ttl = deadline < 0 ? 0 : std::max(deadline - now_s, kExpectSecondsMin);
  if (check.ttl > 0 && int64_t(check.interval) >= check.ttl) check.interval = uint32_t(check.ttl - 1);
  put(check, kTtlStatusAnnotation, std::to_string(e.status.value_or(kSilenceStatus)));
  put(check, kExpectedAnnotation, expectation_words(e));
  put(check, kExpectedZoneAnnotation, zone_words(e));
  put(check, kExpectedByAnnotation, by);
  put(check, kExpectedScheduleAnnotation, schedule_with_zone(e));
  put(check, kExpectedGraceAnnotation, e.schedule.empty() ? "" : std::to_string(grace_s(e)) + "s");
}

std::optional<Expectation> expectation_stamped(const Check& check) {
  Expectation e;
  e.schedule = get(check, kExpectedScheduleAnnotation);
  e.grace = get(check, kExpectedGraceAnnotation);
  if (e.schedule.empty()) return std::nullopt;
  if (!names_zone(e.schedule)) e.tz = get(check, kExpectedZoneAnnotation);
  return validate_expectation(e).ok() ? std::optional<Expectation>(e) : std::nullopt;
}

void expectation_join(const CheckConfig& definition, Check& check) {
  if (check.handlers.empty() && check.pipelines.empty()) check.handlers = definition.handlers, check.pipelines = definition.pipelines;
  if (!check.handlers.empty() || !check.pipelines.empty()) check.metadata.annotations.erase(kDefaultHandlerAnnotation);
  if (check.proxy_entity_name.empty()) check.proxy_entity_name = definition.proxy_entity_name;
  for (const auto& [key, value] : definition.metadata.labels) check.metadata.labels.emplace(key, value);
  for (const auto& [key, value] : definition.metadata.annotations) check.metadata.annotations.emplace(key, value);
}

void expectation_announce(const Expectation& e, const char* by, int64_t now_s, Check& check) {
  check.status = 0;
  check.executed = check.issued = now_s;
  check.interval = std::max<uint32_t>(check.interval, 1);
  check.output = "No result yet, expected " + expectation_words(e);
  expectation_stamp(e, by, now_s, check);
  put(check, kNeverAnnotation, "true");
}

std::string silence_reason(const Check& check, int64_t last_s) {
  const std::string expected = get(check, kExpectedAnnotation);
  const bool never = get(check, kNeverAnnotation) == "true";
  return "expected " + (expected.empty() ? "every " + span_words(check.ttl) : expected) +
      (never ? ", none since it is expected, " : ", last ") + time_words(check, expected, last_s);
}

std::string silence_words(const Check& check, int64_t last_s, int64_t now_s) {
  return "no result for " + span_words(std::max<int64_t>(now_s - last_s, 0)) + ", " + silence_reason(check, last_s);
}

}  // namespace picket
