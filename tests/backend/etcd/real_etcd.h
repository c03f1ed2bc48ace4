// tests/backend/etcd/real_etcd.h - the etcd of this machine as a child of a test: started, killed, started again with its data.
#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "backend/etcd/etcd_client.h"
#include "common/process/process.h"
#include "tests/common/socket/net_fixture.h"
#include "tests/support/temp_dir.h"

namespace picket {

inline std::string etcd_program() {
  for (const char* path : {"/usr/bin/etcd", "/usr/local/bin/etcd"})
    if (std::filesystem::exists(path)) return path;
  return {};
}

struct RealEtcd {
  NetTest& t;
  std::string dir = temp_dir("etcd"), url, peer_url;
  Process* process = nullptr;
  std::vector<std::string> more;  // arguments
  explicit RealEtcd(NetTest& test, const char* scheme = "http", std::vector<std::string> arguments = {})
      : t(test), more(std::move(arguments)) {
    url = scheme + free_url().substr(4);
    peer_url = free_url();
    start();
  }
  ~RealEtcd() { std::filesystem::remove_all(dir); }
  std::string free_url() {
    Listener* l = t.http([](HttpExchange*, const HttpRequest&) {});
    const std::string text = "http://127.0.0.1:" + std::to_string(listener_port(l));
    listener_close(l);
    return text;
  }
  void start() {
    ProcessRequest r;
    r.argv = {etcd_program(),
              "--data-dir",
              dir,
              "--listen-client-urls",
              url,
              "--advertise-client-urls",
              url,
              "--listen-peer-urls",
              peer_url,
              "--initial-advertise-peer-urls",
              peer_url,
              "--initial-cluster",
              "default=" + peer_url,
              "--logger",
              "zap",
              "--log-level",
              "error"};
    r.argv.insert(r.argv.end(), more.begin(), more.end());
    process = process_run(&t.loop, std::move(r), [this](const ProcessResult&) { process = nullptr; });
  }
  void kill() {
    process_kill(process);
    CHECK(t.until([&] { return process == nullptr; }));
  }
};

// Calls as one line each: the answer, or a failed test.
struct RealClient {
  NetTest& t;
  EtcdClient* client;
  RealClient(NetTest& test, const std::vector<std::string>& urls, const TlsOptions& tls = {})
      : t(test), client(etcd_open(test.net, {urls, tls})) {}
  template <class T, class Call>
  Result<T> wait(Call call) {
    std::unique_ptr<Result<T>> got;
    call([&](Result<T> r) { got = std::make_unique<Result<T>>(std::move(r)); });
    REQUIRE(t.until([&] { return got != nullptr; }, 20'000));
    return *got;
  }
  bool answers() {
    for (int i = 0; i < 100; i++) {
      const auto r = wait<bool>([&](auto done) { etcd_health(client, {}, done); });
      if (r.ok() && r.value) return true;
      const int64_t until = os_mono_ms() + 100;
      t.until([&] { return os_mono_ms() >= until; });
    }
    return false;
  }
  Result<EtcdTxnAnswer> txn(const EtcdTxn& txn) {
    return wait<EtcdTxnAnswer>([&](auto done) { etcd_txn(client, txn, {}, done); });
  }
  Result<EtcdRangeAnswer> range(const EtcdRange& range) {
    return wait<EtcdRangeAnswer>([&](auto done) { etcd_range(client, range, {}, done); });
  }
  Result<EtcdHeader> put(const std::string& key, const std::string& value, int64_t lease = 0) {
    return wait<EtcdHeader>([&](auto done) { etcd_put(client, {key, value, lease}, {}, done); });
  }
  void close() {
    bool closed = false;
    etcd_close(client, [&] { closed = true; });
    CHECK(t.until([&] { return closed; }));
  }
};

}  // namespace picket
