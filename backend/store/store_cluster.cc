// backend/store/store_cluster.cc - the store over the cluster's log: opened, handed to, decided, degraded, closed.
#include "backend/store/store_cluster.h"

#include <algorithm>
#include <utility>

#include "common/os/os.h"
#include "common/text/log.h"
#include "backend/store/cluster_checkpoint.h"
#include "backend/store/cluster_space.h"
#include "backend/store/record_ops.h"
#include "backend/store/store_cluster_state.h"

namespace picket {
namespace {

constexpr int kTokenBits = 24;  // tokens of one series; a new series begins with each record of ours that is applied
constexpr int64_t kIdAgainMs = 1000;

ClusterStore& of(Store* s) { return *s->cluster; }

// Unique over all members and processes: a revision of etcd that is ours (a registration, a record), and a count.
void tokens_from(ClusterStore& c, int64_t revision) { c.store->revision = std::max(c.store->revision, revision << kTokenBits); }

// ---- batches in ----

void finish_soon(ClusterStore& c, Batch b) {
  c.finished.push_back(std::move(b));
  uv_async_send(&c.store->wake);
}

// What is refused already comes back in its place: it was decided by what stands before it.
void add_refused(ClusterStore& c, Batch b) {
  if (c.pending.empty() || b.status.code == Err::unavailable) return finish_soon(c, std::move(b));
  c.pending.push_back({0, std::move(b), false});
}

void batch_add(ClusterStore& c, Batch b) {
  if (!b.status.ok() || b.ops.empty()) return add_refused(c, std::move(b));
  LogBatch ops;
  for (const OpPtr& op : b.ops) {
    op->unsent = false;
    ops.push_back(log_op_of(*op));
  }
  const uint64_t tag = ++c.tags;
  const size_t count = ops.size();
  c.pending.push_back({tag, std::move(b), false});
  cluster_log_add(c.log, {tag, log_batch_encode(ops), count}, os_mono_ms());
  cluster_drive(c);
}

// ---- batches out ----

bool builds_on(const ClusterStore& c, const StoreOp& op) { return op.base > 0 && c.broken.count(op.base) > 0; }

// Of one that builds on what was refused; ok: it does not.
Status doomed(const ClusterStore& c, const Batch& b, const Status& cause) {
  for (const OpPtr& op : b.ops) {
    if (!builds_on(c, *op)) continue;
    const bool is_event = op->write == StoreWrite::put_event;
    return is_event ? fail(Err::precondition, "it was merged with a state that was refused") : cause;
  }
  return {};
}

void out_of_overlay(ClusterStore& c, std::deque<Batch>& refused, size_t from) {
  for (size_t i = refused.size(); i-- > from;)
    for (size_t k = refused[i].ops.size(); k-- > 0;) overlay_refuse(c.store->overlay, *refused[i].ops[k]);
}

void break_chain(ClusterStore& c, const Batch& b) {
  for (const OpPtr& op : b.ops) c.broken.insert(op->revision);
}

// What was merged with it or follows it can only be refused, too. It is so at once, all of it in order and out of the readers' sight before
// anybody is called: so what is merged again keeps its order, and nothing new comes in between.
void refuse_with_heirs(ClusterStore& c, Batch first, std::deque<Batch>& out) {
  const size_t from = out.size();
  const Status cause = first.status;
  break_chain(c, first);
  out.push_back(std::move(first));
  for (ClusterStore::Pending& p : c.pending) {
    if (p.tag == 0 || p.decided) continue;
    Status s = doomed(c, p.batch, cause);
    if (s.ok()) continue;
    break_chain(c, p.batch);
    p.decided = true;
    Batch b = std::move(p.batch);
    b.status = std::move(s);
    out.push_back(std::move(b));
  }
  out_of_overlay(c, out, from);
}

// Refused ones that are now the oldest have their place.
void pending_front(ClusterStore& c, std::deque<Batch>& out) {
  for (; !c.pending.empty() && c.pending.front().tag == 0; c.pending.pop_front()) out.push_back(std::move(c.pending.front().batch));
  if (c.pending.empty()) c.broken.clear();
}

void own_batch(ClusterStore& c, AppliedBatch& applied, std::deque<Batch>& out) {
  if (c.pending.empty() || c.pending.front().tag != applied.tag) {
    log_error("cluster", "a batch of our own was applied out of turn; this is a defect, please report it", {{"tag", applied.tag}});
    return;
  }
  ClusterStore::Pending p = std::move(c.pending.front());
  c.pending.pop_front();
  if (!p.decided) {
    p.batch.status = std::move(applied.verdict.status);
    if (p.batch.status.ok()) {
      for (size_t i = 0; i < p.batch.ops.size() && i < applied.ops.size(); i++) p.batch.ops[i]->position = applied.ops[i]->position;
      out.push_back(std::move(p.batch));
    } else {
      c.stats.refused++;
      c.stats.again += applied.verdict.again;
      refuse_with_heirs(c, std::move(p.batch), out);
    }
  }
  pending_front(c, out);
}

void foreign_batch(AppliedBatch& applied, const std::string& member, std::deque<Batch>& out) {
  if (applied.ops.empty()) return;
  Batch b;
  b.ops = std::move(applied.ops);
  b.foreign = true;
  b.member = member;
  out.push_back(std::move(b));
}

void record_applied(ClusterStore& c, AppliedRecord& r, std::deque<Batch>& out) {
  c.stats.records++;
  c.stats.batches += static_cast<int64_t>(r.batches.size());
  c.log_bytes += static_cast<int64_t>(r.bytes);
  c.log_records++;
  bool own = false;
  for (AppliedBatch& b : r.batches) {
    if (b.tag != 0) own_batch(c, b, out);
    else foreign_batch(b, r.member, out);
    own |= b.tag != 0;
  }
  if (own) tokens_from(c, r.position);
  cluster_log_applied(c.log, r.bytes, os_mono_ms());
}

void local_look(ClusterStore& c, const Applied& a) {
  const bool was_failing = !c.local.ok();
  c.local = a.failure.ok() ? Status{} : fail(Err::unavailable, "this member's copy: " + a.failure.message);
  if (!c.local.ok()) degraded_set(c.store, c.local);
  else if (was_failing && !cluster_log_degraded(c.log, os_mono_ms())) degraded_set(c.store, {});
}

void ready_look(ClusterStore& c) {
  if (!c.ready || !c.started || !cluster_log_ready(c.log) || c.log.unapplied > 0) return;
  tokens_from(c, c.log.epoch);
  Result<std::vector<StoredObject>> namespaces = store_list(c.store, "namespaces");
  for (const StoredObject& o : namespaces.value) c.store->namespaces.insert(o.name);
  log_info("cluster", "the copy is up to date", {{"member", c.options.member}, {"position", c.stats.applied}});
  std::exchange(c.ready, nullptr)(namespaces.status);
}

Committed take(ClusterStore& c) {
  Committed out;
  out.batches.swap(c.finished);
  Applied a = applier_take(c.applier);
  c.stats.applied = a.reached.position;
  c.stats.hash = a.reached.hash;
  c.mark = a.reached.mark;
  for (AppliedRecord& r : a.records) record_applied(c, r, out.batches);
  out.fault = a.fault;
  out.commits = a.commits;
  out.last_commit_us = a.commit_us;
  local_look(c, a);
  cluster_drive(c);
  ready_look(c);
  return out;
}

// ---- degraded and back ----

Status no_space(const ClusterStore& c) {
  return fail(Err::unavailable,
              std::string("etcd has no space left (its quota is used up, see etcd-quota-backend-bytes): ") +
                  (c.options.compacts ? "it is compacted and defragmented now, and goes on by itself if that makes room"
                                      : "compact and defragment it and disarm its alarm, or set etcd-maintenance, then picket does it"));
}

Status no_quorum(const ClusterStore& c) {
  if (c.log.no_space) return no_space(c);
  return fail(Err::unavailable,
              "the cluster has no quorum, or this member cannot reach it: nothing was committed for " +
                  std::to_string(c.options.degraded_ms / 1000) + " s; it goes on by itself when etcd answers again");
}

// Of several that were not sent the newest is kept: it builds on what the oldest of them was built on.
void mark_unsent(ClusterStore& c, const std::vector<uint64_t>& tags) {
  const std::set<uint64_t> unsent(tags.begin(), tags.end());
  std::map<int64_t, int64_t> bases;
  for (ClusterStore::Pending& p : c.pending) {
    if (unsent.count(p.tag) == 0) continue;
    for (const OpPtr& op : p.batch.ops) {
      if (auto it = bases.find(op->base); it != bases.end()) op->base = it->second;
      bases[op->revision] = op->base;
      op->unsent = true;
    }
  }
}

// What has not been sent is refused (and kept, if it must happen). Of what was sent nobody knows: whoever waits hears so.
void degrade(ClusterStore& c) {
  const Status why = no_quorum(c);
  c.room_made.clear();
  degraded_set(c.store, why);
  const std::vector<uint64_t> unsent = cluster_log_withdraw(c.log);
  mark_unsent(c, unsent);
  cluster_refused(c, unsent, why);
  for (ClusterStore::Pending& p : c.pending) {
    if (p.tag == 0 || !p.batch.done) continue;
    StoreDone done = std::exchange(p.batch.done, nullptr);
    Batch answer;
    answer.status = fail(Err::unavailable, why.message + "; this write may still be carried out");
    answer.done = std::move(done);
    finish_soon(c, std::move(answer));
  }
}

// Refusals name those who are missing as soon as that is known.
void missing_ask(ClusterStore& c) {
  const int64_t now = os_mono_ms();
  if (!c.options.who_is_missing || now < c.probe_ms || c.log.no_space) return;
  c.probe_ms = now + kClusterProbeMs;
  c.options.who_is_missing([weak = c.weak_from_this()](const std::string& who) {
    auto self = weak.lock();
    if (!self || self->closed || !self->store->stats.degraded || who.empty()) return;
    self->store->failure.message = "the cluster has no quorum: " + who + "; it goes on by itself when enough of them are back";
  });
}

void degraded_look(ClusterStore& c) {
  if (!c.started || c.ready || c.closing) return;
  const bool now = cluster_log_degraded(c.log, os_mono_ms());
  Store* s = c.store;
  if (now) missing_ask(c);
  if (now && !s->stats.degraded) return degrade(c);
  if (now || !s->stats.degraded || !c.local.ok()) return;
  degraded_set(s, {});
  kept_again(s);
}

// ---- the timer ----

void on_timer(uv_timer_t* t) {
  auto& c = *static_cast<ClusterStore*>(t->data);
  if (c.closed) return;
  if (!c.started) return cluster_id_ask(c);
  const int64_t now = os_mono_ms(), looked = std::exchange(c.looked_ms, now);
  if (looked != 0 && now - looked > kClusterStallMs) members_stalled(c.members, now);
  cluster_log_tick(c.log, os_mono_ms());
  cluster_drive(c);
  degraded_look(c);
  if (!c.closing) space_look(c);
  if (!c.ready && !c.closing) keeper_look(c);
}

void timer_set(ClusterStore& c, int64_t wait_ms) {
  uv_update_time(c.store->loop);
  uv_timer_start(&c.timer, on_timer, static_cast<uint64_t>(std::clamp<int64_t>(wait_ms, 0, 500)), 0);
}

// ---- the end ----

void close_now(ClusterStore& c) {
  if (c.watch) etcd_watch_close(std::exchange(c.watch, nullptr));
  uv_timer_stop(&c.timer);
  for (ClusterStore::Pending& p : c.pending) {
    if (p.decided) continue;
    if (p.tag != 0) p.batch.status = fail(Err::unavailable, "the backend is stopping; it is not known whether this was written");
    c.finished.push_back(std::move(p.batch));
  }
  c.pending.clear();
  c.closed = [] {};
  uv_close(reinterpret_cast<uv_handle_t*>(&c.timer), [](uv_handle_t* h) {
    Store* store = static_cast<ClusterStore*>(h->data)->store;
    store_close_now(store);
  });
}

}  // namespace

void cluster_drive(ClusterStore& c) {
  if (!c.started || c.closed) return;
  while (!c.log.actions.empty()) {
    ClusterAction action = std::move(c.log.actions.front());
    c.log.actions.pop_front();
    cluster_perform(c, std::move(action));
  }
  if (c.closing && (c.pending.empty() || os_mono_ms() >= c.close_by_ms)) {
    c.closing = false;
    return cluster_leave(c, [self = c.shared_from_this()] { close_now(*self); });
  }
  ready_look(c);
  timer_set(c, cluster_log_due(c.log) - os_mono_ms());
}

void cluster_refused(ClusterStore& c, const std::vector<uint64_t>& tags, const Status& why) {
  const std::set<uint64_t> gone(tags.begin(), tags.end());
  for (auto it = c.pending.begin(); it != c.pending.end();) {
    if (gone.count(it->tag) == 0) {
      ++it;
      continue;
    }
    if (!it->decided) {
      it->batch.status = why;
      finish_soon(c, std::move(it->batch));
    }
    it = c.pending.erase(it);
  }
  std::deque<Batch> placed;
  pending_front(c, placed);
  for (Batch& b : placed) finish_soon(c, std::move(b));
}

void cluster_open_failed(ClusterStore& c, Status why) {
  log_error("cluster", "this member cannot go on", {{"error", why.message}});
  c.local = fail(Err::unavailable, why.message);
  degraded_set(c.store, c.local);
  if (c.ready) std::exchange(c.ready, nullptr)(std::move(why));
}

void cluster_id_failed(ClusterStore& c, const Status& why) {
  log_warn("cluster", "waiting for etcd", {{"error", why.message}});
  timer_set(c, kIdAgainMs);
}

void cluster_joined(ClusterStore& c, const std::string& id) {
  LogState& state = c.applier.state;
  if (!state.cluster.empty() && state.cluster != id)
    return cluster_open_failed(c,
                               fail(Err::precondition,
                                    c.store->path + " is the copy of another cluster (" + state.cluster + "), this one is " + id +
                                        "; move the file away: a new copy is made"));
  if (state.cluster.empty())
    if (Status s = sqlite_log_join(c.applier.sqlite, state, id); !s.ok()) return cluster_open_failed(c, std::move(s));
  c.started = true;
  c.cluster_id = id;
  c.stats.applied = state.position;
  ClusterLogConfig config;
  config.member = c.options.member;
  config.prefix = c.options.prefix;
  config.degraded_ms = c.options.degraded_ms;
  const int64_t position = state.position;
  applier_start(c.applier);
  cluster_log_start(c.log, std::move(config), position, os_mono_ms());
  cluster_drive(c);
}

Result<Store*> store_open_cluster(uv_loop_t* loop, const std::string& path, const StoreOptions& options, ClusterStoreOptions cluster,
                                  std::function<void(Status)> ready) {
  StoreOptions own = options;
  own.hold = false;
  own.full_sync = false;  // the log has it; a copy that lost its last commits reads them again
  copy_given_up_remove(path);
  Result<SqliteWriter*> writer = sqlite_writer_open(path, own);
  if (!writer.ok()) return writer.status;
  Result<LogState> state = sqlite_log_state(writer.value);
  if (!state.ok()) {
    sqlite_writer_close(writer.value);
    return state.status;
  }
  Result<Store*> made = store_make(loop, path, own, writer.value);
  if (!made.ok()) return made;
  Store* s = made.value;
  auto c = s->cluster = std::make_shared<ClusterStore>();
  c->store = s;
  c->options = std::move(cluster);
  c->compacts = c->options.compacts;
  c->file_options = own;
  c->identity = sqlite_identity(writer.value);
  c->members.self = c->options.member;
  c->ready = std::move(ready);
  c->applier.sqlite = writer.value;
  c->applier.state = std::move(state.value);
  c->applier.on_finished = [s] { uv_async_send(&s->wake); };
  s->committer = {[c = c.get()](Batch b) { batch_add(*c, std::move(b)); }, [c = c.get()] { return take(*c); },
                  [c = c.get()] { applier_stop(c->applier); }, [c = c.get()] { sqlite_writer_close(c->applier.sqlite); }};
  uv_timer_init(loop, &c->timer);
  c->timer.data = c.get();
  if (Status st = copy_may_join(s, c->applier.state); !st.ok()) {
    store_close(s, nullptr);
    return st;
  }
  timer_set(*c, 0);
  return s;
}

void cluster_close(Store* s) {
  ClusterStore& c = of(s);
  c.closing = true;
  c.close_by_ms = os_mono_ms() + kClusterCloseMs;
  c.ready = nullptr;
  if (!c.started) return close_now(c);
  cluster_drive(c);
}

bool store_is_clustered(const Store* s) { return s->cluster != nullptr; }

int64_t store_token(Store* s) { return s->cluster ? ++s->revision : 0; }

const ClusterMembers& store_members(const Store* s) { return s->cluster->members; }

std::string store_cluster_id(const Store* s) { return s->cluster->cluster_id; }

// A full etcd takes no writes of anybody: what is read is old for a while, and nevertheless the newest there is.
int64_t store_stale_s(const Store* s) {
  if (!s->cluster || !s->stats.degraded) return -1;
  const ClusterLog& log = s->cluster->log;
  const int64_t now = os_mono_ms();
  if (!s->cluster->started || log.no_space || !cluster_log_degraded(log, now)) return -1;
  return (now - log.committed_ms) / 1000;
}

std::string store_room_made(const Store* s) { return s->cluster ? s->cluster->room_made : ""; }

ClusterStats store_cluster_stats(const Store* s) {
  const ClusterStore& c = *s->cluster;
  ClusterStats out = c.stats;
  out.epoch = c.log.epoch;
  out.position = c.log.position;
  out.resent = c.log.resent;
  out.registered = c.log.registered;
  out.rewatched = c.log.rewatched;
  out.waiting = static_cast<int64_t>(c.pending.size());
  out.checkpoint = c.checkpoint_position;
  out.trimmed = c.trimmed;
  return out;
}

}  // namespace picket
