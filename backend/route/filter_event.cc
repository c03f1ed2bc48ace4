// backend/route/filter_event.cc - events and entities as scripts see them (B-64, rules of 6.x).
//
// One function per struct. All that has a zero value is written; objects that are null are left out, so they read as
// undefined; metadata is flattened into its parent. Members that no script can name are left out, too (SubjectWords).
#include "common/json/json.h"
#include "backend/route/filter.h"
#include "backend/event/merge.h"

namespace picket {
namespace {

template <class List, class F>
std::string array_of(const List& list, F text_of) {
  std::string out = "[";
  for (const auto& item : list) {
    if (out.size() > 1) out += ',';
    out += text_of(item);
  }
  return out + "]";
}

std::string map_json(const StringMap& map) {
  JsonObject o;
  for (const auto& [key, value] : map) o.add(key, value);
  return o.done();
}

// An object of the subject.
struct Members {
  const SubjectWords& words;
  JsonObject object = {};

  template <class T>
  Members& add(const char* key, const T& value) {
    if (words.has(key)) object.add(key, value);
    return *this;
  }
  template <class F>
  Members& add_made(const char* key, F make) {
    if (words.has(key)) object.add_raw(key, make());
    return *this;
  }
};

void put_meta(Members& o, const ObjectMeta& m) {
  o.add("name", m.name).add("namespace", m.ns).add_made("labels", [&] { return map_json(m.labels); });
  o.add_made("annotations", [&] { return map_json(m.annotations); }).add("created_by", m.created_by);
}

std::string references_json(const std::vector<ResourceReference>& refs) {
  return array_of(refs, [](const ResourceReference& r) {
    return JsonObject().add("name", r.name).add("type", r.type).add("api_version", r.api_version).done();
  });
}

std::string tags_json(const std::vector<MetricTag>& tags) {
  return array_of(tags, [](const MetricTag& t) { return JsonObject().add("name", t.name).add("value", t.value).done(); });
}

std::string hook_json(const Hook& h, const SubjectWords& words) {
  Members o{words};
  put_meta(o, h.metadata);
  o.add("command", h.command).add("timeout", h.timeout).add("stdin", h.stdin_).add("runtime_assets", h.runtime_assets);
  o.add("duration", h.duration).add("executed", h.executed).add("issued", h.issued).add("output", h.output);
  return o.add("status", int64_t(h.status)).object.done();
}

std::string threshold_json(const MetricThreshold& t) {
  JsonObject o;
  o.add("name", t.name);
  o.add_raw("tags", array_of(t.tags, [](const MetricThresholdTag& tag) {
              return JsonObject().add("name", tag.name).add("value", tag.value).done();
            }));
  o.add("null_status", t.null_status);
  o.add_raw("thresholds", array_of(t.thresholds, [](const MetricThresholdRule& r) {
              return JsonObject().add("min", r.min).add("max", r.max).add("status", r.status).done();
            }));
  return o.done();
}

std::string ranges_json(const std::vector<TimeRange>& ranges) {
  return array_of(ranges, [](const TimeRange& r) { return JsonObject().add("begin", r.begin).add("end", r.end).done(); });
}

std::string subdue_json(const TimeWindowWhen& w) {
  const TimeWindowDays& d = w.days;
  JsonObject days;
  days.add_raw("all", ranges_json(d.all)).add_raw("sunday", ranges_json(d.sunday)).add_raw("monday", ranges_json(d.monday));
  days.add_raw("tuesday", ranges_json(d.tuesday)).add_raw("wednesday", ranges_json(d.wednesday));
  days.add_raw("thursday", ranges_json(d.thursday)).add_raw("friday", ranges_json(d.friday)).add_raw("saturday", ranges_json(d.saturday));
  return JsonObject().add_raw("days", days.done()).done();
}

std::string proxy_requests_json(const ProxyRequests& p) {
  JsonObject o;
  return o.add("entity_attributes", p.entity_attributes).add("splay", p.splay).add("splay_coverage", p.splay_coverage).done();
}

std::string secret_json(const Secret& s) { return JsonObject().add("name", s.name).add("secret", s.secret).done(); }

std::string hook_list_json(const HookList& l) { return JsonObject().add(l.type, l.hooks).done(); }

std::string repeated_json(const TimeWindowRepeated& w) {
  return JsonObject().add("begin", w.begin).add("end", w.end).add("repeat", w.repeat).done();
}

std::string history_json(const CheckHistory& h) { return JsonObject().add("status", h.status).add("executed", h.executed).done(); }

void put_check_lists(Members& o, const CheckConfig& c) {
  o.add("handlers", c.handlers).add("runtime_assets", c.runtime_assets).add("subscriptions", c.subscriptions);
  o.add("output_metric_handlers", c.output_metric_handlers).add("env_vars", c.env_vars);
  o.add_made("check_hooks", [&] { return array_of(c.check_hooks, hook_list_json); });
  o.add_made("secrets", [&] { return array_of(c.secrets, secret_json); });
  o.add_made("output_metric_tags", [&] { return tags_json(c.output_metric_tags); });
  o.add_made("output_metric_thresholds", [&] { return array_of(c.output_metric_thresholds, threshold_json); });
  o.add_made("pipelines", [&] { return references_json(c.pipelines); });
  o.add_made("subdues", [&] { return array_of(c.subdues, repeated_json); });
  if (c.subdue) o.add_made("subdue", [&] { return subdue_json(*c.subdue); });
  if (c.proxy_requests) o.add_made("proxy_requests", [&] { return proxy_requests_json(*c.proxy_requests); });
}

void put_check_config(Members& o, const CheckConfig& c) {
  o.add("command", c.command).add("high_flap_threshold", c.high_flap_threshold).add("interval", c.interval);
  o.add("low_flap_threshold", c.low_flap_threshold).add("publish", c.publish).add("proxy_entity_name", c.proxy_entity_name);
  o.add("stdin", c.stdin_).add("cron", c.cron).add("ttl", c.ttl).add("timeout", c.timeout).add("round_robin", c.round_robin);
  o.add("output_metric_format", c.output_metric_format).add("max_output_size", c.max_output_size);
  o.add("discard_output", c.discard_output);
  put_check_lists(o, c);
  put_meta(o, c.metadata);
}

std::string check_json(const Check& c, const SubjectWords& words) {
  Members o{words};
  put_check_config(o, c);
  o.add("duration", c.duration).add("executed", c.executed).add("issued", c.issued).add("output", c.output);
  o.add("state", c.state).add("status", c.status).add("total_state_change", c.total_state_change).add("last_ok", c.last_ok);
  o.add("occurrences", c.occurrences).add("occurrences_watermark", c.occurrences_watermark);
  o.add("silenced", c.silenced).add("is_silenced", c.is_silenced || !c.silenced.empty());
  o.add("scheduler", c.scheduler).add("processed_by", c.processed_by);
  o.add_made("history", [&] { return array_of(c.history, history_json); });
  o.add_made("hooks", [&] { return array_of(c.hooks, [&](const Hook& h) { return hook_json(h, words); }); });
  return o.object.done();
}

std::string interface_json(const NetworkInterface& i) {
  return JsonObject().add("name", i.name).add("mac", i.mac).add("addresses", i.addresses).done();
}

std::string system_json(const System& s, const SubjectWords& words) {
  Members o{words};
  o.add("hostname", s.hostname).add("os", s.os).add("platform", s.platform).add("platform_family", s.platform_family);
  o.add("platform_version", s.platform_version).add("arch", s.arch).add("arm_version", int64_t(s.arm_version));
  o.add("libc_type", s.libc_type).add("vm_system", s.vm_system).add("vm_role", s.vm_role);
  o.add("cloud_provider", s.cloud_provider).add("float_type", s.float_type);
  o.add_made("processes", [&] { return s.processes_raw.empty() || s.processes_raw == "null" ? "[]" : s.processes_raw; });
  o.add_made("network", [&] { return JsonObject().add_raw("interfaces", array_of(s.interfaces, interface_json)).done(); });
  return o.object.done();
}

// What an entity configuration has: no system facts, no last_seen.
void put_entity_config(Members& o, const Entity& e) {
  o.add("entity_class", e.entity_class).add("user", e.user).add("subscriptions", e.subscriptions);
  o.add("deregister", e.deregister).add("redact", e.redact).add("keepalive_handlers", e.keepalive_handlers);
  o.add_made("deregistration", [&] { return JsonObject().add("handler", e.deregistration_handler).done(); });
  put_meta(o, e.metadata);
}

std::string entity_json(const Entity& e, int64_t last_seen, const SubjectWords& words) {
  Members o{words};
  if (words.has("labels") || words.has("annotations")) put_entity_config(o, entity_redacted(e));
  else put_entity_config(o, e);
  o.add_made("system", [&] { return system_json(e.system, words); }).add("last_seen", last_seen != 0 ? last_seen : e.last_seen);
  return o.add("sensu_agent_version", e.sensu_agent_version).object.done();
}

std::string metrics_json(const Metrics& m) {
  JsonObject o;
  o.add("handlers", m.handlers);
  o.add_raw("points", array_of(m.points, [](const MetricPoint& p) {
              return JsonObject()
                  .add("name", p.name)
                  .add("value", p.value)
                  .add("timestamp", p.timestamp)
                  .add_raw("tags", tags_json(p.tags))
                  .done();
            }));
  return o.done();
}

// Properties, not functions. The start of flapping is true for every flapping event, the end never, as in 6.9.
void put_facts(Members& o, const Event& event) {
  bool silenced = event.check && (event.check->is_silenced || !event.check->silenced.empty());
  o.add("has_check", event.check.has_value()).add("has_metrics", event.metrics.has_value());
  o.add("is_incident", event_is_incident(event)).add("is_resolution", event_is_resolution(event)).add("is_silenced", silenced);
  o.add("is_flapping_start", event.check && event.check->state == "flapping").add("is_flapping_end", false);
}

}  // namespace

std::string filter_entity_json(const Entity& entity, int64_t last_seen) { return entity_json(entity, last_seen, SubjectWords()); }

std::string filter_entity_config_json(const Entity& entity) {
  const SubjectWords all;
  Members o{all}, metadata{all};
  put_entity_config(o, entity);
  put_meta(metadata, entity.metadata);
  return o.object.add_raw("metadata", metadata.object.done()).done();
}

std::string filter_event_json(const Event& event, int64_t last_seen, const SubjectWords& words) {
  Members o{words};
  o.add("timestamp", event.timestamp).add("id", event.id).add("sequence", event.sequence);
  if (event.entity) o.add_made("entity", [&] { return entity_json(*event.entity, last_seen, words); });
  if (event.check) o.add_made("check", [&] { return check_json(*event.check, words); });
  if (event.metrics) o.add_made("metrics", [&] { return metrics_json(*event.metrics); });
  o.add_made("pipelines", [&] { return references_json(event.pipelines); });
  put_meta(o, event.metadata);
  put_facts(o, event);
  return o.object.done();
}

}  // namespace picket
