// tests/agent/core/spool_format_test.cc - a damaged file costs what it covers and nothing else.
#include <doctest/doctest.h>

#include "agent/core/spool_format.h"

using namespace picket;

namespace {
std::string three() {
  std::string file;
  spool_record_put(file, SpoolKind::event, 1, 1000, "one");
  spool_record_put(file, SpoolKind::event, 2, 2000, "two");
  spool_record_put(file, SpoolKind::done, 1, 0, "");
  return file;
}
std::string read(const std::string& file, SpoolScan* scan) {
  std::string out;
  *scan = spool_scan(file, [&](const SpoolRead& r) {
    out += (r.kind == SpoolKind::event ? "e" : "d") + std::to_string(r.number) + std::string(r.payload) + " ";
    return true;
  });
  return out;
}
}  // namespace

TEST_CASE("the checksum is CRC-32C") { CHECK(crc32c("123456789") == 0xE3069283u); }

TEST_CASE("what was written is read") {
  SpoolScan scan;
  CHECK(read(three(), &scan) == "e1one e2two d1 ");
  CHECK(scan.good_end == three().size());
  CHECK(scan.bad_bytes == 0);
  CHECK(scan.torn_bytes == 0);
}

TEST_CASE("cut short at every length, every whole record is kept") {
  std::string file = three();
  size_t first = kSpoolHeader + 3, second = first + kSpoolHeader + 3;
  for (size_t n = 0; n < file.size(); n++) {
    CAPTURE(n);
    SpoolScan scan;
    std::string got = read(file.substr(0, n), &scan);
    CHECK(got == (n < first ? "" : n < second ? "e1one " : "e1one e2two "));
    CHECK(scan.good_end + scan.torn_bytes == n);
  }
}

TEST_CASE("one flipped bit anywhere costs at most the record it is in") {
  std::string file = three();
  size_t first = kSpoolHeader + 3;
  for (size_t at = 0; at < file.size(); at++)
    for (int bit = 0; bit < 8; bit++) {
      std::string bad = file;
      bad[at] = char(bad[at] ^ (1 << bit));
      SpoolScan scan;
      std::string got = read(bad, &scan);
      CAPTURE(at);
      CHECK(got.find("d1") == (at < 2 * first ? got.size() - 3 : got.npos));
      CHECK((got.find("e1one") != got.npos) == (at >= first));
      CHECK((got.find("e2two") != got.npos) == (at < first || at >= 2 * first));
    }
}

TEST_CASE("zeros and garbage between records are skipped and counted") {
  std::string file = three() + std::string(500, '\0') + "pkS1pkS1garbage";
  spool_record_put(file, SpoolKind::event, 3, 3, "three");
  file += "torn";
  SpoolScan scan;
  CHECK(read(file, &scan) == "e1one e2two d1 e3three ");
  CHECK(scan.bad_bytes == 515);
  CHECK(scan.torn_bytes == 4);
}
