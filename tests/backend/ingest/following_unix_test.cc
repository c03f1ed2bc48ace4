// tests/backend/ingest/following_unix_test.cc - memory follows the commit: what a disk that takes nothing, or gives nothing,
// does to rights, countdowns, silences and the first start.
#include <unistd.h>

#include "tests/backend/api/api_world.h"
#include "backend/ingest/ingest.h"
#include "backend/ingest/schedule_driver.h"
#include "tests/backend/store/failing_disk.h"

using namespace picket;
using failing_disk::FailingDisk;
using failing_disk::write_errno;
namespace fs = std::filesystem;

namespace {

std::string event_json(const std::string& entity, const std::string& check, int status, int ttl = 0) {
  return R"({"entity":{"entity_class":"proxy","metadata":{"name":")" + entity +
      R"(","namespace":"default"}},"check":{"metadata":{"name":")" + check +
      R"(","namespace":"default"},"interval":1,"output":"o","status":)" + std::to_string(status) + ",\"ttl\":" + std::to_string(ttl) + "}}";
}

struct Degraded : World {
  FailingDisk disk;
  void post(const std::string& entity, const std::string& check, int status, int ttl, int code) {
    CHECK(call("POST", DEFAULT "/events", event_json(entity, check, status, ttl)).code == code);
  }
  void fill() {
    write_errno = ENOSPC;
    post("noise", "noise", 0, 0, 503);
    CHECK(store_stats(backend->store).degraded);
  }
  void freed() {
    write_errno = 0;
    CHECK(until([&] { return !store_stats(backend->store).degraded && store_stats(backend->store).kept == 0; }, 10'000));
  }
  void restart() {
    stop();
    start();
  }
  bool armed(const std::string& entity, const std::string& check) {
    return liveness_find(backend->ingest->liveness, {"default", entity, check}) != nullptr;
  }
  std::string status_of(const std::string& entity, const std::string& check) {
    return std::string(json_at(call("GET", DEFAULT "/events/" + entity + "/" + check).body, {"check", "status"}));
  }
};

// Takes the database away and brings it back.
struct Away {
  std::string at, away;
  explicit Away(const World& w) : at(w.dir + "/state/picket.db"), away(w.dir + "/away") { move(at, away); }
  static void move(const std::string& from, const std::string& to) {
    for (const char* end : {"", "-wal"})
      if (fs::exists(from + end)) fs::rename(from + end, to + end);
  }
  void back() const { move(away, at); }
};

}  // namespace

TEST_CASE("a deletion that was refused has changed nothing: countdowns, entities, schedules") {
  Degraded w;
  w.post("ext", "dms", 0, 3600, 201);
  w.post("ext2", "edge", 0, 3600, 201);
  w.fill();
  CHECK(w.call("DELETE", DEFAULT "/events/ext/dms").code == 503);
  CHECK(w.call("DELETE", DEFAULT "/entities/ext2").code == 503);
  CHECK(w.armed("ext", "dms"));
  CHECK(w.armed("ext2", "edge"));
  CHECK(entities_find(w.backend->entities, "default", "ext2"));
  CHECK(w.backend->scheduling->scheduler.entities["default"].count("ext2") == 1);
  CHECK(w.backend->events.count({"default", "ext", "dms"}) == 1);
  w.freed();
  CHECK(w.call("DELETE", DEFAULT "/events/ext/dms").code == 204);
  CHECK(w.call("DELETE", DEFAULT "/entities/ext2").code == 204);
  CHECK_FALSE(w.armed("ext", "dms"));
  CHECK_FALSE(w.armed("ext2", "edge"));
  CHECK_FALSE(entities_find(w.backend->entities, "default", "ext2"));
  CHECK(w.backend->scheduling->scheduler.entities["default"].count("ext2") == 0);
}

TEST_CASE("what came while the store took nothing is what the API shows, arms countdowns, and is what a restart reads") {
  Degraded w;
  w.post("ext", "c", 0, 0, 201);
  w.fill();
  w.post("ext", "c", 2, 0, 503);
  w.post("first", "seen", 1, 3600, 503);
  CHECK(w.status_of("ext", "c") == "2");
  CHECK(w.status_of("first", "seen") == "1");
  CHECK(w.call("GET", DEFAULT "/events").body.find("\"seen\"") != std::string::npos);
  CHECK(w.call("GET", DEFAULT "/entities/first").code == 200);
  CHECK(w.armed("first", "seen"));
  w.freed();
  w.restart();
  CHECK(w.status_of("ext", "c") == "2");
  CHECK(w.status_of("first", "seen") == "1");
  CHECK(w.armed("first", "seen"));
  CHECK(entities_find(w.backend->entities, "default", "first"));
}

TEST_CASE("a host that is deregistered while the store takes nothing is gone, now and after the next start") {
  Degraded w;
  w.post("gone", "c", 0, 3600, 201);
  w.fill();
  CHECK(ingest_deregister(w.backend, *entities_find(w.backend->entities, "default", "gone")).ok());
  CHECK(w.call("GET", DEFAULT "/entities/gone").code == 404);
  CHECK(w.call("GET", DEFAULT "/events/gone/c").code == 404);
  CHECK_FALSE(w.armed("gone", "c"));
  CHECK(w.until([&] { return w.backend->scheduling->scheduler.entities["default"].count("gone") == 0; }));
  w.freed();
  w.restart();
  CHECK(w.call("GET", DEFAULT "/entities/gone").code == 404);
  CHECK(w.call("GET", DEFAULT "/events/gone/c").code == 404);
}

TEST_CASE("a session that has ended stays ended, though its end could not be written down at once") {
  Degraded w;
  const auto tokens = [&] { return w.basic("/auth", base64_encode("admin:P@ssw0rd!")).body; };
  const auto field = [](const std::string& body, const char* key) { return json_string(json_at(body, {key})).value; };
  const auto bearer = [&](const std::string& t) { return Headers{{"Authorization", "Bearer " + field(t, "access_token")}}; };
  const auto shows = [&](const std::string& t) { return "{\"refresh_token\":\"" + field(t, "refresh_token") + "\"}"; };
  const auto may = [&](const std::string& t) { return w.call("GET", C2 "/namespaces", "", bearer(t)).code; };
  const std::string out = tokens(), stolen = tokens();
  std::string now = stolen;
  for (int i = 0; i < 2; i++) now = w.call("POST", "/auth/token", shows(now), bearer(now)).body;
  CHECK(may(now) == 200);
  w.fill();
  CHECK(w.call("POST", "/auth/logout", shows(out), bearer(out)).code == 503);
  CHECK(w.call("POST", "/auth/token", shows(stolen), bearer(stolen)).code == 401);  // shown a second time
  for (const std::string& t : {out, stolen, now}) CHECK(may(t) == 401);
  w.freed();
  w.restart();
  for (const std::string& t : {out, stolen, now}) CHECK(may(t) == 401);
}

TEST_CASE("a session that began, or was refreshed, while nothing could be written outlives a restart after it") {
  Degraded w;
  const auto field = [](const std::string& body, const char* key) { return json_string(json_at(body, {key})).value; };
  const auto bearer = [&](const std::string& t) { return Headers{{"Authorization", "Bearer " + field(t, "access_token")}}; };
  const auto refresh = [&](const std::string& t) {
    return w.call("POST", "/auth/token", "{\"refresh_token\":\"" + field(t, "refresh_token") + "\"}", bearer(t));
  };
  std::string before = w.basic("/auth", base64_encode("admin:P@ssw0rd!")).body;
  w.fill();
  const std::string during = w.basic("/auth", base64_encode("admin:P@ssw0rd!")).body;
  for (int i = 0; i < 2; i++) before = refresh(before).body;
  w.freed();
  w.restart();
  CHECK(w.call("GET", C2 "/namespaces", "", bearer(during)).code == 200);
  CHECK(refresh(during).code == 200);
  CHECK(refresh(before).code == 200);  // its newest token is the one that was stored
}

TEST_CASE("a silence that ended with its incident stays ended") {
  Degraded w;
  const std::string silence = R"({"metadata":{"namespace":"default"},"subscription":"entity:ext","check":"c","expire_on_resolve":true})";
  w.post("ext", "c", 0, 0, 201);
  REQUIRE(w.call("POST", DEFAULT "/silenced", silence).code == 201);
  w.post("ext", "c", 2, 0, 201);
  CHECK(w.call("GET", DEFAULT "/events/ext/c").body.find("\"is_silenced\":true") != std::string::npos);
  w.fill();
  w.post("ext", "c", 0, 0, 503);
  CHECK(w.call("GET", DEFAULT "/silenced").body == "[]");
  w.freed();
  w.restart();
  CHECK(w.call("GET", DEFAULT "/silenced").body == "[]");
  w.post("ext", "c", 2, 0, 201);
  CHECK(w.call("GET", DEFAULT "/events/ext/c").body.find("\"is_silenced\":true") == std::string::npos);
}

TEST_CASE("a countdown that ends while its event cannot be read stays, and is reported when it can be") {
  Degraded w;
  w.post("ext", "dms", 0, 5, 201);
  Away away(w);
  w.post("ext", "other", 0, 0, 503);
  CHECK(w.call("GET", DEFAULT "/events/ext/dms").code == 500);
  CHECK(w.until([&] { return w.backend->ingest->liveness.countdowns.begin()->second.dead; }, 8000));
  CHECK(w.armed("ext", "dms"));
  away.back();
  CHECK(w.until([&] { return w.status_of("ext", "dms") == "1"; }, 12'000));
  CHECK(w.armed("ext", "dms"));
}

TEST_CASE("what cannot be read is not written over, deleted around, or answered as absent") {
  Degraded w;
  REQUIRE(w.call("PUT", DEFAULT "/checks/c", check_json("c")).code == 201);
  w.post("ext", "c", 0, 0, 201);
  Away away(w);
  w.post("ext", "d", 0, 0, 503);
  const Headers merge = {{"Content-Type", "application/merge-patch+json"}};
  struct { const char *method, *path, *body; } rows[] = {
      {"GET", DEFAULT "/checks/c", ""},
      {"GET", DEFAULT "/checks", ""},
      {"GET", C2 "/namespaces", ""},
      {"GET", DEFAULT "/silenced", ""},
      {"GET", DEFAULT "/silenced/a:b", ""},
      {"GET", C2 "/tessen", ""},
      {"PATCH", DEFAULT "/checks/c", "{\"interval\":5}"},
      {"PATCH", DEFAULT "/entities/ext", "{}"},
      {"DELETE", C2 "/namespaces/default", ""},
      {"DELETE", DEFAULT "/checks/c", ""},
      {"DELETE", DEFAULT "/events/ext/c", ""},
      {"DELETE", DEFAULT "/entities/ext", ""},
      {"POST", C2 "/apikeys", "{\"username\":\"admin\"}"},
  };
  for (auto& r : rows) {
    CAPTURE(r.method);
    CAPTURE(r.path);
    const Answer a = w.call(r.method, r.path, r.body, *r.method == 'P' && r.method[1] == 'A' ? merge : Headers{});
    CHECK(a.code >= 500);
    CHECK(a.body.find("not found") == std::string::npos);
  }
  away.back();
  w.freed();
  for (const char* path : {DEFAULT "/checks/c", DEFAULT "/events/ext/c", DEFAULT "/entities/ext"}) CHECK(w.call("GET", path).code == 200);
}

TEST_CASE("a start that cannot read everything changes nothing: not the password, not the key, not a role") {
  World w;
  REQUIRE(w.call("PUT", C2 "/users/admin/password", "{\"password\":\"another one\",\"username\":\"admin\"}").code == 201);
  w.stop();
  const std::string base = w.dir + "/state", copy = w.dir + "/copy";
  const auto content = [&](const std::string& dir) {
    std::string out;
    Result<Store*> store = store_open(&w.loop, dir + "/picket.db");
    REQUIRE(store.ok());
    for (const char* kind : {"users", "secrets", "cluster", "clusterroles", "clusterrolebindings", "roles", "rolebindings"})
      for (const StoredObject& o : store_list(store.value, kind).value)
        if (o.name != "alive") out += o.name + o.body + "\n";  // each start that goes well says when
    bool closed = false;
    store_close(store.value, [&] { closed = true; });
    while (!closed) uv_run(&w.loop, UV_RUN_ONCE);
    return out;
  };
  const std::string before = content(base);
  FailingDisk disk;
  int refused = 0;
  for (int length : {1, 2, 4, 7})
    for (int k = 0;; k++) {
      fs::remove_all(copy);
      fs::copy(base, copy, fs::copy_options::recursive);
      BackendConfig c;
      c.state_dir = copy;
      c.name = "here";
      c.agent_host = c.api_host = "127.0.0.1";
      c.agent_port = c.api_port = 0;
      failing_disk::reads = 0;
      failing_disk::read_fails = length;
      failing_disk::read_fails_from = k;
      Result<Backend*> b = backend_start(&w.loop, w.net, c);
      failing_disk::read_fails_from = -1;
      const bool passed = failing_disk::reads < k;
      refused += !b.ok();
      if (b.ok()) {
        w.backend = b.value;
        w.stop();
      } else {
        w.until([] { return false; }, 20);
      }
      CAPTURE(k);
      CAPTURE(length);
      CHECK(content(copy) == before);
      if (passed) break;
    }
  CHECK(refused > 20);
  w.start();
  CHECK(w.token.empty());  // the default password is not accepted
}
