// backend/endpoints/api_cluster.cc - health, version, ready, the cluster of one, and the setting for a call home that never happens.
#include <algorithm>
#include <charconv>

#include "common/basic/build_info.h"
#include "common/tls/crypto.h"
#include "common/os/os.h"
#include "backend/api/api_state.h"
#include "backend/endpoints/endpoints.h"
#include "backend/etcd/etcd_part.h"

namespace picket {

static const char kPlain[] = "text/plain; charset=utf-8";

static void answer_plain(const CallPtr& call, std::string body) { answer(call, 200, std::move(body), {{"Content-Type", kPlain}}); }

// ---- ids: 64-bit numbers made of the installation's id, so that they stay ----

static uint64_t id_of(const Backend& backend, const char* what) {
  std::string hash = sha256(backend.cluster_id + what);
  uint64_t id = 0;
  for (int i = 0; i < 8; i++) id = id << 8 | static_cast<unsigned char>(hash[static_cast<size_t>(i)]);
  return id | 1;
}

static std::string hex_of(uint64_t id) {
  char text[17] = {};
  std::to_chars(text, text + 16, id, 16);
  return text;
}

static std::string etcd_header(const Backend& b) {
  JsonObject o;
  o.add("cluster_id", id_of(b, "cluster")).add("member_id", id_of(b, "member")).add("raft_term", 1);
  return o.done();
}

// ?timeout=SECONDS: for a cluster, whose members are asked; a longer time than kEtcdAskMaxMs is not waited.
static bool timeout_read(const CallPtr& call, int64_t* ms) {
  *ms = kEtcdAskMaxMs;
  if (!query_has(call->request.query, "timeout")) return true;
  std::string text = query_get(call->request.query, "timeout");
  int seconds = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (seconds > 0) *ms = std::min(*ms, int64_t{seconds} * 1000);
  if (error == std::errc() && end == text.data() + text.size()) return true;
  answer_text(call, 400, "strconv.Atoi: parsing " + json_quote(text) + ": invalid syntax");
  return false;
}

static std::string single_health_json(const Backend& backend) {
  StoreStats stats = store_stats(backend.store);
  uint64_t member = id_of(backend, "member");
  JsonObject health;
  health.add("MemberID", member).add("MemberIDHex", hex_of(member)).add("Name", "default");
  health.add("Err", stats.degraded ? "the store is not writable; see the log" : "").add("Healthy", !stats.degraded);
  JsonObject o;
  o.add_raw("Alarms", "null").add_raw("ClusterHealth", "[" + health.done() + "]").add_raw("Header", etcd_header(backend));
  return o.done() + "\n";
}

void backend_health(Backend* b, int64_t timeout_ms, std::function<void(std::string)> done) {
  if (!b->etcd) return done(single_health_json(*b));
  etcd_health_json(b, timeout_ms, std::move(done));
}

void health_get(CallPtr call) {
  int64_t ms = 0;
  if (timeout_read(call, &ms)) backend_health(call->backend, ms, [call](std::string json) { answer_plain(call, std::move(json)); });
}

// Clients that look at the number find the reference's version whose API this is; ours stands after the #, where the
// reference has its commit.
void version_get(CallPtr call) {
  JsonObject etcd, groups, o;
  etcd.add("etcdserver", "3.5.5").add("etcdcluster", "3.5.0");
  groups.add("core/v2", "v2.6.0").add("core/v3", "v3.3.0");
  o.add_raw("etcd", etcd.done()).add("sensu_backend", std::string("6.9.2#picket-") + kVersion).add_raw("api_groups", groups.done());
  answer_plain(call, o.done() + "\n");
}

void ready_get(CallPtr call) {
  if (call->backend->started_ms == 0) return answer(call, 503, "starting\n", {{"Content-Type", kPlain}, {"Retry-After", "1"}});
  answer_plain(call, "ready\n");
}

// ---- the members; a single node is a cluster of one ----

void cluster_members(CallPtr call) {
  int64_t ms = 0;
  if (!timeout_read(call, &ms)) return;
  if (call->backend->etcd) return etcd_members_get(call, ms);
  const Backend& b = *call->backend;
  std::string url = (b.config.tls.cert_file.empty() ? "http://127.0.0.1:" : "https://127.0.0.1:") + std::to_string(api_port(call->api));
  JsonObject member, o;
  member.add("ID", id_of(b, "member")).add("name", "default");
  member.add("peerURLs", StringList{url}).add("clientURLs", StringList{url});
  o.add_raw("header", etcd_header(b)).add_raw("members", "[" + member.done() + "]");
  answer_plain(call, o.done() + "\n");
}

static std::string uuid_of(const Backend& backend) {
  std::string h = hex_encode(sha256(backend.cluster_id + "uuid").substr(0, 16));
  h[12] = '4';
  h[16] = 'a';
  return h.substr(0, 8) + "-" + h.substr(8, 4) + "-" + h.substr(12, 4) + "-" + h.substr(16, 4) + "-" + h.substr(20);
}

void cluster_id(CallPtr call) { answer_plain(call, json_quote(uuid_of(*call->backend)) + "\n"); }

static bool is_hex(const std::string& id) {
  uint64_t value = 0;
  auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), value, 16);
  return error == std::errc() && end == id.data() + id.size();
}

