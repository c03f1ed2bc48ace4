// tests/backend/deliver/trial_test.cc - handlers, filters and pipelines tried with a marked event.
#include "backend/deliver/trial.h"

#include "tests/backend/api/api_world.h"

using namespace picket;

namespace {

void put(World& w, const std::string& path, const std::string& rest) {
  const std::string name = path.substr(path.rfind('/') + 1);
  const Answer a = w.call("PUT", DEFAULT "/" + path, R"({"metadata":{"name":")" + name + R"(","namespace":"default"},)" + rest + "}");
  REQUIRE_MESSAGE(a.code / 100 == 2, a.body);
}

Answer tried(World& w, const std::string& path, const std::string& body = "") {
  return w.call("POST", "/api/picket/v1/namespaces/default/" + path + "/test", body);
}

// Of the first handler.
std::string of(const Answer& a, const char* key) {
  auto notes = json_items(json_at(a.body, {"handlers"}));
  REQUIRE_MESSAGE((a.code == 200 && !notes.value.empty()), a.body);
  const std::string_view raw = json_at(notes.value[0], {key});
  return json_type(raw.empty() ? "null" : raw) == JsonType::string ? json_string(raw).value : std::string(raw);
}

}  // namespace

TEST_CASE("a handler is tried: what was sent is marked, what was answered is shown, and its secrets are not") {
  World w;
  put(w, "handlers/cat",
      R"("type":"pipe","command":"cat > /dev/null; echo first; echo token $TOKEN","env_vars":["TOKEN=s3cr3t"],"alert":{"after":5})");
  const Answer a = tried(w, "handlers/cat");
  CHECK(of(a, "outcome") == "delivered");
  CHECK(of(a, "why").find("exit status 0") == 0);
  CHECK(of(a, "why").find(": token ***") != std::string::npos);
  CHECK(of(a, "sent").find("[TEST] ") != std::string::npos);
  CHECK(of(a, "sent").find("\"picket.io/test\":\"true\"") != std::string::npos);
  CHECK(json_int64(of(a, "took_ms")).value >= 0);
  put(w, "handlers/bad", R"("type":"webhook","webhook":{"url":"http://127.0.0.1:1/secret-path","form":"slack"})");
  const Answer bad = tried(w, "handlers/bad");
  CHECK(of(bad, "outcome") == "failed");
  CHECK(of(bad, "why").find("not sent to 127.0.0.1:1") == 0);
  CHECK(of(bad, "sent").find("picket-test") != std::string::npos);
  CHECK(bad.body.find("secret-path") == std::string::npos);
  CHECK(tried(w, "handlers/none").code == 404);
}

TEST_CASE("a webhook's answer is kept, also when it was good") {
  World w;
  put(w, "handlers/self", R"("type":"webhook","webhook":{"url":")" + w.base + R"(/auth/logout","form":"json"})");
  CHECK(of(tried(w, "handlers/self"), "why").find("HTTP status 4") != std::string::npos);
  put(w, "handlers/good",
      R"("type":"webhook","webhook":{"url":")" + w.base + DEFAULT R"(/events","form":"json",)" + R"("headers":{"Authorization":"Bearer )" +
          w.token + "\"}}");
  const Answer good = tried(w, "handlers/good");
  CHECK(of(good, "outcome") == "delivered");
  CHECK(of(good, "why").find("HTTP status 201") != std::string::npos);
  CHECK(good.body.find(w.token) == std::string::npos);
}

TEST_CASE("a webhook is delivered by the status of its answer, whatever its body: long, cut off, or what was sent") {
  struct Row { const char* why; std::string answer; const char* outcome; } rows[] = {
      {"long", "HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + std::string(9000, 'x'), "delivered"},
      {"endless", "HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n" + std::string(9000, 'x'), "delivered"},
      {"cut off", "HTTP/1.1 202 Accepted\r\nContent-Length: 10\r\n\r\nabc", "delivered"},
      {"long error", "HTTP/1.1 404 Not Found\r\nContent-Length: 9000\r\n\r\n" + std::string(9000, 'x'), "failed"},
      {"echo", "HTTP/1.1 400 Bad\r\nContent-Length: 48\r\n\r\n/hook-path?k=abcdefghijklmn Bearer tok-tok-tok-t", "failed"},
      {"no answer", "", "failed"},
  };
  World w;
  std::string log;
  log_set_sink([&](std::string_view line) { log += line; });
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    Result<Listener*> l = tcp_listen(w.backend->net, "127.0.0.1", 0, [&](TcpConn*) {
      return [&](TcpConn* c, const TcpEvent& e) {
        if (e.kind != TcpEvent::data) return;
        tcp_send(c, r.answer);
        tcp_close(c);
      };
    });
    REQUIRE(l.ok());
    put(w, "handlers/long",
        R"("type":"webhook","webhook":{"url":"http://127.0.0.1:)" + std::to_string(listener_port(l.value)) +
            R"(/hook-path?k=abcdefghijklmn","form":"json","headers":{"Authorization":"Bearer tok-tok-tok-t"}})");
    CHECK(of(tried(w, "handlers/long"), "outcome") == r.outcome);
    listener_close(l.value);
  }
  log_set_sink([](std::string_view) {});
  CHECK(log.find("event handler failed") != log.npos);
  for (const char* secret : {"hook-path", "abcdefghijklmn", "tok-tok"}) CHECK(log.find(secret) == log.npos);
}

TEST_CASE("filters and pipelines are tried with a stored event, or a status") {
  World w;
  put(w, "filters/prod", R"("action":"allow","expressions":["event.entity.name == 'web1'"])");
  put(w, "handlers/cat", R"("type":"pipe","command":"cat >/dev/null")");
  put(w, "pipelines/p",
      R"("workflows":[{"name":"one","filters":[{"name":"prod","type":"EventFilter","api_version":"core/v2"}],)"
      R"("handler":{"name":"cat","type":"Handler","api_version":"core/v2"}}])");
  CHECK(of(tried(w, "filters/prod"), "outcome") == "filtered");
  CHECK(of(tried(w, "pipelines/p"), "outcome") == "filtered");
  const std::string event = R"({"entity":{"entity_class":"proxy","metadata":{"name":"web1","namespace":"default"}},)"
                            R"("check":{"metadata":{"name":"disk","namespace":"default"},"interval":1,"status":1,"output":"full"}})";
  REQUIRE(w.call("PUT", DEFAULT "/events/web1/disk", event).code == 201);
  const std::string which = R"({"entity":"web1","check":"disk"})";
  CHECK(of(tried(w, "filters/prod", which), "outcome") == "delivered");
  CHECK(of(tried(w, "pipelines/p", which), "outcome") == "delivered");
  CHECK(of(tried(w, "pipelines/p", which), "workflow") == "one");
  CHECK(of(tried(w, "filters/is_incident"), "outcome") == "delivered");
  CHECK(of(tried(w, "filters/is_incident", R"({"status":0})"), "outcome") == "delivered");
  CHECK(tried(w, "filters/none").code == 404);
  CHECK(tried(w, "filters/prod", R"({"entity":"web1"})").code == 400);
  CHECK(tried(w, "filters/prod", R"({"entity":"web1","check":"none"})").code == 404);
  CHECK(tried(w, "filters/prod", R"({"status":"bad"})").code == 400);
}
