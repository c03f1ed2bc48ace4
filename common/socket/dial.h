// common/socket/dial.h - from a name to a connected socket: resolved off the loop, then one address after the other.
//
// An address that does not answer within kDialAttemptMs gives way to the next; the last one has all the time that is left.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "common/basic/result.h"
#include "common/socket/net.h"

namespace picket {

inline constexpr int64_t kDialAttemptMs = 3000;

struct DialTarget {
  std::string host;  // a name or an address
  int port = 0;
  std::string shown;       // what errors call it
  int64_t timeout_ms = 0;  // 0: as long as its owner waits
};
struct Dial;
using DialDone = std::function<void(Result<intptr_t> socket)>;
Dial* dial_open(Net* net, DialTarget target, DialDone done);  // `done` is called once, later; the dial is gone then
void dial_cancel(Dial* dial);                                 // `done` is not called any more
const char* dial_stage(const Dial* dial);                     // what it waits for

}  // namespace picket
