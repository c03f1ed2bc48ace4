// agent/input/input_api.cc - see input_api.h.
#include "agent/input/input_api.h"

#include <algorithm>
#include <charconv>

#include "agent/input/pushed_result.h"
#include "common/basic/build_info.h"
#include "common/tls/crypto.h"
#include "common/json/json.h"
#include "common/text/log.h"
#include "common/types/message.h"
#include "common/options/options.h"
#include "common/rules/resource_types.h"

namespace picket {
namespace {

struct Call {
  const Core& core;
  const ApiStats& stats;
  const ApiRequest& request;
  Now now;
  std::string rest;  // of the path, after the route's prefix
  ResultContext context() const {
    const AgentConfig& c = core.config;
    return {core.entity.metadata.name, core.entity.metadata.ns, now.unix_s(), c.input_rate > 0 ? size_t(c.input_burst) : kResultsMax,
            c.default_handler};
  }
};

ApiAnswer text(int status, std::string body) { return {status, "text/plain; charset=utf-8", std::move(body), {}, {}}; }
ApiAnswer refused(int status, std::string body) {
  ApiAnswer a = text(status, std::move(body));
  a.headers.push_back({"X-Content-Type-Options", "nosniff"});
  return a;
}
ApiAnswer json(int status, std::string body) { return {status, "application/json", std::move(body), {}, {}}; }
ApiAnswer response_json(int status, const std::string& what) { return json(status, JsonObject().add("response", what).done()); }

// ---- escaped text of paths and queries ----

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string unescape(std::string_view s) {
  std::string out;
  for (size_t i = 0; i < s.size(); i++) {
    if (s[i] == '%' && i + 2 < s.size() && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
      out += char(hex(s[i + 1]) * 16 + hex(s[i + 2]));
      i += 2;
    } else out += s[i] == '+' ? ' ' : s[i];
  }
  return out;
}

std::string parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    size_t end = query.find('&');
    std::string_view pair = query.substr(0, end);
    query = end == query.npos ? std::string_view{} : query.substr(end + 1);
    size_t equals = pair.find('=');
    if (pair.substr(0, equals) == name) return equals == pair.npos ? "" : unescape(pair.substr(equals + 1));
  }
  return "";
}

// ---- the reference's routes ----

ApiAnswer get_healthz(const Call& c) { return core_is_connected(c.core) ? text(200, "ok") : text(503, "sensu backend unavailable"); }

ApiAnswer get_version(const Call&) { return json(200, JsonObject().add("version", kCompatibleVersion).done()); }

ApiAnswer get_metrics(const Call& c) {
  ApiAnswer a = text(200, api_metrics_text(c.core, c.stats));
  a.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return a;
}

ApiAnswer post_events(const Call& c) {
  if (Status s = json_check(c.request.body); !s.ok()) return refused(400, s.message + "\n");
  if (json_type(c.request.body) == JsonType::null) return refused(400, "an event must be provided\n");
  Result<Event> event = decode<Event>(c.request.body);
  if (!event.ok()) return refused(400, event.status.message + "\n");
  if (Status s = event_prepare(event.value, c.context()); !s.ok()) return refused(400, s.message + "\n");
  ApiAnswer a;
  a.status = 202;
  a.events.push_back(std::move(event.value));
  return a;
}

// ---- the routes of the 1.x client ----

bool has_password(const Call& c) {
  const AgentConfig& config = c.core.config;
  if (config.api_user.empty() || config.api_password.empty()) return false;
  return equal_in_constant_time(c.request.authorization, "Basic " + base64_encode(config.api_user + ":" + config.api_password));
}

ApiAnswer get_info(const Call& c) {
  std::string sensu = JsonObject().add("version", kCompatibleVersion).done();
  std::string transport = JsonObject().add("name", "websocket").add("connected", core_is_connected(c.core)).done();
  return json(200, JsonObject().add_raw("sensu", sensu).add_raw("transport", transport).done());
}

