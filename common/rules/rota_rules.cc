// common/rules/rota_rules.cc - see rota_rules.h.
#include "common/rules/rota_rules.h"

#include "common/rules/resource_types.h"
#include "common/time/timezone.h"

namespace picket {
namespace {

// Digits of `text` where `shape` has a d; all else must be equal.
bool shaped(const std::string& text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (size_t i = 0; i < shape.size(); i++)
    if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i]) return false;
  return true;
}

int number(const std::string& text, size_t at, size_t count) {
  int n = 0;
  for (size_t i = at; i < at + count; i++) n = n * 10 + (text[i] - '0');
  return n;
}

Status bad(const std::string& what) { return fail(Err::invalid, "rota: " + what); }

}  // namespace

Result<int64_t> rota_begin(const std::string& text) {
  const Status wrong = fail(Err::invalid, "begin: \"" + text + "\": expected a local time like 2026-12-07 09:00");
  if (!shaped(text, "dddd-dd-dd dd:dd")) return wrong;
  const int year = number(text, 0, 4), month = number(text, 5, 2), day = number(text, 8, 2), hour = number(text, 11, 2);
  const int minute = number(text, 14, 2);
  if (month < 1 || month > 12 || day < 1 || day > month_days(year, month) || hour > 23 || minute > 59) return wrong;
  return wall_time_unix(year, month, day, hour, minute);
}

Status validate_rota(const std::optional<HandlerRota>& rota) {
  if (!rota) return bad("missing; expected {begin, handlers}");
  if (Result<int64_t> begin = rota_begin(rota->begin); !begin.ok()) return bad(begin.status.message);
  if (auto zone = timezone_load(rota->tz); !zone.ok()) return bad("tz: " + zone.status.message);
  if (rota->days > kRotaDaysMax) return bad("days: expected 1 to " + std::to_string(kRotaDaysMax));
  if (rota->handlers.empty() || rota->handlers.size() > kRotaHandlersMax)
    return bad("handlers: expected 1 to " + std::to_string(kRotaHandlersMax) + " names");
  for (const std::string& name : rota->handlers)
    if (Status s = validate_name(name, "handler name"); !s.ok()) return bad(s.message);
  return {};
}

}  // namespace picket
