// backend/store/sqlite_steps.h - the rows of metric histories, as the writer writes them. For sqlite.cc.
#pragma once
#include "backend/store/store.h"
#include "backend/store/sqlite_db.h"

namespace picket {

struct StepStatements { Stmt find_owner, add_owner, put_series, put_step, delete_steps, delete_owner; };

Status steps_prepare(sqlite3* db, StepStatements& statements);
Status step_put(sqlite3* db, const StepStatements& statements, const StoredStep& step);
Status steps_drop(sqlite3* db, const StepStatements& statements, const StoredStep& step);

}  // namespace picket
