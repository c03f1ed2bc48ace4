// tests/fuzz/proc_text.cc - any bytes as the files of /proc and of control groups that are measured.
#include <cstdint>

#include "checks/facts/proc_text.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ProcessFacts p;
  (void)proc_mountinfo_read(bytes), (void)proc_diskstats_read(bytes), (void)proc_netdev_read(bytes),
      (void)proc_pid_stat_read(bytes, 100, 4096, 1, &p);
  (void)proc_stat_read(bytes, 100), (void)proc_meminfo_read(bytes), (void)pressure_read(bytes);
  return 0;
}
