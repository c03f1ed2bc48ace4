// common/process/blocking_worker.h - work that may block, on a thread of its own, so that a disk that does not answer stops neither the
// loop nor
// what shares libuv's pool. A thread that is stuck in the kernel cannot be ended: it is left behind and counted.
#pragma once
#include <uv.h>

#include <functional>
#include <string>

namespace picket {

inline constexpr int kWorkersMax = 32;  // threads at once, those left behind included; beyond it work waits for one to end

struct Worker;
// `work` runs on a thread and keeps alive what it uses; `done` then on the loop. `key` names what is done: see worker_stuck.
Worker* worker_start(uv_loop_t* loop, const std::string& key, std::function<void()> work, std::function<void()> done);
// What work of this key that was left behind still waits for; "" when there is none. It would be stuck the same way once more.
std::string worker_stuck(const std::string& key);
void worker_leave(Worker* worker);        // `done` is not called any more; the handle is invalid from here on
std::string worker_note(Worker* worker);  // what it says it is waiting for
void work_note(std::string waiting_for);  // called by the work
bool work_wanted();                       // asked by the work: is anybody still waiting for it? What it remembers for good depends on that
int workers_busy();

}  // namespace picket
