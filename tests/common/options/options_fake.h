// tests/common/options/options_fake.h - an option table with a row of each kind, and files that are not on a disk.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/options/options.h"

namespace options_fake {

using namespace picket;

inline const char* const kPrefixes[] = {"PICKET_", "SENSU_", nullptr};
inline const OptionRow kRows[] = {
    {"name", "id", 0, OptionKind::text, "", "NAME", "Name of the entity.", "Identity"},
    {"backend-url", nullptr, 'u', OptionKind::list, "ws://127.0.0.1:8081", "URL", "Backends to report to.", "Connection"},
    {"keepalive-interval", nullptr, 0, OptionKind::integer, "20", "SECONDS", "Time between two signs of life.", "Connection"},
    {"retry-multiplier", nullptr, 0, OptionKind::number, "2.5", "FACTOR", "How the wait grows.", "Connection"},
    {"retry-max", nullptr, 0, OptionKind::duration, "120s", "SPAN", "The longest wait.", "Connection"},
    {"password", nullptr, 0, OptionKind::text, "P@ssw0rd!", "TEXT", "Password for the backend.", "Connection", kOptionSecret},
    {"deregister", nullptr, 'd', OptionKind::boolean, "false", "", "Remove the entity at the end.", "Identity"},
    {"no-watch", nullptr, 'n', OptionKind::boolean, "false", "", "Do not watch.", "Identity"},
    {"labels", nullptr, 0, OptionKind::map, "", "K=V", "Labels of the entity.", "Identity"},
    {"etcd-name", nullptr, 0, OptionKind::text, "default", "NAME", "", "Identity", kOptionIgnored},
};
inline const OptionTable kTable = {"agent", kPrefixes, "/etc/sensu/agent.yml:/etc/picket/agent.ini", kRows, 10, "checks:check"};

inline std::map<std::string, std::string> g_files;

inline Result<std::string> read_fake(const std::string& path) {
  auto found = g_files.find(path);
  if (found == g_files.end()) return fail(Err::not_found, "no such file");
  return found->second;
}

inline Result<Options> load(std::vector<std::string> argv, std::vector<std::pair<std::string, std::string>> env = {},
                            std::map<std::string, std::string> files = {}) {
  g_files = std::move(files);
  return options_load(kTable, {std::move(argv), std::move(env), read_fake});
}

inline std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& i : list) out += "<" + i + ">";
  return out;
}

inline std::string join(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& i : list) out += (out.empty() ? "" : "\n") + i;
  return out;
}

inline std::string joined(const std::map<std::string, std::string>& map) {
  std::string out;
  for (const auto& m : map) out += m.first + "=" + m.second + ";";
  return out;
}

}  // namespace options_fake
