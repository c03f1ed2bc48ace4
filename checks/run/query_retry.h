// checks/run/query_retry.h - what the checks that ask by datagrams have in common: asking again, failures, how long it took.
#pragma once
#include <uv.h>

#include <functional>

#include "checks/run/option_rows.h"

namespace picket {

// A timer that asks again when nothing comes: datagrams get lost. Freed by its close.
struct Ticker {
  uv_timer_t* timer = nullptr;
  std::function<void()> tick;
  void start(uv_loop_t* loop, uint64_t first_ms, uint64_t every_ms, std::function<void()> f) {
    tick = std::move(f);
    if (!timer) uv_timer_init(loop, timer = new uv_timer_t);
    timer->data = this;
    uv_timer_start(
        timer,
        [](uv_timer_t* t) {
          if (t->data) static_cast<Ticker*>(t->data)->tick();
        },
        first_ms, every_ms);
  }
  void stop() {
    if (timer) uv_timer_stop(timer);
  }
  Ticker() = default;
  Ticker(const Ticker&) = delete;
  ~Ticker() {
    if (!timer) return;
    timer->data = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(timer), [](uv_handle_t* h) { delete reinterpret_cast<uv_timer_t*>(h); });
  }
};

inline Report report_failure(CheckState state, std::string why) {
  Report report = report_unknown(std::move(why));
  report.state = state;
  return report;
}

inline double since(uint64_t began) { return double(uv_hrtime() - began) / 1e9; }

inline void judge_elapsed(Report& report, double seconds, const Limits& limits) {
  CheckState state = limits_judge(limits, seconds);
  report.state = state_worst(report.state, state);
  report.summary += (state == CheckState::ok ? ", " : ", slow response: ") + span_text(seconds);
  report.perf.insert(report.perf.begin(), {"time", seconds, "s", limits, 0});
}

}  // namespace picket
