// backend/store/cluster_calls.cc - the machine's wishes as calls of etcd, and etcd's answers as the machine's.
#include <algorithm>
#include <utility>

#include "common/basic/build_info.h"
#include "common/json/json.h"
#include "common/os/os.h"
#include "common/text/log.h"
#include "backend/store/store_cluster_state.h"

namespace picket {
namespace {

using Self = std::weak_ptr<ClusterStore>;

EtcdWay way_of(bool again) {
  EtcdWay way;
  way.timeout_ms = kClusterCallMs;
  way.attempt_ms = kClusterPutMs;
  way.again = again;
  return way;
}

LogAnswer answer_of(const Status& s) {
  if (s.ok()) return LogAnswer::done;
  if (etcd_is_no_space(s)) return LogAnswer::no_space;
  return s.code == Err::too_large ? LogAnswer::too_large : LogAnswer::failed;
}

std::string member_key(const ClusterStore& c) { return log_member_key(c.options.prefix, c.options.member); }

EtcdCompare created_at(std::string key, int64_t revision) {
  EtcdCompare compare;
  compare.target = EtcdCompare::create;
  compare.key = std::move(key);
  compare.number = revision;
  return compare;
}

EtcdRange one_key(std::string key) {
  EtcdRange range;
  range.key = std::move(key);
  return range;
}

std::string facts(const ClusterStore& c) {
  std::string out = "{\"identity\":" + json_quote(c.identity) + ",\"version\":" + json_quote(kVersion) +
      ",\"mark\":" + std::to_string(c.mark.at) + ",\"hash\":\"" + std::to_string(c.mark.hash) +
      "\",\"position\":" + std::to_string(c.stats.applied) + ",\"format\":" + std::to_string(kLogFormat);
  const std::string more = c.options.facts ? c.options.facts() : "";
  return out + (more.empty() ? "}" : "," + more + "}");
}

template <class Give>
void give(const Self& weak, Give answer) {
  auto c = weak.lock();
  if (!c || c->closed) return;
  answer(*c);
  cluster_drive(*c);
}

// ---- registration: who has our name, away with what an earlier process of ours left, a lease, the key ----

void registered(const Self& weak, uint64_t call, LogAnswer answer, LogRegistration got = {}) {
  give(weak, [&](ClusterStore& c) { cluster_log_registered(c.log, call, answer, got, os_mono_ms()); });
}

void register_put(ClusterStore& c, uint64_t call, int64_t lease) {
  EtcdTxn txn;
  txn.compare = {created_at(member_key(c), 0)};
  txn.success = {EtcdPut{member_key(c), facts(c), lease}};
  etcd_txn(c.options.etcd, txn, way_of(false), [weak = c.weak_from_this(), call, lease](Result<EtcdTxnAnswer> a) {
    if (!a.ok() || !a.value.succeeded)
      return registered(weak, call, answer_of(a.status) == LogAnswer::done ? LogAnswer::failed : answer_of(a.status));
    registered(weak, call, LogAnswer::done, {a.value.header.revision, lease});
  });
}

void register_lease(ClusterStore& c, uint64_t call) {
  etcd_lease_grant(c.options.etcd, kLogLeaseS, way_of(true), [weak = c.weak_from_this(), call](Result<EtcdLease> a) {
    auto self = weak.lock();
    if (!a.ok()) return registered(weak, call, answer_of(a.status));
    if (self && !self->closed) register_put(*self, call, a.value.id);
  });
}

void register_clear(ClusterStore& c, uint64_t call, const EtcdKv& left) {
  EtcdTxn txn;
  txn.compare = {created_at(member_key(c), left.create_revision)};
  txn.success = {EtcdDelete{member_key(c), ""}};
  etcd_txn(c.options.etcd, txn, way_of(true), [weak = c.weak_from_this(), call](Result<EtcdTxnAnswer> a) {
    auto self = weak.lock();
    if (!a.ok()) return registered(weak, call, answer_of(a.status));
    if (self && !self->closed) register_lease(*self, call);
  });
}

constexpr int64_t kNameTakenEveryMs = 10'000;  // between two warnings

// It is tried twice a second.
void say_name_taken(ClusterStore& c) {
  const int64_t now = os_mono_ms();
  if (c.name_taken_said_ms > 0 && now - c.name_taken_said_ms < kNameTakenEveryMs) return;
  c.name_taken_said_ms = now;
  log_warn(
      "cluster",
      "another backend has this member's name: one that has just ended is noticed within about 10 s; when this goes on, give each its own etcd-name",
      {{"member", c.options.member}});
}

void perform(ClusterStore& c, LogRegister r) {
  etcd_range(c.options.etcd, one_key(member_key(c)), way_of(true), [weak = c.weak_from_this(), call = r.call](Result<EtcdRangeAnswer> a) {
    auto self = weak.lock();
    if (!self || self->closed) return;
    if (!a.ok()) return registered(weak, call, answer_of(a.status));
    if (a.value.kvs.empty()) return register_lease(*self, call);
    const Result<std::string> who = json_string(json_at(a.value.kvs[0].value, {"identity"}));
    if (who.ok() && who.value == self->identity) return register_clear(*self, call, a.value.kvs[0]);
    say_name_taken(*self);
    registered(weak, call, LogAnswer::there);
  });
}

void perform(ClusterStore& c, const LogBeat& beat) {
  EtcdTxn txn;
  txn.compare = {created_at(member_key(c), beat.epoch)};
  txn.success = {EtcdPut{member_key(c), facts(c), beat.lease}};
  etcd_txn(c.options.etcd, txn, way_of(true), [weak = c.weak_from_this(), call = beat.call](Result<EtcdTxnAnswer> a) {
    const LogAnswer answer = a.ok() && !a.value.succeeded ? LogAnswer::fenced : answer_of(a.status);
    give(weak, [&](ClusterStore& self) { cluster_log_beaten(self.log, call, answer, os_mono_ms()); });
  });
}

void perform(ClusterStore& c, LogAlive alive) {
  etcd_lease_keepalive(c.options.etcd, alive.lease, way_of(true), [weak = c.weak_from_this(), call = alive.call](Result<EtcdLease> a) {
    const LogAnswer answer = a.ok() && a.value.ttl_s <= 0 ? LogAnswer::fenced : answer_of(a.status);
    give(weak, [&](ClusterStore& self) { cluster_log_renewed(self.log, call, answer, os_mono_ms()); });
  });
}

// ---- records ----

LogAnswer put_answer(const Result<EtcdTxnAnswer>& a) {
  if (!a.ok() || a.value.succeeded) return answer_of(a.status);
  const auto& answers = a.value.answers;
  return !answers.empty() && !answers[0].found.kvs.empty() ? LogAnswer::there : LogAnswer::fenced;
}

void perform(ClusterStore& c, LogPut put) {
  EtcdTxn txn;
  txn.compare = {created_at(member_key(c), put.epoch), created_at(put.key, 0)};
  EtcdRange is_there = one_key(put.key);
  is_there.keys_only = true;
  txn.failure = {std::move(is_there)};
  txn.success = {EtcdPut{std::move(put.key), std::move(put.value), 0}};
  etcd_txn(c.options.etcd, txn, way_of(true), [weak = c.weak_from_this(), call = put.call](Result<EtcdTxnAnswer> a) {
    give(weak, [&](ClusterStore& self) { cluster_log_put(self.log, call, put_answer(a), os_mono_ms()); });
  });
}

// ---- catching up ----

EtcdRange below(std::string prefix) {
  EtcdRange range;
  range.range_end = etcd_prefix_end(prefix);
  range.key = std::move(prefix);
  return range;
}

LogMember member_of(const ClusterStore& c, const EtcdKv& kv) { return {kv.key.substr(c.options.prefix.size() + 2), kv.value, false}; }

Result<LogIndexAnswer> index_of(const ClusterStore& c, Result<EtcdTxnAnswer> a) {
  if (!a.ok()) return a.status;
  if (a.value.answers.size() != 3) return fail(Err::internal, "etcd answered another number of questions than three");
  LogIndexAnswer out;
  out.revision = a.value.header.revision;
  if (const auto& trimmed = a.value.answers[0].found.kvs; !trimmed.empty()) out.trimmed = json_int64(trimmed[0].value).value;
  for (const EtcdKv& kv : a.value.answers[1].found.kvs) out.records.push_back({kv.key, kv.mod_revision});
  for (const EtcdKv& kv : a.value.answers[2].found.kvs) out.members.push_back(member_of(c, kv));
  return out;
}

void perform(ClusterStore& c, LogIndex index) {
  EtcdTxn txn;
  EtcdRange records = below(c.options.prefix + "l/");
  records.keys_only = true;
  records.sort = EtcdRange::by_mod_revision;
  txn.success = {one_key(c.options.prefix + "c/trimmed"), std::move(records), below(c.options.prefix + "m/")};
  etcd_txn(c.options.etcd, txn, way_of(true), [weak = c.weak_from_this(), call = index.call](Result<EtcdTxnAnswer> a) {
    give(weak, [&](ClusterStore& self) { cluster_log_indexed(self.log, call, index_of(self, std::move(a)), os_mono_ms()); });
  });
}

Result<std::vector<LogValue>> values_of(Result<EtcdTxnAnswer> a) {
  if (!a.ok()) return a.status;
  std::vector<LogValue> out;
  for (EtcdOpAnswer& one : a.value.answers)
    for (EtcdKv& kv : one.found.kvs) out.push_back({std::move(kv.key), std::move(kv.value), kv.mod_revision});
  return out;
}

void perform(ClusterStore& c, LogFetch fetch) {
  EtcdTxn txn;
  for (std::string& key : fetch.keys) {
    EtcdRange range = one_key(std::move(key));
    range.revision = fetch.revision;
    txn.success.emplace_back(std::move(range));
  }
  etcd_txn(c.options.etcd, txn, way_of(true), [weak = c.weak_from_this(), call = fetch.call](Result<EtcdTxnAnswer> a) {
    give(weak, [&](ClusterStore& self) { cluster_log_fetched(self.log, call, values_of(std::move(a)), os_mono_ms()); });
  });
}

// ---- the watch ----

std::vector<LogEvent> events_of(std::vector<EtcdEvent> events) {
  std::vector<LogEvent> out;
  out.reserve(events.size());
  for (EtcdEvent& e : events)
    out.push_back({std::move(e.kv.key), std::move(e.kv.value), e.kv.mod_revision, e.kv.create_revision, e.deleted});
  return out;
}

void on_watch(const Self& weak, EtcdWatchEvent event) {
  give(weak, [&](ClusterStore& c) {
    if (event.kind == EtcdWatchEvent::changes) cluster_log_seen(c.log, events_of(std::move(event.events)), os_mono_ms());
    if (event.kind == EtcdWatchEvent::cut)
      log_warn("cluster", "the watch of the log was cut; it is opened again", {{"endpoint", event.endpoint}, {"error", event.why}});
    if (event.kind == EtcdWatchEvent::opened) log_info("cluster", "watching the log", {{"endpoint", event.endpoint}});
    if (event.kind != EtcdWatchEvent::compacted) return;
    etcd_watch_close(std::exchange(c.watch, nullptr));
    cluster_log_compacted(c.log, os_mono_ms());
  });
}

void perform(ClusterStore& c, LogWatch watch) {
  if (c.watch) etcd_watch_close(c.watch);
  EtcdWatchRequest request;  // records and members lie side by side: l/ to n
  request.key = c.options.prefix + "l/";
  request.range_end = c.options.prefix + "n";
  request.start_revision = watch.from;
  c.watch = etcd_watch(c.options.etcd, request, [weak = c.weak_from_this()](EtcdWatchEvent event) { on_watch(weak, std::move(event)); });
}

void perform(ClusterStore& c, LogElsewhere) {
  if (c.watch) etcd_watch_elsewhere(c.watch, "no heartbeat of our own for " + std::to_string(kLogSilentMs / 1000) + " s");
}

void perform(ClusterStore& c, LogRead read) {
  if (c.watch) etcd_watch_read(c.watch, read.on);
}

// ---- what stays here ----

void perform(ClusterStore& c, LogApply apply) { applier_add(c.applier, {apply.position, std::move(apply.value), std::move(apply.tags)}); }

void perform(ClusterStore& c, LogMember member) { cluster_members_heard(c, std::move(member)); }

void perform(ClusterStore& c, LogRebuild rebuild) { cluster_rebuild(c, rebuild.trimmed); }

void perform(ClusterStore& c, LogRefused refused) { cluster_refused(c, refused.tags, refused.status); }

void perform(ClusterStore& c, LogUnknown unknown) {
  cluster_refused(c, unknown.tags,
                  fail(Err::unavailable, "not known whether it was written: it was decided while this member was rebuilt"));
}

}  // namespace

void cluster_perform(ClusterStore& c, ClusterAction action) {
  std::visit([&c](auto& a) { perform(c, std::move(a)); }, action);
}

// ---- before and after ----

void cluster_id_ask(ClusterStore& c) {
  std::string id = os_uuid();
  id.erase(std::remove(id.begin(), id.end(), '-'), id.end());
  const std::string key = c.options.prefix + "id";
  EtcdTxn txn;
  txn.compare = {created_at(key, 0)};
  txn.success = {EtcdPut{key, id.substr(0, 16), 0}};
  txn.failure = {one_key(key)};
  etcd_txn(c.options.etcd, txn, way_of(true), [weak = c.weak_from_this(), id = id.substr(0, 16)](Result<EtcdTxnAnswer> a) {
    auto self = weak.lock();
    if (!self || self->closed) return;
    if (!a.ok()) return cluster_id_failed(*self, a.status);
    if (a.value.succeeded) return cluster_joined(*self, id);
    const bool there = !a.value.answers.empty() && !a.value.answers[0].found.kvs.empty();
    cluster_joined(*self, there ? a.value.answers[0].found.kvs[0].value.substr(0, kClusterIdsMax) : id);
  });
}

void cluster_leave(ClusterStore& c, std::function<void()> done) {
  if (c.log.lease == 0) return done();
  EtcdWay way;
  way.timeout_ms = 1000;
  etcd_lease_revoke(c.options.etcd, c.log.lease, way, [done = std::move(done)](const Result<EtcdHeader>&) { done(); });
}

}  // namespace picket
