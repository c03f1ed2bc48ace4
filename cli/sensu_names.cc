// cli/sensu_names.cc - the paths and options that change under the names of sensu-agent and sensu-backend.
#include "cli/sensu_names.h"

#include "agent/config/agent_config.h"
#include "backend/shared/backend_config.h"

namespace picket {
namespace {

struct Renamed {
  std::vector<OptionRow> rows;
  OptionTable table;
  Renamed(const OptionTable& ours, const char* files, const char* state_dir, const char* cache_dir)
      : rows(ours.rows, ours.rows + ours.count), table(ours) {
    for (OptionRow& row : rows) {
      if (std::string_view(row.name) == "state-dir") row.fallback = state_dir;
      if (std::string_view(row.name) == "cache-dir") row.fallback = cache_dir;
    }
    table.rows = rows.data();
    table.default_files = files;
  }
};

}  // namespace

const OptionTable& sensu_agent_options() {
  static const Renamed agent(kAgentOptions, "/etc/sensu/agent.yml:/usr/local/etc/sensu/agent.yml", "/var/lib/sensu/sensu-agent",
                             "/var/cache/sensu/sensu-agent");
  return agent.table;
}

const OptionTable& sensu_backend_options() {
  static const Renamed backend(kBackendOptions, "/etc/sensu/backend.yml", "/var/lib/sensu/sensu-backend", "/var/cache/sensu/sensu-backend");
  return backend.table;
}

}  // namespace picket
