// backend/script/script_watch_unix.cc - see script_watch.h. The timer is the thread's, ticks in its processor time (a loop that sleeps is
// not woken),
// and is armed by the first evaluation; ticks that find none take it off again after a while.
#include "backend/script/script_watch.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "backend/script/heap.h"

#ifdef __linux__
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

namespace picket {
namespace {

constexpr int kSignal = SIGVTALRM;
constexpr long kTickMs = 20;
constexpr int kIdleTicksMax = 50;

struct ThreadTimer {
  timer_t timer{};
  bool made = false, failed = false;
  volatile std::sig_atomic_t armed = 0;
  volatile std::sig_atomic_t idle = 0;  // ticks without an evaluation
};
thread_local ThreadTimer thread_timer;
thread_local Scripts* volatile watched = nullptr;

void timer_set(ThreadTimer& t, long ms) {
  itimerspec every{};
  every.it_interval.tv_nsec = every.it_value.tv_nsec = ms * 1'000'000;
  t.armed = timer_settime(t.timer, 0, &every, nullptr) == 0 && ms > 0;
}

void on_tick(int) {
  const int error = errno;
  Scripts* s = watched;
  if (s && s->time_ms != 0) {
    thread_timer.idle = 0;
    // In the middle of the allocator or the log: the next tick finds it elsewhere.
    if (picket_duk_timeout(s) != 0 && s->watch.held == 0) siglongjmp(s->watch.escape, 1);
  } else if (thread_timer.idle = thread_timer.idle + 1; thread_timer.idle > kIdleTicksMax) {
    timer_set(thread_timer, 0);
  }
  errno = error;
}

// Not blocked while it runs, because it may not come back: there is no mask to be put back then.
bool handler_set() {
  struct sigaction action {};
  action.sa_handler = on_tick;
  action.sa_flags = SA_RESTART | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  return sigaction(kSignal, &action, nullptr) == 0;
}

void timer_make(ThreadTimer& t) {
  static const bool handled = handler_set();
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = kSignal;
  event.sigev_notify_thread_id = static_cast<int>(syscall(SYS_gettid));
  t.made = handled && timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &t.timer) == 0;
  t.failed = !t.made;
}

}  // namespace

void script_watch_begin(Scripts* s) {
  ThreadTimer& t = thread_timer;
  if (!t.armed && !t.failed) {
    if (!t.made) timer_make(t);
    t.idle = 0;
    if (t.made) timer_set(t, kTickMs);
  }
  s->watch.held = 0;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  watched = s;
}

void script_watch_end() {
  watched = nullptr;
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

}  // namespace picket

// What Duktape's Date asks the C library (--wrap, CMakeLists.txt) takes a lock on the way.
#define PICKET_HELD(result, name, parameters, arguments) \
  extern "C" result __real_##name parameters;            \
  extern "C" result __wrap_##name parameters;            \
  extern "C" result __wrap_##name parameters {           \
    picket::Scripts* s = picket::watched;                \
    if (!s) return __real_##name arguments;              \
    picket::ScriptHold hold(s->watch);                   \
    return __real_##name arguments;                      \
  }
PICKET_HELD(tm*, gmtime_r, (const time_t* t, tm* out), (t, out))
PICKET_HELD(tm*, localtime_r, (const time_t* t, tm* out), (t, out))
PICKET_HELD(time_t, mktime, (tm * t), (t))
PICKET_HELD(size_t, strftime, (char* out, size_t max, const char* format, const tm* t), (out, max, format, t))
PICKET_HELD(char*, strptime, (const char* text, const char* format, tm* out), (text, format, out))

#else

namespace picket {
void script_watch_begin(Scripts*) {}
void script_watch_end() {}
}  // namespace picket

#endif
