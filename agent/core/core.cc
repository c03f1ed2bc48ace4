// agent/core/core.cc - the connection, keepalives, the way out and the stop; see core.h. Checks: core_checks.cc, core_hooks.cc.
#include "agent/core/core.h"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

#include "agent/core/event_size.h"
#include "agent/config/redact_1x.h"
#include "common/tls/crypto.h"
#include "common/json/json.h"
#include "common/rules/entity_differences.h"
#include "common/text/log.h"
#include "common/types/message.h"

namespace picket {
namespace {

template <class... A>
void act(Core& core, A... action) {
  (core.actions.emplace_back(std::move(action)), ...);
}

std::string joined(const StringList& list) {
  std::string out;
  for (const std::string& item : list) out += (out.empty() ? "" : ",") + item;
  return out;
}

// ---- the entity ----

void entity_changed(Core& core) {
  core.entity_shared = std::make_shared<const Entity>(core.entity);
  core.entity_json = encode(entity_redacted(core.entity));
}

void entity_refresh(Core& core, Now now) {
  System facts = core.world.facts();
  facts.cloud_provider = core.cloud_provider;
  entity_set_facts(core.entity, std::move(facts), core.config, now.unix_s());
  entity_changed(core);
}

// A backend that does not know us, or does not configure agents, gets us as we are configured here.
void entity_restart(Core& core, Now now) {
  core.entity = entity_local(core.config);
  entity_refresh(core, now);
}

// ---- the connection ----

std::vector<std::pair<std::string, std::string>> upgrade_headers(const Core& core) {
  const AgentConfig& c = core.config;
  std::vector<std::pair<std::string, std::string>> headers = {
      {"Accept", "application/json"}, {"Sensu-AgentName", c.name}, {"Sensu-Namespace", c.ns}};
  if (c.cert_file.empty() && c.key_file.empty()) {
    headers.push_back({"Authorization", "Basic " + base64_encode(c.user + ":" + c.password)});
    headers.push_back({"Sensu-User", c.user});
  }
  headers.push_back({"Sensu-Subscriptions", joined(c.subscriptions)});
  if (!core.stream.empty()) headers.push_back({"Picket-Ack", core.stream});
  return headers;
}

void leave(Core& core) {
  core.link.state = Link::closing;
  act(core, Close{1001, "bye"});
}

void confirm(Core& core, uint64_t number) {
  if (number == 0) return;
  outbox_confirm(core.outbox, number);
  losses_arrived(core, number);
  if (core.outbox.spooled) act(core, SpoolForget{number});
}

// ---- keepalives ----

void keepalive_send(Core& core, Now now) {
  const AgentConfig& c = core.config;
  entity_refresh(core, now);
  Event event;
  event.timestamp = now.unix_s();
  event.check.emplace();
  event.check->metadata.name = "keepalive";
  event.check->metadata.ns = core.entity.metadata.ns;
  event.check->interval = c.keepalive_interval_s;
  event.check->timeout = c.keepalive_warning_s;
  event.check->ttl = c.keepalive_critical_s;
  event.metadata.ns = core.entity.metadata.ns;
  event.metadata.labels = c.keepalive_labels;
  event.metadata.annotations = c.keepalive_annotations;
  event.pipelines = c.keepalive_pipelines;
  event.id = core.world.uuid();
  event.sequence = sequence_next(core, "keepalive");
  std::string entity = core.entity_json;
  if (c.agent_managed_entity) {
    Entity managed = core.entity;
    managed.metadata.created_by = c.user;
    entity = encode(entity_redacted(managed));
  }
  act(core, Send{message_join("keepalive", event_encode_with(event, entity))});
  core.counters.keepalives++;
  core.keepalive_at = std::max(core.keepalive_at + int64_t(c.keepalive_interval_s) * 1000, now.mono_ms + 1);
}

void session_ready(Core& core, Now now) { core.keepalive_at = now.mono_ms; }

// ---- messages ----

// Logged once for the same fields: a change of the file that has no effect is looked for here.
void config_compare(Core& core) {
  const std::string fields = entity_differences(entity_local(core.config), core.entity);
  if (std::exchange(core.config_differs, fields) == fields || fields.empty()) return;
  log_warn(
      "agent",
      "this agent's configuration differs from its entity on the backend, which counts; change the entity, or set agent-managed-entity",
      {{"url", core.link.url}, {"fields", fields}});
}

void on_entity_config(Core& core, Now now, std::string_view payload) {
  bool was_waiting = core.link.state == Link::waiting;
  if (!core.config.agent_managed_entity) {
    Result<bool> applied = entity_apply_config(core.entity, payload, core.config);
    if (!applied.ok())
      return log_error("agent", "invalid entity_config ignored", {{"url", core.link.url}, {"error", applied.status.message}});
    if (applied.value) entity_changed(core), config_compare(core);
    else if (was_waiting) entity_restart(core, now);
  }
  link_configured(core.link);
  if (was_waiting) session_ready(core, now);
}

void on_check_request(Core& core, Now now, std::string_view payload) {
  if (core.link.state != Link::up) return log_info("agent", "check request ignored: waiting for entity_config", {{"url", core.link.url}});
  Result<CheckRequest> request = decode<CheckRequest>(payload, Unknown::drop);
  if (request.ok() && !request.value.config) request = fail(Err::invalid, "config missing");
  if (!request.ok())
    return log_error("agent", "invalid check request ignored", {{"url", core.link.url}, {"error", request.status.message}});
  core.last_request = {check_key(*request.value.config), request.value.issued, now.unix_ms};
  if (core.config.offline_checks) schedule_learn(core.schedule, request.value, now.unix_ms);
  core_check(core, now, std::move(request.value));
}

void on_ack(Core& core, std::string_view payload) {
  if (!core.acknowledged) return log_error("agent", "unknown message type", {{"url", core.link.url}, {"type", "ack"}});
  Result<int64_t> seq = json_check(payload).ok() ? json_int64(json_at(payload, {"seq"})) : fail(Err::invalid, "not JSON");
  if (!seq.ok() || seq.value < 0) return log_error("agent", "invalid ack ignored", {{"url", core.link.url}, {"error", seq.status.message}});
  uint64_t sent = core.outbox.sent.empty() ? 0 : core.outbox.sent.back().number;
  if (uint64_t(seq.value) > sent && !core.outbox.sent.empty())
    return log_error("agent", "ack ignored: it covers more events than were sent",
                     {{"url", core.link.url}, {"seq", seq.value}, {"sent", sent}});
  if (!core.outbox.sent.empty()) confirm(core, uint64_t(seq.value));
}

// ---- the stop: checks end, what is on the way arrives, Close, Stopped ----

void stop_done(Core& core) {
  core.stop = Core::Stop::done;
  core.link.state = Link::stopped;
  core.stop_deadline = kNever;
  if (uint64_t left = outbox_only_here(core.outbox); left > 0) {
    log_error("agent", "results lost at shutdown: they are not in a spool", {{"results", left}});
    core.lost.before += left;  // the next process reports them
  }
  act(core, Stopped{});
}

void stop_close(Core& core, Now now) {
  core.stop = Core::Stop::closing;
  core.stop_deadline = now.mono_ms + kGoodbyeMs;
  if (core.link.state == Link::down) return stop_done(core);
  if (core.link.state != Link::closing) leave(core);
}

void stop_advance(Core& core, Now now) {
  bool is_late = now.mono_ms >= core.stop_deadline;
  if (core.stop == Core::Stop::checks && (core.runs.empty() || is_late)) {
    for (auto& [id, run] : core.runs) act(core, KillProcess{id});
    core.stop = Core::Stop::goodbye;
    core.stop_deadline = now.mono_ms + kGoodbyeMs;
    is_late = false;
    if (core.link.state == Link::up && !core.acknowledged) core.barrier_at = now.mono_ms;
  }
  bool is_sent = core.outbox.sent.empty() && core.outbox.waiting.empty();
  if (core.stop == Core::Stop::goodbye && ((core.runs.empty() && (is_sent || core.link.state != Link::up)) || is_late))
    stop_close(core, now);
  else if (core.stop == Core::Stop::closing && (is_late || core.link.state == Link::down)) stop_done(core);
}

void link_advance(Core& core, Now now) {
  if (core.link.state == Link::down && core.stop != Core::Stop::no) return;
  switch (link_tick(core.link, core.config, now.mono_ms)) {
    case LinkWants::nothing: return;
    case LinkWants::dial: act(core, Connect{link_dial(core.link), upgrade_headers(core)}); return;
    case LinkWants::ping: return ping_send(core);
    case LinkWants::give_up:
      log_warn("agent", "no pong from the backend, disconnecting",
               {{"url", core.link.url}, {"timeout_ms", core.config.heartbeat_timeout_ms}});
      act(core, Close{1001, "bye"});
      return;
    case LinkWants::leave: act(core, Close{1001, "bye"}); return;
    case LinkWants::go_on:
      log_warn("agent", "no entity_config received, continuing with the local configuration", {{"url", core.link.url}});
      entity_restart(core, now);
      return session_ready(core, now);
  }
}

// Not at every request: definitions change rarely, and a phase that was stored is good for as long as it stands.
void schedule_keep(Core& core, Now now) {
  if (!core.schedule.learned_changed) return;
  if (core.schedule_store_at == kNever) core.schedule_store_at = now.mono_ms + kScheduleStoreMs;
  if (now.mono_ms < core.schedule_store_at && core.stop == Core::Stop::no) return;
  core.schedule_store_at = kNever;
  core.schedule.learned_changed = false;
  act(core, ScheduleStore{schedule_learned_text(core.schedule)});
}

}  // namespace

int64_t sequence_next(Core& core, const std::string& check) { return ++core.sequences[check]; }

void event_send(Core& core, Now now, Event event) {
  bool is_ours = !event.entity || event.entity == core.entity_shared;
  Result<std::string> encoded = event_encode_bounded(event, is_ours ? core.entity_json : encode(entity_redacted(*event.entity)));
  if (!encoded.ok()) {
    core.too_large++;
    return;
  }
  std::string payload = std::move(encoded.value);
  core.counters.events++;
  std::string for_disk = core.outbox.spooled ? payload : std::string();
  OutboxAdded added = outbox_add(core.outbox, std::move(payload), now.unix_ms);
  if (core.outbox.spooled) act(core, SpoolStore{{added.number, now.unix_ms, std::move(for_disk)}});
}

void core_init(Core& core, AgentConfig config, CoreWorld world, Now now) {
  core.config = std::move(config);
  core.world = std::move(world);
  link_init(core.link, core.config, core.world.random, now.mono_ms);
  core.entity = entity_local(core.config);
  entity_refresh(core, now);
}

void core_tick(Core& core, Now now) {
  if (core.stop == Core::Stop::done) return;
  link_advance(core, now);
  if (core.stop == Core::Stop::no)
    for (CheckRequest& request : schedule_due(core.schedule, now.unix_ms, core.link.state != Link::up))
      core_check(core, now, std::move(request), true);
  schedule_keep(core, now);
  if (core.link.state == Link::up && now.mono_ms >= core.keepalive_at) keepalive_send(core, now);
  if (core.link.state == Link::up) losses_report(core, now);
  losses_log(core, now, false);
  if (core.link.state == Link::up) events_pump(core, now);
  if (std::optional<OutboxLoad> load = outbox_wants_load(core.outbox)) act(core, SpoolLoad{load->from, load->bytes_max});
  if (core.stop != Core::Stop::no) stop_advance(core, now);
}

int64_t core_next_due(const Core& core, Now now) {
  if (core.stop == Core::Stop::done) return kNever;
  int64_t due = core.stop == Core::Stop::no || core.link.state != Link::down ? link_next_due(core.link) : kNever;
  due = std::min({due, core.stop_deadline, core.schedule_store_at});
  int64_t check = core.stop == Core::Stop::no ? schedule_next(core.schedule, now.unix_ms, core.link.state != Link::up) : kNever;
  if (check != kNever) due = std::min(due, now.mono_ms + std::max<int64_t>(0, check - now.unix_ms));
  if (core.link.state != Link::up) return due;
  return std::min({due, core.keepalive_at, core.barrier_at, events_due(core, now)});
}

void core_connected(Core& core, Now now, bool has_accept, std::string_view ack_header) {
  bool expects_config = has_accept && !core.config.agent_managed_entity;
  link_opened(core.link, core.config, expects_config, core.world.random, now.mono_ms);
  core.sequences.clear();
  core.keepalive_at = core.barrier_at = kNever;
  core.counters.sessions++;
  uint64_t number = 0;
  auto [end, error] = std::from_chars(ack_header.data(), ack_header.data() + ack_header.size(), number);
  core.acknowledged = !core.stream.empty() && !ack_header.empty() && error == std::errc() && end == ack_header.data() + ack_header.size();
  events_begin(core, now);
  if (core.acknowledged && number > core.outbox.known_max) {
    // Another life of this spool gave these numbers out (a copy was restored, the machine set back). Nothing is forgotten for it.
    log_warn("agent", "the backend has later events than this spool: starting a new stream",
             {{"theirs", number}, {"ours", core.outbox.known_max}});
    core.stream = core.world.uuid();
    act(core, SpoolRenew{core.stream});
    return leave(core);
  }
  if (core.acknowledged) confirm(core, number);
  if (expects_config) return;
  entity_restart(core, now);
  session_ready(core, now);
}

void core_disconnected(Core& core, Now now) {
  link_closed(core.link, core.config, core.world.random, now.mono_ms);
  outbox_closed(core.outbox);
  spacing_end(core.spacing);
  core.keepalive_at = core.barrier_at = kNever;
  core.acknowledged = false;
}

void core_message(Core& core, Now now, std::string_view text) {
  if (!link_is_open(core.link)) return;
  Result<Message> message = message_split(text);
  if (!message.ok()) {
    log_error("agent", "invalid message, disconnecting from the backend", {{"url", core.link.url}, {"error", message.status.message}});
    return leave(core);
  }
  auto [type, payload] = message.value;
  if (type == "check_request") on_check_request(core, now, payload);
  else if (type == "entity_config") on_entity_config(core, now, payload);
  else if (type == "ack") on_ack(core, payload);
  else log_error("agent", "unknown message type", {{"url", core.link.url}, {"type", type.substr(0, 64)}});
}

void core_pong(Core& core, Now now, std::string_view payload) {
  link_pong(core.link, core.config, now.mono_ms);
  uint64_t ping = 0;
  std::from_chars(payload.data(), payload.data() + payload.size(), ping);
  uint64_t number = outbox_ponged(core.outbox, ping);
  if (core.acknowledged) return;
  spacing_read(core.spacing, number, now.mono_ms);
  confirm(core, number);
}

bool core_input_take(Core& core, Now now, size_t count) {
  double rate = core.config.input_rate, burst = core.config.input_burst;
  if (rate <= 0 || count == 0) return true;
  InputBucket& in = core.input;
  in.tokens = in.filled_at == kNever ? burst : std::min(burst, in.tokens + double(now.mono_ms - in.filled_at) * rate / 1000);
  in.filled_at = now.mono_ms;
  if (in.tokens >= double(count)) {
    in.tokens -= double(count);
    return true;
  }
  core.counters.input_refused += count;
  if (now.mono_ms - in.logged_at >= kInputLogMs || in.logged_at == 0) {
    in.logged_at = std::max<int64_t>(1, now.mono_ms);
    log_warn("agent", "results of other programs rejected: input-rate-limit exceeded",
             {{"limit", rate}, {"refused", core.counters.input_refused}});
  }
  return false;
}

bool core_event_fits(const Core& core, const Event& event, size_t came_bytes) {
  constexpr size_t kGrowthMax = 8;  // of a text in JSON, the attributes we add included
  return came_bytes < kMessageMax / kGrowthMax || event_fits(event, core.entity_json);
}

void core_event(Core& core, Now now, Event event) {
  event.id = core.world.uuid();
  if (event.metadata.ns.empty()) event.metadata.ns = core.entity.metadata.ns;
  if (event.check) {
    event.check->processed_by = core.config.name;
    annotations_redact(event.check->metadata.annotations, redact_words(core.config.redact, core.entity.redact));
    if (event.check->metadata.ns.empty()) event.check->metadata.ns = core.entity.metadata.ns;
  }
  event_send(core, now, std::move(event));
}

void core_metrics(Core& core, Now now, Metrics metrics) {
  Event event;
  event.timestamp = now.unix_s();
  event.metrics = std::move(metrics);
  event_send(core, now, std::move(event));
}

void core_reconfigure(Core& core, Now now, AgentConfig config) {
  auto session = [](const AgentConfig& c) {  // what was sent to a backend, or how it was reached
    return std::tie(c.name, c.ns, c.user, c.password, c.subscriptions, c.redact, c.labels, c.annotations, c.deregister,
                    c.deregistration_handler, c.agent_managed_entity, c.backend_urls, c.trusted_ca_file, c.cert_file, c.key_file,
                    c.insecure_skip_tls_verify, c.keepalive_handlers);
  };
  bool is_other = session(core.config) != session(config);
  auto started = [](const AgentConfig& c) {
    return std::tie(c.socket_host, c.socket_port, c.api_host, c.api_port, c.statsd_host, c.statsd_port, c.disable_sockets, c.disable_api,
                    c.disable_statsd, c.state_dir, c.disable_spool, c.spool_max_bytes, c.spool_max_age_ms, c.cache_dir);
  };
  if (started(core.config) != started(config))
    log_warn("agent", "some changed options (ports, directories, spool) take effect after a restart");
  core.config = std::move(config);
  log_info("agent", "configuration reloaded", {{"reconnects", is_other}});
  if (!is_other) return;
  core.link.urls.clear();
  core.link.next_url = 0;
  core.link.delay_ms = 0;
  link_init(core.link, core.config, core.world.random, now.mono_ms);
  core.entity = entity_local(core.config);
  entity_refresh(core, now);
  if (link_is_open(core.link)) leave(core);
}

void core_cloud_found(Core& core, std::string provider) { core.cloud_provider = std::move(provider); }

void core_stop(Core& core, Now now) {
  if (core.stop != Core::Stop::no) return;
  losses_log(core, now, true);
  core.stop = Core::Stop::checks;
  core.stop_deadline = now.mono_ms + core.config.shutdown_timeout_ms;
  for (uint64_t id : core.runs_waiting) core.runs.erase(id);
  core.runs_waiting.clear();
}

}  // namespace picket
