// agent/core/outbox.h - events on their way to a backend: in order, numbered, kept until they are known to have arrived. Pure.
//
// A record is `waiting`, then `sent`, then forgotten. When the connection ends, what was sent goes back to the front of
// waiting. How a record is known to have arrived: with a picket backend by its acknowledgement (docs/PROTOCOL.md); with
// others by a pong to a ping that was sent after it: the peer's reader has passed it.
//
// Memory: with a spool only a window of the oldest records is held (kOutboxWindowMax), the rest is read back from disk when
// it is their turn; without one at most kOutboxMemoryMax bytes, the oldest waiting record is dropped at the bound, and counted.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace picket {

inline constexpr size_t kOutboxWindowMax = 256u << 10;
inline constexpr size_t kOutboxMemoryMax = 16u << 20;
inline constexpr size_t kInFlightMax = 256;            // records sent and not yet confirmed
inline constexpr size_t kInFlightBytesMax = 1u << 20;  // at least one record is always let through

struct OutRecord {
  uint64_t number = 0;
  int64_t stored_ms = 0;   // wall clock
  std::string payload;     // the event's JSON
  bool only_here = false;  // the spool let go of it while it was on its way
  uint64_t key = 0;        // of its check, once somebody asked (spacing.h); 0: it has none
  bool keyed = false;
};

struct NumberRange { uint64_t first = 0, last = 0; };
// `count` events with numbers of this range are not in the spool any more, and had not arrived.
struct SpoolLoss {
  NumberRange numbers;
  uint64_t count = 0;
  enum Why { size, age, disk } why = size;
};

struct Outbox {
  bool spooled = false;  // a spool keeps the records
  std::deque<OutRecord> waiting, sent;
  size_t waiting_bytes = 0, sent_bytes = 0;
  uint64_t next_number = 1;    // numbers grow, also over restarts when there is a spool
  uint64_t unloaded_from = 0;  // records from here on are on disk only; 0: none
  bool loading = false;        // asked for some of them
  uint64_t dropped = 0;        // lost at a bound, ever
  uint64_t known_max = 0;      // no backend can rightly know a later number: found in the spool, or sent since
  struct Barrier { uint64_t ping, number; };
  std::deque<Barrier> barriers;  // pings on the way: highest number sent before each
  uint64_t pings = 0;            // sent by this process; a ping's number is its payload
  // A backlog (what was there when the link came up) is sent at a limited rate.
  uint64_t backlog_end = 0;
  double tokens = 0;
  int64_t tokens_at = 0;
};

// Gives the event its number. `keep` false: it is in the spool only, the window is full.
struct OutboxAdded { uint64_t number; bool keep; };
OutboxAdded outbox_add(Outbox& box, std::string payload, int64_t unix_ms);

void outbox_opened(Outbox& box, int64_t now, double burst);  // the link is up: what is here is the backlog
void outbox_closed(Outbox& box);                             // all that was sent waits again
OutRecord* outbox_head(Outbox& box);                         // the first that waits, or null
// The next record to send, or nothing: none there, too much in flight, or the backlog's rate. Moves it to `sent`.
const OutRecord* outbox_next(Outbox& box, int64_t now, double rate, double burst);
int64_t outbox_next_due(const Outbox& box, int64_t now, double rate);  // when the rate lets the next one through

uint64_t outbox_pinged(Outbox& box);        // a ping is sent now: its number
bool outbox_wants_ping(const Outbox& box);  // something was sent after the last ping
// The pong of this ping came: what was sent before it (0: nothing, or nobody asked for this pong); the pong of a later ping
// stands for those before it, too. Whether that means that it arrived is not known here: a backend that acknowledges may have read
// what it has not committed.
uint64_t outbox_ponged(Outbox& box, uint64_t ping);
uint64_t outbox_confirm(Outbox& box, uint64_t number);  // everything up to here arrived; the number that holds now

size_t outbox_depth(const Outbox& box);  // records in memory, sent ones included
// When the window has room: from which number to read on, and how many bytes.
struct OutboxLoad { uint64_t from; size_t bytes_max; };
std::optional<OutboxLoad> outbox_wants_load(Outbox& box);
// `more`: the spool has records after these; `stored_until`: the highest number it had stored when it was read.
void outbox_loaded(Outbox& box, std::vector<OutRecord> records, bool more, uint64_t stored_until);
// The spool let go of these. How many of them are lost: what is on its way is not, and waits again when the connection ends.
uint64_t outbox_lose(Outbox& box, const SpoolLoss& loss);
uint64_t outbox_only_here(const Outbox& box);  // records that end with the process

}  // namespace picket
