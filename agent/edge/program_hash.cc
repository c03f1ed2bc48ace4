// agent/edge/program_hash.cc - the SHA-512 of the program a command names, for the allow list: on a thread of its own, because the program
// may
// lie on a disk that does not answer.
#include <memory>

#include "agent/agent_state.h"
#include "common/assets/unpack.h"
#include "common/process/blocking_worker.h"

namespace picket {

struct ProgramHash {
  struct Work {  // the thread has its own hold on it
    HashProgram action;
    Result<std::string> sum;
    std::string path;
  };
  Agent* agent = nullptr;
  std::shared_ptr<Work> work;
  Worker* worker = nullptr;
  uv_timer_t deadline{};
};

namespace {

constexpr uint64_t kReadMs = 30'000;

void hash_work(ProgramHash::Work* w) {
  work_note("the program of the command");
  Result<std::string> path = program_path(w->action.command, w->action.env);
  if (path.ok()) work_note(path.value);
  w->path = path.value;
  w->sum = path.ok() ? file_sha512(path.value) : Result<std::string>(path.status);
}

void hash_free(ProgramHash* h) {
  h->agent->hashing.erase(h);
  if (h->worker) worker_leave(std::exchange(h->worker, nullptr));
  uv_close(reinterpret_cast<uv_handle_t*>(&h->deadline), [](uv_handle_t* t) { delete static_cast<ProgramHash*>(t->data); });
}

void hash_ended(ProgramHash* h, Result<std::string> sum, const std::string& path = "") {
  Agent* agent = h->agent;
  uint64_t run = h->work->action.run;
  const std::string program = path;  // the work that holds it is freed
  hash_free(h);
  core_program_hashed(agent->core, agent_now(agent), run, std::move(sum), program);
  agent_drive(agent);
}

void on_deadline(uv_timer_t* timer) {
  auto* h = static_cast<ProgramHash*>(timer->data);
  hash_ended(h, fail(Err::timeout, "timeout after " + std::to_string(kReadMs / 1000) + " s reading " + worker_note(h->worker)));
}

}  // namespace

void program_hash(Agent* agent, HashProgram action) {
  const std::string key = "the program of " + action.command;
  const std::string stuck = worker_stuck(key);
  auto* h = new ProgramHash;
  h->agent = agent;
  h->work = std::make_shared<ProgramHash::Work>();
  h->work->action = std::move(action);
  agent->hashing.insert(h);
  uv_timer_init(agent->loop, &h->deadline);
  h->deadline.data = h;
  if (!stuck.empty()) h->work->sum = fail(Err::timeout, "an earlier attempt is still waiting for " + stuck);
  auto work = stuck.empty() ? std::function<void()>([w = h->work] { hash_work(w.get()); }) : [] {};
  h->worker = worker_start(agent->loop, key, work, [h] {
    h->worker = nullptr;
    hash_ended(h, std::move(h->work->sum), h->work->path);
  });
  uv_timer_start(&h->deadline, on_deadline, kReadMs, 0);
}

void program_hash_end(Agent* agent, uint64_t run) {
  for (ProgramHash* h : agent->hashing)
    if (h->work->action.run == run) return hash_ended(h, fail(Err::unavailable, "stopped while reading " + worker_note(h->worker)));
}

void program_hashes_end(Agent* agent) {
  while (!agent->hashing.empty()) hash_free(*agent->hashing.begin());
}

}  // namespace picket
