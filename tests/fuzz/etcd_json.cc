// tests/fuzz/etcd_json.cc - any bytes as any answer of etcd's gateway.
#include <cstdint>

#include "backend/etcd/etcd_json.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)etcd_header_read(text);
  (void)etcd_range_read(text);
  (void)etcd_delete_read(text);
  (void)etcd_txn_read(text);
  (void)etcd_lease_read(text);
  (void)etcd_lease_keepalive_read(text);
  (void)etcd_members_read(text);
  (void)etcd_status_read(text);
  (void)etcd_alarms_read(text);
  (void)etcd_health_read(text);
  (void)etcd_version_read(text);
  (void)etcd_watch_read(text);
  (void)etcd_version_fits(text);
  (void)etcd_error_read(503, text);
  return 0;
}
