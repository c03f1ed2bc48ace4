// The only file with SQL in it. Statements are prepared once and reset by a guard.
#include "store_sqlite.h"

#include <sqlite3.h>

#include <cstring>
#include <unordered_map>
#include <unordered_set>

#include "backend/schema_sql.h"
#include "common/crypto.h"

namespace picket {
namespace {

constexpr int kBusyMs = 5000;                      // a backup or another process holds the file
constexpr int kCheckpointPages = 4000;             // the WAL is folded back at about 16 MB
constexpr int64_t kQuickCheckMax = 32 << 20;       // larger files are not read through at start

struct CloseDb { void operator()(sqlite3* db) const { sqlite3_close_v2(db); } };
struct EndStmt { void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); } };
using Db = std::unique_ptr<sqlite3, CloseDb>;
using Stmt = std::unique_ptr<sqlite3_stmt, EndStmt>;

struct ResetGuard {
  sqlite3_stmt* s;
  ~ResetGuard() { sqlite3_reset(s); }
};

Status db_error(sqlite3* db, std::string_view doing) {
  const int code = sqlite3_errcode(db) & 0xff;
  std::string remedy;
  if (code == SQLITE_FULL) remedy = "; free space on the disk of the state directory";
  if (code == SQLITE_READONLY) remedy = "; make the state directory and the files in it writable";
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    remedy = "; the file is damaged: move it and its -wal and -shm files away and restore a backup";
  return fail(Err::unavailable, std::string(doing) + ": " + sqlite3_errmsg(db) + remedy);
}

void bind_text(sqlite3_stmt* s, int i, std::string_view v) {
  sqlite3_bind_text(s, i, v.data() ? v.data() : "", static_cast<int>(v.size()), SQLITE_STATIC);
}

std::string column_text(sqlite3_stmt* s, int i) {
  const auto* p = reinterpret_cast<const char*>(sqlite3_column_text(s, i));
  return p ? std::string(p, static_cast<size_t>(sqlite3_column_bytes(s, i))) : std::string();
}

Status exec(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return db_error(db, "sqlite");
}

Result<Stmt> prepare(sqlite3* db, const char* sql) {
  sqlite3_stmt* s = nullptr;
  if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, nullptr) != SQLITE_OK) return db_error(db, sql);
  return Stmt(s);
}

// Runs a statement that returns no rows.
Status run(sqlite3* db, sqlite3_stmt* s, std::string_view doing) {
  const int rc = sqlite3_step(s);
  if (rc == SQLITE_DONE || rc == SQLITE_ROW) return {};
  return db_error(db, doing);
}

Result<std::string> query_text(sqlite3* db, const char* sql) {
  Result<Stmt> s = prepare(db, sql);
  if (!s.ok()) return s.status;
  const int rc = sqlite3_step(s.value.get());
  if (rc == SQLITE_ROW) return column_text(s.value.get(), 0);
  if (rc == SQLITE_DONE) return std::string();
  return db_error(db, sql);
}

Result<Db> db_open(const std::string& path, int flags) {
  sqlite3* raw = nullptr;
  const int rc = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Db db(raw);
  if (rc != SQLITE_OK) {
    const char* why = raw ? sqlite3_errmsg(raw) : "out of memory";
    return fail(Err::io, "open the database " + path + ": " + why +
                             "; check that the state directory exists and is writable");
  }
  sqlite3_busy_timeout(raw, kBusyMs);
  sqlite3_extended_result_codes(raw, 1);
  return db;
}

