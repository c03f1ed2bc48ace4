// agent/input/ping_book.h - what is known of pings between two of them: jobs that have begun, expectations that a backend knows of. Pure.
//
// Kept in state-dir over restarts: a job that began before one has its run time, and an expectation is announced once, or every start
// would begin its countdown anew and a job that never reports would never be missed.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "common/basic/result.h"

namespace picket {

inline constexpr size_t kPingStartsMax = 1000;                 // jobs that have begun; with one more the oldest is forgotten
inline constexpr int64_t kPingStartMaxMs = 30ll * 86'400'000;  // a run that takes longer has no run time
inline constexpr size_t kPingBookMax = 1u << 20;               // bytes of the file
inline constexpr size_t kPingNamesMax = 1000;                  // names that were logged as not expected

struct PingBook {
  std::map<std::string, int64_t> started;        // "name\nrid" -> unix ms
  std::map<std::string, std::string> announced;  // check -> what is expected of it, as words
  std::set<std::string> unexpected;              // names that were logged; not kept over restarts
  bool changed = false;                          // something worth storing; the code that stores it resets this
};

void ping_started(PingBook& book, const std::string& name, const std::string& run, int64_t unix_ms);
// Seconds since the start of this run, which is over; -1: nothing is known of one.
double ping_ended(PingBook& book, const std::string& name, const std::string& run, int64_t unix_ms);
// Whether this is the first ping of that name that is not expected.
bool ping_unexpected_first(PingBook& book, const std::string& name);

std::string ping_book_text(const PingBook& book);
Status ping_book_load(PingBook& book, std::string_view text);  // as far as it can be read

}  // namespace picket
