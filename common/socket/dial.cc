// common/socket/dial.cc - see dial.h.
#include "common/socket/dial.h"

#include <algorithm>
#include <utility>

#include "common/socket/name_lookup.h"
#include "common/socket/net_socket.h"

namespace picket {
namespace {

struct DialAttempt {  // to connect to one address; owned by its handle
  uv_poll_t poll{};
  intptr_t fd = -1;
  Dial* dial = nullptr;
};

}  // namespace

struct Dial {
  Net* net = nullptr;
  DialTarget target;
  DialDone done;
  NameLookup* lookup = nullptr;
  std::vector<std::string> addresses;
  size_t next = 0;
  std::string errors;
  DialAttempt* attempt = nullptr;
  uv_timer_t timer{};  // the beginning; then the end of the attempt, or of all
  int64_t deadline_at = 0;
};

namespace {

void dial_next(Dial* d);

int64_t loop_now(const Dial* d) { return int64_t(uv_now(d->net->loop)); }

// ---- the end ----

intptr_t attempt_end(Dial* d, bool close_socket) {
  DialAttempt* a = std::exchange(d->attempt, nullptr);
  intptr_t fd = a->fd;
  uv_poll_stop(&a->poll);
  uv_close(reinterpret_cast<uv_handle_t*>(&a->poll), [](uv_handle_t* poll) { delete static_cast<DialAttempt*>(poll->data); });
  if (close_socket) os_socket_close(fd);
  return fd;
}

void dial_finish(Dial* d, Result<intptr_t> socket) {
  DialDone done = std::move(d->done);
  dial_cancel(d);
  done(std::move(socket));
}

void dial_fail(Dial* d, const std::string& why) {
  const std::string said = d->errors + (d->errors.empty() ? "" : "; ") + why;
  dial_finish(d, fail(Err::unavailable, "connect to " + d->target.shown + ": " + said));
}

// ---- time ----

bool has_more(const Dial* d) { return d->next < d->addresses.size(); }

void attempt_failed(Dial* d, const std::string& error) {
  d->errors += (d->errors.empty() ? "" : "; ") + d->addresses[d->next - 1] + ": " + error;
}

void on_time(uv_timer_t* timer) {
  auto* d = static_cast<Dial*>(timer->data);
  if (d->deadline_at != 0 && loop_now(d) >= d->deadline_at) return dial_fail(d, "timeout");
  attempt_end(d, true);
  attempt_failed(d, "timeout");
  dial_next(d);
}

// The earlier of the attempt's end and the dial's.
void time_limit(Dial* d) {
  int64_t at = d->deadline_at;
  const int64_t attempt_at = loop_now(d) + kDialAttemptMs;
  if (d->attempt && has_more(d) && (at == 0 || attempt_at < at)) at = attempt_at;
  if (at == 0) uv_timer_stop(&d->timer);
  else uv_timer_start(&d->timer, on_time, uint64_t(std::max<int64_t>(0, at - loop_now(d))), 0);
}

// ---- attempts ----

void on_attempt(uv_poll_t* poll, int status, int) {
  auto* a = static_cast<DialAttempt*>(poll->data);
  Dial* d = a->dial;
  std::string error = os_connect_error(a->fd);  // libuv says no more than "bad descriptor"
  if (error.empty() && status != 0) error = uv_strerror(status);
  const intptr_t fd = attempt_end(d, !error.empty());
  if (error.empty()) return dial_finish(d, fd);
  attempt_failed(d, error);
  dial_next(d);
}

bool attempt_start(Dial* d, const std::string& ip) {
  Result<intptr_t> fd = os_connect(ip, d->target.port);
  if (!fd.ok()) return attempt_failed(d, fd.status.message), false;
  auto* a = new DialAttempt;
  a->fd = fd.value;
  a->dial = d;
  a->poll.data = a;
  if (uv_poll_init_socket(d->net->loop, &a->poll, uv_os_sock_t(a->fd)) != 0) {
    os_socket_close(a->fd);
    delete a;
    return attempt_failed(d, "cannot watch the socket"), false;
  }
  d->attempt = a;
  uv_poll_start(&a->poll, UV_WRITABLE, on_attempt);
  return true;
}

void dial_next(Dial* d) {
  while (has_more(d))
    if (attempt_start(d, d->addresses[d->next++])) return time_limit(d);
  if (d->errors.empty()) return dial_fail(d, "no address");
  dial_finish(d, fail(Err::unavailable, "connect to " + d->target.shown + ": " + d->errors));
}

// ---- the beginning ----

void on_addresses(Dial* d, Result<std::vector<std::string>> addresses) {
  d->lookup = nullptr;
  if (!addresses.ok()) return dial_finish(d, addresses.status);
  d->addresses = std::move(addresses.value);
  dial_next(d);
}

void on_begin(uv_timer_t* timer) {
  auto* d = static_cast<Dial*>(timer->data);
  const std::string host = name_without_brackets(d->target.host);
  if (d->net->closing) return dial_finish(d, fail(Err::unavailable, "the program is stopping"));
  if (d->target.port < 1 || d->target.port > 65535) return dial_fail(d, "expected a port from 1 to 65535");
  if (name_is_address(host)) return on_addresses(d, std::vector<std::string>{host});
  Result<NameLookup*> lookup =
      name_lookup(d->net, host, [d](Result<std::vector<std::string>> found) { on_addresses(d, std::move(found)); });
  if (!lookup.ok()) return dial_finish(d, lookup.status);
  d->lookup = lookup.value;
  time_limit(d);
}

}  // namespace

Dial* dial_open(Net* net, DialTarget target, DialDone done) {
  auto* d = new Dial;
  d->net = net;
  d->target = std::move(target);
  d->done = std::move(done);
  uv_timer_init(net->loop, &d->timer);
  d->timer.data = d;
  if (d->target.timeout_ms > 0) d->deadline_at = loop_now(d) + d->target.timeout_ms;
  uv_timer_start(&d->timer, on_begin, 0, 0);  // not from inside this call
  return d;
}

void dial_cancel(Dial* d) {
  if (d->lookup) name_lookup_cancel(d->lookup);
  if (d->attempt) attempt_end(d, true);
  uv_close(reinterpret_cast<uv_handle_t*>(&d->timer), [](uv_handle_t* timer) { delete static_cast<Dial*>(timer->data); });
}

const char* dial_stage(const Dial* d) { return d->addresses.empty() ? "name resolution" : "a connection"; }

}  // namespace picket
