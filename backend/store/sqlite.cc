// backend/store/sqlite.cc - the connection that writes: migrations, one transaction per group, the texts of entities once per content.
#include "backend/store/sqlite.h"

#include <cstring>
#include <unordered_map>
#include <unordered_set>

#include "common/tls/crypto.h"
#include "backend/store/sqlite_db.h"
#include "backend/store/sqlite_open.h"
#include "backend/store/sqlite_steps.h"

namespace picket {
namespace {

// 62 bits of SHA-256: equal texts share a row, and nobody can make two texts meet.
int64_t text_id(std::string_view text) {
  std::string hash = sha256(text);
  uint64_t id = 0;
  std::memcpy(&id, hash.data(), sizeof id);
  return static_cast<int64_t>(id >> 2) + 1;
}

}  // namespace

// ---- the writer ----

struct SqliteWriter {
  Db db;  // null: given up, because its file is not at its path any more
  std::string path;
  bool full_sync = true;
  ClaimState claim;
  DatabaseIdentity known;               // what was committed
  StoreFault fault = StoreFault::none;  // of the last transaction
  Stmt put_object, delete_object, find_event, insert_event, update_event, update_head, delete_event, put_text, delete_text, put_revision;
  Stmt object_revision, event_revision, touch_object, put_meta, get_meta;  // of a cluster's member
  StepStatements steps;
  std::unordered_set<int64_t> texts;  // entity_texts.id of some that are there: they need not be written again
  // The text each entity had last: the same pointer is the same content, and is not hashed again.
  struct LastText {
    std::shared_ptr<const std::string> text;
    int64_t id = 0;
  };
  std::unordered_map<std::string, LastText> last_texts;
};

namespace {

constexpr size_t kLastTextsMax = 100'000;  // beyond it they are forgotten and hashed anew
constexpr size_t kTextsMax = 1'000'000;    // beyond it they are forgotten and written anew

Status writer_prepare(SqliteWriter* w) {
  return db_prepare_all(
      w->db.get(),
      {
          {&w->put_object,
           "INSERT INTO objects(kind,ns,name,body,revision) VALUES(?1,?2,?3,?4,?5) "
           "ON CONFLICT(kind,ns,name) DO UPDATE SET body=excluded.body, revision=excluded.revision"},
          {&w->delete_object, "DELETE FROM objects WHERE kind=?1 AND ns=?2 AND name=?3"},
          {&w->find_event, "SELECT rowid, entity_text FROM events WHERE ns=?1 AND entity=?2 AND check_name=?3"},
          {&w->insert_event,
           "INSERT INTO events(ns,entity,check_name,entity_text,revision,head,last_seen) "
           "VALUES(?1,?2,?3,?4,?5,?6,?7)"},
          {&w->update_event, "UPDATE events SET entity_text=?2, revision=?3, head=?4, last_seen=?5 WHERE rowid=?1"},
          {&w->update_head, "UPDATE events SET revision=?4, head=?5, last_seen=?6 WHERE ns=?1 AND entity=?2 AND check_name=?3"},
          {&w->delete_event, "DELETE FROM events WHERE rowid=?1"},
          {&w->put_text, "INSERT OR IGNORE INTO entity_texts(id,text) VALUES(?1,?2)"},
          {&w->delete_text, "DELETE FROM entity_texts WHERE id=?1 AND NOT EXISTS (SELECT 1 FROM events WHERE entity_text=?1)"},
          {&w->put_revision,
           "INSERT INTO meta(key,value) VALUES('revision',?1) "
           "ON CONFLICT(key) DO UPDATE SET value=excluded.value"},
          {&w->object_revision, "SELECT revision FROM objects WHERE kind=?1 AND ns=?2 AND name=?3"},
          {&w->event_revision, "SELECT revision FROM events WHERE ns=?1 AND entity=?2 AND check_name=?3"},
          {&w->touch_object,
           "INSERT INTO objects(kind,ns,name,body,revision) VALUES(?1,?2,?3,?4,?5) "
           "ON CONFLICT(kind,ns,name) DO UPDATE SET revision=excluded.revision"},
          {&w->put_meta, "INSERT INTO meta(key,value) VALUES(?1,?2) ON CONFLICT(key) DO UPDATE SET value=excluded.value"},
          {&w->get_meta, "SELECT value FROM meta WHERE key=?1"},
      });
}

// What was remembered of a transaction that did not come to pass, or of another connection.
void texts_forget(SqliteWriter* w) {
  w->last_texts.clear();
  w->texts.clear();
}

// Statements end before their connection does.
void writer_let_go(SqliteWriter* w) {
  for (Stmt* s : {&w->put_object, &w->delete_object, &w->find_event, &w->insert_event, &w->update_event, &w->update_head, &w->delete_event,
                  &w->put_text, &w->delete_text, &w->put_revision, &w->object_revision, &w->event_revision, &w->touch_object, &w->put_meta,
                  &w->get_meta})
    s->reset();
  w->steps = {};
  texts_forget(w);
  w->db.reset();
}

// An event has let go of its text: it goes when it was the last.
Status text_released(SqliteWriter* w, int64_t id) {
  w->texts.erase(id);  // it may be gone
  ResetGuard guard{w->delete_text.get()};
  sqlite3_bind_int64(guard.s, 1, id);
  return db_run(w->db.get(), guard.s, "delete an entity text");
}

// Id of the event's entity text; the row exists afterwards.
Result<int64_t> text_put(SqliteWriter* w, const StoredEvent& event) {
  if (w->last_texts.size() > kLastTextsMax) w->last_texts.clear();
  SqliteWriter::LastText& last = w->last_texts[event.key.text.substr(0, event.key.check_at)];
  if (!last.text || (last.text != event.entity_json && *last.text != *event.entity_json)) {
    last.id = text_id(*event.entity_json);
    last.text = event.entity_json;
  }
  if (w->texts.count(last.id)) return last.id;
  ResetGuard guard{w->put_text.get()};
  sqlite3_bind_int64(guard.s, 1, last.id);
  bind_text(guard.s, 2, *event.entity_json);
  if (Status s = db_run(w->db.get(), guard.s, "write an entity text"); !s.ok()) return s;
  if (w->texts.size() > kTextsMax) w->texts.clear();
  w->texts.insert(last.id);
  return last.id;
}

struct EventRow {
  int64_t rowid = 0, text = 0;
};

Result<EventRow> event_find(SqliteWriter* w, const StoredEvent& event) {
  ResetGuard guard{w->find_event.get()};
  bind_key(guard.s, 1, event.key);
  const int rc = sqlite3_step(guard.s);
  if (rc == SQLITE_DONE) return EventRow{};
  if (rc != SQLITE_ROW) return db_error(w->db.get(), "find an event");
  return EventRow{sqlite3_column_int64(guard.s, 0), sqlite3_column_int64(guard.s, 1)};
}

// The frequent case: only the head has changed.
Status event_update_head(SqliteWriter* w, const StoredEvent& event, int64_t revision) {
  ResetGuard guard{w->update_head.get()};
  bind_key(guard.s, 1, event.key);
  sqlite3_bind_int64(guard.s, 4, revision);
  bind_text(guard.s, 5, event.head);
  sqlite3_bind_int64(guard.s, 6, event.last_seen);
  return db_run(w->db.get(), guard.s, "write an event");
}

Status event_insert(SqliteWriter* w, const StoredEvent& event, int64_t text, int64_t revision) {
  ResetGuard guard{w->insert_event.get()};
  bind_key(guard.s, 1, event.key);
  sqlite3_bind_int64(guard.s, 4, text);
  sqlite3_bind_int64(guard.s, 5, revision);
  bind_text(guard.s, 6, event.head);
  sqlite3_bind_int64(guard.s, 7, event.last_seen);
  return db_run(w->db.get(), guard.s, "write an event");
}

Status event_update(SqliteWriter* w, int64_t rowid, const StoredEvent& event, int64_t text, int64_t revision) {
  ResetGuard guard{w->update_event.get()};
  sqlite3_bind_int64(guard.s, 1, rowid);
  sqlite3_bind_int64(guard.s, 2, text);
  sqlite3_bind_int64(guard.s, 3, revision);
  bind_text(guard.s, 4, event.head);
  sqlite3_bind_int64(guard.s, 5, event.last_seen);
  return db_run(w->db.get(), guard.s, "write an event");
}

Status event_put(SqliteWriter* w, const StoredEvent& event, int64_t revision) {
  if (!event.entity_json) return event_update_head(w, event, revision);
  Result<EventRow> row = event_find(w, event);
  if (!row.ok()) return row.status;
  Result<int64_t> text = text_put(w, event);
  if (!text.ok()) return text.status;
  if (row.value.rowid == 0) return event_insert(w, event, text.value, revision);
  if (Status s = event_update(w, row.value.rowid, event, text.value, revision); !s.ok()) return s;
  return row.value.text == text.value ? Status{} : text_released(w, row.value.text);
}

Status event_drop(SqliteWriter* w, const StoredEvent& event) {
  Result<EventRow> row = event_find(w, event);
  if (!row.ok() || row.value.rowid == 0) return row.status;
  ResetGuard guard{w->delete_event.get()};
  sqlite3_bind_int64(guard.s, 1, row.value.rowid);
  if (Status s = db_run(w->db.get(), guard.s, "delete an event"); !s.ok()) return s;
  return text_released(w, row.value.text);
}

Status object_write(SqliteWriter* w, const StoreOp& op) {
  sqlite3_stmt* put = op.write == StoreWrite::touch ? w->touch_object.get() : w->put_object.get();
  ResetGuard guard{op.deleted ? w->delete_object.get() : put};
  bind_text(guard.s, 1, op.object.kind);
  bind_text(guard.s, 2, op.object.ns);
  bind_text(guard.s, 3, op.object.name);
  if (op.deleted) return db_run(w->db.get(), guard.s, "delete an object");
  bind_text(guard.s, 4, op.object.body);
  sqlite3_bind_int64(guard.s, 5, op.revision);
  return db_run(w->db.get(), guard.s, "write an object");
}

Status op_apply(SqliteWriter* w, const StoreOp& op) {
  switch (op.kind) {
    case StoreOp::of_object: return object_write(w, op);
    case StoreOp::of_event: return op.deleted ? event_drop(w, op.event) : event_put(w, op.event, op.revision);
    case StoreOp::of_step: return op.deleted ? steps_drop(w->db.get(), w->steps, *op.step) : step_put(w->db.get(), w->steps, *op.step);
  }
  return {};
}

// An object that is written several times in one transaction is written once: streams put the number of their last
// event with every event.
std::vector<bool> superseded(const std::vector<const StoreOp*>& ops) {
  std::vector<bool> out(ops.size());
  std::unordered_set<std::string> seen;
  for (size_t i = ops.size(); i-- > 0;) {
    const StoredObject& o = ops[i]->object;
    if (ops[i]->kind == StoreOp::of_object) out[i] = !seen.insert(o.kind + '\0' + o.ns + '\0' + o.name).second;
  }
  return out;
}

Status revision_put(SqliteWriter* w, int64_t number) {
  ResetGuard guard{w->put_revision.get()};
  const std::string revision = std::to_string(number);
  bind_text(guard.s, 1, revision);
  return db_run(w->db.get(), guard.s, "write the revision");
}

Status ops_apply(SqliteWriter* w, const std::vector<const StoreOp*>& ops) {
  const std::vector<bool> skip = superseded(ops);
  for (size_t i = 0; i < ops.size(); i++) {
    if (skip[i]) continue;
    if (Status s = op_apply(w, *ops[i]); !s.ok()) return s;
  }
  return revision_put(w, ops.back()->revision);
}

// The first column of a row as a number; 0: there is no row.
Result<int64_t> number_of_row(SqliteWriter* w, sqlite3_stmt* s) {
  const int rc = sqlite3_step(s);
  if (rc == SQLITE_ROW) return sqlite3_column_int64(s, 0);
  if (rc == SQLITE_DONE) return int64_t(0);
  return db_error(w->db.get(), "read a revision");
}

// ---- the file itself ----

// Goes on with this connection in place of the present one.
Status writer_take(SqliteWriter* w, Db db) {
  writer_let_go(w);
  w->db = std::move(db);
  if (Status s = writer_prepare(w); !s.ok()) return s;
  return steps_prepare(w->db.get(), w->steps);
}

Status failed(SqliteWriter* w, StoreFault fault, Status s) {
  w->fault = fault;
  return fail(Err::unavailable, std::move(s.message));
}

// Nothing of the disk is held any more, so that it can be taken away, repaired and brought back.
Status give_up(SqliteWriter* w) {
  writer_let_go(w);
  if (w->claim) (void)w->claim(false);
  return failed(w, StoreFault::moved,
                fail(Err::io, w->path + " is missing (deleted, replaced, or its disk unmounted); restore it, or restart the backend"));
}

// After a failure of the disk the old connection may never work again: what lies at the path now is opened anew.
Status open_again(SqliteWriter* w) {
  const bool given_up = !w->db;
  if (given_up && w->claim)
    if (Status s = w->claim(true); !s.ok()) return failed(w, StoreFault::moved, s);
  Result<Db> db = database_open_again(w->path, w->full_sync, w->known);
  Status s = db.ok() ? writer_take(w, std::move(db.value)) : db.status;
  if (s.ok()) return {};
  if (!given_up) return failed(w, w->fault, s);
  (void)give_up(w);
  return failed(w, StoreFault::moved, s);
}

Status writer_ready(SqliteWriter* w) {
  if (w->db && database_moved(w->db.get())) return give_up(w);
  switch (w->fault) {
    case StoreFault::none:
    case StoreFault::full:
    case StoreFault::other: return {};
    default: return open_again(w);
  }
}

}  // namespace

Result<SqliteWriter*> sqlite_writer_open(const std::string& path, const StoreOptions& options) {
  auto w = std::make_unique<SqliteWriter>();
  w->path = path;
  w->full_sync = options.full_sync;
  w->claim = options.claim;
  Result<Db> db = database_open(path, options.full_sync);
  if (!db.ok()) return db.status;
  Result<DatabaseIdentity> known = database_identity(db.value.get());
  if (!known.ok()) return because("open " + path, known.status);
  w->known = known.value;
  if (Status s = writer_take(w.get(), std::move(db.value)); !s.ok()) return because("open " + path, s);
  return w.release();
}

void sqlite_writer_close(SqliteWriter* writer) { delete writer; }

int64_t sqlite_last_revision(const SqliteWriter* writer) { return writer->known.revision; }

StoreFault sqlite_fault(const SqliteWriter* writer) { return writer->fault; }

static Status transaction_end(SqliteWriter* w, Status s, int64_t revision) {
  sqlite3* db = w->db.get();
  if (s.ok()) s = db_exec(db, "COMMIT");
  w->fault = s.ok() ? StoreFault::none : database_fault(db);
  if (s.ok()) {
    w->known.revision = revision;
    return {};
  }
  if (!sqlite3_get_autocommit(db)) sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr);
  texts_forget(w);
  return s;
}

