// backend/etcd/etcd_part.cc - client, child and members, one after the other.
#include "backend/etcd/etcd_part.h"

#include <utility>

namespace picket {

Result<Etcd*> etcd_start(uv_loop_t* loop, Net* net, EtcdSettings settings) {
  etcd_settings_complete(settings);
  auto* etcd = new Etcd;
  etcd->settings = std::move(settings);
  EtcdOptions options{etcd_endpoints_of(etcd->settings), etcd_tls_of(etcd->settings)};
  if (!etcd->settings.client_log_level.empty()) options.log_level = log_level_parse(etcd->settings.client_log_level).value;
  etcd->client = etcd_open(net, std::move(options));
  Result<Etcd*> result = etcd;
  if (etcd->settings.embedded) {
    Result<EtcdChild*> child = etcd_child_start(loop, etcd->client, etcd->settings);
    etcd->child = child.value;
    if (!child.ok()) result.status = child.status;
  }
  etcd->cluster = etcd_cluster_open(loop, etcd->client, etcd->settings);
  return result;
}

static void stop_client(Etcd* etcd, const std::function<void()>& done) {
  etcd_close(etcd->client, [etcd, done] {
    delete etcd;
    done();
  });
}

void etcd_stop(Etcd* etcd, std::function<void()> done) {
  etcd_cluster_close(etcd->cluster, [etcd, done = std::move(done)] {
    if (!etcd->child) return stop_client(etcd, done);
    etcd_child_stop(etcd->child, [etcd, done] { stop_client(etcd, done); });
  });
}

}  // namespace picket
