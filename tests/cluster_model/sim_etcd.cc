// tests/cluster_model/sim_etcd.cc - see sim_etcd.h.
#include "tests/cluster_model/sim_etcd.h"

#include <algorithm>

namespace picket {
namespace {

const std::string kPrefix = "/picket/";

void put(SimEtcd& etcd, const std::string& key, std::string value, int64_t lease) {
  SimKey& k = etcd.keys[key];
  k.changed = ++etcd.revision;
  if (k.created == 0) k.created = k.changed;
  k.lease = lease;
  k.value = std::move(value);
  etcd.history.push_back({key, k.value, k.changed, k.created, false});
}

void remove(SimEtcd& etcd, const std::string& key) {
  if (etcd.keys.erase(key) > 0) etcd.history.push_back({key, "", ++etcd.revision, 0, true});
}

int64_t registered_at(const SimEtcd& etcd, const std::string& member) {
  auto it = etcd.keys.find(log_member_key(kPrefix, member));
  return it == etcd.keys.end() ? 0 : it->second.created;
}

}  // namespace

LogRegistration sim_register(SimEtcd& etcd, const std::string& member, bool only_if_absent) {
  const std::string key = log_member_key(kPrefix, member);
  if (only_if_absent && etcd.keys.count(key)) return {};
  remove(etcd, key);
  const int64_t lease = etcd.next_lease++;
  etcd.leases[lease] = etcd.now_ms + kLogLeaseS * 1000;
  put(etcd, key, "facts", lease);
  return {etcd.revision, lease};
}

LogAnswer sim_beat(SimEtcd& etcd, const std::string& member, const LogBeat& beat) {
  if (registered_at(etcd, member) != beat.epoch) return LogAnswer::fenced;
  put(etcd, log_member_key(kPrefix, member), "facts", beat.lease);
  return LogAnswer::done;
}

LogAnswer sim_renew(SimEtcd& etcd, int64_t lease) {
  auto it = etcd.leases.find(lease);
  if (it == etcd.leases.end()) return LogAnswer::fenced;
  it->second = etcd.now_ms + kLogLeaseS * 1000;
  return LogAnswer::done;
}

LogAnswer sim_put(SimEtcd& etcd, const std::string& member, const LogPut& p) {
  if (registered_at(etcd, member) != p.epoch) return LogAnswer::fenced;
  if (etcd.keys.count(p.key)) return LogAnswer::there;
  put(etcd, p.key, p.value, 0);
  etcd.all_records.push_back(etcd.history.back());
  return LogAnswer::done;
}

LogIndexAnswer sim_index(const SimEtcd& etcd) {
  LogIndexAnswer a;
  a.revision = etcd.revision;
  a.trimmed = etcd.trimmed;
  for (const auto& [key, k] : etcd.keys)
    if (log_record_place(kPrefix, key).epoch != 0) a.records.push_back({key, k.changed});
  std::sort(a.records.begin(), a.records.end(), [](const LogKey& x, const LogKey& y) { return x.revision < y.revision; });
  return a;
}

Result<std::vector<LogValue>> sim_fetch(const SimEtcd& etcd, const LogFetch& fetch) {
  if (fetch.revision < etcd.compacted) return fail(Err::precondition, "compacted");
  std::vector<LogValue> out;
  for (const std::string& key : fetch.keys) {
    const LogEvent* found = nullptr;  // as of that revision: a put that was let go late may have brought the key back
    for (const LogEvent& e : etcd.history)
      if (e.key == key && e.revision <= fetch.revision) found = e.deleted ? nullptr : &e;
    if (found) out.push_back({key, found->value, found->revision});
  }
  return out;
}

void sim_pass(SimEtcd& etcd, int64_t ms, bool has_quorum) {
  etcd.now_ms += ms;
  for (auto it = etcd.leases.begin(); it != etcd.leases.end();) {
    if (!has_quorum) it->second = etcd.now_ms + kLogLeaseS * 1000;  // a new leader gives each its whole time
    if (it->second > etcd.now_ms) {
      ++it;
      continue;
    }
    std::vector<std::string> gone;
    for (const auto& [key, k] : etcd.keys)
      if (k.lease == it->first) gone.push_back(key);
    for (const std::string& key : gone) remove(etcd, key);
    it = etcd.leases.erase(it);
  }
}

void sim_trim(SimEtcd& etcd, int64_t up_to) {
  etcd.trimmed = std::max(etcd.trimmed, up_to);
  std::vector<std::string> gone;
  for (const auto& [key, k] : etcd.keys)
    if (log_record_place(kPrefix, key).epoch != 0 && k.changed <= up_to) gone.push_back(key);
  if (gone.empty()) return;
  etcd.revision++;
  for (const std::string& key : gone) {
    etcd.keys.erase(key);
    etcd.history.push_back({key, "", etcd.revision, 0, true});
  }
}

void sim_compact(SimEtcd& etcd, int64_t up_to) {
  etcd.compacted = std::max(etcd.compacted, up_to);
  // Events of the past are gone, unless their key still has that value.
  const auto is_old = [&](const LogEvent& e) {
    if (e.revision > etcd.compacted) return false;
    auto it = etcd.keys.find(e.key);
    return it == etcd.keys.end() || it->second.changed != e.revision;
  };
  etcd.history.erase(std::remove_if(etcd.history.begin(), etcd.history.end(), is_old), etcd.history.end());
}

}  // namespace picket
