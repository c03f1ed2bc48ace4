// agent/program_hash.cc - the SHA-512 of the program a command names, on a worker thread; for the allow list.
#include <memory>

#include "agent/agent_state.h"
#include "common/asset_unpack.h"

namespace picket {
namespace {

struct Hashing {
  uv_work_t work{};
  std::weak_ptr<Agent*> agent;
  HashProgram action;
  Result<std::string> sum;
};

void on_work(uv_work_t* work) {
  Hashing* h = static_cast<Hashing*>(work->data);
  Result<std::string> path = program_path(h->action.command, h->action.env);
  h->sum = path.ok() ? file_sha512(path.value) : Result<std::string>(path.status);
}

void on_done(uv_work_t* work, int) {
  std::unique_ptr<Hashing> h(static_cast<Hashing*>(work->data));
  std::shared_ptr<Agent*> agent = h->agent.lock();
  if (!agent) return;  // it has stopped
  core_program_hashed((*agent)->core, agent_now(*agent), h->action.run, std::move(h->sum));
  agent_drive(*agent);
}

}  // namespace

void program_hash(Agent* agent, HashProgram action) {
  Hashing* h = new Hashing;
  h->work.data = h;
  h->agent = agent->self;
  h->action = std::move(action);
  uv_queue_work(agent->loop, &h->work, on_work, on_done);
}

}  // namespace picket