// The schema version is the number of migrations that have run.
Status migrate(sqlite3* db, const std::string& path) {
  Result<std::string> version = query_text(db, "PRAGMA user_version");
  if (!version.ok()) return because("read " + path, version.status);
  const int present = std::atoi(version.value.c_str());
  if (present > kSchemaCount)
    return fail(Err::precondition, path + " has schema " + version.value + ", this program knows up to " +
                                       std::to_string(kSchemaCount) + "; use the newer program, or restore a backup");
  for (int i = present; i < kSchemaCount; i++) {
    const std::string sql = std::string("BEGIN IMMEDIATE;") + kSchema[i] + ";PRAGMA user_version=" +
                            std::to_string(i + 1) + ";COMMIT;";
    if (Status s = exec(db, sql.c_str()); !s.ok()) {
      sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr);
      return because("migration " + std::to_string(i + 1) + " of " + path, s);
    }
  }
  return {};
}

Status check_integrity(sqlite3* db, const std::string& path) {
  Result<std::string> size = query_text(db, "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()");
  if (!size.ok()) return because("read " + path, size.status);
  if (std::atoll(size.value.c_str()) > kQuickCheckMax) return {};
  Result<std::string> verdict = query_text(db, "PRAGMA quick_check(1)");
  if (!verdict.ok()) return because("check " + path, verdict.status);
  if (verdict.value == "ok") return {};
  return fail(Err::io, path + " is damaged (" + verdict.value +
                           "); move it and its -wal and -shm files away and restore a backup");
}

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
  Db db;
  Stmt put_object, delete_object, find_event, insert_event, update_event, update_head, delete_event, put_text,
      delete_text, put_revision;
  std::unordered_map<int64_t, int64_t> references;  // entity_texts.id -> events that refer to it
  // The text each entity had last: the same pointer is the same content, and is not hashed again.
  struct LastText { std::shared_ptr<const std::string> text; int64_t id = 0; };
  std::unordered_map<std::string, LastText> last_texts;
};

