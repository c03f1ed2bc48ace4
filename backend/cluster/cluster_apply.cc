// backend/cluster/cluster_apply.cc - the decisions, write by write: those of a batch see the ones before them in it.
#include "backend/cluster/cluster_apply.h"

namespace picket {
namespace {

// Rows as the writes before this one in the batch leave them.
using RowsOfBatch = std::map<std::string, int64_t>;

std::string row_of(const LogOp& op) {
  std::string row = log_op_is_event(op) ? "" : op.type;
  for (const std::string* part : {&op.ns, &op.name, &op.check}) row.append(1, '\0').append(*part);
  return row;
}

bool is_deletion(const LogOp& op) { return op.kind == LogOp::del || op.kind == LogOp::drop || op.kind == LogOp::del_event; }

bool has_row(const LogOp& op) { return log_op_is_event(op) || log_op_is_object(op); }

Result<int64_t> present_token(const LogOp& op, const RowsOfBatch& rows, const TokenOf& token_of) {
  const auto it = rows.find(row_of(op));
  return it == rows.end() ? token_of(op) : Result<int64_t>(it->second);
}

LogOp namespace_row(const LogOp& op) {
  LogOp row;
  row.type = "namespaces";
  row.name = op.ns;
  return row;
}

Status event_decide(const LogOp& op, int64_t present) {
  if (op.kind == LogOp::del_event)
    return present != 0 ? Status{} : fail(Err::not_found, "event " + op.name + "/" + op.check + " not found");
  if (op.base == kAnyToken || op.base == present) return {};
  return fail(Err::precondition, "event " + op.name + "/" + op.check + " was changed at another member meanwhile");
}

// The status is that of the rows; what was decided is in `verdict`.
Status op_decide(const LogOp& op, const RowsOfBatch& rows, const TokenOf& token_of, Status* verdict) {
  if (op.check_namespace) {
    Result<int64_t> ns = present_token(namespace_row(op), rows, token_of);
    if (!ns.ok()) return ns.status;
    if (ns.value == 0) {
      *verdict = namespace_refused(op.ns);
      return {};
    }
  }
  Result<int64_t> present = present_token(op, rows, token_of);
  if (!present.ok()) return present.status;
  *verdict = log_op_is_event(op) ? event_decide(op, present.value) : object_decide(op.kind, op.type, op.name, present.value, op.base);
  return {};
}

}  // namespace

Status namespace_refused(std::string_view ns) { return fail(Err::not_found, "the namespace " + std::string(ns) + " does not exist"); }

Status object_decide(LogOp::Kind kind, std::string_view type, std::string_view name, int64_t present, int64_t base) {
  const auto refused = [&](Err code, const char* why) { return fail(code, std::string(type) + " " + std::string(name) + why); };
  if (kind == LogOp::create && present != 0) return refused(Err::exists, " already exists");
  if (kind == LogOp::follow && present != base) return refused(Err::denied, " is another member's now");
  if ((kind == LogOp::del || kind == LogOp::put_if) && present == 0) return refused(Err::not_found, " not found");
  if (kind == LogOp::put_if && present != base) return refused(Err::precondition, " was changed by another client; read it again");
  return {};
}

Result<BatchVerdict> batch_decide(const LogBatch& batch, const TokenOf& token_of) {
  RowsOfBatch rows;
  for (const LogOp& op : batch) {
    if (!has_row(op)) continue;
    Status verdict;
    if (Status s = op_decide(op, rows, token_of, &verdict); !s.ok()) return s;
    if (!verdict.ok()) {
      const bool again = op.kind == LogOp::put_event && verdict.code == Err::precondition;
      return BatchVerdict{std::move(verdict), again};
    }
    if (batch.size() > 1) rows[row_of(op)] = is_deletion(op) ? 0 : op.token;
  }
  return BatchVerdict{};
}

bool writers_take(LogWriters& writers, const LogRecord& record) {
  LogWriter& last = writers[record.member];
  const bool next = record.epoch == last.epoch ? record.number == last.number + 1 : record.epoch > last.epoch && record.number == 1;
  if (next) last = {record.epoch, record.number};
  return next;
}

bool copy_differs(const DecisionsMark& own, const std::vector<DecisionsMark>& others) {
  std::map<uint64_t, int> votes;
  for (const DecisionsMark& m : others) votes[m.hash] += own.at != 0 && m.at == own.at;
  const int with_us = votes[own.hash] + 1;
  for (const auto& [hash, count] : votes)
    if (hash != own.hash && count > with_us) return true;
  return false;
}

uint64_t decisions_hash(uint64_t before, int64_t position, const BatchVerdict& decision) {
  uint64_t h = before ^ (static_cast<uint64_t>(position) * 0x9E3779B97F4A7C15u) ^ static_cast<uint64_t>(decision.status.code);
  h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
  h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
  return h ^ (h >> 31);
}

}  // namespace picket
