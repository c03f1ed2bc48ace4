// common/process/blocking_worker.cc - see blocking_worker.h. The thread and the loop share a Worker; the last of them frees it.
#include "common/process/blocking_worker.h"

#include <list>
#include <mutex>

namespace picket {

struct Worker {
  std::mutex mutex;            // over the fields below
  uv_async_t* wake = nullptr;  // null once the loop has left
  bool finished = false, started = false;
  std::string note = "a free thread (" + std::to_string(kWorkersMax) + " checks are running)";

  std::string key;
  std::function<void()> work;  // the thread's
  std::function<void()> done;  // the loop's
  uv_thread_t thread{};
};

namespace {

constexpr size_t kStackBytes = 1024 * 1024;  // the system's name services may want some of it
thread_local Worker* current_worker = nullptr;

// Those whose check is over while the thread is not. Of the thread that runs the loops.
std::list<Worker*>& workers_left() {
  static std::list<Worker*> list;
  return list;
}
std::list<Worker*>& waiting() {
  static std::list<Worker*> list;
  return list;
}
int running_count = 0;

void on_thread(void* argument) {
  Worker* w = current_worker = static_cast<Worker*>(argument);
  w->work();
  std::lock_guard<std::mutex> lock(w->mutex);
  w->finished = true;
  if (w->wake) uv_async_send(w->wake);
}

void worker_free(Worker* w) {
  uv_thread_join(&w->thread);
  delete w;
  running_count--;
}

bool thread_start(Worker* w) {
  uv_thread_options_t options{};
  options.flags = UV_THREAD_HAS_STACK_SIZE;
  options.stack_size = kStackBytes;
  w->note.clear();
  w->started = uv_thread_create_ex(&w->thread, &options, on_thread, w) == 0;
  if (!w->started) w->note = "a thread (the system refused to create one)";
  running_count += w->started;
  return w->started;
}

void start_waiting() {
  while (running_count < kWorkersMax && !waiting().empty() && thread_start(waiting().front())) waiting().pop_front();
}

void sweep() {
  workers_left().remove_if([](Worker* w) {
    w->mutex.lock();
    bool finished = w->finished;
    w->mutex.unlock();
    if (finished) worker_free(w);
    return finished;
  });
  start_waiting();
}

void wake_close(uv_async_t* wake) {
  uv_close(reinterpret_cast<uv_handle_t*>(wake), [](uv_handle_t* h) { delete reinterpret_cast<uv_async_t*>(h); });
}

void on_wake(uv_async_t* wake) {
  auto* w = static_cast<Worker*>(wake->data);
  wake_close(wake);
  std::function<void()> done = std::move(w->done);
  worker_free(w);
  start_waiting();
  done();
}

}  // namespace

Worker* worker_start(uv_loop_t* loop, const std::string& key, std::function<void()> work, std::function<void()> done) {
  auto* w = new Worker;
  w->key = key;
  w->work = std::move(work);
  w->done = std::move(done);
  w->wake = new uv_async_t;
  uv_async_init(loop, w->wake, on_wake);
  w->wake->data = w;
  waiting().push_back(w);
  sweep();
  return w;
}

void worker_leave(Worker* w) {
  {
    std::lock_guard<std::mutex> lock(w->mutex);
    wake_close(w->wake);
    w->wake = nullptr;
    w->done = nullptr;
  }  // a lock that is held is not deleted
  if (w->started) workers_left().push_back(w);
  else waiting().remove(w), delete w;
  sweep();
}

std::string worker_note(Worker* w) {
  std::lock_guard<std::mutex> lock(w->mutex);
  return w->note;
}

std::string worker_stuck(const std::string& key) {
  sweep();
  for (Worker* w : workers_left())
    if (w->key == key)
      if (std::string note = worker_note(w); !note.empty()) return note;
  return "";
}

void work_note(std::string waiting_for) {
  if (!current_worker) return;
  std::lock_guard<std::mutex> lock(current_worker->mutex);
  current_worker->note = std::move(waiting_for);
}

bool work_wanted() {
  if (!current_worker) return true;
  std::lock_guard<std::mutex> lock(current_worker->mutex);
  return current_worker->wake != nullptr;
}

int workers_busy() {
  sweep();
  return running_count;
}

}  // namespace picket