namespace {

constexpr size_t kLastTextsMax = 100'000;  // beyond it they are forgotten and hashed anew

Status writer_prepare(SqliteWriter* w) {
  const std::pair<Stmt*, const char*> all[] = {
      {&w->put_object, "INSERT INTO objects(kind,ns,name,body,revision) VALUES(?1,?2,?3,?4,?5) "
                       "ON CONFLICT(kind,ns,name) DO UPDATE SET body=excluded.body, revision=excluded.revision"},
      {&w->delete_object, "DELETE FROM objects WHERE kind=?1 AND ns=?2 AND name=?3"},
      {&w->find_event, "SELECT rowid, entity_text FROM events WHERE ns=?1 AND entity=?2 AND check_name=?3"},
      {&w->insert_event, "INSERT INTO events(ns,entity,check_name,entity_text,revision,head) VALUES(?1,?2,?3,?4,?5,?6)"},
      {&w->update_event, "UPDATE events SET entity_text=?2, revision=?3, head=?4 WHERE rowid=?1"},
      {&w->update_head, "UPDATE events SET revision=?4, head=?5 WHERE ns=?1 AND entity=?2 AND check_name=?3"},
      {&w->delete_event, "DELETE FROM events WHERE rowid=?1"},
      {&w->put_text, "INSERT OR IGNORE INTO entity_texts(id,text) VALUES(?1,?2)"},
      {&w->delete_text, "DELETE FROM entity_texts WHERE id=?1"},
      {&w->put_revision, "INSERT INTO meta(key,value) VALUES('revision',?1) "
                         "ON CONFLICT(key) DO UPDATE SET value=excluded.value"},
  };
  for (auto& [slot, sql] : all) {
    Result<Stmt> s = prepare(w->db.get(), sql);
    if (!s.ok()) return s.status;
    *slot = std::move(s.value);
  }
  return {};
}

Status load_references(SqliteWriter* w) {
  w->references.clear();
  Result<Stmt> s = prepare(w->db.get(), "SELECT entity_text, count(*) FROM events GROUP BY entity_text");
  if (!s.ok()) return s.status;
  int rc = 0;
  while ((rc = sqlite3_step(s.value.get())) == SQLITE_ROW)
    w->references[sqlite3_column_int64(s.value.get(), 0)] = sqlite3_column_int64(s.value.get(), 1);
  return rc == SQLITE_DONE ? Status{} : db_error(w->db.get(), "count entity texts");
}

Status text_released(SqliteWriter* w, int64_t id) {
  auto it = w->references.find(id);
  if (it == w->references.end() || --it->second > 0) return {};
  w->references.erase(it);
  ResetGuard guard{w->delete_text.get()};
  sqlite3_bind_int64(guard.s, 1, id);
  return run(w->db.get(), guard.s, "delete an entity text");
}

// Id of the event's entity text; the row exists afterwards.
Result<int64_t> text_put(SqliteWriter* w, const StoredEvent& event) {
  if (w->last_texts.size() > kLastTextsMax) w->last_texts.clear();
  SqliteWriter::LastText& last = w->last_texts[event.ns + '\0' + event.entity];
  if (!last.text || (last.text != event.entity_json && *last.text != *event.entity_json)) {
    last.id = text_id(*event.entity_json);
    last.text = event.entity_json;
  }
  if (w->references.count(last.id)) return last.id;
  ResetGuard guard{w->put_text.get()};
  sqlite3_bind_int64(guard.s, 1, last.id);
  bind_text(guard.s, 2, *event.entity_json);
  if (Status s = run(w->db.get(), guard.s, "write an entity text"); !s.ok()) return s;
  return last.id;
}

struct EventRow { int64_t rowid = 0, text = 0; };

Result<EventRow> event_find(SqliteWriter* w, const StoredEvent& event) {
  ResetGuard guard{w->find_event.get()};
  bind_text(guard.s, 1, event.ns);
  bind_text(guard.s, 2, event.entity);
  bind_text(guard.s, 3, event.check);
  const int rc = sqlite3_step(guard.s);
  if (rc == SQLITE_DONE) return EventRow{};
  if (rc != SQLITE_ROW) return db_error(w->db.get(), "find an event");
  return EventRow{sqlite3_column_int64(guard.s, 0), sqlite3_column_int64(guard.s, 1)};
}

// The frequent case: only the head has changed.
Status event_update_head(SqliteWriter* w, const StoredEvent& event, int64_t revision) {
  ResetGuard guard{w->update_head.get()};
  bind_text(guard.s, 1, event.ns);
  bind_text(guard.s, 2, event.entity);
  bind_text(guard.s, 3, event.check);
  sqlite3_bind_int64(guard.s, 4, revision);
  bind_text(guard.s, 5, event.head);
  return run(w->db.get(), guard.s, "write an event");
}

Status event_insert(SqliteWriter* w, const StoredEvent& event, int64_t text, int64_t revision) {
  ResetGuard guard{w->insert_event.get()};
  bind_text(guard.s, 1, event.ns);
  bind_text(guard.s, 2, event.entity);
  bind_text(guard.s, 3, event.check);
  sqlite3_bind_int64(guard.s, 4, text);
  sqlite3_bind_int64(guard.s, 5, revision);
  bind_text(guard.s, 6, event.head);
  return run(w->db.get(), guard.s, "write an event");
}

Status event_update(SqliteWriter* w, int64_t rowid, const StoredEvent& event, int64_t text, int64_t revision) {
  ResetGuard guard{w->update_event.get()};
  sqlite3_bind_int64(guard.s, 1, rowid);
  sqlite3_bind_int64(guard.s, 2, text);
  sqlite3_bind_int64(guard.s, 3, revision);
  bind_text(guard.s, 4, event.head);
  return run(w->db.get(), guard.s, "write an event");
}

Status event_put(SqliteWriter* w, const StoredEvent& event, int64_t revision) {
  if (!event.entity_json) return event_update_head(w, event, revision);
  Result<EventRow> row = event_find(w, event);
  if (!row.ok()) return row.status;
  Result<int64_t> text = text_put(w, event);
  if (!text.ok()) return text.status;
  if (row.value.rowid == 0) {
    w->references[text.value]++;
    return event_insert(w, event, text.value, revision);
  }
  if (Status s = event_update(w, row.value.rowid, event, text.value, revision); !s.ok()) return s;
  if (row.value.text == text.value) return {};
  w->references[text.value]++;
  return text_released(w, row.value.text);
}

Status event_drop(SqliteWriter* w, const StoredEvent& event) {
  Result<EventRow> row = event_find(w, event);
  if (!row.ok() || row.value.rowid == 0) return row.status;
  ResetGuard guard{w->delete_event.get()};
  sqlite3_bind_int64(guard.s, 1, row.value.rowid);
  if (Status s = run(w->db.get(), guard.s, "delete an event"); !s.ok()) return s;
  return text_released(w, row.value.text);
}

Status object_write(SqliteWriter* w, const StoreOp& op) {
  ResetGuard guard{op.deleted ? w->delete_object.get() : w->put_object.get()};
  bind_text(guard.s, 1, op.object.kind);
  bind_text(guard.s, 2, op.object.ns);
  bind_text(guard.s, 3, op.object.name);
  if (op.deleted) return run(w->db.get(), guard.s, "delete an object");
  bind_text(guard.s, 4, op.object.body);
  sqlite3_bind_int64(guard.s, 5, op.revision);
  return run(w->db.get(), guard.s, "write an object");
}

Status op_apply(SqliteWriter* w, const StoreOp& op) {
  if (!op.is_event) return object_write(w, op);
  return op.deleted ? event_drop(w, op.event) : event_put(w, op.event, op.revision);
}

// An object that is written several times in one transaction is written once: streams put the number of their last
// event with every event.
std::vector<bool> superseded(const std::vector<const StoreOp*>& ops) {
  std::vector<bool> out(ops.size());
  std::unordered_set<std::string> seen;
  for (size_t i = ops.size(); i-- > 0;) {
    const StoredObject& o = ops[i]->object;
    if (!ops[i]->is_event) out[i] = !seen.insert(o.kind + '\0' + o.ns + '\0' + o.name).second;
  }
  return out;
}

Status ops_apply(SqliteWriter* w, const std::vector<const StoreOp*>& ops) {
  const std::vector<bool> skip = superseded(ops);
  for (size_t i = 0; i < ops.size(); i++) {
    if (skip[i]) continue;
    if (Status s = op_apply(w, *ops[i]); !s.ok()) return s;
  }
  ResetGuard guard{w->put_revision.get()};
  const std::string revision = std::to_string(ops.back()->revision);
  bind_text(guard.s, 1, revision);
  return run(w->db.get(), guard.s, "write the revision");
}

}  // namespace

