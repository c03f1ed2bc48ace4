// backend/event/own_events.h - the events the backend itself makes, with their exact texts (B-27 to B-32,
// B-52). Pure. `id` is a fresh UUID made by the caller, "" where the reference has none.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

inline constexpr int64_t kKeepaliveTimeoutDefault = 120;  // seconds, when the agent says nothing
inline constexpr int64_t kKeepaliveIntervalDefault = 20;

using EntityPtr = std::shared_ptr<const Entity>;

// An accepted keepalive as the event that is stored: status 0, `Keepalive last sent from ...`.
Event event_keepalive_pass(const Event& keepalive, EntityPtr entity, int64_t now_s, const std::string& id);
// The countdown ended. `previous` is the stored keepalive event (interval, timeout, ttl, handlers are its own);
// how long it is silent decides between warning and critical; -1: by entity.last_seen, which is the agent's clock.
Event event_keepalive_fail(const Event& previous, EntityPtr entity, int64_t now_s, const std::string& id, int64_t silent_s = -1);
// Agent-class entity seen for the first time: straight to the pipeline, not stored.
Event event_registration(EntityPtr entity, int64_t timestamp_s);
Event event_deregistration(EntityPtr entity, const std::string& handler, int64_t now_s, const std::string& id);
// A stored event of an entity that is going away: to the pipeline, not stored.
Event event_resolved_by_deregistration(const Event& stored, int64_t now_s);
// The dead man's switch of a check: `Last check execution was N seconds ago`. To be merged, stored and routed.
Event event_ttl_fail(const Event& stored, int64_t now_s, const std::string& id, int64_t silent_s = -1);
// A proxy check whose tokens the proxy has no values for: status 3 and the reason, as agents say it of their own checks.
Event event_check_unmatched(const CheckConfig& check, const Entity& proxy, const Status& why, int64_t now_s, const std::string& id);
// The backend itself was not running: a warning on the backend's own entity, resolved by status 0 after the grace time.
// Of a check that has not reported yet, as its definition with `expect` wants it.
Event event_expected(const CheckConfig& definition, EntityPtr entity, int64_t now_s, const std::string& id);
Event event_backend_away(EntityPtr backend, int64_t away_from_s, int64_t now_s, int64_t switches, uint32_t status, const std::string& id);
// An agent's clock is wrong by so much, or (status 0) it is not any more: sent to the handlers of its keepalives.
inline constexpr const char* kClockCheck = "agent-clock";
Event event_agent_clock(EntityPtr agent, int64_t ahead_s, int64_t now_s, uint32_t status, const std::string& id);

// Seconds until a keepalive's countdown ends: check.timeout, 120 when absent.
int64_t keepalive_timeout(const Event& keepalive);
// What is wrong with an incoming keepalive, if anything (`keepalive contains invalid timestamp`, ...).
Status keepalive_validate(const Event& keepalive);

}  // namespace picket
