// backend/cluster/owner.cc - members that live, and rendezvous hashing over them.
#include "backend/cluster/owner.h"

#include <algorithm>

namespace picket {
namespace {

// FNV-1a over both texts, then mixed: alike names must not give alike weights.
uint64_t weight(std::string_view what, std::string_view member) {
  uint64_t h = 0xcbf29ce484222325u;
  const auto add = [&h](char c) { h = (h ^ static_cast<uint8_t>(c)) * 0x100000001b3u; };
  for (char c : what) add(c);
  add('\0');
  for (char c : member) add(c);
  h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdu;
  h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53u;
  return h ^ (h >> 33);
}

}  // namespace

void members_heard(ClusterMembers& members, std::string_view name, std::string facts, int64_t now_ms) {
  ClusterMember& m = members.all[std::string(name)];
  m.facts = std::move(facts);
  m.heard_ms = now_ms;
  m.gone = false;
}

void members_gone(ClusterMembers& members, std::string_view name) {
  if (auto it = members.all.find(name); it != members.all.end()) it->second.gone = true;
}

void members_stalled(ClusterMembers& members, int64_t now_ms) {
  for (auto& [name, m] : members.all) m.heard_ms = now_ms;
}

bool member_lives(const ClusterMembers& members, std::string_view name, int64_t now_ms) {
  if (name == members.self) return true;
  const auto it = members.all.find(name);
  return it != members.all.end() && now_ms - it->second.heard_ms < kMemberDeadMs;
}

std::vector<std::string> members_living(const ClusterMembers& members, int64_t now_ms) {
  std::vector<std::string> out;
  bool with_self = false;
  for (const auto& [name, m] : members.all) {
    if (!member_lives(members, name, now_ms)) continue;
    out.push_back(name);
    with_self |= name == members.self;
  }
  if (!with_self && !members.self.empty()) out.push_back(members.self);
  std::sort(out.begin(), out.end());
  return out;
}

std::string owner_of(std::string_view what, const std::vector<std::string>& living) {
  const std::string* best = nullptr;
  uint64_t most = 0;
  for (const std::string& m : living) {
    const uint64_t w = weight(what, m);
    if (best && (w < most || (w == most && m > *best))) continue;
    best = &m;
    most = w;
  }
  return best ? *best : std::string();
}

bool owner_is_self(const ClusterMembers& members, std::string_view what, std::string_view seat, int64_t now_ms) {
  if (!seat.empty() && member_lives(members, seat, now_ms)) return seat == members.self;
  return owner_of(what, members_living(members, now_ms)) == members.self;
}

}  // namespace picket