Result<SqliteWriter*> sqlite_writer_open(const std::string& path, bool full_sync) {
  Result<Db> db = db_open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!db.ok()) return db.status;
  auto w = std::make_unique<SqliteWriter>();
  w->db = std::move(db.value);
  sqlite3* raw = w->db.get();
  if (Status s = check_integrity(raw, path); !s.ok()) return s;
  if (Status s = exec(raw, "PRAGMA journal_mode=WAL"); !s.ok()) return because("open " + path, s);
  if (Status s = exec(raw, full_sync ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"); !s.ok()) return s;
  sqlite3_wal_autocheckpoint(raw, kCheckpointPages);
  if (Status s = migrate(raw, path); !s.ok()) return s;
  if (Status s = writer_prepare(w.get()); !s.ok()) return because("open " + path, s);
  if (Status s = load_references(w.get()); !s.ok()) return because("open " + path, s);
  return w.release();
}

void sqlite_writer_close(SqliteWriter* writer) { delete writer; }

int64_t sqlite_last_revision(SqliteWriter* writer) {
  Result<std::string> r = query_text(writer->db.get(), "SELECT value FROM meta WHERE key='revision'");
  return r.ok() ? std::atoll(r.value.c_str()) : 0;
}

Status sqlite_apply(SqliteWriter* w, const std::vector<const StoreOp*>& ops) {
  if (ops.empty()) return {};
  sqlite3* db = w->db.get();
  if (Status s = exec(db, "BEGIN IMMEDIATE"); !s.ok()) return s;
  Status s = ops_apply(w, ops);
  if (s.ok()) s = exec(db, "COMMIT");
  if (s.ok()) return {};
  if (!sqlite3_get_autocommit(db)) sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr);
  w->last_texts.clear();
  (void)load_references(w);  // the counts went ahead of what was rolled back; if this fails, texts stay a little longer
  return s;
}

