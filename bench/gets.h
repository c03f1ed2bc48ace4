// bench/gets.h - somebody reads the API while something else goes on: one GET after the other, each timed.
#pragma once
#include <algorithm>
#include <atomic>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/measured.h"

namespace measured {

struct Got { int code = 0; std::string body; double ms = 0; };

// One request on a connection of its own: connecting and closing are part of the time.
inline Got ask(int port, const std::string& method, const std::string& path, const std::string& authorization,
               const std::string& body = "") {
  auto begin = std::chrono::steady_clock::now();
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  std::string text = method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: " + authorization;
  if (!body.empty()) text += "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size());
  text += "\r\n\r\n" + body;
  std::string answer;
  Got got;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && write(fd, text.data(), text.size()) > 0) {
    char bytes[65536];
    for (ssize_t n; (n = read(fd, bytes, sizeof bytes)) > 0;) answer.append(bytes, static_cast<size_t>(n));
  }
  close(fd);
  if (answer.size() > 12) got.code = atoi(answer.c_str() + 9);
  got.body = answer.substr(std::min(answer.find("\r\n\r\n") + 4, answer.size()));
  got.ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  return got;
}

inline Got get(int port, const std::string& path, const std::string& authorization) { return ask(port, "GET", path, authorization); }

inline std::string login(int port) {
  std::string body = get(port, "/auth", "Basic YWRtaW46UEBzc3cwcmQh").body;
  size_t at = body.find("\"access_token\":\"");
  return at == body.npos ? "" : "Bearer " + body.substr(at + 16, body.find('"', at + 16) - at - 16);
}

// Into the namespace default; the bench ends when it is refused.
inline void put(int port, const std::string& path, const std::string& body) {
  Got got = ask(port, "PUT", "/api/core/v2/namespaces/default/" + path, login(port), body);
  if (got.code == 200 || got.code == 201) return;
  fprintf(stderr, "PUT %s: %d %s\n", path.c_str(), got.code, got.body.c_str());
  exit(1);
}

// What a browser does that shows the dashboard: it reads all rows, follows their stream, and reads them anew when it is told to.
struct Dashboard {
  int fd = -1;
  std::thread thread;
  std::atomic<uint64_t> bytes{0}, reloads{0};

  void open(int port) {
    const std::string token = login(port), rows = "/api/picket/v1/namespaces/default/events";
    fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    const std::string text =
        "GET /api/picket/v1/watch?kinds=events,silenced,entities,checks&view=rows&quiet=yes&namespace=default HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Authorization: " +
        token + "\r\n\r\n";
    if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || write(fd, text.data(), text.size()) < 0) exit(1);
    get(port, rows, token);
    thread = std::thread([this, port, token, rows] {
      char piece[65536];
      for (ssize_t n; (n = read(fd, piece, sizeof piece)) > 0;) {
        bytes += static_cast<uint64_t>(n);
        if (std::string_view(piece, static_cast<size_t>(n)).find("event: reload") == std::string_view::npos) continue;
        reloads++;
        get(port, rows, token);
      }
    });
  }
  void close() {
    shutdown(fd, SHUT_RDWR);
    thread.join();
    ::close(fd);
  }
};

struct Reader {
  std::atomic<bool> stop{false};
  std::thread thread;
  std::vector<double> ms;
  int failures = 0;

  void start(int port, std::vector<std::string> paths) {
    thread = std::thread([this, port, paths = std::move(paths)] {
      const std::string token = login(port);
      for (size_t i = 0; !stop; i++) {
        Got got = get(port, paths[i % paths.size()], token);
        ms.push_back(got.ms);
        failures += got.code != 200;
        usleep(5000);
      }
    });
  }
  void end() {
    stop = true;
    thread.join();
    std::sort(ms.begin(), ms.end());
  }
  double percentile(double p) const {
    return ms.empty() ? 0 : ms[std::min(ms.size() - 1, static_cast<size_t>(p * static_cast<double>(ms.size())))];
  }
};

}  // namespace measured
