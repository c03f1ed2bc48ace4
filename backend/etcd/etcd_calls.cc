// backend/etcd/etcd_calls.cc - the calls of etcd_client.h: a path, a body, a reader of the answer.
#include <utility>

#include "backend/etcd/etcd_client_state.h"

namespace picket {
namespace {

template <class T>
void call(EtcdClient* c, const char* path, std::string body, const EtcdWay& way, Result<T> (*read)(std::string_view), EtcdDone<T> done) {
  etcd_ask(c, {"POST", path, std::move(body), way}, [read, done = std::move(done)](Result<std::string> answer) {
    done(answer.ok() ? read(answer.value) : Result<T>(answer.status));
  });
}

template <class T>
void get(EtcdClient* c, const char* path, const EtcdWay& way, Result<T> (*read)(std::string_view), EtcdDone<T> done) {
  etcd_ask(c, {"GET", path, {}, way}, [read, done = std::move(done)](Result<std::string> answer) {
    done(answer.ok() ? read(answer.value) : Result<T>(answer.status));
  });
}

EtcdWay reading(EtcdWay way) {
  way.again = true;
  return way;
}

Result<EtcdHeader> no_header(std::string_view) { return EtcdHeader(); }

}  // namespace

void etcd_range(EtcdClient* c, const EtcdRange& range, const EtcdWay& way, EtcdDone<EtcdRangeAnswer> done) {
  call(c, "/v3/kv/range", etcd_range_json(range), reading(way), etcd_range_read, std::move(done));
}

void etcd_put(EtcdClient* c, const EtcdPut& put, const EtcdWay& way, EtcdDone<EtcdHeader> done) {
  call(c, "/v3/kv/put", etcd_put_json(put), way, etcd_header_read, std::move(done));
}

void etcd_delete(EtcdClient* c, const EtcdDelete& del, const EtcdWay& way, EtcdDone<EtcdDeleteAnswer> done) {
  call(c, "/v3/kv/deleterange", etcd_delete_json(del), way, etcd_delete_read, std::move(done));
}

void etcd_txn(EtcdClient* c, const EtcdTxn& txn, const EtcdWay& way, EtcdDone<EtcdTxnAnswer> done) {
  call(c, "/v3/kv/txn", etcd_txn_json(txn), way, etcd_txn_read, std::move(done));
}

void etcd_compact(EtcdClient* c, int64_t revision, const EtcdWay& way, EtcdDone<EtcdHeader> done) {
  call(c, "/v3/kv/compaction", etcd_compaction_json(revision, false), way, etcd_header_read, std::move(done));
}

void etcd_compact_file(EtcdClient* c, int64_t revision, const EtcdWay& way, EtcdDone<EtcdHeader> done) {
  call(c, "/v3/kv/compaction", etcd_compaction_json(revision, true), way, etcd_header_read, std::move(done));
}

void etcd_lease_grant(EtcdClient* c, int64_t ttl_s, const EtcdWay& way, EtcdDone<EtcdLease> done) {
  call(c, "/v3/lease/grant", etcd_lease_grant_json(ttl_s), way, etcd_lease_read, std::move(done));
}

void etcd_lease_keepalive(EtcdClient* c, int64_t id, const EtcdWay& way, EtcdDone<EtcdLease> done) {
  call(c, "/v3/lease/keepalive", etcd_lease_id_json(id), reading(way), etcd_lease_keepalive_read, std::move(done));
}

void etcd_lease_revoke(EtcdClient* c, int64_t id, const EtcdWay& way, EtcdDone<EtcdHeader> done) {
  call(c, "/v3/lease/revoke", etcd_lease_id_json(id), reading(way), etcd_header_read, std::move(done));
}

void etcd_member_list(EtcdClient* c, const EtcdWay& way, EtcdDone<EtcdMembers> done) {
  call(c, "/v3/cluster/member/list", "{}", reading(way), etcd_members_read, std::move(done));
}

void etcd_member_add(EtcdClient* c, const std::vector<std::string>& peer_urls, bool learner, const EtcdWay& way,
                     EtcdDone<EtcdMembers> done) {
  call(c, "/v3/cluster/member/add", etcd_member_add_json(peer_urls, learner), way, etcd_members_read, std::move(done));
}

void etcd_member_update(EtcdClient* c, uint64_t id, const std::vector<std::string>& peer_urls, const EtcdWay& way,
                        EtcdDone<EtcdMembers> done) {
  call(c, "/v3/cluster/member/update", etcd_member_update_json(id, peer_urls), way, etcd_members_read, std::move(done));
}

void etcd_member_remove(EtcdClient* c, uint64_t id, const EtcdWay& way, EtcdDone<EtcdMembers> done) {
  call(c, "/v3/cluster/member/remove", etcd_member_id_json(id), way, etcd_members_read, std::move(done));
}

void etcd_member_promote(EtcdClient* c, uint64_t id, const EtcdWay& way, EtcdDone<EtcdMembers> done) {
  call(c, "/v3/cluster/member/promote", etcd_member_id_json(id), way, etcd_members_read, std::move(done));
}

void etcd_status(EtcdClient* c, const EtcdWay& way, EtcdDone<EtcdStatus> done) {
  call(c, "/v3/maintenance/status", "{}", reading(way), etcd_status_read, std::move(done));
}

void etcd_alarms(EtcdClient* c, const EtcdWay& way, EtcdDone<std::vector<EtcdAlarm>> done) {
  call(c, "/v3/maintenance/alarm", etcd_alarm_json(nullptr), reading(way), etcd_alarms_read, std::move(done));
}

void etcd_disarm(EtcdClient* c, const EtcdAlarm& alarm, const EtcdWay& way, EtcdDone<std::vector<EtcdAlarm>> done) {
  call(c, "/v3/maintenance/alarm", etcd_alarm_json(&alarm), reading(way), etcd_alarms_read, std::move(done));
}

void etcd_defragment(EtcdClient* c, const EtcdWay& way, EtcdDone<EtcdHeader> done) {
  call(c, "/v3/maintenance/defragment", "{}", way, no_header, std::move(done));
}

void etcd_transfer_leadership(EtcdClient* c, uint64_t target, const EtcdWay& way, EtcdDone<EtcdHeader> done) {
  call(c, "/v3/maintenance/transfer-leadership", etcd_transfer_json(target), way, etcd_header_read, std::move(done));
}

void etcd_health(EtcdClient* c, const EtcdWay& way, EtcdDone<bool> done) {
  get(c, "/health", reading(way), etcd_health_read, std::move(done));
}

void etcd_version(EtcdClient* c, const EtcdWay& way, EtcdDone<std::string> done) {
  get(c, "/version", reading(way), etcd_version_read, std::move(done));
}

}  // namespace picket
