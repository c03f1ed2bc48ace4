// backend/store/sqlite_log.cc - the transaction that applies records, and what the file knows of how far it is.
#include "backend/store/sqlite_log.h"

#include <utility>

#include "common/text/log.h"
#include "backend/cluster/log_bytes.h"
#include "backend/store/record_ops.h"
#include "backend/store/sqlite_db.h"

namespace picket {
namespace {

constexpr const char* kState = "cluster";  // meta: position, hash, writers
constexpr const char* kCluster = "cluster-id";

std::string state_text(const LogState& state) {
  std::string out;
  bytes_put_signed(out, state.position);
  bytes_put_number(out, state.hash);
  for (const auto& [member, w] : state.writers) {
    bytes_put_text(out, member);
    bytes_put_signed(out, w.epoch);
    bytes_put_signed(out, w.number);
  }
  std::string hex;  // meta holds text
  for (const char c : out)
    for (const int half : {static_cast<uint8_t>(c) >> 4, static_cast<uint8_t>(c) & 15}) hex += "0123456789abcdef"[half];
  return hex;
}

std::string bytes_of_hex(std::string_view hex) {
  std::string out;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (size_t i = 0; i + 1 < hex.size(); i += 2) out += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
  return out;
}

Status state_read(std::string_view hex, LogState& state) {
  const std::string bytes = bytes_of_hex(hex);
  BytesReader in{bytes};
  if (hex.empty()) return {};
  state.position = bytes_signed(in);
  state.hash = bytes_number(in);
  while (in.ok && !in.left.empty()) {
    LogWriter& w = state.writers[std::string(bytes_text(in))];
    w.epoch = bytes_signed(in);
    w.number = bytes_signed(in);
  }
  return in.ok ? Status{} : fail(Err::io, "the copy's position in the cluster's log is damaged; delete the file, it is made anew");
}

Result<int64_t> token_of(SqliteWriter* w, const LogOp& op) {
  if (log_op_is_event(op)) return sqlite_event_revision(w, {op.ns, op.name, op.check});
  return sqlite_object_revision(w, op.type, op.ns, op.name);
}

Status batch_apply(SqliteWriter* w, LogBatch& batch, int64_t position, int64_t& place, AppliedBatch& out) {
  for (LogOp& op : batch) {
    OpPtr o = store_op_of(std::move(op));
    o->position = position * static_cast<int64_t>(kRecordOpsMax) + place++;
    if (Status s = sqlite_op(w, *o); !s.ok()) return s;
    out.ops.push_back(std::move(o));
  }
  return {};
}

// What cannot be read is foreign, and is ignored by all members alike; but a newer program's is not for this one to pass over.
Status record_read(const LogJob& job, LogRecord* record, bool* ignored) {
  Result<LogRecord> r = log_record_decode(job.value);
  if (r.status.code == Err::precondition) return r.status;
  *ignored = !r.ok();
  if (!r.ok())
    log_error("cluster", "a record of the log is ignored by all members", {{"position", job.position}, {"error", r.status.message}});
  *record = std::move(r.value);
  return {};
}

Status job_apply(SqliteWriter* w, const LogJob& job, LogState& state, AppliedRecord& out) {
  LogRecord record;
  bool ignored = false;
  if (Status s = record_read(job, &record, &ignored); !s.ok()) return s;
  if (const int64_t at = job.position / kMarkEvery * kMarkEvery; at > state.position) state.mark = {at, state.hash};
  state.position = out.position = job.position;
  out.bytes = job.value.size();
  if (ignored || !writers_take(state.writers, record)) return {};
  out.member = record.member;
  int64_t place = 0;
  for (size_t i = 0; i < record.batches.size(); i++) {
    AppliedBatch& b = out.batches.emplace_back();
    if (i < job.tags.size()) b.tag = job.tags[i];
    Result<BatchVerdict> verdict = batch_decide(record.batches[i], [w](const LogOp& op) { return token_of(w, op); });
    if (!verdict.ok()) return verdict.status;
    b.verdict = std::move(verdict.value);
    state.hash = decisions_hash(state.hash, job.position, b.verdict);
    if (!b.verdict.status.ok()) continue;
    if (Status s = batch_apply(w, record.batches[i], job.position, place, b); !s.ok()) return s;
  }
  return {};
}

}  // namespace

Result<LogState> sqlite_log_state(SqliteWriter* w) {
  Result<LogState> out;
  const Result<std::string> state = sqlite_meta_get(w, kState), cluster = sqlite_meta_get(w, kCluster);
  if (!state.ok()) return state.status;
  if (!cluster.ok()) return cluster.status;
  out.value.cluster = cluster.value;
  out.status = state_read(state.value, out.value);
  return out;
}

Status sqlite_log_join(SqliteWriter* w, LogState& state, const std::string& cluster) {
  Status s = sqlite_transaction(w, state.position, [&] { return sqlite_meta_put(w, kCluster, cluster); });
  if (s.ok()) state.cluster = cluster;
  return s;
}

Status sqlite_log_leave(SqliteWriter* w, const LogState& state) {
  return sqlite_transaction(w, state.position * static_cast<int64_t>(kRecordOpsMax), [&]() -> Status {
    if (Status s = sqlite_meta_put(w, kCluster, ""); !s.ok()) return s;
    return sqlite_meta_put(w, kState, "");
  });
}

Result<int64_t> sqlite_checkpoint(const std::string& from, const std::string& to) {
  if (Status s = sqlite_backup(from, to); !s.ok()) return s;
  Result<Db> db = db_open(to, SQLITE_OPEN_READWRITE);
  if (!db.ok()) return db.status;
  Status s = db_exec(db.value.get(),
                     "DELETE FROM metric_steps; DELETE FROM metric_series; "
                     "UPDATE meta SET value=lower(hex(randomblob(16))) WHERE key='identity'; VACUUM");
  if (!s.ok()) return s;
  Result<std::string> text = db_text(db.value.get(), "SELECT value FROM meta WHERE key='cluster'");
  if (!text.ok()) return text.status;
  LogState state;
  if (Status read = state_read(text.value, state); !read.ok()) return read;
  return state.position;
}

Status sqlite_first_checkpoint(const std::string& from, const std::string& to, int64_t position, const std::string& cluster) {
  if (Result<int64_t> copied = sqlite_checkpoint(from, to); !copied.ok()) return copied.status;
  Result<Db> db = db_open(to, SQLITE_OPEN_READWRITE);
  if (!db.ok()) return db.status;
  LogState state;
  state.position = position;
  const std::string revision = std::to_string(position * static_cast<int64_t>(kRecordOpsMax));
  const std::string sql =
      "BEGIN; UPDATE objects SET revision=1; UPDATE events SET revision=1; INSERT OR REPLACE INTO meta(key,value) VALUES('" +
      std::string(kState) + "','" + state_text(state) + "'),('" + kCluster + "','" + cluster + "'),('revision','" + revision + "'); COMMIT";
  return db_exec(db.value.get(), sql.c_str());
}

Status sqlite_log_apply(SqliteWriter* w, const std::vector<LogJob>& jobs, LogState& state, std::vector<AppliedRecord>* out) {
  LogState next = state;
  std::vector<AppliedRecord> applied(jobs.size());
  const int64_t position = jobs.empty() ? state.position : jobs.back().position;
  Status s = sqlite_transaction(w, position * static_cast<int64_t>(kRecordOpsMax), [&]() -> Status {
    for (size_t i = 0; i < jobs.size(); i++)
      if (Status st = job_apply(w, jobs[i], next, applied[i]); !st.ok()) return st;
    return sqlite_meta_put(w, kState, state_text(next));
  });
  if (!s.ok()) return s;
  state = std::move(next);
  for (AppliedRecord& r : applied) out->push_back(std::move(r));
  return {};
}

}  // namespace picket
