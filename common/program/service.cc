// common/program/service.cc - wishes from outside, carried to the loop and fulfilled there.
#include "common/program/service.h"

#include <atomic>

#include "common/text/log.h"
#include "common/program/service_os.h"

namespace picket {

struct ServiceWatch {
  ServiceEvents events;
  uv_signal_t signals[kServiceSignals]{};
  uv_async_t manager{};  // wakes the loop
  uv_timer_t heartbeat{};
  std::atomic<bool> stop{false}, reload{false};  // what the manager wished
  int handles_open = 0;
};

namespace {

void fulfil(ServiceWatch* w, ServiceWish wish, const char* why) {
  if (wish == ServiceWish::stop) service_stopping(), w->events.stop(why);
  if (wish == ServiceWish::reload && w->events.reload) w->events.reload();
  if (wish == ServiceWish::log_level && w->events.log_level) w->events.log_level();
}

void on_signal(uv_signal_t* handle, int number) {
  for (const ServiceSignal& s : kServiceSignalTable)
    if (s.number == number) return fulfil(static_cast<ServiceWatch*>(handle->data), s.wish, s.name);
}

void on_manager(uv_async_t* handle) {
  auto* w = static_cast<ServiceWatch*>(handle->data);
  if (w->reload.exchange(false)) fulfil(w, ServiceWish::reload, "the service manager");
  if (w->stop.exchange(false)) fulfil(w, ServiceWish::stop, "the service manager");
}

void on_closed(uv_handle_t* handle) {
  auto* w = static_cast<ServiceWatch*>(handle->data);
  if (--w->handles_open == 0) delete w;
}

template <class Handle>
void adopt(ServiceWatch* w, Handle* handle) {
  handle->data = w;
  w->handles_open++;
  uv_unref(reinterpret_cast<uv_handle_t*>(handle));
}

bool is_wanted(const ServiceEvents& e, const ServiceSignal& s) {  // otherwise the signal does what it always does
  return s.number != 0 && (s.wish == ServiceWish::stop || (s.wish == ServiceWish::reload ? bool(e.reload) : bool(e.log_level)));
}

}  // namespace

ServiceWatch* service_watch(uv_loop_t* loop, ServiceEvents events) {
  auto* w = new ServiceWatch;
  w->events = std::move(events);
  for (int i = 0; i < kServiceSignals; i++) {
    uv_signal_init(loop, &w->signals[i]);
    adopt(w, &w->signals[i]);
    if (is_wanted(w->events, kServiceSignalTable[i])) uv_signal_start(&w->signals[i], on_signal, kServiceSignalTable[i].number);
  }
  uv_async_init(loop, &w->manager, on_manager);
  adopt(w, &w->manager);
  uv_timer_init(loop, &w->heartbeat);
  adopt(w, &w->heartbeat);
  if (uint64_t ms = service_heartbeat_ms())
    uv_timer_start(
        &w->heartbeat, [](uv_timer_t*) { service_heartbeat(); }, ms, ms);
  service_manager_attach(w);
  service_signals_release();  // those that came early are on the loop now
  return w;
}

void service_turn_log_level() {
  LogLevel next = LogLevel::info;
  switch (log_level()) {
    case LogLevel::info: next = LogLevel::debug; break;
    case LogLevel::debug: next = LogLevel::trace; break;
    case LogLevel::trace: next = LogLevel::error; break;
    case LogLevel::error: next = LogLevel::warn; break;
    default: break;
  }
  log_set_level(next);
  static constexpr const char* kNames[] = {"trace", "debug", "info", "warning", "error"};
  log_line(LogLevel::warn, "cmd", "set log level", {{"to", kNames[int(next)]}});
}

void service_watch_end(ServiceWatch* w) {
  service_manager_detach();
  for (uv_signal_t& s : w->signals) uv_close(reinterpret_cast<uv_handle_t*>(&s), on_closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&w->manager), on_closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&w->heartbeat), on_closed);
}

void service_wish(ServiceWatch* w, ServiceWish wish) {
  (wish == ServiceWish::stop ? w->stop : w->reload) = true;
  uv_async_send(&w->manager);
}

}  // namespace picket
