// agent/core/core_spool.cc - see core_spool.h; and how losses are reported.
#include "agent/core/core_spool.h"

#include <utility>

#include "common/text/log.h"
#include "common/types/message.h"

namespace picket {
namespace {

// Losing results is a result of its own.
void loss_send(Core& core, Now now, std::string what) {
  Event event;
  event.timestamp = now.unix_s();
  event.check.emplace();
  event.check->metadata.name = kLostCheck;
  event.check->interval = 1;
  event.check->executed = event.check->issued = now.unix_s();
  event.check->status = 1;
  event.check->output = std::move(what);
  core_event(core, now, std::move(event));
}

std::string results_text(uint64_t count) { return std::to_string(count) + (count == 1 ? " result was" : " results were"); }

// `in_all`: the event of an earlier loss has the same name, and is not what people see any more.
std::string losses_text(const Losses& lost, uint64_t in_all) {
  std::string why;
  auto because_of = [&why](uint64_t count, const char* of) {
    if (count > 0) why += (why.empty() ? "" : ", ") + std::to_string(count) + " " + of;
  };
  because_of(lost.size, "did not fit into the spool (spool-max-size)");
  because_of(lost.age, "too old (spool-max-age)");
  because_of(lost.disk, "fit neither on the spool's disk nor into memory");
  because_of(lost.before, "in an earlier run of this agent");
  because_of(lost.memory, "did not fit into memory (there is no spool)");
  if (in_all > lost.all()) why += "; " + std::to_string(in_all) + " in total since the agent started";
  return results_text(lost.all()) + " lost while disconnected: " + why + "\n";
}

Losses losses_minus(Losses a, const Losses& b) {
  for (auto part : {&Losses::size, &Losses::age, &Losses::disk, &Losses::before, &Losses::memory}) a.*part -= b.*part;
  return a;
}

// Of a file that could not be read: reported at once, into the spool before the first tick takes what was damaged out of the files.
void damage_loss_report(Core& core, Now now, const SpoolDamage& damage) {
  if (damage.files == 0) return;
  core.damaged += damage.missing;
  std::string what = std::to_string(damage.files) + (damage.files == 1 ? " file" : " files") + " of the spool damaged: " +
      (damage.bytes == 0 ? "records are missing" : std::to_string(damage.bytes) + " bytes are not a complete record") + " in " +
      damage.path + (damage.files > 1 ? " and others" : "") + "; ";
  core_spool_damaged(core, now, std::move(what), damage.missing);
}

// The spool remembers what no event has reported yet.
void losses_take(Core& core, Spool& spool, const SpoolLosses& losses) {
  core_spool_lost(core, losses);
  spool_unreported(spool, core_spool_unreported(core));
}

void batch_take(Core& core, Spool& spool, Now now, const SpoolLoad& load) {
  SpoolBatch batch = spool_load(spool, load.from, load.bytes_max);
  core_spool_loaded(core, std::move(batch.records), batch.more, batch.stored_until);
  damage_loss_report(core, now, batch.damage);
}

// Was the event about losses lost itself, and not on its way already?
bool was_reporting(const Core& core, const SpoolLoss& loss) {
  uint64_t number = core.loss_event;
  if (number < loss.numbers.first || number > loss.numbers.last) return false;
  return core.outbox.sent.empty() || number > core.outbox.sent.back().number;
}

}  // namespace

void losses_report(Core& core, Now now) {
  if (uint64_t large = core.too_large - std::exchange(core.too_large_reported, core.too_large); large > 0)
    loss_send(core, now, results_text(large) + " lost: larger than the message limit (" + std::to_string(kMessageMax) + " bytes)\n");
  core.lost.memory = core.outbox.dropped;
  if (core.loss_event != 0 || core.lost.all() == core.lost_reported.all()) return;
  core.lost_reporting = core.lost;
  uint64_t number = core.outbox.next_number;
  loss_send(core, now, losses_text(losses_minus(core.lost, core.lost_reported), core.lost.all()));
  core.loss_event = number;
}

void losses_arrived(Core& core, uint64_t number) {
  if (core.loss_event == 0 || number < core.loss_event) return;
  core.lost_reported = core.lost_reporting;
  core.loss_event = 0;
}

void losses_log(Core& core, Now now, bool is_last) {
  core.lost.memory = core.outbox.dropped;
  uint64_t lost = core.lost.all();
  if (lost == core.lost_logged || (now.mono_ms < core.lost_log_at && !is_last)) return;
  core.lost_log_at = now.mono_ms + kLostLogMs;
  log_error("agent", "results lost",
            {{"results", lost - std::exchange(core.lost_logged, lost)},
             {"in_all", lost},
             {"spool_max_size", core.lost.size},
             {"spool_max_age", core.lost.age},
             {"disk", core.lost.disk},
             {"earlier_run", core.lost.before},
             {"memory", core.lost.memory}});
}

void core_spool_opened(Core& core, std::string stream, uint64_t next_number, uint64_t oldest, uint64_t unreported) {
  core.stream = std::move(stream);
  core.outbox.spooled = true;
  core.outbox.next_number = next_number;
  core.outbox.known_max = next_number - 1;
  core.outbox.unloaded_from = oldest;
  core.lost.before = unreported;
}

void core_spool_loaded(Core& core, std::vector<OutRecord> records, bool more, uint64_t stored_until) {
  outbox_loaded(core.outbox, std::move(records), more, stored_until);
}

void core_spool_lost(Core& core, const std::vector<SpoolLoss>& losses) {
  for (const SpoolLoss& loss : losses) {
    uint64_t& sum = loss.why == SpoolLoss::size ? core.lost.size : loss.why == SpoolLoss::age ? core.lost.age : core.lost.disk;
    sum += outbox_lose(core.outbox, loss);
    if (!was_reporting(core, loss)) continue;
    core.loss_event = 0;  // another will say the same; this one was no result of anybody's
    sum--;
  }
}

uint64_t core_spool_unreported(const Core& core) { return core.lost.all() - core.lost_reported.all(); }

void core_spool_damaged(Core& core, Now now, std::string what, uint64_t missing) {
  what += missing == 0 ? "no result is known to be lost\n" : results_text(missing) + " lost\n";
  loss_send(core, now, std::move(what));
}

void core_spool_attach(Core& core, Now now, Spool& spool) {
  core_spool_opened(core, spool.stream, spool.next_number, spool_oldest(spool), spool.unreported);
  damage_loss_report(core, now, spool.damage);
}

bool core_spool_perform(Core& core, Spool& spool, Now now, SpoolClock clock, const Action& action) {
  if (auto* x = std::get_if<SpoolStore>(&action)) {
    spool_clock(spool, clock);
    losses_take(core, spool, spool_store(spool, x->record));
  } else if (auto* forget = std::get_if<SpoolForget>(&action)) {
    spool_forget(spool, forget->number);
    losses_take(core, spool, {});
  } else if (auto* load = std::get_if<SpoolLoad>(&action)) {
    batch_take(core, spool, now, *load);
  } else if (auto* renew = std::get_if<SpoolRenew>(&action)) {
    spool_renew(spool, renew->stream);
  } else {
    return false;
  }
  return true;
}

void core_spool_tick(Core& core, Spool& spool, SpoolClock clock) {
  spool_clock(spool, clock);
  losses_take(core, spool, spool_tick(spool));
}

void core_spool_close(Core& core, Spool& spool) {
  spool_unreported(spool, core_spool_unreported(core));
  spool_close(spool);
}

}  // namespace picket
