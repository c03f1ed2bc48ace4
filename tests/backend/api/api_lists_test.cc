// tests/backend/api/api_lists_test.cc - what is read and followed: lists, selectors, watches, backups.
#include <sqlite3.h>

#include <fstream>

#include "tests/backend/api/api_world.h"

using namespace picket;

TEST_CASE("a store that cannot be read is 500 and no empty answer") {
  World w;
  REQUIRE(w.call("PUT", DEFAULT "/checks/c", R"({"command":"true","interval":60,"metadata":{"name":"c","namespace":"default"}})").code ==
          201);
  REQUIRE(w.call("POST", DEFAULT "/events",
                 R"({"entity":{"metadata":{"name":"e","namespace":"default"}},"check":{"metadata":{"name":"c","namespace":"default"}}})")
              .code == 201);
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open((w.dir + "/state/picket.db").c_str(), &db) == SQLITE_OK);
  sqlite3_busy_timeout(db, 5000);
  REQUIRE(sqlite3_exec(db, "ALTER TABLE events RENAME TO away", nullptr, nullptr, nullptr) == SQLITE_OK);
  for (const char* path : {DEFAULT "/events/e/c", DEFAULT "/events", C2 "/events", DEFAULT "/events?limit=1",
                           "/api/picket/v1/namespaces/default/events/e/c/metrics"}) {
    CAPTURE(path);
    Answer a = w.call("GET", path);
    CHECK(a.code == 500);
    CHECK(a.body.find("no such table") != std::string::npos);
  }
  CHECK(w.call("GET", DEFAULT "/checks/c").code == 200);
  CHECK(w.call("GET", DEFAULT "/checks/none").code == 404);
  REQUIRE(sqlite3_exec(db, "ALTER TABLE away RENAME TO events", nullptr, nullptr, nullptr) == SQLITE_OK);
  CHECK(w.call("GET", DEFAULT "/events/e/c").code == 200);
  sqlite3_close(db);
}

TEST_CASE("a row that was damaged is an error of its own: alone it is reported, in a list it is left out") {
  World w;
  const std::string torn = "{\"metadata\":{\"name\":\"torn\",\"namespace\":\"default\"},\"x\":\"\x01";
  REQUIRE(w.call("PUT", DEFAULT "/entities/whole", R"({"metadata":{"name":"whole","namespace":"default"},"entity_class":"proxy"})").code ==
          200);
  const auto write = [&](StoreWrite write) {
    bool done = false;
    store_write(w.backend->store, {std::move(write)}, [&](const Status& s) { CHECK((s.ok(), done = true)); });
    CHECK(w.until([&] { return done; }));
  };
  const char* const kKinds[] = {"checks", "hooks", "silenced", "handlers", "entities", "assets"};
  for (const char* kind : kKinds) {
    StoreWrite one;
    one.object = {kind, "default", "torn", torn, 0};
    write(one);
  }
  StoreWrite head, text;  // of one event its own part, of another its entity
  head.op = text.op = StoreWrite::put_event;
  head.event.key = {"default", "whole", "torn-head"};
  text.event.key = {"default", "whole", "torn-entity"};
  head.event.head = R"({"check":{"metadata":{"na)";
  text.event.head = R"({"check":{"metadata":{"name":"torn-entity"}}})";
  head.event.entity_json = std::make_shared<const std::string>(R"({"metadata":{"name":"whole"}})");
  text.event.entity_json = std::make_shared<const std::string>(R"({"metadata":{"name)");
  write(head);
  write(text);
  const auto is_reported = [&](const std::string& path) {
    CAPTURE(path);
    const Answer a = w.call("GET", DEFAULT + path);
    CHECK(a.code == 500);
    CHECK(json_string(json_at(a.body, {"message"})).value.find("damaged") != std::string::npos);
  };
  for (const char* kind : kKinds) {
    is_reported(std::string("/") + kind + "/torn");
    CHECK(json_check(w.call("GET", std::string(DEFAULT "/") + kind).body).ok());
  }
  is_reported("/events/whole/torn-head");
  is_reported("/events/whole/torn-entity");
  CHECK(w.call("GET", DEFAULT "/events").body == "[]");
  CHECK(w.call("GET", DEFAULT "/entities/whole").code == 200);
}

TEST_CASE("a selector does not disclose what reading hides") {
  World w;
  w.call("PUT", DEFAULT "/entities/e1",
         R"({"metadata":{"name":"e1","namespace":"default","labels":{"password":"s3cret"}},"entity_class":"proxy"})");
  CHECK(w.call("GET", DEFAULT "/entities?labelSelector=password%3D%3Ds3cret").body == "[]");
  CHECK(w.call("GET", DEFAULT "/entities?labelSelector=password%3D%3DREDACTED").body != "[]");
  CHECK(w.call("GET", DEFAULT "/entities?fieldSelector=entity.labels.password%20matches%20s3").body == "[]");
  CHECK(w.call("GET", DEFAULT "/entities?fieldSelector=nonsense").code == 400);
}

