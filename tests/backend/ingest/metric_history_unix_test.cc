// tests/backend/ingest/metric_history_unix_test.cc - metric histories while the store takes no writes.
#include "backend/ingest/metric_history.h"

#include "tests/backend/api/api_world.h"
#include "tests/backend/ingest/host_result.h"
#include "tests/backend/store/failing_disk.h"

using namespace picket;
using failing_disk::FailingDisk;
using failing_disk::write_errno;

namespace {

void report(World& w, const std::string& check, int64_t at, double value) {
  Event e = host_result(check, 0);
  e.metrics.emplace();
  e.metrics->points.push_back({"load", value, at, {}});
  host_take(w, std::move(e));
}

std::string drawn(World& w, const std::string& check = "load") { return metric_history_json(w.backend, {"default", "host", check}).value; }

size_t points_in(std::string_view json) {
  size_t n = 0;
  for (size_t at = json.find("\"points\":[");
       at != std::string_view::npos && (at = json.find('[', at + 10 * (n == 0))) != std::string_view::npos; at++)
    n++;
  return n;
}

}  // namespace

TEST_CASE("steps that end while the store takes no writes are drawn, written later, and survive a restart") {
  World w;
  FailingDisk disk;
  const int64_t first = history_step_of(os_unix_ms() / 1000) - 10 * kHistoryStepS;
  for (int i = 0; i < 3; i++) report(w, "load", first + i * kHistoryStepS, i);
  write_errno = EIO;
  for (int i = 3; i < 8; i++) report(w, "load", first + i * kHistoryStepS, i);
  report(w, "load", first + 4 * kHistoryStepS, 40);  // a step that waits is opened again
  const std::string during = drawn(w);
  CAPTURE(during);
  CHECK(points_in(during) == 8);
  CHECK(during.find(",22,4,40]") != std::string::npos);
  metric_history_write(w.backend);  // the store still takes nothing: they go on waiting
  CHECK(drawn(w) == during);
  CHECK(w.backend->histories->waiting_bytes > 0);
  write_errno = 0;
  CHECK(w.until([&] {
    report(w, "other", first, 1);
    return !store_stats(w.backend->store).degraded;
  }));
  metric_history_write(w.backend);
  CHECK(w.backend->histories->waiting_bytes == 0);
  CHECK(drawn(w) == during);
  w.stop();
  w.start();
  CHECK(drawn(w) == during);
}

TEST_CASE("what waits for the store is bounded, the oldest goes, and it goes with its event") {
  World w;
  FailingDisk disk;
  report(w, "load", os_unix_ms() / 1000, 1);
  write_errno = EIO;
  const int64_t first = history_step_of(os_unix_ms() / 1000) - 600 * kHistoryStepS;
  MetricHistories* all = w.backend->histories;
  report(w, "load", first, 1);
  report(w, "load", first + kHistoryStepS, 2);
  CHECK(all->lost == 0);
  all->waiting_bytes += kHistoryWaitingMax;  // of others
  for (int i = 2; i < 10; i++) report(w, "load", first + i * kHistoryStepS, i);
  all->waiting_bytes -= kHistoryWaitingMax;
  CHECK(all->lost > 0);
  CHECK(all->waiting_bytes < 10 * (kHistoryWaitingOverhead + 64));
  report(w, "load", first + 20 * kHistoryStepS, 2);
  report(w, "load", first + 21 * kHistoryStepS, 2);
  CHECK(all->waiting_bytes > 0);
  metric_history_put_back(w.backend, w.backend->histories->all.extract({"default", "host", "load"}));  // its deletion was refused
  CHECK(all->waiting_bytes > 0);
  metric_history_gone(w.backend, w.backend->histories->all.extract({"default", "host", "load"}));
  CHECK(all->waiting_bytes == 0);
}
