// agent/core/spool_parts.h - what the sources of the spool ask of each other; for spool*.cc alone.
#pragma once
#include <string>

#include "agent/core/spool.h"

namespace picket {

// spool_segment.cc
void segment_note(SpoolSegment& segment, uint64_t number, int64_t stored_ms);  // it has this event
uint64_t segment_waiting(const SpoolSegment& segment, uint64_t done);          // events of it that have not arrived
void segment_shift(SpoolSegment& segment, int64_t delta_ms, int64_t newest_ms);
void spool_damage_add(SpoolDamage& damage, const std::string& path, size_t bytes);

// spool_recovery.cc
void spool_times_judge(Spool& spool);

// spool_write.cc
inline SpoolSegment& spool_active(Spool& spool) { return spool.segments.back(); }
std::string spool_stream_path(const Spool& spool);
Status spool_stream_write(Spool& spool);
void spool_file_shut(Spool& spool);
Status spool_segment_begin(Spool& spool);
Status spool_append(Spool& spool, const std::string& record);  // one record or several; with the marks that are due
Status spool_event_write(Spool& spool, const OutRecord& record);
void spool_marks_write(Spool& spool);
void spool_unwritten_pop(Spool& spool);
void spool_unwritten_retry(Spool& spool);
void spool_trouble_set(Spool& spool, const std::string& why);

// spool_bounds.cc
void spool_bounds_keep(Spool& spool, SpoolLosses& losses);
void spool_segment_repair(Spool& spool, SpoolSegment& segment);
void spool_arrived_drop(Spool& spool);

}  // namespace picket
