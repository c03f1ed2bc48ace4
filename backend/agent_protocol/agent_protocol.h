// backend/agent_protocol/agent_protocol.h - one agent's connection: what its request says, what it is subscribed to, what has been
// acknowledged. Pure; agent_sessions.cc carries it out.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/types/types.h"

namespace picket {

inline constexpr size_t kAgentNameMax = 1024;       // bytes of Sensu-AgentName; longer is as if it could not be used
inline constexpr size_t kSubscriptionsMax = 1024;   // of one session; the rest is ignored, with a log line
inline constexpr int64_t kDeletedCloseMs = 10'000;  // after the entity's deletion, when the agent says nothing

// The upgrade request.
struct AgentHello {
  std::string name, ns, user;
  StringList subscriptions;  // without empty items and duplicates
  std::string ack_stream;    // Picket-Ack, "" = not asked for or not usable
  bool knows_config = true;  // false: an agent before 5.12, which logs an error for each entity_config (W-31)
  bool is_go = false;        // one of Sensu's from 5.12 on: 5.x logs that error, too, and 6.x waits for it
  bool usable = false;       // the name can be one of an entity; else the session stays silent
};
AgentHello hello_read(const std::vector<std::pair<std::string, std::string>>& headers);
StringList subscriptions_split(std::string_view list);

// Sorted lists: what a change takes away and adds.
struct SubscriptionChange { StringList removed, added; };
SubscriptionChange subscriptions_change(const StringList& before, const StringList& after);
StringList subscriptions_sorted(StringList list);  // sorted, without duplicates and empty items

// "event" or, in an acknowledged session, "event NUMBER". Number 0: none given.
struct EventLine { bool is_event = false; uint64_t number = 0; };
EventLine event_line(std::string_view type);

// Which numbers of a stream are committed up to where (docs/PROTOCOL.md). Numbers are finished in any order.
struct AckTrack {
  uint64_t accepted = 0;   // highest number taken on
  uint64_t committed = 0;  // every number of this session up to here is dealt with
  uint64_t acked = 0;      // of the last ack
  struct Entry { uint64_t number; bool done; };
  std::deque<Entry> in_flight;
};
bool ack_accept(AckTrack& track, uint64_t number);  // false: seen before, to be ignored
void ack_done(AckTrack& track, uint64_t number);
bool ack_due(const AckTrack& track);
std::string ack_payload(AckTrack& track);  // {"seq":N}, and remembers that it was said

// An agent's clock, seen by the times of its keepalives. Countdowns go by ours, so a wrong clock makes nobody dead; but times of
// events are wrong. Reported when several keepalives in a row say so (one may have been on its way for long), and when it is over.
inline constexpr int64_t kClockFarS = 60, kClockNearS = 30;
inline constexpr int kClockFarTimes = 3;
struct ClockWatch {
  int far = 0;         // keepalives in a row
  bool asked = false;  // whether it was reported in a session before
  bool reported = false;
};
std::optional<uint32_t> clock_judge(ClockWatch& watch, int64_t ahead_s);  // the status to report, if any

}  // namespace picket
