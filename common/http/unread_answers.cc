// common/http/unread_answers.cc - counts per connection and address; see unread_answers.h.
#include "common/http/unread_answers.h"

#include <algorithm>

#include "common/os/os.h"
#include "common/socket/net_socket.h"
#include "common/text/log.h"

namespace picket {
namespace {

using Reader = UnreadAnswers::Reader;

size_t bytes_of_address(const UnreadAnswers& u, const std::string& address) {
  auto found = u.by_address.find(address);
  return found == u.by_address.end() ? 0 : found->second;
}

void reader_set(UnreadAnswers& u, Socket* socket, Reader& reader, size_t bytes) {
  const std::string& address = socket_peer(socket).ip;
  u.all += bytes - reader.bytes;
  if ((u.by_address[address] += bytes - reader.bytes) == 0) u.by_address.erase(address);
  reader.bytes = bytes;
}

// As they are now.
void readers_look(UnreadAnswers& u, int64_t now_ms) {
  for (auto& [socket, reader] : u.readers) {
    const size_t queued = socket_queued(socket);
    if (queued >= reader.bytes) continue;
    reader.moved_ms = now_ms;
    reader_set(u, socket, reader, queued);
  }
}

enum class Bound { none, address, all };

Bound bound_of(const UnreadAnswers& u, const std::string& address, size_t bytes) {
  const size_t of_address = bytes_of_address(u, address);
  if (of_address > 0 && of_address + bytes > u.address_max) return Bound::address;
  return u.all > 0 && u.all + bytes > u.all_max ? Bound::all : Bound::none;
}

// Which has taken nothing for longest. Null: none is slow.
Socket* stillest(const UnreadAnswers& u, const std::string* address, const Socket* but, int64_t now_ms) {
  Socket* found = nullptr;
  int64_t since_ms = now_ms - kUnreadPatienceMs;
  for (const auto& [socket, reader] : u.readers) {
    if (socket == but || reader.bytes == 0 || reader.moved_ms > since_ms || (address && socket_peer(socket).ip != *address)) continue;
    found = socket;
    since_ms = reader.moved_ms;
  }
  return found;
}

void reader_cut(UnreadAnswers& u, Socket* socket) {
  u.cut++;
  unread_end(&u, socket);
  socket_abort(socket, "closed: the client does not read its answers");
}

void log_bound(UnreadAnswers& u, Bound bound, const std::string& address, int64_t now_ms) {
  if (u.logged_ms != 0 && now_ms - u.logged_ms < kUnreadLogMs) return;
  u.logged_ms = now_ms;
  log_warn("net", "clients do not read their answers: slow ones are closed, further answers rejected",
           {{"peer", address},
            {"unread_bytes", u.all},
            {"unread_bytes_of_peer", bytes_of_address(u, address)},
            {"limit", bound == Bound::all ? u.all_max : u.address_max},
            {"connections", u.readers.size()},
            {"closed", u.cut},
            {"refused", u.refused}});
}

}  // namespace

bool unread_has_room(UnreadAnswers* u, Socket* socket, size_t bytes, bool waits) {
  if (!u) return true;
  const std::string address = socket_peer(socket).ip;
  if (bound_of(*u, address, bytes) == Bound::none) return true;
  const int64_t now_ms = os_mono_ms();
  readers_look(*u, now_ms);
  for (Bound bound; (bound = bound_of(*u, address, bytes)) != Bound::none;) {
    Socket* slow = stillest(*u, bound == Bound::address ? &address : nullptr, socket, now_ms);
    if (!slow && !waits) u->refused++;
    log_bound(*u, bound, address, now_ms);
    if (!slow) return false;
    reader_cut(*u, slow);
  }
  return true;
}

void unread_add(UnreadAnswers* u, Socket* socket, size_t bytes) {
  if (!u || bytes == 0) return;
  const int64_t now_ms = os_mono_ms();
  auto [it, is_new] = u->readers.try_emplace(socket);
  const size_t queued = socket_queued(socket);
  if (is_new || queued < it->second.bytes + bytes) it->second.moved_ms = now_ms;
  reader_set(*u, socket, it->second, queued);
}

void unread_end(UnreadAnswers* u, Socket* socket) {
  if (!u) return;
  auto found = u->readers.find(socket);
  if (found == u->readers.end()) return;
  reader_set(*u, socket, found->second, 0);
  u->readers.erase(found);
}

}  // namespace picket
