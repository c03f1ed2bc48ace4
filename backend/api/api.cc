// backend/api/api.cc - one request from its target to its handler, and the log line that says so.
#include "backend/api/api.h"

#include <algorithm>

#include "common/http/unread_answers.h"
#include "common/rules/local_host.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/api/api_state.h"
#include "backend/access/page_guard.h"
#include "backend/access/rbac.h"

namespace picket {

// ---- one request, in the reference's order (H-1) ----

RbacRequest route_rights(const ApiRoute& route, const PathVariables& path, const Identity& who) {
  RbacRequest request;
  request.user = who.username;
  request.groups = who.groups;
  request.ns = path.ns;
  std::string name = path.id;
  if (route.resource == "events") name = path.sub.empty() ? "" : path.id + "/" + path.sub;
  bool by_part = route.resource == "silenced" && !route.subresource.empty();
  if (by_part) name = route.subresource + "/" + path.id;
  // Sub-resources are their parent's; whether it is about oneself depends on which one.
  rbac_attributes(request, route.method, route.resource, name, by_part ? "" : route.subresource);
  return request;
}

Status call_may(const ApiCall& call, const RbacRequest& request) {
  if (call.who.guest) return page_guest_may(request) ? Status{} : fail(Err::denied, "guests may not do that: log in");
  return rbac_decide(auth_rules(call.backend->auth), request);
}

// Whether the caller might do the same in another place, for bodies that name one.
Status call_may_at(const ApiCall& call, const std::string& ns, const std::string& name) {
  RbacRequest request = route_rights(*call.route, call.path, call.who);
  request.ns = ns;
  if (!request.name.empty()) request.name = name;
  return call_may(call, request);
}

bool call_still_may(ApiCall& call) {
  if (call.route->access == Access::open) return true;
  if (!auth_renew(call.backend->auth, &call.who)) return false;
  return call.route->access == Access::own || call_may(call, route_rights(*call.route, call.path, call.who)).ok();
}

static bool permitted(const CallPtr& call) {
  if (call->route->access == Access::own) return true;
  Status may = call_may(*call, route_rights(*call->route, call->path, call->who));
  if (may.code == Err::denied) answer_denied(call, 403, 4, may.message);
  else if (!may.ok()) answer_denied(call, 500, 0, may.message);
  return may.ok();
}

static bool admitted(const CallPtr& call) {
  if (call->route->access == Access::open) return true;
  if (call->dashboard && !header_has(call->request.headers, "Authorization")) return page_identify(call) && permitted(call);
  auto who = auth_identify(call->backend->auth, header_get(call->request.headers, "Authorization"), call->now_s);
  if (!who.ok()) {
    if (who.status.code == Err::unavailable) answer_denied(call, 503, 0, who.status.message);
    else answer_denied(call, 401, 5, who.status.message);
    return false;
  }
  call->who = who.value;
  return permitted(call);
}

static bool has_nul(const PathVariables& v) {
  for (const std::string* s : {&v.ns, &v.id, &v.sub, &v.sub2})
    if (s->find('\0') != s->npos) return true;
  return false;
}

// --api-serve-wait-time: after a start nothing but /health is answered for a while, so that agents come first.
static bool still_waiting(const CallPtr& call) {
  const Backend& b = *call->backend;
  if (b.config.api_serve_wait_ms <= 0 || call->request.path == "/health") return false;
  int64_t left_ms = b.started_mono_ms + b.config.api_serve_wait_ms - os_mono_ms();
  if (left_ms <= 0) return false;
  answer(call, 503, "starting\n", {{"Content-Type", "text/plain; charset=utf-8"}, {"Retry-After", std::to_string(left_ms / 1000 + 1)}});
  return true;
}

// A web page of another origin makes the browser that shows it change something here. It could not know the credentials, and we
// send no CORS headers; so this is only in case it does.
static bool cross_site(const CallPtr& call) {
  const Headers& h = call->request.headers;
  const std::string_view origin = header_get(h, "Origin");
  if (origin.empty() || call->request.method == "GET" || call->request.method == "HEAD") return false;
  if (origin_is_own(origin, header_get(h, "Host")) || origin_is_own(origin, header_get(h, "X-Forwarded-Host"))) return false;
  log_warn("api", "request from a web page of another origin rejected",
           {{"origin", origin.substr(0, 200)}, {"path", call->request.path.substr(0, 200)}, {"peer", call->request.peer}});
  answer_denied(call, 403, 4, "requests that change data are rejected from web pages of another origin");
  return true;
}

// Everything that is decided by the target alone; true when there is a route to go on with.
static bool routed(const CallPtr& call) {
  const HttpRequest& request = call->request;
  if (!path_escapes_valid(request.path)) {
    answer(call, 400, "400 Bad Request", {{"Content-Type", "text/plain; charset=utf-8"}});
    return false;
  }
  std::string clean = path_clean(request.path);
  if (clean != request.path) {
    if (!request.query.empty()) clean += "?" + request.query;
    for (size_t at = 0; (at = clean.find('\\', at)) != clean.npos;) clean.replace(at, 1, "%5C");  // browsers take it for a slash
    answer(call, 301, "", {{"Location", clean}});
    return false;
  }
  Match match = route_match(api_routes(), request.method, request.path, &call->route, &call->path);
  if (match == Match::wrong_method) answer(call, 405, "");
  else if (match == Match::none || has_nul(call->path))
    answer(call, 404, "{\"code\":2,\"message\":\"not found\"}\n", {{"Content-Type", "text/plain; charset=utf-8"}});
  return call->exchange && match == Match::found;
}

void api_handle(Api* api, HttpExchange* exchange, HttpRequest request, bool dashboard) {
  auto call = std::make_shared<ApiCall>();
  call->api = api;
  call->kept = api->self;
  call->backend = api->backend;
  call->dashboard = dashboard;
  call->exchange = exchange;
  call->request = std::move(request);
  call->now_s = os_unix_ms() / 1000;
  call->started_us = static_cast<int64_t>(uv_hrtime() / 1000);
  if (still_waiting(call) || !routed(call) || cross_site(call) || !admitted(call)) return;
  call->page = page_parse(call->request.query);
  call->route->handler(call);
}

// ---- work that takes more than one turn ----

static void on_timer(uv_timer_t* timer) {
  auto* api = static_cast<Api*>(timer->data);
  const bool lists = lists_step(api), watches = watches_step(api), files = backups_step(api), rows = rows_step(api);
  const bool busy = lists || files || rows || page_turns_step(api), more = busy || watches;
  api->timer_on = more;
  if (more) uv_timer_start(timer, on_timer, busy ? 1 : 20, 0);
}

void api_wake(Api* api) {
  if (std::exchange(api->timer_on, true)) return;
  uv_timer_start(&api->timer, on_timer, 0, 0);
}

void api_rights_changed(Api* api) {
  api->rights++;
  if (!api->lists.empty() || !api->watches.empty() || !api->backups.empty()) api_wake(api);
}

static void on_lag(uv_timer_t* timer) {
  auto* api = static_cast<Api*>(timer->data);
  uint64_t now = uv_hrtime() / 1'000'000;
  api->lag_ms = api->lag_due && now > api->lag_due ? static_cast<int64_t>(now - api->lag_due) : 0;
  api->lag_max_ms = std::max(api->lag_max_ms, api->lag_ms);
  api->lag_due = now + kLagMs;
  rows_look_idle(api);
}

// ---- life ----

ListenOptions api_listen_options(const Api* api) {
  const BackendConfig& config = api->backend->config;
  ListenOptions options;
  options.header_max = kApiHeaderMax;
  options.body_max = config.api_request_limit;
  options.connections_max = kApiConnectionsMax;
  options.connections_per_peer_max = kApiConnectionsPerPeerMax;
  options.waiting_max = kApiConnectionsMax / 2;
  options.unread = api->unread;
  return options;
}

static Result<Listener*> listen_where_configured(Api* api) {
  const BackendConfig& config = api->backend->config;
  ListenOptions options = api_listen_options(api);
  options.host = config.api_host;
  options.port = config.api_port;
  options.tls = config.tls;
  return http_listen(api->backend->net, options,
                     [api](HttpExchange* exchange, HttpRequest request) { api_handle(api, exchange, std::move(request)); });
}

static void on_handle_closed(uv_handle_t* handle) {
  auto* api = static_cast<Api*>(handle->data);
  api->handles_open--;
  api_close_check(api);
}

static void timers_close(Api* api) {
  for (uv_timer_t* timer : {&api->timer, &api->lag_timer}) uv_close(reinterpret_cast<uv_handle_t*>(timer), on_handle_closed);
}

Result<Api*> api_open(Backend* backend) {
  auto* api = new Api;
  api->self.reset(api);
  api->backend = backend;
  api->alive = std::make_shared<Api*>(api);
  api->unread = std::make_shared<UnreadAnswers>();
  api->unread->all_max = kApiUnreadMax;
  api->unread->address_max = kApiUnreadPerPeerMax;
  rows_open(api);
  for (uv_timer_t* timer : {&api->timer, &api->lag_timer}) {
    uv_timer_init(backend->loop, timer);
    timer->data = api;
    api->handles_open++;
  }
  uv_unref(reinterpret_cast<uv_handle_t*>(&api->lag_timer));
  auto listener = listen_where_configured(api);
  if (!listener.ok()) {
    api->closed = [] {};
    timers_close(api);
    return because("listen for the API", listener.status);
  }
  api->listener = listener.value;
  if (Status s = dashboard_open(api); !s.ok()) {
    api_close(api, {});
    return s;
  }
  uv_timer_start(&api->lag_timer, on_lag, kLagMs, kLagMs);
  store_watch(backend->store, [alive = api->alive](const StoreChange& change) {
    if (*alive) watches_change(*alive, change);
  });
  log_info("api", "listening", {{"port", listener_port(api->listener)}});
  return api;
}

void api_close_check(Api* api) {
  if (!api->closed || api->handles_open > 0 || api->busy > 0) return;
  auto done = std::move(api->closed);
  std::exchange(api->self, nullptr).reset();
  done();
}

void api_close(Api* api, std::function<void()> done) {
  api->closed = done ? std::move(done) : [] {};
  *api->alive = nullptr;
  listener_close(api->listener);
  if (api->dashboard) listener_close(api->dashboard);
  lists_end(api);
  rows_end(api);
  page_turns_end(api);
  watches_end(api);
  backups_end(api);
  timers_close(api);
}

int api_port(const Api* api) { return listener_port(api->listener); }

}  // namespace picket
