// backend/script/script_watch.h - ends an evaluation that is out of time wherever it is, also in the middle of one of Duktape's own
// functions.
//
// Duktape looks at the clock between two instructions of a script, but sort, indexOf, join or a regular expression may be one
// instruction of minutes. So a timer of the thread's processor time ticks while scripts run, and its signal leaves the
// evaluation by a jump to where it began. What was interrupted is in no state to go on: the whole heap is thrown away, which is
// why its blocks are in a list of ours (heap.cc). There is no jump out of what others share (ScriptHold).
// Where there are no such timers (Windows) the looks between instructions are all there is.
#pragma once
#ifndef _WIN32
#include <csetjmp>
#endif
#include <atomic>
#include <csignal>

namespace picket {

struct Scripts;

struct ScriptWatch {
#ifndef _WIN32
  sigjmp_buf escape;
#endif
  volatile std::sig_atomic_t held = 0;  // > 0: what runs is not Duktape's own, and is not to be left
};

// As setjmp: 0, and not 0 when an evaluation was left. In the function that calls script_watch_begin, whose frame is jumped to.
#ifdef _WIN32
#define SCRIPT_WATCH_POINT(watch) 0
#else
#define SCRIPT_WATCH_POINT(watch) sigsetjmp((watch).escape, 0)
#endif

void script_watch_begin(Scripts* scripts);  // one evaluation a thread at a time
void script_watch_end();

// Around what takes locks or changes what outlives the evaluation: the allocator, the log, the C library's time zones. Nothing of
// Duktape may be called in there, which might leave by a jump of its own.
struct ScriptHold {
  ScriptWatch& watch;
  explicit ScriptHold(ScriptWatch& w) : watch(w) { watch.held = watch.held + 1, std::atomic_signal_fence(std::memory_order_seq_cst); }
  ~ScriptHold() { std::atomic_signal_fence(std::memory_order_seq_cst), watch.held = watch.held - 1; }
};

}  // namespace picket
