// backend/etcd/etcd_json.cc - requests to the gateway, and the errors it answers with.
#include "backend/etcd/etcd_json.h"

#include <charconv>

#include "backend/etcd/etcd_json_read.h"
#include "common/tls/crypto.h"

namespace picket {
namespace {

constexpr size_t kErrorTextMax = 300;  // of what is no JSON, in our message

// ---- requests ----

// 64-bit numbers as strings: a number of JSON is a double to many.
void put_number(JsonObject& o, std::string_view key, int64_t value) {
  if (value != 0) o.add(key, std::to_string(value));
}

void put_bytes(JsonObject& o, std::string_view key, std::string_view bytes) {
  if (!bytes.empty()) o.add(key, base64_encode(bytes));
}

void put_true(JsonObject& o, std::string_view key, bool value) {
  if (value) o.add(key, true);
}

std::string compare_json(const EtcdCompare& c) {
  static const char* const kTargets[] = {"VERSION", "CREATE", "MOD", "LEASE", "VALUE"};
  static const char* const kFields[] = {"version", "create_revision", "mod_revision", "lease", "value"};
  static const char* const kRelations[] = {"EQUAL", "NOT_EQUAL", "GREATER", "LESS"};
  JsonObject o;
  o.add("target", kTargets[c.target]).add("result", kRelations[c.relation]).add("key", base64_encode(c.key));
  // What is compared with stands there also when it is zero: which of them it is decides its meaning.
  if (c.target == EtcdCompare::value) o.add(kFields[c.target], base64_encode(c.bytes));
  else o.add(kFields[c.target], std::to_string(c.number));
  return o.done();
}

std::string op_json(const EtcdOp& op) {
  JsonObject o;
  if (auto* range = std::get_if<EtcdRange>(&op)) o.add_raw("request_range", etcd_range_json(*range));
  if (auto* put = std::get_if<EtcdPut>(&op)) o.add_raw("request_put", etcd_put_json(*put));
  if (auto* del = std::get_if<EtcdDelete>(&op)) o.add_raw("request_delete_range", etcd_delete_json(*del));
  return o.done();
}

template <class T, class Json>
std::string list_json(const std::vector<T>& items, Json json) {
  std::string text = "[";
  for (const T& item : items) text += (text.size() > 1 ? "," : "") + json(item);
  return text + "]";
}

}  // namespace

std::string etcd_range_json(const EtcdRange& r) {
  static const char* const kSorts[] = {"KEY", "MOD", "CREATE"};
  JsonObject o;
  put_bytes(o, "key", r.key);
  put_bytes(o, "range_end", r.range_end);
  put_number(o, "limit", r.limit);
  put_number(o, "revision", r.revision);
  put_number(o, "min_mod_revision", r.min_mod_revision);
  put_number(o, "max_mod_revision", r.max_mod_revision);
  put_true(o, "serializable", r.serializable);
  put_true(o, "keys_only", r.keys_only);
  put_true(o, "count_only", r.count_only);
  if (r.descending || r.sort != EtcdRange::by_key)
    o.add("sort_order", r.descending ? "DESCEND" : "ASCEND").add("sort_target", kSorts[r.sort]);
  return o.done();
}

std::string etcd_put_json(const EtcdPut& p) {
  JsonObject o;
  put_bytes(o, "key", p.key);
  put_bytes(o, "value", p.value);
  put_number(o, "lease", p.lease);
  return o.done();
}

std::string etcd_delete_json(const EtcdDelete& d) {
  JsonObject o;
  put_bytes(o, "key", d.key);
  put_bytes(o, "range_end", d.range_end);
  return o.done();
}

std::string etcd_txn_json(const EtcdTxn& t) {
  JsonObject o;
  o.add_raw("compare", list_json(t.compare, compare_json));
  o.add_raw("success", list_json(t.success, op_json)).add_raw("failure", list_json(t.failure, op_json));
  return o.done();
}

std::string etcd_compaction_json(int64_t revision, bool physical) {
  JsonObject o;
  put_number(o, "revision", revision);
  put_true(o, "physical", physical);
  return o.done();
}

std::string etcd_lease_grant_json(int64_t ttl_s) {
  JsonObject o;
  put_number(o, "TTL", ttl_s);
  return o.done();
}

std::string etcd_lease_id_json(int64_t id) {
  JsonObject o;
  put_number(o, "ID", id);
  return o.done();
}

std::string etcd_member_add_json(const std::vector<std::string>& peer_urls, bool learner) {
  JsonObject o;
  o.add("peerURLs", peer_urls);
  put_true(o, "isLearner", learner);
  return o.done();
}

std::string etcd_member_update_json(uint64_t id, const std::vector<std::string>& peer_urls) {
  JsonObject o;
  return o.add("ID", std::to_string(id)).add("peerURLs", peer_urls).done();
}

std::string etcd_member_id_json(uint64_t id) { return JsonObject().add("ID", std::to_string(id)).done(); }

std::string etcd_alarm_json(const EtcdAlarm* disarm) {
  JsonObject o;
  if (!disarm) return o.add("action", "GET").done();
  o.add("action", "DEACTIVATE").add("memberID", std::to_string(disarm->member_id));
  return o.add("alarm", disarm->kind == EtcdAlarm::corrupt ? "CORRUPT" : "NOSPACE").done();
}

std::string etcd_transfer_json(uint64_t target) { return JsonObject().add("targetID", std::to_string(target)).done(); }

std::string etcd_watch_json(const EtcdWatchRequest& w) {
  JsonObject create;
  put_bytes(create, "key", w.key);
  put_bytes(create, "range_end", w.range_end);
  put_number(create, "start_revision", w.start_revision);
  create.add("fragment", true);
  return JsonObject().add_raw("create_request", create.done()).done();
}

// ---- errors ----

namespace {

constexpr const char* kNoSpace = "database space exceeded";

Err error_code(int grpc, std::string_view message) {
  if (message.find(kNoSpace) != message.npos) return Err::io;
  if (message.find("request is too large") != message.npos || message.find("too many operations") != message.npos) return Err::too_large;
  if (message.find("deadline exceeded") != message.npos) return Err::timeout;  // etcd's own, with the code "unknown"
  switch (grpc) {
    case 3: return Err::invalid;
    case 4: return Err::timeout;
    case 5: return Err::not_found;
    case 6: return Err::exists;
    case 7: return Err::denied;
    case 9:
    case 11: return Err::precondition;
    case 16: return Err::unauthenticated;
    default: return Err::unavailable;
  }
}

}  // namespace

Status etcd_error_read(int http_status, std::string_view body) {
  EtcdError error;
  JsonCursor c = cursor_open(body);
  if (!etcd_error_read(c, &error) || error.message.empty()) {
    const std::string said = body.empty() ? "" : ": " + std::string(body.substr(0, kErrorTextMax));
    return fail(http_status == 404 ? Err::not_found : Err::unavailable, "etcd answers with status " + std::to_string(http_status) + said);
  }
  return fail(error_code(error.code, error.message), error.message);
}

bool etcd_is_no_space(const Status& status) { return status.code == Err::io && status.message.find(kNoSpace) != std::string::npos; }

// ---- names and numbers ----

std::string etcd_prefix_end(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (end.empty()) return std::string(1, '\0');  // all keys from `prefix` on
  end.back() = char(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

std::string etcd_id_hex(uint64_t id) {
  char text[17] = {};
  std::to_chars(text, text + 16, id, 16);
  return text;
}

bool etcd_version_fits(std::string_view version) {
  int major = 0, minor = 0;
  const char* end = version.data() + version.size();
  auto [dot, error] = std::from_chars(version.data(), end, major);
  if (error != std::errc() || dot == end || *dot != '.') return false;
  if (std::from_chars(dot + 1, end, minor).ec != std::errc()) return false;
  return major > 3 || (major == 3 && minor >= 4);
}

}  // namespace picket
