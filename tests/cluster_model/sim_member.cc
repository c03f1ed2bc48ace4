// tests/cluster_model/sim_member.cc - see sim_member.h.
#include "tests/cluster_model/sim_member.h"

#include <cstdlib>

namespace picket {
namespace {

std::string row_name(const LogOp& op) { return op.type + "/" + op.name; }

int64_t next_token(SimMember& m) {
  static int64_t all = 0;  // unique over all members and lives, as epochs make it
  return (m.tokens = ++all);
}

SimRow newest(const SimMember& m, const std::string& counter) {
  auto it = m.merged.find(counter);
  if (it != m.merged.end() && !it->second.empty()) return {it->second.back().token, it->second.back().count, 0};
  auto row = m.copy.rows.find("/" + counter);
  return row == m.copy.rows.end() ? SimRow{} : row->second;
}

void hand_in(SimMember& m, SimMember::Merged w, int64_t base, int64_t now_ms) {
  LogOp op;
  op.kind = w.is_create ? LogOp::create : LogOp::put_event;
  op.type = w.is_create ? "things" : "";
  op.name = w.counter;
  op.token = w.token;
  op.base = base;
  op.at = w.count;
  op.body = std::to_string(w.id) + std::string(w.id % 97, 'x');
  const uint64_t tag = ++m.tags;
  m.waiting[tag] = std::move(w);
  cluster_log_add(m.log, {tag, log_batch_encode({op}), 1}, now_ms);
}

void merge_again(SimMember& m, const std::string& counter, int64_t now_ms) {
  std::deque<SimMember::Merged> all = std::move(m.merged[counter]);
  m.merged.erase(counter);
  for (const SimMember::Merged& w : all) sim_member_count(m, counter, w.id, now_ms);
}

void settle(SimMember& m, const SimMember::Merged& w, const BatchVerdict& d, Fates& fates, int64_t now_ms) {
  if (w.is_create) {
    fates[w.id] = d.status.ok() ? Fate::stored : Fate::refused;
    return;
  }
  auto it = m.merged.find(w.counter);
  const bool is_front = it != m.merged.end() && !it->second.empty() && it->second.front().token == w.token;
  if (!d.status.ok()) {
    if (is_front) merge_again(m, w.counter, now_ms);  // else it was merged again with the one before it
    return;
  }
  fates[w.id] = Fate::stored;
  if (is_front) it->second.pop_front();
  if (is_front && it->second.empty()) m.merged.erase(it);
}

}  // namespace

uint64_t sim_id_of(const LogOp& op) { return strtoull(op.body.c_str(), nullptr, 10); }

std::vector<BatchVerdict> sim_apply(SimCopy& copy, int64_t position, const std::string& value) {
  copy.position = position;
  Result<LogRecord> r = log_record_decode(value);
  if (!r.ok()) std::abort();  // nothing else is ever put
  std::vector<BatchVerdict> out;
  if (!writers_take(copy.writers, r.value)) return out;
  for (const LogBatch& batch : r.value.batches) {
    Result<BatchVerdict> d = batch_decide(batch, [&](const LogOp& op) {
      auto it = copy.rows.find(row_name(op));
      return Result<int64_t>(it == copy.rows.end() ? 0 : it->second.token);
    });
    copy.hash = decisions_hash(copy.hash, position, d.value);
    if (d.value.status.ok())
      for (const LogOp& op : batch) copy.rows[row_name(op)] = {op.token, op.at, sim_id_of(op)};
    out.push_back(std::move(d.value));
  }
  return out;
}

void sim_member_start(SimMember& m, int64_t now_ms) {
  m.up = true;
  m.life++;
  cluster_log_start(m.log, {m.name, "/picket/", 5000}, m.copy.position, now_ms);
}

void sim_member_kill(SimMember& m) {
  SimMember next;
  next.name = m.name;
  next.life = m.life;
  next.copy = std::move(m.copy);
  m = std::move(next);
}

void sim_member_count(SimMember& m, const std::string& counter, uint64_t id, int64_t now_ms) {
  const SimRow base = newest(m, counter);
  SimMember::Merged w{id, counter, next_token(m), base.count + 1, false};
  m.merged[counter].push_back(w);
  hand_in(m, std::move(w), base.token, now_ms);
}

void sim_member_create(SimMember& m, const std::string& name, uint64_t id, int64_t now_ms) {
  hand_in(m, {id, name, next_token(m), 0, true}, kAnyToken, now_ms);
}

void sim_member_apply(SimMember& m, Fates& fates, int64_t now_ms) {
  if (m.to_apply.empty()) return;
  LogApply a = std::move(m.to_apply.front());
  m.to_apply.pop_front();
  const std::vector<BatchVerdict> decided = sim_apply(m.copy, a.position, a.value);
  if (!a.tags.empty() && a.tags.size() != decided.size()) std::abort();  // a record of our own was ignored
  for (size_t i = 0; i < a.tags.size(); i++) {
    auto it = m.waiting.find(a.tags[i]);
    if (it == m.waiting.end()) std::abort();
    const SimMember::Merged w = std::move(it->second);
    m.waiting.erase(it);
    settle(m, w, decided[i], fates, now_ms);
  }
  cluster_log_applied(m.log, a.value.size(), now_ms);
}

void sim_member_forget(SimMember& m, const std::vector<uint64_t>& tags, Fates& fates, Fate fate) {
  for (uint64_t tag : tags) {
    auto it = m.waiting.find(tag);
    if (it == m.waiting.end()) std::abort();
    fates[it->second.id] = fate;
    auto all = m.merged.find(it->second.counter);
    if (all != m.merged.end() && !all->second.empty() && all->second.front().token == it->second.token) all->second.pop_front();
    m.waiting.erase(it);
  }
}

}  // namespace picket
