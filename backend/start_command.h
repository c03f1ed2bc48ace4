// backend/start_command.h - `picket backend start`: options, loop, signals; `picket backend init`.
#pragma once
#include <string>
#include <vector>

#include "backend/shared/backend_config.h"

namespace picket {

// `args` without the program's and the command's names: {"start", "--state-dir", ...}. Returns the exit status.
// `table`: kBackendOptions, or these rows with the files and defaults of another name.
int backend_command(const std::vector<std::string>& args);
int backend_command_as(const OptionTable& table, const std::vector<std::string>& args);

// What only a start would find, for check-config: passwords that the first start of an empty state-dir refuses.
Status backend_first_start_check(const BackendConfig& config);
// A listener goes on with a certificate that has ended, and nobody can talk to it: reported at the start and by check-config.
StringList backend_certificate_warnings(const BackendConfig& config, int64_t now_s);

struct InitFlags {
  bool interactive = false;     // ask for name, password and key
  bool ignore_already = false;  // an initialized state directory is no failure
};
int backend_init(const BackendConfig& config, const InitFlags& flags);  // exit status; 3 = already initialized

// Of a backend that does not run. Returns the exit status.
struct MigrateFlags {
  bool to_etcd = false, to_sqlite = false;
  std::string from;  // a database or a backup of one; "": the state directory's
};
int backend_migrate(const BackendConfig& config, const MigrateFlags& flags);

// Of the state directory of a backend that does not run; asks for the password. Returns the exit status.
int backend_reset_password(const BackendConfig& config, const std::string& user);

}  // namespace picket
