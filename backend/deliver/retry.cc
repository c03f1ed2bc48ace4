// backend/deliver/retry.cc - a delivery tried again after the wait that its outcome asks for.
#include "backend/deliver/retry.h"

#include <algorithm>
#include <utility>

namespace picket {

// Waits on its timer, or for the answer of a try; frees itself when the timer has closed.
struct Retry {
  Pipelines* pipelines = nullptr;
  std::string handler;
  std::function<void(TryDone)> attempt;
  std::function<void(Status, int, bool)> done;
  int tries = 0, tries_max = kTriesMax;
  bool waiting = false;
  uv_timer_t timer{};
};

namespace {

void finish(Retry* r, Status status, int tries) {
  r->pipelines->retries.erase(r);
  auto done = std::move(r->done);
  uv_close(reinterpret_cast<uv_handle_t*>(&r->timer), [](uv_handle_t* h) { delete static_cast<Retry*>(h->data); });
  done(std::move(status), tries, false);
}

int tries_of(const Retry* r) { return r->pipelines->failing.count(r->handler) ? 1 : r->tries_max; }

int64_t wait_of(const Retry* r, const TryOutcome& o) {
  const int64_t wait = o.wait_s > 0 ? o.wait_s : kRetryWaitS[std::min<size_t>(static_cast<size_t>(r->tries), std::size(kRetryWaitS)) - 1];
  return std::min(wait, kRetryWaitMaxS);
}

void attempt(Retry* r);

void on_tried(Retry* r, TryOutcome o) {
  if (o.status.ok()) r->pipelines->failing.erase(r->handler);
  if (o.status.ok() || !o.again) return finish(r, std::move(o.status), r->tries);
  if (r->tries >= tries_of(r)) {
    r->pipelines->failing.insert(r->handler);
    return finish(r, std::move(o.status), r->tries);
  }
  if (r->pipelines->closed) return finish(r, fail(Err::unavailable, "the backend stopped before the retry"), 0);
  r->waiting = true;
  r->done(o.status, r->tries, true);
  uv_timer_start(
      &r->timer, [](uv_timer_t* t) { attempt(static_cast<Retry*>(t->data)); }, static_cast<uint64_t>(wait_of(r, o)) * 1000, 0);
}

void attempt(Retry* r) {
  r->waiting = false;
  r->tries++;
  r->attempt([r](TryOutcome o) { on_tried(r, std::move(o)); });
}

}  // namespace

void retry_start(Pipelines* p, const std::string& handler, std::function<void(TryDone)> attempt_one,
                 std::function<void(Status, int, bool)> done, int tries_max) {
  auto* r = new Retry;
  r->pipelines = p;
  r->handler = handler;
  r->attempt = std::move(attempt_one);
  r->done = std::move(done);
  r->tries_max = tries_max;
  uv_timer_init(p->backend->loop, &r->timer);
  r->timer.data = r;
  p->retries.insert(r);
  attempt(r);
}

void retries_stop(Pipelines* p) {
  for (Retry* r : std::set<Retry*>(p->retries))
    if (r->waiting) finish(r, fail(Err::unavailable, "the backend stopped before the retry"), 0);
}

}  // namespace picket
