// backend/endpoints/routes.cc - the one table of routes: dispatch, rights, 404 and 405 and docs/openapi.json come from it.
#include <cstring>

#include "backend/endpoints/endpoints.h"
#include "backend/pages/pages.h"

namespace picket {

#define C2 "/api/core/v2"
#define NS C2 "/namespaces/{namespace}"
#define P1 "/api/picket/v1"

namespace {
struct Row {
  const char *method, *pattern;
  Access access;
  const char *resource, *subresource;
  ApiHandler handler;
  const char *body, *answer, *doc;
};
}  // namespace

// Rows come before what is generated below and replace it where method and pattern are equal.
static const Row kRows[] = {
    // Public.
    {"GET", "/health", Access::open, "", "", health_get, "", "Health", "Health of the backend; always 200."},
    {"GET", "/ready", Access::open, "", "", ready_get, "", "", "200 when agents are served, 503 while starting."},
    {"GET", "/version", Access::open, "", "", version_get, "", "Version", "Versions of the backend and of its API groups."},
    {"GET", "/metrics", Access::open, "", "", metrics_get, "", "", "Counters and times in Prometheus' text format."},
    {"GET", "/api/openapi.json", Access::open, "", "", openapi_get, "", "", "This document."},
    // Logins.
    {"GET", "/auth", Access::open, "", "", auth_get, "", "Tokens", "Basic credentials for a pair of tokens."},
    {"GET", "/auth/test", Access::open, "", "", auth_test, "", "", "Checks basic credentials."},
    {"POST", "/auth/token", Access::open, "", "", auth_token, "RefreshRequest", "Tokens",
     "A new pair of tokens for an old access token (it may have expired) and a refresh token."},
    {"POST", "/auth/logout", Access::open, "", "", auth_logout_post, "RefreshRequest", "", "Ends the session of a pair of tokens."},
    // Cluster: only rules for resource `*` allow these.
    {"GET", C2 "/cluster/members", Access::rights, "", "", cluster_members, "", "ClusterMembers",
     "The members of the etcd cluster; of a single node itself."},
    {"GET", C2 "/cluster/id", Access::rights, "", "", cluster_id, "", "", "The installation's UUID."},
    {"POST", C2 "/cluster/members", Access::rights, "", "", cluster_change, "", "ClusterMembers",
     "Adds a member as a learner; it becomes a member when it is in sync. A single node refuses."},
    {"PUT", C2 "/cluster/members/{id}", Access::rights, "", "", cluster_change, "", "ClusterMembers",
     "Changes the peer URLs of a member. A single node refuses."},
    {"DELETE", C2 "/cluster/members/{id}", Access::rights, "", "", cluster_change, "", "ClusterMembers",
     "Removes a member. A single node refuses."},
    {"GET", C2 "/tessen", Access::rights, "", "", tessen_get, "", "TessenConfig", "Whether this installation calls home. It never does."},
    {"PUT", C2 "/tessen", Access::rights, "", "", tessen_put, "TessenConfig", "TessenConfig", "Keeps the setting."},
    {"POST", C2 "/tessen/metrics", Access::open, "", "", tessen_metrics, "", "", "Accepted and thrown away."},
    // Namespaces.
    {"GET", C2 "/namespaces", Access::own, "namespaces", "", namespaces_list, "", "Namespace[]", "Namespaces the user can see."},
    {"GET", C2 "/namespaces/{id}", Access::own, "namespaces", "", namespace_get, "", "Namespace", "One namespace, if the user can see it."},
    {"POST", C2 "/namespaces", Access::rights, "namespaces", "", namespace_create, "Namespace", "", "Creates a namespace."},
    {"PUT", C2 "/namespaces/{id}", Access::rights, "namespaces", "", namespace_put, "Namespace", "",
     "Creates a namespace, or leaves it as it is."},
    {"DELETE", C2 "/namespaces/{id}", Access::rights, "namespaces", "", namespace_delete, "", "", "Deletes an empty namespace."},
    // Entities.
    {"GET", C2 "/entities", Access::rights, "entities", "", entity_list, "", "Entity[]", "Entities of all namespaces."},
    {"GET", NS "/entities", Access::rights, "entities", "", entity_list, "", "Entity[]", "Entities of a namespace."},
    {"GET", NS "/entities/{id}", Access::rights, "entities", "", entity_get, "", "Entity", "One entity; redacted."},
    {"POST", NS "/entities", Access::rights, "entities", "", entity_create, "Entity", "Entity", "Creates an entity."},
    {"PUT", NS "/entities/{id}", Access::rights, "entities", "", entity_put, "Entity", "Entity", "Creates or replaces an entity."},
    {"PATCH", NS "/entities/{id}", Access::rights, "entities", "", entity_patch, "Entity", "EntityConfig",
     "Merges into an entity's configuration."},
    {"DELETE", NS "/entities/{id}", Access::rights, "entities", "", entity_delete, "", "", "Deletes an entity and its events."},
    // Events.
    {"GET", C2 "/events", Access::rights, "events", "", events_list, "", "Event[]", "Events of all namespaces."},
    {"GET", NS "/events", Access::rights, "events", "", events_list, "", "Event[]", "Events of a namespace."},
    {"GET", NS "/events/{entity}", Access::rights, "events", "", events_list, "", "Event[]", "Events of an entity."},
    {"GET", NS "/events/{entity}/{check}", Access::rights, "events", "", event_get, "", "Event", "One event."},
    {"POST", NS "/events", Access::rights, "events", "", event_post, "Event", "", "Takes an event in, as if an agent had sent it."},
    {"POST", NS "/events/{entity}/{check}", Access::rights, "events", "", event_put, "Event", "", "Takes an event in."},
    {"PUT", NS "/events/{entity}/{check}", Access::rights, "events", "", event_put, "Event", "", "Takes an event in."},
    {"DELETE", NS "/events/{entity}/{check}", Access::rights, "events", "", event_delete, "", "", "Forgets an event and its TTL."},
    // Checks.
    {"PUT", NS "/checks/{id}/hooks/{type}", Access::rights, "checks", "hooks", check_hook_put, "HookList", "", "Adds hooks to a check."},
    {"DELETE", NS "/checks/{id}/hooks/{type}/hook/{hook}", Access::rights, "checks", "hooks", check_hook_delete, "", "",
     "Takes a hook from a check."},
    {"POST", NS "/checks/{id}/execute", Access::rights, "checks", "execute", check_execute, "AdhocRequest", "", "Runs a check now."},
    // Silences.
    {"GET", C2 "/silenced", Access::rights, "silenced", "", silenced_list, "", "Silenced[]", "Silences of all namespaces."},
    {"GET", C2 "/silenced/checks/{check}", Access::rights, "silenced", "checks", silenced_by_check, "", "Silenced[]",
     "Silences of a check, in all namespaces."},
    {"GET", NS "/silenced", Access::rights, "silenced", "", silenced_list, "", "Silenced[]", "Silences of a namespace."},
    {"GET", NS "/silenced/checks/{check}", Access::rights, "silenced", "checks", silenced_by_check, "", "Silenced[]",
     "Silences of a check."},
    {"GET", NS "/silenced/subscriptions/{subscription}", Access::rights, "silenced", "subscriptions", silenced_by_subscription, "",
     "Silenced[]", "Silences whose name starts with a subscription."},
    {"GET", NS "/silenced/{id}", Access::rights, "silenced", "", silenced_get, "", "Silenced", "One silence."},
    {"POST", NS "/silenced", Access::rights, "silenced", "", silenced_create, "Silenced", "",
     "Silences; the name is made of subscription and check."},
    {"PUT", NS "/silenced/{id}", Access::rights, "silenced", "", silenced_put, "Silenced", "", "Creates or replaces a silence."},
    // Users.
    {"GET", C2 "/users", Access::rights, "users", "", users_list, "", "User[]", "Users, disabled ones too."},
    {"GET", C2 "/users/{id}", Access::rights, "users", "", user_get, "", "User", "One user; everybody may read himself."},
    {"POST", C2 "/users", Access::rights, "users", "", user_create, "User", "", "Creates a user with `password` or `password_hash`."},
    {"PUT", C2 "/users/{id}", Access::rights, "users", "", user_put, "User", "", "Creates or replaces a user."},
    {"DELETE", C2 "/users/{id}", Access::rights, "users", "", user_disable, "", "", "Disables a user and ends his sessions."},
    {"PUT", C2 "/users/{id}/reinstate", Access::rights, "users", "reinstate", user_reinstate, "", "", "Enables a disabled user."},
    {"PUT", C2 "/users/{id}/groups/{group}", Access::rights, "users", "groups", user_group_add, "", "", "Adds a user to a group."},
    {"DELETE", C2 "/users/{id}/groups/{group}", Access::rights, "users", "groups", user_group_remove, "", "",
     "Takes a user out of a group."},
    {"DELETE", C2 "/users/{id}/groups", Access::rights, "users", "groups", user_groups_clear, "", "", "Takes a user out of all groups."},
    {"PUT", C2 "/users/{id}/password", Access::rights, "users", "password", user_password, "User", "",
     "Changes a password: 6.x sends the present one and the new one's hash, 5.x the new one."},
    {"PUT", C2 "/users/{id}/change_password", Access::rights, "users", "change_password", user_change_password, "PasswordChange", "",
     "Changes a password, given the present one."},
    {"PUT", C2 "/users/{id}/reset_password", Access::rights, "users", "reset_password", user_reset_password, "User", "",
     "Sets a password's hash."},
    {"POST", C2 "/apikeys", Access::rights, "apikeys", "", apikey_create, "APIKey", "", "Makes an API key; its name is in Location."},
    // Ours.
    {"GET", "/api/picket/v1/watch", Access::own, "", "", watch_get, "", "",
     "Server-sent events: changes as they are committed (?kinds=events,checks&namespace=default)."},
    {"GET", "/api/picket/v1/namespaces/{namespace}/events/{entity}/{check}/decisions", Access::rights, "events", "", event_decisions, "",
     "", "What was decided about the handlers of an event's last state."},
    {"GET", "/api/picket/v1/namespaces/{namespace}/events/{entity}/{check}/metrics", Access::rights, "events", "", event_metrics, "", "",
     "The last day of an event's metrics: per series, points of [unix seconds, mean, least, largest]."},
    {"GET", "/api/picket/v1/namespaces/{namespace}/events/{entity}/metrics", Access::rights, "events", "", entity_metrics, "", "",
     "The last day of the metrics an entity sends without a check (StatsD)."},
    {"POST", P1 "/namespaces/{namespace}/handlers/{id}/test", Access::rights, "handlers", "test", handler_test, "TrialRequest", "Trial",
     "Sends a marked event by a handler: what was sent, and what became of it ({\"status\":2,\"entity\":\"web1\",\"check\":\"disk\"})."},
    {"POST", P1 "/namespaces/{namespace}/filters/{id}/test", Access::rights, "filters", "test", filter_test, "TrialRequest", "Trial",
     "Asks a filter about a marked event."},
    {"POST", P1 "/namespaces/{namespace}/pipelines/{id}/test", Access::rights, "pipelines", "test", pipeline_test, "TrialRequest", "Trial",
     "Sends a marked event through a pipeline."},
    {"PUT", P1 "/namespaces/{namespace}/events/{entity}/{check}/acknowledge", Access::rights, "events", "", event_acknowledge,
     "AcknowledgeRequest", "",
     "Acknowledges the open incident of an event: its handlers are told, and get no further alerts until it is worse."},
    {"DELETE", P1 "/namespaces/{namespace}/events/{entity}/{check}/acknowledge", Access::rights, "events", "", event_acknowledge_end, "",
     "", "Withdraws an acknowledgement."},
    {"GET", P1 "/incidents", Access::own, "", "", incidents_list_get, "", "Incidents",
     "Incidents of all namespaces where the caller may list events, the newest first (?since ?open=true ?entity ?check ?limit)."},
    {"GET", P1 "/namespaces/{namespace}/incidents", Access::rights, "events", "", incidents_list_get, "", "Incidents",
     "Incidents of a namespace, the newest first (?since: unix seconds, that went on then or began later; ?open=true ?entity ?check ?limit)."},
    {"GET", P1 "/namespaces/{namespace}/incidents/{id}", Access::own, "", "", incident_get, "", "Incident",
     "One incident, with what became of every alert; needs the right to get its event."},
    {"POST", P1 "/session", Access::open, "", "", session_open, "", "",
     "A login of the dashboard: {\"username\",\"password\",\"stay\"}; its cookie is good with its key in the header Picket-Request only. On the dashboard's port alone."},
    {"GET", P1 "/session", Access::open, "", "", session_get, "", "", "Who is logged in to the dashboard, and what he may."},
    {"DELETE", P1 "/session", Access::open, "", "", session_delete, "", "", "Ends a login of the dashboard."},
    {"GET", P1 "/changes", Access::own, "", "", changes_get, "", "",
     "Changes of state since the backend's start, the newest first, with whether anybody was notified (?namespace ?since ?limit); on while a dashboard is served."},
    {"GET", P1 "/summary", Access::own, "", "", summary_get, "", "",
     "How many events of which status each namespace has, and how the backend itself is."},
    {"POST", P1 "/may", Access::own, "", "", may_post, "", "",
     "Which of a list of actions the caller may do: {\"namespace\":\"default\",\"ask\":[[\"delete\",\"events\",\"web1/disk\"]]}."},
    {"GET", P1 "/events", Access::own, "", "", event_rows_get, "", "",
     "Events as rows, of all namespaces where the caller may list them (?q ?status ?silenced ?sort ?order ?limit ?labelSelector ?fieldSelector)."},
    {"GET", P1 "/namespaces/{namespace}/events", Access::rights, "events", "", event_rows_get, "", "", "Events of a namespace as rows."},
    {"GET", P1 "/namespaces/{namespace}/entities", Access::rights, "entities", "", entity_rows_get, "", "",
     "Entities of a namespace as rows, with how many of their events fail."},
    {"PUT", P1 "/namespaces/{namespace}/events/{entity}/{check}/resolve", Access::rights, "events", "", event_resolve, "", "",
     "Resolves an event: status 0, with an output ({\"output\":\"disk was cleaned\"})."},
    {"POST", P1 "/namespaces/{namespace}/silenced/preview", Access::rights, "silenced", "", silence_preview, "Silenced", "",
     "Which events a silence would hit."},
    {"GET", P1 "/enroll", Access::open, "", "", enroll_get, "", "", "How agents enrol here, and the CA that a token is compared with."},
    {"POST", P1 "/enroll", Access::open, "", "", enroll_post, "", "",
     "Gives an agent a credential of its own: {\"token\",\"namespace\",\"name\"} with \"public_key\" (PEM) or \"secret_hash\" (SHA-256)."},
    {"GET", P1 "/namespaces/{namespace}/enroll", Access::rights, "", "", enroll_list, "", "",
     "Enrolment tokens, without their secrets, and the agents that have enrolled."},
    {"POST", P1 "/namespaces/{namespace}/enroll/tokens", Access::rights, "", "", enroll_token_create, "", "",
     "Makes a token: {\"seconds\":3600,\"uses\":1,\"name\":\"web-*\"}; its secret is in this answer alone."},
    {"DELETE", P1 "/namespaces/{namespace}/enroll/tokens/{id}", Access::rights, "", "", enroll_token_delete, "", "",
     "Deletes a token; who has enrolled with it stays."},
    {"DELETE", P1 "/namespaces/{namespace}/enroll/agents/{id}", Access::rights, "", "", enroll_agent_revoke, "", "",
     "Ends an agent's access at once; ?forget=true: others may be that agent again."},
    {"POST", P1 "/import/events", Access::rights, "", "", import_events, "", "",
     "Takes over {\"events\": [...]} of another backend as they are, with their past; nobody is told (?grace=600: seconds until silence counts)."},
    {"POST", P1 "/import/apikeys", Access::rights, "", "", import_apikeys, "", "",
     "Takes over {\"apikeys\": [...]} of another backend under their names."},
    {"GET", "/api/picket/v1/backup", Access::rights, "", "", backup_get, "", "", "The whole store as one SQLite file, consistent."},
};

// What every kind of kResourceTypes has, unless kRows says otherwise or kSkip says no.
namespace {
struct Generic { const char* method; bool all, one; ApiHandler handler; const char *body, *answer, *doc; };
}  // namespace
static const Generic kGeneric[] = {
    {"GET", true, false, resource_list, "", "%[]", "Lists all, across namespaces where there are any."},
    {"GET", false, false, resource_list, "", "%[]", "Lists those of a namespace."},
    {"POST", false, false, resource_create, "%", "", "Creates one."},
    {"GET", false, true, resource_get, "", "%", "Reads one."},
    {"PUT", false, true, resource_put, "%", "", "Creates or replaces one."},
    {"PATCH", false, true, resource_patch, "%", "%", "Merges into one (application/merge-patch+json)."},
    {"DELETE", false, true, resource_delete, "", "", "Deletes one."},
};
static const struct { const char *plural, *methods; } kSkip[] = {
    {"users", "PATCH"}, {"silenced", "PATCH"}, {"events", "GET POST PUT PATCH DELETE"}, {"tessen", "GET POST PUT PATCH DELETE"}, {"apikeys", "PUT"},
};

static bool skipped(std::string_view plural, const char* method) {
  for (const auto& s : kSkip)
    if (plural == s.plural && std::strstr(s.methods, method)) return true;
  return false;
}

static void add(std::vector<ApiRoute>& routes, ApiRoute route) {
  for (const ApiRoute& r : routes)
    if (r.method == route.method && r.pattern == route.pattern) return;
  route.segments = path_segments(route.pattern);
  routes.push_back(std::move(route));
}

static void add_generic(std::vector<ApiRoute>& routes, const ResourceType& type, const Generic& g) {
  if (skipped(type.plural, g.method) || (g.all && !type.namespaced)) return;
  auto named = [&](std::string text) {
    size_t at = text.find('%');
    return at == text.npos ? text : text.replace(at, 1, type.type);
  };
  std::string pattern = std::string(type.namespaced && !g.all ? NS : C2) + "/" + type.plural + (g.one ? "/{id}" : "");
  add(routes, {g.method, pattern, Access::rights, type.plural, "", &type, g.handler, g.doc, named(g.body), named(g.answer), {}});
}

static std::vector<ApiRoute> routes_make() {
  std::vector<ApiRoute> routes;
  for (const Row& r : kRows)
    add(routes,
        {r.method, r.pattern, r.access, r.resource, r.subresource, resource_by_plural(r.resource), r.handler, r.doc, r.body, r.answer, {}});
  for (int i = 0; i < kResourceTypesCount; i++)
    for (const Generic& g : kGeneric) add_generic(routes, kResourceTypes[i], g);
  return routes;
}

const std::vector<ApiRoute>& api_routes() {
  static const std::vector<ApiRoute> routes = routes_make();
  return routes;
}

}  // namespace picket
