// agent/api.cc - see api.h.
#include "agent/api.h"

#include <charconv>

#include "agent/result.h"
#include "common/build_info.h"
#include "common/crypto.h"
#include "common/json.h"
#include "common/message.h"
#include "common/resource.h"

namespace picket {
namespace {

struct Call {
  const Core& core;
  const ApiStats& stats;
  const ApiRequest& request;
  Now now;
  std::string rest;  // of the path, behind the route's prefix
  ResultContext context() const { return {core.entity.metadata.name, core.entity.metadata.ns, now.unix_s()}; }
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

// /ping/NAME?ttl=S&status=N&handler=H&source=E with the output as body: a result by curl.
ApiAnswer ping(const Call& c) {
  JsonObject o;
  o.add("name", unescape(c.rest)).add("output", c.request.body);
  for (const char* key : {"ttl", "status", "interval", "executed"}) {
    std::string value = parameter(c.request.query, key);
    if (value.empty()) continue;
    int64_t number = 0;
    auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size())
      return refused(400, std::string(key) + " must be a whole number, not \"" + value + "\"\n");
    o.add(key, number);
  }
  for (const char* key : {"handler", "source"})
    if (std::string value = parameter(c.request.query, key); !value.empty()) o.add(key, value);
  Result<Event> event = result_parse(o.done(), c.context());
  if (!event.ok()) return refused(400, event.status.message + "\n");
  ApiAnswer a = text(202, "ok\n");
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
    {"GET", "/status", get_status},        {"POST PUT GET", "/ping/", ping},
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

}  // namespace

ApiAnswer api_too_many(const Core& core) {
  ApiAnswer a = refused(429, "more than " + std::to_string(int64_t(core.config.input_rate)) + " results a second; see input-rate-limit\n");
  a.headers.push_back({"Retry-After", "1"});
  return a;
}

// What is accepted is promised.
static ApiAnswer sendable(const Core& core, ApiAnswer answer, size_t came_bytes) {
  for (const Event& event : answer.events)
    if (!core_event_fits(core, event, came_bytes))
      return refused(413,
                     "check \"" + (event.check ? event.check->metadata.name : "") +
                         "\": the event is larger than a message to a backend may be (" + std::to_string(kMessageMax) +
                         " bytes), also with its output cut; send fewer annotations and labels\n");
  return answer;
}

ApiAnswer api_answer(const Core& core, const ApiStats& stats, const ApiRequest& request, Now now) {
  for (const Route& route : kRoutes) {
    if (!path_matches(route, request.path)) continue;
    if (!method_matches(route, request.method)) return {405, "", "", {}, {}};
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
