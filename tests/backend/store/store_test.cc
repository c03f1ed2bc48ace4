// tests/backend/store/store_test.cc - the store: what `done` says ok to is there, in order, whatever happens next.
#include "tests/backend/store/store_fixture.h"

using namespace store_test;

TEST_CASE("a write is seen at once, answered later, and there after a restart") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  bool answered = false;
  store_write(f.store, {object(StoreWrite::create, "checks", "default", "disk", "{\"a\":1}")}, [&](Status s) {
    CHECK(s.ok());
    answered = true;
  });
  CHECK(store_get(f.store, "checks", "default", "disk").value.body == "{\"a\":1}");
  CHECK_FALSE(answered);
  f.close();
  CHECK(answered);
  REQUIRE(f.open(dir.file()).ok());
  CHECK(store_get(f.store, "checks", "default", "disk").value.revision == 1);
  CHECK(f.write({object(StoreWrite::put, "checks", "default", "load")}).ok());
  CHECK(store_get(f.store, "checks", "default", "load").value.revision == 2);  // revisions go on after a restart
}

TEST_CASE("what a write demands of the present state") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  REQUIRE(f.write({object(StoreWrite::create, "namespaces", "", "default"), object(StoreWrite::create, "checks", "default", "c")}).ok());
  const int64_t revision = store_get(f.store, "checks", "default", "c").value.revision;
  struct Row { StoreWrite write; bool check_namespace; Err want; const char* why; } rows[] = {
      {object(StoreWrite::create, "checks", "default", "c"), false, Err::exists, "create of what is there"},
      {object(StoreWrite::create, "checks", "other", "c"), true, Err::not_found, "no such namespace"},
      {object(StoreWrite::create, "checks", "default", "c2"), true, Err::ok, "create"},
      {object(StoreWrite::put_if_revision, "checks", "default", "c", "{}", revision + 1), false, Err::precondition, "somebody changed it"},
      {object(StoreWrite::put_if_revision, "checks", "default", "c", "{}", revision), false, Err::ok, "the present revision"},
      {object(StoreWrite::put_if_revision, "checks", "default", "nope", "{}", 1), false, Err::not_found, "revision of nothing"},
      {object(StoreWrite::del, "checks", "default", "nope"), false, Err::not_found, "delete of nothing"},
      {object(StoreWrite::del, "checks", "default", "c"), false, Err::ok, "delete"},
      {object(StoreWrite::del, "checks", "default", "c"), false, Err::not_found, "delete again"},
      {event_gone("a", "b"), false, Err::not_found, "delete of no event"},
      {event("a", "b", "h", text("t")), true, Err::ok, "event in a namespace"},
  };
  for (Row& r : rows) {
    CAPTURE(r.why);
    r.write.check_namespace = r.check_namespace;
    CHECK(f.write({r.write}).code == r.want);
  }
}

TEST_CASE("a batch is all or nothing, also for readers before the commit") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  REQUIRE(f.write({object(StoreWrite::put, "checks", "default", "a", "old")}).ok());
  CHECK(f.write({object(StoreWrite::put, "checks", "default", "a", "new"), object(StoreWrite::create, "checks", "default", "b"),
                 object(StoreWrite::create, "namespaces", "", "n"), object(StoreWrite::del, "checks", "default", "nope")})
            .code == Err::not_found);
  CHECK(store_get(f.store, "checks", "default", "a").value.body == "old");
  CHECK(store_get(f.store, "checks", "default", "b").status.code == Err::not_found);
  StoreWrite in_n = object(StoreWrite::create, "checks", "n", "x");
  in_n.check_namespace = true;
  CHECK(f.write({in_n}).code == Err::not_found);
}

TEST_CASE("a namespace that is not committed yet outlives a batch that is refused") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  store_write(f.store, {object(StoreWrite::create, "namespaces", "", "new")}, {});
  store_write(f.store, {object(StoreWrite::put, "checks", "new", "a"), object(StoreWrite::del, "checks", "new", "nope")}, {});
  StoreWrite inside = object(StoreWrite::create, "checks", "new", "b");
  inside.check_namespace = true;
  CHECK(f.write({inside}).ok());
  inside.object.name = "c";
  CHECK(f.write({inside}).ok());
  CHECK(names(store_list(f.store, "checks", "new", "", "", 0)) == "new/b new/c ");
}

