// tests/backend/cluster/cluster_apply_test.cc - which batch is written and which is refused, as every member decides it.
#include "backend/cluster/cluster_apply.h"

#include <doctest/doctest.h>

using namespace picket;

namespace {

struct Rows {
  std::map<std::string, int64_t> tokens{{"namespaces//default", 1}, {"checks/default/cpu", 5}, {"/default/web/cpu", 7}};
  bool broken = false;
  BatchVerdict decide(const LogBatch& batch) {
    Result<BatchVerdict> d = batch_decide(batch, [this](const LogOp& op) -> Result<int64_t> {
      if (broken) return fail(Err::io, "disk");
      auto it = tokens.find(op.type + "/" + op.ns + "/" + op.name + (op.check.empty() ? "" : "/" + op.check));
      return it == tokens.end() ? int64_t(0) : it->second;
    });
    CHECK(d.ok() == !broken);
    return d.value;
  }
};

LogOp object(LogOp::Kind kind, const char* name, int64_t base = kAnyToken, int64_t token = 100) {
  LogOp op;
  op.kind = kind;
  op.type = "checks", op.ns = "default", op.name = name;
  op.base = base;
  op.token = token;
  return op;
}

LogOp event(const char* check, int64_t base, int64_t token = 100) {
  LogOp op;
  op.kind = LogOp::put_event;
  op.ns = "default", op.name = "web", op.check = check;
  op.base = base;
  op.token = token;
  return op;
}

}  // namespace

TEST_CASE("one write and what is stored") {
  struct Row { const char* why; LogOp op; Err code; bool again; };
  LogOp foreign = object(LogOp::put, "new");
  foreign.ns = "nowhere";
  foreign.check_namespace = true;
  LogOp gone = event("cpu", 0);
  gone.kind = LogOp::del_event;
  LogOp absent = gone;
  absent.check = "mem";
  const Row rows[] = {
      {"put is never refused", object(LogOp::put, "cpu"), Err::ok, false},
      {"nor is drop", object(LogOp::drop, "mem"), Err::ok, false},
      {"create what is there", object(LogOp::create, "cpu"), Err::exists, false},
      {"create what is not", object(LogOp::create, "mem"), Err::ok, false},
      {"delete what is not there", object(LogOp::del, "mem"), Err::not_found, false},
      {"replace the state that was read", object(LogOp::put_if, "cpu", 5), Err::ok, false},
      {"replace another", object(LogOp::put_if, "cpu", 4), Err::precondition, false},
      {"replace what is gone", object(LogOp::put_if, "mem", 4), Err::not_found, false},
      {"follow one's own write", object(LogOp::follow, "cpu", 5), Err::ok, false},
      {"follow what another wrote", object(LogOp::follow, "cpu", 4), Err::denied, false},
      {"follow nothing", object(LogOp::follow, "mem", 0), Err::ok, false},
      {"an event on the stored state", event("cpu", 7), Err::ok, false},
      {"an event on another", event("cpu", 6), Err::precondition, true},
      {"a first event", event("mem", 0), Err::ok, false},
      {"a first event that is none", event("cpu", 0), Err::precondition, true},
      {"an event whatever is stored", event("cpu", kAnyToken), Err::ok, false},
      {"a namespace that does not exist", foreign, Err::not_found, false},
      {"delete an event", gone, Err::ok, false},
      {"delete one that is not there", absent, Err::not_found, false},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    const BatchVerdict d = Rows().decide({r.op});
    CHECK(d.status.code == r.code);
    CHECK(d.again == r.again);
    CHECK(d.status.ok() == d.status.message.empty());
  }
}

TEST_CASE("writes of one batch see those before them, and one that is refused refuses all") {
  Rows rows;
  CHECK(rows.decide({object(LogOp::create, "mem", kAnyToken, 50), object(LogOp::put_if, "mem", 50)}).status.ok());
  CHECK(rows.decide({object(LogOp::del, "cpu"), object(LogOp::create, "cpu")}).status.ok());
  CHECK(rows.decide({object(LogOp::del, "cpu"), object(LogOp::del, "cpu")}).status.code == Err::not_found);
  CHECK(rows.decide({event("cpu", 7, 8), event("cpu", 8, 9)}).status.ok());
  CHECK(rows.decide({object(LogOp::put, "new"), event("cpu", 6)}).again);
  LogOp made = object(LogOp::create, "n");
  made.type = "namespaces", made.ns = "", made.name = "n";
  LogOp in_it = object(LogOp::put, "x");
  in_it.ns = "n", in_it.check_namespace = true;
  CHECK(rows.decide({made, in_it}).status.ok());
}

TEST_CASE("without the rows nothing is decided") {
  Rows rows;
  rows.broken = true;
  (void)rows.decide({event("cpu", 7)});
}

TEST_CASE("a copy that decided otherwise than the majority knows it, at the same place of the log only") {
  CHECK(copy_differs({1024, 1}, {{1024, 2}, {1024, 2}}));
  CHECK(!copy_differs({1024, 2}, {{1024, 2}, {1024, 1}}));
  CHECK(!copy_differs({1024, 1}, {{1024, 2}}));  // who of two is wrong nobody can say
  CHECK(!copy_differs({1024, 1}, {{2048, 2}, {2048, 2}}));
  CHECK(!copy_differs({0, 0}, {{0, 2}, {0, 2}}));
  CHECK(!copy_differs({1024, 1}, {}));
}

TEST_CASE("records of a member follow each other, and one out of turn is ignored") {
  LogWriters writers;
  const auto take = [&](const char* member, int64_t epoch, int64_t number) {
    LogRecord r;
    r.member = member, r.epoch = epoch, r.number = number;
    return writers_take(writers, r);
  };
  CHECK(take("a", 10, 1));
  CHECK(!take("a", 10, 1));  // a put that surfaced late
  CHECK(take("a", 10, 2));
  CHECK(!take("a", 10, 4));
  CHECK(take("b", 11, 1));
  CHECK(!take("a", 20, 2));
  CHECK(take("a", 20, 1));
  CHECK(!take("a", 10, 3));  // of an epoch that was given up
}
