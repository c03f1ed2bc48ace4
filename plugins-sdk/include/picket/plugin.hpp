// picket/plugin.hpp - plugin.h in the words of C++11: strings instead of buffers. Thin: what it does not have, plugin.h has.
#pragma once
#include <picket/plugin.h>

#include <string>
#include <vector>

namespace picket_plugin {

enum class State { ok = PK_OK, warning = PK_WARNING, critical = PK_CRITICAL, unknown = PK_UNKNOWN };

inline State worst(State a, State b) { return State(pk_worst(pk_state(a), pk_state(b))); }

class Json {
 public:
  Json() : json_() {}
  explicit Json(pk_json json) : json_(json) {}
  explicit operator bool() const { return pk_json_kind(json_) != PK_NOTHING; }
  pk_kind kind() const { return pk_json_kind(json_); }
  Json operator[](const std::string& key) const { return Json(pk_json_member(json_, key.c_str())); }
  Json at(size_t index) const { return Json(pk_json_item(json_, index)); }
  size_t size() const { return pk_json_count(json_); }
  std::string text(const std::string& fallback = "") const {
    if (kind() != PK_STRING) return fallback;
    std::string out(pk_json_string(json_, nullptr, 0) + 1, '\0');
    pk_json_string(json_, &out[0], out.size());
    out.pop_back();
    return out;
  }
  double number(double fallback = 0) const { return pk_json_number(json_, fallback); }
  long long integer(long long fallback = 0) const { return pk_json_integer(json_, fallback); }
  bool boolean(bool fallback = false) const { return pk_json_bool(json_, fallback) != 0; }
  std::string raw() const { return std::string(json_.text ? json_.text : "", json_.size); }
  pk_json view() const { return json_; }

 private:
  pk_json json_;
};

// The event on the standard input. `error` is empty when there is one.
class Event {
 public:
  explicit Event(FILE* from = stdin) : event_() {
    if (const char* why = pk_event_read(&event_, from)) error = why;
  }
  ~Event() { pk_event_free(&event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  Json json() const { return Json(event_.json); }
  std::string entity() const { return json()["entity"]["metadata"]["name"].text(); }
  std::string check() const { return json()["check"]["metadata"]["name"].text(); }
  std::string output() const { return json()["check"]["output"].text(); }
  std::string state() const { return json()["check"]["state"].text(); }
  long long status() const { return pk_event_status(&event_); }
  long long occurrences() const { return pk_event_occurrences(&event_); }
  bool is_incident() const { return pk_event_is_incident(&event_) != 0; }
  bool is_resolution() const { return pk_event_is_resolution(&event_) != 0; }
  std::string annotation(const std::string& key) const {
    Json own = json()["check"]["metadata"]["annotations"][key];
    return own.kind() == PK_STRING ? own.text() : json()["entity"]["metadata"]["annotations"][key].text();
  }
  std::string error;

 private:
  pk_event event_;
};

class Plugin {
 public:
  Plugin(const char* name, const char* version, const char* summary, std::vector<pk_option> options = {}) : options_(std::move(options)) {
    pk_init(&c, name, version, summary);
    c.options = options_.data();
    c.options_count = int(options_.size());
  }
  void arguments(int argc, char** argv) { pk_args(&c, argc, argv); }
  std::string text(const char* name, const std::string& fallback = "") const { return pk_text(&c, name, fallback.c_str()); }
  double number(const char* name, double fallback) { return pk_number(&c, name, fallback); }
  State judge(double value) const { return State(pk_judge(&c.warning, &c.critical, value)); }
  void perf(const std::string& label, double value, const char* unit = "", double min = PK_NONE, double max = PK_NONE, bool judged = true) {
    pk_perf(&c, label.c_str(), value, unit, judged ? &c.warning : nullptr, judged ? &c.critical : nullptr, min, max);
  }
  void detail(const std::string& line) { pk_detail(&c, "%s", line.c_str()); }
  [[noreturn]] void exit(State state, const std::string& summary) { pk_exit(&c, pk_state(state), "%s", summary.c_str()); }

  pk_plugin c;  // everything else

 private:
  std::vector<pk_option> options_;
};

}  // namespace picket_plugin
