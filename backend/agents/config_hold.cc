// backend/agents/config_hold.cc - entity_config, and whether an agent knows it: those of 5.12 to 5.21 look like 6.x at the upgrade, and log
// an error for each.
//
// They do not wait for it: their keepalive comes at once, and says their version (later ones) or none. So it is held for a moment of an
// agent whose entity does not say that it is 6.x. Agents of 6.x that manage their own entity do not wait either, and ignore it.
#include "backend/agents/agent_sessions.h"
#include "common/os/os.h"

namespace picket {
namespace {

bool is_5(const std::string& version) { return version.empty() || version.compare(0, 2, "5.") == 0; }

void release(AgentSession* s) {
  s->config_at_ms = 0;
  s->backend->sessions->held.erase(s);
  const CachedEntity* cached = entities_find(s->backend->entities, s->ns, s->name);
  if (s->ws) config_send(s, cached);
}

}  // namespace

void config_hold(AgentSession* s) {
  const CachedEntity* known = entities_find(s->backend->entities, s->ns, s->name);
  if (!s->is_go || !s->knows_config || (known && !is_5(known->entity->sensu_agent_version))) return;
  s->config_at_ms = os_mono_ms() + kConfigHoldMs;
  s->backend->sessions->held.insert(s);
  sessions_timer(s->backend->sessions);
}

void config_held_keepalive(AgentSession* s, const Entity& sent) {
  if (s->config_at_ms == 0) return;
  s->knows_config = !is_5(sent.sensu_agent_version);
  release(s);
}

void config_held_look(Sessions* all, int64_t now_ms) {
  for (AgentSession* s : std::set<AgentSession*>(all->held))
    if (s->config_at_ms <= now_ms) release(s);
}

void config_send(AgentSession* s, const CachedEntity* cached) {
  s->config_version = cached ? cached->config_version : 0;
  if (!s->knows_config || s->config_at_ms > 0) return;
  session_send(s, "entity_config", entity_config_message(cached, s->ns));
}

}  // namespace picket
