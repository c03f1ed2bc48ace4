// agent/input/job_ping.cc - see job_ping.h.
#include "agent/input/job_ping.h"

#include <algorithm>
#include <charconv>

#include "agent/input/expected_result.h"
#include "agent/input/query_text.h"
#include "common/json/json.h"
#include "common/options/options.h"
#include "common/rules/expectation.h"
#include "common/text/log.h"

namespace picket {
namespace {

ApiAnswer refused(int status, const std::string& why) {
  return {status, "text/plain; charset=utf-8", why + "\n", {{"X-Content-Type-Options", "nosniff"}}, {}};
}

// ---- parameters ----

enum class Kind { span, number, text, list, idle };
struct Parameter { std::string_view name; Kind kind; };

// What may stand after `?`. The last two come from clients of healthchecks.io; `create` means nothing here.
constexpr Parameter kParameters[] = {
    {"ttl", Kind::span},        {"ttl_status", Kind::number}, {"status", Kind::number}, {"interval", Kind::span}, {"executed", Kind::number},
    {"handler", Kind::text},    {"handlers", Kind::list},     {"source", Kind::text},   {"rid", Kind::idle},      {"create", Kind::idle},
};
constexpr const char* kKnown = "ttl, ttl_status, status, interval, executed, handler, handlers, source or rid";

const Parameter* parameter_of(std::string_view name) {
  for (const Parameter& p : kParameters)
    if (p.name == name) return &p;
  return nullptr;
}

std::string unknown_text(const std::string& name) {
  std::vector<std::string_view> known;
  for (const Parameter& p : kParameters) known.push_back(p.name);
  const std::string_view near = nearest_name(name, known);
  return "\"" + name + "\" is not a parameter of a ping; " +
      (near.empty() ? std::string("expected ") + kKnown : "did you mean \"" + std::string(near) + "\"?");
}

// A parameter nobody knows may be a misspelt ttl, an empty one a variable that is not set, and of two one would be lost: then nothing,
// or something else, would be watched.
std::string query_problem(const std::vector<QueryParameter>& query) {
  StringList seen;
  for (const QueryParameter& q : query) {
    const Parameter* p = parameter_of(q.name);
    if (!p) return unknown_text(q.name);
    if (p->kind == Kind::idle) continue;
    if (q.value.empty()) return q.name + " has no value; set it, or omit it (is a shell variable unset?)";
    if (std::find(seen.begin(), seen.end(), q.name) != seen.end()) return q.name + " is set twice; remove one of them";
    seen.push_back(q.name);
  }
  return "";
}

// Seconds, or a span for what is one: 25h, 1d.
Result<int64_t> number_of(const Parameter& p, const std::string& value) {
  int64_t number = 0;
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc() && end == value.data() + value.size()) return number;
  const bool is_span = p.kind == Kind::span;
  Result<int64_t> span = is_span ? duration_parse_ms(value) : Result<int64_t>(fail(Err::invalid, ""));
  if (span.ok() && span.value >= 1000) return span.value / 1000;
  return fail(
      Err::invalid,
      std::string(p.name) + " must be " + (is_span ? "seconds or a duration, e.g. 25h or 1d" : "an integer") + ", not \"" + value + "\"");
}

StringList items_of(const std::string& value) {
  StringList items;
  for (size_t at = 0; at <= value.size();) {
    const size_t comma = std::min(value.find(',', at), value.size());
    items.push_back(value.substr(at, comma - at));
    at = comma + 1;
  }
  return items;
}

Status put_parameter(JsonObject& o, const Parameter& p, const std::string& value) {
  if (p.kind == Kind::text) o.add(p.name, value);
  if (p.kind == Kind::list) o.add(p.name, items_of(value));
  if (p.kind != Kind::span && p.kind != Kind::number) return {};
  Result<int64_t> number = number_of(p, value);
  if (number.ok()) o.add(p.name, number.value);
  return number.status;
}

// ---- the path ----

// NAME, or NAME and what clients of healthchecks.io put after it.
struct PingPath {
  std::string name;
  enum kind_t { done, succeeded, failed, start, note } kind = done;  // done: no word, the query may say how
  std::string word;
};

Result<PingPath> path_of(const std::string& rest) {
  PingPath p{rest, PingPath::done, ""};
  const size_t slash = rest.rfind('/');
  if (slash == rest.npos) return p;
  p.name = rest.substr(0, slash);
  const std::string word = p.word = rest.substr(slash + 1);
  int status = 0;
  auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), status);
  const bool is_status = error == std::errc() && end == word.data() + word.size() && status >= 0 && status <= 255;
  if (word == "fail" || (is_status && status != 0)) p.kind = PingPath::failed;
  else if (is_status) p.kind = PingPath::succeeded;
  else if (word == "start") p.kind = PingPath::start;
  else if (word == "log") p.kind = PingPath::note;
  else if (!word.empty())
    return fail(Err::invalid,
                "\"" + word + "\" is not valid after the name of a ping; expected start, fail, log, or an exit status from 0 to 255");
  return p;
}

