// checks/worker.h - work that may block, on a thread of its own, so that a disk that does not answer stops neither the loop nor
// what shares libuv's pool. A thread that is stuck in the kernel cannot be ended: it is left behind and counted.
#pragma once
#include <uv.h>

#include <functional>
#include <string>

#include "checks/report.h"

namespace picket {

inline constexpr int kWorkersMax = 32;  // threads at once, those left behind included; beyond it work waits for one to end

struct Worker;
Worker* worker_start(uv_loop_t* loop, std::function<Report()> work, std::function<void(Report)> done);
void worker_leave(Worker* worker);        // `done` is not called any more; the handle is invalid from here on
std::string worker_note(Worker* worker);  // what it says it is waiting for
void work_note(std::string waiting_for);  // called by the work
int workers_busy();

}  // namespace picket
