// common/types/types_check.cc - CheckConfig (what to do) and Check (what happened). Rows in the reference's struct order.
#include <charconv>
#include <utility>

#include "common/types/fields.h"

namespace picket {

static const Field<ProxyRequests> kProxyRequests[] = {
    row<ProxyRequests, &ProxyRequests::entity_attributes>("entity_attributes", always),
    row<ProxyRequests, &ProxyRequests::splay>("splay", always),
    row<ProxyRequests, &ProxyRequests::splay_coverage>("splay_coverage", always),
};
PICKET_HAS_TABLE(ProxyRequests) { return table_of(kProxyRequests); }

static const Field<MetricThresholdTag> kThresholdTag[] = {
    row<MetricThresholdTag, &MetricThresholdTag::name>("name", always),
    row<MetricThresholdTag, &MetricThresholdTag::value>("value", always),
};
PICKET_HAS_TABLE(MetricThresholdTag) { return table_of(kThresholdTag); }

static const Field<MetricThresholdRule> kThresholdRule[] = {
    row<MetricThresholdRule, &MetricThresholdRule::min>("min", always),
    row<MetricThresholdRule, &MetricThresholdRule::max>("max", always),
    row<MetricThresholdRule, &MetricThresholdRule::status>("status", always),
};
PICKET_HAS_TABLE(MetricThresholdRule) { return table_of(kThresholdRule); }

static const Field<MetricThreshold> kThreshold[] = {
    row<MetricThreshold, &MetricThreshold::name>("name", always),
    row<MetricThreshold, &MetricThreshold::tags>("tags", always),
    row<MetricThreshold, &MetricThreshold::thresholds>("thresholds", always),
    row<MetricThreshold, &MetricThreshold::null_status>("null_status", always),
};
PICKET_HAS_TABLE(MetricThreshold) { return table_of(kThreshold); }

// A number is seconds, as in `ttl` of a check.
template <std::string Expectation::*M>
static bool span_read(JsonCursor& c, Expectation& v) {
  JsonType type;
  if (!cursor_peek(c, &type)) return false;
  if (type != JsonType::number) return cursor_string(c, &(v.*M));
  int64_t seconds = 0;
  if (!cursor_int64(c, &seconds)) return false;
  v.*M = std::to_string(seconds);
  return true;
}

template <std::string Expectation::*M>
static constexpr Field<Expectation> span_row(std::string_view key) {
  Field<Expectation> field = row<Expectation, M>(key, omit_empty);
  field.read = span_read<M>;
  return field;
}

static const Field<Expectation> kExpectation[] = {
    span_row<&Expectation::ttl>("ttl"),
    row<Expectation, &Expectation::schedule>("schedule", omit_empty),
    row<Expectation, &Expectation::tz>("tz", omit_empty),
    span_row<&Expectation::grace>("grace"),
    row<Expectation, &Expectation::status>("status", omit_empty),
};
PICKET_HAS_TABLE(Expectation) { return table_of(kExpectation, &Expectation::extra); }

static const Field<CheckConfig> kCheckConfig[] = {
    row<CheckConfig, &CheckConfig::command>("command", omit_empty),
    row<CheckConfig, &CheckConfig::handlers>("handlers", list),
    row<CheckConfig, &CheckConfig::high_flap_threshold>("high_flap_threshold", always),
    row<CheckConfig, &CheckConfig::interval>("interval", always),
    row<CheckConfig, &CheckConfig::low_flap_threshold>("low_flap_threshold", always),
    row<CheckConfig, &CheckConfig::publish>("publish", always),
    row<CheckConfig, &CheckConfig::runtime_assets>("runtime_assets", always),
    row<CheckConfig, &CheckConfig::subscriptions>("subscriptions", list),
    row<CheckConfig, &CheckConfig::proxy_entity_name>("proxy_entity_name", always),
    row<CheckConfig, &CheckConfig::check_hooks>("check_hooks", always),
    row<CheckConfig, &CheckConfig::stdin_>("stdin", always),
    row<CheckConfig, &CheckConfig::subdue>("subdue", always),
    row<CheckConfig, &CheckConfig::cron>("cron", omit_empty),
    row<CheckConfig, &CheckConfig::ttl>("ttl", always),
    row<CheckConfig, &CheckConfig::timeout>("timeout", always),
    row<CheckConfig, &CheckConfig::proxy_requests>("proxy_requests", omit_empty),
    row<CheckConfig, &CheckConfig::round_robin>("round_robin", always),
    row<CheckConfig, &CheckConfig::output_metric_format>("output_metric_format", always),
    row<CheckConfig, &CheckConfig::output_metric_handlers>("output_metric_handlers", always),
    row<CheckConfig, &CheckConfig::env_vars>("env_vars", always),
    row<CheckConfig, &CheckConfig::metadata>("metadata", always),
    row<CheckConfig, &CheckConfig::max_output_size>("max_output_size", omit_empty),
    row<CheckConfig, &CheckConfig::discard_output>("discard_output", omit_empty),
    row<CheckConfig, &CheckConfig::secrets>("secrets", always),
    row<CheckConfig, &CheckConfig::output_metric_tags>("output_metric_tags", omit_empty),
    pipelines_row<CheckConfig, &CheckConfig::pipelines>(list),
    row<CheckConfig, &CheckConfig::output_metric_thresholds>("output_metric_thresholds", omit_empty),
    row<CheckConfig, &CheckConfig::subdues>("subdues", omit_empty),
    row<CheckConfig, &CheckConfig::expect>("expect", omit_empty),
};
PICKET_HAS_TABLE(CheckConfig) { return table_of(kCheckConfig, &CheckConfig::extra); }

static const Field<CheckHistory> kHistory[] = {
    row<CheckHistory, &CheckHistory::status>("status", always),
    row<CheckHistory, &CheckHistory::executed>("executed", always),
};
PICKET_HAS_TABLE(CheckHistory) { return table_of(kHistory); }

static constexpr std::string_view kStatusKey = "{\"status\":", kExecutedKey = ",\"executed\":";

// Printed with every event, twenty of twenty-one items for the twentieth time: in one go.
static void history_write(JsonText& out, const Check& v) {
  if (v.history.empty()) return void(out += "null");
  char before = '[';
  for (const CheckHistory& item : v.history) {
    constexpr size_t kItem = 64;
    char *p = out.room(kItem), *end = p + kItem;
    *p++ = std::exchange(before, ',');
    p = std::to_chars(std::copy_n(kStatusKey.data(), kStatusKey.size(), p), end, item.status).ptr;
    p = std::to_chars(std::copy_n(kExecutedKey.data(), kExecutedKey.size(), p), end, item.executed).ptr;
    *p++ = '}';
    out.used -= static_cast<size_t>(end - p);
  }
  out += ']';
}
static bool history_read(JsonCursor& c, Check& v) { return value_read(c, v.history); }
static bool history_empty(const Check& v) { return v.history.empty(); }

static const Field<Check> kCheck[] = {
    row<Check, &Check::command>("command", omit_empty),
    row<Check, &Check::handlers>("handlers", list),
    row<Check, &Check::high_flap_threshold>("high_flap_threshold", always),
    row<Check, &Check::interval>("interval", always),
    row<Check, &Check::low_flap_threshold>("low_flap_threshold", always),
    row<Check, &Check::publish>("publish", always),
    row<Check, &Check::runtime_assets>("runtime_assets", always),
    row<Check, &Check::subscriptions>("subscriptions", list),
    row<Check, &Check::proxy_entity_name>("proxy_entity_name", always),
    row<Check, &Check::check_hooks>("check_hooks", always),
    row<Check, &Check::stdin_>("stdin", always),
    row<Check, &Check::subdue>("subdue", always),
    row<Check, &Check::cron>("cron", omit_empty),
    row<Check, &Check::ttl>("ttl", always),
    row<Check, &Check::timeout>("timeout", always),
    row<Check, &Check::proxy_requests>("proxy_requests", omit_empty),
    row<Check, &Check::round_robin>("round_robin", always),
    row<Check, &Check::duration>("duration", omit_empty),
    row<Check, &Check::executed>("executed", always),
    {"history", always, history_read, history_empty, history_write, "list of ", "CheckHistory"},
    row<Check, &Check::issued>("issued", always),
    row<Check, &Check::output>("output", always),
    row<Check, &Check::state>("state", omit_empty),
    row<Check, &Check::status>("status", always),
    row<Check, &Check::total_state_change>("total_state_change", always),
    row<Check, &Check::last_ok>("last_ok", always),
    row<Check, &Check::occurrences>("occurrences", always),
    row<Check, &Check::occurrences_watermark>("occurrences_watermark", always),
    row<Check, &Check::silenced>("silenced", omit_empty),
    row<Check, &Check::hooks>("hooks", omit_empty),
    row<Check, &Check::output_metric_format>("output_metric_format", always),
    row<Check, &Check::output_metric_handlers>("output_metric_handlers", always),
    row<Check, &Check::env_vars>("env_vars", always),
    row<Check, &Check::metadata>("metadata", always),
    row<Check, &Check::max_output_size>("max_output_size", omit_empty),
    row<Check, &Check::discard_output>("discard_output", omit_empty),
    row<Check, &Check::secrets>("secrets", always),
    row<Check, &Check::is_silenced>("is_silenced", always),
    row<Check, &Check::output_metric_tags>("output_metric_tags", omit_empty),
    row<Check, &Check::scheduler>("scheduler", always),
    row<Check, &Check::processed_by>("processed_by", omit_empty),
    pipelines_row<Check, &Check::pipelines>(list),
    row<Check, &Check::output_metric_thresholds>("output_metric_thresholds", omit_empty),
    row<Check, &Check::subdues>("subdues", omit_empty),
};
PICKET_HAS_TABLE(Check) { return {kCheck, static_cast<int>(std::size(kCheck)), static_cast<Extra Check::*>(&Check::extra)}; }

PICKET_DOCUMENT(CheckConfig)
PICKET_DOCUMENT(Check)

}  // namespace picket
