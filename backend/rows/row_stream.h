// backend/rows/row_stream.h - what one reader of a stream of rows is sent next. Pure.
//
// Changes of one row are joined until the next frame, so a reader gets at most kRowFramesMs often, and at most kRowFrameMax rows at a time,
// the latest of each row. A reader that cannot keep up, or would get more changes than a list has use for, is asked to read the list anew.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "backend/rows/event_row.h"

namespace picket {

inline constexpr int64_t kRowFramesMs = 100;
inline constexpr size_t kRowFrameMax = 500;
inline constexpr size_t kRowPendingMax = 2000;    // rows that wait to be sent
inline constexpr size_t kRowQueueMax = 1u << 20;  // bytes that the reader has not taken yet

// What a committed change did to a row.
struct RowChange {
  std::string ns, entity, check;
  bool gone = false;
  bool quiet = false;  // only the time of the last result is another, or of an event that is OK also its output
  EventRow row;        // when it is not gone
};

struct RowStream {
  bool quiet = false;                                   // quiet changes are left out
  std::map<std::string, RowChange> pending;             // by row_key
  std::set<std::pair<std::string, std::string>> stale;  // (kind, namespace) of what is no event and has changed
  std::string reload;                                   // why the reader has to read anew; "" = no need
  int64_t revision = 0, sent_ms = 0;
};

void row_stream_take(RowStream* stream, const RowChange& change, int64_t revision);
void row_stream_stale(RowStream* stream, const std::string& kind, const std::string& ns, int64_t revision);
// Server-sent events that are due now, "" = none. `queued`: bytes of earlier ones that were not taken. `shown` may change a row for
// its reader.
std::string row_stream_frames(RowStream* stream, int64_t now_ms, size_t queued, const std::function<EventRow(const EventRow&)>& shown);

}  // namespace picket
