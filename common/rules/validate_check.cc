// common/rules/validate_check.cc - check definitions and check results. Two validators, as in the reference: a result may carry
// what a definition may
// not (no interval, a schedule of both kinds) as long as it is not published.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "common/time/cron.h"
#include "common/template/go_number.h"
#include "common/rules/expectation.h"
#include "common/rules/validate.h"
#include "common/time/time_window.h"

namespace picket {

static Status wrong(std::string message) { return fail(Err::invalid, std::move(message)); }

static const char* const kMetricFormats[] = {"nagios_perfdata", "graphite_plaintext", "opentsdb_line", "influxdb_line", "prometheus_text"};

static Status validate_cron(const std::string& cron) {
  Result<CronSchedule> parsed = cron_parse(cron);
  return parsed.ok() ? Status{} : because("check cron string is invalid", parsed.status);
}

// A check that is not run, but expected: what says how to run it is a mistake there.
static Status validate_expected(const CheckConfig& c) {
  if (!c.command.empty()) return wrong("expect is for results that something else sends; omit the command, or use ttl");
  if (!c.cron.empty()) return wrong("cron says when a check is run; for one that is expected use expect.schedule");
  if (c.ttl > 0) return wrong("ttl and expect; use expect.ttl");
  if (c.round_robin || c.proxy_requests)
    return wrong("round_robin and proxy_requests say who runs a check; one that is expected has subscriptions or a proxy_entity_name");
  if (c.subscriptions.empty() && c.proxy_entity_name.empty())
    return wrong("expect needs subscriptions (every agent that has one is to report) or a proxy_entity_name");
  return validate_expectation(*c.expect);
}

static Status validate_config_schedule(const CheckConfig& c) {
  if (c.expect) return validate_expected(c);
  if (!c.cron.empty() && c.interval > 0) return wrong("must only specify either an interval or a cron schedule");
  if (!c.cron.empty()) return validate_cron(c.cron);
  if (c.interval < 1) return wrong("check interval must be greater than 0 or a valid cron schedule must be provided");
  return {};
}

static Status validate_result_schedule(const Check& c) {
  if (!c.publish) return {};
  if (!c.cron.empty() && c.interval > 0) return wrong("must only specify either an interval or a cron schedule");
  if (!c.cron.empty()) return validate_cron(c.cron);
  if (c.interval < 1) return wrong("check interval must be greater than or equal to 1");
  return {};
}

static Status validate_ttl(const CheckConfig& c) {
  if (c.ttl > 0 && c.ttl <= static_cast<int64_t>(c.interval)) return wrong("ttl must be greater than check interval");
  return {};
}

static Status validate_references(const CheckConfig& c) {
  for (const std::string& asset : c.runtime_assets)
    if (Status s = validate_asset_name(asset); !s.ok()) return wrong("asset's " + s.message);
  for (const std::string& subscription : c.subscriptions)
    if (subscription.empty()) return wrong("subscriptions cannot be empty strings");
  if (c.proxy_entity_name.empty()) return {};
  return validate_name(c.proxy_entity_name, "proxy entity name");
}

static Status validate_proxy_requests(const std::optional<ProxyRequests>& requests) {
  if (!requests) return {};
  if (requests->splay_coverage > 100) return wrong("proxy request splay coverage must be between 0 and 100");
  if (requests->splay && requests->splay_coverage == 0)
    return wrong("proxy request splay coverage must be greater than 0 if splay is enabled");
  return {};
}

static Status validate_metric_format(const std::string& format) {
  if (format.empty()) return {};
  for (const char* known : kMetricFormats)
    if (format == known) return {};
  return wrong("output metric format is not valid");
}

static Status validate_flap_thresholds(const CheckConfig& c) {
  bool both = c.low_flap_threshold != 0 && c.high_flap_threshold != 0;
  return both && c.low_flap_threshold >= c.high_flap_threshold ? wrong("invalid flap thresholds") : Status{};
}

// What a shell would get is cut off at it.
Status validate_no_nul(const char* field, std::string_view value) {
  const size_t at = value.find('\0');
  if (at == value.npos) return {};
  return wrong(std::string(field) + " holds a NUL byte after " + std::to_string(at) + " bytes, where systems would cut it off; remove it");
}

// 0 would make of a silence an event that is well, and nobody would be told.
static Status validate_ttl_status(const CheckConfig& c) {
  constexpr int64_t kStatusMax = 255;
  auto it = c.metadata.annotations.find(kTtlStatusAnnotation);
  int64_t status = 0;
  if (it == c.metadata.annotations.end() || (go_int_parse(it->second, &status) && status >= 1 && status <= kStatusMax)) return {};
  return wrong("annotation ttl_status \"" + it->second +
               "\": expected a number from 1 to 255, as 2 for critical; it is the status of a silence");
}

static Status validate_ttl_status_of_result(const CheckConfig& c) { return c.ttl > 0 ? validate_ttl_status(c) : Status{}; }

// The first '=' ends the name, as in every environment: the value may hold more of them, or be empty.
Status validate_env_vars(const StringList& env_vars) {
  for (const std::string& v : env_vars) {
    const size_t equals = v.find('=');
    if (equals == v.npos || equals == 0) return wrong("environment variables must be of the form FOO=BAR");
    if (Status s = validate_no_nul("environment variable", v); !s.ok()) return s;
  }
  return {};
}

static Status validate_subdues(const CheckConfig& c) {
  for (size_t i = 0; i < c.subdues.size(); i++)
    if (Status s = subdue_validate(c.subdues[i]); !s.ok()) return wrong("subdue " + std::to_string(i) + " invalid: " + s.message);
  return {};
}

static bool is_number(std::string_view text) {
  double ignored;
  return go_float_parse(text, &ignored);
}

static std::string_view trimmed(std::string_view text) {
  while (!text.empty() && strchr(" \t\r\n", text.front())) text.remove_prefix(1);
  while (!text.empty() && strchr(" \t\r\n", text.back())) text.remove_suffix(1);
  return text;
}

static Status validate_threshold_rule(const MetricThresholdRule& rule) {
  std::string_view min = trimmed(rule.min), max = trimmed(rule.max);
  if (min.empty() && max.empty()) return wrong("One of Min or Max required");
  if (!min.empty() && !is_number(min)) return wrong("Min must be a floating point number");
  if (!max.empty() && !is_number(max)) return wrong("Max but be a floating point number");  // the reference's words
  return {};
}

static Status validate_threshold_tag(const MetricThresholdTag& tag) {
  if (Status s = validate_name(tag.name, "metric threshold tag name"); !s.ok()) return s;
  return tag.value.empty() ? wrong("metric threshold tag value must not be empty") : Status{};
}

static Status validate_threshold(const MetricThreshold& t) {
  if (Status s = validate_name(t.name, "metric threshold name"); !s.ok()) return s;
  if (t.thresholds.empty()) return wrong("there must be at least one threshold rule");
  for (size_t i = 0; i < t.thresholds.size(); i++)
    if (Status s = validate_threshold_rule(t.thresholds[i]); !s.ok()) return because("rule " + std::to_string(i), s);
  for (size_t i = 0; i < t.tags.size(); i++)
    if (Status s = validate_threshold_tag(t.tags[i]); !s.ok()) return because("tag " + std::to_string(i), s);
  return {};
}

static Status validate_thresholds(const CheckConfig& c) {
  for (size_t i = 0; i < c.output_metric_thresholds.size(); i++)
    if (Status s = validate_threshold(c.output_metric_thresholds[i]); !s.ok())
      return because("invalid metric threshold " + std::to_string(i), s);
  return {};
}

static Status validate_output_size(const CheckConfig& c) { return c.max_output_size < 0 ? wrong("MaxOutputSize must be >= 0") : Status{}; }

static Status validate_ttl_least(const CheckConfig& c) { return c.ttl > 0 && c.ttl < 5 ? wrong("minimum ttl is 5 seconds") : Status{}; }

static Status validate_subdue(const CheckConfig& c) { return c.subdue ? window_validate(*c.subdue) : Status{}; }

Status validate_check_config(const CheckConfig& c) {
  if (Status s = validate_name(c.metadata.name, "check name"); !s.ok()) return s;
  if (Status s = validate_config_schedule(c); !s.ok()) return s;
  if (c.metadata.ns.empty()) return wrong("namespace must be set");
  if (Status s = validate_ttl(c); !s.ok()) return s;
  if (Status s = validate_references(c); !s.ok()) return s;
  if (Status s = validate_proxy_requests(c.proxy_requests); !s.ok()) return s;
  if (Status s = validate_metric_format(c.output_metric_format); !s.ok()) return s;
  if (Status s = validate_flap_thresholds(c); !s.ok()) return s;
  if (Status s = validate_env_vars(c.env_vars); !s.ok()) return s;
  if (Status s = validate_subdue(c); !s.ok()) return s;
  return validate_subdues(c);
}

Status validate_check(const Check& c) {
  if (Status s = validate_name(c.metadata.name, "check name"); !s.ok()) return s;
  if (Status s = validate_result_schedule(c); !s.ok()) return s;
  for (auto rule : {validate_ttl, validate_ttl_least, validate_ttl_status_of_result})
    if (Status s = rule(c); !s.ok()) return s;
  if (Status s = validate_references(c); !s.ok()) return s;
  if (Status s = validate_proxy_requests(c.proxy_requests); !s.ok()) return s;
  if (Status s = validate_metric_format(c.output_metric_format); !s.ok()) return s;
  if (Status s = validate_flap_thresholds(c); !s.ok()) return s;
  if (Status s = validate_env_vars(c.env_vars); !s.ok()) return s;
  if (Status s = validate_output_size(c); !s.ok()) return s;
  if (Status s = validate_thresholds(c); !s.ok()) return s;
  return validate_subdue(c);
}

// ---- could it run, and could its results be stored ----

// A hook of a type that no status has is never run.
static Status validate_hook_types(const CheckConfig& c) {
  for (const HookList& list : c.check_hooks) {
    int64_t status = 0;
    bool known = go_int_parse(list.type, &status) && status >= INT32_MIN && status <= INT32_MAX && std::to_string(status) == list.type;
    for (const char* word : {"ok", "warning", "critical", "unknown", "non-zero"}) known = known || list.type == word;
    if (!known)
      return wrong("check_hooks: \"" + list.type + "\" is not a status; expected ok, warning, critical, unknown, non-zero or a number");
  }
  return {};
}

Status validate_check_definition(const CheckConfig& c) {
  if (Status s = validate_check_config(c); !s.ok()) return s;
  if (c.metadata.name == kKeepaliveCheck)
    return wrong("check name must not be keepalive: its results would replace the agents' own events");
  if (Status s = validate_no_nul("command", c.command); !s.ok()) return s;
  if (c.metadata.annotations.count("picket.io/ttl_status"))
    return wrong("annotation picket.io/ttl_status is not read; use ttl_status, the status of a silence");
  for (auto rule : {validate_ttl_least, validate_ttl_status, validate_output_size, validate_thresholds, validate_hook_types})
    if (Status s = rule(c); !s.ok()) return s;
  if (c.subdue)
    if (Status s = window_days_validate(*c.subdue); !s.ok()) return because("subdue", s);
  for (const ResourceReference& pipeline : c.pipelines)
    if (Status s = validate_name(pipeline.name, "pipeline name"); !s.ok()) return s;
  if (Status s = validate_check_references(c); !s.ok()) return s;
  return validate_pipeline_references(c.pipelines);
}

namespace {
struct Storable {
  Status (*judge)(const CheckConfig&);
  void (*drop)(Check&);
};

// What of a result's definition part keeps it from being stored, and how it is taken out.
const Storable kStorable[] = {
    {validate_ttl, [](Check& c) { c.ttl = 0; }},
    {validate_ttl_least, [](Check& c) { c.ttl = 0; }},
    {validate_ttl_status_of_result, [](Check& c) { c.metadata.annotations.erase(kTtlStatusAnnotation); }},
    {validate_references,
     [](Check& c) {
       c.runtime_assets.clear();
       c.subscriptions.erase(std::remove(c.subscriptions.begin(), c.subscriptions.end(), ""), c.subscriptions.end());
       if (!validate_references(c).ok()) c.proxy_entity_name.clear();
     }},
    {[](const CheckConfig& c) { return validate_proxy_requests(c.proxy_requests); }, [](Check& c) { c.proxy_requests.reset(); }},
    {[](const CheckConfig& c) { return validate_metric_format(c.output_metric_format); }, [](Check& c) { c.output_metric_format.clear(); }},
    {validate_flap_thresholds, [](Check& c) { c.low_flap_threshold = c.high_flap_threshold = 0; }},
    {[](const CheckConfig& c) { return validate_env_vars(c.env_vars); }, [](Check& c) { c.env_vars.clear(); }},
    {validate_output_size, [](Check& c) { c.max_output_size = 0; }},
    {validate_thresholds, [](Check& c) { c.output_metric_thresholds.clear(); }},
    {validate_subdue, [](Check& c) { c.subdue.reset(); }},
    {[](const CheckConfig& c) { return validate_pipeline_references(c.pipelines); }, [](Check& c) { c.pipelines.clear(); }},
};
}  // namespace

Status check_make_storable(Check& c) {
  Status first = validate_name(c.metadata.name, "check name");
  if (!first.ok()) return first;
  first = validate_result_schedule(c);
  if (!first.ok()) c.publish = false;
  for (const Storable& part : kStorable)
    if (Status s = part.judge(c); !s.ok()) {
      part.drop(c);
      if (first.ok()) first = std::move(s);
    }
  return first;
}

}  // namespace picket
