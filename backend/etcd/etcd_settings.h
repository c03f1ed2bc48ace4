// backend/etcd/etcd_settings.h - what the options etcd-* say, what follows from them, and etcd's command line. Pure.
//
// The options are those of the reference, without values of its own where another is meant: what is empty is made by
// etcd_settings_complete. They mean something when the backend is one of a cluster (`cluster`).
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/basic/result.h"
#include "common/socket/net.h"

namespace picket {

inline constexpr int64_t kEtcdRequestBytesMin = 1 << 20;  // etcd-max-request-bytes: a record of the log, as base64 in JSON, with room
inline constexpr int64_t kEtcdElectionMsMax = 50'000;     // of etcd

struct EtcdSettings {
  bool cluster = false;  // this backend shares an etcd with others; everything else is looked at only then
  bool embedded = true;  // etcd is our child; else it is run by others (no-embed-etcd)
  std::string why;       // the option that makes it a cluster
  std::string name = "default";
  std::vector<std::string> listen_client_urls, advertise_client_urls, listen_peer_urls, initial_advertise_peer_urls;
  std::string initial_cluster;  // NAME=URL,..
  std::string initial_cluster_state = "new", initial_cluster_token;
  std::string discovery, discovery_srv;
  std::vector<std::string> client_urls;  // of others' etcd; with a child: where else to ask
  std::string cert_file, key_file, trusted_ca_file;
  std::string peer_cert_file, peer_key_file, peer_trusted_ca_file;
  bool client_cert_auth = false, peer_client_cert_auth = false;
  std::vector<std::string> cipher_suites;
  int64_t quota_bytes = int64_t{4} << 30, max_request_bytes = 1'572'864;
  int64_t heartbeat_ms = 100, election_ms = 1000;
  std::string log_level, client_log_level;  // "": info; log-level
  bool unsafe_no_fsync = false;
  std::string prefix = "/picket/";
  std::string program;       // "": etcd of PATH
  std::string data_dir;      // of the child
  bool maintenance = false;  // of an etcd run by others: compact and defragment it, too
};

struct EtcdPeer { std::string name, url; };
std::vector<EtcdPeer> etcd_initial_peers(const std::string& initial_cluster);  // what has no `=` has no name

// Fills in what is empty: the reference's defaults, but addresses that others can reach where the other options tell them.
void etcd_settings_complete(EtcdSettings& settings);
// What cannot work, with the option's name; before etcd_settings_complete.
using EtcdProblem = std::function<void(const char* option, const std::string& what)>;
void etcd_settings_check(const EtcdSettings& settings, const EtcdProblem& problem);
// What works and should not be so: members that are even in number, ports without TLS that others can reach.
std::vector<std::string> etcd_open_ports(const EtcdSettings& settings);  // of these, the ports
std::vector<std::string> etcd_settings_warnings(const EtcdSettings& settings);

// The child's arguments after its name; argv alone, because a file of settings would hide flags.
std::vector<std::string> etcd_arguments(const EtcdSettings& settings);
std::string etcd_own_endpoint(const EtcdSettings& settings);               // where we ask the child
std::vector<std::string> etcd_endpoints_of(const EtcdSettings& settings);  // the first is preferred
TlsOptions etcd_tls_of(const EtcdSettings& settings);                      // of our client

bool etcd_host_is_loopback(const std::string& host);

}  // namespace picket
