// backend/agents/agent_sessions.cc - sessions from the upgrade to the last event: subscriptions, entity_config, requests sent.
#include "backend/agents/agent_sessions.h"

#include <algorithm>

#include "common/json/json.h"
#include "common/text/log.h"
#include "common/types/message.h"
#include "common/os/os.h"
#include "backend/ingest/ingest.h"
#include "backend/ingest/schedule_driver.h"

namespace picket {
namespace {

std::string key_of(std::string_view ns, std::string_view name) {
  std::string key(ns);
  key.append(1, '\n').append(name);
  return key;
}

using Index = std::unordered_map<std::string, std::vector<AgentSession*>>;

void index_add(Index& index, std::string key, AgentSession* s) { index[std::move(key)].push_back(s); }

void index_remove(Index& index, const std::string& key, AgentSession* s) {
  auto it = index.find(key);
  if (it == index.end()) return;
  auto& list = it->second;
  list.erase(std::remove(list.begin(), list.end(), s), list.end());
  if (list.empty()) index.erase(it);
}

// `leaves_rings`: not while the agent has another session, which has begun before the end of the old one was noticed.
void subscribe(AgentSession* s, StringList list, bool leaves_rings = true) {
  Sessions* all = s->backend->sessions;
  list = subscriptions_sorted(std::move(list));
  const SubscriptionChange change = subscriptions_change(s->subscriptions, list);
  for (const std::string& sub : change.removed) index_remove(all->by_subscription, key_of(s->ns, sub), s);
  for (const std::string& sub : change.added) index_add(all->by_subscription, key_of(s->ns, sub), s);
  if (leaves_rings && !change.removed.empty()) scheduler_ring_leave(s->backend->scheduling->scheduler, s->ns, change.removed, s->name);
  s->subscriptions = std::move(list);
}

// ---- what follows its entity ----

// A connected agent is of class agent and has its own subscription, whatever somebody wrote (W-32).
bool entity_corrected(Backend* b, const Entity& entity) {
  Entity e = entity;
  e.entity_class = "agent";
  entity_subscription_add(e);
  if (e.entity_class == entity.entity_class && e.subscriptions.size() == entity.subscriptions.size()) return false;
  backend_entity_put(b, std::move(e), -1, {});
  return true;
}

// Brings a session up to date with its entity: subscriptions, and the configuration if it is another than it knows.
void session_sync(AgentSession* s, bool always) {
  const CachedEntity* cached = session_subscribe(s);
  if (!cached && always) config_send(s, nullptr);
  if (!cached) return;
  s->entity_deleted = false;
  if (!always && (s->config_version == cached->config_version || cached->agents_own)) return;
  config_send(s, cached);
}

void entity_deleted(AgentSession* s) {
  s->entity_deleted = true;
  session_close_at(s, kDeletedCloseMs);
}

void on_entity(Sessions* all, const StoreChange& c) {
  auto it = all->by_entity.find(key_of(c.ns, c.name));
  if (it == all->by_entity.end()) return;
  const CachedEntity* cached = entities_find(all->backend->entities, c.ns, c.name);
  if (cached && entity_corrected(all->backend, *cached->entity)) return;  // that write comes by here again
  for (AgentSession* s : std::vector<AgentSession*>(it->second)) {
    if (c.deleted && !cached) entity_deleted(s);
    else session_sync(s, false);
  }
}

void on_namespace_gone(Sessions* all, const std::string& ns) {
  for (const SessionPtr& s : std::set<SessionPtr>(all->all))
    if (s->ns == ns && s->ws) ws_close(s->ws, 1001, "bye");
}

// ---- begin and end ----

// The part has stopped when its timers are closed and every connection has had its last event: that one still needs us.
void closed_report(Sessions* all) {
  if (all->closed && all->handles_open == 0 && all->all.empty()) all->closed();
}

void session_ended(const SessionPtr& s, const WsEvent& event) {
  Backend* b = s->backend;
  Sessions* all = b->sessions;
  s->ws = nullptr;
  budget_end(s);
  log_info("agentd", "agent disconnected",
           {{"namespace", s->ns}, {"agent", s->name}, {"code", event.code}, {"error", event.error}, {"requests_dropped", s->dropped}});
  const std::string key = key_of(s->ns, s->name);
  index_remove(all->by_entity, key, s.get());
  const bool last = all->by_entity.count(key) == 0;
  subscribe(s.get(), {}, last);
  if (last) scheduling_ring_leave(b, s->ns, s->name);
  stream_leave(s.get());
  if (--all->by_namespace[s->ns] == 0) all->by_namespace.erase(s->ns);
  if (--all->by_address[s->address] == 0) all->by_address.erase(s->address);
  all->paused.erase(s.get());
  all->closing.erase(s.get());
  all->held.erase(s.get());
  b->stats.sessions--;
  s->cache = {};
  s->prepared = {};
  s->prepared_of = nullptr;
  all->all.erase(s);
  closed_report(all);
}

void on_ws(const SessionPtr& s, const WsEvent& event) {
  if (event.kind == WsEvent::message) budget_message(s->backend->sessions->budget, s, event.data);
  if (event.kind == WsEvent::closed) session_ended(s, event);
}

void session_add(const SessionPtr& s) {
  Sessions* all = s->backend->sessions;
  all->all.insert(s);
  all->by_namespace[s->ns]++;
  all->by_address[s->address]++;
  s->backend->stats.sessions++;
  log_info("agentd", "agent connected", {{"namespace", s->ns}, {"agent", s->name}, {"peer", s->peer}});
  if (!s->usable) {
    log_warn("agentd", "session rejected: the agent name is not a valid entity name", {{"agent", s->name}, {"peer", s->peer}});
    return session_close_at(s.get(), kUnusableCloseMs);
  }
  index_add(all->by_entity, key_of(s->ns, s->name), s.get());
  config_hold(s.get());
  session_sync(s.get(), true);
  if (!entities_find(s->backend->entities, s->ns, s->name)) return;
  for (AgentSession* other : std::vector<AgentSession*>(all->by_entity[key_of(s->ns, s->name)]))
    if (other != s.get()) session_sync(other, true);  // as the reference does
}

// ---- the timer ----

void on_timer(uv_timer_t* t) {
  auto* all = static_cast<Sessions*>(t->data);
  const int64_t now = os_mono_ms();
  for (AgentSession* s : std::set<AgentSession*>(all->closing))
    if (s->close_at_ms <= now && s->ws) {
      all->closing.erase(s);
      ws_close(s->ws, 1001, "bye");
    }
  if (static_cast<size_t>(store_stats(all->backend->store).queued_bytes) < kStoreLowWater)
    for (AgentSession* s : std::set<AgentSession*>(all->paused))
      if (s->pending <= kSessionPendingLow) session_resume(s);
  streams_look(all);
  config_held_look(all, now);
  sessions_timer(all);
}

void on_handle_closed(uv_handle_t* h) {
  auto* all = static_cast<Sessions*>(h->data);
  all->handles_open--;
  closed_report(all);
}

}  // namespace

void sessions_timer(Sessions* all) {
  if (all->closed) return;
  int64_t wait = INT64_MAX;
  for (AgentSession* s : all->closing) wait = std::min(wait, s->close_at_ms - os_mono_ms());
  for (AgentSession* s : all->held) wait = std::min(wait, s->config_at_ms - os_mono_ms());
  if (!all->paused.empty()) wait = std::min<int64_t>(wait, 20);
  if (!all->stalled.empty()) wait = std::min<int64_t>(wait, kStalledLookMs);
  if (wait == INT64_MAX) return;
  uv_timer_start(&all->timer, on_timer, static_cast<uint64_t>(std::max<int64_t>(wait, 1)), 0);
}

void session_close_at(AgentSession* s, int64_t wait_ms) {
  s->close_at_ms = os_mono_ms() + wait_ms;
  s->backend->sessions->closing.insert(s);
  sessions_timer(s->backend->sessions);
}

void session_resume(AgentSession* s) {
  if (!s->paused || !s->ws) return;
  s->paused = false;
  s->backend->sessions->paused.erase(s);
  if (!s->waits_turn) ws_read(s->ws, true);
}

// `entity:NAME` gets what is meant for that agent alone, secrets included: only a session that may be that agent gets it.
static bool may_hear(AgentSession* s, const std::string& subscription) {
  const std::string_view kind = std::string_view(subscription).substr(0, 7);
  if (kind != "entity:" && kind != "client:") return true;
  const std::string agent = subscription.substr(7);
  if (agent == s->name) return true;
  s->has_foreign = true;
  if (auth_may_be_agent(s->backend->auth, s->user, s->ns, agent).ok()) return true;
  if (s->foreign_logged.size() < kForeignLogged && s->foreign_logged.insert(subscription).second)
    log_warn("agentd", "subscription ignored: it belongs to another agent, and the user may not act as that agent",
             {{"namespace", s->ns}, {"agent", s->name}, {"user", s->user}, {"subscription", subscription}});
  return false;
}

const CachedEntity* session_subscribe(AgentSession* s) {
  const CachedEntity* cached = entities_find(s->backend->entities, s->ns, s->name);
  StringList list;
  if (cached) {
    for (const std::string& subscription : cached->entity->subscriptions)
      if (may_hear(s, subscription)) list.push_back(subscription);
    list.push_back("entity:" + s->name);
    list.push_back("client:" + s->name);  // its name in 1.x
  }
  subscribe(s, std::move(list));
  return cached;
}

void session_send(AgentSession* s, std::string_view type, std::string_view payload) {
  if (s->ws) ws_send(s->ws, message_join(type, payload));
}

namespace {
struct SessionBound { const char* option = nullptr; int limit = 0; };
}  // namespace

// Which bound is reached. That of one address keeps a peer with an agent's password from taking everybody's places.
static SessionBound session_bound(const Backend* b, const std::string& address) {
  const BackendConfig& c = b->config;
  const Sessions& all = *b->sessions;
  if (all.all.size() >= static_cast<size_t>(c.agent_connections_max)) return {"agent-connections-max", c.agent_connections_max};
  const auto of_address = all.by_address.find(address);
  if (of_address == all.by_address.end() || of_address->second < c.agent_connections_per_address) return {};
  return {"agent-connections-per-address", c.agent_connections_per_address};
}

static void session_upgrade(HttpExchange* x, const SessionPtr& s, const std::string& stream, int64_t token);

void session_open(Backend* b, HttpExchange* x, AgentHello hello, const Identity& who, const std::string& peer) {
  if (b->sessions->closed) return http_respond(x, {503, {}, "the backend is stopping\n"});
  const std::string address = login_address(peer);
  if (const SessionBound full = session_bound(b, address); full.option) {
    b->stats.handshakes_refused++;
    log_warn("agentd", "agent refused: too many are connected; raise the option, or see where they come from",
             {{"agent", hello.name}, {"peer", peer}, {"address", address}, {"option", full.option}, {"limit", full.limit}});
    return http_respond(x, {503, {}, std::string(full.option) + " agents are connected\n"});
  }
  auto s = std::make_shared<AgentSession>();
  s->backend = b;
  s->ns = std::move(hello.ns);
  s->name = std::move(hello.name);
  s->peer = peer;
  s->address = address;
  s->user = who.username;
  s->proof = who.proof;
  s->usable = hello.usable;
  s->knows_config = hello.knows_config;
  s->is_go = hello.is_go;
  if (hello.ack_stream.empty() || !store_is_clustered(b->store)) return session_upgrade(x, s, hello.ack_stream, 0);
  stream_take(b, hello.ack_stream, [b, x, s, name = hello.ack_stream](Result<int64_t> token) {
    if (b->sessions->closed || !token.ok())
      return http_respond(x, {503, {}, (token.ok() ? "the backend is stopping" : token.status.message) + "\n"});
    session_upgrade(x, s, name, token.value);
  });
}

// `token`: of the stream's row, in a cluster.
static void session_upgrade(HttpExchange* x, const SessionPtr& s, const std::string& stream, int64_t token) {
  Backend* b = s->backend;
  Headers headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}, {"Backend-Id", b->name}};
  if (!stream.empty()) {
    if (Status st = stream_open(s.get(), stream); !st.ok()) {
      log_warn("agentd", "agent rejected", {{"agent", s->name}, {"error", st.message}});
      return http_respond(x, {503, {}, st.message + "\n"});
    }
    if (token != 0) s->ack->token = s->ack->stored = token;
    headers.emplace_back("Picket-Ack", std::to_string(s->ack->track.committed));
  }
  s->ws = http_upgrade(x, std::move(headers), kMessageMax, [s](Ws*, const WsEvent& event) { on_ws(s, event); });
  if (!s->ws) return stream_leave(s.get());
  session_add(s);
}