ApiAnswer post_results(const Call& c) {
  if (c.request.content_type.find("application/json") == std::string::npos || c.request.body.empty())
    return response_json(415, "Invalid content type");
  if (!json_check(c.request.body).ok() && !json_check(json_escape_raw_controls(c.request.body)).ok())
    return response_json(400, "Failed to parse JSON body");
  Result<std::vector<Event>> events = results_parse(c.request.body, c.context());
  if (events.status.code == Err::too_large) return response_json(413, events.status.message);
  if (!events.ok()) return response_json(400, events.status.message);  // 1.x: 500 and a look into the log
  ApiAnswer a = response_json(202, "ok");
  a.events = std::move(events.value);
  return a;
}

ApiAnswer unauthorized() {
  ApiAnswer a = response_json(401, "Not authorized; set api-user and api-password");
  a.headers.push_back({"WWW-Authenticate", "Basic realm=\"Sensu Client Restricted Area\""});
  return a;
}

ApiAnswer get_settings(const Call& c) {
  if (!has_password(c)) return unauthorized();
  bool clear = parameter(c.request.query, "redacted") == "false";
  return json(200, JsonObject().add_raw("client", encode(clear ? c.core.entity : entity_redacted(c.core.entity))).done());
}

ApiAnswer get_brew(const Call&) { return response_json(418, "I'm a teapot!"); }
ApiAnswer get_brand(const Call&) { return json(200, JsonObject().add("name", "picket").add("version", kVersion).done()); }

// ---- ours ----

ApiAnswer get_status(const Call& c) {
  if (!c.request.is_status_socket) return refused(404, "404 page not found\n");
  return json(200, api_status_json(c.core, c.stats, c.now));
}

// What may stand after `?`. The last two come from clients of healthchecks.io and mean nothing here.
constexpr const char* kPingParameters[] = {"ttl", "status", "interval", "executed", "handler", "handlers", "source", "rid", "create"};

constexpr std::string_view kPingIdle[] = {"rid", "create"};

std::string ping_unknown(const std::string& name) {
  const std::vector<std::string_view> known(std::begin(kPingParameters), std::end(kPingParameters));
  if (std::find(known.begin(), known.end(), name) != known.end()) return "";
  const std::string_view near = nearest_name(name, known);
  return "\"" + name + "\" is not a parameter of a ping" + (near.empty() ? "" : "; did you mean \"" + std::string(near) + "\"?") +
      (near.empty() ? "; expected ttl, status, interval, executed, handler, handlers or source" : "");
}

// A parameter nobody knows may be a misspelt ttl, an empty one a variable that is not set, and of two one would be lost: then nothing,
// or something else, would be watched.
std::string ping_query_problem(std::string_view query) {
  StringList seen;
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == query.npos ? std::string_view{} : query.substr(end + 1);
    const size_t equals = std::min(pair.find('='), pair.size());
    const std::string name = unescape(pair.substr(0, equals));
    if (name.empty() && equals == pair.size()) continue;
    if (std::string unknown = ping_unknown(name); !unknown.empty()) return unknown;
    if (std::find(std::begin(kPingIdle), std::end(kPingIdle), name) != std::end(kPingIdle)) continue;
    if (equals + 1 >= pair.size()) return name + " has no value; set it, or omit it (is a shell variable unset?)";
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) return name + " is set twice; remove one of them";
    seen.push_back(name);
  }
  return "";
}

// Seconds, or a span for what is one: 25h, 1d.
Result<int64_t> ping_number(const std::string& key, const std::string& value) {
  int64_t number = 0;
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc() && end == value.data() + value.size()) return number;
  const bool is_span = key == "ttl" || key == "interval";
  Result<int64_t> span = is_span ? duration_parse_ms(value) : Result<int64_t>(fail(Err::invalid, ""));
  if (span.ok() && span.value >= 1000) return span.value / 1000;
  return fail(Err::invalid,
              key + " must be " + (is_span ? "seconds or a duration, e.g. 25h or 1d" : "an integer") + ", not \"" + value + "\"");
}

// NAME, or NAME and what clients of healthchecks.io put after it.
struct PingPath {
  std::string name;
  enum kind_t { done, succeeded, failed, note } kind = done;  // done: no word, the query may say how
};

// The words after the name and ?status= say the same, or one of them is a mistake.
bool ping_contradicts(PingPath::kind_t kind, int64_t status) {
  return (kind == PingPath::failed && status == 0) || (kind == PingPath::succeeded && status != 0);
}

