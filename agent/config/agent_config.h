// agent/config/agent_config.h - the agent's options: one table, one struct, one function between them.
//
// Names, defaults and fatal texts follow the reference; what is ours is marked in the table.
// agent_config_from is pure: the host name and the system's directories are handed in.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/options/options.h"
#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

// The version we report as `sensu_agent_version`: the newest whose behaviour we reproduce, for backends that look at it.
inline constexpr const char* kCompatibleVersion = "6.9.2";

struct AgentConfig {
  // Our identity
  std::map<std::string, std::string> given;  // option -> where it was given; a 1.x client object fills only the others
  std::string config_file;                   // the one that was read: it may have sections of checks; "" = none
  std::string name, ns /* "namespace" */, user, password;
  StringList subscriptions, redact /* empty = the default list */, redact_add;
  StringMap labels, annotations;
  bool deregister = false, agent_managed_entity = false, strip_networks = false, detect_cloud_provider = false;
  std::string deregistration_handler, cloud_metadata_url;

  // The backend
  StringList backend_urls;
  std::string trusted_ca_file, cert_file, key_file;
  std::string enroll_token, enroll_url;  // for a first start without a credential
  bool insecure_skip_tls_verify = false;
  int64_t handshake_timeout_ms = 15'000;
  int64_t heartbeat_interval_ms = 30'000, heartbeat_timeout_ms = 45'000;
  int64_t retry_min_ms = 1000, retry_max_ms = 120'000;
  double retry_multiplier = 2;
  int64_t max_session_ms = 0;  // 0 = no limit

  // Keepalives
  uint32_t keepalive_interval_s = 20, keepalive_warning_s = 120, keepalive_critical_s = 0;
  StringList keepalive_handlers;
  std::string default_handler;  // of 1.x results and local checks that name none; "" = nobody
  StringMap keepalive_labels, keepalive_annotations;
  std::vector<ResourceReference> keepalive_pipelines;

  // Checks
  std::string allow_list_file;
  bool disable_assets = false, safe_mode = false, offline_checks = true;
  uint32_t default_check_timeout_s = 0;
  int checks_max = 32;           // running at once; the rest queue in order
  size_t output_max = 4u << 20;  // bytes of a check's output that are kept
  std::string cache_dir;
  double assets_rate = 1.39;
  int assets_burst = 100;
  StringList conf_dirs;  // 1.x conf.d

  // Input from other programs
  bool disable_sockets = false, disable_api = false, disable_statsd = false;
  std::string socket_host, api_host, statsd_host;
  std::string client;  // the 1.x client object as its files have it, for plugins that read it; "" = none
  int socket_port = 3030, api_port = 3031, statsd_port = 8125;
  size_t socket_max = 10u << 20;  // bytes of one message on a connection
  StringList api_hosts;
  std::string api_user, api_password;
  bool api_protect_all = false;  // the password is asked for everywhere, not for /settings alone
  double input_rate = 1000;      // results a second from other programs, all ways together; 0 = no limit
  int input_burst = 10'000;
  StringList statsd_handlers;
  int64_t statsd_flush_ms = 10'000;

  // Results waiting for a backend
  double events_rate = 500;  // events a second of a backlog; 0 = as fast as the connection takes them. The reference drains
  int events_burst = 100;    // at 10, but only what its HTTP API took; ours is one ordered queue with fresh results at its end
  bool disable_spool = false;
  std::string state_dir;
  int64_t spool_max_bytes = 64 << 20, spool_max_age_ms = 7 * 86'400'000LL;
  enum class Fsync { always, interval, never } spool_fsync = Fsync::interval;

  std::string log_level;
  int64_t shutdown_timeout_ms = 10'000;

  StringList warnings;  // values that the reference ignores, and so do we; --strict refuses them
};

extern const OptionTable kAgentOptions;

struct AgentDefaults {   // what the table cannot know
  std::string hostname;  // "" = unknown: `unidentified-sensu-agent`
  std::string cache_dir, state_dir;
};

// Every error found, one per line, as the reference words it, after the place where the wrong value was given; also refuses what
// would only half work.
Status agent_config_read(const Options& options, const AgentDefaults& defaults, AgentConfig* out);  // as far as it goes
Result<AgentConfig> agent_config_from(const Options& options, const AgentDefaults& defaults);
// "FILE:LINE: " or "environment NAME: "; a flag stands before the reader's eyes.
std::string option_place(const std::string& origin);

}  // namespace picket
