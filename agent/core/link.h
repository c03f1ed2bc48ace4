// agent/core/link.h - the connection to one of the backends: when to dial, when to ping, when to leave. Pure.
//
//              opened           closed/refused        deadline
//   down       -                -                     retry_at: dial the next URL, -> connecting
//   connecting -> waiting|up    wait, -> down         (the edge's handshake timeout closes)
//   waiting    -                redial, -> down       config_deadline: -> up
//   up         -                redial, -> down       ping; no pong, or session over: close, -> closing
//   closing    -                redial, -> down       -
//   stopped    final
//
// `waiting`: the backend speaks of entity_config (its 101 had an Accept header), and it has not come yet.
#pragma once
#include <cstdint>
#include <string>

#include "agent/config/agent_config.h"
#include "common/types/types.h"

namespace picket {

inline constexpr int64_t kNever = INT64_MAX;
inline constexpr int64_t kConfigWaitMs = 2000;    // reference: 10 s, during which it is blind
inline constexpr int64_t kLateMs = 500;           // noticed so late that no pong came: it was us that did not look...
inline constexpr int64_t kSecondLookMs = 2000;    // ...so the backend gets that long once more
inline constexpr int64_t kShortSessionMs = 1000;  // sessions that end sooner...
inline constexpr int kShortSessionsMax = 3;       // ...more than so often in a row count as failures: no tight loop

struct Link {
  enum State { down, connecting, waiting, up, closing, stopped } state = down;
  StringList urls;  // shuffled once per process
  size_t next_url = 0;
  std::string url;       // dialled last, as it may be logged
  int64_t retry_at = 0;  // down: when to dial
  int64_t delay_ms = 0;  // the next wait after a failure; 0 = start value
  int64_t opened_at = 0;
  int short_sessions = 0;
  bool had_second_look = false;  // since the last pong
  int64_t config_deadline = kNever, ping_at = kNever, pong_deadline = kNever, session_deadline = kNever;
};

// What link_tick wants done.
enum class LinkWants { nothing, dial, ping, leave, give_up /* no pong came */, go_on /* waiting is over: the first keepalive */ };

void link_init(Link& link, const AgentConfig& config, double (*random)(), int64_t now);
std::string link_dial(Link& link);  // the URL; -> connecting
void link_opened(Link& link, const AgentConfig& config, bool expects_config, double (*random)(), int64_t now);
void link_configured(Link& link);  // entity_config came: -> up
void link_pong(Link& link, const AgentConfig& config, int64_t now);
void link_closed(Link& link, const AgentConfig& config, double (*random)(), int64_t now);
LinkWants link_tick(Link& link, const AgentConfig& config, int64_t now);
int64_t link_next_due(const Link& link);
inline bool link_is_open(const Link& link) { return link.state == Link::waiting || link.state == Link::up; }

}  // namespace picket
