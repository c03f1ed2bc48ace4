// backend/shared/backend_config.h - the backend's options as one table (B-85), and the struct the code reads.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "common/socket/net.h"
#include "common/options/certificate_options.h"
#include "common/options/options.h"
#include "common/basic/result.h"
#include "common/types/types.h"
#include "backend/etcd/etcd_settings.h"
#include "backend/shared/networks.h"

namespace picket {

struct BackendConfig {
  std::string state_dir, cache_dir;

  std::string agent_host = "[::]";
  int agent_port = 8081;
  std::string agents_closed_by;  // an option that would keep agents out and is not supported: no agent gets in
  int64_t agent_serve_wait_ms = 0;
  std::string api_host = "[::]";  // api-listen-address, split
  int api_port = 8080;
  size_t api_request_limit = 512'000;  // bytes of a request body
  int64_t api_write_timeout_ms = 15'000, api_serve_wait_ms = 0;
  std::string dashboard_host = "[::]";
  int dashboard_port = -1;            // -1: no dashboard
  bool dashboard_port_given = false;  // not the default: that it is taken is an error
  std::string dashboard_url;          // as people reach it, for the links in alerts; "" = no links
  bool dashboard_guests = false;      // a user at this machine may look without a login
  TlsOptions tls;                     // agents, API and, unless it has its own, the dashboard
  TlsOptions dashboard_tls;
  TlsOptions agent_tls;                              // of the agents' port; ca_file set: agents show certificates
  std::string agent_ca_key_file;                     // signs them for agents that enrol; "": those get passwords
  std::vector<std::string> agent_crl_urls;           // revocation lists
  std::vector<CertificateOption> certificate_files;  // whose end is reported in time

  std::string name;  // of the backend's own entity; "" = the host name
  std::string deregistration_handler;
  StringMap labels, annotations;  // of the backend's own entity
  std::string log_level = "warn";
  double assets_rate_limit = 1.39;  // downloads a second
  int assets_burst_limit = 100;
  std::string event_log_file;

  // Ours.
  // Of an empty store (auth.h: SeedOptions); "" = as there.
  std::string admin_username = "admin", admin_password, admin_api_key, agent_password;
  DefaultPasswordDoor default_password;   // agents with Sensu's password, for a move
  std::string inner_agent_secret;         // of the agent in this process (auth.h); picket edge makes one at each start
  std::vector<std::string> first_checks;  // of an empty store, JSON; picket edge gives them
  bool store_full_sync = true;            // false: a power cut may take the last commits (kill -9 never does)
  int agent_connections_max = 20'000;
  int agent_connections_per_address = 10'000;
  int metric_history_events = 10'000;  // events whose metrics of the last day are kept; 0 = none
  EtcdSettings etcd;                   // of a backend that is one of a cluster
  bool etcd_members_only = false;      // tests: etcd and its commands, beside the store of a single node
  int handlers_max = 16;               // processes and sockets of handlers and mutators at the same time
};

extern const OptionTable kBackendOptions;
// Typed, with ranges and pairs (certificate and key) checked; every error names option, value and remedy.
Result<BackendConfig> backend_config(const Options& options);
// What has to be said of the default password at a start, by check-config and by doctor.
StringList default_password_warnings(const DefaultPasswordDoor& door, int64_t now_s);

}  // namespace picket
