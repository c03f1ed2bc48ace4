// tests/cluster_model/sim_etcd.h - etcd as the cluster's log knows it: keys with revisions, leases, a history to watch, compaction.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "backend/cluster/cluster_log.h"

namespace picket {

struct SimKey { std::string value; int64_t created = 0, changed = 0, lease = 0; };

struct SimEtcd {
  int64_t now_ms = 0, revision = 1, compacted = 0, trimmed = 0;
  std::map<std::string, SimKey> keys;
  std::vector<LogEvent> history;      // of records and members, in order
  std::vector<LogEvent> all_records;  // that were ever put, whatever was trimmed: the truth
  std::map<int64_t, int64_t> leases;  // id: its end
  int64_t next_lease = 1;
};

LogRegistration sim_register(SimEtcd& etcd, const std::string& member, bool only_if_absent);  // epoch 0: it is there
LogAnswer sim_beat(SimEtcd& etcd, const std::string& member, const LogBeat& beat);
LogAnswer sim_renew(SimEtcd& etcd, int64_t lease);
LogAnswer sim_put(SimEtcd& etcd, const std::string& member, const LogPut& put);
LogIndexAnswer sim_index(const SimEtcd& etcd);
Result<std::vector<LogValue>> sim_fetch(const SimEtcd& etcd, const LogFetch& fetch);
void sim_pass(SimEtcd& etcd, int64_t ms, bool has_quorum);  // leases end
void sim_trim(SimEtcd& etcd, int64_t up_to);                // records
void sim_compact(SimEtcd& etcd, int64_t up_to);

}  // namespace picket
