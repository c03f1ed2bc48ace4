// backend/shared/etcd_options.h - the rows of the options etcd-* and what they make of a backend; see backend/etcd/etcd_settings.h.
#pragma once
#include "backend/etcd/etcd_settings.h"
#include "common/options/options.h"

namespace picket {

constexpr const char* kClusterSection = "Cluster";
// Of the backend's table, by the names of sensu-backend; what it has not, comes last.
// clang-format off
#define PICKET_ETCD_ROWS \
  {"no-embed-etcd", nullptr, 0, OptionKind::boolean, "false", "yes|no", \
   "Use an etcd that others run (etcd-client-urls), instead of starting one; makes the backend one of " \
   "a cluster.", kClusterSection}, \
  {"etcd-client-urls", nullptr, 0, OptionKind::list, "", "URLS", \
   "Client URLs of that etcd; with an etcd of ours, where else to ask.", kClusterSection}, \
  {"etcd-name", nullptr, 0, OptionKind::text, "default", "NAME", \
   "Name of this member; one of those in etcd-initial-cluster.", kClusterSection}, \
  {"etcd-initial-cluster", nullptr, 0, OptionKind::text, "", "NAME=URL,..", \
   "All members with their peer URLs; two or more make the backend one of a cluster.", kClusterSection}, \
  {"etcd-initial-cluster-state", nullptr, 0, OptionKind::text, "new", "new|existing", \
   "existing: join a cluster to which `ctl cluster member-add` has added this member.", kClusterSection}, \
  {"etcd-initial-cluster-token", nullptr, 0, OptionKind::text, "", "TOKEN", \
   "Text that only members of the same new cluster have.", kClusterSection}, \
  {"etcd-initial-advertise-peer-urls", nullptr, 0, OptionKind::list, "", "URLS", \
   "Peer URLs that the others use; empty = as in etcd-initial-cluster.", kClusterSection}, \
  {"etcd-listen-peer-urls", nullptr, 0, OptionKind::list, "", "URLS", \
   "Where to listen for the other members; empty = http://127.0.0.1:2380.", kClusterSection}, \
  {"etcd-listen-client-urls", nullptr, 0, OptionKind::list, "", "URLS", \
   "Where etcd listens for backends; empty = http://127.0.0.1:2379. With no-embed-etcd and without " \
   "etcd-client-urls: where to ask.", kClusterSection}, \
  {"etcd-advertise-client-urls", nullptr, 0, OptionKind::list, "", "URLS", \
   "Client URLs that the others use; empty = as etcd-listen-client-urls.", kClusterSection}, \
  {"etcd-discovery", nullptr, 0, OptionKind::text, "", "URL", \
   "URL of a discovery service that knows the members, instead of etcd-initial-cluster.", kClusterSection}, \
  {"etcd-discovery-srv", nullptr, 0, OptionKind::text, "", "NAME", \
   "Domain whose SRV records name the members, instead of etcd-initial-cluster.", kClusterSection}, \
  {"etcd-cert-file", nullptr, 0, OptionKind::text, "", "FILE", \
   "Certificate of etcd for its clients, and ours as one of them (PEM).", kClusterSection}, \
  {"etcd-key-file", nullptr, 0, OptionKind::text, "", "FILE", \
   "Key of etcd-cert-file (PEM).", kClusterSection}, \
  {"etcd-trusted-ca-file", nullptr, 0, OptionKind::text, "", "FILE", \
   "Authority of those certificates (PEM).", kClusterSection}, \
  {"etcd-client-cert-auth", nullptr, 0, OptionKind::boolean, "false", "yes|no", \
   "Clients of etcd need a certificate of that authority.", kClusterSection}, \
  {"etcd-peer-cert-file", nullptr, 0, OptionKind::text, "", "FILE", \
   "Certificate for the other members (PEM).", kClusterSection}, \
  {"etcd-peer-key-file", nullptr, 0, OptionKind::text, "", "FILE", \
   "Key of etcd-peer-cert-file (PEM).", kClusterSection}, \
  {"etcd-peer-trusted-ca-file", nullptr, 0, OptionKind::text, "", "FILE", \
   "Authority of the members' certificates (PEM).", kClusterSection}, \
  {"etcd-peer-client-cert-auth", nullptr, 0, OptionKind::boolean, "false", "yes|no", \
   "Members need a certificate of that authority.", kClusterSection}, \
  {"etcd-cipher-suites", nullptr, 0, OptionKind::list, "", "NAMES", \
   "Cipher suites of etcd's TLS 1.2, by their names in Go.", kClusterSection}, \
  {"etcd-heartbeat-interval", nullptr, 0, OptionKind::integer, "100", "MS", \
   "Interval of the leader's heartbeats; raise it with etcd-election-timeout when members are far apart.", kClusterSection}, \
  {"etcd-election-timeout", nullptr, 0, OptionKind::integer, "1000", "MS", \
   "Time without heartbeats after which a new leader is elected; at least five heartbeats.", kClusterSection}, \
  {"etcd-quota-backend-bytes", nullptr, 0, OptionKind::integer, "4294967296", "BYTES", \
   "Maximum size of etcd's database.", kClusterSection}, \
  {"etcd-max-request-bytes", nullptr, 0, OptionKind::integer, "1572864", "BYTES", \
   "Maximum size of a request to etcd; 1048576 at least.", kClusterSection}, \
  {"etcd-log-level", nullptr, 0, OptionKind::text, "", "LEVEL", \
   "Log level of etcd: debug, info, warn, error, panic or fatal; empty = info.", kClusterSection}, \
  {"etcd-client-log-level", nullptr, 0, OptionKind::text, "", "LEVEL", \
   "Log level of our client of etcd; empty = log-level.", kClusterSection}, \
  {"etcd-unsafe-no-fsync", nullptr, 0, OptionKind::boolean, "false", "yes|no", \
   "Do not flush etcd's writes to the disk; for tests. Needs etcd 3.5.", kClusterSection}, \
  {"etcd-prefix", nullptr, 0, OptionKind::text, "/picket/", "PATH", \
   "Path in etcd below which everything of this cluster is.", kClusterSection}, \
  {"etcd-program", nullptr, 0, OptionKind::text, "", "FILE", \
   "The etcd to start; empty = etcd of PATH.", kClusterSection}, \
  {"etcd-maintenance", nullptr, 0, OptionKind::boolean, "false", "yes|no", \
   "Compact and defragment an etcd that others run, too.", kClusterSection}, \
  {"store", nullptr, 0, OptionKind::text, "", "sqlite|etcd", \
   "sqlite: single node, whatever the other options say; etcd: one of a cluster. Empty = as they say.", kClusterSection}, \
  {"etcd-members-only", nullptr, 0, OptionKind::boolean, "false", "yes|no", \
   "Start etcd and its commands, with the store of a single node; for tests.", kClusterSection, kOptionHidden}
// clang-format on

EtcdSettings etcd_options_read(const Options& options, const std::string& state_dir);
// What the files are not good for; combinations are etcd_settings_check's.
void etcd_options_check(const Options& options, const EtcdSettings& settings, const EtcdProblem& problem);
// For a single node: one line about all that is set and changes nothing. For a cluster: what should not be so.
std::vector<std::string> etcd_options_warnings(const Options& options, const EtcdSettings& settings);

}  // namespace picket
