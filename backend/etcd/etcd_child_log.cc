// backend/etcd/etcd_child_log.cc - etcd's lines, which are JSON of zap, as ours.
#include "backend/etcd/etcd_child_log.h"

#include <algorithm>

#include "common/json/json.h"

namespace picket {
namespace {

struct Remedy { const char *text, *remedy; };
constexpr Remedy kRemedies[] = {
    {"address already in use",
     "another program has the port; Debian's package etcd-server starts an etcd of its own, which `systemctl disable --now etcd` ends"},
    {"cannot assign requested address", "no interface of this machine has the address; expected one of its own in etcd-listen-client-urls and etcd-listen-peer-urls"},
    {"member count is unequal", "the cluster has other members than etcd-initial-cluster names; take it from `picket ctl cluster member-add`, and set etcd-initial-cluster-state: existing"},
    {"has already been bootstrapped", "this member's data is lost: `picket ctl cluster member-remove` and `member-add` on another backend, then start with etcd-initial-cluster-state: existing"},
    {"cluster ID mismatch", "the members were made for different clusters; compare etcd-initial-cluster and etcd-initial-cluster-token on all of them"},
    {"the member has been permanently removed", "this member was removed from the cluster; stop this backend, or add it again with `picket ctl cluster member-add` and without its old data"},
    {"flag provided but not defined: -unsafe-no-fsync", "this etcd has no etcd-unsafe-no-fsync, which came with 3.5; remove the option"},
    {"flag provided but not defined", "this etcd does not know the option; install etcd 3.4 or later"},
    {"permission denied", "picket's user may not use the file; expected it to be readable by that user"},
    {"database space exceeded", "the database is as large as etcd-quota-backend-bytes allows"},
};

LogLevel level_of(std::string_view name) {
  if (name == "debug") return LogLevel::debug;
  if (name == "info") return LogLevel::info;
  return name == "warn" ? LogLevel::warn : LogLevel::error;  // error, dpanic, panic, fatal
}

bool is_ours(std::string_view key) { return key == "level" || key == "msg" || key == "ts" || key == "caller" || key == "stacktrace"; }

}  // namespace

void etcd_lines_take(EtcdLines& lines, std::string_view bytes, const std::function<void(std::string_view)>& each) {
  while (!bytes.empty()) {
    const size_t end = std::min(bytes.find('\n'), bytes.size());
    const size_t room = kEtcdLineMax - std::min(kEtcdLineMax, lines.part.size());
    lines.part.append(bytes.substr(0, std::min(end, room)));
    if (end == bytes.size()) return;
    if (!lines.part.empty()) each(lines.part);
    lines.part.clear();
    bytes.remove_prefix(end + 1);
  }
}

EtcdLine etcd_line_read(std::string_view text) {
  EtcdLine line;
  Result<std::vector<JsonMember>> members = json_members(text);
  if (!members.ok()) {
    line.message = std::string(text);
    return line;
  }
  JsonObject details;
  for (const JsonMember& m : members.value) {
    if (m.key == "level") line.level = level_of(json_string(m.raw).value);
    if (m.key == "msg") line.message = json_string(m.raw).value;
    if (!is_ours(m.key)) details.add_raw(m.key, m.raw);
  }
  if (details.text.size() > 1) line.details = details.done();
  return line;
}

std::string_view etcd_remedy(std::string_view text) {
  for (const Remedy& r : kRemedies)
    if (text.find(r.text) != text.npos) return r.remedy;
  return {};
}

}  // namespace picket
