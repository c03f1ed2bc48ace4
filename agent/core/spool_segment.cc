// agent/core/spool_segment.cc - what is known of one file of the spool; see spool_parts.h.
#include <algorithm>

#include "agent/core/spool_parts.h"

namespace picket {

void segment_note(SpoolSegment& segment, uint64_t number, int64_t stored_ms) {
  if (segment.first != 0 && number <= segment.last) return;  // a copy: the disk took it, and said that it did not
  if (segment.first == 0) {
    segment.first = number;
    segment.oldest_ms = stored_ms;
  } else if (number > segment.last + 1) {
    segment.gaps.push_back({segment.last + 1, number - 1});
  }
  segment.last = number;
  segment.newest_ms = stored_ms;
  segment.events++;
}

// Events of it that have not arrived.
uint64_t segment_waiting(const SpoolSegment& segment, uint64_t done) {
  if (segment.events == 0 || segment.last <= done) return 0;
  if (segment.is_unread) return 1;  // at least
  uint64_t count = segment.last - std::max(done, segment.first - 1);
  for (const NumberRange& gap : segment.gaps)
    if (gap.last > done) count -= gap.last - std::max(done, gap.first - 1);
  return count;
}

void segment_shift(SpoolSegment& segment, int64_t delta_ms, int64_t newest_ms) {
  for (int64_t* at : {&segment.newest_ms, &segment.oldest_ms}) *at = std::min(int64_t(uint64_t(*at) + uint64_t(delta_ms)), newest_ms);
}

void spool_damage_add(SpoolDamage& damage, const std::string& path, size_t bytes) {
  if (damage.files++ == 0) damage.path = path;
  damage.bytes += bytes;
}

}  // namespace picket
