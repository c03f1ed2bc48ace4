// agent/input/input_api.cc - see input_api.h.
#include "agent/input/input_api.h"

#include "agent/input/job_ping.h"
#include "agent/input/pushed_result.h"
#include "agent/input/query_text.h"
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
  PingBook* pings;
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
  bool clear = query_value(c.request.query, "redacted") == "false";
  return json(200, JsonObject().add_raw("client", encode(clear ? c.core.entity : entity_redacted(c.core.entity))).done());
}

ApiAnswer get_brew(const Call&) { return response_json(418, "I'm a teapot!"); }
ApiAnswer get_brand(const Call&) { return json(200, JsonObject().add("name", "picket").add("version", kVersion).done()); }

// ---- ours ----

ApiAnswer get_status(const Call& c) {
  if (!c.request.is_status_socket) return refused(404, "404 page not found\n");
  return json(200, api_status_json(c.core, c.stats, c.now));
}

ApiAnswer ping(const Call& c) { return ping_answer(c.core, c.request, c.rest, c.context(), c.now, c.pings); }

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

ApiAnswer api_answer(const Core& core, const ApiStats& stats, const ApiRequest& request, Now now, PingBook* pings) {
  for (const Route& route : kRoutes) {
    if (!path_matches(route, request.path)) continue;
    if (!method_matches(route, request.method)) return {405, "", "", {}, {}};
    if (std::string why = api_page_problem(core, request); !why.empty() && route.answer != get_healthz) return refused(403, why + "\n");
    if (request.body_too_large)
      return refused(413, "the body is larger than " + std::to_string(core.config.socket_max) + " bytes; see socket-max-bytes\n");
    std::string_view prefix = route.path;
    Call call{core, stats, request, now, request.path.substr(prefix.size()), pings};
    if (is_protected(call, route) && !has_password(call)) return unauthorized();
    return sendable(core, route.answer(call), request.body.size());
  }
  return refused(404, "404 page not found\n");
}

}  // namespace picket
