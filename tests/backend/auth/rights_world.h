// tests/backend/auth/rights_world.h - a backend with two namespaces, a user with few rights, and an agent that says what a test wants.
#pragma once
#include "tests/backend/api/api_world.h"

using namespace picket;

struct Agent {
  World& w;
  Ws* ws = nullptr;
  bool admitted = false;
  int status = 0;
  std::string subscription, heard;
  Agent(World& world, const std::string& name, const std::string& ns, const std::string& user, const std::string& password,
        const std::string& of = "s")
      : w(world), subscription(of) {
    WsConnect request;
    request.url = "ws://127.0.0.1:" + std::to_string(backend_agent_port(w.backend));
    request.headers = {{"Authorization", "Basic " + base64_encode(user + ":" + password)},
                       {"Sensu-AgentName", name},
                       {"Sensu-Namespace", ns},
                       {"Sensu-User", user},
                       {"Sensu-Subscriptions", subscription}};
    ws = ws_connect(w.net, std::move(request), [this](Ws*, const WsEvent& e) {
      if (e.kind == WsEvent::open) admitted = true;
      if (e.kind == WsEvent::message) heard += std::string(e.data) + "\n";
      if (e.kind != WsEvent::closed) return;
      status = e.http_status;
      ws = nullptr;
    });
    w.until([&] { return admitted || !ws; });
  }
  ~Agent() {
    if (ws) ws_abort(ws);
    w.until([&] { return !ws; });
  }
  bool connected() const { return admitted && ws; }
  bool ends() {
    return w.until([&] { return !ws; });
  }
  void say(const std::string& type, const std::string& ns, const std::string& entity, const std::string& check,
           const std::string& entity_class = "agent", const std::string& proxy = "") {
    const std::string meta = R"({"name":")" + entity + R"(","namespace":")" + ns + "\"}";
    ws_send(ws,
            type + "\n" + R"({"timestamp":)" + std::to_string(os_unix_ms() / 1000) + R"(,"entity":{"entity_class":")" + entity_class +
                R"(","metadata":)" + meta + R"(,"subscriptions":[")" + subscription + R"("],"system":{}},"check":{"metadata":{"name":")" +
                check + R"(","namespace":")" + ns + R"("},"interval":10,"timeout":120,"status":2,"output":"said","proxy_entity_name":")" +
                proxy + R"("},"metadata":{"namespace":")" + ns + "\"}}");
  }
};

// A world with namespaces na and nb, and a user who may create events in na; `names`: only of these.
struct Rights : World {
  explicit Rights(const std::string& names = "null") {
    for (const char* ns : {"na", "nb"}) put("/api/core/v2/namespaces/" + std::string(ns), R"({"name":")" + std::string(ns) + "\"}");
    user("eve", "password1");
    grant("na", names);
  }
  void put(const std::string& path, const std::string& body) {
    Answer a = call("PUT", path, body);
    REQUIRE_MESSAGE(a.code / 100 == 2, a.body);
  }
  void grant(const std::string& ns, const std::string& names = "null") {
    put(C2 "/namespaces/" + ns + "/roles/ag",
        R"({"metadata":{"name":"ag","namespace":")" + ns + R"("},"rules":[{"verbs":["create"],"resources":["events"],"resource_names":)" +
            names + "}]}");
    put(C2 "/namespaces/" + ns + "/rolebindings/ag",
        R"({"metadata":{"name":"ag","namespace":")" + ns +
            R"("},"subjects":[{"type":"User","name":"eve"}],"role_ref":{"type":"Role","name":"ag"}})");
  }
  int get(const std::string& ns, const std::string& path) { return call("GET", C2 "/namespaces/" + ns + path).code; }
  bool stored(const std::string& ns, const std::string& path) {
    return until([&] { return get(ns, path) == 200; }, 2000);
  }
};