// ---- the reader ----

struct SqliteReader {
  Db db;
  Stmt get_object, list_all, list_ns, get_event, list_events_all, list_events_ns, list_events_entity;
};

#define EVENT_COLUMNS "e.ns, e.entity, e.check_name, e.head, t.text, e.revision, e.entity_text " \
                      "FROM events e LEFT JOIN entity_texts t ON t.id = e.entity_text "

Result<SqliteReader*> sqlite_reader_open(const std::string& path) {
  Result<Db> db = db_open(path, SQLITE_OPEN_READWRITE);
  if (!db.ok()) return db.status;
  auto r = std::make_unique<SqliteReader>();
  r->db = std::move(db.value);
  if (Status s = exec(r->db.get(), "PRAGMA query_only=1"); !s.ok()) return s;
  const std::pair<Stmt*, const char*> all[] = {
      {&r->get_object, "SELECT kind,ns,name,body,revision FROM objects WHERE kind=?1 AND ns=?2 AND name=?3"},
      {&r->list_all, "SELECT kind,ns,name,body,revision FROM objects WHERE kind=?1 AND (ns,name)>(?2,?3) "
                     "ORDER BY ns,name LIMIT ?4"},
      {&r->list_ns, "SELECT kind,ns,name,body,revision FROM objects WHERE kind=?1 AND ns=?2 AND name>?3 "
                    "ORDER BY name LIMIT ?4"},
      {&r->get_event, "SELECT " EVENT_COLUMNS "WHERE e.ns=?1 AND e.entity=?2 AND e.check_name=?3"},
      {&r->list_events_all, "SELECT " EVENT_COLUMNS "WHERE (e.ns,e.entity,e.check_name)>(?1,?2,?3) "
                            "ORDER BY e.ns,e.entity,e.check_name LIMIT ?4"},
      {&r->list_events_ns, "SELECT " EVENT_COLUMNS "WHERE e.ns=?1 AND (e.entity,e.check_name)>(?2,?3) "
                           "ORDER BY e.entity,e.check_name LIMIT ?4"},
      {&r->list_events_entity, "SELECT " EVENT_COLUMNS "WHERE e.ns=?1 AND e.entity=?2 AND e.check_name>?3 "
                               "ORDER BY e.check_name LIMIT ?4"},
  };
  for (auto& [slot, sql] : all) {
    Result<Stmt> s = prepare(r->db.get(), sql);
    if (!s.ok()) return because("open " + path, s.status);
    *slot = std::move(s.value);
  }
  return r.release();
}

void sqlite_reader_close(SqliteReader* reader) { delete reader; }

namespace {

StoredObject object_row(sqlite3_stmt* s) {
  return {column_text(s, 0), column_text(s, 1), column_text(s, 2), column_text(s, 3), sqlite3_column_int64(s, 4)};
}

// Rows that share an entity text share the string: `last` is the text of the row before.
struct SharedText { int64_t id = 0; std::shared_ptr<const std::string> text; };

StoredEvent event_row(sqlite3_stmt* s, SharedText& last) {
  if (const int64_t id = sqlite3_column_int64(s, 6); !last.text || last.id != id)
    last = {id, std::make_shared<const std::string>(column_text(s, 4))};
  return {column_text(s, 0), column_text(s, 1), column_text(s, 2), column_text(s, 3), last.text,
          sqlite3_column_int64(s, 5)};
}

std::vector<StoredEvent> event_rows(sqlite3_stmt* s, int64_t limit) {
  ResetGuard guard{s};
  sqlite3_bind_int64(s, 4, limit > 0 ? limit : -1);
  std::vector<StoredEvent> out;
  SharedText last;
  while (sqlite3_step(s) == SQLITE_ROW) out.push_back(event_row(s, last));
  return out;
}

}  // namespace

