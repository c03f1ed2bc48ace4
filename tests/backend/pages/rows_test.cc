// tests/backend/pages/rows_test.cc - what the dashboard asks for: rows, numbers, rights, a preview, an event resolved; over the real API.
#include <doctest/doctest.h>

#include "tests/backend/api/api_world.h"

using namespace picket;

namespace {

#define P1 "/api/picket/v1"

struct Pages : World {
  void event(const std::string& entity, const std::string& check, int status, const std::string& output = "", const std::string& more = "",
             const std::string& ns = "default", const std::string& labels = "") {
    const std::string body = R"({"entity":{"entity_class":"proxy","metadata":{"name":")" + entity + R"(","namespace":")" + ns +
        R"(","labels":{)" + labels + R"(}}},"check":{"metadata":{"name":")" + check + R"(","namespace":")" + ns +
        R"("},"interval":60,"status":)" + std::to_string(status) + R"(,"output":)" + json_quote(output) + more + "}}";
    REQUIRE(call("POST", C2 "/namespaces/" + ns + "/events", body).code == 201);
  }
  std::string rows(const std::string& query = "") {
    Answer a = call("GET", P1 "/events" + query);
    REQUIRE_MESSAGE(a.code == 200, a.body);
    return a.body;
  }
  // Entities in order, as one word.
  std::string names(const std::string& query = "") {
    const std::string body = rows(query);
    std::string out;
    for (std::string_view row : json_items(json_at(body, {"rows"})).value) out += json_string(json_items(row).value[1]).value + " ";
    return out;
  }
  std::string cell(const std::string& query, size_t column) {
    const std::string body = rows(query);
    auto all = json_items(json_at(body, {"rows"})).value;
    REQUIRE(all.size() == 1);
    return std::string(json_items(all[0]).value[column]);
  }
  // A stream that appends what comes to `got`.
  void follow(const std::string& path, std::string* got, bool* over) {
    HttpClientRequest request;
    request.url = base + path;
    request.headers = {{"Authorization", "Bearer " + token}};
    request.timeout_ms = 60'000;
    request.on_body = [got](std::string_view bytes) { return got->append(bytes), true; };
    http_call(net, request, [over](HttpClientResponse) { *over = true; });
  }
  void put(const std::string& path, const std::string& body) {
    Answer a = call("PUT", path, body);
    REQUIRE_MESSAGE(a.code == 201, a.body);
  }
};

}  // namespace

TEST_CASE("rows follow what happens, from the first request on") {
  Pages w;
  w.event("web1", "disk", 2, "DISK CRITICAL\nmore");
  w.event("web2", "disk", 0, "DISK OK");
  w.event("db1", "load", 1, "load high");
  CHECK(w.names() == "web1 db1 web2 ");
  CHECK(w.names("?status=1,2") == "web1 db1 ");
  CHECK(w.names("?q=entity:web*") == "web1 web2 ");
  CHECK(w.cell("?q=web1", 9) == "\"DISK CRITICAL\"");
  CHECK(json_at(w.rows("?status=2"), {"counts"}) == R"({"0":[1,0],"1":[1,0],"2":[1,0],"3":[0,0]})");
  CHECK(json_at(w.rows("?limit=1"), {"matched"}) == "3");
  w.event("web2", "disk", 3, "UNKNOWN");
  CHECK(w.names("?status=3") == "web2 ");
  CHECK(w.call("DELETE", DEFAULT "/events/web1/disk").code == 204);
  CHECK(w.names("?sort=entity") == "db1 web2 ");
  CHECK(w.call("GET", P1 "/events?q=since:soon").code == 400);
  CHECK(w.call("GET", P1 "/events?q=label:a==b&labelSelector=)(").code == 400);
}

TEST_CASE("labels are asked of the events themselves, and never of what is redacted") {
  Pages w;
  w.event("web1", "disk", 2, "x", "", "default", R"("tier":"web","password":"hunter2")");
  w.event("db1", "disk", 2, "x", "", "default", R"("tier":"db")");
  w.event("db2", "disk", 2, "x", R"(,"x":9007199254740993)");
  CHECK(w.names("?q=label:tier%3Dweb") == "web1 ");
  CHECK(w.names("?q=-label:tier%3Dweb&sort=entity") == "db1 db2 ");
  CHECK(w.names("?labelSelector=tier%3D%3Ddb") == "db1 ");
  CHECK(w.names("?fieldSelector=event.entity.name%3D%3Ddb2") == "db2 ");
  CHECK(w.names("?q=label:password%3Dhunter2") == "");
}

