// bench/measured.h - a program under measurement: start it, look at it through /proc, end it. Linux only.
#pragma once
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace measured {

inline constexpr int kListenSeconds = 30;  // under valgrind a start takes a while

// $PICKET, or the one that was built with this bench; an absolute path.
inline std::string binary() {
  char path[4096] = {};
  if (const char* given = getenv("PICKET")) return realpath(given, path) ? path : given;
  const ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
  const std::string self(path, n > 0 ? static_cast<size_t>(n) : 0);
  return self.substr(0, self.rfind('/') + 1) + "picket";
}

// In $TMPDIR: on a disk that somebody else keeps busy, p99 is that of its fdatasync.
inline std::string state_dir() {
  const char* given = getenv("TMPDIR");
  std::string name = std::string(given ? given : "/tmp") + "/picket-bench-XXXXXX";
  return mkdtemp(name.data());
}

inline int free_port() {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) abort();
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(fd);
  return ntohs(address.sin_port);
}

// Its output goes to `log`.
inline pid_t start(const std::vector<std::string>& argv, const std::string& log) {
  pid_t pid = fork();
  if (pid != 0) return pid;
  int out = open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0644);
  dup2(out, 1);
  dup2(out, 2);
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execv(words[0], words.data());
  _exit(127);
}

inline void stop(pid_t pid) {
  kill(pid, SIGTERM);
  int status = 0;
  for (int i = 0; i < 50 && waitpid(pid, &status, WNOHANG) == 0; i++) usleep(100'000);
  kill(pid, SIGKILL);
  waitpid(pid, &status, 0);
}

inline bool listens(int port, int seconds) {
  for (int i = 0; i < seconds * 50; i++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(uint16_t(port));
    int refused = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
    close(fd);
    if (refused == 0) return true;
    usleep(20'000);
  }
  return false;
}

inline std::string proc(pid_t pid, const char* file) {
  std::string path = "/proc/" + std::to_string(pid) + "/" + file, text;
  FILE* f = fopen(path.c_str(), "r");
  if (!f) return {};
  char bytes[4096];
  for (size_t n; (n = fread(bytes, 1, sizeof bytes, f)) > 0;) text.append(bytes, n);
  fclose(f);
  return text;
}

// The number behind `key` in a /proc file of `Key:   number` lines.
inline int64_t number(pid_t pid, const char* file, const char* key) {
  std::string text = proc(pid, file);
  size_t at = text.find(std::string(key) + ":");
  return at == std::string::npos ? -1 : strtoll(text.c_str() + at + strlen(key) + 1, nullptr, 10);
}

inline double cpu_seconds(pid_t pid) {
  std::string text = proc(pid, "stat");
  const char* p = strrchr(text.c_str(), ')');
  long long user = 0, system = 0;
  if (p) sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld", &user, &system);
  return double(user + system) / double(sysconf(_SC_CLK_TCK));
}

inline int64_t file_size(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 ? info.st_size : -1;
}

}  // namespace measured
