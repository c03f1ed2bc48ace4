// tests/backend/etcd/etcd_settings_test.cc - the options etcd-* as etcd's command line, and the combinations that cannot work.
#include <doctest/doctest.h>

#include <algorithm>

#include "backend/etcd/etcd_child_log.h"
#include "backend/etcd/etcd_settings.h"

using namespace picket;

namespace {

EtcdSettings guide() {  // the cluster guide's backend-0
  EtcdSettings s;
  s.cluster = true;
  s.name = "backend-0";
  s.listen_client_urls = {"https://10.0.0.1:2379"};
  s.listen_peer_urls = {"https://10.0.0.1:2380"};
  s.initial_cluster = "backend-0=https://10.0.0.1:2380,backend-1=https://10.1.0.1:2380,backend-2=https://10.2.0.1:2380";
  s.initial_advertise_peer_urls = {"https://10.0.0.1:2380"};
  s.initial_cluster_token = "sensu";
  s.cert_file = s.peer_cert_file = "backend-0.pem";
  s.key_file = s.peer_key_file = "backend-0-key.pem";
  s.trusted_ca_file = s.peer_trusted_ca_file = "ca.pem";
  s.client_cert_auth = s.peer_client_cert_auth = true;
  return s;
}

std::string problems(const EtcdSettings& s) {
  std::string text;
  etcd_settings_check(s, [&](const char* option, const std::string& what) { text += std::string(option) + ": " + what + "\n"; });
  return text;
}

bool has(const std::vector<std::string>& list, const std::string& item) { return std::find(list.begin(), list.end(), item) != list.end(); }

}  // namespace

TEST_CASE("the cluster guide's options are etcd's flags") {
  EtcdSettings s = guide();
  CHECK(problems(s).empty());
  CHECK(etcd_settings_warnings(s).empty());
  etcd_settings_complete(s);
  s.data_dir = "/var/lib/picket/etcd";
  const std::vector<std::string> a = etcd_arguments(s);
  for (const char* flag :
       {"--name=backend-0", "--data-dir=/var/lib/picket/etcd", "--listen-client-urls=https://10.0.0.1:2379",
        "--advertise-client-urls=https://10.0.0.1:2379", "--initial-cluster-state=new", "--initial-cluster-token=sensu",
        "--client-cert-auth=true", "--peer-client-cert-auth=true", "--heartbeat-interval=100", "--election-timeout=1000", "--pre-vote=true",
        "--auto-compaction-retention=0", "--quota-backend-bytes=4294967296", "--peer-trusted-ca-file=ca.pem"})
    CHECK_MESSAGE(has(a, flag), std::string(flag));
  CHECK(etcd_endpoints_of(s) == std::vector<std::string>{"https://10.0.0.1:2379"});
  CHECK(etcd_tls_of(s).cert_file == "backend-0.pem");
}

TEST_CASE("what is left out is what the reference has, or what the others must know") {
  EtcdSettings alone;
  etcd_settings_complete(alone);
  CHECK(alone.listen_client_urls == std::vector<std::string>{"http://127.0.0.1:2379"});
  CHECK(alone.advertise_client_urls == std::vector<std::string>{"http://127.0.0.1:2379"});
  CHECK(alone.initial_cluster == "default=http://127.0.0.1:2380");
  EtcdSettings s;
  s.name = "b";
  s.listen_client_urls = {"http://10.0.0.1:2379"};
  s.initial_cluster = "a=http://10.0.0.2:2380, b=http://10.0.0.1:2380";
  etcd_settings_complete(s);
  CHECK(s.listen_client_urls == std::vector<std::string>{"http://10.0.0.1:2379", "http://127.0.0.1:2379"});
  CHECK(s.initial_advertise_peer_urls == std::vector<std::string>{"http://10.0.0.1:2380"});
  CHECK(etcd_own_endpoint(s) == "http://127.0.0.1:2379");
  EtcdSettings wild;
  wild.listen_client_urls = {"http://0.0.0.0:2379"};
  etcd_settings_complete(wild);
  CHECK(wild.advertise_client_urls == std::vector<std::string>{"http://localhost:2379"});
  CHECK(etcd_own_endpoint(wild) == "http://127.0.0.1:2379");
  EtcdSettings outside;
  outside.embedded = false;
  outside.listen_client_urls = {"https://e1:2379", "https://e2:2379"};
  CHECK(etcd_endpoints_of(outside).size() == 2);
  outside.client_urls = {"https://e3:2379"};
  CHECK(etcd_endpoints_of(outside) == std::vector<std::string>{"https://e3:2379"});
}

