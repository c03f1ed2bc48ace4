// backend/cluster/cluster_log.cc - the writing half of the machine: registration, records, answers.
#include "backend/cluster/cluster_log.h"

#include <algorithm>
#include <utility>

#include "backend/cluster/cluster_log_read.h"

namespace picket {
namespace {

// ---- a record from what waits ----

std::vector<OwnBatch> group_take(ClusterLog& log) {
  std::vector<OwnBatch> group;
  size_t bytes = 0, ops = 0;
  while (!log.waiting.empty() && group.size() < kRecordBatchesMax) {
    const OwnBatch& b = log.waiting.front();
    if (!group.empty() && (bytes + b.bytes.size() > log.raw_max || ops + b.ops > kRecordOpsMax)) break;
    bytes += b.bytes.size();
    ops += b.ops;
    log.waiting_bytes -= b.bytes.size();
    group.push_back(std::move(log.waiting.front()));
    log.waiting.pop_front();
  }
  return group;
}

void give_back(ClusterLog& log, std::vector<OwnBatch>& group, size_t keep) {
  for (; group.size() > keep; group.pop_back()) {
    log.waiting_bytes += group.back().bytes.size();
    log.waiting.push_front(std::move(group.back()));
  }
}

std::string encode(const ClusterLog& log, const std::vector<OwnBatch>& group, int64_t epoch, int64_t number) {
  LogRecord head;
  head.member = log.config.member;
  head.epoch = epoch;
  head.number = number;
  std::vector<std::string_view> batches;
  for (const OwnBatch& b : group) batches.emplace_back(b.bytes);
  return log_record_encode(head, batches);
}

bool fits(const std::vector<OwnBatch>& group, const std::string& value) {
  return value.size() <= kRecordStoredAim || (group.size() == 1 && value.size() <= kRecordStoredMax);
}

size_t raw_bytes(const std::vector<OwnBatch>& group) {
  size_t n = 0;
  for (const OwnBatch& b : group) n += b.bytes.size() + 16;
  return n + 256;
}

void refuse(ClusterLog& log, std::vector<OwnBatch>& group, size_t bytes) {
  std::vector<uint64_t> tags;
  for (const OwnBatch& b : group) tags.push_back(b.tag);
  log.actions.push_back(LogRefused{std::move(tags),
                                   fail(Err::too_large,
                                        "too large for the cluster's log: " + std::to_string(bytes >> 10) + " KB when compressed, up to " +
                                            std::to_string(kRecordStoredMax >> 10) + " KB in one write; split it")});
}

// Cut until it fits; one batch that never fits is refused.
bool fill(ClusterLog& log, OwnRecord& r) {
  for (;;) {
    if (raw_bytes(r.batches) <= kRecordBytesMax) r.value = encode(log, r.batches, r.epoch, r.number);
    else r.value.assign(kRecordStoredMax + 1, '\0');
    if (fits(r.batches, r.value)) return true;
    if (r.batches.size() == 1) break;
    give_back(log, r.batches, r.batches.size() / 2);
  }
  refuse(log, r.batches, r.value.size());
  return false;
}

void send(ClusterLog& log) {
  OwnRecord& r = log.flight;
  r.call = ++log.calls;
  r.again_ms = kLogNever;
  log.actions.push_back(LogPut{r.call, r.epoch, r.key, r.value});
}

// The watch has passed our registration: nothing of an earlier epoch is on its way any more.
bool may_write(const ClusterLog& log) { return log.epoch != 0 && log.position >= log.epoch; }

bool record_begin(ClusterLog& log, OwnRecord r) {
  r.epoch = log.epoch;
  r.number = log.number + 1;
  if (!fill(log, r)) return false;
  log.number = r.number;
  r.key = log_record_key(log.config.prefix, r.epoch, r.number);
  log.flight = std::move(r);
  log.has_flight = true;
  return true;
}

// It was not seen up to our new registration, so it will never be. The same batches, in the same order, under the new epoch.
void flight_again(ClusterLog& log) {
  OwnRecord lost = std::move(log.flight);
  log.has_flight = false;
  OwnRecord r;
  r.batches = std::move(lost.batches);
  log.resent++;
  if (lost.too_large && r.batches.size() == 1) return refuse(log, r.batches, lost.value.size());
  if (lost.too_large) {
    log.raw_max = std::max<size_t>(log.raw_max / 2, 64u << 10);
    give_back(log, r.batches, r.batches.size() / 2);
  }
  if (record_begin(log, std::move(r))) send(log);
}

void write(ClusterLog& log, int64_t now) {
  if (!may_write(log)) return;
  if (log.has_flight && log.flight.epoch != log.epoch) flight_again(log);
  while (!log.has_flight && !log.waiting.empty() && now >= log.next_put_ms) {
    OwnRecord r;
    r.batches = group_take(log);
    if (!record_begin(log, std::move(r))) continue;
    log.next_put_ms = now + kLogSpacingMs;
    send(log);
  }
}

// ---- registration ----

void unregister(ClusterLog& log, int64_t now) {
  log.epoch = log.lease = log.number = 0;
  log.beat_call = log.alive_call = 0;
  if (log.has_flight) log.flight.call = 0, log.flight.again_ms = kLogNever;
  log.register_ms = now;
}

void committed(ClusterLog& log, int64_t now) {
  log.committed_ms = now;
  log.no_space = false;
}

void registration_tick(ClusterLog& log, int64_t now) {
  if (log.epoch == 0) {
    if (log.register_call != 0 || now < log.register_ms) return;
    log.register_call = ++log.calls;
    log.actions.push_back(LogRegister{log.register_call});
    return;
  }
  if (log.beat_call == 0 && now >= log.beat_ms) {
    log.beat_call = ++log.calls;
    log.beat_ms = now + kLogBeatMs;
    log.actions.push_back(LogBeat{log.beat_call, log.epoch, log.lease});
  }
  if (log.alive_call == 0 && now >= log.alive_ms) {
    log.alive_call = ++log.calls;
    log.alive_ms = now + kLogAliveMs;
    log.actions.push_back(LogAlive{log.alive_call, log.lease});
  }
}

}  // namespace

void cluster_log_start(ClusterLog& log, ClusterLogConfig config, int64_t position, int64_t now) {
  log.config = std::move(config);
  log.position = position;
  log.register_ms = log.index_ms = now;
  log.committed_ms = log.heard_ms = now;
  cluster_log_tick(log, now);
}

void cluster_log_add(ClusterLog& log, OwnBatch batch, int64_t now) {
  log.waiting_bytes += batch.bytes.size();
  log.waiting.push_back(std::move(batch));
  write(log, now);
}

void cluster_log_tick(ClusterLog& log, int64_t now) {
  reading_tick(log, now);
  registration_tick(log, now);
  if (log.has_flight && log.epoch == log.flight.epoch && now >= log.flight.again_ms) {
    log.resent++;
    send(log);
  }
  write(log, now);
}

int64_t cluster_log_due(const ClusterLog& log) {
  int64_t due = reading_due(log);
  if (log.epoch == 0) {
    if (log.register_call == 0) due = std::min(due, log.register_ms);
    return due;
  }
  if (log.beat_call == 0) due = std::min(due, log.beat_ms);
  if (log.alive_call == 0) due = std::min(due, log.alive_ms);
  if (log.has_flight) due = std::min(due, log.flight.again_ms);
  else if (!log.waiting.empty() && may_write(log)) due = std::min(due, log.next_put_ms);
  return due;
}

std::vector<uint64_t> cluster_log_withdraw(ClusterLog& log) {
  std::vector<uint64_t> tags;
  for (const OwnBatch& b : log.waiting) tags.push_back(b.tag);
  log.waiting.clear();
  log.waiting_bytes = 0;
  return tags;
}

// ---- answers; those to calls that were given up say nothing ----

void cluster_log_registered(ClusterLog& log, uint64_t call, LogAnswer answer, LogRegistration got, int64_t now) {
  if (call != log.register_call) return;
  log.register_call = 0;
  log.taken = answer == LogAnswer::there;
  if (answer != LogAnswer::done) {
    log.no_space = answer == LogAnswer::no_space;
    log.register_ms = now + kLogRegisterAgainMs;
    return;
  }
  log.epoch = got.epoch;
  log.lease = got.lease;
  log.number = 0;
  log.registered++;
  log.beat_ms = now + kLogBeatMs;
  log.alive_ms = now + kLogAliveMs;
  committed(log, now);
  write(log, now);
}

void cluster_log_beaten(ClusterLog& log, uint64_t call, LogAnswer answer, int64_t now) {
  if (call != log.beat_call) return;
  log.beat_call = 0;
  if (answer == LogAnswer::fenced) return unregister(log, now);
  if (answer == LogAnswer::done) committed(log, now);
  if (answer == LogAnswer::no_space) log.no_space = true;
}

void cluster_log_renewed(ClusterLog& log, uint64_t call, LogAnswer answer, int64_t now) {
  if (call != log.alive_call) return;
  log.alive_call = 0;
  if (answer == LogAnswer::fenced) unregister(log, now);
  if (answer == LogAnswer::failed) log.alive_ms = std::min(log.alive_ms, now + kLogAliveMs / 3);
}

void cluster_log_put(ClusterLog& log, uint64_t call, LogAnswer answer, int64_t now) {
  if (!log.has_flight || call != log.flight.call) return;
  log.flight.call = 0;
  switch (answer) {
    case LogAnswer::done:
    case LogAnswer::there: return committed(log, now);
    case LogAnswer::fenced: return unregister(log, now);
    case LogAnswer::failed: log.flight.again_ms = now + kLogAgainMs; return;
    case LogAnswer::no_space:
      log.no_space = true;
      log.flight.again_ms = now + kLogNoSpaceMs;
      return;
    case LogAnswer::too_large:  // an earlier try may have gone through at another endpoint: only behind a new epoch it is known
      log.flight.too_large = true;
      return unregister(log, now);
  }
}

void cluster_log_own(ClusterLog& log, int64_t now) {
  committed(log, now);
  log.has_flight = false;
  log.flight = {};
}

void cluster_log_fenced(ClusterLog& log, int64_t now) { unregister(log, now); }

void cluster_log_write(ClusterLog& log, int64_t now) { write(log, now); }

void cluster_log_committed(ClusterLog& log, int64_t now) { committed(log, now); }

bool cluster_log_ready(const ClusterLog& log) { return log.reading == ClusterLog::Reading::watch && may_write(log); }

bool cluster_log_degraded(const ClusterLog& log, int64_t now) { return log.no_space || now - log.committed_ms > log.config.degraded_ms; }

}  // namespace picket
