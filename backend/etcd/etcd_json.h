// backend/etcd/etcd_json.h - requests and answers of etcd's v3 JSON gateway as values: text in and out, no I/O.
//
// Measured with etcd 3.4.23; 3.5 and later say the same under /v3. Keys and values travel as base64, 64-bit numbers as strings, and
// what is zero, false or empty is left out. Errors are {"error","message","code"} with a code of gRPC. Answers are foreign bytes:
// bounded, checked, and an error says what was expected.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/basic/result.h"

namespace picket {

inline constexpr size_t kEtcdAnswerMax = 64u << 20;   // bytes of one answer; more is an error
inline constexpr size_t kEtcdMessageMax = 32u << 20;  // bytes of one message of a watch, which etcd cuts at twice its largest request
inline constexpr size_t kEtcdMembersMax = 64;         // of a cluster; etcd's own advice is 7

struct EtcdHeader {
  uint64_t cluster_id = 0, member_id = 0;  // member_id: who answered
  int64_t revision = 0;                    // of the whole store
  uint64_t raft_term = 0;
};

struct EtcdKv {
  std::string key, value;
  int64_t create_revision = 0, mod_revision = 0, version = 0, lease = 0;
};

// ---- keys and values ----

std::string etcd_prefix_end(std::string_view prefix);  // the range_end for all keys that begin with it

struct EtcdRange {
  std::string key, range_end;  // range_end "": this key alone
  int64_t limit = 0, revision = 0;
  int64_t min_mod_revision = 0, max_mod_revision = 0;
  bool serializable = false;  // from the member that answers, without asking the others: also without a quorum
  bool keys_only = false, count_only = false, descending = false;
  enum Sort { by_key, by_mod_revision, by_create_revision } sort = by_key;
};
struct EtcdRangeAnswer {
  EtcdHeader header;
  std::vector<EtcdKv> kvs;
  bool more = false;
  int64_t count = 0;  // of all keys in the range
};

struct EtcdPut { std::string key, value; int64_t lease = 0; };
struct EtcdDelete { std::string key, range_end; };
struct EtcdDeleteAnswer { EtcdHeader header; int64_t deleted = 0; };

struct EtcdCompare {
  enum Target { version, create, mod, lease, value } target = version;
  enum Relation { equal, not_equal, greater, less } relation = equal;
  std::string key;
  int64_t number = 0;  // of version, create, mod, lease
  std::string bytes;   // of value
};
using EtcdOp = std::variant<EtcdRange, EtcdPut, EtcdDelete>;
struct EtcdTxn {
  std::vector<EtcdCompare> compare;
  std::vector<EtcdOp> success, failure;
};
struct EtcdOpAnswer {
  enum Kind { range, put, deleted } kind = put;
  EtcdRangeAnswer found;      // range
  int64_t deleted_count = 0;  // deleted
};
struct EtcdTxnAnswer {
  EtcdHeader header;
  bool succeeded = false;             // all compares held
  std::vector<EtcdOpAnswer> answers;  // of the ops that ran, in order
};

std::string etcd_range_json(const EtcdRange& range);
std::string etcd_put_json(const EtcdPut& put);
std::string etcd_delete_json(const EtcdDelete& del);
std::string etcd_txn_json(const EtcdTxn& txn);
std::string etcd_compaction_json(int64_t revision, bool physical);  // physical: answered when the space is free
Result<EtcdHeader> etcd_header_read(std::string_view text);         // put, compaction, and of any answer its header
Result<EtcdRangeAnswer> etcd_range_read(std::string_view text);
Result<EtcdDeleteAnswer> etcd_delete_read(std::string_view text);
Result<EtcdTxnAnswer> etcd_txn_read(std::string_view text);

// ---- leases ----

struct EtcdLease { int64_t id = 0, ttl_s = 0; };  // ttl_s 0: there is no such lease (any more)
std::string etcd_lease_grant_json(int64_t ttl_s);
std::string etcd_lease_id_json(int64_t id);                           // keepalive, revoke
Result<EtcdLease> etcd_lease_read(std::string_view text);             // of grant
Result<EtcdLease> etcd_lease_keepalive_read(std::string_view lines);  // a stream of one line

// ---- members ----

struct EtcdMember {
  uint64_t id = 0;
  std::string name;  // "": it has not started yet
  std::vector<std::string> peer_urls, client_urls;
  bool learner = false;
};
struct EtcdMembers {  // of member list, add, update, remove, promote
  EtcdHeader header;
  std::vector<EtcdMember> members;
  uint64_t added = 0;  // of add
};
std::string etcd_member_add_json(const std::vector<std::string>& peer_urls, bool learner);
std::string etcd_member_update_json(uint64_t id, const std::vector<std::string>& peer_urls);
std::string etcd_member_id_json(uint64_t id);  // remove, promote
Result<EtcdMembers> etcd_members_read(std::string_view text);

// ---- maintenance ----

struct EtcdStatus {
  EtcdHeader header;
  std::string version;  // "3.4.23"
  int64_t db_bytes = 0, db_bytes_in_use = 0;
  uint64_t leader = 0;  // 0: this member knows none
  uint64_t raft_index = 0, raft_applied_index = 0;
  bool learner = false;
  std::vector<std::string> errors;  // "NOSPACE", "etcdserver: no leader"
};
struct EtcdAlarm {
  enum Kind { none, no_space, corrupt } kind = none;
  uint64_t member_id = 0;
};
std::string etcd_alarm_json(const EtcdAlarm* disarm);  // nullptr: which are there
std::string etcd_transfer_json(uint64_t target);
Result<EtcdStatus> etcd_status_read(std::string_view text);
Result<std::vector<EtcdAlarm>> etcd_alarms_read(std::string_view text);
Result<bool> etcd_health_read(std::string_view text);          // {"health":"true"} of GET /health
Result<std::string> etcd_version_read(std::string_view text);  // etcdserver of GET /version
bool etcd_version_fits(std::string_view version);              // 3.4 or later: what the gateway's /v3 needs

// ---- watches ----

struct EtcdWatchRequest {
  std::string key, range_end;
  int64_t start_revision = 0;  // 0: from now on
};
struct EtcdEvent {
  bool deleted = false;  // kv then has key and mod_revision only
  EtcdKv kv;
};
struct EtcdWatchMessage {
  EtcdHeader header;
  bool created = false, canceled = false;
  bool fragment = false;  // more of the same answer follows
  int64_t compact_revision = 0;  // canceled: nothing before it is there any more
  std::string cancel_reason;
  std::vector<EtcdEvent> events;  // in order of revision
};
std::string etcd_watch_json(const EtcdWatchRequest& request);  // create, with fragments
Result<EtcdWatchMessage> etcd_watch_read(std::string_view text);

// ---- errors ----

// The body of an answer that is no 200, as a Status: Err::precondition (412, 400 for a revision that is compacted or not there yet),
// not_found, invalid, too_large (the request), io (no space), unavailable, timeout, unauthenticated, denied.
Status etcd_error_read(int http_status, std::string_view body);
bool etcd_is_no_space(const Status& status);

std::string etcd_id_hex(uint64_t id);  // as etcdctl and sensuctl show it

}  // namespace picket
