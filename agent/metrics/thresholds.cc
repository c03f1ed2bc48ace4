// agent/metrics/thresholds.cc - thresholds over the points of a check: the worst rule violated becomes the check's status, and
// every violation an
// annotation of the event.
#include <algorithm>

#include "common/template/go_number.h"
#include "agent/metrics/metrics.h"

namespace picket {

static const char kKeyPrefix[] = "sensu.io/output_metric_thresholds/", kNoticePrefix[] = "sensu.io/notifications/";

static std::string caption(uint32_t status) {
  static const char* const kCaptions[] = {"ok", "warning", "critical"};
  return status < 3 ? kCaptions[status] : "unknown";
}

static std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}

struct Judgement {
  Event& event;
  uint32_t status = 0;
  std::string notice;  // the text of the worst violation
};

// `measure`: min, max or null-status.
static void violated(Judgement& j, const MetricThreshold& t, const char* measure, uint32_t status, const std::string& text) {
  std::string key = kKeyPrefix + t.name;
  for (const MetricThresholdTag& tag : t.tags) key += "." + tag.value;
  j.event.metadata.annotations[key + "/" + measure + "/" + caption(status)] = text;
  if (status <= j.status) return;
  j.status = status;
  j.notice = text;
}

static std::string exceeded_text(const MetricThreshold& t, const char* measure, const std::string& bound, double value) {
  std::string tags;
  for (const MetricThresholdTag& tag : t.tags) tags += (tags.empty() ? "" : ",") + tag.name + "=" + tag.value;
  return "The value of " + t.name + (tags.empty() ? "" : " (" + tags + ")") + " exceeded the configured threshold (" + measure + ": " +
      bound + ", actual: " + go_float_f(value) + ").";
}

static std::string rule_text(const MetricThresholdRule& rule) {
  std::string text = rule.min.empty() ? "" : "min: " + rule.min;
  if (!rule.min.empty() && !rule.max.empty()) text += " - ";
  if (!rule.max.empty()) text += "max: " + rule.max;
  return "; expected " + text + " (status: " + caption(rule.status) + ")";
}

static std::string missing_text(const MetricThreshold& t) {
  std::string tags, rules;
  for (const MetricThresholdTag& tag : t.tags) tags += (tags.empty() ? "" : ", ") + tag.name + "=\"" + tag.value + "\"";
  for (const MetricThresholdRule& rule : t.thresholds) rules += rule_text(rule);
  return upper(caption(t.null_status)) + " : no metric matching \"" + t.name + "\"" + (tags.empty() ? "" : " (" + tags + ")") +
      " was found" + rules;
}

static bool matches(const MetricThreshold& t, const MetricPoint& point) {
  return t.name == point.name && std::all_of(t.tags.begin(), t.tags.end(), [&](const MetricThresholdTag& wanted) {
           return std::any_of(point.tags.begin(), point.tags.end(),
                              [&](const MetricTag& tag) { return tag.name == wanted.name && tag.value == wanted.value; });
         });
}

// Equal to a bound is no violation; a bound that is no number puts the rule out of force.
static void judge_point(Judgement& j, const MetricThreshold& t, const MetricThresholdRule& rule, double value) {
  double min = 0, max = 0;
  if (!rule.min.empty() && !go_float_parse(rule.min, &min)) return;
  if (!rule.min.empty() && value < min) return violated(j, t, "min", rule.status, exceeded_text(t, "min", rule.min, value));
  if (!rule.max.empty() && go_float_parse(rule.max, &max) && value > max)
    violated(j, t, "max", rule.status, exceeded_text(t, "max", rule.max, value));
}

static void judge_threshold(Judgement& j, const MetricThreshold& t) {
  bool found = false;
  static const std::vector<MetricPoint> kNone;
  for (const MetricPoint& point : j.event.metrics ? j.event.metrics->points : kNone) {
    if (!matches(t, point)) continue;
    found = true;
    for (const MetricThresholdRule& rule : t.thresholds) judge_point(j, t, rule, point.value);
  }
  if (!found && t.null_status > 0) violated(j, t, "null-status", t.null_status, missing_text(t));
}

void metrics_judge(Event& event) {
  if (!event.check || event.check->status != 0) return;
  Judgement j{event, 0, ""};
  for (const MetricThreshold& t : event.check->output_metric_thresholds) judge_threshold(j, t);
  event.check->status = j.status;
  if (!j.notice.empty()) event.metadata.annotations[kNoticePrefix + caption(j.status)] = j.notice;
}

}  // namespace picket