void cluster_change(CallPtr call) {
  const std::string& id = call->path.id;
  if (call->request.method != "POST" && !is_hex(id))
    return answer_text(call, 400, "bad id (" + id + "): strconv.ParseUint: parsing " + json_quote(id) + ": invalid syntax");
  if (call->backend->etcd) return etcd_members_change(call);
  if (call->request.method == "DELETE" && id != hex_of(id_of(*call->backend, "member")))
    return answer_text(call, 500, "etcdserver: member not found");
  std::string peers = query_get(call->request.query, "peer-addrs");
  if (call->request.method != "DELETE" && peers.empty()) return answer_text(call, 400, "missing peer-addrs form value");
  if (call->request.method != "DELETE" && peers.find("://") == peers.npos)
    return answer_text(call, 500, "URL scheme must be http, https, unix, or unixs: " + peers);
  if (call->request.method == "PUT" && id != hex_of(id_of(*call->backend, "member")))
    return answer_text(call, 500, "etcdserver: member not found");
  answer_text(call, 500, "a picket backend is a single node: its cluster cannot be changed");
}

// ---- tessen ----

void tessen_get(CallPtr call) {
  auto found = store_get(call->backend->store, "tessen", "", "config");
  if (!found.ok() && found.status.code != Err::not_found) return answer_unread(call, found.status);
  std::string body = found.ok() ? found.value.body : encode(TessenConfig{true});
  answer_json(call, 200, body, {{"ETag", etag_of(*call, body)}});
}

void tessen_put(CallPtr call) {
  std::string text;
  if (!call_body(call, 0, &text)) return;
  auto sent = decode<TessenConfig>(text, Unknown::drop);
  if (!sent.ok()) return answer_error(call, 500, 0, "json: cannot unmarshal: " + sent.status.message);
  std::string body = encode(sent.value);
  store_put(call, {"tessen", "", "config", body, 0}, StoreWrite::put, [call, body](Status s) {
    s.ok() ? answer_json(call, 200, body, {{"ETag", etag_of(*call, body)}}) : answer_status(call, s);
  });
}

void tessen_metrics(CallPtr call) {
  std::string_view body = body_is_form(call->request) ? std::string_view() : std::string_view(call->request.body);
  auto items = json_items(body);
  if (!items.ok()) return answer_error(call, 500, 0, body.empty() ? "EOF" : "json: " + items.status.message);
  answer_json(call, 200, json_compact(body));
}

}  // namespace picket
