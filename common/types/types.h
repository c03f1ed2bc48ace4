// common/types/types.h - the core/v2 objects, as plain values.
//
// Field names, types and presence on the wire: W-50, W-51 and H-60 to H-63 (6.9.2); every field is in docs/EVENT.md.
// Reading and writing are done by one table of fields per struct (types_*.cc). Reading follows the peers: keys match
// without case, null equals absent, wrong types are errors. What no table names is kept in `extra` as the text it came
// in (Unknown::keep) or dropped (Unknown::drop, what the reference's API does).
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/basic/result.h"

namespace picket {

using StringList = std::vector<std::string>;
using StringMap = std::map<std::string, std::string>;
using Extra = std::vector<std::pair<std::string, std::string>>;  // key, raw JSON text

struct ObjectMeta {
  std::string name, ns /* "namespace" */;
  StringMap labels, annotations;
  std::string created_by;
  Extra extra;
};

struct ResourceReference { std::string name, type, api_version; };
struct Secret { std::string name, secret; };
struct MetricTag { std::string name, value; };
struct TimeRange { std::string begin, end; };
struct TimeWindowDays {
  std::vector<TimeRange> all, sunday, monday, tuesday, wednesday, thursday, friday, saturday;
  Extra unknown;  // "tuesdays": kept whatever else is dropped, so that it can be refused
};
struct TimeWindowWhen { TimeWindowDays days; };                       // `subdue`, `when`: "5:00PM", UTC
struct TimeWindowRepeated { std::string begin, end; StringList repeat; };  // `subdues`: RFC 3339
struct HookList { std::string type; StringList hooks; };              // JSON: {"<type>": ["h1", "h2"]}
struct ProxyRequests { StringList entity_attributes; bool splay = false; uint32_t splay_coverage = 0; };
struct MetricThresholdTag { std::string name, value; };
struct MetricThresholdRule { std::string min, max; uint32_t status = 0; };
struct MetricThreshold {
  std::string name;
  std::vector<MetricThresholdTag> tags;
  std::vector<MetricThresholdRule> thresholds;
  uint32_t null_status = 0;
};

// What a check is to do. `scheduler` and friends of a result live in Check.
// Ours: when a result of something else (a backup job, cron) is due. A check with one is not run; its silence is a result.
struct Expectation {
  std::string ttl;  // at most this long after the one before: "26h"; or
  std::string schedule, tz,
      grace;  // after each time of a cron schedule in this zone, by this much later: "0 2 * * *", "Europe/Berlin", "1h"
  std::optional<uint32_t> status;  // of the silence; 2 when absent
  Extra extra;                     // refused, as a misspelt word would expect nothing
};

struct CheckConfig {
  std::string command;
  StringList handlers;
  uint32_t high_flap_threshold = 0, interval = 0 /* seconds */, low_flap_threshold = 0;
  bool publish = false;
  StringList runtime_assets, subscriptions;
  std::string proxy_entity_name;
  std::vector<HookList> check_hooks;
  bool stdin_ = false;
  std::optional<TimeWindowWhen> subdue;
  std::string cron;
  int64_t ttl = 0;       // seconds
  uint32_t timeout = 0;  // seconds, 0 = none
  std::optional<ProxyRequests> proxy_requests;
  bool round_robin = false;
  std::string output_metric_format;
  StringList output_metric_handlers, env_vars;
  ObjectMeta metadata;
  int64_t max_output_size = 0;
  bool discard_output = false;
  std::vector<Secret> secrets;
  std::vector<MetricTag> output_metric_tags;
  std::vector<MetricThreshold> output_metric_thresholds;
  std::vector<TimeWindowRepeated> subdues;
  std::vector<ResourceReference> pipelines;
  std::optional<Expectation> expect;
  Extra extra;
};

struct HookConfig {
  ObjectMeta metadata;
  std::string command;
  uint32_t timeout = 0;  // seconds
  bool stdin_ = false;
  StringList runtime_assets;
  Extra extra;
};

struct Hook : HookConfig {  // a hook's result: the definition inlined, then what happened
  double duration = 0;      // seconds
  int64_t executed = 0, issued = 0;
  std::string output;
  int32_t status = 0;
};

struct CheckHistory { uint32_t status = 0; int64_t executed = 0; };

// A result: the definition's fields inlined, then what happened.
struct Check : CheckConfig {
  double duration = 0;                // seconds
  int64_t executed = 0, issued = 0;   // unix seconds
  std::vector<CheckHistory> history;  // oldest first, at most 21
  std::string output, state;          // state: passing, failing, flapping or ""
  uint32_t status = 0;                // killed by a signal: 4294967295
  uint32_t total_state_change = 0;    // percent
  int64_t last_ok = 0, occurrences = 0, occurrences_watermark = 0;
  StringList silenced;
  std::vector<Hook> hooks;
  bool is_silenced = false;
  std::string scheduler, processed_by;
};

struct NetworkInterface { std::string name, mac; StringList addresses; };
struct System {
  std::string hostname, os, platform, platform_family, platform_version;
  std::vector<NetworkInterface> interfaces;  // JSON: network.interfaces
  std::string arch;
  int32_t arm_version = 0;
  std::string libc_type, vm_system, vm_role, cloud_provider, float_type;
  std::string processes_raw;  // null in the community edition; kept as it came
  Extra extra;
};

struct Entity {
  std::string entity_class;
  System system;
  StringList subscriptions;
  int64_t last_seen = 0;
  bool deregister = false;
  std::string deregistration_handler;  // JSON: deregistration.handler
  std::string user;
  StringList redact;
  ObjectMeta metadata;
  std::string sensu_agent_version;
  StringList keepalive_handlers;
  Extra extra;
};

// core/v3 EntityConfig, the payload of `entity_config`: an Entity without what the system reports.
// entity_config_encode / _decode use an Entity whose other fields stay empty.

struct MetricPoint { std::string name; double value = 0; int64_t timestamp = 0; std::vector<MetricTag> tags; };
struct Metrics { StringList handlers; std::vector<MetricPoint> points; };

// The entity is shared and never changed in place: thousands of events of one agent point to one value.
struct Event {
  int64_t timestamp = 0;  // unix seconds
  std::shared_ptr<const Entity> entity;
  std::optional<Check> check;
  std::optional<Metrics> metrics;
  ObjectMeta metadata;
  std::string id;  // UUID text, "" = null
  int64_t sequence = 0;
  std::vector<ResourceReference> pipelines;
  bool pipelines_listed = false;  // true: no pipelines are written [], as in results of checks; false: null, as in keepalives
  Extra extra;
};

struct AssetBuild { std::string url, sha512; StringList filters; StringMap headers; };
struct Asset {
  std::string url, sha512;
  StringList filters;
  std::vector<AssetBuild> builds;
  ObjectMeta metadata;
  StringMap headers;
  Extra extra;
};

struct CheckRequest {
  std::optional<CheckConfig> config;  // a request without config is refused, never run
  std::vector<Asset> assets;
  std::vector<HookConfig> hooks;
  int64_t issued = 0;
  std::map<std::string, std::vector<Asset>> hook_assets;
  StringList secrets;  // NAME=value
};

struct Silenced {
  ObjectMeta metadata;
  int64_t expire = 0;  // seconds, -1 or 0: never
  bool expire_on_resolve = false;
  std::string creator, check, reason, subscription;
  int64_t begin = 0, expire_at = 0;         // unix seconds
  std::vector<TimeWindowRepeated> windows;  // ours: if there are any, it silences only inside them
  Extra extra;
};

struct HandlerSocket { std::string host; uint32_t port = 0; };
// Ours: what the built-in handlers need (backend/notify/notify.h). Templates see the event as filters do: `.check.output`.
struct HandlerWebhook {  // type "webhook": POST
  std::string url;
  std::string form;      // "" or "json": the (mutated) event; else one of common/rules/webhook_forms.h
  std::string body;      // instead of a form: a template; when it is JSON, every string in it is one
  std::string key;       // what the form's service calls its key or token
  std::string to, from;  // whom, and as whom, for the forms that need it
  StringMap headers;
  bool insecure_skip_tls_verify = false;
};
struct HandlerOauth2 { std::string token_url, client_id, client_secret, refresh_token, scope; };  // RFC 6749: a refresh token
struct HandlerEmail {                                                                             // type "email"
  std::string host;
  uint32_t port = 0;     // 0: 25, or 587 with starttls, or 465 with tls
  std::string security;  // "" or "none", starttls, tls
  std::string username, password;
  std::string from;
  StringList to;
  std::string subject, body;            // templates; "" = ours
  std::optional<HandlerOauth2> oauth2;  // instead of a password: XOAUTH2
};
struct HandlerFile { std::string path; uint32_t max_megabytes = 0; };  // type "file": one JSON line per event; 0 = 100 MB
// Ours: when a handler is notified of an incident that goes on, counted in occurrences; decided after the filters.
struct AlertRule {
  uint32_t after = 0;            // the first time at this occurrence (0 and 1: at once)
  uint32_t every = 0;            // then again each time after this number of them; 0 = never again
  bool skip_resolution = false;  // the resolution of an incident that was sent is sent too, unless this is set
};
// Ours: who gets an incident that this handler has sent and nobody has acknowledged.
struct HandlerEscalation { std::string after, handler; };
// Ours: type "rota": the handlers take turns of so many days (0 = 7), from a moment of the zone's wall clock on.
struct HandlerRota {
  std::string begin, tz;  // "2026-12-07 09:00"; "" = the machine's zone
  uint32_t days = 0;
  StringList handlers;
};
struct Handler {
  ObjectMeta metadata;
  std::string type, mutator, command;
  uint32_t timeout = 0;
  std::optional<HandlerSocket> socket;
  StringList handlers, filters, env_vars, runtime_assets;
  std::vector<Secret> secrets;
  std::optional<AlertRule> alert;
  std::vector<HandlerEscalation> escalate;
  std::optional<HandlerRota> rota;
  std::optional<HandlerWebhook> webhook;
  std::optional<HandlerEmail> email;
  std::optional<HandlerFile> file;
  Extra extra;
};
struct Mutator {
  ObjectMeta metadata;
  std::string command;
  uint32_t timeout = 0;
  StringList env_vars, runtime_assets;
  std::vector<Secret> secrets;
  std::string type, eval;
  Extra extra;
};
struct EventFilter {
  ObjectMeta metadata;
  std::string action;
  StringList expressions;
  std::optional<TimeWindowWhen> when;
  StringList runtime_assets;
  Extra extra;
};
struct PipelineWorkflow {
  std::string name;
  std::vector<ResourceReference> filters;
  std::optional<ResourceReference> mutator, handler;
};
struct Pipeline { ObjectMeta metadata; std::vector<PipelineWorkflow> workflows; Extra extra; };
struct Rule { StringList verbs, resources, resource_names; };
struct Role { std::vector<Rule> rules; ObjectMeta metadata; Extra extra; };  // and ClusterRole
struct RoleRef { std::string type, name; };
struct Subject { std::string type, name; };
struct RoleBinding { std::vector<Subject> subjects; RoleRef role_ref; ObjectMeta metadata; Extra extra; };  // and ClusterRoleBinding
struct Namespace { std::string name; };
struct User { std::string username, password, password_hash; StringList groups; bool disabled = false; };
struct ApiKey { ObjectMeta metadata; std::string username; int64_t created_at = 0; };
struct TessenConfig { bool opt_out = false; };

// Annotation of a check that names no handler: the handler it goes to where there is one of that name (1.x: `default`).
inline constexpr const char* kDefaultHandlerAnnotation = "picket.io/default-handler";

enum class Unknown { keep, drop };

// One decoder and one encoder per type. Errors name the path: `check.status: expected a number, got string`.
// Specialised for every struct above that stands alone on a wire: Event, Entity, CheckConfig, Check, CheckRequest,
// HookConfig, Asset, Silenced, Handler, Mutator, EventFilter, Pipeline, Role, RoleBinding, Namespace, User, ApiKey,
// TessenConfig, Metrics, ObjectMeta, HookList, ResourceReference.
// A document `null` decodes to an empty value. encode() writes what is there and does NOT redact: code that shows an
// entity (agent wire, stdin of checks, API answers, filters, handlers) passes it through entity_redacted first.
template <class T>
Result<T> decode(std::string_view json, Unknown unknown = Unknown::keep);
template <class T>
std::string encode(const T& value);

// An entity with label and annotation values of redacted keys replaced by REDACTED.
Entity entity_redacted(const Entity& entity);
bool redact_matches(std::string_view key, const StringList& redact);  // empty list = the default list
extern const StringList kDefaultRedact;

// Entities repeat in every event of an agent: text that equals the last one is not parsed again. Agents of 6.x put the
// time into `last_seen` of each; text that differs in that number only is equal, and `last_seen` is the one to go by.
struct EntityCache {
  std::string text;
  std::shared_ptr<const Entity> entity;
  int64_t last_seen = 0;             // of the event decoded last
  size_t seen_at = 0, seen_end = 0;  // where the number stands in `text`; equal: it has none
};
Result<Event> event_decode(std::string_view json, EntityCache* cache, Unknown unknown = Unknown::keep);
// The event without its entity, and the whole with a ready-made entity text: what is not changed is not printed again.
std::string event_encode_with(const Event& event, std::string_view entity_json);

std::string entity_config_encode(const Entity& entity);
Result<Entity> entity_config_decode(std::string_view json);

}  // namespace picket
