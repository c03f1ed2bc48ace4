// backend/store/cluster_space.cc - see cluster_space.h.
#include "backend/store/cluster_space.h"

#include <algorithm>
#include <utility>

#include "common/os/os.h"
#include "common/text/log.h"

namespace picket {
namespace {

struct Room {
  std::weak_ptr<ClusterStore> store;
  std::vector<EtcdMember> members;  // the leader last
  std::vector<EtcdAlarm> alarms;
  uint64_t leader = 0;
  size_t next = 0;
  int64_t before = 0, after = 0;  // bytes of the largest file
};
using RoomPtr = std::shared_ptr<Room>;

EtcdWay way_to(const std::string& endpoint, int64_t timeout_ms = kClusterCallMs) {
  EtcdWay way;
  way.timeout_ms = timeout_ms;
  way.endpoint = endpoint;
  return way;
}

// Null: the store is being closed.
std::shared_ptr<ClusterStore> store_of(const RoomPtr& r) {
  auto c = r->store.lock();
  return c && !c->closed && !c->closing ? c : nullptr;
}

void given_up(const RoomPtr& r, const char* step, const Status& why) {
  if (auto c = r->store.lock()) c->making_room = false;
  log_error("cluster", "etcd is full, and no room could be made; it is tried again", {{"step", step}, {"error", why.message}});
}

std::string mb(int64_t bytes) { return std::to_string((bytes + (1 << 20) - 1) >> 20) + " MB"; }

// ---- the last step: the alarm ----

void made(const RoomPtr& r) {
  auto c = r->store.lock();
  if (!c) return;
  c->making_room = false;
  c->keeper_ms = 0;  // a checkpoint and trimming, if they are due
  log_warn("cluster", "etcd was full; its history was compacted, its members were defragmented and the alarm is off",
           {{"before", mb(r->before)}, {"after", mb(r->after)}});
}

void disarm_next(const RoomPtr& r) {
  auto c = store_of(r);
  if (!c) return;
  if (r->alarms.empty()) return made(r);
  const EtcdAlarm alarm = r->alarms.back();
  r->alarms.pop_back();
  if (alarm.kind != EtcdAlarm::no_space) return disarm_next(r);
  etcd_disarm(c->options.etcd, alarm, way_to(""), [r](const Result<std::vector<EtcdAlarm>>& a) {
    if (a.ok()) disarm_next(r);
    else given_up(r, "disarm", a.status);
  });
}

void disarm(const RoomPtr& r) {
  auto c = store_of(r);
  if (!c) return;
  c->room_made = "etcd was full: it was compacted and defragmented, its file went from " + mb(r->before) + " to " + mb(r->after) +
      "; if that comes again, look for what fills it, or raise etcd-quota-backend-bytes";
  etcd_alarms(c->options.etcd, way_to(""), [r](Result<std::vector<EtcdAlarm>> a) {
    if (!a.ok()) return given_up(r, "ask for alarms", a.status);
    r->alarms = std::move(a.value);
    disarm_next(r);
  });
}

// ---- every member's file, one after the other ----

void member_next(const RoomPtr& r);

const std::string& url_of(const EtcdMember& m) { return m.client_urls[0]; }

void size_look(const RoomPtr& r, const std::string& url) {
  auto c = store_of(r);
  if (!c) return;
  etcd_status(c->options.etcd, way_to(url), [r](const Result<EtcdStatus>& a) {
    if (a.ok()) r->after = std::max(r->after, a.value.db_bytes);
    member_next(r);
  });
}

// One that does not answer is left out: when it comes back it raises the alarm anew, and is looked after then.
void defragment(const RoomPtr& r, const EtcdMember& m) {
  auto c = store_of(r);
  if (!c) return;
  etcd_defragment(c->options.etcd, way_to(url_of(m), kSpaceDefragmentMs), [r, name = m.name, url = url_of(m)](const Result<EtcdHeader>& a) {
    if (!a.ok()) log_warn("cluster", "a member of etcd was not defragmented", {{"member", name}, {"error", a.status.message}});
    size_look(r, url);
  });
}

// The others go on without a pause while the old leader is defragmented. A lone one has nobody to give it to.
void leader_defragment(const RoomPtr& r, const EtcdMember& leader) {
  auto c = store_of(r);
  if (!c) return;
  auto heir = std::find_if(r->members.begin(), r->members.end(), [&](const EtcdMember& m) { return m.id != leader.id && !m.learner; });
  if (heir == r->members.end()) return defragment(r, leader);
  etcd_transfer_leadership(c->options.etcd, heir->id, way_to(url_of(leader)), [r, leader](const Result<EtcdHeader>& a) {
    if (!a.ok()) log_warn("cluster", "etcd's leadership was not given away", {{"member", leader.name}, {"error", a.status.message}});
    defragment(r, leader);
  });
}

void member_next(const RoomPtr& r) {
  if (r->next == r->members.size()) return disarm(r);
  const EtcdMember m = r->members[r->next++];
  if (m.id == r->leader) return leader_defragment(r, m);
  defragment(r, m);
}

// ---- who they are ----

void leader_last(Room& r) {
  std::stable_partition(r.members.begin(), r.members.end(), [&r](const EtcdMember& m) { return m.id != r.leader; });
}

void leader_ask(const RoomPtr& r) {
  auto c = store_of(r);
  if (!c) return;
  etcd_status(c->options.etcd, way_to(""), [r](const Result<EtcdStatus>& a) {
    if (!a.ok()) return given_up(r, "ask for the leader", a.status);
    r->leader = a.value.leader;
    r->before = a.value.db_bytes;
    leader_last(*r);
    member_next(r);
  });
}

void members_ask(const RoomPtr& r) {
  auto c = store_of(r);
  if (!c) return;
  etcd_member_list(c->options.etcd, way_to(""), [r](Result<EtcdMembers> a) {
    if (!a.ok()) return given_up(r, "ask for the members", a.status);
    for (EtcdMember& m : a.value.members)
      if (!m.client_urls.empty()) r->members.push_back(std::move(m));
    leader_ask(r);
  });
}

// ---- the first step: what is history ----

// Another may have compacted further: as good.
void compact(const RoomPtr& r, int64_t head) {
  auto c = store_of(r);
  if (!c) return;
  etcd_compact_file(c->options.etcd, head, way_to("", kSpaceDefragmentMs), [r](const Result<EtcdHeader>& a) {
    if (a.ok() || a.status.code == Err::precondition) members_ask(r);
    else given_up(r, "compact", a.status);
  });
}

bool is_ours(const ClusterStore& c, const EtcdRangeAnswer& registered) {
  return registered.kvs.empty() || registered.kvs[0].key == log_member_key(c.options.prefix, c.options.member);
}

void begin(const RoomPtr& r, const Result<EtcdRangeAnswer>& registered) {
  auto c = store_of(r);
  if (!c) return;
  if (!registered.ok()) return given_up(r, "ask who is registered", registered.status);
  if (is_ours(*c, registered.value)) return compact(r, registered.value.header.revision);
  c->making_room = false;
}

}  // namespace

void space_look(ClusterStore& c) {
  const int64_t now = os_mono_ms();
  if (!c.log.no_space || !c.options.compacts || c.making_room || now < c.room_ms) return;
  c.room_ms = now + kSpaceAgainMs;
  c.making_room = true;
  auto r = std::make_shared<Room>();
  r->store = c.weak_from_this();
  EtcdRange range;
  range.key = c.options.prefix + "m/";
  range.range_end = etcd_prefix_end(range.key);
  range.keys_only = true;
  etcd_range(c.options.etcd, range, way_to(""), [r](const Result<EtcdRangeAnswer>& a) { begin(r, a); });
}

}  // namespace picket
