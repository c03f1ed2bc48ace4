// backend/store/store.h - the storage interface: objects, events, steps of metrics. SQLite implements it; sqlite*.cc are the only
// files with SQL in them (migrations: backend/schema/NNN_name.sql).
//
// Reads are synchronous and see every write that was handed in before (pending writes are overlaid). Writes are queued
// to one writer thread that commits groups (at most one group in kStoreCommitMs, kStoreCommitMax operations in it) and
// reports on the loop, in order (but for what is refused while nothing can be written, see writer.h). What `done` reports as ok survives
// kill -9, and a power cut unless StoreOptions says
// otherwise. Preconditions (create, put_if_revision, del, check_namespace) are decided when the write is handed in, and that is what
// readers see from then on; `done` has the last word, and a cache of what was handed in is corrected then.
// A commit that fails (disk full, read-only, damaged) fails every write that waits at that moment with
// Err::unavailable, and the store is `degraded`: one write in kStoreRetryMs is tried, the others are refused at once,
// until one succeeds. When the disk or the file is the reason, that one opens the file anew, at its path: a disk that was
// repaired, remounted or brought back is written again without a restart, if it holds the same database (StoreFault).
// What was refused so is as if it had never been handed in, but for what must happen all the same (StoreWrite::keep, and every
// put_event): that is kept and seen by readers, and tried again until it is written, unless a newer write of the same row is.
// Absent is Err::not_found and nothing else: whatever other error a read gives, it may be there.
// The interface is narrow because a second implementation follows, over a log that several backends write. So a revision is compared
// and never computed with, order is a change's `position`, what is made once (an id, a secret) is made by `create`, and what makes a
// batch durable is a committer (committer.h); reads are of the local copy.
#pragma once
#include <uv.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"
#include "common/types/types.h"
#include "common/basic/quantiles.h"
#include "backend/event/event_key.h"

