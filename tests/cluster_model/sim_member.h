// tests/cluster_model/sim_member.h - a member over the machine: a copy of what is stored, merged counters, what it waits for.
//
// What it writes are counters that several members count up: each write is merged with the newest state that its member knows, and
// carries the token of that state. A refused one is merged again, with everything of the same counter that was merged after it, in order.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "backend/cluster/cluster_apply.h"
#include "backend/cluster/cluster_log.h"

namespace picket {

struct SimRow { int64_t token = 0, count = 0; uint64_t id = 0; };

struct SimCopy {  // what a commit leaves on the disk
  int64_t position = 0;
  LogWriters writers;
  std::map<std::string, SimRow> rows;
  uint64_t hash = 0;
};

enum class Fate { waits, stored, refused, unknown };

struct SimMember {
  std::string name;
  bool up = false;
  int64_t stopped_until_ms = 0;  // SIGSTOP
  uint64_t life = 0;             // which process
  SimCopy copy;
  ClusterLog log;
  std::deque<LogApply> to_apply;
  bool rebuild = false;    // asked for
  int64_t watch_from = 0;  // 0: no watch
  size_t watch_at = 0;
  bool reads = true;

  struct Merged { uint64_t id = 0; std::string counter; int64_t token = 0, count = 0; bool is_create = false; };
  int64_t tokens = 0, series = 0;
  uint64_t tags = 0;
  std::map<uint64_t, Merged> waiting;                // by tag
  std::map<std::string, std::deque<Merged>> merged;  // by counter: in flight, in order
};

using Fates = std::map<uint64_t, Fate>;  // of every id

void sim_member_start(SimMember& m, int64_t now_ms);
void sim_member_kill(SimMember& m);
void sim_member_count(SimMember& m, const std::string& counter, uint64_t id, int64_t now_ms);
void sim_member_create(SimMember& m, const std::string& name, uint64_t id, int64_t now_ms);
void sim_member_apply(SimMember& m, Fates& fates, int64_t now_ms);  // the oldest of what waits
void sim_member_forget(SimMember& m, const std::vector<uint64_t>& tags, Fates& fates, Fate fate);

// A record applied to a copy; what became of each batch.
std::vector<BatchVerdict> sim_apply(SimCopy& copy, int64_t position, const std::string& value);
uint64_t sim_id_of(const LogOp& op);

}  // namespace picket
