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
               text("handlers", 0, "handlers told of the check's events, with commas between them"),
               text("high-flap-threshold", 0, "percent of changes from which on the check is flapping"),
               text("interval", 'i', "seconds between two runs"),
               text("low-flap-threshold", 0, "percent of changes below which it is no more"),
               text("output-metric-format", 0, "format of the metrics in the output"),
               text("output-metric-handlers", 0, "handlers given the metrics of the output, with commas between them"),
               text("proxy-entity-name", 0, "entity the results belong to, when it is not the agent's"),
               onoff("publish", 'p', "run the check by its schedule", "true"),
               onoff("round-robin", 0, "let one agent of each subscription run it, in turn"),
               text("runtime-assets", 'r', "assets the check needs, with commas between them"),
               onoff("stdin", 0, "give the check the event on its standard input"),
               needed("subscriptions", 's', "subscriptions whose agents run the check, with commas between them"),
               text("timeout", 't', "seconds a run may take"),
               text("ttl", 0, "seconds after which a missing result is a failure")} +
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
      {"api-key", "Keys for programs"}, {"asset", "Archives with programs for checks and handlers"}, {"check", "Manage checks"},
      {"cluster", "Manage sensu cluster"}, {"cluster-role", "Rights that hold in every namespace"},
      {"cluster-role-binding", "Who has which role everywhere"}, {"command", "Manage programs that extend the command line"},
      {"config", "What this command line remembers"},
      {"entity", "What is watched"}, {"event", "What checks have found"}, {"filter", "Which events reach a handler"},
      {"handler", "What is done about events"}, {"hook", "Commands run after a check, by its outcome"}, {"mutator", "What changes events for a handler"},
      {"namespace", "Parts of the backend that do not see each other"}, {"pipeline", "Filters, mutators and handlers in a row"}, {"role", "Rights within a namespace"},
      {"role-binding", "Who has which role in a namespace"}, {"silenced", "What nobody is told of for now"},
      {"tessen", "Manage tessen configuration"}, {"user", "Who may log in"}};
  t.push_back({"", "", "Looks at and changes what a backend knows", {}});
  for (const auto& g : groups) t.push_back({g.first, "", g.second, {}});
}

void add_top(Table& t) {
  t.push_back({"completion", "", "Print the completion script for bash, zsh or fish", {}, run_completion, kCtlNoConfig});
  t.push_back({"configure",
               "",
               "Log in to a backend and keep its address",
               {text("format", 0, "format to print in from now on", "tabular"),
                onoff("non-interactive", 'n', "ask nothing, take everything from flags"), text("password", 0, "password"),
                text("url", 0, "URL of the backend's API"), text("username", 0, "username")},
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
               "Delete what a file or standard input names",
               {text("file", 'f', "file that names what to delete")},
               run_delete_files});
  t.push_back({"describe-type",
               "[RESOURCE TYPE],[RESOURCE TYPE]...",
               "Say what types of resources there are",
               {text("format", 0, "format of data returned (\"wrapped-json\"|\"yaml\")", "tabular")},
               run_describe_type,
               0,
               kDescribeDetail});
  t.push_back({"dump",
               "[RESOURCE TYPE],[RESOURCE TYPE]... [-f FILE]",
               "Write resources as create reads them, as YAML or JSON",
               {onoff("all-namespaces", 0, "Include records from all namespaces"), text("file", 'f', "file to dump resources to"),
                text("format", 0, "format of data returned (\"wrapped-json\"|\"yaml\")", "yaml"),
                text("omit", 'o', "when using 'sensuctl dump all', omit can be used to exclude types from being dumped")},
               run_dump,
               0,
               kDumpDetail});
  t.push_back({"edit", "[RESOURCE TYPE] [KEY]...", "Change a resource in an editor", format_flag(), run_edit});
  t.push_back({"env",
               "",
               "Print the commands that give a shell our configuration",
               {text("shell", 0, "shell the commands are for: bash, cmd or powershell")},
               run_env});
  t.push_back({"logout", "", "Log out and forget the tokens", {}, run_logout});
  t.push_back({"version", "", "Print which version this is", {}, run_version, kCtlNoConfig});
}

