// tests/backend/store/sqlite_log_test.cc - records applied to a member's file: decided there, written with the position, the same after a
// restart, and handed to others as a checkpoint.
#include "backend/store/sqlite_log.h"

#include <doctest/doctest.h>

#include "backend/store/record_ops.h"
#include "tests/support/temp_dir.h"

using namespace picket;

namespace {

struct Copy {
  std::string dir = temp_dir("log");
  SqliteWriter* writer = nullptr;
  LogState state;
  int64_t number = 0;

  explicit Copy() { open(); }
  ~Copy() {
    sqlite_writer_close(writer);
    (void)os_remove_tree(dir);
  }
  std::string path() const { return dir + "/picket.db"; }
  void open() {
    Result<SqliteWriter*> w = sqlite_writer_open(path(), {});
    REQUIRE(w.ok());
    writer = w.value;
    Result<LogState> s = sqlite_log_state(writer);
    REQUIRE(s.ok());
    state = s.value;
  }
  void restart() {
    sqlite_writer_close(writer);
    open();
  }
  LogJob job(const std::vector<LogBatch>& batches, int64_t n) {
    LogRecord head;
    head.member = "a", head.epoch = 1, head.number = n;
    std::vector<std::string> bytes;
    for (const LogBatch& b : batches) bytes.push_back(log_batch_encode(b));
    return {100 + n, log_record_encode(head, {bytes.begin(), bytes.end()}), {}};
  }
  AppliedRecord apply(const std::vector<LogBatch>& batches) {
    std::vector<AppliedRecord> out;
    REQUIRE(sqlite_log_apply(writer, {job(batches, ++number)}, state, &out).ok());
    return out[0];
  }
  std::string body(const char* name) {
    Result<SqliteReader*> r = sqlite_reader_open(path());
    const std::string text = sqlite_get(r.value, "rows", "", name).value.body;
    sqlite_reader_close(r.value);
    return text;
  }
};

LogOp row(LogOp::Kind kind, const char* body, int64_t token, int64_t base = kAnyToken) {
  LogOp op;
  op.kind = kind;
  op.type = "rows", op.name = "x", op.body = body;
  op.token = token, op.base = base;
  return op;
}

LogOp event(const char* head, int64_t token, int64_t base) {
  LogOp op;
  op.kind = LogOp::put_event;
  op.ns = "default", op.name = "web", op.check = "cpu", op.body = head;
  op.text = "{}", op.has_text = true;
  op.token = token, op.base = base;
  return op;
}

}  // namespace

TEST_CASE("records are decided upon what is stored, and what is refused leaves no trace") {
  Copy c;
  AppliedRecord r =
      c.apply({{row(LogOp::create, "1", 7)}, {row(LogOp::create, "2", 8)}, {event("{}", 9, 0), row(LogOp::follow, "3", 10, 7)}});
  REQUIRE(r.batches.size() == 3);
  CHECK(r.batches[0].verdict.status.ok());
  CHECK(r.batches[1].verdict.status.code == Err::exists);
  CHECK(r.batches[2].verdict.status.ok());
  CHECK(c.body("x") == "3");
  r = c.apply({{row(LogOp::put, "no", 11), event("{}", 12, 8)},
               {row(LogOp::follow, "no", 13, 7)},
               {row(LogOp::touch, "no", 14)},
               {event("{}", 15, 9)}});
  CHECK(r.batches[0].verdict.again);
  CHECK(r.batches[1].verdict.status.code == Err::denied);
  CHECK(r.batches[2].verdict.status.ok());
  CHECK(c.body("x") == "3");  // touched: another revision, the same content
  CHECK(sqlite_object_revision(c.writer, "rows", "", "x").value == 14);
  CHECK(sqlite_event_revision(c.writer, {"default", "web", "cpu"}).value == 15);
  CHECK(r.batches[3].ops[0]->position == 102 * int64_t(kRecordOpsMax) + 1);
}

TEST_CASE("the position is stored with the rows; a record out of turn and one that is none are ignored") {
  Copy c;
  c.apply({{row(LogOp::put, "1", 7)}});
  const uint64_t hash = c.state.hash;
  c.restart();
  CHECK(c.state.position == 101);
  CHECK(c.state.hash == hash);
  CHECK(c.state.writers["a"].number == 1);
  std::vector<AppliedRecord> out;
  LogJob again = c.job({{row(LogOp::put, "late", 8)}}, 1);
  again.position = 150;
  REQUIRE(sqlite_log_apply(c.writer, {again, {151, "garbage", {}}}, c.state, &out).ok());
  CHECK(out[0].batches.empty());
  CHECK(out[1].batches.empty());
  CHECK(c.state.position == 151);
  CHECK(c.body("x") == "1");
  CHECK(sqlite_log_apply(c.writer, {{152, "PKL\x02of a newer program", {}}}, c.state, &out).code == Err::precondition);
  CHECK(c.state.position == 151);
}

TEST_CASE("a checkpoint is the copy at its position, under another identity") {
  Copy c;
  c.apply({{row(LogOp::put, "1", 7)}});
  REQUIRE(sqlite_log_join(c.writer, c.state, "cluster-1").ok());
  const std::string to = c.dir + "/checkpoint";
  const Result<int64_t> position = sqlite_checkpoint(c.path(), to);
  REQUIRE(position.ok());
  CHECK(position.value == 101);
  Result<SqliteWriter*> w = sqlite_writer_open(to, {});
  REQUIRE(w.ok());
  CHECK(sqlite_log_state(w.value).value.cluster == "cluster-1");
  CHECK(sqlite_identity(w.value) != sqlite_identity(c.writer));
  CHECK(sqlite_object_revision(w.value, "rows", "", "x").value == 7);
  sqlite_writer_close(w.value);
}
