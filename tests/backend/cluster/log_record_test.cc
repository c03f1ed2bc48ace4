// tests/backend/cluster/log_record_test.cc - records there and back, and what is refused.
#include "backend/cluster/log_record.h"

#include <doctest/doctest.h>

#include "backend/cluster/log_bytes.h"

using namespace picket;

namespace {

LogOp event_op() {
  LogOp op;
  op.kind = LogOp::put_event;
  op.ns = "default", op.name = "web-1", op.check = "cpu";
  op.body = R"({"check":{"status":0}})";
  op.text = R"({"metadata":{"name":"web-1"}})";
  op.has_text = op.check_namespace = true;
  op.token = (int64_t(1) << 62) + 7;
  op.base = kAnyToken;
  op.last_seen = 1'796'000'000;
  return op;
}

std::string record_of(const std::vector<LogBatch>& batches) {
  LogRecord head;
  head.member = "backend-0";
  head.epoch = 17, head.number = 3, head.wall_ms = 5;
  std::vector<std::string> bytes;
  for (const LogBatch& b : batches) bytes.push_back(log_batch_encode(b));
  return log_record_encode(head, {bytes.begin(), bytes.end()});
}

}  // namespace

TEST_CASE("a record comes back as it was") {
  LogOp step;
  step.kind = LogOp::put_step;
  step.at = -5, step.slot = 719;
  step.body = std::string("\0\xff", 2);
  const Result<LogRecord> r = log_record_decode(record_of({{event_op(), step}, {}}));
  REQUIRE(r.ok());
  CHECK(r.value.member == "backend-0");
  CHECK(r.value.epoch == 17);
  CHECK(r.value.number == 3);
  REQUIRE(r.value.batches.size() == 2);
  REQUIRE(r.value.batches[0].size() == 2);
  CHECK(r.value.batches[1].empty());
  const LogOp& op = r.value.batches[0][0];
  CHECK(op.kind == LogOp::put_event);
  CHECK(op.check == "cpu");
  CHECK(op.text == event_op().text);
  CHECK(op.has_text);
  CHECK(op.check_namespace);
  CHECK(op.token == event_op().token);
  CHECK(op.base == kAnyToken);
  CHECK(r.value.batches[0][1].at == -5);
  CHECK(r.value.batches[0][1].body.size() == 2);
}

TEST_CASE("what is no record, damaged, too large or of a newer program is refused with a reason") {
  const std::string good = record_of({{event_op()}});
  CHECK(log_record_decode("").status.code == Err::invalid);
  CHECK(log_record_decode("foreign").status.message == "this is no record of the log: it does not begin with PKL");
  CHECK(log_record_decode("PKL\x02rest").status.code == Err::precondition);
  for (size_t n = 0; n < good.size(); n++) {
    CAPTURE(n);
    CHECK(!log_record_decode(good.substr(0, n)).ok());
    std::string bad = good;
    bad[n] = static_cast<char>(bad[n] ^ 0x55);
    CHECK(!log_record_decode(bad).ok());
  }
  CHECK(!log_record_decode(good + "x").ok());
  std::string large = "PKL\x01";
  bytes_put_number(large, kRecordBytesMax + 1);
  CHECK(log_record_decode(large).status.message == "a record of the log is damaged: its size");
  LogOp zero = event_op();
  zero.name = std::string("a\0b", 3);
  CHECK(!log_record_decode(record_of({{zero}})).ok());
}

TEST_CASE("hundreds of events of one kind are small") {
  std::vector<LogBatch> all;
  for (int i = 0; i < 256; i++) {
    LogOp op = event_op();
    op.check = "check-" + std::to_string(i);
    all.push_back({op});
  }
  CHECK(record_of(all).size() < 256 * 40);
}

TEST_CASE("numbers of every size, and bytes that end too early") {
  for (int64_t v : {int64_t(0), int64_t(-1), int64_t(1), INT64_MAX, INT64_MIN, int64_t(1) << 40}) {
    std::string bytes;
    bytes_put_signed(bytes, v);
    BytesReader in{bytes};
    CHECK(bytes_signed(in) == v);
    CHECK(in.ok);
    CHECK(in.left.empty());
  }
  for (const char* bad : {"", "\x80", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",
                          "\x05"
                          "abc"}) {
    BytesReader in{bad};
    (void)bytes_text(in);
    CHECK(!in.ok);
  }
}
