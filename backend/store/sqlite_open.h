// backend/store/sqlite_open.h - opens the database file for writing, at the start and again after a failure of its disk.
#pragma once
#include <cstdint>
#include <string>

#include "backend/store/store.h"
#include "backend/store/sqlite_db.h"

namespace picket {

// Creates the file and its schema when absent, runs missing migrations. Refuses newer schemas, damaged files, and files that can
// only be read.
Status database_is_ours(const std::string& path);
Result<Db> database_open(const std::string& path, bool full_sync);

// Which database it is, and how far it was written: what the memory of a running backend belongs to.
struct DatabaseIdentity {
  std::string id;
  int64_t revision = 0;
};
Result<DatabaseIdentity> database_identity(sqlite3* db);

// Opens what lies at `path` now, if it is the database that `known` was read from and nothing of it is missing.
Result<Db> database_open_again(const std::string& path, bool full_sync, const DatabaseIdentity& known);

bool database_moved(sqlite3* db);        // its file is no longer at its path: deleted, replaced, or the disk was taken away
StoreFault database_fault(sqlite3* db);  // why the last call on it failed

}  // namespace picket
