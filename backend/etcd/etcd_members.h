// backend/etcd/etcd_members.h - the members of the etcd cluster: who they are, how they are, and learners that become members.
//
// Every kEtcdMembersMs the list is asked for. It gives the client further endpoints (after our own and the configured ones), and a
// learner that has started is promoted when it is in sync: etcd refuses that before, so every backend may try.
#pragma once
#include <uv.h>

#include <memory>

#include "backend/etcd/etcd_client.h"
#include "backend/etcd/etcd_settings.h"

namespace picket {

inline constexpr int64_t kEtcdMembersMs = 5000;
inline constexpr int64_t kEtcdAskMaxMs = 3000;  // for every question of an operator, whatever is down

struct EtcdMemberHealth {
  EtcdMember member;
  std::string error;  // "" when it is healthy
};
struct EtcdHealth {
  EtcdHeader header;
  std::vector<EtcdMemberHealth> members;
  std::vector<EtcdAlarm> alarms;
};

struct EtcdCluster;
using EtcdClusterPtr = std::shared_ptr<EtcdCluster>;
EtcdClusterPtr etcd_cluster_open(uv_loop_t* loop, EtcdClient* client, const EtcdSettings& settings);
void etcd_cluster_close(const EtcdClusterPtr& cluster, std::function<void()> done);
// The last list there was; before the first one what etcd-initial-cluster says, without ids.
const EtcdMembers& etcd_cluster_members(const EtcdCluster& cluster);
void etcd_cluster_changed(const EtcdClusterPtr& cluster, const EtcdMembers& members);  // by a call of ours
// All members are asked at once; answers after timeout_ms, whatever is down.
void etcd_cluster_health(const EtcdClusterPtr& cluster, int64_t timeout_ms, std::function<void(EtcdHealth)> done);

}  // namespace picket
