// tests/fuzz/spool.cc - recovery of a damaged segment: no byte is counted twice, and what is whole comes back as it was.
#include <cstdint>
#include <cstdlib>

#include "agent/core/spool_format.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view garbage(reinterpret_cast<const char*>(data), size);
  std::string file(garbage.substr(0, size / 2));
  const size_t known = file.size();
  spool_record_put(file, SpoolKind::event, 7, 8, "known");
  file += garbage.substr(size / 2);
  bool found = false, covered = false;
  SpoolScan scan = spool_scan(file, [&](const SpoolRead& r) {
    found = found || (r.number == 7 && r.payload == "known");
    // The fuzzer learns checksums from our comparisons: a whole record of its own may reach over the known one.
    covered = covered || (r.end > known && r.end - kSpoolHeader - r.payload.size() < known);
    return true;
  });
  if (scan.good_end + scan.torn_bytes != file.size()) abort();
  if (!found && !covered) abort();
  return 0;
}