Status sqlite_apply(SqliteWriter* w, const std::vector<const StoreOp*>& ops) {
  if (ops.empty()) return {};
  if (Status s = writer_ready(w); !s.ok()) return s;
  Status s = db_exec(w->db.get(), "BEGIN IMMEDIATE");
  if (s.ok()) s = ops_apply(w, ops);
  return transaction_end(w, std::move(s), ops.back()->revision);
}

// ---- a cluster's member ----

const std::string& sqlite_identity(const SqliteWriter* w) { return w->known.id; }

Status sqlite_transaction(SqliteWriter* w, int64_t revision, const std::function<Status()>& work) {
  if (Status s = writer_ready(w); !s.ok()) return s;
  Status s = db_exec(w->db.get(), "BEGIN IMMEDIATE");
  if (s.ok()) s = work();
  if (s.ok()) s = revision_put(w, revision);
  return transaction_end(w, std::move(s), revision);
}

Status sqlite_op(SqliteWriter* w, const StoreOp& op) { return op_apply(w, op); }

Result<int64_t> sqlite_object_revision(SqliteWriter* w, std::string_view kind, std::string_view ns, std::string_view name) {
  ResetGuard guard{w->object_revision.get()};
  bind_text(guard.s, 1, kind);
  bind_text(guard.s, 2, ns);
  bind_text(guard.s, 3, name);
  return number_of_row(w, guard.s);
}

Result<int64_t> sqlite_event_revision(SqliteWriter* w, const EventKey& key) {
  ResetGuard guard{w->event_revision.get()};
  bind_key(guard.s, 1, key);
  return number_of_row(w, guard.s);
}

Status sqlite_meta_put(SqliteWriter* w, std::string_view key, std::string_view value) {
  ResetGuard guard{w->put_meta.get()};
  bind_text(guard.s, 1, key);
  bind_text(guard.s, 2, value);
  return db_run(w->db.get(), guard.s, "write the position");
}

Result<std::string> sqlite_meta_get(SqliteWriter* w, std::string_view key) {
  ResetGuard guard{w->get_meta.get()};
  bind_text(guard.s, 1, key);
  const int rc = sqlite3_step(guard.s);
  if (rc == SQLITE_ROW) return column_text(guard.s, 0);
  return rc == SQLITE_DONE ? Result<std::string>(std::string()) : db_error(w->db.get(), "read the position");
}

}  // namespace picket