TEST_CASE("one object written often in a row: the last one counts") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  int answered = 0;
  for (int i = 0; i < 50; i++)
    store_write(f.store, {object(StoreWrite::put, "streams", "", "s", std::to_string(i))}, [&](Status s) { answered += s.ok(); });
  REQUIRE(f.write({object(StoreWrite::put, "checks", "d", "x"), object(StoreWrite::del, "checks", "d", "x")}).ok());
  CHECK(answered == 50);
  CHECK(store_get(f.store, "streams", "", "s").value.body == "49");
  CHECK(store_get(f.store, "checks", "d", "x").status.code == Err::not_found);
  f.close();
  REQUIRE(f.open(dir.file()).ok());
  CHECK(store_get(f.store, "streams", "", "s").value.body == "49");
  CHECK(store_get(f.store, "checks", "d", "x").status.code == Err::not_found);
}

TEST_CASE("lists are in order, page, and see what is pending") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  for (const char* n : {"b", "d", "f"}) REQUIRE(f.write({object(StoreWrite::put, "checks", "n1", n)}).ok());
  REQUIRE(f.write({object(StoreWrite::put, "checks", "n2", "a"), object(StoreWrite::put, "hooks", "n1", "z")}).ok());
  // Pending from here on: nobody runs the loop.
  store_write(f.store,
              {object(StoreWrite::put, "checks", "n1", "a"), object(StoreWrite::put, "checks", "n1", "e"),
               object(StoreWrite::del, "checks", "n1", "d"), object(StoreWrite::put, "checks", "n1", "f", "new")},
              {});
  CHECK(names(store_list(f.store, "checks", "", "", "", 0)) == "n1/a n1/b n1/e n1/f n2/a ");
  CHECK(names(store_list(f.store, "checks", "n1", "", "", 0)) == "n1/a n1/b n1/e n1/f ");
  CHECK(names(store_list(f.store, "checks", "n1", "", "", 2)) == "n1/a n1/b ");
  CHECK(names(store_list(f.store, "checks", "n1", "n1", "b", 2)) == "n1/e n1/f ");
  CHECK(names(store_list(f.store, "checks", "", "n1", "e", 0)) == "n1/f n2/a ");
  CHECK(store_list(f.store, "checks", "n1", "n1", "e", 0).value[0].body == "new");
  CHECK(names(store_list(f.store, "check", "", "", "", 0)) == "");
}

TEST_CASE("events share the text of their entity, and it goes with the last of them") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  auto one = text("one"), two = text("two");
  REQUIRE(f.write({event("web", "a", "1", one), event("web", "b", "1", text("one")), event("db", "a", "1", one)}).ok());
  CHECK(count_rows(dir.file(), "SELECT count(*) FROM entity_texts") == 1);
  REQUIRE(f.write({event("web", "a", "2", nullptr)}).ok());
  CHECK(names(store_list_events(f.store, "default", "web", {}, 0)) == "web/a=2,one web/b=1,one ");
  REQUIRE(f.write({event("web", "a", "3", two), event("web", "b", "3", two)}).ok());
  CHECK(count_rows(dir.file(), "SELECT count(*) FROM entity_texts") == 2);
  REQUIRE(f.write({event_gone("db", "a")}).ok());
  CHECK(count_rows(dir.file(), "SELECT count(*) FROM entity_texts") == 1);
  CHECK(names(store_list_events(f.store, "", "", {}, 0)) == "web/a=3,two web/b=3,two ");
  f.close();
  REQUIRE(f.open(dir.file()).ok());
  REQUIRE(f.write({event_gone("web", "a"), event_gone("web", "b")}).ok());
  CHECK(count_rows(dir.file(), "SELECT count(*) FROM entity_texts") == 0);
}

