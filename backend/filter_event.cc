// backend/filter_event.cc - events and entities as scripts see them (backend-processing.md 5.4, rules of 6.x).
//
// One function per struct. All that has a zero value is written; objects that are null are left out, so they read as
// undefined; metadata is flattened into its parent.
#include "common/json.h"
#include "filter.h"
#include "merge.h"

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

void put_meta(JsonObject& o, const ObjectMeta& m) {
  o.add("name", m.name).add("namespace", m.ns).add_raw("labels", map_json(m.labels));
  o.add_raw("annotations", map_json(m.annotations)).add("created_by", m.created_by);
}

std::string references_json(const std::vector<ResourceReference>& refs) {
  return array_of(refs, [](const ResourceReference& r) {
    return JsonObject().add("name", r.name).add("type", r.type).add("api_version", r.api_version).done();
  });
}

std::string tags_json(const std::vector<MetricTag>& tags) {
  return array_of(tags, [](const MetricTag& t) { return JsonObject().add("name", t.name).add("value", t.value).done(); });
}

std::string hook_json(const Hook& h) {
  JsonObject o;
  put_meta(o, h.metadata);
  o.add("command", h.command).add("timeout", h.timeout).add("stdin", h.stdin_).add("runtime_assets", h.runtime_assets);
  o.add("duration", h.duration).add("executed", h.executed).add("issued", h.issued).add("output", h.output);
  return o.add("status", int64_t(h.status)).done();
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

void put_check_lists(JsonObject& o, const CheckConfig& c) {
  o.add("handlers", c.handlers).add("runtime_assets", c.runtime_assets).add("subscriptions", c.subscriptions);
  o.add("output_metric_handlers", c.output_metric_handlers).add("env_vars", c.env_vars);
  o.add_raw("check_hooks", array_of(c.check_hooks, [](const HookList& l) { return JsonObject().add(l.type, l.hooks).done(); }));
  o.add_raw("secrets",
            array_of(c.secrets, [](const Secret& s) { return JsonObject().add("name", s.name).add("secret", s.secret).done(); }));
  o.add_raw("output_metric_tags", tags_json(c.output_metric_tags));
  o.add_raw("output_metric_thresholds", array_of(c.output_metric_thresholds, threshold_json));
  o.add_raw("pipelines", references_json(c.pipelines));
  o.add_raw("subdues", array_of(c.subdues, [](const TimeWindowRepeated& w) {
              return JsonObject().add("begin", w.begin).add("end", w.end).add("repeat", w.repeat).done();
            }));
  if (c.subdue) o.add_raw("subdue", subdue_json(*c.subdue));
  if (!c.proxy_requests) return;
  const ProxyRequests& p = *c.proxy_requests;
  o.add_raw(
      "proxy_requests",
      JsonObject().add("entity_attributes", p.entity_attributes).add("splay", p.splay).add("splay_coverage", p.splay_coverage).done());
}

void put_check_config(JsonObject& o, const CheckConfig& c) {
  o.add("command", c.command).add("high_flap_threshold", c.high_flap_threshold).add("interval", c.interval);
  o.add("low_flap_threshold", c.low_flap_threshold).add("publish", c.publish).add("proxy_entity_name", c.proxy_entity_name);
  o.add("stdin", c.stdin_).add("cron", c.cron).add("ttl", c.ttl).add("timeout", c.timeout).add("round_robin", c.round_robin);
  o.add("output_metric_format", c.output_metric_format).add("max_output_size", c.max_output_size);
  o.add("discard_output", c.discard_output);
  put_check_lists(o, c);
  put_meta(o, c.metadata);
}

std::string check_json(const Check& c) {
  JsonObject o;
  put_check_config(o, c);
  o.add("duration", c.duration).add("executed", c.executed).add("issued", c.issued).add("output", c.output);
  o.add("state", c.state).add("status", c.status).add("total_state_change", c.total_state_change).add("last_ok", c.last_ok);
  o.add("occurrences", c.occurrences).add("occurrences_watermark", c.occurrences_watermark);
  o.add("silenced", c.silenced).add("is_silenced", c.is_silenced || !c.silenced.empty());
  o.add("scheduler", c.scheduler).add("processed_by", c.processed_by);
  o.add_raw("history", array_of(c.history, [](const CheckHistory& h) {
              return JsonObject().add("status", h.status).add("executed", h.executed).done();
            }));
  return o.add_raw("hooks", array_of(c.hooks, hook_json)).done();
}

std::string system_json(const System& s) {
  JsonObject o;
  o.add("hostname", s.hostname).add("os", s.os).add("platform", s.platform).add("platform_family", s.platform_family);
  o.add("platform_version", s.platform_version).add("arch", s.arch).add("arm_version", int64_t(s.arm_version));
  o.add("libc_type", s.libc_type).add("vm_system", s.vm_system).add("vm_role", s.vm_role);
  o.add("cloud_provider", s.cloud_provider).add("float_type", s.float_type);
  o.add_raw("processes", s.processes_raw.empty() || s.processes_raw == "null" ? "[]" : s.processes_raw);
  std::string interfaces = array_of(s.interfaces, [](const NetworkInterface& i) {
    return JsonObject().add("name", i.name).add("mac", i.mac).add("addresses", i.addresses).done();
  });
  return o.add_raw("network", JsonObject().add_raw("interfaces", interfaces).done()).done();
}

// What an entity configuration has: no system facts, no last_seen.
void put_entity_config(JsonObject& o, const Entity& e) {
  o.add("entity_class", e.entity_class).add("user", e.user).add("subscriptions", e.subscriptions);
  o.add("deregister", e.deregister).add("redact", e.redact).add("keepalive_handlers", e.keepalive_handlers);
  o.add_raw("deregistration", JsonObject().add("handler", e.deregistration_handler).done());
  put_meta(o, e.metadata);
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
void put_facts(JsonObject& o, const Event& event) {
  bool silenced = event.check && (event.check->is_silenced || !event.check->silenced.empty());
  o.add("has_check", event.check.has_value()).add("has_metrics", event.metrics.has_value());
  o.add("is_incident", event_is_incident(event)).add("is_resolution", event_is_resolution(event)).add("is_silenced", silenced);
  o.add("is_flapping_start", event.check && event.check->state == "flapping").add("is_flapping_end", false);
}

}  // namespace

std::string filter_entity_json(const Entity& entity, int64_t last_seen) {
  Entity e = entity_redacted(entity);
  if (last_seen != 0) e.last_seen = last_seen;
  JsonObject o;
  put_entity_config(o, e);
  o.add_raw("system", system_json(e.system)).add("last_seen", e.last_seen);
  return o.add("sensu_agent_version", e.sensu_agent_version).done();
}

std::string filter_entity_config_json(const Entity& entity) {
  JsonObject o, metadata;
  put_entity_config(o, entity);
  put_meta(metadata, entity.metadata);
  return o.add_raw("metadata", metadata.done()).done();
}

std::string filter_event_json(const Event& event, int64_t last_seen) {
  JsonObject o;
  o.add("timestamp", event.timestamp).add("id", event.id).add("sequence", event.sequence);
  if (event.entity) o.add_raw("entity", filter_entity_json(*event.entity, last_seen));
  if (event.check) o.add_raw("check", check_json(*event.check));
  if (event.metrics) o.add_raw("metrics", metrics_json(*event.metrics));
  o.add_raw("pipelines", references_json(event.pipelines));
  put_meta(o, event.metadata);
  put_facts(o, event);
  return o.done();
}

}  // namespace picket
