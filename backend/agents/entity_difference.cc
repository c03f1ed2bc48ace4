// backend/agents/entity_difference.cc - an agent that knows nothing of entity_config (5.x) says with its first keepalive how it is
// configured; where the stored entity is another, the log says so.
#include "common/rules/entity_differences.h"
#include "common/text/log.h"
#include "backend/agents/agent_sessions.h"
#include "backend/ingest/ingest.h"

namespace picket {

void session_compare_entity(const AgentSession* s, const Entity& sent) {
  const CachedEntity* stored = entities_find(s->backend->entities, s->ns, s->name);
  if (!stored || stored->agents_own || entity_managed_by_agent(sent)) return;
  const std::string fields = entity_differences(sent, *stored->entity);
  if (fields.empty()) return;
  log_warn("agentd",
           "the agent's configuration differs from its entity here, which counts; change the entity, or start the agent with "
           "agent-managed-entity",
           {{"namespace", s->ns}, {"agent", s->name}, {"fields", fields}});
}

}  // namespace picket
