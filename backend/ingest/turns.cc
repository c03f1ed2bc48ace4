// backend/ingest/turns.cc - of a cluster: requests that one member decides on and another may have to send.
//
// Regular checks are published by every member to its own agents. A turn of a round robin belongs to one agent of all members, and one
// member decides whose it is: the one that all choose alike (owner.h). It writes the request into the log, every member hears of it, and
// the one that has the agent sends it. Each follows the one before it, so two members that both take themselves for the owner cannot both
// have the turn. `execute` goes the same way, to the agents of all.
#include <utility>

#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/deliver/pipelines.h"
#include "backend/ingest/schedule_driver.h"
#include "backend/schedule/scheduler_state.h"
#include "backend/store/store_cluster.h"

namespace picket {
namespace {

constexpr const char* kRequests = "check-requests";

bool is_turn(const Scheduler& s, const Publish& p) {
  if (p.subscription.compare(0, 7, "entity:") != 0) return false;
  const std::string key = schedule_key(p.ns, p.check);
  for (const std::string& k : {key, key + "\nroundrobin"})
    if (auto it = s.checks.find(k); it != s.checks.end() && it->second->in_rings()) return true;
  return false;
}

std::string body_of(const Publish& p) {
  JsonObject o;
  o.add("subscription", p.subscription).add("check", p.check).add("proxy", p.proxy_entity).add_raw("request", encode(*p.request));
  return o.done();
}

int64_t revision_of(Backend* b, const StoreWrite& w) { return store_get(b->store, kRequests, w.object.ns, w.object.name).value.revision; }

void turn_write(Backend* b, const Publish& p) {
  StoreWrite w = write_put(kRequests, p.ns, p.check + "/turn/" + p.proxy_entity, body_of(p));
  w.op = StoreWrite::follow;
  w.object.revision = revision_of(b, w);
  store_write(b->store, {std::move(w)}, [b, p](const Status& s) {
    if (s.code == Err::unavailable && !b->scheduling->closed) b->scheduling->on_publish({p});  // no quorum: if the agent is ours it gets it
  });
}

}  // namespace

void turns_share(Backend* b, std::vector<Publish>& due) {
  if (!store_is_clustered(b->store)) return;
  std::vector<Publish> own;
  for (Publish& p : due) {
    if (!is_turn(b->scheduling->scheduler, p)) own.push_back(std::move(p));
    else if (owner_is_self(store_members(b->store), "turn " + p.ns + "/" + p.check, "", os_mono_ms())) turn_write(b, p);
  }
  due = std::move(own);
}

void requests_share(Backend* b, const std::vector<Publish>& due) {
  if (!store_is_clustered(b->store) || due.empty()) return b->scheduling->on_publish(due);
  std::vector<StoreWrite> batch;
  for (const Publish& p : due) batch.push_back(write_put(kRequests, p.ns, p.check + "/now/" + std::to_string(batch.size()), body_of(p)));
  store_write(b->store, std::move(batch), [b, due](const Status& s) {
    if (s.ok() || b->scheduling->closed) return;
    log_warn("schedulerd", "a check is executed by this member's agents only", {{"check", due[0].check}, {"error", s.message}});
    b->scheduling->on_publish(due);
  });
}

void requests_changed(Backend* b, const StoreChange& c) {
  if (c.kind != kRequests || c.deleted) return;
  const std::string& body = c.object->body;
  Result<CheckRequest> request = decode<CheckRequest>(json_at(body, {"request"}), Unknown::drop);
  if (!request.ok()) return log_error("schedulerd", "a request of another member cannot be read", {{"error", request.status.message}});
  const auto text = [&body](std::string_view field) { return json_string(json_at(body, {field})).value; };
  b->scheduling->on_publish(
      {{c.ns, text("subscription"), text("check"), text("proxy"), std::make_shared<const CheckRequest>(std::move(request.value))}});
}

}  // namespace picket
