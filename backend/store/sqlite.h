// backend/store/sqlite.h - the tables of store.h: two connections to one SQLite file, no queue, no loop.
//
// `reader` belongs to the loop's thread, `writer` to the store's writer thread; neither waits for the other (WAL).
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"
#include "backend/store/store.h"

namespace picket {

// One row to write. Preconditions have been decided before (store.cc), so applying it cannot be refused.
struct StoreOp {
  enum Kind { of_object, of_event, of_step } kind = of_object;
  bool deleted = false;
  StoredObject object;  // or:
  StoredEvent event;    // entity_json null: the row keeps the text it has; or:
  std::shared_ptr<StoredStep> step;
  int64_t revision = 0;
  int64_t position = 0;  // of the change, in a cluster; 0: it is the revision
  // What the cluster's log is to know of it, too.
  int64_t base = 0;   // the revision of what it replaces; of an event: of what it was merged with
  uint8_t write = 0;  // StoreWrite::Op
  bool check_namespace = false;
  bool unsent = false;  // it was not in the log when the quorum went, and will not be as it is
  // Of the loop's thread; the writer does not look at them.
  std::string row;                   // of an object: its key in the overlay
  bool keep = false;                 // refused for now, it stays and is tried again
  int64_t kept_at = 0;               // its place among those that wait to be tried again; 0 = it is not one
  std::shared_ptr<StoreOp> covered;  // a kept operation on the same row, which counts again if this one is refused
};

struct SqliteReader;
struct SqliteWriter;

// Creates the file and its schema when absent, runs missing migrations, refuses newer schemas and damaged files.
Result<SqliteWriter*> sqlite_writer_open(const std::string& path, const StoreOptions& options);
void sqlite_writer_close(SqliteWriter* writer);
int64_t sqlite_last_revision(const SqliteWriter* writer);
// One transaction: all of `ops` or none of them. After a failure of the disk it opens what lies at the path now, if that is the
// same database; a file that is not at its path any more is let go of.
Status sqlite_apply(SqliteWriter* writer, const std::vector<const StoreOp*>& ops);
StoreFault sqlite_fault(const SqliteWriter* writer);  // of the last transaction

// For sqlite_log.cc: one transaction, whose work reads and writes rows; `revision`: how far the file is afterwards.
Status sqlite_transaction(SqliteWriter* writer, int64_t revision, const std::function<Status()>& work);
Status sqlite_op(SqliteWriter* writer, const StoreOp& op);
Result<int64_t> sqlite_object_revision(SqliteWriter* writer, std::string_view kind, std::string_view ns,
                                       std::string_view name);  // 0: absent
Result<int64_t> sqlite_event_revision(SqliteWriter* writer, const EventKey& key);
Status sqlite_meta_put(SqliteWriter* writer, std::string_view key, std::string_view value);
const std::string& sqlite_identity(const SqliteWriter* writer);                   // of the file, made once
Result<std::string> sqlite_meta_get(SqliteWriter* writer, std::string_view key);  // "" = absent

Result<SqliteReader*> sqlite_reader_open(const std::string& path);
void sqlite_reader_close(SqliteReader* reader);
void sqlite_reader_let_go(SqliteReader* reader);  // every read fails until it is opened again
Status sqlite_reader_open_again(SqliteReader* reader);
int64_t sqlite_reader_failures(const SqliteReader* reader, Status* last);  // reads that failed
Result<StoredObject> sqlite_get(SqliteReader* reader, std::string_view kind, std::string_view ns, std::string_view name);
Result<StoredEvent> sqlite_get_event(SqliteReader* reader, const EventKey& key);
Result<std::vector<StoredObject>> sqlite_list(SqliteReader* reader, std::string_view kind, std::string_view ns, std::string_view after_ns,
                                              std::string_view after_name, int64_t limit);
Result<std::vector<StoredEvent>> sqlite_list_events(SqliteReader* reader, std::string_view ns, std::string_view entity,
                                                    const EventKey& after, int64_t limit);
Result<std::vector<StoredStep>> sqlite_list_steps(SqliteReader* reader, const EventKey& key, int64_t from);
Result<std::string> sqlite_get_step(SqliteReader* reader, const StoredStep& step);
Result<std::vector<StoredStep>> sqlite_list_series(SqliteReader* reader);

Status sqlite_backup(const std::string& from, const std::string& to);

}  // namespace picket