TEST_CASE("a check that is defined can be run again; a silence and a handler's decision are seen") {
  Pages w;
  w.event("web1", "disk", 2, "x", R"(,"handlers":["nowhere"])");
  CHECK(w.cell("", 4) == "0");
  REQUIRE(w.call("POST", DEFAULT "/checks", check_json("disk", R"(,"subscriptions":["none"])")).code == 201);
  CHECK(w.cell("", 4) == "16");
  REQUIRE(w.until([&] { return w.cell("", 8) == "\"unknown\""; }));
  REQUIRE(w.call("POST", DEFAULT "/silenced", R"({"metadata":{"namespace":"default"},"subscription":"entity:web1"})").code == 201);
  w.event("web1", "disk", 2, "x", R"(,"handlers":["nowhere"])");
  CHECK(w.cell("?silenced=only", 4) == "17");
  CHECK(w.names("?silenced=no") == "");
  CHECK(w.call("DELETE", DEFAULT "/checks/disk").code == 204);
  CHECK(w.cell("", 4) == "1");
}

TEST_CASE("a silence is in the rows when it is made, and out of them when it ends, without a new result") {
  Pages w;
  w.event("web1", "disk", 2, "x", R"(,"subscriptions":["linux"])");
  w.event("web2", "disk", 2, "x", R"(,"subscriptions":["linux"])");
  CHECK(w.names("?silenced=no&sort=entity") == "web1 web2 ");
  REQUIRE(w.call("POST", DEFAULT "/silenced", R"({"metadata":{"namespace":"default"},"subscription":"entity:web1","check":"disk"})").code ==
          201);
  CHECK(w.names("?silenced=only") == "web1 ");
  REQUIRE(w.call("POST", DEFAULT "/silenced", R"({"metadata":{"namespace":"default"},"subscription":"linux"})").code == 201);
  CHECK(w.names("?silenced=only&sort=entity") == "web1 web2 ");
  const std::string summary = w.call("GET", P1 "/summary").body;
  CHECK(json_at(json_items(json_at(summary, {"namespaces"})).value[0], {"counts", "2"}) == "[2,2]");
  CHECK(w.call("DELETE", DEFAULT "/silenced/linux:%2A").code == 204);
  CHECK(w.names("?silenced=only") == "web1 ");
  CHECK(w.call("DELETE", DEFAULT "/silenced/entity:web1:disk").code == 204);
  CHECK(w.names("?silenced=only") == "");
}

TEST_CASE("a stream of rows hears of a silence at once, and of its end by the clock") {
  Pages w;
  w.event("web1", "disk", 2, "x", R"(,"subscriptions":["linux"])");
  std::string got;
  bool over = false;
  w.follow(P1 "/watch?kinds=events&view=rows&quiet=yes", &got, &over);
  REQUIRE(w.until([&] { return !got.empty(); }));
  CHECK(w.names("?silenced=only") == "");
  REQUIRE(w.call("POST", DEFAULT "/silenced", R"({"metadata":{"namespace":"default"},"subscription":"linux","expire":2})").code == 201);
  CHECK(w.until([&] { return got.find(R"("web1","disk",2,1,)") != got.npos; }));
  got.clear();
  CHECK(w.until([&] { return got.find(R"("web1","disk",2,0,)") != got.npos; }));
  w.stop();
  CHECK(over);
}

TEST_CASE("no user sees a row of a namespace where it may not list events") {
  Pages w;
  REQUIRE(w.call("POST", C2 "/namespaces", R"({"name":"prod"})").code == 201);
  w.event("web1", "disk", 2);
  w.event("web9", "disk", 2, "", "", "prod");
  CHECK(w.names("?sort=entity") == "web1 web9 ");
  w.put(C2 "/namespaces/prod/roles/r",
        R"({"metadata":{"name":"r","namespace":"prod"},"rules":[{"verbs":["list","get"],"resources":["events"]}]})");
  w.put(C2 "/namespaces/prod/rolebindings/r",
        R"({"metadata":{"name":"r","namespace":"prod"},"subjects":[{"type":"Group","name":"g"}],"role_ref":{"type":"Role","name":"r"}})");
  w.user("eve", "secret12");
  const std::string admin = w.token;
  w.as("eve", "secret12");
  CHECK(w.names() == "web9 ");
  const std::string summary = w.call("GET", P1 "/summary").body;
  CHECK(json_items(json_at(summary, {"namespaces"})).value.size() == 1);
  CHECK(w.call("GET", P1 "/namespaces/default/events").code == 403);
  CHECK(w.call("GET", P1 "/namespaces/prod/events").code == 200);
  CHECK(w.call("GET", P1 "/namespaces/prod/entities").code == 403);
  CHECK(json_at(json_items(json_at(summary, {"namespaces"})).value[0], {"entities"}) == "0");  // which she may not list
  CHECK(w.call("PUT", P1 "/namespaces/prod/events/web9/disk/resolve").code == 403);
  CHECK(
      w.call("POST", P1 "/may", R"({"namespace":"prod","ask":[["list","events"],["delete","events","web9/disk"],["get","events","x/y"]]})")
          .body == R"({"may":[true,false,true]})");
  CHECK(w.call("POST", P1 "/may", R"({"namespace":"prod","ask":[["list"]]})").code == 400);
  CHECK(w.call("POST", P1 "/may", R"({"ask":7})").code == 400);
  w.token = admin;
  CHECK(w.call("DELETE", C2 "/users/eve").code == 204);
}

