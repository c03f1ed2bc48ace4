// backend/pages/dashboard.cc - listening, headers of every answer, files.
#include "backend/pages/dashboard.h"

#include <zlib.h>

#include <utility>

#include "backend/access/page_guard.h"
#include "backend/api/api_state.h"
#include "backend/dashboard_files.h"
#include "common/os/os.h"
#include "common/text/log.h"

namespace picket {
namespace {

constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

void headers_add(Headers* headers) {
  static constexpr std::pair<const char*, const char*> kAlways[] = {
      {"Content-Security-Policy", kPolicy},
      {"X-Frame-Options", "DENY"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
  };
  for (const auto& [name, value] : kAlways)
    if (!header_has(*headers, name)) headers->emplace_back(name, value);
}

// ---- files ----

// For the few clients that do not unpack by themselves. What lies in the program can be unpacked.
std::string unpacked(const DashboardFile& file) {
  std::string out(file.size, '\0');
  z_stream z{};
  z.next_in = const_cast<Bytef*>(file.data);
  z.avail_in = static_cast<uInt>(file.data_size);
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK) return "";
  (void)inflate(&z, Z_FINISH);
  out.resize(z.total_out);
  inflateEnd(&z);
  return out;
}

bool takes_gzip(const Headers& headers) { return header_has_token(headers, "Accept-Encoding", "gzip"); }

HttpResponse file_answer(const StaticAnswer& found, const HttpRequest& request) {
  HttpResponse r;
  const std::string etag = found.file->etag;
  r.headers = {{"Content-Type", found.file->type},
               {"Cache-Control", found.for_ever ? "public, max-age=31536000, immutable" : "no-cache"},
               {"ETag", etag},
               {"Vary", "Accept-Encoding"}};
  if (etag_listed(header_get(request.headers, "If-None-Match"), etag)) {
    r.status = 304;
  } else if (takes_gzip(request.headers)) {
    r.headers.emplace_back("Content-Encoding", "gzip");
    r.body.assign(reinterpret_cast<const char*>(found.file->data), found.file->data_size);
  } else {
    r.body = unpacked(*found.file);
  }
  return r;
}

HttpResponse text_answer(int status, const char* text, Headers headers = {}) {
  HttpResponse r{status, std::move(headers), text};
  r.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
  return r;
}

HttpResponse static_answer(const HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD") return text_answer(405, "a page can only be read\n", {{"Allow", "GET, HEAD"}});
  const StaticAnswer found = dashboard_find(request.path);
  if (found.status == 200) return file_answer(found, request);
  if (found.status == 301) return text_answer(301, "", {{"Location", found.location}});
  return text_answer(404, "there is no such page; the dashboard begins at /\n", {{"Cache-Control", "no-store"}});
}

// ---- requests ----

bool is_for_api(std::string_view path) {
  for (std::string_view top : {"/api", "/auth", "/health", "/ready", "/version"})
    if (path == top || (path.size() > top.size() && path.substr(0, top.size()) == top && path[top.size()] == '/')) return true;
  return false;
}

void on_request(Api* api, HttpExchange* exchange, HttpRequest request) {
  if (is_for_api(request.path)) return api_handle(api, exchange, std::move(request), true);
  HttpResponse answer = static_answer(request);
  if (!http_has_room(exchange, answer.body.size()))
    answer = text_answer(503, "too much of earlier answers is unread; try again\n", {{"Retry-After", "1"}});
  headers_add(&answer.headers);
  http_respond(exchange, std::move(answer));
}

bool is_loopback(std::string_view host) { return host == "localhost" || host.substr(0, 4) == "127." || host == "::1" || host == "[::1]"; }

GuestFacts guest_facts(const ApiCall& call, const std::string& own_name) {
  const BackendConfig& config = call.backend->config;
  GuestFacts facts;
  facts.wanted = config.dashboard_guests;
  facts.listener_is_loopback = is_loopback(config.dashboard_host);
  facts.peer_is_loopback = call.request.peer_is_loopback;
  facts.http_minor = call.request.http_minor;
  facts.own_name = own_name;
  return facts;
}

ListenOptions listen_options(const Api* api) {
  const BackendConfig& config = api->backend->config;
  ListenOptions options = api_listen_options(api);
  options.host = config.dashboard_host;
  options.port = config.dashboard_port;
  options.tls = config.dashboard_tls;
  return options;
}

}  // namespace

void page_headers(const ApiCall& call, Headers* headers) {
  if (!call.dashboard) return;
  headers_add(headers);
  if (!header_has(*headers, "Cache-Control")) headers->emplace_back("Cache-Control", "no-store");
}

bool page_guest(const ApiCall& call) { return page_guest_admitted(guest_facts(call, os_hostname()), call.request.headers); }

// The first that is the key's own: a cookie of the same name that somebody else has set locks nobody out.
static Result<Identity> by_cookies(const CallPtr& call, std::string_view key) {
  for (std::string_view cookie : page_cookies_get(call->request.headers, dashboard_cookie(*call)))
    if (auto who = auth_page_identify(call->backend->auth, cookie, key, call->now_s, &call->session_ends_s); who.ok()) return who;
  return fail(Err::unauthenticated, "Unauthorized");
}

// By cookie and key, or as a guest. A request with Authorization needs nothing of this: no browser does so by itself.
bool page_identify(const CallPtr& call) {
  const Headers& headers = call->request.headers;
  const std::string_view key = header_get(headers, kPageHeader);
  if (Status s = page_request_check(call->request.method, headers, !call->request.body.empty()); !s.ok())
    return answer_denied(call, 403, 4, s.message), false;
  if (key == kPageGuest && page_guest(*call)) {
    call->who = Identity{};
    call->who.username = kPageGuest;
    call->who.guest = true;
    return true;
  }
  auto who = key.empty() || key == kPageGuest ? Result<Identity>(fail(Err::unauthenticated, "Unauthorized")) : by_cookies(call, key);
  if (!who.ok()) return answer_denied(call, 401, 5, who.status.message), false;
  call->who = who.value;
  return true;
}

std::string dashboard_cookie(const ApiCall& call) { return page_cookie_name(dashboard_port(call.api), call.request.tls); }

int dashboard_port(const Api* api) { return api->dashboard ? listener_port(api->dashboard) : 0; }

// A port that somebody else has is an error where it was asked for; elsewhere (Grafana has 3000, too) the rest runs without dashboard.
Status dashboard_open(Api* api) {
  const BackendConfig& config = api->backend->config;
  if (config.dashboard_port < 0) return {};
  auto listener = http_listen(api->backend->net, listen_options(api),
                              [api](HttpExchange* exchange, HttpRequest request) { on_request(api, exchange, std::move(request)); });
  if (!listener.ok()) {
    if (config.dashboard_port_given) return because("listen for the dashboard (dashboard-port)", listener.status);
    log_warn("dashboard", "there is no dashboard: its port cannot be had; set dashboard-port, or 0 for none",
             {{"port", config.dashboard_port}, {"error", listener.status.message}});
    return {};
  }
  api->dashboard = listener.value;
  api->backend->changes.wanted = true;
  api->backend->changes.since = os_unix_ms() / 1000;
  const bool asked = config.dashboard_guests && !is_loopback(config.dashboard_host);
  if (asked)
    log_warn("dashboard", "guests are not admitted: dashboard-guests needs a dashboard-host of this machine alone, as 127.0.0.1",
             {{"dashboard_host", config.dashboard_host}});
  log_info("dashboard", "listening", {{"port", dashboard_port(api)}});
  return {};
}

}  // namespace picket
