// backend/agents/agent_messages.cc - what agents send: keepalives and events, each checked, taken on and, if it was asked for,
// acknowledged.
#include <algorithm>

#include "common/json/json.h"
#include "common/text/log.h"
#include "common/types/message.h"
#include "common/os/os.h"
#include "common/rules/resource_types.h"
#include "backend/ingest/ingest.h"
#include "backend/event/own_events.h"
#include "backend/agent_protocol/event_protobuf.h"
#include "backend/agents/agent_credential.h"
#include "backend/agents/agent_sessions.h"

namespace picket {
namespace {

constexpr const char* kStreams = "ack-streams";

void log_refused(AgentSession* s, std::string_view what, const Status& why) {
  s->backend->stats.session_errors++;
  if (++s->errors > kSessionErrorsLogged && s->errors % 1000 != 0) return;
  log_error(
      "agentd", what,
      {{"namespace", s->ns}, {"agent", s->name}, {"user", s->user}, {"peer", s->peer}, {"error", why.message}, {"refused", s->errors}});
}

// ---- what a session may speak about ----
// It was admitted as one agent of one namespace. Everything it says is of that namespace, and what is said of an agent is said by
// that agent, or by a user who might have connected as that one. Proxy entities belong to nobody: an agent that may send events of the
// namespace may send theirs, and bring them into being.

bool speaks_for_agent(const AgentSession* s, const Event& event, const std::string& name) {
  const CachedEntity* known = entities_find(s->backend->entities, s->ns, name);
  const Entity& entity = known ? *known->entity : *event.entity;
  if (!known && entity.metadata.name != name) return false;  // a proxy entity that comes into being
  return entity.entity_class == "agent" || entity.entity_class == "backend";
}

bool is_named_keepalive(const Event& event) { return event.check && event.check->metadata.name == std::string_view(kKeepaliveCheck); }

// An agent's keepalive event says whether the agent is alive: it is made of keepalives, by the backend.
Status keepalive_refusal(const std::string& name) {
  return fail(
      Err::invalid,
      "a result named keepalive would replace the event that says whether agent " + name + " is alive; give the result another name");
}

Status may_speak(const AgentSession* s, const Event& event, bool is_keepalive) {
  if (!event.entity) return {};  // refused by validation
  const ObjectMeta& m = event.entity->metadata;
  const std::string& proxy = !is_keepalive && event.check ? event.check->proxy_entity_name : m.name;
  const std::string& name = proxy.empty() ? m.name : proxy;
  if (!is_keepalive && is_named_keepalive(event) && speaks_for_agent(s, event, name)) return keepalive_refusal(name);
  if (m.ns == s->ns && name == s->name) return {};
  if (m.ns.empty()) return {};  // refused by validation
  if (m.ns != s->ns)
    return fail(Err::invalid,
                "entity " + name + " is in namespace " + m.ns + ", the agent in namespace " + s->ns +
                    "; an agent can send results only of its own namespace: start one with --namespace " + m.ns);
  if (!is_keepalive && !speaks_for_agent(s, event, name)) return {};
  if (auth_may_be_agent(s->backend->auth, s->user, s->ns, name).ok()) return {};
  return fail(Err::invalid,
              "entity " + name + " is an agent, and user " + s->user +
                  " may not send its results; it needs the right to create events of that name in namespace " + s->ns);
}

// ---- acknowledgements ----

void on_acks(uv_timer_t* t) {
  auto* all = static_cast<Sessions*>(t->data);
  std::vector<std::weak_ptr<AgentSession>> waiting;
  waiting.swap(all->acks);
  for (const auto& weak : waiting) {
    SessionPtr s = weak.lock();
    if (!s || !s->ws || !s->ack) continue;
    s->ack_waiting = false;
    if (s->ack->session == s.get() && !s->ack->failed && ack_due(s->ack->track)) session_send(s.get(), "ack", ack_payload(s->ack->track));
  }
}

// One for all that one commit has brought.
void ack_soon(const SessionPtr& s) {
  Sessions* all = s->backend->sessions;
  if (s->ack_waiting || !s->ws || all->closed) return;
  s->ack_waiting = true;
  if (all->acks.empty()) uv_timer_start(&all->ack_timer, on_acks, 0, 0);
  all->acks.push_back(s);
}

std::string ack_body(uint64_t number) {
  return "{\"seq\":" + std::to_string(number) + ",\"at\":" + std::to_string(os_unix_ms() / 1000) + "}";
}

StoreWrite ack_write(Backend* b, AckStream& stream, uint64_t number) {
  StoreWrite w = write_put(kStreams, "", stream.name, ack_body(number));
  if (!store_is_clustered(b->store)) return w;
  w.op = StoreWrite::follow;
  w.object.revision = stream.token;
  w.token = stream.token = store_token(b->store);
  return w;
}

// Of one that was refused with all after it (store.h): the first of them follows what is stored, the others the one before them again.
StoreWrite ack_write_again(Backend* b, AckStream& stream, uint64_t number, int64_t refused) {
  if (refused > stream.again_from) {
    stream.again_from = stream.token;
    stream.token = stream.stored;
  }
  return ack_write(b, stream, number);
}

// The number's write, and in a cluster how it is made again, and what is stored when it was.
void ack_with(const SessionPtr& s, Incoming& in, uint64_t number) {
  Backend* b = s->backend;
  in.extra.push_back(ack_write(b, *s->ack, number));
  if (!store_is_clustered(b->store)) return;
  auto token = std::make_shared<int64_t>(in.extra.back().token);
  in.extra_again = [b, stream = s->ack, number, token] {
    StoreWrite w = ack_write_again(b, *stream, number, *token);
    *token = w.token;
    return std::vector<StoreWrite>{std::move(w)};
  };
  in.done = [stream = s->ack, token, done = std::move(in.done)](Status status) {
    if (status.ok()) stream->stored = std::max(stream->stored, *token);
    done(std::move(status));
  };
}

// It may have been taken over by a newer one of its name.
void stream_erase(Sessions* all, const AckStream& stream) {
  const auto it = all->streams.find(stream.name);
  if (it != all->streams.end() && it->second.get() == &stream) all->streams.erase(it);
}

void stream_end(AckStream& stream) {
  AgentSession* session = std::exchange(stream.session, nullptr);
  if (session && session->ws) ws_close(session->ws, 1013, "try again later");
}

// Nothing above a number that was lost may be acknowledged: the session that has the stream is closed (when the store is writable again, if
// that is why), nobody opens it while something of it is on its way to the store, and then the agent starts again from what the store
// says. The number that is stored with an event is right, because all before it were handed to the store before it, and the store
// fails in order.
void ack_failed(Backend* b, AckStream& stream) {
  stream.failed = true;
  if (!stream.session || !store_stats(b->store).degraded) return stream_end(stream);
  const bool ticking = !b->sessions->stalled.insert(stream.session).second;
  if (!ticking && stream.session->ws) sessions_timer(b->sessions);
}

void ack_settle(const SessionPtr& s, uint64_t number, const Status& status) {
  AckStream& stream = *s->ack;
  const bool dealt_with = status.ok() || status.code == Err::invalid || status.code == Err::not_found;
  if (!dealt_with) ack_failed(s->backend, stream);
  ack_done(stream.track, number);  // nothing more is acknowledged of a stream that has failed
  if (!stream.failed) ack_soon(s);
  if (stream.track.in_flight.empty() && !stream.session) stream_erase(s->backend->sessions, stream);
}

// ---- back-pressure ----

void pause_if_full(AgentSession* s) {
  Sessions* all = s->backend->sessions;
  const bool full = s->pending >= kSessionPendingMax || static_cast<size_t>(store_stats(s->backend->store).queued_bytes) > kStoreHighWater;
  if (!full || s->paused || !s->ws) return;
  s->paused = true;
  all->paused.insert(s);
  ws_read(s->ws, false);
  sessions_timer(all);
}

void event_finished(const SessionPtr& s, uint64_t number, const Status& status) {
  s->pending--;
  if (!status.ok()) log_refused(s.get(), "event not stored", status);
  if (number > 0) ack_settle(s, number, status);
  if (s->paused && s->pending <= kSessionPendingLow && static_cast<size_t>(store_stats(s->backend->store).queued_bytes) < kStoreLowWater)
    session_resume(s.get());
}

// ---- events ----

// The entity of an event as it is stored: with the agent's own subscription, and last_seen beside it. Made once for all
// events that carry it.
const EntityText* prepare(AgentSession* s, Event& event) {
  if (!event.entity) return nullptr;
  if (s->prepared_of != event.entity) {
    s->prepared_of = event.entity;
    Entity e = *event.entity;
    e.last_seen = 0;
    entity_subscription_add(e);
    s->prepared = entity_text(std::move(e));
    const CachedEntity* known = entities_find(s->backend->entities, s->ns, s->name);
    if (known && *known->json == *s->prepared.json) s->prepared.json = known->json;
  }
  event.entity = s->prepared.entity;
  return &s->prepared;
}

// What an agent queued before it came to us may be protobuf (W-16).
Result<Event> event_read(const AgentSession* s, std::string_view payload, EntityCache* cache) {
  if (!is_event_protobuf(payload)) return event_decode(payload, cache);
  Result<TranscodedEvent> event = event_from_protobuf(payload);
  if (!event.ok()) return event.status;
  log_debug("agentd", "event in protobuf", {{"namespace", s->ns}, {"agent", s->name}, {"unknown_fields", event.value.unknown}});
  if (event.value.not_finite > 0)
    log_warn("agentd", "metric points left out: they are infinite or no number",
             {{"namespace", s->ns}, {"agent", s->name}, {"points", event.value.not_finite}});
  return event_decode(event.value.json, cache);
}

void on_event(const SessionPtr& s, std::string_view payload, uint64_t number) {
  if (number > 0 && s->ack->session != s.get()) return;  // a newer session has taken it over, or it failed: this one is being closed
  if (number > 0 && !ack_accept(s->ack->track, number)) return ack_soon(s);
  s->pending++;
  summary_add(s->backend->times.event_bytes, static_cast<int64_t>(payload.size()), os_mono_ms());
  Result<Event> event = event_read(s.get(), payload, &s->cache);
  if (!event.ok()) return event_finished(s, number, fail(Err::invalid, event.status.message));
  if (Status may = may_speak(s.get(), event.value, false); !may.ok()) return event_finished(s, number, may);
  Incoming in;
  in.origin = EventOrigin::agent;
  in.text = prepare(s.get(), event.value);
  in.last_seen = s->cache.last_seen;
  in.event = std::move(event.value);
  if (number > 0) in.unacknowledged = s->ack->track.in_flight.size();
  in.comes_again = number > 0 && s->ack->failed;
  in.done = [s, number](Status status) { event_finished(s, number, status); };
  if (number > 0 && !in.comes_again) ack_with(s, in, number);
  const Status taken = ingest_event(s->backend, std::move(in));
  if (number > 0 && !taken.ok()) ack_failed(s->backend, *s->ack);
  pause_if_full(s.get());
}

void look_at_clock(AgentSession* s, int64_t agent_s) {
  Backend* b = s->backend;
  const int64_t now_s = os_unix_ms() / 1000, ahead_s = agent_s - now_s;
  if (!std::exchange(s->clock.asked, true)) s->clock.reported = event_status(b, {s->ns, s->name, kClockCheck}).value_or(0) != 0;
  const std::optional<uint32_t> status = clock_judge(s->clock, ahead_s);
  const CachedEntity* agent = status ? entities_find(b->entities, s->ns, s->name) : nullptr;
  if (agent) backend_event(b, event_agent_clock(agent->entity, ahead_s, now_s, *status, os_uuid()), EventOrigin::keepalive, {});
}

void on_keepalive(const SessionPtr& s, std::string_view payload) {
  Result<Event> event = event_read(s.get(), payload, nullptr);
  if (!event.ok()) return log_refused(s.get(), "invalid keepalive rejected", event.status);
  if (Status may = may_speak(s.get(), event.value, true); !may.ok()) return log_refused(s.get(), "keepalive rejected", may);
  if (event.value.entity) {
    Entity e = *event.value.entity;
    entity_subscription_add(e);
    event.value.entity = std::make_shared<const Entity>(std::move(e));
  }
  if (s->first_keepalive && event.value.entity) {
    config_held_keepalive(s.get(), *event.value.entity);
    session_compare_entity(s.get(), *event.value.entity);
  }
  s->pending++;
  const int64_t agent_s = event.value.timestamp;
  auto done = [s](Status status) { event_finished(s, 0, status); };
  Status status = ingest_keepalive(s->backend, std::move(event.value), s->first_keepalive, done);
  if (status.ok()) {
    if (s->first_keepalive) session_subscribe(s.get());  // the entity is there for everybody to see; its commit comes later
    s->first_keepalive = false;
    look_at_clock(s.get(), agent_s);
  } else {
    s->pending--;
    log_refused(s.get(), "keepalive rejected", status);
  }
  pause_if_full(s.get());
}

}  // namespace

void stream_take(Backend* b, const std::string& name, std::function<void(Result<int64_t>)> done) {
  StoreWrite w = write_put(kStreams, "", name, ack_body(0));
  w.op = StoreWrite::touch;
  const int64_t token = w.token = store_token(b->store);
  store_write(b->store, {std::move(w)}, [b, name, token, done = std::move(done)](const Status& s) {
    if (!s.ok()) return done(s);
    auto it = b->sessions->streams.find(name);  // of an earlier session here: it is over, and what it had is decided
    if (it != b->sessions->streams.end()) {
      std::shared_ptr<AckStream> before = std::move(it->second);
      b->sessions->streams.erase(it);
      before->failed = true;
      stream_end(*before);
    }
    done(token);
  });
}

Status stream_open(AgentSession* s, const std::string& name) {
  Sessions* all = s->backend->sessions;
  std::shared_ptr<AckStream>& stream = all->streams[name];
  if (stream && stream->failed) {
    stream_end(*stream);  // a connection that has broken, and nobody knows yet
    if (stream->track.in_flight.empty()) stream = nullptr;
  }
  if (stream && stream->failed) return fail(Err::unavailable, "earlier events of this agent are still being stored");
  if (!stream) {
    stream = std::make_shared<AckStream>();
    stream->name = name;
    Result<StoredObject> o = store_get(s->backend->store, kStreams, "", name);
    if (!o.ok() && o.status.code != Err::not_found) {  // what was acknowledged before is not known: no agent may get a lower number
      all->streams.erase(name);
      return because("read the acknowledged position", o.status);
    }
    if (o.ok()) {
      const std::string_view seq = json_at(o.value.body, {"seq"});
      stream->track.committed = seq.empty() ? 0 : static_cast<uint64_t>(json_int64(seq).value);
    }
    stream->track.accepted = stream->track.committed;
  }
  stream->track.acked = stream->track.committed;
  if (stream->session && stream->session->ws) ws_close(stream->session->ws, 1001, "bye");
  stream->session = s;
  s->ack = stream;
  return {};
}

void streams_look(Sessions* all) {
  if (all->stalled.empty() || store_stats(all->backend->store).degraded) return;
  for (AgentSession* s : std::set<AgentSession*>(all->stalled)) {
    if (!s->ack->track.in_flight.empty()) continue;  // else it could not open the stream at once
    all->stalled.erase(s);
    if (s->ack->session != s) continue;
    stream_end(*s->ack);
    stream_erase(all, *s->ack);
  }
}

void stream_leave(AgentSession* s) {
  s->backend->sessions->stalled.erase(s);
  if (!s->ack || s->ack->session != s) return;
  s->ack->session = nullptr;
  if (s->ack->track.in_flight.empty()) stream_erase(s->backend->sessions, *s->ack);
}

Status streams_forget(Backend* b, int64_t now_s) {
  auto listed = store_list(b->store, kStreams);
  if (!listed.ok()) return listed.status;
  for (const StoredObject& o : listed.value) {
    const std::string_view at = json_at(o.body, {"at"});
    if (!at.empty() && json_int64(at).value > now_s - kStreamDays * 24 * 3600) continue;
    store_write(b->store, {write_del(kStreams, "", o.name)}, {});
  }
  return {};
}

void session_message(const SessionPtr& s, std::string_view message) {
  Result<Message> m = message_split(message);
  if (!m.ok()) {
    log_refused(s.get(), "message without a type", m.status);
    if (s->ws) ws_close(s->ws, 1001, "bye");
    return;
  }
  if (!s->usable) return;
  const EventLine line = event_line(m.value.type);
  if (m.value.type == "keepalive") on_keepalive(s, m.value.payload);
  else if (line.is_event && (line.number == 0 || s->ack)) on_event(s, m.value.payload, line.number);
  else if (m.value.type == "picket_renew") session_renew_credential(s);
  else log_refused(s.get(), "unknown message type", fail(Err::invalid, "unknown message type: " + std::string(m.value.type.substr(0, 64))));
  if (s->entity_deleted && s->ws) ws_close(s->ws, 1001, "bye");  // its entity is gone; it comes again as a new one
}

}  // namespace picket