TEST_CASE("entities as rows: what their events say, the silenced ones apart") {
  Pages w;
  w.event("web1", "disk", 1, "", "", "default", R"("tier":"web")");
  w.event("web1", "load", 2);
  w.event("web1", "quiet", 0);
  w.event("db1", "disk", 0);
  const std::string body = w.call("GET", P1 "/namespaces/default/entities").body;
  auto rows = json_items(json_at(body, {"rows"})).value;
  REQUIRE(rows.size() >= 2);
  for (std::string_view row : rows) {
    auto cells = json_items(row).value;
    if (cells[0] != "\"web1\"") continue;
    CHECK(cells[6] == "2");  // the worst
    CHECK(cells[7] == "2");  // problems
    CHECK(cells[9] == "3");  // events
    CHECK(cells[11] == R"({"tier":"web"})");
  }
}

TEST_CASE("a preview says what a silence would hit, whenever it begins") {
  Pages w;
  w.event("web1", "disk", 2);
  w.event("web1", "load", 0);
  w.event("web2", "disk", 1);
  const std::string path = P1 "/namespaces/default/silenced/preview";
  CHECK(w.call("POST", path, R"({"subscription":"entity:web1"})").body ==
        R"({"matches":2,"problems":1,"events":[["web1","disk"],["web1","load"]]})");
  CHECK(json_at(w.call("POST", path, R"({"check":"disk","begin":4000000000,"expire":60})").body, {"matches"}) == "2");
  CHECK(json_at(w.call("POST", path, R"({"subscription":"entity:web9"})").body, {"matches"}) == "0");
  CHECK(w.call("POST", path, R"({})").code == 400);
  CHECK(w.call("POST", path, "[").code == 400);
  CHECK(w.call("GET", DEFAULT "/silenced").body == "[]");  // none was made
}

TEST_CASE("an event is resolved where it lies, with what it holds") {
  Pages w;
  w.event("web1", "disk", 2, "bad", R"(,"max_output_size":9007199254740993)", "default", R"("password":"hunter2")");
  CHECK(w.call("PUT", P1 "/namespaces/default/events/web1/disk/resolve").code == 201);
  std::string event = w.call("GET", DEFAULT "/events/web1/disk").body;
  CHECK(json_at(event, {"check", "status"}) == "0");
  CHECK(json_at(event, {"check", "output"}) == R"("Resolved by admin")");
  CHECK(json_at(event, {"check", "max_output_size"}) == "9007199254740993");
  CHECK(json_items(json_at(event, {"check", "history"})).value.size() == 2);
  CHECK(json_at(w.call("GET", DEFAULT "/entities/web1").body, {"metadata", "labels", "password"}) == "\"REDACTED\"");
  w.event("web1", "disk", 2, "bad");
  CHECK(w.call("PUT", P1 "/namespaces/default/events/web1/disk/resolve", R"({"output":"cleaned"})").code == 201);
  CHECK(json_at(w.call("GET", DEFAULT "/events/web1/disk").body, {"check", "output"}) == "\"cleaned\"");
  CHECK(w.call("PUT", P1 "/namespaces/default/events/web1/disk/resolve", R"({"output":7})").code == 400);
  CHECK(w.call("PUT", P1 "/namespaces/default/events/web1/none/resolve").code == 404);
}

TEST_CASE("a thousand events are made rows in turns of the loop; a stop meanwhile answers") {
  Pages w;
  for (int i = 0; i < 600; i++) w.event("e" + std::to_string(i), "disk", i % 3);
  CHECK(json_at(w.rows(), {"matched"}) == "600");
  CHECK(json_at(w.rows("?labelSelector=a!%3Db"), {"matched"}) == "600");
}

TEST_CASE("a stream of rows: what changes, what goes, what is stale") {
  Pages w;
  w.event("web1", "disk", 2);
  std::string got;
  bool over = false;
  w.send("GET", P1 "/watch?kinds=events,silenced&view=rows", "", {}, [&](Answer a) { got = a.body, over = true; });
  REQUIRE(json_at(w.rows(), {"matched"}) == "1");
  w.event("web1", "disk", 0);
  REQUIRE(w.call("POST", DEFAULT "/silenced", R"({"metadata":{"namespace":"default"},"subscription":"entity:none"})").code == 201);
  int64_t wait = os_mono_ms() + 300;
  w.until([&] { return os_mono_ms() > wait; });
  CHECK(w.call("DELETE", DEFAULT "/events/web1/disk").code == 204);
  wait = os_mono_ms() + 300;
  w.until([&] { return os_mono_ms() > wait; });
  w.stop();
  CHECK(over);
  for (const char* part : {"event: rows\n", R"([["default","web1","disk",0,)", R"({"kind":"silenced","namespace":"default"})",
                           R"(data: [["default","web1","disk"]])"})
    CHECK_MESSAGE(got.find(part) != std::string::npos, got);
  w.start();
  CHECK(w.call("GET", P1 "/watch?view=columns").code == 400);
  CHECK(w.call("GET", P1 "/watch?view=rows&quiet=1").code == 400);
}
