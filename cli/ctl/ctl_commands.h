// cli/ctl/ctl_commands.h - the functions of the rows of the command table (command_table.cc).
#pragma once
#include "cli/ctl/ctl.h"

namespace picket {

// Rows of their own file (alerting_commands.cc); `format`: the flag of that name.
std::vector<CtlCommand> alerting_commands(const std::vector<CtlFlag>& format);

Status run_api_key_grant(Ctl& ctl);
Status run_apply(Ctl& ctl);
Status run_asset_add(Ctl& ctl);
Status run_asset_outdated(Ctl& ctl);
Status run_backup(Ctl& ctl);
Status run_binding_create(Ctl& ctl);
Status run_check_execute(Ctl& ctl);
Status run_check_remove(Ctl& ctl);
Status run_check_remove_hook(Ctl& ctl);
Status run_check_set(Ctl& ctl);
Status run_check_set_hooks(Ctl& ctl);
Status run_check_set_proxy_requests(Ctl& ctl);
Status run_cluster_health(Ctl& ctl);
Status run_cluster_id(Ctl& ctl);
Status run_command_delete(Ctl& ctl);
Status run_command_exec(Ctl& ctl);
Status run_command_install(Ctl& ctl);
Status run_command_list(Ctl& ctl);
Status run_completion(Ctl& ctl);
Status run_config_set_format(Ctl& ctl);
Status run_config_set_namespace(Ctl& ctl);
Status run_config_set_timeout(Ctl& ctl);
Status run_config_view(Ctl& ctl);
Status run_configure(Ctl& ctl);
Status run_create_files(Ctl& ctl);
Status run_delete_files(Ctl& ctl);
Status run_describe_type(Ctl& ctl);
Status run_doctor(Ctl& ctl);
Status run_dump(Ctl& ctl);
Status run_edit(Ctl& ctl);
std::vector<CtlCommand> enroll_commands();  // rows of nouns/ctl_enroll.cc
Status run_env(Ctl& ctl);
Status run_event_ack(Ctl& ctl);
Status run_event_delete(Ctl& ctl);
Status run_event_explain(Ctl& ctl);
Status run_event_follow(Ctl& ctl);
Status run_event_info(Ctl& ctl);
Status run_event_resolve(Ctl& ctl);
Status run_incident_info(Ctl& ctl);
Status run_incident_list(Ctl& ctl);
Status run_logout(Ctl& ctl);
Status run_member_add(Ctl& ctl);
Status run_member_list(Ctl& ctl);
Status run_member_remove(Ctl& ctl);
Status run_member_update(Ctl& ctl);
Status run_migrate_check(Ctl& ctl);
Status run_migrate_plan(Ctl& ctl);
Status run_migrate_run(Ctl& ctl);
Status run_named_delete(Ctl& ctl);
Status run_named_info(Ctl& ctl);
Status run_namespace_create(Ctl& ctl);
Status run_restore(Ctl& ctl);
Status run_role_create(Ctl& ctl);
Status run_silenced_create(Ctl& ctl);
Status run_silenced_delete(Ctl& ctl);
Status run_silenced_info(Ctl& ctl);
Status run_silenced_list(Ctl& ctl);
Status run_silenced_update(Ctl& ctl);
Status run_tessen_info(Ctl& ctl);
Status run_tessen_opt_in(Ctl& ctl);
Status run_tessen_opt_out(Ctl& ctl);
Status run_trial(Ctl& ctl);
Status run_user_add_group(Ctl& ctl);
Status run_user_change_password(Ctl& ctl);
Status run_user_create(Ctl& ctl);
Status run_user_disable(Ctl& ctl);
Status run_user_hash_password(Ctl& ctl);
Status run_user_reinstate(Ctl& ctl);
Status run_user_remove_group(Ctl& ctl);
Status run_user_remove_groups(Ctl& ctl);
Status run_user_reset_password(Ctl& ctl);
Status run_user_set_groups(Ctl& ctl);
Status run_user_test_creds(Ctl& ctl);
Status run_version(Ctl& ctl);
Status run_window_remove(Ctl& ctl);
Status run_window_set(Ctl& ctl);

}  // namespace picket
