// backend/etcd/etcd_part.h - all of etcd that a backend of a cluster has: client, child, members. Started together, ended in order.
#pragma once
#include "backend/etcd/etcd_child.h"
#include "backend/etcd/etcd_client.h"
#include "backend/etcd/etcd_members.h"

namespace picket {

struct Etcd {
  EtcdSettings settings;  // complete
  EtcdClient* client = nullptr;
  EtcdChild* child = nullptr;  // none when others run it
  EtcdClusterPtr cluster;
};
// An error: nothing was started, or `stop` is still to be called with the value.
Result<Etcd*> etcd_start(uv_loop_t* loop, Net* net, EtcdSettings settings);
void etcd_stop(Etcd* etcd, std::function<void()> done);

}  // namespace picket
