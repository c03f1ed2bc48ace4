// backend/store/sqlite_db.cc - statements, columns and errors of SQLite.
#include "backend/store/sqlite_db.h"

namespace picket {

static constexpr int kBusyMs = 5000;  // a backup or another process holds the file

Status db_error(sqlite3* db, std::string_view doing) {
  const int code = sqlite3_errcode(db) & 0xff;
  std::string remedy;
  if (code == SQLITE_FULL) remedy = "; free space on the disk of the state directory";
  if (code == SQLITE_READONLY) remedy = "; make the state directory and the files in it writable";
  if (code == SQLITE_IOERR) remedy = "; disk error: see the system log";
  if (code == SQLITE_CANTOPEN) remedy = "; check that the state directory exists and is writable by this user";
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) remedy = std::string("; the file is damaged: ") + kDamagedRemedy;
  return fail(Err::unavailable, std::string(doing) + ": " + sqlite3_errmsg(db) + remedy);
}

void bind_text(sqlite3_stmt* s, int i, std::string_view v) {
  sqlite3_bind_text(s, i, v.data() ? v.data() : "", static_cast<int>(v.size()), SQLITE_STATIC);
}

void bind_key(sqlite3_stmt* s, int first, const EventKey& key) {
  bind_text(s, first, key.ns());
  bind_text(s, first + 1, key.entity());
  bind_text(s, first + 2, key.check());
}

std::string column_text(sqlite3_stmt* s, int i) {
  const auto* p = reinterpret_cast<const char*>(sqlite3_column_text(s, i));
  return p ? std::string(p, static_cast<size_t>(sqlite3_column_bytes(s, i))) : std::string();
}

static std::string_view column_view(sqlite3_stmt* s, int i) {
  const auto* p = reinterpret_cast<const char*>(sqlite3_column_text(s, i));
  return p ? std::string_view(p, size_t(sqlite3_column_bytes(s, i))) : std::string_view();
}

EventKey column_key(sqlite3_stmt* s) { return {column_view(s, 0), column_view(s, 1), column_view(s, 2)}; }

Status db_exec(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return db_error(db, "sqlite");
}

Result<Stmt> db_prepare(sqlite3* db, const char* sql) {
  sqlite3_stmt* s = nullptr;
  if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, nullptr) != SQLITE_OK) return db_error(db, sql);
  return Stmt(s);
}

Status db_run(sqlite3* db, sqlite3_stmt* s, std::string_view doing) {
  const int rc = sqlite3_step(s);
  if (rc == SQLITE_DONE || rc == SQLITE_ROW) return {};
  return db_error(db, doing);
}

Status db_prepare_all(sqlite3* db, std::initializer_list<StmtSource> sources) {
  for (const StmtSource& source : sources) {
    Result<Stmt> s = db_prepare(db, source.sql);
    if (!s.ok()) return s.status;
    *source.slot = std::move(s.value);
  }
  return {};
}

Result<std::string> db_text(sqlite3* db, const char* sql) {
  Result<Stmt> s = db_prepare(db, sql);
  if (!s.ok()) return s.status;
  const int rc = sqlite3_step(s.value.get());
  if (rc == SQLITE_ROW) return column_text(s.value.get(), 0);
  if (rc == SQLITE_DONE) return std::string();
  return db_error(db, sql);
}

// The index of the write-ahead log is kept in memory, as the state directory is one process's alone: in its usual place, a mapped
// file, a page that a failing disk cannot give would kill the process (SIGBUS). Systems without this way have the usual one.
static const char* vfs_name() {
  constexpr const char* kOneProcess = "unix-excl";
  return sqlite3_vfs_find(kOneProcess) ? kOneProcess : nullptr;
}

Result<Db> db_open(const std::string& path, int flags) {
  sqlite3* raw = nullptr;
  const int rc = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, vfs_name());
  Db db(raw);
  if (rc != SQLITE_OK) {
    const char* why = raw ? sqlite3_errmsg(raw) : "out of memory";
    return fail(Err::io, "open the database " + path + ": " + why + "; check that the state directory exists and is writable");
  }
  sqlite3_busy_timeout(raw, kBusyMs);
  sqlite3_extended_result_codes(raw, 1);
  return db;
}

}  // namespace picket
