// backend/store/cluster_copy.cc - this member's copy: compared with that of the others, given up, made anew, joined and left.
#include <cstdlib>
#include <utility>

#include "common/json/json.h"
#include "common/os/os.h"
#include "common/text/log.h"
#include "backend/store/cluster_checkpoint.h"
#include "backend/store/store_cluster_state.h"

namespace picket {

static constexpr const char* kGivenUp = ".given-up";

static DecisionsMark mark_in(std::string_view facts) {
  const std::string_view at = json_at(facts, {"mark"});
  const Result<std::string> hash = json_string(json_at(facts, {"hash"}));
  if (at.empty() || !hash.ok()) return {};
  return {json_int64(at).value, std::strtoull(hash.value.c_str(), nullptr, 10)};
}

// The next start finds the mark beside the file and makes another copy.
static void copy_given_up(ClusterStore& c, Status why) {
  if (std::exchange(c.failed, true)) return;
  if (Status s = os_write_file(c.store->path + kGivenUp, why.message); !s.ok())
    log_error("cluster", "this member's copy is to be made anew, and this cannot be written down: delete picket.db",
              {{"error", s.message}});
  cluster_open_failed(c, why);
  if (c.options.on_failure) c.options.on_failure(std::move(why));
}

static void copies_compare(ClusterStore& c) {
  std::vector<DecisionsMark> others;
  for (const auto& [name, m] : c.members.all)
    if (name != c.members.self && member_lives(c.members, name, os_mono_ms())) others.push_back(mark_in(m.facts));
  if (copy_differs(c.mark, others))
    copy_given_up(c,
                  fail(Err::internal,
                       "this member's copy differs from that of the others, at " + std::to_string(c.mark.at) +
                           " of the log; it is made anew at the next start. This is a defect, please report it"));
}

void cluster_members_heard(ClusterStore& c, LogMember member) {
  if (member.gone) return members_gone(c.members, member.name);
  members_heard(c.members, member.name, std::move(member.facts), os_mono_ms());
  if (!c.ready) copies_compare(c);
}

// The file of a checkpoint in place of the copy. Only while the member starts: nothing else knows of the old rows yet.
static Status copy_replace(ClusterStore& c, const std::string& file) {
  Store* s = c.store;
  applier_stop(c.applier);
  sqlite_writer_close(std::exchange(c.applier.sqlite, nullptr));
  sqlite_reader_let_go(s->reader);
  for (const char* tail : {"-wal", "-shm"}) (void)os_remove_file(s->path + tail);
  if (Status st = os_rename(file, s->path); !st.ok()) return st;
  Result<SqliteWriter*> writer = sqlite_writer_open(s->path, c.file_options);
  if (!writer.ok()) return writer.status;
  Result<LogState> state = sqlite_log_state(writer.value);
  if (!state.ok()) {
    sqlite_writer_close(writer.value);
    return state.status;
  }
  c.applier.sqlite = writer.value;
  c.applier.state = std::move(state.value);
  c.applier.stopping = false;
  c.applier.queue.clear();
  applier_start(c.applier);
  return sqlite_reader_open_again(s->reader);
}

static void copy_loaded(ClusterStore& c, const std::string& file, Status s) {
  if (s.ok()) s = copy_replace(c, file);
  if (!s.ok()) return cluster_open_failed(c, because("make this member's copy anew from a checkpoint", std::move(s)));
  const LogState& state = c.applier.reached;
  c.stats.applied = state.position;
  log_warn("cluster", "this member's copy was made anew from a checkpoint", {{"position", state.position}});
  const auto own = state.writers.find(c.options.member);
  cluster_log_rebuilt(c.log, state.position, own == state.writers.end() ? LogWriter{} : own->second, os_mono_ms());
  cluster_drive(c);
}

void cluster_rebuild(ClusterStore& c, int64_t trimmed) {
  if (!c.ready)
    return copy_given_up(
        c,
        fail(Err::io,
             "this member's copy ends at " + std::to_string(c.stats.applied) + ", the log begins after " + std::to_string(trimmed) +
                 ": it was cut off for too long; its next start makes it anew from a checkpoint"));
  const std::string file = c.store->path + ".checkpoint";
  checkpoint_load(c, file, [self = c.shared_from_this(), file](Status s) {
    if (!self->closed) copy_loaded(*self, file, std::move(s));
  });
}

// What an earlier process could not go on with.
void copy_given_up_remove(const std::string& path) {
  if (!os_exists(path + kGivenUp)) return;
  log_warn("cluster", "the copy that the process before gave up is deleted; another one is made", {{"path", path}});
  for (const char* tail : {"-wal", "-shm", "", kGivenUp}) (void)os_remove_file(path + tail);
}

// A store that was a backend's own has rows that no log knows.
Status copy_may_join(Store* s, const LogState& state) {
  if (!state.cluster.empty()) return {};
  Result<std::vector<StoredObject>> users = store_list(s, "users", "", "", "", 1);
  if (!users.ok()) return users.status;
  if (users.value.empty()) return {};
  return fail(
      Err::precondition,
      s->path +
          " has the data of a single backend, which the cluster's log does not know: `picket backend migrate --to-etcd` makes it the first "
          "state of a new cluster, and `picket backend migrate --to-sqlite` is the way back; move the file away to join a cluster that is there");
}

Status cluster_copy_leaves(SqliteWriter* writer) {
  Result<LogState> state = sqlite_log_state(writer);
  if (!state.ok() || state.value.cluster.empty()) return state.status;
  log_warn("store",
           "this file was a cluster member's copy and is a single backend's from now on: it cannot go back to the cluster as it is",
           {{"cluster", state.value.cluster}});
  return sqlite_log_leave(writer, state.value);
}

Result<bool> store_is_copy(const std::string& path) {
  Result<SqliteWriter*> writer = sqlite_writer_open(path, StoreOptions());
  if (!writer.ok()) return writer.status;
  const Result<LogState> state = sqlite_log_state(writer.value);
  sqlite_writer_close(writer.value);
  if (!state.ok()) return because("open " + path, state.status);
  return !state.value.cluster.empty();
}

}  // namespace picket
