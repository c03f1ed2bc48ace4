// backend/agents/agent_sessions.h - the agents that are connected: their port, their messages, what is sent to them.
//
//   agent_port.cc  the upgrade: path, identity, rights, namespace; /health and /ready
//   agent_sessions.cc    a session from the upgrade to its end; check requests
//   config_hold.cc       entity_config
//   loop_budget.cc       how much of the loop's time their messages get
//   agent_messages.cc     a session's messages: keepalives and events, back-pressure, acknowledgements
//
// A message may wait, nothing may grow: a session that has too much on its way to the store is not read from until it
// is there; one that does not read what it is sent misses check requests (it gets the next ones).
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "backend/auth/auth.h"
#include "backend/shared/entities.h"
#include "backend/schedule/scheduler.h"
#include "backend/shared/backend.h"
#include "backend/agent_protocol/agent_protocol.h"
#include "backend/agents/loop_budget.h"
#include "backend/agents/revocation.h"

namespace picket {

inline constexpr size_t kSessionPendingMax = 512;              // events of one session on their way to the store; then it is not read
inline constexpr size_t kSessionPendingLow = 128;              // and is read again from here on
inline constexpr size_t kSessionQueueMax = 512u << 10;         // bytes waiting to be sent; beyond it check requests are dropped
inline constexpr size_t kStoreHighWater = kStoreQueueMax / 2;  // bytes waiting for the disk; then no sender is read
inline constexpr size_t kStoreLowWater = kStoreQueueMax / 4;
inline constexpr int kUnprovedMax = 4096;   // connections without a session, beside --agent-connections-max sessions (net.h, waiting_max)
inline constexpr int64_t kStreamDays = 30;  // an acknowledged stream unused for this time is forgotten at a start
inline constexpr int64_t kStalledLookMs = 100;       // whether the store is writable again
inline constexpr int64_t kUnusableCloseMs = 60'000;  // a session whose name can be none of an entity
inline constexpr size_t kForeignLogged = 10;         // subscriptions of others named in the log per session
// An agent that may be one of 5.12 to 5.21 shows it within this time by a keepalive that does not wait for entity_config; one of 6.x waits
// ten seconds for it.
inline constexpr int64_t kConfigHoldMs = 500;
inline constexpr int kSessionErrorsLogged = 10;  // bad messages logged per session; then one in a thousand

// Shared by the sessions of one agent's spool, one after the other.
struct AckStream {
  std::string name;
  AckTrack track;
  struct AgentSession* session = nullptr;  // the newest
  bool failed = false;                     // a number was not committed: nothing above it may be; the next session begins anew
  // In a cluster: the row of the stream is this member's as long as its revision is the one that we wrote last. Every number follows the
  // one before it, so that one that is refused refuses those after it, and a member that takes the stream over (stream_take) ends that.
  int64_t token = 0;       // written last
  int64_t stored = 0;      // of those that were committed
  int64_t again_from = 0;  // up to it they were refused together, and are handed in again
};
// While the store is degraded, a stream that failed is stalled: its session stays open and what comes is taken on (merged, routed, kept
// by the store as far as it keeps), so that new incidents alert; nothing is acknowledged. The agent's kInFlightMax bounds it. When the
// store takes writes again the session is ended, and the agent sends all of it once more: it is known by its ids.

struct AgentSession {
  Backend* backend = nullptr;
  Ws* ws = nullptr;  // null: ended
  std::string ns, name, peer;
  std::string address;      // of the peer, as login_throttle.h groups them
  std::string user, proof;  // the user for RBAC, and what proved it (auth.h)
  bool usable = true;
  StringList subscriptions;              // what it gets now; sorted
  bool has_foreign = false;              // it asked for another agent's own one
  std::set<std::string> foreign_logged;  // those it did not get, in the log
  uint64_t config_version = 0;           // of the entity_config sent last
  bool knows_config = true;              // it understands entity_config
  bool is_go = false;                    // an agent of Sensu's, from 5.12 on
  int64_t config_at_ms = 0;              // not 0: entity_config is held until then, or until its keepalive says what it is (config_hold.cc)
  bool first_keepalive = true;
  ClockWatch clock;
  EntityCache cache;  // the entity of its last event, as text and value
  std::shared_ptr<const Entity> prepared_of;
  EntityText prepared;      // the same, ready for the store
  size_t pending = 0;       // events not committed
  bool paused = false;      // too much of it is on its way to the store
  bool waits_turn = false;  // loop_budget.h; it is read from when neither is set
  bool has_held = false;    // a message that came when the turn's share was used up
  std::string held;
  bool entity_deleted = false;
  int64_t close_at_ms = 0;  // 0 = never
  uint64_t last_tick = 0;   // dedupes one request for several subscriptions
  const CheckRequest* last_request = nullptr;
  int64_t errors = 0, dropped = 0;
  std::shared_ptr<AckStream> ack;
  bool ack_waiting = false;
};
using SessionPtr = std::shared_ptr<AgentSession>;

struct Sessions {
  Backend* backend = nullptr;
  Listener* listener = nullptr;
  int64_t serve_from_ms = 0;  // os_mono_ms; before it agents are asked to come later
  std::set<SessionPtr> all;
  std::unordered_map<std::string, std::vector<AgentSession*>> by_entity;        // ns \n name
  std::unordered_map<std::string, std::vector<AgentSession*>> by_subscription;  // ns \n subscription
  std::unordered_map<std::string, std::shared_ptr<AckStream>> streams;
  std::map<std::string, int64_t> by_namespace;    // for /metrics
  std::map<std::string, int64_t> by_address;      // each at most --agent-connections-per-address
  std::vector<std::weak_ptr<AgentSession>> acks;  // to be sent at the end of this turn
  std::set<AgentSession*> paused, closing;        // closing: with a close_at_ms
  std::set<AgentSession*> held;                   // whose entity_config is held
  std::set<AgentSession*> stalled;                // of streams that failed; until the store is writable again
  uint64_t tick = 0;
  LoopBudget budget;
  uv_timer_t timer{};  // closes what is to be closed, wakes what is paused
  uv_timer_t ack_timer{};
  Revocation revocation;  // lists of agents' certificates that do not count any more
  int handles_open = 0;
  std::function<void()> closed;
};

Status sessions_start(Backend* backend);  // listens
void sessions_stop(Backend* backend, std::function<void()> done);

// Ends those whose user may not be their agent any more (identity.h).
void sessions_rights_changed(Backend* backend);

// One request per session, whatever number of its subscriptions a check has.
void sessions_publish(Backend* backend, const std::vector<Publish>& due);

// ---- between the files of this part ----
Status agent_port_start(Backend* backend);  // listens, now or when the revocation lists are there
void agent_port_request(Backend* backend, HttpExchange* exchange, HttpRequest request);
void session_open(Backend* backend, HttpExchange* exchange, AgentHello hello, const Identity& who, const std::string& peer);
void session_message(const SessionPtr& session, std::string_view message);
void session_send(AgentSession* session, std::string_view type, std::string_view payload);
// As its entity says, and not before there is one (as 6.x): that entity, or null.
const CachedEntity* session_subscribe(AgentSession* session);
void session_compare_entity(const AgentSession* session, const Entity& sent);  // at its first keepalive
void config_hold(AgentSession* session);                                       // before it is sent for the first time
void config_held_keepalive(AgentSession* session, const Entity& sent);         // says what agent it is
void config_held_look(Sessions* sessions, int64_t now_ms);                     // those whose time has come get it
void config_send(AgentSession* session, const CachedEntity* cached);
void session_close_at(AgentSession* session, int64_t wait_ms);
void sessions_timer(Sessions* sessions);
void session_resume(AgentSession* session);
Status streams_forget(Backend* backend, int64_t now_s);
Status stream_open(AgentSession* session, const std::string& name);
// In a cluster, before stream_open: what others acknowledged is known here when `done` runs, and they can acknowledge no more. 0: alone.
void stream_take(Backend* backend, const std::string& name, std::function<void(Result<int64_t>)> done);
void stream_leave(AgentSession* session);
void streams_look(Sessions* sessions);  // ends what is stalled and need not be any more

}  // namespace picket
