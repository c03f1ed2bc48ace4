// backend/ingest/self_report.cc - the backend's own state, looked at by a timer and made into events where it is not well.
#include "backend/ingest/self_report.h"

#include <algorithm>
#include <utility>

#include "common/os/os.h"
#include "common/tls/certificates.h"
#include "backend/deliver/pipelines.h"
#include "backend/ingest/ingest.h"
#include "backend/event/own_events.h"
#include "backend/store/store_cluster.h"

namespace picket {
namespace {

int64_t now_s() { return os_unix_ms() / 1000; }

// While the store is degraded this event lives in memory and reaches its handlers all the same.
void report(Backend* b, const char* name, uint32_t status, std::string output) {
  const CachedEntity* own = backend_own_entity(b);
  if (!own) return;
  EntityPtr entity = own->entity;
  Event e;
  e.timestamp = now_s();
  e.id = os_uuid();
  e.metadata.ns = entity->metadata.ns;
  e.check.emplace();
  Check& c = *e.check;
  c.metadata.name = name;
  c.metadata.ns = entity->metadata.ns;
  c.interval = 60;
  c.executed = c.issued = now_s();
  c.status = status;
  c.handlers = {"keepalive"};
  c.output = std::move(output);
  e.entity = std::move(entity);
  backend_event(b, std::move(e), EventOrigin::keepalive, {});
}

std::string store_is_well(const Backend* b) {
  const std::string room = store_room_made(b->store);
  return "The store is writable" + (room.empty() ? "" : "; " + room);
}

void look_at_store(Backend* b) {
  const bool degraded = store_stats(b->store).degraded;
  if (std::exchange(b->ingest->degraded_reported, degraded) == degraded) return;
  report(b, "backend-store", degraded ? 2 : 0,
         degraded ? "The store is not writable: changes are rejected, events are kept in memory: " + store_failure(b->store).message
                  : store_is_well(b));
}

std::string handlers_text(const Backend* b, int64_t dropped) {
  const std::string longest = lane_longest(b->pipelines->lanes);
  return "Handlers are overloaded: " + std::to_string(dropped) + " events were not delivered, " +
      std::to_string(pipelines_waiting(*b->pipelines)) + " are queued" + (longest.empty() ? "" : ", most of them for " + longest) +
      "; check handlers-max and the handlers' timeouts and duration";
}

void look_at_handlers(Backend* b) {
  Pipelines* p = b->pipelines;
  OverloadReport& last = p->overload;
  const int64_t now = os_mono_ms(), dropped = b->stats.deliveries_dropped;
  if (dropped > last.dropped && (!last.failing || now >= last.at_ms + kHandlersReportMs)) {
    if (!last.failing) last.before = last.dropped;
    last = {dropped, last.before, now, last.dropped_ms, true};
    return report(b, kHandlersCheck, 2, handlers_text(b, dropped - last.before));
  }
  if (!last.failing || now < last.dropped_ms + kHandlersQuietMs || pipelines_waiting(*p) > kRunsMax / 4) return;
  last.failing = false;
  last.dropped = dropped;
  report(b, kHandlersCheck, 0,
         "Handlers are no longer overloaded; " + std::to_string(dropped - last.before) + " events were not delivered");
}

// Of several certificates the first to end counts; of authorities the last, because bundles keep old ones.
Result<int64_t> term_of(const CertificateOption& o) {
  constexpr size_t kPemMax = 16u << 20;
  Result<std::string> pem = os_read_file(o.path, kPemMax);
  if (!pem.ok()) return pem.status;
  if (!o.authorities) return certificates_valid_until(pem.value);
  Result<std::vector<CertificateFacts>> facts = certificates_read(pem.value);
  int64_t last = 0;
  for (const CertificateFacts& f : facts.value) last = std::max(last, f.not_after);
  return facts.ok() ? Result<int64_t>(last) : facts.status;
}

bool is_reported_before_start(const Backend* b) { return event_present(b, {"sensu-system", b->name, kCertificatesCheck}).ok(); }

void look_at_certificates(Backend* b) {
  CertificateWatch& watch = b->ingest->certificates;
  if (b->config.certificate_files.empty() || os_mono_ms() < watch.next_ms || !backend_own_entity(b)) return;
  watch.next_ms = os_mono_ms() + kCertificatesLookMs;
  std::vector<CertificateTerm> terms;
  for (const CertificateOption& o : b->config.certificate_files) terms.push_back({o.option, o.path, term_of(o)});
  CertificateReport now = certificates_judge(terms, now_s());
  const bool is_news =
      std::exchange(watch.looked, true) ? now.output != watch.reported.output : now.status > 0 || is_reported_before_start(b);
  if (is_news) report(b, kCertificatesCheck, now.status, now.output);
  watch.reported = std::move(now);
}

}  // namespace

void self_look(Backend* b) {
  look_at_store(b);
  look_at_handlers(b);
  look_at_certificates(b);
}

int64_t self_next_ms(const Backend* b) {
  constexpr int64_t kLookMs = 1000;
  if (store_stats(b->store).degraded != b->ingest->degraded_reported) return os_mono_ms();  // to be reported
  const int64_t certificates =
      b->config.certificate_files.empty() ? INT64_MAX : std::max(b->ingest->certificates.next_ms, os_mono_ms() + kLookMs);
  const OverloadReport& last = b->pipelines->overload;
  const bool handlers = last.failing || b->stats.deliveries_dropped > last.dropped;
  return b->ingest->degraded_reported || handlers ? std::min(certificates, os_mono_ms() + kLookMs) : certificates;
}

}  // namespace picket