Result<PingPath> ping_path(const std::string& rest) {
  PingPath p{rest, PingPath::done};
  const size_t slash = rest.rfind('/');
  if (slash == rest.npos) return p;
  p.name = rest.substr(0, slash);
  const std::string word = rest.substr(slash + 1);
  int status = 0;
  auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), status);
  const bool is_status = error == std::errc() && end == word.data() + word.size() && status >= 0 && status <= 255;
  if (word == "fail" || (is_status && status != 0)) p.kind = PingPath::failed;
  else if (is_status) p.kind = PingPath::succeeded;
  else if (word == "start" || word == "log") p.kind = PingPath::note;
  else if (!word.empty())
    return fail(Err::invalid,
                "\"" + word + "\" is not valid after the name of a ping; expected start, fail, log, or an exit status from 0 to 255");
  return p;
}

// /ping/NAME[/start|fail|log|EXIT]?ttl=SPAN&status=N&handler=H&source=E with the output as body: a result by curl. That a job begins, or
// what it logs, is no result: the countdown goes on, and it is written to our log.
ApiAnswer ping(const Call& c) {
  Result<PingPath> path = ping_path(unescape(c.rest));
  if (!path.ok()) return refused(400, path.status.message + "\n");
  if (std::string problem = ping_query_problem(c.request.query); !problem.empty()) return refused(400, problem + "\n");
  JsonObject o;
  o.add("name", path.value.name).add("output", c.request.body);
  bool has_status = false;
  for (const char* key : {"ttl", "status", "interval", "executed"}) {
    std::string value = parameter(c.request.query, key);
    if (value.empty()) continue;
    Result<int64_t> number = ping_number(key, value);
    if (!number.ok()) return refused(400, number.status.message + "\n");
    const bool is_status = std::string_view(key) == "status";
    if (is_status && ping_contradicts(path.value.kind, number.value))
      return refused(400,
                     "status=" + value + " contradicts /" + c.rest.substr(c.rest.rfind('/') + 1) + " in the path; use only one of them\n");
    has_status = has_status || is_status;
    o.add(key, number.value);
  }
  if (path.value.kind == PingPath::failed && !has_status) o.add("status", int64_t{2});
  for (const char* key : {"handler", "source"})
    if (std::string value = parameter(c.request.query, key); !value.empty()) o.add(key, value);
  if (std::string value = parameter(c.request.query, "handlers"); !value.empty()) {
    StringList names;
    for (size_t at = 0; at <= value.size();) {
      const size_t comma = std::min(value.find(',', at), value.size());
      names.push_back(value.substr(at, comma - at));
      at = comma + 1;
    }
    o.add("handlers", names);
  }
  Result<Event> event = result_parse(o.done(), c.context());
  if (!event.ok()) return refused(400, event.status.message + "\n");
  ApiAnswer a = text(202, "ok\n");
  if (path.value.kind == PingPath::note) {
    log_info("agent", "ping without a result", {{"check", path.value.name}, {"path", c.rest}, {"text", c.request.body.substr(0, 1000)}});
    return a;
  }
  a.events.push_back(std::move(event.value));
  return a;
}

struct Route {
  const char* method;  // several, blank separated
  const char* path;    // ending in /: a prefix
  ApiAnswer (*answer)(const Call&);
};

constexpr Route kRoutes[] = {
    {"GET HEAD", "/healthz", get_healthz}, {"GET", "/version", get_version},   {"GET", "/metrics", get_metrics},
    {"POST", "/events", post_events},      {"GET", "/info", get_info},         {"POST", "/results", post_results},
    {"GET", "/settings", get_settings},    {"GET", "/brew", get_brew},         {"GET", "/brand", get_brand},
    {"GET", "/status", get_status},        {"POST PUT GET HEAD", "/ping/", ping},
};

bool path_matches(const Route& route, const std::string& path) {
  std::string_view want = route.path;
  if (want.back() != '/') return path == want;
  return path.size() > want.size() && path.compare(0, want.size(), want) == 0;
}

bool method_matches(const Route& route, const std::string& method) {
  std::string have = " " + std::string(route.method) + " ";
  return !method.empty() && have.find(" " + method + " ") != std::string::npos;
}

