// backend/cluster/owner.h - who of the members acts on what: the members that are heard of, and a choice on which all of them agree.
//
// Nobody is asked and nothing is locked. Two members that choose differently for a moment, because one has not heard of a third yet,
// both act; what they write builds on the same token, and the second of it is refused (cluster_apply.h).
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace picket {

inline constexpr int64_t kMemberDeadMs = 10'000;  // without a heartbeat a member is dead to the others from then on

struct ClusterMember {
  std::string facts;     // JSON of its last heartbeat
  int64_t heard_ms = 0;  // when that came, by our own clock
  bool gone = false;     // its key went away: its lease has ended, or it left
};

struct ClusterMembers {
  std::string self;  // always lives, whatever is heard
  std::map<std::string, ClusterMember, std::less<>> all;
};

void members_heard(ClusterMembers& members, std::string_view name, std::string facts, int64_t now_ms);
void members_gone(ClusterMembers& members, std::string_view name);
// We have not run for a while (the process was stopped): nobody could be heard, so nobody is dead for it.
void members_stalled(ClusterMembers& members, int64_t now_ms);
bool member_lives(const ClusterMembers& members, std::string_view name, int64_t now_ms);
std::vector<std::string> members_living(const ClusterMembers& members, int64_t now_ms);  // with ourselves, in order of their names

// The highest hash of (what, member): when a member goes, only what was its own moves to others. "" = there is nobody.
std::string owner_of(std::string_view what, const std::vector<std::string>& living);
// Whether we act: the seat's member while it lives (`seat` "" = nobody has it), else the one whom the hash chooses.
bool owner_is_self(const ClusterMembers& members, std::string_view what, std::string_view seat, int64_t now_ms);

}  // namespace picket