TEST_CASE("combinations that cannot work are named with their option") {
  struct Row { const char* why; void (*change)(EtcdSettings&); const char* said; };
  const Row rows[] = {
      {"own name missing", [](EtcdSettings& s) { s.name = "backend-9"; },
       "etcd-initial-cluster: etcd-name \"backend-9\" is not among its names"},
      {"no port", [](EtcdSettings& s) { s.listen_client_urls = {"https://10.0.0.1"}; }, "etcd-listen-client-urls: "},
      {"no scheme", [](EtcdSettings& s) { s.listen_peer_urls = {"10.0.0.1:2380"}; }, "etcd-listen-peer-urls: "},
      {"as the guide's text has it", [](EtcdSettings& s) { s.initial_cluster = "backend-0=,backend-1=,backend-2="; },
       "etcd-initial-cluster: backend-0: "},
      {"no names", [](EtcdSettings& s) { s.initial_cluster = "http://a:1,http://b:1"; }, "expected NAME=URL,.."},
      {"one address for two", [](EtcdSettings& s) { s.initial_cluster += ",backend-3=https://10.2.0.1:2380"; }, "stands there twice"},
      {"one name for two", [](EtcdSettings& s) { s.initial_cluster += ",backend-0=https://10.3.0.1:2380"; },
       "backend-0 stands there twice"},
      {"another peer address", [](EtcdSettings& s) { s.initial_advertise_peer_urls = {"https://10.9.0.1:2380"}; },
       "is not in etcd-initial-cluster"},
      {"state", [](EtcdSettings& s) { s.initial_cluster_state = "old"; }, "etcd-initial-cluster-state: \"old\": expected new or existing"},
      {"certificate without key", [](EtcdSettings& s) { s.key_file = ""; }, "etcd-cert-file and etcd-key-file come together"},
      {"https without certificate", [](EtcdSettings& s) { s.peer_cert_file = s.peer_key_file = ""; }, "etcd-peer-cert-file: missing"},
      {"clients' certificates without authority", [](EtcdSettings& s) { s.trusted_ca_file = ""; },
       "etcd-trusted-ca-file: missing; etcd-client-cert-auth needs"},
      {"small requests", [](EtcdSettings& s) { s.max_request_bytes = 1000; }, "etcd-max-request-bytes: 1000 is too few"},
      {"election", [](EtcdSettings& s) { s.heartbeat_ms = 300; }, "etcd-election-timeout: 1000 does not fit etcd-heartbeat-interval 300"},
      {"prefix", [](EtcdSettings& s) { s.prefix = "picket"; }, "etcd-prefix: \"picket\""},
      {"nothing to use", [](EtcdSettings& s) { s.embedded = false, s.listen_client_urls.clear(); },
       "no-embed-etcd: etcd-client-urls is missing"},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    EtcdSettings s = guide();
    r.change(s);
    const std::string said = problems(s);
    CAPTURE(said);
    CHECK(said.find(r.said) != std::string::npos);
    s.cluster = false;
    CHECK(problems(s).empty());  // a single node: old files say what they like
  }
}

TEST_CASE("what works and should not be so is a warning") {
  EtcdSettings s = guide();
  s.listen_client_urls = {"http://10.0.0.1:2379"};
  s.peer_client_cert_auth = false;
  s.initial_cluster += ",backend-3=https://10.3.0.1:2380";
  const std::vector<std::string> w = etcd_settings_warnings(s);
  REQUIRE(w.size() == 3);
  CHECK(w[2].find("4 members") != std::string::npos);
  CHECK(w[0].find("whoever reaches http://10.0.0.1:2379") != std::string::npos);
  CHECK(w[1].find("etcd-listen-peer-urls") != std::string::npos);
}

TEST_CASE("lines of etcd's log") {
  const EtcdLine line = etcd_line_read(
      R"({"level":"fatal","ts":"2026-12-01T15:00:00Z","caller":"etcdmain/etcd.go:271","msg":"discovery failed","error":"listen tcp 127.0.0.1:2379: bind: address already in use","stacktrace":"main"})");
  CHECK(line.level == LogLevel::error);
  CHECK(line.message == "discovery failed");
  CHECK(line.details == R"({"error":"listen tcp 127.0.0.1:2379: bind: address already in use"})");
  CHECK(etcd_line_read(R"({"level":"info","msg":"ready to serve client requests"})").details.empty());
  CHECK(etcd_line_read("panic: runtime error").message == "panic: runtime error");
  CHECK(etcd_remedy(line.details).find("systemctl disable --now etcd") != std::string::npos);
  CHECK(etcd_remedy("all is well").empty());
  EtcdLines lines;
  std::string got;
  auto each = [&](std::string_view l) { got += std::string(l.substr(0, 10)) + "/" + std::to_string(l.size()) + " "; };
  etcd_lines_take(lines, "one\ntw", each);
  etcd_lines_take(lines, "o\n\nthree", each);
  CHECK(got == "one/3 two/3 ");
  etcd_lines_take(lines, std::string(200'000, 'x'), each);
  etcd_lines_take(lines, "\nfour\n", each);
  CHECK(got == "one/3 two/3 threexxxxx/" + std::to_string(kEtcdLineMax) + " four/4 ");
}
