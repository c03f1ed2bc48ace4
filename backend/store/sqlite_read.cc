// backend/store/sqlite_read.cc - the connection that reads, on the loop's thread.
#include "backend/store/sqlite.h"
#include "common/os/os.h"
#include "backend/store/sqlite_db.h"

namespace picket {

struct SqliteReader {
  std::string path;
  Db db;           // null: let go of
  Status failure;  // of the last read that failed
  int64_t failures = 0;
  Stmt get_object, list_all, list_ns, get_event, list_events_all, list_events_ns, list_events_entity;
  Stmt get_step, list_steps, list_series;
};

#define EVENT_COLUMNS                                                                     \
  "e.ns, e.entity, e.check_name, e.head, t.text, e.revision, e.entity_text, e.last_seen " \
  "FROM events e LEFT JOIN entity_texts t ON t.id = e.entity_text "

static Status reader_prepare(SqliteReader* r) {
  return db_prepare_all(r->db.get(),
                        {
                            {&r->get_object, "SELECT kind,ns,name,body,revision FROM objects WHERE kind=?1 AND ns=?2 AND name=?3"},
                            {&r->list_all,
                             "SELECT kind,ns,name,body,revision FROM objects WHERE kind=?1 AND (ns,name)>(?2,?3) "
                             "ORDER BY ns,name LIMIT ?4"},
                            {&r->list_ns,
                             "SELECT kind,ns,name,body,revision FROM objects WHERE kind=?1 AND ns=?2 AND name>?3 "
                             "ORDER BY name LIMIT ?4"},
                            {&r->get_event, "SELECT " EVENT_COLUMNS "WHERE e.ns=?1 AND e.entity=?2 AND e.check_name=?3"},
                            {&r->list_events_all,
                             "SELECT " EVENT_COLUMNS "WHERE (e.ns,e.entity,e.check_name)>(?1,?2,?3) "
                             "ORDER BY e.ns,e.entity,e.check_name LIMIT ?4"},
                            {&r->list_events_ns,
                             "SELECT " EVENT_COLUMNS "WHERE e.ns=?1 AND (e.entity,e.check_name)>(?2,?3) "
                             "ORDER BY e.entity,e.check_name LIMIT ?4"},
                            {&r->list_events_entity,
                             "SELECT " EVENT_COLUMNS "WHERE e.ns=?1 AND e.entity=?2 AND e.check_name>?3 "
                             "ORDER BY e.check_name LIMIT ?4"},
                            {&r->get_step,
                             "SELECT m.data FROM metric_series s JOIN metric_steps m ON m.owner = s.id AND m.slot=?4 "
                             "WHERE s.ns=?1 AND s.entity=?2 AND s.check_name=?3 AND m.at=?5"},
                            {&r->list_steps,
                             "SELECT m.at, m.slot, m.data FROM metric_steps m JOIN metric_series s ON s.id = m.owner "
                             "WHERE s.ns=?1 AND s.entity=?2 AND s.check_name=?3 AND m.at>=?4 ORDER BY m.at"},
                            {&r->list_series, "SELECT ns, entity, check_name, series FROM metric_series"},
                        });
}

Result<SqliteReader*> sqlite_reader_open(const std::string& path) {
  auto r = std::make_unique<SqliteReader>();
  r->path = path;
  if (Status s = sqlite_reader_open_again(r.get()); !s.ok()) return s;
  return r.release();
}

void sqlite_reader_close(SqliteReader* reader) { delete reader; }

void sqlite_reader_let_go(SqliteReader* r) {
  for (Stmt* s : {&r->get_object, &r->list_all, &r->list_ns, &r->get_event, &r->list_events_all, &r->list_events_ns, &r->list_events_entity,
                  &r->get_step, &r->list_steps, &r->list_series})
    s->reset();
  r->db.reset();
}

Status sqlite_reader_open_again(SqliteReader* r) {
  Result<Db> db = db_open(r->path, SQLITE_OPEN_READWRITE);
  if (!db.ok()) return db.status;
  if (Status s = db_exec(db.value.get(), "PRAGMA query_only=1"); !s.ok()) return s;
  sqlite_reader_let_go(r);
  r->db = std::move(db.value);
  Status s = reader_prepare(r);
  return s.ok() ? s : because("open " + r->path, s);
}

int64_t sqlite_reader_failures(const SqliteReader* reader, Status* last) {
  *last = reader->failure;
  return reader->failures;
}

namespace {

Status read_failed(SqliteReader* r, std::string_view doing) {
  r->failures++;
  r->failure = fail(Err::io, r->db ? db_error(r->db.get(), doing).message : std::string(doing) + ": " + r->path + " is missing");
  return r->failure;
}

// All rows, or why not all.
template <class T, class RowOf>
Result<std::vector<T>> rows(SqliteReader* r, sqlite3_stmt* s, const std::string& doing, RowOf row_of) {
  std::vector<T> out;
  int rc = 0;
  while ((rc = sqlite3_step(s)) == SQLITE_ROW) out.push_back(row_of());
  if (rc != SQLITE_DONE) return read_failed(r, doing);
  return out;
}

StoredObject object_row(sqlite3_stmt* s) {
  return {column_text(s, 0), column_text(s, 1), column_text(s, 2), column_text(s, 3), sqlite3_column_int64(s, 4)};
}

// Rows that share an entity text share the string: `last` is the text of the row before.
struct SharedText {
  int64_t id = 0;
  std::shared_ptr<const std::string> text;
};

StoredEvent event_row(sqlite3_stmt* s, SharedText& last) {
  if (const int64_t id = sqlite3_column_int64(s, 6); !last.text || last.id != id)
    last = {id, std::make_shared<const std::string>(column_text(s, 4))};
  return {column_key(s), column_text(s, 3), last.text, sqlite3_column_int64(s, 5), sqlite3_column_int64(s, 7)};
}

Result<std::vector<StoredEvent>> event_rows(SqliteReader* r, sqlite3_stmt* s, int64_t limit) {
  ResetGuard guard{s};
  sqlite3_bind_int64(s, 4, limit > 0 ? limit : -1);
  SharedText last;
  return rows<StoredEvent>(r, s, "list events", [&] { return event_row(s, last); });
}

}  // namespace

Result<StoredObject> sqlite_get(SqliteReader* r, std::string_view kind, std::string_view ns, std::string_view name) {
  ResetGuard guard{r->get_object.get()};
  bind_text(guard.s, 1, kind);
  bind_text(guard.s, 2, ns);
  bind_text(guard.s, 3, name);
  const int rc = sqlite3_step(guard.s);
  if (rc == SQLITE_ROW) return object_row(guard.s);
  if (rc != SQLITE_DONE) return read_failed(r, "read " + std::string(kind));
  return fail(Err::not_found, std::string(kind) + " " + std::string(name) + " not found");
}

Result<StoredEvent> sqlite_get_event(SqliteReader* r, const EventKey& key) {
  ResetGuard guard{r->get_event.get()};
  bind_key(guard.s, 1, key);
  const int rc = sqlite3_step(guard.s);
  SharedText none;
  if (rc == SQLITE_ROW) return event_row(guard.s, none);
  if (rc != SQLITE_DONE) return read_failed(r, "read an event");
  return fail(Err::not_found, "event " + event_row_name(key) + " not found");
}

Result<std::vector<StoredObject>> sqlite_list(SqliteReader* r, std::string_view kind, std::string_view ns, std::string_view after_ns,
                                              std::string_view after_name, int64_t limit) {
  sqlite3_stmt* s = ns.empty() ? r->list_all.get() : r->list_ns.get();
  ResetGuard guard{s};
  bind_text(s, 1, kind);
  bind_text(s, 2, ns.empty() ? after_ns : ns);
  bind_text(s, 3, ns.empty() || after_ns == ns ? after_name : std::string_view());
  sqlite3_bind_int64(s, 4, limit > 0 ? limit : -1);
  return rows<StoredObject>(r, s, "list " + std::string(kind), [s] { return object_row(s); });
}

Result<std::vector<StoredEvent>> sqlite_list_events(SqliteReader* r, std::string_view ns, std::string_view entity, const EventKey& after,
                                                    int64_t limit) {
  if (ns.empty()) {
    bind_key(r->list_events_all.get(), 1, after);
    return event_rows(r, r->list_events_all.get(), limit);
  }
  const bool same_ns = after.ns() == ns;
  sqlite3_stmt* s = entity.empty() ? r->list_events_ns.get() : r->list_events_entity.get();
  bind_text(s, 1, ns);
  bind_text(s, 2, entity.empty() ? (same_ns ? after.entity() : std::string_view()) : entity);
  const bool skip = same_ns && (entity.empty() || after.entity() == entity);
  bind_text(s, 3, skip ? after.check() : std::string_view());
  return event_rows(r, s, limit);
}

Result<std::vector<StoredStep>> sqlite_list_steps(SqliteReader* r, const EventKey& key, int64_t from) {
  ResetGuard guard{r->list_steps.get()};
  bind_key(guard.s, 1, key);
  sqlite3_bind_int64(guard.s, 4, from);
  return rows<StoredStep>(r, guard.s, "read metrics", [&]() -> StoredStep {
    return {key, sqlite3_column_int64(guard.s, 0), sqlite3_column_int64(guard.s, 1), column_text(guard.s, 2), nullptr};
  });
}

Result<std::string> sqlite_get_step(SqliteReader* r, const StoredStep& step) {
  ResetGuard guard{r->get_step.get()};
  bind_key(guard.s, 1, step.key);
  sqlite3_bind_int64(guard.s, 4, step.slot);
  sqlite3_bind_int64(guard.s, 5, step.at);
  const int rc = sqlite3_step(guard.s);
  if (rc == SQLITE_ROW) return column_text(guard.s, 0);
  if (rc != SQLITE_DONE) return read_failed(r, "read metrics");
  return fail(Err::not_found, "no metrics of that time");
}

Result<std::vector<StoredStep>> sqlite_list_series(SqliteReader* r) {
  ResetGuard guard{r->list_series.get()};
  return rows<StoredStep>(r, guard.s, "list metrics", [&guard]() -> StoredStep {
    return {column_key(guard.s), 0, 0, "", std::make_shared<const std::string>(column_text(guard.s, 3))};
  });
}

Status sqlite_backup(const std::string& from, const std::string& to) {
  std::string was;
  if (Status s = os_make_private(to, true, &was); !s.ok()) return s;  // before there is anything in it
  Result<Db> db = db_open(from, SQLITE_OPEN_READONLY);
  if (!db.ok()) return db.status;
  Result<Stmt> s = db_prepare(db.value.get(), "VACUUM INTO ?1");
  if (!s.ok()) return s.status;
  bind_text(s.value.get(), 1, to);
  return db_run(db.value.get(), s.value.get(), "back up to " + to);
}

}  // namespace picket
