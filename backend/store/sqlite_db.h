// backend/store/sqlite_db.h - SQLite's handles as values. For sqlite*.cc, the only files with SQL in them.
//
// Statements are prepared once and reset by a guard on the line that binds them.
#pragma once
#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

#include "common/basic/result.h"
#include "backend/event/event_key.h"

namespace picket {

struct CloseDb { void operator()(sqlite3* db) const { sqlite3_close_v2(db); } };
struct EndStmt { void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); } };
using Db = std::unique_ptr<sqlite3, CloseDb>;
using Stmt = std::unique_ptr<sqlite3_stmt, EndStmt>;

struct ResetGuard {
  sqlite3_stmt* s;
  ~ResetGuard() { sqlite3_reset(s); }
};

// A member of a cluster has a copy; who runs a single backend has backups.
inline constexpr const char* kDamagedRemedy =
    "move it and its -wal and -shm files away; in a cluster start then: it is made anew from the cluster; a single backend: restore a backup";

Status db_error(sqlite3* db, std::string_view doing);  // with what to do about it
Result<Db> db_open(const std::string& path, int flags);
Status db_exec(sqlite3* db, const char* sql);
Result<Stmt> db_prepare(sqlite3* db, const char* sql);
struct StmtSource { Stmt* slot; const char* sql; };
Status db_prepare_all(sqlite3* db, std::initializer_list<StmtSource> sources);
Status db_run(sqlite3* db, sqlite3_stmt* s, std::string_view doing);  // a statement that returns no rows
Result<std::string> db_text(sqlite3* db, const char* sql);            // the first column of the first row; "" = no row

void bind_text(sqlite3_stmt* s, int i, std::string_view v);
void bind_key(sqlite3_stmt* s, int first, const EventKey& key);  // its three parts
std::string column_text(sqlite3_stmt* s, int i);
EventKey column_key(sqlite3_stmt* s);  // of the first three columns

}  // namespace picket
