// backend/endpoints/etcd_members_api.cc - health and members of a cluster, in the reference's words, from its etcd.
#include <charconv>

#include "backend/endpoints/endpoints.h"
#include "backend/etcd/etcd_part.h"
#include "common/text/url.h"

namespace picket {
namespace {

constexpr int64_t kAnswerMs = 200;  // of an operator's time: for our own part, so that the answer comes before they give up

std::string header_json(const EtcdHeader& h) {
  JsonObject o;
  o.add("cluster_id", h.cluster_id).add("member_id", h.member_id);
  if (h.raft_term > 0) o.add("raft_term", h.raft_term);
  return o.done();
}

// As Go writes etcd's struct: what is empty is left out.
std::string member_json(const EtcdMember& m) {
  JsonObject o;
  o.add("ID", m.id);
  if (!m.name.empty()) o.add("name", m.name);
  if (!m.peer_urls.empty()) o.add("peerURLs", m.peer_urls);
  if (!m.client_urls.empty()) o.add("clientURLs", m.client_urls);
  if (m.learner) o.add("isLearner", true);
  return o.done();
}

std::string members_json(const EtcdMembers& members) {
  JsonObject o;
  std::string list = "[";
  o.add_raw("header", header_json(members.header));
  for (const EtcdMember& m : members.members) {
    list += (list.size() > 1 ? "," : "") + member_json(m);
    if (members.added != 0 && m.id == members.added) o.add_raw("member", member_json(m));
  }
  o.add_raw("members", list + "]");
  return o.done() + "\n";
}

std::string health_json(const EtcdHealth& h) {
  JsonObject o;
  std::string members = "[", alarms = "[";
  for (const EtcdAlarm& a : h.alarms)
    alarms += (alarms.size() > 1 ? "," : "") + JsonObject().add("memberID", a.member_id).add("alarm", int(a.kind)).done();
  for (const EtcdMemberHealth& m : h.members) {
    JsonObject one;
    one.add("MemberID", m.member.id).add("MemberIDHex", etcd_id_hex(m.member.id)).add("Name", m.member.name);
    one.add("Err", m.error).add("Healthy", m.error.empty());
    members += (members.size() > 1 ? "," : "") + one.done();
  }
  o.add_raw("Alarms", h.alarms.empty() ? "null" : alarms + "]").add_raw("ClusterHealth", members + "]");
  return o.add_raw("Header", header_json(h.header)).done() + "\n";
}

EtcdWay operators_way(int64_t timeout_ms) {
  EtcdWay way;
  way.timeout_ms = timeout_ms - kAnswerMs;
  way.attempt_ms = way.timeout_ms / 3;
  return way;
}

void answer_members(const CallPtr& call, const Result<EtcdMembers>& r) {
  if (r.ok()) return answer(call, 200, members_json(r.value), {{"Content-Type", "text/plain; charset=utf-8"}});
  const bool down = r.status.code == Err::unavailable || r.status.code == Err::timeout;
  answer_text(call, down ? 503 : 500, r.status.message);
}

std::vector<std::string> addresses(const CallPtr& call) {
  std::vector<std::string> out;
  const std::string text = query_get(call->request.query, "peer-addrs");
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    if (end > at) out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

bool addresses_valid(const CallPtr& call, const std::vector<std::string>& urls) {
  if (urls.empty()) return answer_text(call, 400, "missing peer-addrs form value"), false;
  for (const std::string& url : urls) {
    if (url.find("://") == std::string::npos)
      return answer_text(call, 500, "URL scheme must be http, https, unix, or unixs: " + url), false;
    if (Status s = etcd_endpoint_check(url); !s.ok()) return answer_text(call, 500, s.message), false;
  }
  return true;
}

}  // namespace

void etcd_health_json(Backend* b, int64_t timeout_ms, std::function<void(std::string)> done) {
  etcd_cluster_health(b->etcd->cluster, timeout_ms - kAnswerMs, [done = std::move(done)](const EtcdHealth& h) { done(health_json(h)); });
}

void etcd_members_get(const CallPtr& call, int64_t timeout_ms) {
  etcd_member_list(call->backend->etcd->client, operators_way(timeout_ms),
                   [call](const Result<EtcdMembers>& r) { answer_members(call, r); });
}

// A new member is a learner: one with a wrong address costs nobody the quorum. It is promoted when it is in sync (etcd_members.h).
void etcd_members_change(const CallPtr& call) {
  const Etcd& etcd = *call->backend->etcd;
  const std::vector<std::string> urls = addresses(call);
  const std::string& method = call->request.method;
  if (method != "DELETE" && !addresses_valid(call, urls)) return;
  uint64_t id = 0;
  std::from_chars(call->path.id.data(), call->path.id.data() + call->path.id.size(), id, 16);
  auto done = [call, cluster = etcd.cluster](const Result<EtcdMembers>& r) {
    if (r.ok()) etcd_cluster_changed(cluster, r.value);
    answer_members(call, r);
  };
  const EtcdWay way = operators_way(kEtcdAskMaxMs);
  if (method == "POST") return etcd_member_add(etcd.client, urls, true, way, done);
  if (method == "PUT") return etcd_member_update(etcd.client, id, urls, way, done);
  etcd_member_remove(etcd.client, id, way, done);
}

}  // namespace picket
