// checks/run/file_preload.h - what a check that waits needs of files: read before it starts, on a thread, because a file may hang.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "common/options/options.h"
#include "common/tls/tls.h"

namespace picket {

inline constexpr unsigned kReadTrust = 1, kReadSecret = 2, kReadNameServers = 4;
inline constexpr size_t kTrustsKept = 4;  // bundles of authorities, parsed; the one that was not used for longest goes first

struct CheckFiles {
  TlsMaterial tls;                        // kReadTrust: of the rows of TLS
  std::string secret;                     // kReadSecret: the first line of --password-file or --authorization-file
  std::vector<std::string> name_servers;  // kReadNameServers
};
// Blocks. Errors name the file.
Status files_read(unsigned what, const Options& options, CheckFiles* files);

}  // namespace picket