// What sensuctl has not.
void add_own(Table& t) {
  t.push_back({"apply",
               "FILE|DIR|URL...",
               "make the backend hold what files say, and show the difference",
               {onoff("dry-run", 0, "show what would change and write nothing"),
                onoff("prune", 0, "delete what an earlier apply of this set wrote and no file has any more"),
                text("set", 0, "name of what these files are: the value of the label picket.io/set", "default")},
               run_apply});
  t.push_back({"backup", "FILE", "save the whole store of the running backend to a file", {}, run_backup});
  t.push_back({"restore",
               "FILE",
               "put a backup into the state directory of a backend that does not run",
               {text("state-dir", 0, "state directory of the backend; the system's place when empty"),
                onoff("force", 0, "also where it cannot be seen whether a backend uses the store")},
               run_restore,
               kCtlNoConfig});
  t.push_back(
      {"doctor", "", "look at configuration, ports, clocks, certificates and disk, and say what to do", {}, run_doctor, kCtlNoConfig});
  t.push_back({"event explain", "[ENTITY] [CHECK]", "say which handlers an event went to, and why not to the others", format_flag(),
               run_event_explain});
  t.push_back({"event follow", "", "print events as they change, until interrupted",
               format_flag() + Flags{onoff("all-namespaces", 0, "Include records from all namespaces")}, run_event_follow});
}

void add_config(Table& t) {
  t.push_back({"config set-format", "[FORMAT]", "Set format for active profile", {}, run_config_set_format, kCtlNoConfig});
  t.push_back({"config set-namespace", "[NAMESPACE]", "Set namespace for active profile", {}, run_config_set_namespace, kCtlNoConfig});
  t.push_back({"config set-timeout", "[TIMEOUT]", "keep how long an answer may take, like 15s", {}, run_config_set_timeout, kCtlNoConfig});
  t.push_back({"config view", "", "Show what is configured now", format_flag(), run_config_view, kCtlNoConfig});
}

void add_check(Table& t) {
  t.push_back({"check create", "[NAME]", "create new checks", check_create_flags(), run_create});
  t.push_back({"check delete", "[NAME]", "delete checks given name", confirm_flag(), run_delete});
  t.push_back({"check execute", "[NAME]", "request a check execution",
               Flags{text("reason", 'r', "why it is run now"),
                     text("subscriptions", 's', "run it there instead of where the check says, with commas between them")} +
                   interactive_flag(),
               run_check_execute});
  t.push_back({"check info", "[ID]", "show detailed check information", format_flag(), run_info});
  t.push_back({"check list", "", "list checks", list_all_flags(), run_list});
  t.push_back({"check remove-hook", "[CHECKNAME] [TYPE] [HOOKNAME]", "removes a hook from a check", {}, run_check_remove_hook});
  t.push_back({"check set-hooks", "[CHECKNAME]", "set hooks of a check",
               Flags{needed("hooks", 'k', "hooks to run, with commas between them"),
                     needed("type", 't', "outcome it runs after: ok, warning, critical, unknown, non-zero or a status")} +
                   interactive_flag(),
               run_check_set_hooks});
  t.push_back({"check set-proxy-requests",
               "[NAME]",
               "set proxy requests for a check from file or stdin",
               {text("file", 'f', "file with the proxy requests, YAML or JSON")},
               run_check_set_proxy_requests});
  t.push_back({"check set-subdue",
               "[NAME]",
               "set the time windows in which a check rests, from file or stdin",
               {text("file", 'f', "file with the time windows, YAML or JSON")},
               run_window_set});
  t.push_back({"check remove-subdue", "[NAME]", "removes the time windows from a check", {}, run_window_remove});
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
  t.push_back({"entity create", "[NAME]", "create an entity by hand",
               Flags{needed("entity-class", 'c', "proxy or agent"), text("subscriptions", 's', "subscriptions, with commas between them")} +
                   interactive_flag(),
               run_create});
  t.push_back({"entity delete", "[NAME]", "delete an entity and its events", confirm_flag(), run_delete});
  t.push_back({"entity info", "[ID]", "show an entity", format_flag(), run_info});
  t.push_back({"entity list", "", "list entities", list_all_flags(), run_list});
  t.push_back({"entity update", "[ID]", "change an entity, asked field by field", {}, run_update});
  t.push_back({"event delete", "[ENTITY] [CHECK]", "delete events", confirm_flag(), run_event_delete});
  t.push_back({"event info", "[ENTITY] [CHECK]", "show detailed event information", format_flag(), run_event_info});
  t.push_back({"event list", "", "list events", list_all_flags(), run_list});
  t.push_back({"event resolve", "[ENTITY] [CHECK]", "set an event to well by hand", {}, run_event_resolve});
}

