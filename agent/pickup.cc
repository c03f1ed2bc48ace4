// agent/pickup.cc - results that `picket run` left in the outbox folder while no agent took them (cli/run.h).
//
// Looked for at the start and every kPickupMs, oldest first. A file goes away when its events are queued; one that is no
// result is logged and goes away too, or it would be read for ever.
#include <algorithm>

#include "agent/agent_state.h"
#include "common/log.h"
#include "common/os.h"

namespace picket {
namespace {

constexpr uint64_t kPickupMs = 30'000;
constexpr size_t kFileMax = 1u << 20;
constexpr size_t kFilesAtOnce = 100;  // a turn of the loop must not take long; the rest comes next time

}  // namespace

struct Pickup {
  Agent* agent = nullptr;
  std::string dir;
  uv_timer_t timer{};
};

namespace {

bool is_result_file(const std::string& name) {
  return name.size() > 12 && name.compare(0, 7, "result-") == 0 && name.compare(name.size() - 5, 5, ".json") == 0;
}

void take_file(Pickup* p, const std::string& path) {
  Result<std::string> text = os_read_file(path, kFileMax);
  if (!text.ok() && text.status.code != Err::too_large) return;  // not ours to read: whoever wrote it delivers it
  Result<std::vector<Event>> events =
      text.ok() ? results_parse(text.value, agent_result_context(p->agent)) : Result<std::vector<Event>>(text.status);
  if (events.ok()) agent_take_events(p->agent, std::move(events.value));
  else log_warn("agent", "file in the outbox is no result", {{"file", path}, {"error", events.status.message}});
  if (Status s = os_remove_tree(path); !s.ok()) log_error("agent", "result file cannot be removed", {{"file", path}, {"error", s.message}});
}

void on_timer(uv_timer_t* timer) {
  Pickup* p = static_cast<Pickup*>(timer->data);
  Result<std::vector<std::string>> names = os_list_dir(p->dir);
  std::sort(names.value.begin(), names.value.end());
  size_t taken = 0;
  for (const std::string& name : names.value)
    if (is_result_file(name) && taken++ < kFilesAtOnce) take_file(p, p->dir + "/" + name);
}

}  // namespace

Pickup* pickup_open(Agent* agent) {
  Pickup* p = new Pickup;
  p->agent = agent;
  p->dir = agent->core.config.state_dir + "/outbox";
  uv_timer_init(agent->loop, &p->timer);
  p->timer.data = p;
  uv_timer_start(&p->timer, on_timer, 0, kPickupMs);
  return p;
}

void pickup_close(Pickup* p) {
  uv_close(reinterpret_cast<uv_handle_t*>(&p->timer), [](uv_handle_t* h) { delete static_cast<Pickup*>(h->data); });
}

}  // namespace picket
