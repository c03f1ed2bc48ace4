// tests/backend/store/store_fixture.h - a store in a folder of its own, and what is written to it.
#pragma once
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <filesystem>

#include "backend/store/store.h"
#include "common/text/log.h"
#include "tests/support/temp_dir.h"

namespace store_test {

using namespace picket;
namespace fs = std::filesystem;

struct TempDir {
  std::string path = temp_dir("store");
  ~TempDir() {
    std::error_code ignored;
    fs::permissions(path, fs::perms::owner_all, ignored);
    fs::remove_all(path, ignored);
  }
  std::string file() const { return path + "/picket.db"; }
};

struct Fixture {
  uv_loop_t loop{};
  Store* store = nullptr;
  Fixture() { uv_loop_init(&loop); }
  ~Fixture() {
    close();
    uv_loop_close(&loop);
  }
  Status open(const std::string& path) {
    Result<Store*> r = store_open(&loop, path);
    if (r.ok()) store = r.value;
    return r.status;
  }
  void close() {
    if (store) store_close(store, nullptr);
    store = nullptr;
    uv_run(&loop, UV_RUN_DEFAULT);
  }
  // Hands in and waits for the answer.
  Status write(std::vector<StoreWrite> batch) {
    bool called = false;
    Status answer;
    store_write(store, std::move(batch), [&](Status s) { answer = std::move(s), called = true; });
    CHECK_FALSE(called);  // never inside the call
    while (!called) uv_run(&loop, UV_RUN_ONCE);
    return answer;
  }
};

inline StoreWrite object(StoreWrite::Op op, std::string kind, std::string ns, std::string name, std::string body = "{}",
                         int64_t revision = 0) {
  StoreWrite w;
  w.op = op;
  w.object = {std::move(kind), std::move(ns), std::move(name), std::move(body), revision};
  return w;
}

inline StoreWrite event(std::string entity, std::string check, std::string head, std::shared_ptr<const std::string> text) {
  StoreWrite w;
  w.op = StoreWrite::put_event;
  w.event = {{"default", entity, check}, std::move(head), std::move(text), 0, 0};
  return w;
}

inline StoreWrite event_gone(std::string entity, std::string check) {
  StoreWrite w;
  w.op = StoreWrite::del_event;
  w.event = {{"default", entity, check}, "", nullptr, 0, 0};
  return w;
}

inline std::shared_ptr<const std::string> text(std::string s) { return std::make_shared<const std::string>(std::move(s)); }

inline std::string names(const Result<std::vector<StoredObject>>& list) {
  std::string out = list.status.message;
  for (const StoredObject& o : list.value) out += o.ns + "/" + o.name + " ";
  return out;
}

inline std::string names(const Result<std::vector<StoredEvent>>& list) {
  std::string out = list.status.message;
  for (const StoredEvent& e : list.value) out += event_row_name(e.key) + "=" + e.head + "," + (e.entity_json ? *e.entity_json : "?") + " ";
  return out;
}

inline int64_t count_rows(const std::string& path, const char* sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  sqlite3_stmt* s = nullptr;
  REQUIRE(sqlite3_prepare_v2(db, sql, -1, &s, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_step(s) == SQLITE_ROW);
  const int64_t n = sqlite3_column_int64(s, 0);
  sqlite3_finalize(s);
  sqlite3_close(db);
  return n;
}

}  // namespace store_test