bool is_protected(const Call& c, const Route& route) {
  return c.core.config.api_protect_all && !c.request.is_status_socket && std::string_view(route.path) != "/healthz";
}

// ---- who may ask ----

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return out;
}

// "Name:3031" -> "name", "[::1]:3031" -> "::1", "name." -> "name"
std::string host_without_port(std::string_view host) {
  if (!host.empty() && host[0] == '[') return lower(host.substr(1, host.find(']') - 1));
  std::string_view name = host.substr(0, host.rfind(':'));
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  return lower(name);
}

bool is_address(std::string_view host) {
  return host.find(':') != host.npos || (host.find('.') != host.npos && host.find_first_not_of("0123456789.") == host.npos);
}

// A page whose own name was turned to this machine's address (DNS rebinding) is betrayed by that name.
bool is_own_host(const Core& core, const std::string& host, const std::string& own_host) {
  const AgentConfig& c = core.config;
  if (host.empty() || is_address(host) || host == "localhost" || host == lower(c.api_host) || host == lower(c.name)) return true;
  constexpr std::string_view kLocal = ".localhost";
  if (host.size() > kLocal.size() && host.compare(host.size() - kLocal.size(), host.npos, kLocal) == 0) return true;
  const std::string own = lower(own_host);
  if (host == own || host == own.substr(0, own.find('.'))) return true;
  for (const std::string& name : c.api_hosts)
    if (host == host_without_port(name)) return true;
  return false;
}

}  // namespace

std::string api_page_problem(const Core& core, const ApiRequest& r) {
  if (r.is_status_socket) return "";
  constexpr std::string_view kPage = "requests from web pages are rejected";
  if (!r.origin.empty()) return std::string(kPage) + " (Origin: " + r.origin.substr(0, 200) + ")";
  if (!r.fetch_site.empty() && r.fetch_site != "none" && r.fetch_site != "same-origin")
    return std::string(kPage) + " (Sec-Fetch-Site: " + r.fetch_site.substr(0, 40) + ")";
  if (!r.referer.empty()) {
    size_t at = r.referer.find("://");
    std::string_view rest = std::string_view(r.referer).substr(at == std::string::npos ? 0 : at + 3);
    if (std::string from = host_without_port(rest.substr(0, rest.find_first_of("/?#"))); from != host_without_port(r.host))
      return std::string(kPage) + " (Referer: " + from.substr(0, 200) + ")";
  }
  if (is_own_host(core, host_without_port(r.host), r.own_host)) return "";
  return "\"" + r.host.substr(0, 200) + "\" is not a known name of this machine; if it is one, add it to api-hosts";
}

ApiAnswer api_too_many(const Core& core) {
  ApiAnswer a =
      refused(429, "more than " + std::to_string(int64_t(core.config.input_rate)) + " results per second; see input-rate-limit\n");
  a.headers.push_back({"Retry-After", "1"});
  return a;
}

// What is accepted is promised.
static ApiAnswer sendable(const Core& core, ApiAnswer answer, size_t came_bytes) {
  for (const Event& event : answer.events)
    if (!core_event_fits(core, event, came_bytes))
      return refused(413,
                     "check \"" + (event.check ? event.check->metadata.name : "") + "\": the event exceeds the message limit (" +
                         std::to_string(kMessageMax) + " bytes) even with its output truncated; send fewer annotations and labels\n");
  return answer;
}

ApiAnswer api_answer(const Core& core, const ApiStats& stats, const ApiRequest& request, Now now) {
  for (const Route& route : kRoutes) {
    if (!path_matches(route, request.path)) continue;
    if (!method_matches(route, request.method)) return {405, "", "", {}, {}};
    if (std::string why = api_page_problem(core, request); !why.empty() && route.answer != get_healthz) return refused(403, why + "\n");
    if (request.body_too_large)
      return refused(413, "the body is larger than " + std::to_string(core.config.socket_max) + " bytes; see socket-max-bytes\n");
    std::string_view prefix = route.path;
    Call call{core, stats, request, now, request.path.substr(prefix.size())};
    if (is_protected(call, route) && !has_password(call)) return unauthorized();
    return sendable(core, route.answer(call), request.body.size());
  }
  return refused(404, "404 page not found\n");
}

}  // namespace picket
