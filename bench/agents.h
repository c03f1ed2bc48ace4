// bench/agents.h - simulated agents: results in the shape of a 6.9.2 agent, 2.1 KB, the entity with the present second in each.
#pragma once
#include "bench/measured.h"

namespace agents {

struct Shape {
  std::string handlers = "[]";   // JSON
  bool metrics = false;          // two points in every event
  uint64_t incident_every = 50;  // one of so many has status 1
};

inline int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// The mask is zero: the payload stays readable, unmasking costs the backend the same.
inline std::string frame(const std::string& payload) {
  std::string f = "\x82";
  if (payload.size() < 126) {
    f += static_cast<char>(0x80 | payload.size());
  } else {
    f += static_cast<char>(0x80 | 126);
    f += static_cast<char>(payload.size() >> 8);
    f += static_cast<char>(payload.size() & 255);
  }
  return f + std::string(4, '\0') + payload;
}

inline std::string entity(int number, int64_t last_seen) {
  const std::string name = "agent-" + std::to_string(number);
  return R"({"entity_class":"agent","system":{"hostname":")" + name +
      R"(","os":"linux","platform":"debian","platform_family":"debian","platform_version":"12.11","network":{"interfaces":[{"name":"lo","addresses":["127.0.0.1/8","::1/128"]},{"name":"eth0","mac":"02:fc:00:00:00:01","addresses":["192.0.2.2/24","fd00::2/64","fe80::fc:ff:fe00:1/64"]}]},"arch":"amd64","libc_type":"glibc","vm_system":"","vm_role":"guest","cloud_provider":"","processes":null},"subscriptions":["linux","system","entity:)" +
      name + R"("],"last_seen":)" + std::to_string(last_seen) +
      R"(,"deregister":false,"deregistration":{},"user":"agent","redact":["password","passwd","pass","api_key","api_token","access_key","secret_key","private_key","secret"],"metadata":{"name":")" +
      name + R"(","namespace":"default","labels":{"region":"eu-central-1","tier":"web"}},"sensu_agent_version":"6.9.2"})";
}

inline std::string message(const char* type, int agent, const std::string& check, int64_t time_s, uint64_t n, int interval,
                           const Shape& shape) {
  char id[40];
  snprintf(id, sizeof id, "%08x-%04x-4%03x-8%03x-%012llx", static_cast<unsigned>(agent), static_cast<unsigned>(n >> 16 & 0xffff),
           static_cast<unsigned>(n & 0xfff), static_cast<unsigned>(agent & 0xfff), static_cast<unsigned long long>(n));
  const std::string t = std::to_string(time_s), status = n % shape.incident_every == 0 ? "1" : "0";
  return std::string(type) + R"({"check":{"command":"/usr/lib/nagios/plugins/check_disk -w 20% -c 10% -p /","handlers":)" + shape.handlers +
      R"(,"high_flap_threshold":0,"interval":)" + std::to_string(interval) +
      R"(,"low_flap_threshold":0,"publish":true,"runtime_assets":null,"subscriptions":["linux"],"proxy_entity_name":"","check_hooks":null,"stdin":false,"subdue":null,"ttl":0,"timeout":120,"round_robin":false,"duration":0.0)" +
      std::to_string(1000 + n % 9000) + R"(,"executed":)" + t + R"(,"history":null,"issued":)" + t +
      R"(,"output":"DISK OK - free space: / )" + std::to_string(5000 + n % 1000) +
      R"( MB (23% inode=78%);| /=14234MB;16000;18000;0;20000\n","status":)" + status +
      R"(,"total_state_change":0,"last_ok":0,"occurrences":0,"occurrences_watermark":0,"output_metric_format":"","output_metric_handlers":null,"env_vars":null,"metadata":{"name":")" +
      check +
      R"(","namespace":"default"},"secrets":null,"is_silenced":false,"scheduler":"","processed_by":"agent","pipelines":[]},"entity":)" +
      entity(agent, time_s) +
      (shape.metrics ? R"(,"metrics":{"handlers":null,"points":[{"name":"disk.free","value":)" + std::to_string(5000 + n % 1000) +
               R"(,"timestamp":)" + t + R"(,"tags":[{"name":"mount","value":"/"}]},{"name":"disk.inodes","value":78.5,"timestamp":)" + t +
               R"(,"tags":[{"name":"mount","value":"/"}]}]})"
                     : "") +
      R"(,"id":")" + id + R"(","metadata":{"namespace":"default"},"pipelines":[],"sequence":)" + std::to_string(n) + R"(,"timestamp":)" +
      t + "}";
}

// A blocking connection to the agents' port, upgraded; -1 when it is refused. `stream`: name for acknowledgements, "" = none.
inline int dial(int port, int number, const std::string& stream, const Shape& shape) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  const std::string request =
      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Version: 13\r\nSensu-AgentName: agent-" +
      std::to_string(number) +
      "\r\nSensu-Namespace: default\r\nSensu-User: agent\r\nSensu-Subscriptions: linux\r\nAuthorization: Basic YWdlbnQ6UEBzc3cwcmQh\r\n" +
      (stream.empty() ? "" : "Picket-Ack: " + stream + "\r\n") + "\r\n";
  const std::string hello = frame(message("keepalive\n", number, "keepalive", now_ms() / 1000, 1, 20, shape));
  char bytes[2048];
  ssize_t n = -1;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && write(fd, request.data(), request.size()) > 0)
    n = read(fd, bytes, sizeof bytes);
  if (n >= 12 && std::string(bytes, 12) == "HTTP/1.1 101" && write(fd, hello.data(), hello.size()) > 0) return fd;
  fprintf(stderr, "refused: %.*s\n", static_cast<int>(n > 0 ? n : 0), bytes);
  close(fd);
  return -1;
}

}  // namespace agents