void add_pipeline_parts(Table& t) {
  t.push_back({"asset add", "[NAMESPACE/NAME][:VERSION]", "write the definition of an asset that the asset index has",
               Flags{text("rename", 'r', "name of the asset here")} + index_flag(), run_asset_add});
  t.push_back({"asset outdated", "", "list assets of which the asset index has a newer version", list_all_flags() + index_flag(),
               run_asset_outdated});
  t.push_back({"asset create", "[NAME]", "create an asset",
               Flags{texts("filter", 0, "expression that is true of an entity the asset is for"),
                     needed("sha512", 0, "SHA-512 of the archive"), needed("url", 'u', "where the asset's archive is")} +
                   interactive_flag(),
               run_create});
  t.push_back({"asset delete", "[NAME]", "delete an asset", confirm_flag(), run_delete});
  t.push_back({"asset info", "[NAME]", "show detailed information on given asset", format_flag(), run_info});
  t.push_back({"asset list", "", "list assets", list_all_flags(), run_list});
  t.push_back({"asset update", "[NAME]", "change an asset, asked field by field", {}, run_update});
  t.push_back({"filter create", "[NAME]", "create a filter",
               Flags{needed("action", 'a', "what becomes of events it means: allow or deny"),
                     needed("expressions", 's', "expressions that are all true of an event the filter means, with commas between them")} +
                   interactive_flag(),
               run_create});
  t.push_back({"filter delete", "[NAME]", "delete a filter", confirm_flag(), run_delete});
  t.push_back({"filter set-when",
               "[NAME]",
               "set the time windows in which a filter works, from file or stdin",
               {text("file", 'f', "file with the time windows, YAML or JSON")},
               run_window_set});
  t.push_back({"filter remove-when", "[NAME]", "removes the time windows from a filter", {}, run_window_remove});
  t.push_back({"filter info", "[NAME]", "show a filter", format_flag(), run_info});
  t.push_back({"filter list", "", "list filters", list_all_flags(), run_list});
  t.push_back({"filter update", "[NAME]", "change a filter, asked field by field", {}, run_update});
  t.push_back({"handler create", "[NAME]", "create new handlers", handler_create_flags(), run_create});
  t.push_back({"handler delete", "[NAME]", "delete a handler", confirm_flag(), run_delete});
  t.push_back({"handler info", "[ID]", "show a handler", format_flag(), run_info});
  t.push_back({"handler list", "", "list handlers", list_all_flags(), run_list});
  t.push_back({"handler update", "[NAME]", "change a handler, asked field by field", {}, run_update});
  t.push_back({"hook create", "[NAME]", "create a hook",
               Flags{needed("command", 'c', "command of the hook"), onoff("stdin", 's', "give the hook the event on its standard input"),
                     text("timeout", 't', "seconds a run may take", "60")} +
                   interactive_flag(),
               run_create});
  t.push_back({"hook delete", "[NAME]", "delete a hook", confirm_flag(), run_delete});
  t.push_back({"hook info", "[ID]", "show a hook", format_flag(), run_info});
  t.push_back({"hook list", "", "list hooks", list_all_flags(), run_list});
  t.push_back({"hook update", "[NAME]", "change a hook, asked field by field", {}, run_update});
  t.push_back(
      {"mutator create", "[NAME]", "create a mutator",
       Flags{text("command", 'c', "command to be executed. The event data is passed to the process via STDIN"),
             text("env-vars", 0, "comma separated list of key=value environment variables for the mutator command"),
             text("eval", 0, "the script of a javascript mutator"),
             text("runtime-assets", 'r', "assets the mutator needs, with commas between them"),
             text("timeout", 't', "execution duration timeout in seconds (hard stop)"), text("type", 0, "pipe or javascript", "pipe")} +
           interactive_flag(),
       run_create});
  t.push_back({"mutator delete", "[NAME]", "delete a mutator", confirm_flag(), run_delete});
  t.push_back({"mutator info", "[NAME]", "show a mutator", format_flag(), run_info});
  t.push_back({"mutator list", "", "list mutators", list_all_flags(), run_list});
  t.push_back({"mutator update", "[NAME]", "change a mutator, asked field by field", {}, run_update});
  t.push_back({"pipeline delete", "[PIPELINE]", "delete a pipeline", confirm_flag(), run_delete});
  t.push_back({"pipeline info", "[PIPELINE]", "show a pipeline", format_flag(), run_info});
  t.push_back({"pipeline list", "", "list pipelines", list_all_flags(), run_list});
}