Result<StoredObject> sqlite_get(SqliteReader* r, std::string_view kind, std::string_view ns, std::string_view name) {
  ResetGuard guard{r->get_object.get()};
  bind_text(guard.s, 1, kind);
  bind_text(guard.s, 2, ns);
  bind_text(guard.s, 3, name);
  const int rc = sqlite3_step(guard.s);
  if (rc == SQLITE_ROW) return object_row(guard.s);
  if (rc != SQLITE_DONE) return db_error(r->db.get(), "read " + std::string(kind));
  return fail(Err::not_found, std::string(kind) + " " + std::string(name) + " not found");
}

Result<StoredEvent> sqlite_get_event(SqliteReader* r, std::string_view ns, std::string_view entity,
                                     std::string_view check) {
  ResetGuard guard{r->get_event.get()};
  bind_text(guard.s, 1, ns);
  bind_text(guard.s, 2, entity);
  bind_text(guard.s, 3, check);
  const int rc = sqlite3_step(guard.s);
  SharedText none;
  if (rc == SQLITE_ROW) return event_row(guard.s, none);
  if (rc != SQLITE_DONE) return db_error(r->db.get(), "read an event");
  return fail(Err::not_found, "event " + std::string(entity) + "/" + std::string(check) + " not found");
}

std::vector<StoredObject> sqlite_list(SqliteReader* r, std::string_view kind, std::string_view ns,
                                      std::string_view after_ns, std::string_view after_name, int64_t limit) {
  sqlite3_stmt* s = ns.empty() ? r->list_all.get() : r->list_ns.get();
  ResetGuard guard{s};
  bind_text(s, 1, kind);
  bind_text(s, 2, ns.empty() ? after_ns : ns);
  bind_text(s, 3, ns.empty() || after_ns == ns ? after_name : std::string_view());
  sqlite3_bind_int64(s, 4, limit > 0 ? limit : -1);
  std::vector<StoredObject> out;
  while (sqlite3_step(s) == SQLITE_ROW) out.push_back(object_row(s));
  return out;
}

std::vector<StoredEvent> sqlite_list_events(SqliteReader* r, std::string_view ns, std::string_view entity,
                                            std::string_view after_ns, std::string_view after_entity,
                                            std::string_view after_check, int64_t limit) {
  if (ns.empty()) {
    sqlite3_stmt* s = r->list_events_all.get();
    bind_text(s, 1, after_ns);
    bind_text(s, 2, after_entity);
    bind_text(s, 3, after_check);
    return event_rows(s, limit);
  }
  const bool same_ns = after_ns == ns;
  sqlite3_stmt* s = entity.empty() ? r->list_events_ns.get() : r->list_events_entity.get();
  bind_text(s, 1, ns);
  bind_text(s, 2, entity.empty() ? (same_ns ? after_entity : std::string_view()) : entity);
  const bool skip = same_ns && (entity.empty() || after_entity == entity);
  bind_text(s, 3, skip ? after_check : std::string_view());
  return event_rows(s, limit);
}

Status sqlite_backup(const std::string& from, const std::string& to) {
  Result<Db> db = db_open(from, SQLITE_OPEN_READONLY);
  if (!db.ok()) return db.status;
  Result<Stmt> s = prepare(db.value.get(), "VACUUM INTO ?1");
  if (!s.ok()) return s.status;
  bind_text(s.value.get(), 1, to);
  return run(db.value.get(), s.value.get(), "back up to " + to);
}

}  // namespace picket