void sessions_rights_changed(Backend* b) {
  for (const SessionPtr& s : std::set<SessionPtr>(b->sessions->all)) {
    Identity who{s->user, {}, "", "", s->proof};
    if (!s->ws) continue;
    if (auth_renew(b->auth, &who) && auth_may_be_agent(b->auth, s->user, s->ns, s->name).ok()) {
      if (s->has_foreign) session_subscribe(s.get());
      continue;
    }
    log_warn("agentd", "agent session closed: its user was disabled, changed the password or lost the permission",
             {{"namespace", s->ns}, {"agent", s->name}, {"user", s->user}, {"peer", s->peer}});
    ws_close(s->ws, 1008, "unauthorized");
  }
}

void sessions_publish(Backend* b, const std::vector<Publish>& due) {
  Sessions* all = b->sessions;
  if (due.empty()) return;
  const uint64_t tick = ++all->tick;
  const CheckRequest* printed = nullptr;
  std::string payload;
  for (const Publish& p : due) {
    auto it = all->by_subscription.find(key_of(p.ns, p.subscription));
    if (it == all->by_subscription.end()) continue;  // nobody has it: nothing is queued for later
    if (printed != p.request.get()) {
      printed = p.request.get();
      payload = encode(*p.request);
    }
    for (AgentSession* s : it->second) {
      if (s->last_tick == tick && s->last_request == printed) continue;
      s->last_tick = tick;
      s->last_request = printed;
      if (ws_queued(s->ws) > kSessionQueueMax) {
        if (s->dropped++ % 1000 == 0)
          log_warn("agentd", "agent does not read from its connection: check requests dropped", {{"agent", s->name}, {"check", p.check}});
        b->stats.requests_dropped++;
        continue;
      }
      b->stats.requests_sent++;
      session_send(s, "check_request", payload);
    }
  }
}

