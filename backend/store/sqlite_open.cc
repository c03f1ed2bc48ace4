// backend/store/sqlite_open.cc - opening, migrating and checking the database file.
#include "backend/store/sqlite_open.h"

#include <cstdlib>

#include "backend/schema_sql.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/store/sqlite.h"

namespace picket {
namespace {

constexpr int kCheckpointPages = 4000;         // the WAL is folded back at about 16 MB
constexpr int64_t kQuickCheckMax = 32 << 20;   // larger files are not read through at start
constexpr int64_t kShrinkFreeMin = 16 << 20;   // less is soon used again
constexpr int64_t kShrinkUsedMax = 256 << 20;  // more takes too long at a start: some seconds, and twice its size of the disk

// The schema version is the number of migrations that have run.
Status migrate(sqlite3* db, const std::string& path) {
  Result<std::string> version = db_text(db, "PRAGMA user_version");
  if (!version.ok()) return because("read " + path, version.status);
  const int present = std::atoi(version.value.c_str());
  if (present > kSchemaCount)
    return fail(Err::precondition,
                path + " has schema " + version.value + ", this program supports up to " + std::to_string(kSchemaCount) +
                    "; use a newer program, or restore a backup");
  Result<std::string> tables = db_text(db, "SELECT count(*) FROM sqlite_master");
  if (!tables.ok()) return because("read " + path, tables.status);
  if (present == 0 && tables.value != "0")
    return fail(Err::precondition, path + " is a SQLite database of another program; move it away, or use another state directory");
  for (int i = present; i < kSchemaCount; i++) {
    const std::string sql = std::string("BEGIN IMMEDIATE;") + kSchema[i] + ";PRAGMA user_version=" + std::to_string(i + 1) + ";COMMIT;";
    if (Status s = db_exec(db, sql.c_str()); !s.ok()) {
      sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr);
      return because("migration " + std::to_string(i + 1) + " of " + path, s);
    }
  }
  return {};
}

Status check_integrity(sqlite3* db, const std::string& path) {
  Result<std::string> size = db_text(db, "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()");
  if (!size.ok()) return because("read " + path, size.status);
  if (std::atoll(size.value.c_str()) > kQuickCheckMax) return {};
  Result<std::string> verdict = db_text(db, "PRAGMA quick_check(1)");
  if (!verdict.ok()) return because("check " + path, verdict.status);
  if (verdict.value == "ok") return {};
  return fail(Err::io, path + " is damaged (" + verdict.value + "); " + kDamagedRemedy);
}

// SQLite opens a file it may not write for reading, without a word.
Status check_writable(sqlite3* db, const std::string& path) {
  if (sqlite3_db_readonly(db, "main") != 1) return {};
  return fail(Err::io,
              path +
                  " is read-only; make the state directory and its files writable by this user, on a file system "
                  "mounted writable");
}

// The store holds password hashes, API keys, the sessions and the key that signs tokens: a user that reads it can act as any user.
// SQLite makes -wal and -shm as it finds the database.
void keep_private(const std::string& path, bool create) {
  for (const char* tail : {"", "-wal", "-shm"}) {
    std::string was;
    Status s = os_make_private(path + tail, create && *tail == 0, &was);
    if (!was.empty())
      log_warn("store",
               s.ok() ? "the store was readable by other users (corrected); if it may have been read, change passwords, API keys and the "
                        "signing key (delete object secrets/jwt)"
                      : "the store is readable by other users, and it contains passwords and keys",
               {{"path", path + tail}, {"mode", was}, {"error", s.message}});
  }
}

Result<Db> open_with(const std::string& path, int flags, bool full_sync) {
  keep_private(path, (flags & SQLITE_OPEN_CREATE) != 0);
  Result<Db> db = db_open(path, flags);
  if (!db.ok()) return db;
  sqlite3* raw = db.value.get();
  if (Status s = check_integrity(raw, path); !s.ok()) return s;
  if (Status s = check_writable(raw, path); !s.ok()) return s;
  if (Status s = db_exec(raw, "PRAGMA journal_mode=WAL"); !s.ok()) return because("open " + path, s);
  if (Status s = db_exec(raw, full_sync ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"); !s.ok()) return s;
  sqlite3_wal_autocheckpoint(raw, kCheckpointPages);
  return db;
}

int64_t pragma_number(sqlite3* db, const char* name) {
  return std::atoll(db_text(db, (std::string("PRAGMA ") + name).c_str()).value.c_str());
}

// A file keeps the size it once had, for what comes. Where most of it has been empty since, a start gives that back to the disk.
void shrink(sqlite3* db, const std::string& path) {
  const int64_t page = pragma_number(db, "page_size"), all = pragma_number(db, "page_count"), free = pragma_number(db, "freelist_count");
  if (free * page < kShrinkFreeMin || free * 2 < all || (all - free) * page > kShrinkUsedMax) return;
  Status s = db_exec(db, "VACUUM");
  if (s.ok()) s = db_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)");
  if (s.ok()) log_info("store", "database file compacted", {{"path", path}, {"bytes_given_back", free * page}});
  else log_warn("store", "cannot compact the database file", {{"path", path}, {"error", s.message}});
}

}  // namespace

Status database_is_ours(const std::string& path) {
  Result<Db> db = db_open(path, SQLITE_OPEN_READONLY);
  if (!db.ok()) return db.status;
  Result<std::string> users = db_text(db.value.get(), "SELECT count(*) FROM objects WHERE kind='users'");
  if (users.ok() && users.value != "0") return {};
  return fail(Err::invalid, path + " is not a backup of a picket backend: " + (users.ok() ? "it contains no users" : users.status.message));
}

Result<Db> database_open(const std::string& path, bool full_sync) {
  Result<Db> db = open_with(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, full_sync);
  if (!db.ok()) return db;
  if (Status s = migrate(db.value.get(), path); !s.ok()) return s;
  shrink(db.value.get(), path);
  return db;
}

Result<DatabaseIdentity> database_identity(sqlite3* db) {
  Result<std::string> id = db_text(db, "SELECT value FROM meta WHERE key='identity'");
  if (!id.ok()) return id.status;
  if (id.value.empty()) {
    if (Status s = db_exec(db, "INSERT INTO meta(key,value) VALUES('identity', lower(hex(randomblob(16))))"); !s.ok()) return s;
    return database_identity(db);
  }
  Result<std::string> revision = db_text(db, "SELECT value FROM meta WHERE key='revision'");
  if (!revision.ok()) return revision.status;
  return DatabaseIdentity{id.value, std::atoll(revision.value.c_str())};
}

Result<Db> database_open_again(const std::string& path, bool full_sync, const DatabaseIdentity& known) {
  Result<Db> db = open_with(path, SQLITE_OPEN_READWRITE, full_sync);
  if (!db.ok()) return db;
  Result<DatabaseIdentity> found = database_identity(db.value.get());
  if (!found.ok()) return because("read " + path, found.status);
  if (found.value.id == known.id && found.value.revision >= known.revision) return db;
  const std::string what = found.value.id != known.id ? "another database"
                                                      : "an older copy of the database (its last write is number " +
          std::to_string(found.value.revision) + ", the backend committed " + std::to_string(known.revision) + ")";
  return fail(Err::io, path + " is " + what + " than the one in use; restart the backend to use it");
}

bool database_moved(sqlite3* db) {
  int moved = 0;
  return sqlite3_file_control(db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0;
}

StoreFault database_fault(sqlite3* db) {
  switch (sqlite3_errcode(db) & 0xff) {
    case SQLITE_FULL: return StoreFault::full;
    case SQLITE_READONLY: return StoreFault::read_only;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return StoreFault::damaged;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: return StoreFault::io;
    default: return StoreFault::other;
  }
}

}  // namespace picket
