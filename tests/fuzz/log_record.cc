// tests/fuzz/log_record.cc - any bytes as a record of the cluster's log: what is taken is bounded, and comes back the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "backend/cluster/cluster_apply.h"
#include "backend/cluster/log_bytes.h"
#include "backend/cluster/log_record.h"

using namespace picket;

static void expect(bool ok) {
  if (!ok) std::abort();
}

// The bytes behind a right frame, so that what is inside is reached without knowing zlib.
static std::string framed(std::string_view body) { return std::string("PKL\x01") + log_deflate(body); }

static void look(std::string_view bytes) {
  Result<LogRecord> r = log_record_decode(bytes);
  expect(r.ok() || !r.status.message.empty());
  if (!r.ok()) return;
  expect(r.value.batches.size() <= kRecordBatchesMax);
  std::vector<std::string> batches;
  for (const LogBatch& b : r.value.batches) {
    batches.push_back(log_batch_encode(b));
    (void)batch_decide(b, [](const LogOp& op) { return Result<int64_t>(op.base); });
  }
  Result<LogRecord> again = log_record_decode(log_record_encode(r.value, {batches.begin(), batches.end()}));
  expect(again.ok() && again.value.batches.size() == r.value.batches.size() && again.value.member == r.value.member);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  look(bytes);
  look(framed(bytes));
  (void)log_batch_decode(bytes);
  return 0;
}