TEST_CASE("pending events: read before the commit, with the text they keep") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  REQUIRE(f.write({event("web", "a", "1", text("one"))}).ok());
  store_write(f.store, {event("web", "a", "2", nullptr)}, {});
  CHECK(*store_get_event(f.store, {"default", "web", "a"}).value.entity_json == "one");
  store_write(f.store, {event("web", "a", "3", nullptr), event("app", "a", "1", text("x"))}, {});
  CHECK(names(store_list_events(f.store, "default", "", {}, 0)) == "app/a=1,x web/a=3,one ");
  CHECK(names(store_list_events(f.store, "default", "", {"default", "app", "a"}, 0)) == "web/a=3,one ");
  CHECK(names(store_list_events(f.store, "", "", {"default", "app", ""}, 1)) == "app/a=1,x ");
  store_write(f.store, {event_gone("web", "a")}, {});
  CHECK(store_get_event(f.store, {"default", "web", "a"}).status.code == Err::not_found);
  CHECK(names(store_list_events(f.store, "default", "web", {}, 0)) == "");
}

namespace {
StoreWrite step(StoreWrite::Op op, std::string check, int64_t at, std::string data, const char* series = nullptr) {
  StoreWrite w;
  w.op = op;
  w.step = std::make_shared<StoredStep>();
  *w.step = {{"default", "web", check}, at, at / 10 % 3, std::move(data), series ? text(series) : nullptr};
  return w;
}
std::string steps(Store* s, const char* check, int64_t from = 0) {
  std::string out;
  for (const StoredStep& x : store_list_steps(s, {"default", "web", check}, from).value) out += std::to_string(x.at) + "=" + x.data + " ";
  return out;
}
}  // namespace

TEST_CASE("steps of metrics: a ring, read before and after the commit, gone with their event") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  store_write(f.store, {step(StoreWrite::put_step, "a", 10, std::string("\0x", 2), "[1]")}, {});
  CHECK(steps(f.store, "a") == std::string("10=\0x ", 6));
  for (int64_t at : {20, 30}) REQUIRE(f.write({step(StoreWrite::put_step, "a", at, "v")}).ok());
  store_write(f.store, {step(StoreWrite::put_step, "a", 40, "w")}, {});  // takes the slot of 10
  CHECK(steps(f.store, "a", 20) == "20=v 30=v 40=w ");
  REQUIRE(f.write({step(StoreWrite::put_step, "a", 10, "late")}).ok());
  REQUIRE(f.write({step(StoreWrite::put_step, "b", 10, "other", "[2]")}).ok());
  CHECK(steps(f.store, "a") == "20=v 30=v 40=w ");
  CHECK(store_get_step(f.store, *step(StoreWrite::put_step, "a", 40, "").step).value == "w");
  CHECK(store_get_step(f.store, *step(StoreWrite::put_step, "a", 10, "").step).status.code == Err::not_found);
  CHECK(store_list_series(f.store).value.size() == 2);

  store_write(f.store, {step(StoreWrite::del_steps, "a", 0, "")}, {});
  CHECK(steps(f.store, "a").empty());
  CHECK(store_get_step(f.store, *step(StoreWrite::put_step, "a", 40, "").step).status.code == Err::not_found);
  REQUIRE(f.write({step(StoreWrite::put_step, "a", 50, "new", "[3]")}).ok());
  CHECK(steps(f.store, "a") == "50=new ");
  REQUIRE(f.write({step(StoreWrite::del_steps, "nothing", 0, "")}).ok());
  f.close();
  CHECK(count_rows(dir.file(), "SELECT count(*) FROM metric_steps") == 2);
  CHECK(count_rows(dir.file(), "SELECT count(*) FROM metric_series WHERE series IN ('[2]','[3]')") == 2);
}

TEST_CASE("when an entity was last seen is kept beside its text") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  StoreWrite w = event("web", "a", "{}", text("T"));
  w.event.last_seen = 7;
  REQUIRE(f.write({w}).ok());
  CHECK(store_get_event(f.store, {"default", "web", "a"}).value.last_seen == 7);
  w.event.entity_json = nullptr;
  w.event.last_seen = 8;
  store_write(f.store, {w}, {});
  CHECK(store_get_event(f.store, {"default", "web", "a"}).value.last_seen == 8);
  w.event.last_seen = 9;
  REQUIRE(f.write({w}).ok());
  CHECK(store_list_events(f.store, "default", "", {}, 0).value[0].last_seen == 9);
  CHECK(count_rows(dir.file(), "SELECT count(*) FROM entity_texts") == 1);
}

