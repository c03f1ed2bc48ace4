// backend/endpoints/watch.cc - streams of changes as server-sent events, for pages and scripts that want to follow.
//
//   GET /api/picket/v1/watch?kinds=events,entities&namespace=default
//   event: put                        (or: delete)
//   id: 4711                          (the change's position)
//   data: {"kind":"events","namespace":"default","entity":"web1","check":"disk","object":{...}}
//
//   GET /api/picket/v1/watch?kinds=events,silenced&view=rows&quiet=yes
//   event: rows, gone, stale or reload                              (backend/rows/row_stream.h)
//
// A client needs `list` on every kind it names. Its identity and rights are checked again when anybody's change (identity.h),
// and every kWatchPingMs.
#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/api/api_state.h"
#include "backend/endpoints/endpoints.h"
#include "backend/access/rbac.h"
#include "backend/deliver/incidents.h"
#include "backend/pages/event_rows.h"

namespace picket {

inline constexpr int64_t kWatchPingMs = 15'000;
inline constexpr size_t kWatchQueueMax = 4u << 20;  // bytes that wait for a slow client; beyond it its stream is broken off

struct Watch {
  Api* api = nullptr;
  CallPtr call;
  HttpStream* stream = nullptr;
  std::set<std::string> kinds;
  std::string ns;
  bool as_rows = false;
  RowStream rows;
  std::shared_ptr<bool> gone = std::make_shared<bool>(false);  // the stream may report it after our end
  int64_t pinged_ms = 0;
  uint64_t rights = 0;  // Api.rights when they were asked for last
};

// Kinds that may be watched are those with a list route: never sessions or secrets. Users come without their hashes.
static bool kind_known(const std::string& kind) { return kind == "events" || kind == kIncidents || resource_by_plural(kind); }

// Incidents are part of their events.
static std::string kind_right(const std::string& kind) { return kind == kIncidents ? "events" : kind; }

static bool watch_may(const Watch& watch) {
  if (!call_still_may(*watch.call)) return false;
  const Identity& who = watch.call->who;
  for (const std::string& kind : watch.kinds) {
    RbacRequest request{who.username, who.groups, "list", watch.ns, kind_right(kind), ""};
    if (!call_may(*watch.call, request).ok()) return false;
  }
  return true;
}

static bool kinds_parse(const CallPtr& call, std::set<std::string>* kinds) {
  std::string text = query_get(call->request.query, "kinds");
  if (text.empty()) text = "events";
  for (size_t at = 0; at <= text.size();) {
    size_t comma = std::min(text.find(',', at), text.size());
    std::string kind = text.substr(at, comma - at);
    if (!kind_known(kind))
      return answer_error(call, 400, 1, "kinds: unknown kind '" + kind + "'; expected plurals, e.g. events,entities"), false;
    kinds->insert(kind);
    at = comma + 1;
  }
  return true;
}

static bool view_parse(const CallPtr& call, Watch* watch) {
  const std::string view = query_get(call->request.query, "view"), quiet = query_get(call->request.query, "quiet");
  if (!view.empty() && view != "rows") return answer_error(call, 400, 1, "view=" + view + ": expected rows, or none"), false;
  if (!quiet.empty() && quiet != "yes") return answer_error(call, 400, 1, "quiet=" + quiet + ": expected yes, or none"), false;
  watch->as_rows = !view.empty();
  watch->rows.quiet = !quiet.empty();
  return true;
}

void watch_get(CallPtr call) {
  Api* api = call->api;
  auto watch = std::make_unique<Watch>();
  watch->api = api;
  watch->call = call;
  watch->ns = query_get(call->request.query, "namespace");
  if (!kinds_parse(call, &watch->kinds) || !view_parse(call, watch.get())) return;
  if (call->who.guest && !watch->as_rows) return answer_denied(call, 403, 4, "guests may watch rows only: log in");
  if (!watch_may(*watch)) return answer_denied(call, 403, 4, "unauthorized to perform action");
  if (!http_has_room(call->exchange, kWatchQueueMax / 4)) return answer_no_room(call);
  if (api->watches.size() >= kWatchesMax) return answer_error(call, 503, 0, "too many change streams");
  call_count(*call, 200);
  Watch* w = watch.get();
  Headers headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}};
  page_headers(*call, &headers);
  stale_header(*call, &headers);
  w->stream = http_stream(std::exchange(call->exchange, nullptr), 200, std::move(headers), [gone = w->gone] { *gone = true; });
  if (!w->stream) return;
  http_stream_write(w->stream, ": picket\n\n");
  w->pinged_ms = os_mono_ms();
  w->rights = api->rights;
  if (w->as_rows) event_rows_want(api, [] {});  // from now on they are kept
  api->watches.insert(watch.release());
  api_wake(api);
}