// The words after the name and ?status= say the same, or one of them is a mistake.
std::string contradiction(const PingPath& path, const std::string& status) {
  const bool is_zero = status == "0";
  const bool wrong = !status.empty() && ((path.kind == PingPath::failed && is_zero) || (path.kind == PingPath::succeeded && !is_zero));
  return wrong ? "status=" + status + " contradicts /" + path.word + " in the path; use only one of them" : "";
}

// ---- the result ----

struct JobPing {
  const Core& core;
  PingPath path;
  std::vector<QueryParameter> query;
  std::string run;
  PingBook* book;
  Now now;
  std::string value(std::string_view name) const {
    for (const QueryParameter& q : query)
      if (q.name == name) return q.value;
    return "";
  }
};

std::string output_of(const std::string& body) {
  if (body.size() <= kPingBodyMax) return body;
  size_t from = body.size() - kPingBodyMax;
  while (from < body.size() && (static_cast<unsigned char>(body[from]) & 0xc0) == 0x80) from++;
  return "[" + std::to_string(from) + " earlier bytes omitted]\n" + body.substr(from);
}

void run_time_fill(const JobPing& ping, Event& event) {
  const double seconds = ping.book ? ping_ended(*ping.book, ping.path.name, ping.run, ping.now.unix_ms) : -1;
  if (seconds < 0) return;
  event.check->duration = seconds;
  event.metrics.emplace().points.push_back({kRunTimeMetric, seconds, ping.now.unix_s(), {}});
}

Result<Event> event_of(const JobPing& ping, const std::string& body, const ResultContext& context) {
  JsonObject o;
  o.add("name", ping.path.name).add("output", output_of(body)).add(kReportedByAnnotation, "ping");
  for (const QueryParameter& q : ping.query)
    if (Status s = put_parameter(o, *parameter_of(q.name), q.value); !s.ok()) return s;
  if (ping.path.kind == PingPath::failed && ping.value("status").empty()) o.add("status", int64_t{2});
  return result_parse(o.done(), context);
}

// ---- whether anybody waits for it ----

// An agent that expects something knows all names: another one is a typing error, which would never be missed.
std::string name_problem(const Core& core, const std::string& name) {
  const StringList names = expected_names(core);
  if (names.empty() || std::find(names.begin(), names.end(), name) != names.end()) return "";
  const std::string_view near = nearest_name(name, std::vector<std::string_view>(names.begin(), names.end()));
  return "\"" + name + "\" is not expected by this agent; " +
      (near.empty() ? "define it with `expect` in the agent's configuration" : "did you mean \"" + std::string(near) + "\"?");
}

// What the sender is to know, after OK.
std::string remark(const JobPing& ping) {
  if (const CheckConfig* definition = expected_check(ping.core, ping.path.name))
    return ping.value("ttl").empty() ? "" : "; ttl is not used: the next one is expected " + expectation_words(*definition->expect);
  if (!ping.value("ttl").empty()) return "";
  if (ping.book && ping_unexpected_first(*ping.book, ping.path.name))
    log_warn("agent", "a ping that nothing is expected of: unless the backend expects it, nobody is alerted when it stops",
             {{"check", ping.path.name}, {"remedy", "a ttl in each ping, or a check with `expect`"}});
  return "; no ttl, and this agent expects nothing of it";
}

ApiAnswer accepted(const std::string& text) {
  ApiAnswer a{200, "text/plain; charset=utf-8", "OK" + text + "\n", {}, {}};
  a.headers.push_back({"Ping-Body-Limit", std::to_string(kPingBodyMax)});
  return a;
}

// That a job begins, or what it logs, is no result: the countdown goes on, and it is written to our log.
ApiAnswer noted(const JobPing& ping, const std::string& body) {
  log_info("agent", "ping without a result", {{"check", ping.path.name}, {"kind", ping.path.word}, {"text", body.substr(0, 1000)}});
  if (ping.path.kind == PingPath::start && ping.book) ping_started(*ping.book, ping.path.name, ping.run, ping.now.unix_ms);
  return accepted("");
}

}  // namespace

ApiAnswer ping_answer(const Core& core, const ApiRequest& request, const std::string& rest, const ResultContext& context, Now now,
                      PingBook* book) {
  Result<PingPath> path = path_of(query_unescape(rest));
  if (!path.ok()) return refused(400, path.status.message);
  JobPing ping{core, std::move(path.value), query_parameters(request.query), "", book, now};
  if (std::string problem = query_problem(ping.query); !problem.empty()) return refused(400, problem);
  if (std::string problem = contradiction(ping.path, ping.value("status")); !problem.empty()) return refused(400, problem);
  ping.run = ping.value("rid");
  if (ping.run.size() > kPingRunMax) return refused(400, "rid is longer than " + std::to_string(kPingRunMax) + " bytes; expected a UUID");
  Result<Event> event = event_of(ping, request.body, context);
  if (!event.ok()) return refused(400, event.status.message);
  if (std::string problem = name_problem(core, ping.path.name); !problem.empty()) return refused(404, problem);
  if (ping.path.kind == PingPath::start || ping.path.kind == PingPath::note) return noted(ping, request.body);
  ApiAnswer a = accepted(remark(ping));
  run_time_fill(ping, event.value);
  a.events.push_back(std::move(event.value));
  return a;
}

}  // namespace picket