TEST_CASE("watches hear of every committed change, in order") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  std::string heard, objects;
  store_watch(f.store, [&](const StoreChange& c) { heard += (c.deleted ? "-" : "+") + c.name + c.check + " "; });
  store_watch(
      f.store, [&](const StoreChange& c) { objects += c.name + " "; }, false);
  store_write(f.store, {object(StoreWrite::put, "checks", "d", "a")}, {});
  store_write(f.store, {object(StoreWrite::create, "checks", "d", "a")}, {});  // refused: no change
  store_write(f.store, {event("e", "c", "1", text("t"))}, {});
  REQUIRE(f.write({object(StoreWrite::del, "checks", "d", "a"), event_gone("e", "c")}).ok());
  CHECK(heard == "+a +ec -a -ec ");
  CHECK(objects == "a a ");
}

TEST_CASE("a file that is not a database, damaged or of the future is refused with a sentence") {
  TempDir dir;
  Fixture f;
  log_set_sink([](std::string_view) {});
  FILE* out = fopen(dir.file().c_str(), "wb");
  for (int i = 0; i < 9000; i++) fputs("this is not a database ", out);
  fclose(out);
  Status s = f.open(dir.file());
  CHECK(s.message.find("damaged") != std::string::npos);
  CHECK(s.message.find(dir.file()) != std::string::npos);

  fs::remove(dir.file());
  REQUIRE(f.open(dir.file()).ok());
  for (int i = 0; i < 200; i++)
    REQUIRE(f.write({object(StoreWrite::put, "checks", "d", "n" + std::to_string(i), std::string(500, 'x'))}).ok());
  f.close();
  std::FILE* db = fopen(dir.file().c_str(), "r+b");
  fseek(db, 8192, SEEK_SET);
  for (int i = 0; i < 20000; i++) fputc(0x5a, db);
  fclose(db);
  CHECK(f.open(dir.file()).message.find("damaged") != std::string::npos);

  fs::remove(dir.file());
  sqlite3* raw = nullptr;
  REQUIRE(sqlite3_open(dir.file().c_str(), &raw) == SQLITE_OK);
  sqlite3_exec(raw, "PRAGMA user_version=99", nullptr, nullptr, nullptr);
  sqlite3_close(raw);
  s = f.open(dir.file());
  CHECK(s.code == Err::precondition);
  CHECK(s.message.find("schema 99") != std::string::npos);
  CHECK(f.open("/nonexistent/dir/picket.db").message.find("state directory") != std::string::npos);
  log_set_sink(nullptr);
}

TEST_CASE("a file that is mostly empty is made smaller at the next start, and has all of what is left") {
  TempDir dir;
  Fixture f;
  log_set_sink([](std::string_view) {});
  REQUIRE(f.open(dir.file()).ok());
  for (int i = 0; i < 24; i++)
    REQUIRE(f.write({object(StoreWrite::put, "checks", "d", "c" + std::to_string(i), std::string(1 << 20, 'x'))}).ok());
  REQUIRE(f.write({event("web", "a", "1", text("one")), object(StoreWrite::put, "checks", "d", "kept", "here")}).ok());
  for (int i = 0; i < 24; i++) REQUIRE(f.write({object(StoreWrite::del, "checks", "d", "c" + std::to_string(i))}).ok());
  f.close();
  CHECK(fs::file_size(dir.file()) > 20u << 20);
  REQUIRE(f.open(dir.file()).ok());
  CHECK(fs::file_size(dir.file()) < 1u << 20);
  CHECK(store_get(f.store, "checks", "d", "kept").value.body == "here");
  CHECK(names(store_list_events(f.store, "default", "", {}, 0)) == "web/a=1,one ");
  REQUIRE(f.write({event("web", "b", "2", text("one"))}).ok());
  CHECK(count_rows(dir.file(), "SELECT count(*) FROM entity_texts") == 1);
  f.close();
  log_set_sink(nullptr);
}

TEST_CASE("a backup is a database of its own") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  REQUIRE(f.write({object(StoreWrite::put, "checks", "d", "a")}).ok());
  REQUIRE(store_backup(f.store, dir.path + "/copy.db").ok());
  CHECK(count_rows(dir.path + "/copy.db", "SELECT count(*) FROM objects") == 1);
}