namespace picket {

inline constexpr int kStoreCommitMs = 2;                  // a lone write is committed at once
inline constexpr int kStoreRetryMs = 1000;                // degraded: time between two attempts
inline constexpr int kStoreRetryDamagedMs = 30'000;       // when the file is damaged: an attempt reads through it
inline constexpr int kStoreCommitMax = 1000;              // operations in one transaction
inline constexpr size_t kStoreQueueMax = 64u << 20;       // bytes waiting for the writer; beyond it writes are refused: unavailable
inline constexpr size_t kStoreKeptMax = 100'000;          // rows kept while nothing can be written; further ones are lost, and said to be
inline constexpr size_t kStoreKeptBytesMax = 256u << 20;  // and their bytes. Deletions are always kept

struct Store;

// An object of any kind ("checks", "entities", "users", "silenced", "apikeys", "jwt", ...). Cluster-wide kinds: ns "".
struct StoredObject {
  std::string kind, ns, name;
  std::string body;      // JSON, opaque to the store
  int64_t revision = 0;  // another one with every write; compared, never computed with
};

// One event. The entity's text is kept once per content, not once per event.
struct StoredEvent {
  EventKey key;
  std::string head;                                // JSON of the event without "entity"
  std::shared_ptr<const std::string> entity_json;  // put_event: null = the stored event keeps the text it has
  int64_t revision = 0;
  int64_t last_seen = 0;  // of the entity, in place of the one in its text; 0 = the text says it
};

// One step of an event's metric history (metric_ring.h); what `data` and `series` mean is its owner's affair.
struct StoredStep {
  EventKey key;    // check "": metrics of no check
  int64_t at = 0;  // unix seconds; a newer step takes the slot
  int64_t slot = 0;
  std::string data;
  std::shared_ptr<const std::string> series;  // once per event; null: as it is
};

struct StoreWrite {
  enum Op {
    put,              // create or replace
    create,           // Err::exists when there
    put_if_revision,  // Err::precondition when `revision` is not the present one
    del,              // Err::not_found when absent
    drop,             // delete; fine when absent
    put_event,
    del_event,
    put_step,
    del_steps,  // all of that event, and their series; fine when there are none
    follow,     // of a cluster: put, Err::denied unless the row has `revision` (0: is absent)
    touch,      // of a cluster: another revision for the row, whatever it holds then; `body` is for when it is absent
  } op = put;
  StoredObject object;  // or:
  StoredEvent event;    // or:
  std::shared_ptr<StoredStep> step;
  // Fails the write with Err::not_found `namespace` when that namespace object does not exist.
  bool check_namespace = false;
  // put_event: event.revision is the revision of the state that it was merged with (0: there was none, kAnyToken: it does not matter),
  // and this the one it gets (store_token). A store alone looks at neither.
  int64_t token = 0;
  // It must happen: refused for now (Err::unavailable), it is seen by readers and tried again until it is written, or a newer
  // write of the same row is. What ends a right or a countdown is of this kind. Events (put_event) always are.
  bool keep = false;
};

// Writes by what they do.
StoreWrite write_put(std::string kind, std::string_view ns, std::string_view name, std::string body);
StoreWrite write_create(std::string kind, std::string_view ns, std::string_view name, std::string body);
StoreWrite write_del(std::string kind, std::string_view ns, std::string_view name);
StoreWrite write_drop(std::string kind, std::string_view ns, std::string_view name);
StoreWrite write_event(StoredEvent event);
StoreWrite write_event_del(const EventKey& key);
StoreWrite write_step(std::shared_ptr<StoredStep> step);
StoreWrite write_steps_del(const EventKey& key);
StoreWrite write_kept(StoreWrite write);  // the same, and it must happen

using StoreDone = std::function<void(Status)>;

// Why the store takes no writes.
enum class StoreFault {
  none,
  full,       // no room
  read_only,  // the file system or the file takes no writes
  io,         // the disk fails
  damaged,    // the file is no database any more, or not in order
  moved,      // the file is not at its path: nothing of it is held open until it, and not another, is there again
  other,
};

// Takes (true) and gives back (false) the claim on the state directory; called on the writer's thread while the file is away.
using ClaimState = std::function<Status(bool)>;

struct StoreOptions {
  bool full_sync = true;  // false: a power cut may take the last commits (kill -9 still takes none)
  ClaimState claim;       // may be empty
  bool hold = false;      // nothing is committed before store_begin
  int retry_ms = kStoreRetryMs;
};
// Runs migrations; refuses newer schemas and damaged files with a sentence on what to do.
Result<Store*> store_open(uv_loop_t* loop, const std::string& path, const StoreOptions& options = {});
void store_close(Store* store, std::function<void()> done);  // commits what is queued

// The same file can be this member's copy of what a cluster has (store_cluster.h opens it). What is different then: `done` comes when the
// members' log has the batch and this copy has applied it, and a batch may be refused after readers saw it. For a batch with an event,
// Err::precondition means: it was merged with a state that is not the stored one, or builds on a batch that was refused so; it is to be
// merged again, in the order in which `done` is called. Err::denied: a row of it (`follow`) is another member's now. A batch that was on
// its way when the quorum went is reported as Err::unavailable, and may still come to pass.
bool store_is_clustered(const Store* store);
int64_t store_token(Store* store);  // for StoreWrite::token; 0: the store is alone

// For a start: what is handed in waits (and is seen by readers) until everything that had to be read was read. Without it
// store_close writes nothing: a start that failed half-way has changed nothing.
void store_begin(Store* store);

// One transaction: all or nothing. `done` never runs inside the call; when it is empty, what is refused is logged.
void store_write(Store* store, std::vector<StoreWrite> batch, StoreDone done);
// The same, and says what is known already: ok = handed to the disk, else what `done` will get.
Status store_hand_in(Store* store, std::vector<StoreWrite> batch, StoreDone done);

Result<StoredObject> store_get(Store* store, std::string_view kind, std::string_view ns, std::string_view name);
// In byte order of (ns, name); ns "" = all namespaces (for namespaced kinds). `after`: strictly after (ns, name).
// A list is whole or an error.
Result<std::vector<StoredObject>> store_list(Store* store, std::string_view kind, std::string_view ns, std::string_view after_ns,
                                             std::string_view after_name, int64_t limit /* 0 = all */);
Result<std::vector<StoredObject>> store_list(Store* store, std::string_view kind);  // all of that kind
Result<StoredEvent> store_get_event(Store* store, const EventKey& key);
// It is seen by readers and not on the disk yet: handed in, or kept.
bool store_event_is_pending(const Store* store, const EventKey& key);
// In the order of their keys; ns "" = of all namespaces, entity "" = of all entities. `after`: strictly after that one.
Result<std::vector<StoredEvent>> store_list_events(Store* store, std::string_view ns, std::string_view entity, const EventKey& after,
                                                   int64_t limit);

// The steps of one event from `from` on, in order of time; and the series of all events (steps without data).
Result<std::vector<StoredStep>> store_list_steps(Store* store, const EventKey& key, int64_t from);
Result<std::string> store_get_step(Store* store, const StoredStep& step);  // data of the step named by event, `at` and slot
Result<std::vector<StoredStep>> store_list_series(Store* store);

// How many reads have failed, and what the last one said.
int64_t store_read_failures(const Store* store, Status* last);

// Every committed change but steps, in order, on the loop. For caches (scheduler, silences, RBAC), watches and sessions.
struct StoreChange {
  bool deleted = false;
  bool is_event = false;
  std::string kind, ns, name, check;
  int64_t revision = 0;                  // of the row
  int64_t position = 0;                  // of the change: grows from one to the next, over restarts, too
  const StoredObject* object = nullptr;  // as committed, for the length of the call; null: deleted, or an event
  bool own = true;                       // of this backend; false: another member of the cluster wrote it
  const StoredEvent* event = nullptr;    // of another member, as committed, for the length of the call; null: deleted, or an object
  std::string_view member;               // who wrote it, when it was another
};
// Watches are for the life of the store. `with_events` false: changes of events are not reported to this one.
void store_watch(Store* store, std::function<void(const StoreChange&)> on_change, bool with_events = true);

// Gets every event that could not even be kept (kStoreKeptMax): the next one of it has to be written whole.
void store_on_lost(Store* store, std::function<void(const StoredEvent&)> on_lost);

struct StoreStats {
  int64_t commits = 0, writes = 0, queued_bytes = 0, last_commit_us = 0, errors = 0;
  int64_t kept = 0, lost = 0;  // rows that wait until something can be written; and those that were too many
  bool degraded = false;
};
Status store_failure(const Store* store);  // why it is degraded, and what to do about it; ok = it is not
StoreStats store_stats(const Store* store);
const Summary& store_commit_times(const Store* store);       // microseconds of transactions
Status store_is_ours(const std::string& path);               // a database of a picket backend that has been started once
Status store_backup(Store* store, const std::string& path);  // online, consistent; on a worker thread of the caller

}  // namespace picket