void add_silenced(Table& t) {
  Flags which = {text("check", 'c', "silence check"), text("subscription", 's', "silence subscription")};
  Flags when = {text("begin", 'b', "when it begins: now, 2006-01-02T15:04:05Z, or Jan 02 2006 3:04PM MST", "0"),
                text("expire", 'e', "how many seconds it lasts; -1 = for ever", "-1"),
                onoff("expire-on-resolve", 'x', "end with the first event that is well again")};
  t.push_back({"silenced create", "", "silence a check, a subscription or one of the other",
               which + when + Flags{needed("reason", 'r', "why it is silenced")} + interactive_flag(), run_silenced_create});
  t.push_back({"silenced delete", "[NAME]", "end a silence",
               Flags{text("check", 'c', "silenced check"), text("subscription", 's', "silenced subscription")} + confirm_flag(),
               run_silenced_delete});
  t.push_back(
      {"silenced info", "[Name]", "show a silence",
       Flags{text("check", 'c', "the silenced check", "*"), text("subscription", 's', "the silenced subscription", "*")} + format_flag(),
       run_silenced_info});
  t.push_back({"silenced list", "", "list silences",
               Flags{text("check", 'c', "the silenced check"), text("subscription", 's', "the silenced subscription")} + list_all_flags(),
               run_silenced_list});
  t.push_back({"silenced update", "[NAME]", "change a silence, asked field by field", which, run_silenced_update});
}

void add_rbac(Table& t) {
  const char* role_usage = "[NAME] --verb=VERBS --resource=RESOURCES [--resource-name=RESOURCE_NAMES]";
  t.push_back({"cluster-role create", role_usage, "create a cluster role of one rule", rule_flags(), run_role_create});
  t.push_back({"cluster-role delete", "[NAME]", "delete a cluster role", confirm_flag(), run_named_delete});
  t.push_back({"cluster-role info", "[NAME]", "show the rules of a cluster role", format_flag(), run_named_info});
  t.push_back({"cluster-role list", "", "list cluster roles", list_flags(), run_list});
  t.push_back({"cluster-role-binding create",
               "[NAME] --cluster-role=NAME [--user=username] [--group=groupname]",
               "give users and groups a cluster role everywhere",
               {text("cluster-role", 'c', "the cluster role to give"), texts("group", 'g', "groups that get the role"),
                texts("user", 'u', "users that get the role")},
               run_binding_create});
  t.push_back({"cluster-role-binding delete", "[NAME]", "delete a cluster role binding", confirm_flag(), run_named_delete});
  t.push_back({"cluster-role-binding info", "[NAME]", "show a cluster role binding", format_flag(), run_named_info});
  t.push_back({"cluster-role-binding list", "", "list cluster role bindings", list_flags(), run_list});
  t.push_back({"role create", role_usage, "create a new role with a single rule", rule_flags(), run_role_create});
  t.push_back({"role delete", "[NAME]", "delete a role", confirm_flag(), run_named_delete});
  t.push_back({"role info", "[NAME]", "show the rules of a role", format_flag(), run_named_info});
  t.push_back({"role list", "", "list roles", list_all_flags(), run_list});
  t.push_back({"role-binding create",
               "[NAME] --cluster-role=NAME|--role=NAME [--user=username] [--group=groupname]",
               "give users and groups a role in the namespace",
               {text("cluster-role", 'c', "the cluster role to give, here only"), texts("group", 'g', "groups that get the role"),
                text("role", 'r', "the role to give"), texts("user", 'u', "users that get the role")},
               run_binding_create});
  t.push_back({"role-binding delete", "[NAME]", "delete a role binding", confirm_flag(), run_named_delete});
  t.push_back({"role-binding info", "[NAME]", "show a role binding", format_flag(), run_named_info});
  t.push_back({"role-binding list", "", "list role bindings", list_all_flags(), run_list});
}

