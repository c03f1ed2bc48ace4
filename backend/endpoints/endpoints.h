// backend/endpoints/endpoints.h - the handlers of the API's routes (routes.cc), by the file they are in.
// Those for the dashboard are in backend/pages/pages.h.
#pragma once
#include "backend/api/call.h"

namespace picket {

// api_auth.cc
void auth_get(CallPtr call), auth_test(CallPtr call), auth_token(CallPtr call), auth_logout_post(CallPtr call);
// api_cluster.cc
void health_get(CallPtr call), version_get(CallPtr call), ready_get(CallPtr call);
void cluster_members(CallPtr call), cluster_id(CallPtr call), cluster_change(CallPtr call);
// etcd_members_api.cc: the same of a cluster
void etcd_health_json(Backend* backend, int64_t timeout_ms, std::function<void(std::string)> done);
void etcd_members_get(const CallPtr&call, int64_t timeout_ms), etcd_members_change(const CallPtr&call);
// api_cluster.cc
void tessen_get(CallPtr call), tessen_put(CallPtr call), tessen_metrics(CallPtr call);
// api_metrics.cc
void metrics_get(CallPtr call);
// enroll_routes.cc
void enroll_get(CallPtr call), enroll_post(CallPtr call), enroll_list(CallPtr call), enroll_token_create(CallPtr call);
void enroll_token_delete(CallPtr call), enroll_agent_revoke(CallPtr call);
// namespaces.cc
void namespaces_list(CallPtr call), namespace_get(CallPtr call), namespace_put(CallPtr call), namespace_create(CallPtr call);
void namespace_delete(CallPtr call), apikey_create(CallPtr call);
// api_entities.cc
void entity_list(CallPtr call), entity_get(CallPtr call), entity_create(CallPtr call), entity_put(CallPtr call);
void entity_patch(CallPtr call), entity_delete(CallPtr call);
// events.cc
void events_list(CallPtr call), event_get(CallPtr call), event_post(CallPtr call), event_put(CallPtr call), event_delete(CallPtr call);
void event_decisions(CallPtr call), event_metrics(CallPtr call), entity_metrics(CallPtr call);
// api_incidents.cc
void incidents_list_get(CallPtr call), incident_get(CallPtr call);
// api_acknowledge.cc
void event_acknowledge(CallPtr call), event_acknowledge_end(CallPtr call);
// api_trials.cc
void handler_test(CallPtr call), filter_test(CallPtr call), pipeline_test(CallPtr call);
// checks.cc
void check_hook_put(CallPtr call), check_hook_delete(CallPtr call), check_execute(CallPtr call);
// api_silenced.cc
void silenced_list(CallPtr call), silenced_get(CallPtr call), silenced_create(CallPtr call), silenced_put(CallPtr call);
void silenced_by_subscription(CallPtr call), silenced_by_check(CallPtr call);
// users.cc
void users_list(CallPtr call), user_get(CallPtr call), user_create(CallPtr call), user_put(CallPtr call);
void user_disable(CallPtr call), user_reinstate(CallPtr call);
void user_group_add(CallPtr call), user_group_remove(CallPtr call), user_groups_clear(CallPtr call);
void user_password(CallPtr call), user_change_password(CallPtr call), user_reset_password(CallPtr call);
// session.cc
void session_get(CallPtr call), session_open(CallPtr call), session_delete(CallPtr call);
// watch.cc, api_backup.cc
void watch_get(CallPtr call), backup_get(CallPtr call), import_events(CallPtr call), import_apikeys(CallPtr call);

}  // namespace picket
