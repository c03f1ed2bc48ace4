// agent/metrics/nagios.cc - nagios performance data: TEXT | 'label'=value[unit];[warn];[crit];[min];[max] ...
//
// By the plugin guidelines: what follows the first '|' of the first line is performance data, and everything after the first '|'
// of the lines below it. Labels with blanks stand in quotes, where '' is a quote. A comma in a number is the decimal point of
// another language, unless it may part the thousands of bytes or of a count. Units are dropped, as by the reference: the number is the
// plugin's, in the plugin's unit.
#include <algorithm>

#include "common/template/go_number.h"
#include "agent/metrics/metrics.h"

namespace picket {

using View = std::string_view;

static bool is_blank(char c) { return c == ' ' || c == '\t'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_quote(char c) { return c == '\'' || c == '"'; }

static View skipped_blanks(View text, View also = "") {
  while (!text.empty() && (is_blank(text[0]) || also.find(text[0]) != also.npos)) text.remove_prefix(1);
  return text;
}

static View word_of(View text) { return text.substr(0, text.find_first_of(" \t|")); }

// ---- the number ----

// Digits with a sign, a decimal point or comma, and an exponent; what remains of `text` is the unit.
static std::string take_number(View& text) {
  std::string number;
  size_t i = 0;
  auto digits = [&] {
    while (i < text.size() && is_digit(text[i])) number += text[i++];
  };
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) number += text[i++];
  digits();
  if (i < text.size() && (text[i] == '.' || (text[i] == ',' && i + 1 < text.size() && is_digit(text[i + 1])))) {
    number += '.';
    i++;
    digits();
  }
  const size_t sign = i + 1 < text.size() && (text[i + 1] == '-' || text[i + 1] == '+') ? 1 : 0;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E') && i + 1 + sign < text.size() && is_digit(text[i + 1 + sign])) {
    number.append(text.substr(i, 1 + sign));
    i += 1 + sign;
    digits();
  }
  text.remove_prefix(i);
  return number;
}

// A unit holds no digits, signs or quotes: 1-2, 10:20 and 1.2.3 are no numbers with a unit.
static bool is_unit(View text) { return text.find_first_of("0123456789+-.,:='\"") == text.npos; }

// Bytes and counts come whole, so that a comma in them may as well part thousands: 12,345B is twelve thousand bytes or twelve.
static bool is_unit_of_whole(View unit) {
  if (unit == "c" || unit == "B") return true;
  const bool is_multiple = (unit.size() == 2 && unit[1] == 'B') || (unit.size() == 3 && unit[1] == 'i' && unit[2] == 'B');
  return is_multiple && View("kKMGTPE").find(unit[0]) != View::npos;
}

// One to three digits that begin with no 0, a comma, three digits.
static bool may_be_thousands(View number) {
  if (!number.empty() && (number[0] == '-' || number[0] == '+')) number.remove_prefix(1);
  const size_t comma = number.find(',');
  return comma != number.npos && comma >= 1 && comma <= 3 && number[0] != '0' && number.size() == comma + 4;
}

enum class Value { number, unknown, ambiguous, unreadable };

static Value value_parse(View text, double* out) {
  while (!text.empty() && text.back() == ',') text.remove_suffix(1);
  if (text == "U") return Value::unknown;  // the guidelines' word for "could not be measured"
  const View whole = text;
  const std::string number = take_number(text);
  if (!is_unit(text) || !go_float_parse(number, out)) return Value::unreadable;
  const bool is_ambiguous = is_unit_of_whole(text) && may_be_thousands(whole.substr(0, whole.size() - text.size()));
  return is_ambiguous ? Value::ambiguous : Value::number;
}

// ---- label=value ----

// The text between quotes, '' in it being one; false: they are not closed. A backslash (C:\ of Windows) becomes a slash: it is an
// escape to most of what keeps series (Influx, Graphite, shells in between), so that the name would be another one on its way.
static bool take_quoted(View& rest, std::string& label) {
  const char quote = rest[0];
  for (size_t i = 1; i < rest.size(); i++) {
    if (rest[i] == quote && (i + 1 == rest.size() || rest[i + 1] != quote)) return rest.remove_prefix(i + 1), true;
    if (rest[i] == quote) i++;
    label += rest[i] == '\\' ? '/' : rest[i];
  }
  return false;
}

