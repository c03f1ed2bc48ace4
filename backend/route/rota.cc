// backend/route/rota.cc - turns counted on the wall clock of the zone, so that a change to daylight saving time moves none.
#include "backend/route/rota.h"

#include "common/rules/rota_rules.h"
#include "common/time/timezone.h"

namespace picket {

std::string rota_pick(const HandlerRota& rota, int64_t now_s) {
  const Result<int64_t> begin = rota_begin(rota.begin);
  const auto zone = timezone_load(rota.tz);
  if (rota.handlers.empty() || !begin.ok() || !zone.ok()) return "";
  const int64_t wall = now_s + timezone_offset(*zone.value, now_s), turn_s = int64_t{rota.days ? rota.days : kRotaDays} * 24 * 3600;
  const int64_t passed = wall - begin.value, turn = passed >= 0 ? passed / turn_s : -((turn_s - 1 - passed) / turn_s);
  const int64_t count = static_cast<int64_t>(rota.handlers.size());
  return rota.handlers[static_cast<size_t>(((turn % count) + count) % count)];
}

}  // namespace picket