// "" = it cannot be read. An event that is deleted again has the value null, and its deletion follows.
static std::string object_text(Api* api, const StoreChange& change) {
  if (change.deleted) return "null";
  if (change.is_event) {
    auto event = event_present(api->backend, {change.ns, change.name, change.check});
    if (event.ok()) return event_json(event.value);
    return event.status.code == Err::not_found ? "null" : "";
  }
  if (change.kind == "entities") return redacted_entity(change.object->body);
  if (change.kind != "users") return change.object->body;
  auto user = decode<User>(change.object->body);
  user.value.password_hash.clear();
  return encode(user.value);
}

static std::string frame_of(Api* api, const StoreChange& change) {
  const std::string object = object_text(api, change);
  if (object.empty()) return "";
  JsonObject o;
  o.add("kind", change.is_event ? "events" : change.kind).add("namespace", change.ns);
  if (change.is_event) o.add("entity", change.name).add("check", change.check);
  else o.add("name", change.name);
  o.add_raw("object", object);
  return std::string("event: ") + (change.deleted ? "delete" : "put") + "\nid: " + std::to_string(change.position) + "\ndata: " + o.done() +
      "\n\n";
}

// Rows are sent with the stream's next turn; of other kinds it only hears that they have changed.
static void watch_note(Watch* w, const StoreChange& change, const std::string& kind, const RowChange* row) {
  if (!w->ns.empty() && w->ns != change.ns) return;
  if (row && w->kinds.count("events")) row_stream_take(&w->rows, *row, change.position);
  if (!change.is_event && w->kinds.count(kind)) row_stream_stale(&w->rows, kind, change.ns, change.position);
}

void watches_row(Api* api, const RowChange& change) {
  for (Watch* w : api->watches) {
    const bool wanted = w->as_rows && w->kinds.count("events") && (w->ns.empty() || w->ns == change.ns);
    if (wanted) row_stream_take(&w->rows, change, api->rows->revision);
  }
}

void watches_change(Api* api, const StoreChange& change) {
  std::string kind = change.is_event ? "events" : change.kind, frame;
  RowChange row;
  const bool row_changed = event_rows_change(api, change, &row);
  for (Watch* w : api->watches) {
    if (w->as_rows) {
      watch_note(w, change, kind, row_changed ? &row : nullptr);
      continue;
    }
    if (*w->gone || !w->kinds.count(kind) || (!w->ns.empty() && w->ns != change.ns)) continue;
    if (w->rights != api->rights && !watch_may(*w)) continue;  // its end comes with its next turn
    if (frame.empty()) frame = frame_of(api, change);          // made once for all clients
    // What cannot be sent ends the stream: its client lists anew.
    if (frame.empty() || http_stream_queued(w->stream) + frame.size() > kWatchQueueMax) {
      http_stream_abort(w->stream);
      *w->gone = true;
    } else {
      http_stream_write(w->stream, frame);
    }
  }
}

static void watch_send_rows(Watch* w, int64_t now) {
  EventRows& rows = *w->api->rows;
  rows.used_ms = now;
  const std::string frames =
      row_stream_frames(&w->rows, now, http_stream_queued(w->stream), [&rows](const EventRow& row) { return event_row_shown(rows, row); });
  if (!frames.empty()) http_stream_write(w->stream, frames);
}

// True when the watch is over.
static bool watch_turn(Watch* w) {
  int64_t now = os_mono_ms();
  if (*w->gone) return true;
  const bool changed = std::exchange(w->rights, w->api->rights) != w->api->rights, quiet = now - w->pinged_ms >= kWatchPingMs;
  if (w->as_rows && !*w->gone && !changed) watch_send_rows(w, now);
  if (!changed && !quiet) return false;
  if (!watch_may(*w)) {
    log_warn("api", "change stream closed: permission revoked", {{"user", w->call->who.username}, {"peer", w->call->request.peer}});
    http_stream_end(w->stream);
    return true;
  }
  if (quiet) http_stream_write(w->stream, ": ping\n\n");
  if (quiet) w->pinged_ms = now;
  return false;
}

bool watches_step(Api* api) {
  for (auto it = api->watches.begin(); it != api->watches.end();) {
    Watch* w = *it;
    if (!watch_turn(w)) {
      ++it;
      continue;
    }
    it = api->watches.erase(it);
    delete w;
  }
  return !api->watches.empty();
}

void watches_end(Api* api) {
  for (Watch* w : api->watches) {
    if (!*w->gone) http_stream_end(w->stream);
    delete w;
  }
  api->watches.clear();
}

}  // namespace picket
