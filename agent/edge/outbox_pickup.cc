// agent/edge/outbox_pickup.cc - results that `picket run` left in an outbox folder while no agent took them (cli/commands/run.h).
//
// There are up to three: below our state-dir, at the user's own place, and the one that packages make for the machine. Looked for at
// the start and every kPickupMs, oldest first. Several agents may look into one: the one that renames a file has it. It goes away when its
// events are queued; one that is no result is logged and goes away too, or it would be read for ever: so does a link or a pipe, for
// anybody may write there. What cannot be taken is said once.
#include <algorithm>
#include <set>

#include "agent/agent_state.h"
#include "common/text/log.h"
#include "common/os/os.h"

namespace picket {
namespace {

constexpr uint64_t kPickupMs = 30'000;
constexpr size_t kFileMax = 1u << 20;
constexpr size_t kFilesAtOnce = 100;  // a turn of the loop must not take long; the rest comes next time

}  // namespace

struct Pickup {
  Agent* agent = nullptr;
  StringList dirs;
  std::set<std::string> logged;  // folders and files that cannot be taken, at most kLoggedMax
  uv_timer_t timer{};
};

namespace {

constexpr size_t kLoggedMax = 1000;

bool is_result_file(const std::string& name) {
  return name.size() > 12 && name.compare(0, 7, "result-") == 0 && name.compare(name.size() - 5, 5, ".json") == 0;
}

// What an agent of this name has renamed and not finished, because it ended.
std::string taken_prefix(const Pickup* p) { return "taken-by-" + p->agent->core.config.name + "-"; }

void say_once(Pickup* p, const std::string& path, const Status& why) {
  if (p->logged.size() >= kLoggedMax || !p->logged.insert(path).second) return;
  log_warn("agent", "cannot read a result of `picket run`: it stays in the outbox until this agent may read the file and its directory",
           {{"path", path}, {"error", why.message}});
}

// It can be judged: the others may become readable.
bool is_judged(const Result<std::string>& text) {
  return text.ok() || text.status.code == Err::too_large || text.status.code == Err::invalid;
}

void take_file(Pickup* p, const std::string& path) {
  Result<std::string> text = os_read_foreign_file(path, kFileMax);
  if (!is_judged(text)) return say_once(p, path, text.status);
  Result<std::vector<Event>> events =
      text.ok() ? results_parse(text.value, agent_result_context(p->agent)) : Result<std::vector<Event>>(text.status);
  if (events.ok()) agent_take_events(p->agent, std::move(events.value));
  else log_warn("agent", "file in the outbox is not a result, removed", {{"file", path}, {"error", events.status.message}});
  if (Status s = os_remove_file(path); !s.ok()) say_once(p, path, s);
}

// It is ours when it has our name. False: it stays, and nothing was done.
bool claim_file(Pickup* p, const std::string& dir, const std::string& name) {
  const std::string ours = dir + "/" + taken_prefix(p) + name;
  if (Result<std::string> text = os_read_foreign_file(dir + "/" + name, kFileMax); !is_judged(text))
    return say_once(p, dir + "/" + name, text.status), false;
  if (Status s = os_rename(dir + "/" + name, ours); !s.ok()) return say_once(p, dir + "/" + name, s), false;
  take_file(p, ours);
  return true;
}

void look_into(Pickup* p, const std::string& dir) {
  Result<std::vector<std::string>> names = os_list_dir(dir);
  if (!names.ok()) {
    if (os_is_dir(dir)) say_once(p, dir, names.status);
    return;
  }
  std::sort(names.value.begin(), names.value.end());
  size_t taken = 0;
  for (const std::string& name : names.value) {
    if (taken >= kFilesAtOnce) return;
    const bool unfinished = name.compare(0, taken_prefix(p).size(), taken_prefix(p)) == 0;
    if (!unfinished && !is_result_file(name)) continue;
    if (unfinished) take_file(p, dir + "/" + name);
    if (unfinished || claim_file(p, dir, name)) taken++;
  }
}

void on_timer(uv_timer_t* timer) {
  Pickup* p = static_cast<Pickup*>(timer->data);
  for (const std::string& dir : p->dirs) look_into(p, dir);
}

}  // namespace

Pickup* pickup_open(Agent* agent) {
  Pickup* p = new Pickup;
  p->agent = agent;
  for (const std::string& dir : {agent->core.config.state_dir + "/outbox", os_default_dir("state") + "/outbox", os_shared_outbox()})
    if (!dir.empty() && std::find(p->dirs.begin(), p->dirs.end(), dir) == p->dirs.end()) p->dirs.push_back(dir);
  uv_timer_init(agent->loop, &p->timer);
  p->timer.data = p;
  uv_timer_start(&p->timer, on_timer, 0, kPickupMs);
  return p;
}

void pickup_close(Pickup* p) {
  uv_close(reinterpret_cast<uv_handle_t*>(&p->timer), [](uv_handle_t* h) { delete static_cast<Pickup*>(h->data); });
}

}  // namespace picket
