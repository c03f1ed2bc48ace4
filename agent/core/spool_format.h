// agent/core/spool_format.h - how a record of the spool lies in a file, and how a damaged file is read. Pure.
//
//   offset  0  "pkS1"
//           4  CRC-32C of everything from offset 8 to the end of the payload, little-endian
//           8  kind: 1 = event; the others are marks and have no payload: 2 = done (everything up to `number` has arrived),
//              3 = life (a process begins with `number`: nothing has the numbers before it), 4 = clock (the wall clock was set
//              by `stored_ms`, the times before it with it), 5 = unreported (`number` events were lost and no result reports it)
//           9  length of the payload, 3 bytes, little-endian (kMessageMax fits)
//          12  number, 8 bytes
//          20  stored_ms, 8 bytes
//          28  payload
//
// A reader that meets anything else goes on at the next place where a record checks out: a torn end, a flipped bit or a
// block of zeros costs the records it covers and no others.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "agent/core/outbox.h"

namespace picket {

inline constexpr size_t kSpoolHeader = 28;
enum class SpoolKind : uint8_t { event = 1, done = 2, life = 3, clock = 4, unreported = 5 };

uint32_t crc32c(std::string_view bytes);

void spool_record_put(std::string& out, SpoolKind kind, uint64_t number, int64_t stored_ms, std::string_view payload);

struct SpoolRead {
  SpoolKind kind = SpoolKind::event;
  uint64_t number = 0;
  int64_t stored_ms = 0;
  std::string_view payload;  // points into the file's text
  size_t end = 0;            // offset after the record
};

struct SpoolScan {
  size_t good_end = 0;    // after the last whole record: a writer goes on here
  size_t bad_bytes = 0;   // skipped between records
  size_t torn_bytes = 0;  // after the last one
};
// Calls `take` for each whole record in order; false from it ends the scan.
SpoolScan spool_scan(std::string_view file, const std::function<bool(const SpoolRead&)>& take);

}  // namespace picket
