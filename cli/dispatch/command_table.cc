// cli/dispatch/command_table.cc - the table of commands.
#include "cli/ctl/ctl_commands.h"

#include "cli/verbs/asset_index.h"

#include "cli/show/ctl_resource.h"

namespace picket {
namespace {

using Flags = std::vector<CtlFlag>;

Flags operator+(Flags a, const Flags& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

CtlFlag text(const char* name, char letter, const char* usage, const char* fallback = "") {
  return {name, letter, "string", fallback, usage};
}
CtlFlag needed(const char* name, char letter, const char* usage) { return {name, letter, "string", "", usage, true}; }
CtlFlag texts(const char* name, char letter, const char* usage) { return {name, letter, "strings", "", usage}; }
CtlFlag onoff(const char* name, char letter, const char* usage, const char* fallback = "") { return {name, letter, "", fallback, usage}; }

const char* const kFormatUsage = "format of data returned (\"json\"|\"wrapped-json\"|\"tabular\"|\"yaml\")";

Flags format_flag() { return {text("format", 0, kFormatUsage, "tabular")}; }
Flags confirm_flag() { return {onoff("skip-confirm", 0, "skip interactive confirmation prompt")}; }
Flags interactive_flag() { return {onoff("interactive", 0, "Determines if CLI is in interactive mode")}; }
Flags list_flags() {
  return format_flag() +
      Flags{{"chunk-size", 0, "int", "", "Return large lists in chunks of the given size rather than all at once"},
            text("field-selector", 0, "Only select resources matching this field selector (enterprise only)"),
            text("label-selector", 0, "Only select resources matching this label selector (enterprise only)")};
}
Flags list_all_flags() { return list_flags() + Flags{onoff("all-namespaces", 0, "Include records from all namespaces")}; }

Flags index_flag() { return {text("index", 0, "URL of the asset index", kAssetIndexUrl)}; }

Flags check_create_flags() {
  return Flags{needed("command", 'c', "command of the check"),
               text("cron", 0, "cron schedule of the check, instead of an interval"),
               text("handlers", 0, "comma separated list of handlers for the check's events"),
               text("high-flap-threshold", 0, "flap detection: state change percentage above which the check is flapping"),
               text("interval", 'i', "interval between runs in seconds"),
               text("low-flap-threshold", 0, "flap detection: state change percentage below which it no longer is"),
               text("output-metric-format", 0, "metric format of the check's output"),
               text("output-metric-handlers", 0, "comma separated list of handlers for the output's metrics"),
               text("proxy-entity-name", 0, "proxy entity of the results, if not the agent's own"),
               onoff("publish", 'p', "schedule the check", "true"),
               onoff("round-robin", 0, "run the check on one agent of each subscription in turn"),
               text("runtime-assets", 'r', "comma separated list of assets the check depends on"),
               onoff("stdin", 0, "pass the event to the check on standard input"),
               needed("subscriptions", 's', "comma separated list of subscriptions whose agents run the check"),
               text("timeout", 't', "timeout of a run in seconds"),
               text("ttl", 0, "seconds without a result after which the check fails")} +
      interactive_flag();
}

Flags handler_create_flags() {
  return Flags{text("command", 0, "command to be executed. The event data is passed to the process via STDIN"),
               text("env-vars", 0, "comma separated list of key=value environment variables for the mutator command"),
               text("filters", 0, "comma separated list of filters to use when filtering events for the handler"),
               text("handlers", 0, "comma separated list of handlers to call using the handler set"),
               text("mutator", 'm', "Sensu event mutator (name) to use to mutate event data for the handler"),
               text("runtime-assets", 'r', "comma separated list of assets this handler depends on"),
               text("socket-host", 0, "host of handler socket"),
               text("socket-port", 0, "port of handler socket"),
               text("timeout", 'i', "execution duration timeout in seconds (hard stop)"),
               text("type", 't', "type of handler (pipe, tcp, udp, or set)", "pipe")} +
      interactive_flag();
}

Flags rule_flags() {
  return {texts("verb", 'v', "verbs that apply to the resources contained in the rule"),
          texts("resource", 'r', "resources that the rule applies to"),
          texts("resource-name", 'n', "optional resource names that the rule applies to")};
}

const char* const kDumpDetail =
    "sensuctl dump\n\nDump resources to stdout or a file. Example:\n$ sensuctl dump checks\n\n"
    "The tool also supports naming types by their fully-qualified names:\n$ sensuctl dump core/v2.CheckConfig,core/v2.Entity\n\n"
    "You can also use the 'all' qualifier to dump all supported resources:\n$ sensuctl dump all";
const char* const kDescribeDetail =
    "sensuctl describe-type\n\nDescribe a type by its fully qualified name:\n$ sensuctl describe-type core/v2.CheckConfig\n\n"
    "The command also supports describing types by their short names (for core/v2 types):\n$ sensuctl describe-type checks,handlers\n\n"
    "You can also use the 'all' qualifier to describe all available types:\n$ sensuctl describe-type all";

using Table = std::vector<CtlCommand>;

void add_groups(Table& t) {
  const std::pair<const char*, const char*> groups[] = {
      {"api-key", "Manage API keys"}, {"asset", "Manage assets"}, {"check", "Manage checks"},
      {"cluster", "Manage sensu cluster"}, {"cluster-role", "Manage cluster roles"},
      {"cluster-role-binding", "Manage cluster role bindings"}, {"command", "Manage commands that extend the command line"},
      {"config", "Manage the configuration of the command line"},
      {"enroll", "Manage tokens for agents to enrol with, and the agents that have"},
      {"entity", "Manage entities"}, {"event", "Manage events"}, {"filter", "Manage filters"},
      {"handler", "Manage handlers"}, {"hook", "Manage hooks"}, {"incident", "Show incidents and who was notified of them"}, {"mutator", "Manage mutators"},
      {"migrate", "Move a fleet from Sensu Go"}, {"namespace", "Manage namespaces"}, {"pipeline", "Manage pipelines"}, {"role", "Manage roles"},
      {"role-binding", "Manage role bindings"}, {"silenced", "Manage silences"},
      {"tessen", "Manage tessen configuration"}, {"user", "Manage users"}};
  t.push_back({"", "", "Manage a backend: the sensuctl command line", {}});
  for (const auto& g : groups) t.push_back({g.first, "", g.second, {}});
}

void add_top(Table& t) {
  t.push_back({"completion", "", "Print the completion script for bash, zsh or fish", {}, run_completion, kCtlNoConfig});
  t.push_back(
      {"configure",
       "",
       "Log in to a backend and save its address",
       {text("format", 0, "default output format", "tabular"), onoff("non-interactive", 'n', "take all values from flags, do not prompt"),
        text("password", 0, "password"), text("url", 0, "URL of the backend's API"), text("username", 0, "username")},
       run_configure,
       kCtlNoConfig});
  t.push_back(
      {"create",
       "[-r] [[-f URL] ... ]",
       "Create or replace resources from file or URL (path, file://, http[s]://), or STDIN otherwise.",
       {texts("file", 'f', "Files, directories, or URLs to create resources from"), onoff("recursive", 'r', "Follow subdirectories")},
       run_create_files});
  t.push_back({"delete",
               "[-f FILE]",
               "Delete the resources in a file or on standard input",
               {text("file", 'f', "file with the resources to delete")},
               run_delete_files});
  t.push_back({"describe-type",
               "[RESOURCE TYPE],[RESOURCE TYPE]...",
               "Show the resource types",
               {text("format", 0, "format of data returned (\"wrapped-json\"|\"yaml\")", "tabular")},
               run_describe_type,
               0,
               kDescribeDetail});
  t.push_back({"dump",
               "[RESOURCE TYPE],[RESOURCE TYPE]... [-f FILE]",
               "Print resources as YAML or JSON, as input for create",
               {onoff("all-namespaces", 0, "Include records from all namespaces"), text("file", 'f', "file to dump resources to"),
                text("format", 0, "format of data returned (\"wrapped-json\"|\"yaml\")", "yaml"),
                text("omit", 'o', "when using 'sensuctl dump all', omit can be used to exclude types from being dumped"),
                text("for", 0, "write what sensuctl create of that release takes: 5.11 or 6.9; what it does not know is named")},
               run_dump,
               0,
               kDumpDetail});
  t.push_back({"edit", "[RESOURCE TYPE] [KEY]...", "Edit a resource in an editor", format_flag(), run_edit});
  t.push_back({"env",
               "",
               "Print commands that configure a shell for this backend",
               {text("shell", 0, "shell to print commands for: bash, cmd or powershell")},
               run_env});
  t.push_back({"logout", "", "Log out and delete the tokens", {}, run_logout});
  t.push_back({"version", "", "Print the version", {}, run_version, kCtlNoConfig});
}

Flags migrate_flags(const char* record) {
  return {text("from", 0, "URL of the old backend's API"),
          text("from-api-key", 0, "API key of the old backend"),
          text("from-username", 0, "user of the old backend", "admin"),
          text("from-password", 0, "his password there"),
          text("from-trusted-ca-file", 0, "authorities of the old backend's certificate, PEM"),
          onoff("from-insecure-skip-tls-verify", 0, "trust any certificate of the old backend"),
          text("record", 0, record)};
}
Flags migrate_users_flags() {
  return {text("users", 0, "file of the users with their hashes: what etcdctl get --prefix /sensu.io/users --print-value-only prints"),
          text("etcd", 0, "URL of the old machine's etcd, to read them from, like http://127.0.0.1:2379")};
}

void add_migrate(Table& t) {
  const char* write = "file to keep all that the old backend said, for check";
  t.push_back({"migrate plan", "--from URL", "say what of an old backend is carried, what not and why, and which agents would be refused",
               migrate_flags(write) + migrate_users_flags(), run_migrate_plan, kCtlNoConfig});
  t.push_back({"migrate run", "--from URL", "carry definitions, users, keys, silences, events and countdowns over; may be repeated",
               migrate_flags(write) + migrate_users_flags() +
                   Flags{{"grace", 0, "duration", "10m", "nobody who is carried counts as silent for so long"}},
               run_migrate_run});
  t.push_back({"migrate check", "--record FILE | --from URL", "compare this backend with the old one, host by host",
               migrate_flags("file that plan or run has kept"), run_migrate_check});
}

void add_own(Table& t) {  // what sensuctl has not
  t.push_back({"apply",
               "FILE|DIR|URL...",
               "Create, update and prune resources to match files, and show the differences",
               {onoff("check", 0, "only validate the files, without a backend; status 1 if a definition is invalid"),
                onoff("dry-run", 0, "show the changes without writing them"),
                onoff("prune", 0, "delete resources of this set that are no longer in any file"),
                onoff("skip-refused", 0, "write the rest if some definitions are invalid"),
                text("set", 0, "name of the set, stored in the label picket.io/set", "default")},
               run_apply,
               kCtlCheckNoConfig});
  t.push_back({"backup", "FILE", "Back up the database of the running backend to a file", {}, run_backup});
  t.push_back({"restore",
               "FILE",
               "Restore a backup to the state directory of a stopped backend",
               {text("state-dir", 0, "state directory of the backend; empty = system default"),
                onoff("force", 0, "restore even if it is unknown whether a backend is using the database")},
               run_restore,
               kCtlNoConfig});
  t.push_back({"doctor",
               "",
               "Diagnose configuration, ports, clocks, certificates, disks and alerting",
               {onoff("json", 0, "print all findings as JSON")},
               run_doctor,
               kCtlNoConfig});
  for (CtlCommand& c : alerting_commands(format_flag())) t.push_back(std::move(c));
  t.push_back({"event follow", "", "print events as they change, until interrupted",
               format_flag() + Flags{onoff("all-namespaces", 0, "Include records from all namespaces")}, run_event_follow});
}

void add_config(Table& t) {
  t.push_back({"config set-format", "[FORMAT]", "Set format for active profile", {}, run_config_set_format, kCtlNoConfig});
  t.push_back({"config set-namespace", "[NAMESPACE]", "Set namespace for active profile", {}, run_config_set_namespace, kCtlNoConfig});
  t.push_back(
      {"config set-timeout", "[TIMEOUT]", "Set request timeout for active profile, e.g. 15s", {}, run_config_set_timeout, kCtlNoConfig});
  t.push_back({"config view", "", "Show the active configuration", format_flag(), run_config_view, kCtlNoConfig});
}

void add_check(Table& t) {
  t.push_back({"check create", "[NAME]", "create new checks", check_create_flags(), run_create});
  t.push_back({"check delete", "[NAME]", "delete checks given name", confirm_flag(), run_delete});
  t.push_back({"check execute", "[NAME]", "request a check execution",
               Flags{text("reason", 'r', "reason for the execution"),
                     text("subscriptions", 's', "comma separated list of subscriptions to run it on instead of the check's own")} +
                   interactive_flag(),
               run_check_execute});
  t.push_back({"check info", "[ID]", "show detailed check information", format_flag(), run_info});
  t.push_back({"check list", "", "list checks", list_all_flags(), run_list});
  t.push_back({"check remove-hook", "[CHECKNAME] [TYPE] [HOOKNAME]", "removes a hook from a check", {}, run_check_remove_hook});
  t.push_back({"check set-hooks", "[CHECKNAME]", "set hooks of a check",
               Flags{needed("hooks", 'k', "comma separated list of hooks to run"),
                     needed("type", 't', "check result that triggers the hooks: ok, warning, critical, unknown, non-zero or a status")} +
                   interactive_flag(),
               run_check_set_hooks});
  t.push_back({"check set-proxy-requests",
               "[NAME]",
               "set proxy requests for a check from file or stdin",
               {text("file", 'f', "file with the proxy requests (YAML or JSON)")},
               run_check_set_proxy_requests});
  t.push_back({"check set-subdue",
               "[NAME]",
               "set the time windows in which a check is not run, from file or stdin",
               {text("file", 'f', "file with the time windows (YAML or JSON)")},
               run_window_set});
  t.push_back({"check remove-subdue", "[NAME]", "remove the time windows from a check", {}, run_window_remove});
  t.push_back({"check update", "[NAME]", "update checks", {}, run_update});
  const std::pair<const char*, const char*> removes[] = {
      {"check remove-handlers", "removes handlers from a check"},
      {"check remove-high-flap-threshold", "removes high flap threshold from a check"},
      {"check remove-low-flap-threshold", "removes low flap threshold from a check"},
      {"check remove-output-metric-format", "removes output metric format from a check"},
      {"check remove-output-metric-handlers", "removes output metric handlers from a check"},
      {"check remove-proxy-entity-name", "removes proxy entity name from a check"},
      {"check remove-proxy-requests", "removes proxy requests from a check"},
      {"check remove-runtime-assets", "removes runtime assets from a check"},
      {"check remove-timeout", "removes timeout from a check"},
      {"check remove-ttl", "removes ttl from a check"}};
  for (const auto& r : removes) t.push_back({r.first, "[NAME]", r.second, {}, run_check_remove});
  const std::pair<const char*, const char*> sets[] = {
      {"check set-command", "set command of a check"},
      {"check set-cron", "set cron of a check"},
      {"check set-handlers", "set handlers of a check"},
      {"check set-high-flap-threshold", "set high flap threshold of a check"},
      {"check set-interval", "set interval of a check"},
      {"check set-low-flap-threshold", "set low flap threshold of a check"},
      {"check set-output-metric-format", "set output-metric-format of a check"},
      {"check set-output-metric-handlers", "set output metric handlers of a check"},
      {"check set-proxy-entity-name", "set proxy entity name of a check"},
      {"check set-publish", "set publish of a check"},
      {"check set-round-robin", "set round robin to true or false"},
      {"check set-runtime-assets", "set runtime assets of a check"},
      {"check set-stdin", "set stdin of a check"},
      {"check set-subscriptions", "set subscriptions of a check"},
      {"check set-timeout", "set timeout of a check"},
      {"check set-ttl", "set ttl of a check"}};
  for (const auto& s : sets) t.push_back({s.first, "[NAME] [VALUE]", s.second, {}, run_check_set});
}

void add_entity_and_event(Table& t) {
  t.push_back({"entity create", "[NAME]", "create an entity",
               Flags{needed("entity-class", 'c', "entity class: proxy or agent"),
                     text("subscriptions", 's', "comma separated list of subscriptions")} +
                   interactive_flag(),
               run_create});
  t.push_back({"entity delete", "[NAME]", "delete an entity and its events", confirm_flag(), run_delete});
  t.push_back({"entity info", "[ID]", "show an entity", format_flag(), run_info});
  t.push_back({"entity list", "", "list entities", list_all_flags(), run_list});
  t.push_back({"entity update", "[ID]", "update an entity interactively", {}, run_update});
  t.push_back({"event delete", "[ENTITY] [CHECK]", "delete events", confirm_flag(), run_event_delete});
  t.push_back({"event info", "[ENTITY] [CHECK]", "show detailed event information", format_flag(), run_event_info});
  t.push_back({"event list", "", "list events", list_all_flags(), run_list});
  t.push_back({"event resolve", "[ENTITY] [CHECK]", "resolve an event manually", {}, run_event_resolve});
}

void add_pipeline_parts(Table& t) {
  t.push_back({"asset add", "[NAMESPACE/NAME][:VERSION]", "add an asset from the asset index",
               Flags{text("rename", 'r', "name to save the asset under")} + index_flag(), run_asset_add});
  t.push_back(
      {"asset outdated", "", "list assets with a newer version in the asset index", list_all_flags() + index_flag(), run_asset_outdated});
  t.push_back({"asset create", "[NAME]", "create an asset",
               Flags{texts("filter", 0, "expression that selects the entities the asset is for"),
                     needed("sha512", 0, "SHA-512 of the archive"), needed("url", 'u', "URL of the asset's archive")} +
                   interactive_flag(),
               run_create});
  t.push_back({"asset delete", "[NAME]", "delete an asset", confirm_flag(), run_delete});
  t.push_back({"asset info", "[NAME]", "show detailed information on given asset", format_flag(), run_info});
  t.push_back({"asset list", "", "list assets", list_all_flags(), run_list});
  t.push_back({"asset update", "[NAME]", "update an asset interactively", {}, run_update});
  t.push_back({"filter create", "[NAME]", "create a filter",
               Flags{needed("action", 'a', "action for matching events: allow or deny"),
                     needed("expressions", 's', "comma separated list of expressions; an event matches if all are true")} +
                   interactive_flag(),
               run_create});
  t.push_back({"filter delete", "[NAME]", "delete a filter", confirm_flag(), run_delete});
  t.push_back({"filter set-when",
               "[NAME]",
               "set the time windows in which a filter applies, from file or stdin",
               {text("file", 'f', "file with the time windows (YAML or JSON)")},
               run_window_set});
  t.push_back({"filter remove-when", "[NAME]", "remove the time windows from a filter", {}, run_window_remove});
  t.push_back({"filter info", "[NAME]", "show a filter", format_flag(), run_info});
  t.push_back({"filter list", "", "list filters", list_all_flags(), run_list});
  t.push_back({"filter update", "[NAME]", "update a filter interactively", {}, run_update});
  t.push_back({"handler create", "[NAME]", "create new handlers", handler_create_flags(), run_create});
  t.push_back({"handler delete", "[NAME]", "delete a handler", confirm_flag(), run_delete});
  t.push_back({"handler info", "[ID]", "show a handler", format_flag(), run_info});
  t.push_back({"handler list", "", "list handlers", list_all_flags(), run_list});
  t.push_back({"handler update", "[NAME]", "update a handler interactively", {}, run_update});
  t.push_back({"hook create", "[NAME]", "create a hook",
               Flags{needed("command", 'c', "command of the hook"), onoff("stdin", 's', "pass the event to the hook on standard input"),
                     text("timeout", 't', "timeout of a run in seconds", "60")} +
                   interactive_flag(),
               run_create});
  t.push_back({"hook delete", "[NAME]", "delete a hook", confirm_flag(), run_delete});
  t.push_back({"hook info", "[ID]", "show a hook", format_flag(), run_info});
  t.push_back({"hook list", "", "list hooks", list_all_flags(), run_list});
  t.push_back({"hook update", "[NAME]", "update a hook interactively", {}, run_update});
  t.push_back(
      {"mutator create", "[NAME]", "create a mutator",
       Flags{text("command", 'c', "command to be executed. The event data is passed to the process via STDIN"),
             text("env-vars", 0, "comma separated list of key=value environment variables for the mutator command"),
             text("eval", 0, "script of a javascript mutator"),
             text("runtime-assets", 'r', "comma separated list of assets the mutator depends on"),
             text("timeout", 't', "execution duration timeout in seconds (hard stop)"), text("type", 0, "pipe or javascript", "pipe")} +
           interactive_flag(),
       run_create});
  t.push_back({"mutator delete", "[NAME]", "delete a mutator", confirm_flag(), run_delete});
  t.push_back({"mutator info", "[NAME]", "show a mutator", format_flag(), run_info});
  t.push_back({"mutator list", "", "list mutators", list_all_flags(), run_list});
  t.push_back({"mutator update", "[NAME]", "update a mutator interactively", {}, run_update});
  t.push_back({"pipeline delete", "[PIPELINE]", "delete a pipeline", confirm_flag(), run_delete});
  t.push_back({"pipeline info", "[PIPELINE]", "show a pipeline", format_flag(), run_info});
  t.push_back({"pipeline list", "", "list pipelines", list_all_flags(), run_list});
}

void add_silenced(Table& t) {
  Flags which = {text("check", 'c', "check to silence"), text("subscription", 's', "subscription to silence")};
  Flags when = {text("begin", 'b', "start: now, +2h, 22:00, 2026-12-01 22:00, 2006-01-02T15:04:05Z, or Jan 02 2006 3:04PM MST", "0"),
                text("expire", 'e', "when it ends: seconds, a span (1h, 2d) or a time (06:00, 2026-12-01 22:00); -1 = never", "-1"),
                onoff("expire-on-resolve", 'x', "expire when the check resolves")};
  t.push_back({"silenced create", "", "silence a check, a subscription, or a check of a subscription",
               which + when + Flags{needed("reason", 'r', "reason for the silence")} + interactive_flag(), run_silenced_create});
  t.push_back({"silenced delete", "[NAME]", "delete a silence",
               Flags{text("check", 'c', "silenced check"), text("subscription", 's', "silenced subscription")} + confirm_flag(),
               run_silenced_delete});
  t.push_back({"silenced info", "[Name]", "show a silence",
               Flags{text("check", 'c', "silenced check", "*"), text("subscription", 's', "silenced subscription", "*")} + format_flag(),
               run_silenced_info});
  t.push_back({"silenced list", "", "list silences",
               Flags{text("check", 'c', "silenced check"), text("subscription", 's', "silenced subscription")} + list_all_flags(),
               run_silenced_list});
  t.push_back({"silenced update", "[NAME]", "update a silence interactively", which, run_silenced_update});
}

void add_rbac(Table& t) {
  const char* role_usage = "[NAME] --verb=VERBS --resource=RESOURCES [--resource-name=RESOURCE_NAMES]";
  t.push_back({"cluster-role create", role_usage, "create a new cluster role with a single rule", rule_flags(), run_role_create});
  t.push_back({"cluster-role delete", "[NAME]", "delete a cluster role", confirm_flag(), run_named_delete});
  t.push_back({"cluster-role info", "[NAME]", "show the rules of a cluster role", format_flag(), run_named_info});
  t.push_back({"cluster-role list", "", "list cluster roles", list_flags(), run_list});
  t.push_back({"cluster-role-binding create",
               "[NAME] --cluster-role=NAME [--user=username] [--group=groupname]",
               "bind users and groups to a cluster role in all namespaces",
               {text("cluster-role", 'c', "cluster role to bind"), texts("group", 'g', "groups to bind to the role"),
                texts("user", 'u', "users to bind to the role")},
               run_binding_create});
  t.push_back({"cluster-role-binding delete", "[NAME]", "delete a cluster role binding", confirm_flag(), run_named_delete});
  t.push_back({"cluster-role-binding info", "[NAME]", "show a cluster role binding", format_flag(), run_named_info});
  t.push_back({"cluster-role-binding list", "", "list cluster role bindings", list_flags(), run_list});
  t.push_back({"role create", role_usage, "create a new role with a single rule", rule_flags(), run_role_create});
  t.push_back({"role delete", "[NAME]", "delete a role", confirm_flag(), run_named_delete});
  t.push_back({"role info", "[NAME]", "show the rules of a role", format_flag(), run_named_info});
  t.push_back({"role list", "", "list roles", list_all_flags(), run_list});
  t.push_back(
      {"role-binding create",
       "[NAME] --cluster-role=NAME|--role=NAME [--user=username] [--group=groupname]",
       "bind users and groups to a role in the namespace",
       {text("cluster-role", 'c', "cluster role to bind, in this namespace only"), texts("group", 'g', "groups to bind to the role"),
        text("role", 'r', "role to bind"), texts("user", 'u', "users to bind to the role")},
       run_binding_create});
  t.push_back({"role-binding delete", "[NAME]", "delete a role binding", confirm_flag(), run_named_delete});
  t.push_back({"role-binding info", "[NAME]", "show a role binding", format_flag(), run_named_info});
  t.push_back({"role-binding list", "", "list role bindings", list_all_flags(), run_list});
}

void add_users(Table& t) {
  t.push_back({"api-key grant", "[USERNAME]", "grant new api-key", {}, run_api_key_grant});
  t.push_back({"api-key info", "[NAME]", "show an api-key", format_flag(), run_info});
  t.push_back({"api-key list", "", "list api-keys", list_all_flags(), run_list});
  t.push_back({"api-key revoke", "[NAME]", "revoke api-key given name", confirm_flag(), run_delete});
  t.push_back({"namespace create", "[NAME]", "create a namespace", interactive_flag(), run_namespace_create});
  t.push_back({"namespace delete", "[NAMESPACE]", "delete an empty namespace", confirm_flag(), run_delete});
  t.push_back({"namespace list", "", "list namespaces", list_flags(), run_list});
  t.push_back({"user add-group", "[USERNAME] [GROUP]", "add a user to a group", {}, run_user_add_group});
  t.push_back({"user change-password", "[USERNAME]", "change password for given user",
               Flags{text("current-password", 'c', "current password"), needed("new-password", 'p', "new password")} + interactive_flag(),
               run_user_change_password});
  t.push_back(
      {"user create", "[NAME]", "create a user",
       Flags{text("groups", 'g', "comma separated list of the user's groups"), needed("password", 'p', "password")} + interactive_flag(),
       run_user_create});
  t.push_back({"user disable", "[USERNAME]", "disable a user", confirm_flag(), run_user_disable});
  t.push_back(
      {"user hash-password", "[PASSWORD]", "print the hash of a password, for password_hash", {}, run_user_hash_password, kCtlNoConfig});
  t.push_back({"user list", "", "list users", list_flags(), run_list});
  t.push_back({"user reinstate", "[USERNAME]", "reinstate a disabled user", {}, run_user_reinstate});
  t.push_back({"user remove-group", "[USERNAME] [group]", "remove a user from a group", {}, run_user_remove_group});
  t.push_back({"user remove-groups", "USERNAME", "remove a user from all groups", {}, run_user_remove_groups});
  t.push_back({"user reset-password", "[USERNAME]", "reset a user's password, without the current one",
               Flags{text("new-password", 'p', "new password")} + interactive_flag(), run_user_reset_password});
  t.push_back({"user set-groups", "USERNAME GROUP1[,GROUP2, ...[,GROUPN]]", "set the groups of a user", {}, run_user_set_groups});
  t.push_back({"user test-creds", "[NAME]", "test the credentials of a user",
               Flags{needed("password", 'p', "password")} + interactive_flag(), run_user_test_creds});
}

void add_command(Table& t) {
  t.push_back(
      {"command install", "[ALIAS] [NAMESPACE/NAME][:VERSION]", "install a command from the asset index or a URL",
       Flags{text("checksum", 0, "SHA-512 of the archive at the URL"), text("url", 0, "URL of the command's archive")} + index_flag(),
       run_command_install, kCtlNoConfig});
  t.push_back({"command exec", "[ALIAS] [ARGUMENT]...", "run an installed command", {}, run_command_exec, kCtlWordsAfter});
  t.push_back({"command list", "", "list installed commands", format_flag(), run_command_list, kCtlNoConfig});
  t.push_back({"command delete", "[ALIAS]", "delete an installed command", {}, run_command_delete, kCtlNoConfig});
}

void add_cluster(Table& t) {
  t.push_back({"cluster health", "", "get sensu health status", format_flag(), run_cluster_health});
  t.push_back({"cluster id", "", "print the cluster ID", {}, run_cluster_id});
  t.push_back({"cluster member-add",
               "[NAME] [PEER-ADDRS]",
               "add cluster member to an existing cluster, with comma-separated peer addresses",
               {},
               run_member_add});
  t.push_back({"cluster member-list", "", "list cluster members", format_flag(), run_member_list});
  t.push_back({"cluster member-remove", "[ID]", "remove cluster member by ID", {}, run_member_remove});
  t.push_back({"cluster member-update",
               "[ID] [PEER_ADDRS]",
               "update cluster member by ID with comma-separated peer addresses",
               {},
               run_member_update});
  t.push_back({"tessen info", "", "show tessen configuration", format_flag(), run_tessen_info});
  t.push_back({"tessen opt-in", "", "opt-in to the tessen call home service", {}, run_tessen_opt_in});
  t.push_back({"tessen opt-out", "", "opt-out to the tessen call home service", confirm_flag(), run_tessen_opt_out});
}

}  // namespace

std::vector<CtlCommand> ctl_commands() {
  Table t;
  add_groups(t);
  add_top(t);
  add_own(t);
  add_migrate(t);
  add_config(t);
  add_check(t);
  add_entity_and_event(t);
  add_pipeline_parts(t);
  add_silenced(t);
  add_rbac(t);
  add_users(t);
  for (CtlCommand& c : enroll_commands()) t.push_back(std::move(c));
  add_command(t);
  add_cluster(t);
  return t;
}

}  // namespace picket
