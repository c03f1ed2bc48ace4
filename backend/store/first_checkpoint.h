// backend/store/first_checkpoint.h - a single backend's file (or a backup of one) becomes the state that a new cluster begins with.
//
// Its pieces are written first; what makes them count (the cluster's id, c/now, c/trimmed) is one transaction that fails when there is a
// cluster already. So a backend that starts meanwhile sees nothing or all of it.
#pragma once
#include <functional>
#include <string>

#include "backend/etcd/etcd_client.h"

namespace picket {

struct FirstCheckpoint {
  std::string from;                 // the database
  std::string scratch;              // a file beside it, gone afterwards
  std::string prefix = "/picket/";  // in etcd
};
// `done` once, on the loop, unless the client is closed before. Err::exists: the prefix is not empty.
void first_checkpoint_write(EtcdClient* etcd, FirstCheckpoint what, std::function<void(Status)> done);

}  // namespace picket
