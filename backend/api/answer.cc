// backend/api/answer.cc - answers in the reference's shapes: two kinds of JSON error, text errors, empty bodies.
#include <uv.h>

#include <algorithm>

#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/api/api_state.h"
#include "backend/store/store_cluster.h"

namespace picket {

static const char kText[] = "text/plain; charset=utf-8";
static const char kNoRoom[] =
    "too much of the answers to this address, or to all, is unread: read them or close their connections, and try again";

static int64_t revision_of(const ApiCall& call, const Changed& c) {
  if (c.kind != "events") return store_get(call.backend->store, c.kind, c.ns, c.name).value.revision;
  return event_present(call.backend, {c.ns, c.name, c.check}).value.revision;
}

void call_changes(ApiCall& call, const std::string& kind, const std::string& ns, const std::string& name, const std::string& check) {
  call.changed = {kind, ns, name, check, 0};
  call.changed.revision_before = revision_of(call, call.changed);
}

// The name of an API key is the key itself: enough of it to know it by.
static std::string key_shown(const std::string& key) { return key.substr(0, std::min<size_t>(8, key.size() / 2)) + "..."; }

// Events are data: beyond kAuditEventsPerSecond their lines are counted, not written, and the next line says how many.
inline constexpr int kAuditEventsPerSecond = 50;
static bool is_too_many(Api* api, const Changed& c) {
  if (c.kind != "events") return false;
  if (std::exchange(api->audit_second, os_mono_ms() / 1000) != os_mono_ms() / 1000) api->audit_events = 0;
  if (++api->audit_events <= kAuditEventsPerSecond) return false;
  api->audit_left_out++;
  return true;
}

// Which user changed what, from where, and the row's revisions before and after (0: it is not there). Refusals for want of rights, too.
static void audit_call(const ApiCall& call, int status, const std::string& path, int64_t us) {
  const Changed& c = call.changed;
  if (is_too_many(call.api, c)) return;
  const bool is_key = c.kind == "apikeys";
  const std::string by = !call.who.key.empty() ? "key " + key_shown(call.who.key) : call.who.session.empty() ? "" : "session";
  log_audit(status < 400 ? "changed" : "refused",
            {{"method", call.request.method},
             {"path", path},
             {"user", call.who.username},
             {"by", by},
             {"peer", call.request.peer},
             {"status", status},
             {"kind", c.kind},
             {"namespace", c.ns},
             {"name",
              is_key                ? key_shown(c.name)
                  : c.check.empty() ? c.name
                                    : c.name + "/" + c.check},
             {"revision_before", c.revision_before},
             {"revision", c.kind.empty() ? 0 : revision_of(call, c)},
             {"left_out", std::exchange(call.api->audit_left_out, 0)},
             {"microseconds", us}});
}

// Which user read what, at level debug. No bodies, and no query: it may hold anything.
static void log_call(const ApiCall& call, int status, int64_t us) {
  const bool reads = call.request.method == "GET" || call.request.method == "HEAD";
  const bool is_login = call.route && call.route->access == Access::open;  // has lines of its own
  // Without a route, or before anybody was identified, nothing was changed (301 of CONNECT and OPTIONS *).
  const bool changes = call.route && status < 300 && !call.who.username.empty();
  const bool audited = !reads && !is_login && (changes || status == 401 || status == 403);
  const LogLevel level = reads ? LogLevel::debug : LogLevel::info;
  if (call.request.path.size() > 1024 || (!audited && log_level() > level)) return;
  const bool secret = call.route && call.route->resource == "apikeys";
  const std::string& path = secret ? call.route->pattern : call.request.path;
  if (audited) return audit_call(call, status, path, us);
  log_line(level, "api", reads ? "read" : "not changed",
           {{"method", call.request.method},
            {"path", path},
            {"user", call.who.username},
            {"status", status},
            {"peer", call.request.peer},
            {"microseconds", us}});
}

void call_count(const ApiCall& call, int status) {
  RouteStats& stats = call.api->stats[call.route];
  int64_t us = static_cast<int64_t>(uv_hrtime() / 1000) - call.started_us;
  log_call(call, status, us);
  stats.count++;
  stats.errors += status >= 500;
  stats.microseconds += us;
  size_t bucket = 0;  // 0.25 ms, 0.5, 1, 2, ...
  while (bucket < 11 && us > 250LL << bucket) bucket++;
  stats.buckets[bucket]++;
}

// Reads go on without a quorum, from this member's copy; whoever reads is told how old it may be.
void stale_header(const ApiCall& call, Headers* headers) {
  const bool reads = call.request.method == "GET" || call.request.method == "HEAD";
  if (!reads || !call.route || call.route->access == Access::open) return;
  const int64_t seconds = store_stale_s(call.backend->store);
  if (seconds >= 0) headers->emplace_back("Picket-Stale", std::to_string(seconds));
}

void answer(const CallPtr& call, int status, std::string body, Headers headers) {
  HttpExchange* exchange = std::exchange(call->exchange, nullptr);
  if (!exchange) return;
  if (!http_has_room(exchange, body.size())) {
    call->exchange = exchange;
    return answer_no_room(call);
  }
  call_count(*call, status);
  page_headers(*call, &headers);
  if (status < 400) stale_header(*call, &headers);
  http_respond(exchange, {status, std::move(headers), std::move(body)});
}

void answer_json(const CallPtr& call, int status, std::string body, Headers headers) {
  headers.emplace_back("Content-Type", "application/json");
  answer(call, status, std::move(body), std::move(headers));
}

void answer_text(const CallPtr& call, int status, std::string text) {
  answer(call, status, text + "\n", {{"Content-Type", kText}, {"X-Content-Type-Options", "nosniff"}});
}

void answer_error(const CallPtr& call, int status, int code, const std::string& message) {
  std::string body = JsonObject().add("message", message).add("code", code).done();
  answer(call, status, std::move(body), {{"X-Content-Type-Options", "nosniff"}, {"Content-Type", kText}});
}

void answer_denied(const CallPtr& call, int status, int code, const std::string& message) {
  answer(call, status, JsonObject().add("Code", code).add("Message", message).done(), {{"Content-Type", kText}});
}

void answer_no_room(const CallPtr& call) {
  std::string body = JsonObject().add("message", kNoRoom).add("code", 0).done();
  answer(call, 503, std::move(body), {{"X-Content-Type-Options", "nosniff"}, {"Content-Type", kText}, {"Retry-After", "1"}});
}

void answer_not_found(const CallPtr& call) { answer_error(call, 404, 2, "not found"); }

void answer_unread(const CallPtr& call, const Status& status) {
  if (status.code == Err::not_found) return answer_not_found(call);
  answer_error(call, 500, 0, status.message);
}

void answer_stored(const CallPtr& call, std::string body, std::string_view tagged) {
  if (Status damaged = json_check(body); !damaged.ok())
    return answer_error(call, 500, 0, "stored object is damaged (" + damaged.message + "): replace or delete it");
  answer_json(call, 200, std::move(body), {{"ETag", etag_of(*call, tagged)}});
}

static const struct { Err err; int http, code; } kErrors[] = {
    {Err::ok, 200, 0},        {Err::invalid, 400, 1},      {Err::not_found, 404, 2},   {Err::exists, 409, 3},
    {Err::denied, 403, 4},    {Err::unauthenticated, 401, 5}, {Err::precondition, 412, 7}, {Err::too_large, 400, 1},
    {Err::timeout, 504, 8},   {Err::unavailable, 503, 0},  {Err::io, 500, 0},          {Err::internal, 500, 0},
};

int status_http(Err code) {
  for (const auto& e : kErrors)
    if (e.err == code) return e.http;
  return 500;
}
int status_code(Err code) {
  for (const auto& e : kErrors)
    if (e.err == code) return e.code;
  return 0;
}

void answer_status(const CallPtr& call, const Status& status) {
  if (status.code == Err::not_found) return answer_error(call, 404, 2, status.message.empty() ? "not found" : status.message);
  if (status.code == Err::exists) return answer_error(call, 409, 3, "resource already exists");
  answer_error(call, status_http(status.code), status_code(status.code), status.message);
}

}  // namespace picket
