// backend/store/sqlite_steps.cc - rows of metric histories written, and old ones dropped.
#include "backend/store/sqlite_steps.h"

namespace picket {
namespace {

// 0 = there is none.
Result<int64_t> owner_find(sqlite3* db, const StepStatements& st, const StoredStep& step) {
  ResetGuard guard{st.find_owner.get()};
  bind_key(guard.s, 1, step.key);
  const int rc = sqlite3_step(guard.s);
  if (rc == SQLITE_DONE) return int64_t{0};
  if (rc != SQLITE_ROW) return db_error(db, "find a metric history");
  return sqlite3_column_int64(guard.s, 0);
}

Result<int64_t> owner_add(sqlite3* db, const StepStatements& st, const StoredStep& step) {
  ResetGuard guard{st.add_owner.get()};
  bind_key(guard.s, 1, step.key);
  bind_text(guard.s, 4, step.series ? std::string_view(*step.series) : std::string_view("[]"));
  if (Status s = db_run(db, guard.s, "write a metric history"); !s.ok()) return s;
  return sqlite3_last_insert_rowid(db);
}

Status series_put(sqlite3* db, const StepStatements& st, int64_t owner, const std::string& series) {
  ResetGuard guard{st.put_series.get()};
  sqlite3_bind_int64(guard.s, 1, owner);
  bind_text(guard.s, 2, series);
  return db_run(db, guard.s, "write the series of a metric history");
}

Status run_for(sqlite3* db, const Stmt& statement, int64_t owner, std::string_view doing) {
  ResetGuard guard{statement.get()};
  sqlite3_bind_int64(guard.s, 1, owner);
  return db_run(db, guard.s, doing);
}

}  // namespace

Status steps_prepare(sqlite3* db, StepStatements& st) {
  return db_prepare_all(db,
                        {
                            {&st.find_owner, "SELECT id FROM metric_series WHERE ns=?1 AND entity=?2 AND check_name=?3"},
                            {&st.add_owner, "INSERT INTO metric_series(ns,entity,check_name,series) VALUES(?1,?2,?3,?4)"},
                            {&st.put_series, "UPDATE metric_series SET series=?2 WHERE id=?1"},
                            {&st.put_step,
                             "INSERT INTO metric_steps(owner,slot,at,data) VALUES(?1,?2,?3,?4) "
                             "ON CONFLICT(owner,slot) DO UPDATE SET at=excluded.at, data=excluded.data WHERE excluded.at>=at"},
                            {&st.delete_steps, "DELETE FROM metric_steps WHERE owner=?1"},
                            {&st.delete_owner, "DELETE FROM metric_series WHERE id=?1"},
                        });
}

Status step_put(sqlite3* db, const StepStatements& st, const StoredStep& step) {
  Result<int64_t> owner = owner_find(db, st, step);
  const bool is_new = owner.ok() && owner.value == 0;
  if (is_new) owner = owner_add(db, st, step);
  if (!owner.ok()) return owner.status;
  if (step.series && !is_new)
    if (Status s = series_put(db, st, owner.value, *step.series); !s.ok()) return s;
  ResetGuard guard{st.put_step.get()};
  sqlite3_bind_int64(guard.s, 1, owner.value);
  sqlite3_bind_int64(guard.s, 2, step.slot);
  sqlite3_bind_int64(guard.s, 3, step.at);
  sqlite3_bind_blob(guard.s, 4, step.data.data(), static_cast<int>(step.data.size()), SQLITE_STATIC);
  return db_run(db, guard.s, "write a step of a metric history");
}

Status steps_drop(sqlite3* db, const StepStatements& st, const StoredStep& step) {
  Result<int64_t> owner = owner_find(db, st, step);
  if (!owner.ok() || owner.value == 0) return owner.status;
  if (Status s = run_for(db, st.delete_steps, owner.value, "delete a metric history"); !s.ok()) return s;
  return run_for(db, st.delete_owner, owner.value, "delete a metric history");
}

}  // namespace picket
