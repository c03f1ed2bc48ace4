// common/types/types_window.cc - when something holds: `subdue` and `when` (days and kitchen times), `subdues` (dates that repeat).
#include <utility>

#include "common/types/fields.h"

namespace picket {

static const Field<TimeRange> kTimeRange[] = {
    row<TimeRange, &TimeRange::begin>("begin", always),
    row<TimeRange, &TimeRange::end>("end", always),
};
PICKET_HAS_TABLE(TimeRange) { return table_of(kTimeRange); }

static const Field<TimeWindowDays> kDays[] = {
    row<TimeWindowDays, &TimeWindowDays::all>("all", omit_empty),
    row<TimeWindowDays, &TimeWindowDays::sunday>("sunday", omit_empty),
    row<TimeWindowDays, &TimeWindowDays::monday>("monday", omit_empty),
    row<TimeWindowDays, &TimeWindowDays::tuesday>("tuesday", omit_empty),
    row<TimeWindowDays, &TimeWindowDays::wednesday>("wednesday", omit_empty),
    row<TimeWindowDays, &TimeWindowDays::thursday>("thursday", omit_empty),
    row<TimeWindowDays, &TimeWindowDays::friday>("friday", omit_empty),
    row<TimeWindowDays, &TimeWindowDays::saturday>("saturday", omit_empty),
};
PICKET_HAS_TABLE(TimeWindowDays) { return table_of(kDays, &TimeWindowDays::unknown); }

bool value_read(JsonCursor& c, TimeWindowDays& v) {
  const bool keeps = std::exchange(c.keep_unknown, true);
  bool was_null = false;
  v = TimeWindowDays();
  const bool read = cursor_null(c, &was_null) && (was_null || struct_read(c, v, fields_of<TimeWindowDays>()));
  c.keep_unknown = keeps;
  return read;
}

static const Field<TimeWindowWhen> kWhen[] = {row<TimeWindowWhen, &TimeWindowWhen::days>("days", always)};
PICKET_HAS_TABLE(TimeWindowWhen) { return table_of(kWhen); }

static const Field<TimeWindowRepeated> kRepeated[] = {
    row<TimeWindowRepeated, &TimeWindowRepeated::begin>("begin", always),
    row<TimeWindowRepeated, &TimeWindowRepeated::end>("end", always),
    row<TimeWindowRepeated, &TimeWindowRepeated::repeat>("repeat", always),
};
PICKET_HAS_TABLE(TimeWindowRepeated) { return table_of(kRepeated); }

PICKET_DOCUMENT(TimeWindowWhen)
PICKET_DOCUMENT(TimeWindowRepeated)

}  // namespace picket
