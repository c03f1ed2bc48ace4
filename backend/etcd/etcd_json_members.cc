// backend/etcd/etcd_json_members.cc - answers about leases, members and their health.
#include "backend/etcd/etcd_json_read.h"

namespace picket {
namespace {

bool lease_answer(JsonCursor& c, EtcdLease* out) {
  return etcd_object(c, [&](const std::string& key) {
    if (key == "ID") return etcd_number(c, &out->id);
    return key == "TTL" && etcd_number(c, &out->ttl_s);
  });
}

bool member_read(JsonCursor& c, EtcdMember* out) {
  return etcd_object(c, [&](const std::string& key) {
    if (key == "ID") return etcd_number(c, &out->id);
    if (key == "name") return cursor_string(c, &out->name);
    if (key == "peerURLs") return cursor_strings(c, &out->peer_urls);
    if (key == "clientURLs") return cursor_strings(c, &out->client_urls);
    return key == "isLearner" && cursor_bool(c, &out->learner);
  });
}

bool members_answer(JsonCursor& c, EtcdMembers* out) {
  EtcdMember added;
  const bool ok = etcd_object(c, [&](const std::string& key) {
    if (key == "header") return etcd_header(c, &out->header);
    if (key == "member") return member_read(c, &added);
    return key == "members" && etcd_list(c, &out->members, member_read);
  });
  out->added = added.id;
  if (ok && out->members.size() > kEtcdMembersMax)
    return cursor_fail(c, "expected at most " + std::to_string(kEtcdMembersMax) + " members, got " + std::to_string(out->members.size()));
  return ok;
}

bool status_answer(JsonCursor& c, EtcdStatus* out) {
  return etcd_object(c, [&](const std::string& key) {
    if (key == "header") return etcd_header(c, &out->header);
    if (key == "version") return cursor_string(c, &out->version);
    if (key == "dbSize") return etcd_number(c, &out->db_bytes);
    if (key == "dbSizeInUse") return etcd_number(c, &out->db_bytes_in_use);
    if (key == "leader") return etcd_number(c, &out->leader);
    if (key == "raftIndex") return etcd_number(c, &out->raft_index);
    if (key == "raftAppliedIndex") return etcd_number(c, &out->raft_applied_index);
    if (key == "errors") return cursor_strings(c, &out->errors);
    return key == "isLearner" && cursor_bool(c, &out->learner);
  });
}

bool alarm_read(JsonCursor& c, EtcdAlarm* out) {
  std::string kind;
  const bool ok = etcd_object(c, [&](const std::string& key) {
    if (key == "memberID") return etcd_number(c, &out->member_id);
    return key == "alarm" && cursor_string(c, &kind);
  });
  out->kind = kind == "NOSPACE" ? EtcdAlarm::no_space : kind == "CORRUPT" ? EtcdAlarm::corrupt : EtcdAlarm::none;
  return ok;
}

bool alarms_answer(JsonCursor& c, std::vector<EtcdAlarm>* out) {
  return etcd_object(c, [&](const std::string& key) { return key == "alarms" && etcd_list(c, out, alarm_read); });
}

// One field of an object, as a text.
Result<std::string> text_of(std::string_view text, const char* field) {
  Result<std::string> out = etcd_document<std::string>(text, [&](JsonCursor& c, std::string* value) {
    return etcd_object(c, [&](const std::string& key) { return key == field && cursor_string(c, value); });
  });
  if (out.ok() && out.value.empty()) return fail(Err::invalid, std::string("the answer of etcd: expected a text for \"") + field + "\"");
  return out;
}

}  // namespace

Result<EtcdLease> etcd_lease_read(std::string_view text) {
  Result<EtcdLease> lease = etcd_document<EtcdLease>(text, lease_answer);
  if (lease.ok() && lease.value.id == 0) return fail(Err::invalid, "the answer of etcd: expected a lease with an ID");
  return lease;
}

Result<EtcdLease> etcd_lease_keepalive_read(std::string_view lines) {
  EtcdError error;
  Result<EtcdLease> out = etcd_document<EtcdLease>(lines, [&](JsonCursor& c, EtcdLease* lease) {
    return etcd_object(c, [&](const std::string& key) {
      if (key == "result") return lease_answer(c, lease);
      return key == "error" && etcd_error_read(c, &error);
    });
  });
  if (out.ok() && !error.message.empty()) out.status = fail(Err::unavailable, error.message);
  return out;
}

Result<EtcdMembers> etcd_members_read(std::string_view text) { return etcd_document<EtcdMembers>(text, members_answer); }
Result<EtcdStatus> etcd_status_read(std::string_view text) { return etcd_document<EtcdStatus>(text, status_answer); }
Result<std::vector<EtcdAlarm>> etcd_alarms_read(std::string_view text) {
  return etcd_document<std::vector<EtcdAlarm>>(text, alarms_answer);
}

Result<bool> etcd_health_read(std::string_view text) {
  Result<std::string> health = text_of(text, "health");
  return health.ok() ? Result<bool>(health.value == "true") : Result<bool>(health.status);
}

Result<std::string> etcd_version_read(std::string_view text) { return text_of(text, "etcdserver"); }

}  // namespace picket