void add_users(Table& t) {
  t.push_back({"api-key grant", "[USERNAME]", "grant new api-key", {}, run_api_key_grant});
  t.push_back({"api-key info", "[NAME]", "show a key", format_flag(), run_info});
  t.push_back({"api-key list", "", "list api-keys", list_all_flags(), run_list});
  t.push_back({"api-key revoke", "[NAME]", "revoke api-key given name", confirm_flag(), run_delete});
  t.push_back({"namespace create", "[NAME]", "create a namespace", interactive_flag(), run_namespace_create});
  t.push_back({"namespace delete", "[NAMESPACE]", "delete an empty namespace", confirm_flag(), run_delete});
  t.push_back({"namespace list", "", "list namespaces", list_flags(), run_list});
  t.push_back({"user add-group", "[USERNAME] [GROUP]", "put a user into a group", {}, run_user_add_group});
  t.push_back({"user change-password", "[USERNAME]", "change password for given user",
               Flags{text("current-password", 'c', "current password"), needed("new-password", 'p', "new password")} + interactive_flag(),
               run_user_change_password});
  t.push_back({"user create", "[NAME]", "create a user",
               Flags{text("groups", 'g', "groups the user is in, with commas between them"), needed("password", 'p', "Password")} +
                   interactive_flag(),
               run_user_create});
  t.push_back({"user disable", "[USERNAME]", "keep a user out", confirm_flag(), run_user_disable});
  t.push_back({"user hash-password",
               "[PASSWORD]",
               "print the hash of a password, as password_hash takes it",
               {},
               run_user_hash_password,
               kCtlNoConfig});
  t.push_back({"user list", "", "list users", list_flags(), run_list});
  t.push_back({"user reinstate", "[USERNAME]", "let a user in again", {}, run_user_reinstate});
  t.push_back({"user remove-group", "[USERNAME] [group]", "take a user out of a group", {}, run_user_remove_group});
  t.push_back({"user remove-groups", "USERNAME", "take a user out of all groups", {}, run_user_remove_groups});
  t.push_back({"user reset-password", "[USERNAME]", "set a user's password, without the present one",
               Flags{text("new-password", 'p', "new password")} + interactive_flag(), run_user_reset_password});
  t.push_back({"user set-groups", "USERNAME GROUP1[,GROUP2, ...[,GROUPN]]", "say which groups a user is in", {}, run_user_set_groups});
  t.push_back({"user test-creds", "[NAME]", "say whether name and password are good",
               Flags{needed("password", 'p', "Password")} + interactive_flag(), run_user_test_creds});
}

void add_command(Table& t) {
  t.push_back({"command install", "[ALIAS] [NAMESPACE/NAME][:VERSION]", "install a command of the asset index, or of a URL",
               Flags{text("checksum", 0, "SHA-512 of what is at the URL"), text("url", 0, "URL of the command's archive")} + index_flag(),
               run_command_install, kCtlNoConfig});
  t.push_back({"command exec", "[ALIAS] [ARGUMENT]...", "run an installed command", {}, run_command_exec, kCtlWordsAfter});
  t.push_back({"command list", "", "list installed commands", format_flag(), run_command_list, kCtlNoConfig});
  t.push_back({"command delete", "[ALIAS]", "delete an installed command", {}, run_command_delete, kCtlNoConfig});
}

void add_cluster(Table& t) {
  t.push_back({"cluster health", "", "get sensu health status", format_flag(), run_cluster_health});
  t.push_back({"cluster id", "", "print the id of the backend", {}, run_cluster_id});
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
  add_config(t);
  add_check(t);
  add_entity_and_event(t);
  add_pipeline_parts(t);
  add_silenced(t);
  add_rbac(t);
  add_users(t);
  add_command(t);
  add_cluster(t);
  return t;
}

}  // namespace picket
