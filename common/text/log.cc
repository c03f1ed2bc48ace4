// common/text/log.cc - a line put together: keys sorted, values typed, levels kept.
#include "common/text/log.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <vector>

#include "common/json/json.h"
#include "common/time/timezone.h"

namespace picket {

static std::atomic<LogLevel> the_level{LogLevel::info};
static std::mutex the_sink_lock;
static std::function<void(std::string_view)> the_sink;  // guarded by the_sink_lock; empty = stderr

static const struct { const char* name; LogLevel level; } kLevels[] = {
    {"trace", LogLevel::trace}, {"debug", LogLevel::debug},   {"info", LogLevel::info},   {"warning", LogLevel::warn},
    {"error", LogLevel::error}, {"fatal", LogLevel::fatal},   {"warn", LogLevel::warn},   {"panic", LogLevel::fatal},
};

LogField::LogField(std::string_view k, std::string_view v) : key(k), raw(json_quote(v)) {}
LogField::LogField(std::string_view k, bool v) : key(k), raw(v ? "true" : "false") {}
LogField::LogField(std::string_view k, double v) : key(k) { json_put_double(raw, v); }

void log_set_level(LogLevel level) { the_level = level; }
LogLevel log_level() { return the_level; }

Result<LogLevel> log_level_parse(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  for (auto& row : kLevels)
    if (lower == row.name) return row.level;
  return fail(Err::invalid,
              "not a valid log level: \"" + std::string(text) + "\"; expected panic, fatal, error, warn, info, debug or trace");
}

void log_set_sink(std::function<void(std::string_view)> sink) {
  std::lock_guard<std::mutex> hold(the_sink_lock);
  the_sink = std::move(sink);
}

// "2026-11-20T10:00:00.123Z"
std::string log_time_text() {
  using namespace std::chrono;
  int64_t ms = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  WallTime t = wall_time(ms / 1000);
  char text[64];
  snprintf(text, sizeof text, "\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", static_cast<int>(t.year), t.month, t.day, t.hour, t.minute,
           t.second, static_cast<int>(ms % 1000));
  return text;
}

// The field as it fits into what the line has left: cut strings say so, other values are left out.
static std::string field_fitted(const std::string& raw, size_t room) {
  if (raw.size() <= room) return raw;
  if (raw.empty() || raw[0] != '"' || room < 64) return "\"(cut)\"";
  std::string text = json_string(raw).value;
  text.resize(std::min(text.size(), (room - 16) / 6));  // one byte becomes six at worst
  return json_quote(text + "(cut)");
}

static std::string line_build(LogLevel level, std::string_view component, std::string_view msg, LogFields fields) {
  std::vector<LogField> all(fields);
  all.emplace_back("component", component);
  all.emplace_back("level", kLevels[static_cast<int>(level)].name);
  all.emplace_back("msg", msg);
  all.emplace_back("time", "");
  all.back().raw = log_time_text();
  std::stable_sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.key < b.key; });
  size_t room = kLogLineMax - 16 * all.size();
  JsonObject line;
  for (LogField& f : all) {
    size_t used = line.text.size() + f.key.size() + 160;  // level, msg and time always find a place
    line.add_raw(f.key, field_fitted(f.raw, used < room ? room - used : f.key == "time" || f.key == "level" ? 64 : 0));
  }
  return line.done() + "\n";
}

static void write_line(LogLevel level, std::string_view component, std::string_view msg, LogFields fields) {
  std::string line = line_build(level, component, msg, fields);
  std::lock_guard<std::mutex> hold(the_sink_lock);
  if (the_sink) return the_sink(line);
  fwrite(line.data(), 1, line.size(), stderr);  // unbuffered: one write(2)
}

void log_line(LogLevel level, std::string_view component, std::string_view msg, LogFields fields) {
  if (level >= the_level.load(std::memory_order_relaxed)) write_line(level, component, msg, fields);
}

void log_audit(std::string_view msg, LogFields fields) {
  if (LogLevel::warn >= the_level.load(std::memory_order_relaxed)) write_line(LogLevel::info, "audit", msg, fields);
}

}  // namespace picket
