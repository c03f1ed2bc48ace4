// backend/identity.cc - the list of what depends on an identity, and how each of it ends.
#include "backend/identity.h"

#include <iterator>

#include "common/os/os.h"
#include "backend/api/api.h"
#include "backend/auth/auth.h"
#include "backend/agents/agent_sessions.h"

namespace picket {

const Dependent kDependents[] = {
    {"sessions behind access and refresh tokens", "their user's present password is not the one they were begun with, or he is disabled",
     [](Backend* b) { auth_sessions_look(b->auth); }},
    {"access tokens", "with their session, which every request asks for; groups are the user's present ones", nullptr},
    {"API keys", "every request reads the key and its user", nullptr},
    {"remembered logins", "they are remembered for one stored hash; a change of the user forgets them", nullptr},
    {"logins and password changes that are being hashed", "the user is read again before they count, and must have the same hash", nullptr},
    {"watches, long lists, backups", "who asked is identified anew, and his rights are decided anew", [](Backend* b) { api_rights_changed(b->api); }},
    {"agents' sessions", "as their upgrade: user, password, right to create events of that name", sessions_rights_changed},
    {"enrolled agents' sessions", "as agents' sessions: the enrolment is there, the same, and not revoked", nullptr},
    {"certificates of agents", "every handshake asks for the user, or the enrolment, that they name", nullptr},
    {"enrolment tokens", "every use reads the token", nullptr},
    {"what agents say of other agents", "every message asks", nullptr},
    {"roles and bindings of a namespace", "they are deleted with it, in one write", nullptr},
    {"agents' sessions of a deleted namespace", "the sessions' own watch ends them", nullptr},
};
const int kDependentsCount = static_cast<int>(std::size(kDependents));

static bool is_about_rights(const StoreChange& c) {
  static const char* const kKinds[] = {"users",      "apikeys", "roles", "rolebindings", "clusterroles", "clusterrolebindings",
                                       "namespaces", kEnrolled};
  for (const char* kind : kKinds)
    if (c.kind == kind) return true;
  return false;
}

static void on_timer(uv_timer_t* timer) {
  auto* all = static_cast<Identities*>(timer->data);
  all->due = false;
  all->looked_ms = os_mono_ms();
  for (const Dependent& d : kDependents)
    if (d.look) d.look(all->backend);
}

static void on_change(Identities* all, const StoreChange& change) {
  if (all->closed || all->due || !is_about_rights(change)) return;
  all->due = true;
  const int64_t wait = all->looked_ms + kIdentityLookMs - os_mono_ms();
  uv_timer_start(&all->timer, on_timer, static_cast<uint64_t>(all->looked_ms == 0 || wait < 0 ? 0 : wait), 0);
}

Status identity_start(Backend* b) {
  Identities* all = b->identities;
  all->backend = b;
  uv_timer_init(b->loop, &all->timer);
  all->timer.data = all;
  store_watch(
      b->store, [all](const StoreChange& change) { on_change(all, change); }, false);
  return {};
}

// The store's watch points here until the store is closed, so the struct goes with the backend.
void identity_stop(Backend* b, std::function<void()> done) {
  Identities* all = b->identities;
  if (!all->backend) return done();
  all->closed = std::move(done);
  uv_close(reinterpret_cast<uv_handle_t*>(&all->timer), [](uv_handle_t* h) { static_cast<Identities*>(h->data)->closed(); });
}

}  // namespace picket
