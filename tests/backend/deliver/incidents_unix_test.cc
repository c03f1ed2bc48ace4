// tests/backend/deliver/incidents_unix_test.cc - incidents while the store takes no writes: they go on, and are written when it does.
#include "backend/deliver/incidents.h"

#include "backend/deliver/pipelines.h"
#include "tests/backend/api/api_world.h"
#include "tests/backend/ingest/host_result.h"
#include "tests/backend/store/failing_disk.h"

using namespace picket;
using failing_disk::FailingDisk;
using failing_disk::write_errno;

namespace {

void report(World& w, const std::string& check, uint32_t status) { host_take(w, host_result(check, status)); }

std::string listed(World& w) {
  IncidentsWanted wanted;
  wanted.entity = "host";
  wanted.visible = [](std::string_view) { return true; };
  std::string out;
  for (const std::string& json : incidents_list(w.backend, wanted).value) {
    const Incident i = incident_read(json).value;
    out += i.check + " " + std::to_string(i.worst) + (i.end ? " ended; " : " open; ");
  }
  return out;
}

}  // namespace

TEST_CASE("incidents that begin, change and end while the disk is full are seen, written later, and survive a restart") {
  World w;
  FailingDisk disk;
  report(w, "before", 1);
  write_errno = ENOSPC;
  report(w, "before", 2);
  report(w, "short", 2);
  report(w, "short", 0);
  report(w, "still", 1);
  const std::string during = listed(w);
  CHECK(during.find("before 2 open") != std::string::npos);
  CHECK(during.find("short 2 ended") != std::string::npos);
  CHECK(during.find("still 1 open") != std::string::npos);
  write_errno = 0;
  CHECK(w.until([&] {
    report(w, "other", 0);
    return !store_stats(w.backend->store).degraded && store_stats(w.backend->store).kept == 0;
  }));
  CHECK(listed(w) == during);
  w.stop();
  w.start();
  CHECK(listed(w) == during);
}
