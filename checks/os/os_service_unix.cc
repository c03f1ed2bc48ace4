// checks/os/os_service_unix.cc - services of systemd, asked over its socket: no process.
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

#include "checks/os/measure.h"
#include "checks/protocol/systemd_unit.h"
#include "common/os/os.h"

namespace picket {
namespace {

constexpr int kAnswerSeconds = 60;  // for a thread that was left running: the check has its own deadline

struct Socket {
  int fd = -1;
  Socket() = default;
  ~Socket() {
    if (fd >= 0) close(fd);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
};

// The first "unix:path=" of an address as D-Bus writes it; "" when there is none.
std::string path_in(const std::string& address) {
  size_t at = address.find("unix:path=");
  if (at == std::string::npos) return "";
  return address.substr(at + 10, std::min(address.find_first_of(",;", at), address.size()) - at - 10);
}

bool connect_to(Socket& s, const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return false;
  memcpy(address.sun_path, path.data(), path.size());
  s.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (s.fd < 0) return false;
  timeval span{kAnswerSeconds, 0};
  setsockopt(s.fd, SOL_SOCKET, SO_RCVTIMEO, &span, sizeof span);
  setsockopt(s.fd, SOL_SOCKET, SO_SNDTIMEO, &span, sizeof span);
  if (connect(s.fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
  close(std::exchange(s.fd, -1));
  return false;
}

Status say(const Socket& s, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = send(s.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(Err::io, std::string("systemd: ") + strerror(errno));
    bytes.remove_prefix(size_t(n));
  }
  return {};
}

Status listen_to(const Socket& s, SystemdTalk& talk) {
  char buffer[16 * 1024];
  for (;;) {
    ssize_t n = recv(s.fd, buffer, sizeof buffer, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(Err::unavailable, std::string("systemd does not respond: ") + (n == 0 ? "connection closed" : strerror(errno)));
    Result<bool> all = systemd_take(talk, {buffer, size_t(n)});
    if (!all.ok()) return all.status;
    if (all.value) return {};
  }
}

}  // namespace

Result<ServiceFacts> os_service(const std::string& name) {
  SystemdTalk talk;
  Result<std::string> unit = systemd_unit_name(name);
  if (!unit.ok()) return unit.status;
  talk.unit = unit.value;
  const char* given = getenv("DBUS_SYSTEM_BUS_ADDRESS");
  Socket s;
  bool bus = connect_to(s, given ? path_in(given) : "/run/dbus/system_bus_socket");
  if (!bus && !connect_to(s, "/run/systemd/private"))  // a system without a bus; root's alone
    return fail(Err::unavailable, "systemd is not available (/run/dbus/system_bus_socket): use picket check process instead");
  if (Status said = say(s, systemd_questions(talk, bus)); !said.ok()) return said;
  if (Status heard = listen_to(s, talk); !heard.ok()) return heard;
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return systemd_facts(talk, double(now.tv_sec) + double(now.tv_nsec) / 1e9);
}

}  // namespace picket