// Where a quote is not closed nobody knows where the label ends: the next value is not trusted either.
static void broken_quote_skip(MetricsSink& sink, View& rest) {
  const size_t equals = std::min(rest.find('='), rest.size());
  const size_t size = std::min(equals + word_of(rest.substr(equals)).size(), rest.size());
  metrics_skip(sink, "missing closing quote of a label", rest.substr(0, size));
  rest.remove_prefix(size);
}

// Why what stands in front of '=' without quotes is no label: mostly it is the rest of something whose beginning was cut off.
static const char* label_fault(View label) {
  if (label.empty()) return "expected LABEL=VALUE";
  if (is_quote(label.back())) return "missing opening quote of a label";
  return label.find_first_of("\";") == label.npos ? nullptr : "a quote or ';' in a label";
}

// The label in front of '='; nothing: ignored, what stood there is gone from `rest`.
static std::string take_label(MetricsSink& sink, View& rest) {
  std::string label;
  const View whole = rest;
  if (is_quote(rest[0])) {
    if (!take_quoted(rest, label)) return broken_quote_skip(sink, rest = whole), std::string();
  } else {
    label = rest.substr(0, rest.find_first_of(" \t|="));
    rest.remove_prefix(label.size());
  }
  const View behind = skipped_blanks(rest);
  const size_t size = whole.size() - rest.size();
  if (behind.empty() || behind[0] != '=') return metrics_skip(sink, "expected LABEL=VALUE", whole.substr(0, size)), std::string();
  rest = behind.substr(1);
  const char* fault = label_fault(is_quote(whole[0]) && !label.empty() ? View("quoted") : View(label));
  if (!fault) return label;
  metrics_skip(sink, fault, whole.substr(0, size + 1 + word_of(rest).size()));
  rest.remove_prefix(word_of(rest).size());
  return std::string();
}

// Some put commas without a blank between: a=1,b=2.
static View until_next_item(View word) {
  for (size_t comma = word.find(','); comma != word.npos; comma = word.find(',', comma + 1)) {
    const bool is_decimal = comma + 1 < word.size() && is_digit(word[comma + 1]);
    if (!is_decimal && word.find('=', comma) != word.npos) return word.substr(0, comma);
  }
  return word;
}

// What stands after blanks is the value when it looks like one; else it is the next label.
static bool is_value(View word) { return !word.empty() && View("+-.,U0123456789").find(word[0]) != View::npos; }

// value;warn;crit;min;max
static View take_value(View& rest) {
  const View behind = skipped_blanks(rest);
  if (is_value(word_of(behind)) && word_of(behind).find('=') == View::npos) rest = behind;
  const View word = until_next_item(word_of(rest));
  rest.remove_prefix(word.size());
  return word;
}

static void perfdata_read(MetricsSink& sink, View rest) {
  while (!(rest = skipped_blanks(rest, ",|")).empty()) {
    const View whole = rest;
    std::string label = take_label(sink, rest);
    if (label.empty()) continue;
    const View word = take_value(rest), value = word.substr(0, word.find(';'));
    const View item = whole.substr(0, whole.size() - rest.size());
    MetricPoint point{std::move(label), 0, sink.check->executed, sink.check->output_metric_tags};
    const Value kind = value_parse(value, &point.value);
    if (kind == Value::number) metrics_point(sink, std::move(point));
    if (kind == Value::unreadable) metrics_skip(sink, "the value is not a number", item);
    if (kind == Value::ambiguous) metrics_skip(sink, "comma in a number: expected a decimal point and no thousands separator", item);
    if (word.find('=') != word.npos && kind != Value::unreadable) metrics_skip(sink, "unexpected ';': expected a space", item);
  }
}

// ---- lines ----

// Where a line below is performance data already, a '|' in it may part it from text once more.
static View without_text(View line) {
  const size_t bar = line.find('|');
  return bar == line.npos || line.substr(0, bar).find('=') != line.npos ? line : line.substr(bar + 1);
}

void metrics_nagios(MetricsSink& sink) {
  View text = metrics_trimmed(sink.check->output);
  bool is_first = true, is_perfdata = false;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const View line = metrics_trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t bar = line.find('|');
    if (is_perfdata) perfdata_read(sink, without_text(line));
    else if (bar != line.npos) perfdata_read(sink, line.substr(bar + 1)), is_perfdata = !is_first;
    is_first = false;
  }
}

}  // namespace picket
