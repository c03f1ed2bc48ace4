// backend/api_answer.cc - answers in the reference's shapes: two kinds of JSON error, text errors, empty bodies.
#include <uv.h>

#include "common/log.h"
#include "api_state.h"

namespace picket {

// Who changed what, at level info; who read what, at level debug. No bodies, and no query: it may hold anything.
static void log_call(const ApiCall& call, int status, int64_t us) {
  bool reads = call.request.method == "GET";
  LogLevel level = reads ? LogLevel::debug : LogLevel::info;
  if (log_level() > level || call.request.path.size() > 1024) return;
  // The name of an API key is the key itself.
  const bool secret = call.route && call.route->resource == "apikeys";
  const std::string& path = secret ? call.route->pattern : call.request.path;
  log_line(level, "api", reads ? "read" : "changed",
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

void answer(const CallPtr& call, int status, std::string body, Headers headers) {
  HttpExchange* exchange = std::exchange(call->exchange, nullptr);
  if (!exchange) return;
  call_count(*call, status);
  http_respond(exchange, {status, std::move(headers), std::move(body)});
}

void answer_json(const CallPtr& call, int status, std::string body, Headers headers) {
  headers.emplace_back("Content-Type", "application/json");
  answer(call, status, std::move(body), std::move(headers));
}

static const char kText[] = "text/plain; charset=utf-8";

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

void answer_not_found(const CallPtr& call) { answer_error(call, 404, 2, "not found"); }

void answer_unread(const CallPtr& call, const Status& status) {
  if (status.code == Err::not_found) return answer_not_found(call);
  answer_error(call, 500, 0, status.message);
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
