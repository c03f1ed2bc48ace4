// common/process/orphan_reaper.cc - process 1 of a container takes the exit status of what others left behind.
#include <csignal>

#include "common/process/process.h"
#include "common/process/process_os.h"

namespace picket {

struct OrphanReaper { uv_signal_t signal{}; };

OrphanReaper* process_reap_orphans(uv_loop_t* loop, bool always) {
  auto* r = new OrphanReaper;
  uv_signal_init(loop, &r->signal);
  r->signal.data = r;
#ifdef SIGCHLD
  if (always || process_is_first())
    uv_signal_start(
        &r->signal, [](uv_signal_t*, int) { process_reap_others(process_running()); }, SIGCHLD);
#else
  (void)always;
#endif
  uv_unref(reinterpret_cast<uv_handle_t*>(&r->signal));
  return r;
}

void process_reap_end(OrphanReaper* r) {
  process_let_go(r->signal.loop);
  uv_close(reinterpret_cast<uv_handle_t*>(&r->signal), [](uv_handle_t* h) { delete static_cast<OrphanReaper*>(h->data); });
}

}  // namespace picket