TEST_CASE("long lists: streamed whole, or page by page, each object once and in order") {
  World w;
  const int count = 3000;
  std::vector<StoreWrite> batch;
  for (int i = 0; i < count; i++) {
    char name[16];
    snprintf(name, sizeof name, "c%05d", i);
    StoreWrite write;
    std::string label = i % 3 == 0 ? "fizz" : "none";
    write.object = {"checks", "default", name,
                    R"({"command":")" + std::string(400, 'x') + R"(","metadata":{"name":")" + name +
                        R"(","namespace":"default","labels":{"k":")" + label + "\"}}}",
                    0};
    batch.push_back(write);
  }
  bool stored = false;
  store_write(w.backend->store, std::move(batch), [&](Status s) { stored = s.ok(); });
  REQUIRE(w.until([&] { return stored; }));

  Answer all = w.call("GET", DEFAULT "/checks");
  auto items = json_items(all.body);
  REQUIRE(items.ok());
  CHECK(items.value.size() == static_cast<size_t>(count));
  CHECK(all.header("Content-Type") == "application/json");
  for (const char* path : {DEFAULT "/checks?limit=777", C2 "/checks?limit=777", DEFAULT "/checks?limit=250&labelSelector=k==fizz"}) {
    std::vector<std::string> names;
    std::string next;
    do {
      Answer page = w.call("GET", std::string(path) + (next.empty() ? "" : "&continue=" + next));
      for (std::string_view item : json_items(page.body).value) names.emplace_back(json_at(item, {"metadata", "name"}));
      next = page.header("Sensu-Continue");
    } while (!next.empty());
    CAPTURE(path);
    CHECK(names.size() == static_cast<size_t>(std::string(path).find("fizz") == std::string::npos ? count : count / 3));
    CHECK(std::is_sorted(names.begin(), names.end()));
    CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  }
}

TEST_CASE("a client that leaves in the middle of a list, or the backend that stops then") {
  World w;
  std::vector<StoreWrite> batch;
  for (int i = 0; i < 2000; i++) {
    StoreWrite write;
    write.object = {"checks", "default", "c" + std::to_string(i), "{\"command\":\"" + std::string(2000, 'x') + "\"}", 0};
    batch.push_back(write);
  }
  bool stored = false;
  store_write(w.backend->store, std::move(batch), [&](Status s) { stored = s.ok(); });
  REQUIRE(w.until([&] { return stored; }));
  HttpClientRequest request;
  request.url = w.base + DEFAULT "/checks";
  request.headers = {{"Authorization", "Bearer " + w.token}};
  request.on_body = [](std::string_view) { return false; };
  bool left = false, cut = false;
  http_call(w.net, request, [&](HttpClientResponse) { left = true; });
  CHECK(w.until([&] { return left; }));
  CHECK(w.call("GET", DEFAULT "/checks?limit=1").code == 200);
  size_t got = 0;
  request.on_body = [&](std::string_view bytes) { return got += bytes.size(), true; };
  http_call(w.net, request, [&](HttpClientResponse) { cut = true; });
  CHECK(w.until([&] { return got > 0; }));
  w.stop();
  CHECK(w.until([&] { return cut; }));
}

TEST_CASE("watching: changes come as they are committed, to users that may read them") {
  World w;
  std::string seen;
  HttpClientRequest request;
  request.url = w.base + "/api/picket/v1/watch?kinds=checks,events,users,entities&namespace=";
  request.headers = {{"Authorization", "Bearer " + w.token}};
  request.timeout_ms = 60'000;
  request.on_body = [&](std::string_view bytes) { return seen.append(bytes), true; };
  bool ended = false;
  http_call(w.net, request, [&](HttpClientResponse) { ended = true; });
  REQUIRE(w.until([&] { return seen.find(": picket") == 0; }));
  w.call("PUT", DEFAULT "/checks/c1", check_json("c1"));
  w.call("POST", DEFAULT "/events",
         R"({"entity":{"metadata":{"name":"e1","namespace":"default","labels":{"password":"s3cret"}}},
      "check":{"metadata":{"name":"c9"},"interval":60,"status":1}})");
  w.user("bob", "P@ssw0rd123");
  w.call("DELETE", DEFAULT "/checks/c1");
  CHECK(w.until([&] { return seen.find("event: delete") != std::string::npos; }));
  CHECK(seen.find(R"("kind":"checks","namespace":"default","name":"c1","object":{"command":"true")") != std::string::npos);
  CHECK(seen.find(R"("kind":"events","namespace":"default","entity":"e1","check":"c9","object":{"entity":)") != std::string::npos);
  CHECK(seen.find(R"("kind":"users","namespace":"","name":"bob")") != std::string::npos);
  CHECK(seen.find("password_hash") == std::string::npos);
  CHECK(seen.find("s3cret") == std::string::npos);
  w.as("bob", "P@ssw0rd123");
  CHECK(w.call("GET", "/api/picket/v1/watch?kinds=checks").code == 403);
  CHECK(w.call("GET", "/api/picket/v1/watch?kinds=sessions").code == 400);
  CHECK(w.call("GET", "/api/picket/v1/watch", "", {{"Authorization", "none"}}).code == 401);
  w.stop();  // ends the stream
  CHECK(w.until([&] { return ended; }));
}

TEST_CASE("a backup is a whole database, and only for users with all rights") {
  World w;
  w.call("PUT", DEFAULT "/checks/c1", check_json("c1"));
  Answer backup = w.call("GET", "/api/picket/v1/backup");
  REQUIRE(backup.code == 200);
  std::string file = w.dir + "/copy.db";
  std::ofstream(file, std::ios::binary) << backup.body;
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  std::string verdict;
  sqlite3_exec(
      db, "pragma integrity_check",
      [](void* to, int, char** row, char**) {
        *static_cast<std::string*>(to) = row[0];
        return 0;
      },
      &verdict, nullptr);
  CHECK(verdict == "ok");
  sqlite3_close(db);
  for (const auto& entry : std::filesystem::directory_iterator(w.dir + "/state")) CHECK(entry.path().extension() != ".tmp");
  w.user("bob", "P@ssw0rd123");
  w.as("bob", "P@ssw0rd123");
  CHECK(w.call("GET", "/api/picket/v1/backup").code == 403);
}