Status sessions_start(Backend* b) {
  Sessions* all = b->sessions;
  if (Status s = streams_forget(b, os_unix_ms() / 1000); !s.ok()) return s;
  all->backend = b;
  all->serve_from_ms = os_mono_ms() + b->config.agent_serve_wait_ms;
  for (uv_timer_t* t : {&all->timer, &all->ack_timer}) {
    uv_timer_init(b->loop, t);
    t->data = all;
    all->handles_open++;
  }
  b->scheduling->on_publish = [b](const std::vector<Publish>& due) { sessions_publish(b, due); };
  budget_start(b->loop, all->budget, all);
  all->handles_open += 2;
  store_watch(
      b->store,
      [all](const StoreChange& c) {
        if (all->closed) return;
        if (c.kind == "entities") on_entity(all, c);
        if (c.kind == "namespaces" && c.deleted) on_namespace_gone(all, c.name);
      },
      false);
  return agent_port_start(b);
}

// Agents see the connection drop and go elsewhere, or come again.
void sessions_stop(Backend* b, std::function<void()> done) {
  Sessions* all = b->sessions;
  if (!all->backend) return done();
  all->closed = std::move(done);
  if (all->listener) listener_close(all->listener);
  all->handles_open++;
  revocation_stop(b, [all] {
    all->handles_open--;
    closed_report(all);
  });
  for (const SessionPtr& s : std::set<SessionPtr>(all->all))
    if (s->ws) ws_close(s->ws, 1001, "bye");
  for (uv_timer_t* t : {&all->timer, &all->ack_timer}) uv_close(reinterpret_cast<uv_handle_t*>(t), on_handle_closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&all->budget.prepare), on_handle_closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&all->budget.busy), on_handle_closed);
}

}  // namespace picket
