// backend/etcd/etcd_members.cc - the list of members kept, and all of them asked for their health.
#include "backend/etcd/etcd_members.h"

#include <algorithm>
#include <utility>

#include "common/text/log.h"

namespace picket {

struct EtcdCluster {
  EtcdClient* client = nullptr;
  EtcdSettings settings;
  EtcdMembers members;
  EtcdClusterPtr self;  // until it is closed
  uv_timer_t timer{};
  bool closing = false;
  std::function<void()> done;
};

namespace {

constexpr const char* kComponent = "etcd";

EtcdWay asking(int64_t timeout_ms) {
  EtcdWay way;
  way.timeout_ms = timeout_ms;
  return way;
}

// ---- the list ----

EtcdMembers as_configured(const EtcdSettings& s) {
  EtcdMembers out;
  for (const EtcdPeer& peer : etcd_initial_peers(s.initial_cluster)) {
    EtcdMember m;
    m.name = peer.name;
    m.peer_urls = {peer.url};
    out.members.push_back(std::move(m));
  }
  return out;
}

void endpoints_set(EtcdCluster& c) {
  std::vector<std::string> urls = etcd_endpoints_of(c.settings);
  for (const EtcdMember& m : c.members.members)
    for (const std::string& url : m.client_urls)
      if (!m.learner && etcd_endpoint_check(url).ok() && std::find(urls.begin(), urls.end(), url) == urls.end()) urls.push_back(url);
  etcd_set_endpoints(c.client, urls);
}

void promote(const EtcdClusterPtr& c, const EtcdMember& m) {
  etcd_member_promote(c->client, m.id, asking(kEtcdAskMaxMs), [c, name = m.name](const Result<EtcdMembers>& r) {
    if (!r.ok() || c->closing) return;
    log_info(kComponent, "a learner is in sync and has become a member", {{"name", name}});
    etcd_cluster_changed(c, r.value);
  });
}

void refresh(const EtcdClusterPtr& c) {
  etcd_member_list(c->client, asking(kEtcdAskMaxMs), [c](const Result<EtcdMembers>& r) {
    if (!r.ok() || c->closing) return;
    etcd_cluster_changed(c, r.value);
    for (const EtcdMember& m : r.value.members)
      if (m.learner && !m.name.empty()) promote(c, m);
  });
}

// ---- health ----

struct Asked {
  EtcdClusterPtr cluster;
  EtcdHealth health;
  size_t waiting = 0;
  std::function<void(EtcdHealth)> done;
};
using AskedPtr = std::shared_ptr<Asked>;

void one_answered(const AskedPtr& a) {
  if (--a->waiting == 0) a->done(std::move(a->health));
}

std::string fault_of(const EtcdMember& m, const std::string& url, const EtcdStatus& s) {
  if (s.header.member_id != m.id)
    return "its client URL " + url + " leads to the member " + etcd_id_hex(s.header.member_id) +
        "; set etcd-advertise-client-urls to one that the others reach";
  if (s.leader == 0) return "etcdserver: no leader";
  return s.errors.empty() ? std::string() : s.errors.front();
}

// One that answers as it should outweighs the others of a member.
void ask_member(const AskedPtr& a, size_t i, int64_t timeout_ms) {
  const EtcdMember& m = a->health.members[i].member;
  if (m.name.empty()) a->health.members[i].error = "it has not started yet";
  else if (m.client_urls.empty()) a->health.members[i].error = "no etcd answers, so that its client URL is not known";
  auto well = std::make_shared<bool>(false);
  for (const std::string& url : m.client_urls) {
    EtcdWay way = asking(timeout_ms);
    way.endpoint = url;
    a->waiting++;
    etcd_status(a->cluster->client, way, [a, i, url, well](const Result<EtcdStatus>& r) {
      EtcdMemberHealth& h = a->health.members[i];
      const std::string fault = r.ok() ? fault_of(h.member, url, r.value) : r.status.message;
      *well = *well || fault.empty();
      h.error = *well ? "" : fault;
      if (r.ok() && r.value.header.raft_term > a->health.header.raft_term) a->health.header.raft_term = r.value.header.raft_term;
      one_answered(a);
    });
  }
}

void ask_alarms(const AskedPtr& a, int64_t timeout_ms) {
  EtcdWay way = asking(timeout_ms);
  way.attempt_ms = timeout_ms / 3;
  a->waiting++;
  etcd_alarms(a->cluster->client, way, [a](const Result<std::vector<EtcdAlarm>>& r) {
    a->health.alarms = r.value;
    one_answered(a);
  });
}

}  // namespace

EtcdClusterPtr etcd_cluster_open(uv_loop_t* loop, EtcdClient* client, const EtcdSettings& settings) {
  auto c = std::make_shared<EtcdCluster>();
  c->client = client;
  c->settings = settings;
  c->members = as_configured(settings);
  c->self = c;
  uv_timer_init(loop, &c->timer);
  c->timer.data = c.get();
  uv_timer_start(
      &c->timer, [](uv_timer_t* t) { refresh(static_cast<EtcdCluster*>(t->data)->self); }, 0, uint64_t(kEtcdMembersMs));
  return c;
}

void etcd_cluster_close(const EtcdClusterPtr& c, std::function<void()> done) {
  c->closing = true;
  c->done = std::move(done);
  uv_close(reinterpret_cast<uv_handle_t*>(&c->timer), [](uv_handle_t* t) {
    const EtcdClusterPtr cluster = std::move(static_cast<EtcdCluster*>(t->data)->self);
    if (cluster->done) cluster->done();
  });
}

const EtcdMembers& etcd_cluster_members(const EtcdCluster& c) { return c.members; }

void etcd_cluster_changed(const EtcdClusterPtr& c, const EtcdMembers& members) {
  if (c->closing || members.members.empty()) return;
  c->members = members;
  endpoints_set(*c);
}

void etcd_cluster_health(const EtcdClusterPtr& c, int64_t timeout_ms, std::function<void(EtcdHealth)> done) {
  auto a = std::make_shared<Asked>();
  a->cluster = c;
  a->done = std::move(done);
  a->health.header = c->members.header;
  for (const EtcdMember& m : c->members.members) a->health.members.push_back({m, ""});
  for (size_t i = 0; i < a->health.members.size(); i++) ask_member(a, i, timeout_ms);
  ask_alarms(a, timeout_ms);
}

}  // namespace picket
