// backend/etcd/etcd_client_state.h - what a client is made of, and what its files ask of each other; for etcd_*.cc alone.
#pragma once
#include <uv.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backend/etcd/etcd_client.h"
#include "common/http/http_peer.h"
#include "common/socket/net_socket.h"

namespace picket {

struct EtcdEndpoint {
  std::string url;
  HttpPeer* peer = nullptr;
  bool listed = false;  // else it is only asked by name (EtcdWay::endpoint)
  bool well = true, probing = false;
  int64_t failed_at = 0;  // loop time
};

struct EtcdClient {
  Net* net = nullptr;
  TlsOptions tls;
  LogLevel log_level = LogLevel::trace;
  std::vector<std::unique_ptr<EtcdEndpoint>> endpoints;  // the listed ones first, in order
  std::vector<EtcdWatch*> watches;
  uv_timer_t probe{};
  int open = 0;  // peers, watches and the timer, until they are closed
  bool closing = false;
  std::function<void()> done;
};

// Where to go next, of those not in `tried`; null: there is none left.
EtcdEndpoint* etcd_choose(EtcdClient* client, const std::vector<std::string>& tried);
EtcdEndpoint* etcd_find(EtcdClient* client, const std::string& url);
EtcdEndpoint* etcd_endpoint_by_name(EtcdClient* client, const std::string& url, Status* status);  // made when it is new
void etcd_unwell(EtcdClient* client, const std::string& url, const std::string& why);
void etcd_closed_one(EtcdClient* client);  // one of what `open` counts is closed
void etcd_watches_close(EtcdClient* client);

// One call: the body of its answer, or what etcd or the network said.
struct EtcdAsk { std::string method, path, body; EtcdWay way; };
void etcd_ask(EtcdClient* client, EtcdAsk ask, std::function<void(Result<std::string> body)> done);

}  // namespace picket
